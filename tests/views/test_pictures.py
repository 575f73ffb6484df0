"""Pictures in text: as wide as they may be, with every part in the legend, in ASCII where that is asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.pairs import paired
from tui.views.pictures import partition_bar, sparkline

MIB = 1 << 20


def test_a_partition_in_ascii() -> None:
    lines = partition_bar(
        100 * MIB, 50 * MIB, 20 * MIB, 42, bound_bytes=40 * MIB, space_left=25 * MIB, admin_space_left=10 * MIB, ascii_only=True
    )
    assert lines[:2] == [
        "[LLLLLLLL############....................]",
        "                             B S     A",
    ]
    assert "L audit log 20 MiB (20 %)" in lines[2]
    assert any("S space_left 25 MiB" in line for line in lines)


def test_passed_thresholds_and_a_bound_past_the_end_are_said() -> None:
    text = "\n".join(
        partition_bar(40 * MIB, 30 * MIB, 9 * MIB, 80, bound_bytes=64 * MIB, space_left=75 * MIB, admin_space_left=50 * MIB)
    )
    assert "space_left 75 MiB - less is free" in text
    assert "admin_space_left 50 MiB - less is free" in text
    assert "more than there is room for" in text


AMOUNT = st.integers(0, 1 << 44)


@given(AMOUNT, AMOUNT, AMOUNT, st.integers(0, 200), st.none() | AMOUNT, st.none() | AMOUNT, st.none() | AMOUNT, st.booleans())
def test_a_bar_fits_its_width_and_leaves_nothing_out(
    size: int, free: int, log: int, width: int, bound: int | None, low: int | None, admin: int | None, plain: bool
) -> None:
    lines = partition_bar(size, free, log, width, bound_bytes=bound, space_left=low, admin_space_left=admin, ascii_only=plain)
    assert len(lines[0]) == max(width, 20)
    assert all(len(line) <= max(width, 20) for line in lines)
    assert all(line.isascii() for line in lines) or not plain
    legend = " ".join(lines[1:])
    for word in ("audit log", "other", "free", *(["space_left"] if low else []), *(["largest"] if bound else [])):
        assert word.split()[0] in legend
    if low or admin or bound:
        letters = lines[1].replace(" ", "")
        assert sorted(letters) == sorted(["S"] * bool(low) + ["A"] * bool(admin) + ["B"] * bool(bound))
    if 0 < log <= size - free:
        assert ("L" if plain else "█") in lines[0]


def test_a_sparkline_of_a_week() -> None:
    daily = [(f"2026-11-{day:02}", amount) for day, amount in enumerate([5, 0, 100, 200, 50, 150, 100], 18)]
    assert sparkline(daily, 80, ascii_only=True)[0] == "1.59375"
    assert sparkline(daily, 80)[0] == "▁ ▄█▂▆▄"
    assert "2026-11-18 to 2026-11-24" in sparkline(daily, 80)[1]
    assert sparkline([], 80) == ["no growth to show yet"]
    assert sparkline([("2026-11-24", 0)], 80, ascii_only=True)[0] == "."


@given(st.lists(st.tuples(st.just("2026-11-24"), st.integers(0, 1 << 50)), min_size=1), st.integers(0, 60), st.booleans())
def test_a_sparkline_fits_and_its_tallest_day_is_tallest(daily: list[tuple[str, int]], width: int, plain: bool) -> None:
    lines = sparkline(daily, width, ascii_only=plain)
    shown = daily[-max(width, 20) :]
    assert len(lines[0]) == len(shown)
    assert all(len(line) <= max(width, 20) for line in lines[1:])
    assert all(line.isascii() for line in lines) or not plain
    most = max(amount for _, amount in shown)
    for sign, (_, amount) in paired(lines[0], shown):
        assert (sign == ("9" if plain else "█")) or amount < most or most == 0
        assert (sign == ("." if plain else " ")) is (amount == 0)
