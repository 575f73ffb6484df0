"""How this host restarts auditd: the owner's ``service auditd restart``, or what works where that cannot. Pure."""

from __future__ import annotations

from tui.base.notice import Notice
from tui.base.versions import at_least
from tui.host.facts import AUDITD_UNIT, LEGACY_RESTART, HostFacts
from tui.plan.values import BlockerKind, Command
from tui.verdict.audit_daemon import is_down

WHY = "The daemon starts anew, as the benchmark asks."
WHY_DOWN = "auditd does not run now: this starts it."


def restart_commands(facts: HostFacts) -> tuple[Command, ...] | Notice[BlockerKind]:
    """The commands that restart auditd on this host, in order, or why there is none."""
    programs = facts.programs
    why = WHY_DOWN if is_down(facts) else WHY
    refuses = _refuses_manual_stop(facts)
    legacy = facts.files.get(LEGACY_RESTART) is not None
    if programs.service and (not refuses or legacy):
        return (Command((programs.service, "auditd", "restart"), why, "restart"),)
    if programs.systemd and programs.systemctl and not refuses:
        return (Command((programs.systemctl, "restart", "auditd"), why, "restart"),)
    if programs.rc_service and not programs.systemd:
        return (Command((programs.rc_service, "auditd", "restart"), why, "restart"),)
    if programs.systemd and programs.systemctl and is_down(facts):
        why = "No audit daemon runs, so there is none to stop; the unit refuses nothing but that (RefuseManualStop)."
        return (Command((programs.systemctl, "start", "auditd"), why, "restart"),)
    signal = _stop_signal(facts.names.audit_version)
    if programs.systemd and programs.systemctl and programs.auditctl and signal:
        return (
            Command(
                (programs.auditctl, "--signal", signal),
                "The unit refuses a manual stop (RefuseManualStop); the daemon itself does not.",
                "restart",
            ),
            Command((programs.systemctl, "start", "auditd"), WHY, "restart"),
        )
    return Notice(
        "no-restart-way",
        "This host has no working way to restart auditd. "
        + ("Its unit refuses a manual stop and the " if refuses else "The ")
        + (
            "program `service` is missing." if not programs.service else "legacy action behind `service auditd restart` is missing."
        ),
        "With --no-restart augenrules --load alone loads the rules; or install the package that brings `service`.",
        None,
        ("no_restart",),
    )


def restart_words(facts: HostFacts) -> str:
    """The restart as one types it on this host."""
    commands = restart_commands(facts)
    if isinstance(commands, Notice):
        return "restart auditd as this host restarts its daemons"
    return " && ".join(" ".join((command.argv[0].rpartition("/")[2], *command.argv[1:])) for command in commands)


def _refuses_manual_stop(facts: HostFacts) -> bool:
    if not facts.programs.systemd:
        return False
    unit = facts.units.get(AUDITD_UNIT)
    refuses = False
    for file in unit.files if unit else ():
        for line in (file.content or b"").decode("utf-8", "replace").splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "RefuseManualStop":
                refuses = value.strip().lower() in ("yes", "true", "on", "1")
    return refuses


def _stop_signal(audit_version: str | None) -> str | None:
    """What ``auditctl --signal`` calls the end: the word ``stop`` since audit 3.1.1, TERM since 3.0 (its ChangeLog), None before."""
    if at_least(audit_version, 3, 1, 1):
        return "stop"
    return "TERM" if at_least(audit_version, 3) else None
