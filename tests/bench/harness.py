"""Time what a user waits for, both sides in turn, many runs each: minimum, median, processor time and memory; as a table and as JSON.

A row is a :class:`Comparison`; a :class:`Bench` is a function that makes some. Each ``bench_*.py`` has its own in ``BENCHES``.
"""

from __future__ import annotations

import compileall
import fcntl
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "import sys; from tui.__main__ import main; sys.exit(main())")
"""The program as the installed command runs it (``-m`` would add the time of runpy)."""
LOCK = "/run/lock/docker-audit-wizard-tests.lock"


class Bench(NamedTuple):
    """A function that measures some rows, given how often each side is run; what it ``needs`` is "root" or the name of a program.

    ``lack`` says of what else is missing, in words, "" for nothing. ``most_runs`` is how often it is run at most.
    """

    name: str
    run: Callable[[int], list[Comparison]]
    needs: tuple[str, ...] = ()
    lack: Callable[[], str] = lambda: ""
    most_runs: int = 15

    def missing(self) -> str:
        """What this machine lacks for it, in words; "" for nothing."""
        for need in self.needs:
            if need == "root":
                if os.geteuid() != 0:
                    return "root"
            elif not shutil.which(need):
                return f"the program {need}"
        return self.lack()


class Usage(NamedTuple):
    """What one run of a command took besides its time: its processor time in seconds.

    The largest resident set that the kernel tells of a child is no less than its parent's was: see :func:`peak_memory`.
    """

    processor: float


@dataclass(frozen=True)
class Timing:
    """One side of a comparison, in seconds of wall time (or whatever the comparison's ``unit`` is).

    ``late`` is the 99th percentile, ``processor`` the minimum and the median of the processor time in seconds; None: not measured.
    """

    name: str
    runs: int
    minimum: float
    median: float
    late: float | None = None
    processor: tuple[float, float] | None = None


@dataclass(frozen=True)
class Comparison:
    """Ours against the other side, measured in one go, or ours alone.

    ``goal`` is the largest ratio that we want, ``more`` the seconds that ours may take on top of that, ``most`` the largest figure of ours,
    in seconds or in what ``unit`` says; None: not set. ``about`` says what the host had: how many controls apply, how many rules are loaded.
    """

    title: str
    ours: Timing
    other: Timing | None = None
    goal: float | None = None
    more: float = 0.0
    unit: Literal["ms", "MiB", "kB", "calls"] = "ms"
    most: float | None = None
    about: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over theirs, by the medians; None without another side."""
        return self.ours.median / self.other.median if self.other else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, by the medians; None where none is set."""
        if self.most is not None:
            return self.ours.median <= self.most
        if self.goal is None or self.other is None:
            return None
        return self.ours.median <= self.other.median * self.goal + self.more


def compile_package() -> None:
    """Byte code for our modules, as pip makes it when it installs them."""
    compileall.compile_dir(ROOT / "tui", quiet=1)


