"""Predict: what a step will show is asked before it shows."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.training.asking import HINT, Asking
from tui.views.page import Line, Page
from tui.views.pages.predict import predict_lines
from tui.wizard.readings import read_host
from tui.wizard.steps.base import StepScreen
from tui.wizard.steps.typed_confirmation import LETTER_KEYS
from tui.wizard.widgets.bars import TopLine
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import LineInput

_PLACES = {"host": (2, "control"), "preview": (3, "host"), "result": (6, "")}
"""The number of the step that is predicted, and the step before it."""


class PredictScreen(StepScreen):
    """The Predict screen: one question at a time; Enter answers, and then goes on; ``h`` gives a hint at once."""

    TOPIC = "predict"
    AUTO_FOCUS = "#word"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "answer"),
        Binding("tab", "app.focus_next", LETTER_KEYS),
        Binding("escape", "back", "back"),
        *(Binding(letter, f"type('{letter}')", "answer", show=False) for letter in (HINT, *"123456789")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.asking: Asking | None = None

    def compose(self) -> ComposeResult:
        """The bars with the number of the step that is predicted."""
        self.STEP = _PLACES[self.wizard.predict_step][0]
        yield from super().compose()

    def body(self) -> ComposeResult:
        """The widgets of the screen: the question and the answer's input."""
        yield Document(id="page")
        with Horizontal(id="ask"):
            yield Static("", id="ask-label", markup=False)
            yield LineInput(id="word", compact=True, select_on_focus=False)

    def begin(self) -> None:
        """Read what is asked about."""
        if self.wizard.predict_step == "host":
            read_host(self, self.ask_first)
        else:
            self.ask_first()

    def ask_first(self) -> None:
        """Ask the first question, or go on where there is none."""
        step = self.wizard.predict_step
        self.asking = self.session.lesson.asking(step, self.session.predictions(step))
        self.host_is_read()
        self.ask_or_go()

    def ask_or_go(self) -> None:
        """Show the present question; after the last the step shows."""
        step = self.wizard.predict_step
        if self.asking is not None and self.asking.prediction is None:
            self.session.predicted(step)
            self.wizard.go(step)
            return
        self.show_page()
        self.name_answer()

    def name_answer(self) -> None:
        """Say before the input and in the key line what it waits for."""
        asking = self.asking
        prediction = asking.prediction if asking is not None else None
        if asking is None or prediction is None:
            return
        what = "" if asking.answered else f"Answer, {prediction.ask}: "
        self.query_one("#ask-label", Static).update(what or "Enter goes on. ")
        at_word = self.focused is None or self.focused.id == "word"
        forward = "go on" if asking.answered else "answer" if at_word else "to the answer"
        forward = forward if asking.answered or asking.hints_left else "take that answer"
        self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", forward)]
        self._bindings.key_to_bindings["tab"] = [
            Binding("tab", "app.focus_next", LETTER_KEYS if at_word else "to the answer", show=at_word)
        ]
        self.query_one(TopLine).name_demo(self.demo_text())
        self.refresh_bindings()
        self.show_keys()

    def on_descendant_focus(self) -> None:
        """Show where the focus is."""
        self.name_answer()

    def on_descendant_blur(self) -> None:
        """Show where the focus is."""
        self.name_answer()

    def action_type(self, letter: str) -> None:
        """Take *letter* into the answer wherever the focus is: the page says that it is one."""
        field = self.query_one("#word", Input)
        field.focus()
        field.value = letter
        field.cursor_position = len(letter)

    def lines(self, width: int) -> list[Line]:
        """The lines of the question."""
        page = Page(width, self.signs)
        if self.asking is None:
            page.say(("Reading the host …", "dim"), indent=2)
        else:
            page.add(predict_lines(self.asking, width, self.signs, self.session.ended(self.wizard.predict_step)))
        return page.lines

    def action_forward(self) -> None:
        """Take the answer, or after it go on to the next question."""
        asking = self.asking
        if asking is None:
            return
        field = self.query_one("#word", Input)
        if (
            not asking.answered
            and asking.hints_left
            and not field.value.strip()
            and (not field.has_focus or asking.reply == "hint")
        ):
            field.focus()  # the way back to the answer, or Enter behind an h that has given its hint already
            return
        if asking.answered:
            asking.go_on()
        else:
            asking.take(field.value)
        field.value = ""
        field.focus()
        self.ask_or_go()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Give a hint as soon as its letter is typed: it begins no answer."""
        event.stop()
        if self.asking is not None and not self.asking.answered and event.value.strip().lower() == HINT:
            self.action_forward()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: after a run there is no way back."""
        if action == "back" and not _PLACES[self.wizard.predict_step][1]:
            return False
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back to the step before; what was answered stays so."""
        self.wizard.go(_PLACES[self.wizard.predict_step][1])
