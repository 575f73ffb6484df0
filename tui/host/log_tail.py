"""Reads the audit log from a mark on, whatever auditd's rotation does to the names meanwhile."""

from __future__ import annotations

import os

from tui.dataclass import dataclass
from tui.host.host import LogMark, LogPiece

# Longer than the longest record the kernel sends (MAX_AUDIT_MESSAGE_LENGTH, 8970) with what the ENRICHED format adds.
_LONGEST_LINE = 1 << 16
_TAIL = 1024  # bytes; no two records are equal, their serials differ
_HIGHEST_NUMBER = 999  # auditd.conf(5): num_logs is at most 999


@dataclass(frozen=True, slots=True)
class _Open:
    """One log file held open: a rename or an unlink no longer matters."""

    fd: int
    device: int
    inode: int
    size: int


def log_mark(log_file: str) -> LogMark:
    """The end of *log_file*, after its last whole line. Raises OSError where it cannot be read."""
    try:
        fd = os.open(log_file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return LogMark(0, 0, 0)
    try:
        facts = os.fstat(fd)
        return _mark(fd, facts.st_dev, facts.st_ino, _end_of_last_line(fd, facts.st_size))
    finally:
        os.close(fd)


def log_since(log_file: str, mark: LogMark) -> LogPiece:
    """Every whole line after *mark*, from rotated files too (``audit.log.1`` is the youngest of those). Raises OSError."""
    newest_first = _open_all(log_file)
    try:
        if not newest_first:
            return LogPiece(b"", LogMark(0, 0, 0), gap=mark.inode != 0)
        marked = _position(newest_first, mark)
        gap = marked is None and mark.inode != 0
        oldest = len(newest_first) - 1 if marked is None else marked
        parts = []
        for position in range(oldest, -1, -1):
            file = newest_first[position]
            start = mark.offset if position == marked else 0
            end = _end_of_last_line(file.fd, file.size) if position == 0 else file.size
            parts.append(_read(file.fd, start, end))
        newest = newest_first[0]
        end = max(_end_of_last_line(newest.fd, newest.size), mark.offset if marked == 0 else 0)
        return LogPiece(b"".join(parts), _mark(newest.fd, newest.device, newest.inode, end), gap)
    finally:
        for file in newest_first:
            os.close(file.fd)


def _open_all(log_file: str) -> list[_Open]:
    """The log and its rotated files, newest first, each once.

    Opened in ascending order: auditd renames in descending order, so a rotation between two opens can only show a file
    twice, never hide one.
    """
    files: list[_Open] = []
    seen = set()
    for number in range(_HIGHEST_NUMBER + 1):
        try:
            fd = os.open(f"{log_file}.{number}" if number else log_file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            if number:
                break
            continue  # the moment between the rename and the new file
        facts = os.fstat(fd)
        if (facts.st_dev, facts.st_ino) in seen:
            os.close(fd)
            continue
        seen.add((facts.st_dev, facts.st_ino))
        files.append(_Open(fd, facts.st_dev, facts.st_ino, facts.st_size))
    return files


def _mark(fd: int, device: int, inode: int, offset: int) -> LogMark:
    return LogMark(device, inode, offset, _read(fd, max(0, offset - _TAIL), offset))


def _position(files: list[_Open], mark: LogMark) -> int | None:
    """Where the marked file is in *files*; None where it is gone, was emptied, or its inode number serves another file."""
    for position, file in enumerate(files):
        if (file.device, file.inode) == (mark.device, mark.inode):
            return position if _read(file.fd, mark.offset - len(mark.tail), mark.offset) == mark.tail else None
    return None


def _end_of_last_line(fd: int, size: int) -> int:
    start = max(0, size - _LONGEST_LINE)
    return start + _read(fd, start, size).rfind(b"\n") + 1


def _read(fd: int, start: int, end: int) -> bytes:
    parts = []
    while start < end and (part := os.pread(fd, min(end - start, 1 << 20), start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)
