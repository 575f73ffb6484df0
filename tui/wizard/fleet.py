"""The fleet on a screen: rows are hosts, Enter opens one, letters filter them. Nothing here reads a machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.widgets import DataTable

from tui.base.amounts import first_of
from tui.base.resources import package_text
from tui.fleet.documents import CheckedHost
from tui.fleet.fleet import Fleet
from tui.views.fleet.host import fails_text, help_lines, host_lines
from tui.views.fleet.terminal import LEAST_NAME, name_width
from tui.views.fleet.words import checked_text, headline, kind_of, missing_text, number_heads, old_count, summary, unread_text
from tui.views.page import Line, cut_middle
from tui.views.signs import ASCII, UNICODE, Signs
from tui.views.words import result_sign
from tui.wizard.driver.resilient_driver import SteadyDriver
from tui.wizard.terminal import TerminalChoice
from tui.wizard.themes import THEMES
from tui.wizard.widgets.bars import KeyLine, Note, TopLine, WholeCells
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.prompt import Prompt
from tui.wizard.widgets.rows import Rows

GROUPS = {
    "all": "",
    "failing": "with failures",
    "unknown": "not fully known",
    "compliant": "compliant",
    "without": "with nothing to audit",
    "old": "whose check is old",
    "drifted": "where something passed earlier",
}
"""What ``s`` goes through, in words: every host, and each set of a fleet's that has any."""

_FAIL, _PADDING, _FRAME = 4, 2, 3
"""Widths in columns: of the number of failing controls, what each column has beside it, and the list's margins with its scroll bar."""

Lines = Callable[[int, Signs], list[Line]]
"""Makes a page's lines for a width in columns."""


class FleetApp(App[int], inherit_bindings=False):
    """The hosts of a fleet as a Textual application."""

    CSS: ClassVar[str] = "".join(package_text("tui.wizard", look) for look in ("opening.tcss", "wizard.tcss"))
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q,q", "exit_0", "quit", show=False, priority=False)]

    def __init__(self, fleet: Fleet, choice: TerminalChoice) -> None:
        super().__init__(driver_class=SteadyDriver, ansi_color=True if choice.kind in ("ansi16", "mono") else None)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = choice.theme
        self.fleet = fleet
        self.signs = ASCII if choice.ascii else UNICODE
        ScrollBar.renderer = WholeCells if choice.ascii else ScrollBarRender

    def on_mount(self) -> None:
        """Show the hosts."""
        self.push_screen(HostsScreen(self.fleet, self.signs))

    def action_exit_0(self) -> None:
        """Quit."""
        self.exit(0)


