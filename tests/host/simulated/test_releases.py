"""The simulated host behaves as other releases were seen to: audit 4.0.2 under systemd, RHEL's unit, audit=0, no root."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.text import listings
from tui.host.facts import DOCKER_RULES, FileFacts, HostFacts, Interest, UnitFacts
from tui.host.port import CommandResult
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost

LOAD = ("/usr/sbin/augenrules", "--load")
RESTART = ("/usr/sbin/service", "auditd", "restart")
UNIT = "/usr/lib/systemd/system/auditd.service"


def _facts(version: str = "4.0.2", unit: str = "[Service]\n", **status: int) -> HostFacts:
    facts = load_scenario("fresh").host
    assert isinstance(facts.audit_status, AuditStatus)
    return replace(
        facts,
        names=replace(facts.names, audit_version=version),
        audit_status=replace(facts.audit_status, **status),
        units={**facts.units, "auditd.service": UnitFacts("auditd.service", UNIT, (FileFacts(UNIT, content=unit.encode()),))},
    )


def _run(host: SimulatedHost, *argv: str) -> CommandResult:
    return host.run(argv, timeout=120)


def _pid(host: SimulatedHost) -> int:
    status = host.read(Interest()).audit_status
    assert isinstance(status, AuditStatus)
    return status.pid


def _write(host: SimulatedHost, content: bytes) -> None:
    host.write_file(DOCKER_RULES, content, before=None, mode=0o640, uid=0, gid=0)


def test_audit_4_calls_watches_slow_and_loads_them() -> None:
    host = SimulatedHost(_facts())
    _write(host, b"-w /usr/bin/containerd -k docker\n")
    result = _run(host, *LOAD)
    assert (result.exit_code, "Old style watch rules are slower" in result.output) == (0, True)
    rules = host.read(Interest()).kernel_rules
    assert not isinstance(rules, Unknown)
    assert listings(rules) == ["-w /usr/bin/containerd -p rwxa -k docker"]


@pytest.mark.parametrize(
    ("version", "text", "code"),
    [
        ("4.0.2", "/usr/sbin/augenrules: Audit system is in immutable mode - exiting with no changes\n", 0),
        ("3.0.9", "The audit system is in immutable mode, no rule changes allowed\n", 0),
        ("3.1.2", "", 1),
    ],
)
def test_an_immutable_kernel_takes_no_load(version: str, text: str, code: int) -> None:
    host = SimulatedHost(_facts(version, enabled=2))
    _write(host, b"-w /usr/bin/containerd -k docker\n")
    result = _run(host, *LOAD)
    assert (result.output, result.exit_code) == (text, code)
    assert host.read(Interest()).kernel_rules == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ["Audit system is in immutable mode - exiting with no changes"]),
        (("--check",), ["Rules have changed and should be updated"]),
    ],
)
def test_trixies_augenrules_does_not_even_compile_for_an_immutable_kernel(words: tuple[str, ...], said: list[str]) -> None:
    host = SimulatedHost(_facts(enabled=2))
    before = host.read(Interest()).audit_rules
    _write(host, b"-w /usr/bin/containerd -k docker\n")
    result = _run(host, LOAD[0], *words)
    assert result.output.splitlines() == [f"/usr/sbin/augenrules: {line}" for line in said]
    assert host.read(Interest()).audit_rules == before


def test_a_bad_rule_keeps_trixies_auditd_down() -> None:
    host = SimulatedHost(_facts(unit="[Unit]\nRequires=audit-rules.service\n"))
    _write(host, b"-w /no/such/folder/file -k x\n")
    result = _run(host, *RESTART)
    assert (result.exit_code, "A dependency job for auditd.service failed." in result.output) == (1, True)
    assert _pid(host) == 0


def test_a_unit_that_refuses_manual_stop_goes_on_as_it_was() -> None:
    host = SimulatedHost(_facts(unit="[Unit]\nRefuseManualStop=yes\n"))
    before = _pid(host)
    result = _run(host, *RESTART)
    assert result.exit_code == 4
    assert "Operation refused, unit auditd.service may be requested by dependency only" in result.output
    assert _pid(host) == before
    assert _run(host, "/usr/sbin/auditctl", "--signal", "stop").exit_code == 0
    assert _pid(host) == 0
    assert _run(host, "/usr/bin/systemctl", "start", "auditd").exit_code == 0
    assert _pid(host) not in (0, before)


def test_a_broken_configuration_is_a_failed_job_under_systemd() -> None:
    facts = _facts()
    assert isinstance(facts.auditd_conf, FileFacts)
    assert facts.auditd_conf.content is not None
    conf = replace(facts.auditd_conf, content=facts.auditd_conf.content + b"max_log_file = 8M\n")
    host = SimulatedHost(replace(facts, auditd_conf=conf))
    assert _run(host, *RESTART).exit_code == 1
    assert _run(host, "/usr/bin/systemctl", "is-active", "auditd").exit_code == 3
    assert _pid(host) == 0


def _unknown(facts: HostFacts) -> HostFacts:
    return replace(facts, audit_status=Unknown("not told"), kernel_rules=Unknown("not told"))


def test_booted_with_audit_0_a_restart_exits_well_and_auditctl_does_not() -> None:
    host = SimulatedHost(_unknown(_facts()))
    assert _run(host, *RESTART).exit_code == 0
    result = _run(host, "/usr/sbin/auditctl", "-s")
    assert (result.exit_code, result.output.splitlines()[0]) == (1, "Error - audit support not in kernel")
    assert _run(host, *LOAD).exit_code == 1
    assert isinstance(host.read(Interest()).kernel_rules, Unknown)
    assert not host.probe("/usr/bin/containerd", "r").recorded


def test_an_ordinary_user_may_do_nothing() -> None:
    facts = _unknown(_facts())
    host = SimulatedHost(replace(facts, privileges=replace(facts.privileges, euid=1000), rules_dir=Unknown("denied")))
    assert _run(host, "/usr/sbin/auditctl", "-l").output == "You must be root to run this program.\n"
    assert _run(host, *LOAD).output == "/usr/sbin/augenrules: No rules directory - /etc/audit/rules.d\n"
    assert _run(host, *RESTART).exit_code == 1
    assert isinstance(host.read(Interest()).rules_dir, Unknown)


def test_a_reload_of_many_watches_takes_its_time_and_may_be_cut_short() -> None:
    facts = _facts("3.0.9")
    host = SimulatedHost(facts)
    _write(host, b"".join(b"-w /etc/docker/%d -k x\n" % number for number in range(1000)))
    _run(host, *LOAD)
    again = _run(host, *LOAD)
    assert 13 < again.seconds < 15
    short = host.run(LOAD, timeout=5)
    assert (short.state, short.seconds) == ("timeout", 5)
    rules = host.read(Interest()).kernel_rules
    assert not isinstance(rules, Unknown)
    assert len(rules) == 500
