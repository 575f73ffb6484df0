"""Files written for people: whole or not at all, over nothing that was not meant, through nobody's link."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from tui.base import saving
from tui.base.saving import save_text

OLD = "what somebody wrote\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.txt"
    path.write_text(OLD)
    return path


def _names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    assert save_text(str(path), "ä\udcff\n") == str(path)
    assert path.read_bytes() == "ä\\udcff\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert _names(tmp_path) == ["new.txt"]


def test_a_relative_name_is_told_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert save_text("x", "x") == str(tmp_path / "x")


def test_an_existing_file_is_left_alone(old: Path) -> None:
    with pytest.raises(FileExistsError) as caught:
        save_text(str(old), "new")
    assert caught.value.filename == str(old)
    assert old.read_text() == OLD
    assert _names(old.parent) == ["old.txt"]


def test_a_file_that_comes_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, fsync = tmp_path / "x", os.fsync

    def others(fd: int) -> None:
        path.write_text(OLD)
        fsync(fd)

    monkeypatch.setattr(saving.os, "fsync", others)
    with pytest.raises(FileExistsError):
        save_text(str(path), "new")
    assert path.read_text() == OLD
    assert _names(tmp_path) == ["x"]


def test_replacing_keeps_the_mode_of_our_own_file(old: Path) -> None:
    old.chmod(0o644)
    save_text(str(old), "new", replace=True)
    assert (old.read_text(), stat.S_IMODE(old.stat().st_mode)) == ("new", 0o644)


@pytest.mark.needs("root")
def test_replacing_somebody_elses_file_makes_it_private(old: Path) -> None:
    old.chmod(0o666)
    os.chown(old, 65534, 65534)
    save_text(str(old), "new", replace=True)
    facts = old.stat()
    assert (old.read_text(), stat.S_IMODE(facts.st_mode), facts.st_uid) == ("new", 0o600, 0)


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("kind", ["symlink", "dangling", "fifo", "directory", "device"])
def test_only_a_regular_file_is_replaced(old: Path, kind: str, replace: bool) -> None:
    path = old.parent / "x"
    if kind == "symlink":
        path.symlink_to(old)
    elif kind == "dangling":
        path.symlink_to(old.parent / "nowhere")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path = Path("/dev/null")
    names, before = _names(old.parent), path.lstat()
    with pytest.raises(OSError, match=str(path)):
        save_text(str(path), "new", replace=replace)
    assert _names(old.parent) == names
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert old.read_text() == OLD


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "fchmod"])
def test_a_full_disk_leaves_the_old_file_whole(old: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.os, call, full)
    with pytest.raises(OSError, match="No space left") as caught:
        save_text(str(old), "new", replace=True)
    assert caught.value.filename == str(old)
    assert old.read_text() == OLD
    assert _names(old.parent) == ["old.txt"]


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(saving.os, "link", refuse)
    path = tmp_path / "x"
    save_text(str(path), "new")
    assert path.read_text() == "new"
    assert _names(tmp_path) == ["x"]
    monkeypatch.setattr(saving, "_mode_of_old", lambda *_, **__: 0o600)  # a file that came after the look
    with pytest.raises(FileExistsError):
        save_text(str(path), "newer")
    assert path.read_text() == "new"


def test_what_was_exchanged_under_its_name_is_not_called_written(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def exchange(source: str, target: str, **folders: int) -> None:
        rename(source, target, **folders)
        (old.parent / "theirs").write_text("theirs")
        rename(old.parent / "theirs", old)

    monkeypatch.setattr(saving.os, "rename", exchange)
    with pytest.raises(OSError, match="somebody else"):
        save_text(str(old), "new", replace=True)


@pytest.mark.needs("root")
def test_a_link_of_somebody_elses_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "way").symlink_to(tmp_path / "precious")
    save_text(str(tmp_path / "way" / "x"), "through our own link")
    assert _names(tmp_path / "precious") == ["x"]
    os.lchown(tmp_path / "way", 65534, 65534)
    with pytest.raises(PermissionError, match="a link of user 65534"):
        save_text(str(tmp_path / "way" / "y"), "new")
    assert _names(tmp_path / "precious") == ["x"]


def test_links_on_the_way_are_resolved_as_the_kernel_does(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "up").symlink_to("../a/./b")
    save_text(str(tmp_path / "a" / "up" / "x"), "x")
    assert _names(tmp_path / "a" / "b") == ["x"]
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        save_text(str(tmp_path / "round" / "x"), "x")


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_no_name_of_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="name of a file"):
        save_text(name, "x")


@pytest.mark.parametrize("name", ["", "sub/", "sub/."])
def test_a_folder_is_no_name_of_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(IsADirectoryError):
        save_text(f"{tmp_path}/{name}", "x", replace=True)
