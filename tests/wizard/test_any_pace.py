"""Keys that come faster than the screens change, and what threads find while they come."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input

from tests.wizard.test_walk import TO_CONFIRM, Walk, walked
from tests.wizard.walk import SampleSession


async def test_a_second_enter_behind_the_word_begins_no_second_run() -> None:
    """It reaches the input before the first one has led to another screen."""
    session = SampleSession(gate=threading.Event())

    async def test(walk: Walk) -> None:
        await walk.press(*TO_CONFIRM)
        await walk.type("yes")
        field = walk.app.screen.query_one("#word", Input)
        for _ in range(2):
            field.post_message(Input.Submitted(field, field.value))
        await walk.until("ApplyScreen")
        session.gate.set()
        await walk.until("ResultScreen")

    await walked(test, session)
    assert session.record == ["read", "apply"]


@pytest.mark.parametrize(
    ("pasted", "taken"),
    [("yes\nno", "yes"), ("\x1b[31m\u202eyes\x00\x9b", "[31myes"), ("\n", ""), ("caf\u00e9 \udce9", "caf\u00e9 ")],
)
async def test_of_what_is_pasted_the_first_line_is_taken_without_what_no_key_types(pasted: str, taken: str) -> None:
    """Also of what was copied here: a page of many lines."""

    async def test(walk: Walk) -> None:
        await walk.press("slash")
        field = walk.app.screen.focused
        assert isinstance(field, Input)
        walk.app._clipboard = pasted
        field.action_paste()
        assert field.value == taken

    await walked(test)
