"""Step 4, Confirm: the plan in three lines, and the word that lets it happen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from tui.views.page import Line, Page
from tui.views.plan import confirm_lines
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import LineInput
from tui.wizard.widgets.toggle import Toggle

WORD = "yes"
RESTART = "restart auditd after the load, as the benchmark says; events during it (about 1.5 s) are lost"


class ConfirmScreen(StepScreen):
    """The input has the focus and takes every letter; Tab leaves it and gives the letter keys back."""

    STEP = 4
    TOPIC = "confirm"
    AUTO_FOCUS = "#word"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", f"go (after {WORD})"),
        Binding("tab", "app.focus_next", "switch and keys"),
    ]

    def body(self) -> ComposeResult:
        """The summary, the switch, the word."""
        with VerticalScroll(id="confirm", can_focus=False):
            yield Document(id="page")
            plan = self.session.plan
            assert plan is not None
            restart = not self.session.switches.no_restart
            if not plan.pending_reboot:
                yield Toggle(RESTART, restart, self.signs)
            with Horizontal(id="ask"):
                yield Static(f"Type {WORD} ", id="ask-label", markup=False)
                yield LineInput(id="word", compact=True, select_on_focus=False)
            yield Static("", id="answer", markup=False)

    def on_mount(self) -> None:
        """Show the summary."""
        super().on_mount()
        self.page.can_focus = False
        self.page.show(self.lines)

    def lines(self, width: int) -> list[Line]:
        """The page for a width."""
        plan = self.session.plan
        assert plan is not None
        page = Page(width, self.signs)
        page.add(self.trainer_lines(width))
        page.say(("This will be done now; a failure rolls everything back.", "strong"), indent=2)
        page.gap()
        page.add(confirm_lines(plan, width, self.signs))
        return page.lines

    def on_toggle_flipped(self, event: Toggle.Flipped) -> None:
        """Plan again with or without the restart."""
        event.stop()
        self.session.switch("no_restart")
        self.page.show(self.lines)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the input."""
        event.stop()
        self.action_forward()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """``y`` and ``s`` are not bound here, and there is little to find."""
        if action in ("copy", "find", "save"):
            return False
        return super().check_action(action, parameters)

    def action_forward(self) -> None:
        """Only the whole word counts."""
        typed = self.query_one("#word", Input).value.strip()
        if typed == WORD:
            self.wizard.apply()
            return
        answer = (
            f"Nothing happens before you type the word {WORD}." if not typed else f"That was not the word {WORD}; nothing was done."
        )
        self.query_one("#answer", Static).update(answer)
        self.query_one("#word", Input).focus()

    def action_back(self) -> None:
        """Back to the preview."""
        self.wizard.go("preview")
