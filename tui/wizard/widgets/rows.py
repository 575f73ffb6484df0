"""Rows: a list with a cursor that leaves Enter, Space and the letters to its screen; a cursor move costs half a kilobyte."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable


class Rows(DataTable[Any], inherit_bindings=False):
    """A DataTable with a row cursor and the cursor keys alone."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rows--{role}" for role in ("good", "bad", "unknown", "dim")}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Up", show=False),
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("home", "scroll_top", "First", show=False),
        Binding("end", "scroll_bottom", "Last", show=False),
        Binding("left", "scroll_left", "Left", show=False),
        Binding("right", "scroll_right", "Right", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=False, show_header=True, cursor_foreground_priority="css")

    def on_mount(self) -> None:
        """Draw again when the widths are known.

        DataTable keeps the lines that it drew between a new row and its measuring, and so would cut that row for good.
        """
        self.watch(self, "virtual_size", self.notify_style_update, init=False)

    def action_scroll_left(self) -> None:
        """Scroll to the left, where the rows are wider than the window."""
        self.scroll_relative(x=-8, animate=False)

    def action_scroll_right(self) -> None:
        """Scroll to the right."""
        self.scroll_relative(x=8, animate=False)

    def cell(self, text: str, role: str = "") -> Text:
        """*text*, clean already, as a cell of that role; never parsed as markup."""
        return Text(text, self.get_component_rich_style(f"rows--{role}", partial=True) if role else "", no_wrap=True, end="")
