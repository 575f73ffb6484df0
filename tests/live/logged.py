"""Loads rules and reads from the audit log which calls were recorded while something ran; for the live coverage tests."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tests import kernel_rules
from tui.host.live.log_tail import log_mark, log_since

LOG = "/var/log/audit/audit.log"

_CALL = re.compile(rb"^type=SYSCALL .*?arch=(\w+) syscall=(\d+).*? a0=(\w+) a1=(\w+).*? pid=(\d+) ", re.MULTILINE)

Call = tuple[int, int, int, tuple[int, int]]
"""A call in the log: pid, architecture, number, and one of its first two arguments with its place."""

Made = TypeVar("Made")


def load(lines: Iterable[str], folder: Path) -> None:
    """What auditctl takes of *lines*, in place of what was loaded."""
    kernel_rules.delete_all()
    file = folder / "set.rules"
    file.write_text("-i\n" + "".join(f"{line}\n" for line in lines))
    subprocess.run(["/usr/sbin/auditctl", "-R", file], stdin=subprocess.DEVNULL, capture_output=True, check=True)


def recorded(make: Callable[[], Made], *, patience: float = 5.0) -> tuple[Made, set[Call]]:
    """What *make* answers, and the calls that the log then holds, as soon as what comes behind them is in the log; that is waited for
    *patience* seconds at the most, for a rule that is loaded may keep it out."""
    mark = log_mark(LOG)
    made = make()
    marker = f"coverage-{os.getpid()}-{time.monotonic_ns()}"
    kernel_rules.say(marker)
    deadline = time.monotonic() + patience
    data = b""
    while time.monotonic() < deadline and marker.encode() not in data:
        time.sleep(0.004)
        data = log_since(LOG, mark).data
    seen: set[Call] = set()
    for arch, number, first, second, pid in _CALL.findall(data):
        for at, argument in enumerate((first, second)):
            seen.add((int(pid), int(arch, 16), int(number), (at, int(argument, 16))))
    return made, seen


def is_recorded(act: Callable[[], object], numbers: Iterable[int], *, patience: float = 5.0) -> bool:
    """Whether one of the 64-bit calls *numbers* of a child that does *act* is recorded."""

    def make() -> int:
        child = os.fork()
        if child == 0:
            try:
                act()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        return child

    child, seen = recorded(make, patience=patience)
    return any((pid, number) == (child, wanted) for pid, _arch, number, _argument in seen for wanted in numbers)
