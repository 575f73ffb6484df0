"""Time commands side by side: in turn, many runs each, minimum and median; as a table and as JSON."""

from __future__ import annotations

import compileall
import fcntl
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "import sys; from tui.cli import main; sys.exit(main())")
"""The program as the installed command runs it (``-m`` would add the time of runpy)."""
LOCK = "/run/lock/docker-audit-wizard-tests.lock"


def compile_package() -> None:
    """Byte code for our modules, as pip makes it when it installs them."""
    compileall.compile_dir(ROOT / "tui", quiet=1)


@contextmanager
def audit_lock() -> Iterator[None]:
    """Nobody else changes or reads this machine's audit rules meanwhile."""
    with open(LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Timing:
    """One side of a comparison, in seconds of wall time (or whatever the comparison's ``unit`` is).

    ``late`` is the 99th percentile, ``rss_mib`` the largest resident set in MiB; None: not measured.
    """

    name: str
    runs: int
    minimum: float
    median: float
    rss_mib: float | None = None
    late: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Ours against the other side, measured in one go; ``goal`` is the largest ratio we want, None where none is set.

    ``more`` are the seconds that ours may take on top of that.
    """

    title: str
    ours: Timing
    other: Timing
    goal: float | None
    more: float = 0.0
    unit: Literal["ms", "MiB"] = "ms"

    @property
    def ratio(self) -> float:
        """Ours over theirs: by the minimum, which a noisy machine distorts least; by the median where the spread is what counts."""
        if self.ours.late is not None:
            return self.ours.median / self.other.median
        return self.ours.minimum / self.other.minimum


def command(argv: Sequence[str], *, shell: bool = False, env: Mapping[str, str] | None = None) -> Callable[[], float]:
    """A function that runs *argv* once, output thrown away, and returns its peak resident set in MiB."""

    def once() -> float:
        process = subprocess.Popen(
            argv[0] if shell else argv,
            shell=shell,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        return usage.ru_maxrss / 1024

    return once


def compare(
    title: str,
    ours: tuple[str, Callable[[], object]],
    other: tuple[str, Callable[[], object]],
    *,
    runs: int,
    goal: float | None = None,
) -> Comparison:
    """Run both sides in turn, one warm-up first, so that a drift of the machine hits both alike."""
    seconds: tuple[list[float], list[float]] = ([], [])
    memory: tuple[list[float], list[float]] = ([], [])
    for turn in range(runs + 1):
        for side, (_, once) in enumerate((ours, other)):
            start = time.perf_counter()
            size = once()
            took = time.perf_counter() - start
            if turn:
                seconds[side].append(took)
                if isinstance(size, float):
                    memory[side].append(size)
    sides = [
        Timing(name, runs, min(taken), statistics.median(taken), max(sizes) if sizes else None)
        for (name, _), taken, sizes in zip((ours, other), seconds, memory, strict=True)
    ]
    return Comparison(title, sides[0], sides[1], goal)


def machine() -> str:
    """One line about what was measured on."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        "",
    )
    return f"{os.cpu_count()} × {model or platform.machine()}, Linux {platform.release()}, Python {platform.python_version()}"


def _figures(side: Timing, unit: str) -> str:
    scale = 1000 if unit == "ms" else 1
    figures = f"{side.minimum * scale:.0f} / {side.median * scale:.0f} {unit}"
    return figures if side.late is None else f"{figures} (99 %: {side.late * scale:.0f})"


def report(comparisons: Sequence[Comparison], output: Path | None = None) -> None:
    """Print the comparisons as a Markdown table; with *output* also write them as JSON."""
    print(f"\n{machine()}\n")
    print("| what | ours: min / median | against | its min / median | ratio | goal |")
    print("|---|---:|---|---:|---:|---:|")
    for each in comparisons:
        goal = "–" if each.goal is None else f"{each.goal:g}" + (f" and {each.more:g} s" if each.more else "")
        figures = [_figures(side, each.unit) for side in (each.ours, each.other)]
        print(f"| {each.title} | {figures[0]} | {each.other.name} | {figures[1]} | {each.ratio:.2f} | {goal} |")
    if output:
        rows = [{**asdict(each), "ratio": each.ratio} for each in comparisons]
        output.write_text(json.dumps({"machine": machine(), "comparisons": rows}, indent=2) + "\n", "utf-8")
        print(f"\nwritten to {output}", file=sys.stderr)
