"""Progress: what a user has done of a course, kept in a file of his own (XDG Base Directory Specification, the state folder)."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from tui.base.amounts import utc_text
from tui.base.bounded_reading import read_file
from tui.base.dataclass import dataclass
from tui.base.saving import save_text
from tui.base.typing import Any
from tui.training.course import Course
from tui.training.score import Score

SCHEMA = 1
_MOST_BYTES = 1 << 20
_MOST = 10**6


def progress_file(environ: Mapping[str, str]) -> str:
    """Where progress is kept: below XDG_STATE_HOME where that is absolute, else below ~/.local/state. Raises OSError without a home folder."""
    base = environ.get("XDG_STATE_HOME", "")
    if not base.startswith("/"):
        home = os.path.expanduser("~")
        if not home.startswith("/"):
            raise OSError(errno.ENOENT, "there is no home folder to keep it in", "~")
        base = f"{home}/.local/state"
    return f"{base}/docker-audit-wizard/courses.json"


@dataclass(frozen=True, slots=True)
class Done:
    """How a lesson was last done, when (UTC), and how often so far."""

    right: int
    asked: int
    hints: int
    finished: str
    attempts: int = 1


class Progress:
    """The progress of one course. A file that cannot be read or is none of ours raises OSError when it is opened, and is left alone."""

    def __init__(self, course: Course, path: str) -> None:
        self.course = course
        self._path = path
        self._all = _read(path)
        known = {
            lesson: done
            for lesson, told in self._all.get(course.name, {}).items()
            if isinstance(lesson, str) and (done := _done(told)) is not None
        }
        self.done: dict[str, Done] = {lesson: told for lesson, told in known.items() if told.finished}
        self.left: dict[str, Done] = {lesson: told for lesson, told in known.items() if not told.finished}
        """What was answered of lessons that were never brought to their end; ``finished`` is "" there."""
        self.trouble = ""
        """Why the last lesson could not be kept; "" where it was."""

    def finish(self, lesson: str, score: Score) -> None:
        """Keep that *lesson* is done; what keeps it from being written is in ``trouble``."""
        before = self.done.get(lesson)
        attempts = before.attempts + 1 if before else 1
        self.left.pop(lesson, None)
        self.done[lesson] = Done(score.right, score.asked, score.hints, utc_text(time.time()), attempts)
        self._keep()

    def begun(self, lesson: str, score: Score) -> None:
        """Keep what was answered so far of *lesson*, which may be left before its end; a lesson that is done stays as it was done."""
        if lesson not in self.done and score.asked:
            self.left[lesson] = Done(score.right, score.asked, score.hints, "")
            self._keep()

    def reset(self) -> None:
        """Forget what was done of this course."""
        self.done, self.left = {}, {}
        self._keep()

    def _keep(self) -> None:
        self._all[self.course.name] = {lesson: asdict(done) for lesson, done in (*self.left.items(), *self.done.items())}
        try:
            Path(self._path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            save_text(self._path, json.dumps({"schema": SCHEMA, "courses": self._all}, indent=2) + "\n", replace=True)
        except (OSError, ValueError) as error:
            self.trouble = str(error)
        else:
            self.trouble = ""

    @property
    def next(self) -> int:
        """The position of the first lesson that is not done, from 0; 0 where all are."""
        return next((at for at, lesson in enumerate(self.course.lessons) if lesson.name not in self.done), 0)

    def place(self, lesson: str) -> str:
        """Which lesson of how many that is."""
        names = [each.name for each in self.course.lessons]
        return f"{names.index(lesson) + 1} of {len(names)}" if lesson in names else ""

    @property
    def text(self) -> str:
        """How far the course is, in a sentence."""
        done = [self.done[each.name] for each in self.course.lessons if each.name in self.done]
        number = len(self.course.lessons)
        score = f", {sum(one.right for one in done)} of {sum(one.asked for one in done)} answers right" if done else ""
        return f"{len(done)} of {number} lessons done{score}."

    def sheet(self, user: str) -> dict[str, Any]:
        """The sheet that a trainer collects, as JSON values."""
        lessons = []
        for lesson in self.course.lessons:
            done = self.done.get(lesson.name)
            begun = done or self.left.get(lesson.name)
            told: dict[str, Any] = asdict(begun) if begun else {"right": 0, "asked": 0, "hints": 0, "attempts": 0}
            told["finished"] = done.finished if done else None
            lessons.append({"lesson": lesson.name, "teaches": lesson.scenario.lesson, "done": done is not None, **told})
        return {
            "schema": SCHEMA,
            "course": self.course.name,
            "user": user,
            "written": utc_text(time.time()),
            "lessons_done": sum(lesson["done"] for lesson in lessons),
            "right": sum(lesson["right"] for lesson in lessons),
            "asked": sum(lesson["asked"] for lesson in lessons),
            "lessons": lessons,
        }


def _read(path: str) -> dict[str, dict[str, Any]]:
    try:
        document = json.loads(read_file(path, _MOST_BYTES))
        courses = document["courses"]
        if document["schema"] != SCHEMA or not all(isinstance(told, dict) for told in courses.values()):
            raise ValueError
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise OSError(errno.EINVAL, "it does not hold the progress of courses; move it away", path) from None
    return dict(courses)


def _done(told: object) -> Done | None:
    """One lesson's entry; None where somebody wrote another thing there."""
    if not isinstance(told, dict) or not isinstance(told.get("finished"), str):
        return None
    numbers = [
        number for name in ("right", "asked", "hints", "attempts") if type(number := told.get(name)) is int and 0 <= number <= _MOST
    ]
    if len(numbers) != 4:
        return None
    right, asked, hints, attempts = numbers
    return Done(right, asked, hints, told["finished"], attempts)
