"""The whole family by command on Debian's own layout: one load, one restart, every applicable control proved, and all of it undone.

The files stand at the places where Debian's docker.io, containerd and runc put them, small ones of our own where the packages are
not installed; whatever the test makes it takes away again.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.build import tui
from tests.schemas import document_of

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

RULES_D = Path("/etc/audit/rules.d")
DOCKER_RULES = RULES_D / "docker.rules"
FOREIGN = RULES_D / "50-site.rules"
UNITS = "/usr/lib/systemd/system"
PROGRAMS = [
    "/usr/sbin/dockerd",
    "/usr/sbin/runc",
    "/usr/bin/containerd",
    "/usr/bin/containerd-shim",
    "/usr/bin/containerd-shim-runc-v1",
    "/usr/bin/containerd-shim-runc-v2",
]
TEXTS = {
    f"{UNITS}/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock\n",
    f"{UNITS}/docker.socket": "[Socket]\nListenStream=/run/docker.sock\n",
    "/etc/default/docker": "# DOCKER_OPTS=\n",
    "/etc/containerd/config.toml": "version = 2\n",
}
FOLDERS = ["/etc/docker", "/etc/containerd", "/run/containerd", "/var/lib/docker/volumes", "/var/lib/docker/overlay2"]
SOCKETS = ["/run/containerd/containerd.sock", "/run/docker.sock"]
APPLICABLE = {
    "1.2.0": ["1.2.3", "1.2.4", "1.2.5", "1.2.6", "1.2.7", "1.2.8", "1.2.9", "1.2.11", "1.2.12"],
    "1.8.0": [f"1.1.{number}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18)],
}
SCANNED = {
    "1.2.0": [
        "/var/lib/docker",
        "/etc/docker",
        "/lib/systemd/system/docker.service",
        "/lib/systemd/system/docker.socket",
        "/etc/default/docker",
        "/usr/bin/containerd",
        "/usr/sbin/runc",
    ],
    "1.8.0": [
        "/run/containerd",
        "/var/lib/docker",
        "/etc/docker",
        "/lib/systemd/system/docker.service",
        "/run/docker.sock",
        "/lib/systemd/system/docker.socket",
        "/etc/default/docker",
        "/etc/containerd/config.toml",
        "/usr/bin/containerd",
        "/usr/bin/containerd-shim",
        "/usr/bin/containerd-shim-runc-v1",
        "/usr/bin/containerd-shim-runc-v2",
        "/usr/bin/runc",
    ],
}
"""What docker-bench-security greps for in ``auditctl -l`` on this layout; 1.1.8 is left out, whose own line would stop a boot's load."""


