"""The kernel's audit rules as raw records, for tests: listed and put back without going through any code under test."""

from __future__ import annotations

import socket
import struct
import subprocess

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
