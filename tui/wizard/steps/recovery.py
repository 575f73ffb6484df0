"""Recovery: a run was cut short; roll it back or finish it, each after the typed word, or look first."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from tui.plan.values import WORD
from tui.views.page import Line
from tui.views.pages.recovery import recovery_lines
from tui.wizard.steps.typed_confirmation import WordScreen


class RecoveryScreen(WordScreen):
    """The screen about a run that was cut short, the first one where such a run waits. Both answers change the host, so each asks for the word."""

    TOPIC = "recovery"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", f"do it (after {WORD})"),
        Binding("r", "roll_back", "roll it back"),
        Binding("f", "finish", "finish it"),
        Binding("escape", "back", "leave it and look"),
    ]

    AUTO_FOCUS = "#page"
    finish: bool | None = None
    """What was chosen; None before that."""

    def begin(self) -> None:
        """Begin without a choice."""
        self.choose(None)

    def choose(self, finish: bool | None) -> None:
        """Ask for the word for what was chosen; with None go back to the choice."""
        self.finish = finish
        self.query_one("#ask").display = finish is not None
        self.query_one("#answer", Static).update("")
        word = self.query_one("#word", Input)
        word.value = ""
        word.can_focus = finish is not None
        (self.page if finish is None else word).focus()
        self.refresh_bindings()

    @property
    def asks(self) -> bool:
        """Whether anything is chosen."""
        return self.finish is not None

    @property
    def does(self) -> str:
        """What the word does."""
        return "finish it" if self.finish else "roll it back"

    def go(self) -> None:
        """Carry out what was chosen: the rollback or the rest of the run."""
        self.wizard.recover(finish=bool(self.finish))

    def lines(self, width: int) -> list[Line]:
        """The lines about the run that waits, and what can be done about it."""
        assert self.session.past.left_over is not None
        return recovery_lines(self.session.past.left_over, width, self.signs)

    def action_roll_back(self) -> None:
        """Choose the rollback, which begins after the word."""
        self.choose(finish=False)

    def action_finish(self) -> None:
        """Choose the rest of the run, which begins after the word."""
        self.choose(finish=True)

    def action_back(self) -> None:
        """Go back to the choice; from there to the walk, where a plan is blocked until this is settled."""
        if self.finish is not None:
            self.choose(None)
            return
        self.wizard.leave_unsettled()
