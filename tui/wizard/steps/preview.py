"""Step 3, Preview: what would change, by which commands, at what cost, and what stands in the way."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.base.typing import TYPE_CHECKING
from tui.views.diff import patch, unified
from tui.views.page import Line, Page
from tui.views.pages.overview import verdict_line
from tui.views.pages.plan import PAGE_NAMES, command_text, overview_lines, plan_headline, preview_lines
from tui.views.switches import (
    AGREE_KEY,
    NO_LOAD,
    SWITCH_KEYS,
    SWITCHES,
    again_text,
    asks_about_lock,
    bar_switches,
    does_nothing,
    idle_text,
    lock_lines,
    offered,
    once_chosen,
    switch_lines,
    turned,
    ways_past,
)
from tui.views.trainer import trainer_lines
from tui.views.why import plan_why_lines, way_out_commands, way_out_lines
from tui.wizard.readings import read_host
from tui.wizard.steps.base import StepScreen
from tui.wizard.steps.text import WAY_OUT
from tui.wizard.widgets.bars import PageBar, SwitchBar
from tui.wizard.widgets.document import Document

if TYPE_CHECKING:
    from tui.plan.values import Plan

CHANGE_PLAN = Binding.Group(f"{SWITCH_KEYS} change plan")
"""The switches' place in the key line: their keys, then what they do."""


