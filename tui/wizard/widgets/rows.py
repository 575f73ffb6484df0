"""Rows: a list with a cursor that leaves Enter, Space and the letters to its screen; a cursor move costs half a kilobyte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widgets import DataTable

from tui.base.typing import Any
from tui.wizard.widgets.role_styles import role_styles


class Rows(DataTable[Any], inherit_bindings=False):
    """A DataTable with a row cursor and the cursor keys alone."""

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

    class Resized(Message):
        """The message that the list has got more room, or less."""

    class Pressed(Message):
        """The message that a row was clicked: its number, the column, and whether the cursor stood there already."""

        def __init__(self, row: int, column: int, again: bool) -> None:
            super().__init__()
            self.row = row
            self.column = column
            self.again = again

    def __init__(self, *, id: str | None = None, cell_padding: int = 1, header_height: int = 1) -> None:
        super().__init__(
            id=id,
            cursor_type="row",
            zebra_stripes=False,
            show_header=True,
            cursor_foreground_priority="css",
            cell_padding=cell_padding,
            header_height=header_height,
        )

    def on_mount(self) -> None:
        """Draw again when the widths are known.

        DataTable keeps the lines that it drew between a new row and its measuring, and so would cut that row for good.
        """
        self.watch(self, "virtual_size", self.notify_style_update, init=False)

    def on_resize(self) -> None:
        """Keep the cursor in sight where the list gets less room, and tell the screen."""
        if self.row_count:
            self.move_cursor(row=self.cursor_row)
        self.post_message(self.Resized())

    def action_scroll_left(self) -> None:
        """Scroll to the left, where the rows are wider than the window."""
        self.scroll_relative(x=-8, animate=False)

    def action_scroll_right(self) -> None:
        """Scroll to the right."""
        self.scroll_relative(x=8, animate=False)

    def _on_click(self, event: Click) -> None:  # type: ignore[override]  # in place of DataTable's own, which asks for the same cell twice
        """Move the cursor to the row, and tell the screen."""
        event.prevent_default()
        meta = event.style.meta
        row, column = meta.get("row", -1), meta.get("column", -1)
        if row < 0:
            return
        event.stop()
        again = row == self.cursor_row
        self.move_cursor(row=row)
        self.post_message(self.Pressed(row, column, again))

    def cell(self, text: str, role: str = "") -> Text:
        """*text*, clean already, as a cell of that role; never parsed as markup."""
        return Text(text, self._looks[role] if role else "", no_wrap=True, end="")

    def spans(self, parts: Iterable[str | tuple[str, str]]) -> Text:
        """*parts*, clean already and each with its role, as one cell."""
        text = Text(no_wrap=True, end="")
        for part in parts:
            word, role = (part, "text") if isinstance(part, str) else part
            text.append(word, self._looks[role])
        return text

    @property
    def _looks(self) -> dict[str, Style]:
        return role_styles(self.app.theme, in_list=True)
