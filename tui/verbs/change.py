"""The verbs that change a host: apply, undo, rehearse. Each asks first, reports every step, and ends in a known state."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.base.cleaning import in_words
from tui.base.dataclass import replace
from tui.base.signals import noting_signals
from tui.base.streams import abandon
from tui.base.typing import TYPE_CHECKING
from tui.controls.catalogue import load_catalogue
from tui.controls.control import DEFAULT_VERSION
from tui.plan.values import WORD
from tui.run.journal import run_records
from tui.run.taking_back.asked_by import asked_by
from tui.run.values import Output, RunEvent, RunReport
from tui.run.words import HEADLINES
from tui.session import Session
from tui.verbs.common import (
    NOT_BEGUN,
    VerbRefused,
    ask_for_word,
    live_host,
    need_programs,
    paint,
    print_json,
    print_lines,
    question_of,
    say,
    signs,
    switches_of,
    width,
    without_waived,
)
from tui.verdict.question import Question
from tui.views.json import rehearsal_view, report_view
from tui.views.pages.rehearsal import rehearsal_page
from tui.views.rendering import render_plan, render_report

if TYPE_CHECKING:
    import argparse

    from tui.host.port import Host
    from tui.run.journal.run_records import RunRecord

_NO_JOURNAL = "The journal cannot be used, so nothing was changed. {}"


def apply(arguments: argparse.Namespace) -> int:
    """Carry the plan out; the exit status is that of its outcome."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        return _not_begun(arguments, lack)
    kept = None
    if arguments.plan:
        from tui.verbs.plan_file import read_plan, refusal  # only a kept plan is read back

        kept = read_plan(arguments)
    question = question_of(arguments)
    question, left_out = without_waived(arguments, question, os.uname().nodename)
    if left_out:
        say(left_out)
    walk = Session(question, live_host(), switches=switches_of(arguments))
    try:
        settled = _settle_unfinished(arguments, walk)
    except OSError as problem:
        return _not_begun(arguments, _NO_JOURNAL.format(in_words(problem)))
    if settled is not None and not _is_settled(settled):
        return _report(arguments, settled, walk)
    plan = walk.read()
    if kept is not None and (why := refusal(kept, plan)):
        return _report(arguments, _with_recovery(RunReport("", "blocked", HEADLINES["blocked"], why), settled), walk)
    if not plan.blockers and not plan.is_empty and not arguments.yes:
        say("\n".join(render_plan(plan, signs(), width(), facts=walk.facts)))
        with _after_recovery(settled):
            _confirm(arguments, " ".join(("This will be done.", *plan.consequences)), word=plan.word)
    with _signals() as cancelled:
        return _report(arguments, _with_recovery(walk.carry_out(_progress, cancelled), settled), walk)


def undo(arguments: argparse.Namespace) -> int:
    """Undo a run: take its change back, or with --all whatever any run has written."""
    if arguments.all and arguments.run:
        raise VerbRefused("--all takes every run back, and RUN names one; give one of them.")
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        return _not_begun(arguments, lack)
    host = live_host()
    try:
        record = _to_undo(arguments, host)
        if record is None and not arguments.all:
            return _nothing_to_undo(arguments, "there is no run to undo; nothing was changed.")
        walk = _walk_of(record, host)
        if record is not None and record.unfinished:
            with _signals() as cancelled:
                report = _roll_back(arguments, walk, record, "it will be rolled back.", cancelled)
                _report(arguments, report, walk)
            return walk.exit_code
        settled = _settle_unfinished(arguments, walk)
        if settled is not None and not _is_settled(settled):
            return _report(arguments, settled, walk)
        prepared = walk.past.prepare_undo_all() if record is None else walk.past.prepare_undo(record)
    except (run_records.UnknownRun, OSError) as problem:
        return _nothing_to_undo(arguments, in_words(problem))
    if not prepared.blockers and not prepared.is_empty:
        diffs = (change.diff for change in prepared.files)
        told = (prepared.told_since, *prepared.notes, *diffs, prepared.told_locked, *prepared.costs, prepared.afterwards)
        for said in filter(None, told):
            say(said)
        with _after_recovery(settled):
            _confirm(arguments, f"{prepared.title[0].upper()}{prepared.title[1:]} will be undone.")
    with _signals() as cancelled:
        return _report(arguments, _with_recovery(walk.undo(prepared, _progress, cancelled), settled), walk)


def _to_undo(arguments: argparse.Namespace, host: Host) -> RunRecord | None:
    """The run that the arguments mean; None for none, and for all. Raises UnknownRun, or OSError where the journal cannot be read."""
    if arguments.run:
        return run_records.find(host, arguments.run)
    return None if arguments.all else run_records.unfinished(host) or run_records.latest_undoable(host)


