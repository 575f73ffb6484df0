"""Mash the wizard's keys: random walks over the simulated hosts, at any pace and size, until something breaks.

    python tests/tools/mash_keys.py [--seed N] [--rounds N] [--seconds S] [--keys N]

Each round is one walk, made from its seed: the scenarios to choose from, one of them, one control, predicted first, or a course. What is looked for:
a crash, a screen that does not answer, one that waits for a reading that nobody does, text that no terminal should get, a run that nobody agreed to
in words, or of another plan than the one that was shown. The seed and the keys that led there are printed; threads make some of it a matter of
luck. The exit status is 1 where anything was found.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rich.segment import Segment  # noqa: E402
from textual import events  # noqa: E402
from textual.geometry import Size  # noqa: E402
from textual.keys import _character_to_key  # noqa: E402
from textual.widgets import Input  # noqa: E402

from tui import demo as demos  # noqa: E402
from tui.controls.catalogue import load_catalogue  # noqa: E402
from tui.host.facts import HostFacts, Interest  # noqa: E402
from tui.host.port import Host  # noqa: E402
from tui.host.scenario import SCENARIO_NAMES, load_scenario  # noqa: E402
from tui.host.simulated.host import SimulatedHost  # noqa: E402
from tui.opening import open_course, open_session  # noqa: E402
from tui.session import Session  # noqa: E402
from tui.training.course import load_course  # noqa: E402
from tui.training.progress import Progress  # noqa: E402
from tui.verdict.question import Question  # noqa: E402
from tui.wizard.app import WizardApp  # noqa: E402
from tui.wizard.steps.apply import ApplyScreen  # noqa: E402
from tui.wizard.steps.base import StepScreen  # noqa: E402
from tui.wizard.steps.confirm import ConfirmScreen  # noqa: E402
from tui.wizard.steps.typed_confirmation import WordScreen  # noqa: E402
from tui.wizard.terminal import TerminalChoice  # noqa: E402
from tui.wizard.widgets.bars import KeyLine, Note  # noqa: E402
from tui.wizard.widgets.document import Document  # noqa: E402

BENCHMARK = "1.2.0"
SIZES = [(40, 12), (60, 20), (80, 24), (80, 25), (100, 30), (132, 43), (160, 50)]
WILD = [
    *(
        "tab",
        "shift+tab",
        "escape",
        "enter",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "space",
        "backspace",
    ),
    *(
        "delete",
        "slash",
        "ctrl+l",
        "ctrl+z",
        "ctrl+j",
        "ctrl+a",
        "ctrl+k",
        "ctrl+u",
        "ctrl+w",
        "ctrl+v",
        "f1",
        "f5",
        "f10",
        "f12",
        "insert",
    ),
    *"abcdefhijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789?:-",  # no path to another folder, for what is saved
]
LEAVING = {"q", "ctrl+q", "ctrl+c"}
"""Keys that may end the walk: they are rare, or no walk would come far."""
PASTES = ("yes", "lock\n", "", "x" * 3000, "\x1b[31m[red]é\u202e\x00", "one\ntwo\nthree")
FORBIDDEN = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} | set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"
)
WAITING = ("Reading the host …", "Reading the journal …", "Reading the audit log …", "Probing …")
ANSWERS_WITHIN = 30.0
"""Seconds after which a screen does not answer any more."""


class Found(Exception):
    """Something that must not be; the message says what."""


class WatchedApp(WizardApp):
    """The wizard, which notes what must not be when a run begins."""

    wrong = ""
    shown: Any = None
    """The plan that Confirm showed last."""
    left = False
    """Whether the test driver takes the screens down, which the events that are under way find out."""

    def _handle_exception(self, error: Exception) -> None:
        """Keep a crash, as long as the walk goes on."""
        if not self.left:
            super()._handle_exception(error)

    def start(self, *arguments: Any, **settings: Any) -> None:
        """Begin a run as ever, and look whether it was agreed to in words."""
        screen = self.screen
        if not isinstance(screen, WordScreen) or screen.query_one("#word", Input).value.strip() != screen.word:
            self.wrong = f"a run began on {type(screen).__name__} without its word"
        elif isinstance(screen, ConfirmScreen) and self.shown is not self.session.plan:
            self.wrong = "a run began of another plan than the one that was shown"
        super().start(*arguments, **settings)


class Mash:
    """One walk made from a *seed*."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.keys: list[str] = []
        self.where = ""

    def session(self, folder: Path) -> Session:
        """The session that is walked."""
        choose, catalogue = self.random.choice, load_catalogue()
        mode = choice_of(self.random, {"list": 2, "scenario": 5, "control": 3, "predict": 2, "course": 1})
        scenario = choose(SCENARIO_NAMES)
        controls = tuple(catalogue.numbered(BENCHMARK))
        if mode == "control":
            slug = load_scenario(scenario).control or choose(controls).slug
            controls = tuple(catalogue.find([slug], BENCHMARK))
        self.where = f"{mode} {scenario if mode != 'course' else ''} {controls[0].slug if len(controls) == 1 else ''}".strip()
        question = Question(controls, BENCHMARK)
        if mode == "course":
            return open_course(question, Progress(load_course(""), str(folder / "courses.json")))
        wanted = "" if mode == "list" else scenario
        return open_session(question, demo=wanted, live=no_host, predict=mode == "predict")

    async def walk(self, keys: int, folder: Path) -> None:
        """Press that many keys. Raises Found."""
        size = self.random.choice(SIZES)
        app = WatchedApp(self.session(folder), TerminalChoice("rich", ascii=self.random.random() < 0.2, theme="dark"))
        self.where += f" {size[0]}x{size[1]}"
        demos.PACE = self.random.choice([0.0, 0.0, 0.05])
        async with app.run_test(size=size) as pilot:
            try:
                await self.settle(app, pilot)
                while len(self.keys) < keys and app.is_running and not app._exit:
                    for _ in range(self.random.choice([1, 1, 1, 2, 3, 8])):
                        self.press(app)
                    pace = self.random.random()
                    if pace > 0.4:
                        await asyncio.sleep(self.random.random() * 0.02 if pace < 0.8 else 0)
                    self.look(app)
                    if pace > 0.85:
                        await self.settle(app, pilot)
                        self.look(app, settled=True)
            finally:
                if app.at_work is not None:
                    app.at_work.cancel()
                    app.at_work.wait()
                app._exception, app.left = None, True  # told by what looks, not by the test driver
        if app.crash is not None:
            raise Found("a crash") from app.crash

    async def settle(self, app: WatchedApp, pilot: Any) -> None:
        """Wait until nothing is at work. Raises Found where that does not come."""
        try:
            await asyncio.wait_for(self._settle(app, pilot), ANSWERS_WITHIN)
        except asyncio.TimeoutError:
            self.look(app)
            raise Found(f"{type(app.screen).__name__} does not answer") from None

    async def _settle(self, app: WatchedApp, pilot: Any) -> None:
        quiet = 0
        while quiet < 3 and app.is_running and not app._exit and app.crash is None:
            answered = asyncio.Event()
            app.call_later(answered.set)
            await answered.wait()
            screen_answered = asyncio.Event()
            if app.screen.is_running:
                app.screen.call_later(screen_answered.set)
                try:
                    await asyncio.wait_for(screen_answered.wait(), 1)
                except asyncio.TimeoutError:
                    quiet = 0  # it went meanwhile
                    continue
            await asyncio.sleep(0.03)
            waits = any(isinstance(each, ApplyScreen) and each.is_over for each in app.screen_stack)  # for Enter, after a failure
            busy = any(not worker.is_finished for worker in app.workers) or (app.at_work is not None and not waits)
            quiet = 0 if busy else quiet + 1

    def press(self, app: WatchedApp) -> None:
        """One key, click, paste or another size, as the terminal tells it."""
        screen, chance = app.screen, self.random.random()
        width, height = app.size
        if chance < 0.03:
            size = Size(*self.random.choice(SIZES))
            self.keys.append(f"<{size.width}x{size.height}>")
            assert app._driver is not None
            app._driver._size = size  # type: ignore[assignment]
            app.post_message(events.Resize(size, size))
        elif chance < 0.08:
            x, y = self.random.randrange(width), self.random.randrange(height)
            if self.random.random() < 0.5:
                y = self.random.choice([0, 1, 2, height - 1, height - 2])
            self.keys.append(f"<click {x},{y}>")
            for kind, button in ((events.MouseMove, 0), (events.MouseDown, 1), (events.MouseUp, 1)):
                self.send(app, kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y))
        elif chance < 0.10:
            text = self.random.choice(PASTES)
            self.keys.append(f"<paste {text[:20]!r}>")
            self.send(app, events.Paste(text))
        elif chance < 0.30 and isinstance(screen, WordScreen):
            for key in (*screen.word, "enter"):
                self.key(app, key)
        elif chance < 0.45:
            self.key(app, "enter")
        elif chance < 0.75 and (works := [key for key in screen.active_bindings if key not in LEAVING]):
            self.key(app, self.random.choice(sorted(works)))
        elif chance > 0.995:
            self.key(app, self.random.choice(sorted(LEAVING)))
        else:
            self.key(app, self.random.choice(WILD))

    def key(self, app: WatchedApp, key: str) -> None:
        """Press *key*."""
        self.keys.append(key)
        name, character = (
            (_character_to_key(key), key) if len(key) == 1 else (key, {"space": " ", "enter": "\r", "tab": "\t"}.get(key))
        )
        self.send(app, events.Key(name, character))

    def send(self, app: WatchedApp, event: Any) -> None:
        """Tell the app *event* as its driver does."""
        event.set_sender(app)
        if app._driver is not None:
            app._driver.send_message(event)

    def look(self, app: WatchedApp, *, settled: bool = False) -> None:
        """Raises Found where anything is not as it must be."""
        if app.crash is not None:
            raise Found("a crash") from app.crash
        if app.wrong:
            raise Found(app.wrong)
        if not app.is_running or app._exit or not app.opened:
            return
        screen, session = app.screen, app.session
        segments: list[Segment] = [segment for strip in screen._compositor.render_strips() for segment in strip]
        text = "".join(segment.text for segment in segments)
        if bad := set(text) & FORBIDDEN:
            rows = [row for row in screen._compositor.render_strips() if set("".join(segment.text for segment in row)) & bad]
            raise Found(f"unclean text on {type(screen).__name__}: {bad!r}: {rows!r}")
        if not settled or not isinstance(screen, StepScreen):
            return
        if app.held_back:
            raise Found(f"{type(screen).__name__} is never painted")
        told = [document.text for document in screen.query(Document)]
        told += [str(bar.render()) for kind in (Note, KeyLine) for bar in screen.query(kind)]
        for words in WAITING:
            if any(words in each for each in told):
                raise Found(f"{type(screen).__name__} waits for what nobody does: {words}\n{text}")
        plan = session.plan
        if plan is not None and type(screen).__name__ in ("HostScreen", "PreviewScreen", "ConfirmScreen"):
            if plan.switches != session.switches:
                raise Found(f"the plan's switches are not those that are on: {plan.switches} {session.switches}")
            if plan.findings != session.findings:
                raise Found("the plan is about other findings than those that are shown")
            if session.facts is not None and session.question.findings(session.facts) != session.findings:
                raise Found("the findings are not those of the facts")


