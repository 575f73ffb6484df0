"""Demo: a scenario as a walk takes it, with its lesson, the trainer's words, and fresh simulated hosts, as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.base.dataclass import dataclass, field
from tui.base.typing import TYPE_CHECKING
from tui.host.scenario import Scenario, Trainer
from tui.host.simulated.host import SimulatedHost

if TYPE_CHECKING:
    from tui.host.port import Host

PACE = 0.3
"""Real seconds that a simulated one takes in a demo: a restart is seen to work, a daemon that does not return bores nobody."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A scenario that can be walked: its name, its one-line lesson, the trainer's text by step (``before``, ``after``) and the slug
    of the control that it is about (``""``: any), and how a fresh host of it is made."""

    name: str
    lesson: str
    make_host: Callable[[], Host]
    trainer: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    control: str = ""


def demo_of(scenario: Scenario) -> Demo:
    """The demo of *scenario*."""
    at = scenario.trainer.at
    texts = {step: {"before": at(step).before, "after": at(step).after} for step in Trainer.__slots__}
    return Demo(scenario.name, scenario.lesson, lambda: SimulatedHost(scenario, pace=PACE), texts, scenario.control)