def rehearse(arguments: argparse.Namespace) -> int:
    """Rehearse: load the planned watches for a while and count their records."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        raise VerbRefused(lack, NOT_BEGUN)
    walk = Session(question_of(arguments), live_host())
    try:
        settled = _settle_unfinished(arguments, walk)
    except OSError as problem:
        raise VerbRefused(_NO_JOURNAL.format(in_words(problem)), NOT_BEGUN) from None
    if settled is not None and not _is_settled(settled):
        return _report(arguments, settled, walk)
    ends: tuple[str, ...] = ()
    if not arguments.yes:
        walk.read()
        ends = walk.before_rehearsal().ends
    first = f"The planned watches will be loaded into the kernel for {arguments.seconds:g} s and taken out again."
    _confirm(arguments, " ".join((first, *ends)))
    with _signals() as cancelled:
        walk.rehearse(arguments.seconds, _progress, cancelled)
        counted = walk.rehearsal
        assert counted is not None
        if arguments.json:
            print_json(rehearsal_view(counted))
        else:
            print_lines(map(paint(arguments), rehearsal_page(counted, width(), signs(arguments))))
        return counted.exit_code


def _walk_of(record: RunRecord | None, host: Host) -> Session:
    """A walk about what the run *record* was about; without one about every control."""
    if record is None:
        return Session(Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION), host)
    return Session(asked_by(record) or Question((), record.benchmark), host)


def _need_answer(arguments: argparse.Namespace) -> None:
    """Check that the verb can be carried through. Raises VerbRefused where nobody can say yes, ImportError where no program can be started."""
    if not arguments.yes and not sys.stdin.isatty():
        raise VerbRefused(
            f"{arguments.verb} asks for the word yes, and standard input is not a terminal; give --yes to go on without asking."
        )
    need_programs()


def _lacks_root(arguments: argparse.Namespace) -> str:
    """Why this verb cannot even begin, "" for root."""
    if os.geteuid() == 0:
        return ""
    return f"Only root can {arguments.verb}; nothing was changed. Start the program as root, on the host itself rather than in a container."


def _confirm(arguments: argparse.Namespace, what: str, word: str = WORD) -> None:
    """Ask for *word* on a terminal. Raises VerbRefused for anything else."""
    if not arguments.yes:
        ask_for_word(what, word)


def _progress(event: RunEvent) -> None:
    """Print a run's event to stderr: one line for each finished step, and what the commands say."""
    if isinstance(event, Output):
        say("    " + event.text.rstrip("\n").replace("\n", "\n    "))
    elif event.step.state not in ("waiting", "running"):
        step = event.step
        say(f"[{event.index + 1}/{event.total}] {step.title}: {step.state} ({step.seconds:.1f} s) {step.message}".rstrip())


@contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM, SIGHUP or SIGINT came, which the run answers by rolling back. Raises VerbRefused afterwards, to end as it asks."""
    with noting_signals() as noted:
        yield lambda: bool(noted)
    if noted:
        raise VerbRefused(f"ended by {signal.Signals(noted[0]).name}; see the lines above for what is true now.", 128 + noted[0])


def _settle_unfinished(arguments: argparse.Namespace, walk: Session) -> RunReport | None:
    """The report of rolling back a run that a crash left behind, None where there was none. Raises VerbRefused where it is declined."""
    left = run_records.unfinished(walk.host)
    if left is None:
        return None
    with _signals() as cancelled:
        report = _roll_back(arguments, walk, left, "it will be rolled back first.", cancelled)
    if _is_settled(report):
        say(f"Run {left.run}: {report.headline}. {report.message}")
    return report


def _roll_back(
    arguments: argparse.Namespace, walk: Session, left: RunRecord, what: str, cancelled: Callable[[], bool]
) -> RunReport:
    """The report of rolling back the run *left*, once *what* becomes of it was said and agreed to."""
    _confirm(arguments, f"Run {left.run} did not finish; {what}")
    return walk.recover(left, _progress, cancelled)


def _is_settled(report: RunReport) -> bool:
    """Whether nothing of the unfinished run is left that this process could still take back."""
    return report.outcome in ("rolled-back", "nothing-to-do", "pending-reboot", "proved")


@contextmanager
def _after_recovery(settled: RunReport | None) -> Iterator[None]:
    """A question whose No must not say that nothing was changed where a recovery has changed something before it."""
    try:
        yield
    except VerbRefused as refusal:
        if settled is None:
            raise
        raise VerbRefused(f"not confirmed; nothing was changed but by the recovery of run {settled.run}.", refusal.status) from None


def _with_recovery(report: RunReport, recovered: RunReport | None) -> RunReport:
    """*report*, which says first what the recovery of an earlier run has changed right before."""
    if recovered is None or recovered.outcome == "nothing-to-do":
        return report
    begun = "This run has not begun." if report.outcome == "blocked" else ""
    said = f"Run {recovered.run}, which had not finished, was rolled back first. {recovered.message}"
    headline = HEADLINES["earlier-rolled-back"] if report.outcome == "blocked" else report.headline
    return replace(report, headline=headline, message=" ".join(filter(None, (said, begun, report.message))), recovered=recovered)


def _not_begun(arguments: argparse.Namespace, message: str) -> int:
    return _report(arguments, RunReport("", "blocked", HEADLINES["blocked"], message))


def _nothing_to_undo(arguments: argparse.Namespace, message: str) -> int:
    if arguments.json:
        return _not_begun(arguments, message)
    raise VerbRefused(message, NOT_BEGUN)


def _report(arguments: argparse.Namespace, report: RunReport, walk: Session | None = None) -> int:
    """Print the report of how a run ended. What became of the host is the exit status, whether or not somebody could read it here."""
    try:
        if arguments.json:
            print_json(report_view(report))
        else:
            before, after = (walk.facts_before, walk.facts_after) if walk else (None, None)
            print_lines(render_report(report, signs(arguments), width(), before, after, paint(arguments)))
    except Exception as problem:
        abandon(sys.stdout)
        say(f"{report.headline}: {report.message} (This stands on stderr, since {_unread(problem)})")
    return report.exit_code


def _unread(problem: Exception) -> str:
    if isinstance(problem, BrokenPipeError):
        return "nobody reads stdout any more."
    return f"{problem}" if isinstance(problem, VerbRefused) else f"it could not be shown: {type(problem).__name__}: {problem}."
