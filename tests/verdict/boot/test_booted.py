"""What the verdict foretells of a boot, held against a run on a simulated host that is then booted."""

from __future__ import annotations

import pytest

from tests.boots import (
    DEBIAN_12,
    LINE,
    right,
    under_openrc,
    under_systemd,
    under_sysvinit,
    unit,
)
from tests.build import carried_out, with_docker_rules
from tests.verdict.boot.booting import (
    AUDITD,
    BRINGS_IT_BACK,
    COMPILES_NOTHING,
    DOES_NOT,
    LOADS_AS_IT_IS,
    STOP_LINKS,
    TRIXIE,
    finding,
    plan,
    question,
)
from tui.audit.inputs import Unknown
from tui.host.facts import HostFacts, Interest
from tui.host.kernel_line import switched_off
from tui.host.simulated.host import SimulatedHost
from tui.host.simulated.programs import reboot

# --- the run, and the boot after it


@pytest.mark.parametrize(
    ("facts", "switches"),
    [
        (under_systemd(unit(AUDITD, DEBIAN_12), links=()), {}),
        (under_systemd(*TRIXIE, links=()), {}),
        (under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system")), {"no_restart": True}),
        (under_sysvinit(links=STOP_LINKS), {}),
        (under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n", level=None), {"no_restart": True}),
    ],
    ids=["disabled", "Debian 13, disabled", "masked", "no rc links", "OpenRC"],
)
def test_a_run_that_did_all_else_ends_as_not_persistent_and_a_boot_proves_it(facts: HostFacts, switches: dict[str, bool]) -> None:
    made = plan(facts, **switches)
    assert not made.blockers
    assert "boot-starts-no-auditd" in [notice.kind for notice in made.warnings]
    host = SimulatedHost(facts)
    report = carried_out(question(), host, **switches)
    assert (report.outcome, report.exit_code) == ("not-persistent", 1)
    assert "The next boot starts no auditd" in report.message
    reboot(host.machine)
    after = host.read(Interest())
    assert after.kernel_rules == ()
    assert host.machine.daemon_pid == 0


def test_masked_the_restart_is_a_blocker_with_its_way_out() -> None:
    facts = under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system"))
    assert [(blocker.kind, "--no-restart" in blocker.remedy) for blocker in plan(facts).blockers] == [("unit-masked", True)]
    host = SimulatedHost(facts)
    result = host.run(("/usr/bin/systemctl", "restart", "auditd"), timeout=10)
    assert (result.exit_code, "is masked" in result.output) == (1, True)


@pytest.mark.parametrize("name", COMPILES_NOTHING)
def test_where_a_boot_loads_the_file_as_it_is_the_runs_load_has_brought_the_line_into_it(name: str) -> None:
    host = SimulatedHost(LOADS_AS_IT_IS[name])
    written = with_docker_rules(LOADS_AS_IT_IS[name], f"\n{LINE}\n".encode())
    behind = SimulatedHost(written)
    reboot(behind.machine)
    assert behind.read(Interest()).kernel_rules == ()
    assert carried_out(question(), host, no_restart=True).outcome == "proved"
    reboot(host.machine)
    assert finding(host.read(question().interest)).state == "audited"


@pytest.mark.parametrize("facts", BRINGS_IT_BACK.values(), ids=BRINGS_IT_BACK)
def test_what_the_verdict_says_of_the_boot_the_simulated_boot_does(facts: HostFacts) -> None:
    host = SimulatedHost(right(facts))
    reboot(host.machine)
    assert host.machine.daemon_pid
    assert finding(host.read(question().interest)).state == "audited"


@pytest.mark.parametrize(("facts", "reason"), [(facts, reason) for facts, reason, _ in DOES_NOT.values()], ids=DOES_NOT)
def test_and_where_it_says_no_the_boot_brings_nothing(facts: HostFacts, reason: str) -> None:
    host = SimulatedHost(right(facts))
    reboot(host.machine)
    assert bool(host.machine.daemon_pid) == (reason != "boot-starts-no-auditd")
    after = host.read(Interest())
    if isinstance(after.cmdline, str) and switched_off(after.cmdline):
        assert isinstance(after.kernel_rules, Unknown), "without audit there is nothing in the kernel, and nothing that tells so"
    else:
        assert after.kernel_rules == ()
