"""What the verbs share: the question and the facts that the arguments ask for, and how things are said.

What only some verbs need is imported by the function that needs it: half of a check is imports, and the wizard paints first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

from tui.base.cleaning import clean, in_words
from tui.base.streams import abandon, columns
from tui.base.typing import TYPE_CHECKING, Any, TextIO
from tui.controls.control import DEFAULT_VERSION

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tui.base.notice import Notice
    from tui.controls.catalogue import Catalogue
    from tui.host.facts import HostFacts
    from tui.host.port import Host
    from tui.plan.values import Plan, Switches
    from tui.verdict.known import KnownHost
    from tui.verdict.question import Question
    from tui.verdict.values import Finding, ReasonKind
    from tui.verdict.waivers import Waivers
    from tui.views.page import Line
    from tui.views.signs import Signs
    from tui.wizard.terminal import TerminalChoice

USAGE, NOT_BEGUN, INTERNAL = 2, 3, 70


class VerbRefused(Exception):
    """The command cannot be carried out: a sentence for the user, and the exit status."""

    def __init__(self, message: str, status: int = USAGE) -> None:
        super().__init__(message)
        self.status = status


TAKES = {
    "--host": "the file of a capture or a scenario",
    "--demo": "the name of a scenario, or the file of one or of a capture",
    "--course": "a file with a YAML list of scenario names and files",
    "--controls": "a folder of YAML files, each a control",
    "--waivers": "a YAML file of waivers",
    "--against": "a document of check --json",
    "--plan": "a file that plan --out wrote",
}
"""What is expected of the file or folder that an option names."""


def unusable(flag: str, problem: Exception, status: int | None = None) -> VerbRefused:
    """The refusal of what *flag* names, with what it takes and what is wrong: 3 where it could not be read, 2 where it is another thing than
    what is taken, unless *status* says otherwise."""
    words = in_words(problem)
    said = f"{flag} takes {TAKES[flag]}:" + ("\n" if "\n" in words else " ") + words
    return VerbRefused(said, status or (NOT_BEGUN if isinstance(problem, OSError) else USAGE))


def say(text: str, end: str = "\n") -> None:
    """A line of progress or trouble, to stderr, cleaned; on a terminal it goes on in a new row at a blank, and words, paths and commands stay
    whole. Where nobody can read it, nothing happens."""
    try:
        shown = _fitting(clean(text, lines=True), sys.stderr)
        if sys.stderr.isatty():
            shown = _in_rows(shown, columns(sys.stderr))
        print(shown, end=end, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        abandon(sys.stderr)


def ask_for_word(what: str, word: str = "yes", otherwise: str = "nothing was changed") -> None:
    """Ask for *word* on the terminal, after what it lets happen. Raises VerbRefused for anything else, with what holds *otherwise*."""
    say(f"{what} Type {word} to go on: ", end="")
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):  # Ctrl-D has echoed no end of the line
        say("")
    if answer.strip() != word:
        raise VerbRefused(f"not confirmed; {otherwise}.", NOT_BEGUN)


def _fitting(text: str, stream: TextIO) -> str:
    """*text*, clean already, in signs that *stream* can show."""
    if text.isascii():
        return text
    from tui.views.signs import signs_for

    return signs_for(os.environ, stream.encoding).lines(text)


def _in_rows(text: str, width: int) -> str:
    """*text* with each line that is wider than *width* columns in rows of whole words, set in by two more than the line itself."""
    lines = text.split("\n")
    if all(len(line) <= width and line.isascii() for line in lines):
        return text
    from tui.views.page import Span, plain, wrap

    rows = []
    for line in lines:
        words = line.strip(" ")
        indent = len(line) - len(line.lstrip(" "))
        wrapped = [plain(row) for row in wrap([Span(words)], width, indent, indent + 2, whole=True)]
        rows += [*wrapped[:-1], wrapped[-1] + line[len(line.rstrip(" ")) :]] if words else [line]
    return "\n".join(rows)


def question_of(arguments: argparse.Namespace) -> Question:
    """The controls and the benchmark that the arguments name. Raises VerbRefused for an unknown one."""
    from tui.controls.catalogue import UnknownControl, load_catalogue
    from tui.documents.problems import DocumentError
    from tui.verdict.question import Question

    version = arguments.benchmark or DEFAULT_VERSION
    try:
        catalogue = load_catalogue(_folder(arguments.controls), as_root=os.geteuid() == 0)
    except (DocumentError, OSError) as problem:
        raise unusable("--controls", problem) from None
    try:
        controls = catalogue.find(arguments.control, version) if arguments.control else catalogue.numbered(version)
    except UnknownControl as problem:
        raise VerbRefused(in_words(problem)) from None
    return Question(controls, version, named_paths=arguments.named_paths, waivers=_waivers(arguments, catalogue, version))


def _waivers(arguments: argparse.Namespace, catalogue: Catalogue, version: str) -> Waivers | None:
    name = getattr(arguments, "waivers", None)
    if not name:
        return None
    from tui.verbs.waivers import read_waivers

    try:
        return read_waivers(name, catalogue, version)
    except (ValueError, OSError) as problem:
        raise unusable("--waivers", problem) from None


def without_waived(arguments: argparse.Namespace, question: Question, host: str) -> tuple[Question, str]:
    """The question that a plan is made for on *host*: less what is waived, unless controls are named; and what that leaves out, in words."""
    left = () if arguments.control else question.left_out(host)
    told = "; ".join(f"{clean(control)}: {waiver.text}" for control, waiver in left)
    return (question.without_waived(host), f"Left out, waived: {told}") if left else (question, "")


def out_of_a_failing_load(
    question: Question, known: KnownHost | tuple[Notice[ReasonKind], ...], findings: Iterable[Finding]
) -> str:
    """The first way out of the plan for what fails, where the load of the rules on disk fails and blocks that plan; "" elsewhere: to make a plan
    takes as long as to judge, and what else blocks one is told by it."""
    if isinstance(known, tuple) or not known.disk.loaded.exit_code or not any(finding.fails for finding in findings):
        return ""
    from tui.plan.make import make_plan
    from tui.plan.values import Switches

    return next((blocker.remedy for blocker in make_plan(question, known.facts, Switches()).blockers), "")


def _folder(name: str | None) -> Path | None:
    if not name:
        return None
    from pathlib import Path

    return Path(name)


def live_host() -> Host:
    """The live host: this machine."""
    from tui.host.live.host import LiveHost

    return LiveHost()


def say_blocked(plan: Plan) -> None:
    """Each blocker of *plan* with its way out, to stderr."""
    from tui.views.page import Page, plain

    for blocker in plan.blockers:
        page = Page(width(), signs())
        page.say(f"Blocked: {blocker.text}", hanging=2)
        page.advice("Way out: ", remedy=blocker.remedy, indent=2)
        for line in page.lines:
            say(plain(line))


def need_programs() -> None:
    """Check that root's runs could start a program here; nobody else has runs. Raises ImportError where the package for it is missing."""
    if os.geteuid() == 0:
        import tui.host.live.commands  # noqa: F401


