"""Report, JSON and history name who did a run, and the simulated system's log has its two lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.build import carried_out, ignore, plain_host
from tui.controls.catalogue import load_catalogue
from tui.host.port import Actor
from tui.host.simulated.host import SimulatedHost
from tui.run.journal import run_records
from tui.run.journal.unfinished import LINES
from tui.run.rehearsal.rehearsal import rehearse
from tui.run.taking_back.recovery import recover
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.verdict.question import Question
from tui.views.json import rehearsal_view, report_view, run_view
from tui.views.page import plain
from tui.views.pages.history import run_lines
from tui.views.signs import UNICODE

QUESTION = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
ALICE = Actor(1000, "alice", "alice", "/dev/pts/3", ("docker-audit-wizard", "apply", "a|b `c`", "--yes"), "9.9")


class Host(SimulatedHost):
    who = ALICE

    def actor(self) -> Actor:
        return self.who


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(plain_host(), state_folder=tmp_path / "state")


def test_a_run_and_its_undo(host: Host) -> None:
    report = carried_out(QUESTION, host)
    assert report_view(report)["actor"]["login_user"] == "alice"
    assert report_view(report)["actor"]["command"] == list(ALICE.command)
    document = json.loads((host.state_folder / "runs" / report.run / "report.json").read_text())
    assert (document["actor"]["sudo_user"], document["begun_by"]) == ("alice", None)
    text = Path(report.report).read_text()
    assert "| Done by | alice (login uid 1000), by sudo from alice, on /dev/pts/3, with docker-audit-wizard apply" in text
    assert "a|b" not in text.replace("a\\|b", "")
    record = run_records.find(host, report.run)
    assert any(line.startswith("By        alice (login uid 1000)") for line in map(plain, run_lines(record, 100, UNICODE)))
    assert run_view(record)["actor"]["terminal"] == "/dev/pts/3"
    host.who = Actor(None, "", "", "", ("docker-audit-wizard", "undo"), "9.9")
    back = undo(plan_undo(host, record), host, emit=ignore, question=QUESTION)
    assert back.actor == host.who
    assert [line.split(",")[0].split(" (")[0] for line in host.system_log] == [
        f"run {report.run} begun: apply of 1.2.11",
        f"run {report.run} ended: proved",
        f"run {back.run} begun: undo of 1.2.11",
        f"run {back.run} ended: proved",
    ]


def test_a_recovery_names_both(host: Host) -> None:
    run = carried_out(QUESTION, host).run
    lines = host.state_folder / "runs" / run / LINES
    lines.write_bytes(b"".join(line for line in lines.read_bytes().splitlines(keepends=True) if b'"event": "end"' not in line))
    host.who = Actor(0, "root", "", "/dev/tty1", ("docker-audit-wizard",), "9.9")
    report = recover(host, run_records.unfinished(host), emit=ignore, question=QUESTION)
    assert report.actor == host.who
    text = Path(report.report).read_text()
    assert "| Begun by | alice" in text
    assert "| Done by | root (login uid 0), on /dev/tty1" in text


def test_a_rehearsal(host: Host) -> None:
    result = rehearse(QUESTION, host, seconds=1, emit=ignore)
    assert rehearsal_view(result)["actor"]["login_uid"] == 1000
    assert [line.split(",")[0].split(" (")[0] for line in host.system_log] == [
        f"run {result.run} begun: rehearse of 1.2.11",
        f"run {result.run} ended: proved",
    ]


def test_what_does_not_begin_leaves_no_line(host: Host) -> None:
    carried_out(QUESTION, host)
    lines = len(host.system_log)
    assert carried_out(QUESTION, host).outcome == "nothing-to-do"
    assert report_view(carried_out(QUESTION, host))["actor"] is None
    assert len(host.system_log) == lines
