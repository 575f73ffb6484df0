"""A page beside the walk: help, the words, the why, the way out. Escape goes back to where one was."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.base.typing import TYPE_CHECKING, Any
from tui.views.help import help_lines
from tui.views.page import Line, Page
from tui.views.switches import AGREE_KEY, NO_LOAD, SWITCHES, ways_past
from tui.views.trainer import trainer_lines
from tui.wizard.steps.base import AFTER_BOOT, StepScreen
from tui.wizard.widgets.document import Build

if TYPE_CHECKING:
    from collections.abc import Container

    from tui.training.trainer import TrainerWords
    from tui.views.signs import Signs

WAY_OUT = "The way out"
"""The heading of the page that says how a plan's blockers are got out of the way."""


class TextScreen(StepScreen):
    """A page of lines over a step."""

    TOPIC = "text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "back"),
        Binding("escape", "back", "back", show=False),
        Binding("R", "again", "look again"),
        Binding("B", "boot", "boot"),
        Binding(NO_LOAD.key, f"over(\"switch('{NO_LOAD.name}')\")", "only write"),
        Binding(AGREE_KEY, "over('agree')", "the lock"),
        *[Binding(switch.key, f"over(\"switch('{switch.name}')\")", f"{switch.short}, or not") for switch in SWITCHES],
    ]
    HELP = "Help"
    """The heading of the page that ``?`` opens, and closes."""

    def __init__(self, title: str, over: Screen[Any], build: Build, commands: str = "") -> None:
        """*over* is the screen that the page is opened from: where that is a step its bar stays. *commands* are what ``y`` copies, "": the page."""
        super().__init__()
        self._commands = commands
        if commands:
            what = "copy the commands" if commands.count("\n") > 1 else "copy the command"
            self._bindings.key_to_bindings["y"] = [Binding("y", "copy", what)]
        if title == self.HELP:
            self._bindings.key_to_bindings["question_mark"] = [Binding("question_mark", "help", "close")]
        if title == AFTER_BOOT:
            back = f"back to the {over.TOPIC}" if isinstance(over, StepScreen) and over.TOPIC else "back"
            self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", back)]
        self._heading = title
        self._below = over if isinstance(over, StepScreen) else None
        if self._below is not None:
            self.STEP, self.BAR = self._below.STEP, self._below.BAR
        self.set_class(not self.STEP, "-barless")
        self._over = self._below if title == WAY_OUT else None
        self._build = build

    def demo_text(self) -> str:
        """What the step below says of the demo."""
        return super().demo_text() if self._below is None else self._below.demo_text()

    def who(self) -> str:
        """Whose host the step below names."""
        return super().who() if self._below is None else self._below.who()

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

    def action_forward(self) -> None:
        """Go on from where the page was opened."""
        self.action_back()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: what the step below does about what stands in the way, the page of the way out does, too."""
        if action in ("again", "boot"):
            return self._over is not None and bool(self._over.check_action(action, parameters)) and not self.prompt_open
        if action == "over":
            return self._over is not None and not self.prompt_open and self._leads_past(str(parameters[0]))
        return super().check_action(action, parameters)

    def _leads_past(self, action: str) -> bool:
        """Whether *action* of the step below is a key that leads past what stands in the way."""
        ways = ways_past(self.plan)
        ours = {"agree": AGREE_KEY, **{f"switch('{each.name}')": each.key for each in (*SWITCHES, NO_LOAD)}}
        return ours[action] in ways

    def action_over(self, action: str) -> None:
        """Close the page and do *action* of the step below."""
        over = self._over
        self.app.pop_screen()
        if over is not None:
            over.call_later(over.run_action, action)

    def action_again(self) -> None:
        """Close the page and look again whether what stands in the way is mended."""
        over = self._over
        self.app.pop_screen()
        if over is not None:
            over.call_later(over.run_action, "again")

    def action_boot(self) -> None:
        """Close the page, and boot the demo's host from the step below."""
        over = self._over
        self.app.pop_screen()
        if over is not None:
            over.call_later(over.action_boot)

    def copy_text(self) -> str:
        """The text to copy: the commands where the page is about some; else the page."""
        return self._commands or super().copy_text()

    def copy_name(self) -> str:
        """The file's name, after the heading."""
        return self._heading.lower().replace(" ", "-") + ".txt"


def help_text(topic: str, trainer: TrainerWords, works: Container[str], signs: Signs) -> Build:
    """The help of the step *topic*, after what the *trainer* says of it; of its keys those that are in *works* are told as working now."""
    told = trainer.rehearsal("before") if topic == "rehearsal" else trainer.before(topic)
    return lambda width: [*trainer_lines(told, width, signs, rows=0), *help_lines(topic, width, signs, works.__contains__)]
