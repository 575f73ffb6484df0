"""Each scenario that ships is walked to its end, and the end is the one that its trainer's text promises."""

from __future__ import annotations

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.facts import Interest
from tui.host.scenario import load_scenario, scenario_names
from tui.host.simulated import SimulatedHost
from tui.remediation.question import Question
from tui.remediation.run import carry_out
from tui.remediation.values import Switches

# Scenario: the state found, what the benchmark's grep says, the outcome of the run, the state after it.
ENDS = {
    "fresh": ("unaudited", False, "proved", "audited"),
    "compliant": ("audited", True, "nothing-to-do", "audited"),
    "absent": ("notapplicable", None, "nothing-to-do", "notapplicable"),
    "foreign-rules": ("partial", True, "proved", "audited"),
    "shim": ("unaudited", True, "proved", "audited"),
    "never": ("shadowed", True, "blocked", "shadowed"),
    "immutable": ("unaudited", False, "pending-reboot", "pending-reboot"),
    "broken-neighbour": ("unaudited", False, "blocked", "unaudited"),
    "full-partition": ("unaudited", False, "not-proved", "blind"),
    "no-return": ("unaudited", False, "rolled-back", "unaudited"),
}


@pytest.fixture(scope="module")
def question() -> Question:
    return Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")


def test_every_scenario_has_its_end() -> None:
    assert tuple(ENDS) == scenario_names()


@pytest.mark.parametrize("name", ENDS)
def test_the_walk_ends_as_taught(name: str, question: Question) -> None:
    state, grep, outcome, after = ENDS[name]
    scenario = load_scenario(name)
    host = SimulatedHost(scenario)
    interest = question.interest | Interest(history=True)
    before = host.read(interest)
    (finding,) = question.findings(before)
    assert (finding.state, finding.benchmark_audit) == (state, grep)
    plan = question.plan(before, Switches())
    report = carry_out(question, plan, host, emit=lambda _event: None, cancelled=lambda: False)
    assert report.outcome == outcome, report.message
    (now,) = question.findings(host.read(interest))
    assert now.state == after
    told = " ".join(
        text
        for step in ("preview", "apply", "result")
        for text in (scenario.trainer.at(step).before, scenario.trainer.at(step).after)
    )
    words = {
        "proved": "proved",
        "nothing-to-do": "Nothing",
        "not-proved": "ot proved",
        "blocked": "Blocked",
        "pending-reboot": "Pending reboot",
        "rolled-back": "Rolled back",
    }
    assert words[outcome] in told


@pytest.mark.parametrize(
    "name", [name for name, (*_, outcome, _after) in ENDS.items() if outcome in ("blocked", "nothing-to-do", "rolled-back")]
)
def test_a_run_that_does_nothing_leaves_nothing(name: str, question: Question) -> None:
    host = SimulatedHost(load_scenario(name))
    before = host.read(question.interest)
    plan = question.plan(host.read(question.interest | Interest(history=True)), Switches())
    carry_out(question, plan, host, emit=lambda _event: None, cancelled=lambda: False)
    after = host.read(question.interest)
    assert after.rules_dir == before.rules_dir
    assert after.audit_rules == before.audit_rules
    assert after.kernel_rules == before.kernel_rules
