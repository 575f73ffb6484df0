"""Kernel rule records: struct audit_rule_data (include/uapi/linux/audit.h) read into a Rule."""

from __future__ import annotations

import struct
from functools import lru_cache

from tui.audit.rule.numbers import ACTIONS, FIELDS, FILTER_PREPEND, FILTERS, OPERATORS, STRING_NUMBERS
from tui.audit.rule.value import Action, Field, FilterList, Rule, make_rule
from tui.base.typing import cast

_HEAD = struct.Struct("=3I")  # flags (the list), action, field_count
_MASK = slice(12, 12 + 256)  # 64 words of 32 system calls
_FIELDS, _VALUES, _OPERATORS, _BUFFER_LENGTH = 268, 524, 780, 1036
RECORD_SIZE = 1040
"""Bytes before the buffer that holds the strings."""

# The last 16 of a mask's 2048 bits name classes, which the kernel dissolves when a rule is added.
_ALL = struct.pack("=64I", *[0xFFFFFFFF] * 63, 0xFFFF)


@lru_cache(maxsize=256)
def _syscalls(mask: bytes) -> frozenset[int] | None:
    """The system call numbers in a record's mask, None for all."""
    if mask == _ALL or mask == b"\xff" * 256:
        return None
    bits = int.from_bytes(struct.pack("<64I", *struct.unpack("=64I", mask)), "little")  # the words are in the machine's order
    numbers = []
    while bits:
        lowest = bits & -bits
        numbers.append(lowest.bit_length() - 1)
        bits ^= lowest
    return frozenset(numbers)


@lru_cache(maxsize=256)
def _words(count: int) -> struct.Struct:
    return struct.Struct(f"={count}I")


def parse_record(data: bytes) -> Rule:
    """The rule in a record of AUDIT_LIST_RULES (without its netlink header).

    What has no name here keeps its number: ``field:99``. Raises ValueError where *data* is no complete record.
    """
    if len(data) < RECORD_SIZE:
        raise ValueError(f"an audit rule record has at least {RECORD_SIZE} bytes, not {len(data)}")
    flags, action, count = _HEAD.unpack_from(data)
    filter_list = FILTERS.get(flags & ~FILTER_PREPEND)
    if count > 64 or filter_list is None or action not in ACTIONS:
        raise ValueError(f"no audit rule record: list {flags}, action {action}, {count} fields")
    words = _words(count)
    numbers = words.unpack_from(data, _FIELDS)
    values = words.unpack_from(data, _VALUES)
    operators = words.unpack_from(data, _OPERATORS)
    fields = []
    offset = RECORD_SIZE
    for number, value, operator in zip(numbers, values, operators):
        name = FIELDS.get(number) or f"field:{number}"
        op = OPERATORS.get(operator) or f"op:{operator}"
        if number in STRING_NUMBERS:
            end = offset + value
            if end > len(data):
                raise ValueError(f"an audit rule record ends inside its {name}")
            fields.append(Field(name, op, data[offset:end].decode("utf-8", "surrogateescape")))
            offset = end
        else:
            fields.append(Field(name, op, value))
    return make_rule(cast(FilterList, filter_list), cast(Action, ACTIONS[action]), _syscalls(data[_MASK]), fields)
