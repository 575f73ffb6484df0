"""On every screen Enter stands in the key line at 80 columns, and each key that does something stands there or in the help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tools.show_screen import demo_session
from tests.wizard.walk import SampleSession, left_over_sample
from tests.wizard.walking import Walk
from tui import demo
from tui.session import Session
from tui.views.help import help_lines, keys_of
from tui.views.page import plain
from tui.wizard.app import WizardApp
from tui.wizard.steps.base import StepScreen
from tui.wizard.terminal import TerminalChoice
from tui.wizard.widgets.bars import KeyLine
from tui.wizard.widgets.key_names import KEY_NAMES, working_keys

pytestmark = pytest.mark.slow

AS_TYPED = {"Enter", "Esc", "Tab", "Space", "Left", "Right"}
"""The keys with names; of the others those of one letter are looked for. What scrolls and what edits an input is the same everywhere."""


def predicted() -> Session:
    session = demo_session("fresh")
    session.lesson.predict = True
    return session


WALKS: dict[str, tuple[Callable[[], Session], tuple[str, ...]]] = {
    "the family": (lambda: demo_session("fresh", overview=True), ("h", "escape", "escape", "enter")),
    "blocked": (
        lambda: demo_session("lock-waiting"),
        ("enter", "w", "escape", "e", "escape", "question_mark", "question_mark", "enter", "w", "enter", "enter", "question_mark"),
    ),
    "a restart that blocks": (lambda: demo_session("audit-4"), ("enter", "enter", "enter", "escape", "B")),
    "carried out": (
        lambda: demo_session("fresh"),
        ("enter", "enter", "r", "enter", "escape", "escape", "enter", "yes", "ResultScreen", "o", "escape", "u"),
    ),
    "rehearsed": (lambda: demo_session("fresh"), ("enter", "enter", "r", "enter", "yes", "CountedScreen")),
    "failed": (lambda: demo_session("no-return"), ("enter", "enter", "enter", "yes", "over", "enter")),
    "predicted": (predicted, ("enter", "2", "enter")),
    "cut short": (lambda: SampleSession(waits=left_over_sample()), ("r",)),
}


def told(screen: StepScreen) -> tuple[str, set[str]]:
    """The key line as it is drawn, and the keys that the help of *screen* lists."""
    lines = [plain(line) for line in help_lines(screen.TOPIC, 76, screen.signs, working_keys(screen).__contains__)]
    at, end = lines.index("  Keys here"), next(at for at, line in enumerate(lines) if line.strip() in ("Signs", "Words"))
    listed = {key for line in lines[at + 1 : end] if line[4:5].strip() for key in keys_of(line[4:30].split("  ")[0].strip())}
    return screen.query_one(KeyLine).render().plain, listed


def unnamed(screen: StepScreen) -> list[str]:
    """The keys of *screen* that do something and are named nowhere, and Enter where the key line leaves it out."""
    line, listed = told(screen)
    works = {KEY_NAMES.get(key, key) for key, found in screen.active_bindings.items() if found.enabled and found.node is screen}
    works = {key for key in works if key in AS_TYPED or len(key) == 1} - ({"Tab"} if len(screen.focus_chain) < 2 else set())
    shown = {key for key, _, _ in screen.query_one(KeyLine)._keys}
    return sorted(works - shown - listed) + ["Enter in the key line"] * ("Enter" in works and " Enter " not in line)


@pytest.mark.parametrize("name", WALKS)
async def test_every_key_that_does_something_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PACE", 0.001)
    opened, presses = WALKS[name]
    wizard = WizardApp(opened(), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.settled()
        seen = []
        for press in ("", *presses):
            if press == "yes":
                await walk.type("yes")
                await walk.press("enter")
            elif press == "over":
                for _ in range(400):
                    if getattr(wizard.screen, "is_over", False):
                        break
                    await pilot.pause(0.02)
            elif press.endswith("Screen"):
                await walk.until(press)
            elif press:
                await walk.press(press)
            assert isinstance(wizard.screen, StepScreen)
            if not unnamed(wizard.screen):
                continue
            seen.append((walk.at, press, unnamed(wizard.screen), walk.keys))
        assert not seen


async def test_left_and_right_take_a_message_away_as_other_keys_do() -> None:
    wizard = WizardApp(demo_session("fresh"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "3")
        assert "Key 3 changes nothing here" in walk.keys
        await walk.press("right")
        assert "Key 3" not in walk.keys
        assert "[Compiled rules]" in await walk.settled()


async def test_a_rehearsal_that_would_be_refused_is_not_offered_and_its_key_says_why() -> None:
    wizard = WizardApp(demo_session("full-partition"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter")
        assert "rehearse" not in walk.keys
        await walk.press("r")
        assert walk.at == "PreviewScreen"
        assert "Nothing would be counted. /var/log/audit has 37 MiB free" in " ".join(walk.keys.split())
