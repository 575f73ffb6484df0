"""What a run leaves in its journal and its report, also where those cannot be written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.run import stand_in
from tests.run.planned_run import ALL_STEPS, go, planned
from tests.run.planned_run import host as host
from tests.run.stand_in import state
from tui.host.facts import AUDIT_RULES, HostFacts
from tui.host.simulated.host import SimulatedHost
from tui.run.evidence import evidence
from tui.run.journal import run_records


@pytest.mark.parametrize("line", range(1, 34))
def test_a_journal_that_cannot_be_written_rolls_back_or_lets_nothing_begin(
    host: SimulatedHost, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(host)
    real, written = os.write, 0

    def full(fd: int, data: bytes) -> int:
        nonlocal written
        written += bytes(data).startswith(b'{"event"')
        if bytes(data).startswith(b'{"event"') and written >= line:
            raise OSError(28, "No space left on device")
        return real(fd, data)

    monkeypatch.setattr(os, "write", full)
    report = go(host)
    monkeypatch.undo()
    if report.outcome == "proved":
        assert "The journal is not complete" in report.message or written < line
        return
    assert report.outcome == ("blocked" if line == 1 else "rolled-back")
    assert len(list((host.state_folder / "runs").iterdir())) == (0 if line == 1 else 1)
    assert "No space left on device" in report.message
    assert state(host) == before


def test_a_state_folder_of_somebody_else_lets_nothing_begin(host: SimulatedHost) -> None:
    plan, before = planned(host), state(host)
    host.state_folder.chmod(0o755)
    report = go(host, plan)
    assert report.outcome == "blocked"
    assert "must be a directory of uid" in report.message
    assert state(host) == before


def test_an_internal_error_is_rolled_back_and_kept_in_the_journal(host: SimulatedHost, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(host)

    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(host, "probe", bug)
    report = go(host)
    assert report.outcome == "rolled-back"
    assert "An internal error stopped the step (RuntimeError: a bug of ours)" in report.message
    assert state(host) == before
    events = run_records.find(host, report.run).events
    assert any("a bug of ours" in event.get("traceback", "") for event in events)
    kept = {step.name: step.state for step in run_records.find(host, report.run).steps}
    assert kept == {step.name: step.state for step in report.steps[1:]}, "the history tells how each step ended, as the report does"
    assert kept["probe"] == "failed"


def test_a_report_that_cannot_be_written_does_not_undo_a_proved_run(host: SimulatedHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **_switches: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evidence, "save_text", full)
    report = go(host)
    assert (report.outcome, report.report) == ("proved", None)
    assert "The report could not be written" in report.message


def test_the_journal_says_what_will_be_done_before_it_is_done(host: SimulatedHost) -> None:
    report = go(host)
    events = [
        (event["event"], event.get("name") or event.get("path") or event.get("argv"))
        for event in run_records.find(host, report.run).events
    ]
    names = [event for event, _ in events]
    assert names[0] == "begin"
    assert names[-1] == "end"
    assert names.index("step") < names.index("writing") < names.index("wrote")
    for number, (event, argv) in enumerate(events):
        if event == "command":
            assert events[number - 1] == ("run", argv)


# --- evidence --------------------------------------------------------------------------------------------------------------


def test_the_report_tells_an_auditor_everything_and_no_secret(host: SimulatedHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "s3cr3t-v4lue")
    report = go(host)
    text = Path(report.report or "").read_text()
    for said in (
        "web-01",
        "Debian GNU/Linux 12",
        "1.2.11",
        "+-w /usr/bin/containerd -k docker",
        "/usr/sbin/augenrules --load",
        "exit code 0",
        "type=SYSCALL",
        "audit 3.0.9",
        "fail: NOT audited | pass: audited",
        "-k agent",
        str(report.probes[0].serial),
    ):
        assert said in text, said
    folder = Path(report.report or "").parent
    document = json.loads((folder / "report.json").read_text())
    assert (document["schema"], document["outcome"], document["run"]) == (1, "proved", report.run)
    assert [step["name"] for step in document["steps"]] == ALL_STEPS
    assert document["steps"][2]["commands"][0]["exit_code"] == 0
    assert len(document["facts_before"]["kernel_rules"]) + 1 == len(document["facts_after"]["kernel_rules"])
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"s3cr3t-v4lue" not in path.read_bytes(), path
            assert path.stat().st_mode & 0o077 == 0, path


def test_the_report_of_a_failed_run_has_the_rollback_and_how_to_mend(tmp_path: Path) -> None:
    from tui.host.scenario import Fault

    host = SimulatedHost(stand_in.facts(), [Fault("service auditd", "dead-after")], state_folder=tmp_path / "state")
    report = go(host)
    text = Path(report.report or "").read_text()
    assert report.outcome == "broken"
    assert "## To mend by hand\n\n```\n/usr/sbin/service auditd start\n```" in text
    assert "## Rollback" in text


def test_hostile_files_stay_text_in_the_report(tmp_path: Path) -> None:
    hostile = b"# ```\n# <script>alert(1)</script> \x1b[2J \xe2\x80\xae ````` [x](http://y)\n"
    start: HostFacts = stand_in.facts(hostile)
    host = SimulatedHost(start, state_folder=tmp_path / "state")
    report = go(host)
    text = Path(report.report or "").read_text()
    assert report.outcome == "proved"
    assert "\x1b" not in text
    assert "\u202e" not in text
    fence = next(line for line in text.splitlines() if line.endswith("diff") and line.startswith("`"))
    assert fence.startswith("``````")
    assert AUDIT_RULES in text
