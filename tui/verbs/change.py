"""The verbs that change a host: apply, undo, rehearse. Each asks first, reports every step, and ends in a known state."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui.base.cleaning import in_words
from tui.verbs.common import (
    NOT_BEGUN,
    VerbRefused,
    live_host,
    print_json,
    print_lines,
    question_of,
    say,
    signs,
    switches_of,
    width,
)

if TYPE_CHECKING:
    import argparse

    from tui.controls.control import Control
    from tui.host.facts import HostFacts
    from tui.host.port import Host
    from tui.run.journal.journal import RunRecord
    from tui.run.values import RunEvent, RunReport
    from tui.verdict.question import Question


def apply(arguments: argparse.Namespace) -> int:
    """Carry the plan out; the exit status is that of its outcome."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        return _not_begun(arguments, lack)
    from tui.run.carry_out import carry_out

    question = question_of(arguments)
    host = live_host()
    try:
        settled = _settle_unfinished(arguments, host)
    except OSError as problem:
        return _not_begun(arguments, f"The journal cannot be used, so nothing was changed. {in_words(problem)}")
    if settled is not None and settled.exit_code not in (0, 4):
        return _report(arguments, settled, host)
    from tui.host.facts import Interest

    facts = host.read(question.interest | Interest(history=True))
    from tui.plan.make import make_plan

    made = make_plan(question, facts, switches_of(arguments))
    if not made.blockers and not made.is_empty and not arguments.yes:
        from tui.views.rendering import render_plan

        say("\n".join(render_plan(made, signs(), width())))
        try:
            _confirm(arguments, " ".join(("This will be done.", *made.consequences)), word=made.word)
        except VerbRefused as refusal:
            if settled is None:
                raise
            raise VerbRefused(
                f"not confirmed; nothing was changed but by the recovery of run {settled.run}.", refusal.status
            ) from None
    with _signals() as cancelled:
        report = _with_recovery(carry_out(question, made, host, emit=_progress, cancelled=cancelled), settled)
        status = _report(arguments, report, host, facts)
    return status


def undo(arguments: argparse.Namespace) -> int:
    """Undo a run: take its change back."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        return _not_begun(arguments, lack)
    from tui.host.facts import Interest
    from tui.run.journal import journal
    from tui.run.taking_back.recovery import recover
    from tui.run.taking_back.undo import plan_undo
    from tui.run.taking_back.undo import undo as take_back

    host = live_host()
    try:
        record = journal.find(host, arguments.run) if arguments.run else journal.unfinished(host) or journal.latest_undoable(host)
    except (journal.UnknownRun, OSError) as problem:
        return _nothing_to_undo(arguments, in_words(problem))
    if record is None:
        return _nothing_to_undo(arguments, "there is no run to undo; nothing was changed.")
    before = host.read(Interest())
    if record.unfinished:
        _confirm(arguments, f"Run {record.run} did not finish; it will be rolled back.")
        with _signals():
            report = recover(host, record, emit=_progress, question=_asked_by(record))
            status = _report(arguments, report, host, before)
        return 0 if report.outcome == "rolled-back" else status  # here that is what was asked for
    prepared = plan_undo(host, record)
    if not prepared.blockers:
        if prepared.since is not None:
            say(prepared.since.sentence(record.run))
        say("\n".join(change.diff for change in prepared.files))
        _confirm(arguments, f"Run {record.run} will be undone.")
    with _signals() as cancelled:
        question = _asked_by(record)
        report = take_back(prepared, host, emit=_progress, cancelled=cancelled, question=question)
        status = _report(arguments, report, host, before)
    return status


def rehearse(arguments: argparse.Namespace) -> int:
    """Rehearse: load the planned watches for a while and count their records."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        raise VerbRefused(lack, NOT_BEGUN)
    from tui.run.rehearsal.rehearsal import rehearse as count
    from tui.run.rehearsal.report import rehearsal_lines, rehearsal_view

    question = question_of(arguments)
    host = live_host()
    _confirm(arguments, f"The planned watches will be loaded into the kernel for {arguments.seconds:g} s and taken out again.")
    with _signals() as cancelled:
        outcome = count(question, host, seconds=arguments.seconds, emit=_progress, cancelled=cancelled)
        if arguments.json:
            print_json(rehearsal_view(outcome))
        else:
            print_lines(rehearsal_lines(outcome))
        status = outcome.exit_code
    return status


def _need_answer(arguments: argparse.Namespace) -> None:
    """Check that the verb can be carried through. Raises Refused where nobody can say yes, ImportError where no program can be started."""
    if not arguments.yes and not sys.stdin.isatty():
        raise VerbRefused(
            f"{arguments.verb} asks for the word yes, and standard input is no terminal; give --yes to go on without asking."
        )
    if os.geteuid() == 0:
        import tui.host.live.commands  # noqa: F401


