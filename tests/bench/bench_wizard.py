"""First paint and memory of the wizard against a bare Textual app with one line of text; key to paint while a run prints."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Sequence

from tests.bench.harness import PROGRAM, ROOT, Bench, Comparison, Timing, high_water

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


class Window:
    """A program in a terminal of 80x24; what it paints is thrown away but for the words that are waited for."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.start = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8")
            os.execv(argv[0], list(argv))
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def wait_for(self, words: bytes, seconds: float = 30) -> None:
        """Until *words* are painted. Raises RuntimeError where they never are."""
        begin, seen = time.perf_counter(), b""
        while time.perf_counter() < begin + seconds:
            if select.select([self._terminal], [], [], 0.05)[0]:
                try:
                    seen = (seen + os.read(self._terminal, 1 << 16))[-100_000:]
                except OSError:
                    break
                if words in seen:
                    return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise RuntimeError(f"{words!r} never appeared")

    def press(self, keys: bytes) -> None:
        """Type, after reading away what was painted before."""
        while select.select([self._terminal], [], [], 0)[0]:
            try:
                os.read(self._terminal, 1 << 16)
            except OSError:
                return
        os.write(self._terminal, keys)

    def end(self, keys: bytes = b"") -> float:
        """Type *keys*, read on until the program has ended; the largest resident set in MiB before that."""
        size = high_water(self.pid)
        self.press(keys)
        deadline = time.perf_counter() + 20
        while time.perf_counter() < deadline and select.select([self._terminal], [], [], 2)[0]:
            try:
                os.read(self._terminal, 1 << 16)
            except OSError:
                break
        os.close(self._terminal)
        os.waitpid(self.pid, 0)
        return size


def run(runs: int) -> list[Comparison]:
    """First paint, first verdict and memory of the wizard on this host; then the keys."""
    bare = [sys.executable, "-c", BARE]
    times: dict[str, list[float]] = {"bare": [], "frame": [], "verdict": []}
    sizes: dict[str, list[float]] = {"bare": [], "wizard": []}
    for turn in range(runs + 1):
        window = Window(bare)
        window.wait_for(b"first paint")
        painted = {"bare": time.perf_counter() - window.start}
        resident = {"bare": window.end(b"\x11")}
        window = Window(PROGRAM)
        window.wait_for(b"docker-audit-wizard")
        painted["frame"] = time.perf_counter() - window.start
        window.wait_for(b"/usr/bin/containerd")
        painted["verdict"] = time.perf_counter() - window.start
        time.sleep(0.2)
        resident["wizard"] = window.end(b"q")
        if turn:
            for name, seconds in painted.items():
                times[name].append(seconds)
            for name, size in resident.items():
                sizes[name].append(size)
    frame, verdict, other = (_timing(name, times[name]) for name in ("frame", "verdict", "bare"))
    other = Timing("bare Textual app", *_figures(times["bare"]))
    return [
        Comparison("first paint of the wizard", frame, other, 1.2),
        Comparison("first verdicts of the wizard on the screen", verdict, other, None),
        Comparison(
            "memory of the wizard, at its most",
            _timing("wizard", sizes["wizard"]),
            Timing("bare Textual app", *_figures(sizes["bare"])),
            1.3,
            unit="MiB",
        ),
        keys(),
    ]


def keys(presses: int = 200) -> Comparison:
    """``q`` and ``n`` in turn on the Apply step, each until its answer is painted, while the run prints and while it does not."""
    sides = []
    for name, lines in ((f"while {LINES:,} lines are printed", LINES), ("while nothing is printed", 0)):
        window = Window([sys.executable, "-c", FLOOD.format(lines=lines, seconds=SECONDS)])
        window.wait_for(b"If a step fails, what was done is rolled back")
        took = []
        pause = (SECONDS - 1) / presses
        for press in range(presses):
            pressed = time.perf_counter()
            window.press(b"qn"[press % 2 : press % 2 + 1])
            window.wait_for((b"Stop the run?", b"A failure rolls")[press % 2])
            took.append(time.perf_counter() - pressed)
            time.sleep(max(0.0, pause - took[-1]))
        window.press(b"q")
        window.wait_for(b"Stop the run?")
        window.end(b"y\r\rq")
        sides.append(_timing(name, took))
    return Comparison(f"key to paint while a run prints {LINES:,} lines in {SECONDS} s", sides[0], sides[1], None)


def _timing(name: str, values: list[float]) -> Timing:
    late = statistics.quantiles(values, n=100)[98] if len(values) >= 100 else None
    return Timing(name, *_figures(values), late=late)


def _figures(values: list[float]) -> tuple[int, float, float]:
    return len(values), min(values), statistics.median(values)


BENCHES = (Bench("wizard", run),)
