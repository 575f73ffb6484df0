"""PastRuns: the runs that a host's journal has beside the one that is walked: which was cut short, which can be taken back.

What settles or undoes one is imported by the method that does: the screens and the line prompts open without it.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

from tui.base.typing import TYPE_CHECKING
from tui.host.facts import Interest
from tui.run.values import RunReport

if TYPE_CHECKING:
    from tui.host.port import Host
    from tui.run.journal.run_records import RunRecord
    from tui.run.taking_back.lines_left import LinesLeft
    from tui.run.taking_back.undo_plan import UndoPlan
    from tui.run.values import RunEvent
    from tui.verdict.question import Question


class PastRuns:
    """The journal's runs as one walk meets them. ``host`` gives the walk's machine, ``asked`` are the controls that a run is judged by which
    tells of none itself."""

    def __init__(self, host: Callable[[], Host], asked: Question) -> None:
        self._host = host
        self._asked = asked
        self.begin()

    def begin(self) -> None:
        """Know of no run yet: the walk begins on another host."""
        self.left_over: RunRecord | None = None
        """The run that was cut short and waits to be settled, as it was when this was last looked at."""
        self.undo_run: str | None = None
        """The run that can be taken back from where the walk stands."""

    def apart(self, host: Callable[[], Host]) -> PastRuns:
        """The runs as they are known here, for a walk of its own on *host*."""
        apart = copy(self)
        apart._host = host
        return apart

    # --- what is there -----------------------------------------------------------------------------------------------------

    def unfinished(self) -> RunRecord | None:
        """Look for a run that was cut short, and keep it as :attr:`left_over`; None also where the journal is not ours to read."""
        self.left_over = self._find_unfinished()
        return self.left_over

    def _find_unfinished(self) -> RunRecord | None:
        from tui.run.journal.unfinished import without_end

        try:
            if not without_end(str(self._host().state_folder)):
                return None
            from tui.run.journal import run_records

            return run_records.unfinished(self._host())
        except OSError:
            return None

    def history(self) -> tuple[tuple[RunRecord, LinesLeft | None], ...]:
        """Every run that the journal has, newest first, with what is left of its lines. Raises OSError where the journal cannot be read."""
        from tui.run.journal.run_records import runs
        from tui.run.taking_back.lines_left import lines_left

        records = runs(self._host())
        facts = self._host().read(Interest())
        return tuple((record, lines_left(record, facts)) for record in records)

    @property
    def can_undo(self) -> bool:
        """Whether a change is left that can be taken back."""
        return self.undo_run is not None

    def undo_run_beside(self, report: RunReport | None) -> str:
        """The run that can be taken back where that is another one than *report* is about: an older one was undone, and it stays. "" where
        none is."""
        told = report.run if report is not None else None
        return self.undo_run if self.undo_run and self.undo_run != told else ""

    # --- taking back -------------------------------------------------------------------------------------------------------

    def note_applied(self, report: RunReport) -> None:
        """Note how the walk's own run ended: whether it left something to take back."""
        self.undo_run = report.run if report.undoable or (report.run and report.outcome == "broken") else None

    def recover(
        self, record: RunRecord, emit: Callable[[RunEvent], None], cancelled: Callable[[], bool], *, finish: bool = False
    ) -> RunReport:
        """Roll a run that was cut short back, or with *finish* do the rest of it; *cancelled* ends the wait for its command."""
        from tui.run.taking_back.asked_by import asked_by
        from tui.run.taking_back.recovery import recover

        question = asked_by(record, self._asked)
        report = recover(self._host(), record, emit=emit, finish=finish, question=question, cancelled=cancelled)
        self.undo_run = None
        self.unfinished()
        return report

    def prepare_undo(self, record: RunRecord | None = None) -> UndoPlan:
        """What undoing the run *record*, or else :attr:`undo_run`, would change. Raises OSError or LookupError where the journal does not
        tell."""
        from tui.run.journal import run_records
        from tui.run.taking_back.asked_by import asked_by
        from tui.run.taking_back.undo_plan import plan_undo

        if record is None:
            assert self.undo_run is not None
            record = run_records.find(self._host(), self.undo_run)
        return plan_undo(self._host(), record, asked_by(record, self._asked))

    def prepare_undo_all(self) -> UndoPlan:
        """What takes out everything that any run has written here. Raises OSError where the journal does not tell."""
        from tui.controls.catalogue import load_catalogue
        from tui.run.taking_back.undo_plan import plan_undo_all

        return plan_undo_all(self._host(), load_catalogue().controls, self._asked)

    def undo(self, prepared: UndoPlan, emit: Callable[[RunEvent], None], cancelled: Callable[[], bool]) -> RunReport:
        """Take back what *prepared* is about: one run's change, or everything."""
        from tui.run.taking_back.asked_by import asked_by
        from tui.run.taking_back.undo import undo

        question = self._asked if prepared.everything else asked_by(prepared.records[0], self._asked)
        last, undone = self.undo_run, prepared.records[0].run if prepared.records else None
        report = undo(prepared, self._host(), emit=emit, cancelled=cancelled, question=question)
        if not prepared.everything and last not in (None, undone):
            return report  # an earlier run is taken back, the last one stays
        self.undo_run = None if report.exit_code in (0, 1) else last or undone
        return report
