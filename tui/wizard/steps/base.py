"""StepScreen: what every step shares, so that a step's own file only says what is its own."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from tui.base.dataclass import replace
from tui.base.typing import TYPE_CHECKING
from tui.plan.values import WORD
from tui.views.help import keys_of
from tui.views.page import Line, Page
from tui.views.switches import walk_words
from tui.views.trainer import ROWS, trainer_lines
from tui.views.words import SETTLE_KEY, left_over_text
from tui.wizard.steady_screen import SteadyScreen
from tui.wizard.widgets.bars import REHEARSAL_STEPS, STEPS, KeyLine, Note, StepBar, TopLine
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.key_names import KEY_NAMES, LAST_KEYS
from tui.wizard.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui.plan.values import Plan
    from tui.session import Session
    from tui.views.signs import Signs

AFTER_BOOT = "After a boot"
"""The heading of the page on a demo's host that was booted anew."""
LEAST_HEIGHT = 24
"""The rows of the terminal that every page is made for; a taller one leaves the trainer more of them."""
LAST_BEFORE_A_RUN = 4
"""The number of the last step from which every earlier one can be gone back to."""


class StepScreen(SteadyScreen):
    """A screen of the walk: bars above, keys below, a page between them that reads, searches, copies and saves alike."""

    STEP: int = 0
    """The number in the step bar; 0 for screens beside the walk."""
    BAR: tuple[str, ...] = STEPS
    """The names of the steps in the bar."""
    TOPIC: ClassVar[str] = ""
    """What ``?`` explains, and the trainer's text that belongs here."""
    FORWARD: ClassVar[str] = ""
    """The step that Enter leads to, where it leads to one."""
    BACK: ClassVar[str] = ""
    """The step that Escape leads to; "" leaves the wizard."""
    KEYS_OF: ClassVar[str] = " on Preview"
    """What is said behind the keys of the plan's switches: nothing where they are the screen's own."""
    LOOKS_AGAIN: ClassVar[str] = ""
    """The key that reads the host again, where the screen has one."""
    READS: ClassVar[bool] = False
    """Whether it first reads what it shows: then it is painted when that is done, unless that takes long."""
    SETTLES: ClassVar[bool] = False
    """Whether the screen leads to a run that did not finish, while one waits."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(SETTLE_KEY, "settle", "settle that run"),
        Binding("escape", "back", "back"),
        Binding("y", "copy", "copy"),
        Binding("slash", "find", "find"),
        Binding("question_mark", "help", "help"),
        Binding("q", "leave", "quit"),
    ]

    # --- what it works with ------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session of the walk."""
        return self.wizard.session

    @property
    def plan(self) -> Plan:
        """The plan of the session. Raises RuntimeError before the host is read."""
        if self.session.plan is None:
            raise RuntimeError("the host is not read yet")
        return self.session.plan

    @cached_property
    def signs(self) -> Signs:
        """The glyphs this terminal can show; the page says the keys of the walk for the options of the command line."""
        return replace(self.wizard.signs, keys=self.walk_words())

    def walk_words(self) -> dict[str, str]:
        """What a sentence says here for the options of the command line: the keys of this step, others with the step where they work."""
        explains = any(binding.action == "why" for _, binding in self._bindings)
        return walk_words(self.KEYS_OF, self.LOOKS_AGAIN, why="w" if explains else "w on Host")

    @cached_property
    def prompt(self) -> Prompt:
        """The line that asks, below the page; each key of the key line asks whether it is open."""
        return Prompt(self.signs)

    @property
    def page(self) -> Document:
        """The page of a step that has one."""
        return self.query_one("#page", Document)

    # --- layout ------------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Bars, the step's own body, the prompt, the keys."""
        session = self.session
        yield TopLine("docker-audit-wizard", self.who(), f"cis-docker {session.asked.benchmark}", self.demo_text(), self.signs)
        if self.STEP:
            yield StepBar(self.STEP, self.BAR, "Rehearsal" if self.BAR is REHEARSAL_STEPS else "")
        if self.SETTLES:
            yield Note("", self.signs, id="left-over")
        yield from self.body()
        yield self.prompt
        yield KeyLine(self.signs)

    def demo_text(self) -> str:
        """DEMO with what is walked, on every screen of a demo."""
        session = self.session
        if session.demo is not None:
            return f"DEMO {session.lesson.text or session.demo.name}"
        return "DEMO" if session.needs_scenario else ""

    def who(self) -> str:
        """The host, its system and who we are there; a live host's nothing before it is read."""
        demo = self.session.demo
        facts = self.session.facts or (demo.facts if demo is not None else None)
        if facts is None:
            return ""
        system = facts.identity.os_name.split(" (")[0].replace(" GNU/Linux", "")
        user = "root" if facts.privileges.euid == 0 else f"uid {facts.privileges.euid}"
        return " · ".join(word for word in (facts.identity.name, system, user) if word)

    def host_is_read(self) -> None:
        """Tell the bars whose host it is, once its facts are read, and whether an earlier run did not finish."""
        self.query_one(TopLine).name_host(self.who())
        self.mention_left_over()
        self.refresh_bindings()

    def mention_left_over(self) -> None:
        """Say above the page that an earlier run did not finish, and which key leads to it, as long as it waits."""
        for note in self.query("#left-over").results(Note):
            record = self.session.past.left_over
            note.display = record is not None
            note.say(f"{self.signs.warn} {left_over_text(record.run, SETTLE_KEY)}" if record else "")

    def body(self) -> ComposeResult:
        """The step's own widgets: a page, unless it says otherwise."""
        yield Document(id="page")

    def lines(self, width: int) -> list[Line]:
        """The lines of the page for a width in columns; a step without a page has none."""
        return []

    def show_page(self, *, keep_place: bool = False) -> None:
        """Make the page anew: from its top, unless *keep_place*."""
        self.page.show(self.lines, keep_place=keep_place)

    def opening(self, width: int) -> Page:
        """A page that begins with what the trainer says: what happened in the step before, what to look for in this one."""
        page = Page(width, self.signs)
        rows = ROWS + max(0, self.app.size.height - LEAST_HEIGHT)
        page.add(trainer_lines(self.session.trainer.before(self.TOPIC), width, self.signs, rows))
        return page

    def on_mount(self) -> None:
        """Show the page, and keep the key line true."""
        if not self.is_attached:
            return  # the walk has ended while the screen was built: Textual leaves its widgets out then
        self.bindings_updated_signal.subscribe(self, lambda _: self.show_keys(), immediate=True)
        for document in self.query(Document):
            document.signs = self.signs
        self.mention_left_over()
        if self.query("#page"):
            self.show_page()
        self.begin()
        if not self.READS:
            self.call_after_refresh(self.wizard.paint)

    def begin(self) -> None:
        """Do what a step does besides when it opens: nothing, unless it says otherwise."""

    def show_keys(self) -> None:
        """Say which keys do something now."""
        typing = isinstance(self.focused, Input)
        keys: dict[str, tuple[int, str, str, str]] = {}
        grouped: dict[tuple[str, str], list[str]] = {}
        if typing and not self.prompt_open and self.check_action("forward", ()):
            forward = self._bindings.key_to_bindings["enter"][0]  # hidden behind the input's own Enter, which does the same
            keys["forward"] = (0, "Enter", forward.description, "forward")
        for key, active in self.active_bindings.items():
            binding = active.binding
            if (
                not (binding.show and active.enabled)
                or (typing and len(key) == 1)
                or (typing and key in ("slash", "question_mark", "space"))
            ):
                continue
            if binding.group is not None:  # several keys of one kind take one place; it names them itself
                if not self.check_action("show_switches", ()):
                    continue
                name, _, what = binding.group.description.partition(" ")
                grouped.setdefault((name, what), []).append(key)
                continue
            name = KEY_NAMES.get(key, key)
            if name and binding.action not in keys:
                weight = 0 if key == "enter" else LAST_KEYS.get(binding.action, 10)
                keys[binding.action] = (weight, name, binding.description, binding.action)
        for (name, what), those in grouped.items():
            keys[what] = (5, name if those == keys_of(name) else ", ".join(those), what, "show_switches")
        if self.prompt_open:  # a click there does what the key does in the prompt
            keys = {action: (*told[:3], f"press_in_prompt('{action}')") for action, told in keys.items()}
            keys["answer"] = (0, "Enter", self.prompt.does, "press_in_prompt('answer')")
        ordered = sorted(keys.values(), key=lambda entry: entry[0])
        for line in self.query(KeyLine):
            line.show_keys([entry[1:] for entry in ordered])

    def say(self, message: str) -> None:
        """Say above the keys what the last key did, until the next key."""
        self.query_one(KeyLine).say(message)

    def on_key(self, event: Key) -> None:
        """Drop what was said of the last key, which is read by now. The word that confirms, typed letter by letter where it is not asked for,
        does nothing more than its first letters did, and that is said."""
        if not self.in_front:
            return  # it was under way when the screen went
        self.query_one(KeyLine).say("")
        self.wizard.typed = (self.wizard.typed + (event.character or " "))[-len(WORD) :]
        if self.wizard.typed == WORD:
            event.stop()
            self.say(f"The word {WORD} counts only where it is asked for: nothing was agreed to here.")

    # --- keys of every step ------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: while the prompt is open its keys count, not the step's; a page is needed to find and to copy."""
        if self.prompt_open:
            return action == "press_in_prompt"
        if action in ("find", "copy"):
            return bool(self.query("#page"))
        if action == "boot":
            return self.session.can_boot and not self.wizard.is_reading(self)  # what is read before a boot is not true after it
        if action == "settle":
            return self.SETTLES and self.session.past.left_over is not None
        return True

    @property
    def prompt_open(self) -> bool:
        """Whether a line is being asked for."""
        return self.prompt.display

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on from Enter in an input. A second Enter may be under way when the first one has led to another screen already: it would begin the
        same run twice."""
        event.stop()
        if self.in_front:
            self.action_forward()

    def action_forward(self) -> None:
        """Go on to the next step."""
        self.wizard.go(self.FORWARD)

    def action_back(self) -> None:
        """Go one step back."""
        if self.BACK:
            self.wizard.go(self.BACK)
        else:
            self.wizard.leave()

    def action_go_to_step(self, number: int) -> None:
        """Do what a click on a step in the bar shows: an earlier one leads back to it, the next one on, as Enter does."""
        if self.prompt_open or number == self.STEP or not self.STEP:
            return
        if number == self.STEP + 1 and self.check_action("forward", ()):
            self.action_forward()
        elif number == self.STEP - 1 and self.BACK and self.check_action("back", ()):
            self.action_back()
        elif number < self.STEP <= LAST_BEFORE_A_RUN and self.BAR is STEPS:
            self.go_back_to(STEPS[number - 1].lower())

    def go_back_to(self, step: str) -> None:
        """Go back to an earlier step."""
        self.wizard.go(step)

    def action_leave(self) -> None:
        """Quit the walk."""
        self.wizard.leave()

    def interrupt(self) -> None:
        """Do what Ctrl-C is for once there is a run: leave as ``q`` does, also where an input has the letters."""
        if self.check_action("leave", ()) or self.prompt_open:
            self.action_leave()

    def action_settle(self) -> None:
        """Turn to the run that did not finish."""
        self.wizard.settle(self.TOPIC)

    def action_boot(self) -> None:
        """Boot the demo's host anew and show what is true then; the step, which may tell of the plan, is shown anew."""
        from tui.views.pages.booted import booted_lines  # only a demo boots

        booted = self.session.boot_anew()
        self.wizard.extras |= self.session.extras(self.wizard.extras)
        self.wizard.open_text(AFTER_BOOT, lambda width: booted_lines(booted, width, self.signs))
        self.show_page()

    def action_help(self) -> None:
        """Open the help of this step."""
        self.wizard.open_help(self.TOPIC)

    # --- find --------------------------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Ask for a word to find on the page."""
        self.prompt.ask("find", "Find:", "next place")

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Find the next place on Enter; the prompt stays until Escape."""
        prompt = self.prompt
        if event.purpose == "find":
            found = self.page.find(event.text)
            prompt.note(f"{found[0]} of {found[1]}" if found else "not found")
        elif event.purpose == "save":
            self.save(event.text)

    def on_prompt_typing(self, event: Prompt.Typing) -> None:
        """Show the first place while the word is typed."""
        if event.purpose == "find":
            found = self.page.find(event.text) if event.text else None
            self.prompt.note(f"{found[0]} of {found[1]}" if found else "not found" if event.text else "")

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Give the keys back to the page."""
        if event.purpose == "find":
            self.page.find("")
        self.restore_focus()

    def restore_focus(self) -> None:
        """Give the focus to the widget that scrolls."""
        target: Widget | None = next(iter(self.query("#page")), None)
        if target is not None:
            target.focus()
        self.refresh_bindings()

    async def action_press_in_prompt(self, action: str) -> None:
        """Do what a key of the prompt does."""
        await self.app.run_action(action, self.prompt)

    # --- copy and save -----------------------------------------------------------------------------------------------------

    def copy_text(self) -> str:
        """The text that ``y`` copies and ``s`` saves: the page as it is read, unless a step knows better."""
        return self.page.text

    def copy_name(self) -> str:
        """The file name that goes with :meth:`copy_text`."""
        return f"{self.TOPIC}.txt"

    def action_copy(self) -> None:
        """Copy the page by OSC 52, and always to a file too: whether a terminal took it cannot be known."""
        self.copy(self.copy_name(), self.copy_text())

    def copy(self, name: str, text: str) -> None:
        """Copy *text*, to a file called *name* too, and say where it is."""
        saved = self.wizard.saved_text
        sent = saved.fits_clipboard(text)
        if sent:
            self.app.copy_to_clipboard(text)
        try:
            path = saved.write_copy(name, text)
        except OSError as trouble:
            self.say(f"It could not be written to a file: {trouble.strerror}")
            return
        self.say(f"Copied to {path}" + (" and sent to the clipboard" if sent else "; too long for the clipboard"))

    def action_save(self) -> None:
        """Ask for the file to save the page to."""
        self.prompt.ask("save", "Save to:", "save", proposal=self.wizard.saved_text.free_name(self.copy_name()))

    def save(self, path: str) -> None:
        """Save the page to the new file *path*; an existing one is left alone."""
        prompt = self.prompt
        try:
            where = self.wizard.saved_text.save(path, self.copy_text())
        except (OSError, ValueError) as trouble:
            said = str(trouble.strerror) if isinstance(trouble, OSError) else str(trouble)
            if isinstance(trouble, FileExistsError):
                prompt.offer(self.wizard.saved_text.free_name(path))
                said += "; this one is free"
            prompt.note(said)
            return
        prompt.display = False
        self.restore_focus()
        self.say(f"Saved to {where}")
