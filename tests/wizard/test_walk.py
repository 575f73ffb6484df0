"""Every key and every branch of the walk, on made-up hosts: forward, back, refusals, failures, undo, recovery."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.pairs import paired
from tests.wizard import samples
from tests.wizard.walk import (
    FAMILY,
    STATES,
    SampleSession,
    app,
    left_over_sample,
    sample_demo,
    screen_text,
    undo_sample,
)
from tui.base.notice import Notice
from tui.plan.values import Plan
from tui.run.values import StepChanged
from tui.views.help import keys_of
from tui.wizard.app import WizardApp
from tui.wizard.steps.apply import ApplyScreen
from tui.wizard.widgets.bars import KeyLine, Note, PageBar, StepBar, SwitchBar
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.key_names import KEY_NAMES
from tui.wizard.widgets.prompt import Prompt
from tui.wizard.widgets.rows import Rows

pytestmark = pytest.mark.slow

SIZE = (80, 24)


class Walk:
    """Keys in, text out."""

    def __init__(self, wizard: WizardApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = wizard, pilot

    async def press(self, *keys: str) -> str:
        for key in keys:
            await self.pilot.press(key)
            await self.settled()
        return screen_text(self.app)

    async def settled(self) -> str:
        """Until nothing is at work any more."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        return screen_text(self.app)

    async def type(self, text: str) -> str:
        """*text* into the focused input at once, as a paste comes."""
        self.app.screen.focused.insert_text_at_cursor(text)
        await self.pilot.pause()
        return screen_text(self.app)

    async def until(self, name: str) -> str:
        """Until the screen called *name* is shown, for at most 10 s; a failed run is read, and gone on from."""
        for _ in range(400):
            if type(self.app.screen).__name__ == name:
                await self.pilot.pause()
                return screen_text(self.app)
            if isinstance(self.app.screen, ApplyScreen) and self.app.screen.is_over:
                await self.pilot.press("enter")
            await self.pilot.pause(0.025)
        raise AssertionError(f"still on {type(self.app.screen).__name__}:\n{screen_text(self.app)}")

    async def shows(self, text: str) -> str:
        """Until the screen shows *text*, for at most 10 s."""
        for _ in range(400):
            if text in (shown := screen_text(self.app)):
                return shown
            await self.pilot.pause(0.025)
        raise AssertionError(f"{text!r} is not in:\n{screen_text(self.app)}")

    @property
    def at(self) -> str:
        return type(self.app.screen).__name__

    @property
    def keys(self) -> str:
        return str(self.app.screen.query_one(KeyLine).render()).replace("\n ", " ")  # a notice of several rows reads as one


async def walked(test: Any, session: SampleSession | None = None, size: tuple[int, int] = SIZE) -> WizardApp:
    wizard = app(session)
    async with wizard.run_test(size=size) as pilot:
        await pilot.pause()
        await wizard.workers.wait_for_complete()
        await pilot.pause()
        await test(Walk(wizard, pilot))
    return wizard


TO_CONFIRM = ("enter", "enter", "enter")
TO_APPLY = (*TO_CONFIRM, "y", "e", "s", "enter")


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


@pytest.mark.parametrize("typed", ["", "y", "no", "YES", "yes please", "yess"])
async def test_only_the_word_starts_a_run(typed: str) -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press(*TO_CONFIRM)
        await walk.type(typed)
        text = await walk.press("enter")
        assert walk.at == "ConfirmScreen"
        assert "the word yes" in text

    await walked(test, session)
    assert session.record == ["read"]


async def test_the_input_takes_every_letter_until_tab_leaves_it() -> None:
    async def test(walk: Walk) -> None:
        assert "▶ Type yes to apply:" in await walk.press(*TO_CONFIRM)
        assert "Tab more keys" in walk.keys
        text = await walk.press("tab")
        assert "▶ [x] restart" in text
        assert "▶ Type yes" not in text
        assert "Tab to the word" in walk.keys
        assert "▶ Type yes to apply:" in await walk.press("tab")
        assert "q quit" not in walk.keys
        await walk.type("qsy?/")
        assert walk.at == "ConfirmScreen"
        await walk.press("tab")
        assert "q quit" in walk.keys
        await walk.press("question_mark")
        assert walk.at == "TextScreen"

    await walked(test)


