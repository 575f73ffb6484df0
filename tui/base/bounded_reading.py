"""Bounded reading of files: a regular file's bytes up to a bound; never a FIFO, a socket or a device, which may wait or never end."""

from __future__ import annotations

import errno
import os
import stat

_PIECE = 1 << 20
_KINDS = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}

MOST_SETTINGS_BYTES = 1 << 20
"""As many bytes as are read of a file that people write: a unit, a setting of Docker's, a crontab."""


def open_regular(path: str | os.PathLike[str], *, dir_fd: int | None = None, flags: int = 0) -> int:
    """The regular file *path* open for reading, its links followed unless *flags* say otherwise; it never waits.

    Raises OSError where it cannot be opened, with a sentence in ``strerror`` where it is no regular file.
    """
    nofollow = bool(flags & os.O_NOFOLLOW)
    # Looked at before it is opened as well: opening a device alone can do something (start a watchdog, rewind a tape).
    _refuse(os.stat(path, dir_fd=dir_fd, follow_symlinks=not nofollow), path)
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | flags, dir_fd=dir_fd)
    try:
        _refuse(os.fstat(fd), path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def read_up_to(fd: int, most: int) -> bytes:
    """The next bytes of the open file *fd*, *most* of them where it has as many."""
    parts, left = [], most
    while left and (part := os.read(fd, min(left, _PIECE))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def read_whole(fd: int, most: int, path: str | os.PathLike[str]) -> bytes:
    """All bytes of the open file *fd*. Raises OSError (EFBIG) where it has more than *most*; it is not read then."""
    size = os.fstat(fd).st_size
    data = b"" if size > most else read_up_to(fd, most + 1)
    if size > most or len(data) > most:
        raise OSError(errno.EFBIG, f"it has {max(size, len(data))} bytes, and {most} are read at most", os.fspath(path))
    return data


def read_file(path: str | os.PathLike[str], most: int) -> bytes:
    """All bytes of the regular file *path*. Raises OSError, as :func:`open_regular` and :func:`read_whole` do."""
    fd = open_regular(path)
    try:
        return read_whole(fd, most, path)
    finally:
        os.close(fd)


def _refuse(facts: os.stat_result, path: str | os.PathLike[str]) -> None:
    kind = stat.S_IFMT(facts.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if kind != stat.S_IFREG:
        raise OSError(errno.EINVAL, f"it is {_KINDS.get(kind, 'a link')}, not a regular file", os.fspath(path))
