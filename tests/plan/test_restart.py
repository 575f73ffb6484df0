"""How each kind of host restarts auditd."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import plain_host
from tui.audit.inputs import AuditStatus, Names
from tui.base.notice import Notice
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDITD_UNIT, LEGACY_RESTART, FileFacts, HostFacts, Programs, UnitFacts
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.restart import restart_commands, restart_words
from tui.plan.values import BlockerKind, Command, Switches
from tui.verdict.question import Question
from tui.views.page import plain
from tui.views.pages.confirm import confirm_lines, cost_text
from tui.views.signs import UNICODE

SYSV = Programs(auditctl="/usr/sbin/auditctl", service="/usr/sbin/service")
SYSTEMD = replace(SYSV, systemctl="/usr/bin/systemctl", systemd=True)
REFUSES = FileFacts("/usr/lib/systemd/system/auditd.service", content=b"[Unit]\nRefuseManualStop=yes\n")
ALLOWS = FileFacts("/etc/systemd/system/auditd.service.d/x.conf", content=b"[Unit]\nRefuseManualStop = no\n")


def host(programs: Programs, *unit: FileFacts, version: str = "3.1.5", legacy: bool = False) -> HostFacts:
    files = {LEGACY_RESTART: FileFacts(LEGACY_RESTART)} if legacy else {}
    return replace(
        plain_host(),
        programs=programs,
        names=Names(audit_version=version),
        units={AUDITD_UNIT: UnitFacts(AUDITD_UNIT, "x", unit)},
        files=files,
    )


SERVICE = ["/usr/sbin/service auditd restart"]
SYSTEMCTL = ["/usr/bin/systemctl restart auditd"]
RC = ["/sbin/rc-service auditd restart"]
NO_SERVICE = "This host has no working way to restart auditd. The program `service` is missing."
REFUSED = "This host has no working way to restart auditd. Its unit refuses a manual stop and the "
REFUSED_NO_SERVICE = REFUSED + "program `service` is missing."
REFUSED_NO_ACTION = REFUSED + "legacy action behind `service auditd restart` is missing."
BARE_SYSTEMD = replace(SYSTEMD, service=None)
OPENRC = Programs(auditctl="/sbin/auditctl", rc_service="/sbin/rc-service")


def told(found: tuple[Command, ...] | Notice[BlockerKind]) -> list[str] | str:
    """The commands as typed, or the sentence that there is none."""
    if isinstance(found, Notice):
        assert found.kind == "no-restart-way"
        remedy = "With --no-restart augenrules --load alone loads the rules; or install the package that brings `service`."
        assert found.remedy == remedy
        return found.text
    assert {command.step for command in found} == {"restart"}
    return [" ".join(command.argv) for command in found]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(host(SYSV), SERVICE, id="the owner's command"),
        pytest.param(host(SYSTEMD), SERVICE, id="the owner's command under systemd"),
        pytest.param(host(SYSV, REFUSES), SERVICE, id="a unit that nothing reads"),
        pytest.param(host(SYSTEMD, REFUSES, legacy=True), SERVICE, id="the legacy action of a unit that refuses a stop"),
        pytest.param(host(BARE_SYSTEMD), SYSTEMCTL, id="no service"),
        pytest.param(host(BARE_SYSTEMD, REFUSES, ALLOWS), SYSTEMCTL, id="a drop-in has the last word"),
        pytest.param(host(SYSTEMD, ALLOWS, REFUSES, version="2.8.5"), REFUSED_NO_ACTION, id="and so has one that refuses"),
        pytest.param(host(replace(BARE_SYSTEMD, systemctl=None)), NO_SERVICE, id="neither service nor systemctl"),
        pytest.param(host(replace(BARE_SYSTEMD, systemd=False)), NO_SERVICE, id="a systemctl that talks to nobody"),
        pytest.param(host(OPENRC), RC, id="OpenRC"),
        pytest.param(host(replace(OPENRC, systemctl="/usr/bin/systemctl")), RC, id="OpenRC with a systemctl"),
        pytest.param(host(replace(OPENRC, systemd=True)), NO_SERVICE, id="an rc-service under systemd"),
        pytest.param(host(replace(BARE_SYSTEMD, rc_service="/sbin/rc-service")), SYSTEMCTL, id="and a systemctl"),
        pytest.param(host(replace(SYSV, service=None)), NO_SERVICE, id="nothing"),
        pytest.param(host(SYSTEMD, REFUSES, version="2.8.5"), REFUSED_NO_ACTION, id="audit 2 has no --signal"),
        pytest.param(host(replace(SYSTEMD, auditctl=None), REFUSES), REFUSED_NO_ACTION, id="no auditctl"),
        pytest.param(host(replace(SYSTEMD, systemctl=None), REFUSES), REFUSED_NO_ACTION, id="no systemctl"),
        pytest.param(host(BARE_SYSTEMD, REFUSES, version="2.8.5"), REFUSED_NO_SERVICE, id="no service, and no --signal"),
        pytest.param(host(BARE_SYSTEMD, REFUSES, version="2.8.5", legacy=True), REFUSED_NO_SERVICE, id="a legacy action alone"),
    ],
)
def test_how_a_host_restarts_auditd(facts: HostFacts, expected: list[str] | str) -> None:
    assert told(restart_commands(facts)) == expected


@pytest.mark.parametrize(("version", "word"), [("3.0.9", "TERM"), ("3.1", "TERM"), ("3.1.1", "stop"), ("4.0.2-2+deb13u1", "stop")])
def test_without_the_legacy_action_the_daemon_is_told_itself(version: str, word: str) -> None:
    facts = host(SYSTEMD, REFUSES, version=version)
    assert told(restart_commands(facts)) == [f"/usr/sbin/auditctl --signal {word}", "/usr/bin/systemctl start auditd"]
    assert restart_words(facts) == f"auditctl --signal {word} && systemctl start auditd"


@pytest.mark.parametrize("version", ["2.8.5", "3.1.5"])
@pytest.mark.parametrize("programs", [SYSTEMD, BARE_SYSTEMD], ids=["service without its action", "no service"])
def test_a_daemon_that_is_down_needs_no_stop(programs: Programs, version: str) -> None:
    down = replace(host(programs, REFUSES, version=version), audit_status=AuditStatus(1, pid=0))
    assert told(restart_commands(down)) == ["/usr/bin/systemctl start auditd"]


def test_the_restart_in_words_is_what_one_types() -> None:
    assert restart_words(host(SYSV)) == "service auditd restart"
    assert restart_words(host(replace(SYSV, service=None))) == "restart auditd as this host restarts its daemons"


@pytest.mark.parametrize("value", ["yes", "True", "on", "1"])
def test_each_of_systemds_words_for_yes_refuses(value: str) -> None:
    unit = FileFacts(AUDITD_UNIT, content=f"[Unit]\n RefuseManualStop ={value} \nRefuseManualStart=no\n".encode())
    assert told(restart_commands(host(SYSTEMD, unit, version="2.8.5"))) == REFUSED_NO_ACTION


def test_a_daemon_that_is_down_is_started_and_its_start_loses_no_event() -> None:
    host = SimulatedHost(load_scenario("auditd-off"))
    host.boot_anew()
    question = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
    plan = make_plan(question, host.read(question.interest), Switches())
    assert plan.starts_auditd
    assert plan.warnings[0].text == "auditd does not run now, so nothing is recorded; the run starts it." == plan.consequences[0]
    assert not any(notice.kind == "restart-gap" for notice in plan.warnings)
    assert [command.why for command in plan.commands if command.step == "restart"] == ["auditd does not run now: this starts it."]
    assert "events" not in cost_text(plan)
    said = [plain(line) for line in confirm_lines(plan, 80, UNICODE)]
    assert any("restart: starts the daemon" in line for line in said)
    assert not any("starts anew" in line for line in said)
