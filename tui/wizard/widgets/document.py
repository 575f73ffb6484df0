"""Document: lines of styled spans that scroll, wrap anew at every width and can be searched; it only ever renders what is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rich.segment import Segment, Segments
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip

from tui.views.page import Line, below_text, plain
from tui.views.signs import UNICODE, Signs
from tui.wizard.widgets.role_styles import role_styles

Build = Callable[[int], list[Line]]
"""Makes the lines for a width in columns."""

SCROLL_KEYS = (Binding("j", "scroll_down", "Down", show=False), Binding("k", "scroll_up", "Up", show=False))
"""The letters that scroll whatever can be read, beside the arrows, and do nothing else anywhere."""

LEAST_ROWS = 4
"""A window of fewer rows has none to spare for what lies below it."""


class Quiet(ScrollBarRender):
    """A scrollbar that keeps its column, and is seen only where there is something to scroll: so no page is laid out twice for it."""

    @classmethod
    def render_bar(cls, size: int = 25, virtual_size: float = 50, window_size: float = 20, *args: Any, **kwargs: Any) -> Segments:
        """The segments of the bar: blanks on the page's own ground where *window_size* is 0, which says that all fits."""
        if window_size:
            return super().render_bar(size, virtual_size, window_size, *args, **kwargs)
        return Segments([Segment(cls.BLANK_GLYPH)] * int(size), new_lines=True)


class Document(ScrollView, can_focus=True):
    """A page to read, wrapped to its width, which scrolls and can be searched. Its last row tells what lies below it, as long as
    something does. Everything in its lines is clean already: it is put on the screen as it is, never parsed as markup."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page_down", "Page down", show=False),
        *SCROLL_KEYS,
    ]

    def __init__(self, build: Build | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Document.show_vertical_scrollbar, True)  # as it will be: found out later, it would cost another layout
        self._build = build
        self._lines: list[Line] = []
        self._built_for = 0
        self._needle = ""
        self._hit: int | None = None
        self.signs: Signs = UNICODE
        self.below_key = ""
        """The key that shows what lies below, where the page has not the focus."""

    def on_mount(self) -> None:
        """Have a scrollbar that is not seen where all fits."""
        bar = self.vertical_scrollbar
        bar.renderer = type("QuietScrollBar", (Quiet, bar.renderer), {})  # type: ignore[misc]

    def show(self, build: Build, *, keep_place: bool = False) -> None:
        """Show the lines that *build* makes; from the top, unless *keep_place*."""
        self._build = build
        self._built_for = 0
        self._hit = None
        if not keep_place:
            self.scroll_to(0, 0, animate=False)
        self._rebuild()

    @property
    def text(self) -> str:
        """All lines without their styles, for copying and saving."""
        return "\n".join(plain(line) for line in self._lines) + "\n"

    @property
    def line_count(self) -> int:
        """How many lines there are at the present width."""
        return len(self._lines)

    def _rebuild(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if not self.size and self.is_attached:
            # Not laid out yet: nearly all pages are as wide as the terminal, and one that is known now is laid out once.
            width = self.app.size.width - self.styles.scrollbar_size_vertical
        if not width or self._build is None or width == self._built_for:
            return
        self._built_for = width
        self._lines = self._build(width)
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: a page is never wider than its window, so Left and Right are the step's."""
        return action not in ("scroll_left", "scroll_right") and super().check_action(action, parameters)

    def on_resize(self, event: Resize) -> None:
        """Wrap anew where the width changed."""
        self._rebuild()

    def notify_style_update(self) -> None:
        """Draw again in the colours of another theme."""
        super().notify_style_update()
        self.refresh()

    # --- search ------------------------------------------------------------------------------------------------------------

    def find(self, needle: str, step: int = 1) -> tuple[int, int] | None:
        """Go to the next line that holds *needle* (letters alike), and round; returns (which hit, how many), None for none."""
        fresh = needle != self._needle
        self._needle = needle
        low = needle.lower()
        hits = [at for at, line in enumerate(self._lines) if low and low in plain(line).lower()]
        if not hits:
            self._hit = None
            self.refresh()
            return None
        start = self.scroll_offset.y - 1 if fresh or self._hit is None else self._hit
        later = [at for at in hits if at > start] if step > 0 else [at for at in reversed(hits) if at < start]
        self._hit = later[0] if later else hits[0] if step > 0 else hits[-1]
        self.scroll_to(y=max(0, self._hit - self.scrollable_content_region.height // 3), animate=False)
        self.refresh()
        return hits.index(self._hit) + 1, len(hits)

    # --- painting ----------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One row of the window, as Textual draws it."""
        width = self.size.width
        base = self.rich_style
        looks = role_styles(self.app.theme)
        at = self.scroll_offset.y + y
        if at >= len(self._lines):
            return Strip.blank(width, base)
        if y == self.size.height - 1 and at < len(self._lines) - 1 and self.size.height >= LEAST_ROWS:
            told = Segment(
                "  "
                + below_text(
                    self._lines[at:], self.scrollable_content_region.width - 3, self.signs, self.below_key, self._lines[:at]
                ),
                base + looks["head"],
            )
            return Strip([told]).adjust_cell_length(width, base)
        segments = []
        for span in self._lines[at]:
            style = base + looks[span.role]
            if span.action:
                style += Style.from_meta({"@click": f"screen.{span.action}"})
            segments.append(Segment(span.text, style))
        strip = Strip(segments)
        if self._needle:
            strip = self._mark(strip, plain(self._lines[at]))
        return strip.adjust_cell_length(width, base)

    def _mark(self, strip: Strip, text: str) -> Strip:
        low, needle = text.lower(), self._needle.lower()
        if len(low) != len(text) or needle not in low:  # letters whose lower case is longer would shift the places
            return strip
        match = role_styles(self.app.theme)["match"]
        parts: list[Segment] = []
        done = 0
        flat = [(character, segment.style) for segment in strip for character in segment.text]
        while (found := low.find(needle, done)) >= 0:
            parts += [Segment(character, style) for character, style in flat[done:found]]
            parts += [
                Segment(character, style + match if style else match) for character, style in flat[found : found + len(needle)]
            ]
            done = found + len(needle)
        parts += [Segment(character, style) for character, style in flat[done:]]
        return Strip(Segment.simplify(parts))
