"""The known host: what is derived from facts is derived once, and a host that is changed derives what a new one would."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.build import CONF, CONTAINERD, absent, known, loaded, plain_host, with_docker_rules, with_file
from tui.audit.coverage import coverage
from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.log import conf, partition, story
from tui.audit.rule import text
from tui.audit.rules_d import compiled
from tui.controls.catalogue import load_catalogue
from tui.controls.control import VERSIONS
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.plan.log import log_story
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict import disk
from tui.verdict.known import KnownHost
from tui.verdict.question import Question
from tui.views.check_document import check_view

DERIVATIONS: tuple[Callable[..., Any], ...] = (
    conf.parse_conf,
    partition.partition,
    story.log_findings,
    disk.read_disk,
    compiled.compile_rules,
    text.listing_text,
    coverage.coverage,
)
WATCH = f"-w {CONTAINERD} -p rwxa -k docker"
NEVER = f"-a never,exit -F path={CONTAINERD}"


def question(version: str = "1.8.0") -> Question:
    """All controls of a benchmark."""
    return Question(load_catalogue().numbered(version), version)


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each derivation is called, wherever its name was imported."""
    counts: Counter[str] = Counter()
    for derivation in DERIVATIONS:
        counted = _counted(derivation, counts)
        for module in [module for name, module in sys.modules.items() if name.split(".")[0] == "tui"]:
            for name, value in list(vars(module).items()):
                if value is derivation:
                    monkeypatch.setattr(module, name, counted)
    return counts


