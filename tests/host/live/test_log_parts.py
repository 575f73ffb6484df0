"""log_parts: the log from its end back, every line once, whatever is rotated, packed or unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.host.live.log_parts import log_parts
from tui.host.reading import log_folder


def test_the_newest_part_comes_first_and_every_line_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_folder, "_PIECE", 64)
    lines = [b"line %d of the log\n" % number for number in range(40)]
    (tmp_path / "audit.log.2").write_bytes(b"".join(lines[:15]))
    (tmp_path / "audit.log.1").write_bytes(b"".join(lines[15:30]))
    (tmp_path / "audit.log").write_bytes(b"".join(lines[30:]) + b"half a li")
    (tmp_path / "audit.log.3.gz").write_bytes(b"packed\n")
    parts = list(log_parts(str(tmp_path / "audit.log")))
    assert [part.file.rpartition("/")[2] for part in parts] == sorted(part.file.rpartition("/")[2] for part in parts)
    assert b"".join(part.data for part in reversed(parts)) == b"".join(lines)
    for part in parts:
        assert Path(part.file).read_bytes()[part.start :].startswith(part.data)


def test_a_rotation_meanwhile_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "audit.log.1").write_bytes(b"old\n")
    (tmp_path / "audit.log").write_bytes(b"new\n")
    parts = log_parts(str(tmp_path / "audit.log"))
    first = next(parts)
    (tmp_path / "audit.log.1").unlink()
    (tmp_path / "audit.log").rename(tmp_path / "audit.log.1")
    assert [first.data, *(part.data for part in parts)] == [b"new\n", b"old\n"]


def test_a_log_that_is_not_there_has_no_parts_and_a_folder_is_refused(tmp_path: Path) -> None:
    assert list(log_parts(str(tmp_path / "audit.log"))) == []
    (tmp_path / "audit.log").mkdir()
    with pytest.raises(OSError, match=r"audit\.log"):
        list(log_parts(str(tmp_path / "audit.log")))
