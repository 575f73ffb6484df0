"""Runs on the real kernel with the real auditd: proved, undone to the byte, and each fault that root can make for real."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.live.real_runs import DOCKER, LINE, QUESTION, RULES_D, auditctl, daemon_pid, sh, snapshot, take_back
from tests.live.real_runs import containerd as containerd  # host asks for it
from tests.live.real_runs import host as host
from tui.host.live.host import LiveHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.context import RunContext
from tui.run.values import RunEvent, RunReport, StepChanged

pytestmark = pytest.mark.live

CONF = Path("/etc/audit/auditd.conf")
NO_RESTART = Switches(no_restart=True)


def apply(
    host: LiveHost, switches: Switches = NO_RESTART, when: tuple[str, str] | None = None, do: Callable[[], object] = lambda: None
) -> RunReport:
    """One run; *do* is done when the step *when* reaches a state."""

    def emit(event: RunEvent) -> None:
        if isinstance(event, StepChanged) and (event.step.name, event.step.state) == when:
            do()

    plan = make_plan(QUESTION, host.read(QUESTION.interest), switches)
    return carry_out(QUESTION, plan, host, emit=emit)


def test_a_run_is_proved_and_its_undo_brings_back_every_byte_and_rule(host: LiveHost) -> None:
    before, old_pid = snapshot(), daemon_pid()
    report = apply(host, Switches())
    assert report.outcome == "proved", report
    assert "-w /usr/bin/containerd -p rwxa -k docker" in auditctl("-l").splitlines()
    assert daemon_pid() not in (0, old_pid)
    assert set(before[1]) < set(kernel_rules.raw_rules())
    for probe in report.probes:
        found = sh("/usr/sbin/ausearch", "--input-logs", "-k", "docker", "-p", str(probe.pid), "--raw")
        assert f":{probe.serial})" in found
    assert stat.S_IMODE(DOCKER.stat().st_mode) == 0o640
    again = apply(host, Switches())
    assert (again.outcome, again.run) == ("nothing-to-do", "")
    assert take_back(host).outcome == "proved"
    assert snapshot() == before


def test_a_docker_rules_of_theirs_is_added_to_and_comes_back_with_its_mode_and_owner(host: LiveHost) -> None:
    DOCKER.write_bytes(b"# theirs, no newline\n-w /etc/group -p wa -k docker")
    DOCKER.chmod(0o604)
    os.chown(DOCKER, 0, 12)
    sh("/usr/sbin/augenrules", "--load")
    before = snapshot()
    assert apply(host).outcome == "proved"
    assert DOCKER.read_bytes() == b"# theirs, no newline\n-w /etc/group -p wa -k docker\n" + LINE
    assert take_back(host).outcome == "proved"
    assert snapshot() == before


def test_an_editors_save_right_before_the_write_stops_the_run(host: LiveHost) -> None:
    DOCKER.write_bytes(b"# one\n")
    report = apply(host, when=("write", "running"), do=lambda: DOCKER.write_bytes(b"# two\n"))
    assert (report.outcome, report.exit_code) == ("rolled-back", 4)
    assert DOCKER.read_bytes() == b"# two\n"
    assert "changed" in report.message


@pytest.mark.needs("mount")
def test_a_full_rules_d(host: LiveHost, tmp_path: Path) -> None:
    sh("cp", "-a", f"{RULES_D}/.", tmp_path / "kept")
    sh("mount", "-t", "tmpfs", "-o", "size=64k,mode=0750", "tmpfs", RULES_D)
    try:
        sh("cp", "-a", f"{tmp_path}/kept/.", RULES_D)
        before = snapshot()

        def fill() -> None:
            with open(RULES_D / "filler", "wb", buffering=0) as filler:
                while filler.write(b"x" * 512) == 512:
                    pass

        with pytest.raises(OSError, match="No space left"):
            fill()
        report = apply(host)
        (RULES_D / "filler").unlink()
        assert report.outcome == "rolled-back"
        assert "No space left on device" in report.message
        assert snapshot() == before
    finally:
        sh("umount", RULES_D)


@pytest.mark.needs("immutable-flag")
def test_an_immutable_docker_rules(host: LiveHost) -> None:
    DOCKER.write_bytes(b"# theirs\n")
    sh("/usr/sbin/augenrules", "--load")
    auditctl("-w", "/etc/hostname", "-p", "wa", "-k", "agent")
    before = snapshot()
    report = apply(host, when=("write", "running"), do=lambda: sh("chattr", "+i", DOCKER))
    sh("chattr", "-i", DOCKER)
    assert report.outcome == "rolled-back"
    assert "Operation not permitted" in report.message
    assert snapshot() == before


@pytest.mark.needs("immutable-flag")
def test_an_immutable_audit_rules_is_noticed_although_augenrules_exits_0(host: LiveHost) -> None:
    before = snapshot()
    report = apply(host, when=("load", "running"), do=lambda: sh("chattr", "+i", "/etc/audit/audit.rules"))
    sh("chattr", "-i", "/etc/audit/audit.rules")
    assert report.outcome == "rolled-back"
    assert "cp: cannot create regular file" in report.message
    assert snapshot()[1] == before[1]
    assert not DOCKER.exists()


def test_a_neighbour_that_stops_the_load_costs_no_rule(host: LiveHost) -> None:
    before = snapshot()
    broken = RULES_D / "20-broken.rules"
    report = apply(host, when=("load", "running"), do=lambda: broken.write_text("-w /etc/motd -p wa -k motd\n-w relative -k x\n"))
    assert report.outcome == "rolled-back", report
    assert "There was an error in line" in report.message
    assert "-w relative -k x" in report.message
    compiled = Path("/etc/audit/audit.rules").read_bytes()
    assert b"-w relative -k x" in compiled  # of what is in rules.d now, theirs among it
    assert b"/usr/bin/containerd" not in compiled
    broken.unlink()
    files, rules = snapshot()
    assert {path: facts for path, facts in files.items() if "rules.d" in path} == {
        path: facts for path, facts in before[0].items() if "rules.d" in path
    }
    assert [rule for rule in rules if rule in before[1]] == before[1]
    (theirs,) = [rule for rule in rules if rule not in before[1]]
    assert b"/etc/motd" in theirs  # what they loaded meanwhile is not ours to take away


@pytest.mark.parametrize("broken", ["no_such_keyword = yes", "num_logs = many", "flush = SOMETIMES"])
def test_an_auditd_that_does_not_come_back_is_said_and_mended_as_told(
    host: LiveHost, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.run.context.PATIENCE", 3.0)
    good, before = CONF.read_text(), snapshot()
    report = apply(host, Switches(), ("restart", "running"), lambda: CONF.write_text(good + broken + "\n"))
    assert (report.outcome, report.exit_code) == ("broken", 5)
    assert "auditd is not running" in report.message
    assert "/etc/audit/auditd.conf" in report.message
    assert daemon_pid() == 0
    assert snapshot() == before
    CONF.write_text(good)
    for command in report.mend:
        sh("sh", "-c", command)
    assert daemon_pid()
    auditctl("-w", "/etc/hostname", "-p", "wa", "-k", "agent")
    assert apply(host).outcome == "proved"


@pytest.mark.needs("mount")
def test_a_log_that_cannot_be_written_leaves_the_rules_and_says_not_proved(host: LiveHost) -> None:
    def shrink() -> None:
        sh("mount", "-t", "tmpfs", "-o", "size=1m,mode=0750", "tmpfs", "/var/log/audit")

    before = snapshot()
    try:
        report = apply(host, Switches(), ("restart", "running"), shrink)
        assert (report.outcome, report.exit_code) == ("not-proved", 1)
        assert "nothing reaches the log" in report.message, "and why; a record that did not come is told by it"
        assert LINE in DOCKER.read_bytes()
        assert take_back(host).outcome == "proved"
        assert snapshot() == before
    finally:
        sh("/usr/sbin/service", "auditd", "stop")
        sh("umount", "/var/log/audit")
        sh("/usr/sbin/service", "auditd", "start")


STUBS = {
    "exits 1 and says so": "echo 'Error sending add rule data request (Operation not permitted)' >&2; exit 1",
    "exits 1 in silence": "exit 1",
    "exits 0 and does nothing": "exit 0",
    "hangs": "sleep 1234.5 & sleep 1234.5",
    "is killed": "kill -9 $$",
    "wipes the rules and dies": "/usr/sbin/auditctl -D; kill -9 $$",
    "prints what terminals obey": "printf '\\033[2J\\033]0;owned\\007\\377'; exit 1",
}


@pytest.mark.parametrize("step", ["load", "restart"])
@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS)
def test_a_program_that_fails_is_rolled_back(
    host: LiveHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, body: str
) -> None:
    stub = tmp_path / "stub"
    stub.write_text(f"#!/bin/sh\n{body}\n")
    stub.chmod(0o755)
    before, pid = snapshot(), daemon_pid()
    monkeypatch.setattr(RunContext, "load_timeout", 0.5)
    plan = make_plan(QUESTION, host.read(QUESTION.interest), Switches())
    commands = tuple(replace(command, argv=(str(stub),)) if command.step == step else command for command in plan.commands)
    monkeypatch.setattr("tui.run.context.PATIENCE", 1.5)
    report = carry_out(QUESTION, replace(plan, commands=commands), host, emit=lambda event: None)
    assert report.outcome == "rolled-back", report
    assert "\x1b" not in report.message
    assert snapshot() == before
    assert daemon_pid() == pid
    assert "sleep 1234.5" not in sh("ps", "-eo", "args")


# --- neighbours ------------------------------------------------------------------------------------------------------------

NEIGHBOURS = {
    "ends without a newline": (b"-w /etc/motd -p wa -k motd", "proved"),
    "ends in a comment without a newline": (b"-w /etc/motd -p wa -k motd\n# the end", "proved"),
    "has Windows line ends": (b"-w /etc/motd -p wa -k motd\r\n", "proved"),
    "holds a line that auditctl refuses": (b"-w /etc/motd -p wa -k motd\n-w relative -k x\n", "blocked"),
    "holds the rule, not loaded": (LINE, "proved"),
}


@pytest.mark.parametrize(("content", "outcome"), NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_a_neighbour_before_ours(host: LiveHost, content: bytes, outcome: str) -> None:
    neighbour = RULES_D / "cis.rules"
    neighbour.write_bytes(content)
    if content != LINE:
        auditctl("-w", "/etc/motd", "-p", "wa", "-k", "motd")
    before = snapshot()
    report = apply(host)
    assert report.outcome == outcome, report
    assert neighbour.read_bytes() == content
    if outcome == "blocked":
        assert f"{neighbour}:2" in report.message
        assert snapshot() == before
        return
    listed = auditctl("-l")
    assert "-w /usr/bin/containerd -p rwxa -k docker\n" in listed
    assert "-w /etc/motd -p wa -k motd" in listed or content == LINE
    assert DOCKER.exists() == (content != LINE)


def test_windows_line_ends_in_docker_rules_are_mended(host: LiveHost) -> None:
    DOCKER.write_bytes(b"# theirs\r\n-w /etc/group -p wa -k docker\r\n")
    sh("/usr/sbin/augenrules", "--load")
    before = snapshot()
    assert apply(host).outcome == "proved"
    assert DOCKER.read_bytes() == b"# theirs\n-w /etc/group -p wa -k docker\n" + LINE
    assert "-w /etc/group -p wa -k docker\n" in auditctl("-l")
    assert take_back(host).outcome == "proved"
    assert snapshot()[0] == before[0]


def test_a_rule_that_another_file_brings_is_not_doubled(host: LiveHost) -> None:
    (RULES_D / "60-cis.rules").write_bytes(LINE)
    sh("/usr/sbin/augenrules", "--load")
    before = snapshot()
    assert apply(host).outcome == "nothing-to-do"
    assert snapshot() == before
