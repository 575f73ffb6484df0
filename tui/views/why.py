"""The why behind the reasons, warnings and blockers of a page, each under its own sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.views.explanations import EXPLANATIONS, ON_DISK, STAYS, STOPS_HOST
from tui.views.page import Line, Page
from tui.views.pages.plan import blocker_lines
from tui.views.signs import Signs

if TYPE_CHECKING:
    from tui.plan.values import Blocker


def explanation(id: str) -> str:
    """The longer text for the id of a reason, warning or blocker; ``""`` for an id that has none."""
    if id in EXPLANATIONS:
        return EXPLANATIONS[id]
    if id.startswith("stored-"):
        return explanation(id.removeprefix("stored-"))
    if id.startswith("unread-"):
        return EXPLANATIONS["unread"]
    if id.startswith("would-stay-"):
        return STAYS
    if id.endswith("-on-disk"):
        return f"{explanation(id.removesuffix('-on-disk'))} {ON_DISK}".strip()
    if id.startswith(("halt-on-", "single-on-")):
        return STOPS_HOST
    return ""


def why_lines(said: Iterable[tuple[str, str]], width: int, signs: Signs) -> list[Line]:
    """Each (id, text) with its explanation below, said once where several share it."""
    page = Page(width, signs, indent=2)
    told: set[str] = set()
    for id, text in dict.fromkeys(said):
        page.gap()
        page.say((text, "strong"))
        longer = explanation(id)
        if longer and longer not in told:
            told.add(longer)
            page.gap()
            page.prose(longer, indent=2)
    if not page.lines:
        page.say(("There is nothing to explain.", "dim"))
    return page.lines


def way_out_lines(blockers: Iterable[Blocker], width: int, signs: Signs) -> list[Line]:
    """Each blocker with where it lies, the way out, and why it stands in the way."""
    page = Page(width, signs, indent=2)
    for blocker in blockers:
        page.gap()
        page.add(blocker_lines(blocker, width, signs))
        page.gap()
        page.prose(explanation(blocker.id), indent=2)
    return page.lines
