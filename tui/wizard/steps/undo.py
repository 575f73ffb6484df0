"""Undo: what taking a run back would change, as a diff, and the word that lets it happen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.plan.values import WORD
from tui.views.page import Line, Page
from tui.views.pages.undo import undo_lines
from tui.wizard.steps.typed_confirmation import WordScreen


class UndoScreen(WordScreen):
    """The Undo screen: what would be taken back, as a diff first; nothing happens before the word."""

    STEP = 6
    TOPIC = "undo"
    BACK = "result"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", f"undo (after {WORD})"),
        Binding("escape", "back", "back"),
    ]

    @property
    def asks(self) -> bool:
        """Whether there is an undo that can be carried out."""
        plan = self.wizard.undo_plan
        return plan is not None and not plan.blockers and not plan.is_empty

    def lines(self, width: int) -> list[Line]:
        """The lines of the diff, or why there is none."""
        page = Page(width, self.signs)
        if self.wizard.undo_plan is None:
            page.say((self.wizard.undo_trouble, "bad"), indent=2)
        else:
            page.add(undo_lines(self.wizard.undo_plan, width, self.signs))
        return page.lines

    def action_back(self) -> None:
        """Go back to where the undo was chosen: the result, or the history."""
        self.wizard.go(self.wizard.home or self.BACK)

    @property
    def does(self) -> str:
        """What the word does."""
        return "undo it"

    def go(self) -> None:
        """Undo the run: take its change back."""
        self.wizard.undo()
