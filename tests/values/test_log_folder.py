"""The log's folder as it is: its files with what they hold, and what on this host keeps old logs."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tui.audit.inputs import Unknown
from tui.host import log_folder
from tui.host.facts import LogFacts
from tui.host.log_folder import keepers, read_log_folder

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