class HostsScreen(Screen[None]):
    """The hosts, a row each, with a sign for each control."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "open", "open"),
        Binding("slash", "filter", "filter by name"),
        Binding("s", "group", "which hosts"),
        Binding("escape", "back", "back"),
        Binding("question_mark", "help", "help"),
    ]

    def __init__(self, fleet: Fleet, signs: Signs) -> None:
        super().__init__()
        self.fleet, self.signs = fleet, signs
        self.needle, self.group = "", "all"
        self.shown: tuple[CheckedHost, ...] = ()
        self.layout_of = (0, False)
        """How wide the names are, and whether the age is shown."""

    def compose(self) -> ComposeResult:
        """A line of counts, the hosts, and the sentence on the one under the cursor."""
        yield TopLine("docker-audit-wizard", "", "report", "", self.signs)
        yield Note("", self.signs, id="summary")
        yield Rows(id="rows", header_height=2)
        yield Note("", self.signs, id="reason")
        yield Prompt(self.signs)
        yield KeyLine(self.signs)

    def on_mount(self) -> None:
        """Show all hosts."""
        if not self.is_attached:
            return  # it has ended while the screen was built
        self.query_one(Rows).focus()
        self.lay_out(self.size.width)

    def on_resize(self, event: Resize) -> None:
        """Give the names the room that there is now."""
        self.lay_out(event.size.width)

    def lay_out(self, width: int) -> None:
        """Make the columns for *width* columns of the terminal: names are cut before a control is, and the age goes before a name does."""
        hosts, columns = self.fleet.hosts, self.fleet.columns
        matrix = max(1, 3 * len(columns) - 1)
        room = width - matrix - _FRAME - _FAIL - _PADDING * 3
        aged = max([len("checked"), *(len(checked_text(self.fleet, host)) for host in hosts)])
        dated = room - aged - _PADDING >= LEAST_NAME
        names = name_width([self.signs.text(host.name) for host in hosts], room - (aged + _PADDING if dated else 0))
        if (names, dated) == self.layout_of:
            return
        self.layout_of = (names, dated)
        rows = self.query_one(Rows)
        at = rows.cursor_row
        rows.clear(columns=True)
        prefix, numbers = number_heads(columns)
        rows.add_column("\nhost", width=names)
        rows.add_column("\nfail", width=_FAIL)
        if self.layout_of[1]:
            rows.add_column("\nchecked", width=aged)
        rows.add_column(Text(f"{prefix}\n" + " ".join(f"{number[:2]:>2}" for number in numbers)), width=matrix)
        self.fill()
        rows.move_cursor(row=at)

    def fill(self) -> None:
        """Show the hosts that the filters let through."""
        self.shown = tuple(host for host in self.grouped if self.needle.lower() in host.name.lower())
        rows = self.query_one(Rows)
        rows.clear()
        for host in self.shown:
            name = cut_middle(self.signs.text(host.name), self.layout_of[0], self.signs.text("…"))
            cells = [rows.cell(name), rows.cell(f"{host.fail_count:>{_FAIL}}", "bad" if host.fail_count else "dim")]
            if self.layout_of[1]:
                cells.append(rows.cell(checked_text(self.fleet, host), "warn" if self.fleet.is_old(host) else ""))
            signs = " ".join(f"{self._sign(host, column.slug):>2}" for column in self.fleet.columns)
            rows.add_row(*cells, rows.cell(signs))
        filters = [word for word in (GROUPS[self.group], f"named like “{self.needle}”" if self.needle else "") if word]
        only = f" Shown: {len(self.shown)} {' '.join(filters)}." if filters else " The one with the most failing controls is first."
        told = [headline(self.fleet) + only]
        of = self.fleet.part(self.shown) if filters else self.fleet
        told += [summary(of)] if of.hosts else []
        told += [f"{old}."] if (old := old_count(of)) else []
        told += [missing_text(self.fleet)] if self.fleet.missing else []
        told += [unread_text(self.fleet)] if self.fleet.unread else []
        self.query_one("#summary", Note).say(" ".join(told))
        self.tell()
        self.show_keys()

    def _sign(self, host: CheckedHost, slug: str) -> str:
        verdict = host.verdict(slug)
        if verdict is None:
            return ""
        return "w" if kind_of(verdict) == "waived" else result_sign(verdict.result, self.signs)

    def show_keys(self) -> None:
        """The keys that do something now."""
        if self.query_one(Prompt).display:
            self.query_one(KeyLine).show_keys([("Enter", "keep", "keep_filter"), ("Esc", "all names", "close_filter")])
            return
        filtered = self.needle or self.group != "all"
        keys = [("Enter", "open", "open")]
        keys += [("s", "which hosts", "group")] if len(self.groups) > 1 else []
        keys += [("/", "filter by name", "filter")]
        keys += [("Esc", "show all", "back"), ("q", "quit", "leave")] if filtered else [("Esc", "quit", "leave")]
        self.query_one(KeyLine).show_keys([*keys, ("?", "help", "help")])

    def tell(self) -> None:
        """Say of the host under the cursor what fails there."""
        at = self.query_one(Rows).cursor_row
        host = self.shown[at] if 0 <= at < len(self.shown) else None
        failing = [verdict for verdict in host.verdicts if verdict.fails] if host else []
        if host is None:
            said = "No such host."
        elif failing:
            said = f"{host.name}: {fails_text(host)}, {first_of([f'{each.control} {each.path}' for each in failing])}."
        else:
            unclear = f" {host.unclear_count} cannot be told." if host.unclear_count else ""
            said = f"{host.name}: {fails_text(host)}.{unclear}"
        checked = f" Checked {checked_text(self.fleet, host)}." if host is not None and self.fleet.age(host) is not None else ""
        self.query_one("#reason", Note).say(said + checked)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell of another host."""
        self.tell()

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        """Open the host under the cursor where it is clicked once more."""
        if event.again:
            self.action_open()

    def action_open(self) -> None:
        """Open the host under the cursor."""
        at = self.query_one(Rows).cursor_row
        if 0 <= at < len(self.shown) and not self.query_one(Prompt).display:
            host = self.shown[at]
            aged = checked_text(self.fleet, host) if self.fleet.age(host) is not None else ""
            self.app.push_screen(FleetTextScreen(host.name, partial(host_lines, host, aged=aged), self.signs))

    @property
    def grouped(self) -> list[CheckedHost]:
        """The hosts of the chosen set, the one with the most failing controls first."""
        names = {host.name for host in (self.fleet.hosts if self.group == "all" else getattr(self.fleet, self.group))}
        return [host for host in self.fleet.worst_first if host.name in names]

    @property
    def groups(self) -> list[str]:
        """The sets of hosts that there are here, and that are not all of them again."""
        return [group for group in GROUPS if group == "all" or 0 < len(getattr(self.fleet, group)) < len(self.fleet.hosts)]

    def action_group(self) -> None:
        """Show the next group of hosts."""
        groups = self.groups
        self.group = groups[(groups.index(self.group) + 1) % len(groups)]
        self.fill()

    def action_filter(self) -> None:
        """Ask for letters of the name."""
        self.query_one(Prompt).ask("filter", "Hosts named like:", "keep", self.needle)
        self.show_keys()

    def action_keep_filter(self) -> None:
        """Close the filter's line, and keep what it lets through."""
        self.query_one(Prompt).display = False
        self.query_one(Rows).focus()
        self.show_keys()

    def action_close_filter(self) -> None:
        """Close the filter's line, and let it go."""
        self.query_one(Prompt).action_close()

    def action_help(self) -> None:
        """Explain the signs and the keys."""
        self.app.push_screen(FleetTextScreen("help", help_lines, self.signs))

    def on_prompt_typing(self, event: Prompt.Typing) -> None:
        """Filter while the letters come."""
        self.needle = event.text
        self.fill()
        self.query_one(Prompt).note(f"{len(self.shown)} of {len(self.grouped)}")

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Keep the filter on Enter."""
        self.action_keep_filter()

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Let the filter by name go on Escape."""
        self.needle = ""
        self.fill()
        self.query_one(Rows).focus()

    def action_back(self) -> None:
        """Let the filters go; without one quit."""
        if not self.needle and self.group == "all":
            self.action_leave()
            return
        self.needle, self.group = "", "all"
        self.fill()

    def action_leave(self) -> None:
        """Quit."""
        self.app.exit(0)


