"""How fast the audit log grows on this host, measured from the logs that exist, and what that means in days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from tui.audit.inputs import LogFile
from tui.audit.log.policy import Bound
from tui.base.amounts import days_text, size_text
from tui.base.dataclass import dataclass

REHEARSAL_KEY = "daw-rehearsal-"
"""What a rehearsal's key begins with: its events are no growth, they come once."""

_LEAST = 1 / 24
"""Days of history below which no rate is given."""

_ENOUGH = 2.0
"""Days of history below which the rate is called a guess: it has not seen a whole day and night twice."""


@dataclass(frozen=True, slots=True)
class KeyGrowth:
    """What one key adds a day."""

    key: str
    bytes_per_day: float
    events_per_day: float


@dataclass(frozen=True, slots=True)
class Growth:
    """The measured growth of the audit log. None where it cannot be told; ``too_little`` then, or where the figures rest on little, says why.

    ``retention_days``: how long an event stays where the log is bounded. ``days_until_full``: until the partition is full where it
    is not. ``daily`` is UTC days with their bytes, without gaps, oldest first; the first and the last may be part of a day only.
    """

    bytes_per_day: float | None
    events_per_day: float | None
    by_key: tuple[KeyGrowth, ...]
    retention_days: float | None
    days_until_full: float | None
    too_little: str | None
    daily: tuple[tuple[str, int], ...] = ()


def growth(files: Sequence[LogFile], bound: Bound, free_bytes: int | None, now: float) -> Growth:
    """Growth from *files* whose history was read, until *now* (seconds since 1970). *free_bytes* is the partition's free space."""
    read = [file for file in files if file.first_event is not None and file.last_event is not None and file.events is not None]
    days: Counter[str] = Counter()
    for file in read:
        days.update(file.bytes_by_day)
    daily = _without_gaps(days)
    if not read:
        unread = any(file.size for file in files)
        why = "The logs were not read for their growth." if unread else "There is no log yet to measure growth by."
        return Growth(None, None, (), None, None, why, daily)
    first = min(file.first_event for file in read if file.first_event is not None)
    last = max(file.last_event for file in read if file.last_event is not None)
    history = (max(now, last) - first) / 86400
    if history < _LEAST:
        why = f"The log reaches back {days_text(max(history, 1 / 1440))} only, too little to tell its growth by."
        return Growth(None, None, (), None, None, why, daily)
    sizes: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for file in read:
        sizes.update(file.bytes_by_key)
        events.update(file.events_by_key)
    rehearsed = [key for key in sizes if key.startswith(REHEARSAL_KEY)]
    per_day = max(sum(_counted(file) for file in read) - sum(sizes.pop(key) for key in rehearsed), 0) / history
    events_per_day = max(sum(file.events or 0 for file in read) - sum(events.pop(key, 0) for key in rehearsed), 0) / history
    by_key = tuple(KeyGrowth(key, size / history, events[key] / history) for key, size in sizes.most_common())
    too_little = None
    if history < _ENOUGH:
        too_little = f"The log reaches back {days_text(history)} only, so the figures a day are a guess."
    elif len(read) < len([file for file in files if file.size]) or any(file.counted is not None for file in read):
        part, whole = sum(_counted(file) for file in read), sum(file.size for file in files)
        too_little = f"The figures rest on the newest {size_text(part)} of {size_text(whole)} of logs; no more was read."
    retention = bound.max_bytes / per_day if bound.bounded and bound.records_on and bound.max_bytes and per_day else None
    until_full = free_bytes / per_day if not bound.bounded and free_bytes is not None and per_day else None
    return Growth(per_day, events_per_day, by_key, retention, until_full, too_little, daily)


def _counted(file: LogFile) -> int:
    return file.size if file.counted is None else file.counted


def _without_gaps(days: Counter[str]) -> tuple[tuple[str, int], ...]:
    if not days:
        return ()
    ordinals = {date.fromisoformat(day).toordinal(): size for day, size in days.items()}
    last = max(ordinals)
    # One record with a wrong clock must not make a row of a million days.
    first = max(min(ordinals), last - 366)
    return tuple((date.fromordinal(day).isoformat(), ordinals.get(day, 0)) for day in range(first, last + 1))
