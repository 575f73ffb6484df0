"""An evidence report, which is Markdown, as lines to read: headings, lists, tables and blocks without their marks."""

from __future__ import annotations

import re

from tui.views.page import Line, Page, cells
from tui.views.signs import Signs

_RULE = re.compile(r"\|[\s|:-]*\|")
_MARKS = re.compile(r"\\(?P<sign>[\\`*\[\]<>|])|(?P<fence>`+)(?P<pad> ?)(?P<code>.+?)(?P=pad)(?P=fence)(?!`)|\*\*")
"""A sign that is written out, a piece of code, the mark of strong words."""


def markdown_lines(text: str, width: int, signs: Signs) -> list[Line]:
    """The lines of a report as this program writes them; what is no mark of those stays as it is."""
    page = Page(width, signs, indent=2)
    block = False
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("```"):
            block = not block
        elif block:
            page.code(line, indent=2, role="add" if bare.startswith("+") else "remove" if bare.startswith("-") else "code")
        elif bare.startswith("#"):
            page.head(_without_marks(bare.lstrip("# ")))
        elif bare.startswith("|"):
            _row(page, bare)
        elif bare:
            found = re.match(r"(\*|\d+\.) ", bare)
            lead = len(line) - len(line.lstrip())
            page.say(_without_marks(bare), indent=min(lead, 8), hanging=len(found[0]) if found else 0)
        else:
            page.gap()
    return page.lines


def _without_marks(text: str) -> str:
    """*text* as it is read: a sign that was written out as itself, code as it stands."""
    return _MARKS.sub(lambda found: found["sign"] or found["code"] or "", text)


def _row(page: Page, line: str) -> None:
    """A row of a table: its first cell names the others."""
    if _RULE.fullmatch(line):
        return
    first, *others = (_without_marks(cell.strip()) for cell in line.strip("|").split(" | "))
    if first.strip(" |"):
        page.row(first, "   ".join(others), label_width=max(16, cells(page.signs.text(first)) + 2))
