"""How a walk is opened: on the live host, on a scenario to choose, or as a course.

What makes a simulated host is imported by the function that opens one: a walk on the live host is not to wait for it.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.base.dataclass import replace
from tui.base.typing import TYPE_CHECKING
from tui.session import Session

if TYPE_CHECKING:
    from tui.host.port import Host
    from tui.training.progress import Progress
    from tui.verdict.question import Question


def open_course(question: Question, course: Progress) -> Session:
    """The session that walks the lessons of a course, each predicted first."""
    from tui.demo import demo_of

    demos = tuple(replace(demo_of(lesson.scenario), name=lesson.name) for lesson in course.course.lessons)
    return Session(question, None, lambda: demos, predict=True, course=course)


def open_session(question: Question, *, demo: str | None, live: Callable[[], Host], predict: bool = False) -> Session:
    """The session that the wizard's command line asks for.

    *demo* is None for the live host, "" for the list of scenarios, else a scenario's name or file. Raises DocumentError, OSError or
    LookupError for a scenario that cannot be used.
    """
    if demo is None:
        return Session(question, live())
    from tui.demo import demo_of
    from tui.host.scenario import load_scenario, load_scenarios

    session = Session(question, None, lambda: tuple(map(demo_of, load_scenarios())), predict=predict)
    if demo:
        session.start(demo_of(load_scenario(demo)))
    return session
