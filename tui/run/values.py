"""What a run tells: its steps and output as events, and RunReport at its end. Plain data."""

from __future__ import annotations

from collections.abc import Mapping

from tui.base.dataclass import dataclass
from tui.base.typing import Literal, Union
from tui.host.port import Actor, ProbeResult
from tui.verdict.values import Finding

StepState = Literal["waiting", "running", "done", "failed", "undone", "skipped"]
Outcome = Literal["proved", "nothing-to-do", "not-proved", "pending-reboot", "not-persistent", "blocked", "rolled-back", "broken"]
UndoBlockerKind = Literal[
    "foreign-files",
    "endless-entry",
    "changed-since",
    "damaged",
    "unread",
    "running",
    "unfinished",
    "is-undo",
    "undone",
    "nothing",
    "no-augenrules",
]
"""What stands in an undo's way; each kind has its explanation."""
SUCCEEDED: frozenset[Outcome] = frozenset(("proved", "not-proved", "pending-reboot", "not-persistent"))
"""The outcomes of a run that did what it set out to do."""
EXIT_OF_OUTCOME: Mapping[Outcome, int] = {
    "proved": 0,
    "nothing-to-do": 0,
    "not-proved": 1,
    "pending-reboot": 1,
    "not-persistent": 1,
    "blocked": 3,
    "rolled-back": 4,
    "broken": 5,
}
"""The exit status of ``apply``, ``undo`` and ``rehearse``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run as it stands; ``seconds`` is wall time, ``message`` what became true or what the host says."""

    name: str
    title: str
    state: StepState = "waiting"
    seconds: float = 0.0
    message: str = ""


@dataclass(frozen=True, slots=True)
class StepChanged:
    """An event of a run: step ``index`` of ``total`` is now as ``step`` says."""

    index: int
    total: int
    step: Step


@dataclass(frozen=True, slots=True)
class Output:
    """An event of a run: cleaned text from the running command."""

    text: str


RunEvent = Union[StepChanged, Output]


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended. ``run`` is its identifier ("" where none was begun); ``message`` says what is true now; ``mend`` are
    the commands that repair by hand what could not be rolled back; ``report`` and ``backup`` are absolute paths."""

    run: str
    outcome: Outcome
    headline: str
    message: str
    steps: tuple[Step, ...] = ()
    before: tuple[Finding, ...] = ()
    after: tuple[Finding, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    mend: tuple[str, ...] = ()
    report: str | None = None
    backup: str | None = None
    undoable: bool = False
    """The run left a change that ``undo`` can take back."""
    dropped: tuple[str, ...] = ()
    """The rules, as auditctl takes them, that only the kernel had and that the run let go, as was chosen; an undo does not bring
    them back."""
    actor: Actor | None = None
    """Who did it; None where no run was begun."""
    recovered: RunReport | None = None
    """How a run that had been cut short was rolled back right before this one; None where none was."""
    recovers: bool = False
    """It went on with a run that had been cut short: ``before`` is what was found then, not what was before that run."""

    @property
    def exit_code(self) -> int:
        """The exit status of the command line for this outcome."""
        return EXIT_OF_OUTCOME[self.outcome]
