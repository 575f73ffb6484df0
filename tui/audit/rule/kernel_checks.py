"""What the kernel refuses of a rule that auditctl would send, and what it makes of a rule's system call numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.rule.numbers import FIELD_NAMES, GID_FIELDS, STRING_FIELDS, UID_FIELDS, UNSET
from tui.audit.rule.syscall_tables import CLASSES
from tui.audit.rule.value import Field

MAX_KEY = 256
MAX_PATH = 4096
MAX_NAME = 255

_ONLY_EQUAL = STRING_FIELDS - {"subj_sen", "subj_clr", "obj_lev_low", "obj_lev_high"} | {
    "arch",
    "fstype",
    "perm",
    "filetype",
    "compare",
}
_IDS = UID_FIELDS | GID_FIELDS
_ALL_OPERATORS = frozenset(("a0", "a1", "a2", "a3", "pers", "devminor"))


def octets(text: str) -> int:
    """How many bytes *text* has in its file."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def kernel_refusal(filter_list: str, fields: Sequence[Field]) -> str | None:
    """Why the kernel would answer EINVAL to a rule with these fields (key included), None where it would take it.

    Follows audit_data_to_entry and audit_field_valid (kernel/auditfilter.c, 6.1 to 6.18). Missing directories and rules that exist
    already depend on the host and are not looked at. (Its checks of a field's value look at a value not yet set, and so never refuse.)
    """
    seen: set[str] = set()
    for field in fields:
        reason = _field_refusal(filter_list, field, seen)
        if reason:
            return reason
        seen.add(field.name)
    return None


def _field_refusal(filter_list: str, field: Field, seen: set[str]) -> str | None:
    name, op, value = field.name, field.op, field.value
    if name not in FIELD_NAMES:
        return f"the kernel does not know the field {name}"
    if name == "msgtype" and filter_list not in ("exclude", "user"):
        return "the kernel takes msgtype only in the lists exclude and user"
    if name == "fstype" and filter_list != "filesystem":
        return "the kernel takes fstype only in the list filesystem"
    if name == "perm" and filter_list == "io_uring":
        return "the kernel takes no perm in the list io_uring"
    if filter_list == "filesystem" and name not in ("fstype", "key"):
        return f"the kernel takes only fstype in the list filesystem, not {name}"
    unset = name == "auid" and value == UNSET
    if (name in _ONLY_EQUAL or unset) and op not in ("=", "!="):
        return f"the kernel compares {name}{' with unset' if unset else ''} with = and != only, not {op}"
    if name not in _ALL_OPERATORS and op in ("&", "&="):
        return f"the kernel takes the operator {op} for system call arguments only, not for {name}"
    if isinstance(value, str):
        return _string_refusal(filter_list, field, seen, value)
    if name in _IDS and value == UNSET and not unset:
        return f"the kernel knows no {name} {UNSET}"
    if name == "inode" and (filter_list not in ("exit", "io_uring") or op not in ("=", "!=") or seen & {"inode", "path", "dir"}):
        return "the kernel takes one inode in a rule of the list exit, compared with = or !=, and none beside a path or dir"
    return None


def _string_refusal(filter_list: str, field: Field, seen: set[str], value: str) -> str | None:
    name = field.name
    if name in ("path", "dir"):
        if filter_list not in ("exit", "io_uring"):
            return f"the kernel takes {name} only in the list exit"
        if field.op != "=":
            return f"the kernel compares {name} with = only, not {field.op}"
        if seen & {"inode", "path", "dir"}:
            return "the kernel takes one path, dir or inode in a rule"
    if name in ("key", "exe") and name in seen:
        return f"the kernel takes one {name} in a rule"
    return _path_refusal(name, value) if name in ("path", "dir", "exe") else None


def _path_refusal(name: str, path: str) -> str | None:
    parts = path.split("/")
    if parts[0]:
        return f"the {name} must start with /: {path}"
    if name != "dir" and parts[-1] in ("", ".", ".."):
        return f"the kernel takes no {name} that ends with /, /. or /..: {path}"
    size = octets(path)
    if size >= MAX_PATH or (size > MAX_NAME and any(octets(part) > MAX_NAME for part in parts)):
        return f"the {name}, or a part of it, is longer than a file's can be"
    return None


_FIRST_CLASS = 2047
_CLASS_NAMES = ("dir", "a", "r", "w", "signal")


def dissolved(numbers: set[int], machine: str) -> frozenset[int]:
    """The system calls of a rule once the kernel of *machine* has replaced its class numbers by the members of those classes.

    The numbers from 2047 down to 2032 stand for AUDIT_CLASS_DIR_WRITE and so on, each followed by its 32-bit twin.
    """
    kept = {number for number in numbers if number < 2032}
    for number in numbers - kept:
        which, compat = divmod(_FIRST_CLASS - number, 2)
        arch = {"x86_64": "i386"}.get(machine, "") if compat else machine
        if which < len(_CLASS_NAMES):
            kept |= CLASSES.get(arch, {}).get(_CLASS_NAMES[which], frozenset())
    return frozenset(kept)
