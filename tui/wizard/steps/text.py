"""A page beside the walk: help, the words, the why, the way out. Escape goes back to where one was."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.page import Line, Page
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.document import Build


class TextScreen(StepScreen):
    """A page of lines over a step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "back", "back", show=False),
        Binding("question_mark", "help", "help", show=False),
    ]
    HELP = "Help"
    """The heading of the page that ``?`` opens, and closes."""

    def __init__(self, title: str, over: StepScreen | None, build: Build) -> None:
        """*over* is the step that the page is opened from: its bar stays."""
        super().__init__()
        if over is not None:
            self.STEP, self.BAR = over.STEP, over.BAR
        self._heading = title
        self._build = build

    def lines(self, width: int) -> list[Line]:
        """The heading and the lines of the page."""
        page = Page(width, self.signs)
        page.say((self._heading, "strong"), indent=2)
        page.gap()
        page.add(self._build(width))
        return page.lines

    def action_back(self) -> None:
        """Go back to the step."""
        self.app.pop_screen()

    def action_help(self) -> None:
        """Open the help of a page; the help itself is closed by the key that opened it."""
        if self._heading == self.HELP:
            self.action_back()
        else:
            super().action_help()

    def action_go_to_step(self, number: int) -> None:
        """Close the page; a click on another step goes there from the step below."""
        self.app.pop_screen()
        below = self.app.screen
        if isinstance(below, StepScreen):
            below.action_go_to_step(number)

    def copy_name(self) -> str:
        """The file's name, after the heading."""
        return self._heading.lower().replace(" ", "-") + ".txt"
