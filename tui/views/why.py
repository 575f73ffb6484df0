"""The why behind the reasons, warnings and blockers of a page, each under its own sentence."""

from __future__ import annotations

from collections.abc import Iterable

from tui.base.notice import Notice, parted_remedy
from tui.base.typing import TYPE_CHECKING
from tui.views.explanations import EXPLANATIONS, Kind
from tui.views.page import Line, Page
from tui.views.pages.plan import blocker_lines
from tui.views.signs import Signs

if TYPE_CHECKING:
    from tui.plan.values import Plan


def plan_why_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """The why behind the blockers and warnings of *plan*. A blocked one runs nothing: of its warnings that is said first."""
    if not plan.blockers:
        return why_lines(plan.warnings, width, signs)
    page = Page(width, signs, indent=2)
    page.add(why_lines(plan.blockers, width, signs))
    if plan.warnings:
        page.head("Once that is solved")
        page.say("The plan is blocked, so nothing is run. A run after that has these warnings.")
        page.gap()
        page.add(why_lines(plan.warnings, width, signs))
    return page.lines


def why_lines(said: Iterable[Notice[Kind]], width: int, signs: Signs) -> list[Line]:
    """Each sentence with its explanation below, said once where several share it."""
    page = Page(width, signs, indent=2)
    told: set[str] = set()
    for kind, text in dict.fromkeys((notice.kind, notice.text) for notice in said):
        page.gap()
        page.say((text, "strong"))
        longer = EXPLANATIONS[kind]
        if longer not in told:
            told.add(longer)
            page.gap()
            page.prose(longer, indent=2)
    if not page.lines:
        page.say(("There is nothing to explain.", "dim"))
    return page.lines


def way_out_commands(blockers: Iterable[Notice[Kind]]) -> str:
    """The commands of the ways out of *blockers*, a line each, to be copied; "" where one has lines to write besides, which belong to them."""
    lines = [line for blocker in blockers for line in blocker.remedy.split("\n")]
    if any(line.startswith(" ") for line in lines):
        return ""
    return "".join(f"{command}\n" for line in lines if (command := parted_remedy(line)[1]))


def way_out_lines(blockers: Iterable[Notice[Kind]], width: int, signs: Signs) -> list[Line]:
    """Each blocker with where it lies, the way out, and why it stands in the way."""
    page = Page(width, signs, indent=2)
    for blocker in blockers:
        page.gap()
        page.add(blocker_lines(blocker, width, signs))
        page.gap()
        page.prose(EXPLANATIONS[blocker.kind], indent=2)
    return page.lines
