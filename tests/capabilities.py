"""What a test needs of the machine it runs on, each looked for once: the one place that decides between skip and failure.

A test says ``@pytest.mark.needs("mount-namespace")``; where that is missing it skips, and under DOCKER_AUDIT_WIZARD_REQUIRE_LIVE=1, which
says that the machine has everything, it fails.
"""

from __future__ import annotations

import os
import pty
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest

REQUIRE = "DOCKER_AUDIT_WIZARD_REQUIRE_LIVE"
"""Set to 1, what a test needs and the machine lacks fails the test instead of skipping it."""


def _root() -> str:
    return "" if os.geteuid() == 0 else "not root"


def _audit() -> str:
    if _root():
        return _root()
    if not Path("/usr/sbin/auditctl").exists():
        return "auditd is not installed"
    status = subprocess.run(["/usr/sbin/auditctl", "-s"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    # Another run of these tests may have switched auditing off for a moment; a daemon beside it says that this machine can.
    said = dict(line.split(" ", 1) for line in status.stdout.splitlines() if " " in line)
    there = said.get("enabled") == "1" or (said.get("enabled") == "0" and said.get("pid", "0") != "0")
    return "" if there else f"auditing is not enabled: {status.stdout.strip() or status.stderr.strip()}"


def _installed(program: str) -> str:
    return "" if shutil.which(program) else f"{program} is not installed"


def _audit_read() -> str:
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9) as link:
            link.bind((0, 1))
    except OSError as error:
        return f"the audit records' multicast group cannot be joined: {error.strerror}"
    return ""


def _ansible() -> str:
    return "" if Path(sys.executable).with_name("ansible-playbook").exists() else "ansible-core is not installed"


def _tried(*argv: str) -> str:
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    except OSError as error:
        return f"{argv[0]}: {error.strerror}"
    return "" if done.returncode == 0 else f"{' '.join(argv[:3])} … does not work: {done.stderr.strip()}"


def _mount_namespace() -> str:
    return _tried("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt")


def _mount() -> str:
    with tempfile.TemporaryDirectory() as folder:
        missing = _root() or _tried("mount", "-t", "tmpfs", "tmpfs", folder)
        if not missing:
            subprocess.run(["umount", folder], check=True)
    return missing


def _loop_mount() -> str:
    if not shutil.which("mkfs.ext4"):
        return "mkfs.ext4 is not installed"
    return _mount() or _mount_namespace() or ("" if Path("/dev/loop-control").exists() else "there are no loop devices")


def _init_script() -> str:
    if Path("/run/systemd/system").exists():
        return "systemd starts auditd here"
    return "" if Path("/etc/init.d/auditd").exists() else "there is no /etc/init.d/auditd"


def _package_index() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return _tried(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "PyYAML")


def _pid_namespace() -> str:
    return _tried("unshare", "--pid", "--fork", "--mount-proc", "true")


def _net_namespace() -> str:
    return _tried("unshare", "-n", "true")


def _user_namespace() -> str:
    return _tried("unshare", "--user", "--map-root-user", "true")


def _pty() -> str:
    try:
        for descriptor in pty.openpty():
            os.close(descriptor)
    except OSError as error:
        return f"no pseudo terminal can be had: {error.strerror}"
    return ""


def _immutable_flag() -> str:
    with tempfile.NamedTemporaryFile(dir="/etc" if _root() == "" else None) as file:
        missing = _tried("chattr", "+i", file.name)
        if not missing:
            subprocess.run(["chattr", "-i", file.name], check=True)
    return missing


CAPABILITIES: dict[str, Callable[[], str]] = {
    "root": _root,
    "audit": _audit,
    "audit-read": _audit_read,
    "tmux": partial(_installed, "tmux"),
    "bash": partial(_installed, "bash"),
    "zsh": partial(_installed, "zsh"),
    "fish": partial(_installed, "fish"),
    "pty": _pty,
    "mount": _mount,
    "mount-namespace": _mount_namespace,
    "pid-namespace": _pid_namespace,
    "net-namespace": _net_namespace,
    "user-namespace": _user_namespace,
    "loop-mount": _loop_mount,
    "immutable-flag": _immutable_flag,
    "ansible": _ansible,
    "init-script": _init_script,
    "package-index": _package_index,
}
"""By name: why the machine lacks it, "" where it has it."""


@cache
def missing(name: str) -> str:
    """Why this machine lacks the capability *name*, "" where it has it."""
    return CAPABILITIES[name]()


def need(*names: str) -> None:
    """Skip the running test where the machine lacks one of *names*, or fail it under the variable."""
    if why := next(filter(None, map(missing, names)), ""):
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{REQUIRE}=1 and {why}")
        pytest.skip(why)
