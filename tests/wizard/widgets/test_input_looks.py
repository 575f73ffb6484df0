"""How a line input looks in each theme: its cursor is seen on any terminal, and what it proposes can be read."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.pilot import Pilot
from textual.widgets import Input

from tests.wizard.test_walk import Walk
from tests.wizard.walk import SampleSession, app, left_over_sample
from tui.wizard.app import WizardApp
from tui.wizard.themes import THEMES

NAMES = [theme.name for theme in THEMES]
TO_CONFIRM = ("enter", "enter", "enter")
LEAST_CONTRAST = 4.5
"""What WCAG 2 asks of text, 1.4.3."""


def segments(wizard: WizardApp) -> list[Segment]:
    return list(wizard.screen.query_one(Input).render_line(0))


async def at_confirm(wizard: WizardApp, pilot: Pilot[int]) -> Walk:
    walk = Walk(wizard, pilot)
    await walk.press(*TO_CONFIRM)
    assert walk.at == "ConfirmScreen"
    return walk


def luminance(colour: tuple[int, int, int]) -> float:
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(segment: Segment) -> float:
    style = segment.style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    light, dark = sorted((luminance(style.color.get_truecolor()), luminance(style.bgcolor.get_truecolor())), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", NAMES)
async def test_the_cursor_is_seen_on_a_terminal_of_any_ground(theme: str) -> None:
    """Of the terminal's own colours the cursor has none: reversed they are seen on black and on white."""
    wizard = app(theme=theme, ascii=theme in ("ansi", "mono"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        await (await at_confirm(wizard, pilot)).press("y")
        (cursor,) = [segment for segment in segments(wizard) if segment.text == " "]
        assert cursor.style is not None
        if theme in ("ansi", "mono"):
            assert cursor.style.reverse
            assert all(colour is None or colour.is_default for colour in (cursor.style.color, cursor.style.bgcolor))
        else:
            assert not cursor.style.reverse
            assert contrast(cursor) > LEAST_CONTRAST


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_a_proposed_name_and_a_selected_number_can_be_read(theme: str) -> None:
    wizard = app(theme=theme)
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "s")
        (proposed,) = [segment for segment in segments(wizard) if len(segment.text.strip()) > 3]
        assert contrast(proposed) > LEAST_CONTRAST
        await walk.press("escape", "r")
        (seconds,) = [segment for segment in segments(wizard) if segment.text == "60"]
        assert contrast(seconds) > LEAST_CONTRAST


async def test_in_the_colours_of_the_terminal_what_is_selected_is_underlined() -> None:
    wizard = app(theme="ansi", ascii=True)
    async with wizard.run_test(size=(80, 24)) as pilot:
        await Walk(wizard, pilot).press("enter", "enter", "r")
        (seconds,) = [segment for segment in segments(wizard) if segment.text == "60"]
        assert seconds.style is not None
        assert seconds.style.underline


async def test_a_page_without_a_step_bar_begins_below_a_free_row() -> None:
    wizard = app(SampleSession(waits=left_over_sample()))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        for key, first in (("", "A run did not finish"), ("question_mark", "Help")):
            rows = (await walk.press(*filter(None, [key]))).splitlines()
            assert not rows[1].strip()
            assert first in rows[2]
