"""The walk on screens on the live kernel, in a real terminal: Enter, Enter, Enter, the word, Enter; then undone by keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.live.test_command_line import daemon, docker_host, shell
from tests.terminal.conftest import window
from tests.terminal.tmux import Terminal

__all__ = ["docker_host", "window"]

pytestmark = [pytest.mark.live, pytest.mark.terminal, pytest.mark.timeout(180)]


def test_the_walk_by_hand(docker_host: None, window: Callable[..., Terminal]) -> None:
    rules_before = {path.name: path.read_bytes() for path in Path("/etc/audit/rules.d").iterdir()}
    before = kernel_rules.raw_rules()
    old_daemon = daemon()
    terminal = window()
    terminal.start("--control 1.2.11")
    terminal.shows("Enter look at the host")
    terminal.keys("Enter")
    text = terminal.shows("Enter preview the change")
    assert "/usr/bin/containerd is NOT audited" in text
    assert "DEMO" not in text
    terminal.keys("Enter")
    terminal.shows("One reload, one restart.")
    terminal.keys("Enter")
    terminal.shows("Type yes")
    assert kernel_rules.raw_rules() == before
    assert {path.name: path.read_bytes() for path in Path("/etc/audit/rules.d").iterdir()} == rules_before
    terminal.keys("yes", "Enter")
    terminal.shows("✓ audited, and proved", seconds=90)
    assert shell("auditctl -l | grep /usr/bin/containerd").strip() == "-w /usr/bin/containerd -p rwxa -k docker"
    assert daemon() not in (0, old_daemon)
    assert [rule for rule in kernel_rules.raw_rules() if rule in before] == before
    terminal.keys("u")
    terminal.shows("its lines leave the files, all others stay")
    terminal.keys("yes", "Enter")
    terminal.shows("undone, and verified", seconds=90)
    terminal.keys("Enter")
    terminal.shows("STATUS 0")
    assert {path.name: path.read_bytes() for path in Path("/etc/audit/rules.d").iterdir()} == rules_before
    assert kernel_rules.raw_rules() == before
