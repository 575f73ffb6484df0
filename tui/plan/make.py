"""make_plan(): findings and host facts to one Plan: file changes, commands, warnings, blockers. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.inputs import Unknown
from tui.base.dataclass import replace
from tui.base.notice import Notice
from tui.host.boot_load import boot_load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts
from tui.plan import blockers as plan_blockers
from tui.plan import warnings
from tui.plan.blocker_words import unfinished_run
from tui.plan.digest import facts_digest
from tui.plan.draft import LOADS, PlanDraft, make_draft
from tui.plan.load_effects import changed_settings
from tui.plan.restart import restart_commands
from tui.plan.values import BlockerKind, Command, FileChange, FileState, Plan, Switches, state_of
from tui.verdict.host_log import HostLog
from tui.verdict.known import KnownHost
from tui.verdict.question import Question
from tui.verdict.values import Finding

NEW_FILE_MODE = 0o640
"""The mode Debian ships its own rules files with."""


def make_plan(
    question: Question,
    facts: HostFacts,
    switches: Switches,
    unfinished: str = "",
    rehearsed: Mapping[str, float] = warnings.NOT_REHEARSED,
) -> Plan:
    """The plan for a run: what it would do about every control that fails, and everything that speaks against doing it.

    *question* judges this host and the host as it will be, so that a plan never promises
    what it would not reach. *unfinished* names a run of this host that was cut short, which stands before any other. *rehearsed* is what a
    rehearsal on this host counted of controls, by slug, in bytes of log a second.
    """
    plan = _plan_of(question, facts, switches, rehearsed)
    return replace(plan, blockers=(unfinished_run(unfinished), *plan.blockers)) if unfinished else plan


def _plan_of(question: Question, facts: HostFacts, switches: Switches, rehearsed: Mapping[str, float]) -> Plan:
    benchmark, host = question.benchmark, KnownHost.of(facts)
    findings = question.findings(host if isinstance(host, KnownHost) else facts)
    unread = plan_blockers.unread(findings, facts)
    log = host.log if isinstance(host, KnownHost) else HostLog(facts)
    if (
        unread or not isinstance(host, KnownHost) or isinstance(facts.audit_rules, Unknown)
    ):  # without a blocker nothing that was asked about is on this host
        return _nothing(benchmark, findings, log, switches, unread)
    draft = make_draft(question.findings, findings, host, switches)
    immutable = host.is_immutable
    change = _change(draft)
    loads = any(finding.state in LOADS and not finding.only_boot_fails for finding in findings)
    needs_load = not immutable and (change is not None or loads)
    # The kernel refuses an auditd while another daemon that is registered lives: a restart would only fight for its place.
    restarts = not immutable and facts.other_daemon is None
    heals_by_restart = restarts and not needs_load and any(finding.state == "blind" for finding in findings)
    if change is None and not needs_load and not heals_by_restart:
        blockers = plan_blockers.stuck(draft, loads=False) if any(finding.result == "fail" for finding in findings) else ()
        return _nothing(benchmark, findings, log, switches, blockers, pending_reboot=immutable and not blockers)
    waits = immutable or switches.no_load
    locks = draft.lock is not None and switches.lock and not waits and needs_load
    commands, missing = _commands(
        host, switches, load=needs_load, restart=(needs_load and restarts) or heals_by_restart, locks=locks
    )
    return Plan(
        benchmark=benchmark,
        findings=findings,
        switches=switches,
        files=(change,) if change else (),
        compiled_before=_compiled(facts),
        compiled_after=draft.disk.compiled.text if needs_load and not waits else _compiled(facts),
        expected=() if waits else draft.expected,
        kernel_only=() if waits or not commands else draft.kernel_only,
        commands=commands,
        warnings=warnings.of_plan(findings, draft, switches, commands, rehearsed),
        blockers=(*missing, *plan_blockers.of_plan(draft, switches, loads=change is not None or needs_load)),
        facts_digest=facts_digest(facts),
        pending_reboot=waits,
        reload_seconds=warnings.reload_seconds(draft) if needs_load and not waits else 0.0,
        load_deletes=len(host.kernel_rules) if needs_load and not waits else 0,
        consequences=warnings.consequences(findings, draft, commands, rehearsed),
        settings={effect.name: effect.after for effect in changed_settings(draft.loaded, host.status)} if commands else {},
        needs_load=host.at_boot.daemon_needs,
    )


def _nothing(
    benchmark: str,
    findings: tuple[Finding, ...],
    log: HostLog,
    switches: Switches,
    blockers: tuple[Notice[BlockerKind], ...],
    *,
    pending_reboot: bool = False,
) -> Plan:
    """A plan that changes nothing: all is well, nothing can be known, or nothing of ours would help."""
    facts = log.facts
    compiled = _compiled(facts)
    return Plan(
        benchmark=benchmark,
        findings=findings,
        switches=switches,
        files=(),
        compiled_before=compiled,
        compiled_after=compiled,
        expected=facts.kernel_rules if isinstance(facts.kernel_rules, tuple) else (),
        kernel_only=(),
        commands=(),
        warnings=warnings.of_host(log),
        blockers=blockers,
        facts_digest=facts_digest(facts),
        pending_reboot=pending_reboot,
    )


def _compiled(facts: HostFacts) -> bytes:
    file = facts.audit_rules
    return file.content or b"" if isinstance(file, FileFacts) else b""


def _change(draft: PlanDraft) -> FileChange | None:
    if draft.content is None:
        return None
    before = state_of(draft.host.docker_rules)
    after = replace(before, content=draft.content) if before else FileState(draft.content, NEW_FILE_MODE)
    return FileChange(DOCKER_RULES, before, after)


def _commands(
    host: KnownHost, switches: Switches, *, load: bool, restart: bool, locks: bool
) -> tuple[tuple[Command, ...], tuple[Notice[BlockerKind], ...]]:
    facts = host.facts
    if switches.no_load or host.is_immutable:
        return (), ()
    if locks:
        return _locking_commands(facts), ()
    commands: list[Command] = []
    blockers: list[Notice[BlockerKind]] = []
    if load and facts.programs.augenrules:
        why = f"Compiles rules.d into {AUDIT_RULES} and loads that into the kernel."
        boot = boot_load(facts)
        if boot is not None and boot.last is not None and boot.last.file == AUDIT_RULES and not boot.compiles:
            why += " The next boot loads that file as it is, so nothing else brings the rules into it."
        commands.append(Command((facts.programs.augenrules, "--load"), why, "load"))
    if restart and not switches.no_restart:
        found = restart_commands(facts)
        if isinstance(found, Notice):
            now = "" if host.status.pid else "auditd does not run now. "
            found = replace(found, text=now + found.text)
            # Where nothing is loaded, leaving the restart out leaves nothing.
            blockers.append(found if load else replace(found, remedy="Install the package that brings `service`.", switches=()))
        else:
            commands += found
    return tuple(commands), tuple(blockers)


def _locking_commands(facts: HostFacts) -> tuple[Command, ...]:
    """The commands of a run whose load locks: compile; the run then loads the rules without the lock and proves them; the load that
    locks comes last. No restart: it would load, too."""
    program = facts.programs.augenrules
    if not program:
        return ()
    compiles = f"Compiles rules.d into {AUDIT_RULES}; the run then loads each rule by itself, without the lock, and proves it."
    return (
        Command((program,), compiles, "load"),
        Command((program, "--load"), "Loads all of it and locks the kernel until the next reboot: the last of all steps.", "lock"),
    )
