"""Reads what another recorder than auditd wrote since a moment: its file, across rotations, or the entries of the systemd journal."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable

from tui.host.live.commands import run_command
from tui.host.live.log_tail import log_mark, log_since
from tui.host.port import LogMark, LogPiece
from tui.host.recorder import JOURNAL_RECORDS, RecordPlace
from tui.host.recorder_formats import JOURNALS_FIELDS, from_journal

_JOURNALCTL = "/usr/bin/journalctl"
_JOURNAL_SECONDS = 5.0


def tail(place: RecordPlace) -> tuple[Callable[[], LogMark], Callable[[LogMark], LogPiece]]:
    """The end of *place* now, and what came after such an end. Both raise OSError where it cannot be read."""
    if not place.path:
        return _journal(place.journal)
    path = _newest(place.path) if place.dated else place.path
    return lambda: log_mark(path), lambda mark: log_since(path, mark)


def _newest(start: str) -> str:
    """The file last written of those whose name begins with *start*, *start* itself where there is none."""
    folder, _, name = start.rpartition("/")
    with os.scandir(folder) as entries:
        found = [
            (entry.stat(follow_symlinks=False).st_mtime, entry.path)
            for entry in entries
            if entry.name.startswith(name) and entry.is_file(follow_symlinks=False)
        ]
    return max(found, default=(0.0, start))[1]


def _journal(matches: tuple[str, ...]) -> tuple[Callable[[], LogMark], Callable[[LogMark], LogPiece]]:
    of_kernel = matches == JOURNAL_RECORDS
    output = ("--output=json", f"--output-fields={','.join(JOURNALS_FIELDS)}") if of_kernel else ("--output=cat",)
    since = int(time.time())  # whole seconds: a number of a process does not come again so soon

    def piece(mark: LogMark) -> LogPiece:
        argv = (_JOURNALCTL, "--quiet", "--no-pager", *output, f"--since=@{since}", *matches)
        result = run_command(argv, timeout=_JOURNAL_SECONDS)
        if result.exit_code != 0:
            raise OSError(errno.EIO, result.output.strip().partition("\n")[0] or f"journalctl: {result.state}")
        entries = result.output.encode("utf-8", "surrogateescape")
        return LogPiece(from_journal(entries) if of_kernel else entries, mark)

    return lambda: LogMark(0, 0, 0), piece
