"""The fields of a rules-file line (``-F``, ``-C``, ``-p``) turned into numbers, with the checks that libaudit makes on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.audit.inputs import Names
from tui.audit.rule.kernel_checks import MAX_KEY, MAX_PATH, octets
from tui.audit.rule.numbers import (
    ADDRESS_FAMILIES,
    ARCH_32_OF,
    ARCH_64BIT,
    ARCHES,
    COMPARISON_NUMBERS,
    ERRNOS,
    FILE_SYSTEMS,
    FILE_TYPES,
    GID_FIELDS,
    MACHINES,
    MESSAGE_TYPES,
    PERM_BITS,
    STRING_FIELDS,
    TYPED_FIELDS,
    UID_FIELDS,
    UNSET,
)
from tui.audit.rule.value import Field

MAX_FIELDS = 63
"""auditctl stops one short of the kernel's 64."""

_OPERATORS = ("!=", ">=", "<=", "&=", "=", ">", "<", "&")
_IN_EXCLUDE = frozenset(
    ("pid", "uid", "gid", "auid", "msgtype", "subj_user", "subj_role", "subj_type", "subj_sen", "subj_clr", "exe")
)
_EXIT_ONLY = frozenset(("exit", "success", "path", "dir", "perm", "filetype", "devmajor", "devminor", "inode", "ppid")) | {
    name for name in STRING_FIELDS if name.startswith("obj_")
}
_EQUAL_OR_NOT = frozenset(("arch", "exe", "fstype", "inode"))
_SIGNED = UID_FIELDS | {"exit", "a0", "a1", "a2", "a3", "sessionid"}


class ConditionRefused(Exception):
    """auditctl refuses the line; the text says why in a sentence's words."""


def lower(text: str) -> str:
    """*text* as C's tolower leaves it: ASCII letters only."""
    return text.lower() if text.isascii() else text


def is_digit(letter: str) -> bool:
    """Whether *letter* is one ASCII digit, as C's isdigit says."""
    return letter != "" and letter in "0123456789"


_NUMBER = r"[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([0-9]+))"


def c_number(text: str, *, signed: bool = True) -> int:
    """The number that strtol (or strtoul) reads with base 0 on a 64-bit machine: 0x and 0 prefixes, what follows ignored, the range saturated."""
    match = re.match(_NUMBER, text)
    if not match:
        return 0
    sign, hexadecimal, octal, decimal = match.groups()
    number = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(decimal)
    if signed:
        return max(-number, -(1 << 63)) if sign == "-" else min(number, (1 << 63) - 1)
    if number >= 1 << 64:
        return (1 << 64) - 1
    return -number % (1 << 64) if sign == "-" else number


def overflows(text: str) -> bool:
    """Whether strtoul would report an overflow."""
    match = re.match(_NUMBER, text)
    return bool(match) and len(text) > 15 and c_number(text, signed=False) == (1 << 64) - 1


def uint32(number: int) -> int:
    """The number that remains in an unsigned 32-bit variable."""
    return number & 0xFFFFFFFF


def int32(number: int) -> int:
    """The number that remains in a C int."""
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


def split_pair(pair: str, count: int) -> tuple[str, str, str]:
    """The parts ``NAME OP VALUE`` of a ``-F``; the two-character operators win wherever they stand, in the value too."""
    if count >= MAX_FIELDS:
        raise ConditionRefused("the rule has too many fields")
    for op in _OPERATORS:
        name, found, value = pair.partition(op)
        if found:
            break
    else:
        raise ConditionRefused(f"-F {pair} has no operator")
    if not name or not value:
        raise ConditionRefused(f"-F {pair} lacks a {'value' if name else 'field name'}")
    known = TYPED_FIELDS.get(lower(name))
    if known is None:
        raise ConditionRefused(f"auditctl does not know the field {name}")
    return known, op, value


def comparison(pair: str, filter_list: str | None) -> Field:
    """A ``-C``: two fields, equal or not."""
    op = "!=" if "!=" in pair else "="
    name, found, value = pair.partition(op)
    if not found:
        raise ConditionRefused(f"-C {pair} only takes = or !=")
    sides = []
    for side in (name, value):
        if lower(side) not in TYPED_FIELDS:
            raise ConditionRefused(f"-C {pair}: auditctl does not know the field {side or 'without a name'}")
        sides.append(TYPED_FIELDS[lower(side)])
    if filter_list != "exit":
        raise ConditionRefused(f"-C {pair} can only be used with the list exit")
    number = COMPARISON_NUMBERS.get(frozenset(sides))
    if number is None or sides[0] == sides[1]:
        raise ConditionRefused(f"-C {pair}: these two fields cannot be compared")
    return Field("compare", op, number)


def permissions(letters: str) -> int:
    """The bit mask of ``-p`` or ``perm=``."""
    mask = 0
    for letter in letters:
        bit = PERM_BITS.get(lower(letter))
        if bit is None:
            raise ConditionRefused(f"a permission is one of r, w, x and a, not {letter}")
        mask |= bit
    if len(letters) > 4:
        raise ConditionRefused(f"auditctl takes at most four permissions, not {letters}")
    return mask