def tell(mash: Mash, what: object) -> None:
    """Print *what* was found on the walk, and the keys that led there."""
    print(f"--- seed {mash.seed}: {mash.where}: {what}\n    {' '.join(mash.keys)}", flush=True)


def choice_of(chance: random.Random, weights: dict[str, int]) -> str:
    """One of the names, by its weight."""
    return chance.choices([*weights], [*weights.values()])[0]


def no_host() -> Host:
    """Refuse: keys are mashed on simulated hosts alone."""
    raise AssertionError("keys are mashed on simulated hosts alone")


def slow_down(seed: int) -> Callable[[], None]:
    """Have each reading in a thread take a little, by chance; what ends that."""
    plain, chance = SimulatedHost.read, random.Random(seed)

    def read(self: SimulatedHost, interest: Interest) -> HostFacts:
        if threading.current_thread() is not threading.main_thread():
            time.sleep(chance.choice([0, 0, 0.005, 0.03, 0.15]))
            facts = plain(self, interest)
            time.sleep(chance.choice([0, 0, 0.005, 0.03]))
            return facts
        return plain(self, interest)

    SimulatedHost.read = read  # type: ignore[method-assign]
    return partial(setattr, SimulatedHost, "read", plain)


def note_what_is_shown() -> None:
    """Have Confirm note the plan that it shows."""
    plain = ConfirmScreen.agreed_to

    def agreed_to(self: ConfirmScreen, width: int) -> Any:
        self.app.shown = self.plan  # type: ignore[attr-defined]
        return plain(self, width)

    ConfirmScreen.agreed_to = agreed_to  # type: ignore[method-assign]


