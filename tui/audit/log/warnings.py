"""warnings_of(): which of the things that go wrong with an audit log go wrong on this host. The sentences are in warning_words.py."""

from __future__ import annotations

from collections.abc import Iterator

from tui.audit.log import silence
from tui.audit.log import warning_words as words
from tui.audit.log.state import LogState
from tui.audit.log.warning_words import LogWarning

_SHORT_DAYS = 7.0
"""Retention below this is said to be short: a week-end is over before anybody looks."""
_LIMIT_ACTIONS: tuple[words.LimitAction, ...] = (
    "space_left_action",
    "admin_space_left_action",
    "disk_full_action",
    "disk_error_action",
)


def warnings_of(state: LogState) -> Iterator[LogWarning]:
    """Everything that will go wrong, the worst first."""
    settings = state.conf.settings
    if not state.conf.present:
        yield words.no_conf(state)
    yield from _of_stops(state)
    yield from _not_recording(state)
    yield from _of_thresholds(state)
    yield from _of_growth(state)
    yield from _of_programs(state)
    yield from _of_place(state)
    if gone := state.removed_at_start:
        yield words.restart_removes_logs(state, gone)
    yield from state.conf.notes
    if settings.disk_full_action in ("ignore", "syslog") and settings.write_logs:
        yield words.disk_full_loses(state)


def _not_recording(state: LogState) -> Iterator[LogWarning]:
    settings = state.conf.settings
    if text := silence.not_written(settings):
        yield words.not_written(state, text)
    if text := silence.not_listening(settings):
        yield words.not_listening(state, text)
    if settings.write_logs and settings.max_log_file_action == "suspend":
        yield words.suspends_by_size(state)
    if settings.write_logs and settings.max_log_file_action == "rotate" and settings.num_logs > 1 and not settings.max_log_file:
        yield words.keeps_nothing(state)


def _of_thresholds(state: LogState) -> Iterator[LogWarning]:
    partition, free = state.partition, state.free
    if not state.conf.settings.write_logs or partition is None or free is None:
        return
    admin, low = state.limit("admin_space_left"), state.limit("space_left")
    most = state.bound.max_bytes if state.bound.bounded and state.bound.records_on else None
    room = free + state.log_bytes - (admin or 0)
    if text := silence.below_admin_space_left(state.conf.settings, partition):
        yield words.below_admin_space_left(state, text)
    elif low is not None and free < low:
        yield words.below_space_left(state, partition, free, low)
    elif most and most > room:
        yield words.bound_does_not_fit(state, partition, most, room)
    if low is not None and admin is not None and low <= admin:
        yield words.thresholds_reversed(state, low, admin)


def _of_growth(state: LogState) -> Iterator[LogWarning]:
    partition = state.partition
    days = state.growth.retention_days if state.growth else None
    if not state.bound.bounded:
        yield words.unbounded(state)
    elif days is not None and days < _SHORT_DAYS:
        yield words.short_retention(state, days)
    if partition is not None and not partition.dedicated and state.first_end is not None and state.first_end[1] == "suspend":
        yield words.silent_suspension(state, partition)


def _of_stops(state: LogState) -> Iterator[LogWarning]:
    """The setting by which low space takes the machine down, where that is what low space does first, and the one by which a fault does."""
    for name in _LIMIT_ACTIONS:
        action = getattr(state.conf.settings, name)
        met = name == "disk_error_action" or (state.first_end is not None and state.first_end[0] == name)
        if action in ("halt", "single") and state.conf.settings.write_logs and met:
            yield words.stops_host(state, name, action)


def _of_programs(state: LogState) -> Iterator[LogWarning]:
    for name in _LIMIT_ACTIONS:
        if getattr(state.conf.settings, name) == "exec":
            yield words.exec_suspends(name, str(getattr(state.conf.settings, name.removesuffix("_action") + "_program")))


def _of_place(state: LogState) -> Iterator[LogWarning]:
    partition = state.partition
    if partition is None:
        return
    if partition.volatile:
        yield words.volatile(state, partition)
    elif not partition.dedicated:
        yield words.not_separate(state, partition)
    for note in partition.notes:
        yield words.file_system(note)
