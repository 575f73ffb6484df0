"""Rehearsal: the planned watches in the kernel for a while, to count what they would record."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.views.page import Line, Page
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import LineInput

USUAL_SECONDS = "60"


class RehearsalScreen(StepScreen):
    """Asks how long, counts, shows what was counted."""

    STEP = 3
    TOPIC = "rehearsal"
    AUTO_FOCUS = "#seconds"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "start"),
        Binding("escape", "back", "back"),
    ]

    def body(self) -> ComposeResult:
        """The text, the seconds."""
        yield Document(id="page")
        with Horizontal(id="ask"):
            yield Static("Seconds ", id="ask-label", markup=False)
            yield LineInput(USUAL_SECONDS, id="seconds", compact=True, select_on_focus=True)
        yield Static("", id="answer", markup=False)

    def on_mount(self) -> None:
        """Say what will happen, or what was counted."""
        super().on_mount()
        self.page.show(self.lines)

    def lines(self, width: int) -> list[Line]:
        """The page for a width."""
        page = Page(width, self.signs, indent=2)
        counted = self.wizard.rehearsed
        if counted:
            for line in counted:
                page.say(line, width=width)
            page.gap()
        page.say(("Rehearse: try the watches before anything is written", "strong"))
        page.gap()
        page.say(
            "The planned watches are loaded into the kernel behind all other rules, the records they make are counted, and they are taken "
            "out again. No file is touched, no rule of yours is moved. It shows how much the log would grow on this host."
        )
        page.gap()
        page.say("How long? A minute shows the daily business of most hosts. Enter starts, Esc goes back.")
        return page.lines

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the input."""
        event.stop()
        self.action_forward()

    def action_forward(self) -> None:
        """Start, for a number of seconds that makes sense."""
        text = self.query_one("#seconds", Input).value.strip()
        if text.isascii() and text.isdigit() and 1 <= int(text) <= 86_400:
            self.wizard.rehearse(float(text))
        else:
            self.query_one("#answer", Static).update("Give whole seconds, from 1 to 86400.")

    def action_back(self) -> None:
        """Back to the preview."""
        self.wizard.go("preview")
