"""LogTally: how many events and bytes an audit log holds, by key and by day, counted in one pass over its bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from tui.audit.log.records import ENRICHED, LONGEST_LINE, decode_keys

_WINDOW = 4096
"""How many events may be under way at once: the kernel queues the records of events that end together interleaved. An event
whose records lie further apart counts twice."""

_EPOCH = date(1970, 1, 1).toordinal()


class _Event:
    __slots__ = ("day", "key", "size")

    def __init__(self, day: int) -> None:
        self.day = day
        self.key = b""
        self.size = 0


class _Sums:
    def __init__(self) -> None:
        self.events: Counter[bytes] = Counter()
        self.sizes: Counter[bytes] = Counter()
        self.days: Counter[int] = Counter()

    def add_event(self, event: _Event) -> None:
        self.events[event.key] += 1
        self.sizes[event.key] += event.size
        self.days[event.day] += event.size


class LogTally:
    """Counts over audit log text that comes in pieces of any size; a line that is not ended yet is not counted, nor is one of more
    than LONGEST_LINE bytes, of which no more than that is kept.

    An *event* is all records of one ``audit(time:serial)``. Its bytes count for the key in its SYSCALL record; an event of a
    rule with several keys counts for each of them. Days are UTC.
    """

    def __init__(self) -> None:
        self.size = 0
        """Bytes of the lines that were counted, newlines included."""
        self.first_event: float | None = None
        self.last_event: float | None = None
        self._rest: bytes | None = b""
        self._open: dict[bytes, _Event] = {}
        self._settled = 0
        self._sums = _Sums()

    def feed(self, piece: bytes) -> None:
        """Count what *piece* completes."""
        first, newline, others = piece.partition(b"\n")
        if not newline:
            self._keep(first)
            return
        self._keep(first)
        lines = others.split(b"\n")
        last = lines.pop()
        if self._rest is not None:
            lines.insert(0, self._rest)
        self._rest = b""
        self._keep(last)
        underway = self._open
        for line in lines:
            length = len(line) + 1
            if length > LONGEST_LINE:
                continue
            self.size += length
            start = line.find(b"msg=audit(")
            end = line.find(b"):", start)
            if start < 0 or end < 0:
                continue
            stamp = line[start + 10 : end]
            event = underway.get(stamp)
            if event is None:
                seconds, colon, _ = stamp.partition(b":")
                try:
                    when = float(seconds)
                except ValueError:
                    continue
                if not colon or not 0 <= when < 253402300800:  # the year 10000, past which no date is
                    continue
                if len(underway) >= _WINDOW:
                    self._settled += 1
                    self._sums.add_event(underway.pop(next(iter(underway))))
                event = underway[stamp] = _Event(int(when) // 86400)
                if self.first_event is None or when < self.first_event:
                    self.first_event = when
                if self.last_event is None or when > self.last_event:
                    self.last_event = when
            event.size += length
            # Only the kernel's own record tells the key: a program's message may hold any text.
            if b"type=SYSCALL " in line[:start]:
                head = line.partition(ENRICHED)[0]
                at = head.rfind(b" key=")
                if at >= 0:
                    event.key = head[at + 5 :].strip()

    def _keep(self, part: bytes) -> None:
        """Keep the beginning of a line until the rest of it comes; None stands for a line that is too long already."""
        if self._rest is not None:
            self._rest = self._rest + part if len(self._rest) + len(part) < LONGEST_LINE else None

    def _totals(self) -> _Sums:
        totals = _Sums()
        for mine, theirs in ((totals.events, self._sums.events), (totals.sizes, self._sums.sizes)):
            mine.update(theirs)
        totals.days.update(self._sums.days)
        for event in self._open.values():
            totals.add_event(event)
        return totals

    @property
    def events(self) -> int:
        """How many events the log holds."""
        return self._settled + len(self._open)

    @property
    def events_by_key(self) -> Mapping[str, int]:
        """The number of events by key; events without a key are not in it."""
        return _by_key(self._totals().events)

    @property
    def bytes_by_key(self) -> Mapping[str, int]:
        """The number of bytes by key: of all records of its events."""
        return _by_key(self._totals().sizes)

    @property
    def bytes_by_day(self) -> Mapping[str, int]:
        """The number of bytes by UTC day (``2026-11-24``), in the order of days."""
        return {date.fromordinal(_EPOCH + day).isoformat(): size for day, size in sorted(self._totals().days.items())}


def _by_key(raw: Counter[bytes]) -> dict[str, int]:
    result: Counter[str] = Counter()
    for value, count in raw.items():
        for key in dict.fromkeys(decode_keys(value)) if value else ():
            result[key] += count
    return dict(result.most_common())
