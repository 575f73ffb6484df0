"""Whose files this process sees: those of the machine, as its process 1 sees them, or those of a container or a chroot.

Audit rules are the kernel's, for the whole machine. Files that another mount namespace or a chroot shows say nothing of them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from tui.audit.inputs import Mount
from tui.audit.log.partition import mount_of, parse_mountinfo
from tui.base.bounded_reading import read_file
from tui.base.paths import below
from tui.host.facts import MountView

_OWN_TO_A_SERVICE = (
    *("/dev", "/home", "/media", "/mnt", "/proc", "/root", "/sys", "/tmp", "/var/tmp", "/lib/modules", "/usr/lib/modules"),
    *("/run/credentials", "/run/lock", "/run/systemd/incoming", "/run/user"),
)
"""Places that a namespace which otherwise shows the machine's files may have for itself: PrivateTmp= and its kin of systemd.exec(5),
pam_namespace(8)."""
_MOUNTS_OF_CONTAINERS = (
    *("/run/containerd", "/run/docker", "/run/netns", "/var/lib/containerd", "/var/lib/containers", "/var/lib/docker"),
    "/var/lib/kubelet",
)
"""Folders below which mounts come and go with the containers; what is mounted right there counts."""

_MOST_BYTES = 64 << 20
"""A hundred thousand mounts, as many as a namespace may have (fs.mount-max), take some 20 MiB."""


def read_mount_view(proc: str = "/proc") -> tuple[MountView, str | None]:
    """Whose files this process sees, and a place at which they are not those of process 1 (None: nothing differs, or it is not told).

    What cannot be read of process 1 is no evidence of anything. Never raises.
    """
    own = _read(f"{proc}/self/mountinfo")
    if own is None:
        return "unknown", None
    if _same_root_and_namespace(proc):
        return "machine", None
    first = _read(f"{proc}/1/mountinfo")
    if first == own:
        return "machine", None
    mounts = parse_mountinfo(own)
    if first is None:  # A chroot's root is no mount point, as a rule, and so no line of its table.
        return ("machine", None) if mount_of("/", mounts) else ("chroot", "/")
    place = first_difference(mounts, parse_mountinfo(first))
    if place is None:
        return "machine", None
    in_chroot = mount_of("/", mounts) is None or not _ids(own).isdisjoint(_ids(first))
    return "chroot" if in_chroot else "namespace", place


def _same_root_and_namespace(proc: str) -> bool:
    """Whether the links of process 1 can be followed and lead where ours do. Following them takes the right to trace it (proc(5))."""
    try:
        return all(os.path.samefile(f"{proc}/1/{link}", f"{proc}/self/{link}") for link in ("ns/mnt", "root"))
    except OSError:
        return False


def first_difference(own: Sequence[Mount], first: Sequence[Mount]) -> str | None:
    """The shortest path at which two mount tables show different files, None where all that matters here is the same.

    A bind mount of a file system's own folder onto itself (ProtectSystem=, ReadWritePaths=) is no difference: what is compared is
    the file system and the place in it.
    """
    points = {mount.mount_point for table in (own, first) for mount in table} | {"/", "/etc/audit"}
    for point in sorted(points, key=lambda point: (len(point), point)):
        if not _is_apart(point) and _place(point, own) != _place(point, first):
            return point
    return None


def _is_apart(point: str) -> bool:
    return point in _OWN_TO_A_SERVICE or any(below(point, folder) for folder in (*_OWN_TO_A_SERVICE, *_MOUNTS_OF_CONTAINERS))


def _place(path: str, mounts: Sequence[Mount]) -> tuple[str, str] | None:
    """The device that *path* lies on, and the path within its file system."""
    mount = mount_of(path, mounts)
    if mount is None:
        return None
    return mount.device, f"{mount.root.rstrip('/')}/{path[len(mount.mount_point.rstrip('/')) :].strip('/')}".rstrip("/")


def _ids(mountinfo: str) -> set[str]:
    """The mounts' ids, which the kernel gives once in all namespaces together (proc(5))."""
    return {line.partition(" ")[0] for line in mountinfo.splitlines()}


def _read(path: str) -> str | None:
    """The text of *path*; None where it cannot be read, or is longer than a mount table can be."""
    try:
        return read_file(path, _MOST_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return None
