"""A run about an object with a name that terminals, Markdown and YAML stumble over: done, undone, and told in clean words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tui.audit.inputs import PathFacts
from tui.base.cleaning import clean
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, HostFacts, Process
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
NAMED = "/usr/bin/containerd"


def moved(name: str) -> HostFacts:
    """A host where root's containerd runs from *name* and is not at its usual place."""
    facts = load_scenario("fresh").host
    usual = facts.paths[NAMED]
    assert isinstance(usual, PathFacts)
    there = replace(usual, path=name, real_path=name, real_parent="/opt", inode=99_001)
    absent = PathFacts(NAMED, "absent", usual.real_parent, mount_point=usual.mount_point)
    processes = tuple(process for process in facts.processes if process.name != "containerd")
    return replace(
        facts,
        paths={**facts.paths, NAMED: absent, name: there},
        processes=(*processes, Process(731, "containerd", name, 9.0, uid=0)),
    )


@pytest.mark.parametrize(
    "name",
    [
        "/opt/a b",
        "/opt/back\\slash",
        "/opt/\u202egnp\u200b",
        "/opt/\udcff\udc80",
        "/opt/[red]x[/] `id` | *b* <i>",
        "/opt/#x !=y",
        "/opt/é😀",
    ],
)
def test_a_run_and_its_evidence(name: str, tmp_path: Path) -> None:
    host = SimulatedHost(moved(name), state_folder=tmp_path / "state")
    before = host.read(QUESTION.interest)
    report = carry_out(QUESTION, make_plan(QUESTION, before, Switches()), host, emit=lambda _event: None)
    assert report.outcome == "proved", report.message
    (rule,) = [rule for rule in host.read(QUESTION.interest).kernel_rules if rule.keys == ("docker",)]
    assert rule.path == name
    written = [file for file in (tmp_path / "state").rglob("*") if file.is_file()]
    assert {file.suffix for file in written} >= {".md", ".json"}
    for file in written:
        if file.suffix == ".md":
            text = file.read_text(encoding="utf-8", errors="surrogateescape")
            assert clean(text, lines=True) == text
        elif file.suffix == ".json":
            json.loads(file.read_text(encoding="utf-8"))
    record = run_records.latest_undoable(host)
    assert record is not None
    undone = undo(plan_undo(host, record), host, emit=lambda _event: None, question=QUESTION)
    assert undone.outcome == "proved", undone.message
    assert DOCKER_RULES not in {file.path for file in host.read(QUESTION.interest).rules_dir}


def test_a_name_with_a_newline_is_blocked_before_anything_is_touched(tmp_path: Path) -> None:
    host = SimulatedHost(moved("/opt/x\n-e0\n#"), state_folder=tmp_path / "state")
    before = host.read(QUESTION.interest)
    plan = make_plan(QUESTION, before, Switches())
    assert plan.files == ()
    assert any(reason.kind == "line-refused" for finding in plan.findings for reason in finding.reasons)
    carry_out(QUESTION, plan, host, emit=lambda _event: None)
    assert host.read(QUESTION.interest).rules_dir == before.rules_dir
