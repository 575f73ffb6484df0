"""Each scenario that ships is walked to its end: the end is the one that its trainer's text promises, and it can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, Interest
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.verdict.question import Question
from tui.verdict.words import in_state

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
INTEREST = QUESTION.interest | Interest(history=True)

# Scenario: the state found, what the benchmark's grep says, the outcome of the run, the state after it.
ENDS = {
    "fresh": ("unaudited", False, "proved", "audited"),
    "compliant": ("audited", True, "nothing-to-do", "audited"),
    "absent": ("notapplicable", None, "nothing-to-do", "notapplicable"),
    "foreign-rules": ("partial", True, "proved", "audited"),
    "hardened": ("partial", False, "proved", "audited"),
    "shim": ("unaudited", True, "proved", "audited"),
    "never": ("shadowed", True, "blocked", "shadowed"),
    "never-task": ("blind", True, "blocked", "blind"),
    "lock-waiting": ("unaudited", False, "blocked", "unaudited"),
    "immutable": ("unaudited", False, "pending-reboot", "pending-reboot"),
    "broken-neighbour": ("unaudited", False, "blocked", "unaudited"),
    "full-partition": ("unaudited", False, "not-proved", "blind"),
    "halt": ("unaudited", False, "proved", "audited"),
    "boot-elsewhere": ("not-persistent", True, "blocked", "not-persistent"),
    "auditd-off": ("not-persistent", True, "blocked", "not-persistent"),
    "audit-4": ("unaudited", False, "blocked", "unaudited"),
    "no-return": ("unaudited", False, "rolled-back", "unaudited"),
}
WORDS = {
    "proved": "proved",
    "nothing-to-do": "Nothing",
    "not-proved": "NOT audited",
    "blocked": "Blocked",
    "pending-reboot": "Pending reboot",
    "rolled-back": "Rolled back",
}


def test_every_scenario_has_its_end() -> None:
    assert tuple(ENDS) == SCENARIO_NAMES


@pytest.mark.parametrize("name", ENDS)
def test_the_walk_ends_as_taught_and_can_be_undone(name: str, tmp_path: Path) -> None:
    state, grep, outcome, state_after = ENDS[name]
    scenario = load_scenario(name)
    host = SimulatedHost(scenario, state_folder=tmp_path / "state")
    before = host.read(INTEREST)
    (finding,) = QUESTION.findings(before)
    assert (finding.state, finding.benchmark_audit) == (state, grep)

    report = carry_out(QUESTION, make_plan(QUESTION, before, Switches()), host, emit=lambda _event: None)
    assert report.outcome == outcome, report.message
    after = host.read(INTEREST)
    (finding,) = QUESTION.findings(after)
    assert finding.state == state_after
    steps = [scenario.trainer.at(step) for step in ("preview", "apply", "result")]
    assert WORDS[outcome] in " ".join(text for step in steps for text in (step.before, step.after))

    if outcome in ("proved", "not-proved", "pending-reboot"):
        docker = next(entry.content or b"" for entry in after.rules_dir if entry.path == DOCKER_RULES)
        assert b"-w /usr/bin/containerd -k docker\n" in docker
        record = run_records.latest_undoable(host)
        assert record is not None
        prepared = plan_undo(host, record, QUESTION)
        done = undo(prepared, host, emit=lambda _event: None, question=QUESTION)
        assert done.outcome == "proved", done.message
        after = host.read(INTEREST)
        (then,) = QUESTION.findings(after)
        assert prepared.afterwards.startswith(f"Afterwards: /usr/bin/containerd is {in_state(then)}")
    assert (after.rules_dir, after.kernel_rules, after.audit_rules) == (before.rules_dir, before.kernel_rules, before.audit_rules)


def test_the_compliant_host_passes_every_control_of_the_family() -> None:
    family = Question(load_catalogue().numbered("1.2.0"), "1.2.0")
    assert {finding.result for finding in family.findings(load_scenario("compliant").host)} == {"pass"}
