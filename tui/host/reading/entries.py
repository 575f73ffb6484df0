"""Reads one entry of the file system with what matters of it: kind, content, mode, owner, SELinux label, immutable flag."""

from __future__ import annotations

import errno
import fcntl
import os
import stat

from tui.audit.inputs import Unknown
from tui.base.bounded_reading import MOST_SETTINGS_BYTES, open_regular, read_whole
from tui.base.typing import Literal
from tui.host.facts import FileFacts

Kind = Literal["file", "directory", "symlink", "socket", "fifo", "device"]

_KINDS: dict[int, Kind] = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    stat.S_IFSOCK: "socket",
    stat.S_IFIFO: "fifo",
}
# _IOR('f', 1, long) of linux/fs.h on 64-bit machines; the kernel writes an int. FS_IMMUTABLE_FL | FS_APPEND_FL.
_FS_IOC_GETFLAGS = 0x80086601
_IMMUTABLE_OR_APPEND_ONLY = 0x10 | 0x20


def resolved(path: str) -> str:
    """The path, free of links, of what *path* leads to. Raises OSError where it leads nowhere: it is the kernel that follows it first,
    since Python older than 3.10 says nothing there."""
    os.stat(path)
    return os.path.realpath(path)


def kind_of(mode: int) -> Kind:
    """What an ``st_mode`` says the entry is."""
    return _KINDS.get(stat.S_IFMT(mode), "device")


def because(error: OSError, path: str) -> Unknown:
    """Why *path* could not be read, in a sentence, and what helps."""
    if isinstance(error, PermissionError):
        return Unknown(
            f"{path} cannot be read: permission denied" + ("." if os.geteuid() == 0 else "; start the program again as root.")
        )
    way_out = (
        f"Look what it is, and move {path} away or put a file of the usual size in its place." if error.errno == errno.EFBIG else ""
    )
    return Unknown(f"{path} cannot be read: {error.strerror or error}.", way_out)


def read_entry(path: str, most: int | None = MOST_SETTINGS_BYTES) -> FileFacts | None:
    """The entry *path* with its content, None where it does not exist; with *most* None without its content.

    Raises OSError where it may not be looked at, or where its content has more than *most* bytes.
    """
    try:
        facts = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    kind = kind_of(facts.st_mode)
    content, immutable, end = None, False, None
    if kind == "symlink":
        end = _end_of(path)
    if most is not None and "file" in (kind, end):
        content, immutable = _read_content(path, most)
    elif kind == "directory":
        immutable = _is_fixed_folder(path)
    return FileFacts(
        path,
        kind,
        content,
        stat.S_IMODE(facts.st_mode),
        facts.st_uid,
        facts.st_gid,
        os.readlink(path) if kind == "symlink" else None,
        _label(path),
        immutable,
        facts.st_nlink if kind == "file" else 1,
        end,
        facts.st_size if kind == "file" and content is None else None,
    )


def try_entry(path: str, most: int | None = MOST_SETTINGS_BYTES) -> FileFacts | Unknown | None:
    """Like :func:`read_entry`, with the reason instead of an exception."""
    try:
        return read_entry(path, most)
    except OSError as error:
        return because(error, path)


def _end_of(path: str) -> Kind | None:
    """What the link *path* ends at; None for one that leads nowhere."""
    try:
        return kind_of(os.stat(path).st_mode)
    except OSError:
        return None


def _read_content(path: str, most: int) -> tuple[bytes, bool]:
    """The bytes and the immutable flag of the regular file *path* ends at."""
    fd = open_regular(path)
    try:
        return read_whole(fd, most, path), _is_fixed(fd)
    finally:
        os.close(fd)


def _is_fixed_folder(path: str) -> bool:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False  # Whether it can be looked into is not asked here.
    try:
        return _is_fixed(fd)
    finally:
        os.close(fd)


def _is_fixed(fd: int) -> bool:
    try:
        flags = int.from_bytes(fcntl.ioctl(fd, _FS_IOC_GETFLAGS, bytes(8))[:4], "little")
    except OSError:
        return False  # This file system knows no such flags.
    return bool(flags & _IMMUTABLE_OR_APPEND_ONLY)


def _label(path: str) -> str | None:
    try:
        return os.getxattr(path, "security.selinux", follow_symlinks=False).rstrip(b"\0").decode("utf-8", "replace")
    except OSError:
        return None
