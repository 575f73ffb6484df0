"""LogTally: how many events and bytes an audit log holds, by key and by day, counted in one pass over its bytes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import compress
from operator import itemgetter, not_

from tui.audit.log.records import ENRICHED, LONGEST_LINE, decode_keys
from tui.base.typing import Optional, TypeVar

_WINDOW = 4096
"""How many events may be under way at once, at the least: the kernel queues the records of events that end together interleaved. An event
whose records lie further apart counts twice."""

_SYSCALL = b"type=SYSCALL "
_RECORDS = re.compile(
    rb"(?:node=[^ \n]+ )?type=(?:SYSCALL()|[A-Z0-9_]+) msg=audit(\([0-9.]+:[0-9]+\)):(.*)\n"
    rb"(?:(?:node=[^ \n]+ )?type=(?!SYSCALL )[A-Z0-9_]+ msg=audit\2:.*\n)*"
)
"""The records of one event that follow each other, as auditd writes them: no other than the first is the call's."""

_CALL = b"type=SYSCALL msg=audit"
_STAMP = re.compile(rb"\([0-9]{10}\.[0-9]{3}:[0-9]+\)")
"""A stamp as the kernel writes it since 2001: as bytes they are in order of time."""
_SHAPE = bytes.maketrans(b"123456789", b"000000000")
_TIME, _SECONDS = slice(1, 15), slice(1, 11)
_TAIL = 48
"""Bytes at the end of a call's record that mostly hold its key."""

_Name = TypeVar("_Name")
_EPOCH = date(1970, 1, 1).toordinal()

_Event = tuple[int, bytes, int]
"""An event as far as it has been counted: its day, its key and its bytes."""

_Records = tuple[bytes, int, Optional[bytes]]
"""Records of one event: its stamp (``(time:serial)``), their bytes, and the SYSCALL record among them, which tells the key."""


