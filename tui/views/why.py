"""The why behind the reasons, warnings and blockers: what auditd really does there, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable

from tui.views.page import Line, Page, Signs

WHY: dict[str, str] = {}
"""Explanations by the id of a reason, warning or blocker."""


def explanation(id: str) -> str:
    """The longer text for *id*, ``""`` where the short one says it all."""
    return WHY.get(id, "")


def why_lines(said: Iterable[tuple[str, str]], width: int, signs: Signs) -> list[Line]:
    """Each (id, text) with its explanation below."""
    page = Page(width, signs, indent=2)
    for number, (id, text) in enumerate(said):
        if number:
            page.gap()
        page.say((text, "strong"))
        longer = explanation(id)
        if longer:
            page.gap()
            page.prose(longer, indent=2)
    if not page.lines:
        page.say(("There is nothing to explain.", "dim"))
    return page.lines
