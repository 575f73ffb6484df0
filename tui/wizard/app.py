"""The wizard: the order of the steps, and what works behind them.

A step's own modules are imported when it is turned to, since the first frame is painted before anything else is done.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from functools import cached_property, partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender

from tui.base.resources import package_text
from tui.base.typing import TYPE_CHECKING, Any
from tui.views.signs import ASCII, UNICODE
from tui.wizard.chosen import Chosen
from tui.wizard.driver.resilient_driver import let_go_of_terminal
from tui.wizard.shutdown import farewell, listen, wait_for
from tui.wizard.steady_app import SteadyApp
from tui.wizard.steps.opening import OpeningScreen
from tui.wizard.steps.screens import screen_of
from tui.wizard.themes import THEMES
from tui.wizard.widgets.bars import WholeCells

if TYPE_CHECKING:
    from tui.host_extras import HostExtras
    from tui.plan.values import Plan
    from tui.run.journal.run_records import RunRecord
    from tui.run.taking_back.undo_plan import UndoPlan
    from tui.run.values import Step
    from tui.session import Session
    from tui.verdict.values import Finding
    from tui.wizard.background_run import AtWork, Work
    from tui.wizard.saved_text import SavedText
    from tui.wizard.steps.apply import RunKind
    from tui.wizard.steps.base import StepScreen
    from tui.wizard.terminal import TerminalChoice
    from tui.wizard.walker import Walker
    from tui.wizard.widgets.document import Build

# What is imported here delays the first paint; everything else is imported by what needs it.

OBJECTS_UNTIL_A_LOOK = 20_000
"""After so many new objects they are looked through for garbage; Python's own 700 would have it done dozens of times while one screen is built."""


