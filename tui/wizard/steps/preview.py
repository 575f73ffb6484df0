"""Step 3, Preview: what would change, by which commands, at what cost, and what stands in the way."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.views.diff import unified
from tui.views.page import Line, Page, Part
from tui.views.plan import PAGE_NAMES, SWITCHES, command_text, preview_lines, switch_lines
from tui.views.why import why_lines
from tui.wizard.steps.base import StepScreen


class PreviewScreen(StepScreen):
    """The plan in five pages; Tab goes round them, the switches' keys work on each."""

    STEP = 3
    TOPIC = "preview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "confirm"),
        Binding("tab", "turn_page(1)", "more pages"),
        Binding("shift+tab", "turn_page(-1)", "page back", show=False),
        Binding("r", "rehearse", "rehearse"),
        Binding("w", "why", "why"),
        Binding("s", "save", "save"),
        *[Binding(switch.key, f"switch('{switch.name}')", switch.text, show=False) for switch in SWITCHES],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.at = 0

    def on_mount(self) -> None:
        """Show the plan."""
        super().on_mount()
        self.page.show(self.lines)
        self.name_forward()

    def name_forward(self) -> None:
        """Say in the key line what Enter does with this plan."""
        plan = self.session.plan
        assert plan is not None
        what = "the way out" if plan.blockers else "on" if plan.is_empty else "confirm"
        self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", what)]
        self.refresh_bindings()

    def lines(self, width: int) -> list[Line]:
        """The page for a width."""
        plan = self.session.plan
        assert plan is not None
        page = self.opening(width) if self.at == 0 else Page(width, self.signs)
        if self.at:
            page.say((f"page {self.at + 1} of {len(PAGE_NAMES)}", "dim"), indent=2)
            page.gap()
        page.add(preview_lines(self.at, plan, width, self.signs, self.session.facts))
        if self.at == 0 and not plan.blockers:
            page.gap()
            page.add(switch_lines(self.session.switches, width, self.signs))
            page.gap()
            names: list[Part] = [("Tab ", "key")]
            names += [" · ".join(PAGE_NAMES[1:])]
            page.say(*names, indent=2, hanging=4)
        return page.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A plan that does nothing has nothing to rehearse."""
        plan = self.session.plan
        if action == "rehearse" and (plan is None or plan.is_empty or plan.blockers):
            return False
        if action == "why" and (plan is None or not (plan.blockers or plan.warnings)):
            return False
        return super().check_action(action, parameters)

    def action_turn_page(self, step: int) -> None:
        """The next page of the plan."""
        self.at = (self.at + step) % len(PAGE_NAMES)
        self.page.show(self.lines)

    def action_switch(self, name: str) -> None:
        """Turn a switch over and plan again."""
        self.session.switch(name)
        self.page.show(self.lines, keep_place=True)
        self.name_forward()

    def action_why(self) -> None:
        """The longer explanation of each blocker and warning."""
        plan = self.session.plan
        assert plan is not None
        notices = [(blocker.id, blocker.text) for blocker in plan.blockers] + [
            (warning.id, warning.text) for warning in plan.warnings
        ]
        self.wizard.open_text("Why", lambda width: why_lines(notices, width, self.signs))

    def action_rehearse(self) -> None:
        """Try the planned watches for a while."""
        self.wizard.rehearsed = ()
        self.wizard.go("rehearsal")

    def action_forward(self) -> None:
        """To the confirmation; with nothing to do to the result; blocked: the way out."""
        plan = self.session.plan
        assert plan is not None
        if plan.blockers:
            self.wizard.open_text(
                "The way out", lambda width: why_lines([(b.id, f"{b.text} {b.way_out}") for b in plan.blockers], width, self.signs)
            )
        elif plan.is_empty:
            self.session.nothing_to_do()
            self.wizard.go("result")
        else:
            self.wizard.go("confirm")

    def action_back(self) -> None:
        """Back to the host."""
        self.wizard.go("host")

    def copy_text(self) -> str:
        """The diff on the first page, as a patch; the commands; else the page."""
        plan = self.session.plan
        assert plan is not None
        if self.at == 0 and plan.files:
            return "".join(unified(change.path, change.before, change.after) for change in plan.files)
        if self.at == 1 and plan.compiled_before != plan.compiled_after:
            return unified("/etc/audit/audit.rules", plan.compiled_before, plan.compiled_after)
        if self.at == 2 and plan.commands:
            return "".join(command_text(command) + "\n" for command in plan.commands)
        return self.page.text

    def copy_name(self) -> str:
        """A name that fits the text."""
        return ("plan.diff", "compiled.diff", "commands.txt", "warnings.txt", "log.txt", "scanners.txt")[self.at]
