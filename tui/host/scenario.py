"""Captures and scenarios: a host as a YAML file, alone or with a lesson, faults and a trainer's text."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
from pathlib import Path

from tui.audit.value_checks import check_amount
from tui.base.bounded_reading import open_regular
from tui.base.dataclass import dataclass, field, replace
from tui.base.resources import asset_text
from tui.base.typing import Literal
from tui.documents.problems import DocumentError, Problem
from tui.documents.reading import load
from tui.documents.syntax import MAX_CHARACTERS
from tui.documents.writing import dump
from tui.host.facts import HostFacts

SCHEMA = 2
"""What host files are written as. Schema 1 is read as well: it tells of no process whose it is, and of no path who else can change it."""

PATIENCE = 30.0
"""How many seconds the writer of a pipe has for its first word."""
SCENARIO_NAMES = (
    "fresh",
    "compliant",
    "absent",
    "foreign-rules",
    "hardened",
    "shim",
    "never",
    "never-task",
    "lock-waiting",
    "immutable",
    "broken-neighbour",
    "full-partition",
    "halt",
    "boot-elsewhere",
    "auditd-off",
    "audit-4",
    "no-return",
)
"""The scenarios that ship with the program, in the order in which they are shown."""

FaultKind = Literal[
    "exit-1",
    "exit-1-silent",
    "exit-0-no-effect",
    "hang",
    "killed",
    "missing",
    "dead-after",
    "suspended",
    "not-recorded",
    "immutable",
    "broken-conf",
    "file-changed",
    "kernel-changed",
    "ENOSPC",
    "EROFS",
    "EACCES",
    "EIO",
    "EIO-late",
]
"""What can go wrong.

To a command: ``exit-1`` and ``exit-1-silent`` (nothing was done), ``exit-0-no-effect``, ``hang`` (to its timeout), ``killed``
(halfway: a load has lost the old rules and half of the new, a restart the daemon), ``missing``. To ``write`` and ``remove``: the
errors by their names; with ``EIO-late`` the change was made all the same. To ``probe``: ``not-recorded``. To ``read``: ``EACCES``.
Beside any call, right before it: ``file-changed``, ``kernel-changed``, ``immutable``, ``broken-conf``; right after a command:
``dead-after`` (no daemon), ``suspended`` (a daemon that no longer writes)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong on a simulated host.

    ``on`` is a verb of the Host port (``read``, ``write``, ``remove``, ``probe``, ``lock``) or the beginning of a command
    line as words (``augenrules --load``, ``service auditd restart``, ``auditctl``). The first ``after`` matching calls are
    left alone, the next ``times`` are hit (None: all of them). ``path`` and ``text`` are what ``file-changed`` (the file; what
    is appended), ``kernel-changed`` (a rule) and ``exit-1`` (what is printed) work with.
    """

    on: str
    kind: FaultKind
    times: int | None = None
    after: int = 0
    path: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAccess:
    """An access that stands in the log of a simulated host when the scenario begins: *ago* in seconds before that, and ``times`` - 1 more, each
    ``apart`` seconds earlier. ``access`` is one of ``rwxa``; ``login`` is the login uid (None: a process without a login), ``user`` its name;
    ``line`` is the command line where it is more than the program's name."""

    ago: float = field(metadata={"check": check_amount})
    access: Literal["r", "w", "x", "a"]
    path: str
    program: str
    line: str = ""
    login: int | None = None
    user: str = ""
    refused: bool = False
    times: int = field(default=1, metadata={"check": check_amount})
    apart: float = field(default=86_400.0, metadata={"check": check_amount})
    key: str = "docker"


