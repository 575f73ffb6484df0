"""Reading has bounds: so many bytes, never a FIFO, a socket or a device, and a sentence about where it stopped."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.audit.inputs import Unknown
from tui.base import bounded_reading
from tui.base.bounded_reading import open_regular, read_file
from tui.host import facts as host_facts
from tui.host.reading import host as host_read
from tui.host.reading.entries import read_entry, try_entry
from tui.host.reading.host import read_rules_dir
from tui.host.reading.names import audit_version
from tui.host.reading.tmpfiles import early_folders
from tui.host.reading.units import find_unit

GIB = 1 << 30


class Count:
    """How many bytes were read."""

    read = 0


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Count:
    counted, read = Count(), os.read

    def reading(fd: int, size: int) -> bytes:
        data = read(fd, size)
        counted.read += len(data)
        return data

    monkeypatch.setattr(bounded_reading.os, "read", reading)
    return counted


@pytest.fixture(params=["fifo", "link to a fifo", "device", "socket"])
def special(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """What would keep a reader waiting, or never end."""
    path = tmp_path / "special"
    if request.param == "fifo":
        os.mkfifo(path)
    elif request.param == "link to a fifo":
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to("pipe")
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            yield path
        return
    yield path


def _sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_what_may_never_end_is_refused_with_what_it_is(special: Path, count: Count) -> None:
    with pytest.raises(OSError, match="not a regular file") as caught:
        read_file(special, 100)
    assert caught.value.filename == str(special)
    assert count.read == 0


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)


def test_a_file_is_read_up_to_its_bound_and_not_past_it(tmp_path: Path, count: Count) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * 100)
    assert read_file(path, 100) == b"x" * 100
    with pytest.raises(OSError, match="it has 100 bytes, and 99 are read at most"):
        read_file(path, 99)
    count.read = 0
    with pytest.raises(OSError, match=f"it has {GIB} bytes"):
        read_file(_sparse(path, GIB), 1 << 20)
    assert count.read == 0


def test_a_file_that_tells_no_size_stops_at_the_bound() -> None:
    assert read_file("/proc/self/stat", 1 << 20)
    with pytest.raises(OSError, match="and 10 are read at most"):
        read_file("/proc/self/stat", 10)


def test_an_entry_tells_what_its_link_ends_at(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("x")
    for name in ("pipe", "file", "nowhere"):
        (tmp_path / f"to-{name}").symlink_to(name)
    entries = {name: read_entry(str(tmp_path / f"to-{name}")) for name in ("pipe", "file", "nowhere")}
    assert {name: entry and (entry.kind, entry.end, entry.content) for name, entry in entries.items()} == {
        "pipe": ("symlink", "fifo", None),
        "file": ("symlink", "file", b"x"),
        "nowhere": ("symlink", None, None),
    }


def test_an_entry_that_is_too_large_is_unknown_with_the_figures(tmp_path: Path) -> None:
    path = _sparse(tmp_path / "auditd.conf", 12 << 20)
    unknown = try_entry(str(path), host_facts.MOST_CONF_BYTES)
    assert isinstance(unknown, Unknown)
    assert f"it has {12 << 20} bytes, and {256 << 10} are read at most" in unknown.reason
    assert str(path) in unknown.way_out


def test_a_stray_archive_in_rules_d_is_listed_and_not_read(tmp_path: Path, count: Count) -> None:
    (tmp_path / "audit.rules").write_text("-D\n")
    _sparse(tmp_path / "old.tar", GIB)
    os.mkfifo(tmp_path / "pipe.rules")
    entries = read_rules_dir(str(tmp_path), "3.0.9")
    assert not isinstance(entries, Unknown)
    assert [(entry.path.rpartition("/")[2], entry.kind, entry.content, entry.size) for entry in entries] == [
        ("audit.rules", "file", b"-D\n", None),
        ("old.tar", "file", None, GIB),
        ("pipe.rules", "fifo", None, None),
    ]
    assert count.read == 3


def test_a_name_with_blanks_is_read_as_augenrules_reads_it(tmp_path: Path) -> None:
    (tmp_path / "my docker.rules").write_text("# never read before 4.2\n")
    (tmp_path / "my").write_text("-w /etc/passwd\n")
    contents = {}
    for version in ("3.0.9", "4.2"):
        entries = read_rules_dir(str(tmp_path), version)
        assert not isinstance(entries, Unknown)
        contents[version] = next(entry.content for entry in entries if entry.path.endswith("/my"))
    assert contents == {"3.0.9": b"-w /etc/passwd\n", "4.2": None}


def test_rules_files_have_one_bound_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_read, "MOST_RULES_BYTES", 100)
    (tmp_path / "a.rules").write_bytes(b"#" * 60)
    assert not isinstance(read_rules_dir(str(tmp_path)), Unknown)
    (tmp_path / "b.rules").write_bytes(b"#" * 60)
    unknown = read_rules_dir(str(tmp_path))
    assert isinstance(unknown, Unknown)
    assert "b.rules cannot be read: it has 60 bytes, and 40 are read at most" in unknown.reason


def test_the_other_readers_pass_over_what_may_never_end(special: Path, tmp_path: Path) -> None:
    assert audit_version(str(special)) is None
    special.rename(tmp_path / "x.conf")
    assert early_folders([str(tmp_path)]) == ()
    (tmp_path / "x.conf").rename(tmp_path / "x.service")
    unit = find_unit("x.service", [str(tmp_path)])
    assert unit.path is not None
    assert unit.files[0].content is None


def test_a_unit_that_is_too_large_is_there_all_the_same(tmp_path: Path) -> None:
    _sparse(tmp_path / "x.service", GIB)
    unit = find_unit("x.service", [str(tmp_path)])
    assert [(file.content, file.size) for file in unit.files] == [(None, GIB)]
