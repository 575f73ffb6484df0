"""Which runs of the journal tell no end: asked at every start, so it reads the last lines alone and imports nothing of runs."""

from __future__ import annotations

import os
from pathlib import Path

LINES = "journal.jsonl"
"""The file of a run's folder that holds its events, one JSON object a line."""
_TAIL = 4096


def without_end(state_folder: Path) -> list[Path]:
    """The folders of the runs that may not have ended, in no order. Raises OSError where the journal cannot be read."""
    folder = state_folder / "runs"
    return [entry for entry in folder.iterdir() if not _has_ended(entry / LINES)] if folder.is_dir() else []


def _has_ended(lines: Path) -> bool:
    """Whether the last whole line tells the end; False also where the tail does not show it."""
    try:
        with open(lines, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            whole = file.read().split(b"\n")[:-1]
    except (FileNotFoundError, NotADirectoryError):
        return False
    return bool(whole) and whole[-1].startswith(b'{"event": "end",')
