"""Undo and recovery on their screens: what they show, ask for and refuse."""

from __future__ import annotations

import pytest

from tests.pairs import paired
from tests.wizard import samples
from tests.wizard.walk import (
    FAMILY,
    SampleSession,
    left_over_sample,
    screen_text,
    undo_sample,
)
from tests.wizard.walking import TO_APPLY, Walk, walked
from tui.base.notice import Notice

pytestmark = pytest.mark.slow


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
