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
    table: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if table and (block or not bare.startswith("|")):
            _table(page, table)
            table = []
        if bare.startswith("```"):
            block = not block
        elif block:
            page.code(line, indent=2, role="add" if bare.startswith("+") else "remove" if bare.startswith("-") else "code")
        elif bare.startswith("#"):
            page.head(_without_marks(bare.lstrip("# ")))
        elif bare.startswith("|"):
            table.append(bare)
        elif bare:
            found = re.match(r"(\*|\d+\.) ", bare)
            lead = len(line) - len(line.lstrip())
            page.say(_without_marks(bare), indent=min(lead, 8), hanging=len(found[0]) if found else 0)
        else:
            page.gap()
    if table:
        _table(page, table)
    return page.lines


def _without_marks(text: str) -> str:
    """*text* as it is read: a sign that was written out as itself, code as it stands."""
    return _MARKS.sub(lambda found: found["sign"] or found["code"] or "", text)


def _table(page: Page, lines: list[str]) -> None:
    """The rows of a table, the first cell of each naming the others; in columns as wide as their widest cell, where the page has the room. Where
    it has not, what is named still begins in one column, unless the names alone take more than a third of the page."""
    rows = [[_without_marks(cell.strip()) for cell in line.strip("|").split(" | ")] for line in lines if not _RULE.fullmatch(line)]
    rows = [row for row in rows if row[0].strip(" |")]
    wide = [
        max(cells(page.signs.text(row[at])) if at < len(row) else 0 for row in rows) for at in range(max(map(len, rows), default=0))
    ]
    fits = page.indent + sum(wide) + 3 * len(wide) <= page.width
    aligned = fits or wide[:1] <= [page.width // 3]
    for first, *others in rows:
        label = max(16, (wide[0] if aligned else cells(page.signs.text(first))) + 2)
        told = [other + " " * (width - cells(page.signs.text(other))) for other, width in zip(others, wide[1:])] if fits else others
        page.row(first, "   ".join(told).rstrip(), label_width=label)