def _lacks_root(arguments: argparse.Namespace) -> str:
    """Why this verb cannot even begin, "" for root."""
    if os.geteuid() == 0:
        return ""
    return f"Only root can {arguments.verb}; nothing was changed. Run it as root, on the host itself rather than in a container."


def _confirm(arguments: argparse.Namespace, what: str, word: str = "yes") -> None:
    """Ask for *word* on a terminal. Raises Refused for anything else."""
    if arguments.yes:
        return
    say(f"{what} Type {word} to go on: ", end="")
    if sys.stdin.readline().strip() != word:
        raise VerbRefused("not confirmed; nothing was changed.", NOT_BEGUN)


def _progress(event: RunEvent) -> None:
    """Print a run's event to stderr: one line for each finished step, and what the commands say."""
    from tui.run.values import Output

    if isinstance(event, Output):
        say("    " + event.text.rstrip("\n").replace("\n", "\n    "))
    elif event.step.state not in ("waiting", "running"):
        step = event.step
        say(f"[{event.index + 1}/{event.total}] {step.title}: {step.state} ({step.seconds:.1f} s) {step.message}".rstrip())


@contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Turn SIGTERM, SIGHUP and SIGINT into a request that the run answers by rolling back; afterwards end as the signal asks."""
    import signal

    from tui.base.inherited import heeded

    caught: list[int] = []
    wanted = heeded((signal.SIGTERM, signal.SIGHUP, signal.SIGINT))
    before = {number: signal.signal(number, lambda got, _frame: caught.append(got)) for number in wanted}
    try:
        yield lambda: bool(caught)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught:
        raise VerbRefused(f"ended by {signal.Signals(caught[0]).name}; see the lines above for what is true now.", 128 + caught[0])


def _settle_unfinished(arguments: argparse.Namespace, host: Host) -> RunReport | None:
    """Roll back a run that a crash left behind; how that ended, None where there was none. Raises Refused where it is declined."""
    from tui.run.journal import journal
    from tui.run.taking_back.recovery import recover

    left = journal.unfinished(host)
    if left is None:
        return None
    say(f"Run {left.run} did not finish.")
    _confirm(arguments, "It will be rolled back first.")
    with _signals():
        report = recover(host, left, emit=_progress, question=_asked_by(left))
    if report.exit_code in (0, 4):
        say(f"Run {left.run}: {report.headline}. {report.message}")
    return report


def _with_recovery(report: RunReport, recovered: RunReport | None) -> RunReport:
    """*report*, which says first what the recovery of an earlier run has changed right before."""
    if recovered is None or recovered.outcome == "nothing-to-do":
        return report
    from tui.base.dataclass import replace

    begun = "This run has not begun." if report.outcome == "blocked" else ""
    said = f"Run {recovered.run}, which had not finished, was rolled back first. {recovered.message}"
    headline = "not begun, but an earlier run was rolled back" if report.outcome == "blocked" else report.headline
    return replace(report, headline=headline, message=" ".join(filter(None, (said, begun, report.message))), recovered=recovered)


def _asked_by(record: RunRecord) -> Question | None:
    """The question that a run answered, less controls that are not in the catalogue (they were the user's own); None without any."""
    from tui.controls.catalogue import UnknownControl, load_catalogue
    from tui.verdict.question import Question

    catalogue = load_catalogue()
    known: list[Control] = []
    for name in record.controls:
        try:
            known += catalogue.find([name], record.benchmark)
        except UnknownControl:
            continue
    return Question(tuple(known), record.benchmark) if known else None


def _not_begun(arguments: argparse.Namespace, message: str) -> int:
    from tui.run.values import RunReport

    return _report(arguments, RunReport("", "blocked", "not begun", message))


def _nothing_to_undo(arguments: argparse.Namespace, message: str) -> int:
    if arguments.json:
        return _not_begun(arguments, message)
    raise VerbRefused(message, NOT_BEGUN)


def _report(arguments: argparse.Namespace, report: RunReport, host: Host | None = None, before: HostFacts | None = None) -> int:
    """Print the report of how a run ended. What became of the host is the exit status, whether or not somebody could read it here."""
    try:
        if arguments.json:
            from tui.views.json import report_view

            print_json(report_view(report))
        else:
            from tui.host.facts import Interest
            from tui.views.rendering import render_report

            after = host.read(Interest()) if host else None
            print_lines(render_report(report, signs(), width(), before, after))
    except Exception as problem:
        from tui.base.streams import abandon

        abandon(sys.stdout)
        say(f"{report.headline}: {report.message} (This stands on stderr, since {_unread(problem)})")
    return report.exit_code


def _unread(problem: Exception) -> str:
    if isinstance(problem, BrokenPipeError):
        return "nobody reads stdout any more."
    return f"{problem}" if isinstance(problem, VerbRefused) else f"it could not be shown: {type(problem).__name__}: {problem}."
