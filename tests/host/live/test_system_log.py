"""The two lines that a run leaves in the system's log: whatever listens gets one whole line, and nobody who listens is no trouble."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tui.host.live.system_log import write_system_log


def listen(path: Path, kind: socket.SocketKind) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, kind)
    link.bind(str(path))
    link.settimeout(5)
    if kind is socket.SOCK_STREAM:
        link.listen(1)
    return link


def test_syslog_gets_one_line(tmp_path: Path) -> None:
    with listen(tmp_path / "log", socket.SOCK_DGRAM) as link:
        assert write_system_log("run 1 begun\n<0>forged \x1b[2J", str(tmp_path / "log"), str(tmp_path / "none"))
        data = link.recv(65536)
    assert re.fullmatch(
        rb"<85>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d docker-audit-wizard\[\d+\]: run 1 begun\^J<0>forged \^\[\[2J", data
    )


def test_a_syslog_with_a_stream(tmp_path: Path) -> None:
    with listen(tmp_path / "log", socket.SOCK_STREAM) as link:
        assert write_system_log("ended", str(tmp_path / "log"), str(tmp_path / "none"))
        with link.accept()[0] as connected:
            assert connected.recv(65536).endswith(b"]: ended\0")


def test_the_journal_where_no_syslog_is(tmp_path: Path) -> None:
    with listen(tmp_path / "journal", socket.SOCK_DGRAM) as link:
        assert write_system_log("ended\nPRIORITY=0", str(tmp_path / "none"), str(tmp_path / "journal"))
        fields = dict(line.split("=", 1) for line in link.recv(65536).decode().splitlines())
    assert fields == {
        "PRIORITY": "5",
        "SYSLOG_FACILITY": "10",
        "SYSLOG_IDENTIFIER": "docker-audit-wizard",
        "MESSAGE": "ended^JPRIORITY=0",
    }


@pytest.mark.parametrize("text", ["x" * 100_000, "\udcff\ud800", "", "ä" * 5000])
def test_any_text_goes_through_and_is_cut(tmp_path: Path, text: str) -> None:
    with listen(tmp_path / "log", socket.SOCK_DGRAM) as link:
        assert write_system_log(text, str(tmp_path / "log"), str(tmp_path / "none"))
        assert len(link.recv(1 << 20)) <= 1024


def test_nobody_listens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not write_system_log("x", str(tmp_path / "none"), str(tmp_path / "file"))


def test_a_log_daemon_that_does_not_read_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []

    class Counted(socket.socket):
        def settimeout(self, value: float | None) -> None:
            waits.append(value)
            super().settimeout(0.01)

    monkeypatch.setattr("tui.host.live.system_log.socket.socket", Counted)
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.bind(str(path))
        sent = 0
        while sent < 100_000 and write_system_log(f"{sent}", str(path), str(tmp_path / "none")):
            sent += 1  # until the socket's queue, whose length the machine sets, is full
    assert 0 < sent < 100_000
    assert None not in waits