async def test_the_restart_switch_on_confirm_changes_the_plan() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        text = await walk.press(*TO_CONFIRM)
        assert "service auditd restart: the daemon starts anew" in text
        assert "No rule is loaded for about 10 ms and events of 1 to 2 s are lost" in " ".join(text.split())
        text = await walk.press("tab", "space")
        assert "▶ [ ] restart auditd" in text, "the sign shows where the focus is"
        assert "service auditd restart:" not in text
        assert session.switches.no_restart

    await walked(test, session)


@pytest.mark.parametrize(
    ("key", "switch"),
    [("1", "no_restart"), ("2", "drop_kernel_only")],
)
async def test_each_switch_that_does_something_has_its_key_on_the_preview(key: str, switch: str) -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        assert not getattr(session.switches, switch)
        await walk.press(key)
        assert getattr(session.switches, switch)
        await walk.press(key)
        assert not getattr(session.switches, switch)

    await walked(test, session)


async def test_a_key_that_changes_the_plan_stands_in_the_key_line_and_says_what_it_did() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        assert "1, 2 change plan" in walk.keys
        text = await walk.press("2")
        assert "The plan has changed: rules that only the kernel has will be DROPPED: -w /etc/hosts" in walk.keys
        assert "that no file holds is DROPPED" in text
        await walk.press("2")
        assert "are put back after the load" in walk.keys
        await walk.press("1")
        assert "auditd is not restarted" in walk.keys
        await walk.press("down")
        assert "1, 2 change plan" in walk.keys, "what was said is read by the next key"

    await walked(test, SampleSession(plan_made=plan_that_drops))


def plan_that_drops(session: SampleSession) -> Plan:
    """The sample's plan; the rule that only the kernel has is not expected after the load where the user lets it go."""
    plan = samples.plan(session.findings, session.switches)
    only = {each.rule for each in plan.dropped}
    return replace(plan, expected=tuple(rule for rule in plan.expected if rule not in only))


async def test_a_switch_that_changes_nothing_here_says_so() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "4")
        assert "Key 4 changes nothing here: no line stands only in audit.rules." in walk.keys
        assert not session.switches.adopt, "a switch that changes nothing stays"

    session = SampleSession()
    await walked(test, session)


@pytest.mark.parametrize("key", ["j", "k"])
async def test_j_and_k_scroll_and_do_nothing_else(key: str) -> None:
    """On every screen before the word: the plan and its switches stay, and what is longer than the screen moves."""
    session = SampleSession()

    async def test(walk: Walk) -> None:
        for step in ("ControlScreen", "HostScreen", "PreviewScreen"):
            assert walk.at == step
            page = walk.app.screen.query_one("#page", Document)
            page.scroll_to(y=1, animate=False)
            await walk.pilot.pause()
            before = (session.switches, session.plan)
            await walk.press(key)
            assert page.scroll_offset.y == (min(2, page.max_scroll_y) if key == "j" else 0)
            assert (session.switches, session.plan) == before
            assert walk.at == step
            await walk.press("question_mark", key)
            assert walk.at == "TextScreen"
            await walk.press("escape", "enter")

    await walked(test, session, size=(80, 12))
    assert session.record == ["read"]


async def test_confirm_names_the_rules_that_will_be_dropped_and_the_result_is_not_plain_green() -> None:
    session = SampleSession(dropped=("-w /etc/hosts -p rwxa -k agent",))

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        assert "DROPPED" not in await walk.press("enter")
        await walk.press("escape", "2", "enter")
        text = " ".join(screen_text(walk.app).split())
        assert "1 rule that only the kernel has will be DROPPED; no undo brings it back: -w /etc/hosts -p rwxa -k agent" in text
        await walk.type("yes")
        await walk.press("enter")
        text = await walk.until("ResultScreen")
        assert "! audited, and proved; 1 rule dropped" in text
        assert "✓ audited, and proved" not in text
        page = walk.app.screen.query_one("#page", Document)
        head = next(line for line in page._lines if "proved; 1 rule" in "".join(span.text for span in line))
        assert "good" not in {span.role for span in head}

    await walked(test, session)


