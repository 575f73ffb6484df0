"""Undo of everything: every line of ours leaves, by the journals or, where one is gone, to the letter; no line of anybody else's."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.run import stand_in
from tests.run.stand_in import AGENT, DOCKER_BEFORE, LINE, OURS, QUESTION, rule, state
from tests.run.taking_back.test_late import IN_RESTART, administrator_replaces_a_rule, rules_of
from tests.run.taking_back.test_recovery import Crash, Mortal, apply, compiled_as_it_is, dead_run
from tui.audit.inputs import PathFacts
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDIT_RULES, DOCKER_RULES
from tui.plan.make import make_plan
from tui.plan.values import FileChange, FileState, Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import UndoPlan, plan_undo, plan_undo_all
from tui.run.values import RunReport
from tui.verdict.question import Question

pytestmark = pytest.mark.slow

CONTROLS = load_catalogue().controls
ETC_DOCKER = "etc-docker"


def run_for(host: Mortal, *controls: str, **switches: bool) -> RunReport:
    """A whole run for real controls, planned as the program plans."""
    question = Question(load_catalogue().find(list(controls), "1.2.0"), "1.2.0")
    facts = host.read(question.interest)
    return carry_out(question, make_plan(question, facts, Switches(**switches)), host, emit=lambda _event: None)


def two_runs(tmp_path: Path, docker: bytes | None = DOCKER_BEFORE) -> tuple[Mortal, tuple[object, ...]]:
    host = Mortal(stand_in.facts(docker), state_folder=tmp_path / "state")
    before = state(host)
    assert apply(host).outcome == "proved"
    add_a_second_line(host)
    return host, before


def add_a_second_line(host: Mortal) -> None:
    """A second run, whose line is another control's."""
    facts = host.read(QUESTION.interest)
    plan = QUESTION.plan(facts, Switches())
    old = host.machine.content(DOCKER_RULES)
    assert old is not None
    line = b"-w /usr/bin/dockerd -k docker\n"
    change = FileChange(DOCKER_RULES, FileState(old, 0o644), FileState(old + line, 0o644))
    text, rules = stand_in.compiled(
        replace(entry, content=old + line) if entry.path == DOCKER_RULES else entry
        for entry in facts.rules_dir  # type: ignore[union-attr]
    )
    only = tuple(item.rule for item in plan.kernel_only)
    again = replace(
        plan,
        files=(change,),
        compiled_after=text,
        expected=(*rules, *only),
        commands=(stand_in.Command(stand_in.LOAD, "loads", "load"),),
    )
    assert carry_out(QUESTION, again, host, emit=lambda _event: None).outcome == "proved"


def planned(host: Mortal) -> UndoPlan:
    return plan_undo_all(host, CONTROLS)


def take_all(host: Mortal) -> RunReport:
    return undo(planned(host), host, emit=lambda _event: None, question=QUESTION)


def forget(host: Mortal, *numbers: int) -> None:
    """Lose the journals of the runs with these numbers, or all."""
    for record in run_records.runs(host):
        if not numbers or record.number in numbers:
            shutil.rmtree(record.folder)


@pytest.mark.parametrize("docker", [None, b"", DOCKER_BEFORE, DOCKER_BEFORE.rstrip(b"\n")])
def test_all_runs_leave_to_the_last_byte_and_rule(docker: bytes | None, tmp_path: Path) -> None:
    host, before = two_runs(tmp_path, docker)
    pid = host.machine.daemon_pid
    plan = planned(host)
    assert [record.number for record in plan.records] == [2, 1]
    assert "-w /usr/bin/dockerd -k docker" in plan.diff
    assert LINE.decode() in plan.diff
    report = take_all(host)
    assert (report.outcome, report.headline) == ("proved", "undone, and verified")
    assert state(host) == before
    assert host.machine.daemon_pid == pid
    assert all(record.undone_by == report.run for record in run_records.runs(host) if record.kind == "apply")
    text = Path(report.report or "").read_text()
    assert f"| Undoes | all runs: {plan.records[0].run}, {plan.records[1].run} |" in text


