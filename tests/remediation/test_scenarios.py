"""The scenarios that ship, carried out with the real planner: each ends as its lesson says, and leaves its host as the outcome says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES
from tui.host.scenario import load_scenario
from tui.host.simulated import SimulatedHost
from tui.remediation import journal
from tui.remediation.question import Question
from tui.remediation.run import carry_out
from tui.remediation.undo import plan_undo, undo
from tui.remediation.values import Switches

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
OUTCOMES = {
    "fresh": "proved",
    "compliant": "nothing-to-do",
    "absent": "nothing-to-do",
    "foreign-rules": "proved",
    "shim": "proved",
    "never": "blocked",
    "immutable": "pending-reboot",
    "broken-neighbour": "blocked",
    "full-partition": "not-proved",
    "no-return": "rolled-back",
}


@pytest.mark.parametrize(("name", "outcome"), OUTCOMES.items())
def test_each_scenario_ends_as_it_should_and_can_be_undone(name: str, outcome: str, tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario(name), state_folder=tmp_path / "state")
    before = host.read(QUESTION.interest)
    report = carry_out(QUESTION, QUESTION.plan(before, Switches()), host, emit=lambda event: None)
    assert report.outcome == outcome, report.message
    after = host.read(QUESTION.interest)
    if outcome in ("proved", "not-proved", "pending-reboot"):
        docker = next(entry.content or b"" for entry in after.rules_dir if entry.path == DOCKER_RULES)  # type: ignore[union-attr]
        assert b"-w /usr/bin/containerd -k docker\n" in docker
        record = journal.latest_undoable(host)
        assert record is not None
        done = undo(plan_undo(host, record), host, emit=lambda event: None, question=QUESTION)
        assert done.outcome == ("pending-reboot" if outcome == "pending-reboot" else "proved"), done.message
        undone = host.read(QUESTION.interest)
        assert (undone.rules_dir, undone.kernel_rules, undone.audit_rules) == (
            before.rules_dir,
            before.kernel_rules,
            before.audit_rules,
        )
    else:
        assert after.rules_dir == before.rules_dir
        assert after.kernel_rules == before.kernel_rules
