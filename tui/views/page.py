"""Page: plain values laid out as lines of styled spans, safe to show, wrapped, and in ASCII where the terminal needs it.

Both the screens and the line-by-line output are made of these lines, so that they say the same in the same words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from tui.base.dataclass import dataclass
from tui.base.notice import parted_remedy
from tui.base.typing import Literal, Union
from tui.views.signs import UNICODE, Signs

Role = Literal[
    "text", "strong", "dim", "good", "bad", "warn", "unknown", "head", "add", "remove", "code", "key", "demo", "demo-text", "match"
]
"""What a span is, never how it looks: the screens give each role a style, the line-by-line output gives it none."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line that is of one role; its text is clean and holds no newline. ``action`` is what a click on it does, as the screen
    that shows it calls it."""

    text: str
    role: Role = "text"
    action: str = ""


Line = tuple[Span, ...]
Part = Union[str, tuple[str, Role], tuple[str, Role, str]]
"""What callers give: text, text with its role, or those with the action of a click."""


def cells(text: str) -> int:
    """How many columns *text* takes: two for East Asian wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text
    )


def cut(text: str, width: int, more: str = "…") -> str:
    """*text* in at most *width* columns; what is cut off ends in *more*."""
    if cells(text) <= width:
        return text
    room = max(0, width - cells(more))
    kept = ""
    for character in text:
        if cells(kept) + cells(character) > room:
            break
        kept += character
    return kept + more[:width]


