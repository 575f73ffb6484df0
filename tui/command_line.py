"""A command line, read from its words into arguments: a plain one from the table, any other by argparse."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.typing import TYPE_CHECKING
from tui.options import OPTIONS, VERBS, Option

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
