"""Course: the steps of one run as they stand, told to whoever watches, up to the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from tui.base.cleaning import in_words
from tui.host.port import Actor, Busy, CalledOff, Host, ProbeResult
from tui.run.context import Emit, Watcher
from tui.run.steps import Job
from tui.run.values import Outcome, Output, RunReport, Step, StepChanged, StepState
from tui.run.words import HEADLINES
from tui.verdict.values import Finding


def hold_lock(host: Host, stack: ExitStack, emit: Emit, cancelled: Callable[[], bool] = lambda: False) -> str:
    """Take the lock that lets one run at a time change the host, until *stack* closes; "" or the sentence why it cannot be had.

    *emit* is told which command of a killed run is waited for, and for how long; once *cancelled* says so, it is waited for no longer.
    """
    watcher = Watcher(emit)
    try:
        stack.enter_context(host.lock(lambda text: watcher(Output(text + "\n")), lambda: cancelled() or watcher.interrupted))
    except CalledOff as reason:
        return f"{reason}"
    except Busy as busy:
        return f"Another run is at work ({busy.holder}); two at once would undo each other. Try again when it has ended."
    except OSError as error:
        return f"The lock could not be taken: {in_words(error)}."
    return ""


class StepTracker:
    """The steps of one run as they stand, told to whoever watches; ``recovers``: it goes on with a run that was cut short."""

    def __init__(self, planned: Sequence[Job], emit: Emit, *, recovers: bool = False) -> None:
        self.recovers = recovers
        self.steps = [Step(job.name, job.title) for job in planned]
        self.watcher = Watcher(emit)

    def set(self, index: int, state: StepState, *, seconds: float | None = None, message: str | None = None) -> Step:
        """Set the state of step *index*; what is not given stays."""
        old = self.steps[index]
        step = Step(
            old.name, old.title, state, old.seconds if seconds is None else seconds, old.message if message is None else message
        )
        self.steps[index] = step
        self.watcher(StepChanged(index, len(self.steps), step))
        return step

    def start(self, index: int, waits: str = "") -> Step:
        """Mark step *index* as at work; *waits* says what it waits for and how long at most."""
        return self.set(index, "running", message=waits)

    def announce(self) -> None:
        """Tell whoever watches which steps there will be, before the first begins."""
        for index, step in enumerate(self.steps):
            self.watcher(StepChanged(index, len(self.steps), step))

    def finish(self, index: int, message: str, seconds: float = 0.0) -> Step:
        """Mark step *index* as done: it reached what it was for."""
        return self.set(index, "done", seconds=seconds, message=message)

    def blocked(self, message: str, findings: tuple[Finding, ...]) -> RunReport:
        """The report of a run that does not begin."""
        self.set(0, "failed", message=message)
        for index in range(1, len(self.steps)):
            self.set(index, "skipped")
        return self.report("", "blocked", HEADLINES["blocked"], message, before=findings, after=findings)

    def report(
        self,
        run: str,
        outcome: Outcome,
        headline: str,
        message: str,
        *,
        before: tuple[Finding, ...] = (),
        after: tuple[Finding, ...] = (),
        probes: tuple[ProbeResult, ...] = (),
        mend: tuple[str, ...] = (),
        report: str | None = None,
        backup: str | None = None,
        undoable: bool = False,
        dropped: tuple[str, ...] = (),
        actor: Actor | None = None,
    ) -> RunReport:
        """The report of how the run ended."""
        return RunReport(
            run,
            outcome,
            headline,
            message,
            tuple(self.steps),
            before,
            after,
            probes,
            mend,
            report,
            backup,
            undoable,
            dropped,
            actor,
            recovers=self.recovers,
        )
