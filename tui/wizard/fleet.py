"""The fleet on a screen: rows are hosts, Enter opens one, letters filter them. Nothing here reads a machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.widgets import DataTable

from tui.base.amounts import local_text
from tui.base.resources import package_text
from tui.fleet.documents import CheckedHost
from tui.fleet.fleet import Fleet
from tui.views.fleet.host import help_lines, host_lines
from tui.views.fleet.terminal import headline, summary, unread_text
from tui.views.page import Line
from tui.views.page import cells as display_cells
from tui.views.signs import ASCII, UNICODE, Signs
from tui.views.words import result_sign
from tui.wizard.resilient_driver import SteadyDriver
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
    "without": "with nothing to audit",
    "drifted": "where something passed earlier",
}
"""What ``s`` goes through, in words: every host, those with failures, those not fully known, those with nothing to audit; and where earlier
checks were given, those on which something passed in them and does not now."""

Lines = Callable[[int, Signs], list[Line]]
"""Makes a page's lines for a width in columns."""


class FleetApp(App[int], inherit_bindings=False):
    """The hosts of a fleet as a Textual application."""

    CSS: ClassVar[str] = package_text("tui.wizard", "wizard.tcss")
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

    def compose(self) -> ComposeResult:
        """A line of counts, the hosts, and the sentence on the one under the cursor."""
        yield TopLine("docker-audit-wizard", "", "report", "", self.signs)
        yield Note("", self.signs, id="summary")
        yield Rows(id="rows")
        yield Note("", self.signs, id="reason")
        yield Prompt(self.signs)
        yield KeyLine(self.signs)

    def on_mount(self) -> None:
        """Make the columns, and show all hosts."""
        rows = self.query_one(Rows)
        rows.add_column("host", width=min(24, max([4, *(display_cells(host.name) for host in self.fleet.hosts)])))
        rows.add_column("fail", width=4)
        rows.add_column("checked", width=16)
        prefix = self.fleet.columns[0].control.rpartition(".")[0] + "." if self.fleet.columns else ""
        rows.add_column(prefix + " ".join(f"{column.control.rpartition('.')[2]:>2}" for column in self.fleet.columns))
        rows.focus()
        self.fill()

    def fill(self) -> None:
        """Show the hosts that the filters let through."""
        hosts: tuple[CheckedHost, ...] = self.fleet.hosts if self.group == "all" else getattr(self.fleet, self.group)
        self.shown = tuple(host for host in hosts if self.needle.lower() in host.name.lower())
        rows = self.query_one(Rows)
        rows.clear()
        for host in self.shown:
            fails = sum(verdict.fails for verdict in host.verdicts)
            when = local_text(host.epoch, "minute") if host.epoch is not None else "not told"
            cells = rows.cell(" ".join(f"{self._sign(host, column.slug):>2}" for column in self.fleet.columns))
            number = rows.cell(f"{fails:>4}", "bad" if fails else "dim")
            rows.add_row(rows.cell(self.signs.text(host.name)), number, rows.cell(when), cells)
        filters = [word for word in (GROUPS[self.group], f"named like “{self.needle}”" if self.needle else "") if word]
        only = f" Shown: {len(self.shown)} {' '.join(filters)}." if filters else ""
        self.query_one("#summary", Note).say(
            " ".join(
                [f"{headline(self.fleet)}{only}", summary(self.fleet), *([unread_text(self.fleet)] if self.fleet.unread else [])]
            )
        )
        self.tell()
        self.show_keys()

    def _sign(self, host: CheckedHost, slug: str) -> str:
        verdict = host.verdict(slug)
        if verdict is None:
            return ""
        return "w" if verdict.waiver and verdict.result == "fail" else result_sign(verdict.result, self.signs)

    def show_keys(self) -> None:
        """The keys that do something now."""
        if self.query_one(Prompt).display:
            self.query_one(KeyLine).show_keys([("Enter", "keep", "close_filter"), ("Esc", "close", "close_filter")])
            return
        filtered = self.needle or self.group != "all"
        keys = [("Enter", "open", "open"), ("s", "which hosts", "group"), ("/", "filter by name", "filter")]
        keys += [("Esc", "show all", "back")] if filtered else []
        self.query_one(KeyLine).show_keys([*keys, ("q", "quit", "leave"), ("?", "help", "help")])

    def tell(self) -> None:
        """Say of the host under the cursor what fails there."""
        at = self.query_one(Rows).cursor_row
        host = self.shown[at] if 0 <= at < len(self.shown) else None
        failing = [verdict for verdict in host.verdicts if verdict.fails] if host else []
        told = ", ".join(f"{each.control} {each.path}" for each in failing[:3]) + (
            f" and {len(failing) - 3} more" if len(failing) > 3 else ""
        )
        if host is None:
            said = "No such host."
        elif failing:
            said = f"{host.name}: {told} not audited."
        else:
            said = f"{host.name}: {'nothing to audit' if host in self.fleet.without else 'nothing fails'}."
        self.query_one("#reason", Note).say(said)

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
            self.app.push_screen(TextScreen(host.name, partial(host_lines, host), self.signs))

    def action_group(self) -> None:
        """Show the next group of hosts."""
        groups = [group for group in GROUPS if group != "drifted" or self.fleet.compared]
        self.group = groups[(groups.index(self.group) + 1) % len(groups)]
        self.fill()

    def action_filter(self) -> None:
        """Ask for letters of the name."""
        self.query_one(Prompt).ask("filter", "Hosts named like:", "keep", self.needle)
        self.show_keys()

    def action_close_filter(self) -> None:
        """Close the filter's line."""
        self.query_one(Prompt).action_close()

    def action_help(self) -> None:
        """Explain the signs and the keys."""
        self.app.push_screen(TextScreen("help", help_lines, self.signs))

    def on_prompt_typing(self, event: Prompt.Typing) -> None:
        """Filter while the letters come."""
        self.needle = event.text
        self.fill()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Keep the filter."""
        self.query_one(Prompt).action_close()

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Give the keys back to the rows."""
        self.query_one(Rows).focus()
        self.show_keys()

    def action_back(self) -> None:
        """Let the filters go; without one do nothing, since q quits."""
        if self.needle or self.group != "all":
            self.needle, self.group = "", "all"
            self.fill()

    def action_leave(self) -> None:
        """Quit."""
        self.app.exit(0)


class TextScreen(Screen[None]):
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
