"""What is told of several findings at once: sentences that differ in their object alone are one, with every object in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.base.amounts import MOST_TOLD, listed
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.base.notice import Kind_co, Notice
from tui.base.typing import NamedTuple
from tui.verdict.values import Finding

_NAME, _PATH, _LINES = "\0", "\1", "\2"
"""What stands, in a sentence's shape, for the number and path of a control, for a path, and for lines to write; clean text has none of them."""


class _Shape(NamedTuple):
    """A notice without its objects: what the sentences on several of them have in common."""

    notice: Notice[str]
    text: str
    remedy: str


def told_together(told: Iterable[tuple[Finding, Notice[Kind_co]]]) -> tuple[Notice[Kind_co], ...]:
    """The notices of *told*, each with the finding that it is about: those that say the same of several objects are one that names each of
    them once (of many, the first sentence has the number and the last the names), and has all the lines that are to be
    written. What differs in more than that stays apart."""
    shapes: dict[_Shape, list[tuple[Finding, Notice[Kind_co]]]] = {}
    for finding, notice in told:
        bare = replace(notice, text="", remedy="")
        shape = _Shape(bare, _shape(notice.text, finding), "\n".join(_lines(notice.remedy)))
        shapes.setdefault(shape, []).append((finding, notice))
    return tuple(_joined(shape, each) for shape, each in shapes.items())


def _shape(text: str, finding: Finding) -> str:
    text = re.sub(rf"(?<![\w.]){re.escape(finding.control)} {_pattern(finding.path)}", _NAME, text)
    return re.sub(rf"(?<![\w/.-]){_pattern(_path_in(text, finding))}", _PATH, text)


def _pattern(path: str) -> str:
    return re.escape(clean(path)) + r"(?![\w/-]|\.\w)"


def _path_in(text: str, finding: Finding) -> str:
    """The path by which *text* names the object of *finding*: the one that the control names, else the one where it is."""
    paths = (finding.path, *(place.path for place in finding.places))
    return next((path for path in paths if re.search(rf"(?<![\w/.-]){_pattern(path)}", text)), finding.path)


def _joined(shape: _Shape, told: list[tuple[Finding, Notice[Kind_co]]]) -> Notice[Kind_co]:
    first = told[0][1]
    if len(told) == 1:
        return first
    text = shape.text
    for stand_in, things in (
        (_NAME, [*dict.fromkeys(f"{finding.control} {clean(finding.path)}" for finding, _ in told)]),
        (_PATH, [*dict.fromkeys(clean(_path_in(notice.text, finding)) for finding, notice in told)]),
    ):
        if stand_in in text:
            many = len(things) > MOST_TOLD
            text = text.replace(stand_in, f"{len(things)} objects" if many else listed(things))
            text += f" The {len(things)} are {listed(things)}." if many else ""
    written = dict.fromkeys(line for _, notice in told for line in notice.remedy.split("\n") if line.startswith(" "))
    remedy = shape.remedy.replace(_LINES, "\n".join(written))
    return replace(first, text=text, remedy=remedy)


def _lines(remedy: str) -> list[str]:
    """The lines of *remedy*, those to be written, which are indented, as one stand-in for all."""
    found = list[str]()
    for line in remedy.split("\n"):
        shown = _LINES if line.startswith(" ") else line
        if not (line.startswith(" ") and found and found[-1] == shown):
            found.append(shown)
    return found
