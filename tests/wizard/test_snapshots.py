"""How every screen looks: compared with the pictures in __snapshots__ (``--snapshot-update`` makes them anew).

Look at the pictures before you commit changed ones: each test says what its picture must show.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tests.wizard import samples
from tests.wizard.scenario_sessions import session_of
from tests.wizard.walk import FAMILY, SampleSession, app, left_over_sample, sample_demo, undo_sample
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice

pytestmark = pytest.mark.slow

TO_APPLY = ("enter", "enter", "enter", "y", "e", "s", "enter")
SMALL, LARGE = (80, 24), (160, 50)


def keys(*presses: str, then: str = "") -> Callable[[Pilot[int]], Awaitable[None]]:
    """Press each key when all work of the one before is done; wait for the screen called *then*."""

    async def run(pilot: Pilot[int]) -> None:
        wizard = pilot.app
        for key in ("", *presses):
            if key:
                await pilot.press(key)
            with suppress(WorkerCancelled):  # a Log's own, which ends with its screen
                await wizard.workers.wait_for_complete()
            await pilot.pause()
        for _ in range(400):
            if not then or type(wizard.screen).__name__ == then:
                break
            await pilot.pause(0.025)
        await pilot.pause(0.2)

    return run


def test_scenarios(snap_compare: Any) -> None:
    """DEMO at the top right; the cursor on fresh; each scenario with its lesson; Enter walks."""
    names = ("fresh", "compliant", "absent", "foreign-rules", "shim", "never", "immutable", "no-return")
    session = SampleSession(demos=tuple(sample_demo(name, f"What {name} teaches, in one line.") for name in names))
    session._host = None
    assert snap_compare(app(session), terminal_size=SMALL, run_before=keys())


def test_overview(snap_compare: Any) -> None:
    """One row a control with sign and word; the cursor on 1.2.11; two rows that fail can be marked, both marked by ``a``."""
    assert snap_compare(app(SampleSession(FAMILY)), terminal_size=SMALL, run_before=keys("a"))


def test_control(snap_compare: Any) -> None:
    """The title first, then what and why; a scrollbar, because the rest is below."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys())


