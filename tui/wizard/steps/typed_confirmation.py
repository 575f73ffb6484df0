"""The word that lets something happen: an input below the page, and what is said to anything else."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.plan.values import WORD
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import LineInput

LETTER_KEYS = "more keys"
"""What Tab gives back where an input takes every letter."""


class WordScreen(StepScreen):
    """A screen with the input for a confirming word, below a page that scrolls. The input has the focus and takes every letter; Tab leaves
    it, gives the letter keys back, and leads back to it."""

    AUTO_FOCUS = "#word"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", LETTER_KEYS),
        Binding("shift+tab", "app.focus_previous", "keys", show=False),
        Binding("up,k", "scroll_page(-1)", "up", show=False),
        Binding("down,j", "scroll_page(1)", "down", show=False),
        Binding("pageup", "turn_page(-1)", "page up", show=False),
        Binding("pagedown", "turn_page(1)", "page down", show=False),
    ]

    def walk_words(self) -> dict[str, str]:
        """The keys of this screen: those that the input would take as letters come after Tab."""
        return super().walk_words() | {"? tells the rest": "Tab, ? tells the rest"}

    @property
    def word(self) -> str:
        """The word that confirms."""
        return WORD

    @property
    def does(self) -> str:
        """What the word does, as a verb."""
        return "go on"

    @property
    def asks(self) -> bool:
        """Whether there is anything that the word would do."""
        return True

    def body(self) -> ComposeResult:
        """The widgets of the screen: what would be done, and the word."""
        yield Document(id="page")
        yield from self.ask()

    def begin(self) -> None:
        """Begin; where there is nothing to confirm no word is asked for."""
        if not self.asks:
            self.query_one("#ask").display = False
            self.page.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: nothing goes on where there is nothing to confirm."""
        if action == "forward" and not self.asks:
            return False
        return super().check_action(action, parameters)

    def ask(self) -> ComposeResult:
        """The widgets that ask: the input and the place for an answer."""
        with Horizontal(id="ask"):
            yield Static("", id="ask-label", markup=False)
            yield LineInput(id="word", compact=True, select_on_focus=False)
        yield Static("", id="answer", markup=False)

    @property
    def at_word(self) -> bool:
        """Whether the input has the focus."""
        return self.focused is not None and self.focused.id == "word"

    def on_descendant_focus(self) -> None:
        """Show where the focus is."""
        self.name_focus()

    def on_descendant_blur(self) -> None:
        """Show where the focus is."""
        self.name_focus()

    def name_focus(self) -> None:
        """Say before the input whether it takes what is typed, and in the key line what Tab leads to."""
        mark, after = (self.signs.running, "") if self.at_word else (" ", " (Tab first)")
        for label in self.query("#ask-label").results(Static):
            label.update(f"{mark} Type {self.word} to {self.does}{after}: ")
        what = LETTER_KEYS if self.at_word else "to the word"
        asks = all(ask.display for ask in self.query("#ask"))
        self._bindings.key_to_bindings["tab"] = [Binding("tab", "app.focus_next", what, show=asks)]
        self.refresh_bindings()

    def action_scroll_page(self, rows: int) -> None:
        """Scroll the page while the input keeps the focus."""
        self.page.scroll_relative(y=rows, animate=False)

    def action_turn_page(self, pages: int) -> None:
        """Scroll the page by what is seen of it, while the input keeps the focus."""
        self.page.scroll_relative(y=pages * max(1, self.page.size.height - 2), animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take the answer to the last word away once another one is typed."""
        if event.value:
            self.query_one("#answer", Static).update("")

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
        field.clear()  # the next word is typed from its first letter
        field.focus()

    @abstractmethod
    def go(self) -> None:
        """Do what the word confirms."""
