"""The journal's runs as lines: a head, local times, columns that stand below each other."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tui.run.journal.run_records import RunRecord
from tui.views.page import line_cells, plain
from tui.views.pages.history import history_lines, run_lines
from tui.views.signs import ASCII, UNICODE

RUNS = (
    RunRecord("20261127T101112Z-7", Path("/runs/2"), "undo", 1_795_774_272.0, ("containerd",), "1.2.0", "web-01", running=True),
    RunRecord(
        "20261126T101112Z-12345",
        Path("/runs/1"),
        "apply",
        1_795_687_872.0,
        ("containerd", "runc"),
        "1.2.0",
        "web-01",
        1_795_687_875.0,
        "proved",
        "audited, and proved",
        undone_by="20261127T101112Z-7",
        events=({"event": "begin", "work": {}},),
    ),
)


@pytest.fixture(autouse=True)
def _in_vienna(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST")
    time.tzset()


@pytest.fixture(autouse=True, scope="module")
def _own_zone_afterwards() -> object:
    yield
    time.tzset()


def test_the_list_has_a_head_and_local_times() -> None:
    head, *rows = map(plain, history_lines(RUNS, 140, UNICODE))
    assert head.split("  ")[0] == "Run"
    assert "Began (UTC+01:00)" in head
    assert rows[0][head.index("Who") :].startswith("not told")
    assert rows[0].startswith("20261127T101112Z-7      2026-11-27 11:11")
    assert {row.index("2026-11-2") for row in rows} == {head.index("Began")}
    assert rows[0].endswith("containerd: at work")
    assert rows[1].endswith("containerd, runc: audited, and proved; undone by 20261127T101112Z-7")


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = [*history_lines(RUNS, width, ASCII), *run_lines(RUNS[1], width, ASCII)]
    assert all(line_cells(line) <= width for line in lines)


def test_one_run_has_its_times_with_their_zone() -> None:
    lines = [plain(line) for line in run_lines(RUNS[1], 100, UNICODE)]
    assert "Began     2026-11-26 11:11:12 UTC+01:00" in lines


def test_no_run_is_said() -> None:
    assert [plain(line) for line in history_lines((), 80, UNICODE)] == ["No run yet."]
