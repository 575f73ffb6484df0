"""The front door: arguments to one verb, results to stdout, exit codes. Everything else is imported by the verb that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui.controls.control import DEFAULT_VERSION

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tui.host.facts import HostFacts
    from tui.host.host import Host
    from tui.remediation.journal import RunRecord
    from tui.remediation.question import Question
    from tui.remediation.values import Finding, RunEvent, RunReport, Switches

USAGE, NOT_BEGUN, INTERNAL = 2, 3, 70


class Refused(Exception):
    """The command cannot be carried out: a sentence for the user, and the exit status."""

    def __init__(self, message: str, status: int = USAGE) -> None:
        super().__init__(message)
        self.status = status


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: ``sys.argv[1:]``) and return its exit status. Raises SystemExit for --help, --version and usage."""
    from tui.options import build_parser

    argv = sys.argv[1:] if argv is None else argv
    # A line that begins with its verb needs none of the other verbs' options: half the time that a parser takes.
    first = argv[0] if argv else ""
    arguments = build_parser(first if first in VERBS else "").parse_args(argv)
    try:
        status = VERBS[arguments.verb or ""](arguments)
        sys.stdout.flush()
        return status
    except Refused as refusal:
        say(f"docker-audit-wizard: {refusal}")
        return refusal.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) went away: nothing more to say, and Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        from tui.crash import record

        say(f"docker-audit-wizard: internal error: {type(error).__name__}. {record(error)}")
        return INTERNAL


def _told(problem: Exception) -> str:
    """What an exception says to a person: a path and what is the matter with it, without the number of the error."""
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.filename}: {problem.strerror}" if problem.filename else problem.strerror
    return str(problem)


def say(text: str) -> None:
    """A line of progress or trouble, to stderr, cleaned."""
    from tui.text import clean

    print(clean(text, lines=True), file=sys.stderr, flush=True)


# --- what the verbs share ------------------------------------------------------------------------------------------------------


def _question(arguments: argparse.Namespace) -> Question:
    from tui.controls.catalogue import UnknownControl, load_catalogue
    from tui.documents import DocumentError
    from tui.remediation.question import Question

    version = arguments.benchmark or DEFAULT_VERSION
    try:
        catalogue = load_catalogue(_folder(arguments.controls), as_root=os.geteuid() == 0)
        controls = catalogue.find(arguments.control, version) if arguments.control else catalogue.numbered(version)
    except (UnknownControl, DocumentError, OSError) as problem:
        raise Refused(_told(problem)) from None
    return Question(controls, version)


def _folder(name: str | None) -> Path | None:
    if not name:
        return None
    from pathlib import Path

    return Path(name)


def _live() -> Host:
    from tui.host.live import LiveHost

    return LiveHost()


def _facts(arguments: argparse.Namespace, question: Question, *, history: bool = False) -> HostFacts:
    from tui.host.facts import Interest

    if getattr(arguments, "host", None):
        from tui.documents import DocumentError
        from tui.host.scenario import load_host_file

        try:
            return load_host_file(arguments.host)
        except (DocumentError, OSError) as problem:
            raise Refused(_told(problem), NOT_BEGUN if isinstance(problem, OSError) else USAGE) from None
    return _live().read(question.interest | Interest(history=history))


def _switches(arguments: argparse.Namespace) -> Switches:
    from tui.remediation.values import Switches

    return Switches(
        real_paths=arguments.real_paths,
        benchmark_lines=arguments.benchmark_lines,
        adopt=arguments.adopt,
        drop_kernel_only=arguments.drop_kernel_only,
        no_restart=arguments.no_restart,
    )


def _print_json(document: dict[str, Any]) -> None:
    from tui.json_views import text

    sys.stdout.write(text(document))


def _print_lines(lines: Iterable[str]) -> None:
    print("\n".join(lines))


def _signs() -> Any:
    from tui.views import signs_for

    return signs_for(os.environ, sys.stdout.encoding)


def _width() -> int:
    if not sys.stdout.isatty():
        return 100
    try:
        return max(40, min(os.get_terminal_size(sys.stdout.fileno()).columns, 120))
    except OSError:
        return 80


def _check_status(findings: Sequence[Finding]) -> int:
    results = {finding.result for finding in findings}
    return 1 if "fail" in results else 3 if results & {"unknown", "error"} else 0


# --- verbs ---------------------------------------------------------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Judge the controls; exit 1 where any fails, 3 where none fails but one is unknown."""
    question = _question(arguments)
    facts = _facts(arguments, question)
    findings = question.findings(facts)
    if arguments.json:
        from tui.json_views import check_view

        _print_json(check_view(facts, question.benchmark, findings))
    else:
        from tui.views import render_findings

        _print_lines(render_findings(findings, facts, _signs(), _width()))
    return _check_status(findings)


