"""A rehearsal on its screens: the seconds, the word, what is counted, and that no other run begins by it."""

from __future__ import annotations

import re
import threading

import pytest
from textual.widgets import Input

from tests.wizard.walk import (
    SampleSession,
    sample_demo,
    screen_text,
)
from tests.wizard.walking import Walk, walked

pytestmark = pytest.mark.slow


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
        assert "Type yes to load, count and take out:" in text
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
