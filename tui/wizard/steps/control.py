"""Step 1, Control: what is to be audited and why, as the catalogue says it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.page import Line
from tui.views.pages.control import control_lines
from tui.wizard.one_control import OneControlScreen


class ControlScreen(OneControlScreen):
    """The Control step: the control's own text, the benchmark's commands, and its figures."""

    STEP = 1
    TOPIC = "control"
    SETTLES = True
    FORWARD = "host"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "look at the host"),
        Binding("h", "history", "history"),
    ]

    def lines(self, width: int) -> list[Line]:
        """What the catalogue says of the control."""
        page = self.opening(width)
        page.add(control_lines(self.session.control, self.session.asked.benchmark, width, self.signs))
        return page.lines

    def action_history(self) -> None:
        """Show the runs of this host."""
        self.wizard.go("history")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: Escape only where there is a way back."""
        if action == "back" and not (self.session.several or self.session.is_demo):
            return False  # nothing lies before the one control of a live host
        if action == "history" and self.session.several:
            return False  # the overview has it
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back to the overview or the scenarios, where there are any."""
        self.wizard.go_home()
