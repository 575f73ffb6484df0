"""Opening: the frame that is painted before the controls and the host are read, so that nobody looks at an empty terminal."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from tui.base.typing import TYPE_CHECKING, cast
from tui.wizard.widgets.bars import Note, TopLine

if TYPE_CHECKING:
    from tui.wizard.walker import Walker


class OpeningScreen(Screen[None]):
    """The first screen: it says who is at work, and has it begin once that stands on the terminal."""

    def compose(self) -> ComposeResult:
        """The widgets of the screen: the program's name and what it does."""
        signs = self.wizard.signs
        yield TopLine("docker-audit-wizard", "", "", "", signs)
        yield Note("Reading the controls …", signs)

    @property
    def wizard(self) -> Walker:
        """The walk that is about to begin."""
        return cast("Walker", self.app)

    def on_mount(self) -> None:
        """Begin the walk after the first paint: whatever is imported and read from here on does not delay the first paint."""
        self.call_after_refresh(self.wizard.open_session)
