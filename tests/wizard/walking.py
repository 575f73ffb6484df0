"""Walk: the wizard with keys in and text out; a walk by it on a made-up session."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from tests.wizard.walk import (
    SampleSession,
    app,
    screen_text,
)
from tui.wizard.app import WizardApp
from tui.wizard.steps.apply import ApplyScreen
from tui.wizard.widgets.bars import KeyLine

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


async def click(walk: Walk, widget: type, text: str) -> str:
    """Click on *text*, where it stands in the widget."""
    region = walk.app.screen.query_one(widget).region
    rows = screen_text(walk.app).splitlines()[region.y : region.y + region.height]
    at, row = next((line.index(text, region.x), number) for number, line in enumerate(rows) if text in line[region.x :])
    await walk.pilot.click(widget, offset=(at - region.x + 1, row))
    return await walk.settled()
