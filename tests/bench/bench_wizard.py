"""First paint and memory of the wizard against a bare Textual app with one line of text; key to paint while a command floods."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence

from tests.bench.harness import ROOT, Comparison, Timing

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("first paint")
Bare().run()
"""


def first_paint(argv: Sequence[str], marker: bytes, keys: bytes) -> tuple[float, float]:
    """Seconds from exec to the moment *marker* is in the terminal's stream, and the peak resident set in MiB; *keys* end the app."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8")
        os.execv(argv[0], list(argv))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen, painted = b"", None
    deadline = start + 30
    while time.perf_counter() < deadline:
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            break
        seen = (seen + data)[-200_000:]
        if painted is None and marker in seen:
            painted = time.perf_counter() - start
            time.sleep(0.2)
            os.write(terminal, keys)
    if painted is None:
        os.kill(pid, signal.SIGKILL)
        raise RuntimeError(f"{marker!r} never appeared")
    os.close(terminal)
    _, _, usage = os.wait4(pid, 0)
    return painted, usage.ru_maxrss / 1024


def run(runs: int) -> list[Comparison]:
    """First paint and memory."""
    bare = [sys.executable, "-c", BARE]
    ours = [sys.executable, "-m", "tui", "--demo", "fresh"]
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    sizes: dict[str, list[float]] = {"ours": [], "bare": []}
    for turn in range(runs + 1):
        for name, argv, marker, keys in (("ours", ours, b"containerd", b"q"), ("bare", bare, b"first", b"\x11")):
            seconds, size = first_paint(argv, marker, keys)
            if turn:
                times[name].append(seconds)
                sizes[name].append(size)

    def timing(name: str, values: list[float], scale: float = 1.0) -> Timing:
        ordered = sorted(values)
        return Timing(name, runs, ordered[0] * scale, ordered[len(ordered) // 2] * scale)

    return [
        Comparison("first paint of the wizard", timing("wizard", times["ours"]), timing("bare Textual app", times["bare"]), 1.2),
        # The table's columns are thousandths: MiB here.
        Comparison(
            "peak memory of the wizard (MiB)",
            timing("wizard", sizes["ours"], 0.001),
            timing("bare Textual app", sizes["bare"], 0.001),
            1.3,
        ),
    ]
