"""Advice about the audit log that can be carried out: settings to copy, steps for a partition, ways to archive. Never done by us."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.log.cis_linux import Topic, cis_control
from tui.audit.log.conf_keys import Threshold
from tui.audit.log.growth import Growth
from tui.audit.log.partition import Partition
from tui.base.amounts import days_text, size_text
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass

CONF = "/etc/audit/auditd.conf"
APPLY = "service auditd restart"
"""Makes auditd read its file again, where nothing is known of the host. SIGHUP would do it without losing events, but a daemon that has suspended
itself crashes on it where max_log_file or its action has changed (auditd 3.0.9, seen: it goes on writing to the log file that it has closed)."""

_WANTED_DAYS = 30
_MIB = 1 << 20
_MARGIN = _MIB
"""Kept free above space_left: a file is one record too long when it is rotated, and the next one is begun before the oldest goes."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One way to mend something: the lines for auditd.conf (or other steps), and what they bring about."""

    lines: tuple[str, ...]
    effect: str
    note: str = ""

    def text(self, apply: str) -> str:
        """The advice to copy; *apply* is the command with which this host restarts auditd."""
        parts = [text for text in (self.effect, self.note) if text]
        if self.lines:
            lines = "".join(f"    {line}\n" for line in self.lines)
            parts.insert(0, f"In {CONF}:\n{lines}then, at the loss of two seconds' events: {apply}")
        return "\n".join(parts)


