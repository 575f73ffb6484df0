"""Each distribution walked to its end on a simulated host: check, the plan, the run, a boot, the undo; and with its kernel locked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import rule_of, with_docker_rules, with_file, with_status
from tests.distributions import DISTRIBUTIONS, STOP_RULES, without_no_tasks
from tests.tools.make_hosts import write_hosts
from tui.audit.inputs import AuditStatus
from tui.controls.catalogue import load_catalogue
from tui.host.boot_load import boot_load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, HostFacts, Interest
from tui.host.scenario import load_scenario_file
from tui.host.simulated.host import SimulatedHost
from tui.host.simulated.programs import reboot
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.run.values import RunReport
from tui.verdict.question import Question
from tui.verdict.values import Finding

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
INTEREST = QUESTION.interest | Interest(history=True)
SERVICE = ("service auditd restart",)
SYSTEMCTL = ("systemctl restart auditd",)
SIGNAL = ("auditctl --signal stop", "systemctl start auditd")
RESTARTS = {
    "Debian 11": SERVICE,
    "Debian 12": SERVICE,
    "Debian 13": SERVICE,
    "Ubuntu 22.04": SERVICE,
    "Ubuntu 24.04": SERVICE,
    "RHEL 8": SERVICE,
    "RHEL 9": SIGNAL,
    "RHEL 10": SIGNAL,
    "Amazon Linux 2023": SERVICE,
    "SLES 15": SERVICE,
    "openSUSE Leap": SYSTEMCTL,
    "openSUSE Tumbleweed": SYSTEMCTL,
    "Fedora": SIGNAL,
    "Arch Linux": SIGNAL,
    "Alpine": ("rc-service auditd restart",),
}
"""How each restarts auditd."""
SHIPS_NO_TASKS = {
    "Amazon Linux 2023": "Amazon Linux's",
    "SLES 15": "SUSE's",
    "openSUSE Leap": "openSUSE's",
    "openSUSE Tumbleweed": "openSUSE's",
    "Fedora": "Fedora's",
}


def planned(facts: HostFacts) -> Plan:
    return make_plan(QUESTION, facts, Switches())


def finding(facts: HostFacts) -> Finding:
    return QUESTION.findings(facts)[0]


def run(host: SimulatedHost) -> RunReport:
    return carry_out(QUESTION, planned(host.read(INTEREST)), host, emit=lambda _event: None)


def test_every_distribution_is_walked() -> None:
    assert set(RESTARTS) == set(DISTRIBUTIONS)


@pytest.mark.parametrize("name", SHIPS_NO_TASKS)
def test_never_task_blocks_with_the_distributions_name_and_the_exact_change(name: str) -> None:
    facts = DISTRIBUTIONS[name].host()
    assert finding(facts).state == "unaudited"
    (blocker,) = planned(facts).blockers
    assert finding(facts).reasons[0].remedy == blocker.remedy
    assert blocker.kind == "blind-on-disk"
    assert "sed -i '2{/task/s/^/#/}' /etc/audit/rules.d/audit.rules" in blocker.remedy
    assert f"The line is {SHIPS_NO_TASKS[name]} own default" in blocker.remedy
    assert "restart dockerd (pid 800) and containerd (pid 801)" in blocker.remedy


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_walk_ends_in_proof_outlives_a_boot_and_can_be_undone(name: str, tmp_path: Path) -> None:
    facts = DISTRIBUTIONS[name].host()
    facts = without_no_tasks(facts) if name in SHIPS_NO_TASKS else facts
    assert finding(facts).state == "unaudited"
    made = planned(facts)
    assert not made.blockers
    restart = [" ".join((command.argv[0].rpartition("/")[2], *command.argv[1:])) for command in made.commands]
    assert tuple(restart) == ("augenrules --load", *RESTARTS[name])
    host = SimulatedHost(facts, state_folder=tmp_path)
    before = host.read(INTEREST)
    report = run(host)
    assert (report.outcome, report.exit_code) == ("proved", 0), report.message
    reboot(host.machine)
    assert finding(host.read(INTEREST)).state == "audited"
    record = run_records.latest_undoable(host)
    assert record is not None
    done = undo(plan_undo(host, record), host, emit=lambda _event: None, question=QUESTION)
    assert done.outcome == "proved", done.message
    after = host.read(INTEREST)
    assert (after.rules_dir, after.kernel_rules) == (before.rules_dir, before.kernel_rules)
    assert finding(after).state == "unaudited"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_with_a_locked_kernel_the_line_is_written_and_a_boot_loads_it(name: str, tmp_path: Path) -> None:
    facts = DISTRIBUTIONS[name].host()
    facts = without_no_tasks(facts) if name in SHIPS_NO_TASKS else facts
    facts = with_status(with_file(facts, "99-finalize.rules", b"-e 2\n"), enabled=2)
    host = SimulatedHost(facts, state_folder=tmp_path)
    assert not planned(facts).commands
    assert run(host).outcome == "pending-reboot"
    told = finding(host.read(INTEREST))
    assert told.state == "pending-reboot"
    alone = name != "Alpine"  # Nothing compiles rules.d there but a load, which the lock refuses.
    assert (
        "a reboot alone does not load what is on disk" in told.reasons[0].text,
        told.reasons[0].remedy.endswith("lan a reboot."),
    ) == (
        not alone,
        True,
    )
    reboot(host.machine)
    assert finding(host.read(INTEREST)).state == ("audited" if alone else "not-loaded")


@pytest.mark.parametrize(
    ("audit", "remedy"),
    [
        ("3.1.2", "Run augenrules (without --load), which compiles rules.d into /etc/audit/audit.rules; then plan a reboot."),
        (
            "4.0.2",
            "Put the line into /etc/audit/audit.rules by hand, too: augenrules changes nothing while the kernel is locked; then plan a reboot.",
        ),
    ],
)
def test_a_locked_kernel_and_a_boot_that_compiles_nothing_need_more_than_a_reboot(audit: str, remedy: str) -> None:
    alpine = replace(DISTRIBUTIONS["Alpine"], audit=audit, compiled=True)
    facts = with_status(with_file(alpine.host(), "99-finalize.rules", b"-e 2\n"), enabled=2)
    told = finding(with_docker_rules(facts, b"\n-w /usr/bin/containerd -k docker\n"))
    assert (told.state, told.reasons[0].remedy) == ("pending-reboot", remedy)
    assert (
        "/etc/init.d/auditd (RULEFILE_STARTUP in /etc/conf.d/auditd) loads /etc/audit/audit.rules as it is" in told.reasons[0].text
    )


def test_on_alpine_the_file_that_the_boot_loads_is_made_by_the_run(tmp_path: Path) -> None:
    facts = DISTRIBUTIONS["Alpine"].host()
    found = boot_load(facts)
    assert found is not None
    assert (found.obstacle, found.culprit) == ("file-absent", AUDIT_RULES)
    written = SimulatedHost(facts, state_folder=tmp_path)
    written.machine.put_file(DOCKER_RULES, b"-w /usr/bin/containerd -k docker\n", 0o640, 0, 0)
    reboot(written.machine)
    assert (
        finding(written.read(INTEREST))
        .reasons[0]
        .text.startswith("/usr/bin/containerd is not recorded: what stands at /etc/audit/rules.d/docker.rules:1")
    )
    assert finding(written.read(INTEREST)).state == "not-loaded"


def test_a_file_of_rules_d_that_openrc_loads_as_it_is_counts_alone() -> None:
    facts = DISTRIBUTIONS["Alpine"].host()
    assert facts.boot is not None
    for named, state in (("50-site.rules", "audited"), ("10-other.rules", "not-persistent")):
        conf = replace(facts.boot.files["/etc/conf.d/auditd"], content=f"RULEFILE_STARTUP=/etc/audit/rules.d/{named}\n".encode())
        there = replace(facts, boot=replace(facts.boot, files={**facts.boot.files, "/etc/conf.d/auditd": conf}))
        there = with_file(with_file(there, "50-site.rules", b"-D\n-w /usr/bin/containerd -k docker\n"), "10-other.rules", b"-D\n")
        host = SimulatedHost(there)
        reboot(host.machine)
        loaded = host.read(INTEREST).kernel_rules
        assert bool(loaded) == (state == "audited")
        ours = rule_of("-w /usr/bin/containerd -k docker", there.names)
        assert finding(replace(there, kernel_rules=(ours,))).state == state


@pytest.mark.parametrize("name", ["SLES 15", "openSUSE Leap", "Debian 12"])
def test_suses_unit_takes_the_rules_out_while_auditd_is_down(name: str) -> None:
    clears = name != "Debian 12"
    facts = without_no_tasks(DISTRIBUTIONS[name].host())
    (gap,) = [warning for warning in planned(facts).warnings if warning.kind == "restart-gap"]
    assert (f"loads {STOP_RULES} by then" in gap.text) == clears
    host = SimulatedHost(replace(facts, kernel_rules=(rule_of("-w /etc/passwd -p wa -k id", facts.names),)))
    assert host.run(("/usr/bin/systemctl", "stop", "auditd"), timeout=10).exit_code == 0
    stopped = host.read(Interest())
    assert (
        stopped.kernel_rules == (),
        stopped.audit_status.enabled if isinstance(stopped.audit_status, AuditStatus) else None,
    ) == (
        clears,
        0 if clears else 1,
    )


def test_a_trainer_gets_them_as_files_that_the_demo_opens(tmp_path: Path) -> None:
    assert len(write_hosts(tmp_path / "hosts")) == len(DISTRIBUTIONS)
    for name in ("alpine", "rhel-9"):
        scenario = load_scenario_file(tmp_path / "hosts" / f"{name}.yaml")
        assert scenario.host.identity.name == name
        host = SimulatedHost(scenario, state_folder=tmp_path / name)
        assert run(host).outcome == "proved"
