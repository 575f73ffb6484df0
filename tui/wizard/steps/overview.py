"""Overview: every control that was asked for with its result, to choose from."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.widgets import DataTable
from textual.widgets.data_table import ColumnKey

from tui.base.typing import TYPE_CHECKING
from tui.views.page import Line, Page, cells, cut
from tui.views.pages.finding import beside_lines
from tui.views.pages.overview import again_text, counts_text, matches, row_lines, row_parts, rows_text, urgent_text
from tui.views.words import count, place_text
from tui.wizard.readings import look
from tui.wizard.steps.base import StepScreen
from tui.wizard.widgets.bars import Note
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import Prompt
from tui.wizard.widgets.rows import Rows

if TYPE_CHECKING:
    from tui.plan.values import Plan
    from tui.verdict.values import Finding
    from tui.wizard.chosen import Chosen

HEADS = ("", "number", "now\nrwxa", "boot\nrwxa", "grep", "state", "path")
"""What stands above the columns: what is recorded now and after the next boot, of r w x a; what the benchmark's grep says."""
CURSOR_RESTS = 0.05
"""Seconds after which the row under the cursor is planned for: neither the first verdicts nor a held arrow key wait for plans."""
WIDE = 130
"""From this many columns on, the finding under the cursor stands beside the list."""


