"""The whole way by command on the live kernel: check, plan, apply, check, apply again, undo; with somebody else's rules beside ours."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.build import COMMAND, tui
from tests.schemas import document_of

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

CONTAINERD = Path("/usr/bin/containerd")
DOCKER_RULES = Path("/etc/audit/rules.d/docker.rules")
FOREIGN = Path("/etc/audit/rules.d/50-site.rules")


def shell(command: str) -> str:
    return subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture
def docker_host(audit_state: None) -> Iterator[None]:
    """A host with containerd and a foreign rules file, loaded."""
    there = CONTAINERD.exists()
    if not there:
        shutil.copy("/bin/true", CONTAINERD)
    FOREIGN.write_text("-w /etc/hosts -p wa -k site\n-a always,exit -F arch=b64 -S sethostname -k site\n")
    FOREIGN.chmod(0o640)
    shell("augenrules --load")
    try:
        yield
    finally:
        if not there:
            CONTAINERD.unlink()


def daemon() -> int:
    return int(next(line.split()[1] for line in shell("auditctl -s").splitlines() if line.startswith("pid ")))


def test_the_walk_by_command(docker_host: None) -> None:
    before = kernel_rules.raw_rules()
    old_daemon = daemon()
    rules_before = {path.name: path.read_bytes() for path in Path("/etc/audit/rules.d").iterdir()}

    checked = tui("check", "--control", "1.2.11", "--json")
    assert checked.returncode == 1, checked.stderr
    finding = document_of(checked)["findings"][0]
    assert (finding["result"], finding["state"]) == ("fail", "unaudited")

    planned = tui("plan", "--control", "1.2.11")
    assert planned.returncode == 0, planned.stderr
    assert re.search(rf"^ +\+ \d+ +-w {CONTAINERD} -k docker$", planned.stdout, re.MULTILINE)
    assert kernel_rules.raw_rules() == before

    applied = tui("apply", "--control", "1.2.11", "--yes", "--json")
    assert applied.returncode == 0, applied.stderr + applied.stdout
    outcome = document_of(applied)
    assert outcome["outcome"] == "proved"
    assert Path(outcome["report"]).read_text("utf-8")

    assert shell("auditctl -l | grep /usr/bin/containerd").strip() == "-w /usr/bin/containerd -p rwxa -k docker"
    assert "type=SYSCALL" in shell("ausearch --input-logs -k docker -ts recent -m SYSCALL --raw")
    assert daemon() not in (0, old_daemon)
    assert [rule for rule in kernel_rules.raw_rules() if rule in before] == before

    again = tui("check", "--control", "1.2.11", "--json")
    assert again.returncode == 0, again.stdout
    assert document_of(again)["findings"][0]["state"] == "audited"

    content = DOCKER_RULES.read_bytes()
    pid = daemon()
    second = tui("apply", "--control", "1.2.11", "--yes", "--json")
    assert second.returncode == 0
    assert document_of(second)["outcome"] == "nothing-to-do"
    assert DOCKER_RULES.read_bytes() == content
    assert daemon() == pid

    undone = tui("undo", "--yes", "--json")
    assert undone.returncode == 0, undone.stderr + undone.stdout
    assert {path.name: path.read_bytes() for path in Path("/etc/audit/rules.d").iterdir()} == rules_before
    assert kernel_rules.raw_rules() == before
    assert daemon() == pid

    history = tui("history", "--json")
    assert history.returncode == 0
    kinds = [each["kind"] for each in document_of(history)["runs"][:2]]
    assert kinds == ["undo", "apply"]


@pytest.mark.parametrize("streams", ["<&- >&- 2>&-", "<&-", ">/dev/full", "2>/dev/full", "2>&1 | true"])
def test_a_run_ends_alike_where_nobody_can_read_what_it_says(docker_host: None, streams: str) -> None:
    before = kernel_rules.raw_rules()
    argv = " ".join(COMMAND)
    done = subprocess.run(["bash", "-c", f"{argv} apply --control 1.2.11 --no-restart --yes {streams}; exit ${{PIPESTATUS[0]}}"])
    assert done.returncode == 0
    assert b"-w /usr/bin/containerd -k docker\n" in DOCKER_RULES.read_bytes()
    undone = tui("undo", "--yes")
    assert undone.returncode == 0
    assert "Afterwards: /usr/bin/containerd is NOT audited." in " ".join(undone.stderr.split())
    assert kernel_rules.raw_rules() == before
    assert not DOCKER_RULES.exists()


def test_a_kernel_only_rule_survives_the_run(docker_host: None) -> None:
    shell("auditctl -w /etc/group -p wa -k agent")
    applied = tui("apply", "--control", "containerd", "--yes", "--json")
    assert applied.returncode == 0, applied.stderr
    listed = shell("auditctl -l").splitlines()
    assert "-w /etc/group -p wa -k agent" in listed
    assert "-w /usr/bin/containerd -p rwxa -k docker" in listed


def test_a_comment_that_names_a_path_is_no_change_of_the_host(docker_host: None) -> None:
    DOCKER_RULES.write_text("# see /usr/share/doc/auditd and /opt/x\n-w /usr/bin/ -p x -k docker\n")
    applied = tui("apply", "--control", "containerd", "--yes", "--no-restart", "--json")
    assert applied.returncode == 0, applied.stderr
    listed = shell("auditctl -l").splitlines()
    assert "-w /usr/bin -p x -k docker" in listed
    assert "-w /usr/bin/containerd -p rwxa -k docker" in listed


def test_a_broken_neighbour_blocks_and_nothing_changes(docker_host: None) -> None:
    Path("/etc/audit/rules.d/60-broken.rules").write_text("-w /etc/passwd -k id\n-w /etc/shadow -q x\n")
    before = kernel_rules.raw_rules()
    applied = tui("apply", "--control", "containerd", "--yes", "--json")
    # 60-broken.rules sorts before docker.rules, which would never be reached.
    assert applied.returncode == 3, applied.stdout
    assert document_of(applied)["outcome"] == "blocked"
    assert "60-broken.rules:2" in applied.stdout
    assert kernel_rules.raw_rules() == before
    assert not DOCKER_RULES.exists()


def test_without_a_terminal_apply_asks_for_yes(docker_host: None) -> None:
    done = tui("apply", "--control", "containerd")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert not DOCKER_RULES.exists()


def test_a_live_capture_is_judged_like_the_host(docker_host: None, tmp_path: Path) -> None:
    file = tmp_path / "host.yaml"
    assert tui("capture", "-o", str(file)).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    live = tui("check", "--json")
    stored = tui("check", "--host", str(file), "--json")
    assert stored.returncode == live.returncode
    assert document_of(stored)["findings"] == document_of(live)["findings"]