@contextmanager
def audit_lock() -> Iterator[None]:
    """Nobody else changes or reads this machine's audit rules meanwhile."""
    with open(LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def command(argv: Sequence[str], *, shell: bool = False, env: Mapping[str, str] | None = None) -> Callable[[], Usage]:
    """A function that runs *argv* once, output thrown away."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | dict(env or {})

    def once() -> Usage:
        process = subprocess.Popen(
            argv[0] if shell else argv,
            shell=shell,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        return Usage(used.ru_utime + used.ru_stime)

    return once


def high_water(process: int | str = "self") -> float:
    """The largest resident set that *process* has had since its program began, in MiB. Raises OSError where it is gone."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


def peak_memory(code: str) -> float:
    """The largest resident set of a Python that runs *code*, in MiB."""
    told = f"{code}\nprint()\nprint(next(line for line in open('/proc/self/status') if line.startswith('VmHWM:')).split()[1])"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return int(done.stdout.splitlines()[-1]) / 1024


def least_and_median(values: Sequence[float]) -> tuple[float, float]:
    """The two figures that a table shows of many."""
    return min(values), statistics.median(values)


def in_turn(runs: int, sides: Mapping[str, Callable[[], object]]) -> dict[str, Timing]:
    """Each of *sides* by its name: run in turn, one warm-up first, so that a drift of the machine hits all alike.

    A side that returns a :class:`Usage` tells its processor time; of another, that of this process counts.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    used: dict[str, list[Usage]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name, once in sides.items():
            start, processor = time.perf_counter(), time.process_time()
            usage = once()
            took = time.perf_counter() - start
            if not isinstance(usage, Usage):
                usage = Usage(time.process_time() - processor)
            if turn:
                seconds[name].append(took)
                used[name].append(usage)
    return {
        name: Timing(
            name,
            runs,
            *least_and_median(seconds[name]),
            processor=least_and_median([each.processor for each in used[name]]),
        )
        for name in sides
    }


def compare(
    title: str,
    ours: tuple[str, Callable[[], object]],
    other: tuple[str, Callable[[], object]],
    *,
    runs: int,
    goal: float | None = None,
    about: str = "",
) -> Comparison:
    """Run both sides in turn."""
    timings = in_turn(runs, dict((ours, other)))
    return Comparison(title, timings[ours[0]], timings[other[0]], goal, about=about)


def by_processor(comparison: Comparison, goal: float | None) -> Comparison:
    """The same *comparison* by the processor time of both sides, with a goal of its own."""
    sides = [
        Timing(side.name, side.runs, *side.processor)
        for side in (comparison.ours, comparison.other)
        if side is not None and side.processor is not None
    ]
    return Comparison(f"{comparison.title}, processor time", sides[0], sides[1], goal, about=comparison.about)


def machine() -> dict[str, object]:
    """What is measured on, and how busy it is."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        platform.machine(),
    )
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }


def machine_line(before: Mapping[str, object], load_after: float) -> str:
    """*before*, as :func:`machine` gave it, in one line, with the load at the end of the run."""
    load = before["load"]
    first = load[0] if isinstance(load, list) else load
    return (
        f"{before['cores']} × {before['processor']}, Linux {before['kernel']}, Python {before['python']}, "
        f"load {first} before and {load_after:.2f} after, {before['when']}"
    )


def _amount(value: float, unit: str) -> str:
    """A figure in *unit* with about three digits."""
    value *= 1000 if unit == "ms" else 1
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def _figures(side: Timing | None, unit: str) -> str:
    if side is None:
        return "–"
    figures = f"{_amount(side.minimum, unit)} / {_amount(side.median, unit)} {unit}"
    return figures if side.late is None else f"{figures} (99 %: {_amount(side.late, unit)})"


def _goal(each: Comparison) -> str:
    if each.most is not None:
        goal = f"{_amount(each.most, each.unit)} {each.unit}"
    elif each.goal is not None:
        goal = f"{each.goal:g}×" + (f" and {each.more:g} s" if each.more else "")
    else:
        return "–"
    return f"{goal}, {'met' if each.met else 'not met'}"


def table(comparisons: Sequence[Comparison]) -> str:
    """The comparisons as a Markdown table."""
    lines = ["| what | ours: min / median | against | its min / median | ratio | goal |", "|---|---:|---|---:|---:|---:|"]
    for each in comparisons:
        title = f"{each.title} ({each.about})" if each.about else each.title
        ratio = "–" if each.ratio is None else f"{each.ratio:.2f}"
        other = each.other.name if each.other else "–"
        lines.append(
            f"| {title} | {_figures(each.ours, each.unit)} | {other} | {_figures(each.other, each.unit)} | {ratio} | {_goal(each)} |"
        )
    return "\n".join(lines) + "\n"


def as_json(comparisons: Sequence[Comparison], before: Mapping[str, object], lacking: Mapping[str, str]) -> str:
    """The whole run as a document: the machine before and its load after, each row, and what was not measured for want of what."""
    rows = [{**asdict(each), "ratio": each.ratio, "met": each.met} for each in comparisons]
    after = [round(load, 2) for load in os.getloadavg()]
    return json.dumps({"machine": before, "load_after": after, "comparisons": rows, "not_measured": lacking}, indent=2) + "\n"
