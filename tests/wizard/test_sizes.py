"""Every screen at four sizes: no word is cut without a sign that it is, and what matters stands where it is seen."""

from __future__ import annotations

import re

import pytest
from textual.pilot import Pilot

from tests.tools.show_screen import demo_session, text_of
from tui import demo
from tui.views.page import cells
from tui.wizard.app import WizardApp
from tui.wizard.steps.apply import ApplyScreen
from tui.wizard.terminal import TerminalChoice
from tui.wizard.widgets.rows import Rows

pytestmark = pytest.mark.slow
SEEN = [("fresh", (60, 20)), ("boot-elsewhere", (80, 24)), ("lock-waiting", (100, 30)), ("fresh", (160, 50))]
WALK = ("enter", "w", "escape", "e", "escape", "enter", "tab", "tab", "tab", "tab", "tab", "tab", "end", "enter")
"""Control, Host with its why and its events, the pages of Preview, and what Enter leads to from there."""


def cut_words(app: WizardApp, width: int) -> list[str]:
    """The rows of the screen that end at its edge in the middle of something, and the cells of a list that are wider than their column."""
    found = [row for row in text_of(app).splitlines() if cells(row) >= width and re.search(r"[\w/.,:;)-]$", row)]
    for rows in app.screen.query(Rows):
        for at in range(rows.row_count):
            for column, cell in zip(rows.ordered_columns, rows.get_row_at(at)):
                found += [line for line in str(cell).split("\n") if cells(line) > column.width]
        total = sum(column.get_render_width(rows) for column in rows.ordered_columns)
        if total > rows.scrollable_content_region.width + 1:
            found.append(f"{total} columns of a list in {rows.scrollable_content_region.width}")
    return found


async def settled(app: WizardApp, pilot: Pilot[int]) -> None:
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize(("name", "size"), SEEN, ids=str)
async def test_no_word_is_cut_without_a_sign(name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PACE", 0.02)
    session = demo_session(name, overview=True)
    app = WizardApp(session, TerminalChoice("rich"))
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        for key in ("", "h", "escape", "question_mark", "escape", "enter", *WALK):
            if key:
                await pilot.press(key)
            await settled(app, pilot)
            assert not cut_words(app, size[0]), (type(app.screen).__name__, key)
        if type(app.screen).__name__ != "ConfirmScreen":
            return
        assert "events of 1 to 2 s are lost" in " ".join(text_of(app).lower().split()), (
            "what it costs is read before the word is typed"
        )
        await pilot.press(*"yes", "enter")
        for _ in range(600):
            await pilot.pause(0.02)
            assert not cut_words(app, size[0]), type(app.screen).__name__
            if type(app.screen).__name__ == "ResultScreen":
                break
            if isinstance(app.screen, ApplyScreen) and app.screen.is_over:
                await pilot.press("enter")
        await settled(app, pilot)
        assert "now now" not in text_of(app)
        assert "Undo" in text_of(app)
        await pilot.press("u")
        await settled(app, pilot)
        assert not cut_words(app, size[0]), "undo"
