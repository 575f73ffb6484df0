"""The order of the walk on made-up hosts: forward, back, to its end, and what keys do wherever they are pressed."""

from __future__ import annotations

import threading

import pytest

from tests.wizard import samples
from tests.wizard.walk import (
    FAMILY,
    SampleSession,
    app,
    sample_demo,
    screen_text,
    undo_sample,
)
from tests.wizard.walking import SIZE, TO_APPLY, TO_CONFIRM, Walk, click, walked
from tui.wizard.widgets.rows import Rows

pytestmark = pytest.mark.slow


async def test_the_straight_way_is_enter_enter_enter_yes_enter() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        assert "[1 Control]" in screen_text(walk.app)
        assert "is NOT audited" in await walk.press("enter")
        assert "One rule is added" in await walk.press("enter")
        assert "Type yes" in await walk.press("enter")
        await walk.type("yes")
        await walk.press("enter")
        text = await walk.until("ResultScreen")
        assert "✓ audited, and proved" in text
        assert "[6 Result]" in text
        await walk.press("enter")

    wizard = await walked(test, session)
    assert session.record == ["read", "apply"]
    assert wizard.return_value == 0


async def test_a_line_feed_is_enter_everywhere() -> None:
    """Some serial tools send LF, which arrives as ctrl+j."""

    async def test(walk: Walk) -> None:
        await walk.press("ctrl+j", "ctrl+j", "ctrl+j", "y", "e", "s", "ctrl+j")
        await walk.until("ResultScreen")
        await walk.press("ctrl+j")

    wizard = await walked(test)
    assert wizard.return_value == 0


async def test_escape_goes_back_step_by_step_and_changes_nothing() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press(*TO_CONFIRM)
        for expected in ("PreviewScreen", "HostScreen", "ControlScreen"):
            await walk.press("escape")
            assert walk.at == expected

    await walked(test, session)
    assert set(session.record) == {"read"}


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_q_quits_before_anything_ran(steps: int) -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*["enter"] * steps, "q")

    assert (await walked(test)).return_value == 0


async def test_nothing_to_do_goes_to_the_result_and_runs_nothing() -> None:
    session = SampleSession(states={"containerd": "audited"}, plan_made=lambda session: samples.empty_plan())

    async def test(walk: Walk) -> None:
        assert "✓ Nothing to do" in await walk.press("enter", "enter")
        assert "Enter result" in walk.keys
        text = await walk.press("enter")
        assert walk.at == "ResultScreen"
        assert "nothing to do" in text
        assert "u undo" not in walk.keys
        assert "p probe" in walk.keys
        assert "nothing to do, and proved" in await walk.press("p")
        assert "p probe" not in walk.keys

    await walked(test, session)
    assert session.record == ["read", "probe"]


async def test_a_blocker_ends_the_walk_with_the_way_out() -> None:
    session = SampleSession(plan_made=lambda session: samples.blocked_plan(), states={"containerd": "shadowed"})

    async def test(walk: Walk) -> None:
        text = await walk.press("enter", "enter")
        assert "Blocked: nothing will be changed" in text
        assert "/etc/audit/rules.d/10-base.rules:4" in text
        assert "Enter the way out" in walk.keys
        assert "Remove line 4 of" in " ".join((await walk.press("enter")).split())
        await walk.press("escape")
        assert walk.at == "PreviewScreen"
        await walk.press("q")

    wizard = await walked(test, session)
    assert session.record == ["read"]
    assert wizard.return_value == 0


