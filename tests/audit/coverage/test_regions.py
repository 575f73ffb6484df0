"""The algebra of boxes, held against membership of single events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.coverage.regions import ALL, TOP, Box, Ranges, compared, complement, meet, overlap, size, subtract

EDGES = (0, 1, 2, 5, 6, 1000, TOP - 1, TOP)
NAMES = ("auid", "uid", "exit")
values = st.sampled_from(EDGES)


@st.composite
def range_sets(draw: st.DrawFn) -> Ranges:
    edges = sorted(draw(st.sets(values, min_size=2)))
    found: list[tuple[int, int]] = []
    for low, high in zip(edges[::2], edges[1::2]):
        if not found or low > found[-1][1] + 1:
            found.append((low, high))
    return tuple(found)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    ranges = draw(st.dictionaries(st.sampled_from(NAMES), range_sets().filter(lambda found: found not in ((), ALL)), max_size=3))
    return Box(draw(st.integers(1, 7)), ranges)


events = st.tuples(st.sampled_from((1, 2, 4)), st.fixed_dictionaries(dict.fromkeys(NAMES, values)))


def contains(box: Box, event: tuple[int, dict[str, int]]) -> bool:
    call, properties = event
    return bool(box.calls & call) and all(
        any(low <= properties[str(name)] <= high for low, high in ranges) for name, ranges in box.ranges.items()
    )


def holders(found: list[Box], event: tuple[int, dict[str, int]]) -> int:
    return sum(contains(box, event) for box in found)


@given(range_sets(), values)
def test_complement(ranges: Ranges, value: int) -> None:
    inside = any(low <= value <= high for low, high in ranges)
    assert any(low <= value <= high for low, high in complement(ranges)) != inside
    assert complement(complement(ranges)) == ranges


@given(range_sets(), range_sets(), values)
def test_meet_of_ranges(one: Ranges, other: Ranges, value: int) -> None:
    both = all(any(low <= value <= high for low, high in ranges) for ranges in (one, other))
    assert any(low <= value <= high for low, high in meet(one, other)) == both


@pytest.mark.parametrize(
    ("op", "holds"),
    [
        ("=", int.__eq__),
        ("!=", int.__ne__),
        ("<", int.__lt__),
        ("<=", int.__le__),
        (">", int.__gt__),
        (">=", int.__ge__),
    ],
)
@given(value=values, wanted=values)
def test_comparisons(op: str, holds: object, value: int, wanted: int) -> None:
    assert callable(holds)
    ranges = compared(op, wanted)
    assert ranges is not None
    assert any(low <= value <= high for low, high in ranges) == holds(value, wanted)


def test_bit_operators_are_no_ranges() -> None:
    assert compared("&", 4) is None
    assert compared("&=", 4) is None


@given(boxes(), boxes(), events)
def test_meet_and_minus_divide_a_box(one: Box, other: Box, event: tuple[int, dict[str, int]]) -> None:
    both = one.meet(other)
    assert (both is not None and contains(both, event)) == (contains(one, event) and contains(other, event))
    assert holders(one.minus(other), event) == (contains(one, event) and not contains(other, event))


@given(st.lists(boxes(), max_size=4), st.lists(boxes(), max_size=3), events)
def test_subtract(minuend: list[Box], subtrahend: list[Box], event: tuple[int, dict[str, int]]) -> None:
    apart: list[Box] = []
    for box in minuend:
        apart += subtract([box], apart)
    left = subtract(apart, subtrahend)
    assert holders(left, event) == (holders(apart, event) and not holders(subtrahend, event))
    assert bool(holders(overlap(apart, subtrahend), event)) == bool(holders(apart, event) and holders(subtrahend, event))


@given(boxes())
def test_nothing_is_left_of_a_box_without_itself(box: Box) -> None:
    assert box.minus(box) == []
    assert size([box]) >= 1
