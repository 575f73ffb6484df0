"""The page about the log's storage: three hosts, three stories; never wider than the screen, and plain ASCII where asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONF, plain_host
from tui.audit.inputs import LogFile, Mount, Unknown
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts, LogFacts
from tui.views.page import plain
from tui.views.pages.log_storage import log_lines
from tui.views.signs import ASCII, UNICODE, Signs

MIB = 1 << 20
DAYS = {f"2026-11-{day:02}": 3 * MIB for day in range(10, 20)}


def story(facts: HostFacts, width: int = 80, signs: Signs = UNICODE) -> str:
    return "\n".join(plain(line) for line in log_lines(facts, width, signs))


def with_history(facts: HostFacts) -> HostFacts:
    file = LogFile("audit.log", 30 * MIB, facts.taken_at, facts.taken_at - 10 * 86400, facts.taken_at, 30_000, bytes_by_day=DAYS)
    return replace(facts, log=LogFacts("/var/log/audit", "/var/log/audit", (file,)))


def small_partition(facts: HostFacts) -> HostFacts:
    own = Mount("/var/log/audit", "7:0", "ext4", "/dev/loop0", size_bytes=40 * MIB, free_bytes=36 * MIB)
    assert isinstance(facts.mounts, tuple)
    return replace(facts, mounts=(*facts.mounts, own))


def never_rotates(facts: HostFacts) -> HostFacts:
    return replace(facts, auditd_conf=FileFacts(AUDITD_CONF, content=CONF.replace(b"num_logs = 5", b"num_logs = 0")))


def test_a_log_on_the_root_file_system() -> None:
    told = story(with_history(plain_host()))
    assert "keeps 5 files of 8 MiB" in told
    assert "/var/log/audit lies on the root file system." in told
    assert "█ audit log 30 MiB (under 1 %)  ▒ other 19 GiB (24 %)" in told
    assert "2026-11-10 to 2026-11-19 (UTC)  most in a day 3 MiB  in all 30 MiB" in told


def test_a_small_partition_of_its_own() -> None:
    told = story(small_partition(with_history(plain_host())))
    assert "/var/log/audit is a file system of its own (ext4 on /dev/loop0)" in told
    assert "S space_left 75 MiB - less is free" in told
    assert "A admin_space_left 50 MiB - less is free" in told
    assert "Below 50 MiB of free space (admin_space_left) auditd suspends itself and" in told


def test_a_log_that_never_rotates() -> None:
    told = story(never_rotates(with_history(plain_host())))
    assert "with num_logs 0 auditd never rotates:" in told
    assert "audit.log grows without end." in told
    assert "B log at its largest" not in told


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_it_fits_and_keeps_to_its_signs(width: int, signs: Signs) -> None:
    for make in (lambda facts: facts, small_partition, never_rotates):
        for line in log_lines(make(with_history(plain_host())), width, signs):
            text = plain(line)
            assert len(text) <= width
            assert text.isascii() or not signs.ascii


def test_an_unread_host_says_so() -> None:
    assert "cannot tell" in story(replace(plain_host(), auditd_conf=Unknown("only root may read it")))
