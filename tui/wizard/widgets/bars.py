"""The bars around every step: where we are (host, step), a note above a list, and which keys work now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.scrollbar import ScrollBarRender
from textual.style import Style
from textual.widgets import Static

from tui.views.page import Line, Page, cells, cut, plain
from tui.views.signs import Signs

STEPS = ("Control", "Host", "Preview", "Confirm", "Apply", "Result")
REHEARSAL_STEPS = ("How long", "Confirm", "Count", "Counted")


_NEVER_OUT = {"Enter": 0, "?": 1, "q": 2, "u": 3, "Tab": 4}
"""Keys that are shown before any other where there is little room."""


class PressedBar(Static):
    """A bar whose parts do something when they are clicked. Textual's own links would lose their colours."""

    def pressed(self, piece: Content, action: str) -> Content:
        """*piece*, on which a click does *action* of the screen."""
        return piece.stylize(Style.from_meta({"press": action}))

    async def on_click(self, event: Click) -> None:
        """Do what the part under the mouse is for."""
        action = event.style.meta.get("press")
        if action:
            event.stop()
            for line in self.screen.query(KeyLine):  # as a key does: what the last one did is read by now
                line.say("")
            await self.app.run_action(action, self.screen)


class WholeCells(ScrollBarRender):
    """A scrollbar of blanks alone, for terminals that have no blocks of an eighth."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class TopLine(Static):
    """The program, the host and the benchmark in one line; DEMO where it is one."""

    def __init__(self, left: str, middle: str, right: str, demo: str, signs: Signs) -> None:
        super().__init__(markup=False)
        self._signs = signs
        self._left, self._right, self._demo = (signs.text(text) for text in (left, right, demo))
        self._who = middle

    def name_host(self, who: str) -> None:
        """Say whose host it is, once it is read."""
        self._who = who
        self.refresh()

    def name_demo(self, demo: str) -> None:
        """Say what is walked, with the score as it is now."""
        self._demo = self._signs.text(demo)
        self.refresh()

    def render(self) -> Content:
        """The top line: left, middle and right as far as they fit; DEMO always."""
        left, right = self._left, self._right
        width = self.size.width
        demo = f" {self._demo} " if self._demo else ""
        room = width - cells(demo) - 2
        right = right if cells(left) + cells(right) + 4 <= room else ""
        left = left if cells(left) + cells(right) + 2 <= room else ""
        space = room - cells(left) - cells(right)
        words = [self._signs.text(word) for word in self._who.split(" · ")]
        dot = self._signs.text(" · ")
        more = self._signs.text("…")
        host = words[0]
        if len(words) > 2 and cells(dot.join(words)) > space - 4:
            words[1:-1] = [more]  # the system before the user; the host's name stays
        if len(words) > 1 and cells(dot.join(words)) > space - 4:
            words = [f"{host}{dot if cells(more) == 1 else ' '}{more}"]  # a dot beside three dots would be a fourth
        middle = cut(dot.join(words), max(0, space - 4), more) if space > 12 else ""
        gap = space - cells(middle)
        before = gap // 2
        return Content.assemble(
            (" ", ""),
            (left, "bold"),
            (" " * before, ""),
            (middle, ""),
            (" " * (gap - before), ""),
            (right, "$text-muted"),
            (" ", ""),
            (demo, "bold $demo-ink on $demo"),
        )


class StepBar(PressedBar):
    """The steps of a walk, the present one in brackets, so that no colour is needed to see it."""

    def __init__(self, current: int, names: Sequence[str] = STEPS, before: str = "") -> None:
        super().__init__(markup=False)
        self._current, self._names, self._before = current, names, before

    def render(self) -> Content:
        """The line of step names, or only numbers where there is no room."""
        roomy = self.size.width >= 68
        parts: list[tuple[str, str]] = []
        for number, name in enumerate(self._names, 1):
            text = f"{number} {name}" if roomy or number == self._current else str(number)
            if number == self._current:
                parts.append((f"[{text}]", "bold $step-now"))
            else:
                parts.append((f" {text} ", "$step-done" if number < self._current else "$text-muted"))
            parts.append((" ", ""))
        pieces = [self.pressed(Content.assemble(part), f"go_to_step({at // 2 + 1})") for at, part in enumerate(parts)]
        return Content.assemble((f" {self._before}: " if self._before else " ", "bold"), *pieces)


class PageBar(PressedBar):
    """The pages of one step, the present one in brackets."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(markup=False)
        self._names = names
        self._at = 0

    def turn_to(self, at: int) -> None:
        """Mark another page as the one that is shown."""
        self._at = at
        self.refresh()

    def render(self) -> Content:
        """The line of page names, or only the present one's where there is no room."""
        if sum(len(name) + 3 for name in self._names) >= self.size.width:
            return Content.assemble(("  ", ""), f"page {self._at + 1} of {len(self._names)}: {self._names[self._at]}")
        parts: list[tuple[str, str] | Content] = [(" ", "")]
        for at, name in enumerate(self._names):
            shown = (f"[{name}]", "bold") if at == self._at else (f" {name} ", "$text-muted")
            parts += [self.pressed(Content.assemble(shown), f"turn_to({at})"), (" ", "")]
        return Content.assemble(*parts)


