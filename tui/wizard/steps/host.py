"""Step 2, Host: the verdict, its reasons, and what they rest on."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.evidence.rules import general_rules_lines
from tui.views.page import Line, Page
from tui.views.pages.finding import host_lines
from tui.views.why import why_lines
from tui.wizard.one_control import OneControlScreen
from tui.wizard.readings import read_host


class HostScreen(OneControlScreen):
    """The Host step: it reads the host when it opens, in a thread; the keys answer meanwhile."""

    STEP = 2
    TOPIC = "host"
    READS = True
    LOOKS_AGAIN = "R"
    SETTLES = True
    FORWARD, BACK = "preview", "control"
    reading = True
    """Whether the host is being read: then there is nothing else to show."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "preview the change"),
        Binding("w", "why", "why"),
        Binding("e", "events", "events"),
        Binding("B", "boot", "boot"),
        Binding("R", "again", "read again", show=False),
    ]

    def begin(self) -> None:
        """Begin to read the host."""
        read_host(self, self.show_host)

    def action_again(self) -> None:
        """Read the host anew."""
        self.reading = True
        self.show_page()

        def then() -> None:
            self.show_host()
            self.say("The host was read again.")

        read_host(self, then)

    def show_host(self) -> None:
        """Show the host, which is read now."""
        self.reading = False
        self.show_page()
        self.host_is_read()
        self.call_after_refresh(self.wizard.paint)

    def show_page(self, *, keep_place: bool = False) -> None:
        """Make the page anew, and name in the key line what its plan leads to: a boot may have changed that."""
        super().show_page(keep_place=keep_place)
        if not self.reading:
            self.name_forward()
            self.refresh_bindings()

    def name_forward(self) -> None:
        """Say in the key line what Enter shows of this plan: not every one changes something."""
        plan = self.plan
        what = "what blocks it" if plan.blockers else "what the plan says" if plan.is_empty else "preview the change"
        does = self.session.lesson.what_enter_does(self.FORWARD, what)
        self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", does)]
        # A way out says to look again.
        self._bindings.key_to_bindings["R"] = [Binding("R", "again", "look again", show=bool(plan.blockers))]

    def lines(self, width: int) -> list[Line]:
        """The verdict and what it rests on; before it is reached, that the host is being read."""
        session = self.session
        if self.reading:
            page = Page(width, self.signs)
            page.say(("Reading the host …", "dim"), indent=2)
            return page.lines
        page = self.opening(width)
        assert session.finding is not None
        assert session.facts is not None
        extras = self.wizard.extras.get(session.finding.path)
        page.add(host_lines(session.finding, session.facts, width, self.signs, session.plan, extras, self.explained))
        return page.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: nothing goes on before the host is read."""
        if action in ("forward", "why", "turn", "events") and self.session.plan is None:
            return False
        if action == "why" and (self.session.finding is None or not self.session.finding.reasons):
            return False
        return super().check_action(action, parameters)

    def action_events(self) -> None:
        """Show what the log tells of the control's object."""
        self.wizard.go("events")

    def action_why(self) -> None:
        """Open the longer explanation of each reason, and what each general rule records."""
        self.wizard.open_text("Why", self.explained)

    def explained(self, width: int) -> list[Line]:
        """The longer explanation: below the why key, or beside the verdict where there is the room."""
        finding, facts = self.session.finding, self.session.facts
        assert finding is not None
        assert facts is not None
        reasons = (*finding.reasons, *finding.details)
        return [*why_lines(reasons, width, self.signs), *general_rules_lines(finding, facts, width, self.signs)]