HOST_AND_MORE = {
    "host": (("enter",), ""),
    "preview": (("enter", "enter"), ""),
    "result": (TO_APPLY, "ResultScreen"),
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x50"])
@pytest.mark.parametrize("theme", ["dark", "light", "ansi", "mono"])
@pytest.mark.parametrize("step", HOST_AND_MORE)
def test_the_three_main_screens_in_each_look(
    step: str, theme: str, size: tuple[int, int], snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Host: the verdict in red (or bold) is what the eye finds first. Preview: one sentence says what changes, the added line is marked
    by + and colour. Result: the outcome on top, before and now side by side. In mono nothing is lost but colour; at 160 columns the
    rules stand beside the verdict, the commands beside the diff."""
    if theme == "mono":
        monkeypatch.setenv("NO_COLOR", "1")
    presses, then = HOST_AND_MORE[step]
    assert snap_compare(app(theme=theme, ascii=theme in ("ansi", "mono")), terminal_size=size, run_before=keys(*presses, then=then))


def test_host_audited(snap_compare: Any) -> None:
    """A green verdict; the loaded rule and its line on disk in one row."""
    assert snap_compare(app(SampleSession(states={"containerd": "audited"})), terminal_size=SMALL, run_before=keys("enter"))


def test_host_in_a_demo(snap_compare: Any) -> None:
    """DEMO and the scenario's name on top; the trainer's text above the verdict, set apart."""
    assert snap_compare(app(SampleSession(demo=sample_demo())), terminal_size=SMALL, run_before=keys("enter"))


def test_preview_commands(snap_compare: Any) -> None:
    """The commands in full, numbered, each with its reason."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "enter", "tab", "tab"))


def test_preview_blocked(snap_compare: Any) -> None:
    """Red: nothing will be changed; which line of which file; the way out; Enter opens it."""
    session = SampleSession(plan_made=lambda session: samples.blocked_plan(), states={"containerd": "shadowed"})
    assert snap_compare(app(session), terminal_size=SMALL, run_before=keys("enter", "enter"))


def test_confirm(snap_compare: Any) -> None:
    """Three lines of summary, the switch ticked, the cursor in the input after the words Type yes."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "enter", "enter"))


def test_apply(snap_compare: Any) -> None:
    """Three steps done, the fourth running, two waiting; the bar at 3 of 6; what the command printed; q stops."""
    gate = threading.Event()
    session = SampleSession(gate=gate)

    async def run(pilot: Pilot[int]) -> None:
        wizard = pilot.app
        assert isinstance(wizard, WizardApp)
        await keys(*TO_APPLY, then="ApplyScreen")(pilot)
        assert wizard.at_work is not None
        wizard.at_work._clock = lambda: 0.0  # seconds of a running step must not move in a picture
        wizard.at_work.started.clear()
        await pilot.pause(0.4)

    try:
        assert snap_compare(app(session), terminal_size=SMALL, run_before=run)
    finally:
        gate.set()


def test_result_rolled_back(snap_compare: Any) -> None:
    """Amber: rolled back, what is true now, which step failed and why; no undo is offered."""
    assert snap_compare(
        app(SampleSession(outcome="rolled-back")), terminal_size=SMALL, run_before=keys(*TO_APPLY, then="ResultScreen")
    )


def test_result_broken(snap_compare: Any) -> None:
    """Red: could not be rolled back, and the commands that mend it by hand."""
    assert snap_compare(app(SampleSession(outcome="broken")), terminal_size=SMALL, run_before=keys(*TO_APPLY, then="ResultScreen"))


def test_undo(snap_compare: Any) -> None:
    """The line that leaves is marked by - and red; Type yes below."""
    session = SampleSession(undo_plan=undo_sample())

    async def run(pilot: Pilot[int]) -> None:
        await keys(*TO_APPLY, then="ResultScreen")(pilot)
        await keys("u")(pilot)

    assert snap_compare(app(session), terminal_size=SMALL, run_before=run)


def test_recovery(snap_compare: Any) -> None:
    """Amber: a run did not finish, how far it came, and the three ways out with their keys."""
    assert snap_compare(app(SampleSession(waits=left_over_sample())), terminal_size=SMALL, run_before=keys())


def test_rehearsal(snap_compare: Any) -> None:
    """What a rehearsal does, and how long as an input with 60 in it; its own four steps in the bar."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "enter", "r"))


def test_rehearsal_word(snap_compare: Any) -> None:
    """The rules that would be loaded, what becomes of them, and Type yes; step 2 of the rehearsal's own."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "enter", "r", "enter"))


def test_rehearsal_counted(snap_compare: Any) -> None:
    """What was counted; Enter goes back to the plan."""
    presses = ("enter", "enter", "r", "enter", "y", "e", "s", "enter")
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys(*presses, then="CountedScreen"))


def test_confirm_with_dropped_rules(snap_compare: Any) -> None:
    """Below the three lines, in red, the rule that only the kernel has and that will be DROPPED; then the switch and the word."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "enter", "2", "enter"))


def test_result_with_dropped_rules(snap_compare: Any) -> None:
    """Amber, not green: audited, and proved; 1 rule dropped; the undo does not bring it back."""
    session = SampleSession(dropped=("-w /etc/hosts -p rwxa -k agent",))
    assert snap_compare(app(session), terminal_size=SMALL, run_before=keys(*TO_APPLY, then="ResultScreen"))


def test_help(snap_compare: Any) -> None:
    """What you see, what happens next, the keys of this step."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "question_mark"))


def test_find(snap_compare: Any) -> None:
    """Every hit marked in the page, how many, and the input above the keys."""
    assert snap_compare(app(), terminal_size=SMALL, run_before=keys("enter", "slash", *"kernel"))


def test_small(snap_compare: Any) -> None:
    """At 40x12 the verdict is still the first thing, words wrapped, the step bar in numbers."""
    assert snap_compare(app(), terminal_size=(40, 12), run_before=keys("enter"))


def test_events(snap_compare: Any) -> None:
    """How many of each kind, then what stands out: who changed containerd, whose login is new; below it programs, logins, the last accesses."""
    wizard = WizardApp(session_of("compliant", "1.2.11"), TerminalChoice("rich"))
    assert snap_compare(wizard, terminal_size=SMALL, run_before=keys("enter", "e", then="EventsScreen"))


def test_history(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row a run with its local time, who, what, and how it ended; below the list the sentence in full; u undoes it."""
    monkeypatch.setattr(os, "getpid", lambda: 4711)  # a run is named by it
    session = session_of("fresh", "1.2.11")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    wizard = WizardApp(session, TerminalChoice("rich"))
    assert snap_compare(wizard, terminal_size=SMALL, run_before=keys("h", then="HistoryScreen"))


def test_predicted(snap_compare: Any) -> None:
    """A wrong answer: what is right in red, and why; Enter goes on."""
    session = session_of("shim")
    session.lesson.predict = True
    assert session.demo is not None
    session.start(session.demo)
    wizard = WizardApp(session, TerminalChoice("rich"))
    assert snap_compare(wizard, terminal_size=SMALL, run_before=keys("enter", "2", "enter"))
