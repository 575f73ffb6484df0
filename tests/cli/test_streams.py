"""Standard streams that are closed, full or read by nobody change neither what is done nor the exit status that says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.base import streams

ROOT = Path(__file__).resolve().parents[2]
TUI = f"{sys.executable} -I -m tui"
CHECK = f"{TUI} check --control 1.2.11 --host assets/scenarios/fresh.yaml"


def shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_no_status(closed: str) -> None:
    done = shell(f"{CHECK} {closed}")
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_takes_the_number_of_a_closed_stream(closed: str) -> None:
    """A program that a run starts must find three streams, and the run's own lock and pipes beside them."""
    code = "from tui import streams; streams.reserve(); import os; raise SystemExit(os.open('/dev/null', os.O_RDONLY) > 2)"
    assert shell(f'{sys.executable} -c "{code}" {closed}').returncode == 1


@pytest.mark.parametrize("command", [CHECK, f"{CHECK} --json", f"{TUI} capture"])
def test_a_result_that_cannot_be_written_is_said(command: str) -> None:
    done = shell(f"{command} > /dev/full")
    assert done.returncode == 3  # 1 would say that a control fails, 70 that this program does
    assert done.stderr == "docker-audit-wizard: the result could not be written: No space left on device.\n"


def test_progress_that_cannot_be_written_is_let_go() -> None:
    done = shell(f"{TUI} apply --control 1.2.11 2> /dev/full")
    assert done.returncode == 2  # It asks for --yes, where standard input is no terminal, and nobody can read that.


def test_a_reader_that_went_away_ends_it_as_the_signal_would() -> None:
    done = shell(f"{CHECK} | true; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) in ((141, ""), (1, ""))


def test_a_process_that_cannot_write_out_its_last_words_ends_as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick end would drop them without a word."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        print("a verdict", file=full)
        streams.end_process(0)
        assert ended == []
        streams.abandon(full)
        streams.end_process(1)
    assert ended == [1]
