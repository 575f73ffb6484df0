"""LessonWalk: how a walk is taught: which steps are predicted first, the score, and the place in a course.

Every session holds one, so the questions are imported by what asks them.
"""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING
from tui.training.score import Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.host.facts import HostFacts
    from tui.plan.values import Plan
    from tui.run.values import RunReport
    from tui.training.asking import Asking
    from tui.training.progress import Progress
    from tui.training.questions import Prediction
    from tui.verdict.values import Finding

PREDICTED = ("host", "preview", "result")
"""The steps before which a trainee is asked what they will show."""


class LessonWalk:
    """The teaching of one walk after the other. ``predict``: each step is predicted first. ``course``: what the lessons belong to, None for scenarios
    to choose from."""

    def __init__(self, predict: bool = False, course: Progress | None = None) -> None:
        self.predict = predict
        self.course = course
        self.name = ""
        """The lesson that is walked; "" for none, so that nothing is asked."""
        self.walked: set[str] = set()
        """The names of the lessons that were walked to their end since the program was started."""
        self.begin("")

    def begin(self, name: str) -> None:
        """Begin the lesson called *name* with nothing asked yet."""
        self.name = name
        self.score = Score()
        self._predicted: set[str] = set()
        self._asked: dict[str, Asking] = {}

    @property
    def asks(self) -> bool:
        """Whether the walk is one that asks."""
        return self.predict and bool(self.name)

    def asks_before(self, step: str) -> bool:
        """Whether *step* has not shown yet what would be predicted of it."""
        return self.asks and step in PREDICTED and step not in self._predicted

    def what_enter_does(self, step: str, what: str) -> str:
        """What Enter does that leads to *step*: where that is to be predicted it asks first; else *what*."""
        return "predict first" if self.asks_before(step) else what

    def predictions(
        self, step: str, facts: HostFacts | None, finding: Finding | None, plan: Plan | None, report: RunReport | None
    ) -> tuple[Prediction, ...]:
        """What is to be predicted before *step* shows, from what is known by then; nothing where it was asked already."""
        from tui.training import questions

        if not self.asks_before(step) or facts is None or plan is None:
            return ()
        if step == "host":
            return questions.of_host(finding, facts) if finding is not None else ()
        if step == "preview":
            return questions.of_plan(plan, facts)
        return questions.of_result(report, plan) if report is not None else ()

    def asking(self, step: str, predictions: Sequence[Prediction]) -> Asking:
        """The asking of *predictions* before *step*. Whoever went back finds it as he left it: with the hints that were given, and without
        what was answered, which is counted once."""
        from tui.training.asking import Asking

        known = self._asked.get(step)
        if known is None or known.predictions != tuple(predictions):
            known = self._asked[step] = Asking(predictions, self.score)
        return known

    def predicted(self, step: str, plan: Plan | None) -> None:
        """Note that *step* may show now. With the last that is asked about a lesson of a course is done; what was answered before
        that is kept, too: it may be left here."""
        self._predicted.add(step)
        over = step == "result" or (step == "preview" and plan is not None and bool(plan.blockers))
        if self.course is not None and self.name:
            keep = self.course.finish if over else self.course.begun
            keep(self.name, self.score)

    @property
    def text(self) -> str:
        """The lesson in the top line: its place in a course, its name, and the score where it asks."""
        place = self.course.place(self.name) if self.course is not None else ""
        words = (f"lesson {place}" if place else "", self.name.rpartition("/")[2], self.score.text if self.predict else "")
        return " · ".join(filter(None, words))
