"""A Rule as the kernel's struct audit_rule_data, written without the code under test."""

from __future__ import annotations

import struct

from tui.audit.rule.numbers import ACTIONS, FIELD_NAMES, FILTERS, OPERATORS
from tui.audit.rule.value import Rule

_FILTERS = {name: number for number, name in FILTERS.items()}
_ACTIONS = {name: number for number, name in ACTIONS.items()}
_OPERATORS = {sign: number for number, sign in OPERATORS.items()}


def record_of(rule: Rule) -> bytes:
    """The record that AUDIT_LIST_RULES would hold for *rule*."""
    mask = [0xFFFFFFFF] * 63 + [0xFFFF] if rule.syscalls is None else [0] * 64
    for number in rule.syscalls or ():
        mask[number // 32] |= 1 << number % 32
    fields = [(field.name, field.op, field.value) for field in rule.fields]
    if rule.keys and not any(name == "key" for name, _, _ in fields):
        fields.append(("key", "=", "\x01".join(rule.keys)))
    numbers, values, operators, texts = [], [], [], b""
    for name, op, value in fields:
        numbers.append(int(name.removeprefix("field:")) if name.startswith("field:") else FIELD_NAMES[name])
        operators.append(_OPERATORS[op])
        if isinstance(value, str):
            text = value.encode("utf-8", "surrogateescape")
            texts += text
            value = len(text)
        values.append(value)
    columns = [struct.pack("=64I", *column, *[0] * (64 - len(fields))) for column in (numbers, values, operators)]
    head = struct.pack("=3I", _FILTERS[rule.filter], _ACTIONS[rule.action], len(fields))
    return head + struct.pack("=64I", *mask) + b"".join(columns) + struct.pack("=I", len(texts)) + texts
