"""A run on its screen: followed live, failed, stopped by a key or a signal, under a storm of sizes or of output."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.wizard import samples
from tests.wizard.walk import (
    SampleSession,
)
from tests.wizard.walking import TO_APPLY, Walk, walked
from tui.run.values import StepChanged

pytestmark = pytest.mark.slow


async def test_a_failed_step_rolls_back_and_says_what_is_true() -> None:
    session = SampleSession(outcome="rolled-back")

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        text = await walk.until("ResultScreen")
        assert "rolled back" in text
        assert "The daemon did not come back" in text
        assert "u undo" not in walk.keys
        await walk.press("enter")

    assert (await walked(test, session)).return_value == 4


async def test_a_failure_stays_to_be_read_until_enter() -> None:
    gate = threading.Event()

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        await walk.press("q", "y")
        text = await walk.shows("Called off: rolled back.")
        assert "FAILED" in text
        assert "called off" in text
        assert "undone" in text
        assert "q stop" not in walk.keys
        assert "Enter shows the result." in text
        await walk.press("q")
        assert walk.at == "ApplyScreen"
        await walk.press("enter")
        assert walk.at == "ResultScreen"

    await walked(test, SampleSession(gate=gate))


async def test_ctrl_c_goes_on_from_a_failure_that_is_read() -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.press("q", "y")
        await walk.shows("Called off: rolled back.")
        await walk.press("ctrl+c")
        assert walk.at == "ResultScreen"

    await walked(test, SampleSession(gate=threading.Event()))


async def test_what_could_not_be_rolled_back_shows_how_to_mend_it() -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        assert "To mend it by hand" in await walk.until("ResultScreen")
        await walk.press("enter")

    assert (await walked(test, SampleSession(outcome="broken"))).return_value == 5


async def test_a_run_is_followed_live_and_q_asks_before_it_stops() -> None:
    gate = threading.Event()
    session = SampleSession(gate=gate)

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        text = await walk.shows("Stopping audit daemon")
        assert "3 of 6" in await walk.shows("▶ service auditd restart")
        assert "✓ write docker.rules" in text
        await walk.press("escape", "enter", "s")
        assert walk.at == "ApplyScreen"
        assert "Stop the run?" in await walk.press("q")
        assert "Stop the run?" not in await walk.press("n")
        await walk.press("q", "y")
        assert "rolled back" in await walk.until("ResultScreen")

    try:
        await walked(test, session)
    finally:
        gate.set()
    assert session.exit_code == 4


async def test_ctrl_c_asks_before_it_stops_a_run_and_pressed_again_stops_it() -> None:
    session = SampleSession(gate=threading.Event())

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        assert "y, Ctrl-C yes" in await walk.press("ctrl+c")
        await walk.press("ctrl+c")
        assert "rolled back" in await walk.until("ResultScreen")

    await walked(test, session)
    assert session.exit_code == 4


async def test_a_signal_during_a_run_calls_it_off_and_ends_with_its_number() -> None:
    session = SampleSession(gate=threading.Event())

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        walk.app.end_by(15)
        for _ in range(200):
            if not walk.app.is_running or walk.app.return_value is not None:
                break
            await walk.pilot.pause(0.025)

    wizard = await walked(test, session)
    assert wizard.return_value == 143
    assert session.report is not None
    assert session.report.outcome == "rolled-back"


async def test_a_signal_without_a_run_ends_at_once() -> None:
    async def test(walk: Walk) -> None:
        walk.app.end_by(1)
        await walk.pilot.pause()

    assert (await walked(test)).return_value == 129


async def test_a_running_step_says_what_it_waits_for() -> None:
    gate = threading.Event()

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        run = walk.app.at_work
        assert run is not None
        run._put(StepChanged(3, 6, replace(samples.STEPS[3], state="running", message="Waits for a daemon, at most 30 s.")))
        await walk.shows("Waits for a daemon, at most 30 s.")
        gate.set()
        assert "Waits for" not in await walk.until("ResultScreen")

    try:
        await walked(test, SampleSession(gate=gate))
    finally:
        gate.set()


async def test_resize_storms_while_a_run_works() -> None:
    gate = threading.Event()

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        for width, height in ((40, 12), (200, 60), (20, 5), (80, 24)):
            await walk.pilot.resize_terminal(width, height)
            await walk.pilot.pause()
        await walk.shows("▶ service auditd restart")
        gate.set()
        await walk.until("ResultScreen")

    try:
        await walked(test, SampleSession(gate=gate))
    finally:
        gate.set()


async def test_a_flood_of_output_stays_bounded_and_the_keys_answer() -> None:
    """20 000 lines, drained on a timer: only the last ones are kept, and q is answered while they come."""
    gate = threading.Event()
    lines = tuple(f"line {number}\n" for number in range(20_000))

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ApplyScreen")
        await walk.shows("line 19999")
        assert len(walk.app.screen.query_one("#output").lines) <= 5000
        assert "Stop the run?" in await walk.press("q")
        gate.set()
        await walk.until("ResultScreen")

    try:
        await walked(test, SampleSession(gate=gate, output=lines))
    finally:
        gate.set()


async def test_an_error_in_a_run_ends_the_app_and_is_kept_for_the_log() -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        for _ in range(200):
            if walk.app.crash is not None:
                return
            await walk.pilot.pause(0.025)

    with pytest.raises(ZeroDivisionError):
        await walked(test, SampleSession(error=ZeroDivisionError("boom")))