def cis_note(os_id: str, os_version: str, topic: Topic) -> str:
    """What CIS Linux says for this host, "" where we do not know."""
    control = cis_control(os_id, os_version, topic)
    return str(control) if control else ""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Settings that fit a partition: files of ``max_log_file`` MiB, ``num_logs`` of them, thresholds ``space_left`` and
    ``admin_space_left`` as written into auditd.conf."""

    max_log_file: int
    num_logs: int
    space_left: str
    admin_space_left: str
    fits: bool = True
    """Whether the partition has room for them at all."""

    @property
    def max_bytes(self) -> int:
        """How large the log gets."""
        return self.max_log_file * self.num_logs * _MIB


def fitting_sizes(partition: Partition | None, growth: Growth | None, log_bytes: int = 0) -> Sizes:
    """Sizes for a month of history at the measured growth, but never more than three quarters of a partition of the log's own,
    or a tenth of what is free on a shared one, and so that space_left is not met by a log at its largest. *log_bytes* is what the log
    takes now."""
    room, low = None, Threshold(75)
    if partition is not None and partition.size_bytes:
        free = (partition.usable_bytes or 0) + log_bytes
        low = _space_left(partition.size_bytes, free)
        room = min(partition.size_bytes * 3 // 4, free) if partition.dedicated else free // 10
        room = min(room, free - (low.bytes_of(partition.size_bytes) or 0) - _MARGIN)
    per_day = growth.bytes_per_day if growth is not None and growth.bytes_per_day else 0.0
    wanted = max(per_day * _WANTED_DAYS, 40 * _MIB)
    if room is not None:
        wanted = min(wanted, room)
    mib = max(int(wanted) // _MIB, 2)
    # Files of 8 MiB as distributions ship them, larger ones where there would be too many to look through.
    number = min(max(mib // 8, 5), 20)
    size = max(mib // number, 1)
    if size * number > mib:
        number = max(mib // size, 2)
    admin = "5%" if low.percent else str(50 if low.mib == 75 else max(low.mib // 2, 1))
    return Sizes(size, number, str(low), admin, fits=room is None or size * number * _MIB <= room)


def _space_left(size_bytes: int, room: int) -> Threshold:
    """A space_left that leaves three quarters at least of *room*, the bytes that are free or the log's, to the log: as distributions ship
    it, in percent on a small partition, else an eighth of the room."""
    shipped = Threshold(percent=10) if size_bytes < 1 << 30 else Threshold(75)
    return shipped if (shipped.bytes_of(size_bytes) or 0) <= room // 4 else Threshold(max(room // 8 // _MIB, 2))


def bound_advice(sizes: Sizes, growth: Growth | None, os_id: str, os_version: str) -> Advice:
    """How to bound the log."""
    per_day = growth.bytes_per_day if growth is not None else None
    for_days = f", about {days_text(sizes.max_bytes / per_day)} at today's growth" if per_day else ""
    return Advice(
        ("max_log_file_action = ROTATE", f"max_log_file = {sizes.max_log_file}", f"num_logs = {sizes.num_logs}"),
        f"The log then takes {size_text(sizes.max_bytes)} at most{for_days}; what is older is dropped, so archive what must be kept.",
        cis_note(os_id, os_version, "max_log_file_action"),
    )


def threshold_advice(sizes: Sizes, os_id: str, os_version: str) -> Advice:
    """Thresholds that can work on this partition, together with a log that fits below them; none where there is too little room."""
    if not sizes.fits:
        return Advice((), "Make room on the log's partition first: no setting leaves enough for a log.")
    return Advice(
        (
            f"space_left = {sizes.space_left}",
            "space_left_action = EMAIL",
            "action_mail_acct = root",
            f"admin_space_left = {sizes.admin_space_left}",
            f"max_log_file = {sizes.max_log_file}",
            f"num_logs = {sizes.num_logs}",
        ),
        f"The log then takes {size_text(sizes.max_bytes)} at most, and rotates before space_left is met. Below that somebody is mailed (needs a "
        "working /usr/lib/sendmail).",
        cis_note(os_id, os_version, "when_low"),
    )


def _halves(restart: str) -> tuple[str, str, str]:
    return restart.replace("restart", "stop"), "", restart.replace("restart", "start")


def partition_steps(folder: str, needed_bytes: int, os_id: str, os_version: str, restart: str = APPLY) -> Advice:
    """How to give *folder* a partition of its own on this host, step by step; *needed_bytes* is what it must hold,
    *restart* the command with which this host restarts auditd."""
    name = clean(folder)
    xfs = os_id in ("rhel", "centos", "rocky", "almalinux", "ol", "fedora", "amzn")
    fs = "xfs" if xfs else "ext4"
    size = max(-(-needed_bytes // (64 * _MIB)) * 64, 256)
    # Where the unit refuses a manual stop, the restart is two commands already.
    stop, _, start = restart.partition(" && ") if " && " in restart else _halves(restart)
    steps = [
        f"A partition of its own for {name}, of {size} MiB or more (this program never makes one; /dev/NEW stands for it):",
        f"    mkfs.{fs} -L audit /dev/NEW",
        f"    {stop}",
        f"    mount /dev/NEW /mnt && cp -a {name}/. /mnt/ && umount /mnt",
        f"    echo LABEL=audit {name} {fs} defaults,nodev,nosuid,noexec 0 2 >> /etc/fstab",
        f"    mount {name} && chown root {name} && chmod 0750 {name}",
        *([f"    restorecon -R {name}"] if xfs else []),
        f"    {start}",
        f"    findmnt -T {name}",
        "While auditd is stopped, events are lost; the old files stay below the mount until they are removed.",
    ]
    return Advice((), "\n".join(steps), cis_note(os_id, os_version, "partition"))


def archiving(folder: str, os_id: str, keepers: Sequence[str] = ()) -> str:
    """How old logs can be kept on this host, beyond what auditd keeps itself."""
    name = clean(folder)
    steps = []
    if os_id in ("debian", "ubuntu"):
        steps += [
            "Rotate once a day instead of by size alone, so that every file is one day:",
            "    install -m 0755 /usr/share/doc/auditd/examples/auditd.cron /etc/cron.daily/auditd",
        ]
    else:
        steps += ["Rotate once a day (from cron or a timer), so that every file is one day:", "    auditctl --signal USR1"]
    steps += [
        f"Then copy {name}/audit.log.1 to another host, or compress it to a folder with room:",
        f"    gzip -c {name}/audit.log.1 > /srv/audit/$(hostname)-$(date -I).log.gz",
        "A copy on this host is worth little against somebody who is root here.",
    ]
    return "\n".join((*keepers, *steps))
