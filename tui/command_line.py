"""A command line: read from its words into arguments, and worded anew for another verb."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.cleaning import clean
from tui.base.typing import TYPE_CHECKING
from tui.options import OPTIONS, PROGRAM, VERBS, Option

if TYPE_CHECKING:
    from argparse import Namespace
else:
    from types import SimpleNamespace as Namespace


PLAIN_VERBS = ("", *(verb.name for verb in VERBS if verb.name != "rehearse" and not verb.argument and not verb.operands))
"""The verbs whose lines may be plain: those with nothing but options, none of which must be given or is a number."""


def read_command_line(argv: Sequence[str]) -> Namespace:
    """The arguments of one command line. Raises SystemExit for --help, --version and usage."""
    plain = read_plain(argv)
    if plain is not None:
        return plain
    from tui.parser import parse  # with argparse, which a plain line does without

    return parse(argv, argv[0] if argv and argv[0] in {verb.name for verb in VERBS} else "")


def read_plain(argv: Sequence[str]) -> Namespace | None:
    """The arguments of a line of nothing but a verb and whole options, each with its value in a word of its own: what argparse, which takes
    a tenth of a check to import and as long again to read a line, would make of it. None for any other line."""
    verb = "" if not argv or argv[0].startswith("-") else argv[0]
    if verb not in PLAIN_VERBS:
        return None
    arguments = Namespace(verb=verb or None)
    flags: dict[str, Option] = {}
    for option in OPTIONS:
        if verb in option.verbs and not option.optional:
            flags[option.flag] = option
        if verb in option.verbs or "" in option.verbs:
            setattr(arguments, option.dest, None if option.value else False)
    words = iter(argv[1:] if verb else argv)
    for word in words:
        if word not in flags:
            return None
        option = flags[word]
        value = next(words, "") if option.value else True
        if value is not True and (not value or value.startswith("-") or (option.choices and value not in option.choices)):
            return None
        setattr(arguments, option.dest, [*(getattr(arguments, option.dest) or ()), value] if option.repeat else value)
    return arguments


_OF_ONE_RUN = ("ascii", "color", "json", "out", "plan", "yes")
"""The options, by their attribute, that say nothing about what is asked for."""


def command_line(verb: str, arguments: Namespace) -> str:
    """The command that asks *verb* about what the *arguments* of another verb ask about; of a kept plan, the one that carries that out; of
    standard input, which is read up by then, with a FILE in its place."""
    import shlex  # only a command that asks for another one is worded anew

    words = [PROGRAM, verb]
    if verb == "apply" and getattr(arguments, "out", None):
        return clean(shlex.join([*words, "--plan", arguments.out]))
    for option in OPTIONS:
        given = getattr(arguments, option.dest, None) if verb in option.verbs and option.dest not in _OF_ONE_RUN else None
        for value in given if isinstance(given, list) else [given] if given else []:
            read_up = option.dest == "host" and value == "-"
            words += [option.flag, "FILE" if read_up else value] if option.value else [option.flag]
    return clean(shlex.join(words))
