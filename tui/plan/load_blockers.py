"""What a load, or the restart with its own load, would do to the machine: blockers for the lock and for an auditd that would not come back. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.audit.rules_d.load import Stop
from tui.base.cleaning import clean
from tui.base.notice import Notice, Place
from tui.host.facts import AUDITD_UNIT, RULES_DIR, HostFacts
from tui.host.start_needs import failing_line, needs_load
from tui.host.unit_settings import is_masked
from tui.plan.draft import PlanDraft
from tui.plan.log import restart_blockers
from tui.plan.values import BlockerKind, Switches
from tui.verdict.disk import load_into


def lock_blockers(draft: PlanDraft, switches: Switches) -> Iterator[Notice[BlockerKind]]:
    """What the load, or the restart with its own load, closes until the next boot."""
    if draft.lock is None:
        return
    place = draft.lock.place
    where = f"{clean(str(place))}, “{clean(draft.lock.text.strip())}”"
    if not switches.lock:
        yield Notice(
            "load-would-lock",
            f"The load would lock this kernel's audit rules until the next reboot: {where}. After it nothing can be taken back or put back.",
            "--no-load writes the file and leaves the load to the next boot; --lock proves the rules first, and loads and locks last.",
            Place(place.file, place.line),
            ("no_load", "lock"),
        )
    elif not draft.host.status.pid:
        yield Notice(
            "lock-unproved",
            f"auditd is not running, so nothing could be proved before the load locks the kernel: {where}.",
            "--no-load writes the file and leaves the load to the next boot; or take that line out until auditd runs.",
            Place(place.file, place.line),
            ("no_load",),
        )


def all_restart_blockers(draft: PlanDraft, facts: HostFacts, switches: Switches, *, loads: bool) -> Iterator[Notice[BlockerKind]]:
    """What would keep auditd from coming back from the plan's restart."""
    if (
        draft.host.is_immutable
        or facts.other_daemon
        or switches.no_restart
        or switches.no_load
        or (draft.lock is not None and switches.lock)
    ):
        return
    yield from restart_blockers(draft.host.log)
    unit = facts.units.get(AUDITD_UNIT)
    if facts.programs.systemd and unit is not None and is_masked(unit):
        yield Notice(
            "unit-masked",
            f"auditd cannot be restarted: {AUDITD_UNIT} is masked ({clean(unit.path or '')}), and systemd starts no such unit.",
            f"systemctl unmask {AUDITD_UNIT}{'; or give --no-restart, the load alone brings the rules into the kernel' if loads else ''}.",
            Place(unit.path) if unit.path else None,
            ("no_restart",) if loads else (),
        )
    needs = needs_load(facts)
    stop = failing_line(draft.loaded) or failing_line(load_into(draft.future.facts, draft.disk.compiled, draft.expected))
    if needs and stop is not None:
        on = " Or give --no-restart: the load alone brings the rules into the kernel." if loads else ""
        yield Notice(
            "restart-needs-load",
            f"auditd would not come back from a restart: {needs} needs a load that exits 0. It exits 1 at {stop.reason}",
            f"{way_to_mend(stop)}{on}",
            Place(stop.file, stop.file_line),
            ("no_restart",) if loads else (),
        )


def way_to_mend(stop: Stop) -> str:
    """What to do about the line that stops a load."""
    place = f"{clean(stop.file)}:{stop.file_line}"
    return {
        "rule-exists": f"Take one of the two equal lines away, or put -D into the first file of rules.d; look at {place}.",
        "endless-entry": f"Look what it is for, and move {clean(stop.file)} out of {RULES_DIR}.",
        "no-parent": f"Make that directory, or take the line away: {place}.",
        "no-such-rule": f"Take the deleting line away, or the rule it deletes in before it: {place}.",
    }.get(stop.kind, f"Mend or comment out {place}, then look again.")
