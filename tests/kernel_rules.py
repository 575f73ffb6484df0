"""The kernel's audit rules as raw records: made from a Rule, listed and put back without going through any code under test."""

from __future__ import annotations

import socket
import struct
import subprocess

from tui.audit.rule.numbers import ACTIONS, FIELD_NAMES, FILTERS, OPERATORS
from tui.audit.rule.value import Rule

NETLINK_AUDIT = 9
AUDIT_LIST_RULES, AUDIT_ADD_RULE, AUDIT_DEL_RULE = 1013, 1011, 1012
AUDIT_TRUSTED_APP = 1121
NLM_F_REQUEST, NLM_F_ACK, NLMSG_ERROR, NLMSG_DONE = 1, 4, 2, 3


def _ask(kind: int, payload: bytes = b"") -> list[tuple[int, bytes]]:
    answers: list[tuple[int, bytes]] = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT) as link:
        link.settimeout(30)
        link.bind((0, 0))
        link.send(struct.pack("=IHHII", 16 + len(payload), kind, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + payload)
        acknowledged = kind != AUDIT_LIST_RULES
        while True:
            data = link.recv(1 << 16)
            while len(data) >= 16:
                length, answer, _flags, _seq, _pid = struct.unpack_from("=IHHII", data)
                body = data[16:length]
                data = data[(length + 3) & ~3 :]
                if answer == NLMSG_ERROR:
                    code = -struct.unpack_from("=i", body)[0]
                    if code:
                        raise OSError(code, "netlink")
                    if acknowledged:
                        return answers
                elif answer == NLMSG_DONE:
                    return answers
                else:
                    answers.append((answer, body))


def raw_rules() -> list[bytes]:
    """Every loaded rule as the kernel's ``struct audit_rule_data``, in the kernel's order."""
    return [body for kind, body in _ask(AUDIT_LIST_RULES) if kind == AUDIT_LIST_RULES]


def say(text: str) -> None:
    """Put a record of a user program into the log: what was recorded before it stands before it."""
    _ask(AUDIT_TRUSTED_APP, text.encode() + b"\0")


def delete_all() -> None:
    """``auditctl -D``."""
    subprocess.run(["/usr/sbin/auditctl", "-D"], stdin=subprocess.DEVNULL, capture_output=True, check=False)


def restore_rules(rules: list[bytes]) -> None:
    """Make the kernel hold exactly *rules*, in order."""
    if raw_rules() == rules:
        return
    delete_all()
    for rule in rules:
        _ask(AUDIT_ADD_RULE, rule)


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
