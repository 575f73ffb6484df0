"""Step 2, Host: the verdict, its reasons, and what they rest on."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.page import Line, Page
from tui.views.pages.finding import host_lines
from tui.views.why import why_lines
from tui.wizard.steps.base import OneControlScreen


class HostScreen(OneControlScreen):
    """Reads the host when it opens, in a thread; the keys answer meanwhile."""

    STEP = 2
    TOPIC = "host"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "preview the change"),
        Binding("w", "why", "why"),
        Binding("R", "again", "read again", show=False),
    ]

    def on_mount(self) -> None:
        """Begin to read."""
        super().on_mount()
        self.action_again()

    def action_again(self) -> None:
        """Read the host anew."""
        page = Page(60, self.signs)
        page.say(("Reading the host …", "dim"), indent=2)
        self.page.show(lambda width: page.lines)
        self.wizard.read_host(self.shown)

    def shown(self) -> None:
        """The host is read."""
        self.page.show(self.lines)
        self.host_is_read()

    def lines(self, width: int) -> list[Line]:
        """The page for a width."""
        session = self.session
        page = self.opening(width)
        assert session.finding is not None
        assert session.facts is not None
        aside = self.wizard.asides.get(session.finding.path)
        page.add(host_lines(session.finding, session.facts, width, self.signs, session.plan, aside))
        return page.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing goes on before the host is read."""
        if action in ("forward", "why", "turn") and self.session.plan is None:
            return False
        if action == "why" and (self.session.finding is None or not self.session.finding.reasons):
            return False
        return super().check_action(action, parameters)

    def action_why(self) -> None:
        """The longer explanation of each reason."""
        finding = self.session.finding
        assert finding is not None
        reasons = [(reason.id, reason.text) for reason in finding.reasons]
        self.wizard.open_text("Why", lambda width: why_lines(reasons, width, self.signs))

    def action_forward(self) -> None:
        """On to the plan."""
        self.wizard.go("preview")

    def action_back(self) -> None:
        """Back to the control."""
        self.wizard.go("control")