@pytest.mark.parametrize("keys", [("down",) * 6, ("pagedown", "pagedown")])
async def test_what_will_change_scrolls_above_a_word_that_stays(keys: tuple[str, ...]) -> None:
    """On Confirm, where the input keeps the focus meanwhile, and the end of the list can be read on the smallest window."""

    async def test(walk: Walk) -> None:
        text = await walk.press(*TO_CONFIRM)
        assert "Apply this to web-01?" in text
        assert "more lines" in text
        assert "-w /etc/hosts -p rwxa -k agent" not in text
        text = await walk.press(*keys, *keys)
        assert "-w /etc/hosts -p rwxa -k agent" in text
        assert "▶ Type yes to apply:" in text
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")

    await walked(test, size=(80, 16))


async def test_tab_goes_round_the_pages_of_the_preview() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        heads = []
        for _ in range(6):
            heads.append((await walk.press("tab")).splitlines()[4])
            assert screen_text(walk.app).splitlines()[2].count("[") == 1
        assert [head.strip() for head in heads[:5]] == [
            "The compiled rules, /etc/audit/audit.rules",
            "The commands, in order",
            "Warnings in full",
            "The audit log's storage",
            "What scanners say",
        ]
        assert "One rule is added" in screen_text(walk.app)
        assert "What scanners say" in await walk.press("shift+tab")

    await walked(test)


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


async def test_undo_shows_the_diff_and_asks_for_the_word() -> None:
    session = SampleSession(undo_plan=undo_sample())

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ResultScreen")
        text = await walk.press("u")
        assert "- 4   -w /usr/bin/containerd -k docker" in text
        assert "auditd is not restarted" in text
        assert "the word yes" in await walk.press("enter")
        await walk.press("escape")
        assert walk.at == "ResultScreen"
        await walk.press("u", "y", "e", "s", "enter")
        await walk.until("ResultScreen")
        assert "u undo" not in walk.keys

    await walked(test, session)
    assert session.record == ["read", "apply", "undo"]


async def test_everything_can_be_undone_from_the_result() -> None:
    session = SampleSession(
        undo_plan=undo_sample(title="everything that this program wrote here (2 runs)", notes=("A journal is gone.",))
    )

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ResultScreen")
        text = await walk.press("x")
        assert "Undo everything that this program wrote here (2 runs)" in text
        assert "A journal is gone." in text
        await walk.press("y", "e", "s", "enter")
        await walk.until("ResultScreen")

    await walked(test, session)
    assert session.record == ["read", "apply", "undo everything", "undo"]


async def test_where_nothing_is_left_to_undo_there_is_no_word_to_type() -> None:
    session = SampleSession(undo_plan=undo_sample(is_empty=True))

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ResultScreen")
        text = await walk.press("x")
        assert "No line of this program is left" in text
        assert "Type yes" not in text

    await walked(test, session)


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


async def test_an_undo_that_cannot_be_done_says_why() -> None:
    blocked = undo_sample(blockers=(Notice("changed-since", "The file has changed since.", "Take them out by hand."),))

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ResultScreen")
        text = await walk.press("u")
        assert "The file has changed since." in text
        assert "Type yes" not in text
        await walk.press("enter")
        assert walk.at == "UndoScreen"
        await walk.press("escape")
        assert walk.at == "ResultScreen"

    await walked(test, SampleSession(undo_plan=blocked))


async def test_an_unreadable_journal_is_said_not_raised() -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.until("ResultScreen")
        assert "The journal cannot be read: disk on fire" in await walk.press("u")

    await walked(test, SampleSession(undo_plan=OSError("disk on fire")))


