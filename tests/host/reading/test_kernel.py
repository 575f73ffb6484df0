"""What read_rules and read_status say where the kernel does not answer as it should."""

from __future__ import annotations

import errno
import os
import socket
import struct
from pathlib import Path

import pytest

from tests.kernel_rules import record_of
from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.value import Field, Rule
from tui.host.reading import kernel

RULE = Rule("exit", "always", None, (Field("path", "=", "/usr/bin/containerd"), Field("perm", "=", 15)), ("docker",))


class FakeLink:
    """A netlink socket that answers with the given datagrams."""

    def __init__(self, answers: list[bytes] | OSError) -> None:
        self.answers = answers

    def close(self) -> None:
        pass

    def settimeout(self, seconds: float) -> None:
        pass

    def setsockopt(self, *option: int) -> None:
        pass

    def bind(self, address: tuple[int, int]) -> None:
        pass

    def send(self, data: bytes) -> int:
        if isinstance(self.answers, OSError):
            raise self.answers
        return len(data)

    def recv(self, size: int) -> bytes:
        assert isinstance(self.answers, list)
        if not self.answers:
            raise TimeoutError
        return self.answers.pop(0)[:size]


def message(kind: int, body: bytes, sequence: int = 1) -> bytes:
    return (struct.pack("=IHHII", 16 + len(body), kind, 2, sequence, 0) + body).ljust((16 + len(body) + 3) & ~3, b"\0")


def answering(monkeypatch: pytest.MonkeyPatch, answers: list[bytes] | OSError) -> None:
    monkeypatch.setattr("_socket.socket", lambda *arguments: FakeLink(answers))


DONE = message(3, b"")


def test_rules_in_one_or_many_datagrams(monkeypatch: pytest.MonkeyPatch) -> None:
    one = message(1013, record_of(RULE))
    stray = message(1013, record_of(RULE), sequence=9)
    acknowledged = message(2, struct.pack("=i", 0))
    for answers in ([one, one, DONE], [one + one + DONE], [acknowledged, stray, one, stray + one, DONE]):
        answering(monkeypatch, answers)
        assert kernel.read_rules() == (RULE, RULE)


def test_status_of_new_and_old_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    words = (0, 1, 1, 4711, 0, 8192, 3, 2, 7, 15000, 99)
    answering(monkeypatch, [message(1000, struct.pack("=11I", *words))])
    assert kernel.read_status() == AuditStatus(1, 1, 4711, 0, 8192, 3, 2, 15000)
    answering(monkeypatch, [message(1000, struct.pack("=8I", *words[:8]))])
    assert kernel.read_status() == AuditStatus(1, 1, 4711, 0, 8192, 3, 2)
    answering(monkeypatch, [message(1000, b"abc")])
    assert isinstance(kernel.read_status(), Unknown)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EPROTONOSUPPORT, "audit=0"),
        (errno.EAFNOSUPPORT, "audit=0"),
        (errno.EPERM, "CAP_AUDIT_CONTROL"),
        (errno.ECONNREFUSED, "refuses this process"),
        (errno.ENOBUFS, os.strerror(errno.ENOBUFS)),
    ],
)
def test_refusals_are_said_in_words(monkeypatch: pytest.MonkeyPatch, code: int, words: str) -> None:
    monkeypatch.setattr(kernel, "outside_first_namespace", lambda kind: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    answering(monkeypatch, OSError(code, os.strerror(code)))
    for found in (kernel.read_rules(), kernel.read_status()):
        assert isinstance(found, Unknown)
        assert words in found.reason
        assert found.reason.endswith(".")


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [message(1013, record_of(RULE))],
        [message(1013, b"short"), DONE],
        [message(1013, record_of(RULE))[:500], DONE],
        [message(2, struct.pack("=i", -errno.EPERM))],
    ],
    ids=["silence", "no end", "no rule", "cut off", "refused"],
)
def test_half_an_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch, answers: list[bytes]) -> None:
    answering(monkeypatch, answers)
    assert isinstance(kernel.read_rules(), Unknown)


TABLE = "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"
ROW = "0000000000000000 {0:<3} {1:<10} {2} 0        0        0     2        3        4711\n"


@pytest.mark.parametrize(
    ("rows", "sockets"),
    [
        ([(9, 512, "00000000")], {}),
        ([(9, 512, "00000000"), (9, 1, "00000001")], {"socket:[4711]": 3}),
        ([(0, 1, "00000001"), (15, 1, "00000001"), (9, 1, "00000002")], {}),
    ],
)
def test_who_takes_copies_of_the_records(tmp_path: Path, rows: list[tuple[int, int, str]], sockets: dict[str, int]) -> None:
    table = tmp_path / "netlink"
    table.write_text(TABLE + "".join(ROW.format(*row) for row in rows))
    assert kernel.copy_sockets(str(table)) == sockets
    assert kernel.copy_sockets(str(tmp_path / "none")) == {}


@pytest.mark.needs("audit-read")
def test_a_socket_in_the_group_is_seen() -> None:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9) as link:
        link.bind((0, 1))
        assert kernel.copy_sockets()
