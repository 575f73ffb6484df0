"""Every key and every branch of Preview and Confirm: pages, switches, what is dropped, the word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.wizard import samples
from tests.wizard.scenario_sessions import session_of
from tests.wizard.walk import (
    SampleSession,
    screen_text,
)
from tests.wizard.walking import TO_CONFIRM, Walk, click, walked
from tui.plan.values import Plan
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice
from tui.wizard.widgets.bars import PageBar, SwitchBar
from tui.wizard.widgets.document import Document

pytestmark = pytest.mark.slow


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


async def test_a_switch_on_confirm_that_blocks_the_plan_leads_back_to_preview_which_says_so() -> None:
    wizard = WizardApp(session_of("audit-4", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "1", "enter")
        await walk.until("ConfirmScreen")
        await walk.press("tab", "space")
        await walk.until("PreviewScreen")
        text = await walk.shows("Blocked: nothing will be changed")
        assert "The plan has changed: auditd is restarted after the load." in text
