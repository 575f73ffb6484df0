"""An undo as lines: what would leave the files, what is loaded again, and what stands in the way."""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING
from tui.views.diff import counts, diff_lines
from tui.views.page import Line, Page
from tui.views.pages.plan import blocker_lines, short_command
from tui.views.signs import Signs

if TYPE_CHECKING:
    from tui.run.taking_back.undo_plan import UndoPlan


def undo_lines(plan: UndoPlan, width: int, signs: Signs) -> list[Line]:
    """What the load drops and puts back, the diff of every file, the commands, or the blockers."""
    page = Page(width, signs, indent=2)
    if plan.blockers:
        page.say((f"{signs.bad} It cannot be undone like this; nothing was changed.", "bad"))
        for blocker in plan.blockers:
            page.gap()
            page.add(blocker_lines(blocker, width, signs))
        return page.lines
    if plan.is_empty:
        page.say((f"{signs.good} {plan.nothing_left}", "good"))
        return page.lines
    page.say((f"Undo {plan.title}: its lines leave the files, all others stay.", "strong"))
    if plan.afterwards:
        page.say((plan.afterwards, "warn" if plan.opens else "dim"), indent=2)
    for said in filter(None, (plan.told_since, *plan.notes, *plan.costs)):
        page.say(said, indent=2)
    for change in plan.files:
        added, removed = counts(change)
        page.head(change.path, "the file is removed" if change.after is None else f"+{added} -{removed}")
        page.add(diff_lines(*change.contents, width, signs, indent=4))
    page.head("Then")
    for command in plan.commands:
        page.row(f"  {short_command(command)}", command.why, label_width=32)
    if not plan.commands:
        page.say(plan.told_locked, indent=2)
    page.say("auditd is not restarted.", indent=2)
    return page.lines
