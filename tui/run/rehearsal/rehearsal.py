"""Rehearsal: load the planned watches into the kernel alone for a while, count what they record, take them out again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from tui.audit.inputs import Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.base.amounts import size_text
from tui.base.cleaning import in_words
from tui.base.dataclass import dataclass, replace
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, HostFacts, Interest
from tui.host.port import Host
from tui.plan.blocker_words import not_installed
from tui.plan.values import state_of
from tui.run.context import Emit, RunContext
from tui.run.evidence import evidence
from tui.run.journal import run_records
from tui.run.journal.intent import Intent, file_in
from tui.run.journal.journal import Journal
from tui.run.journal.run_records import RunRecord
from tui.run.rehearsal.rehearsal_run import KEY, LEAST_ROOM, STEPS, RehearsalRun, Watch, ending, left_over, mending, take_out
from tui.run.rehearsal.report import Counted, Rehearsal, Storage, storage_of
from tui.run.step_tracker import StepTracker, hold_lock
from tui.run.values import Outcome
from tui.run.words import HEADLINES
from tui.verdict import rule_display
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.disk import lookup
from tui.verdict.host_log import HostLog
from tui.verdict.objects.whose_files import foreign_files
from tui.verdict.question import Question
from tui.verdict.reasons.state import INSTALL
from tui.verdict.rule_display import display
from tui.verdict.silence import records_elsewhere, silence, way_out_of_silence
from tui.verdict.values import Finding


def rehearse(
    question: Question, host: Host, *, seconds: float, emit: Emit, cancelled: Callable[[], bool] = lambda: False
) -> Rehearsal:
    """Rehearse for *seconds*: count what the planned watches of *question* would record on *host*.

    Nothing on disk changes. Whatever happens, the watches are taken out again; after a crash the next rehearsal, or
    :func:`end_rehearsal`, does it. Never raises for a host that does not cooperate: that is the outcome.
    """
    tracker = StepTracker(STEPS, emit)
    tracker.announce()
    with ExitStack() as stack:
        if refusal := hold_lock(host, stack, emit, cancelled):
            return _blocked(tracker, refusal)
        tracker.start(0)
        if refusal := _settle(host, emit):
            return _blocked(tracker, refusal)
        facts = host.read(question.interest | Interest(files=frozenset((AUDIT_RULES, AUDIT_RULES_PREV)), history=True))
        if refusal := refused_here(facts) or _unread_log(host):
            return _blocked(tracker, refusal)
        watches, counted = planned_watches(question.findings(facts), facts)
        if not watches:
            tracker.set(0, "done", message="There is no watch to rehearse.")
            for index in range(1, len(STEPS)):
                tracker.set(index, "skipped")
            return Rehearsal(
                "nothing-to-do", "nothing to rehearse", "No planned watch would record anything more.", controls=counted
            )
        try:
            intent = _intent(question.benchmark, watches, facts)
            opened = stack.enter_context(Journal.begin(host, intent, facts.identity.name, evidence.versions(facts)))
        except OSError as error:
            return _blocked(tracker, f"The journal could not be begun, so nothing was touched: {in_words(error)}.")
        tracker.finish(0, f"{rule_display.counted(sum(len(watch.rules) for watch in watches))} will be loaded for {seconds:g} s.")
        act = RehearsalRun(
            RunContext(host, intent, opened, Interest(), emit),
            tracker,
            facts,
            watches,
            counted,
            storage_of(facts),
            seconds,
            cancelled,
        )
        return act.go()


def end_rehearsal(host: Host, record: RunRecord, emit: Emit) -> tuple[Outcome, str, tuple[str, ...]]:
    """Take out what a rehearsal that was cut short left in the kernel; the caller holds the run lock.

    Only rules that carry a rehearsal's key are touched. Returns the outcome, what is true now, and the commands that mend the rest
    by hand. Raises OSError or DamagedRun where the journal cannot be read.
    """
    with Journal.reopen(host, record) as opened:
        opened.recovery(finish=False)
        context = RunContext(host, record.intent, opened, Interest(), emit)
        context.step = "remove"
        left = take_out(context)
        outcome: Outcome = "broken" if left else "rolled-back"
        message = left_over(left) if left else "The watches of the rehearsal that was cut short are out of the kernel."
        opened.end(outcome, HEADLINES["watches-left" if outcome == "broken" else "watches-out"], message)
        return outcome, message, mending(context, left)


def _blocked(tracker: StepTracker, message: str) -> Rehearsal:
    report = tracker.blocked(message, ())
    return Rehearsal("blocked", report.headline, message)


def _settle(host: Host, emit: Emit) -> str:
    """Take back a rehearsal that was cut short; why this one may not begin, "" where it may."""
    try:
        left = run_records.unfinished(host)
        if left is None:
            return ""
        if left.kind != "rehearse":
            return f"Run {left.run} did not finish. Roll it back first: docker-audit-wizard undo {left.run}"
        if foreign := foreign_files(host.read(Interest())):
            return foreign.in_full
        outcome, message, _ = end_rehearsal(host, left, emit)
    except (OSError, run_records.DamagedRun) as error:
        return f"The journal could not be read, so nothing was touched: {in_words(error)}."
    return message if outcome == "broken" else ""


def refused_here(facts: HostFacts) -> str:
    """Why a rehearsal would be refused on a host with these *facts*, with what mends that; "" where it would begin."""
    if foreign := foreign_files(facts):
        return foreign.in_full
    status = facts.audit_status
    if isinstance(status, Unknown):
        return f"The kernel's audit status is not known: {status.reason}"
    if isinstance(facts.kernel_rules, Unknown):
        return f"The kernel's rules are not known: {facts.kernel_rules.reason}"
    if facts.programs.auditctl is None:
        return f"{not_installed(facts.programs.missing)} {INSTALL}"
    if status.enabled == 2:
        return "The kernel's rules are locked until the next reboot: nothing can be loaded, or taken out again."
    if status.enabled == 0:
        return "Auditing is switched off, so nothing would be counted. Switch it on: auditctl -e 1"
    if not status.pid:
        return f"auditd is not running, so nothing would be counted. Start it: {facts.programs.start_words}"
    if elsewhere := records_elsewhere(facts):
        return f"{elsewhere} A rehearsal counts in auditd's log, where nothing of it would arrive."
    log = HostLog(facts)
    if silent := silence(facts, status, log):
        return f"Nothing would be counted. {silent} {way_out_of_silence(facts, log)}".rstrip()
    return too_little_room(storage_of(facts))


def _unread_log(host: Host) -> str:
    """Why the log, in which a rehearsal counts, cannot be read; "" where it can."""
    try:
        host.log_mark()
    except OSError as error:
        return f"The audit log cannot be read, so nothing would be counted: {in_words(error)}."
    return ""


def too_little_room(storage: Storage) -> str:
    """Why a rehearsal could bring the log to its end, "" where it cannot: it looks at the log twice a second, and much may come in between."""
    if not storage.ends or storage.max_bytes or storage.free_bytes is None or storage.free_bytes >= LEAST_ROOM:
        return ""
    return (
        f"A rehearsal could be the end here: {size_text(storage.free_bytes)} more and {storage.ends}. It is refused below "
        f"{size_text(LEAST_ROOM)}; make room on the log's partition first."
    )


_NOT_REHEARSED = {
    "notapplicable": "not applicable here: there is nothing to watch.",
    "unknown": "it is not known whether it applies.",
    "audited": "recorded already: nothing would be added. The log's growth by key shows what it takes.",
    "not-persistent": "recorded already by rules that are loaded now: nothing would be added.",
    "blind": "nothing can be recorded on this host as it is.",
    "shadowed": "an earlier rule says never: the watch would record nothing until it stands before that rule.",
    "pending-reboot": "the kernel takes no rules before the next boot.",
}


def planned_watches(findings: Sequence[Finding], facts: HostFacts) -> tuple[tuple[Watch, ...], tuple[Counted, ...]]:
    """The watches to load, and the controls for which there is none, with the reason."""
    watches: list[Watch] = []
    left_out: list[Counted] = []
    seen: dict[tuple[Rule, ...], str] = {}  # of one path with two controls the kernel would give every event to the first
    for finding in findings:
        if finding.state in _NOT_REHEARSED:
            left_out.append(Counted(finding.control, finding.slug, finding.path, "left-out", note=_NOT_REHEARSED[finding.state]))
            continue
        key = f"{KEY}{os.getpid()}.{len(watches) + 1}"
        parsed = [parse_line(line, facts.names, lookup(facts).is_directory) for line in finding.wanted]
        rules = tuple(dict.fromkeys(_under(line.rule, key) for line in parsed if isinstance(line, AddRule)))
        alike = tuple(replace(rule, keys=()) for rule in rules)
        if alike in seen:
            note = f"its watch is that of {seen[alike]}, and counted there."
            left_out.append(Counted(finding.control, finding.slug, finding.path, "left-out", note=note))
        elif rules:
            seen[alike] = finding.control
            watches.append(Watch(finding, key, rules))
        else:
            left_out.append(Counted(finding.control, finding.slug, finding.path, "left-out", note="there is no watch for it here."))
    return tuple(watches), tuple(left_out)


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What can be told of a rehearsal before it: its rules, as one would write them, less their temporary keys; what ends it before its time, and
    what a full log would do to the host, in sentences; and why it would be refused, "" where it would begin."""

    rules: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    refusal: str = ""


