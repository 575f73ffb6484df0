"""Recovery: a run that was cut short (SIGKILL, power loss) is rolled back, or finished, from its journal alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict

from tui.base.cleaning import in_words
from tui.base.dataclass import replace
from tui.host.facts import HostFacts, Interest
from tui.host.port import Host
from tui.run.carry_out import CHECK, LOCK, PROBE, VERDICT, Run
from tui.run.context import Emit, RunContext, moment
from tui.run.journal import run_records
from tui.run.journal.intent import digests
from tui.run.journal.journal import Journal
from tui.run.journal.run_records import DamagedRun, RunRecord, UnknownRun
from tui.run.rehearsal.rehearsal import end_rehearsal
from tui.run.step_tracker import StepTracker, hold_lock
from tui.run.steps import Job, jobs_of
from tui.run.taking_back.rollback import roll_back
from tui.run.taking_back.since import Moment, lost_by, since
from tui.run.taking_back.undo import Undoing
from tui.run.taking_back.undo_plan import SETTLE
from tui.run.values import RunReport
from tui.run.words import HEADLINES
from tui.verdict.objects.whose_files import foreign_files
from tui.verdict.question import Question

ROLL_BACK = Job("roll-back", "Take out what that run did; what others have done since stays", lambda _context: "")


def recover(
    host: Host,
    record: RunRecord,
    *,
    emit: Emit,
    finish: bool = False,
    question: Question | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Roll the unfinished run *record* back, or with *finish* do the rest of it.

    Both write on in the journal of that run, so that a recovery which is itself cut short is simply done again. With *question* a
    finished run is probed and judged; without, it ends not-proved. A command of the dead run that is still at work is waited for, until
    *cancelled* says so; what has begun is not called off.
    """
    tracker = StepTracker(_jobs(record, finish, question), emit, recovers=True)
    tracker.announce()
    tracker.start(0)
    with ExitStack() as stack:
        if refusal := hold_lock(host, stack, emit, cancelled):
            return tracker.blocked(refusal, ())
        try:
            record = run_records.find(host, record.run)
            if not record.unfinished:
                tracker.finish(0, "It has ended meanwhile.")
                return tracker.report(
                    record.run,
                    "nothing-to-do",
                    HEADLINES["nothing-to-do"],
                    f"Run {record.run} has ended meanwhile.",
                    report=record.report,
                )
            if foreign := foreign_files(host.read(Interest())):
                return tracker.blocked(f"Run {record.run} is left as it is. {foreign.in_full}", ())
            if record.kind == "rehearse":
                return _end_rehearsal(host, record, tracker, emit)
            intent = record.intent
            undone = tuple(run_records.find(host, run) for run in record.undid) if finish else ()
            opened = stack.enter_context(Journal.reopen(host, record))
        except (UnknownRun, DamagedRun, OSError) as error:
            return tracker.blocked(f"Run {record.run} cannot be recovered: {in_words(error)}.", ())
        interest = replace(question.interest, history=False) if question else Interest()
        context = RunContext(host, intent, opened, interest, emit)
        context.began = Moment(record.started, record.uptime, record.boot)
        context.lost = lambda booted: lost_by(record.events, intent, booted=booted)
        context.compiled = any(event.get("event") == "run" for event in record.events)
        context.wrote |= {change.path for change in intent.files if record.wrote(change.path)}
        if intent.locks and context.status().enabled == 2 and not finish:
            # The door is closed behind it, so nothing can be rolled back: what is left of the run is to see what became true.
            finish, tracker = True, StepTracker(_jobs(record, True, question), emit, recovers=True)
            tracker.start(0)
        opened.recovery(finish=finish)
        run = Run(context, tracker, context.read(), question)
        tracker.finish(0, f"It was cut short {record.where_cut_short}.")
        if finish:
            if refusal := _went_on(context, run.facts, record):
                return tracker.blocked(refusal, ())
            return _finish(run, undone)
        tracker.start(1)
        rolled = roll_back(context, context.wrote.__contains__)
        tracker.set(1, "done" if rolled.complete else "failed", message=rolled.message)
        for step in record.steps if rolled.complete else ():
            if step.state in ("running", "done"):
                opened.note("step", **asdict(replace(step, state="undone")))
        return run.rolled_back(f"Run {record.run} was cut short {record.where_cut_short}.", rolled)


def _went_on(context: RunContext, facts: HostFacts, record: RunRecord) -> str:
    """Why the rest of the run may not be done any more, "" where it may: what it planned was for the host as it was then."""
    if not isinstance(facts.rules_dir, tuple):
        return ""
    past = since(context.intent, context.began, moment(context.host), digests(facts.rules_dir))
    if not past.changed:
        return ""
    return (
        f"{past.sentence(record.run)} What it had planned is no longer what is right, so it was not finished. Roll it back:"
        f" docker-audit-wizard undo {record.run}; then apply anew."
    )


def _end_rehearsal(host: Host, record: RunRecord, tracker: StepTracker, emit: Emit) -> RunReport:
    """Take back a rehearsal that was cut short. It has changed nothing but the kernel's list, and there only what carries its key."""
    tracker.finish(0, "it was a rehearsal.")
    tracker.start(1)
    outcome, message, mend = end_rehearsal(host, record, emit)
    tracker.set(1, "failed" if mend else "done", message=message)
    headline = HEADLINES["watches-left" if mend else "watches-out"]
    return tracker.report(record.run, outcome, headline, message, mend=mend, actor=host.actor())


def _jobs(record: RunRecord, finish: bool, question: Question | None) -> tuple[Job, ...]:
    check = replace(CHECK, title=f"Read the journal of run {record.run}")
    if not finish:
        return (check, ROLL_BACK)
    if record.kind == "undo":
        return (check, *jobs_of(record.intent), SETTLE)
    probe = (PROBE,) if question and not record.intent.pending_reboot else ()
    lock = (LOCK,) if question and record.intent.locks else ()
    return (check, *jobs_of(record.intent), *probe, *lock, VERDICT)


def _finish(run: Run, undone: tuple[RunRecord, ...]) -> RunReport:
    intent = run.context.intent
    if intent.kind == "undo":
        return Undoing(undone, run).go(lambda: False)
    proof = run.proof() if run.question else run.proof()[-1:]
    return run.go((*jobs_of(intent), *proof), lambda: False)
