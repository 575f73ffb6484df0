"""The story of the log: three hosts with three different, true stories, and the traps between them."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audit.log.test_policy import DEBIAN, MIB
from tests.audit.log.told import GIB, NOW, advice, ids, logs, story, where
from tui.audit.inputs import LogFile, Mount
from tui.audit.log import warning_words
from tui.audit.log.advice import archiving, fitting_sizes, partition_steps, threshold_advice
from tui.audit.log.cis_linux import cis_control
from tui.audit.log.conf import Settings, conf_error, parse_conf
from tui.audit.log.conf_keys import Threshold
from tui.audit.log.growth import Growth
from tui.audit.log.partition import Partition, partition
from tui.audit.log.retention import keeper
from tui.audit.log.state import LogState
from tui.audit.log.story import log_findings
from tui.audit.log.warning_words import HOST_STOPS, HostStopKind, LogWarningKind
from tui.base.amounts import count_text, days_text, share_text, size_text

# Three hosts, three stories


def test_a_small_partition_of_its_own_on_which_debians_thresholds_cannot_work() -> None:
    told = story(place=where(40 * MIB, 37 * MIB, own=True))
    assert told.state.partition is not None
    assert told.state.partition.separate
    assert told.state.partition.mount_point == "/var/log/audit"
    assert ids(told) == ["below-admin-space-left"]
    assert told.warnings[0].text == (
        "/var/log/audit has 37 MiB free, less than admin_space_left (50 MiB). auditd has stopped recording, or will with its next "
        "record; but for a line in syslog nothing shows it."
    )
    copied = advice(told, "below-admin-space-left")
    assert "    admin_space_left = 5%" in copied
    assert "service auditd restart" in copied
    assert "HUP" not in copied  # a suspended auditd 3.0.9 crashes on it
    assert told.stops_restart is None


def test_the_advice_for_the_small_partition_mends_it() -> None:
    place = where(40 * MIB, 37 * MIB, own=True)
    lines = [line.strip() for line in advice(story(place=place), "below-admin-space-left").splitlines() if line.startswith("    ")]
    base = ["max_log_file_action = ROTATE", "admin_space_left_action = SUSPEND", "disk_full_action = SUSPEND"]
    mended = parse_conf("".join(f"{line}\n" for line in base + lines).encode(), audit_version="3.0.9")
    assert mended.starts, mended.errors
    assert ids(story(mended.settings, place)) == []


def test_a_log_that_shares_the_root_file_system() -> None:
    told = story(place=where(250 * GIB, 80 * GIB, own=False), files=logs(10))
    assert told.state.partition is not None
    assert not told.state.partition.separate
    assert told.state.bound.bounded
    assert told.state.bound.max_bytes == 40 * MIB
    assert ids(told) == ["silent-suspension", "not-separate"]
    size = "At its largest it takes under 1 % of what is free on /."
    assert told.warnings[1].text == f"The log has no partition of its own. {size}"
    assert not [warning for warning in told.warnings if told.state.partition.why in warning.text], "a fact told twice"
    steps = advice(told, "not-separate")
    assert "LABEL=audit /var/log/audit ext4" in steps
    assert "CIS Debian Linux 12 v1.1.0, 1.1.2.7.1" in steps
    assert any("20 days" in sentence for sentence in told.summary)


def test_num_logs_0_grows_until_the_disk_is_full() -> None:
    told = story(replace(DEBIAN, num_logs=0), where(250 * GIB, 20 * GIB, own=False), logs(10))
    assert not told.state.bound.bounded
    assert told.state.bound.max_bytes is None
    assert ids(told)[0] == "unbounded"
    assert "never rotates" in told.warnings[0].text
    assert "auditd stops recording in 28 years" in told.warnings[0].text
    assert "/var/lib/docker" in told.warnings[0].text
    assert "    max_log_file = 8\n    num_logs = 7\n" in advice(told, "unbounded")
    assert "CIS Debian Linux 12 v1.1.0, 6.2.2.2" in advice(told, "unbounded")


# What stops a restart


def test_an_error_in_the_file_stops_a_restart() -> None:
    conf = parse_conf(b"max_log_file=8\n", audit_version="3.0.9")
    told = log_findings(LogState(conf))
    assert told.stops_restart == conf.errors[0]
    own = conf_error(None, "Everybody may write it.", "chmod")
    assert log_findings(LogState(conf), (own,)).stops_restart == own


@pytest.mark.parametrize("action", ["halt", "single"])
def test_a_restart_that_would_take_the_host_down_is_stopped(action: str) -> None:
    settings = replace(DEBIAN, admin_space_left_action=action)
    stopped = story(settings, where(100 * MIB, 40 * MIB, own=True)).stops_restart
    assert stopped is not None
    assert stopped.place.line == 23
    assert action.upper() in stopped.text
    assert story(settings, where(100 * MIB, 60 * MIB, own=True)).stops_restart is None


# The traps between them


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"write_logs": False}, "not-written"),
        ({"local_events": False}, "not-listening"),
        ({"max_log_file": 0}, "keeps-nothing"),
        ({"max_log_file_action": "suspend"}, "suspends-by-size"),
        ({"max_log_file_action": "keep_logs"}, "unbounded"),
        ({"max_log_file_action": "ignore"}, "unbounded"),
        ({"num_logs": 1}, "unbounded"),
        ({"admin_space_left_action": "halt"}, "halt-on-admin-space-left"),
        ({"disk_error_action": "single"}, "single-on-disk-error"),
        ({"disk_full_action": "ignore"}, "disk-full-loses"),
        ({"space_left": Threshold(percent=1), "admin_space_left": Threshold(500)}, "thresholds-reversed"),
        ({"disk_full_action": "exec", "disk_full_program": "/p"}, "exec-suspends"),
        ({"num_logs": 999, "max_log_file": 100}, "bound-does-not-fit"),
    ],
)
def test_dangerous_settings_are_named(change: dict[str, object], expected: str) -> None:
    place = where(10 * GIB, 9 * GIB, own=True)
    assert expected in ids(story(replace(DEBIAN, **change), place))
    assert ids(story(place=place)) == []


def test_a_volatile_place_and_a_missing_file() -> None:
    found = partition("/var/log/audit", [Mount("/", "8:1", "ext4"), Mount("/var/log", "0:9", "tmpfs")])
    assert ids(story(place=found)) == ["silent-suspension", "volatile"]
    assert ids(log_findings(LogState(parse_conf(None))))[:2] == ["no-conf", "unbounded"]


def test_a_restart_that_would_remove_old_logs_is_told_beforehand() -> None:
    names = ("audit.log", "audit.log.1", "audit.log.5", "audit.log.6", "audit.log.8", "audit.log.7.gz")
    files = tuple(LogFile(name, MIB, NOW) for name in names)
    told = story(files=files)
    text = next(warning.text for warning in told.warnings if warning.kind == "restart-removes-logs")
    assert "audit.log.5 to audit.log.6 (2 MiB)" in text
    assert "restart-removes-logs" not in ids(story(replace(DEBIAN, num_logs=7), files=files))


def test_a_short_retention_says_whether_anything_keeps_more() -> None:
    busy = logs(10, per_day=20 * MIB)
    told = story(place=where(10 * GIB, 9 * GIB, own=True), files=busy)
    assert ids(told) == ["short-retention"]
    assert "Nothing on this host keeps it longer" in told.warnings[0].text
    assert "num_logs" in told.warnings[0].remedy


# Advice


@given(st.integers(8 * MIB, 1 << 42), st.floats(0, 1), st.booleans(), st.floats(0, 1e9))
def test_sizes_fit_wherever_they_can(size: int, share: float, own: bool, per_day: float) -> None:
    place = where(size, int(size * share), own=own)
    measured = Growth(per_day, 1.0, (), None, None, None)
    sizes = fitting_sizes(place, measured)
    assert sizes.max_log_file >= 1
    assert 2 <= sizes.num_logs <= 999
    room = min(size * 3 // 4, int(size * share)) if own else int(size * share) // 10
    assert sizes.max_bytes <= max(room, 2 * MIB)
    low, admin = (
        Threshold(percent=int(each[:-1])) if each.endswith("%") else Threshold(int(each))
        for each in (sizes.space_left, sizes.admin_space_left)
    )
    limits = [each.bytes_of(size) or 0 for each in (low, admin)]
    assert limits[0] > limits[1] or size < 20 * MIB, "auditd refuses thresholds in the other order"
    if sizes.fits:
        assert int(size * share) - sizes.max_bytes > limits[0], "a log at its largest meets no threshold"


def test_thresholds_that_can_work_have_somebody_mailed_as_the_control_named_below_them_asks() -> None:
    told = threshold_advice(fitting_sizes(where(100 * GIB, 40 * GIB, own=False), None), "debian", "12").text(
        "service auditd restart"
    )
    assert "space_left_action = EMAIL\n    action_mail_acct = root\n" in told
    assert "SYSLOG" not in told
    assert "asks that somebody is mailed" in told


def test_where_no_setting_fits_room_is_asked_for_first() -> None:
    cramped = fitting_sizes(where(100 * GIB, 3 * MIB, own=False), None)
    assert not cramped.fits
    assert threshold_advice(cramped, "debian", "12").text("service auditd restart").startswith("Make room")


def test_a_large_partition_that_others_have_filled_is_not_told_to_keep_75_mib_free() -> None:
    sizes = fitting_sizes(where(100 * GIB, 40 * MIB, own=True), None)
    assert (sizes.fits, sizes.space_left, sizes.admin_space_left) == (True, "5", "2")


def test_what_a_growing_log_ends_in_is_told_once_and_the_first_end_alone() -> None:
    settings = replace(DEBIAN, max_log_file_action="keep_logs", admin_space_left_action="halt", disk_full_action="halt")
    told = story(settings, where(10 * GIB, 250 * MIB, own=True), logs(10))
    stops = [warning.kind for warning in told.warnings if warning.kind in HOST_STOPS.values()]
    assert stops == ["halt-on-admin-space-left"]
    (unbounded,) = [warning.text for warning in told.warnings if warning.kind == "unbounded"]
    assert "At today's growth" not in unbounded, "the warning about the stop tells when"
    assert "At that rate auditd shuts this host down in 100 days." in told.summary
    suspends = story(replace(settings, admin_space_left_action="suspend"), where(10 * GIB, 250 * MIB, own=True), logs(10))
    assert "At that rate auditd stops recording in 100 days." in suspends.summary


def test_cis_numbers_only_where_they_are_known() -> None:
    found = cis_control("debian", "12", "max_log_file")
    assert found is not None
    assert (found.benchmark, found.number) == ("CIS Debian Linux 12 v1.1.0", "6.2.2.1")
    assert cis_control("rhel", "9.4", "when_low") is not None
    assert cis_control("ubuntu", "22.04", "partition") is not None
    assert cis_control("ubuntu", "20.04", "partition") is None
    assert cis_control("debian", "13", "partition") is None
    assert cis_control("", "", "partition") is None


def test_archiving_and_partitions_are_told_for_this_host() -> None:
    assert "/usr/share/doc/auditd/examples/auditd.cron" in archiving("/var/log/audit", "debian")
    assert "auditd.cron" not in archiving("/var/log/audit", "rhel")
    steps = partition_steps("/var/log/audit", 100 * MIB, "rhel", "9").text("service auditd restart")
    assert "mkfs.xfs" in steps
    assert "restorecon" in steps
    assert "6.3" not in steps
    assert "256 MiB" in steps


# Keepers


@pytest.mark.parametrize(
    ("path", "content", "kind", "keeps"),
    [
        ("/etc/audit/plugins.d/au-remote.conf", "active = yes\n", "remote", True),
        ("/etc/audit/plugins.d/au-remote.conf", "active = no\n", None, False),
        ("/etc/audit/plugins.d/syslog.conf", "active = yes\npath = /sbin/audisp-syslog\n", "syslog", True),
        ("/etc/audit/plugins.d/af_unix.conf", "active = yes\n", "plugin", False),
        ("/etc/cron.daily/auditd", "#!/bin/sh\n/sbin/auditctl --signal usr1\n", "rotation", False),
        ("/etc/cron.d/archive", "0 1 * * * root tar czf /srv/a.tgz /var/log/audit\n", "cron", True),
        ("/etc/cron.d/archive", "# /var/log/audit\n0 1 * * * root true\n", None, False),
        ("/etc/logrotate.d/audit", "/var/log/audit/*.log {\n weekly\n rotate 8\n}\n", "logrotate", True),
        ("/etc/logrotate.d/other", "/var/log/other.log {\n weekly\n rotate 8\n}\n", None, False),
    ],
)
def test_what_keeps_old_records(path: str, content: str, kind: str | None, keeps: bool) -> None:
    found = keeper(path, content, "/var/log/audit")
    assert (found.kind if found else None) == kind
    assert (found is not None and found.keeps) is keeps


def test_logrotate_tells_for_how_long() -> None:
    found = keeper("/etc/logrotate.d/audit", "/var/log/audit/audit.log {\n weekly\n rotate 8\n}\n", "/var/log/audit")
    assert found is not None
    assert found.text == "/etc/logrotate.d/audit keeps 8 files, rotated weekly: about 56 days."


# Words


def test_amounts() -> None:
    assert [size_text(value) for value in (0, 1023, 1536, 40 * MIB, 1.5 * GIB, 1 << 50)] == [
        "0 bytes",
        "1023 bytes",
        "1.5 KiB",
        "40 MiB",
        "1.5 GiB",
        "1024.0 TiB",
    ]
    assert [days_text(value) for value in (1 / 1440, 0.03, 0.25, 1.5, 12, 400, 1e6)] == [
        "1 minute",
        "43 minutes",
        "6 hours",
        "36 hours",
        "12 days",
        "400 days",
        "more than 100 years",
    ]
    assert count_text(12500) == "12,500"
    assert share_text(1, 1000) == "under 1 %"
    assert share_text(0, 10) == "0 %"


@given(
    st.builds(
        Settings,
        write_logs=st.booleans(),
        local_events=st.booleans(),
        max_log_file=st.integers(0, 100),
        num_logs=st.integers(0, 20),
        max_log_file_action=st.sampled_from(["ignore", "syslog", "suspend", "rotate", "keep_logs"]),
        space_left=st.builds(Threshold, st.integers(0, 99), st.integers(0, 99)),
        admin_space_left=st.builds(Threshold, st.integers(0, 99), st.integers(0, 99)),
        space_left_action=st.sampled_from(["ignore", "exec", "single", "halt", "suspend"]),
        admin_space_left_action=st.sampled_from(["ignore", "exec", "single", "halt", "suspend"]),
        disk_full_action=st.sampled_from(["ignore", "rotate", "halt"]),
    ),
    st.none() | st.builds(where, st.integers(1, 1 << 40), st.integers(0, 1 << 40), own=st.booleans()),
    st.floats(0, 100),
)
def test_every_host_has_a_story_in_whole_sentences(settings: Settings, place: Partition | None, days: float) -> None:
    told = story(settings, place, logs(days))
    for warning in told.warnings:
        assert warning.text[0].isalpha() or warning.text[0] == "/"
        assert warning.text.endswith("."), warning.text
    assert (told.stops_restart is not None) is any(
        action in ("halt", "single") and limit and settings.write_logs and place is not None and (place.usable_bytes or 0) < limit
        for action, limit in (
            (settings.space_left_action, settings.space_left.bytes_of(place.size_bytes if place else None)),
            (settings.admin_space_left_action, settings.admin_space_left.bytes_of(place.size_bytes if place else None)),
        )
    )


def test_each_kind_of_warning_is_worded_by_the_function_of_its_name() -> None:
    kinds = set(get_args(LogWarningKind)) - set(get_args(HostStopKind)) - {"conf-line"}
    assert {kind for kind in kinds if not callable(getattr(warning_words, kind.replace("-", "_"), None))} == set()
    assert {HOST_STOPS[key] for key in HOST_STOPS} == set(get_args(HostStopKind))
