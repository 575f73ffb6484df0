"""Trust: whose word a process, a file or a path is. Evidence is only what root alone could have made; all else is told. Pure."""

from __future__ import annotations

import re

from tui.audit.inputs import Owner, PathFacts, Unknown
from tui.base.cleaning import clean
from tui.base.paths import within
from tui.host.facts import FileFacts, HostFacts, Process, UnitFacts

_OTHERS_MAY_WRITE = 0o022
_STARTS_AS_ITS_OWNER = 0o6000
_MOUNTED_BY = r"(?:^|,)user_id=(\d+)"


def is_roots_alone(kind: str, uid: int, mode: int) -> bool:
    """Whether nobody but root can change an entry of the file system.

    The bits of a link say nothing, and those of a socket say who may talk to it. An access control list that lets others write shows
    in the group's bits (acl(5)).
    """
    return uid == 0 and (kind in ("symlink", "socket") or not mode & _OTHERS_MAY_WRITE)


def exposure(path: str, facts: HostFacts) -> str:
    """Who besides root can change what *path* leads to, as a part of a sentence; "" where nobody can.

    An owner that the facts do not tell counts as root's: whoever captured them was root.
    """
    found = facts.paths.get(path)
    if not isinstance(found, PathFacts):
        return ""
    if found.exposed is not None:
        return _whose(found.exposed)
    if found.uid is not None and found.mode is not None and not is_roots_alone(found.kind, found.uid, found.mode):
        return _whose(Owner(path, found.uid, found.gid or 0, found.mode))
    return _foreign_mount(found, facts)


def file_exposure(file: FileFacts, facts: HostFacts) -> str:
    """Who besides root can change a configuration file, as a part of a sentence; "" where nobody can."""
    if not is_roots_alone(file.kind, file.uid, file.mode):
        return _whose(Owner(file.path, file.uid, file.gid, file.mode))
    return exposure(file.path, facts)


def unit_exposure(unit: UnitFacts, facts: HostFacts) -> str:
    """Who besides root can change a unit or one of its drop-ins, as a part of a sentence; "" where nobody can."""
    return next((why for file in unit.files if (why := file_exposure(file, facts))), "")


def is_roots(process: Process) -> bool:
    """Whether a process is root's, and runs where its paths mean what they mean here. A uid that is not told is nobody's."""
    return process.uid == 0 and process.own_mounts is not False


def process_distrust(process: Process, facts: HostFacts) -> str:
    """Why a process is no evidence of where its program lies, as a part of a sentence; "" where it is evidence."""
    if process.uid is None:
        return "whose process it is is not told"
    if process.uid != 0:
        return f"it is a process of user {process.uid}"
    if process.own_mounts is False:
        return "it runs in another mount namespace"
    if starts_as_its_owner(facts.paths.get(process.exe or "")):
        return "anybody can start that program as its owner, under any name"
    return exposure(process.exe or "", facts)


def starts_as_its_owner(found: PathFacts | Unknown | None) -> bool:
    """Whether a program runs as its owner whoever starts it, and so under any name that somebody links to it (setuid, setgid)."""
    return isinstance(found, PathFacts) and bool((found.mode or 0) & _STARTS_AS_ITS_OWNER)


def others_can_change(path: str, facts: HostFacts) -> bool:
    """Whether somebody besides root decides what *path* is, or whether it was looked at; so it is for one that could not be looked at
    by root."""
    found = facts.paths.get(path)
    return not isinstance(found, PathFacts) or starts_as_its_owner(found) or bool(exposure(path, facts))


def _whose(owner: Owner) -> str:
    shown = clean(owner.path)
    if owner.uid != 0:
        return f"{shown} belongs to user {owner.uid}"
    return f"{shown} can be changed by others than root (mode {owner.mode & 0o7777:04o})"


def _foreign_mount(found: PathFacts, facts: HostFacts) -> str:
    """Whether a path lies on a mount that an ordinary user controls. A file system in user space says of its files what it likes,
    and any user may mount one (fuse(4), user_id in mountinfo)."""
    for mount in facts.mounts if isinstance(facts.mounts, tuple) else ():
        by = re.search(_MOUNTED_BY, mount.options) if mount.fs_type.startswith("fuse") else None
        if by and int(by[1]) and within(found.real_path or found.location or found.path, mount.mount_point):
            return f"{clean(mount.mount_point)} was mounted by user {int(by[1])}"
    return ""
