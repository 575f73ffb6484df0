"""SteadyScreen: Textual's screen, with what is done differently under a step: it is styled once, laid out once for a size, and painted once."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen

from tui.base.typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tui.wizard.walker import Walker


class SteadyScreen(Screen[None]):
    """A screen that knows nothing of the steps. A version of Textual that calls none of its private methods does more than is needed, no more."""

    _was_shown = False

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []
        """What waits until the screen is in front again."""

    @property
    def wizard(self) -> Walker:
        """The walk behind the steps."""
        return cast("Walker", self.app)

    @property
    def in_front(self) -> bool:
        """Whether this is the screen that the keys are for; none is once the walk has ended."""
        return self.is_current and self.is_attached

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Take the styles that the screen has just been given when it was built; Textual alone would make them a second time."""
        event.refresh_styles = self._was_shown
        self._was_shown = True
        waiting, self.waiting = self.waiting, []
        for shows in waiting:
            self.call_later(shows)

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another *size*. Each layout tells the screen the size that it has just been laid out for, too."""
        if size != self.outer_size:
            super()._screen_resized(size)

    def _compositor_refresh(self) -> None:
        """Paint what changed; nothing while all of it waits to be painted anyway, as after each change of screens, where Textual 8.2 would
        paint thrice. What is laid out while the screen is held back, as after a resize, would be lost there: it waits to be painted whole.
        (Its own method: a version without it paints as often as it likes.)"""
        if self.wizard.held_back:
            self.refresh()
        elif not self._repaint_required:
            super()._compositor_refresh()
