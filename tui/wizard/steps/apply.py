"""Step 5, Apply: the run before your eyes, its steps above, the output of the running command below."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Log, Static

from tui.base.typing import Literal, NamedTuple
from tui.run.values import Output, Step, StepChanged
from tui.views.page import Line, Page, cells, plain
from tui.views.pages.progress import done_count, progress_line, step_line
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.bars import REHEARSAL_STEPS
from tui.wizard.widgets.document import SCROLL_KEYS, Document

PAINTS_A_SECOND = 8
MOST_LINES = 5000

RunKind = Literal["apply", "undo", "recover", "finish", "rehearse"]


class Manner(NamedTuple):
    """The sentences about a kind of run while it works: how it can end, what is asked before it is stopped, what stopping does."""

    ends: str
    question: str = "Stop the run? What was done is rolled back.  y, Ctrl-C yes   n no"
    called_off: str = "Called off: the step at work comes to its end, then all is rolled back."
    goes_back: str = "Rolling back what was done …"


_ROLLS_BACK = "If a step fails, what was done is rolled back; what cannot be is named."
_MANNERS: dict[RunKind, Manner] = {
    "apply": Manner(_ROLLS_BACK),
    "undo": Manner(_ROLLS_BACK),
    "recover": Manner("It goes on to its end, which says what is true then."),
    "finish": Manner("It goes on to its end; if a step fails, the run is rolled back, and what cannot be is said."),
    "rehearse": Manner(
        "However it ends, the rules are taken out; any that are left are named.",
        "End it now? The rules are taken out, the count is shown.  y, Ctrl-C yes   n no",
        "Ended early: taking the rules out …",
        "Taking the rules out …",
    ),
}


class Printed(Log):
    """The output of the commands; it scrolls by the letters that scroll a page."""

    BINDINGS: ClassVar[list[BindingType]] = [*SCROLL_KEYS]


class ApplyScreen(StepScreen):
    """The Apply step: a run as it works. It goes on to the result by itself; a failure and its rollback stay until Enter. ``q`` asks
    first; what is called off is rolled back."""

    STEP = 5
    TOPIC = "apply"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "the result"),
        Binding("escape", "back", "back", show=False),
        Binding("q", "leave", "stop"),
        Binding("y", "stop", "yes, stop"),
        Binding("n", "go_on", "no, go on"),
    ]

    def __init__(self, title: str = "", steps: tuple[Step, ...] = (), kind: RunKind = "apply") -> None:
        super().__init__()
        self.kind: RunKind = kind
        if kind == "rehearse":
            self.STEP, self.BAR = 3, REHEARSAL_STEPS
        self.steps = list(steps)
        self.asking = False
        self.is_over = False
        """Whether a run that failed is over, and waits to be read."""
        self._title = title
        self._partial = ""

    def body(self) -> ComposeResult:
        """Steps, output, and the line that says how it can be stopped."""
        yield Document(id="page")
        yield Printed(id="output", max_lines=MOST_LINES, auto_scroll=True)
        yield Static("", id="question", markup=False)

    def begin(self) -> None:
        """Follow the run."""
        self.page.can_focus = False
        if self.kind == "apply":
            does = self.session.lesson.what_enter_does("result", "the result")
            self._bindings.key_to_bindings["enter"] = [Binding("enter", "forward", does)]
        self.say_how_to_stop()
        self.set_interval(1 / PAINTS_A_SECOND, self.follow)

    def lines(self, width: int) -> list[Line]:
        """Steps and progress for a width."""
        # The trainer's words at this step are about the run that carries the plan out, no other.
        page = self.opening(width) if self.kind == "apply" else Page(width, self.signs)
        if self._title:
            page.say((self._title, "strong"), indent=2)
        if not self.steps:
            page.say(("Starting …", "dim"), indent=2)
        run = self.wizard.at_work
        for index, step in enumerate(self.steps):
            page.lines.append(step_line(step, width, self.signs, run.seconds(index) if run and not step.seconds else None))
            if step.state == "failed":
                page.say((step.message, "bad"), indent=4)
            elif step.state == "running" and step.message:
                page.say((step.message, "dim"), indent=4)
        page.gap()
        page.lines.append(progress_line(done_count(self.steps), len(self.steps), width, self.signs))
        return page.lines

    @property
    def goes_back(self) -> bool:
        """Whether a step has failed, or was called off, so that nothing is left to be stopped."""
        return any(step.state == "failed" for step in self.steps)

    def follow(self) -> None:
        """Take in what happened since the last time; go on when the run is over."""
        run = self.wizard.at_work
        if run is None:
            return
        busy = run.busy  # asked before the events are taken, so that none is left behind
        events = run.take()
        text: list[str] = []
        for event in events:
            if isinstance(event, StepChanged):
                while len(self.steps) < event.total:
                    self.steps.append(Step(f"step{len(self.steps)}", ""))
                self.steps[event.index] = event.step
                if self.goes_back:
                    self.asking = False
                    self.say_how_to_stop()
                    self.refresh_bindings()
            elif isinstance(event, Output):
                text.append(event.text)
        if text:
            self.write("".join(text))
        if events or any(step.state == "running" for step in self.steps):
            self.show_page(keep_place=True)
            rows = self.page.line_count
            if self.page.styles.height is None or self.page.styles.height.value != rows:
                self.page.styles.height = rows
        if busy or events:
            return
        if run.report is None or self.wizard.ending or not self.goes_back:
            self.wizard.run_ended()
        elif not self.is_over:
            self.is_over, self.asking = True, False
            self.say_how_to_stop()
            self.refresh_bindings()

    def write(self, text: str) -> None:
        """Write whole lines to the output; a line that is not yet ended waits."""
        whole, newline, rest = (self._partial + text).rpartition("\n")
        self._partial = rest[-10_000:]
        if newline:
            output = self.query_one("#output", Log)
            follows = not output.has_focus or output.is_vertical_scroll_end  # Tab and the arrows stop it to read
            width = output.scrollable_content_region.width or self.size.width
            lines = whole.split("\n")[-MOST_LINES:]
            output.write_lines([row for line in lines for row in self._wrapped(self.signs.text(line), width)])
            if follows:
                output.scroll_end(animate=False, x_axis=False)
            output.refresh()  # once max_lines are kept, the place stays the same and Textual 8.2.8 repaints nothing

    def _wrapped(self, line: str, width: int) -> list[str]:
        """A *line* of the output, a long one on several rows: what stands in it must not be cut without a sign."""
        if cells(line) <= width or width < 10:
            return [line]
        page = Page(width, self.signs)
        page.say(line, hanging=2, width=width)
        return [plain(each) for each in page.lines]

    def say_how_to_stop(self) -> None:
        """Say above the keys how the run can be stopped."""
        run = self.wizard.at_work
        if self.is_over and run is not None and run.report is not None:
            text = f"{'Called off' if run.cancelled else 'It failed'}: {run.report.headline}. Enter shows the result."
        elif self.goes_back:
            text = _MANNERS[self.kind].goes_back
        elif self.asking:
            text = _MANNERS[self.kind].question
        elif run is not None and run.cancelled:
            text = _MANNERS[self.kind].called_off
        else:
            text = _MANNERS[self.kind].ends
        self.query_one("#question", Static).update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: the answers only while asked; nothing leads away from a run."""
        if action in ("stop", "go_on"):
            return self.asking
        if action in ("copy", "find", "back"):
            return False
        if action == "forward":
            return self.is_over
        if action == "leave" and self.kind in ("recover", "finish"):
            return False  # a recovery is not called off: it would be half done again
        if action == "leave":
            run = self.wizard.at_work
            return run is not None and not run.cancelled and not self.asking and not self.goes_back
        return super().check_action(action, parameters)

    def action_forward(self) -> None:
        """Go on to the result: what stands here is read."""
        self.wizard.run_ended()

    def action_leave(self) -> None:
        """Ask whether to stop the run."""
        self.asking = True
        self.say_how_to_stop()
        self.refresh_bindings()

    def interrupt(self) -> None:
        """Ask at the first Ctrl-C; take a second one, of somebody who wants it to end, for the answer; where the run is over, go on to what came
        of it, which the next one leaves."""
        if self.asking:
            self.action_stop()
        elif self.is_over:
            self.action_forward()
        else:
            super().interrupt()

    def action_stop(self) -> None:
        """Call the run off; its own rollback is shown like any step."""
        self.asking = False
        if self.wizard.at_work is not None:
            self.wizard.at_work.cancel()
        self.say_how_to_stop()
        self.refresh_bindings()

    def action_go_on(self) -> None:
        """Let the run go on working."""
        self.asking = False
        self.say_how_to_stop()
        self.refresh_bindings()
