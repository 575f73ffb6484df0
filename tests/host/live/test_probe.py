"""A probe that executes never runs the program, on kernels that look at the arguments first, too."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tui.host.live import probe
from tui.host.port import LogMark, LogPiece, ProbeResult

_MARK = LogMark(0, 0, 0)


def _probe(path: str) -> ProbeResult:
    return probe.probe(
        path, "x", timeout=0.2, log=probe.SearchedLog(probe.AUDITS_LOG, lambda: _MARK, lambda mark: LogPiece(b"", mark))
    )


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that leaves a trace where it runs."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("opens_first", [True, False])
def test_the_program_is_never_run(program: Path, opens_first: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_opens_first", lambda: opens_first)
    found = _probe(str(program))
    assert found.pid
    assert "no record of the access" in found.reason
    assert not program.with_name("ran").exists()
    with pytest.raises(ChildProcessError):
        os.waitpid(found.pid, os.WNOHANG)  # nothing of it is left


@pytest.mark.parametrize("refused", ["prctl", "ptrace"])
def test_where_it_cannot_be_kept_from_running_it_is_not_tried(program: Path, refused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    library = SimpleNamespace(prctl=lambda *_: 0, ptrace=lambda *_: 0)
    monkeypatch.setattr(probe, "_opens_first", lambda: False)
    monkeypatch.setattr("ctypes.CDLL", lambda _name: library)
    setattr(library, refused, lambda *_: -1)
    found = _probe(str(program))
    assert "was not executed" in found.reason
    assert not program.with_name("ran").exists()


def test_the_order_of_execve_is_found_out_by_trying() -> None:
    release = tuple(int(number) for number in os.uname().release.split(".")[:2])
    assert probe._opens_first() or release < (6, 8)
