"""Time commands side by side: in turn, many runs each, minimum and median; as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Timing:
    """One side of a comparison: seconds of wall time and the largest resident set in MiB (None: not measured)."""

    name: str
    runs: int
    minimum: float
    median: float
    rss_mib: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Ours against the other side, measured in one go; ``goal`` is the largest ratio we want, None where none is set."""

    title: str
    ours: Timing
    other: Timing
    goal: float | None

    @property
    def ratio(self) -> float:
        """Ours over theirs, by the minimum: the figure that a noisy machine distorts least."""
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


def report(comparisons: Sequence[Comparison], output: Path | None = None) -> None:
    """Print the comparisons as a Markdown table; with *output* also write them as JSON."""
    print(f"\n{machine()}\n")
    print("| what | ours: min / median ms | against | its min / median ms | ratio of minima | goal |")
    print("|---|---:|---|---:|---:|---:|")
    for each in comparisons:
        ours, other = each.ours, each.other
        print(
            f"| {each.title} | {ours.minimum * 1000:.0f} / {ours.median * 1000:.0f} | {other.name} "
            f"| {other.minimum * 1000:.0f} / {other.median * 1000:.0f} | {each.ratio:.2f} | {each.goal if each.goal else '–'} |"
        )
    if output:
        rows = [{**asdict(each), "ratio": each.ratio} for each in comparisons]
        output.write_text(json.dumps({"machine": machine(), "comparisons": rows}, indent=2) + "\n", "utf-8")
        print(f"\nwritten to {output}", file=sys.stderr)
