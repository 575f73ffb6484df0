"""LinePrompts: what a walk in lines says, asks and does in the same way wherever it is, at most 80 columns wide."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from tui.base.cleaning import in_words
from tui.base.dataclass import replace
from tui.base.saving import save_text
from tui.base.signals import noting_signals
from tui.base.streams import rows
from tui.base.typing import TYPE_CHECKING, TextIO
from tui.plan.values import LOCK_WORD, WORD
from tui.run.values import Output, RunEvent, RunReport, StepChanged
from tui.views.help import HELP, help_lines, keys_of
from tui.views.page import Line, Page, plain
from tui.views.pages.progress import STEP_WORDS
from tui.views.signs import ASCII, signs_for
from tui.views.switches import walk_words

if TYPE_CHECKING:
    from tui.session import Cancelled, Emit, Session

WIDTH = 80
_IN_LINES = (
    ("Tab leads to the page", "m shows the page"),
    ("(Tab, Space)", "(1 on Preview)"),
    ("(Tab)", "(m)"),
    ("Enter opens the way out", "w tells the way out"),
)
"""What trainers say of the keys of the screens, and the same in lines, where those do nothing or something else."""


_ALWAYS = ("Enter", "?", "q", "Ctrl+C")
"""The keys that every question of a walk in lines takes."""


class Quit(Exception):
    """The end of a walk in lines: the user leaves, or the input has ended."""


class LinePrompts:
    """The prompts of one walk. What is read goes to *out*, what is asked to *err* where that is a terminal, else to *out* too."""

    def __init__(self, session: Session, lines_in: TextIO, out: TextIO, err: TextIO, *, ascii: bool = False) -> None:
        self.session = session
        self._in, self._out = lines_in, out
        self._ask_on = err if err.isatty() else out
        glyphs = ASCII if ascii else signs_for(os.environ, getattr(out, "encoding", None))
        self.signs = replace(glyphs, keys=walk_words(" on Preview"))
        self.ended_by = 0
        self._shown = 0
        self._running = False

    # --- saying and asking -------------------------------------------------------------------------------------------------

    def say(self, lines: Iterable[Line]) -> None:
        """Print lines without their styles."""
        for line in lines:
            self._pause_at_the_end_of_a_screen()
            print(plain(line), file=self._out)
        self._out.flush()

    def _pause_at_the_end_of_a_screen(self) -> None:
        """Wait for Enter where a screenful was printed since the last question, so that nothing runs off a terminal; never during a run, and
        nowhere else than on a terminal. Raises Quit for q."""
        self._shown += 1
        if self._running or not (self._in.isatty() and self._out.isatty()):
            return
        if self._shown >= max(rows(self._out), 4):
            self._shown = 1
            print("-- Enter goes on, q quits --", end=" ", file=self._ask_on, flush=True)
            if self._in.readline().strip().lower() in ("q", "quit"):
                raise Quit

    def say_apart(self, lines: Iterable[Line]) -> None:
        """Print lines between empty ones: what was asked for beside the walk."""
        self.say([(), *lines, ()])

    def tell(self, text: str, indent: int = 0) -> None:
        """Print a sentence, wrapped."""
        page = Page(WIDTH, self.signs)
        page.say(text, indent=indent, hanging=2, width=WIDTH)
        self.say(page.lines)

    def head(self, number: int, name: str) -> None:
        """Begin a step; a demo says so at each."""
        demo = f"DEMO {self.session.demo.name}: " if self.session.demo else ""
        self.tell("")
        self.tell(f"--- {demo}step {number} of 6: {name} ---" if number else f"--- {demo}{name} ---")
        self.train(self.session.trainer.before(name.lower()))

    def train(self, texts: Iterable[str]) -> None:
        """Print what the trainer says."""
        for text in texts:
            told = " ".join(text.split())
            for of_screens, in_lines in _IN_LINES:
                told = told.replace(of_screens, in_lines)
            self.tell(f"Trainer: {told}")
        self.tell("")

    def ask(self, prompt: str) -> str:
        """Ask for a line. Raises Quit at the end of the input."""
        page = Page(WIDTH, self.signs)
        page.say(prompt, width=WIDTH - 2 - len(LOCK_WORD))  # a word is typed behind it
        *above, last = [plain(line) for line in page.lines]
        for line in above:
            print(line, file=self._ask_on)
        print(last, end=" ", file=self._ask_on, flush=True)
        answer = self._in.readline()
        self._shown = 0
        if not answer:
            print(file=self._ask_on, flush=True)
            raise Quit
        return answer.strip()

    def answer(self, topic: str, prompt: str, keys: dict[str, str]) -> str:
        """Ask by *prompt* for what is chosen from a list, and return it; help is answered here. Raises Quit for q."""
        while (answer := self.ask(prompt)) in ("?", "help") or (answer == "h" and "h" not in keys):
            self.say_apart(self._help(topic, keys))
        if answer in ("q", "quit"):
            raise Quit
        return answer

    def choose(self, topic: str, keys: dict[str, str], forward: str) -> str:
        """Ask for one of the *keys* and return it; Enter is ``""``. Help is answered here, anything else asked again. The keys are the screens'
        own; a large letter that is none here is taken for the small one, and ``h`` for help where it is no key."""
        offered = ", ".join([f"Enter {forward}", *(f"{key} {what}" for key, what in keys.items() if what), "? help", "q quit"])
        while True:
            typed = self.ask(f"{offered}:")
            answer = typed if typed in keys else typed.lower()
            if answer in ("q", "quit"):
                raise Quit
            if answer == "" or answer in keys:
                return answer
            if answer in ("h", "?", "help"):
                self.say_apart(self._help(topic, keys))
            else:
                self.tell(f"There is no {answer!r} here.")

    def _help(self, topic: str, keys: dict[str, str]) -> list[Line]:
        """The help of a step with the keys that lines have: of the screens' rows those, then what lines alone have."""
        rows = HELP[topic][2] if topic in HELP else ()
        told = {key for row, _ in rows for key in keys_of(row)}
        alone = tuple((key, what) for key, what in keys.items() if what and key not in told)
        return help_lines(topic, WIDTH, self.signs, lambda key: key in keys or key in _ALWAYS, alone)

    def agreed(self, what: str, otherwise: str, word: str = WORD) -> bool:
        """Ask for *word*, which lets *what* happen; whether it was typed. *otherwise* says what anything else does."""
        return self.ask(f"Type {word} to {what}; anything else {otherwise}:") == word

    def save(self, text: str) -> None:
        """Save *text* to a new file of the user's choice."""
        path = self.ask("Save to which new file (Enter for none)?")
        if not path:
            return
        if path in (WORD, LOCK_WORD):
            self.tell(f"It was not saved: {path} is the word of Confirm.")
            return
        try:
            where = save_text(os.path.expanduser(path), text)
        except (OSError, ValueError) as trouble:
            self.tell(f"It was not saved: {in_words(trouble)}.")
        else:
            self.tell(f"Saved to {where}.")

    # --- a run -------------------------------------------------------------------------------------------------------------

    def run(self, work: Callable[[Emit, Cancelled], RunReport]) -> RunReport:
        """Do *work*, a line for each step and for what the commands say; a signal calls it off, which rolls it back."""
        rest = ""

        def emit(event: RunEvent) -> None:
            nonlocal rest
            if isinstance(event, Output):
                *whole, rest = (rest + event.text).split("\n")
                for line in whole:
                    self.tell(line, indent=4)
                rest = rest[-10_000:]
            elif isinstance(event, StepChanged) and event.step.state != "waiting":
                step, title = event.step, f"[{event.index + 1}/{event.total}] {event.step.title}"
                if step.state == "running":
                    self.tell(title)
                elif step.state in ("done", "failed"):
                    self.tell(f"{STEP_WORDS[step.state]} ({step.seconds:.1f} s): {step.message}".rstrip(": "), indent=2)
                else:
                    self.tell(f"{title}: {STEP_WORDS[step.state]}")

        self._running = True
        with noting_signals() as noted:
            try:
                return work(emit, lambda: bool(noted))
            finally:
                self._running = False
                self.ended_by = self.ended_by or next(iter(noted), 0)