def cut_middle(text: str, width: int, more: str = "…") -> str:
    """*text* in at most *width* columns; what is left out of its middle is *more*: names of hosts often differ at their ends alone."""
    if cells(text) <= width:
        return text
    room = max(0, width - cells(more))
    return cut(text, room - room // 2, "") + more[:width] + cut(text[::-1], room // 2, "")[::-1]


def _split(word: str, width: int) -> tuple[str, str]:
    """The part of *word* that fits *width* columns (at least one character), and the rest; a path is parted before a slash."""
    at, used = 0, 0
    while at < len(word) and (at == 0 or used + cells(word[at]) <= width):
        used += cells(word[at])
        at += 1
    slash = word.rfind("/", 0, at)
    if at < len(word) and slash > at // 2:
        at = slash
    return word[:at], word[at:]


_WORDS = r" +|[^ ]+"
_WHOLE = r" +|`[^`]*`[^ ]*|docker-audit-wizard [^ ]+|[^ ]+"
"""The words of a text, one command as one word."""


def wrap(parts: Sequence[Span], width: int, first: int = 0, hanging: int = 0, *, whole: bool = False) -> list[Line]:
    """*parts* as lines of at most *width* columns, the first one indented by *first*, the others by *hanging* columns.

    Words longer than a line are broken where the line ends, paths before a slash, so nothing is ever lost or wider than asked for; with
    *whole* they stay whole and may be wider, and so do commands, as what is to be copied from a terminal must.
    """
    lines: list[Line] = []
    line: list[Span] = []
    indent = min(first, max(0, width - 8))
    hanging = min(hanging, max(0, width - 8))
    used, blank = indent, ""

    def flush() -> None:
        nonlocal line, used, blank, indent
        lines.append((*([Span(" " * indent)] if indent and line else []), *line))
        indent = hanging
        line, used, blank = [], indent, ""

    for part in parts:
        for token in re.findall(_WHOLE if whole else _WORDS, part.text):
            if token.startswith(" "):
                blank = blank + token if line or not lines else ""
                continue
            if line and used + len(blank) + cells(token) > width:
                flush()
            elif blank:
                line.append(Span(blank, part.role))
                used += len(blank)
            blank = ""
            while used + cells(token) > width and not whole:
                head, token = _split(token, width - used)
                line.append(Span(head, part.role, part.action))
                flush()
            if token:
                line.append(Span(token, part.role, part.action))
                used += cells(token)
    if line or not lines:
        flush()
    return lines


def plain(line: Line) -> str:
    """The text of *line* without its roles."""
    return "".join(span.text for span in line).rstrip(" ")


def line_cells(line: Line) -> int:
    """How many columns *line* takes."""
    return sum(cells(span.text) for span in line)


def _head(line: Line) -> str:
    """The heading, or the label of a row, that *line* begins with; "" where it has none."""
    if all(span.role != "head" for span in line[:2]):
        return ""
    told = "".join(span.text for span in line if span.role == "head" or not span.text.strip())
    return told.strip().split("   ")[0]


def _open_row(above: Sequence[Line]) -> str:
    """The label of the row that goes on below *above*: a list is not over where its label is still in sight."""
    for line in reversed(above):
        if not line:
            return ""
        if head := _head(line):
            return head if any(span.role != "head" and span.text.strip() for span in line) else ""
    return ""


def below_text(lines: Sequence[Line], width: int, signs: Signs = UNICODE, key: str = "", above: Sequence[Line] = ()) -> str:
    """What *lines*, which lie below the end of a window, are about: how many they are, the *key* that shows them where it is none of those
    that scroll everywhere, and the headings among them, behind the label of the row that goes on from *above*."""
    heads = [head for head in (_open_row(above) if lines and not _head(lines[0]) else "", *map(_head, lines)) if head]
    what = f": {' · '.join(dict.fromkeys(heads))}" if heads else ""
    return cut(
        signs.text(f"▾ {len(lines)} more line{'' if len(lines) == 1 else 's'}{f' ({key})' if key else ''}{what}"),
        width,
        signs.text("…"),
    )


def beside(left: Sequence[Line], right: Sequence[Line], left_width: int, gap: int = 3) -> list[Line]:
    """Two columns: *left* padded to *left_width* columns, then *right*."""
    rows: list[Line] = []
    for index in range(max(len(left), len(right))):
        row = left[index] if index < len(left) else ()
        if index < len(right) and right[index]:
            row = (*row, Span(" " * (left_width + gap - line_cells(row))), *right[index])
        rows.append(row)
    return rows


TEXT_WIDTH = 76
"""The widest column that running text is set in, so that the eye finds the next line."""
WIDE = 140
"""From this many columns on, pages put things side by side."""


class Page:
    """Lines under construction; every text that goes in is cleaned, and no line leaves wider than ``width``."""

    def __init__(self, width: int, signs: Signs = UNICODE, indent: int = 0) -> None:
        self.width = max(20, width)
        self.signs = signs
        self.indent = indent
        self.lines: list[Line] = []

    @property
    def edge(self) -> int:
        """The column where running text ends, however deep it is indented."""
        return min(self.width, self.indent + TEXT_WIDTH)

    def spans(self, parts: Iterable[Part]) -> list[Span]:
        """*parts* as clean spans."""
        given = (Span(part) if isinstance(part, str) else Span(*part) for part in parts)
        return [Span(self.signs.text(span.text), span.role, span.action) for span in given if span.text]

    def gap(self) -> None:
        """One empty line, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append(())

    def say(self, *parts: Part, indent: int = 0, hanging: int = 0, width: int = 0) -> None:
        """A paragraph, set in a column of readable width, or up to column *width*."""
        start = self.indent + indent
        self.lines += wrap(self.spans(parts), min(self.width, width) if width else self.edge, start, start + hanging)

    def prose(self, text: str, indent: int = 0, role: Role = "text") -> None:
        """Running text whose empty lines part paragraphs and whose newlines are blanks."""
        for number, paragraph in enumerate(block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()):
            if number:
                self.gap()
            self.say((" ".join(paragraph.split()), role), indent=indent)

    def head(self, title: str, right: str = "") -> None:
        """A section heading, after an empty line; *right* stands at the right edge where there is room."""
        self.gap()
        spans = [Span(" " * self.indent), *self.spans([(title, "head")])]
        extra = self.spans([(right, "dim")])
        room = self.edge - line_cells(tuple(spans)) - line_cells(tuple(extra))
        if extra and room >= 2:
            self.lines.append((*spans, Span(" " * room), *extra))
        else:
            self.lines += wrap(spans[1:], self.edge, self.indent, self.indent + 2)

    def ends(self, left: Sequence[Part], right: Sequence[Part], indent: int = 0) -> None:
        """A line with *right* at its right edge; where both do not fit, *right* is at the edge of the last line of *left*."""
        start = self.indent + indent
        first, last = self.spans(left), self.spans(right)
        room = self.edge - start - line_cells(tuple(first)) - line_cells(tuple(last))
        if last and room >= 2:
            self.lines.append((Span(" " * start), *first, Span(" " * room), *last))
        else:
            self.lines += wrap(first, self.edge, start, start + 2)
            if last:
                self.tail(*right)

    def tail(self, *parts: Part) -> None:
        """*parts* at the right edge of the last line, or of a line of their own where they do not fit beside it."""
        spans = self.spans(parts)
        needs = line_cells(tuple(spans))
        if self.indent + needs > self.edge:
            self.lines += wrap(spans, self.edge, self.indent, self.indent)
            return
        if self.edge - line_cells(self.lines[-1]) - needs < 2:
            self.lines.append(())
        room = self.edge - line_cells(self.lines[-1]) - needs
        self.lines[-1] = (*self.lines[-1], Span(" " * room), *spans)

    def row(self, label: str, *parts: Part, label_width: int = 14, width: int = 0, role: Role = "dim") -> None:
        """A label and what belongs to it, which wraps under itself. With the *role* of a head the label is named where it lies out of sight."""
        name = self.signs.text(label)
        start = self.indent + label_width
        if start > self.width // 2:  # too narrow for two columns
            self.say((name, role))
            self.say(*parts, indent=2, width=width)
            return
        body = wrap(self.spans(parts), min(self.width, width) if width else self.edge, start, start)
        first = Span(" " * self.indent + name + " " * (label_width - cells(name)), role)
        self.lines.append((first, *body[0][1:]))
        self.lines += body[1:]

    def units(self, label: str, units: Sequence[Sequence[Part]], label_width: int = 14) -> None:
        """A label and *units* beside it, as many in a row as fit; none of them is broken."""
        room = self.edge - self.indent - label_width
        rows: list[list[Part]] = []
        used = room
        for unit in units:
            needs = line_cells(tuple(self.spans(unit)))
            if used + 3 + needs > room:
                rows.append([*unit])
                used = needs
            else:
                rows[-1] += ["   ", *unit]
                used += 3 + needs
        for number, row in enumerate(rows):
            self.row("" if number else label, *row, label_width=label_width)

    def code(self, text: str, indent: int = 4, role: Role = "code") -> None:
        """Text to be read as it is: its own lines, broken only where the page ends, with a deeper indent after a break."""
        for line in text.split("\n"):
            start = self.indent + indent
            expanded = line.replace("\t", "    ")
            lead = len(expanded) - len(expanded.lstrip(" "))
            spans = self.spans([(expanded.strip(" "), role)])
            self.lines += wrap(spans, self.width, start + lead, start + lead + 4) if spans else [()]

    def command(self, text: str, indent: int = 4) -> None:
        """A command on lines of its own, which copies whole: where it is longer than a line, it goes on behind a backslash, at a blank that
        no quotes hold."""
        start = self.indent + indent
        words = re.findall(r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+|['"\\]""", text)
        if start + cells(text) <= self.width or any(cells(word) > self.width - start - 4 for word in words):
            self.code(text, indent)
            return
        rows = [""]
        for word in words:
            if rows[-1] and start + (2 if len(rows) > 1 else 0) + cells(rows[-1]) + cells(word) + 3 > self.width:
                rows.append("")
            rows[-1] += (" " if rows[-1] else "") + word
        for number, row in enumerate(rows):
            more = " \\" if number < len(rows) - 1 else ""
            self.lines.append((Span(" " * (start + (2 if number else 0))), *self.spans([(row + more, "code")])))

    def labelled_command(self, label: str, text: str, label_width: int = 14) -> None:
        """A label and a command to copy beside it, which goes on behind a backslash as :meth:`command` has it."""
        at = len(self.lines)
        self.command(text, label_width)
        name = self.signs.text(label)
        first = Span(" " * self.indent + name + " " * (label_width - cells(name)), "dim")
        self.lines[at] = (first, *self.lines[at][1:])

    def advice(self, *parts: Part, remedy: str, indent: int = 0, hanging: int = 0, role: Role = "text") -> None:
        """What to do, behind *parts*: its words as a paragraph, its command, and each of its indented lines, on lines of their own."""
        lead: tuple[Part, ...] = parts
        for line in remedy.split("\n"):
            prose, command = ("", line.strip(" ")) if line.startswith("    ") else parted_remedy(line)
            if prose or lead:
                self.say(
                    *lead, (prose or "run this:", role), indent=indent + (0 if lead else hanging), hanging=hanging if lead else 0
                )
            if command:
                self.command(command, indent + hanging + (0 if prose or lead else 2))
            lead = ()

    def add(self, lines: Iterable[Line]) -> None:
        """Lines made elsewhere."""
        self.lines += lines
