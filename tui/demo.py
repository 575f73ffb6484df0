"""Demo: a scenario as a walk takes it, with its lesson, the trainer's words, and fresh simulated hosts, as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.base.dataclass import dataclass, field
from tui.base.typing import TYPE_CHECKING
from tui.host.scenario import Scenario, Trainer, TrainerText, TrainerWay, TrainerWays
from tui.host.simulated.host import SimulatedHost

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.host.port import Host

Texts = Mapping[str, Mapping[str, str]]
"""What a trainer says, by step and ``before`` or ``after``."""
PACE = 0.3
"""Real seconds that a simulated one takes in a demo: a restart is seen to work, a daemon that does not return bores nobody."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A scenario that can be walked: its name, its one-line lesson, the trainer's text by step (``before``, ``after``), those for a walk with
    a switch turned by the switch, the slug of the control that it is about (``""``: any), and how a fresh host of it is made."""

    name: str
    lesson: str
    make_host: Callable[[], Host]
    trainer: Texts = field(default_factory=dict)
    turned: Mapping[str, Texts] = field(default_factory=dict)
    control: str = ""
    facts: HostFacts | None = None
    """What its host shows at the start: the walk names the host by it before it is read; None where that is not known."""


def demo_of(scenario: Scenario) -> Demo:
    """The demo of *scenario*."""
    trainer = scenario.trainer
    turned = {name: texts for name in TrainerWays.__slots__ if (texts := _texts(getattr(trainer.turned, name)))}
    return Demo(
        scenario.name,
        scenario.lesson,
        lambda: SimulatedHost(scenario, pace=PACE),
        _texts(trainer),
        turned,
        scenario.control,
        scenario.host,
    )


def _texts(steps: Trainer | TrainerWay) -> Texts:
    """The texts that there are, by step."""
    found = {step: getattr(steps, step) for step in steps.__slots__ if step != "turned"}
    return {step: {"before": text.before, "after": text.after} for step, text in found.items() if text != TrainerText()}
