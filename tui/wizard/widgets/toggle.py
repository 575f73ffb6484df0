"""Toggle: a tick box of plain characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.views.signs import Signs


class Toggle(Static, can_focus=True):
    """A switch, ``[x] text``, with the keys that lead to it and turn it: Tab, Space. A sign before it shows that it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "flip", "switch")]
    value: reactive[bool] = reactive(False)

    @dataclass
    class Flipped(Message):
        """The message that the switch was turned over."""

        value: bool

    def __init__(self, text: str, value: bool, signs: Signs) -> None:
        super().__init__(markup=False)
        self._text, self._signs = text, signs
        self.set_reactive(Toggle.value, value)

    def render(self) -> Content:
        """The switch's box and its text, as drawn."""
        mark = self._signs.running if self.has_focus else " "
        keys = "Space" if self.has_focus else "Tab, Space"
        box = "[x]" if self.value else "[ ]"
        return Content.assemble((f"{mark} {box} ", "bold"), self._signs.text(f"{self._text} ({keys})"))

    def action_flip(self) -> None:
        """Turn the switch over."""
        self.value = not self.value
        self.post_message(self.Flipped(self.value))

    def on_click(self) -> None:
        """Turn the switch over, as Space does."""
        self.action_flip()