class SwitchBar(PressedBar):
    """The switches of a plan that do something, each with its key and its box, in as many rows as they take; none where there are none."""

    def __init__(self, signs: Signs) -> None:
        super().__init__(markup=False)
        self._signs = signs
        self._switches: list[tuple[str, str, str]] = []

    def show_switches(self, switches: list[tuple[str, str, str]]) -> None:
        """*switches* are (key and box, words, action of a click)."""
        self._switches = switches
        self.display = bool(switches)
        self.refresh(layout=True)

    def _rows(self, width: int) -> list[list[tuple[str, str, str]]]:
        rows: list[list[tuple[str, str, str]]] = [[]]
        used = 0
        for switch in self._switches:
            needs = len(switch[0]) + len(switch[1]) + 4
            if rows[-1] and used + needs > width:
                rows.append([])
                used = 0
            rows[-1].append(switch)
            used += needs
        return rows

    def render(self) -> Content:
        """The switches, row by row."""
        rows = []
        for row in self._rows(self.size.width - 2):
            pieces = [self.pressed(Content.assemble((box, "bold"), f" {words}"), action) for box, words, action in row]
            rows.append(Content("   ").join(pieces))
        return Content("  ") + Content("\n  ").join(rows)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the switches take."""
        return len(self._rows(width - 2))


class Note(Static):
    """A few lines of prose above a list."""

    def __init__(self, text: str, signs: Signs, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._text, self._signs = text, signs
        self._rows = 0

    def say(self, text: str, rows: int = 0) -> None:
        """Show another text in the note, which keeps *rows* at least: what stands below stays where it is."""
        if (text, rows) != (self._text, self._rows):
            self._text, self._rows = text, rows
            self.refresh(layout=True)

    def _lines(self, width: int) -> list[Line]:
        page = Page(max(20, width), self._signs)
        page.say(self._text, indent=1)
        return page.lines

    def rows_of(self, text: str) -> int:
        """How many rows *text* would take."""
        page = Page(max(20, self.size.width), self._signs)
        page.say(text, indent=1)
        return len(page.lines)

    def render(self) -> Content:
        """The note's text, wrapped in a readable column."""
        return Content("\n".join(plain(line) for line in self._lines(self.size.width)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the wrapped text has."""
        return max(self._rows, len(self._lines(width)))


class KeyLine(PressedBar):
    """The keys that do something now, in the order of their weight; what does not fit is in the help.

    Above them it carries what the last key did (a file was written, nothing was found) until the next key, in as many rows as that takes.
    """

    def __init__(self, signs: Signs) -> None:
        super().__init__(markup=False)
        self._signs = signs
        self._keys: list[tuple[str, str, str]] = []
        self._message = ""

    def show_keys(self, keys: list[tuple[str, str, str]]) -> None:
        """*keys* are (key, what it does, action to run on a click)."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def say(self, message: str) -> None:
        """Show *message* above the keys; "" takes it away."""
        message = self._signs.text(message)
        if message != self._message:
            self._message = message
            self.refresh(layout=True)

    @property
    def message(self) -> str:
        """The message that stands above the keys, or ``""``."""
        return self._message

    def _told(self, width: int) -> list[str]:
        """The rows of the message, each as far from the edge as the keys."""
        if not self._message:
            return []
        page = Page(max(20, width - 1), self._signs)
        page.say(self._message, width=page.width)
        return [plain(line) for line in page.lines]

    def render(self) -> Content:
        """The message, and below it the keys as far as they fit."""
        width = self.size.width - 1
        gap = 3 if sum(len(key) + len(what) + 4 for key, what, _ in self._keys) <= width else 2
        shown: set[str] = set()
        for key, what, _ in sorted(self._keys, key=lambda entry: _NEVER_OUT.get(entry[0], len(_NEVER_OUT))):
            needs = len(key) + len(what) + 1 + gap
            if needs <= width:
                width -= needs
                shown.add(key)
        said = [Content.assemble(" ", (line, "bold"), "\n") for line in self._told(self.size.width)]
        parts: list[Content] = [*said, Content(" ")]
        for key, what, action in (entry for entry in self._keys if entry[0] in shown):
            piece = Content.assemble((key, "bold $key"), (f" {what}", "bold" if key == "Enter" else ""))
            parts += [self.pressed(piece, action), Content(" " * gap)]
        return Content("").join(parts)
