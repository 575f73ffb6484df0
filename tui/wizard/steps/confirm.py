"""Step 4, Confirm: everything that will change, and the word that lets it happen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.plan.values import WORD
from tui.verdict.audit_daemon import is_down
from tui.views.page import WIDE, Line, Page, beside
from tui.views.pages.confirm import confirm_lines, confirm_question, cost_text
from tui.views.pages.plan import watch_out_lines
from tui.views.switches import SWITCHES, does_nothing, turned
from tui.views.trainer import ROWS, trainer_lines
from tui.wizard.steps.typed_confirmation import WordScreen
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.toggle import Toggle

RESTART = "restart auditd after the load; loses 1 to 2 s of events"
START = "start auditd after the load"
"""The switch."""
_BARS = 7
"""The rows of a terminal that are not the page's: the bars, the word, its answer, and what parts them."""


class ConfirmScreen(WordScreen):
    """The Confirm step: a question, everything that changes, the restart's switch, the word below."""

    STEP = 4
    TOPIC = "confirm"
    reckoned_for = 0
    """The rows that the page was made for."""
    BACK = "preview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", f"go (after {WORD})"),
    ]

    def body(self) -> ComposeResult:
        """The widgets of the step: what changes, the switch, the word."""
        yield Document(id="page")
        if self.has_switch:
            down = self.session.facts is not None and is_down(self.session.facts)
            yield Toggle(START if down else RESTART, not self.session.switches.no_restart, self.signs)
        yield from self.ask()

    @property
    def has_switch(self) -> bool:
        """Whether the restart can be chosen here."""
        return not self.plan.pending_reboot and not self.plan.locks and not does_nothing(SWITCHES[0], self.plan)

    @property
    def word(self) -> str:
        """The word that is asked for: another one where nothing can be taken back afterwards."""
        return self.plan.word

    @property
    def does(self) -> str:
        """What the word does."""
        return "apply, and lock" if self.plan.locks else "write" if self.plan.pending_reboot else "apply"

    def begin(self) -> None:
        """Name the word in the key line."""
        self.page.can_focus = not self.has_switch
        self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", f"go (after {self.word})")]

    def lines(self, width: int) -> list[Line]:
        """The summary of the plan, below what the trainer says where that leaves all of it in sight, else with a row of it in the place of the
        blank one below the question; on a wide screen with the warnings beside."""
        half = (width - 3) // 2
        body = self.agreed_to(width if width < WIDE else half)
        aside = [(), *watch_out_lines(self.plan, half, self.signs)] if width >= WIDE else []
        rows = self.reckoned_for = self.rows
        texts = self.session.trainer.before(self.TOPIC)
        for most in (0, ROWS, 1):
            told = trainer_lines(texts, width, self.signs, most)
            if len(told) + len(body) <= rows:
                return [*told, *beside(body, aside, half)]
        if texts and () in body:
            at = body.index(())
            body[at : at + 1] = trainer_lines(texts, width if width < WIDE else half, self.signs, 1)[:1]
        return beside(body, aside, half)

    def on_resize(self) -> None:
        """Give the trainer the room that another height leaves."""
        if self.query("#page") and self.reckoned_for != self.rows:
            self.show_page(keep_place=True)

    @property
    def rows(self) -> int:
        """The rows that the page has, reckoned before it is laid out."""
        return self.app.size.height - _BARS - 2 * self.has_switch

    def agreed_to(self, width: int) -> list[Line]:
        """What the word agrees to: all of it has its room before the trainer, whom ``?`` tells as well."""
        page = Page(width, self.signs)
        facts = self.session.facts
        host = facts.identity.name if facts is not None else ""
        page.say(
            (confirm_question(self.plan, host or "this host"), "strong"),
            f" {cost_text(self.plan)}",
            indent=2,
        )
        page.gap()
        page.add(confirm_lines(self.plan, width, self.signs))
        return page.lines

    def on_toggle_flipped(self, event: Toggle.Flipped) -> None:
        """Plan again with or without the restart; a plan that is blocked so has nothing to confirm, and Preview says why."""
        event.stop()
        before = self.plan
        self.session.switch("no_restart")
        if self.plan.blockers:
            self.wizard.turned = turned("no_restart", before, self.plan)
            self.go_back_to(self.BACK)
        else:
            self.show_page()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: ``y`` and ``s`` are not bound here, and there is little to find."""
        if action in ("copy", "find", "save"):
            return False
        return super().check_action(action, parameters)

    def go(self) -> None:
        """Carry the plan out."""
        self.wizard.apply()

    def action_back(self) -> None:
        """Go back to the preview."""
        self.go_back_to(self.BACK)

    def go_back_to(self, step: str) -> None:
        """Go back to an earlier step; what was agreed to here ends here."""
        if self.session.switches.lock:
            self.session.switch("lock")
        super().go_back_to(step)
