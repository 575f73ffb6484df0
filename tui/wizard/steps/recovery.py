"""Recovery: a run was cut short; roll it back, finish it, or look first."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.page import Line
from tui.views.recovery import recovery_lines
from tui.wizard.steps.base import StepScreen


class RecoveryScreen(StepScreen):
    """The first screen where a run waits. Both answers change the host, so neither is Enter, which is pressed too easily."""

    TOPIC = "recovery"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "roll_back", "roll it back"),
        Binding("f", "finish", "finish it"),
        Binding("escape", "back", "leave it and look"),
    ]

    def on_mount(self) -> None:
        """Say what waits."""
        super().on_mount()
        self.page.show(self.lines)

    def lines(self, width: int) -> list[Line]:
        """The page for a width."""
        assert self.wizard.left_over is not None
        return recovery_lines(self.wizard.left_over, width, self.signs)

    def action_roll_back(self) -> None:
        """Back to what it was."""
        self.wizard.recover(finish=False)

    def action_finish(self) -> None:
        """Do the rest of it."""
        self.wizard.recover(finish=True)

    def action_back(self) -> None:
        """Look at the host; a plan will be refused until it is settled."""
        self.wizard.begin_walk(settled=True)
