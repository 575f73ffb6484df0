"""The first frame stands before the session is opened; a refusal, and a key that cannot wait, end it in order."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.css.stylesheet import Stylesheet
from textual.events import Resize
from textual.geometry import Size

from tests.wizard.walk import FAMILY, SampleSession, screen_text, until
from tests.wizard.walking import Walk
from tui.base.resources import package_text
from tui.wizard import app as wizard_app
from tui.wizard import steady_app
from tui.wizard.app import WizardApp
from tui.wizard.steps import overview
from tui.wizard.steps.base import StepScreen
from tui.wizard.terminal import TerminalChoice
from tui.wizard.themes import THEMES

CHOICE = TerminalChoice("rich")
STEPS_LOOK = package_text("tui.wizard", "wizard.tcss")


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


async def test_the_first_frame_parses_the_look_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual alone parses it, throws that away, and parses it again; another theme still styles everything anew. The look of the steps waits."""
    parsed: list[str] = []

    def counting(self: Stylesheet, css: str, *rest: Any, **settings: Any) -> Any:
        before = len(self._parse_cache)
        rules = parse_rules(self, css, *rest, **settings)
        parsed.extend([css] * (len(self._parse_cache) - before))
        return rules

    parse_rules = Stylesheet._parse_rules
    monkeypatch.setattr(Stylesheet, "_parse_rules", counting)
    app, opens = waiting()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert (parsed.count(WizardApp.CSS), parsed.count(STEPS_LOOK)) == (1, 0)
        opens.set()
        await Walk(app, pilot).shows("/usr/bin/containerd")
        assert (parsed.count(WizardApp.CSS), parsed.count(STEPS_LOOK)) == (1, 1)
        ground = app.screen.styles.background
        app.theme = THEMES[1].name if app.theme == THEMES[0].name else THEMES[0].name
        await pilot.pause()
        assert app.screen.styles.background != ground


def test_what_the_first_frame_needed_is_never_looked_through_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a hundred thousand objects: looking through them once takes as long as reading and judging the host."""
    seen: list[tuple[bool, bool]] = []

    def run(self: WizardApp, **settings: Any) -> int | None:
        seen.append((gc.isenabled(), gc.get_freeze_count() > 10_000))
        return None

    monkeypatch.setattr(WizardApp, "run", run)
    gc.unfreeze()
    try:
        wizard_app.run_wizard(SampleSession(FAMILY), CHOICE)
    finally:
        gc.unfreeze()
        gc.enable()
    assert seen == [(False, True)]


@pytest.mark.parametrize("opened", [True, False], ids=["a session", "what opens it"])
async def test_garbage_is_looked_for_once_the_walk_begins(opened: bool) -> None:
    """Also where the command line names a control or a scenario, whose session is open before the first frame."""
    app, opens = waiting()
    opens.set()
    app = WizardApp(SampleSession(FAMILY), CHOICE) if opened else app
    gc.disable()
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await Walk(app, pilot).shows("/usr/bin/containerd")
            assert gc.isenabled()
    finally:
        gc.enable()


async def test_a_plan_is_made_for_the_row_on_which_the_cursor_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was passed on the way is not planned for when its time comes."""
    monkeypatch.setattr(overview, "CURSOR_RESTS", 600)
    planned: list[str] = []

    class Planning(SampleSession):
        def plan_alone(self, slug: str) -> Any:
            planned.append(slug)
            return super().plan_alone(slug)

    app = WizardApp(Planning(FAMILY), CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await Walk(app, pilot).shows("/usr/bin/containerd")
        await pilot.press("home", "down", "down", "down")
        screen = app.screen
        assert isinstance(screen, overview.OverviewScreen)
        for passed in ("dockerd", "etc-docker", "containerd", "runc", "runc"):
            screen.plan_for(passed)
        await app.workers.wait_for_complete()
        assert planned == ["runc"]


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


async def test_a_step_styles_and_lays_out_its_widgets_three_times_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The looks of the roles, an input that is not asked for, and a second styling of all when the screen is shown made it ten times; a
    layout for the size that the screen has just been laid out for made it four."""
    styled: list[Any] = []
    laid_out: list[Any] = []
    apply, reflow = Stylesheet.apply, Compositor.reflow

    def counting(self: Stylesheet, node: Any, **settings: Any) -> None:
        styled.append(node)
        apply(self, node, **settings)

    def laying_out(self: Compositor, parent: Any, size: Size) -> Any:
        laid_out.append(parent)
        return reflow(self, parent, size)

    monkeypatch.setattr(Stylesheet, "apply", counting)
    monkeypatch.setattr(Compositor, "reflow", laying_out)
    app = WizardApp(SampleSession(), CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await Walk(app, pilot).shows("/usr/bin/containerd")
        counts = {}
        for key in ("enter", "enter", "enter", "escape", "question_mark", "escape", "escape"):
            styled.clear()
            laid_out.clear()
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
            widgets = 1 + len(list(app.screen.walk_children()))
            counts[f"{key} to {type(app.screen).__name__}"] = (len(styled), widgets, laid_out.count(app.screen))
        assert all(times <= 3 * widgets and layouts <= 3 for times, widgets, layouts in counts.values()), counts


async def test_the_keys_are_told_without_a_search_of_the_screen_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told several times a step."""
    searched: list[Any] = []
    app = WizardApp(SampleSession(), CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await Walk(app, pilot).shows("/usr/bin/containerd")
        screen = app.screen
        assert isinstance(screen, StepScreen)
        query = screen.query
        monkeypatch.setattr(screen, "query", lambda *selector: searched.append(selector) or query(*selector))
        screen.show_keys()
    assert 1 <= len(searched) <= 3, searched  # the line itself, and whether there is a page to find in and to copy


async def test_what_a_thread_has_found_is_shown_to_nobody_once_the_walk_ends() -> None:
    """The screens are taken down then: what would be shown on them ended the program with a crash."""
    gate = threading.Event()
    shown: list[str] = []
    app = WizardApp(SampleSession(FAMILY), CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await Walk(app, pilot).shows("/usr/bin/containerd")
        await app.workers.wait_for_complete()  # the first look shows its verdicts before its thread is over, and would be cancelled
        app.in_thread(app.screen, lambda: assert_set(gate), lambda _: shown.append("late"))
        app._running = False  # as the shutdown begins
        gate.set()
        await app.workers.wait_for_complete()
        app._running = True
    assert shown == []
    assert app.crash is None


async def test_what_a_thread_does_may_ask_its_screen_for_the_walk_when_another_is_shown() -> None:
    """A screen that is gone hangs in no tree by which it could find its app: a quick Enter on the overview ended the program with a crash."""
    gate, found = threading.Event(), []
    app = WizardApp(SampleSession(FAMILY), CHOICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await Walk(app, pilot).shows("/usr/bin/containerd")
        await app.workers.wait_for_complete()
        screen = app.screen
        assert isinstance(screen, overview.OverviewScreen)

        def work() -> None:
            assert_set(gate)
            found.append(screen.session)

        app.in_thread(screen, work, lambda _: None, reads=False)
        await pilot.press("enter")
        await until(lambda: screen.parent is None)
        gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.crash is None
    assert found == [app.session]


def assert_set(gate: threading.Event) -> None:
    assert gate.wait(10)


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
    monkeypatch.setattr(steady_app, "LONGEST_HELD_BACK", 600)
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
