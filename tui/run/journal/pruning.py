"""Pruning of the journal: which runs may be taken out of it, and taking them out. By hand alone: the journal is what an undo goes by."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence

from tui.base.dataclass import dataclass
from tui.host.port import Host
from tui.run.journal.run_records import RunRecord
from tui.run.journal.unfinished import LINES


@dataclass(frozen=True, slots=True)
class Pruning:
    """What a pruning would do, oldest run first: the runs that go, and those beyond the number that stay nevertheless, each with why."""

    goes: tuple[RunRecord, ...]
    stays: tuple[tuple[RunRecord, str], ...]


def choose(records: Sequence[RunRecord], keep: int, needed: Callable[[RunRecord], bool]) -> Pruning:
    """What pruning *records*, newest first as the journal gives them, down to the newest *keep* would do; *needed*: an undo could still take
    the run's change back.

    A run also stays that did not finish or is at work, that is the last one to have written a file, or that undid one that stays: without
    it that one would seem never to have been undone.
    """
    last: dict[str, str] = {}
    for record in records:
        for path in _written(record):
            last.setdefault(path, record.run)
    goes: list[RunRecord] = []
    stays: list[tuple[RunRecord, str]] = []
    kept = {record.run for record in records[:keep]}
    for record in reversed(records[keep:]):  # the oldest first: what undid it comes after it
        why = _why_it_stays(record, last, kept, needed)
        if why:
            stays.append((record, why))
            kept.add(record.run)
        else:
            goes.append(record)
    return Pruning(tuple(goes), tuple(stays))


def _why_it_stays(record: RunRecord, last: dict[str, str], kept: set[str], needed: Callable[[RunRecord], bool]) -> str:
    if record.running:
        return "it is at work"
    if record.unfinished:
        return "it did not finish"
    if needed(record):
        return "undo can still take its change back"
    written = [path for path, run in last.items() if run == record.run]
    if written:
        return f"it is the last run that wrote {written[0]}"
    if undid := [run for run in record.undid if run in kept]:
        return f"it undid {undid[0]}, which stays"
    return ""


def _written(record: RunRecord) -> tuple[str, ...]:
    """The files that a run was to replace."""
    return tuple(str(swap.get("path", "")) for swap in record.events[0]["work"]["swaps"] if isinstance(swap, dict))


def remove(host: Host, records: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """Take *records* out of the journal of *host*, whose run lock is held, and tell the system's log; those that are gone, all of them unless
    OSError is raised.

    The lines of a run go first: what a crash in between leaves is a folder that nobody takes for a run.
    """
    gone: list[RunRecord] = []
    try:
        for record in records:
            if record.folder.is_symlink():
                raise NotADirectoryError(f"{record.folder} is a link; nobody but you should have put it there, so look at it first")
            os.unlink(record.folder / LINES)
            shutil.rmtree(record.folder)
            gone.append(record)
    finally:
        if gone:
            host.write_system_log(
                f"pruned the journal of {len(gone)} runs, {gone[0].run} to {gone[-1].run}, by {host.actor().text}"
            )
    return tuple(gone)