class _WholeEvents:
    """Many events that were counted together: their stamps, days, keys and bytes."""

    __slots__ = ("days", "first", "keys", "last", "sizes", "stamps")

    def __init__(self, calls: Sequence[bytes], stamps: Sequence[bytes], sizes: Sequence[int]) -> None:
        self.stamps = stamps
        self.keys = _keys(calls)
        self.sizes = sizes
        first, last = min(stamps), max(stamps)
        self.first, self.last = float(first[_TIME]), float(last[_TIME])
        day = int(first[_SECONDS]) // 86400
        same = day == int(last[_SECONDS]) // 86400
        self.days = [day] * len(stamps) if same else [int(stamp[_SECONDS]) // 86400 for stamp in stamps]

    def event(self, stamp: bytes) -> _Event:
        """One of them."""
        at = self.stamps.index(stamp)
        return self.days[at], self.keys[at], self.sizes[at]


def _keys(calls: Sequence[bytes]) -> Sequence[bytes]:
    """What each call's record, the first line of a text, tells as its key."""
    ends = [call.find(ENRICHED) for call in calls]
    if min(ends) >= _TAIL:
        tails = [call[end - _TAIL : end] for call, end in zip(calls, ends)]
        distinct = {*tails}
        keys = {tail: key for tail in distinct if (key := _key(tail)) is not None}
        if len(keys) == len(distinct):
            return [*map(keys.__getitem__, tails)]
    return [_key(call.partition(b"\n")[0]) or b"" for call in calls]


def _stamps(calls: Sequence[bytes]) -> Sequence[bytes] | None:
    """The stamp that each of *calls* begins with, None where one has none: as long as the first one's, as nearly all of a log are, or each
    as long as it is."""
    length = calls[0].find(b")") + 1
    stamps = [*map(itemgetter(slice(length)), calls)]
    alike = b"".join(stamps).translate(_SHAPE) == stamps[0].translate(_SHAPE) * len(stamps)
    if not alike:
        stamps = [call[: call.find(b")") + 1] for call in calls]
    return stamps if all(map(_STAMP.fullmatch, stamps[:1] if alike else stamps)) else None


def _lines_in(text: bytes) -> int:
    """How many lines end in *text*: ``replace`` jumps from one to the next, ``count`` looks at each byte (CPython 3.11)."""
    return len(text) - len(text.replace(b"\n", b""))


def _key(call: bytes) -> bytes | None:
    """What the kernel wrote behind ``key=`` into the record of a call, as it stands there; None where it wrote none."""
    head = call.partition(ENRICHED)[0]
    at = head.rfind(b" key=")
    return None if at < 0 else head[at + 5 :].strip()


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
        self._underway: dict[bytes, _Event | _WholeEvents] = {}
        self._before: dict[bytes, _Event | _WholeEvents] = {}
        """Older events, of which records may still come."""
        self._events: Counter[bytes] = Counter()
        self._sizes: Counter[bytes] = Counter()
        self._days: Counter[int] = Counter()

    def feed(self, piece: bytes) -> None:
        """Count what *piece* completes."""
        start = 0
        if self._rest != b"":
            start = piece.find(b"\n") + 1
            self._keep(piece[: start - 1] if start else piece)
            if not start:
                return
            if self._rest is not None:
                self._count(self._line(self._rest))
            self._rest = b""
        end = piece.rfind(b"\n") + 1
        if start < end:
            self._lines(piece[start:end])
        self._keep(piece[max(start, end) :])

    def _lines(self, text: bytes) -> None:
        """Count whole lines: events whose records follow each other, as most of a log's do, by the hundred, any others one by one."""
        node = text[: text.find(b" ") + 1] if text.startswith(b"node=") else b""
        begin = b"\n" + node + _CALL
        first, *calls = text.rsplit(begin)  # from the end: there a line's end is looked for, which is rarer than the last letter
        if not calls:
            self._count(self._records(first))
            return
        last = calls.pop()  # the records behind it may go on in another piece
        self._count(self._records(first + b"\n"))
        others = self._whole_events(calls, len(begin), _lines_in(text) - _lines_in(first) - _lines_in(last) - 1)
        self._count(self._records(b"".join([begin + call for call in (*others, last)])[1:]))

    def _whole_events(self, calls: Sequence[bytes], prefix: int, lines: int) -> Sequence[bytes]:
        """Count those of *calls* that are one event each, and return the others.

        Each is the text from a call's stamp up to *prefix* bytes before the next one's, all together *lines* lines: an event, where each
        of its lines has its stamp.
        A full log of Debian's default has 50,000 of them: what is done here for each, in Python, is most of what the log costs.
        """
        stamps = _stamps(calls) if calls else None
        if stamps is None:
            return calls
        begun, sizes = dict.fromkeys(stamps), [*map(len, calls)]
        again = len(begun) < len(calls) or not all(known.keys().isdisjoint(begun) for known in (self._underway, self._before))
        if again or max(sizes) + prefix > LONGEST_LINE:
            return calls
        stamped = [*map(bytes.count, calls, stamps)]
        others: Sequence[bytes] = ()
        if sum(stamped) != lines:
            whole = [count == call.count(b"\n") + 1 for call, count in zip(calls, stamped)]
            others = [*compress(calls, map(not_, whole))]
            calls, stamps, sizes = [*compress(calls, whole)], [*compress(stamps, whole)], [*compress(sizes, whole)]
        if calls:
            self._add(_WholeEvents(calls, stamps, [size + prefix for size in sizes]))
        return others

    def _add(self, made: _WholeEvents) -> None:
        """Count events that are new, all at once."""
        size = sum(made.sizes)
        self.size += size
        self.events += len(made.stamps)
        self._reach(made.first, made.last)
        self._events.update(made.keys)
        _add_up(self._sizes, made.keys, made.sizes, size)
        _add_up(self._days, made.days, made.sizes, size)
        self._turn()
        self._underway.update(dict.fromkeys(made.stamps, made))

    def _records(self, text: bytes) -> Iterator[_Records]:
        """The records in the lines of *text*: those of an event that follow each other as one, any others line by line."""
        at, end, match = 0, len(text), _RECORDS.match
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
            yield line[start + 9 : end + 1], length, line if _SYSCALL in line[:start] else None

    def _count(self, records: Iterable[_Records]) -> None:
        """Count *records*, in one loop: a log of records that programs write has hundreds of thousands."""
        events, sizes, days = self._events, self._sizes, self._days
        for stamp, length, call in records:
            told = None if call is None else _key(call)
            event = self._underway.get(stamp) or self._before.get(stamp)
            if event is None:
                day = self._begin(stamp)
                if day is None:
                    continue
                key, size = told or b"", length
                events[key] += 1
                sizes[key] += length
                self._turn()
            else:
                day, key, size = event.event(stamp) if isinstance(event, _WholeEvents) else event
                sizes[key] += length
                size += length
                if told is not None and told != key:
                    events[key] -= 1
                    events[told] += 1
                    sizes[key] -= size
                    sizes[told] += size
                    key = told
            days[day] += length
            self._underway[stamp] = day, key, size

    def _begin(self, stamp: bytes) -> int | None:
        """The day of a new event; None where *stamp* is none."""
        seconds, colon, _ = stamp[1:].partition(b":")
        try:
            when = float(seconds)
        except ValueError:
            return None
        if not colon or not 0 <= when < 253402300800:  # the year 10000, past which no date is
            return None
        self.events += 1
        self._reach(when, when)
        return int(when) // 86400

    def _reach(self, first: float, last: float) -> None:
        if self.first_event is None or first < self.first_event:
            self.first_event = first
        if self.last_event is None or last > self.last_event:
            self.last_event = last

    def _turn(self) -> None:
        """Forget older events where many newer ones are under way."""
        if len(self._underway) >= _WINDOW:
            self._before, self._underway = self._underway, {}

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


def _add_up(sums: Counter[_Name], names: Sequence[_Name], sizes: Sequence[int], total: int) -> None:
    if names.count(names[0]) == len(names):  # as often as not there is one day, and one key
        sums[names[0]] += total
        return
    for name, size in zip(names, sizes):
        sums[name] += size


def _by_key(raw: Counter[bytes]) -> dict[str, int]:
    result: Counter[str] = Counter()
    for value, count in raw.items():
        for key in dict.fromkeys(decode_keys(value)) if value and count else ():
            result[key] += count
    return dict(result.most_common())
