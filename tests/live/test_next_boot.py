"""What the verdict says of the next boot, held to the start script of this machine: what it leaves in the kernel is what was said."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import kernel_rules
from tests.build import COMMAND

pytestmark = [pytest.mark.live, pytest.mark.needs("init-script"), pytest.mark.timeout(180)]

CONTAINERD = Path("/usr/bin/containerd")
DOCKER_RULES = Path("/etc/audit/rules.d/docker.rules")
SETTINGS = Path("/etc/default/auditd")
SCRIPT = "/etc/init.d/auditd"


@pytest.fixture
def containerd(audit_state: None) -> Iterator[None]:
    """Containerd audited in full: loaded, and in rules.d as well as in audit.rules."""
    made = not CONTAINERD.exists()
    if made:
        shutil.copy("/bin/true", CONTAINERD)
    DOCKER_RULES.write_text("\n-w /usr/bin/containerd -k docker\n")
    _run("/usr/sbin/augenrules", "--load")
    try:
        yield
    finally:
        if made:
            CONTAINERD.unlink()


@pytest.fixture
def settings(containerd: None) -> Iterator[Path]:
    """The script's settings, whose bytes, owner and times are back afterwards."""
    kept = Path("/root/.auditd-settings-of-the-test")
    shutil.copy2(SETTINGS, kept)
    facts = SETTINGS.stat()
    try:
        yield SETTINGS
    finally:
        SETTINGS.write_bytes(kept.read_bytes())
        os.utime(SETTINGS, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        kept.unlink()


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)


def _check() -> tuple[int, dict[str, Any], dict[str, Any]]:
    ended = _run(*COMMAND, "check", "--control", "1.2.11", "--json")
    document = json.loads(ended.stdout)
    return ended.returncode, document["findings"][0], document["next_boot"]


def _watched() -> bool:
    return any(b"/usr/bin/containerd" in record for record in kernel_rules.raw_rules())


def test_as_packaged_the_script_compiles_and_check_passes(containerd: None) -> None:
    code, finding, boot = _check()
    assert (code, finding["state"]) == (0, "audited")
    load = {"file": "/etc/audit/audit.rules", "compiles": True, "by": SCRIPT, "setting": ""}
    assert (boot["init"], boot["starts_auditd"], boot["loads"], boot["obstacle"]) == ("sysvinit", True, [load], None)
    kernel_rules.delete_all()
    _run(SCRIPT, "restart")
    assert _watched()


@pytest.mark.parametrize("value", ['"no"', "NO"])
def test_without_augenrules_the_script_loads_what_was_compiled_before(settings: Path, value: str) -> None:
    settings.write_text(re.sub(r"(?m)^USE_AUGENRULES=.*$", f"USE_AUGENRULES={value}", settings.read_text()))
    assert _check()[0] == 0  # audit.rules has the line, and the script loads that file as it is
    Path("/etc/audit/audit.rules").write_text("-D\n-b 8192\n")
    code, finding, boot = _check()
    assert (code, finding["state"], boot["loads"][0]["compiles"]) == (1, "not-persistent", False)
    assert "USE_AUGENRULES" in finding["reasons"][0]
    assert _watched()
    _run(SCRIPT, "restart")
    assert not _watched()


def test_the_plans_load_mends_it_there_and_the_script_proves_it(settings: Path) -> None:
    settings.write_text(settings.read_text().replace('USE_AUGENRULES="yes"', 'USE_AUGENRULES="no"'))
    Path("/etc/audit/audit.rules").write_text("-D\n-b 8192\n-f 1\n--backlog_wait_time 60000\n")
    applied = _run(*COMMAND, "apply", "--control", "1.2.11", "--yes", "--no-restart", "--json")
    assert json.loads(applied.stdout)["outcome"] == "proved", applied.stdout + applied.stderr
    kernel_rules.delete_all()
    _run(SCRIPT, "restart")
    assert _watched()
    assert _check()[0] == 0


def test_without_its_runlevel_links_the_script_is_not_started_at_boot(containerd: None) -> None:
    moved = [link for level in "2345S" for link in Path(f"/etc/rc{level}.d").glob("S??auditd")]
    assert moved, "the package links its script"
    aside = Path("/root/.auditd-links-of-the-test")
    aside.mkdir()
    try:
        for link in moved:
            link.rename(aside / link.parent.name)
        code, finding, boot = _check()
        assert (code, finding["state"], boot["obstacle"]) == (1, "not-persistent", "disabled")
        assert finding["reasons"][0].startswith("The next boot starts no auditd: no link of its runlevel starts")
        assert boot["remedy"] == "update-rc.d -f auditd remove; update-rc.d auditd defaults"
        applied = _run(*COMMAND, "plan", "--control", "1.2.11", "--json")
        assert [blocker["id"] for blocker in json.loads(applied.stdout)["blockers"]] == ["boot-starts-no-auditd"]
    finally:
        for link in moved:
            (aside / link.parent.name).rename(link)
        aside.rmdir()
    assert _check()[0] == 0


def test_a_run_without_the_links_ends_as_not_persistent(containerd: None) -> None:
    DOCKER_RULES.unlink()
    _run("/usr/sbin/augenrules", "--load")
    moved = [link for level in "2345S" for link in Path(f"/etc/rc{level}.d").glob("S??auditd")]
    aside = Path("/root/.auditd-links-of-the-test")
    aside.mkdir()
    try:
        for link in moved:
            link.rename(aside / link.parent.name)
        applied = _run(*COMMAND, "apply", "--control", "1.2.11", "--yes", "--no-restart", "--json")
        report = json.loads(applied.stdout)
        assert (applied.returncode, report["outcome"]) == (1, "not-persistent")
        assert "update-rc.d" in report["message"]
        assert _watched()
    finally:
        for link in moved:
            (aside / link.parent.name).rename(link)
        aside.rmdir()
