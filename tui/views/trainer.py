"""What the trainer of a scenario says, as lines."""

from __future__ import annotations

from collections.abc import Iterable

from tui.views.page import Line, Page, Signs


def trainer_lines(texts: Iterable[str], width: int, signs: Signs) -> list[Line]:
    """Each text as a paragraph, the first one with the word Trainer before it."""
    page = Page(width, signs, indent=2)
    label = "Trainer  "
    for text in texts:
        if text.strip():
            page.say((label, "demo"), (" ".join(text.split()), "demo-text"), hanging=9)
            label = "         "
    page.gap()
    return page.lines
