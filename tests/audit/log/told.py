"""Logs and partitions made up for a story, and the story told of them."""

from __future__ import annotations

from dataclasses import replace

from tests.audit.log.test_policy import DEBIAN, MIB
from tui.audit.inputs import LogFile, Mount
from tui.audit.log.conf import AuditdConf, Settings
from tui.audit.log.growth import growth
from tui.audit.log.partition import Partition, partition
from tui.audit.log.policy import bounded
from tui.audit.log.state import LogState
from tui.audit.log.story import LogStory, log_findings

NOW = 1795500000.0
DAY = 86400
GIB = 1 << 30


def logs(days: float, per_day: int = 2 * MIB, events_per_day: int = 1000) -> tuple[LogFile, ...]:
    """One log that reaches back *days* until NOW."""
    return (
        LogFile(
            "audit.log",
            int(days * per_day),
            NOW,
            NOW - days * DAY,
            NOW - 60,
            int(days * events_per_day),
            {"docker": int(days * per_day / 2)},
            {"docker": int(days * events_per_day / 2)},
            {"2026-11-20": int(days * per_day / 2), "2026-11-23": int(days * per_day / 2)},
        ),
    )


def where(size: int, free: int, *, own: bool) -> Partition:
    mount = Mount("/var/log/audit" if own else "/", "7:0" if own else "8:1", "ext4", "/dev/loop0", size_bytes=size, free_bytes=free)
    mount = replace(mount, available_bytes=free)
    found = partition("/var/log/audit", [Mount("/", "8:1", "ext4", "/dev/sda1"), mount])
    assert found is not None
    return found


def story(settings: Settings = DEBIAN, place: Partition | None = None, files: tuple[LogFile, ...] = ()) -> LogStory:
    measured = growth(files, bounded(settings), place.usable_bytes if place else None, NOW) if files else None
    conf = AuditdConf(settings, lines={"admin_space_left_action": 23})
    return log_findings(LogState(conf, place, measured, (), "debian", "12", files))


def ids(told: LogStory) -> list[str]:
    return [warning.kind for warning in told.warnings]


def advice(told: LogStory, name: str) -> str:
    return next(warning.remedy for warning in told.warnings if warning.kind == name)
