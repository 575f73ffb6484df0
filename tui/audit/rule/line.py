"""Rules-file lines read exactly as ``auditctl -R`` reads them: its splitting at blanks and its escapes; the rest is rule_command."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from tui.audit.inputs import Names
from tui.audit.rule.auditctl import parse_arguments
from tui.audit.rule.conditions import permissions
from tui.audit.rule.kernel_checks import MAX_KEY, MAX_NAME, octets
from tui.audit.rule.parsed import AddRule, Blank, Comment, Line
from tui.audit.rule.value import Field, make_rule
from tui.base.typing import NamedTuple

LINE_SIZE = 6143
"""Bytes that auditctl reads at once: what a line has beyond them it takes for the next line."""

_ESCAPE = r"(?s)\\(.)"
_ESCAPED = {" ": "\x07\x07", "\\": "\x04\x04"}
_UNESCAPE = "(?s)([\x07\x04]).?"
_WATCH = re.compile(r"-w (/[\w@:+,~%./-]*[\w@:+,~%-])/? -p ([rwxa]{1,4})(?: -k ([\w@:+,~%.-]+))?", re.ASCII)
"""A watch as nearly every file has it, with nothing that auditctl reads in a way of its own."""


def pieces(line: bytes) -> list[bytes]:
    """The pieces in which auditctl reads one line (without its newline); more than one past :data:`LINE_SIZE` bytes."""
    return [line[start : start + LINE_SIZE] for start in range(0, len(line), LINE_SIZE)] or [b""]


def _words(text: str) -> list[str]:
    """The words of a line: split at blanks alone, ``\\`` before a blank or before itself taken away except in the first word."""
    limit = octets(text) // 3 + 1  # auditctl's room for words; it drops the others silently
    escaped = re.sub(_ESCAPE, lambda match: _ESCAPED.get(match[1], match[0]), text) if "\\" in text else text
    words = [word for word in escaped.split(" ") if word][:limit]
    if "\x07" not in escaped and "\x04" not in escaped:
        return words
    return words[:1] + [without_stand_ins(word) for word in words[1:]]


def without_stand_ins(word: str) -> str:
    """A word as auditctl reads it in the end: its two stand-ins, wherever they came from, and what follows each are the one sign."""
    if "\x07" not in word and "\x04" not in word:
        return word
    return re.sub(_UNESCAPE, lambda match: " " if match[1] == "\x07" else "\\", word)


def parse_line(text: str, names: Names, is_directory: Callable[[str], bool] = lambda path: False) -> Line:
    """What ``auditctl -R`` makes of one line of a rules file, given without its newline.

    *names* turns user, group and machine names into numbers. *is_directory* says of a path whether stat() finds a directory there,
    which is what decides between ``path`` and ``dir`` for ``-w``; "/" always is one. What the host's state decides (a missing parent
    directory, an equal rule loaded already, immutability) makes no line unreadable here. Never raises.
    """
    lines = _lines_of(names)
    found = lines.get(text)
    if found is None or (found.asked is not None and is_directory(found.asked) is not found.answer):
        answers: dict[str, bool] = {}

        def noted(path: str) -> bool:
            answers[path] = is_directory(path)
            return answers[path]

        line = _read(text, names, noted)
        if len(answers) > 1:  # more than one -w or -W
            return line
        if len(lines) >= KEPT:
            lines.clear()
        found = lines[text] = _Known(line, *next(iter(answers.items()), (None, False)))
    return found.line


KEPT = 200_000
"""How many lines of one host are kept read: a plan reads each of them a dozen times, for the host as it is and as it will be."""


class _Known(NamedTuple):
    """A line once read, with what was asked about a path of it (None: nothing)."""

    line: Line
    asked: str | None
    answer: bool


_READ: list[tuple[Names, dict[str, _Known]]] = []
"""The lines read last, by the names that turned their words into numbers."""


def _lines_of(names: Names) -> dict[str, _Known]:
    for known, lines in _READ:
        if known is names:
            return lines
    _READ.insert(0, (names, {}))
    del _READ[2:]
    return _READ[0][1]


def _read(text: str, names: Names, is_directory: Callable[[str], bool]) -> Line:
    plain = _WATCH.fullmatch(text)
    if plain is not None:
        path, letters, key = plain.groups()
        if len(path) <= MAX_NAME and len(key or "") <= MAX_KEY:
            fields = [Field("dir" if is_directory(path) else "path", "=", path), _perm(letters)]
            return AddRule(make_rule("exit", "always", None, [*fields, Field("key", "=", key)] if key else fields))
    text = text.split("\0", 1)[0]
    if not text.strip(" "):
        return Blank()
    words = _words(text)
    if not words:
        return Blank()
    if words[0].startswith("#"):
        return Comment()
    return parse_arguments(words, names, is_directory)


@lru_cache(maxsize=256)
def _perm(letters: str) -> Field:
    """The condition of a watch's ``-p``; most rules of a host share a few."""
    return Field("perm", "=", permissions(letters))