class PreviewScreen(StepScreen):
    """The Preview step: the plan in six pages; Tab goes round them, the switches' keys work on each."""

    STEP = 3
    TOPIC = "preview"
    KEYS_OF, LOOKS_AGAIN = "", "R"
    SETTLES = True
    FORWARD, BACK = "confirm", "host"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "confirm"),
        Binding("tab", "turn_page(1)", "next page"),
        Binding("shift+tab", "turn_page(-1)", "page back", show=False),
        Binding("right", "turn_page(1)", "page", show=False),
        Binding("left", "turn_page(-1)", "page back", show=False),
        Binding("r", "rehearse", "rehearse"),
        Binding("w", "why", "why"),
        Binding("s", "save", "save"),
        Binding("R", "again", "look again"),
        Binding("B", "boot", "boot"),
        Binding(NO_LOAD.key, f"switch('{NO_LOAD.name}')", "only write"),
        Binding(AGREE_KEY, "agree", "the lock"),
        *[Binding(switch.key, f"switch('{switch.name}')", switch.text, group=CHANGE_PLAN) for switch in SWITCHES],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.at = 0

    def body(self) -> ComposeResult:
        """The widgets of the step: the names of the pages, the page."""
        yield PageBar(PAGE_NAMES)
        yield Document(id="page")
        yield SwitchBar(self.signs)

    def begin(self) -> None:
        """Say what the switch on Confirm has made of the plan, where it led back here."""
        super().begin()
        if self.wizard.turned:
            self.say(self.wizard.turned)
            self.wizard.turned = ""

    def show_page(self, *, keep_place: bool = False) -> None:
        """Make the page anew, and name what Enter does with the plan that it is about."""
        super().show_page(keep_place=keep_place)
        self.name_forward()

    def name_forward(self) -> None:
        """Say in the key line what Enter does with this plan, and above it which switches change it."""
        self.query_one(SwitchBar).show_switches(bar_switches(self.plan))
        what = "the way out" if self.plan.blockers else "result" if self.plan.is_empty else "confirm"
        self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", what)]
        offers = not self.session.before_rehearsal().refusal
        self._bindings.key_to_bindings["r"] = [Binding("r", "rehearse", "rehearse", show=offers)]
        # One that does nothing, as a rehearsal that would be refused, still says why when its key is pressed.
        for switch in SWITCHES:
            action, shown = f"switch('{switch.name}')", not does_nothing(switch, self.plan)
            self._bindings.key_to_bindings[switch.key] = [Binding(switch.key, action, switch.text, show=shown, group=CHANGE_PLAN)]
        self.refresh_bindings()

    def lines(self, width: int) -> list[Line]:
        """The page of the plan that is turned to, the first one with the switches."""
        page = Page(width, self.signs) if self.at else self.opening(width)
        if self.at:
            page.add(preview_lines(self.at, self.plan, width, self.signs, self.session.facts))
        else:
            page.add(verdict_line(self.plan.findings, width, self.signs))
            page.add(overview_lines(self.plan, width, self.signs, brief=True))
            page.gap()
            page.add(lock_lines(self.plan, width, self.signs))
            page.gap()
            page.add(switch_lines(self.plan, width, self.signs))
        return page.lines

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: a plan that loads nothing has nothing to rehearse."""
        plan = self.session.plan
        if action == "rehearse" and (plan is None or plan.is_empty or plan.blockers or plan.pending_reboot):
            return False
        if action == "show_switches" and (plan is None or not bar_switches(plan)):
            return False
        if action == "agree" and (plan is None or not asks_about_lock(plan)):
            return False
        if action == "switch" and (plan is None or not self.has_switch(str(parameters[0]), plan)):
            return False
        if action == "again":
            return plan is not None and bool(plan.blockers) and super().check_action(action, parameters)
        if action == "why" and (plan is None or not (plan.blockers or plan.warnings)):
            return False
        return super().check_action(action, parameters)

    def has_switch(self, name: str, plan: Plan) -> bool:
        """Whether the switch *name* does something for *plan*."""
        return asks_about_lock(plan) if name == NO_LOAD.name else any(switch.name == name for switch in offered(plan))

    def action_again(self) -> None:
        """Read the host again, and plan again."""

        before = self.plan

        def then() -> None:
            self.show_page()
            self.say(again_text(before, self.plan))

        read_host(self, then)

    def action_turn_page(self, step: int) -> None:
        """Show the next page of the plan, or the one before."""
        self.action_turn_to((self.at + step) % len(PAGE_NAMES))

    def action_turn_to(self, at: int) -> None:
        """Show one page of the plan."""
        self.at = at
        self.query_one(PageBar).turn_to(self.at)
        self.show_page()

    def action_switch(self, name: str) -> None:
        """Turn a switch over, plan again, and say what that changed; one that would change nothing stays, and why is said."""
        idle = next((each for each in SWITCHES if each.name == name and does_nothing(each, self.plan)), None)
        if idle is not None:
            self.say(idle_text(idle, self.plan))
            return
        before, after = self.plan, self.session.switch(name)
        self.show_page(keep_place=True)
        self.say(turned(name, before, after))

    def action_agree(self) -> None:
        """Go to Confirm with the load that locks, where it is agreed to in words, in place of only writing."""
        if self.plan.switches.no_load:
            self.session.switch(NO_LOAD.name)
        plan = self.session.switch("lock")
        if plan.blockers:
            self.wizard.open_text(WAY_OUT, lambda width: way_out_lines(plan.blockers, width, self.signs))
            self.session.switch("lock")
        else:
            self.wizard.go("confirm")

    def action_show_switches(self) -> None:
        """Show the switches, which stand at the end of the first page."""
        self.action_turn_page(-self.at)
        self.page.scroll_end(animate=False)

    def action_why(self) -> None:
        """Open the longer explanation of each blocker and warning."""
        plan = self.plan
        self.wizard.open_text("Why", lambda width: plan_why_lines(plan, width, self.signs))

    def action_rehearse(self) -> None:
        """Rehearse: try the planned watches for a while; where that would be refused, say why."""
        if refusal := self.session.before_rehearsal().refusal:
            self.say(refusal)
        else:
            self.wizard.go("rehearsal")

    def action_forward(self) -> None:
        """Go on to the confirmation; with nothing to do to the result; blocked: the way out."""
        if self.plan.blockers:
            self.wizard.open_text(WAY_OUT, self.way_out, way_out_commands(self.plan.blockers))
        elif self.plan.is_empty:
            self.session.nothing_to_do()
            self.wizard.go("result")
        else:
            super().action_forward()

    def way_out(self, width: int) -> list[Line]:
        """Show what stands in the way and how it is mended; for a demo the walk ends here, so the trainer does too."""
        page = Page(width, self.signs, indent=2)
        yours = " What follows is for you to do: the program reads the host, and leaves this alone."
        said = f"{self.signs.bad} {plan_headline(self.plan)}{'' if ways_past(self.plan) else yours}"
        page.say((said, "bad"), *once_chosen(self.plan), hanging=2)
        page.gap()
        page.add(way_out_lines(self.plan.blockers, width, self.signs))
        page.gap()
        facts = self.session.facts
        if facts is not None and facts.privileges.euid != 0:
            page.say("Leave with q and start it again as root: what root alone can read is not read anew here.")
        else:
            page.say("When it is mended, R reads the host again and plans anew.")
        page.gap()
        page.add(trainer_lines(self.session.trainer.end(), width, self.signs, rows=0))
        return page.lines

    def copy_text(self) -> str:
        """The text to copy: the diff on the first page, as a patch; the commands; else the page."""
        plan = self.plan
        if self.at == 0 and plan.files:
            return patch(plan.files)
        if self.at == 1 and plan.compiled_before != plan.compiled_after:
            return unified("/etc/audit/audit.rules", plan.compiled_before, plan.compiled_after)
        if self.at == 2 and plan.commands:
            return "".join(command_text(command) + "\n" for command in plan.commands)
        return self.page.text

    def copy_name(self) -> str:
        """The file's name, which fits the text."""
        return ("plan.diff", "compiled.diff", "commands.txt", "warnings.txt", "log.txt", "scanners.txt")[self.at]
