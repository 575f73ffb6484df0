"""Growth of the log: measured over what it reaches back, never guessed from too little."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.log.test_policy import DEBIAN, MIB
from tests.audit.log.told import GIB, NOW, logs
from tui.audit.inputs import LogFile
from tui.audit.log.growth import Growth, growth
from tui.audit.log.policy import bounded

# Growth


def test_growth_is_measured_over_the_time_the_log_reaches_back() -> None:
    measured = growth(logs(10), bounded(DEBIAN), None, NOW)
    assert measured.bytes_per_day == pytest.approx(2 * MIB)
    assert measured.events_per_day == pytest.approx(1000)
    assert measured.retention_days == pytest.approx(20)
    assert measured.days_until_full is None
    assert measured.too_little is None
    assert measured.by_key[0].key == "docker"
    assert measured.by_key[0].events_per_day == pytest.approx(500)
    assert [day for day, _ in measured.daily] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    assert measured.daily[1][1] == 0


@pytest.mark.parametrize(
    ("files", "rate", "word"),
    [
        ((), False, "no log yet"),
        ((LogFile("audit.log", 5, NOW),), False, "not read"),
        (logs(1 / 1440), False, "too little"),
        (logs(0.2), True, "guess"),
        (logs(1.5), True, "guess"),
    ],
)
def test_too_little_history_says_so(files: tuple[LogFile, ...], rate: bool, word: str) -> None:
    measured = growth(files, bounded(DEBIAN), None, NOW)
    assert (measured.bytes_per_day is not None) is rate
    assert measured.too_little is not None
    assert word in measured.too_little


def test_unbounded_growth_tells_the_days_until_full() -> None:
    settings = replace(DEBIAN, num_logs=0)
    measured = growth(logs(10), bounded(settings), 200 * MIB, NOW)
    assert measured.days_until_full == pytest.approx(100)
    assert measured.retention_days is None


@given(st.lists(st.builds(LogFile, st.just("audit.log"), st.integers(0, GIB), st.just(NOW), *[st.none() | st.floats(0, 2e9)] * 2)))
def test_no_files_make_growth_raise(files: list[LogFile]) -> None:
    counted = [replace(file, events=3) for file in files]
    assert isinstance(growth(counted, bounded(DEBIAN), 5, NOW), Growth)


def test_what_a_rehearsal_left_in_the_log_is_no_growth() -> None:
    (file,) = logs(10)
    more = {"daw-rehearsal-12.1": MIB}
    keys = {"bytes_by_key": {**file.bytes_by_key, **more}, "events_by_key": {"daw-rehearsal-12.1": 500}}
    rehearsed = replace(file, size=file.size + MIB, events=(file.events or 0) + 500, **keys)
    measured = growth([rehearsed], bounded(DEBIAN), None, NOW)
    assert measured.bytes_per_day == pytest.approx(2 * MIB)
    assert measured.events_per_day == pytest.approx(1000)
    assert [each.key for each in measured.by_key] == ["docker"]


def test_a_wrong_clock_does_not_make_a_row_of_a_million_days() -> None:
    file = LogFile("audit.log", 10, NOW, 1.0, NOW, 2, bytes_by_day={"1970-01-01": 5, "2026-11-24": 5})
    assert len(growth([file], bounded(DEBIAN), None, NOW).daily) == 367
