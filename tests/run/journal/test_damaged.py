"""Journals that were damaged, changed, cut short, or are another version's or anybody else's: named, never guessed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.run.journal.desk import DOCKER, WORK, Desk, begin, bring
from tests.run.journal.desk import desk as desk
from tui.run.journal import run_records
from tui.run.journal.journal import Journal
from tui.run.journal.run_records import DamagedRun
from tui.run.journal.unfinished import LINES
from tui.run.values import Step


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_half_line_is_passed_over_and_what_is_written_after_it_is_whole(desk: Desk, cut: int) -> None:
    with begin(desk) as opened:
        opened.write("wrote", path=DOCKER)
    lines = opened.folder / LINES
    lines.write_bytes(lines.read_bytes()[:-cut])
    record = run_records.unfinished(desk)
    assert record.wrote(DOCKER) == (cut == 1)
    with Journal.reopen(desk, record) as again:
        again.write("end", outcome="rolled-back", headline="", message="")
    assert run_records.find(desk, opened.run).outcome == "rolled-back"


def test_a_folder_cut_short_before_its_first_line_is_no_run(desk: Desk) -> None:
    opened = begin(desk)
    opened.close()
    lines = opened.folder / LINES
    lines.write_bytes(lines.read_bytes()[:20])
    assert run_records.runs(desk) == ()
    lines.unlink()
    assert run_records.runs(desk) == ()


@pytest.mark.parametrize(
    "damaged",
    [
        b'{"event": "begin"}\n',
        b"[1, 2]\n",
        b"\x00\xff garbage\n",
        b"[" * 100_000 + b"\n",
        b'{"event": "begin", "work": 7, "time": []}\n',
    ],
    ids=["no work", "a list", "garbage", "too deep", "wrong shape"],
)
def test_a_damaged_journal_is_named_and_nothing_is_guessed(desk: Desk, damaged: bytes) -> None:
    with Journal.begin(desk, WORK, "host", {}) as opened:
        lines = opened.folder / LINES
    lines.write_bytes(damaged)
    with pytest.raises(OSError, match="is damaged") as caught:
        run_records.runs(desk)
    assert caught.value.filename == str(lines)
    assert f"move {lines.parent} away" in str(caught.value)


def test_a_copy_that_was_changed_restores_nothing(desk: Desk) -> None:
    begin(desk).close()
    (record,) = run_records.runs(desk)
    Path(record.backup).write_bytes(b"forged")
    with pytest.raises(DamagedRun, match=r"is not the copy that was made"):
        _ = run_records.find(desk, record.run).intent
    Path(record.backup).unlink()
    with pytest.raises(DamagedRun):
        _ = run_records.find(desk, record.run).intent


@pytest.mark.parametrize("how", ["open to the group", "a link", pytest.param("another's", marks=pytest.mark.needs("root"))])
def test_a_folder_that_others_can_write_to_is_refused(desk: Desk, how: str, tmp_path: Path) -> None:
    runs = desk.state_folder / "runs"
    if how == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        runs.symlink_to(tmp_path / "elsewhere")
    else:
        runs.mkdir(mode=0o700)
        if how == "another's":
            os.chown(runs, 12345, 12345)
        else:
            runs.chmod(0o770)
    with pytest.raises(PermissionError, match="could not be trusted"):
        begin(desk)


@pytest.mark.parametrize("name", [LINES, "before" + DOCKER])
def test_a_fifo_in_a_runs_folder_is_named_and_nobody_waits_for_it(desk: Desk, name: str) -> None:
    begin(desk).close()
    (folder,) = (desk.folder / "runs").iterdir()
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises((OSError, DamagedRun), match="not a regular file"):
        _ = run_records.runs(desk)[0].intent
    if name == LINES:
        with pytest.raises(OSError, match="not a regular file"):
            run_records.unfinished(desk)


def change_line(folder: Path, number: int, values: dict[str, object]) -> None:
    lines = (folder / LINES).read_text().splitlines()
    event = json.loads(lines[number - 1])
    for name, value in values.items():
        at, _, key = name.rpartition("__")
        (event[at] if at else event)[key] = value
    lines[number - 1] = json.dumps(event)
    (folder / LINES).write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("number", "values", "what"),
    [
        (1, {"time": 1e300}, "time"),
        (1, {"time": -1}, "time"),
        (1, {"time": True}, "time"),
        (1, {"time": float("nan")}, "time"),
        (1, {"time": None}, "time"),
        (1, {"number": -3}, "number"),
        (1, {"host": 7}, "host"),
        (1, {"schema": "1"}, "schema"),
        (
            1,
            {"schema": run_records.SCHEMA + 1},
            "its format is newer than 1, which this version reads; use the program that wrote it",
        ),
        (1, {"work__kind": "purge"}, "kind is 'purge', which this version does not know"),
        (1, {"work__kind": ["apply"]}, "kind"),
        (1, {"work__controls": "1.2.11"}, "work"),
        (1, {"work__swaps": None}, "work"),
        (1, {"work__undoes": 3}, "undoes"),
        (2, {"seconds": "long"}, "seconds"),
        (2, {"state": "lost"}, "state is 'lost', which this version does not know"),
        (2, {"title": None}, "title"),
        (3, {"time": float("inf")}, "time"),
        (3, {"outcome": None}, "outcome"),
        (3, {"message": 9}, "message"),
    ],
)
def test_what_no_run_writes_is_told_with_its_line(desk: Desk, number: int, values: dict[str, object], what: str) -> None:
    with begin(desk) as opened:
        opened.step(Step("write", "Write", "done", 0.5, "written"))
        opened.write("end", outcome="proved", headline="", message="")
    change_line(opened.folder, number, values)
    with pytest.raises(OSError, match=re.escape(f"is damaged in line {number} (")) as caught:
        run_records.runs(desk)
    assert what in str(caught.value)
    assert caught.value.filename == str(opened.folder / LINES)


def test_a_journal_without_end_of_its_size_is_not_read_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(desk).close()
    monkeypatch.setattr("tui.run.journal.unfinished.read_journal.__defaults__", (100,))
    with pytest.raises(OSError, match="and 100 are read at most"):
        run_records.runs(desk)


@pytest.mark.parametrize("name", ["ended", "killed-in-restart"])
def test_a_journal_of_the_first_version_is_read(desk: Desk, name: str) -> None:
    bring(desk, name)
    (record,) = run_records.runs(desk)
    assert (record.number, record.boot, record.kind, record.controls) == (0, "", "apply", ("1.2.11",))
    assert record.unfinished == (name != "ended")
    assert [change.path for change in record.intent.files] == [DOCKER]
    assert record.intent.undoes_all == ()


@pytest.mark.parametrize(
    "told", [1, [], {}, {"command": "x"}, {"command": [1]}, {"command": [], "login_uid": -1}, {"command": [], "login_uid": 1}]
)
def test_a_beginning_with_a_nonsensical_actor_is_told_with_its_line(desk: Desk, told: object) -> None:
    begin(desk).close()
    (lines,) = desk.folder.glob(f"runs/*/{LINES}")
    event = json.loads(lines.read_text()) | {"actor": told}
    lines.write_text(json.dumps(event) + "\n")
    with pytest.raises(OSError, match="line 1"):
        run_records.runs(desk)


def test_a_journal_without_an_actor_is_still_read(desk: Desk) -> None:
    begin(desk).close()
    (lines,) = desk.folder.glob(f"runs/*/{LINES}")
    event = json.loads(lines.read_text())
    del event["actor"]
    lines.write_text(json.dumps(event) + "\n")
    (record,) = run_records.runs(desk)
    assert record.actor is None


def test_fields_and_events_that_a_later_program_added_are_passed_over(desk: Desk) -> None:
    with begin(desk) as opened:
        opened.write("weighed", grams=3)
        opened.write("end", outcome="proved", headline="", message="", colour="green")
    change_line(opened.folder, 1, {"planet": "earth", "work__purpose": "none"})
    (record,) = run_records.runs(desk)
    assert (record.outcome, record.intent.kind) == ("proved", "apply")
