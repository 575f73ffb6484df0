"""Which file system the audit log fills: the mount of its folder, whether that is apart from /, and what else lies on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tui.audit.inputs import Mount
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.paths import nearest, within

CRITICAL = ("/", "/boot", "/home", "/tmp", "/var", "/var/lib/containerd", "/var/lib/docker", "/var/log", "/var/tmp")
"""Paths whose file system must not fill up; :attr:`Partition.shares` names those on the log's."""

_ESCAPE = r"\\([0-7]{3})"
_VOLATILE = ("tmpfs", "ramfs")
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs")


@dataclass(frozen=True, slots=True)
class Partition:
    """The file system that the audit log's folder lies on. Sizes are in bytes, None where they were not read.

    ``separate`` says whether a full log leaves / its space; ``why`` says on what ground. ``shares`` are those of
    :data:`CRITICAL` that lose their space to the log. ``free_bytes`` is what root may use, ``available_bytes`` what auditd
    compares its thresholds with. ``volatile``: the log is gone at the next reboot.
    """

    folder: str
    mount_point: str
    device: str
    fs_type: str
    source: str
    separate: bool
    why: str
    size_bytes: int | None
    free_bytes: int | None
    available_bytes: int | None
    shares: tuple[str, ...] = ()
    volatile: bool = False
    notes: tuple[str, ...] = ()

    @property
    def dedicated(self) -> bool:
        """Whether the log's file system is separate and nothing else of importance lies on it."""
        return self.separate and not self.shares

    @property
    def shared_with(self) -> str:
        """What shares the space, as a sentence names it: the root file system before anything that lies on it."""
        if "/" in self.shares:
            return "the root file system" + (", with /var/lib/docker on it" if "/var/lib/docker" in self.shares else "")
        return listed(self.shares) or self.mount_point

    @property
    def usable_bytes(self) -> int | None:
        """The free space as auditd sees it: ``available_bytes``, or ``free_bytes`` where that was not read."""
        return self.available_bytes if self.available_bytes is not None else self.free_bytes


def _unescape(text: str) -> str:
    # The kernel escapes single bytes (fs/proc_namespace.c, mangle), so they are put together before they are decoded.
    if "\\" not in text:
        return text
    raw = re.sub(_ESCAPE, lambda match: chr(int(match[1], 8) & 0xFF), text.encode("utf-8", "surrogateescape").decode("latin-1"))
    return raw.encode("latin-1").decode("utf-8", "surrogateescape")


def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """The lines of /proc/PID/mountinfo (proc(5)), in their order and without sizes; a line that is none is passed over."""
    mounts = []
    for line in text.split("\n"):
        fields = line.split(" ")
        try:
            dash = fields.index("-", 6)
            device, root, point, options = fields[2:6]
            fs_type, source, super_options = fields[dash + 1 : dash + 4]
        except ValueError:
            continue
        mounts.append(
            Mount(
                _unescape(point),
                device,
                fs_type,
                _unescape(source),
                _unescape(root),
                ",".join(part for part in (options, _unescape(super_options)) if part),
            )
        )
    return tuple(mounts)


def mount_of(path: str, mounts: Sequence[Mount]) -> Mount | None:
    """The mount that *path* (absolute, every link followed) lies on: the longest mount point above it, the last of equal ones."""
    point = nearest(path, {mount.mount_point for mount in mounts})
    return next((mount for mount in reversed(mounts) if mount.mount_point == point), None)


def lost_at_reboot(path: str, mounts: Sequence[Mount]) -> str | None:
    """The type of the file system that *path* lies on where a reboot empties it, or may: tmpfs, or an overlay of which nobody can
    tell that its upper folder is kept (live images); None where it stays."""
    mount = mount_of(path, mounts)
    below = None if mount is None else _backing(mount, mounts)
    return None if mount is None or below is None or below.fs_type not in (*_VOLATILE, "overlay") else mount.fs_type


def _backing(mount: Mount, mounts: Sequence[Mount]) -> Mount:
    """The mount that what is written to *mount* ends up on: for an overlay the one of its upper folder, as far as that can be told."""
    seen = []
    while mount.fs_type == "overlay" and mount not in seen:
        seen.append(mount)
        upper = re.search(r"(?:^|,)upperdir=((?:[^,\\]|\\.)*)", mount.options)
        below = mount_of(re.sub(r"\\(.)", r"\1", upper[1]), mounts) if upper and upper[1].startswith("/") else None
        if below is None:
            break
        mount = below
    return mount


def _pool(mount: Mount, mounts: Sequence[Mount]) -> str:
    """What the space of *mount* is taken from, so that two mounts compare equal where one can fill the other."""
    mount = _backing(mount, mounts)
    if mount.fs_type == "zfs":
        return "zfs:" + mount.source.split("/")[0]
    return mount.device


def partition(folder: str, mounts: Sequence[Mount], real_paths: Mapping[str, str | None] | None = None) -> Partition | None:
    """The partition of *folder*, every link followed; None where *mounts* has no mount above it. *real_paths* tells where those
    of :data:`CRITICAL` really are that are links, and None for those that do not exist.

    ``os.path.ismount`` and ``st_dev`` are wrong for bind mounts, btrfs subvolumes and overlays (measured), therefore the
    devices that mountinfo names are compared.
    """
    mount, top = mount_of(folder, mounts), mount_of("/", mounts)
    if mount is None or top is None:
        return None
    pool = _pool(mount, mounts)
    separate = pool != _pool(top, mounts)
    really = {path: path for path in CRITICAL} | dict(real_paths or {})
    shares = tuple(
        path
        for path in CRITICAL
        if (real := really[path]) is not None
        and not within(real, folder)
        and (other := mount_of(real, mounts)) is not None
        and _pool(other, mounts) == pool
    )
    notes, point = [], clean(mount.mount_point)
    if mount.fs_type in _REMOTE:
        notes.append(f"{point} is a network file system ({mount.fs_type}): where the network fails, so does the audit log.")
    if mount.fs_type == "overlay":
        notes.append(f"{point} is an overlay: its space is that of the file system that holds its upper directory.")
    return Partition(
        folder,
        mount.mount_point,
        mount.device,
        mount.fs_type,
        mount.source,
        separate,
        _why(folder, mount, separate, shares),
        mount.size_bytes,
        mount.free_bytes,
        mount.available_bytes,
        shares,
        mount.fs_type in _VOLATILE,
        tuple(notes),
    )


def _why(folder: str, mount: Mount, separate: bool, shares: Sequence[str]) -> str:
    point = mount.mount_point
    if separate:
        if mount.fs_type in _VOLATILE:
            return f"{point} is a {mount.fs_type}, kept in memory: apart from /, but everything on it is lost at a reboot."
        if shares:
            beside = listed([path for path in shares if path != point]) or "everything else there"
            return f"The log lies on {point}, apart from /, and shares its space with {beside}."
        return f"{point} is a file system of its own ({mount.fs_type} on {mount.source}), apart from /."
    if point == "/":
        return f"{folder} lies on the root file system."
    if mount.fs_type == "zfs":
        return f"{point} is a ZFS dataset of the pool that / is on: only a quota or a reservation keeps them apart."
    if mount.fs_type == "btrfs":
        return f"{point} is a btrfs subvolume of the file system that / is on: they share its space."
    if mount.fs_type == "overlay":
        return f"{point} is an overlay whose upper directory lies on the file system of /: they share its space."
    return f"{point} is a bind mount of the file system that / is on: they share its space."