def beforehand(findings: Sequence[Finding], facts: HostFacts) -> Beforehand:
    """What can be told of a rehearsal of *findings* on the host with these *facts*."""
    watches, _ = planned_watches(findings, facts)
    rules = tuple(display(replace(rule, keys=()), facts) for watch in watches for rule in watch.rules)
    return Beforehand(rules, ending(storage_of(facts)), refused_here(facts))


def _under(rule: Rule, key: str) -> Rule:
    return replace(rule, keys=(key,), fields=tuple(each for each in rule.fields if each.name != "key"))


def _intent(benchmark: str, watches: Sequence[Watch], facts: HostFacts) -> Intent:
    kernel, status = facts.kernel_rules, facts.audit_status
    if isinstance(kernel, Unknown) or isinstance(status, Unknown):
        raise OSError("the audit state cannot be read")
    return Intent(
        kind="rehearse",
        benchmark=benchmark,
        controls=tuple(watch.finding.control for watch in watches),
        files=(),
        compiled=state_of(file_in(facts, AUDIT_RULES)),
        previous=state_of(file_in(facts, AUDIT_RULES_PREV)),
        new_lines=(),
        kernel_before=kernel,
        expected=(*kernel, *(rule for watch in watches for rule in watch.rules)),
        put_back=(),
        status=status,
        auditctl=facts.programs.auditctl or "/sbin/auditctl",
        load=None,
        restart=(),
        start=None,
        daemon=daemon_name(facts),
    )
