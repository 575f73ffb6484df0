"""The log is read on from a mark whatever rotation does to its files: every line once, in order, or a gap that is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pairs import paired
from tui.host.live import log_tail
from tui.host.live.log_tail import log_mark, log_since
from tui.host.port import LogMark


class _Log:
    """Writes as auditd does and rotates as it does: the highest number goes first, the log becomes .1."""

    def __init__(self, folder: Path, keep: int) -> None:
        self.path = folder / "audit.log"
        self.path.write_bytes(b"")
        self.keep = keep
        self.count = 0

    def write(self, lines: int = 1) -> None:
        with self.path.open("ab") as file:
            for _ in range(lines):
                file.write(b"line %d\n" % self.count)
                self.count += 1

    def rotate(self) -> None:
        numbered = [self.path, *(Path(f"{self.path}.{number}") for number in range(1, self.keep))]
        if numbered[-1].exists():
            numbered[-1].unlink()
        for older, newer in paired(reversed(numbered[1:]), reversed(numbered[:-1])):
            if newer.exists():
                newer.rename(older)
        # A name of its own first, so that the file system does not hand out the number just freed.
        self.path.with_name("new").write_bytes(b"")
        self.path.with_name("new").rename(self.path)


@given(steps=st.lists(st.sampled_from(("write", "rotate", "read")), max_size=40))
def test_every_line_comes_once_and_in_order(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    log = _Log(tmp_path_factory.mktemp("log"), keep=50)
    log.write(3)
    mark = log_mark(str(log.path))
    first, got = log.count, b""
    for step in [*steps, "read"]:
        if step == "read":
            piece = log_since(str(log.path), mark)
            assert not piece.gap
            got, mark = got + piece.data, piece.mark
        else:
            getattr(log, step)()
    assert got.splitlines() == [b"line %d" % number for number in range(first, log.count)]


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_bytes(b"whole\nhalf")
    mark = log_mark(str(log))
    assert log_since(str(log), mark).data == b""
    with log.open("ab") as file:
        file.write(b" and half\n")
    assert log_since(str(log), mark).data == b"half and half\n"


def test_records_that_rotation_deleted_are_a_gap(tmp_path: Path) -> None:
    log = _Log(tmp_path, keep=2)
    log.write()
    mark = log_mark(str(log.path))
    for _ in range(3):
        log.write()
        log.rotate()
    piece = log_since(str(log.path), mark)
    assert piece.gap
    assert piece.data == b"line 3\n"
    assert not log_since(str(log.path), piece.mark).gap


def test_an_emptied_log_is_a_gap(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_bytes(b"one\ntwo\n")
    mark = log_mark(str(log))
    os.truncate(log, 0)
    assert log_since(str(log), mark).gap


def test_a_log_that_comes_into_being_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    mark = log_mark(str(log))
    assert mark == LogMark(0, 0, 0)
    assert log_since(str(log), mark).data == b""
    log.write_bytes(b"one\n")
    piece = log_since(str(log), mark)
    assert (piece.data, piece.gap) == (b"one\n", False)


def test_the_moment_between_rename_and_new_file_loses_nothing(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_bytes(b"one\n")
    mark = log_mark(str(log))
    with log.open("ab") as file:
        file.write(b"two\n")
    log.rename(tmp_path / "audit.log.1")
    piece = log_since(str(log), mark)
    assert piece.data == b"two\n"
    log.write_bytes(b"three\n")
    assert log_since(str(log), piece.mark).data == b"three\n"


def test_a_look_is_bounded_and_the_next_goes_on_where_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "audit.log"
    mark = log_mark(str(log))
    lines = [b"%06d %s\n" % (number, b"x" * 90) for number in range(5000)]
    log.write_bytes(b"".join(lines[3000:]))
    (tmp_path / "audit.log.1").write_bytes(b"".join(lines[:3000]))
    monkeypatch.setattr(log_tail, "MOST_PIECE_BYTES", 100_000)
    pieces = []
    while (piece := log_since(str(log), mark)).data:
        assert len(piece.data) <= 100_000
        pieces.append(piece.data)
        mark = piece.mark
    assert b"".join(pieces) == b"".join(lines)
    assert len(pieces) > 4


def test_what_has_no_line_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "audit.log"
    log.write_bytes(b"first\n")
    mark = log_mark(str(log))
    log.write_bytes(b"first\n" + b"x" * 1_000_000 + b"\nlast\n")
    monkeypatch.setattr(log_tail, "MOST_PIECE_BYTES", 100_000)
    read, looks = b"", 0
    while mark.offset < log.stat().st_size:
        piece = log_since(str(log), mark)
        read, mark, looks = piece.data, piece.mark, looks + 1
        assert looks < 20
    assert read.endswith(b"\nlast\n")