def facts_of(arguments: argparse.Namespace, question: Question, *, machine: bool = False, history: bool = False) -> HostFacts:
    """The host facts of the file that the arguments name, else of this machine. Raises VerbRefused for a file that cannot be used."""
    from tui.host.facts import Interest

    if getattr(arguments, "host", None):
        from tui.documents.problems import DocumentError
        from tui.host.scenario import load_host_file

        try:
            return load_host_file(arguments.host)
        except (DocumentError, OSError) as problem:
            raise unusable("--host", problem) from None
    return live_host().read(question.interest | Interest(machine=machine, history=history))


def mention_unfinished(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The runs of this host that were cut short, each told on stderr; none for a host from a file, or where root alone may look."""
    if getattr(arguments, "host", None):
        return ()
    from tui.host.live.host import STATE_FOLDER
    from tui.run.journal.unfinished import at_work, without_end

    try:
        found = sorted(os.path.basename(folder) for folder in without_end(STATE_FOLDER) if at_work(folder) is False)
    except OSError:
        return ()
    for run in found:
        say(f"Run {run} did not finish, so the host may be half-way; docker-audit-wizard undo rolls it back.")
    return tuple(found)


def switches_of(arguments: argparse.Namespace) -> Switches:
    """The plan's switches among the arguments."""
    from tui.plan.values import Switches

    if arguments.no_load and arguments.lock:
        raise VerbRefused("--no-load leaves the rules to the next boot or load, and --lock is about a load now; give one of them.")
    return Switches(
        benchmark_lines=arguments.benchmark_lines,
        adopt=arguments.adopt,
        drop_kernel_only=arguments.drop_kernel_only,
        no_restart=arguments.no_restart,
        no_load=arguments.no_load,
        lock=arguments.lock,
    )


def print_json(document: dict[str, Any], output: str | None = None) -> None:
    """The one document of ``--json``, to stdout or to the file *output*."""
    from tui.views.json import text

    print_text(text(document), output)


def print_lines(lines: Iterable[str], output: str | None = None) -> None:
    """A result for people, to stdout or to the file *output*."""
    print_text("\n".join(lines) + "\n", output)


def print_text(text: str, output: str | None = None, *, replace: bool = True) -> None:
    """*text* as it is, to stdout, or to the file *output*, over a regular file that is there only with *replace*.

    Raises BrokenPipeError where the reader has gone, Refused where it cannot be written.
    """
    if output not in (None, "-"):
        _save(text, output or "", replace=replace)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        abandon(sys.stdout)
        raise VerbRefused(f"the result could not be written: {in_words(error)}.", NOT_BEGUN) from None


def print_bytes(data: bytes) -> None:
    """*data* to stdout as it is. Raises BrokenPipeError where the reader has gone, VerbRefused where it cannot be written."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        abandon(sys.stdout)
        raise VerbRefused(f"the result could not be written: {in_words(error)}.", NOT_BEGUN) from None


def _save(text: str, output: str, *, replace: bool) -> None:
    from tui.base.saving import save_text

    try:
        where = save_text(output, text, replace=replace)
    except (OSError, ValueError) as problem:
        hint = "; --force replaces it" if isinstance(problem, FileExistsError) and not replace else ""
        raise VerbRefused(f"The result was not written: {in_words(problem)}{hint}.", NOT_BEGUN) from None
    say(f"written to {where}")


def signs(arguments: argparse.Namespace | None = None) -> Signs:
    """The signs that stdout can show; with ``--ascii`` among the arguments no others than ASCII."""
    from tui.views.signs import ASCII, signs_for

    return ASCII if getattr(arguments, "ascii", False) else signs_for(os.environ, sys.stdout.encoding)


def paint(arguments: argparse.Namespace) -> Callable[[Line], str]:
    """How a line of a page becomes text: in colour on a terminal, and where ``--color`` or the environment wants it; plain elsewhere."""
    from tui.views.colours import painted, wants_colour
    from tui.views.page import plain

    to_file = getattr(arguments, "output", None) not in (None, "-")
    terminal = not to_file and sys.stdout.isatty()
    environ = {} if to_file else os.environ
    return painted if wants_colour(environ, terminal=terminal, when=arguments.color) else plain


def this_terminal(**asked: Any) -> TerminalChoice:
    """How screens are shown where this process runs; *asked* are the options of :func:`tui.wizard.terminal.decide`."""
    from tui.wizard.terminal import decide

    return decide(
        os.environ,
        stdin_isatty=sys.stdin.isatty(),
        stdout_isatty=sys.stdout.isatty(),
        stderr_isatty=sys.stderr.isatty(),
        encoding=getattr(sys.__stderr__, "encoding", None),
        **asked,
    )


_OF_ONE_RUN = ("ascii", "color", "json", "out", "plan", "yes")
"""The options, by their attribute, that say nothing about what is asked for."""


def command_for(verb: str, arguments: argparse.Namespace) -> str:
    """The command that asks *verb* about what the *arguments* of another verb ask about; of a kept plan, the one that carries that out; of
    standard input, which is read up by then, with a FILE in its place."""
    import shlex

    from tui.options import OPTIONS, PROGRAM

    words = [PROGRAM, verb]
    if verb == "apply" and getattr(arguments, "out", None):
        return clean(shlex.join([*words, "--plan", arguments.out]))
    for option in OPTIONS:
        given = getattr(arguments, option.dest, None) if verb in option.verbs and option.dest not in _OF_ONE_RUN else None
        for value in given if isinstance(given, list) else [given] if given else []:
            read_up = option.dest == "host" and value == "-"
            words += [option.flag, "FILE" if read_up else value] if option.value else [option.flag]
    return clean(shlex.join(words))


def width(output: str | None = None) -> int:
    """How many columns a result may have: what COLUMNS or the terminal says, within reason; 80 where neither does, and in the file *output*."""
    return 80 if output not in (None, "-") else max(40, min(columns(), 120))
