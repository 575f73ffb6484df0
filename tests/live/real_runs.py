"""A real run for 1.2.11 on this machine, and the state around it."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import kernel_rules
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES
from tui.host.live.host import LiveHost
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.run.values import RunReport
from tui.verdict.question import Question

RULES_D = Path("/etc/audit/rules.d")
DOCKER = Path(DOCKER_RULES)
CONTAINERD = Path("/usr/bin/containerd")
QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
LINE = b"-w /usr/bin/containerd -k docker\n"


def sh(*argv: str | Path) -> str:
    done = subprocess.run([*map(str, argv)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def auditctl(*words: str) -> str:
    return sh("/usr/sbin/auditctl", *words)


def daemon_pid() -> int:
    return int(next(line.split()[1] for line in auditctl("-s").splitlines() if line.startswith("pid ")))


Snapshot = tuple[dict[str, tuple[bytes, int, int, int]], list[bytes]]


def snapshot() -> Snapshot:
    """Every file that a run may touch, with its attributes, and the kernel's own rule records."""
    files = {}
    for path in [*RULES_D.iterdir(), Path("/etc/audit/audit.rules"), Path("/etc/audit/audit.rules.prev")]:
        if path.exists():
            facts = path.stat()
            files[str(path)] = (path.read_bytes(), stat.S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid)
    return files, kernel_rules.raw_rules()


@pytest.fixture
def containerd() -> Iterator[Path]:
    made = not CONTAINERD.exists()
    if made:
        CONTAINERD.write_text("#!/bin/sh\n")
        CONTAINERD.chmod(0o755)
    yield CONTAINERD
    if made:
        CONTAINERD.unlink()


@pytest.fixture
def host(audit_state: None, containerd: Path, tmp_path: Path) -> Iterator[LiveHost]:
    """A host with foreign rules on disk and loaded, and one that only the kernel has."""
    theirs = RULES_D / "50-theirs.rules"
    theirs.write_text("## theirs\n-w /etc/passwd -p wa -k identity\n-a always,exit -F arch=b64 -S mount -F auid>=1000 -k mounts\n")
    theirs.chmod(0o600)
    sh("/usr/sbin/augenrules", "--load")
    auditctl("-w", "/etc/hostname", "-p", "wa", "-k", "agent")
    assert len(kernel_rules.raw_rules()) == 3
    made = LiveHost(tmp_path / "state")
    yield made
    # Where a test fails, what it started changes nothing any more before the state is put back.
    for process in DRIVERS:
        process.kill()
        process.communicate()
    DRIVERS.clear()
    with made.lock():
        pass


def take_back(host: LiveHost) -> RunReport:
    record = run_records.latest_undoable(host)
    assert record is not None
    return undo(plan_undo(host, record), host, emit=lambda event: None, question=QUESTION)


DRIVERS: list[subprocess.Popen[str]] = []
