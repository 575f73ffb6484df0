"""The first frame stands before the session is opened; a refusal, and a key that cannot wait, end it in order."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.wizard.test_walk import Walk
from tests.wizard.walk import FAMILY, SampleSession, screen_text
from tui.wizard import app as wizard_app
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice

CHOICE = TerminalChoice("rich")


def waiting() -> tuple[WizardApp, threading.Event]:
    """A wizard whose session is opened when the event is set."""
    opens = threading.Event()

    def opening() -> SampleSession:
        opens.wait(10)
        return SampleSession(FAMILY)

    return WizardApp(opening, CHOICE), opens


async def test_the_first_frame_does_not_wait_for_the_session() -> None:
    app, opens = waiting()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Reading the controls" in screen_text(app)
        assert "docker-audit-wizard" in screen_text(app)
        assert not app.opened
        opens.set()
        await Walk(app, pilot).shows("/usr/bin/containerd")
        assert app.opened


@pytest.mark.parametrize(("key", "status"), [("ctrl+c", 130), ("ctrl+q", 0)])
async def test_a_key_ends_it_before_the_session_is_there(key: str, status: int) -> None:
    app, opens = waiting()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(key)
        opens.set()
    assert app.return_value == status
    assert app.crash is None


def test_what_refuses_to_open_is_raised_when_the_terminal_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def opening() -> Any:
        raise LookupError("no such thing")

    def run(self: WizardApp, **settings: Any) -> int | None:
        import asyncio

        async def headless() -> None:
            async with self.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                await self.workers.wait_for_complete()
                await pilot.pause()

        asyncio.run(headless())
        return self.return_value

    monkeypatch.setattr(WizardApp, "run", run)
    with pytest.raises(LookupError, match="no such thing"):
        wizard_app.run_wizard(opening, CHOICE)


async def test_a_step_is_painted_once_and_its_scrollbar_after_it() -> None:
    """Textual alone paints each of these six to eight times."""

    class Counting(WizardApp):
        painted = 0

        def post_display_hook(self) -> None:
            self.painted += 1

    app = Counting(SampleSession(), CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        counts = {}
        for key in ("enter", "enter", "enter", "escape", "question_mark", "escape"):
            app.painted = 0
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause(0.2)
            counts[f"{key} to {type(app.screen).__name__}"] = app.painted
        assert max(counts.values()) <= 4, counts
