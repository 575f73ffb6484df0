"""Hardened hosts: what is derived of many rules that have nothing to do with Docker is derived once, not once a control. Counted, not timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.build import plain_host, with_file
from tests.rule_shapes import carrying, community, protection_profile, without_path
from tui.audit.coverage.callers import Filters
from tui.audit.coverage.places import Places, RulePaths
from tui.audit.coverage.reach import AuditedObject
from tui.audit.coverage.regions import Box
from tui.audit.inputs import ACCESSES
from tui.audit.rule import line
from tui.audit.rule.value import Rule
from tui.audit.rules_d.load import _Load
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts
from tui.host.scenario import load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().numbered("1.8.0"), "1.8.0")
SETS = {"community": community, "profile": protection_profile, "without a path": lambda: without_path(100)}
COUNTED: tuple[tuple[Any, str], ...] = (
    (Filters, "taken"),
    (Box, "meet"),
    (Box, "minus"),
    (Places, "_place"),
    (RulePaths, "__init__"),
    (AuditedObject, "watched"),
    (AuditedObject, "in_tree"),
    (_Load, "read"),
    (line, "parse_arguments"),
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step of the set algebra, and of placing paths, is made."""
    counts: Counter[str] = Counter()
    for owner, name in COUNTED:
        monkeypatch.setattr(owner, name, _counted(getattr(owner, name), name, counts))
    return counts


def _counted(function: Callable[..., Any], name: str, counts: Counter[str]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        counts[name] += 1
        return function(*given, **named)

    return counted


def host(lines: list[str]) -> HostFacts:
    """A host with every audited object and the rules *lines*, none of them for an object."""
    return carrying(load_scenario("fresh").host, lines)


@pytest.mark.parametrize("name", SETS)
def test_a_rule_without_a_path_is_made_to_sets_of_callers_once_for_all_controls(name: str, calls: Counter[str]) -> None:
    facts = host(SETS[name]())
    general = sum(rule.path is None for rule in facts.kernel_rules or ())
    calls.clear()
    findings = QUESTION.findings(facts)
    assert sum(finding.result == "fail" for finding in findings) > 8
    assert calls["taken"] <= len(ACCESSES) * general + 50
    assert calls["meet"] + calls["minus"] <= 100 * general


@pytest.mark.parametrize("name", SETS)
def test_each_path_is_placed_once_for_what_is_and_what_will_be(name: str, calls: Counter[str]) -> None:
    facts = host(SETS[name]())
    paths = {rule.path for rule in facts.kernel_rules or () if rule.path is not None}
    calls.clear()
    plan = make_plan(QUESTION, facts, Switches())
    assert plan.files
    assert calls["_place"] <= 2 * (
        len(paths) + 2 * len(QUESTION.controls)
    )  # twice: a restart opens a log, which is another path then
    assert calls["__init__"] <= 8


def test_of_many_watches_only_those_near_an_object_are_looked_at_closely(calls: Counter[str]) -> None:
    facts = host([f"-w /srv/site/{number} -p wa -k site" for number in range(500)])
    calls.clear()
    QUESTION.findings(facts)
    assert calls["watched"] + calls["in_tree"] <= 100


@pytest.mark.parametrize("loaded", [True, False])
def test_a_plan_reads_each_line_once_and_loads_the_files_as_they_are_and_as_they_will_be(loaded: bool, calls: Counter[str]) -> None:
    facts = host(community())
    facts = replace(
        facts, names=replace(facts.names), kernel_rules=facts.kernel_rules if loaded else ()
    )  # nothing is known of these
    lines = sum((file.content or b"").count(b"\n") for file in facts.rules_dir or ())
    calls.clear()
    plan = make_plan(QUESTION, facts, Switches())
    assert plan.files
    assert calls["read"] <= 3 * (lines + 50)  # the third is the next boot, before what is made in /run
    assert calls["parse_arguments"] <= lines + 100


def test_a_plan_of_many_rules_surveys_two_lists_and_looks_each_rule_up_five_times(
    monkeypatch: pytest.MonkeyPatch, calls: Counter[str]
) -> None:
    lines = [f"-w /srv/site/{number} -p wa -k site\n" for number in range(500)]
    facts = with_file(plain_host(), "50-site.rules", "".join(lines).encode())
    monkeypatch.setattr(Rule, "__hash__", _counted(Rule.__hash__, "hash", calls))
    calls.clear()
    plan = make_plan(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), facts, Switches())
    assert plan.files
    assert calls["__init__"] <= 3  # the kernel's, rules.d's, and rules.d's as it will be, which is the kernel's then
    assert calls["hash"] <= 5 * len(lines) + 100