class FleetTextScreen(Screen[None]):
    """A page to read: one host as its document has it, or the help."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,ctrl+j,question_mark", "back", "back")]

    def __init__(self, title: str, lines: Lines, signs: Signs) -> None:
        super().__init__()
        self.heading, self.lines, self.signs = title, lines, signs

    def compose(self) -> ComposeResult:
        """The page."""
        yield TopLine("docker-audit-wizard", self.heading, "report", "", self.signs)
        yield Document(id="page")
        yield KeyLine(self.signs)

    def on_mount(self) -> None:
        """Show the page."""
        if not self.is_attached:
            return  # it has ended while the screen was built
        page = self.query_one(Document)
        page.signs = self.signs
        page.show(lambda width: self.lines(width, self.signs))
        page.focus()
        self.query_one(KeyLine).show_keys([("Esc", "back", "back"), ("q", "quit", "leave")])

    def action_back(self) -> None:
        """Go back to the hosts."""
        self.app.pop_screen()

    def action_leave(self) -> None:
        """Quit."""
        self.app.exit(0)


def run_fleet(fleet: Fleet, choice: TerminalChoice) -> int:
    """Show *fleet* until the user leaves; 70 after a crash."""
    app = FleetApp(fleet, choice)
    result = app.run(mouse=choice.mouse)
    return result if result is not None else app.return_code or 0