def plan(arguments: argparse.Namespace) -> int:
    """Show the plan; exit 3 where it is blocked."""
    question = _question(arguments)
    facts = _facts(arguments, question, history=True)
    made = question.plan(facts, _switches(arguments))
    if arguments.json:
        from tui.json_views import plan_view

        _print_json(plan_view(facts, made))
    else:
        from tui.views import render_plan

        _print_lines(render_plan(made, _signs(), _width()))
    return NOT_BEGUN if made.blockers else 0


def _confirm(arguments: argparse.Namespace, what: str) -> None:
    """Ask for the word ``yes`` on a terminal. Raises Refused for anything else."""
    if arguments.yes:
        return
    print(f"{what} Type yes to go on: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise Refused("not confirmed; nothing was changed.", NOT_BEGUN)


def _need_answer(arguments: argparse.Namespace) -> None:
    if not arguments.yes and not sys.stdin.isatty():
        raise Refused(
            f"{arguments.verb} asks for the word yes, and standard input is no terminal; give --yes to go on without asking."
        )


class _Progress:
    """Prints a run's events to stderr: one line for each finished step, and what the commands say."""

    def __call__(self, event: RunEvent) -> None:
        from tui.remediation.values import StepChanged

        if isinstance(event, StepChanged):
            step = event.step
            if step.state not in ("waiting", "running"):
                say(f"[{event.index + 1}/{event.total}] {step.title}: {step.state} ({step.seconds:.1f} s) {step.message}".rstrip())
        else:
            say("    " + event.text.rstrip("\n").replace("\n", "\n    "))


@contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Turn SIGTERM, SIGHUP and SIGINT into a request that the run answers by rolling back; afterwards end as the signal asks."""
    import signal

    caught: list[int] = []
    wanted = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, lambda got, _frame: caught.append(got)) for number in wanted}
    try:
        yield lambda: bool(caught)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught:
        raise Refused(f"ended by {signal.Signals(caught[0]).name}; see the lines above for what is true now.", 128 + caught[0])


def _report(arguments: argparse.Namespace, report: RunReport) -> int:
    if arguments.json:
        from tui.json_views import report_view

        _print_json(report_view(report))
    else:
        from tui.views import render_report

        _print_lines(render_report(report, _signs(), _width()))
    return report.exit_code


def _settle_unfinished(arguments: argparse.Namespace, host: Host) -> None:
    """Roll back a run that a crash left behind. Raises Refused where that is declined or fails."""
    from tui.remediation import journal
    from tui.remediation.recovery import recover

    left = journal.unfinished(host)
    if left is None:
        return
    say(f"Run {left.run} did not finish.")
    _confirm(arguments, "It will be rolled back first.")
    with _signals():
        report = recover(host, left, emit=_Progress(), question=_question_of(left))
    say(f"Run {left.run}: {report.headline}. {report.message}")
    if report.exit_code not in (0, 4):
        raise Refused("the unfinished run could not be rolled back:\n" + "\n".join(report.mend), 5)


def _not_begun(arguments: argparse.Namespace, message: str) -> int:
    from tui.remediation.values import RunReport

    return _report(arguments, RunReport("", "blocked", "not begun", message))


def _lacks_root(arguments: argparse.Namespace) -> str:
    """Why this verb cannot even begin, "" for root."""
    if os.geteuid() == 0:
        return ""
    return f"Only root can {arguments.verb}; nothing was changed. Run it as root, on the host itself rather than in a container."


def apply(arguments: argparse.Namespace) -> int:
    """Carry the plan out; the exit status is that of its outcome."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        return _not_begun(arguments, lack)
    from tui.remediation.run import carry_out

    question = _question(arguments)
    host = _live()
    _settle_unfinished(arguments, host)
    from tui.host.facts import Interest

    facts = host.read(question.interest | Interest(history=True))
    made = question.plan(facts, _switches(arguments))
    if not made.blockers and not made.is_empty and not arguments.yes:
        from tui.views import render_plan

        say("\n".join(render_plan(made, _signs(), _width())))
        _confirm(arguments, "This will be done.")
    status = INTERNAL
    with _signals() as cancelled:
        report = carry_out(question, made, host, emit=_Progress(), cancelled=cancelled)
        status = _report(arguments, report)
    return status


def _question_of(record: RunRecord) -> Question | None:
    """The question that a run answered; None where its controls are no longer in the catalogue (they were the user's own)."""
    from tui.controls.catalogue import UnknownControl, load_catalogue
    from tui.remediation.question import Question

    try:
        return Question(load_catalogue().find(record.controls, record.benchmark), record.benchmark)
    except (UnknownControl, KeyError):
        return None


def undo(arguments: argparse.Namespace) -> int:
    """Take a run's change back."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        return _not_begun(arguments, lack)
    from tui.remediation import journal
    from tui.remediation.recovery import recover
    from tui.remediation.undo import plan_undo
    from tui.remediation.undo import undo as take_back

    host = _live()
    try:
        record = journal.find(host, arguments.run) if arguments.run else journal.unfinished(host) or journal.latest_undoable(host)
    except (journal.UnknownRun, OSError) as problem:
        raise Refused(_told(problem), NOT_BEGUN) from None
    if record is None:
        raise Refused("there is no run to undo; nothing was changed.", NOT_BEGUN)
    status = INTERNAL
    if record.unfinished:
        _confirm(arguments, f"Run {record.run} did not finish; it will be rolled back.")
        with _signals():
            status = _report(arguments, recover(host, record, emit=_Progress(), question=_question_of(record)))
        return status
    prepared = plan_undo(host, record)
    if not prepared.blockers:
        say("\n".join(change.diff for change in prepared.files))
        _confirm(arguments, f"Run {record.run} will be undone.")
    with _signals() as cancelled:
        question = _question_of(record)
        status = _report(arguments, take_back(prepared, host, emit=_Progress(), cancelled=cancelled, question=question))
    return status


def history(arguments: argparse.Namespace) -> int:
    """List the runs, or show one."""
    from tui.remediation import journal
    from tui.remediation.history import history_lines, history_view, run_lines, run_view

    host = _live()
    try:
        if arguments.run:
            record = journal.find(host, arguments.run)
            if arguments.json:
                _print_json(run_view(record))
            else:
                _print_lines(run_lines(record))
        else:
            records = journal.runs(host)
            if arguments.json:
                _print_json(history_view(records))
            else:
                _print_lines(history_lines(records))
    except (journal.UnknownRun, OSError) as problem:
        raise Refused(_told(problem), NOT_BEGUN) from None
    return 0


def capture(arguments: argparse.Namespace) -> int:
    """Write the facts of this host as YAML."""
    from tui.controls.catalogue import load_catalogue
    from tui.controls.control import VERSIONS
    from tui.host.facts import Interest
    from tui.host.scenario import dump_capture
    from tui.remediation.question import Question

    catalogue = load_catalogue()
    interest = Interest(history=True)
    for version in VERSIONS:
        interest |= Question(catalogue.numbered(version), version).interest
    text = dump_capture(_live().read(interest))
    if not arguments.output or arguments.output == "-":
        sys.stdout.write(text)
        return 0
    try:
        # Not world-readable: rules and log sizes of a host are nobody else's business.
        descriptor = os.open(arguments.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise Refused(f"cannot write {arguments.output}: {problem.strerror}", NOT_BEGUN) from None
    say(f"written to {arguments.output}")
    return 0


def rehearse(arguments: argparse.Namespace) -> int:
    """Load the planned watches for a while and count."""
    _need_answer(arguments)
    if lack := _lacks_root(arguments):
        raise Refused(lack, NOT_BEGUN)
    from tui.remediation.rehearsal import rehearsal_lines, rehearsal_view
    from tui.remediation.rehearsal import rehearse as count

    question = _question(arguments)
    host = _live()
    _confirm(arguments, f"The planned watches will be loaded into the kernel for {arguments.seconds:g} s and taken out again.")
    status = INTERNAL
    with _signals() as cancelled:
        outcome = count(question, host, seconds=arguments.seconds, emit=_Progress(), cancelled=cancelled)
        if arguments.json:
            _print_json(rehearsal_view(outcome))
        else:
            _print_lines(rehearsal_lines(outcome))
        status = outcome.exit_code
    return status


def wizard(arguments: argparse.Namespace) -> int:
    """Walk the controls on screens, or as line prompts where the terminal cannot do better."""
    from tui.wizard.terminal import decide

    choice = decide(
        os.environ,
        stdin_isatty=sys.stdin.isatty(),
        stdout_isatty=sys.stdout.isatty(),
        stderr_isatty=sys.stderr.isatty(),
        encoding=getattr(sys.__stderr__, "encoding", None),
        plain=arguments.plain,
        theme=arguments.theme,
        ascii=arguments.ascii,
        no_mouse=arguments.no_mouse,
    )
    if choice.refusal:
        raise Refused(choice.refusal)
    from tui.documents import DocumentError
    from tui.remediation.session import open_session

    question = _question(arguments)
    try:
        session = open_session(question, chosen=bool(arguments.control), demo=arguments.demo, live=_live)
    except (LookupError, DocumentError, OSError) as problem:
        raise Refused(_told(problem)) from None
    if choice.kind == "plain":
        from tui.plain import run_plain

        return run_plain(session, ascii=choice.ascii)
    os.environ.update(choice.environment)
    from tui.wizard.app import run_wizard

    return run_wizard(session, choice)


VERBS: dict[str, Callable[[Any], int]] = {
    "": wizard,
    "check": check,
    "plan": plan,
    "apply": apply,
    "rehearse": rehearse,
    "undo": undo,
    "history": history,
    "capture": capture,
}
