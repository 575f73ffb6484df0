"""OneControlScreen: what the steps share that show one control of the selection at a time."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.page import Page
from tui.wizard.steps.base import StepScreen


class OneControlScreen(StepScreen):
    """A step that shows one control of the selection at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "turn(1)", "next"),
        Binding("p", "turn(-1)", "previous"),
    ]

    def opening(self, width: int) -> Page:
        """The beginning of a page, which tells the control of how many, too."""
        page = super().opening(width)
        total = len(self.session.question.controls)
        if total > 1:
            place = f"control {self.session.index + 1} of {total}: "
            page.say((place, "dim"), ("n next", "dim", "turn(1)"), (", ", "dim"), ("p previous", "dim", "turn(-1)"), indent=2)
            page.gap()
        return page

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: ``n`` and ``p`` only where there is something to turn to."""
        (step,) = parameters if action == "turn" else (0,)
        turns = isinstance(step, int) and 0 <= self.session.index + step < len(self.session.question.controls)
        return turns and super().check_action(action, parameters)

    def action_turn(self, step: int) -> None:
        """Show another control of the selection."""
        self.session.turn_to(self.session.index + step)
        self.show_page()
        self.refresh_bindings()
