"""The writer of every file that is made for people: beside its name first, then put there whole; no link followed, nothing lost."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress

_MARK = ".docker-audit-wizard-"
_NO_HARD_LINKS = frozenset((errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))
"""What link(2) fails with on file systems that have no hard links (vfat, some network file systems)."""
_PLACE = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_MOST_LINKS = 40
"""The kernel's own bound for the links on one path (path_resolution(7))."""


def save_text(path: str, text: str, *, replace: bool = False) -> str:
    """Write *text* as UTF-8 to the file *path*, mode 0600, and return its absolute path.

    The file gets its name once it is whole and on the disk, so what stood there before is never cut short. An existing file is
    refused, with *replace* only what is not a regular file; one of the caller's own keeps its mode. Links on the way to the folder
    are followed where they are root's or the caller's own. Raises FileExistsError, OSError, ValueError for no name of a file.
    """
    if not path or "\0" in path:
        raise ValueError("Give the name of a file.")
    target = os.path.abspath(path)
    parent, name = os.path.split(target)
    if not name or path.endswith(("/", "/.")):
        raise IsADirectoryError(errno.EISDIR, "this is a folder; give the name of a file", target)
    try:
        folder = open_folder(parent)
        try:
            _write(folder, name, text.encode("utf-8", "backslashreplace"), target, replace=replace)
        finally:
            os.close(folder)
    except OSError as error:
        if not os.path.isabs(error.filename or ""):
            error.filename, error.filename2 = target, None  # Names relative to an open folder mean nothing to whoever reads them.
        raise
    return target


def _write(folder: int, name: str, content: bytes, target: str, *, replace: bool) -> None:
    mode = _mode_of_old(folder, name, target, replace=replace)
    temporary = f"{_MARK}{os.urandom(6).hex()}"
    new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(new, rest) :]
        os.fchmod(new, mode)
        os.fsync(new)
        if replace:
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            _move_to_free_name(folder, temporary, name)
        # In a folder that others may write, somebody may have exchanged the one for the other under its name.
        if not _is_same(os.fstat(new), os.stat(name, dir_fd=folder, follow_symlinks=False)):
            raise OSError(errno.EEXIST, "somebody else put another file there meanwhile", target)
    except BaseException:
        with suppress(OSError):  # it has its name already, or the first error is the one to tell
            os.unlink(temporary, dir_fd=folder)
        raise
    finally:
        os.close(new)
    _sync(folder)


def _mode_of_old(folder: int, name: str, target: str, *, replace: bool) -> int:
    """The mode that the new file gets. Raises OSError where what is there may not be replaced."""
    try:
        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return 0o600
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "this is a folder; give the name of a file", target)
    if stat.S_ISLNK(old.st_mode):
        raise OSError(errno.ELOOP, "a symbolic link is never written through", target)
    if not stat.S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, "this is no regular file, and nothing else is replaced", target)
    if not replace:
        raise FileExistsError(errno.EEXIST, "the file exists already and is left alone", target)
    # A file that somebody else put there to be readable by him decides nothing.
    return stat.S_IMODE(old.st_mode) & 0o777 if old.st_uid == os.geteuid() else 0o600


def _move_to_free_name(folder: int, temporary: str, name: str) -> None:
    """Give the new file its name where nothing has it: link(2) fails where something came between, rename(2) would replace it."""
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "the file exists already and is left alone", name) from None
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Whoever makes the empty file has the name; the rename replaces that one.
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder))
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(temporary, dir_fd=folder)


def open_folder(path: str, check: Callable[[str, os.stat_result], None] | None = None) -> int:
    """The directory *path*, opened name by name, so that nobody's link but root's and the caller's own leads anywhere else.

    *check* gets each folder on the way with its facts, and raises for one that is not to be gone through. Raises OSError.
    """
    names = [name for name in reversed(path.split("/")) if name]
    folder, links = os.open("/", _PLACE), 0
    try:
        while names:
            name = names.pop()
            facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
            start = name
            if stat.S_ISLNK(facts.st_mode):
                links += 1
                if facts.st_uid not in (0, os.geteuid()):
                    raise PermissionError(errno.EPERM, f"{name} is a link of user {facts.st_uid}, which is not followed", path)
                if links > _MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                end = os.readlink(name, dir_fd=folder)
                names += [part for part in reversed(end.split("/")) if part]
                if not end.startswith("/"):
                    continue
                start = "/"
            following = os.open(start, _PLACE | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = following
            if check:
                check(os.readlink(f"/proc/self/fd/{folder}"), os.fstat(folder))
    except BaseException:
        os.close(folder)
        raise
    return folder


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _sync(folder: int) -> None:
    try:
        opened = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    except PermissionError:
        return  # A folder that may be written and not be read; the file itself is on the disk.
    try:
        os.fsync(opened)
    except OSError:
        pass  # Some file systems cannot sync a folder.
    finally:
        os.close(opened)
