"""What a plan says of the way past a blocker holds: a switch that it names leads past it, and nothing is promised beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.boots import under_systemd, unit
from tests.build import CONF, CONTAINERD, carried_out, loaded, plain_host, with_docker_rules, with_file, with_status
from tests.verdict.boot.test_hidden import behind
from tui.audit.inputs import Mount
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDITD_CONF, AUDITD_UNIT, DOCKER_RULES, FileFacts, HostFacts, Interest
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")


def simulated(name: str, folder: Path, *, booted: bool) -> tuple[SimulatedHost, HostFacts]:
    host = SimulatedHost(load_scenario(name), state_folder=folder)
    if booted:
        host.boot_anew()
    return host, host.read(QUESTION.interest | Interest(history=True))


@pytest.mark.parametrize("booted", [False, True], ids=["as it is", "booted anew"])
@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_switch_that_a_blocker_names_leads_past_it(name: str, booted: bool, tmp_path: Path) -> None:
    _, facts = simulated(name, tmp_path, booted=booted)
    plan = make_plan(QUESTION, facts, Switches())
    for blocker in plan.blockers:
        for switch in blocker.switches:
            turned = make_plan(QUESTION, facts, replace(Switches(), **{switch: True}))
            assert blocker not in turned.blockers
            assert set(turned.blockers) <= set(plan.blockers), switch


@pytest.mark.parametrize("booted", [False, True], ids=["as it is", "booted anew"])
@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_beside_a_blocked_plan_no_verdict_promises_its_line(name: str, booted: bool, tmp_path: Path) -> None:
    _, facts = simulated(name, tmp_path, booted=booted)
    plan = make_plan(QUESTION, facts, Switches())
    promised = [reason.remedy for finding in plan.findings for reason in finding.reasons]
    assert not (plan.blockers and "The plan adds the control's line." in promised)


def test_where_auditd_is_down_the_load_alone_is_a_way_and_says_what_it_is_worth(tmp_path: Path) -> None:
    host, facts = simulated("audit-4", tmp_path, booted=True)
    (blocker,) = make_plan(QUESTION, facts, Switches()).blockers
    assert blocker.kind == "restart-needs-load"
    assert blocker.text.startswith("auditd does not run now, and does not start: ")
    assert blocker.remedy.endswith("the load alone brings the rules into the kernel; nothing is recorded before auditd runs.")
    alone = make_plan(QUESTION, facts, Switches(no_restart=True))
    assert not alone.blockers
    assert {"would-stay-blind", "load-stops-behind"} <= {warning.kind for warning in alone.warnings}
    report = carried_out(QUESTION, host, no_restart=True)
    assert (report.outcome, report.headline) == ("not-proved", "done, but NOT audited")


def test_the_advice_to_start_auditd_begins_with_what_keeps_it_down(tmp_path: Path) -> None:
    _, facts = simulated("audit-4", tmp_path, booted=True)
    (finding,) = QUESTION.findings(facts)
    (advice,) = (reason.remedy for reason in finding.reasons if reason.kind == "no-daemon")
    assert "zz-backup.rules:2" in advice.partition(" first: no start of auditd works before. Then start auditd")[0]
    _, fresh = simulated("fresh", tmp_path / "fresh", booted=True)
    (finding,) = QUESTION.findings(fresh)
    assert not [reason for reason in finding.reasons if "no start of auditd" in reason.remedy]


def boot_elsewhere() -> HostFacts:
    host = SimulatedHost(load_scenario("boot-elsewhere"))
    host.boot_anew()
    return host.read(QUESTION.interest | Interest(history=True))


KEPT_DOWN = {
    "unit-masked": under_systemd(unit(AUDITD_UNIT, "->", folder="/etc/systemd/system")),
    "auditd-would-not-start": replace(plain_host(), auditd_conf=FileFacts(AUDITD_CONF, content=b"max_log_file = no number\n")),
    "restart-hides": behind("-w /root/.ssh -k ssh"),
    "no-restart-way": replace(plain_host(), programs=replace(plain_host().programs, service=None, systemd=False)),
    "restart-loads-else": boot_elsewhere(),
}


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize("kind", KEPT_DOWN)
def test_what_keeps_auditd_from_starting_says_first_where_it_is_down_now(kind: str, runs: bool) -> None:
    facts = with_status(KEPT_DOWN[kind], pid=812 if runs else 0)
    (blocker,) = (each for each in make_plan(QUESTION, facts, Switches()).blockers if each.kind == kind)
    assert blocker.text.startswith("auditd does not run now") != runs
    assert ("nothing is recorded before auditd runs" in blocker.remedy) == (not runs and kind != "no-restart-way")


LOST = (f"-w {CONTAINERD} -k docker", "-a never,task")
"""A rule that is right and one that blinds it, which only the kernel has."""


def test_a_right_rule_that_no_file_brings_is_written_where_its_events_are_lost() -> None:
    facts = loaded(plain_host(), *LOST)
    assert QUESTION.findings(facts)[0].state == "blind"
    for switches in (Switches(drop_kernel_only=True), Switches(no_load=True)):
        made = make_plan(QUESTION, facts, switches)
        assert (made.blockers, [change.path for change in made.files]) == ((), [DOCKER_RULES])
        assert made.findings[0].state == "blind"
    on_disk = with_docker_rules(facts, f"{LOST[0]}\n".encode())
    assert not make_plan(QUESTION, on_disk, Switches()).files


def test_what_a_plan_could_not_mend_is_told_by_its_cause_and_not_by_a_scanner() -> None:
    lines = f"-a always,exit -F path={CONTAINERD} -F uid=0 -k u\n-a never,exit -F dir=/usr/bin -F perm=r\n".encode()
    facts = with_status(loaded(with_file(plain_host(), "05.rules", lines), LOST[0]), pid=0)
    (blocker,) = make_plan(QUESTION, facts, Switches()).blockers
    assert (blocker.kind, "Loaded rule 2, “-a never,exit" in blocker.text) == ("would-stay-shadowed", True)
    assert blocker.remedy.endswith("/etc/audit/rules.d/05.rules:2")


@pytest.mark.parametrize("action", ["HALT", "SINGLE"])
def test_a_restart_that_would_take_the_host_down_is_not_called_one_that_does_not_come_back(action: str) -> None:
    own = Mount("/var/log/audit", "254:2", "ext4", size_bytes=52 << 20, free_bytes=37 << 20)
    conf = CONF.replace(b"admin_space_left_action = SUSPEND", f"admin_space_left_action = {action}".encode())
    facts = plain_host()
    facts = replace(facts, mounts=(*facts.known_mounts, own), auditd_conf=FileFacts(AUDITD_CONF, content=conf))
    (blocker,) = make_plan(QUESTION, facts, Switches()).blockers
    assert (blocker.kind, blocker.switches) == ("restart-stops-host", ("no_restart",))
    assert blocker.text.startswith("A start of auditd would ")
    assert blocker.remedy == (
        "With --no-restart the load alone brings the rules into the kernel; or make space on /var/log/audit, "
        "or write admin_space_left_action = SYSLOG"
    )
    assert not make_plan(QUESTION, facts, Switches(no_restart=True)).blockers
