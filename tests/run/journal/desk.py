"""A folder of runs, and work to journal in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tui.audit.inputs import AuditStatus
from tui.host.port import Actor
from tui.plan.values import FileChange, FileState
from tui.run.journal.intent import Intent
from tui.run.journal.journal import Journal

DOCKER = "/etc/audit/rules.d/docker.rules"
OLD = Path(__file__).parents[2] / "fixtures" / "journal-of-format-1"
"""Runs as the first version wrote them: one that ended, one whose process was killed in the restart of auditd."""


class Desk:
    """As much of a host as the journal asks for: a clock and a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = 1_800_000_000.0
        self.who = Actor(1000, "alice", "alice", "/dev/pts/3", ("docker-audit-wizard", "apply", "--yes"), "1.0")
        self.system_log: list[str] = []

    @property
    def state_folder(self) -> Path:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder

    def now(self) -> float:
        return self.time

    def uptime(self) -> float:
        return 100.0

    def boot_id(self) -> str:
        return "boot-1"

    def actor(self) -> Actor:
        return self.who

    def write_system_log(self, text: str) -> None:
        self.system_log.append(text)


WORK = Intent(
    kind="apply",
    benchmark="1.2.0",
    controls=("1.2.11",),
    files=(FileChange(DOCKER, FileState(b"# theirs\n", 0o600, 0, 7), FileState(b"# theirs\n-w /x -k docker\n", 0o600, 0, 7)),),
    compiled=FileState(b"-D\n", 0o640, 0, 0),
    previous=None,
    new_lines=(b"-w /x -k docker",),
    kernel_before=(),
    expected=(),
    put_back=(),
    status=AuditStatus(1, pid=77),
    auditctl="/sbin/auditctl",
    load=("/sbin/augenrules", "--load"),
    restart=(),
    start=None,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "state")


def begin(desk: Desk, intent: Intent = WORK) -> Journal:
    return Journal.begin(desk, intent, "web-01", {"python": "3"})


def bring(desk: Desk, name: str) -> None:
    """One of the runs of the first version into the journal."""
    (desk.state_folder / "runs").mkdir(mode=0o700)
    shutil.copytree(OLD / name, desk.state_folder / "runs" / "20270115T080000Z-12375")
