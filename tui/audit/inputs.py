"""The plain values that the audit model judges by, and :class:`Unknown` for what could not be read."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.value_checks import check_amount, check_day, check_enabled, check_moment
from tui.base.dataclass import dataclass, field
from tui.base.typing import Literal

_AMOUNT, _MOMENT = {"check": check_amount}, {"check": check_moment}

PathKind = Literal["absent", "file", "directory", "symlink", "socket", "fifo", "device"]
"""What ``lstat`` says of a path; ``absent`` was seen to be absent, never guessed."""

ACCESSES = "rwxa"
"""The four permissions of an audit watch, in the order in which ``auditctl -l`` prints them."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that could not be read, with the reason in a sentence a person understands, and what helps ("" where being root does)."""

    reason: str
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class AuditStatus:
    """The kernel's ``struct audit_status`` (include/uapi/linux/audit.h), as AUDIT_GET returns it.

    ``enabled`` is 0 (off), 1 (on) or 2 (immutable until reboot); ``pid`` is 0 where no daemon is registered;
    ``rate_limit`` is in records a second (0 = none); ``backlog_wait_time`` is in jiffies. ``loginuid_immutable`` is the feature of
    AUDIT_GET_FEATURE (None: not told): once auditctl has set it, it stays until the next reboot.
    """

    enabled: int = field(metadata={"check": check_enabled})
    failure: int = 1
    pid: int = 0
    rate_limit: int = 0
    backlog_limit: int = 8192
    lost: int = 0
    backlog: int = 0
    backlog_wait_time: int = 60000
    loginuid_immutable: bool | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of one entry of the file system: uid, gid and permission bits, as ``lstat`` tells them."""

    path: str
    uid: int
    gid: int
    mode: int = field(metadata={"octal": True})


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What one path is on the host.

    ``real_parent`` is the parent directory with every link followed (None: it does not exist); ``target`` is what
    ``readlink`` returns; ``real_path`` is where all links end (None: dangling or absent); ``mount_point`` is the mount
    that ``real_parent`` lies on. ``device`` and ``inode`` are those of ``lstat``. ``exposed`` is the first entry on the way to the
    path (folders from "/" down, links, what the links lead to, the object itself) that somebody besides root can change; None:
    there is none, or it is not told.
    """

    path: str
    kind: PathKind
    real_parent: str | None = None
    mode: int | None = field(default=None, metadata={"octal": True})
    uid: int | None = None
    gid: int | None = None
    device: int | None = None
    inode: int | None = None
    links: int | None = None
    target: str | None = None
    real_path: str | None = None
    mount_point: str | None = None
    exposed: Owner | None = None

    @property
    def location(self) -> str | None:
        """The path with its parents' links followed and its last component as it is: what a kernel watch binds to."""
        if self.real_parent is None:
            return None
        return self.real_parent.rstrip("/") + "/" + self.path.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Names:
    """What turns names in rule files into numbers, and which programs interpret those files.

    ``awk`` is the flavour behind /usr/bin/awk (``mawk``, ``gawk``, ``busybox``, ``original-awk``), since augenrules is an awk
    script; ``audit_version`` is that of the installed audit package (``3.0.9``), None where it cannot be told. ``missing_groups``
    were looked up and do not exist.
    """

    users: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    awk: str | None = None
    audit_version: str | None = None
    machine: str = "x86_64"
    missing_groups: tuple[str, ...] = ()


NO_NAMES = Names()
"""For rules that are written in numbers alone, as documents have them."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of /proc/self/mountinfo, octal escapes decoded (proc(5)); ``device`` is ``major:minor``; ``root`` is what of the
    file system is mounted; ``options`` are those of the mount, then those of the file system, joined by a comma.

    Sizes are in bytes, as statfs gives them: ``size_bytes`` is f_blocks, ``free_bytes`` f_bfree (what root may use),
    ``available_bytes`` f_bavail (without the blocks kept for root: what auditd compares its thresholds with). None where
    not asked.
    """

    mount_point: str
    device: str
    fs_type: str
    source: str = ""
    root: str = "/"
    options: str = ""
    size_bytes: int | None = field(default=None, metadata=_AMOUNT)
    free_bytes: int | None = field(default=None, metadata=_AMOUNT)
    available_bytes: int | None = field(default=None, metadata=_AMOUNT)


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of the log folder; times in seconds since 1970, first and last event as in its records (None: not read).

    ``counted`` is how many bytes at its end the figures rest on, where that is not the whole file.
    """

    name: str
    size: int = field(metadata=_AMOUNT)
    mtime: float = field(metadata=_MOMENT)
    first_event: float | None = field(default=None, metadata=_MOMENT)
    last_event: float | None = field(default=None, metadata=_MOMENT)
    events: int | None = field(default=None, metadata=_AMOUNT)
    bytes_by_key: Mapping[str, int] = field(default_factory=dict)
    events_by_key: Mapping[str, int] = field(default_factory=dict)
    bytes_by_day: Mapping[str, int] = field(default_factory=dict, metadata={"check_key": check_day})
    """UTC day (2026-11-24) to bytes, rotated files included."""
    counted: int | None = field(default=None, metadata=_AMOUNT)
