"""Sets of events as unions of boxes over independent properties (the call, ids, exit value, ...), met and subtracted exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping

from tui.base.dataclass import dataclass, field

TOP = 0xFFFFFFFF
"""The largest value of a property: everything the audit filters compare is an unsigned 32-bit number."""

Ranges = tuple[tuple[int, int], ...]
"""Values as inclusive ranges: ascending, apart from each other, none empty."""

ALL: Ranges = ((0, TOP),)


def complement(ranges: Ranges) -> Ranges:
    """Every value that *ranges* leaves out."""
    gaps = []
    start = 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= TOP:
        gaps.append((start, TOP))
    return tuple(gaps)


def meet(one: Ranges, other: Ranges) -> Ranges:
    """The values in both."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    found: list[tuple[int, int]] = []
    for low, high in shorter:
        start, end = bisect_left(longer, (low,)), bisect_right(longer, (high, TOP))
        if start and longer[start - 1][1] >= low:
            start -= 1
        if start < end:
            part = list(longer[start:end])
            part[0] = (max(low, part[0][0]), part[0][1])
            part[-1] = (part[-1][0], min(high, part[-1][1]))
            found += part
    return tuple(found)


def compared(op: str, value: int) -> Ranges | None:
    """The values for which the kernel's ``audit_comparator`` holds; None for the bit operators, which are no ranges."""
    if op == "=":
        return ((value, value),)
    if op == "!=":
        return complement(((value, value),))
    if op == "<":
        return ((0, value - 1),) if value else ()
    if op == "<=":
        return ((0, value),)
    if op == ">":
        return ((value + 1, TOP),) if value < TOP else ()
    return ((value, TOP),) if op == ">=" else None


@dataclass(frozen=True, slots=True)
class Box:
    """The events made by one of ``calls`` (a bit mask over the calls of one access) with each property in its ``ranges``.

    A property that ``ranges`` does not name may have any value; none is named with :data:`ALL` or with nothing.
    """

    calls: int
    ranges: Mapping[Hashable, Ranges] = field(default_factory=dict)

    def meet(self, other: Box) -> Box | None:
        """The events in both, None for none."""
        calls = self.calls & other.calls
        if not calls:
            return None
        ranges = dict(self.ranges)
        for name, wanted in other.ranges.items():
            both = meet(ranges[name], wanted) if name in ranges else wanted
            if not both:
                return None
            ranges[name] = both
        return Box(calls, ranges)

    def minus(self, other: Box) -> list[Box]:
        """The events of this box that are not in *other*, as boxes apart from each other."""
        calls = self.calls & other.calls
        if not calls:
            return [self]
        rest = [Box(self.calls & ~other.calls, self.ranges)] if self.calls & ~other.calls else []
        inside = dict(self.ranges)
        for name, taken in other.ranges.items():
            have = inside.get(name, ALL)
            both = meet(have, taken)
            if not both:
                return [self]
            if both != have:
                rest.append(Box(calls, {**inside, name: meet(have, complement(taken))}))
            inside[name] = both
        return rest


def subtract(boxes: Iterable[Box], taken: Iterable[Box]) -> list[Box]:
    """What is left of the union of *boxes* without that of *taken*; apart from each other where *boxes* are."""
    left = list(boxes)
    for other in taken:
        left = [piece for box in left for piece in box.minus(other)]
    return left


def overlap(boxes: Iterable[Box], taken: Iterable[Box]) -> list[Box]:
    """What *boxes* and *taken* have in common; apart from each other where both are."""
    others = list(taken)
    return [both for box in boxes for other in others if (both := box.meet(other)) is not None]


def size(boxes: Iterable[Box]) -> int:
    """How many ranges it takes to write the boxes down: the cost of working on with them."""
    return sum(1 + sum(len(ranges) for ranges in box.ranges.values()) for box in boxes)