def _counted(derivation: Callable[..., Any], counts: Counter[str]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        counts[derivation.__name__] += 1
        return derivation(*given, **named)

    return counted


def paths_judged(facts: HostFacts, asked: Question) -> int:
    """How many coverages one list of rules has at the most: that of each object, and of the place where it really is."""
    findings = asked.findings(facts)
    return sum(len(finding.places) + (finding.real_path is not None) for finding in findings)


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_check_derives_each_value_once_for_all_controls(name: str, derived: Counter[str]) -> None:
    facts, asked = load_scenario(name).host, question()
    paths = paths_judged(facts, asked)
    derived.clear()
    check_view(facts, asked.benchmark, asked.findings(facts))
    assert derived.pop("coverage", 0) <= 2 * paths  # the loaded rules, and those of the next boot
    assert set(derived.values()) <= {1}


def test_a_check_of_applicable_controls_derives_each_value(derived: Counter[str]) -> None:
    facts, asked = load_scenario("compliant").host, question()
    paths = paths_judged(facts, asked)
    assert paths > 10
    derived.clear()
    asked.findings(facts)
    assert 0 < derived.pop("coverage") <= paths  # the kernel holds what the disk loads
    assert derived == {"compile_rules": 1, "parse_conf": 1, "partition": 1, "listing_text": 1}


@pytest.mark.parametrize("switches", [Switches(benchmark_lines=True), Switches(no_load=True), Switches(adopt=True, lock=True)])
@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_plan_derives_each_value_once_a_host(name: str, switches: Switches, derived: Counter[str]) -> None:
    facts, asked = load_scenario(name).host, question()
    paths = paths_judged(facts, asked)
    derived.clear()
    make_plan(asked, facts, switches)
    # The log is the same on the host as it will be.
    assert [derived[name] for name in ("parse_conf", "partition", "log_findings")] == [1, 1, 1]
    assert derived["read_disk"] == 0
    assert derived["compile_rules"] <= 2
    assert derived["listings"] <= 2
    assert derived["coverage"] <= 4 * paths


def test_a_plan_that_changes_no_file_compiles_and_judges_what_is_on_disk_once(derived: Counter[str]) -> None:
    facts = with_docker_rules(plain_host(), f"{WATCH}\n".encode())
    asked = Question((load_catalogue().by_slug("containerd"),), "1.2.0")
    plan = make_plan(asked, facts, Switches())
    assert [finding.state for finding in plan.findings] == ["not-loaded"]
    assert derived["compile_rules"] == 1
    assert derived["coverage"] == 2  # what will be loaded then is what a boot loads now


def test_an_order_that_has_to_be_found_compiles_each_host_once(derived: Counter[str]) -> None:
    facts = with_docker_rules(plain_host(), f"{NEVER}\n".encode())
    asked = Question((load_catalogue().by_slug("containerd"),), "1.2.0")
    plan = make_plan(asked, facts, Switches())
    assert plan.files
    named = [line for line in (plan.files[0].after.content or b"").split(b"\n") if CONTAINERD.encode() in line]
    assert [b"never" in line for line in named] == [False, True]
    assert derived["compile_rules"] == 3  # as it is, and as each of two orders would leave it
    assert derived["parse_conf"] == 1
    assert derived["log_findings"] == 1


CHANGES: dict[str, Callable[[HostFacts], dict[str, Any]]] = {
    "nothing": lambda facts: {},
    "rules_dir": lambda facts: {"rules_dir": with_file(facts, "50-x.rules", b"-w /etc/docker -p wa -k x\n-e 0\n").rules_dir},
    "kernel_rules": lambda facts: {"kernel_rules": loaded(facts, WATCH, "-w /etc/docker -k docker").kernel_rules},
    "audit_status": lambda facts: {"audit_status": replace(facts.audit_status, enabled=0, pid=0)},
    "paths": lambda facts: {
        "paths": {**facts.paths, CONTAINERD: absent(CONTAINERD), "/var/log/audit/audit.log": absent("/var/log/audit/audit.log")}
    },
    "auditd_conf": lambda facts: {
        "auditd_conf": FileFacts(AUDITD_CONF, content=CONF.replace(b"write_logs = yes", b"write_logs = no"))
    },
    "mounts": lambda facts: {"mounts": Unknown("not read")},
    "log": lambda facts: {"log": Unknown("not read")},
    "names": lambda facts: {"names": replace(facts.names, audit_version="4.0.2", machine="aarch64")},
    "audit_rules": lambda facts: {"audit_rules": FileFacts("/etc/audit/audit.rules", content=b"-w /etc/hosts -k h\n")},
    "programs": lambda facts: {"programs": replace(facts.programs, systemd=True)},
    "identity": lambda facts: {"identity": replace(facts.identity, os_id="rhel", os_version="9")},
}


@cache
def derived_host(name: str) -> tuple[Question, KnownHost]:
    """The host of a scenario of which everything is derived already, and all controls."""
    host, asked = known(load_scenario(name).host), question()
    asked.findings(host)
    log_story(host.log)
    assert host.written_rules is not None
    assert host.only_compiled is not None
    return asked, host


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_changed_host_derives_what_a_new_one_would(name: str, field: str) -> None:
    asked, host = derived_host(name)
    facts = host.facts
    changed = CHANGES[field](facts)
    new = KnownHost.of(replace(facts, **changed))
    shared = host.changed(**changed)
    assert isinstance(new, KnownHost)
    assert shared.facts == new.facts
    assert shared.disk == new.disk
    assert shared.at_boot == new.at_boot
    assert (shared.written_rules, shared.only_compiled) == (new.written_rules, new.only_compiled)
    assert log_story(shared.log) == log_story(new.log)
    assert shared.silence == new.silence
    assert shared.loaded.listing == new.loaded.listing
    assert asked.findings(shared) == asked.findings(new)


@pytest.mark.parametrize("version", VERSIONS)
def test_one_control_is_judged_as_among_all(version: str) -> None:
    facts, asked = load_scenario("never").host, question(version)
    alone = tuple(Question((control,), version).findings(facts)[0] for control in asked.controls)
    assert asked.findings(facts) == alone


def test_what_could_not_be_read_is_a_reason_each_and_said_once() -> None:
    whole = plain_host()
    assert isinstance(whole.audit_status, AuditStatus)
    no_root, no_folder = Unknown("Only root can read it.", "Run it as root."), Unknown("rules.d cannot be read.")
    facts = replace(whole, audit_status=no_root, kernel_rules=no_root, rules_dir=no_folder)
    reasons = KnownHost.of(facts)
    assert not isinstance(reasons, KnownHost)
    assert [(reason.kind, reason.text, reason.remedy) for reason in reasons] == [
        ("unread", "Only root can read it.", "Run it as root."),
        ("unread", "rules.d cannot be read.", ""),
    ]
