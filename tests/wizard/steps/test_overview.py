"""Every key and every branch of the overview: marks, filter, the finding below, the mouse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.wizard import samples
from tests.wizard.walk import (
    FAMILY,
    STATES,
    SampleSession,
    app,
    sample_demo,
    screen_text,
)
from tests.wizard.walking import Walk, walked
from tui.wizard.widgets.bars import KeyLine, Note
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.rows import Rows

pytestmark = pytest.mark.slow


async def test_the_overview_marks_filters_and_walks_a_selection() -> None:
    session = SampleSession(FAMILY)

    async def test(walk: Walk) -> None:
        text = screen_text(walk.app)
        assert walk.at == "OverviewScreen"
        assert "1 audited, 2 NOT audited, 1 not applicable" in text
        assert walk.app.screen.query_one(Rows).cursor_row == 2  # 1.2.11
        await walk.press("a")
        assert screen_text(walk.app).count("[x]") == 2
        await walk.press("a")
        assert "[x]" not in screen_text(walk.app)
        assert "marked" not in screen_text(walk.app)
        assert "1 marked: Enter walks it." in " ".join((await walk.press("up", "space")).split())
        assert "2 marked: Enter walks them." in " ".join((await walk.press("space")).split())
        assert screen_text(walk.app).count("[x]") == 2
        await walk.press("enter")
        assert [control.slug for control in session.question.controls] == ["etc-docker", "containerd"]
        assert "control 1 of 2" in screen_text(walk.app)
        assert "control 2 of 2" in await walk.press("n")
        await walk.press("n")
        assert session.index == 1
        await walk.press("p", "enter")
        assert "/etc/docker is NOT audited" in screen_text(walk.app)
        assert "/usr/bin/containerd is NOT audited" in await walk.press("n")
        await walk.press("enter", "enter", "y", "e", "s", "enter")
        await walk.until("ResultScreen")
        await walk.press("enter")
        assert walk.at == "OverviewScreen"
        assert "[x]" not in await walk.settled(), "what was carried out is marked no more"

    await walked(test, session)


@pytest.mark.parametrize("way", ["h", "enter"])
async def test_the_overview_keeps_cursor_marks_and_filter_while_another_screen_is_shown(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SampleSession(FAMILY)
    monkeypatch.setattr(session.past, "history", lambda: ())

    async def test(walk: Walk) -> None:
        await walk.press("slash", *"cker", "enter", "home", "space")
        before = await walk.settled()
        cursor = walk.app.screen.query_one(Rows).cursor_row
        assert "[x]" in before
        assert cursor > 0
        await walk.press(way)
        assert walk.at != "OverviewScreen"
        assert await walk.press("escape") == before
        assert walk.app.screen.query_one(Rows).cursor_row == cursor

    await walked(test, session)


async def test_the_row_under_the_cursor_is_in_sight_and_the_hidden_ones_are_counted() -> None:
    family = tuple(samples.control(f"own-{number}", f"1.2.{number}", f"/opt/docker/{number}") for number in range(1, 13))
    session = SampleSession(family)
    session.states = {control.slug: "unaudited" for control in family}

    async def test(walk: Walk) -> None:
        await walk.press(*("down",) * 9)
        await walk.press("enter")
        text = await walk.press("escape")
        assert walk.at == "OverviewScreen"
        rows = walk.app.screen.query_one(Rows)
        assert rows.cursor_row == 9
        for keys_on in (("home",), ("down",) * 8, ()):
            seen = [line.split()[2] for line in text.splitlines() if re.match(r"\W*\[ \] *1\.2\.", line)]
            assert f"1.2.{rows.cursor_row + 1}" in seen
            where = (
                f"{'▴' * ('1.2.1' not in seen)}{'▾' * ('1.2.12' not in seen)}"  # how far it has scrolled is the list's own business
            )
            assert f" {where} {12 - len(seen)} rows out of sight" in " ".join(text.split())
            text = await walk.press(*keys_on)

    await walked(test, session, size=(60, 20))


async def test_the_overview_walks_the_row_under_the_cursor_where_nothing_is_marked() -> None:
    session = SampleSession(FAMILY)

    async def test(walk: Walk) -> None:
        await walk.press("enter")
        assert [control.slug for control in session.question.controls] == ["containerd"]
        await walk.press("escape")
        assert walk.at == "OverviewScreen"

    await walked(test, session)


async def test_the_overview_shows_the_whole_name_of_a_control_of_ones_own() -> None:
    named = samples.control("containers-storage", "containers-storage", "/var/lib/containers")
    session = SampleSession((*FAMILY, named), states=STATES | {named.slug: "unaudited"})

    async def test(walk: Walk) -> None:
        assert "containers-storage ✗✗✗✗" in screen_text(walk.app)

    await walked(test, session)


async def test_the_filter_narrows_while_typing_and_escape_brings_all_back() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("slash")
        text = await walk.type("runc")
        assert re.search(r"(?<!\d)1 of 4\b", text)
        assert "/usr/bin/dockerd" not in text
        await walk.press("enter")
        assert "/usr/bin/dockerd" not in screen_text(walk.app)
        await walk.press("slash", "escape")
        assert "/usr/bin/dockerd" in screen_text(walk.app)
        await walk.press("slash", *"nothing-like-it")
        text = await walk.press("enter", "enter", "space")
        assert walk.at == "OverviewScreen"
        assert "No row has these letters." in text

    await walked(test, SampleSession(FAMILY))


async def test_where_the_filter_shows_no_row_enter_walks_what_is_marked_and_is_named_only_then() -> None:
    session = SampleSession(FAMILY)

    async def test(walk: Walk) -> None:
        await walk.press("slash", *"nothing-like-it", "enter")
        assert not {"Enter walk", "Space mark", "y copy"} & set(re.split(r" {2,}", walk.keys.strip()))
        await walk.press("escape", "space", "slash", *"nothing-like-it")
        text = " ".join((await walk.press("enter")).split())
        assert "1 marked, not shown: Enter walks it." in text
        assert "Enter walk" in walk.keys
        await walk.press("enter")
        assert walk.at == "ControlScreen", "what is promised is done"

    await walked(test, session)


async def test_a_kept_filter_is_shown_and_escape_lets_it_go_before_anything_else_and_loses_no_mark() -> None:
    session = SampleSession(FAMILY, demos=(sample_demo(),), demo=sample_demo())

    async def test(walk: Walk) -> None:
        await walk.press("space")
        text = " ".join((await walk.press("slash", *"etc", "enter")).split())
        assert '1 of 4 shown, with "etc"; Esc shows all.' in text
        assert re.search(r"(?<!\d)1 marked", text)
        assert "Esc show all" in walk.keys
        text = await walk.press("escape")
        assert walk.at == "OverviewScreen"
        assert "shown, with" not in text
        assert text.count("[x]") == 1
        assert "Esc back" in walk.keys
        await walk.press("escape")
        assert walk.at == "ScenariosScreen"

    await walked(test, session)


async def test_mark_failing_marks_what_the_filter_shows_and_nothing_else() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("slash", *"containerd", "enter", "a")
        text = await walk.press("escape")
        assert text.count("[x]") == 1
        assert "[x] 1.2.11" in text
        await walk.press("slash", *"etc", "enter", "a", "a")
        assert (await walk.press("escape")).count("[x]") == 1, "unmarked again is what is shown, not the rest"

    await walked(test, SampleSession(FAMILY))


async def test_mark_failing_leaves_what_is_waived_which_a_mark_of_its_own_still_takes() -> None:
    async def test(walk: Walk) -> None:
        text = await walk.press("a")
        assert text.count("[x]") == 1
        assert "[x] 1.2.5" in text
        assert (await walk.press("space")).count("[x]") == 2
        await walk.press("a")
        assert "[x] 1.2.11" in screen_text(walk.app), "unmarked again is what a marks, not the rest"

    await walked(test, SampleSession(FAMILY, waived=("containerd",)))


async def test_reading_again_says_what_it_has_shown() -> None:
    session = SampleSession(FAMILY)

    async def test(walk: Walk) -> None:
        await walk.press("R")
        assert "The host was read again: no row has changed." in walk.keys
        session.states = session.states | {"containerd": "audited"}
        await walk.press("R")
        assert "The host was read again: 1 row has changed." in walk.keys
        await walk.press("enter", "enter", "R")
        assert "The host was read again." in walk.keys

    await walked(test, session)


async def test_the_overview_is_copied_as_its_rows_and_the_finding_below() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("y")
        path = Path(walk.app.screen.query_one(KeyLine).message.split("Copied to ")[1].split(" and ")[0])
        copied = path.read_text()
        assert copied.splitlines()[0].split() == ["control", "now", "boot", "grep", "state", "path"]
        assert "1.2.11   ✗✗✗✗" in copied
        assert "✗ /usr/bin/containerd is NOT audited" in copied

    await walked(test, SampleSession(FAMILY))


async def test_the_finding_under_the_cursor_tells_the_rule_and_the_plan() -> None:
    async def test(walk: Walk) -> None:
        text = screen_text(walk.app)
        assert "Rule    -w /usr/bin/containerd-shim" in text
        assert "Plan    adds -w /usr/bin/containerd -k docker, loads, restarts auditd" in text
        assert "/etc/docker is NOT audited" in await walk.press("up")

    await walked(test, SampleSession(FAMILY))


async def test_tab_reads_on_below_the_list_and_comes_round() -> None:
    async def test(walk: Walk) -> None:
        page = walk.app.screen.query_one("#page", Document)
        assert page.below_key == "Tab", "told in the last row, where there is room for it"
        cursor = walk.app.screen.query_one(Rows).cursor_row
        await walk.press("tab")
        assert page.scroll_offset.y > 0
        assert walk.app.screen.query_one(Rows).cursor_row == cursor
        await walk.press(*("tab",) * 20)
        seen = {page.scroll_offset.y}
        for _ in range(5):
            await walk.press("tab")
            seen.add(page.scroll_offset.y)
        assert {0, page.max_scroll_y} <= seen

    await walked(test, SampleSession(FAMILY), size=(80, 14))


async def test_on_a_wide_screen_the_finding_stands_beside_the_list() -> None:
    async def test(walk: Walk) -> None:
        assert any("1.2.3 " in line and "/usr/bin/containerd is NOT audited" in line for line in screen_text(walk.app).splitlines())
        await walk.pilot.resize_terminal(80, 24)
        await walk.pilot.pause()
        below = screen_text(walk.app).splitlines()
        assert not any("1.2.3 " in line and "is NOT audited" in line for line in below)
        assert sum("1.2." in line and "[" in line[:3] for line in below) >= 2

    await walked(test, SampleSession(FAMILY), size=(160, 50))


async def test_a_click_marks_a_row_chooses_one_and_walks_the_chosen_one() -> None:
    session = SampleSession(FAMILY)

    async def test(walk: Walk) -> None:
        await walk.pilot.click(Rows, offset=(2, 3))
        await walk.settled()
        assert "[x] 1.2.5" in screen_text(walk.app)
        await walk.pilot.click(Rows, offset=(2, 3))
        await walk.settled()
        assert "[ ] 1.2.5" in screen_text(walk.app)
        await walk.pilot.click(Rows, offset=(45, 2))
        await walk.settled()
        assert walk.app.screen.query_one(Rows).cursor_row == 0
        assert walk.at == "OverviewScreen"
        await walk.pilot.click(Rows, offset=(45, 2))
        await walk.settled()
        assert walk.at == "ControlScreen"
        assert [control.slug for control in session.question.controls] == ["dockerd"]

    await walked(test, session)


async def test_no_mark_moves_the_rows_under_the_mouse() -> None:
    """The summary keeps the room that it takes with marks."""
    family = tuple(samples.control(f"own-{number}", f"1.2.{number}", f"/opt/docker/{number}") for number in range(1, 5))
    session = SampleSession(family)
    states = ("pending-reboot", "not-loaded", "shadowed", "audited")
    session.states = {control.slug: state for control, state in zip(family, states)}

    async def test(walk: Walk) -> None:
        rows = walk.app.screen.query_one(Rows)
        before, summary = rows.region.y, walk.app.screen.query_one("#summary", Note)
        without = summary.rows_of(walk.app.screen.summary_text(0))
        await walk.pilot.click(Rows, offset=(2, 3))
        assert "1 marked" in " ".join((await walk.settled()).split())
        assert summary.rows_of(walk.app.screen.summary_text(0)) > without, "the mark needs another row"
        assert rows.region.y == before

    await walked(test, session)


async def test_the_heads_of_the_columns_can_be_read_before_the_host_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.wizard.steps.overview.look", lambda _screen, _then: None)
    wizard = app(SampleSession(FAMILY))
    async with wizard.run_test(size=(80, 24)) as pilot:
        text = await Walk(wizard, pilot).shows("Reading the host")
        assert re.search(r"number +now +boot +grep +state +path", text)