def test_a_second_one_finds_nothing_and_begins_no_run(tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path)
    take_all(host)
    runs, now = len(run_records.runs(host)), state(host)
    report = take_all(host)
    assert (report.outcome, report.run) == ("nothing-to-do", "")
    assert (len(run_records.runs(host)), state(host)) == (runs, now)


def test_what_others_wrote_between_the_runs_and_after_them_stays(tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    assert apply(host).outcome == "proved"
    between = b"-w /etc/motd -p wa -k motd\n"
    host.machine.put_file(DOCKER_RULES, DOCKER_BEFORE + LINE + between, 0o644, 0, 0)
    host.run(stand_in.LOAD, timeout=10)
    add_a_second_line(host)
    host.machine.put_file(DOCKER_RULES, (host.machine.content(DOCKER_RULES) or b"") + b"# theirs\n", 0o644, 0, 0)
    administrator_replaces_a_rule(host)
    assert take_all(host).outcome == "proved"
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE + between + b"# theirs\n"
    assert rule("-w /etc/motd -p wa -k motd") in rules_of(host)
    assert {OURS, rule("-w /usr/bin/dockerd -k docker")}.isdisjoint(rules_of(host))
    assert compiled_as_it_is(host)


def test_where_somebody_changed_a_line_of_ours_the_others_leave_and_it_is_said(tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path)
    theirs = b"-w /usr/bin/containerd -p wa -k docker\n"
    host.machine.put_file(DOCKER_RULES, (host.machine.content(DOCKER_RULES) or b"").replace(LINE, theirs), 0o644, 0, 0)
    plan = planned(host)
    assert "what was made of them stays" in " ".join(plan.notes)
    assert take_all(host).outcome == "proved"
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE + theirs


@pytest.mark.parametrize("gone", [(), (1,), (2,)], ids=["all", "the first", "the last"])
def test_where_journals_are_gone_the_lines_are_known_to_the_letter(gone: tuple[int, ...], tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path, None)
    more = b"# theirs\n-w /usr/bin/containerd -p wa -k mine\n-w /usr/bin/containerd -p w -k docker\n"
    host.machine.put_file(DOCKER_RULES, (host.machine.content(DOCKER_RULES) or b"") + more, 0o644, 0, 0)
    forget(host, *gone)
    if gone == (2,):
        apply_again_for_a_gap(host)
    plan = planned(host)
    assert "the journal of some run is gone" in " ".join(plan.notes).lower()
    assert take_all(host).outcome == "proved"
    assert (host.machine.content(DOCKER_RULES) or b"").lstrip(b"\n") == more


def apply_again_for_a_gap(host: Mortal) -> None:
    """Runs numbered past the one that is lost, so that the gap shows: the journal counts on from the greatest number it has."""
    forget_later = host.machine.content(DOCKER_RULES)
    (record,) = run_records.runs(host)
    lines = record.folder / "journal.jsonl"
    lines.write_text(lines.read_text().replace('"number": 1,', '"number": 3,', 1))
    assert host.machine.content(DOCKER_RULES) == forget_later


def test_a_line_that_stood_there_before_our_first_run_is_nobodys_but_theirs(tmp_path: Path) -> None:
    by_hand = b"-w /usr/bin/dockerd -k docker\n"
    host = Mortal(stand_in.facts(DOCKER_BEFORE + by_hand), state_folder=tmp_path / "state")
    assert apply(host).outcome == "proved"
    assert apply(host).outcome == "nothing-to-do"
    # A later run was lost: what the first one found there is known all the same.
    (record,) = run_records.runs(host)
    shutil.copytree(record.folder, record.folder.with_name(record.run + "-9"))
    lines = record.folder.with_name(record.run + "-9") / "journal.jsonl"
    lines.write_text(lines.read_text().replace('"number": 1,', '"number": 4,', 1))
    assert take_all(host).outcome == "proved"
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE + by_hand


def test_without_a_journal_a_file_of_ours_alone_is_removed(tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path, None)
    forget(host)
    assert take_all(host).outcome == "proved"
    assert host.machine.content(DOCKER_RULES) is None
    assert {OURS, rule("-w /usr/bin/dockerd -k docker")}.isdisjoint(rules_of(host))
    assert AGENT in rules_of(host)


def test_a_line_that_leaves_out_carries_no_key_and_is_told_not_taken(tmp_path: Path) -> None:
    never = b"-a never,exit -F dir=/var/lib/docker/overlay2\n"
    assert any("/var/lib/docker/overlay2" in entry.exclusions for control in CONTROLS for entry in control.numbered.values()), (
        "the catalogue leaves another folder out by now"
    )
    start = stand_in.facts(LINE + never)
    folder = "/var/lib/docker/overlay2"
    there = PathFacts(folder, "directory", "/var/lib/docker", 0o755, 0, 0, 1, 78, 2, None, folder, "/")
    host = Mortal(replace(start, paths={**start.paths, folder: there}), state_folder=tmp_path / "state")
    plan = planned(host)
    assert "docker/overlay2: this program writes such a line, but no key in it says so" in " ".join(plan.notes)
    assert take_all(host).outcome == "proved"
    assert host.machine.content(DOCKER_RULES) == never


def test_a_damaged_journal_counts_as_one_that_is_gone(tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path)
    last = run_records.runs(host)[0]
    shutil.rmtree(last.folder / "before")
    plan = planned(host)
    assert f"The journal of run {last.run} is damaged" in " ".join(plan.notes)
    assert take_all(host).outcome == "proved"
    assert {OURS, rule("-w /usr/bin/dockerd -k docker")}.isdisjoint(rules_of(host))


def test_on_an_immutable_kernel_the_disk_is_freed_and_the_rest_waits(tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path)
    host.machine.kernel.status = replace(host.machine.kernel.status, enabled=2)
    report = take_all(host)
    assert (report.outcome, report.headline) == ("pending-reboot", "undone on disk, pending reboot")
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE
    assert planned(host).is_empty


def test_it_refuses_beside_a_run_that_did_not_finish(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    plan = planned(host)
    assert [blocker.kind for blocker in plan.blockers] == ["unfinished"]
    assert take_all(host).outcome == "blocked"
    assert OURS in rules_of(host)


def test_an_undo_of_one_run_refuses_beside_another_that_did_not_finish(tmp_path: Path) -> None:
    host, _ = two_runs(tmp_path)
    first = run_records.latest_undoable(host)
    assert first is not None
    host.dies_at, host.calls = 8, 0
    with pytest.raises(Crash):
        undo(plan_undo(host, first), host, emit=lambda _event: None)
    host.live_for_ever()
    older = run_records.runs(host)[-1]
    assert [blocker.kind for blocker in plan_undo(host, older).blockers] == ["unfinished"]


@pytest.mark.parametrize("finish", [True, False])
@pytest.mark.parametrize("dies_at", range(3, 14))
def test_one_that_is_killed_is_finished_or_rolled_back(dies_at: int, finish: bool, tmp_path: Path) -> None:
    host, before = two_runs(tmp_path)
    applied = state(host)
    plan = planned(host)
    host.dies_at, host.calls, host.after = dies_at, 0, True
    try:
        undo(plan, host, emit=lambda _event: None)
    except Crash:
        host.live_for_ever()
    else:
        assert dies_at > host.calls
        return
    left = run_records.unfinished(host)
    if left is None:
        assert state(host) == applied
        return
    report = recover(host, left, emit=lambda _event: None, finish=finish)
    assert report.outcome == ("proved" if finish else "rolled-back")
    assert state(host) == (before if finish else applied)
    assert planned(host).is_empty == finish


def test_adopted_lines_stay_where_audit_rules_is_compiled_anew(tmp_path: Path) -> None:
    """A line that stood only in audit.rules came into docker.rules; somebody has written there since, so audit.rules is made anew."""
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    adopted = b"-w /etc/group -p wa -k group\n"
    old = host.machine.content(AUDIT_RULES) or b""
    host.machine.put_file(AUDIT_RULES, old + adopted, 0o640, 0, 0)
    assert run_for(host, "containerd", adopt=True).run
    now = host.machine.content(DOCKER_RULES) or b""
    assert adopted in now
    host.machine.put_file(DOCKER_RULES, now + b"# theirs\n", 0o644, 0, 0)
    record = run_records.latest_undoable(host)
    assert record is not None
    undo(plan_undo(host, record), host, emit=lambda _event: None)
    assert adopted in (host.machine.content(DOCKER_RULES) or b"")
    assert adopted in (host.machine.content(AUDIT_RULES) or b"")
    assert LINE not in (host.machine.content(DOCKER_RULES) or b"")


def test_a_recovery_keeps_adopted_lines_where_somebody_has_written_into_docker_rules(tmp_path: Path) -> None:
    """No other file has changed, but docker.rules does not get its old bytes back, so audit.rules does not either."""
    adopted = b"-w /etc/group -p wa -k group\n"
    ends = set()
    for number in range(5, 40):
        host = Mortal(stand_in.facts(), state_folder=tmp_path / f"{number}")
        host.machine.put_file(AUDIT_RULES, (host.machine.content(AUDIT_RULES) or b"") + adopted, 0o640, 0, 0)
        host.calls, host.dies_at = 0, number
        try:
            run_for(host, "containerd", adopt=True)
            break
        except Crash:
            host.live_for_ever()
        left, now = run_records.unfinished(host), host.machine.content(DOCKER_RULES) or b""
        if left is None or adopted not in now:
            continue
        host.machine.put_file(DOCKER_RULES, now + b"# theirs\n", 0o644, 0, 0)
        report = recover(host, left, emit=lambda _event: None)
        assert report.outcome == "rolled-back", (number, report.message)
        assert f"It keeps 1 line that the run had adopted from {AUDIT_RULES}" in report.message, (number, report.message)
        docker = host.machine.content(DOCKER_RULES) or b""
        assert (adopted in docker, b"# theirs\n" in docker, LINE in docker) == (True, True, False), number
        assert adopted in (host.machine.content(AUDIT_RULES) or b""), number
        ends.add(number)
    assert ends


# --- on the command line -------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return monkeypatch


def test_the_verb_shows_a_diff_first_and_reports_as_json(
    tmp_path: Path, as_root: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, before = two_runs(tmp_path)
    as_root.setattr("tui.verbs.change.live_host", lambda: host)
    assert main(["undo", "--all", "--yes", "--json"]) == 0
    told = capsys.readouterr()
    assert "\n-" + LINE.decode() in told.err
    assert "; no other file of rules.d has changed since." in told.err
    assert json.loads(told.out)["outcome"] == "proved"
    assert state(host) == before
    assert main(["undo", "--all", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "nothing-to-do"
    assert main(["history", "--json"]) in (0, 3)


def test_a_run_beside_all_is_usage(as_root: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo", "--all", "--yes", "20270115T080000Z-1"]) == 2
    assert "give one of them" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["undo", "--all"], ["undo", "OLDER"], ["rehearse", "--seconds", "1", "--control", "containerd"]])
def test_the_verb_settles_a_run_that_did_not_finish_first(
    verb: list[str], tmp_path: Path, as_root: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, _ = two_runs(tmp_path)
    older = run_records.runs(host)[-1].run
    host.machine.put_file(DOCKER_RULES, DOCKER_BEFORE, 0o644, 0, 0)
    host.dies_at, host.after = IN_RESTART, True
    with pytest.raises(Crash):
        apply(host)
    host.live_for_ever()
    as_root.setattr("tui.verbs.change.live_host", lambda: host)
    main([older if word == "OLDER" else word for word in verb] + ["--yes"])
    assert "did not finish; it will be rolled back first." not in capsys.readouterr().out
    assert run_records.unfinished(host) is None
