"""The list of scenarios: simulated hosts, each with its lesson."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.bars import Note
from tui.wizard.widgets.rows import Rows


class ScenariosScreen(StepScreen):
    """The list of scenarios: Enter walks the one under the cursor; the cursor begins on the first, where all goes well."""

    TOPIC = "scenarios"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "walk this one"),
        Binding("P", "predict", "predict first"),
        Binding("escape", "back", "back", show=False),
    ]

    def body(self) -> ComposeResult:
        """The widgets of the screen: a sentence, the list, and below it the whole lesson of the row under the cursor: a narrow list cuts it off."""
        course = self.session.course
        intro = "Simulated hosts: no root, no auditd, nothing is touched. Choose one and walk it; fresh is the one to begin with."
        if course is not None:
            kept = f" It could not be kept: {course.trouble}." if course.trouble else ""
            intro = f"{course.text} Simulated hosts, each step predicted first.{kept}"
        yield Note(intro, self.signs, id="intro")
        yield Rows(id="rows")
        yield Note("", self.signs, id="lesson")

    def begin(self) -> None:
        """Fill the list."""
        rows = self.query_one(Rows)
        course = self.session.course
        if course is not None:
            rows.add_column("right", width=7)
        rows.add_column("lesson" if course is not None else "scenario", width=18)
        rows.add_column("what it teaches")
        for demo in self.session.demos:
            cells = [rows.cell(self.signs.text(demo.name)), rows.cell(self.signs.text(demo.lesson))]
            if course is not None:
                done = course.done.get(demo.name)
                cells.insert(0, rows.cell(f"{self.signs.good} {done.right}/{done.asked}" if done else "", "good"))
            rows.add_row(*cells, key=demo.name)
        names = [demo.name for demo in self.session.demos]
        here = self.session.demo.name if self.session.demo else "fresh"
        if course is not None:
            rows.move_cursor(row=course.next)
        else:
            rows.move_cursor(row=names.index(here) if here in names else 0)
        rows.focus()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what the scenario under the cursor teaches."""
        lesson = self.session.demos[event.cursor_row].lesson
        self.query_one("#lesson", Note).say(lesson or "A captured host: no lesson, and no trainer.")

    def action_forward(self) -> None:
        """Start the scenario."""
        demos = self.session.demos
        at = self.query_one(Rows).cursor_row
        if 0 <= at < len(demos):
            self.session.start(demos[at])
            self.wizard.begin_walk()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: a course is always predicted first."""
        return not (action == "predict" and self.session.course is not None) and super().check_action(action, parameters)

    def action_predict(self) -> None:
        """Turn on or off that the trainee is asked before each verdict shows."""
        self.session.predict = not self.session.predict
        self.say(
            "Predict first is on: each step asks what it will show."
            if self.session.predict
            else "Predict first is off: nothing is asked."
        )

    def action_back(self) -> None:
        """Do nothing, since nothing lies before this list."""
        self.action_leave()
