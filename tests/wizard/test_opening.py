"""The first frame stands before the session is opened; a refusal, and a key that cannot wait, end it in order."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from textual.events import Resize
from textual.geometry import Size

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


class Glass(WizardApp):
    """A wizard whose ``painted`` is the screen that a terminal shows. A pilot's pause would paint by itself, so none is made here."""

    painted = ""

    def _display(self, screen: Any, renderable: Any) -> None:
        if renderable is not None and not self._batch_count:
            self.painted = type(screen).__name__
        super()._display(screen, renderable)

    async def shows(self, name: str) -> None:
        for _ in range(500):
            if self.painted == name:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{type(self.screen).__name__} is on, and the terminal shows {self.painted}")


async def test_a_screen_that_was_held_back_is_painted_without_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step's own word that it is ready paints it: here no clock does."""
    monkeypatch.setattr(wizard_app, "LONGEST_HELD_BACK", 600)
    app = Glass(SampleSession(), CHOICE)
    async with app.run_test(size=(80, 24)):
        await app.shows("ControlScreen")
        for key, name in (
            ("enter", "HostScreen"),
            ("enter", "PreviewScreen"),
            ("question_mark", "TextScreen"),
            ("escape", "PreviewScreen"),
            ("enter", "ConfirmScreen"),
            ("escape", "PreviewScreen"),
            ("escape", "HostScreen"),
            ("w", "TextScreen"),
            ("enter", "HostScreen"),
            ("escape", "ControlScreen"),
        ):
            app.simulate_key(key)
            await app.shows(name)


@pytest.mark.parametrize("meanwhile", ["", "resize", "question_mark", "escape"])
async def test_what_a_screen_waits_for_holds_it_back_no_longer_than_said(meanwhile: str) -> None:
    """The host is read for ever; what happens while the screen is held back does not lose its first frame."""
    gate = threading.Event()
    app = Glass(SampleSession(read_gate=gate), CHOICE)
    async with app.run_test(size=(80, 24)):
        await app.shows("ControlScreen")
        app.simulate_key("enter")
        while type(app.screen).__name__ != "HostScreen":
            await asyncio.sleep(0)
        app.painted = ""
        if meanwhile == "resize":
            app._driver._size = Size(100, 30)
            app.post_message(Resize(Size(100, 30), Size(100, 30)))
        elif meanwhile:
            app.simulate_key(meanwhile)
        await app.shows({"question_mark": "TextScreen", "escape": "ControlScreen"}.get(meanwhile, "HostScreen"))
        gate.set()
        await app.workers.wait_for_complete()


async def test_what_is_laid_out_while_a_screen_is_held_back_is_painted_afterwards() -> None:
    app = Glass(SampleSession(), CHOICE)
    async with app.run_test(size=(80, 24)):
        await app.shows("ControlScreen")
        app._hold_back(1)
        app.screen._refresh_layout(Size(80, 23))
        await asyncio.sleep(0.05)  # until what was put off is done
        app.painted = ""
        app.paint()
        await app.shows("ControlScreen")
