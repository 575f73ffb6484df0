"""moment_of: the times that a command line may name."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tui.base.amounts import local_text, zone_text
from tui.base.moments import moment_of

NOW = 1_795_510_800.0  # 2026-11-24 09:00 UTC


@pytest.fixture(autouse=True)
def _in_vienna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90m", NOW - 5400),
        ("12h", NOW - 43_200),
        ("7d", NOW - 604_800),
        ("2w", NOW - 1_209_600),
        ("30s", NOW - 30),
        ("today", NOW - 36_000),
        ("yesterday", NOW - 36_000 - 86_400),
        ("2026-11-24", NOW - 36_000),
        ("2026-11-24T09:30", NOW - 1800),
        ("2026-11-24 09:30:10", NOW - 1790),
        ("2026-11-24T08:30Z", NOW - 1800),
        ("2026-07-01T00:00", NOW - 36_000 - 146 * 86_400 - 3_600),
        ("09:30", NOW - 1800),
    ],
)
def test_a_moment_is_local_unless_it_says_utc(text: str, moment: float) -> None:
    assert moment_of(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "x", "7", "7y", "-7d", "2026-13-01", "2026-11-24T25:00", "24:00", "tomorrow", "٧d", "99999999d"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no time"):
        moment_of(text, NOW)


def test_the_future_is_refused() -> None:
    with pytest.raises(ValueError, match="future"):
        moment_of("2026-11-25", NOW)


def test_a_moment_is_told_as_the_clock_on_the_wall_says() -> None:
    assert local_text(NOW) == "2026-11-24 10:00:00"
    assert local_text(NOW, zone=True) == "2026-11-24 10:00:00 UTC+01:00"
    assert local_text(NOW, "millisecond", zone=True) == "10:00:00.000 UTC+01:00"
    assert zone_text(NOW, NOW - 10_000_000) == "UTC+01:00/+02:00"  # a table over the change of summer time
