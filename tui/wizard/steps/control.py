"""Step 1, Control: what is to be audited and why, as the catalogue says it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.control import control_lines
from tui.views.page import Line, Page
from tui.wizard.steps.base import StepScreen


def which_of(index: int, total: int) -> str:
    """``2 of 5, n next, p previous``; empty for one alone."""
    return f"control {index + 1} of {total}: n next, p previous" if total > 1 else ""


class ControlScreen(StepScreen):
    """The control's own text, the benchmark's commands, and its figures."""

    STEP = 1
    TOPIC = "control"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "look at the host"),
        Binding("n", "turn(1)", "next"),
        Binding("p", "turn(-1)", "previous"),
    ]

    def on_mount(self) -> None:
        """Show the text."""
        super().on_mount()
        self.page.show(self.lines)

    def lines(self, width: int) -> list[Line]:
        """The page for a width."""
        session = self.session
        page = Page(width, self.signs)
        page.add(self.trainer_lines(width))
        which = which_of(session.index, len(session.question.controls))
        if which:
            page.say((which, "dim"), indent=2)
            page.gap()
        page.add(control_lines(session.control, session.asked.benchmark, width, self.signs))
        return page.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """``n`` and ``p`` only where there is something to turn to; Escape only where there is a way back."""
        if action == "turn":
            (step,) = parameters
            return isinstance(step, int) and 0 <= self.session.index + step < len(self.session.question.controls)
        if action == "back" and not (self.session.several or self.session.is_demo):
            return False  # nothing lies before the one control of a live host
        return super().check_action(action, parameters)

    def action_turn(self, step: int) -> None:
        """Another control of the selection."""
        self.session.turn_to(self.session.index + step)
        self.page.show(self.lines)
        self.refresh_bindings()

    def action_forward(self) -> None:
        """On to the host."""
        self.wizard.go("host")

    def action_back(self) -> None:
        """To the overview or the scenarios, where there are any."""
        self.wizard.go_home()
