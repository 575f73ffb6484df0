"""A program of our own that registers itself in auditd's place, as auditbeat does: named, and auditd is not started over it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.real_runs import CONTAINERD, LINE, QUESTION, auditctl, daemon_pid, sh
from tests.live.real_runs import containerd as containerd
from tui.host.facts import DOCKER_RULES
from tui.host.live.host import LiveHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
NAME = "other-daemon-xy"
"""As long as comm can be (TASK_COMM_LEN, 16 bytes with its end)."""
DAEMON = f"""
import ctypes, os, socket, struct
ctypes.CDLL(None).prctl(15, b"{NAME}")  # PR_SET_NAME
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
link.bind((0, 0))
status = struct.pack("=10I", 4, 0, 0, os.getpid(), *[0] * 6)  # AUDIT_STATUS_PID of linux/audit.h
link.send(struct.pack("=IHHII", 16 + len(status), 1001, 5, 1, 0) + status)  # AUDIT_SET, to be acknowledged
print(struct.unpack_from("=i", link.recv(65536), 16)[0], flush=True)
while True:
    link.recv(65536)
"""


@pytest.fixture
def other(audit_state: None, containerd: Path) -> Iterator[int]:
    """The pid of another daemon that has the records."""
    sh("/usr/sbin/service", "auditd", "stop")
    assert daemon_pid() == 0
    child = subprocess.Popen([sys.executable, "-c", DAEMON], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "0\n"
        yield child.pid
    finally:
        child.kill()
        child.wait()


def test_it_is_named_and_left_alone(other: int, tmp_path: Path) -> None:
    auditctl("-e", "1")
    host = LiveHost(tmp_path / "state")
    facts = host.read(QUESTION.interest)
    assert facts.other_daemon is not None
    assert (facts.other_daemon.pid, facts.other_daemon.name) == (other, NAME)
    plan = make_plan(QUESTION, facts, Switches())
    assert [command.step for command in plan.commands] == ["load"]
    report = carry_out(QUESTION, plan, host, emit=lambda _event: None)
    assert (report.outcome, report.exit_code) == ("not-proved", 1), report
    assert f"{NAME} (pid {other}) takes the kernel's audit records" in report.message
    assert daemon_pid() == other
    assert LINE in Path(DOCKER_RULES).read_bytes()
    assert f"-w {CONTAINERD} -p rwxa -k docker" in auditctl("-l").splitlines()
    done = subprocess.run(
        [sys.executable, "-m", "tui", "check", "--control", "1.2.11", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    (finding,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, finding["state"]) == (0, "audited")
    assert any(NAME in reason for reason in finding["reasons"])
    back = undo(plan_undo(host, run_records.find(host, report.run)), host, emit=lambda _event: None, question=QUESTION)
    assert back.outcome == "proved"
    assert daemon_pid() == other


def test_the_kernel_refuses_auditd_while_it_lives(other: int) -> None:
    """Why a restart would only fight for the place."""
    sh("/usr/sbin/service", "auditd", "start")
    assert daemon_pid() == other


GO_AUDIT = """
import ctypes, json, os, re, socket, struct, sys
ctypes.CDLL(None).prctl(15, b"go-audit")  # PR_SET_NAME
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
link.bind((0, 0))
status = struct.pack("=10I", 4, 0, 0, os.getpid(), *[0] * 6)  # AUDIT_STATUS_PID of linux/audit.h
link.send(struct.pack("=IHHII", 16 + len(status), 1001, 5, 1, 0) + status)  # AUDIT_SET, to be acknowledged
print(struct.unpack_from("=i", link.recv(65536), 16)[0], flush=True)
events = {}
with open(sys.argv[1], "a") as file:
    while True:
        data = link.recv(65536)
        kind = struct.unpack_from("=H", data, 4)[0]
        found = re.match(r"audit\\((\\S+):(\\d+)\\): (.*)", data[16:].decode("utf-8", "replace").strip("\\0"), re.DOTALL)
        if found is None:
            continue
        moment, serial, text = found.groups()
        messages = events.setdefault(serial, [])
        messages.append({"type": kind, "data": text})
        if kind == 1320:  # AUDIT_EOE
            file.write(json.dumps({"sequence": int(serial), "timestamp": moment, "messages": events.pop(serial)}) + "\\n")
            file.flush()
"""


@pytest.fixture
def go_audit(audit_state: None, containerd: Path) -> Iterator[Path]:
    """The file of a daemon that has the records, and writes them as go-audit does, where its configuration says."""
    config = Path("/etc/go-audit.yaml")
    assert not config.exists()
    folder = Path(tempfile.mkdtemp(prefix="daw-daemon-", dir="/var/log"))
    kept = folder / "go-audit.log"
    kept.touch(0o600)
    config.write_text(f"output:\n  syslog:\n    enabled: false\n  file:\n    enabled: true\n    path: {kept}\n")
    sh("/usr/sbin/service", "auditd", "stop")
    argv = [sys.executable, "-c", GO_AUDIT, kept]
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "0\n"
        yield kept
    finally:
        child.kill()
        child.wait()
        config.unlink()
        shutil.rmtree(folder)


def test_the_proof_is_found_where_the_daemons_configuration_says(go_audit: Path, tmp_path: Path) -> None:
    auditctl("-e", "1")
    host = LiveHost(tmp_path / "state")
    report = carry_out(QUESTION, make_plan(QUESTION, host.read(QUESTION.interest), Switches()), host, emit=lambda _event: None)
    assert (report.outcome, report.exit_code) == ("proved", 0), report.message
    assert report.message.endswith(f"Each of our own accesses was found in {go_audit}.")
    assert {probe.access: probe.key for probe in report.probes} == dict.fromkeys("rwxa", "docker")
    back = undo(plan_undo(host, run_records.find(host, report.run)), host, emit=lambda _event: None, question=QUESTION)
    assert back.outcome == "proved"
