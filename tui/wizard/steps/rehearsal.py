"""Rehearsal: how long, the typed word, and what was counted; the planned watches are in the kernel only in between."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.plan.values import WORD
from tui.views.page import Line, Page
from tui.views.pages.rehearsal import NOTHING_TO_REHEARSE, narrower_rules, rehearsal_page
from tui.views.trainer import trainer_lines
from tui.wizard.steps.base import StepScreen
from tui.wizard.steps.typed_confirmation import LETTER_KEYS, WordScreen
from tui.wizard.widgets.bars import REHEARSAL_STEPS
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import LineInput

RULE_KEYS = ("1", "2", "3", "4")
"""The keys that copy the lines of a narrower rule, in the order in which they are offered."""


class RehearsalScreen(StepScreen):
    """The rehearsal's first screen: it says what a rehearsal does, and asks how long; Enter goes on to the word."""

    BAR = REHEARSAL_STEPS
    STEP = 1
    TOPIC = "rehearsal"
    FORWARD, BACK = "rehearsal-word", "preview"
    AUTO_FOCUS = "#seconds"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "to the word"),
        Binding("tab", "app.focus_next", LETTER_KEYS),
        Binding("escape", "back", "back"),
    ]

    def body(self) -> ComposeResult:
        """The widgets of the screen: the text, the seconds."""
        yield Document(id="page")
        with Horizontal(id="ask"):
            yield Static("Seconds ", id="ask-label", markup=False)
            yield LineInput(f"{self.session.rehearsal_seconds:g}", id="seconds", compact=True, select_on_focus=True)
        yield Static("", id="answer", markup=False)

    def lines(self, width: int) -> list[Line]:
        """The lines on what will happen, and what it shows."""
        page = Page(width, self.signs, indent=2)
        page.add(trainer_lines(self.session.trainer.rehearsal("before"), width, self.signs))
        page.say(("Rehearse: try the watches before anything is written", "strong"))
        page.gap()
        page.say(
            "The planned watches are loaded into the kernel behind all other rules, the records they make are counted, and they are taken "
            "out again. No rules file is touched, no rule of yours is moved. It shows how much the log would grow on this host."
        )
        page.gap()
        page.say(
            "How long? A minute gives a first idea; an hour at a busy time tells more. Nothing is loaded before you have typed yes."
        )
        return page.lines

    def action_forward(self) -> None:
        """Go on to the word, for a number of seconds that makes sense."""
        text = self.query_one("#seconds", Input).value.strip()
        if text.isascii() and text.isdigit() and 1 <= int(text) <= 86_400:
            self.session.rehearsal_seconds = float(text)
            super().action_forward()
        else:
            self.query_one("#answer", Static).update("Give whole seconds, from 1 to 86400.")


class RehearsalWordScreen(WordScreen):
    """The rehearsal's Confirm screen: it names the rules that would be loaded, and asks for the word."""

    BAR = REHEARSAL_STEPS
    STEP = 2
    TOPIC = "rehearsal"
    BACK = "rehearsal"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", f"load (after {WORD})"),
        Binding("escape", "back", "back"),
    ]

    @property
    def asks(self) -> bool:
        """Whether any rule would be loaded."""
        return bool(self.session.before_rehearsal().rules)

    def lines(self, width: int) -> list[Line]:
        """The rules that would be loaded, or that there are none."""
        page = Page(width, self.signs, indent=2)
        before = self.session.before_rehearsal()
        rules = before.rules
        if not rules:
            page.say((NOTHING_TO_REHEARSE, "strong"))
            return page.lines
        many = "This rule" if len(rules) == 1 else f"These {len(rules)} rules"
        page.say((f"{many} will be loaded into the kernel for {self.session.rehearsal_seconds:g} s.", "strong"))
        for sentence in before.ends:
            page.say(sentence)
        page.gap()
        for rule in rules:
            page.code(rule)
        page.gap()
        page.say(
            "The records carry a key of their own for that time. A harmless access of our own shows that there are any; then those of all others "
            "are counted, and what was loaded is deleted again, rule by rule. Should the machine stop meanwhile, it is gone with the "
            "kernel's memory; should this program be killed, its next start says so and offers to take it out."
        )
        return page.lines

    @property
    def does(self) -> str:
        """What the word does."""
        return "load, count and take out"

    def go(self) -> None:
        """Rehearse: load the watches, count, take them out."""
        self.wizard.rehearse()


class CountedScreen(StepScreen):
    """The rehearsal's last screen: what was counted; every way leads back to the plan, and none to another rehearsal."""

    BAR = REHEARSAL_STEPS
    STEP = 4
    TOPIC = "rehearsal"
    BACK = "preview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "back", "back to the plan"),
        *[Binding(key, f"copy_rule({at})", "copy rule") for at, key in enumerate(RULE_KEYS)],
        Binding("escape", "back", "back", show=False),
        Binding("s", "save", "save"),
    ]

    def lines(self, width: int) -> list[Line]:
        """The lines on what was counted, and what the trainer says of it."""
        page = Page(width, self.signs, indent=2)
        if self.session.rehearsal is not None:
            page.add(rehearsal_page(self.session.rehearsal, width, self.signs, 2, RULE_KEYS))
        page.gap()
        page.add(trainer_lines(self.session.trainer.rehearsal("after"), width, self.signs, rows=0))
        return page.lines

    @property
    def narrower(self) -> list[tuple[str, ...]]:
        """The lines of each narrower rule that is offered."""
        return narrower_rules(self.session.rehearsal) if self.session.rehearsal is not None else []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: only a rule that is offered can be copied."""
        if action == "copy_rule" and int(str(parameters[0])) >= len(self.narrower):
            return False
        return super().check_action(action, parameters)

    def action_copy_rule(self, at: int) -> None:
        """Copy the lines of the narrower rule number *at*."""
        self.copy("narrower.rules", "".join(f"{line}\n" for line in self.narrower[at]))
