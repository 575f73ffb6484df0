"""Carry out a plan on a host, step by step, as a stream of events; a failing step has the run rolled back as far as it is ours."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict

from tui.base.amounts import first_of
from tui.base.cleaning import clean, in_words
from tui.base.dataclass import dataclass, replace
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, HostFacts, Interest
from tui.host.port import FileChanged, Host, ProbeResult
from tui.plan.blocker_words import unfinished_run
from tui.plan.digest import differences, facts_digest
from tui.plan.values import Plan
from tui.run import kernel_rules
from tui.run.context import Emit, RunContext
from tui.run.evidence import evidence
from tui.run.journal import run_records
from tui.run.journal.intent import intent_of
from tui.run.journal.intent_json import backup_of
from tui.run.journal.journal import Journal
from tui.run.outcome import LOCKED, Ended, outcome_of, outcome_of_empty
from tui.run.proof import finding_in_words, prove
from tui.run.step_tracker import StepTracker, hold_lock
from tui.run.steps import Job, StepFailed, StepWithheld, jobs, jobs_of, lock_rules, put_back, waits_for
from tui.run.taking_back.rollback import roll_back
from tui.run.taking_back.rollback_result import RollbackResult
from tui.run.values import SUCCEEDED, Outcome, RunReport, Step
from tui.run.words import HEADLINES, NOT_UNDONE, STARTED_AGAIN
from tui.verdict import rule_display
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.verdict.words import in_state

CHECK = Job("check", "See that the host is as the plan has it", lambda _context: "")
PROBE = Job("probe", "Prove it with a harmless access", lambda _context: "")
LOCK = Job("lock", "Load everything and lock the kernel", lock_rules)
VERDICT = Job("verdict", "Read the host again and judge it", lambda _context: "")


def steps_of(plan: Plan) -> tuple[Step, ...]:
    """The steps that :func:`carry_out` will take for *plan*, all waiting."""
    return tuple(Step(job.name, job.title) for job in _jobs_of_plan(plan))


def _jobs_of_plan(plan: Plan) -> tuple[Job, ...]:
    if plan.is_empty:
        return (CHECK,)
    changes = jobs(
        [change.path for change in plan.files],
        load=any(command.step == "load" for command in plan.commands),
        restart=any(command.step == "restart" for command in plan.commands),
        locks=plan.locks,
    )
    return (CHECK, *changes, *(() if plan.pending_reboot else (PROBE,)), *((LOCK,) if plan.locks else ()), VERDICT)


def carry_out(
    question: Question, plan: Plan, host: Host, *, emit: Emit, cancelled: Callable[[], bool] = lambda: False
) -> RunReport:
    """Carry out *plan* step by step, and prove what it reached; the run's report.

    *emit* gets every event as it happens; once *cancelled* says so, the step in hand is finished and everything is rolled back.
    Never raises for a host that does not cooperate: that is the report's outcome.
    """
    tracker = StepTracker(_jobs_of_plan(plan), emit)
    if plan.blockers:
        return tracker.blocked(" ".join(blocker.in_full for blocker in plan.blockers), plan.findings)
    tracker.start(0)
    with ExitStack() as stack:
        if refusal := hold_lock(host, stack, emit, cancelled):
            return tracker.blocked(refusal, plan.findings)
        interest = replace(question.interest, history=False) | Interest(files=_paths(plan))
        facts = host.read(interest)
        if refusal := _refusal(plan, facts, host):
            return tracker.blocked(refusal, plan.findings)
        if plan.is_empty:
            tracker.finish(0, "Nothing has changed since.")
            return tracker.report("", *outcome_of_empty(plan), before=plan.findings, after=plan.findings)
        try:
            intent = intent_of(question, plan, facts)
            opened = stack.enter_context(Journal.begin(host, intent, facts.identity.name, evidence.versions(facts)))
        except OSError as error:
            return tracker.blocked(f"The journal could not be begun, so nothing was touched: {in_words(error)}.", plan.findings)
        tracker.finish(0, f"Nothing has changed since; the journal is {opened.folder}.")
        run = Run(RunContext(host, intent, opened, interest, emit), tracker, facts, question, plan)
        return run.go((*jobs_of(intent), *run.proof()), cancelled)


def _paths(plan: Plan) -> frozenset[str]:
    return frozenset(change.path for change in plan.files) | {AUDIT_RULES, AUDIT_RULES_PREV}


def _refusal(plan: Plan, facts: HostFacts, host: Host) -> str:
    """Why this run may not begin, "" where it may."""
    try:
        left = run_records.unfinished(host)
    except OSError as error:
        return f"The journal could not be read, so nothing was touched: {in_words(error)}."
    if left is not None:
        blocker = unfinished_run(left.run)
        return blocker.in_full
    differs = differences(plan.facts_digest, facts_digest(facts))
    if not differs:
        return ""
    return f"The host has changed since the plan was made ({first_of([clean(part) for part in differs])}). Nothing was touched; look at a new plan."


@dataclass
class Run:
    """One run from its first change to its report. ``question`` and ``plan`` are None where the journal alone tells what to do."""

    context: RunContext
    tracker: StepTracker
    facts: HostFacts
    question: Question | None = None
    plan: Plan | None = None
    after: HostFacts | None = None
    findings: tuple[Finding, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    success: Callable[[], Ended] | None = None
    """What a run that reached its last step amounts to: outcome, headline, message. None: as the findings and probes say."""
    began: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.context.host.now()

    def proof(self) -> tuple[Job, ...]:
        """The steps that change nothing more: probe and verdict."""
        verdict = replace(VERDICT, do=self._judge)
        lock = (replace(LOCK, do=self._lock),) if self.context.intent.locks else ()
        return (verdict,) if self.context.intent.pending_reboot else (replace(PROBE, do=self._probe), *lock, verdict)

    def go(self, planned: Sequence[Job], cancelled: Callable[[], bool]) -> RunReport:
        """Take the steps *planned*, which follow the check in the course; roll back where one fails."""
        for index, job in enumerate(planned, start=1):
            failure = "It was asked to stop." if not self.locked and self._called_off(cancelled) else self._take(index, job)
            if failure and self.locked:
                return self._end("not-proved", "locked, but not as planned", f"{failure} {LOCKED}")
            if failure:
                return self._fail(index, failure)
        try:
            ended = (self.success or self._outcome)()
        except BaseException as error:
            return self._fail(len(planned), self._unforeseen(error))
        return self._end(*ended)

    def _called_off(self, cancelled: Callable[[], bool]) -> bool:
        """Whether the run is to stop; so it is where nobody is left to say that it may go on."""
        try:
            return cancelled() or self.context.watcher.interrupted or self.tracker.watcher.interrupted
        except BaseException:
            return True

    def _take(self, index: int, job: Job) -> str:
        """Take one step; "" where it reached what it was for."""
        context = self.context
        context.step = job.name
        began = context.host.uptime()
        try:
            context.journal.step(self.tracker.start(index, waits_for(job.name, context)))
            message = job.do(context)
            context.journal.step(self.tracker.finish(index, message, context.host.uptime() - began))
            return ""
        except StepWithheld as reason:
            context.journal.step(self.tracker.set(index, "skipped", seconds=context.host.uptime() - began, message=f"{reason}"))
            return ""
        except (StepFailed, FileChanged, OSError) as error:
            message = f"{in_words(error)}."
        except BaseException as error:  # Whatever it is, half a run must not be what is left.
            message = self._unforeseen(error)
        self.tracker.set(index, "failed", seconds=context.host.uptime() - began, message=message)
        return message

    def _unforeseen(self, error: BaseException) -> str:
        """A sentence for an exception that no step means to raise; its traceback goes into the journal."""
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            return f"It was interrupted ({type(error).__name__})."
        self.context.journal.note(
            "internal-error", traceback="".join(traceback.format_exception(type(error), error, error.__traceback__))
        )
        return f"An internal error stopped the step ({type(error).__name__}: {error}); the journal has its traceback."

    # --- the lock and the proof ---

    @property
    def locked(self) -> bool:
        """Whether the run's own load has locked the kernel with every rule of the plan: nothing is rolled back from here on."""
        return any(step.name == LOCK.name and step.state == "done" for step in self.tracker.steps)

    def _lock(self, context: RunContext) -> str:
        facts = context.read()
        open_findings = (
            [finding_in_words(finding) for finding in self.question.findings(facts) if finding.result == "fail"]
            if self.question
            else []
        )
        silent = [probe.path for probe in self.probes if not probe.recorded]
        if context.status(facts).enabled != 2 and (open_findings or silent or not self.probes):
            why = " ".join(open_findings) or f"no access of ours to {first_of(list(dict.fromkeys(silent)))} was found in the log."
            raise StepWithheld(f"The kernel was not locked, since it is not proved that the rules record: {why}")
        return lock_rules(context)

    def _probe(self, _context: RunContext) -> str:
        assert self.question
        facts = self.context.read()
        self.probes = prove(self.question, self.question.findings(facts), self.context.host, facts)
        for probe in self.probes:
            self.context.journal.write(
                "probe", path=probe.path, access=probe.access, pid=probe.pid, serial=probe.serial, record=probe.record
            )
        recorded = sum(probe.recorded for probe in self.probes)
        where = next((probe.place for probe in self.probes if probe.place), "the log")
        return f"{recorded} of {len(self.probes)} {'access is' if len(self.probes) == 1 else 'accesses are'} in {where}."

    def _judge(self, context: RunContext) -> str:
        facts = context.read()
        if kernel_rules.missing(context.intent.expected, context.rules(facts)) and not self.locked:
            put_back(context)
            facts = context.read()
        if context.intent.daemon_pid and not context.status(facts).pid:
            raise StepFailed(
                f"{context.intent.daemon} has died since: no daemon is registered with the kernel, and nothing is being recorded."
            )
        self.after = facts
        if self.question:
            self.findings = self.question.findings(facts)
        return "; ".join(f"{finding.control} {in_state(finding)}" for finding in self.findings) + "."

    def _outcome(self) -> Ended:
        withheld = " ".join(step.message for step in self.tracker.steps if step.name == LOCK.name and step.state == "skipped")
        return outcome_of(self.context.intent, self.facts, self.findings, self.probes, withheld=withheld, locked=self.locked)

    # --- the end ---

    def _dropped(self) -> tuple[str, ...]:
        """The rules that the plan lets go and that the kernel indeed holds no more."""
        if self.plan is None or self.after is None or not self.plan.dropped:
            return ()
        held = frozenset(self.context.rules(self.after))
        return tuple(only.text for only in self.plan.dropped if only.rule not in held)

    def _fail(self, index: int, failure: str) -> RunReport:
        context, tracker = self.context, self.tracker
        if tracker.steps[index].state != "failed":
            tracker.set(index, "skipped", message=failure)
        context.journal.note("failed", step=tracker.steps[index].name, message=failure)
        rolled = roll_back(context, context.wrote.__contains__)
        for earlier in range(1, index):
            if tracker.steps[earlier].state == "done" and rolled.complete:
                said = self._after_restart() if tracker.steps[earlier].name == "restart" else None
                tracker.set(earlier, "undone", message=said)
        for later in range(index + 1, len(tracker.steps)):
            tracker.set(later, "skipped")
        for step in tracker.steps[1:]:
            context.journal.note("step", **asdict(step))
        return self.rolled_back(failure, rolled)

    def _after_restart(self) -> str:
        """What a rollback has made of a restart, which nothing undoes."""
        started = any(step == "roll-back" and result.argv == self.context.intent.start for step, _, result in self.context.commands)
        return STARTED_AGAIN if started else NOT_UNDONE

    def rolled_back(self, failure: str, rolled: RollbackResult) -> RunReport:
        """The report of a run that was rolled back, for the reason *failure*, as far as *rolled* says."""
        self.after = rolled.facts
        self.findings = self._findings(rolled.facts)
        self.probes = ()
        message = f"{failure} {rolled.message}"
        if rolled.complete and rolled.waits:
            return self._end("pending-reboot", HEADLINES["rolled-back-on-disk"], message, rolled_back=True)
        if rolled.complete:
            return self._end("rolled-back", HEADLINES["rolled-back"], message)
        return self._end("broken", HEADLINES["broken"], message, tuple(rolled.mend))

    def _findings(self, facts: HostFacts) -> tuple[Finding, ...]:
        """The verdict on *facts*; none where there is no question, or no way to answer it."""
        try:
            return self.question.findings(facts) if self.question else ()
        except Exception as error:  # The end of a run is told in any case.
            self.context.journal.note(
                "internal-error", traceback="".join(traceback.format_exception(type(error), error, error.__traceback__))
            )
            return ()

    def _end(
        self, outcome: Outcome, headline: str, message: str, mend: tuple[str, ...] = (), *, rolled_back: bool = False
    ) -> RunReport:
        context = self.context
        succeeded = outcome in SUCCEEDED and not rolled_back
        dropped = self._dropped() if succeeded else ()
        if dropped:
            headline += f"; {rule_display.counted(len(dropped))} dropped"
            these = "it again by hand" if len(dropped) == 1 else "them again by hand"
            message += (
                f" Dropped, as you chose, since only the kernel had {'it' if len(dropped) == 1 else 'them'}: {'; '.join(dropped)}."
                f" An undo does not bring that back; auditctl loads {these}."
            )
        context.journal.end(outcome, headline, message, mend, rolled_back=rolled_back)
        before = self.plan.findings if self.plan else self._findings(self.facts)
        report = self.tracker.report(
            context.journal.run,
            outcome,
            headline,
            message,
            before=before,
            after=self.findings,
            probes=self.probes,
            mend=mend,
            backup=backup_of(context.journal.folder, context.intent),
            actor=context.journal.actor,
            undoable=succeeded and context.intent.kind == "apply" and bool(context.intent.files),
            dropped=dropped,
        )
        try:
            document = evidence.document_of(
                report,
                context.intent,
                question=self.question,
                plan=self.plan,
                before=self.facts,
                after=self.after or context.read(),
                commands=context.commands,
                begun_by=context.journal.begun_by,
                started=self.began,
                finished=context.host.now(),
            )
            path = evidence.write(context.journal.folder, document)
        except BaseException as error:  # What was done is done, whatever becomes of the report.
            said = in_words(error) if isinstance(error, OSError) else f"{type(error).__name__} {error}".rstrip()
            return replace(report, message=f"{message} The report could not be written: {said}.")
        if context.journal.trouble:
            message += f" The journal is not complete ({in_words(context.journal.trouble)}), so the next start may take this run for unfinished."
        return replace(report, report=path, message=message)