@pytest.mark.parametrize(("key", "record", "words"), [("r", "recover", "rolled back"), ("f", "finish", "audited, and proved")])
async def test_an_unfinished_run_comes_first(key: str, record: str, words: str) -> None:
    session = SampleSession(waits=left_over_sample())

    async def test(walk: Walk) -> None:
        text = screen_text(walk.app)
        assert "A run did not finish" in text
        assert samples.RUN in text
        await walk.press("enter")
        assert session.record == [], "Enter is pressed too easily to change a host"
        assert "Type yes to" in await walk.press(key)
        await walk.press("enter")
        await walk.type("y")
        await walk.press("enter")
        assert session.record == [], "nothing before the word"
        await walk.press("escape")
        assert "Type yes to" not in screen_text(walk.app)
        await walk.press(key)
        await walk.type("yes")
        await walk.press("enter")
        assert words in await walk.until("ResultScreen")

    await walked(test, session)
    assert session.record == [record]


async def test_an_unfinished_run_that_is_left_alone_stays_in_sight_and_in_reach() -> None:
    waits = left_over_sample()
    screens = ("ControlScreen", "HostScreen", "PreviewScreen")

    async def test(walk: Walk) -> None:
        await walk.press("escape")
        for name, key in paired(screens, ("enter", "enter", "")):
            assert walk.at == name
            assert f"Run {waits.run} did not finish" in " ".join(screen_text(walk.app).split())
            assert "u settle that run" in screen_text(walk.app)
            assert "What can you do" not in await walk.press("u")
            assert walk.at == "RecoveryScreen"
            await walk.press("escape")
            assert walk.at == name, "it leads back to where it was turned to"
            await walk.press(*filter(None, [key]))
        await walk.press("u", "r")
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")
        assert "Enter on with the walk" in screen_text(walk.app)
        await walk.press("enter")
        assert walk.at == "ControlScreen"
        await walk.press("enter", "enter")
        assert walk.at == "PreviewScreen"
        assert "did not finish" not in screen_text(walk.app)
        assert "settle that run" not in screen_text(walk.app)

    await walked(test, SampleSession(waits=waits))


async def test_the_overview_leads_to_an_unfinished_run_as_well() -> None:
    waits = left_over_sample()

    async def test(walk: Walk) -> None:
        await walk.press("escape")
        assert walk.at == "OverviewScreen"
        assert f"Run {waits.run} did not finish" in " ".join(screen_text(walk.app).split())
        await walk.press("u", "escape")
        assert walk.at == "OverviewScreen"

    await walked(test, SampleSession(FAMILY, waits=waits))


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


@pytest.mark.parametrize("presses", [(), *(("enter",) * many for many in range(1, 5)), ("enter", *TO_APPLY, "ResultScreen")])
async def test_help_lists_every_key_that_the_key_line_knows_and_no_other(presses: tuple[str, ...]) -> None:
    """On each step of a walk for several controls: what is listed works, and what works is listed."""

    async def test(walk: Walk) -> None:
        for press in presses:
            await (walk.until(press) if press.endswith("Screen") else walk.press(press))
        if walk.at == "ConfirmScreen":
            await walk.press("tab")
        screen = walk.app.screen
        shown = {KEY_NAMES.get(key, key) for key, found in screen.active_bindings.items() if found.enabled and found.binding.show}
        works = {KEY_NAMES.get(key, key) for key, found in screen.active_bindings.items() if found.enabled}
        await walk.press("question_mark")
        lines = walk.app.screen.query_one("#page", Document).text.splitlines()
        at = next(number for number, line in enumerate(lines) if line.strip() == "Keys here")
        end = next(number for number, line in enumerate(lines) if line.strip() in ("Signs", "Words"))
        listed = {key for line in lines[at + 1 : end] if line[4:5].strip() for key in keys_of(line[4:30].split("  ")[0].strip())}
        assert shown - {"", "Tab", "Space"} <= listed
        assert {key for key in listed if len(key) == 1 or key in ("Enter", "Esc")} <= works

    await walked(test, SampleSession(FAMILY, undo_plan=undo_sample()))


async def test_find_goes_from_place_to_place() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("slash")
        text = await walk.type("references")
        assert re.search(r"(?<!\d)1 of 1\b", text)
        assert walk.app.screen.query_one(Document).scroll_offset.y > 0
        await walk.press("escape", "slash")
        assert "not found" in await walk.type("zzz")
        assert "not found" in await walk.press("enter")
        await walk.press("escape", "enter")
        assert walk.at == "HostScreen"

    await walked(test)


