"""The log's story on this machine as it is changed: a small partition of its own, where Debian's thresholds cannot work."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capabilities import need
from tui.audit.inputs import Unknown
from tui.audit.log.conf import file_errors, host_errors, parse_conf
from tui.audit.log.partition import partition
from tui.audit.log.state import LogState
from tui.audit.log.story import LogStory, log_findings
from tui.host.facts import FileFacts, HostFacts, Interest, LogFacts
from tui.host.live.host import LiveHost

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

CONF = Path("/etc/audit/auditd.conf")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 MiB."""
    need("loop-mount")
    image, folder = tmp_path / "image", tmp_path / "log" / "audit"
    folder.mkdir(parents=True)
    with open(image, "wb") as file:
        file.truncate(40 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def told(facts: HostFacts) -> LogStory:
    assert isinstance(facts.auditd_conf, FileFacts)
    assert isinstance(facts.log, LogFacts)
    assert not isinstance(facts.mounts, Unknown)
    file = facts.auditd_conf
    conf = parse_conf(file.content, audit_version=facts.names.audit_version)
    missing = facts.names.missing_groups
    errors = (*file_errors(file.mode, file.uid, file.kind), *host_errors(conf, facts.paths, missing_groups=missing))
    place = partition(facts.log.real_folder or "/", facts.mounts)
    identity = facts.identity
    return log_findings(LogState(conf, place, None, (), identity.os_id, identity.os_version, facts.log.files), errors)


def set_conf(**settings: str) -> None:
    text = CONF.read_text()
    for key, value in settings.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    CONF.write_text(text)


def restart() -> None:
    subprocess.run(
        ["/usr/sbin/service", "auditd", "restart"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True
    )
    for _ in range(100):
        status = subprocess.run(["/sbin/auditctl", "-s"], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
        if re.search(r"(?m)^pid [1-9]", status):
            return
        time.sleep(0.1)
    pytest.fail("auditd did not come back")


def test_a_small_partition_is_told_truly_and_the_advice_mends_it(small: Path, tmp_path: Path) -> None:
    host = LiveHost(tmp_path / "state")
    target = tmp_path / "containerd"
    target.touch()
    set_conf(log_file=str(small / "audit.log"))
    restart()
    subprocess.run(["/sbin/auditctl", "-w", target, "-k", "docker"], stdin=subprocess.DEVNULL, check=True)
    story = told(host.read(Interest()))
    assert story.state.partition is not None
    assert story.state.partition.separate
    assert story.state.partition.mount_point == str(small)
    assert "below-admin-space-left" in [warning.kind for warning in story.warnings]
    assert not host.probe(str(target), "r", timeout=1.0).recorded  # blind, as the story says
    advice = next(warning.remedy for warning in story.warnings if warning.kind == "below-admin-space-left")
    lines = [line.strip().partition(" = ") for line in advice.splitlines() if line.startswith("    ")]
    set_conf(**{key: value for key, _, value in lines})
    assert "events: service auditd restart\n" in advice
    restart()
    subprocess.run(["/sbin/auditctl", "-w", target, "-k", "docker"], stdin=subprocess.DEVNULL, check=True)
    assert host.probe(str(target), "r").recorded
    assert [
        warning.kind for warning in told(host.read(Interest())).warnings if "left" in warning.kind or "fit" in warning.kind
    ] == []


def test_what_would_keep_auditd_down_is_seen_before(tmp_path: Path) -> None:
    host = LiveHost(tmp_path / "state")
    assert told(host.read(Interest())).stops_restart is None
    set_conf(log_file=str(tmp_path / "missing" / "audit.log"))
    stopped = told(host.read(Interest())).stops_restart
    assert stopped is not None
    assert "does not exist" in stopped.text
    assert CONF.read_text().splitlines()[(stopped.place.line or 0) - 1].startswith("log_file")
    os.chmod(CONF, 0o666)
    set_conf(log_file="/var/log/audit/audit.log")
    stopped = told(host.read(Interest())).stops_restart
    assert stopped is not None
    assert "Everybody may write" in stopped.text
