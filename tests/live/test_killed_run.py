"""Runs killed on the real kernel, and two at once: the next start finds and recovers them."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.live.real_runs import DOCKER, DRIVERS, LINE, QUESTION, RULES_D, auditctl, daemon_pid, sh, snapshot, take_back
from tests.live.real_runs import containerd as containerd  # host asks for it
from tests.live.real_runs import host as host
from tui.host.live.host import LiveHost
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover

pytestmark = pytest.mark.live

DRIVER = Path(__file__).with_name("run_driver.py")
KILLS = int(os.environ.get("DOCKER_AUDIT_WIZARD_KILLS", "15"))
"""How many runs are killed at a random moment; a third of them restart auditd (3 s more each)."""


def driver(state: Path, *options: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), str(state), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    DRIVERS.append(process)
    return process


def answer(process: subprocess.Popen[str]) -> dict[str, object]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    parsed: dict[str, object] = json.loads(out.splitlines()[-1])
    return parsed


def written(host: LiveHost, process: subprocess.Popen[str]) -> int:
    """How many lines the journal of the process's run has by now."""
    return sum(path.read_bytes().count(b"\n") for path in host.state_folder.glob(f"runs/*-{process.pid}/journal.jsonl"))


def until_written(host: LiveHost, process: subprocess.Popen[str], lines: int) -> None:
    """Wait until the journal of the process's run has that many lines, or the process has ended."""
    while written(host, process) < lines and process.poll() is None:
        time.sleep(0.001)


def test_of_two_at_once_one_does_it_and_the_other_says_so(host: LiveHost) -> None:
    first = driver(host.state_folder)
    assert first.stdout is not None
    assert first.stdout.readline() == "ready\n"
    until_written(host, first, 1)
    first.send_signal(signal.SIGSTOP)  # it is at work for as long as the other one takes
    second = answer(driver(host.state_folder))
    first.send_signal(signal.SIGCONT)
    assert second["outcome"] == "blocked"
    assert f"Another run is at work (process {first.pid}" in str(second["message"])
    assert answer(first)["outcome"] == "proved"


def undisturbed(host: LiveHost, *options: str) -> tuple[int, float]:
    """How many journal lines a run has that nobody kills, and how long one takes in seconds; it is undone afterwards."""
    process = driver(host.state_folder, *options)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    assert json.loads(process.stdout.readline())["outcome"] == "proved"
    took = time.monotonic() - began
    process.communicate()
    lines = written(host, process)
    assert take_back(host).outcome == "proved"
    return lines, took / lines


@pytest.mark.timeout(120 + 12 * KILLS)
def test_runs_killed_at_random_moments_leave_a_host_that_the_next_start_recovers(host: LiveHost) -> None:
    """A moment is a journal line and a while after it, so that it is one within the run however busy the machine is.

    DOCKER_AUDIT_WIZARD_KILLS=500 makes it many; a failing moment is printed with its seed."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    docker_before = b"# theirs\n-w /etc/group -p wa -k docker\n"
    DOCKER.write_bytes(docker_before)
    sh("/usr/sbin/augenrules", "--load")
    auditctl("-w", "/etc/hostname", "-p", "wa", "-k", "agent")
    before = snapshot()
    runs = {options: undisturbed(host, *options) for options in ((), ("--no-restart",))}
    assert snapshot() == before
    interrupted = 0
    for number in range(KILLS):
        options = () if number % 3 == 0 else ("--no-restart",)
        lines, pause = runs[options]
        line, moment = chance.randrange(lines), 2 * pause * chance.random()
        told = f"seed {seed}, kill {number} {moment:.4f} s after line {line} of {lines} {options}"
        victim = driver(host.state_folder, *options)
        assert victim.stdout is not None
        assert victim.stdout.readline() == "ready\n", told
        until_written(host, victim, line)
        time.sleep(moment)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        # Whatever the moment: the old file or the new one, whole, and nothing of theirs touched.
        assert DOCKER.read_bytes() in (docker_before, docker_before + LINE), told
        assert (RULES_D / "50-theirs.rules").read_bytes() == before[0][str(RULES_D / "50-theirs.rules")][0], told
        interrupted += run_records.unfinished(host) is not None
        result = answer(driver(host.state_folder, *options))
        assert result["outcome"] in ("proved", "nothing-to-do"), (told, result)
        assert run_records.unfinished(host) is None, told
        assert set(before[1]) < set(kernel_rules.raw_rules()), (told, result)
        assert daemon_pid(), told
        assert {path.name for path in RULES_D.iterdir()} == {Path(name).name for name in before[0] if "rules.d" in name}, told
        assert take_back(host).outcome == "proved", told
        assert snapshot() == before, told
    assert interrupted > KILLS / 2, f"seed {seed}: most kills came before or after the run; the moments test nothing"


def test_a_run_killed_in_its_restart_is_rolled_back_late_without_undoing_the_administrators_work(host: LiveHost) -> None:
    DOCKER.write_bytes(b"# theirs\n-w /etc/group -p wa -k docker\n")
    sh("/usr/sbin/augenrules", "--load")
    auditctl("-w", "/etc/hostname", "-p", "wa", "-k", "agent")
    victim = driver(host.state_folder)
    assert victim.stdout is not None
    assert victim.stdout.readline() == "ready\n"
    while not any(
        b'"argv": ["/usr/sbin/service"' in lines.read_bytes() for lines in host.state_folder.glob("runs/*/journal.jsonl")
    ):
        time.sleep(0.01)
        assert victim.poll() is None
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    with host.lock():
        pass  # the restart that it left at work has ended
    theirs = RULES_D / "50-theirs.rules"
    theirs.write_text("## theirs\n-w /etc/shadow -p wa -k identity\n-a always,exit -F arch=b64 -S mount -F auid>=1000 -k mounts\n")
    with DOCKER.open("ab") as docker:
        docker.write(b"-w /etc/motd -p wa -k motd\n")
    sh("/usr/sbin/augenrules", "--load")
    left = run_records.unfinished(host)
    assert left is not None
    report = recover(host, left, emit=lambda event: None, question=QUESTION)
    assert (report.outcome, report.mend) == ("rolled-back", ()), report
    assert DOCKER.read_bytes() == b"# theirs\n-w /etc/group -p wa -k docker\n-w /etc/motd -p wa -k motd\n"
    listed = auditctl("-l").splitlines()
    assert {f"-w {path} -p wa -k {key}" for path, key in (("/etc/shadow", "identity"), ("/etc/motd", "motd"))} < set(listed)
    assert "-w /etc/hostname -p wa -k agent" in listed
    assert not [line for line in listed if "/usr/bin/containerd" in line or "/etc/passwd" in line]
    compiled = Path("/etc/audit/audit.rules").read_bytes()
    assert b"/etc/shadow" in compiled
    assert b"/usr/bin/containerd" not in compiled
    assert "No change" in sh("/usr/sbin/augenrules", "--check")
    assert f"{theirs} changed" in report.message
    assert daemon_pid()
