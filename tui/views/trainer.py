"""What the trainer of a scenario says, as lines."""

from __future__ import annotations

from collections.abc import Sequence

from tui.views.page import Line, Page, Part, Role, Span, cut, plain
from tui.views.signs import Signs

ROWS = 3
"""How many rows the trainer may take from a step at most."""


def trainer_lines(texts: Sequence[str], width: int, signs: Signs, rows: int = ROWS, label: str = "Trainer") -> list[Line]:
    """*texts* as one paragraph behind the *label*, what happened before what to look for; where that takes more than *rows*, the last alone,
    and as much of it as fits. 0 rows: however many it takes."""
    told = [" ".join(text.split()) for text in texts if text.strip()]
    lines = _paragraph(told, width, signs, label)
    if rows and len(lines) > rows:
        lines = _paragraph(told[-1:], width, signs, label)
    if rows and len(lines) > rows:
        more = signs.text("… (? tells the rest)")
        *head, last = lines[:rows]
        told_by = [] if head else [Span(f"  {label:<9}", "demo")]  # where one row is all there is, it begins with the label
        room = width - len(more) - sum(len(span.text) for span in told_by)
        text = cut(plain(last)[sum(len(span.text) for span in told_by) :], room, "")
        lines = [*head, (*told_by, Span(text + more, "demo-text"))]
    return [*lines, ()] if lines else []


def _paragraph(told: Sequence[str], width: int, signs: Signs, label: str) -> list[Line]:
    page = Page(width, signs, indent=2)
    role: Role = "dim"
    parts: list[Part] = [(f"{text} ", role) for text in told[:-1]]
    if told:
        page.say((f"{label:<9}", "demo"), *parts, (told[-1], "demo-text"), hanging=9)
    return page.lines