def auditctl(*argv: str) -> str:
    return subprocess.run(["/usr/sbin/auditctl", *argv], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout


def daemon() -> int:
    return int(next(line.split()[1] for line in auditctl("-s").splitlines() if line.startswith("pid ")))


def kept() -> tuple[dict[str, bytes], list[bytes]]:
    return {path.name: path.read_bytes() for path in RULES_D.iterdir()}, kernel_rules.raw_rules()


class Layout:
    """Makes what is not there, and takes it away in the opposite order."""

    def __init__(self) -> None:
        self.undo = ExitStack()

    def folder(self, path: Path) -> None:
        if not path.exists():
            self.folder(path.parent)
            path.mkdir()
            self.undo.callback(shutil.rmtree, path, ignore_errors=True)

    def file(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        if not path.exists():
            self.folder(path.parent)
            path.write_bytes(content)
            path.chmod(mode)
            self.undo.callback(path.unlink)

    def link(self, path: Path, target: str) -> None:
        if not path.is_symlink() and not path.exists():
            path.symlink_to(target)
            self.undo.callback(path.unlink)

    def socket(self, path: Path) -> None:
        if not path.exists():
            server = self.undo.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(str(path))
            self.undo.callback(path.unlink)


@pytest.fixture
def debian(audit_state: None) -> Iterator[None]:
    """Debian 12 with its own Docker packages, running, and a rules file of somebody else's, loaded."""
    layout = Layout()
    with layout.undo:
        for path in PROGRAMS:
            layout.file(Path(path), b"#!/bin/sh\n", 0o755)
        for path, text in TEXTS.items():
            layout.file(Path(path), text.encode())
        for path in FOLDERS:
            layout.folder(Path(path))
        for path in SOCKETS:
            layout.socket(Path(path))
        layout.link(Path("/usr/bin/runc"), "../sbin/runc")
        FOREIGN.write_text("-w /etc/hosts -p wa -k site\n")
        FOREIGN.chmod(0o640)
        subprocess.run(["/usr/sbin/augenrules", "--load"], stdin=subprocess.DEVNULL, capture_output=True)
        yield


@pytest.mark.parametrize("version", APPLICABLE)
def test_the_family_is_audited_in_one_load_and_taken_back(debian: None, version: str) -> None:
    before, pid = kept(), daemon()
    asked = ("--benchmark", version)
    findings = document_of(tui("check", *asked, "--json"))["findings"]
    assert len(findings) == {"1.2.0": 10, "1.8.0": 16}[version]
    failing = [finding["control"] for finding in findings if finding["result"] == "fail"]
    assert failing == APPLICABLE[version]
    assert {finding["result"] for finding in findings if finding["control"] not in failing} == {"notapplicable"}

    chosen = (*asked, "--benchmark-lines", "--yes", "--json")
    applied = tui("apply", *chosen)
    assert applied.returncode == 0, applied.stderr
    report = document_of(applied)
    assert report["outcome"] == "proved"
    assert [step["name"] for step in report["steps"]].count("load") == 1
    assert [step["name"] for step in report["steps"]].count("restart") == 1
    assert [finding["control"] for finding in report["after"] if finding["state"] == "audited"] == APPLICABLE[version]
    restarted = daemon()
    assert restarted not in (0, pid)

    listed = auditctl("-l")
    assert [path for path in SCANNED[version] if path not in listed] == []
    assert set(before[1]) < set(kernel_rules.raw_rules())
    said = Path(report["report"]).read_text("utf-8")
    for finding in report["after"]:
        if finding["state"] == "audited":
            assert f"| {finding['control']} | {finding['path']} | fail: NOT audited | pass: audited |" in said
    # The program that Debian has elsewhere is watched there, and that was proved as well.
    assert "-w /usr/sbin/dockerd -p rwxa -k docker" in listed.splitlines()
    logged = subprocess.run(
        ["/usr/sbin/ausearch", "--input-logs", "-k", "docker", "-ts", "recent", "--raw"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    ).stdout
    assert 'name="/usr/sbin/dockerd"' in logged
    assert 'name="/usr/sbin/runc"' in logged

    content = DOCKER_RULES.read_bytes()
    second = tui("apply", *chosen)
    assert (second.returncode, document_of(second)["outcome"]) == (0, "nothing-to-do"), second.stderr
    assert (DOCKER_RULES.read_bytes(), daemon()) == (content, restarted)

    undone = tui("undo", "--yes", "--json")
    assert undone.returncode == 0, undone.stderr
    assert kept() == before
    assert daemon() == restarted


def test_a_control_of_ones_own_is_applied_undone_and_remembered(debian: None, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    folder = Path("/etc/audit-controls-of-a-test")
    folder.mkdir()
    try:
        (folder / "secret.yaml").write_text(f"title: Audit the secret\npath: {secret}\nrationale: It is one.\n")
        before = kept()
        asked = ("--controls", str(folder), "--control", "secret")
        applied = tui("apply", *asked, "--no-restart", "--yes", "--json")
        assert applied.returncode == 0, applied.stderr
        assert f"-w {secret} -p rwxa -k docker" in auditctl("-l").splitlines()
    finally:
        shutil.rmtree(folder)
    # The folder is gone by now; the run is still known, and can be taken back.
    told = tui("history", document_of(applied)["run"])
    assert told.returncode == 0, told.stderr
    assert "secret" in told.stdout
    undone = tui("undo", "--yes", "--json")
    assert undone.returncode == 0, undone.stderr
    assert kept() == before


def test_bad_files_are_told_all_at_once_and_nothing_is_loaded(debian: None) -> None:
    folder = Path("/etc/audit-controls-of-a-test")
    folder.mkdir()
    try:
        (folder / "one.yaml").write_text("title: One\npath: relative/path\nrationale: r\n")
        (folder / "two.yaml").write_text("title: Two\npath: /etc/hosts\nrationale: r\nkinds: file\n")
        (folder / "three.yaml").write_text("title: Three\npath: /etc/hosts\nrationale: r\n")
        (folder / "three.yaml").chmod(0o666)
        before = kept()
        done = tui("apply", "--controls", str(folder), "--yes")
        assert done.returncode == 2
        for expected in ("one.yaml:2", "two.yaml:4", "three.yaml"):
            assert expected in done.stderr
        assert kept() == before
        assert not DOCKER_RULES.exists()
    finally:
        shutil.rmtree(folder)
