"""The word that lets something happen: an input below the page, and what is said to anything else."""

from __future__ import annotations

from abc import abstractmethod

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.plan.values import WORD
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.prompt import LineInput


class WordScreen(StepScreen):
    """A screen with the input for a confirming word. The input has the focus and takes every letter; Tab leaves it and gives the letter keys back."""

    AUTO_FOCUS = "#word"

    @property
    def word(self) -> str:
        """The word that confirms."""
        return WORD

    def ask(self) -> ComposeResult:
        """The widgets that ask: the input and the place for an answer."""
        with Horizontal(id="ask"):
            yield Static(f"Type {self.word} ", id="ask-label", markup=False)
            yield LineInput(id="word", compact=True, select_on_focus=False)
        yield Static("", id="answer", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on from Enter in the input."""
        event.stop()
        self.action_forward()

    def action_forward(self) -> None:
        """Go on where the whole word is typed, and only then."""
        field = self.query_one("#word", Input)
        typed = field.value.strip()
        if typed == self.word:
            self.go()
            return
        answer = (
            f"That was not the word {self.word}; nothing was done."
            if typed
            else f"Nothing happens before you type the word {self.word}."
        )
        self.query_one("#answer", Static).update(answer)
        field.focus()

    @abstractmethod
    def go(self) -> None:
        """Do what the word confirms."""