def main() -> int:
    """Walk until the rounds or the seconds are over."""
    parser = argparse.ArgumentParser(description="Mash the wizard's keys.")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--rounds", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--keys", type=int, default=150, help="keys a walk")
    arguments = parser.parse_args()
    note_what_is_shown()
    found, began = 0, time.monotonic()
    pressed = rounds = 0
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        os.chdir(folder)  # what is saved goes with it
        for seed in range(arguments.seed, arguments.seed + arguments.rounds):
            if time.monotonic() - began > arguments.seconds:
                break
            mash = Mash(seed)
            as_before = slow_down(seed)
            faulthandler.dump_traceback_later(4 * ANSWERS_WITHIN, exit=True)
            hung = threading.Timer(3.9 * ANSWERS_WITHIN, tell, (mash, "it does not end"))
            hung.daemon = True
            hung.start()
            try:
                asyncio.run(mash.walk(arguments.keys, Path(folder) / str(seed)))
            except Exception as error:
                found += 1
                tell(mash, error)
                traceback.print_exception(type(error), error, error.__traceback__, file=sys.stdout)
            finally:
                hung.cancel()
                faulthandler.cancel_dump_traceback_later()
                as_before()
            rounds, pressed = rounds + 1, pressed + len(mash.keys)
    print(f"{rounds} walks, {pressed} keys, {found} found, in {time.monotonic() - began:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
