"""What the kernel refuses of a rule that auditctl would send, and what it makes of a rule's system call numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.audit.fields import ADDRESS_FAMILIES, COMPARISONS, FIELD_NAMES, GID_FIELDS, STRING_FIELDS, UID_FIELDS, UNSET
from tui.audit.rule_value import Field
from tui.audit.syscall_tables import CLASSES

MAX_KEY = 256
MAX_PATH = 4096

_ONLY_EQUAL = STRING_FIELDS - {"subj_sen", "subj_clr", "obj_lev_low", "obj_lev_high"} | {
    "arch",
    "fstype",
    "perm",
    "filetype",
    "compare",
}
_ALL_OPERATORS = frozenset(("a0", "a1", "a2", "a3", "pers", "devminor"))
_NUMBER_CHECKS: dict[str, Callable[[int], bool]] = {
    "perm": lambda value: value <= 15,
    "filetype": lambda value: not value & ~0o170000,
    "compare": lambda value: value <= max(COMPARISONS),
    "saddr_fam": lambda value: value < ADDRESS_FAMILIES,
}


def kernel_refusal(filter_list: str, fields: Sequence[Field]) -> str | None:
    """Why the kernel would answer EINVAL to a rule with these fields (key included), None where it would take it.

    Follows audit_data_to_entry and audit_field_valid (kernel/auditfilter.c, 6.1 to 6.18). Missing directories and rules that exist
    already depend on the host and are not looked at.
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
    if name in UID_FIELDS | GID_FIELDS and value == UNSET and not unset:
        return f"the kernel knows no {name} {UNSET}"
    if name in _NUMBER_CHECKS and not _NUMBER_CHECKS[name](value):
        return f"the kernel refuses the value {value} for {name}"
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
        if not value.startswith("/"):
            return f"{value} does not begin with /"
        if name == "path" and value.endswith("/"):
            return f"the kernel takes no path that ends with /: {value}"
    if name in ("key", "exe") and name in seen:
        return f"the kernel takes one {name} in a rule"
    return None


def dissolved(numbers: set[int], machine: str) -> frozenset[int]:
    """The system calls of a rule once the kernel has replaced its class numbers (2047 and down) by the members of those classes."""
    kept = {number for number in numbers if number < 2032}
    compat = {"x86_64": "i386"}.get(machine)
    for number in numbers - kept:
        arch = compat if (2047 - number) % 2 else machine
        letter = {0: "dir", 2: "a", 4: "r", 6: "w"}.get((2047 - number) & ~1)
        kept |= CLASSES.get(arch or "", {}).get(letter or "", frozenset())
    return frozenset(kept)
