"""The parser that argparse makes of the table of options: it words the help and each complaint, and reads what is not plain."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from tui import __version__
from tui.base.streams import columns
from tui.base.typing import NoReturn
from tui.options import EXIT_CODES, OPTIONS, PROGRAM, VERBS, Option
from tui.verbs.common import USAGE, print_text, say, signs

COMPLETIONS = """\
completions of bash, zsh and fish, and the manual page:
  a package and pip bring them along, under share/; a checkout has them
  in assets/ (for bash: source assets/completion.bash)"""


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

    ``of_verb`` are the parsers of its verbs, ``words`` the line that is read.
    """

    of_verb: Mapping[str, argparse.ArgumentParser] = {}
    words: Sequence[str] = ()

    def _check_value(self, action: argparse.Action, value: str) -> None:
        if action.dest == "verb" and value not in self.of_verb:
            self.exit(USAGE, f"{PROGRAM}: {_no_verb(value, self.words)}\n")
        super()._check_value(action, value)

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
    parser.words = argv
    arguments, unknown = parser.parse_known_args(argv)
    wizards = {option.flag for option in OPTIONS if "" in option.verbs and arguments.verb not in option.verbs}
    for word in unknown if arguments.verb else ():
        if (flag := word.partition("=")[0]) in wizards:
            _complain(parser, arguments.verb, _is_the_wizards(flag, arguments.verb))
    if unknown:
        meant = _meant_option(unknown[0].partition("=")[0], arguments.verb or "")
        _complain(parser, arguments.verb, f"unrecognized arguments: {' '.join(unknown)}{meant}")
    for option in OPTIONS if arguments.verb and not first else ():
        if "" in option.verbs and arguments.verb not in option.verbs and getattr(arguments, option.dest) not in (None, False):
            _complain(parser, arguments.verb, _is_the_wizards(option.flag, arguments.verb))
    return arguments


def _no_verb(word: str, line: Sequence[str]) -> str:
    """What is said to a *word* of the *line* that stands where a verb would and is none."""
    from tui.base.spelling import closest
    from tui.host.scenario import SCENARIO_NAMES

    rest = list(line[line.index(word) + 1 :]) if word in line else []
    meant = ""
    if word in SCENARIO_NAMES:
        meant = f"--demo {word}"
    elif f"--{word}" in (option.flag for option in OPTIONS if "" in option.verbs):
        meant = " ".join([f"--{word}", *(each for each in rest[:1] if not each.startswith("-"))])
    elif close := closest(word, (verb.name for verb in VERBS)):
        meant = close
    elif close := closest(word, SCENARIO_NAMES):
        meant = f"--demo {close}"
    told = f"did you mean {PROGRAM} {meant}?" if meant else f"there are {', '.join(verb.name for verb in VERBS)}; see --help."
    return f"there is no verb {word!r}; {told}"


def _meant_option(flag: str, verb: str) -> str:
    """The option of *verb* that an unknown *flag* is spelled most like, as the end of a sentence; "" where none comes near."""
    from tui.base.spelling import closest

    close = closest(flag, (option.flag for option in OPTIONS if verb in option.verbs)) if flag.startswith("--") else None
    return f"; did you mean {close}?" if close else ""


def _is_the_wizards(flag: str, verb: str) -> str:
    """What is said to an option of the wizard before a *verb* that has it not, and which option that verb has for it."""
    takes_file = flag == "--demo" and any(option.flag == "--host" and verb in option.verbs for option in OPTIONS)
    instead = f"; {verb} --host FILE reads a capture or a scenario's file" if takes_file else ""
    return f"{flag} goes with the wizard, not with {verb}{instead}"


def _complain(parser: _Parser, verb: str | None, problem: str) -> NoReturn:
    """Say *problem* under the usage of the *verb* that was given, else of the whole, and end with status 2."""
    (parser.of_verb[verb] if verb else parser).error(problem)


def build_parser(only: str = "") -> _Parser:
    """The parser of the whole command line; without a verb it is the wizard's. With *only* it knows no other verb than that one."""
    exits = "\n".join(f"  {code:>3}  {text}" for code, text in EXIT_CODES)
    parser = _Parser(
        prog=PROGRAM,
        description="Bring Docker's files under kernel auditing (CIS Docker Benchmark), from verdict to proof. Without a verb: the wizard.",
        epilog=f"exit status:\n{exits}\n\n{COMPLETIONS}",
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
