"""Step 1, Control: what is to be audited and why, as the catalogue says it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.base.typing import TYPE_CHECKING
from tui.views.page import Line
from tui.views.pages.control import control_lines, verdict_parts
from tui.wizard.one_control import OneControlScreen

if TYPE_CHECKING:
    from tui.plan.values import Plan
    from tui.verdict.values import Finding


class ControlScreen(OneControlScreen):
    """The Control step: the control's own text, the benchmark's commands, and its figures."""

    STEP = 1
    TOPIC = "control"
    SETTLES = True
    FORWARD = "host"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "look at the host"),
        Binding("h", "history", "history"),
    ]

    def show_page(self, *, keep_place: bool = False) -> None:
        """Make the page anew, and name what Enter does: the host may be predicted by now."""
        super().show_page(keep_place=keep_place)
        does = self.session.lesson.what_enter_does(self.FORWARD, "look at the host")
        self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", does)]

    def lines(self, width: int) -> list[Line]:
        """What the catalogue says of the control."""
        page = self.opening(width)
        session = self.session
        told = not session.lesson.asks_before("preview")  # what a trainee is to predict of it is not told
        verdict = verdict_parts(
            self.known(), self.signs, self.plan_made if told else None, asked_first=session.lesson.asks_before("host")
        )
        page.add(control_lines(self.session.control, self.session.asked.benchmark, width, self.signs, verdict))
        return page.lines

    def begin(self) -> None:
        """Plan from what the overview has read, where that has not planned for just these controls itself."""
        read, slugs, plans = self.wizard.chosen.read, self.slugs, self.wizard.planned
        if read is None or self.plan_made is not None or self.session.lesson.asks_before("preview"):
            return

        def show(plan: Plan | None) -> None:
            plans[" ".join(slugs)] = plan
            self.show_page(keep_place=True)

        self.wizard.in_thread(self, partial(read.plan_together, slugs), show, reads=False)

    @property
    def plan_made(self) -> Plan | None:
        """The plan of the walk, or what it will be by what the overview has read; None where none is made yet."""
        return self.session.plan or self.wizard.planned.get(" ".join(self.slugs))

    @property
    def slugs(self) -> tuple[str, ...]:
        """The controls of the walk."""
        return tuple(control.slug for control in self.session.question.controls)

    def known(self) -> Finding | None:
        """The finding that the Host step or the Overview has shown of the control; None before the host is read."""
        slug = self.session.control.slug
        return self.session.finding or next((finding for finding in self.wizard.findings if finding.slug == slug), None)

    def action_history(self) -> None:
        """Show the runs of this host."""
        self.wizard.go("history")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: Escape only where there is a way back."""
        if action == "back" and not (self.session.several or self.session.is_demo):
            return False  # nothing lies before the one control of a live host
        if action == "history" and self.session.several:
            return False  # the overview has it
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back to the overview or the scenarios, where there are any."""
        self.wizard.go_home()