class WizardApp(SteadyApp, inherit_bindings=False):
    """The wizard as a Textual application: it holds the walk, the run at work, and which step comes next. Steps know it as Walker."""

    CSS: ClassVar[str] = package_text("tui.wizard", "opening.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        # Textual's own ctrl+q would quit in the middle of a run.
        Binding("ctrl+q", "ask_to_leave", "quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "quit", show=False, priority=True),
        Binding("ctrl+z", "stay", "stay", show=False, priority=True),
    ]

    def __init__(self, session: Session | Callable[[], Session], choice: TerminalChoice) -> None:
        """*session* may be what opens it: then the first frame is painted before that is done, in a thread."""
        # Said here and not only by the theme, because Textual chooses how to honour NO_COLOR before a theme can be set: with its own
        # colours on it would turn everything to greys, with the terminal's it drops colour altogether.
        super().__init__(ansi_color=True if choice.kind in ("ansi16", "mono") else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = choice.theme
        self._opening = session if callable(session) else None
        self._session = None if callable(session) else session
        self.refusal: Exception | None = None
        """Why the session could not be opened."""
        self.signs = ASCII if choice.ascii else UNICODE
        self.has_mouse = choice.mouse
        ScrollBar.renderer = WholeCells if choice.ascii else ScrollBarRender
        self.at_work: AtWork | None = None
        self.findings: tuple[Finding, ...] = ()
        """What the overview shows."""
        self.planned: dict[str, Plan | None] = {}
        """The plan for each control alone, made when the overview's cursor first comes to it; None while it is made."""
        self.extras: dict[str, HostExtras] = {}
        """What was looked up besides the facts, by path."""
        self.chosen = Chosen()
        self.settle_from = ""
        """The step from which the run that did not finish was turned to; "" where it was the first screen."""
        self.undo_plan: UndoPlan | None = None
        self.undo_trouble = ""
        self.home = ""
        """The screen beside the walk that an undo was begun on and leads back to; "": none, so it is Result."""
        self.history_at = ""
        """The run that the history's cursor returns to; "" for the newest."""
        self.turned = ""
        """What a switch on Confirm has made of the plan, which Preview says, since it is blocked so."""
        self.predict_step = ""
        """The step that is to be predicted."""
        self.typed = ""
        """The last letters that were typed where no input took them."""
        self.ending = 0
        """The exit status that a signal asked for, 0 for none."""
        self._after_run: Callable[[], None] = lambda: None
        self._alone = False

    # --- begin and end -----------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Listen for what ends the walk, then show the first screen."""
        listen(self, self.end_by, self.terminal_is_gone)
        if self._session:
            gc.enable()
            self._add_look()
            self.push_screen(self.first_screen())

    def _add_look(self) -> None:
        """Add the look of the steps to that of the first frame, which does not wait for it; it is parsed when the next widget is styled."""
        self.stylesheet.add_source(package_text("tui.wizard", "wizard.tcss"), read_from=("wizard.tcss", ""))

    def get_default_screen(self) -> Screen[Any]:
        """The screen below all others: until the session is open it is the only one, and says so."""
        return super().get_default_screen() if self._session else OpeningScreen()

    @property
    def session(self) -> Session:
        """The session of the walk. Raises RuntimeError before it is opened."""
        if self._session is None:
            raise RuntimeError("the session is not open yet")
        return self._session

    @property
    def opened(self) -> bool:
        """Whether there is a session."""
        return self._session is not None

    @cached_property
    def saved_text(self) -> SavedText:
        """The private folder that copies go to."""
        from tui.wizard.saved_text import SavedText

        return SavedText()

    @property
    def copies(self) -> str:
        """The folder that holds what was copied, "" where nothing was."""
        made = self.__dict__.get("saved_text")  # by the first copy
        return made.folder if made is not None else ""

    def open_session(self) -> None:
        """Open the session behind the first frame, and go on to the first screen; end where it is refused."""
        opening = self._opening
        assert opening is not None
        gc.enable()
        self._add_look()

        def work() -> None:
            try:
                self._session = opening()
            except Exception as refusal:  # it is raised again by run_wizard, once the terminal is given back
                self.refusal = refusal

        self.in_thread(self.screen, work, lambda _: self.exit() if self.refusal else self.begin_walk())

    def terminal_is_gone(self) -> None:
        """End the walk as on SIGHUP, since nobody looks any more."""
        if not self._alone:
            self._alone = True
            let_go_of_terminal(0)
            self.end_by(signal.SIGHUP)

    def end_by(self, number: int) -> None:
        """End because a signal says so: now, or when the run at work is rolled back or over."""
        self.ending = self.ending or 128 + number
        if self.at_work is not None and self.at_work.busy:
            self.at_work.cancel()
        else:
            self.exit(self.ending)

    def leave(self) -> None:
        """Quit; the exit status is that of the last run."""
        if self.at_work is None or not self.at_work.busy:
            self.exit(self.ending or self.session.exit_code)

    def action_ask_to_leave(self) -> None:
        """Ask to leave, as ``q`` does on the screen that is shown, also where an input has the letters."""
        from tui.wizard.steps.base import StepScreen

        screen = self.screen
        if isinstance(screen, OpeningScreen):
            self.exit(self.ending)
        elif isinstance(screen, StepScreen):
            screen.interrupt()

    def action_interrupt(self) -> None:
        """End with the exit status of SIGINT, for which a terminal in raw mode sends the key; after a run with that of the run. A run at work
        is asked about first."""
        if self.at_work is None and (self._session is None or self._session.report is None):
            self.end_by(signal.SIGINT)
        else:
            self.action_ask_to_leave()

    # --- the order of the steps --------------------------------------------------------------------------------------------

    def first_screen(self) -> StepScreen:
        """The screen that the walk begins with: the scenarios, an unfinished run, the overview, or the one control."""
        if self.session.needs_scenario:
            return screen_of("scenarios")
        self.settle_from = ""
        if self.session.past.unfinished() is not None:
            return screen_of("recovery")
        return screen_of("overview" if self.session.several else "control")

    def begin_walk(self, *, settled: bool = False) -> None:
        """Start on the host that is there now."""
        self.findings, self.planned, self.chosen = (), {}, Chosen()
        if settled:
            self.go("overview" if self.session.several else "control")
        else:
            self.turn_to(self.first_screen())

    def go(self, step: str) -> None:
        """Show the screen of a step; where that is to be predicted first, what asks for it."""
        if self.session.lesson.asks_before(step):
            self.predict_step, step = step, "predict"
        if step in ("undo", "undo-all"):
            self._prepare_undo(self.session.past.prepare_undo if step == "undo" else self.session.past.prepare_undo_all)
        self.turn_to(screen_of(step))

    def settle(self, step: str) -> None:
        """Turn from *step* to the run that did not finish."""
        self.settle_from = step
        self.go("recovery")

    def leave_unsettled(self) -> None:
        """Leave the run that did not finish as it is: back to where it was turned to, or to the walk."""
        if self.settle_from:
            self.go(self.settle_from)
        else:
            self.begin_walk(settled=True)

    def undo_of(self, record: RunRecord) -> None:
        """Show what undoing *record*, chosen from the history, would change."""
        self.home, self.history_at = "history", record.run
        self._prepare_undo(partial(self.session.past.prepare_undo, record))
        self.turn_to(screen_of("undo"))

    def _prepare_undo(self, prepare: Callable[[], UndoPlan]) -> None:
        try:
            self.undo_plan, self.undo_trouble = prepare(), ""
        except (OSError, LookupError) as trouble:
            self.undo_plan, self.undo_trouble = None, f"The journal cannot be read: {trouble}"

    def go_home(self) -> None:
        """Go back from the Control step, or to the start of a demo."""
        if self.session.several:
            self.go("overview")
        else:
            self.go_out()

    def go_out(self) -> None:
        """Go back to the scenarios; nothing lies before a live host."""
        if self.session.is_demo:
            self.go("scenarios")
        else:
            self.leave()

    def finished(self) -> None:
        """Go on after a result: back to the history, to the next control, or to the end."""
        if self.home:
            step, self.home = self.home, ""
            self.go(step)
            return
        if self.session.several:
            self.go("overview")
        elif self.session.lesson.predict:
            self.go_out()
        else:
            self.leave()

    def open_help(self, topic: str) -> None:
        """Open the help of a step, after what the trainer says of it."""
        from tui.wizard.steps.text import TextScreen, help_text
        from tui.wizard.widgets.key_names import working_keys

        works = working_keys(self.screen) | ({"mouse"} if self.has_mouse else set())
        self.open_text(TextScreen.HELP, help_text(topic, self.session.trainer, works, self.signs))

    def open_text(self, title: str, build: Build, commands: str = "") -> None:
        """Open a page of text over the step; *commands* are those of the page, which its key ``y`` copies alone."""
        from tui.wizard.steps.text import TextScreen

        self.lay_over(TextScreen(title, self.screen, build, commands))

    # --- runs --------------------------------------------------------------------------------------------------------------

    def start(
        self, work: Work, title: str, then: Callable[[], None], steps: tuple[Step, ...] = (), kind: RunKind = "apply"
    ) -> None:
        """Begin a run and follow it; *then* goes on after it."""
        from tui.wizard.background_run import AtWork
        from tui.wizard.steps.apply import ApplyScreen

        self._after_run = then
        self.at_work = AtWork(work)
        self.turn_to(ApplyScreen(title, steps, kind))

    def apply(self) -> None:
        """Carry the plan out; what was marked for it is marked no more."""
        self.chosen.marked.clear()
        self.start(self.session.carry_out, "", lambda: self.go("result"), self.session.planned_steps())

    def undo(self) -> None:
        """Take the last run back."""
        prepared, self.history_at = self.undo_plan, ""
        assert prepared is not None
        work = partial(self.session.undo, prepared)
        self.start(work, f"Undo {prepared.title}", lambda: self.go("result"), prepared.steps, "undo")

    def recover(self, *, finish: bool) -> None:
        """Recover the run that was cut short: roll it back or finish it."""
        record = self.session.past.left_over
        assert record is not None
        work = partial(self.session.recover, record, finish=finish)
        title = f"{'Finish' if finish else 'Roll back'} run {record.run}"
        self.start(work, title, lambda: self.go("result"), kind="finish" if finish else "recover")

    def rehearse(self) -> None:
        """Rehearse: count for the chosen time what the watches would record."""
        seconds = self.session.rehearsal_seconds
        work = partial(self.session.rehearse, seconds)
        self.start(work, f"Rehearse for {seconds:.0f} s", lambda: self.go("counted"), kind="rehearse")

    def run_ended(self) -> None:
        """The run is over: end where a signal asked for it, say what an error was, or go on."""
        run, self.at_work = self.at_work, None
        assert run is not None
        if self.ending:
            self.exit(self.ending)
        elif run.error is not None:
            raise run.error
        else:
            self._after_run()


def run_wizard(session: Session | Callable[[], Session], choice: TerminalChoice) -> int:
    """Walk *session* on this terminal; the exit status of the last run, 0 without one, 128+n after a signal, 70 after a crash.

    What opening a session raises is raised here. Garbage is looked for once a session is opened, and never among what was imported for it.
    """
    gc.disable()
    gc.freeze()  # the first look for garbage would go through all of it, as long as reading the host takes
    gc.set_threshold(OBJECTS_UNTIL_A_LOOK)
    app = WizardApp(session, choice)
    result = app.run(mouse=choice.mouse)
    if app.refusal is not None and not app.ending:
        raise app.refusal
    if app.at_work is not None:
        wait_for(app.at_work)
    report = app.session.report if app.opened else None
    simulated = app.opened and app.session.demo is not None
    return farewell(app.at_work, report, app.ending, app.crash, simulated=simulated, copies=app.copies) or result or 0


if TYPE_CHECKING:

    def _is_walker(app: WizardApp) -> Walker:
        return app  # what steps ask for is there
