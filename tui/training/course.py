"""Courses: lessons in their order, ours by difficulty or those of a trainer's file."""

from __future__ import annotations

from pathlib import Path

from tui.base.bounded_reading import read_file
from tui.base.dataclass import dataclass
from tui.documents.problems import DocumentError, Problem
from tui.documents.reading import load
from tui.host.scenario import SCENARIO_NAMES, Scenario, load_scenario, load_scenario_file

BUILT_IN = "built-in"
"""The name of our own course."""
_OURS = (
    "fresh",
    "compliant",
    "absent",
    "foreign-rules",
    "shim",
    "hardened",
    "never",
    "broken-neighbour",
    "immutable",
    "lock-waiting",
    "never-task",
    "full-partition",
    "halt",
    "auditd-off",
    "boot-elsewhere",
    "audit-4",
    "no-return",
)
_MOST_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson by the name that its course gives it: a scenario's, or the path of a file as the course has it."""

    name: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons in their order; ``name`` is BUILT_IN, or the absolute path of the course's file."""

    name: str
    lessons: tuple[Lesson, ...]


def load_course(file: str = "") -> Course:
    """Our own course, or the one in *file*: a YAML list of scenario names and of paths, which are relative to its folder. Raises DocumentError with
    every mistake in the list, or in a scenario of it, and OSError for what cannot be read."""
    if not file:
        return Course(BUILT_IN, tuple(Lesson(name, load_scenario(name)) for name in _OURS))
    path = Path(file).resolve()
    names = load(read_file(str(path), _MOST_BYTES).decode("utf-8", "surrogateescape"), file, tuple[str, ...])
    if not names:
        raise DocumentError((Problem(file, 1, 1, "a course needs at least one lesson: a list of scenario names and files"),))
    for position, name in enumerate(names):
        if name in names[:position]:
            raise DocumentError((Problem(file, 1, 1, f"the lesson “{name}” is in the list twice"),))
    return Course(str(path), tuple(Lesson(name, _scenario(name, path, file)) for name in names))


def _scenario(name: str, course: Path, file: str) -> Scenario:
    if name in SCENARIO_NAMES:
        return load_scenario(name)
    path = course.parent / name
    if not path.exists():
        known = ", ".join(SCENARIO_NAMES)
        raise DocumentError((Problem(file, 1, 1, f"“{name}” is neither a scenario ({known}) nor a file beside the course"),))
    return load_scenario_file(path)
