"""The distributions' own never,task: whose it is, the exact change, whom to restart; in the finding and in the blocker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.facts import RULES_DIR, FileFacts, HostFacts
from tui.host.scenario import load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.finding import assess_all
from tui.verdict.neighbours.defaults import switches_off_all
from tui.verdict.question import Question

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]


def host(os_id: str = "amzn") -> HostFacts:
    facts = load_scenario("never-task").host
    return replace(facts, identity=replace(facts.identity, os_id=os_id))


@pytest.mark.parametrize(
    ("os_id", "whose"),
    [("amzn", "Amazon Linux"), ("fedora", "Fedora"), ("sles", "SUSE"), ("opensuse-leap", "openSUSE"), ("debian", "")],
)
def test_the_change_is_exact_and_the_line_is_its_owners(os_id: str, whose: str) -> None:
    facts = host(os_id)
    remedies = [
        assess_all((CONTROL,), "1.2.0", facts)[0].reasons[0].remedy,
        next(each.remedy for each in make_plan(Question((CONTROL,), "1.2.0"), facts, Switches()).blockers),
    ]
    for remedy in remedies:
        change = f"sed -i '5{{/task/s/^/#/}}' {RULES_DIR}/audit.rules"
        first, then = remedy.split("\n")
        assert first == f"Take the line out: {change}", "nothing stands behind a command that is copied"
        assert then.startswith("Then plan again here, so that no rule is lost in the load; reboot last, ")
        assert "Containers stop with dockerd, unless its live-restore is on" in then
        assert "restart containerd (pid 731) and dockerd (pid 902)" in remedy
        assert (f"{whose}'s own default" in remedy) == bool(whose)


def test_in_a_file_that_no_package_brings_it_is_nobodys_default() -> None:
    facts = host()
    assert isinstance(facts.rules_dir, tuple)
    files = tuple(
        replace(file, path=f"{RULES_DIR}/00-mine.rules") if file.path.endswith("audit.rules") else file for file in facts.rules_dir
    )
    remedy = assess_all((CONTROL,), "1.2.0", replace(facts, rules_dir=files))[0].reasons[0].remedy
    assert f"{RULES_DIR}/00-mine.rules" in remedy
    assert "own default" not in remedy


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-a never,task", True),
        ("-a task,never", True),
        ("-A task,never", True),
        ("-a never,task -F uid=33", False),
        ("-a always,task", False),
        ("-a never,exit", False),
        ("# -a never,task", False),
    ],
)
def test_which_line_switches_everybody_off(line: str, expected: bool) -> None:
    assert switches_off_all(line, host()) == expected


def test_with_the_line_out_the_host_is_audited() -> None:
    facts = host()
    assert isinstance(facts.rules_dir, tuple)
    assert isinstance(facts.kernel_rules, tuple)
    files = tuple(
        FileFacts(file.path, content=(file.content or b"").replace(b"-a never,task", b"#-a never,task")) for file in facts.rules_dir
    )
    mended = replace(facts, rules_dir=files, kernel_rules=facts.kernel_rules[1:])
    assert assess_all((CONTROL,), "1.2.0", mended)[0].state == "audited"
