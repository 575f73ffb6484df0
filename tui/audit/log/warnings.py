"""What will go wrong with the audit log on this host: each warning with this host's figures and what mends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from tui.audit.inputs import LogFile
from tui.audit.log.advice import (
    Advice,
    Sizes,
    archiving,
    bound_advice,
    cis_note,
    fitting_sizes,
    partition_steps,
    threshold_advice,
)
from tui.audit.log.cis_linux import Topic
from tui.audit.log.conf import AuditdConf, ConfNoteKind
from tui.audit.log.growth import Growth
from tui.audit.log.partition import Partition
from tui.audit.log.policy import RESUME, Bound, bounded
from tui.audit.log.retention import RetentionSource
from tui.audit.log.silence import below_admin_space_left, not_listening, not_written
from tui.base.amounts import days_text, share_text, size_text
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.notice import Notice

_SHORT_DAYS = 7.0
"""Retention below this is said to be short: a week-end is over before anybody looks."""


HostStopKind = Literal[
    "halt-on-space-left",
    "halt-on-admin-space-left",
    "halt-on-disk-full",
    "halt-on-disk-error",
    "single-on-space-left",
    "single-on-admin-space-left",
    "single-on-disk-full",
    "single-on-disk-error",
]
"""Which action of auditd takes the machine down, and when."""
HOST_STOPS: Mapping[tuple[str, str], HostStopKind] = {
    ("halt", "space_left_action"): "halt-on-space-left",
    ("halt", "admin_space_left_action"): "halt-on-admin-space-left",
    ("halt", "disk_full_action"): "halt-on-disk-full",
    ("halt", "disk_error_action"): "halt-on-disk-error",
    ("single", "space_left_action"): "single-on-space-left",
    ("single", "admin_space_left_action"): "single-on-admin-space-left",
    ("single", "disk_full_action"): "single-on-disk-full",
    ("single", "disk_error_action"): "single-on-disk-error",
}
LogWarningKind = Literal[
    HostStopKind,
    ConfNoteKind,
    "no-conf",
    "disk-full-loses",
    "not-written",
    "not-listening",
    "suspends-by-size",
    "keeps-nothing",
    "below-admin-space-left",
    "below-space-left",
    "bound-does-not-fit",
    "thresholds-reversed",
    "unbounded",
    "short-retention",
    "silent-suspension",
    "exec-suspends",
    "volatile",
    "not-separate",
    "file-system",
    "restart-removes-logs",
]


@dataclass(frozen=True)
class LogState:
    """What is known of the log and its host: what warnings are judged by.

    ``partition`` None: not known; ``growth`` None: not measured; ``retention`` is what keeps records beyond auditd's own rotation; ``files``
    are the log folder's.
    """

    conf: AuditdConf
    partition: Partition | None = None
    growth: Growth | None = None
    retention: tuple[RetentionSource, ...] = ()
    os_id: str = ""
    os_version: str = ""
    files: tuple[LogFile, ...] = ()

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

    def warnings(self) -> Iterator[Notice[LogWarningKind]]:
        """Everything that will go wrong, the worst first."""
        settings = self.conf.settings
        if not self.conf.present:
            yield Notice(
                "no-conf",
                "There is no /etc/audit/auditd.conf: auditd runs with what is compiled in, which limits nothing and reports nothing.",
                str(bound_advice(self.sizes, self.growth, self.os_id, self.os_version)),
            )
        yield from self._not_recording()
        yield from self._thresholds()
        yield from self._growing()
        yield from self._host_stops()
        yield from self._place()
        yield from self._excess()
        yield from self.conf.notes
        if settings.disk_full_action in ("ignore", "syslog") and settings.write_logs:
            yield Notice(
                "disk-full-loses",
                f"disk_full_action is {settings.disk_full_action.upper()}: with a full disk events are lost, and only syslog says so.",
                str(Advice(("disk_full_action = ROTATE",), "The oldest file goes first.", self.cis("when_full")))
                if settings.num_logs > 1
                else "",
            )

    def cis(self, topic: Topic) -> str:
        """What CIS Linux says about *topic* for this host."""
        return cis_note(self.os_id, self.os_version, topic)

    def _not_recording(self) -> Iterator[Notice[LogWarningKind]]:
        settings = self.conf.settings
        if text := not_written(settings):
            line = "log_format = ENRICHED" if settings.log_format == "nolog" else "write_logs = yes"
            yield Notice("not-written", text, str(Advice((line,), "auditd writes events to its log.")))
        if text := not_listening(settings):
            advice = Advice(("local_events = yes",), "auditd takes this host's own events.")
            yield Notice("not-listening", text, str(advice))
        if settings.write_logs and settings.max_log_file_action == "suspend":
            yield Notice(
                "suspends-by-size",
                f"max_log_file_action is SUSPEND: once audit.log has {settings.max_log_file} MiB auditd stops recording without a sign.",
                str(bound_advice(self.sizes, self.growth, self.os_id, self.os_version)),
            )
        if settings.write_logs and settings.max_log_file_action == "rotate" and settings.num_logs > 1 and not settings.max_log_file:
            yield Notice(
                "keeps-nothing",
                "max_log_file is 0: auditd rotates at nearly every record, and the log keeps only the last few of them.",
                str(bound_advice(self.sizes, self.growth, self.os_id, self.os_version)),
            )

    def _thresholds(self) -> Iterator[Notice[LogWarningKind]]:
        settings = self.conf.settings
        if not settings.write_logs or self.partition is None or self.free is None:
            return
        admin, low = self.limit("admin_space_left"), self.limit("space_left")
        advice = str(threshold_advice(self.sizes, self.os_id, self.os_version))
        where = clean(self.partition.mount_point)
        if text := below_admin_space_left(settings, self.partition):
            yield Notice("below-admin-space-left", text, advice)
        elif low is not None and self.free < low:
            yield Notice(
                "below-space-left",
                f"{where} has {size_text(self.free)} free, less than space_left ({size_text(low)}): auditd does "
                f"{settings.space_left_action.upper()} already.",
                advice,
            )
        elif self.bound.bounded and self.bound.records_on and self.bound.max_bytes:
            room = self.free + self.log_bytes - (admin or 0)
            if self.bound.max_bytes > room:
                does = settings.admin_space_left_action if admin else settings.disk_full_action
                yield Notice(
                    "bound-does-not-fit",
                    f"The log may grow to {size_text(self.bound.max_bytes)}, but {where} has only {size_text(max(room, 0))} for it above "
                    f"{'admin_space_left' if admin else 'nothing'}: before auditd drops its oldest file it does {does.upper()}.",
                    advice,
                )
        if low is not None and admin is not None and low <= admin:
            yield Notice(
                "thresholds-reversed",
                f"On this partition space_left is {size_text(low)} and admin_space_left {size_text(admin)}: the warning never comes first.",
                advice,
            )

    def _growing(self) -> Iterator[Notice[LogWarningKind]]:
        settings = self.conf.settings
        advice = str(bound_advice(self.sizes, self.growth, self.os_id, self.os_version))
        if not self.bound.bounded:
            until = ""
            if self.growth is not None and self.growth.days_until_full is not None:
                until = f" At today's growth {clean(self.partition.mount_point) if self.partition else 'the partition'} is full in "
                until += f"{days_text(self.growth.days_until_full)}."
            fills = ""
            if self.partition is not None and self.partition.shares:
                fills = f" It fills {clean(self.partition.shared_with)}."
            yield Notice("unbounded", self.bound.why + until + fills, advice)
        elif self.growth is not None and self.growth.retention_days is not None and self.growth.retention_days < _SHORT_DAYS:
            sizes = self.sizes
            better = sizes.max_bytes > (self.bound.max_bytes or 0)
            kept = any(source.keeps for source in self.retention)
            yield Notice(
                "short-retention",
                f"At today's growth an event stays {days_text(self.growth.retention_days)} in the log before it is dropped"
                + ("; something on this host keeps it longer." if kept else ", and nothing keeps it longer."),
                advice if better else archiving(settings.log_folder, self.os_id),
            )
        if (
            self.partition is not None
            and not self.partition.dedicated
            and "suspend"
            in (
                settings.admin_space_left_action,
                settings.disk_full_action,
            )
        ):
            yield Notice(
                "silent-suspension",
                f"The log is not alone on {clean(self.partition.mount_point)}: whatever else fills it makes auditd suspend itself; "
                "then nothing is recorded, and nothing but one line in syslog says so.",
                str(
                    Advice(
                        ("space_left_action = EMAIL", "action_mail_acct = root"),
                        "Somebody is told before it comes to that (needs a working /usr/lib/sendmail); a partition of its own avoids it.",
                        self.cis("when_low"),
                    )
                ),
            )

    def _host_stops(self) -> Iterator[Notice[LogWarningKind]]:
        settings = self.conf.settings
        for name in ("space_left_action", "admin_space_left_action", "disk_full_action", "disk_error_action"):
            action = getattr(settings, name)
            if action in ("halt", "single"):
                what = "shuts this machine down" if action == "halt" else "takes this machine to single user mode"
                when = {
                    "space_left_action": "when space runs low",
                    "admin_space_left_action": "when space runs very low",
                    "disk_full_action": "when the disk is full",
                    "disk_error_action": "when it cannot write",
                }[name]
                yield Notice(
                    HOST_STOPS[action, name],
                    f"{name} is {action.upper()}: auditd {what} {when}, with every container on it.",
                    str(
                        Advice(
                            (f"{name} = SYSLOG",),
                            "auditd then only complains. Leave it where policy wants it so: then more space and an alarm before that.",
                            self.cis("when_full"),
                        )
                    ),
                )
            elif action == "exec":
                program = getattr(settings, name.removesuffix("_action") + "_program")
                yield Notice(
                    "exec-suspends",
                    f"{name} runs {clean(str(program))}: auditd records nothing from then on until that program tells it to ({RESUME}).",
                )

    def _place(self) -> Iterator[Notice[LogWarningKind]]:
        partition = self.partition
        if partition is None:
            return
        needed = (self.bound.max_bytes if self.bound.bounded else None) or self.sizes.max_bytes
        needed = needed * 4 // 3 + (self.limit("admin_space_left") or 0)
        steps = str(partition_steps(self.conf.settings.log_folder, needed, self.os_id, self.os_version))
        if partition.volatile:
            yield Notice("volatile", f"{partition.why} The log does not outlive this boot.", steps)
        elif not partition.dedicated:
            most = ""
            if self.bound.bounded and self.bound.max_bytes and self.free is not None:
                share = share_text(self.bound.max_bytes, self.free + self.log_bytes)
                most = f"; at its largest it takes {share} of what is free on {clean(partition.mount_point)}"
            yield Notice("not-separate", f"The log has no partition of its own{most}.", steps)
        for note in partition.notes:
            yield Notice("file-system", note)

    def _excess(self) -> Iterator[Notice[LogWarningKind]]:
        """The rotated files that num_logs no longer allows. auditd removes audit.log.N, N+1, … without a gap at every start
        (check_excess_logs in src/auditd-event.c)."""
        settings = self.conf.settings
        if settings.max_log_file_action != "rotate" or settings.num_logs < 2:
            return
        name = settings.log_file.rpartition("/")[2]
        numbers = {
            int(match[1]): file.size
            for file in self.files
            if (match := re.fullmatch(re.escape(name) + r"\.([1-9]\d{0,8})", file.name))
        }
        gone, number = [], settings.num_logs
        while number in numbers:
            gone.append(numbers[number])
            number += 1
        if gone:
            which = f"{name}.{settings.num_logs}" + (f" to {name}.{number - 1}" if len(gone) > 1 else "")
            yield Notice(
                "restart-removes-logs",
                f"A restart of auditd removes {clean(which)} ({size_text(sum(gone))}), since num_logs is {settings.num_logs}.",
                f"Copy them first, for example: cp -a {clean(settings.log_folder)} /root/audit-logs",
            )
