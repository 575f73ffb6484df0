"""Reads the audit log from a mark on, whatever auditd's rotation does to the names meanwhile."""

from __future__ import annotations

import os

from tui.audit.log.records import LONGEST_LINE
from tui.base.bounded_reading import open_regular
from tui.base.dataclass import dataclass
from tui.host.port import LogMark, LogPiece

MOST_PIECE_BYTES = 32 << 20
"""As many bytes as one look returns; the mark then stands behind them, and the next look goes on there."""
_TAIL = 1024  # bytes; no two records are equal, their serials differ
_HIGHEST_NUMBER = 999  # auditd.conf(5): num_logs is at most 999


@dataclass(frozen=True, slots=True)
class OpenLog:
    """One log file held open: a rename or an unlink no longer matters."""

    path: str
    fd: int
    device: int
    inode: int
    size: int


def log_mark(log_file: str) -> LogMark:
    """The end of *log_file*, after its last whole line. Raises OSError where it cannot be read."""
    try:
        fd = open_regular(log_file)
    except FileNotFoundError:
        return LogMark(0, 0, 0)
    try:
        facts = os.fstat(fd)
        return _mark(fd, facts.st_dev, facts.st_ino, _end_of_last_line(fd, facts.st_size))
    finally:
        os.close(fd)


def log_since(log_file: str, mark: LogMark) -> LogPiece:
    """Every whole line after *mark*, from rotated files too (``audit.log.1`` is the youngest of those).

    Where that is more than MOST_PIECE_BYTES, as many lines as fit in: the mark of the piece is where the next look goes on. Raises
    OSError.
    """
    newest_first = open_all(log_file)
    try:
        if not newest_first:
            return LogPiece(b"", LogMark(0, 0, 0), gap=mark.inode != 0)
        marked = _position(newest_first, mark)
        gap = marked is None and mark.inode != 0
        oldest = len(newest_first) - 1 if marked is None else marked
        parts: list[bytes] = []
        left = MOST_PIECE_BYTES
        for position in range(oldest, -1, -1):
            file = newest_first[position]
            start = mark.offset if position == marked else 0
            end = _end_of_last_line(file.fd, file.size) if position == 0 else file.size
            data = _read(file.fd, start, min(end, start + left)) if left > LONGEST_LINE else b""
            if start + len(data) < end:
                whole = data[: data.rfind(b"\n") + 1]
                # As much without a single newline is no record: it is passed over, so that the next look gets on.
                start += len(whole) or len(data)
                return LogPiece(b"".join((*parts, whole)), _mark(file.fd, file.device, file.inode, start), gap)
            parts.append(data)
            left -= len(data)
        newest = newest_first[0]
        end = max(_end_of_last_line(newest.fd, newest.size), mark.offset if marked == 0 else 0)
        return LogPiece(b"".join(parts), _mark(newest.fd, newest.device, newest.inode, end), gap)
    finally:
        for file in newest_first:
            os.close(file.fd)


def open_all(log_file: str) -> list[OpenLog]:
    """The log and its rotated files, newest first, each once.

    Opened in ascending order: auditd renames in descending order, so a rotation between two opens can only show a file
    twice, never hide one.
    """
    files: list[OpenLog] = []
    seen = set()
    for number in range(_HIGHEST_NUMBER + 1):
        path = f"{log_file}.{number}" if number else log_file
        try:
            fd = open_regular(path)
        except FileNotFoundError:
            if number:
                break
            continue  # the moment between the rename and the new file
        facts = os.fstat(fd)
        if (facts.st_dev, facts.st_ino) in seen:
            os.close(fd)
            continue
        seen.add((facts.st_dev, facts.st_ino))
        files.append(OpenLog(path, fd, facts.st_dev, facts.st_ino, facts.st_size))
    return files


def _mark(fd: int, device: int, inode: int, offset: int) -> LogMark:
    return LogMark(device, inode, offset, _read(fd, max(0, offset - _TAIL), offset))


def _position(files: list[OpenLog], mark: LogMark) -> int | None:
    """Where the marked file is in *files*; None where it is gone, was emptied, or its inode number serves another file."""
    for position, file in enumerate(files):
        if (file.device, file.inode) == (mark.device, mark.inode):
            return position if _read(file.fd, mark.offset - len(mark.tail), mark.offset) == mark.tail else None
    return None


def _end_of_last_line(fd: int, size: int) -> int:
    start = max(0, size - LONGEST_LINE)
    return start + _read(fd, start, size).rfind(b"\n") + 1


def _read(fd: int, start: int, end: int) -> bytes:
    parts = []
    while start < end and (part := os.pread(fd, min(end - start, 1 << 20), start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)
