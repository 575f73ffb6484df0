"""The wizard on a terminal: first paint and memory against bare Textual apps, bytes and time a step, key to paint while a run prints."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence

from tests.bench.harness import PROGRAM, ROOT, Bench, Comparison, Timing, high_water
from tests.terminal.line import Line

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("first paint")
Bare().run()
"""
LINES = 20_000
SECONDS = 8
FLOOD = """
import threading, time
from tests.wizard.walk import SampleSession, app

LINES, SECONDS = {lines}, {seconds}

class Talkative:
    def __iter__(self):
        for number in range(LINES):
            if number % 100 == 0:
                time.sleep(SECONDS / LINES * 100)
            yield f"line {{number}} of what a talkative command says while it works\\n"

wizard = app(SampleSession(output=Talkative(), gate=threading.Event()))
wizard.call_later(wizard.apply)
wizard.run()
"""
"""A run that prints its lines in so many seconds, and then waits to be called off."""


TRUE_COLOUR = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
WIDGETS = """
from textual.app import App
from textual.scroll_view import ScrollView
from textual.widgets import DataTable, Input, Static
class Bare(App):
    def compose(self):
        yield Static("first paint")
        yield Static("a note")
        yield DataTable()
        yield ScrollView()
        yield Input()
        yield Static("keys")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns(*"abcdefg")
        for row in range(10):
            table.add_row(*range(7))
Bare().run()
"""
"""A bare app with the widgets that the overview is made of."""
STEPS = (
    (b"\r", "Enter preview the change"),
    (b"\r", "Enter confirm"),
    (b"\r", "Enter go (after yes)"),
    (b"\x1b", "Enter confirm"),
    (b"?", "What happens next"),
    (b"\x1b", "Enter confirm"),
    (b"\x1b", "Enter preview the change"),
    (b"\x1b", "Enter look at the host"),
)
"""Keys, and what stands on the step that each leads to."""


def opened(argv: Sequence[str], environment: Mapping[str, str] = TRUE_COLOUR) -> Line:
    """*argv* on a line of its own, with the modules of this checkout and their byte code."""
    return Line(argv, {"PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/"), **environment})


def run(runs: int) -> list[Comparison]:
    """First paint, first verdict and memory of the wizard on this host; then its steps and its keys."""
    sides = {"bare": [sys.executable, "-c", BARE], "widgets": [sys.executable, "-c", WIDGETS], "wizard": list(PROGRAM)}
    times: dict[str, list[float]] = {"bare": [], "frame": [], "verdict": []}
    sizes: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        painted: dict[str, float] = {}
        resident: dict[str, float] = {}
        for name, argv in sides.items():
            line = opened(argv)
            painted["frame" if name == "wizard" else name] = line.until(
                "docker-audit-wizard" if name == "wizard" else "first paint"
            )
            if name == "wizard":
                painted["verdict"] = line.until("/usr/bin/containerd")
            time.sleep(0.3)
            resident[name] = high_water(line.pid)
            line.end(b"q" if name == "wizard" else b"\x11")
        if turn:
            for name in times:
                times[name].append(painted[name])
            for name, size in resident.items():
                sizes[name].append(size)
    bare = Timing("a bare Textual app with one line", *_figures(times["bare"]))
    widgets = Timing("a bare Textual app with the overview's widgets", *_figures(sizes["widgets"]))
    return [
        Comparison("first paint of the wizard", _timing("wizard", times["frame"]), bare, 1.05),
        Comparison("first verdicts of the wizard on the screen", _timing("wizard", times["verdict"]), bare, 1.5),
        Comparison("memory of the wizard, at its most", _timing("wizard", sizes["wizard"]), widgets, 1.1, unit="MiB"),
        *steps(),
        keys(),
    ]


def steps(rounds: int = 3) -> list[Comparison]:
    """What a step of the walk sends to a terminal of 80x24, and how long it takes from the key to the last byte."""
    found = []
    for name, environment, most in (("in true colour", TRUE_COLOUR, 8.0), ("to a vt100", {"TERM": "vt100"}, 4.0)):
        line = opened([*PROGRAM, "--demo", "fresh", "--control", "containerd"], environment)
        line.shows("Enter look at the host")
        sent: list[float] = []
        took: list[float] = []
        for turn in range(rounds + 1):
            for key, words in STEPS:
                line.press(key)
                line.shows(words)
                if turn:
                    sent.append(line.sent / 1000)
                    took.append(line.last - line.start)
        line.end(b"q")
        found.append(Comparison(f"bytes a step {name}", _timing("wizard", sent), unit="kB", most=most))
        found.append(Comparison(f"a step {name}, from the key to the last byte", _timing("wizard", took), most=0.05))
    return found


def keys(presses: int = 200) -> Comparison:
    """``q`` and ``n`` in turn on the Apply step, each until its answer is painted, while the run prints and while it does not."""
    sides = []
    for name, lines in ((f"while {LINES:,} lines are printed", LINES), ("while nothing is printed", 0)):
        line = opened([sys.executable, "-c", FLOOD.format(lines=lines, seconds=SECONDS)])
        line.until("If a step fails, what was done is rolled back")
        took = []
        pause = (SECONDS - 1) / presses
        for press in range(presses):
            line.press(b"qn"[press % 2 : press % 2 + 1])
            took.append(line.until(("Stop the run?", "If a step fails")[press % 2]))
            time.sleep(max(0.0, pause - took[-1]))
        line.press(b"q")
        line.until("Stop the run?")
        line.end(b"y\r\rq")
        sides.append(_timing(name, took))
    return Comparison(f"key to paint while a run prints {LINES:,} lines in {SECONDS} s", sides[0], sides[1], None)


def _timing(name: str, values: list[float]) -> Timing:
    late = statistics.quantiles(values, n=100)[98] if len(values) >= 100 else None
    return Timing(name, *_figures(values), late=late)


def _figures(values: list[float]) -> tuple[int, float, float]:
    return len(values), min(values), statistics.median(values)


BENCHES = (Bench("wizard", run),)