async def test_copy_says_where_the_text_lies() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "y")
        message = walk.app.screen.query_one(KeyLine).message
        path = Path(message.split("Copied to ")[1].split(" and ")[0])
        assert path.read_text() == (
            "--- a/etc/audit/rules.d/docker.rules\n+++ b/etc/audit/rules.d/docker.rules\n@@ -1,3 +1,4 @@\n \n # container runtime\n"
            " -w /usr/bin/containerd-shim -k docker\n+-w /usr/bin/containerd -k docker\n"
        )
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert "+-w /usr/bin/containerd -k docker" in walk.app.clipboard
        await walk.press("down")
        assert not walk.app.screen.query_one(KeyLine).message

    await walked(test)


async def test_save_writes_a_new_file_and_leaves_an_old_one_alone(tmp_path: Path) -> None:
    target = tmp_path / "plan.diff"

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "s")
        await walk.press("ctrl+u")
        await walk.type(str(target))
        await walk.press("enter")
        assert "Saved to" in walk.app.screen.query_one(KeyLine).message
        before = target.read_text()
        assert "+-w /usr/bin/containerd -k docker" in before
        await walk.press("s", "ctrl+u")
        await walk.type(str(target))
        assert "exists already" in await walk.press("enter")
        assert target.read_text() == before
        assert walk.app.screen.query_one(Prompt).query_one(Input).value == str(tmp_path / "plan-2.diff"), "another name is offered"
        await walk.press("enter")
        assert (tmp_path / "plan-2.diff").read_text() == before
        await walk.press("s")
        assert walk.app.screen.query_one(Prompt).display
        await walk.press("escape")
        assert walk.at == "PreviewScreen"

    await walked(test, size=(120, 24))