class OverviewScreen(StepScreen):
    """The Overview: a row a control, and the finding under the cursor below or beside. Space marks, ``a`` marks all that fail, Enter
    walks what is marked, or the row under the cursor."""

    TOPIC = "overview"
    READS = True
    LOOKS_AGAIN = "R"
    SETTLES = True
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (WIDE, "-beside")]  # noqa: RUF012 - as Screen declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", "walk"),
        Binding("space", "mark", "mark"),
        Binding("a", "mark_failing", "mark failing"),
        Binding("tab", "read_on", "read on", show=False),
        Binding("R", "again", "read again", show=False),
        Binding("slash", "filter", "filter"),
        Binding("h", "history", "history"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[Finding] = []
        """The findings that the filter shows, in the order of the rows."""
        self.urgent = ""
        """What is most urgent about the host besides its rules."""

    def body(self) -> ComposeResult:
        """The widgets of the screen: a line of counts, the list, and the finding under the cursor."""
        # As it will be: where the first layout finds it out, all is styled and laid out a second time.
        self.add_class("-beside" if self.app.size.width >= WIDE else "-stacked")
        yield Note("Reading the host …", self.signs, id="summary")
        with Container(id="split"):
            yield Rows(id="rows", cell_padding=0, header_height=2)
            yield Document(id="page")

    def begin(self) -> None:
        """Read the host."""
        self.page.can_focus = False
        self.page.below_key = "Tab"
        rows = self.query_one(Rows)
        for head in HEADS:
            rows.add_column(Text(head), key=head, width=1 + max(map(len, head.split("\n"))))
        rows.focus()
        self.watch(rows, "scroll_y", self.sum_up, init=False)
        look(self, self.fill)

    def action_again(self) -> None:
        """Read the host anew, and say what that has shown."""
        before = self.wizard.findings

        def then() -> None:
            self.fill()
            self.say(again_text(before, self.wizard.findings))

        look(self, then)

    @property
    def chosen(self) -> Chosen:
        """What is chosen here, kept while other screens are shown."""
        return self.wizard.chosen

    # --- the rows ----------------------------------------------------------------------------------------------------------

    @property
    def here(self) -> Finding | None:
        """The finding under the cursor; None where no row is shown."""
        at = self.query_one(Rows).cursor_row
        return self.listed[at] if 0 <= at < len(self.listed) else None

    def fill(self) -> None:
        """Show a row for each finding that the filter lets through, once the host is read."""
        self.wizard.planned = {}
        self.urgent = urgent_text(self.wizard.findings, self.session.facts)
        self.list_rows()
        self.host_is_read()
        self.call_after_refresh(self.wizard.paint)

    def list_rows(self) -> None:
        """Show a row for each finding that the filter lets through; the cursor stays on its control."""
        rows = self.query_one(Rows)
        here = self.here.slug if self.here else self.chosen.slug
        self.listed = [finding for finding in self.wizard.findings if matches(finding, self.chosen.needle)]
        self.set_widths()
        rows.clear()
        for finding in self.listed:
            rows.add_row(*self.cells(finding), key=finding.slug)
        slugs = [finding.slug for finding in self.listed]
        if here in slugs:
            rows.move_cursor(row=slugs.index(here))
        self.sum_up()
        self.show_page()
        self.name_escape()

    @property
    def rows_hidden(self) -> int:
        """How many rows of the list are out of sight, reckoned from the room that its style gives it once the summary has its rows."""
        summary, split = self.query_one("#summary", Note), self.query_one("#split")
        both = split.size.height + summary.size.height
        if not split.size.height:
            return 0
        hidden = 0
        for _ in range(2):  # that rows are out of sight is said, too, which may take another row
            room = (both - self.summary_rows(hidden)) * (100 if self.size.width >= WIDE else 67) // 100
            hidden = max(0, len(self.listed) + self.query_one(Rows).header_height - room)
        return hidden

    def summary_rows(self, hidden: int) -> int:
        """The rows of the summary: as many as it takes with all marked, or with none, so that no mark moves the list."""
        rows_of = self.query_one("#summary", Note).rows_of
        return max(rows_of(self.summary_text(hidden, marked)) for marked in (0, len(self.wizard.findings)))

    def summary_text(self, hidden: int, marked: int | None = None) -> str:
        """What the summary says where *hidden* rows are out of sight, above or below, with as many *marked* as are, or as are told."""
        marked = len(self.chosen.marked) if marked is None else marked
        unseen = len(self.chosen.marked - {finding.slug for finding in self.listed})
        counts = "…"
        if self.wizard.findings:
            counts = counts_text(self.wizard.findings, len(self.listed), self.chosen.needle, marked, unseen, self.urgent)
        above = min(hidden, round(self.query_one(Rows).scroll_y))
        where = f"{'▴' if above else ''}{'▾' if hidden > above else ''}"
        return f"{counts} {where} {count(hidden, 'row')} out of sight." if hidden else counts

    def set_widths(self) -> None:
        """Give each column the room that its widest cell takes; the path has what is left, and is cut where that is too little."""
        rows = self.query_one(Rows)
        columns = zip(*(row_parts(finding, self.signs) for finding in self.wizard.findings))
        needs = [max(sum(cells(text) for text, _ in parts) for parts in column) for column in columns]
        wide = [3, *(max(need, *map(len, head.split("\n"))) for need, head in zip(needs, HEADS[1:6]))]
        for head, width in zip(HEADS, wide):
            column = rows.columns[ColumnKey(head)]
            column.width, column.auto_width = width + 1, False
        beside = self.size.width >= WIDE
        longest = max((cells(self.signs.text(place_text(finding))) for finding in self.wizard.findings), default=4)
        room = self.size.width - 2 - sum(wide) - len(wide)
        scrolls = self.rows_hidden > 0
        path = rows.columns[ColumnKey("path")]
        path.width, path.auto_width = max(8, longest if beside else min(longest, room - scrolls)), False
        rows.styles.width = sum(wide) + len(wide) + path.width + 3 if beside else "100%"

    def cells(self, finding: Finding) -> list[Text]:
        """The cells of one row of the list."""
        rows = self.query_one(Rows)
        mark = "[x]" if finding.slug in self.chosen.marked else "[ ]" if finding.result == "fail" else "   "
        path, room = self.signs.text(place_text(finding)), rows.columns[ColumnKey("path")].width
        if cells(path) > room:
            path = cut(path, room, self.signs.text("…"))
        return [rows.cell(mark), *map(rows.spans, row_parts(finding, self.signs)), rows.cell(path)]

    def on_resize(self, event: Resize) -> None:
        """Give the columns their room anew."""
        if self.wizard.findings:
            self.list_rows()

    def sum_up(self) -> None:
        """Say how many controls have which result, which the filter shows, what is marked, and how many rows are out of sight."""
        summary, hidden = self.query_one("#summary", Note), self.rows_hidden
        summary.say(self.summary_text(hidden), self.summary_rows(hidden))

    # --- the finding under the cursor --------------------------------------------------------------------------------------

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the finding under the cursor; plan for it, where that is not done yet, once the cursor rests."""
        self.show_page()
        if self.here is not None:
            self.chosen.slug = self.here.slug
            self.set_timer(CURSOR_RESTS, partial(self.plan_for, self.here.slug))

    def plan_for(self, slug: str) -> None:
        """Plan for the control where the cursor still is."""
        if self.here is None or self.here.slug != slug or slug in self.wizard.planned:
            return
        plans, apart = self.wizard.planned, self.session.apart()
        plans[slug] = None

        def show(plan: Plan | None) -> None:
            plans[slug] = plan
            self.show_page(keep_place=True)

        self.wizard.in_thread(self, partial(apart.plan_alone, slug), show, reads=False)

    def lines(self, width: int) -> list[Line]:
        """The finding under the cursor."""
        if self.here is None:
            page = Page(width, self.signs, indent=2)
            if self.wizard.findings:
                page.say(("No row has these letters.", "dim"))
            return page.lines
        lines = row_lines(self.here, self.wizard.planned.get(self.here.slug), width, self.signs)
        facts = self.session.facts
        if self.size.width < WIDE or facts is None or self.here.coverage is None:
            return lines
        return [*lines, (), *beside_lines(self.here, facts, width, self.signs)]

    def copy_text(self) -> str:
        """The text to copy: the rows that are shown, and the finding under the cursor."""
        return rows_text(self.listed, self.signs) + "\n" + self.page.text

    # --- keys --------------------------------------------------------------------------------------------------------------

    def action_read_on(self) -> None:
        """Show what lies below of the finding under the cursor; behind its end its beginning. The arrows move the cursor here."""
        page = self.page
        if page.scroll_offset.y >= page.max_scroll_y:
            page.scroll_home(animate=False)
        else:
            page.scroll_relative(y=max(1, page.size.height - 2), animate=False)

    def action_history(self) -> None:
        """Show the runs of this host."""
        self.wizard.go("history")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now: nothing to choose before the host is read; the filter has its own keys while it is open."""
        if action == "mark_failing" and not any(finding.fails for finding in self.listed):
            return False
        if not self.listed and (action in ("mark", "copy") or (action == "forward" and not self.chosen.marked)):
            return False
        if action in ("forward", "mark", "mark_failing", "filter", "again", "copy"):
            return bool(self.wizard.findings) and not self.prompt_open
        if action == "find" or (action == "back" and not self.session.is_demo):
            return False
        return super().check_action(action, parameters)

    def name_escape(self) -> None:
        """Say in the key line what Escape does: the filter goes first."""
        self._bindings.key_to_bindings["escape"] = [
            Binding("escape", "show_all", "show all") if self.chosen.needle else Binding("escape", "back", "back")
        ]
        self.refresh_bindings()

    def action_mark(self) -> None:
        """Mark or unmark the row, and go to the next."""
        self.turn_mark()
        self.query_one(Rows).action_cursor_down()

    def turn_mark(self) -> None:
        """Mark or unmark the row under the cursor."""
        finding = self.here
        if finding is not None:
            self.chosen.marked ^= {finding.slug}
            self.query_one(Rows).update_cell(finding.slug, HEADS[0], self.cells(finding)[0])
            self.sum_up()

    def action_mark_failing(self) -> None:
        """Mark all controls that fail, waived ones aside, and that the filter shows; if they all are marked, none of them."""
        failing = {finding.slug for finding in self.listed if finding.fails}
        self.chosen.marked = self.chosen.marked - failing if self.chosen.marked >= failing else self.chosen.marked | failing
        self.list_rows()

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        """Mark where the mark is clicked; a click on the row under the cursor walks it."""
        if event.column == 0:
            self.turn_mark()
        elif event.again:
            self.action_forward()

    def action_forward(self) -> None:
        """Walk the marked ones, or the row under the cursor."""
        if chosen := tuple(self.chosen.marked) or ((self.here.slug,) if self.here else ()):
            self.chosen.read = self.session.apart()
            self.session.select(chosen)
            self.wizard.go("control")

    def action_filter(self) -> None:
        """Ask for letters to filter the list by."""
        self.prompt.ask("filter", "Show rows with:", "keep", self.chosen.needle)

    def on_prompt_typing(self, event: Prompt.Typing) -> None:
        """Filter the list while letters are typed."""
        if event.purpose == "filter":
            self.chosen.needle = event.text
            self.list_rows()
            self.prompt.note(f"{len(self.listed)} of {len(self.wizard.findings)}")

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Keep the filter on Enter."""
        self.prompt.display = False
        self.restore_focus()

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Let all rows back on Escape."""
        self.action_show_all()

    def action_show_all(self) -> None:
        """Let all rows back; what is marked stays marked."""
        self.chosen.needle = ""
        self.list_rows()
        self.restore_focus()

    def restore_focus(self) -> None:
        """Give the focus to the list, which scrolls here."""
        self.query_one(Rows).focus()
        self.refresh_bindings()

    def action_back(self) -> None:
        """Go back to the scenarios, where there are any."""
        self.wizard.go_out()
