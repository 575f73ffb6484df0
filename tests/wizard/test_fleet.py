"""The fleet on a screen, driven by keys."""

from __future__ import annotations

import asyncio
import re

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.views.fleet.test_forms import host
from tui.base.dataclass import replace
from tui.fleet.fleet import fleet
from tui.wizard.fleet import FleetApp, FleetTextScreen, HostsScreen
from tui.wizard.terminal import TerminalChoice
from tui.wizard.widgets.bars import KeyLine, Note
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.rows import Rows

MADE = fleet((host("web-01", "pass", "fail"), host("web-02", "pass"), host("db", "unknown"), host("none", "notapplicable")))


def names(pilot: Pilot[int]) -> list[str]:
    screen = pilot.app.screen
    assert isinstance(screen, HostsScreen)
    assert screen.query_one(Rows).row_count == len(screen.shown)
    return [each.name for each in screen.shown]


def note(pilot: Pilot[int], name: str) -> str:
    return " ".join(str(pilot.app.screen.query_one(name, Note).render()).split())


async def test_hosts_are_filtered_by_state_and_by_name() -> None:
    async with FleetApp(MADE, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        assert names(pilot) == ["web-01", "db", "none", "web-02"]
        seen = []
        for _ in range(5):
            await pilot.press("s")
            seen.append(names(pilot))
        assert seen == [["web-01"], ["db"], ["web-02"], ["none"], ["web-01", "db", "none", "web-02"]]
        await pilot.press("slash", *"WEB", "enter")
        assert names(pilot) == ["web-01", "web-02"]
        assert "Shown: 2 named like “WEB”." in note(pilot, "#summary")
        await pilot.press("escape")
        assert names(pilot) == ["web-01", "db", "none", "web-02"]


async def test_earlier_checks_are_a_group_of_their_own_and_what_is_unread_is_said() -> None:
    made = fleet(MADE.hosts, ["bad.json: no document"], against=[host(name, "pass", "pass") for name in ("web-01", "db", "lost")])
    async with FleetApp(made, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        assert "could not be read: bad.json" in note(pilot, "#summary")
        assert "No check of now tells of lost, which earlier ones do." in note(pilot, "#summary")
        await pilot.press("s", "s", "s", "s", "s")
        assert names(pilot) == ["web-01", "db"]
        assert "2 where something passed earlier." in note(pilot, "#summary")


async def test_the_figures_are_of_the_hosts_that_are_shown() -> None:
    async with FleetApp(MADE, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        assert "5 verdicts: 2 pass, 1 fail, 1 unknown and 1 do not apply." in note(pilot, "#summary")
        await pilot.press("s")
        assert "Shown: 1 with failures. 2 verdicts: 1 pass and 1 fail." in note(pilot, "#summary")
        await pilot.press("slash", "w")
        assert "1 of 1" in str(pilot.app.screen.query_one("#prompt-note", Static).render())
        await pilot.press("z")
        assert note(pilot, "#summary").endswith("Shown: 0 with failures named like “wz”.")


async def test_the_columns_say_the_whole_numbers_of_their_controls() -> None:
    async with FleetApp(MADE, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        rows = pilot.app.screen.query_one(Rows)
        assert [str(column.label).split() for column in rows.ordered_columns][-1] == ["1.2.", "3", "4"]
        drawn = ["".join(segment.text for segment in rows.render_line(row)).split() for row in (0, 1)]
        assert drawn == [["1.2."], ["host", "fail", "checked", "3", "4"]]


async def test_enter_opens_the_host_under_the_cursor_and_escape_leads_back() -> None:
    app = FleetApp(MADE, TerminalChoice("rich"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert note(pilot, "#reason") == "web-01: 1 of 2 fail, 1.2.4 /usr/bin/p4."
        await pilot.press("enter")
        assert isinstance(app.screen, FleetTextScreen)
        shown = app.screen.query_one(Document).text
        assert "✗ 1.2.4  /usr/bin/p4: NOT audited" in shown
        assert "mend it" in shown
        await pilot.press("escape")
        assert isinstance(app.screen, HostsScreen)
        await pilot.press("q")
    assert app.return_value == 0


async def test_s_goes_through_those_sets_that_have_a_host() -> None:
    now = 1_795_000_000 + 86_400 * 8
    made = fleet((host("old", "pass"), replace(host("bad", "fail"), epoch=now)), now=now)
    async with FleetApp(made, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        assert "which hosts" in str(pilot.app.screen.query_one(KeyLine).render())
        seen = []
        for _ in range(4):
            await pilot.press("s")
            seen.append(names(pilot))
        assert seen == [["bad"], ["old"], ["old"], ["bad", "old"]]
    fine = fleet((host("fine", "pass"),))
    async with FleetApp(fine, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        assert names(pilot) == ["fine"]
        assert "which hosts" not in str(pilot.app.screen.query_one(KeyLine).render())


async def test_escape_lets_the_name_go_and_then_leaves() -> None:
    app = FleetApp(MADE, TerminalChoice("rich"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"db")
        assert names(pilot) == ["db"]
        await pilot.press("escape")
        assert names(pilot) == ["web-01", "db", "none", "web-02"]
        assert app.return_value is None
        await pilot.press("slash", *"db", "enter", "escape")
        assert len(names(pilot)) == 4
        await pilot.press("escape")
    assert app.return_value == 0


@pytest.mark.parametrize("controls", [10, 16])
async def test_every_control_shows_in_eighty_columns_beside_long_names(controls: int) -> None:
    name = "production-web-1.example.org"
    made = fleet((host(name, *["fail"] * controls), host("b", "pass")), now=1_795_000_000 + 86_400 * 45)
    async with FleetApp(made, TerminalChoice("rich")).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = pilot.app.screen.query_one(Rows)
        assert rows.virtual_size.width <= rows.scrollable_content_region.width
        shown = [str(cell) for cell in rows.get_row_at(0)]
        assert re.fullmatch("prod.*….*org", shown[0])
        assert shown[-1].count("✗") == controls
        assert ("45 d ago, old" in shown) == (controls == 10)
        assert note(pilot, "#reason").startswith(f"{name}: {controls} of {controls} fail, ")
        assert "2 of 2 checks are old, over 7 d." in note(pilot, "#summary")
        await pilot.resize_terminal(120, 24)
        for _ in range(100):  # the screen is told of its size after the app
            if str(rows.get_row_at(0)[0]) == name:
                break
            await pilot.pause(0.05)
        assert str(rows.get_row_at(0)[0]) == name


async def test_no_host_matches_and_nothing_breaks() -> None:
    async with FleetApp(MADE, TerminalChoice("mono", ascii=True)).run_test(size=(60, 20)) as pilot:
        await pilot.press("slash", *"zzz", "enter", "enter")
        assert names(pilot) == []
        assert note(pilot, "#reason") == "No such host."


async def test_a_question_mark_explains_the_list() -> None:
    app = FleetApp(MADE, TerminalChoice("rich"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(app.screen, FleetTextScreen)
        assert "fails, and somebody answers for it" in app.screen.query_one(Document).text
        await pilot.press("question_mark")
        assert isinstance(app.screen, HostsScreen)


@pytest.mark.parametrize("turns", [0, 1, 2, 5])
async def test_an_end_while_a_page_is_built_is_no_crash(turns: int) -> None:
    """Textual mounts no widget once an app ends, and tells the screen all the same that it is mounted."""
    app = FleetApp(MADE, TerminalChoice("rich"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.push_screen(FleetTextScreen("help", lambda width, signs: [], app.signs))
        for _ in range(turns):
            await asyncio.sleep(0)
        app.exit(0)
        await pilot.pause()
    assert app.return_code == 0