def table(arch: int) -> str:
    """The name of the system call table of an AUDIT_ARCH number."""
    return ARCHES.get(arch, "")


def arch_number(value: str, machine: str) -> int:
    """AUDIT_ARCH_* of what ``arch=`` says on *machine*."""
    if is_digit(value[0]):
        number = uint32(c_number(value, signed=False))
        if number not in ARCHES or overflows(value):
            raise ConditionRefused(f"auditctl does not know the arch {value}")
        return number
    native = MACHINES.get(machine, 0)
    word = lower(value)
    if word in ("b64", "b32"):
        number = native if word == "b64" else ARCH_32_OF.get(native, native)
        if not number or bool(number & ARCH_64BIT) != (word == "b64"):
            raise ConditionRefused(f"this machine ({machine}) has no {word} system calls")
        return number
    if word in MACHINES:
        return MACHINES[word]
    match = re.match(r"(?:0[xX])?([0-9a-fA-F]+)", value)
    number = uint32(int(match[1], 16)) if match else 0
    if number not in ARCHES:
        raise ConditionRefused(f"auditctl does not know the arch {value}")
    return number


def field(name: str, op: str, value: str, filter_list: str | None, names: Names) -> Field:
    """One condition, checked as libaudit 3.0.9 checks it. Raises ConditionRefused."""
    if filter_list == "exclude" and name not in _IN_EXCLUDE:
        raise ConditionRefused(f"the list exclude takes msgtype, ids, pid, subj_* and exe only, not {name}")
    if name in _EXIT_ONLY and filter_list != "exit":
        raise ConditionRefused(f"{name} can only be used with the list exit")
    if name in _EQUAL_OR_NOT and op not in ("=", "!="):
        raise ConditionRefused(f"{name} only takes = or !=")
    if name in STRING_FIELDS:
        if octets(value) > (MAX_KEY if name == "key" else MAX_PATH):
            raise ConditionRefused(f"the value of {name} is too long")
        return Field(name, op, value)
    return Field(name, op, uint32(_number(name, op, value, filter_list, names)))


def _number(name: str, op: str, value: str, filter_list: str | None, names: Names) -> int:
    if name == "arch":
        return arch_number(value, names.machine)
    if name == "perm":
        if op != "=":
            raise ConditionRefused("perm only takes =")
        return permissions(value)
    if name == "filetype":
        return _named("file type", FILE_TYPES, lower(value), value)
    if name == "fstype":
        return _fstype(value, filter_list)
    if name == "msgtype" and filter_list not in ("exclude", "user"):
        raise ConditionRefused("msgtype can only be used with the lists exclude and user")
    if name == "sessionid" and filter_list not in ("user", "exit"):
        raise ConditionRefused("sessionid can only be used with the lists user and exit")
    if name == "saddr_fam":
        number = c_number(value, signed=False)
        if uint32(number) >= ADDRESS_FAMILIES:
            raise ConditionRefused(f"auditctl knows no address family {value}")
        return number
    if is_digit(value[0]):
        return c_number(value, signed=name not in UID_FIELDS | {"inode", "a0", "a1", "a2", "a3", "sessionid"})
    if name in _SIGNED and value[0] == "-" and is_digit(value[1:2]):
        return c_number(value)
    return _word(name, value, names)


def _word(name: str, value: str, names: Names) -> int:
    """The number of a value that is a name."""
    if name in UID_FIELDS:
        return UNSET if value == "unset" else _named("user", names.users, value, value)
    if name in GID_FIELDS:
        return _named("group", names.groups, value, value)
    if name == "exit":
        number = ERRNOS.get(lower(value).upper().removeprefix("-"))
        if number is None:
            raise ConditionRefused(f"auditctl does not know the error {value}")
        return -number if value.startswith("-") else number
    if name == "msgtype":
        return _message_type(value)
    if name == "sessionid":
        return UNSET if value == "unset" else 0  # auditctl takes any other word, for session 0
    raise ConditionRefused(f"{name} takes a number, not {value}")


def _named(what: str, known: Mapping[str, int], word: str, value: str) -> int:
    number = known.get(word)
    if number is None:
        raise ConditionRefused(f"auditctl does not know the {what} {value}")
    return number


def _fstype(value: str, filter_list: str | None) -> int:
    if filter_list != "filesystem":
        raise ConditionRefused("fstype can only be used with the list filesystem")
    number = uint32(c_number(value, signed=False)) if is_digit(value[0]) else FILE_SYSTEMS.get(lower(value), UNSET)
    if number == UNSET:
        raise ConditionRefused(f"auditctl does not know the file system {value}")
    return number


def _message_type(value: str) -> int:
    upper = value.upper() if value.isascii() else value
    number = MESSAGE_TYPES.get(upper)
    if number is None and value.startswith("UNKNOWN[") and "]" in value:
        match = re.match(r"[ \t]*([+-]?[0-9]+)", value[8 : value.index("]")][:7])
        number = int(match[1]) if match else 0
    if number is None or number <= 0:
        raise ConditionRefused(f"auditctl does not know the message type {value}")
    return number