@dataclass(frozen=True, slots=True)
class TrainerText:
    """What a trainer says at one step: before it what to look for, after it what happened."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TrainerWay:
    """A trainer's texts, by step, for a walk that goes another way than the lesson's straight one."""

    preview: TrainerText = TrainerText()
    confirm: TrainerText = TrainerText()
    apply: TrainerText = TrainerText()
    result: TrainerText = TrainerText()


@dataclass(frozen=True, slots=True)
class TrainerWays:
    """The ways that a trainer has texts for, each by the switch of the plan that leads to it when it alone is turned."""

    no_restart: TrainerWay = TrainerWay()
    no_load: TrainerWay = TrainerWay()
    lock: TrainerWay = TrainerWay()
    drop_kernel_only: TrainerWay = TrainerWay()
    benchmark_lines: TrainerWay = TrainerWay()
    adopt: TrainerWay = TrainerWay()


@dataclass(frozen=True, slots=True)
class Trainer:
    """A trainer's texts, by step; those of ``rehearsal`` stand before and after one, which is no step of the walk, those of ``turned``
    in a walk with a switch of the plan turned."""

    control: TrainerText = TrainerText()
    host: TrainerText = TrainerText()
    preview: TrainerText = TrainerText()
    confirm: TrainerText = TrainerText()
    apply: TrainerText = TrainerText()
    result: TrainerText = TrainerText()
    rehearsal: TrainerText = TrainerText()
    turned: TrainerWays = TrainerWays()

    def at(self, step: str) -> TrainerText:
        """The text of the step of that name, an empty one where there is none."""
        text = getattr(self, step, None)
        return text if isinstance(text, TrainerText) else TrainerText()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A host to walk, what it teaches in one line, what goes wrong on it, and what a trainer says: about the control whose slug is
    ``control``, or about any where that is left out. ``recorded`` is what its log holds of accesses to Docker's files."""

    schema: int
    name: str
    lesson: str
    host: HostFacts
    faults: tuple[Fault, ...] = ()
    trainer: Trainer = Trainer()
    control: str = ""
    recorded: tuple[RecordedAccess, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """The facts of a host as ``capture`` wrote them."""

    schema: int
    host: HostFacts


def dump_capture(facts: HostFacts) -> str:
    """*facts* as the text of a capture file."""
    return dump(Capture(SCHEMA, facts))


def load_host_file(path: str | Path) -> HostFacts:
    """The host facts in a capture or a scenario. Raises DocumentError with every problem of the file, or OSError."""
    return load_scenario_file(path).host


def load_scenario_file(path: str | Path) -> Scenario:
    """The scenario in *path*, a regular file, a pipe (``<(…)``) or ``-`` for standard input; a capture becomes one without lesson. Raises
    DocumentError or OSError."""
    if path == "-":
        text = sys.stdin.buffer.read(MAX_CHARACTERS + 1).decode("utf-8", "surrogateescape")
        return _parse(text, "standard input", "standard-input")
    with open(_open(path), encoding="utf-8", errors="surrogateescape") as file:
        text = file.read(MAX_CHARACTERS + 1)
    return _parse(text, str(path), Path(path).stem)


def _open(path: str | Path) -> int:
    """*path* open for reading: a regular file, or a pipe whose writer has something to say within PATIENCE."""
    if not stat.S_ISFIFO(os.stat(path).st_mode):
        return open_regular(path)
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    # Without a writer a pipe is at its end, or silent; with one it is waited for, but a named pipe may never get any.
    if not select.select([fd], [], [], PATIENCE)[0]:
        os.close(fd)
        raise OSError(errno.ETIMEDOUT, f"it is a pipe, and nothing came from it within {PATIENCE:g} s", os.fspath(path))
    os.set_blocking(fd, True)
    return fd


def load_scenario(name: str) -> Scenario:
    """The scenario of that name among those that ship with the program, else the one in the file *name*.

    Raises DocumentError, OSError, or LookupError naming the known ones where *name* is neither.
    """
    if name in SCENARIO_NAMES:
        return _parse(asset_text("scenarios", f"{name}.yaml"), f"{name}.yaml", name)
    if "/" in name or Path(name).exists():
        return load_scenario_file(name)
    raise LookupError(f"there is no scenario {name!r}; there are {', '.join(SCENARIO_NAMES)}, or give the path of a file")


def load_scenarios() -> tuple[Scenario, ...]:
    """All scenarios that ship with the program, in the order in which they are shown."""
    return tuple(load_scenario(name) for name in SCENARIO_NAMES)


def _parse(text: str, file: str, name: str) -> Scenario:
    if _is_scenario(text):
        scenario = load(text, file, Scenario)
    else:
        capture = load(text, file, Capture)
        scenario = Scenario(capture.schema, name, "", capture.host)
    if scenario.schema not in range(1, SCHEMA + 1):
        text = f"expected schema {SCHEMA} or an earlier one, found {scenario.schema}: written by another version of this program"
        raise DocumentError((Problem(file, 1, 1, text),))
    return replace(scenario, host=replace(scenario.host, source="file"))


def _is_scenario(text: str) -> bool:
    """Whether a line at the left edge begins with a key that only a scenario has."""
    return any(line.startswith(("name:", "lesson:", "control:", "faults:", "trainer:", "recorded:")) for line in text.splitlines())
