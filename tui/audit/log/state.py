"""LogState: what is known of the log and its host. What goes wrong with it is decided in warnings.py."""

from __future__ import annotations

import re

from tui.audit.inputs import LogFile
from tui.audit.log.advice import APPLY, Sizes, cis_note, fitting_sizes
from tui.audit.log.cis_linux import Topic
from tui.audit.log.conf import AuditdConf
from tui.audit.log.growth import Growth
from tui.audit.log.partition import Partition
from tui.audit.log.policy import Bound, bounded
from tui.audit.log.retention import RetentionSource
from tui.base.amounts import size_text
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.typing import Literal

SpaceAction = Literal["space_left_action", "admin_space_left_action", "disk_full_action"]
"""The settings that say what auditd does at a limit on free space, in the order in which the limits come."""
_STOPS, _SUSPENDS = ("halt", "single"), ("suspend", "exec")


@dataclass(frozen=True)
class LogState:
    """What is known of the log and its host: what warnings are judged by.

    ``partition`` None: not known; ``growth`` None: not measured; ``retention`` is what keeps records beyond auditd's own rotation; ``files``
    are the log folder's. ``restart`` is the command with which this host restarts auditd.
    """

    conf: AuditdConf
    partition: Partition | None = None
    growth: Growth | None = None
    retention: tuple[RetentionSource, ...] = ()
    os_id: str = ""
    os_version: str = ""
    files: tuple[LogFile, ...] = ()
    restart: str = APPLY

    @property
    def bound(self) -> Bound:
        """What the settings bound the log to."""
        return bounded(self.conf.settings)

    @property
    def log_bytes(self) -> int:
        """What all files of the log take now."""
        return sum(file.size for file in self.files)

    @property
    def sizes(self) -> Sizes:
        """Sizes that would fit."""
        return fitting_sizes(self.partition, self.growth, self.log_bytes)

    @property
    def free(self) -> int | None:
        """What auditd sees as free, in bytes."""
        return self.partition.usable_bytes if self.partition else None

    def limit(self, name: str) -> int | None:
        """A threshold in bytes, None where it is 0 or cannot be told."""
        threshold = self.conf.settings.space_left if name == "space_left" else self.conf.settings.admin_space_left
        return threshold.bytes_of(self.partition.size_bytes if self.partition else None) or None

    @property
    def first_end(self) -> tuple[SpaceAction, str] | None:
        """The first limit on free space at which the recording ends, and how: auditd suspends itself or takes the machine down. What
        stands behind it is not met by a log that grows: nothing is written any more."""
        settings = self.conf.settings
        at_limits: tuple[tuple[SpaceAction, int | None, str], ...] = (
            ("space_left_action", self.limit("space_left"), settings.space_left_action),
            ("admin_space_left_action", self.limit("admin_space_left"), settings.admin_space_left_action),
            ("disk_full_action", 1, settings.disk_full_action),
        )
        return next(((name, does) for name, limit, does in at_limits if limit and does in (*_STOPS, *_SUSPENDS)), None)

    def stops_from(self, name: str) -> tuple[str, ...]:
        """The settings that take the machine down at the limit or fault of *name*, and at the limits on free space behind it: where one of
        them alone is changed, the next does it."""
        settings = self.conf.settings
        limits = ("space_left_action", "admin_space_left_action", "disk_full_action")
        behind = limits[limits.index(name) :] if name in limits else (name,)
        return tuple(each for each in behind if getattr(settings, each) in _STOPS)

    @property
    def stop_words(self) -> str:
        """What low space makes of the machine, from which limit on, as the rest of a sentence; "" where it goes on running."""
        name, does = self.first_end or ("disk_full_action", "")
        if does not in _STOPS or not self.conf.settings.write_logs:
            return ""
        limit = self.limit(name.removesuffix("_action")) if name != "disk_full_action" else None
        what = "shuts this host down" if does == "halt" else "takes this host to single user mode"
        return f"auditd {what} {f'below {size_text(limit)}' if limit else 'once it is full'}"

    @property
    def days_to_end(self) -> tuple[float, str] | None:
        """In how many days a log without bound comes to its end at today's growth, and what that is; None where it cannot be told."""
        rate = self.growth.bytes_per_day if self.growth else None
        name, does = self.first_end or ("disk_full_action", "")
        room = self.room_above(name)
        if self.bound.bounded or not rate or room is None or self.partition is None:
            return None
        ends = {"halt": "auditd shuts this host down", "single": "auditd takes this host to single user mode"}
        full = f"{clean(self.partition.mount_point)} is full"
        return room / rate, ends.get(does, "auditd stops recording" if does in _SUSPENDS else full)

    def may_fill(self, room: int) -> bool:
        """Whether the log by itself may take *room* bytes more."""
        most = self.bound.max_bytes
        return not self.bound.bounded or (most is not None and most > room + self.log_bytes)

    def room_above(self, name: str) -> int | None:
        """The bytes that may still be written before the limit of the setting *name* is met; None where that cannot be told."""
        limit = {"disk_full_action": 0, "disk_error_action": None}.get(name, self.limit(name.removesuffix("_action")))
        return None if self.free is None or limit is None else max(self.free - limit, 0)

    def cis(self, topic: Topic) -> str:
        """What CIS Linux says about *topic* for this host."""
        return cis_note(self.os_id, self.os_version, topic)

    @property
    def removed_at_start(self) -> tuple[int, ...]:
        """The sizes of the rotated files that num_logs no longer allows, from the first. auditd removes audit.log.N, N+1, … without a gap
        at every start (check_excess_logs in src/auditd-event.c)."""
        settings = self.conf.settings
        if settings.max_log_file_action != "rotate" or settings.num_logs < 2:
            return ()
        name = re.escape(settings.log_file.rpartition("/")[2])
        numbers = {
            int(match[1]): file.size for file in self.files if (match := re.fullmatch(name + r"\.([1-9]\d{0,8})", file.name))
        }
        gone, number = [], settings.num_logs
        while number in numbers:
            gone.append(numbers[number])
            number += 1
        return tuple(gone)
