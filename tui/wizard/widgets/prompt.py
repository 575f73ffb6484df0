"""Prompt: one line of input above the key line, for a word to find or a path to save to."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.views.signs import Signs


class LineInput(Input):
    """An Input that takes a line feed for Enter: some serial tools send nothing else."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+j", "submit", "Submit", show=False)]

    def on_mount(self) -> None:
        """Have a cursor that does not blink: each blink is a write to a slow line."""
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        """Put *text* in the place of what stands there: of what is pasted the first line, without what no key types."""
        super().replace("".join(filter(str.isprintable, next(iter(text.splitlines()), ""))), start, end)


class Prompt(Horizontal):
    """A line input for a question, hidden until it is asked; Enter answers, Escape closes it. Enter alone takes a proposed answer, Tab puts it
    into the line to be changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take_proposal", "change this name"),
        Binding("tab,shift+tab", "stay", show=False),
        Binding("escape", "close", "close", show=True),
    ]

    class Answered(Message):
        """The message that Enter was pressed: what was asked, and the line."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Typing(Message):
        """The message that the line has changed."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Closed(Message):
        """The message that the prompt was closed."""

        def __init__(self, purpose: str) -> None:
            super().__init__()
            self.purpose = purpose

    def __init__(self, signs: Signs) -> None:
        super().__init__()
        self._signs = signs
        self.purpose = ""
        self.does = ""
        """What Enter does."""
        self.proposal = ""
        """The answer that an empty line stands for; "" for none."""
        self.display = False

    def ask(self, purpose: str, label: str, does: str, value: str = "", proposal: str = "") -> None:
        """Open for *purpose* with *value* in the line, or with a *proposal* that stands there until something is typed; the answer comes as
        a message."""
        if not self.children:  # most screens are left before they ask anything
            self.mount(
                Static("", id="prompt-label", markup=False),
                LineInput(compact=True, select_on_focus=False),
                Static("", id="prompt-note", markup=False),
            )
        self.purpose, self.does, self.proposal = purpose, does, proposal
        self.query_one(LineInput).placeholder = proposal
        self.query_one("#prompt-label", Static).update(Content(self._signs.text(label)))
        self.note("")
        self.offer(value)
        self.display = True
        self.query_one(LineInput).focus()

    def offer(self, value: str) -> None:
        """Put another answer into the line."""
        line = self.query_one(LineInput)
        line.value = value
        line.cursor_position = len(value)

    def note(self, text: str) -> None:
        """Say *text* at the right of the line."""
        self.query_one("#prompt-note", Static).update(Content(self._signs.text(text)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: there must be a proposal to take."""
        return action != "take_proposal" or bool(self.proposal and not self.query_one(LineInput).value)

    async def action_answer(self) -> None:
        """Answer with what is in the line."""
        await self.query_one(LineInput).action_submit()

    def action_take_proposal(self) -> None:
        """Put the proposal into the line."""
        self.offer(self.proposal)

    def action_stay(self) -> None:
        """Keep the cursor in the line: there is nothing else to go to before the question is answered or closed."""
        self.query_one(LineInput).focus()

    def action_close(self) -> None:
        """Close the prompt and give the keys back."""
        self.display = False
        self.post_message(self.Closed(self.purpose))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass the line on; an empty one is the proposal where there is one."""
        event.stop()
        self.post_message(self.Answered(self.purpose, event.value if event.value.strip() else self.proposal))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass the line on while it grows."""
        event.stop()
        self.refresh_bindings()
        if self.display:
            self.post_message(self.Typing(self.purpose, event.value))
