"""Events, beside the Host step: what the log tells of the control's object."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.base.typing import TYPE_CHECKING
from tui.views.page import Line
from tui.views.pages.events import control_events_lines, reading_lines
from tui.wizard.one_control import OneControlScreen

if TYPE_CHECKING:
    from tui.recorded import Recorded


class EventsScreen(OneControlScreen):
    """The Events screen: it reads the log when it opens, in a thread; the keys answer meanwhile."""

    STEP = 2
    TOPIC = "events"
    BACK = "host"
    reading = True
    """Whether the log is being read."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "back", "back to the host"),
        Binding("R", "again", "read again", show=False),
        Binding("s", "save", "save"),
        Binding("escape", "back", "back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.recorded: Recorded | None = None
        self.trouble = ""
        """Why the log could not be read."""

    def begin(self) -> None:
        """Begin to read what the log tells of the walk's controls."""
        apart = self.session.apart()

        def work() -> tuple[Recorded | None, str]:
            from tui.recorded import why_unread  # in the thread, as the session's reading of the log is

            try:
                return apart.look_at_events(), ""
            except OSError as trouble:
                return None, why_unread(trouble)

        self.wizard.in_thread(self, work, self.show_events)

    def action_again(self) -> None:
        """Read the log anew."""
        self.reading = True
        self.show_page()
        self.begin()

    def show_events(self, found: tuple[Recorded | None, str]) -> None:
        """Show what was read, or why it could not be."""
        self.recorded, self.trouble = found
        self.reading = False
        self.show_page()
        self.refresh_bindings()

    def lines(self, width: int) -> list[Line]:
        """The lines on the control's object, and how far the log was read."""
        page = self.opening(width)
        recorded = self.recorded
        if self.reading:
            page.say(("Reading the audit log …", "dim"), indent=2)
        elif recorded is None:
            page.say((self.trouble, "bad"), indent=2)
        else:
            slug = self.session.control.slug
            for control in recorded.controls:
                if control.finding.slug == slug:
                    page.add(control_events_lines(control, recorded, width, self.signs))
            page.gap()
            page.add(reading_lines(recorded, width, self.signs, simulated=self.session.demo is not None))
        return page.lines

    def copy_name(self) -> str:
        """The file's name, which says the control."""
        return f"events-{self.session.control.slug}.txt"
