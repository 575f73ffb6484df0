"""The log's folder as it is: its files with what they hold, and what on this host keeps old logs."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tui.audit.inputs import LogFile, Unknown
from tui.host.facts import LogFacts
from tui.host.live.log_tail import log_mark
from tui.host.reading import log_folder
from tui.host.reading.log_folder import keepers, read_log_folder

EVENT = (
    'type=SYSCALL msg=audit({time}.000:{serial}): arch=c000003e syscall=257 success=yes pid=1 key="{key}"\n'
    'type=CWD msg=audit({time}.000:{serial}): cwd="/"\n'
)


def _log(path: Path, start: int, count: int, key: str = "docker") -> None:
    path.write_text("".join(EVENT.format(time=start + number, serial=number, key=key) for number in range(count)))


def _read(folder: Path, *, history: bool) -> LogFacts:
    facts = read_log_folder(f"{folder}/audit.log", history=history)
    assert isinstance(facts, LogFacts)
    return facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _log(tmp_path / "audit.log", 1_795_500_000, 3)
    for number in (1, 2, 10):
        _log(tmp_path / f"audit.log.{number}", 1_795_500_000 - 86_400 * number, 5, "other")
    (tmp_path / "audit.log.11.gz").write_bytes(gzip.compress(b"old"))
    (tmp_path / "notes").touch()
    return tmp_path


def test_files_come_newest_first_and_only_those_of_the_log(folder: Path) -> None:
    names = [file.name for file in _read(folder, history=False).files]
    assert names == ["audit.log", "audit.log.1", "audit.log.2", "audit.log.10", "audit.log.11.gz"]
    assert _read(folder, history=False).files[0].events is None


def test_history_counts_what_the_files_hold(folder: Path) -> None:
    newest, older, *_, packed = _read(folder, history=True).files
    assert (newest.events, newest.events_by_key, newest.first_event, newest.last_event) == (
        3,
        {"docker": 3},
        1_795_500_000,
        1_795_500_002,
    )
    assert older.bytes_by_key == {"other": (folder / "audit.log.1").stat().st_size}
    assert sum(older.bytes_by_day.values()) == older.size
    assert packed.events is None


def test_history_stops_after_its_time_and_keeps_the_sizes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_folder, "HISTORY_SECONDS", -1.0)
    files = _read(folder, history=True).files
    assert [file.events for file in files] == [None] * 5
    assert all(file.size for file in files)


def test_the_folder_is_followed_to_where_it_really_is(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    facts = _read(tmp_path / "link", history=False)
    assert (facts.folder, facts.real_folder) == (str(tmp_path / "link"), str(folder))


def test_a_missing_folder_is_said_not_guessed(tmp_path: Path) -> None:
    facts = _read(tmp_path / "missing", history=True)
    assert (facts.real_folder, facts.files) == (None, ())


def test_what_is_no_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert isinstance(read_log_folder(f"{tmp_path}/file/audit.log", history=False), Unknown)


def test_keepers_name_the_folder_outside_comments(tmp_path: Path) -> None:
    cron, plugins = tmp_path / "cron.daily", tmp_path / "plugins.d"
    cron.mkdir()
    plugins.mkdir()
    (cron / "archive").write_text("#!/bin/sh\ntar cz /var/log/audit >/srv/audit.tgz\n")
    (cron / "rotate").write_text("/sbin/service auditd rotate\n")
    (cron / "comment").write_text("# once did something with /var/log/audit\n")
    (cron / ".hidden").write_text("/var/log/audit\n")
    (cron / "folder").mkdir()
    (tmp_path / "crontab").write_text("0 0 * * * root /usr/sbin/auditctl --signal rotate\n")
    (plugins / "syslog.conf").write_text("active = yes\ndirection = out\n")
    (plugins / "remote.conf").write_text("# active = yes\nactive = no\n")
    (plugins / "old.bak").write_text("active = yes\n")
    found = keepers("/var/log/audit", (str(tmp_path / "crontab"), str(cron), str(tmp_path / "none")), (str(plugins),))
    assert [Path(keeper.path).name for keeper in found] == ["crontab", "archive", "rotate", "syslog.conf"]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each read of a log gave."""
    counted, pread = list[int](), os.pread

    def reading(fd: int, size: int, offset: int) -> bytes:
        data = pread(fd, size, offset)
        counted.append(len(data))
        return data

    monkeypatch.setattr(log_folder.os, "pread", reading)
    return counted


def test_a_large_log_is_read_from_its_end_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: list[int]) -> None:
    monkeypatch.setattr(log_folder, "_PIECE", 4096)
    monkeypatch.setattr(log_folder, "HISTORY_BYTES", 8192)
    _log(tmp_path / "audit.log", 1_795_500_000, 1000)
    _log(tmp_path / "audit.log.1", 1_795_400_000, 5)
    newest, older = _read(tmp_path, history=True).files
    assert 8192 <= sum(count) <= 3 * 4096
    assert newest.counted is not None
    assert newest.counted < newest.size
    assert newest.last_event == 1_795_500_999
    assert newest.events is not None
    assert newest.first_event == 1_795_500_999 - newest.events + 1  # the newest ones, none of them missing
    assert older.events is None


def test_a_time_that_is_spent_stops_within_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: list[int]) -> None:
    monkeypatch.setattr(log_folder, "_PIECE", 4096)
    monkeypatch.setattr(log_folder, "HISTORY_SECONDS", -1.0)
    _log(tmp_path / "audit.log", 1_795_500_000, 1000)
    assert log_folder._with_figures(f"{tmp_path}/audit.log", _read(tmp_path, history=False).files[0], -1.0, 1 << 30)[1].events
    assert sum(count) == 4096


@pytest.mark.parametrize("piece", [300, 1000, 4096, 1 << 20])
def test_pieces_from_the_end_lose_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    _log(tmp_path / "audit.log", 1_795_500_000, 100)
    with (tmp_path / "audit.log").open("a") as log:
        log.write("type=SYSCALL msg=audit(1795500999.000:1): half a li")
    monkeypatch.setattr(log_folder, "_PIECE", piece)
    (file,) = _read(tmp_path, history=True).files
    assert (file.events, file.events_by_key, file.counted) == (100, {"docker": 100}, None)


def test_a_line_without_an_end_is_no_record_and_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: list[int]
) -> None:
    monkeypatch.setattr(log_folder, "_PIECE", 1 << 16)
    _log(tmp_path / "audit.log", 1_795_500_000, 3)
    with (tmp_path / "audit.log").open("ab") as log:
        log.write(b"x" * (1 << 20) + b"\n")
    (file,) = _read(tmp_path, history=True).files
    assert (file.events, file.events_by_key) == (3, {"docker": 3})
    assert sum(count) < 2 * file.size


def test_a_log_that_is_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "audit.log")
    assert log_folder._with_figures(f"{tmp_path}/audit.log", LogFile("audit.log", 0, 0.0), 1e18, 1) == (
        True,
        LogFile("audit.log", 0, 0.0),
    )
    with pytest.raises(OSError, match="a FIFO"):
        log_mark(f"{tmp_path}/audit.log")
