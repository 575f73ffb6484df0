"""Which runs of the journal tell no end: asked at every start, so it reads the last lines alone and imports nothing of runs."""

from __future__ import annotations

import fcntl
import os

from tui.base.bounded_reading import open_regular, read_whole

LINES = "journal.jsonl"
"""The file of a run's folder that holds its events, one JSON object a line."""
MOST_BYTES = 64 << 20
"""The longest journal that is read; a run with ten thousand rules writes 10 MiB."""
_TAIL = 4096


def without_end(state_folder: str) -> list[str]:
    """The folders of the runs that may not have ended, in no order, of which those in *state_folder* tell.

    One listing, and the last 4 KiB of each journal. Raises OSError where the journal cannot be read.
    """
    runs = os.path.join(state_folder, "runs")
    try:
        names = os.listdir(runs)
    except FileNotFoundError:
        return []
    return [folder for name in names if not _has_ended(os.path.join(folder := os.path.join(runs, name), LINES))]


def _has_ended(lines: str) -> bool:
    """Whether the run has ended, by the last whole line of its journal; False also where the tail does not show it."""
    try:
        descriptor = open_journal(lines)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        size = os.fstat(descriptor).st_size
        whole = os.pread(descriptor, _TAIL, max(0, size - _TAIL)).split(b"\n")[:-1]
    finally:
        os.close(descriptor)
    return bool(whole) and whole[-1].startswith(b'{"event": "end",')


def at_work(folder: str) -> bool | None:
    """Whether the run in *folder* lives; None where its journal has no whole line, so that it touched nothing.

    A run under way holds a lock on its own journal; the kernel lets go of it when the process dies, however it dies.
    """
    try:
        descriptor = open_journal(os.path.join(folder, LINES))
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False if b"\n" in os.pread(descriptor, MOST_BYTES, 0) else None
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def open_journal(path: str) -> int:
    """A descriptor to read *path*, a regular file and no link. Raises OSError for anything else: a FIFO would be waited for without end."""
    return open_regular(path, flags=os.O_NOFOLLOW)


def read_journal(path: str, most: int = MOST_BYTES) -> bytes:
    """The content of the regular file *path*. Raises OSError for anything else, and for one of more than *most* bytes."""
    descriptor = open_journal(path)
    try:
        return read_whole(descriptor, most, path)
    finally:
        os.close(descriptor)
