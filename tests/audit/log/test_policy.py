"""How large the log gets and what happens at its limits: 18 settings as they were measured with auditd 3.0.9."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.log.conf import Action, Settings, SizeAction
from tui.audit.log.conf_keys import Threshold
from tui.audit.log.policy import RESUME, bounded, consequences

MIB = 1 << 20
DEBIAN = Settings(
    max_log_file=8,
    max_log_file_action="rotate",
    num_logs=5,
    space_left=Threshold(75),
    space_left_action="syslog",
    admin_space_left=Threshold(50),
    admin_space_left_action="suspend",
    disk_full_action="suspend",
    disk_error_action="suspend",
)


@pytest.mark.parametrize(
    ("action", "size", "number", "is_bounded", "most", "records_on"),
    [
        # 3 MiB of records were written with each, at max_log_file 1 where not 0
        ("rotate", 1, 5, True, 5 * MIB, True),
        ("rotate", 1, 3, True, 3 * MIB, True),
        ("rotate", 1, 2, True, 2 * MIB, True),
        ("rotate", 1, 1, False, None, True),
        ("rotate", 1, 0, False, None, True),
        ("rotate", 8, 999, True, 8 * 999 * MIB, True),
        ("keep_logs", 1, 2, False, None, True),
        ("ignore", 1, 5, False, None, True),
        ("syslog", 1, 5, False, None, True),
        ("suspend", 1, 5, True, MIB, False),
        ("suspend", 0, 5, True, 0, False),
    ],
)
def test_the_bound(action: SizeAction, size: int, number: int, is_bounded: bool, most: int | None, records_on: bool) -> None:
    bound = bounded(replace(DEBIAN, max_log_file_action=action, max_log_file=size, num_logs=number))
    assert (bound.bounded, bound.max_bytes, bound.records_on) == (is_bounded, most, records_on)
    assert bound.why.endswith(".")


def test_a_limit_of_0_rotates_everything_away() -> None:
    bound = bounded(replace(DEBIAN, max_log_file=0))
    assert bound.bounded
    assert not bound.records_on
    assert bound.max_bytes is not None
    assert bound.max_bytes < MIB


def test_what_is_compiled_in_limits_nothing() -> None:
    assert not bounded(Settings()).bounded


def test_nothing_written_takes_no_space() -> None:
    bound = bounded(replace(DEBIAN, write_logs=False))
    assert (bound.bounded, bound.max_bytes, bound.records_on) == (True, 0, False)
    assert consequences(replace(DEBIAN, write_logs=False))[0].blinds


def test_debian_as_shipped() -> None:
    told = {found.moment: found for found in consequences(DEBIAN)}
    assert "audit.log.4 is gone" in told["rotation"].text
    assert told["space-left"].text == "Below 75 MiB of free space (space_left) auditd only writes a line to syslog."
    assert not told["space-left"].blinds
    for moment in ("admin-space-left", "disk-full", "disk-error"):
        assert told[moment].blinds
        assert "suspends itself and records nothing" in told[moment].text
    assert ["--signal USR2" in found.text for found in told.values()].count(True) == 1  # what that means is told once
    assert not any(found.stops_host for found in told.values())


@pytest.mark.parametrize(
    ("action", "end"),
    [
        ("halt", "shuts this machine down, at once and without asking."),
        ("single", "puts this machine into single user mode: network logins and services, Docker too, end."),
    ],
)
def test_an_action_that_takes_the_host_down_is_called_so(action: Action, end: str) -> None:
    told = {found.moment: found for found in consequences(replace(DEBIAN, admin_space_left_action=action))}
    assert told["admin-space-left"].stops_host
    assert told["admin-space-left"].text == f"Below 50 MiB of free space (admin_space_left) auditd {end}"


def test_percentages_are_of_this_partition() -> None:
    settings = replace(DEBIAN, space_left=Threshold(percent=25))
    assert consequences(settings, 1024 * MIB)[1].text.startswith("Below 256 MiB of free space (space_left) ")
    assert consequences(settings)[1].text.startswith("Below 25% of the partition of free space (space_left) ")
    assert Threshold(percent=25).bytes_of(1023 * MIB) == 255 * MIB  # whole MiB, as auditd calculates it


def test_rotate_without_files_to_rotate_does_nothing() -> None:
    settings = replace(DEBIAN, num_logs=1, disk_full_action="rotate")
    told = consequences(settings)[3].text
    assert told == "With no space left auditd would rotate, but with num_logs 1 it cannot: nothing happens."


ACTIONS = st.sampled_from(["ignore", "syslog", "rotate", "email", "exec", "suspend", "single", "halt"])


@given(
    st.builds(
        Settings,
        write_logs=st.booleans(),
        max_log_file=st.integers(0, 100),
        num_logs=st.integers(0, 999),
        max_log_file_action=st.sampled_from(["ignore", "syslog", "suspend", "rotate", "keep_logs"]),
        space_left=st.builds(Threshold, st.integers(0, 99), st.integers(0, 99)),
        space_left_action=ACTIONS,
        admin_space_left_action=ACTIONS,
        disk_full_action=ACTIONS,
        disk_error_action=ACTIONS,
    ),
    st.none() | st.integers(0, 1 << 40),
)
def test_every_setting_has_its_sentences(settings: Settings, size: int | None) -> None:
    told = consequences(settings, size)
    assert [found.moment for found in told][:1] == ["rotation"]
    assert len(told) == (5 if settings.write_logs else 1)
    assert all(found.text.endswith((".", f"({RESUME}).")) and "\n" not in found.text for found in told)
    assert all(found.blinds or found.stops_host or "stops recording" not in found.text for found in told)
    assert (bounded(settings).max_bytes is None) is (not bounded(settings).bounded)
