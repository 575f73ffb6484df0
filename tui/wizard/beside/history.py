"""History, beside the walk: every run of this host, to open and to undo."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.widgets import DataTable
from textual.widgets.data_table import ColumnKey

from tui.base.amounts import zone_text
from tui.base.bounded_reading import read_file
from tui.base.cleaning import in_words
from tui.base.typing import TYPE_CHECKING
from tui.views.page import Line, cells, cut
from tui.views.pages.history import ended_text, run_cells, run_lines
from tui.views.pages.report_text import markdown_lines
from tui.views.words import count
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.bars import Note
from tui.wizard.widgets.rows import Rows

if TYPE_CHECKING:
    from tui.run.journal.run_records import RunRecord
    from tui.run.taking_back.lines_left import LinesLeft

_MOST_REPORT_BYTES = 4 << 20
"""As much of a report as is opened; the rest can be read where it lies."""


HEADS = {"when": 19, "who": 12, "what": 16, "how it ended": 0}
"""The columns with the most that each takes, or its head; the last one takes what is left."""
LEAST_ENDED = 12


class HistoryScreen(StepScreen):
    """The History: one row a run, newest first. Enter opens one, ``u`` shows what undoing it would change."""

    TOPIC = "history"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "open", "open its report"),
        Binding("u", "undo", "undo it"),
        Binding("R", "again", "read again", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.runs: tuple[tuple[RunRecord, LinesLeft | None], ...] = ()
        self.trouble = ""
        """Why the journal could not be read."""

    def body(self) -> ComposeResult:
        """The widgets of the screen: a sentence, the list, and below it how the run under the cursor ended, in full."""
        yield Note("Reading the journal …", self.signs, id="summary")
        yield Rows(id="rows")
        yield Note("", self.signs, id="reason")

    def begin(self) -> None:
        """Read the journal."""
        self.wizard.home = ""
        rows = self.query_one(Rows)
        for title, width in HEADS.items():
            rows.add_column(title, width=width, key=title)
        rows.focus()
        self.action_again()

    def action_again(self) -> None:
        """Read the journal anew."""
        apart = self.session.apart()

        def work() -> tuple[tuple[tuple[RunRecord, LinesLeft | None], ...], str]:
            try:
                return apart.past.history(), ""
            except OSError as trouble:
                return (), in_words(trouble)

        def show(found: tuple[tuple[tuple[RunRecord, LinesLeft | None], ...], str]) -> None:
            self.runs, self.trouble = found
            self.fill()

        self.wizard.in_thread(self, work, show)

    def fill(self) -> None:
        """Show a row for each run."""
        rows = self.query_one(Rows)
        places = {record.run: place for place, (record, _) in enumerate(self.runs)}
        at = places.get(self.wizard.history_at, rows.cursor_row)
        self.wizard.history_at = ""
        rows.clear()
        told = [run_cells(record, left) for record, left in self.runs]
        heads = [f"when ({zone_text(*(record.started for record, _ in self.runs))})", *[*HEADS][1:]]
        widths = [
            max(len(heads[at]), min(most, max([0, *(cells(self.signs.text(str(row[at]))) for row in told)])))
            for at, most in enumerate([*HEADS.values()][:-1])
        ]
        widths.append(max(LEAST_ENDED, self.size.width - 3 - sum(widths) - 2 * len(HEADS)))
        for title, head, width in zip(HEADS, heads, widths):
            column = rows.columns[ColumnKey(title)]
            column.width, column.auto_width, column.label = width, False, Text(head)
        more = self.signs.text("…")
        for (record, _), (*some, (ended, role)) in zip(self.runs, told):
            shown = [rows.cell(cut(self.signs.text(text), width, more)) for text, width in zip(some, widths)]
            rows.add_row(*shown, rows.cell(cut(self.signs.text(ended), widths[-1], more), role), key=record.run)
        rows.move_cursor(row=min(at, max(0, len(self.runs) - 1)))
        number = len(self.runs)
        undoable = sum(record.undoable for record, _ in self.runs)
        trouble = self.trouble
        can = (
            f", {undoable or 'none'} of them can be undone"
            if number > 1
            else "; it can be undone"
            if undoable
            else "; it cannot be undone any more"
        )
        said = f"{count(number, 'run')}{can}." if number else "No run yet."
        self.query_one("#summary", Note).say(f"The journal cannot be read: {trouble}" if trouble else said[:1].upper() + said[1:])
        self.refresh_bindings()

    def on_resize(self, event: Resize) -> None:
        """Give the columns their room anew."""
        if self.runs:
            self.fill()

    @property
    def record(self) -> RunRecord | None:
        """The run under the cursor; None where there is none."""
        at = self.query_one(Rows).cursor_row
        return self.runs[at][0] if 0 <= at < len(self.runs) else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say how the run under the cursor ended."""
        for record, left in self.runs:
            if record.run == event.row_key.value:
                those = f" ({', '.join(record.controls)})" if len(record.controls) > 1 else ""
                said = f"Run {record.run}{those}: {ended_text(record, left)}. {record.message}"
                self.query_one("#reason", Note).say(said.strip())
        self.refresh_bindings()

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        """Open the run under the cursor where it is clicked once more."""
        if event.again:
            self.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: only what left a change can be undone; there must be a run to open."""
        if action in ("open", "undo"):
            record = self.record if self.query("#rows") else None
            return record is not None and (action == "open" or record.undoable) and not self.prompt_open
        return super().check_action(action, parameters)

    def action_open(self) -> None:
        """Open the run: its evidence report, or what the journal tells where none was written."""
        record = self.record
        if record is None:
            return
        text = ""
        if record.report:
            try:
                text = read_file(record.report, _MOST_REPORT_BYTES).decode("utf-8", "replace")
            except OSError:
                text = ""

        def build(width: int) -> list[Line]:
            if text:
                return markdown_lines(text, width, self.signs)
            return run_lines(record, width, self.signs)

        self.wizard.open_text(f"Run {record.run}", build)

    def action_undo(self) -> None:
        """Show what undoing the run would change, and what has happened since."""
        if (record := self.record) is not None:
            self.wizard.undo_of(record)

    def action_back(self) -> None:
        """Go back to the overview, or to the one control."""
        self.wizard.go("overview" if self.session.several else "control")

    def restore_focus(self) -> None:
        """Give the focus to the list."""
        self.query_one(Rows).focus()
        self.refresh_bindings()
