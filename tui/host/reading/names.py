"""Which numbers the names in rule files stand for, and which awk and which auditctl read those files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from tui.audit.inputs import Names
from tui.base.bounded_reading import MOST_SETTINGS_BYTES, open_regular, read_file, read_up_to

_USER_FIELDS = rb"auid|loginuid|uid|euid|suid|fsuid|obj_uid"
_GROUP_FIELDS = rb"gid|egid|sgid|fsgid|obj_gid"
_NAME = rb"(?<![a-z_])(?:%s)(?:[!<>]?=|[<>]|&=?)([A-Za-z_][^\s,]*)"
_USERS = _NAME % _USER_FIELDS
_GROUPS = _NAME % _GROUP_FIELDS
# auditctl holds the package's version as a string beside the format that prints it.
_VERSION = rb"\0(\d{1,3}\.\d{1,3}(?:\.\d{1,3}){0,2}(?:-[a-z0-9]+)?)\0"
_MOST_ACCOUNTS = 32 << 20
"""As many bytes as are read of /etc/passwd and /etc/group, half a million accounts; the name service knows those of a larger one."""
_FLAVOURS = ("mawk", "gawk", "busybox", "original-awk")


def read_names(
    rule_texts: Iterable[bytes], other_groups: Iterable[str], installed: str | None, machine: str, other_users: Iterable[str] = ()
) -> Names:
    """The names that *rule_texts* use, root, *other_groups* and *other_users* with their numbers; a user without a number is not in the
    result, a group without one is said to be missing. *installed* is the audit package's version."""
    users, groups = {"root", *other_users}, {"root", *other_groups}
    for text in rule_texts:
        for found, word, pattern in ((users, b"uid", _USERS), (groups, b"gid", _GROUPS)):
            if word in text:  # the patterns take longer to compile than most rules to read
                found.update(name.decode("utf-8", "replace") for name in re.findall(pattern, text))
    numbers = _numbers("/etc/group", groups)
    return Names(
        _numbers("/etc/passwd", users - {"unset"}),
        numbers,
        awk_flavour(),
        installed,
        machine,
        tuple(sorted(groups - numbers.keys())),
    )


def _numbers(path: str, names: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    try:
        for line in read_file(path, _MOST_ACCOUNTS).decode("utf-8", "surrogateescape").split("\n"):
            fields = line.split(":", 3)
            if len(fields) > 3 and fields[0] in names and fields[2].isascii() and fields[2].isdigit() and len(fields[2]) <= 10:
                found.setdefault(fields[0], int(fields[2]))
    except OSError:
        pass  # The name service below may still know them.
    for name in sorted(names - found.keys()):
        number = _from_name_service(path, name)
        if number is not None:
            found[name] = number
    return found


def _from_name_service(path: str, name: str) -> int | None:
    """What auditctl would get for a name that the file lacks: from LDAP, sssd and the like."""
    import grp  # as pwd: a check needs them only where a rule names somebody whom the files lack
    import pwd

    try:
        return pwd.getpwnam(name).pw_uid if path.endswith("passwd") else grp.getgrnam(name).gr_gid
    except (KeyError, ValueError, OSError):
        return None


def awk_flavour(path: str = "/usr/bin/awk") -> str | None:
    """The awk that augenrules runs, by the name of the program at the end of the links."""
    name = os.path.basename(os.path.realpath(path)) if os.path.exists(path) else ""
    return next((flavour for flavour in _FLAVOURS if name.startswith(flavour)), name or None)


def audit_version(auditctl: str | None) -> str | None:
    """The version of the audit package, out of the program *auditctl* itself; None where it does not say."""
    if auditctl is None:
        return None
    try:
        fd = open_regular(auditctl)
    except OSError:
        return None
    try:
        data = read_up_to(fd, MOST_SETTINGS_BYTES)
    finally:
        os.close(fd)
    at = data.find(b"auditctl version %s")
    if at < 0:
        return None
    near = [(abs(found.start() - at), found[1]) for found in re.compile(_VERSION).finditer(data, max(0, at - 4096), at + 4096)]
    return min(near)[1].decode() if near else None
