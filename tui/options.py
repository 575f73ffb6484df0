"""The table of verbs and options: argparse, the man page and the shell completion are all made from it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from tui import __version__
from tui.base.cleaning import clean
from tui.base.moments import MOMENT_FORMS
from tui.base.streams import columns
from tui.controls.control import DEFAULT_VERSION, VERSIONS
from tui.verbs.common import print_text, say, signs

PROGRAM = "docker-audit-wizard"
THEMES = ("dark", "light", "ansi", "mono")
FORMATS = ("json", "junit", "xccdf", "prometheus", "docker-bench")


class Option(NamedTuple):
    """One option: its flag, the word that stands for its value ("" for a switch), help, and the verbs it goes with.

    The verb "" is the wizard itself. ``choices`` limits the values, ``repeat`` lets it be given several times, ``optional`` lets the value
    be left out.
    """

    flag: str
    value: str
    help: str
    verbs: tuple[str, ...]
    choices: tuple[str, ...] = ()
    repeat: bool = False
    optional: bool = False
    short: str = ""
    file: bool = False

    @property
    def dest(self) -> str:
        """The attribute of the parsed arguments."""
        return self.flag.lstrip("-").replace("-", "_")


class Verb(NamedTuple):
    """One verb: what it does, and its positional argument ("" for none), which may be left out; or its ``operands``, which may not."""

    name: str
    help: str
    argument: str = ""
    argument_help: str = ""
    operands: tuple[str, ...] = ()


VERBS = (
    Verb("check", "judge the controls on this host; changes nothing and starts no program"),
    Verb("plan", "show what apply would change, run and warn about; changes nothing"),
    Verb("apply", "carry the plan out, check every step, prove the result, roll back what fails"),
    Verb("rehearse", "load the planned watches into the kernel for a while and count what they would record"),
    Verb(
        "undo", "take a run's change back", "RUN", "the run to undo; without it the unfinished one, else the latest not yet undone"
    ),
    Verb("history", "list the runs, or show one", "RUN", "the run to show"),
    Verb("events", "show what the audit log holds of accesses to the controls' objects: how often, by whom, what stands out"),
    Verb("capture", "write what is known of this host to a file that check, plan and --demo can read"),
    Verb(
        "export",
        "write an Ansible role that carries this program, with two playbooks",
        operands=("ansible", "DIR"),
        argument_help="a folder that is made, or empty",
    ),
    Verb(
        "report",
        "show many hosts side by side: what fails where, what is waived, what differs",
        operands=("FILE...",),
        argument_help="documents of check --json, or captures, which are judged now",
    ),
)

_JUDGING = ("check", "plan", "apply")
_PLANNING = ("plan", "apply")
_PRINTING = (*_JUDGING, "rehearse", "undo", "history", "events", "report")

OPTIONS = (
    Option(
        "--control",
        "ID",
        "a control's number in the benchmark, or its slug; may be repeated",
        ("", *_JUDGING, "rehearse", "history", "events"),
        repeat=True,
    ),
    Option(
        "--benchmark",
        "VERSION",
        f"whose numbering to use: {', '.join(VERSIONS)} (default {DEFAULT_VERSION})",
        ("", *_JUDGING, "rehearse", "events"),
        choices=VERSIONS,
    ),
    Option(
        "--controls", "DIR", "a folder with controls of your own, as YAML files", ("", *_JUDGING, "rehearse", "events"), file=True
    ),
    Option(
        "--waivers",
        "FILE",
        "controls whose failure somebody answers for, as YAML: shown as waived, left out of plans, no exit status 1",
        ("", *_JUDGING, "report"),
        file=True,
    ),
    Option("--demo", "NAME|FILE", "walk a simulated host: no root, no auditd, nothing is touched", ("",), optional=True, file=True),
    Option("--predict", "", "with --demo: ask before each step what it will show", ("",)),
    Option(
        "--course",
        "FILE",
        "lessons in order, predicted first, with progress kept: ours, or a YAML list of scenario names and files",
        ("",),
        optional=True,
        file=True,
    ),
    Option("--course-reset", "", "with --course: forget what was done of it, and begin anew", ("",)),
    Option("--course-report", "FILE", "with --course: write what was done of it as JSON, and end", ("",), file=True),
    Option("--plain", "", "line prompts instead of screens, for serial lines and screen readers", ("",)),
    Option("--theme", "NAME", f"the look: {', '.join(THEMES)}", ("",), choices=THEMES),
    Option("--ascii", "", "only ASCII signs", ("", *_PRINTING)),
    Option(
        "--color",
        "WHEN",
        "colour in what is printed: auto (on a terminal that has it, unless NO_COLOR is set), always, never",
        _PRINTING,
        choices=("auto", "always", "never"),
    ),
    Option("--no-mouse", "", "leave the mouse to the terminal", ("",)),
    Option(
        "--host",
        "FILE",
        "judge the host facts in this file (a capture or a scenario) instead of this machine; - is standard input",
        ("check", "plan", "events"),
        file=True,
    ),
    Option(
        "--named-paths",
        "",
        "judge and watch only the path that the benchmark names, even where the object is elsewhere",
        ("", *_JUDGING, "rehearse", "events"),
    ),
    Option("--real-paths", "", "the default by now: the object is judged and watched where it really is", _PLANNING),
    Option("--benchmark-lines", "", "also add the benchmark's own line where a control passes without it", _PLANNING),
    Option("--adopt", "", "take lines that stand only in /etc/audit/audit.rules into docker.rules", _PLANNING),
    Option("--drop-kernel-only", "", "let go of loaded rules that are on no disk, instead of putting them back", _PLANNING),
    Option("--no-restart", "", "leave auditd running; augenrules --load alone loads the rules", _PLANNING),
    Option("--no-load", "", "only write docker.rules; the next boot loads it (outcome: pending reboot)", _PLANNING),
    Option("--lock", "", "let a load lock the kernel (-e 2 on disk): all is proved first, the lock comes last", _PLANNING),
    Option("--since", "TIME", f"only what is not older: {MOMENT_FORMS}", ("history", "events")),
    Option(
        "--out", "FILE", "keep the plan in this file, for apply --plan; what was reviewed is what is done", ("plan",), file=True
    ),
    Option(
        "--plan", "FILE", "carry out the plan kept in this file, or refuse where the host has changed since", ("apply",), file=True
    ),
    Option("--print-rules", "", "print nothing but docker.rules as it would be, for other tools to bring to hosts", ("plan",)),
    Option(
        "--against",
        "FILE",
        "also say what passed in this earlier check document and no longer does, and what went; as text or JSON",
        ("check",),
        file=True,
    ),
    Option(
        "--against",
        "FILE|DIR",
        "also say what passed in these earlier check documents and no longer does, since when, and what went",
        ("report",),
        file=True,
    ),
    Option(
        "--diff",
        "",
        "print nothing but the change as a patch: patch -p1 -d / takes it, without modes and without a load",
        ("plan",),
    ),
    Option("--seconds", "N", "how long to rehearse, from 1 to 86400", ("rehearse",)),
    Option(
        "--format",
        "FORM",
        "what report writes: text (the default), html (one page, no script), md, csv, junit",
        ("report",),
        choices=("text", "html", "md", "csv", "junit"),
    ),
    Option(
        "--format",
        "NAME",
        f"print the result as another program reads it: {', '.join(FORMATS)}",
        ("check",),
        choices=FORMATS,
    ),
    Option(
        "--format", "FORM", "the run's evidence as one document: md, html or json", ("history",), choices=("md", "html", "json")
    ),
    Option("--screen", "", "show the report on screens: rows are hosts, Enter opens one", ("report",)),
    Option(
        "--output",
        "FILE",
        "where to write (default: standard output); a regular file is replaced",
        ("check", "history", "report"),
        short="-o",
        file=True,
    ),
    Option(
        "--output",
        "FILE",
        "where to write (default: standard output); a regular file is replaced only with --force",
        ("capture",),
        short="-o",
        file=True,
    ),
    Option("--force", "", "replace the file that --output names; a regular file only", ("capture",)),
    Option("--all", "", "take out every line that this program has written, whatever the run, journals lost or not", ("undo",)),
    Option("--yes", "", "do not ask", ("apply", "rehearse", "undo")),
    Option(
        "--json", "", "one JSON document on standard output, nothing else", (*_JUDGING, "rehearse", "undo", "history", "events")
    ),
)

EXIT_CODES = (
    (0, "check: all pass or are not applicable; plan: no blocker; apply, undo, rehearse: done and proved, or nothing to do"),
    (1, "check: a control fails; apply, undo: done but not yet audited (pending reboot, not proved)"),
    (2, "usage"),
    (
        3,
        "Python too old, or a package or a part of the program missing; check, plan: cannot tell, or a blocker; apply, undo, rehearse: "
        "not begun, nothing changed; history, events, capture, report: cannot read, or write",
    ),
    (4, "apply, undo, rehearse: failed and rolled back"),
    (5, "apply, undo, rehearse: failed and could not be rolled back; says what is left and how to mend it by hand"),
    (70, "an internal error; says where the log is"),
    (128, "plus the number of the signal that ended it"),
)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 86400:
        raise argparse.ArgumentTypeError(f"a rehearsal takes from 1 to 86400 seconds (a day), not {text!r}")
    return value


def _given(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("an empty value; a variable may not be set")
    return text


def _add(parser: argparse.ArgumentParser, option: Option, *, inherit: bool) -> None:
    flags = [flag for flag in (option.short, option.flag) if flag]
    default = argparse.SUPPRESS if inherit else None
    if not option.value:
        parser.add_argument(*flags, action="store_true", help=option.help, default=argparse.SUPPRESS if inherit else False)
    elif option.repeat:
        parser.add_argument(*flags, metavar=option.value, type=_given, action="append", help=option.help, default=default)
    elif option.optional:
        parser.add_argument(*flags, metavar=option.value, nargs="?", const="", help=option.help, default=default)
    elif option.flag == "--seconds":
        parser.add_argument(*flags, metavar=option.value, type=_seconds, required=True, help=option.help)
    else:
        parser.add_argument(
            *flags, metavar=option.value, type=_given, choices=option.choices or None, help=option.help, default=default
        )


class _Parser(argparse.ArgumentParser):
    """A parser whose help goes out like any result, and whose complaints stop nothing where nobody reads them.

    ``of_verb`` are the parsers of its verbs.
    """

    of_verb: Mapping[str, argparse.ArgumentParser] = {}

    def _print_message(self, message: str, file: object = None) -> None:
        if file is sys.stderr:
            say(message, end="")
        else:
            print_text(message if message.isascii() else signs().lines(message))


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        # argparse would import shutil to ask, and with that all that unpacks archives, whether it prints help or not.
        super().__init__(prog, width=columns() - 2)


class _WithEpilog(_Formatter, argparse.RawDescriptionHelpFormatter):
    pass


def parse(argv: Sequence[str], first: str = "") -> argparse.Namespace:
    """The arguments of one command line; *first* is its verb where it begins with that. Raises SystemExit for usage."""
    # Such a line needs none of the other verbs' options: half the time that a parser takes.
    parser = build_parser(first)
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        _complain(parser, arguments.verb, f"unrecognized arguments: {' '.join(unknown)}")
    for option in OPTIONS if arguments.verb and not first else ():
        if "" in option.verbs and arguments.verb not in option.verbs and getattr(arguments, option.dest) not in (None, False):
            _complain(parser, arguments.verb, f"{option.flag} goes with the wizard, not with {arguments.verb}")
    return arguments


_OF_ONE_RUN = ("ascii", "color", "json", "out", "plan", "yes")
"""The options, by their attribute, that say nothing about what is asked for."""


def command_line(verb: str, arguments: argparse.Namespace) -> str:
    """The command that asks *verb* about what the *arguments* of another verb ask about; of a kept plan, the one that carries that out."""
    import shlex

    words = [PROGRAM, verb]
    if verb == "apply" and getattr(arguments, "out", None):
        return clean(shlex.join([*words, "--plan", arguments.out]))
    for option in OPTIONS:
        given = getattr(arguments, option.dest, None) if verb in option.verbs and option.dest not in _OF_ONE_RUN else None
        for value in given if isinstance(given, list) else [given] if given else []:
            words += [option.flag, value] if option.value else [option.flag]
    return clean(shlex.join(words))


def _complain(parser: _Parser, verb: str | None, problem: str) -> NoReturn:
    """Say *problem* under the usage of the *verb* that was given, else of the whole, and end with status 2."""
    (parser.of_verb[verb] if verb else parser).error(problem)


def build_parser(only: str = "") -> _Parser:
    """The parser of the whole command line; without a verb it is the wizard's. With *only* it knows no other verb than that one."""
    exits = "\n".join(f"  {code:>3}  {text}" for code, text in EXIT_CODES)
    parser = _Parser(
        prog=PROGRAM,
        description="Bring Docker's files under kernel auditing (CIS Docker Benchmark), from verdict to proof. Without a verb: the wizard.",
        epilog=f"exit status:\n{exits}",
        formatter_class=_WithEpilog,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    for option in OPTIONS:
        if "" in option.verbs:
            _add(parser, option, inherit=False)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs", prog=PROGRAM)
    for verb in VERBS:
        if only not in ("", verb.name):
            continue
        sub = verbs.add_parser(verb.name, help=verb.help, description=verb.help, formatter_class=_Formatter, allow_abbrev=False)
        if verb.operands:
            for word in (
                verb.operands
            ):  # in small letters as it stands, without help, in capitals for something else, with dots for several
                name, dots, _ = word.partition("...")
                choices, several = [word] if word.islower() else None, "+" if dots else None
                sub.add_argument(
                    name.lower(), metavar=name, choices=choices, nargs=several, help="" if choices else verb.argument_help
                )
        elif verb.argument:
            sub.add_argument("run", metavar=verb.argument, type=_given, nargs="?", help=verb.argument_help)
        for option in OPTIONS:
            if verb.name in option.verbs:
                _add(sub, option, inherit="" in option.verbs)
    parser.of_verb = verbs.choices
    return parser
