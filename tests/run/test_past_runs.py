"""PastRuns: what a walk knows of the journal's runs: which was cut short, which can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wizard import samples
from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.run.past_runs import PastRuns
from tui.run.values import RunReport
from tui.session import Session
from tui.verdict.question import Question


def question(slug: str) -> Question:
    return Question(load_catalogue().find([slug], "1.2.0"), "1.2.0")


def applied(walk: Session, slug: str) -> RunReport:
    walk.question = question(slug)
    walk.read()
    return walk.carry_out(lambda _event: None, lambda: False)


def test_undoing_an_earlier_run_leaves_the_last_one_to_undo() -> None:
    walk = Session(question("containerd"), SimulatedHost(load_scenario("fresh")))
    applied(walk, "containerd")
    last = applied(walk, "dockerd")
    assert walk.past.undo_run_beside(last) == "", "it is the last one itself"
    first = walk.past.history()[1][0]
    report = walk.undo(walk.past.prepare_undo(first), lambda _event: None, lambda: False)
    assert report.exit_code == 0, report.message
    assert walk.past.undo_run == last.run
    assert walk.past.can_undo
    assert walk.past.undo_run_beside(report) == last.run
    assert walk.undo(walk.past.prepare_undo(), lambda _event: None, lambda: False).exit_code == 0
    assert not walk.past.can_undo
    assert walk.past.undo_run_beside(walk.report) == ""


@pytest.mark.parametrize(
    ("outcome", "undoable", "run", "kept"),
    [("proved", True, "R", "R"), ("broken", False, "R", "R"), ("rolled-back", False, "R", None), ("broken", False, "", None)],
)
def test_a_run_can_be_taken_back_that_left_something(outcome: str, undoable: bool, run: str, kept: str | None) -> None:
    past = PastRuns(lambda: SimulatedHost(load_scenario("fresh")), question("containerd"))
    past.note_applied(replace(samples.report(outcome), run=run, undoable=undoable))
    assert past.undo_run == kept
    past.begin()
    assert not past.can_undo, "that was on another host"


def test_a_journal_that_cannot_be_read_has_no_run_that_waits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(_folder: str) -> bool:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    past = PastRuns(lambda: SimulatedHost(load_scenario("fresh")), question("containerd"))
    monkeypatch.setattr("tui.run.journal.unfinished.without_end", refused)
    assert past.unfinished() is None
    assert past.left_over is None
