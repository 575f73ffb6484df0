"""AtWork: a run in a thread of its own, so that the keys never wait for it and no crash of a screen ends it half-way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from tui.run.values import RunEvent, RunReport, StepChanged

Work = Callable[[Callable[[RunEvent], None], Callable[[], bool]], RunReport]
"""Does the run: gets where to put events and whom to ask whether it was called off; returns how it ended."""


class AtWork:
    """A run at work in a thread of its own, which starts at once. Events are taken out in batches; the thread is no daemon, so the
    program does not end before the run does."""

    def __init__(self, work: Work, clock: Callable[[], float] = time.monotonic) -> None:
        self._events: SimpleQueue[RunEvent] = SimpleQueue()
        self._cancel = threading.Event()
        self._clock = clock
        self.started: dict[int, float] = {}
        """When each running step began, on its own clock."""
        self.report: RunReport | None = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, args=(work,), name="run")
        self._thread.start()

    def _work(self, work: Work) -> None:
        try:
            self.report = work(self._put, self._cancel.is_set)
        except BaseException as error:  # whatever it is, the screen must learn of it; the thread has nobody else to tell
            self.error = error

    def _put(self, event: RunEvent) -> None:
        if isinstance(event, StepChanged) and event.step.state == "running":
            self.started.setdefault(event.index, self._clock())
        self._events.put(event)

    def seconds(self, index: int) -> float:
        """How long step *index* has been running."""
        return self._clock() - self.started.get(index, self._clock())

    def take(self, at_most: int = 20_000) -> list[RunEvent]:
        """The events since the last call, oldest first."""
        events: list[RunEvent] = []
        while len(events) < at_most:
            try:
                events.append(self._events.get_nowait())
            except Empty:
                break
        return events

    @property
    def busy(self) -> bool:
        """Whether the run is still at work."""
        return self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether the run was called off."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Call the run off: it ends its command, rolls back and reports."""
        self._cancel.set()

    def wait(self) -> None:
        """Wait until the run has ended, however long that takes."""
        self._thread.join()
