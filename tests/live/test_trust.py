"""What an ordinary user runs and where, newlines in its folder's name included, changes nothing of what root would write or load."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.build import COMMAND
from tui.audit.log.warning_words import LogWarningKind

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
FOLDER = "x\n-e0\n#"


@pytest.fixture
def attacker() -> Iterator[subprocess.Popen[bytes]]:
    """A copy of sleep called dockerd, run by uid 65534 from a folder whose name would be lines of a rules file."""
    with tempfile.TemporaryDirectory(prefix="atk-") as name:
        os.chown(name, 65534, 65534)
        folder = Path(name) / FOLDER
        subprocess.run((*NOBODY, "mkdir", folder), check=True)
        subprocess.run((*NOBODY, "cp", "/bin/sleep", folder / "dockerd"), check=True)
        process = subprocess.Popen((*NOBODY, folder / "dockerd", "300"))
        try:
            _await_name(process.pid, b"dockerd\n")
            yield process
        finally:
            process.kill()
            process.wait()


def _await_name(pid: int, name: bytes) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}/comm").read_bytes() != name:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def plan(*controls: str) -> dict[str, Any]:
    """What ``plan`` would do; the log's figures, which move by themselves, are left out."""
    argv = [*COMMAND, "plan", "--json", *(word for control in controls for word in ("--control", control))]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode in (0, 3), done
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    del told["log"]
    moving = {"log-figures", *get_args(LogWarningKind)}
    told["warnings"] = [warning for warning in told["warnings"] if warning["id"] not in moving]
    return told


def check(control: str) -> dict[str, Any]:
    argv = [*COMMAND, "check", "--json", "--control", control]
    finding = json.loads(subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout)["findings"][0]
    assert isinstance(finding, dict)
    return finding


def test_a_users_dockerd_is_told_and_reaches_no_plan(attacker: subprocess.Popen[bytes]) -> None:
    pid = attacker.pid
    with_it, alone_with_it = plan(), plan("1.2.3")
    finding = check("1.2.3")
    attacker.kill()
    attacker.wait()
    assert with_it == plan()
    assert alone_with_it == plan("1.2.3")
    assert "atk-" not in json.dumps(with_it)
    assert finding["real_path"] is None
    said = next(text for text in finding["reasons"] if f"Process {pid} runs" in text)
    assert said.endswith("seen and not trusted, since it is a process of user 65534.")
    assert "\n" not in said
