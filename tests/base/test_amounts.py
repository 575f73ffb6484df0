"""Amounts and lists in sentences."""

from __future__ import annotations

import pytest

from tui.base.amounts import duration_text, first_of, listed, local_text, utc_milliseconds


@pytest.mark.parametrize(
    ("things", "text"),
    [("", ""), ("a", "a"), ("abc", "a, b, c"), ("abcd", "a, b, c and 1 more"), ("abcde", "a, b, c and 2 more")],
)
def test_the_first_of_many(things: str, text: str) -> None:
    assert first_of(things) == text


def test_the_first_of_many_with_what_is_between_them() -> None:
    assert first_of(["-w /a", "-w /b", "-w /c"], 2, "; ") == "-w /a; -w /b and 1 more"


@pytest.mark.parametrize(("things", "text"), [("", ""), ("a", "a"), ("ab", "a and b"), ("abc", "a, b and c")])
def test_a_list(things: str, text: str) -> None:
    assert listed(things) == text


@pytest.mark.parametrize("thousandths", range(0, 1000, 7))
def test_a_record_s_time_keeps_its_milliseconds(thousandths: int) -> None:
    moment = float(f"1795510801.{thousandths:03d}")
    assert utc_milliseconds(moment) == f"2026-11-24T09:00:01.{thousandths:03d}Z"
    assert local_text(moment, "millisecond") == f"09:00:01.{thousandths:03d}"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "no time"), (0.01, "10 ms"), (0.574, "570 ms"), (1.04, "1.0 s"), (120, "2 minutes")]
)
def test_a_span_of_seconds_has_no_more_figures_than_are_known(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
