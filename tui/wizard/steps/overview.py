"""Overview: every control that was asked for with its result, to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable
from textual.widgets.data_table import ColumnKey

from tui.views.pages.finding import number_column, summary_parts
from tui.views.words import RESULT_ROLES, STATE_WORDS, result_sign
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.bars import Note
from tui.wizard.widgets.prompt import Prompt
from tui.wizard.widgets.rows import Rows

if TYPE_CHECKING:
    from tui.verdict.values import Finding


class OverviewScreen(StepScreen):
    """The Overview: a list of controls. Space marks, ``a`` marks all that fail, Enter walks what is marked, or the row under the cursor."""

    TOPIC = "overview"
    SETTLES = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "walk"),
        Binding("space", "mark", "mark"),
        Binding("a", "mark_failing", "mark failing"),
        Binding("R", "again", "read again", show=False),
        Binding("slash", "filter", "filter"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.marked: set[str] = set()
        self.needle = ""
        self.listed_slugs: list[str] = []

    def body(self) -> ComposeResult:
        """The widgets of the screen: a sentence, the list, and below it the reason for the state under the cursor."""
        yield Note("Reading the host …", self.signs, id="summary")
        yield Rows(id="rows")
        yield Note("", self.signs, id="reason")

    def begin(self) -> None:
        """Read the host."""
        rows = self.query_one(Rows)
        rows.add_column(" ", key="mark", width=3)
        rows.add_column("control", key="number", width=7)
        rows.add_column("state", key="state", width=20)
        rows.add_column("path", key="path")
        rows.focus()
        self.action_again()

    def action_again(self) -> None:
        """Read the host anew."""
        self.wizard.look(self.fill)

    def fill(self) -> None:
        """Show a row for each finding that the filter lets through."""
        findings = self.wizard.findings
        self.sum_up()
        rows = self.query_one(Rows)
        widest = max((cell_len(self.signs.text(finding.path)) for finding in findings), default=4)
        path = rows.columns[ColumnKey("path")]
        path.width, path.auto_width = widest, False
        rows.columns[ColumnKey("number")].width = number_column(findings) - 1
        here = (
            self.listed_slugs[rows.cursor_row]
            if self.listed_slugs and rows.cursor_row < len(self.listed_slugs)
            else self.wizard.last_slug
        )
        rows.clear()
        self.listed_slugs = []
        for finding in findings:
            if self.needle.lower() in f"{finding.control} {finding.path} {STATE_WORDS[finding.state]} {finding.result}".lower():
                rows.add_row(*self.cells(finding), key=finding.slug)
                self.listed_slugs.append(finding.slug)
        if here in self.listed_slugs:
            rows.move_cursor(row=self.listed_slugs.index(here))
        self.host_is_read()

    def sum_up(self) -> None:
        """Say how many controls have which result, and what Enter does now."""
        findings = self.wizard.findings
        failing = sum(finding.result == "fail" for finding in findings)
        text = summary_parts(findings)
        if self.marked:
            several = f"the {len(self.marked)} marked as one plan"
            text += f". Enter walks {several if len(self.marked) > 1 else 'the marked one'}."
        elif failing:
            text += ". Enter walks this row."
        self.query_one("#summary", Note).say(text[:1].upper() + text[1:])

    def cells(self, finding: Finding) -> list[Text]:
        """The cells of one row of the list."""
        rows = self.query_one(Rows)
        mark = "[x]" if finding.slug in self.marked else "[ ]" if finding.result == "fail" else "   "
        state = f"{result_sign(finding.result, self.signs)} {STATE_WORDS[finding.state]}"
        return [
            rows.cell(mark),
            rows.cell(self.signs.text(finding.control)),
            rows.cell(state, RESULT_ROLES[finding.result]),
            rows.cell(self.signs.text(finding.path)),
        ]

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say why the row under the cursor is what it is."""
        slug = event.row_key.value
        reasons = next(((*finding.reasons, *finding.details) for finding in self.wizard.findings if finding.slug == slug), ())
        self.query_one("#reason", Note).say(reasons[0].text if reasons else "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: nothing to choose before the host is read; the filter has its own keys while it is open."""
        if action == "mark_failing" and all(finding.result != "fail" for finding in self.wizard.findings):
            return False
        if action in ("forward", "mark", "mark_failing", "filter", "again"):
            return bool(self.wizard.findings) and not self.prompt_open
        if action == "back" and not self.session.is_demo:
            return False
        return super().check_action(action, parameters)

    def action_mark(self) -> None:
        """Mark or unmark the row, and go to the next."""
        rows = self.query_one(Rows)
        if not 0 <= rows.cursor_row < len(self.listed_slugs):
            return
        slug = self.listed_slugs[rows.cursor_row]
        self.marked ^= {slug}
        finding = next(finding for finding in self.wizard.findings if finding.slug == slug)
        rows.update_cell(slug, "mark", self.cells(finding)[0])
        self.sum_up()
        rows.action_cursor_down()

    def action_mark_failing(self) -> None:
        """Mark all controls that fail; if they all are marked, none."""
        failing = {finding.slug for finding in self.wizard.findings if finding.result == "fail"}
        self.marked = set() if self.marked >= failing else self.marked | failing
        self.fill()

    def action_forward(self) -> None:
        """Walk the marked ones, or the row under the cursor."""
        rows = self.query_one(Rows)
        if not self.listed_slugs:
            return
        slug = self.listed_slugs[min(rows.cursor_row, len(self.listed_slugs) - 1)]
        self.wizard.last_slug = slug
        self.session.select(tuple(self.marked) or (slug,))
        self.wizard.go("control")

    def action_filter(self) -> None:
        """Ask for letters to filter the list by."""
        self.query_one(Prompt).ask("filter", "Show rows with:", "keep", self.needle)

    def on_prompt_typing(self, event: Prompt.Typing) -> None:
        """Filter the list while letters are typed."""
        if event.purpose == "filter":
            self.needle = event.text
            self.fill()
            self.query_one(Prompt).note(f"{len(self.listed_slugs)} of {len(self.wizard.findings)}")

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Keep the filter on Enter."""
        self.query_one(Prompt).display = False
        self.restore_focus()

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Let all rows back on Escape."""
        self.needle = ""
        self.fill()
        self.restore_focus()

    def restore_focus(self) -> None:
        """Give the focus to the list, which scrolls here."""
        self.query_one(Rows).focus()
        self.refresh_bindings()

    def action_back(self) -> None:
        """Go back to the scenarios, where there are any."""
        self.wizard.go_out()
