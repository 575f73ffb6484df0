"""Which processes matter is told from /proc: their start, and whether a signal has stopped them."""

from __future__ import annotations

from pathlib import Path

from tui.host.facts import Process
from tui.host.reading.processes import read_processes


def process(proc: Path, pid: int, name: str, state: str) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "comm").write_text(f"{name}\n")
    (folder / "stat").write_text(f"{pid} ({name}) {state} " + " ".join(map(str, range(4, 22))) + " 500 0 0\n")


def test_a_stopped_daemon_is_told_from_one_at_work(tmp_path: Path) -> None:
    process(tmp_path, 30, "auditd", "T")
    process(tmp_path, 7, "containerd", "S")
    process(tmp_path, 8, "bash", "T")
    (tmp_path / "self").mkdir()
    assert read_processes(str(tmp_path)) == (
        Process(7, "containerd", None, 5.0),
        Process(30, "auditd", None, 5.0, stopped=True),
    )


def test_whoever_takes_the_audit_records_is_told_whatever_its_name(tmp_path: Path) -> None:
    process(tmp_path, 8, "bash", "S")
    process(tmp_path, 9, "odd name) S 1", "S")
    assert read_processes(str(tmp_path), 9) == (Process(9, "odd name) S 1", None, 5.0),)
    assert read_processes(str(tmp_path), 0) == ()


def test_the_journal_is_told_where_it_takes_copies_of_the_records(tmp_path: Path) -> None:
    process(tmp_path, 8, "systemd-journal", "S")
    (tmp_path / "8" / "fd").mkdir()
    (tmp_path / "8" / "fd" / "5").symlink_to("socket:[4711]")
    assert read_processes(str(tmp_path), copying={"socket:[4711]": 3}) == (Process(8, "systemd-journal", None, 5.0, dropped=3),)
    assert read_processes(str(tmp_path), copying={"socket:[4712]": 3}) == ()
    assert read_processes(str(tmp_path)) == ()
