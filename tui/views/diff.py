"""Diffs as lines to read: the mark in column one, so that no colour is needed, with the line numbers of the new file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from tui.base.typing import Optional
from tui.plan.values import FileChange
from tui.views.page import Line, Page, Role, Span
from tui.views.signs import Signs

CONTEXT = 3

Content = Optional[bytes]
"""A file's content; None: there is no such file."""


def _text_lines(content: Content) -> list[str]:
    """The lines with their newlines; only a newline ends a line, since that is how auditctl reads."""
    if content is None:
        return []
    lines = [line + "\n" for line in content.decode("utf-8", "surrogateescape").split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _bare(lines: list[str]) -> list[str]:
    """The lines without their newlines: a last line that only lacks its newline is the same line."""
    return [line.removesuffix("\n") for line in lines]


def counts(change: FileChange) -> tuple[int, int]:
    """How many lines *change* adds and removes; a newline that is added to the last line counts for nothing."""
    added = removed = 0
    old_lines, new_lines = (_bare(_text_lines(content)) for content in change.contents)
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag != "equal":
            removed += old_to - old_from
            added += new_to - new_from
    return added, removed


def added_lines(change: FileChange) -> list[str]:
    """The lines that *change* adds, those of blanks left out."""
    old_lines, new_lines = (_bare(_text_lines(content)) for content in change.contents)
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    added = [line for tag, _, _, first, last in matcher.get_opcodes() if tag != "equal" for line in new_lines[first:last]]
    return [line for line in added if line.strip()]


def ended_line(change: FileChange) -> int:
    """The number of the line that *change* keeps and ends with the newline that it lacked; 0 for none."""
    before, after = change.contents
    old_lines, new_lines = _text_lines(before), _text_lines(after)
    lacked = bool(old_lines) and not old_lines[-1].endswith("\n")
    return len(old_lines) if lacked and old_lines[-1] + "\n" in new_lines else 0


def added_rules(change: FileChange) -> int:
    """How many rules *change* adds: comments are none."""
    return sum(line.lstrip().startswith("-") for line in added_lines(change))


def unified(path: str, before: Content, after: Content) -> str:
    """The unified diff of one file as ``patch -p1 -d /`` takes it, for copying, saving and ``plan --diff``; bytes that are no UTF-8 are kept."""
    old_name = "/dev/null" if before is None else f"a{path}"
    new_name = "/dev/null" if after is None else f"b{path}"
    lines = difflib.unified_diff(_text_lines(before), _text_lines(after), old_name, new_name, n=CONTEXT)
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def patch(changes: Iterable[FileChange]) -> str:
    """The unified diffs of *changes*, one after the other: what ``patch -p1 -d /`` takes."""
    return "".join(unified(change.path, *change.contents) for change in changes)


def patch_lines(changes: Iterable[FileChange], signs: Signs) -> list[Line]:
    """The patch as lines to look at: cleaned, and with a role for what comes and goes."""
    return [(Span(signs.text(line), _role(line)),) for line in patch(changes).split("\n")[:-1]]


def _role(line: str) -> Role:
    if line.startswith(("+++ ", "--- ", "@@ ")):
        return "head"
    return "add" if line.startswith("+") else "remove" if line.startswith("-") else "text"


def diff_lines(before: Content, after: Content, width: int, signs: Signs, indent: int = 2) -> list[Line]:
    """The diff of a file for a screen: only what changes, with three lines around it; ``[]`` where no line does."""
    old_lines, new_lines = _text_lines(before), _text_lines(after)
    digits = len(str(max(len(old_lines), len(new_lines), 1)))
    page = Page(width, signs)
    for number, group in enumerate(
        difflib.SequenceMatcher(None, _bare(old_lines), _bare(new_lines), autojunk=False).get_grouped_opcodes(CONTEXT)
    ):
        if number:
            page.say(("…", "dim"), indent=indent + 2)
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                for before_line, at in zip(old_lines[old_from:old_to], range(new_from, new_to)):
                    _line(page, " ", at + 1, new_lines[at], _newline_note(before_line, new_lines[at]), digits, indent)
                continue
            for at in range(old_from, old_to):
                _line(page, "-", at + 1, old_lines[at], "", digits, indent)
            for at in range(new_from, new_to):
                _line(page, "+", at + 1, new_lines[at], _newline_note("\n", new_lines[at]), digits, indent)
    return page.lines


def _newline_note(before: str, after: str) -> str:
    if before.endswith("\n") == after.endswith("\n"):
        return ""
    return "  (gets the newline it lacked)" if after.endswith("\n") else "  (without a newline at its end)"


def _line(page: Page, mark: str, number: int, text: str, note: str, digits: int, indent: int) -> None:
    role: Role = "add" if mark == "+" else "remove" if mark == "-" else "dim"
    margin = f"{mark} {number:>{digits}}   "
    body = text.removesuffix("\n").replace("\t", "^I")
    page.say((margin, role), (body, role), (note, "dim"), indent=indent, hanging=len(margin), width=page.width)
