"""TrainerWords: what the trainer of a scenario says at each step of a walk, as long as the walk is the lesson's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tui.base.dataclass import replace
from tui.base.typing import TYPE_CHECKING
from tui.plan.values import Switches

if TYPE_CHECKING:
    from tui.controls.control import Control
    from tui.plan.values import Plan
    from tui.run.values import RunReport
    from tui.verdict.question import Question

STEPS = ("control", "host", "preview", "confirm", "apply", "result")
"""The names of the walk's steps, in their order."""
AT_FIRST = Switches()
"""The plan's switches as a walk begins: whoever walks sees the line for the real file, and can turn it off."""
YOUR_OWN = (
    "A switch is not as the lesson has it: from here on this walk is your own, and the trainer's words are about another one."
)

BOOTED = "The lesson ended with the boot: what the trainer would say is about the host before it."


class TrainerTexts(Protocol):
    """What a lesson has for the trainer: its texts by step (``before``, ``after``), those for a walk with a switch turned by the switch, and
    the slug of the control they are about ("": any)."""

    @property
    def trainer(self) -> Mapping[str, Mapping[str, str]]: ...  # noqa: D102
    @property
    def turned(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]: ...  # noqa: D102
    @property
    def control(self) -> str: ...  # noqa: D102


class TaughtWalk(Protocol):
    """What the trainer must know of a walk."""

    lesson_over: bool
    boot_ended_lesson: bool
    switches: Switches
    question: Question
    index: int
    plan: Plan | None
    report: RunReport | None

    @property
    def demo(self) -> TrainerTexts | None: ...  # noqa: D102
    @property
    def control(self) -> Control: ...  # noqa: D102


class TrainerWords:
    """The trainer of one walk."""

    def __init__(self, walk: TaughtWalk) -> None:
        self._walk = walk

    def at(self, step: str, when: str = "before") -> str:
        """What the trainer says before or after *step*, or ``""``: the texts are about one walk for one control, no other."""
        walk = self._walk
        if walk.demo is None or walk.lesson_over or not self._is_about(step):
            return ""
        way = self._way(step)
        if way is None and self._turned_away(step, when):
            return ""
        return (walk.demo.trainer if way is None else way).get(step, {}).get(when, "")

    def _way(self, step: str) -> Mapping[str, Mapping[str, str]] | None:
        """The texts of the lesson for the one switch that is turned; None where it has none, or no step or several switches are about it."""
        walk = self._walk
        turned = [name for name in AT_FIRST.__slots__ if getattr(walk.switches, name) != getattr(AT_FIRST, name)]
        if walk.demo is None or len(turned) != 1 or step not in STEPS or STEPS.index(step) < STEPS.index("preview"):
            return None
        return walk.demo.turned.get(turned[0])

    def before(self, step: str) -> tuple[str, ...]:
        """What the trainer says when *step* begins: what happened in the step before it, and what to look for now."""
        walk, at = self._walk, STEPS.index(step) if step in STEPS else 0
        if walk.boot_ended_lesson and walk.demo is not None and walk.demo.trainer and step in STEPS and self._is_about(step):
            return (BOOTED,)
        if step == "result" and walk.report is not None and walk.report.probes and not walk.report.run:
            return ()  # what it sends to is the probe, which is made by now
        earlier = (self.at(STEPS[at - 1], "after"),) if at and self._is_about(step) else ()
        texts = tuple(text for text in (*earlier, self.at(step)) if text.strip())
        teaches = walk.demo is not None and bool(walk.demo.trainer) and not walk.lesson_over
        return (YOUR_OWN,) if not texts and teaches and self._turned_away(step) else texts

    def rehearsal(self, when: str) -> tuple[str, ...]:
        """What the trainer says ``before`` or ``after`` a rehearsal, which is no step of the walk."""
        text = self.at("rehearsal", when)
        return (text,) if text.strip() else ()

    def end(self) -> tuple[str, ...]:
        """What the trainer says at the end of the walk: of its result, and of a plan that is blocked before it."""
        blocked = self._walk.plan is not None and bool(self._walk.plan.blockers)
        texts = (self.at("preview", "after") if blocked else "", self.at("result", "after"))
        return tuple(text for text in texts if text.strip())

    def _is_about(self, step: str) -> bool:
        """Whether what *step* shows is what the trainer's texts are about: on Control and Host the one control that is shown, else the walk's
        only one. A scenario that names none teaches the host."""
        walk = self._walk
        about = "" if walk.demo is None else walk.demo.control
        if not about:
            return True
        if step in ("control", "host"):
            return walk.index < len(walk.question.controls) and walk.control.slug == about
        return [control.slug for control in walk.question.controls] == [about]

    def _turned_away(self, step: str, when: str = "before") -> bool:
        """Whether the walk at *step* is another than the lesson's, because a switch of the plan is not as it was; the restart's
        counts once the run begins. The two ways past a load that locks are offered only where they are the lesson."""
        if step not in STEPS or STEPS.index(step) < STEPS.index("preview") or (step, when) == ("preview", "before"):
            return False
        decided = STEPS.index(step) >= STEPS.index("apply") or (step, when) == ("confirm", "after")
        switches = replace(self._walk.switches, lock=AT_FIRST.lock, no_load=AT_FIRST.no_load)
        return switches != (AT_FIRST if decided else replace(AT_FIRST, no_restart=switches.no_restart))