async def test_the_word_typed_where_it_is_not_asked_for_does_nothing_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first letter copies, as it says; its last one opens no prompt to save, on no step; Enter then goes on as ever."""
    monkeypatch.chdir(tmp_path)

    async def test(walk: Walk) -> None:
        for at in ("ControlScreen", "PreviewScreen"):
            assert walk.at == at
            text = await walk.press(*"yes")
            assert "The word yes counts only where it is asked for: nothing was agreed to here." in text
            assert (walk.at, walk.app.screen.prompt_open) == (at, False)
            await walk.press("enter", "enter")
        await walk.press("escape", "s")
        assert "is the word of Confirm" in await walk.press(*"yes", "enter")
        assert not list(tmp_path.iterdir())
        await walk.press("ctrl+u", "tab", "enter")
        assert [path.name for path in tmp_path.iterdir()] == ["plan.diff"]

    await walked(test, size=(120, 24))


async def test_what_the_last_key_did_stands_above_the_keys_which_stay() -> None:
    async def test(walk: Walk) -> None:
        before = (await walk.press("enter", "enter")).splitlines()[-1]
        *_, said, keys = (await walk.press("y")).splitlines()
        assert keys == before
        assert "sent to the clipboard" in said or "Copied to" in screen_text(walk.app)

    await walked(test)


@pytest.mark.parametrize(("session", "status"), [(SampleSession(), 130), (SampleSession(outcome="rolled-back"), 4)])
async def test_ctrl_c_ends_as_sigint_does_and_after_a_run_as_the_run_did(session: SampleSession, status: int) -> None:
    async def test(walk: Walk) -> None:
        if status == 4:
            await walk.press(*TO_APPLY)
            await walk.until("ResultScreen")
        await walk.press("ctrl+c")

    assert (await walked(test, session)).return_value == status


@pytest.mark.parametrize(("presses", "words"), [((), "What the benchmark asks for"), (("enter",), "The verdict stands first")])
async def test_help_explains_the_step_and_every_way_leads_back(presses: tuple[str, ...], words: str) -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*presses)
        at = walk.at
        for way in ("escape", "question_mark", "enter"):
            assert words in await walk.press("question_mark")
            await walk.press(way)
            assert walk.at == at

    await walked(test)


async def test_why_is_offered_where_there_is_a_reason() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter")
        assert "w why" in walk.keys
        assert "containerd-shim only" in await walk.press("w")
        await walk.press("escape", "enter", "w")
        assert "Logs share /" in screen_text(walk.app)

    await walked(test)


async def test_a_rehearsal_asks_for_sensible_seconds() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "r", "ctrl+u")
        assert "from 1 to 86400" in await walk.press("0", "enter")
        assert "[2 Confirm]" in await walk.press("ctrl+u", "5", "enter")
        await walk.press("escape")
        assert walk.at == "RehearsalScreen"
        assert walk.app.screen.query_one("#seconds", Input).value == "5", "what was typed stays"
        await walk.press("escape")
        assert walk.at == "PreviewScreen"

    await walked(test, session)
    assert session.record == ["read"]


@pytest.mark.parametrize("typed", ["", "y", "yess"])
async def test_a_rehearsal_loads_nothing_before_the_word(typed: str) -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        text = await walk.press("enter", "enter", "r", "enter")
        assert "Rehearsal:" in text
        assert "[2 Confirm]" in text
        assert "This rule will be loaded into the kernel for 60 s." in text
        assert "-w /usr/bin/containerd -p rwxa" in text
        await walk.type(typed)
        assert "the word yes" in await walk.press("enter", "enter")
        assert walk.at == "RehearsalWordScreen"

    await walked(test, session)
    assert session.record == ["read"]


async def test_a_rehearsal_has_its_own_steps_and_enter_afterwards_starts_no_other() -> None:
    session = SampleSession(demo=sample_demo())

    async def test(walk: Walk) -> None:
        text = await walk.press("enter", "enter", "r")
        assert "[1 How long]" in text
        assert "Look at the rehearsal step" in text
        assert "the confirm step" not in await walk.press("enter")
        await walk.type("yes")
        await walk.press("enter")
        text = await walk.until("CountedScreen")
        assert "[4 Counted]" in text
        assert re.search(r"(?<!\d)12 records", text)
        assert "That was the rehearsal step." in text
        await walk.press("enter")
        assert walk.at == "PreviewScreen"
        await walk.press("escape", "enter")
        assert walk.at == "PreviewScreen"

    await walked(test, session)
    assert [did for did in session.record if did.startswith("rehearse")] == ["rehearse 60"]


async def test_while_a_rehearsal_counts_its_own_words_stand_there() -> None:
    gate = threading.Event()
    session = SampleSession(demo=sample_demo(), gate=gate)

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "r", "enter")
        await walk.type("yes")
        await walk.pilot.press("enter")
        text = await walk.shows("any that are left are named")
        assert "[3 Count]" in text
        assert "the apply step" not in text
        assert "rolled back" not in text
        await walk.pilot.press("q")
        assert "the count is shown" in await walk.shows("End it now?")
        await walk.pilot.press("n")
        gate.set()
        await walk.until("CountedScreen")

    await walked(test, session)


async def test_there_is_no_word_to_type_where_nothing_would_be_rehearsed() -> None:
    session = SampleSession(states={"containerd": "shadowed"})

    async def test(walk: Walk) -> None:
        assert "There is nothing to rehearse" in await walk.press("enter", "enter", "r", "enter")
        assert "Type yes" not in screen_text(walk.app)
        await walk.press("enter")
        assert walk.at == "RehearsalWordScreen"

    await walked(test, session)
    assert session.record == ["read"]


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


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    async def test(walk: Walk) -> None:
        await walk.pilot.click(KeyLine, offset=(3, 0))
        await walk.app.workers.wait_for_complete()
        await walk.pilot.pause()
        assert walk.at == "HostScreen"

    await walked(test)


async def click(walk: Walk, widget: type, text: str) -> str:
    """Click on *text*, where it stands in the widget."""
    region = walk.app.screen.query_one(widget).region
    rows = screen_text(walk.app).splitlines()[region.y : region.y + region.height]
    at, row = next((line.index(text, region.x), number) for number, line in enumerate(rows) if text in line[region.x :])
    await walk.pilot.click(widget, offset=(at - region.x + 1, row))
    return await walk.settled()


async def test_a_click_on_tab_leaves_the_input_and_leads_back_to_it() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "enter")
        assert walk.at == "ConfirmScreen"
        assert "Tab to the word" in await click(walk, KeyLine, "more keys")
        assert "Tab more keys" in await click(walk, KeyLine, "to the word")

    await walked(test)


async def test_a_click_on_a_key_of_the_prompt_does_what_it_does_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter alone saves under the name that is offered."""
    monkeypatch.chdir(tmp_path)

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "s")
        await click(walk, KeyLine, "change this name")
        assert walk.app.screen.query_one(Prompt).query_one(Input).value == "plan.diff"
        await click(walk, KeyLine, "close")
        assert not walk.app.screen.query_one(Prompt).display
        await walk.press("s")
        assert "Saved to" in await click(walk, KeyLine, "save")
        await walk.press("s", "enter")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["plan-2.diff", "plan.diff"]

    await walked(test)


