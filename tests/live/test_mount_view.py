"""The real program in mount namespaces and chroots of its own: where the files are others, it judges nothing and does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.conftest import JOURNAL

pytestmark = [pytest.mark.live, pytest.mark.needs("mount-namespace")]

ROOT = Path(__file__).parents[2]
VIEW = (
    "import os, sys; from tui.host.reading.host import read_privileges; read_privileges(); {};"
    " p = read_privileges(); print(p.mount_view, p.differs_at)"
)


def inside(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run *script* as root of a mount namespace whose mounts nobody else sees."""
    argv = ["unshare", "-m", "--propagation", "private", "sh", "-ec", script, "sh", *map(str, arguments)]
    return subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)


def view(script: str, before: str = "pass", *arguments: str | Path) -> str:
    done = inside(f'{script}; shift {len(arguments)}; exec "$@"', *arguments, sys.executable, "-c", VIEW.format(before))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_this_process_sees_the_machines_files() -> None:
    done = subprocess.run([sys.executable, "-c", VIEW.format("pass")], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "machine None"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (":", "machine None"),
        ("mount -t tmpfs tmpfs /tmp; mount -t tmpfs tmpfs /home; mount --bind / /; mount -o remount,bind,ro /", "machine None"),
        ("mount --bind /var/log /var/log", "machine None"),
        ("mount -t tmpfs tmpfs /etc/audit", "namespace /etc/audit"),
        ("mount --bind /var /usr/bin", "namespace /usr/bin"),
    ],
    ids=["nothing else", "as a hardened service", "a folder onto itself", "a tmpfs", "another folder"],
)
def test_a_namespace_counts_by_what_its_files_are(script: str, expected: str) -> None:
    assert view(script) == expected


def test_an_overlay(tmp_path: Path) -> None:
    script = 'mount -t tmpfs tmpfs "$1"; mkdir "$1/up" "$1/work"; mount -t overlay -o "lowerdir=/etc,upperdir=$1/up,workdir=$1/work" o /etc'
    assert view(script, "pass", tmp_path) == "namespace /etc"


@pytest.mark.parametrize(("script", "expected"), [(":", "unknown None"), ('mount -t proc proc "$1/proc"', "chroot /")])
def test_a_chroot(tmp_path: Path, script: str, expected: str) -> None:
    (tmp_path / "proc").mkdir()
    assert view(script, f"os.chroot({str(tmp_path)!r})", tmp_path) == expected


def test_the_program_in_a_container_leaves_the_machines_rules_alone(audit_state: None) -> None:
    subprocess.run(("/usr/sbin/auditctl", "-w", "/etc/hostname", "-p", "wa", "-k", "agent"), check=True)
    before, runs = kernel_rules.raw_rules(), set(JOURNAL.glob("runs/*"))
    program = f'mount -t tmpfs tmpfs /etc/audit; mkdir /etc/audit/rules.d; exec {sys.executable} -m tui "$@"'
    done = inside(program, "check", "--json")
    assert done.returncode == 3, done.stderr
    findings = json.loads(done.stdout)["findings"]
    assert {(finding["state"], finding["loaded"]) for finding in findings} == {("unknown", None)}
    assert "/etc/audit is not what process 1 sees there" in findings[0]["reasons"][0]
    for argv in (
        ("plan",),
        ("apply", "--yes", "--drop-kernel-only", "--adopt", "--no-restart"),
        ("rehearse", "--yes", "--seconds", "1"),
    ):
        assert inside(program, *argv).returncode == 3
    assert kernel_rules.raw_rules() == before
    assert set(JOURNAL.glob("runs/*")) == runs
