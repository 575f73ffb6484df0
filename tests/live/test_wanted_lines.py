"""The lines that audit a control, loaded into the kernel in their order: what they promise to record is recorded, the rest is not."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.build import known
from tui.controls.control import Control
from tui.host.reading.host import read_host
from tui.verdict.objects.interest import interest
from tui.verdict.objects.subject import Subject, locate
from tui.verdict.objects.wanted import wanted_lines

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

KEY = "wanted-lines"
LOG = Path("/var/log/audit/audit.log")


@pytest.fixture
def volatile() -> Iterator[Path]:
    """A folder of our own in /run, which is not there yet."""
    folder = Path(f"/run/wanted-lines-{uuid4().hex[:8]}")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def auditctl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/usr/sbin/auditctl", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)


def control(path: Path, **more: object) -> Control:
    return Control("t", str(path), "r", key=KEY, slug="mine", **more)


def located(wanted: Control) -> tuple[Subject, list[str]]:
    facts = read_host(interest([wanted], "1.2.0"))
    subject = locate(wanted, "1.2.0", facts)
    return subject, [line.text for line in wanted_lines(wanted, "1.2.0", subject, known(facts))]


def load(lines: list[str]) -> None:
    for line in lines:
        done = auditctl(*line.split(" "))
        assert done.returncode == 0, (line, done.stderr)


def recorded(act: Callable[[], object]) -> bool:
    """Whether an access of ours leaves a record with our key; a record from user space after it says that the log has got so far."""
    mark = uuid4().hex
    before = LOG.stat()
    act()
    auditctl("-m", mark)
    for _ in range(100):
        now = LOG.stat()
        text = LOG.read_bytes()
        text = text[before.st_size :] if now.st_ino == before.st_ino else Path(f"{LOG}.1").read_bytes()[before.st_size :] + text
        if mark.encode() in text:
            return any(b"type=SYSCALL" in line and KEY.encode() in line for line in text.split(mark.encode())[0].split(b"\n"))
        time.sleep(0.05)
    pytest.fail("the log never got so far")


def test_a_directory_with_exclusions(tmp_path: Path) -> None:
    (tmp_path / "data" / "volumes").mkdir(parents=True)
    (tmp_path / "data" / "deep").mkdir()
    subject, lines = located(
        control(tmp_path / "data", kind="directory", exclusions=(f"{tmp_path}/data/volumes", f"{tmp_path}/data/none"))
    )
    assert subject.exclusions == (f"{tmp_path}/data/volumes",)
    load(lines)
    assert recorded(lambda: (tmp_path / "data/deep/a").write_text("x"))
    assert recorded(lambda: (tmp_path / "data/deep/a").read_text())
    assert not recorded(lambda: (tmp_path / "data/volumes/a").write_text("x"))
    missing = auditctl(*f"-a never,exit -F dir={tmp_path}/data/none".split(" "))
    assert "No such file or directory" in missing.stderr, "an exclusion that is not there would stop a load"


def test_a_link_and_what_it_leads_to(roots_path: Path) -> None:
    (roots_path / "real").write_text("x")
    (roots_path / "link").symlink_to("real")
    subject, lines = located(control(roots_path / "link"))
    assert subject.real_path == str(roots_path / "real")
    load(lines[:1])
    assert not recorded(lambda: (roots_path / "link").read_text())
    load(lines[1:])
    assert recorded(lambda: (roots_path / "link").read_text())


def test_a_socket_below_a_folder_that_is_made_after_boot(volatile: Path) -> None:
    def serve() -> None:
        (volatile / "deep").mkdir(parents=True)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(volatile / "deep" / "s.sock"))

    serve()
    subject, lines = located(control(volatile / "deep" / "s.sock", kind="socket"))
    assert (subject.applicable, subject.after_boot, lines) == (True, str(volatile), [f"-w {volatile} -k {KEY}"])
    load(lines)
    assert recorded(lambda: (volatile / "deep" / "s.sock").chmod(0o600))

    auditctl("-D")
    shutil.rmtree(volatile)
    refused = auditctl("-w", f"{volatile}/deep/s.sock", "-k", KEY)
    assert "No such file or directory" in refused.stderr
    load(lines)
    assert recorded(serve)


def test_the_benchmarks_own_line_for_a_directory_does_not_reach_into_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a").write_text("x")
    load([f"-a exit,always -F path={tmp_path}/data -F perm=war -k {KEY}"])
    assert not recorded(lambda: (tmp_path / "data/a").read_text())
    auditctl("-D")
    load(located(control(tmp_path / "data", kind="directory", accesses="rwa"))[1])
    assert recorded(lambda: (tmp_path / "data/a").read_text())