async def test_each_key_in_the_key_line_names_an_action_that_is_there() -> None:
    async def test(walk: Walk) -> None:
        for _ in range(4):
            for _, what, action in walk.app.screen.query_one(KeyLine)._keys:
                target, name, _ = walk.app._parse_action(action, walk.app.screen)
                assert hasattr(target, f"action_{name}"), f"{what} on {walk.at}"
            await walk.press("enter")

    await walked(test)


async def test_the_step_bar_leads_where_a_click_points_but_never_past_what_enter_does() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        await click(walk, StepBar, "6 Result")
        assert walk.at == "PreviewScreen"
        await click(walk, StepBar, "2 Host")
        assert walk.at == "HostScreen"
        await click(walk, StepBar, "3 Preview")
        await click(walk, StepBar, "4 Confirm")
        assert walk.at == "ConfirmScreen"
        await click(walk, StepBar, "5 Apply")
        assert walk.at == "ConfirmScreen"
        assert "Nothing happens before you type the word yes" in screen_text(walk.app)
        await click(walk, StepBar, "1 Control")
        assert walk.at == "ControlScreen"
        await walk.press("question_mark")
        await click(walk, StepBar, "2 Host")
        assert walk.at == "HostScreen"

    await walked(test, session)
    assert set(session.record) == {"read"}


async def test_the_pages_of_the_preview_turn_by_left_and_right_and_by_a_click() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        assert "[Compiled rules]" in await walk.press("right")
        assert "[Overview]" in await walk.press("left")
        assert "[Scanners]" in await walk.press("left")
        assert "[Commands]" in await click(walk, PageBar, "Commands")
        await walk.press("s", "left", "left")
        assert "[Commands]" in screen_text(walk.app), "in the line to type they move its cursor"

    await walked(test)


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


async def test_a_click_on_the_bar_of_switches_turns_one_whose_box_shows_it() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        assert "  1 [x] restart auditd   2 [x] put back" in await walk.press("enter", "enter")
        await walk.pilot.click(SwitchBar, offset=(5, 0))
        await walk.pilot.pause()
        assert session.switches.no_restart
        assert "  1 [ ] restart auditd   2 [x] put back" in screen_text(walk.app), "seen wherever the page is scrolled to"

    await walked(test, session)


async def test_a_click_on_a_switch_of_the_preview_turns_it() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "end")
        await click(walk, Document, "[x] restart auditd")
        assert session.switches.no_restart
        assert "[ ] restart auditd" in screen_text(walk.app)

    await walked(test, session)


async def test_the_scenario_list_shows_whole_lessons_and_says_how_many_more_there_are() -> None:
    lesson = "A lesson that needs more than the one row that a list would give it at eighty columns, and is shown to its end."
    session = SampleSession(demos=tuple(sample_demo(f"scenario-{number}", lesson) for number in range(12)))
    session._host = None

    async def test(walk: Walk) -> None:
        await walk.settled()
        text = " ".join(screen_text(walk.app).split())
        assert "is shown to its end." in text
        assert "▾ 7 more scenarios below" in text
        await walk.press(*["down"] * 11)
        assert "more scenario" not in screen_text(walk.app)
        await walk.press("home")
        await click(walk, Rows, "scenario-2")
        assert walk.app.screen.query_one(Rows).cursor_row == 2
        await click(walk, Rows, "scenario-2")
        assert session.demo is not None
        assert session.demo.name == "scenario-2"

    await walked(test, session)
