"""A line that an administrator, or a hardening script, wrote into audit.rules alone: told, taken over by the plan, and left there by an undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.boots import DEBIAN_12, LINE, text_file, under_systemd, unit
from tests.build import loaded
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts, Interest
from tui.host.simulated.host import SimulatedHost
from tui.host.simulated.programs import reboot
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
INTEREST = QUESTION.interest | Interest(history=True)
BASE = "-D\n-b 8192\n-f 1\n--backlog_wait_time 60000\n"


def only_in_audit_rules(*lines: str) -> HostFacts:
    """A host whose audit.rules has the *lines*, and no file of rules.d; they are loaded."""
    facts = loaded(under_systemd(unit("auditd.service", DEBIAN_12)), *lines)
    return replace(facts, audit_rules=text_file(AUDIT_RULES, BASE + "".join(f"{line}\n" for line in lines)))


def planned(facts: HostFacts, **switches: bool) -> Plan:
    return make_plan(QUESTION, facts, Switches(**switches))


def docker_rules(facts: HostFacts) -> bytes | None:
    assert isinstance(facts.rules_dir, tuple)
    found = next((file for file in facts.rules_dir if file.path == DOCKER_RULES), None)
    return found.content if isinstance(found, FileFacts) else None


def test_the_finding_names_the_file_that_the_next_load_makes_anew() -> None:
    facts = only_in_audit_rules(LINE)
    (finding,) = QUESTION.findings(facts)
    assert finding.state == "not-persistent"
    assert f"Only {AUDIT_RULES}:5 has the line, and augenrules makes that file anew." in finding.reasons[0].text
    (other,) = QUESTION.findings(replace(facts, audit_rules=text_file(AUDIT_RULES, BASE)))
    assert "not by what is on disk" in other.reasons[0].text


def test_the_plan_takes_it_over_and_an_undo_leaves_it(tmp_path: Path) -> None:
    facts = only_in_audit_rules(LINE)
    made = planned(facts)
    assert not made.blockers
    assert made.files[0].contents[1] == f"\n{LINE}\n".encode()
    assert f"{AUDIT_RULES}:5 has “{LINE}” already" in str([warning.text for warning in made.warnings if warning.kind == "merged"])
    host = SimulatedHost(facts, state_folder=tmp_path)
    report = carry_out(QUESTION, planned(host.read(INTEREST)), host, emit=lambda _event: None)
    assert report.outcome == "proved", report.message
    record = run_records.latest_undoable(host)
    assert record is not None
    undo(plan_undo(host, record), host, emit=lambda _event: None, question=QUESTION)
    after = host.read(INTEREST)
    on_disk = [docker_rules(after) or b"", after.audit_rules.content if isinstance(after.audit_rules, FileFacts) else b""]
    assert any(LINE.encode() in (content or b"") for content in on_disk)
    assert len(after.kernel_rules) == 1


@pytest.mark.parametrize(
    "line", ["-w /usr/bin/containerd -p rwxa -k docker", "-w /usr/bin/containerd -k containerd", "-w /etc/passwd -p wa -k id"]
)
def test_what_the_plan_does_not_write_to_the_letter_is_still_in_its_way(line: str) -> None:
    facts = only_in_audit_rules(LINE, line)
    (blocker,) = planned(facts).blockers
    assert blocker.kind == "only-in-audit-rules"
    assert blocker.text.startswith("One line stands only in")
    assert line in blocker.text
    adopted = planned(facts, adopt=True)
    assert not adopted.blockers
    assert LINE.encode() in (adopted.files[0].contents[1] or b"")


def test_a_boot_without_the_plan_ends_it() -> None:
    host = SimulatedHost(only_in_audit_rules(LINE))
    reboot(host.machine)
    assert host.read(INTEREST).kernel_rules == ()