async def test_the_report_opens_in_the_wizard(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SampleSession()
    monkeypatch.setattr(session, "report_text", lambda: "# Run 1: audited\n\n| Host | web-01 |\n")

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        text = await walk.until("ResultScreen")
        assert "o report" in walk.keys
        assert samples.report().report in " ".join(text.split()) or "▾" in text
        text = await walk.press("o")
        assert walk.at == "TextScreen"
        assert "Run 1: audited" in text
        assert "#" not in text
        await walk.press("escape")
        assert walk.at == "ResultScreen"

    await walked(test, session)


async def test_nothing_goes_on_before_the_host_is_read_and_keys_answer_meanwhile() -> None:
    gate = threading.Event()

    async def test(walk: Walk) -> None:
        await walk.pilot.press("enter")
        await walk.pilot.pause()
        assert "Reading the host" in screen_text(walk.app)
        assert "preview" not in walk.keys
        await walk.pilot.press("enter")
        await walk.pilot.press("question_mark")
        await walk.pilot.pause()
        assert walk.at == "TextScreen"
        await walk.pilot.press("escape")
        gate.set()
        await walk.shows("is NOT audited")

    await walked(test, SampleSession(read_gate=gate))


async def test_a_reading_that_ends_after_its_screen_is_gone_is_dropped() -> None:
    gate = threading.Event()

    async def test(walk: Walk) -> None:
        await walk.pilot.press("enter")
        await walk.pilot.press("escape")
        await walk.pilot.pause()
        gate.set()
        await walk.app.workers.wait_for_complete()
        await walk.pilot.pause()
        assert walk.at == "ControlScreen"

    await walked(test, SampleSession(read_gate=gate))


async def test_a_demo_says_so_on_every_screen_and_begins_again() -> None:
    session = SampleSession(demo=sample_demo(), undo_plan=undo_sample())

    async def test(walk: Walk) -> None:
        for key in (None, "enter", "enter", "enter"):
            text = await walk.press(*([key] if key else []))
            assert "DEMO fresh" in text
            assert "Look at the" in text
        await walk.press("y", "e", "s", "enter")
        text = await walk.until("ResultScreen")
        assert "DEMO fresh" in text
        assert "That was the result step." in await walk.press("end")
        assert "b again" in walk.keys
        assert "DEMO fresh" in await walk.press("u")
        await walk.press("escape", "b")
        assert "Begin again? This host, its run and its history are gone then. Type yes:" in screen_text(walk.app)
        await walk.press("enter")
        assert walk.at == "ResultScreen", "b lies beside B"
        await walk.type("yes")
        await walk.press("enter")
        assert walk.at == "ControlScreen"

    await walked(test, session)


async def test_the_scenarios_come_first_and_escape_leads_back_to_them() -> None:
    session = SampleSession(demos=(sample_demo("fresh", "first"), sample_demo("shim", "second")))
    session._host = None

    async def test(walk: Walk) -> None:
        text = screen_text(walk.app)
        assert "DEMO" in text
        assert "second" in text
        await walk.press("down", "enter")
        assert session.demo is not None
        assert session.demo.name == "shim"
        await walk.press("escape")
        assert walk.at == "ScenariosScreen"
        assert walk.app.screen.query_one(Rows).cursor_row == 1
        await walk.press("escape")
        assert "q quits" in walk.keys, "one Escape too many ends no program"
        await walk.press("q")

    assert (await walked(test, session)).return_value == 0


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (200, 60)])
async def test_no_size_crashes_the_walk(size: tuple[int, int]) -> None:
    session = SampleSession(FAMILY, undo_plan=undo_sample())

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "enter", "question_mark", "escape", "enter", "y", "e", "s", "enter")
        await walk.until("ResultScreen")
        await walk.press("u", "escape", "y", "slash", "x", "escape")

    await walked(test, session, size)


@pytest.mark.parametrize(("theme", "colourless"), [("mono", True), ("ansi", False)])
async def test_mono_sends_no_colour_at_all(theme: str, colourless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR Textual's own themes come out in greys, which is colour still; ours keeps bold and reverse alone."""
    if colourless:
        monkeypatch.setenv("NO_COLOR", "1")
    wizard = app(theme=theme)
    async with wizard.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await wizard.workers.wait_for_complete()
        await pilot.pause()
        colours = set()
        for strip in wizard.screen._compositor.render_strips():
            for segment in strip.apply_filter(wizard._filters[-1], wizard.background_colors[0]) if colourless else strip:
                if segment.style is not None and segment.style.color is not None and not segment.style.color.is_default:
                    colours.add(segment.style.color.name)
        assert bool(colours) is not colourless


async def test_escape_on_the_result_goes_back_one_step_and_not_to_the_family() -> None:
    async def ran(walk: Walk) -> None:
        await walk.press("enter", *TO_APPLY)
        await walk.until("ResultScreen")
        await walk.press("escape")
        assert walk.at == "HostScreen"

    async def empty(walk: Walk) -> None:
        await walk.press("enter", "enter", "enter", "enter")
        assert walk.at == "ResultScreen"
        await walk.press("escape")
        assert walk.at == "PreviewScreen", "nothing was run"

    await walked(ran, SampleSession(FAMILY))
    await walked(empty, SampleSession(FAMILY, plan_made=lambda session: samples.empty_plan()))


async def test_the_scenario_list_shows_whole_lessons_and_says_how_many_more_there_are() -> None:
    lesson = "A lesson that needs more than the one row that a list would give it at eighty columns, and is shown to its end."
    session = SampleSession(demos=tuple(sample_demo(f"scenario-{number}", lesson) for number in range(12)))
    session._host = None

    async def test(walk: Walk) -> None:
        await walk.settled()
        text = " ".join(screen_text(walk.app).split())
        assert "is shown to its end." in text
        assert "▾ 7 more scenarios below" in text
        await walk.press("escape")
        await walk.settled()
        assert "▾ 8 more scenarios below" in screen_text(walk.app), "what is said above the keys takes a row of the list"
        await walk.press(*["down"] * 11)
        text = screen_text(walk.app)
        assert "▴ 7 more scenarios above" in text
        assert "below" not in text
        await walk.press(*["up"] * 5)
        assert "▾ 1 more scenario below   ▴ 6 above" in screen_text(walk.app), "both ways, where both have some"
        await walk.press("home")
        await click(walk, Rows, "scenario-2")
        assert walk.app.screen.query_one(Rows).cursor_row == 2
        await click(walk, Rows, "scenario-2")
        assert session.demo is not None
        assert session.demo.name == "scenario-2"

    await walked(test, session, (80, 23))
