"""A file is replaced whole or not at all, never through a link, and an editor's save in between is noticed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tui.host import files
from tui.host.files import remove_file, remove_leftovers, replace_file
from tui.host.host import FileChanged
from tui.text import in_words


def _replace(path: Path, content: bytes, before: bytes | None, mode: int = 0o640) -> None:
    replace_file(str(path), content, before=before, mode=mode, uid=os.geteuid(), gid=os.getegid())


def test_a_new_file_has_its_mode_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    _replace(tmp_path / "docker.rules", b"one\n", None)
    assert (tmp_path / "docker.rules").read_bytes() == b"one\n"
    assert (tmp_path / "docker.rules").stat().st_mode & 0o7777 == 0o640
    assert os.listdir(tmp_path) == ["docker.rules"]


def test_an_old_file_is_replaced_not_written_into(tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    with path.open("rb") as held:
        _replace(path, b"new\n", b"old\n", mode=0o600)
        assert held.read() == b"old\n"
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o7777 == 0o600


def test_extended_attributes_of_the_old_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    os.setxattr(path, "user.note", b"theirs")
    _replace(path, b"new\n", b"old\n")
    assert os.getxattr(path, "user.note") == b"theirs"


@pytest.mark.parametrize("before", [None, b"what the plan saw\n"])
def test_another_content_is_never_replaced(tmp_path: Path, before: bytes | None) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"an editor's\n")
    with pytest.raises(FileChanged) as caught:
        _replace(path, b"new\n", before)
    assert caught.value.path == str(path)
    assert path.read_bytes() == b"an editor's\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


def test_a_file_that_went_away_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileChanged):
        _replace(tmp_path / "docker.rules", b"new\n", b"old\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("old", [None, b"old\n"])
def test_a_save_while_the_new_file_is_written_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes | None
) -> None:
    path = tmp_path / "docker.rules"
    if old is not None:
        path.write_bytes(old)
    fsync = os.fsync

    def save_meanwhile(fd: int) -> None:
        path.write_bytes(b"an editor's\n")
        fsync(fd)

    monkeypatch.setattr(files.os, "fsync", save_meanwhile)
    with pytest.raises(FileChanged):
        _replace(path, b"new\n", old)
    assert path.read_bytes() == b"an editor's\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


@pytest.mark.parametrize("step", ["write", "fsync", "fchmod", "rename"])
def test_a_failing_step_leaves_the_old_file_whole_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")

    def full(*_args: object, **_named: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, step, full)
    with pytest.raises(OSError, match="No space left"):
        _replace(path, b"new\n", b"old\n")
    assert path.read_bytes() == b"old\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


def test_an_error_names_the_file_that_was_to_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left") as caught:
        _replace(path, b"new", None)
    assert in_words(caught.value) == f"{path}: No space left on device"


def test_no_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"theirs\n")
    (tmp_path / "docker.rules").symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        _replace(tmp_path / "docker.rules", b"new\n", b"theirs\n")
    assert (tmp_path / "elsewhere").read_bytes() == b"theirs\n"
    assert (tmp_path / "docker.rules").is_symlink()


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "docker.rules")
    with pytest.raises(OSError, match="not a regular file"):
        _replace(tmp_path / "docker.rules", b"new\n", None)


def test_a_folder_that_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(PermissionError, match="writable for everybody"):
        _replace(tmp_path / "docker.rules", b"new\n", None)


@pytest.mark.parametrize("path", ["docker.rules", "/", "/etc/.."])
def test_only_an_absolute_path_of_a_file_is_taken(path: str) -> None:
    with pytest.raises(OSError, match="absolute path"):
        replace_file(path, b"", before=None, mode=0o640, uid=0, gid=0)


def test_a_removed_file_must_hold_what_was_expected(tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"ours\n")
    with pytest.raises(FileChanged):
        remove_file(str(path), before=b"other\n")
    assert path.exists()
    remove_file(str(path), before=b"ours\n")
    assert not path.exists()
    with pytest.raises(FileChanged):
        remove_file(str(path), before=b"ours\n")


def test_leftovers_are_ours_only_and_augenrules_would_not_compile_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".hidden.rules").write_bytes(b"theirs")
    (tmp_path / "docker.rules").write_bytes(b"old\n")

    def killed(*_args: object, **_named: object) -> None:
        raise SystemExit

    monkeypatch.setattr(files.os, "rename", killed)
    monkeypatch.setattr(files, "_unlink_if_there", lambda *_: None)
    with pytest.raises(SystemExit):
        _replace(tmp_path / "docker.rules", b"new\n", b"old\n")
    left = set(os.listdir(tmp_path)) - {".hidden.rules", "docker.rules"}
    assert len(left) == 1
    assert all(name.startswith(".") and not name.endswith(".rules") for name in left)
    assert set(remove_leftovers(str(tmp_path))) == left
    assert sorted(os.listdir(tmp_path)) == [".hidden.rules", "docker.rules"]
