"""A file is replaced whole or not at all, never through a link, and an editor's save in between is noticed."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.base.cleaning import in_words
from tui.host import files
from tui.host.files import remove_file, remove_leftovers, replace_file
from tui.host.port import FileChanged


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


@pytest.fixture(params=[True, False], ids=["exchange", "no exchange"])
def exchanging(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the file system can let two names change places."""
    if not request.param:
        monkeypatch.setattr(files, "_exchange", lambda *_: False)
    return bool(request.param)


@pytest.mark.parametrize("step", ["write", "fsync", "fchmod", "rename", "_exchange"])
def test_a_failing_step_leaves_the_old_file_whole_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")

    def full(*_args: object, **_named: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "rename":
        monkeypatch.setattr(files, "_exchange", lambda *_: False)
    monkeypatch.setattr(files if step == "_exchange" else files.os, step, full)
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

    monkeypatch.setattr(files, "_exchange", killed)
    monkeypatch.setattr(files, "_unlink_if_there", lambda *_: None)
    with pytest.raises(SystemExit):
        _replace(tmp_path / "docker.rules", b"new\n", b"old\n")
    left = set(os.listdir(tmp_path)) - {".hidden.rules", "docker.rules"}
    assert len(left) == 1
    assert all(name.startswith(".") and not name.endswith(".rules") for name in left)
    after = tmp_path / "run" / "after"
    (after / str(tmp_path)[1:]).mkdir(parents=True)
    (after / str(tmp_path)[1:] / "docker.rules").write_bytes(b"new\n# and more of it\n")
    assert set(remove_leftovers(str(tmp_path), [str(after)])) == left
    assert sorted(os.listdir(tmp_path)) == [".hidden.rules", "docker.rules", "run"]


def test_a_leftover_with_a_line_of_somebody_elses_is_kept_under_another_name(tmp_path: Path) -> None:
    """Killed between the exchange of the names and the removal of the old file, to which somebody appended in that moment."""
    before = tmp_path / "run" / "before"
    (before / str(tmp_path)[1:]).mkdir(parents=True)
    (before / str(tmp_path)[1:] / "docker.rules").write_bytes(b"old\n")
    (tmp_path / ".docker.rules.docker-audit-wizard-0a1b2c").write_bytes(b"old\n-w /etc/motd -p wa -k theirs\n")
    (tmp_path / ".docker.rules.docker-audit-wizard-3d4e5f").write_bytes(b"old\n")
    remove_leftovers(str(tmp_path), [str(before)])
    (kept,) = (path for path in tmp_path.iterdir() if path.is_file())
    assert kept.name.startswith("docker.rules.kept-")
    assert kept.read_bytes() == b"old\n-w /etc/motd -p wa -k theirs\n"


def _at(monkeypatch: pytest.MonkeyPatch, moment: str, act: Callable[[], object]) -> None:
    """Do *act* once, right before or right after the names change places."""
    exchange, rename, pending = files._exchange, os.rename, [act]

    def around(call: Callable[..., object], *given: object, **named: object) -> object:
        if moment == "before" and pending:
            pending.pop()()
        result = call(*given, **named)
        if moment == "after" and pending:
            pending.pop()()
        return result

    monkeypatch.setattr(files, "_exchange", lambda *given: around(exchange, *given))
    monkeypatch.setattr(files.os, "rename", lambda *given, **named: around(rename, *given, **named))


def _append_line(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"theirs\n")


@pytest.mark.parametrize("ours", [b"old\nours\n", None], ids=["replace", "remove"])
def test_a_line_appended_after_the_last_look_is_kept(ours: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    _at(monkeypatch, "before", lambda: _append_line(path))
    with pytest.raises(FileChanged):
        _replace(path, ours, b"old\n") if ours else remove_file(str(path), before=b"old\n")
    assert path.read_bytes() == b"old\ntheirs\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


def test_a_line_appended_to_what_has_been_replaced_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    _at(monkeypatch, "after", lambda: _append_line(path))
    _replace(path, b"old\nours\n", b"old\n")
    assert path.read_bytes() == b"old\nours\ntheirs\n"


@pytest.mark.parametrize("ours", [b"old\nours\n", None], ids=["replace", "remove"])
def test_lines_appended_before_and_after_are_both_kept(ours: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    looks = files._nobody_writes

    def look(fd: int) -> bool:
        monkeypatch.setattr(files, "_nobody_writes", looks)
        _append_line(path)
        return looks(fd)

    monkeypatch.setattr(files, "_nobody_writes", look)
    _at(monkeypatch, "before", lambda: path.write_bytes(b"old\nearlier\n"))
    with pytest.raises(FileChanged):
        _replace(path, ours, b"old\n") if ours else remove_file(str(path), before=b"old\n")
    assert path.read_bytes() == b"old\nearlier\ntheirs\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


@pytest.mark.slow
@pytest.mark.parametrize("ours", [b"old\nours\n", None], ids=["replace", "remove"])
def test_a_file_that_somebody_has_open_for_writing_is_given_back(ours: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    with path.open("ab", buffering=0) as held:
        with pytest.raises(FileChanged):
            _replace(path, ours, b"old\n") if ours else remove_file(str(path), before=b"old\n")
        held.write(b"theirs\n")
    assert path.read_bytes() == b"old\ntheirs\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


def test_what_an_editor_put_in_its_place_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")

    def save() -> None:
        (tmp_path / "saved").write_bytes(b"an editor's\n")
        (tmp_path / "saved").rename(path)

    _at(monkeypatch, "before", save)
    monkeypatch.setattr(files.os, "rename", os.rename)
    with pytest.raises(FileChanged):
        _replace(path, b"old\nours\n", b"old\n")
    assert path.read_bytes() == b"an editor's\n"


def test_a_link_that_came_in_its_place_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")

    def link() -> None:
        path.unlink()
        path.symlink_to("/etc/passwd")

    _at(monkeypatch, "before", link)
    with pytest.raises(FileChanged):
        _replace(path, b"old\nours\n", b"old\n")
    assert os.readlink(path) == "/etc/passwd"


def test_a_rewrite_of_what_is_taken_back_is_kept_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    looks = files._nobody_writes

    def look(fd: int) -> bool:
        monkeypatch.setattr(files, "_nobody_writes", looks)
        path.write_bytes(b"all anew\n")
        return looks(fd)

    monkeypatch.setattr(files, "_nobody_writes", look)
    _at(monkeypatch, "before", lambda: _append_line(path))
    with pytest.raises(OSError, match=r"what was written meanwhile is in docker\.rules\.kept-"):
        _replace(path, b"old\nours\n", b"old\n")
    kept = next(tmp_path.glob("docker.rules.kept-*"))
    assert (path.read_bytes(), kept.read_bytes()) == (b"old\ntheirs\n", b"all anew\n")


def test_without_an_exchange_the_file_is_replaced_as_well(exchanging: bool, tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    _replace(path, b"new\n", b"old\n")
    assert path.read_bytes() == b"new\n"
    assert os.listdir(tmp_path) == ["docker.rules"]


def test_a_lock_or_lease_of_ours_stays_on_nothing(tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    _replace(path, b"new\n", b"old\n")
    with path.open("rb") as file:
        assert fcntl.fcntl(file, fcntl.F_GETLEASE) == fcntl.F_UNLCK


def test_no_line_is_lost_of_who_appends_all_the_time(tmp_path: Path) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"")
    code = """if True:
        import os, sys
        written = 0
        while not os.path.exists(sys.argv[2]):
            with open(sys.argv[1], "ab", buffering=0) as file:
                file.write(b"theirs %d\\n" % written)
            written += 1
        print(written)
    """
    stop = tmp_path / "stop"
    writer = subprocess.Popen([sys.executable, "-c", code, path, stop], stdout=subprocess.PIPE, text=True)
    replaced = 0
    try:
        for number in range(300):
            before = path.read_bytes()
            try:
                _replace(path, before + b"ours %d\n" % number, before)
                replaced += 1
            except FileChanged:
                continue
    finally:
        stop.touch()
        written = int(writer.communicate(timeout=60)[0])
        stop.unlink()
    lines = path.read_bytes().splitlines()
    assert sorted(line for line in lines if line.startswith(b"theirs")) == sorted(b"theirs %d" % each for each in range(written))
    assert sum(line.startswith(b"ours") for line in lines) == replaced
    assert os.listdir(tmp_path) == ["docker.rules"]


@pytest.mark.parametrize("ours", [b"old\nours\n", None], ids=["replace", "remove"])
def test_an_error_after_the_names_changed_gives_the_old_file_back(
    ours: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "docker.rules"
    path.write_bytes(b"old\n")
    looks = files._nobody_writes

    def broken(_fd: int) -> bool:
        monkeypatch.setattr(files, "_nobody_writes", looks)
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_nobody_writes", broken)
    with pytest.raises(KeyboardInterrupt):
        _replace(path, ours, b"old\n") if ours else remove_file(str(path), before=b"old\n")
    assert path.read_bytes() == b"old\n"
    assert os.listdir(tmp_path) == ["docker.rules"]
