"""LogTally: how many events and bytes an audit log holds, by key and by day, counted in one pass over its bytes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tui.audit.log.records import ENRICHED, LONGEST_LINE, decode_keys
from tui.base.typing import Optional

_WINDOW = 4096
"""How many events may be under way at once, at the least: the kernel queues the records of events that end together interleaved. An event
whose records lie further apart counts twice."""

_SYSCALL = b"type=SYSCALL "
_RECORDS = re.compile(
    rb"(?:node=[^ \n]+ )?type=(?:SYSCALL()|[A-Z0-9_]+) msg=audit\(([0-9.]+:[0-9]+)\):(.*)\n"
    rb"(?:(?:node=[^ \n]+ )?type=(?!SYSCALL )[A-Z0-9_]+ msg=audit\(\2\):.*\n)*"
)
"""The records of one event that follow each other, as auditd writes them: no other than the first is the call's."""

_EPOCH = date(1970, 1, 1).toordinal()

_Event = tuple[int, bytes, int]
"""An event as far as it has been counted: its day, its key and its bytes."""

_Records = tuple[bytes, int, Optional[bytes]]
"""Records of one event: its stamp (``time:serial``), their bytes, and the SYSCALL record among them, which tells the key."""


class LogTally:
    """Counts over audit log text that comes in pieces of any size; a line that is not ended yet is not counted, nor is one of more
    than LONGEST_LINE bytes, of which no more than that is kept.

    An *event* is all records of one ``audit(time:serial)``. Its bytes count for the key in its SYSCALL record; an event of a
    rule with several keys counts for each of them. Days are UTC.
    """

    def __init__(self) -> None:
        self.size = 0
        """Bytes of the lines that were counted, newlines included."""
        self.events = 0
        """How many events the log holds."""
        self.first_event: float | None = None
        self.last_event: float | None = None
        self._rest: bytes | None = b""
        self._underway: dict[bytes, _Event] = {}
        self._before: dict[bytes, _Event] = {}
        """Older events, of which records may still come."""
        self._events: Counter[bytes] = Counter()
        self._sizes: Counter[bytes] = Counter()
        self._days: Counter[int] = Counter()

    def feed(self, piece: bytes) -> None:
        """Count what *piece* completes."""
        first, newline, others = piece.partition(b"\n")
        self._keep(first)
        if not newline:
            return
        if self._rest is not None:
            self._count(self._line(self._rest))
        end = others.rfind(b"\n") + 1
        self._rest = b""
        self._keep(others[end:])
        self._count(self._records(others, end))

    def _records(self, text: bytes, end: int) -> Iterator[_Records]:
        """The records in the lines of *text* up to *end*: those of an event that follow each other as one, any others line by line."""
        at, match = 0, _RECORDS.match
        while at < end:
            found = match(text, at, end)
            stop = found.end() if found is not None else 0
            if found is None or stop - at > LONGEST_LINE:
                stop = text.index(b"\n", at, end) + 1
                yield from self._line(text[at : stop - 1])
            else:
                length = stop - at
                self.size += length
                is_call, stamp, said = found.groups()
                yield stamp, length, None if is_call is None else said
            at = stop

    def _line(self, line: bytes) -> Iterator[_Records]:
        length = len(line) + 1
        if length > LONGEST_LINE:
            return
        self.size += length
        start = line.find(b"msg=audit(")
        end = line.find(b"):", start)
        if start >= 0 and end >= 0:
            # Only the kernel's own record tells the key: a program's message may hold any text.
            yield line[start + 10 : end], length, line if _SYSCALL in line[:start] else None

    def _count(self, records: Iterable[_Records]) -> None:
        """Count *records*; all in one loop, which goes through 50 000 events in a full log of Debian's default."""
        events, sizes, days = self._events, self._sizes, self._days
        underway, before = self._underway, self._before
        for stamp, length, call in records:
            told = None
            if call is not None:
                head = call.partition(ENRICHED)[0]
                at = head.rfind(b" key=")
                if at >= 0:
                    told = head[at + 5 :].strip()
            event = underway.get(stamp) or before.get(stamp)
            if event is None:
                day = self._begin(stamp)
                if day is None:
                    continue
                key, size = told or b"", length
                events[key] += 1
                sizes[key] += length
                if len(underway) >= _WINDOW:
                    self._before, self._underway = before, underway = underway, {}
            else:
                day, key, size = event
                sizes[key] += length
                size += length
                if told is not None and told != key:
                    events[key] -= 1
                    events[told] += 1
                    sizes[key] -= size
                    sizes[told] += size
                    key = told
            days[day] += length
            underway[stamp] = day, key, size

    def _begin(self, stamp: bytes) -> int | None:
        """The day of a new event; None where *stamp* is none."""
        seconds, colon, _ = stamp.partition(b":")
        try:
            when = float(seconds)
        except ValueError:
            return None
        if not colon or not 0 <= when < 253402300800:  # the year 10000, past which no date is
            return None
        self.events += 1
        if self.first_event is None or when < self.first_event:
            self.first_event = when
        if self.last_event is None or when > self.last_event:
            self.last_event = when
        return int(when) // 86400

    def _keep(self, part: bytes) -> None:
        """Keep the beginning of a line until the rest of it comes; None stands for a line that is too long already."""
        if self._rest is not None:
            self._rest = self._rest + part if len(self._rest) + len(part) < LONGEST_LINE else None

    @property
    def events_by_key(self) -> Mapping[str, int]:
        """The number of events by key; events without a key are not in it."""
        return _by_key(self._events)

    @property
    def bytes_by_key(self) -> Mapping[str, int]:
        """The number of bytes by key: of all records of its events."""
        return _by_key(self._sizes)

    @property
    def bytes_by_day(self) -> Mapping[str, int]:
        """The number of bytes by UTC day (``2026-11-24``), in the order of days."""
        return {date.fromordinal(_EPOCH + day).isoformat(): size for day, size in sorted(self._days.items())}


def _by_key(raw: Counter[bytes]) -> dict[str, int]:
    result: Counter[str] = Counter()
    for value, count in raw.items():
        for key in dict.fromkeys(decode_keys(value)) if value and count else ():
            result[key] += count
    return dict(result.most_common())
