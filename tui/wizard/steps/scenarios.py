"""The list of scenarios: simulated hosts, each with its lesson."""

from __future__ import annotations

from itertools import accumulate
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.widgets.data_table import ColumnKey

from tui.views.page import Span, plain, wrap
from tui.views.words import count, lesson_mark
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.bars import Note
from tui.wizard.widgets.rows import Rows

NAME = 18
"""Columns of a scenario's name."""
RIGHT = 7
"""Columns of how many answers were right, in a course."""


class ScenariosScreen(StepScreen):
    """The list of scenarios: Enter walks the one under the cursor; the cursor begins on the first, where all goes well."""

    TOPIC = "scenarios"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "walk this one"),
        Binding("P", "predict", "predict first"),
        Binding("escape", "back", "back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.heights: list[int] = []
        """How many rows each scenario takes."""

    def demo_text(self) -> str:
        """DEMO alone: no scenario is walked here, whatever was walked before."""
        return "DEMO"

    def who(self) -> str:
        """Nothing, since no host is chosen."""
        return ""

    def intro(self) -> str:
        """What the list is, whether each step is predicted first, and how far a course is."""
        course = self.session.lesson.course
        state = "on: each step asks what it will show" if self.session.lesson.predict else "off"
        first = "" if self.session.demo else " Begin with fresh."
        intro = f"Simulated hosts: no root, no auditd, nothing touched.{first} Predict first is {state}."
        if course is not None:
            kept = f" It could not be kept: {course.trouble}." if course.trouble else ""
            intro = f"{course.text} Simulated hosts, each step predicted first.{kept}"
        lesson, report = self.session.lesson, self.session.report
        name = lesson.name.rpartition("/")[2]
        if report is not None and report.run:
            intro = f"Each walk begins anew: what was run on {name} is gone. {intro}"
        if course is None and lesson.walked:
            intro += f" {self.signs.good} walked to its end."
        return f"{name}: {lesson.score.text}. {intro}" if name and lesson.score.text else intro

    def body(self) -> ComposeResult:
        """The widgets of the screen: a sentence, the list with whole lessons, and how many more lie out of sight. What was walked to its end,
        a result or a plan that is blocked, has a mark from now on."""
        session = self.session
        if session.demo is not None and (session.report is not None or (session.plan is not None and session.plan.blockers)):
            session.lesson.walked.add(session.demo.name)
        yield Note(self.intro(), self.signs, id="intro")
        yield Rows(id="rows")
        yield Note("", self.signs, id="below")

    def begin(self) -> None:
        """Fill the list."""
        rows = self.query_one(Rows)
        course = self.session.lesson.course
        if course is not None:
            rows.add_column("right", width=RIGHT, key="right")
        rows.add_column("lesson" if course is not None else "scenario", width=NAME, key="name")
        rows.add_column("what it teaches", width=20, key="lesson")
        names = [demo.name for demo in self.session.demos]
        here = self.session.demo.name if self.session.demo else "fresh"
        self.list_rows(course.next if course is not None else names.index(here) if here in names else 0)
        rows.focus()
        self.watch(rows, "scroll_y", self.tell_below, init=False)

    def list_rows(self, at: int) -> None:
        """Show a row for each scenario, as high as its lesson needs at this width; the cursor on row *at*."""
        rows = self.query_one(Rows)
        course = self.session.lesson.course
        column = rows.columns[ColumnKey("lesson")]
        column.width, column.auto_width = max(20, self.size.width - NAME - 8 - (RIGHT + 2 if course is not None else 0)), False
        rows.clear()
        self.heights = []
        for demo in self.session.demos:
            lesson = self.signs.text(demo.lesson or "A captured host: no lesson, and no trainer.")
            lines = [plain(line) for line in wrap([Span(lesson)], column.width)]
            self.heights.append(len(lines))
            mark = f" {self.signs.good}" if course is None and demo.name in self.session.lesson.walked else ""
            cells = [rows.cell(self.signs.text(demo.name) + mark), rows.cell("\n".join(lines))]
            if course is not None:
                cells.insert(0, rows.cell(*lesson_mark(course.done.get(demo.name), self.signs)))
            rows.add_row(*cells, key=demo.name, height=len(lines))
        rows.move_cursor(row=at)
        self.call_after_refresh(self.tell_below)

    def on_resize(self, event: Resize) -> None:
        """Wrap the lessons anew."""
        if self.query(Rows) and self.query_one(Rows).columns:
            self.list_rows(self.query_one(Rows).cursor_row)

    def tell_below(self) -> None:
        """Say how many scenarios, or lessons of a course, lie above and below the window."""
        rows = self.query_one(Rows)
        start = rows.scroll_offset.y
        end = start + rows.scrollable_content_region.height - rows.header_height
        ends = list(accumulate(self.heights))
        above = sum(last - height < start for last, height in zip(ends, self.heights))
        below = sum(last > end for last in ends)
        what = "more scenario" if self.session.lesson.course is None else "more lesson"
        told = [f"▾ {count(below, what)} below"] if below else []
        told += [f"▴ {above} above" if below else f"▴ {count(above, what)} above"] if above else []
        self.query_one("#below", Note).say("   ".join(told))

    def on_rows_resized(self) -> None:
        """Count anew: what is said above the keys takes a row of the list."""
        if self.heights:
            self.tell_below()

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        """Walk the scenario under the cursor where it is clicked once more."""
        if event.again:
            self.action_forward()

    def action_forward(self) -> None:
        """Start the scenario."""
        demos = self.session.demos
        at = self.query_one(Rows).cursor_row
        if 0 <= at < len(demos):
            self.session.start(demos[at])
            self.wizard.begin_walk()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: a course is always predicted first."""
        return not (action == "predict" and self.session.lesson.course is not None) and super().check_action(action, parameters)

    def action_predict(self) -> None:
        """Turn on or off that the trainee is asked before each verdict shows."""
        self.session.lesson.predict = not self.session.lesson.predict
        self.query_one("#intro", Note).say(self.intro())
        self.say(
            "Predict first is on: each step asks what it will show."
            if self.session.lesson.predict
            else "Predict first is off: nothing is asked."
        )

    def action_back(self) -> None:
        """Do nothing, since nothing lies before this list: one Escape too many ends no program."""
        self.say("Nothing lies before this list; q quits.")
