"""Rolling back late: the host has gone on since the run, so only what is the run's leaves, and nothing that others removed returns."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run import stand_in
from tests.run.journal.desk import WORK
from tests.run.stand_in import AGENT, DOCKER_BEFORE, LINE, OURS, QUESTION, THEIRS, rule
from tests.run.taking_back.test_recovery import Crash, Mortal, apply, compiled_as_it_is, dead_run, recovered
from tui.audit.inputs import AuditStatus
from tui.cli import main
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, RULES_DIR
from tui.host.simulated.programs import reboot
from tui.plan.load_effects import OPTIONS
from tui.plan.values import FileChange, FileState
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover
from tui.run.taking_back.settings import settings_after_rollback
from tui.run.taking_back.since import Moment, Since, ago, since
from tui.run.taking_back.taking_out import keeping_adopted, taken_out
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo

OLD = Path(__file__).parents[2] / "fixtures" / "journal-of-format-1"
NEIGHBOUR = RULES_DIR + "/50-theirs.rules"
REMOVED = rule("-w /etc/shadow -p wa -k identity")
NEW = rule("-w /etc/sudoers -p wa -k sudo")
IN_RESTART, AFTER_PUT_BACK = 12, 11
"""The calls of a run at which it is killed: in its restart, and right before it, when each rule is back."""


def administrator_replaces_a_rule(host: Mortal) -> None:
    """Another file is edited, and what is on disk loaded."""
    edited = THEIRS.replace(b"-w /etc/shadow -p wa -k identity\n", b"-w /etc/sudoers -p wa -k sudo\n")
    host.machine.put_file(NEIGHBOUR, edited, 0o600, 0, 0)
    host.run(("/usr/sbin/augenrules", "--load"), timeout=10)


def rules_of(host: Mortal) -> tuple[object, ...]:
    return tuple(host.machine.kernel.rules)


def test_a_rule_that_the_administrator_has_replaced_since_stays_replaced(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    host.sleep(7200)
    administrator_replaces_a_rule(host)
    report = recovered(host)
    assert (report.outcome, report.mend) == ("rolled-back", ())
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE
    assert NEW in rules_of(host)
    assert AGENT in rules_of(host)  # on no disk, and deleted by the run's own restart
    assert {REMOVED, OURS}.isdisjoint(rules_of(host))
    assert compiled_as_it_is(host)
    assert f"began 2 hours ago; since then {NEIGHBOUR} changed" in report.message
    assert "taken 1 rule out since, which was not loaded again: -a always,exit -S all -F path=/etc/shadow" in report.message
    assert apply(host).outcome == "proved"


def test_a_run_of_the_first_version_is_rolled_back_late_as_well(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    (mine,) = (host.state_folder / "runs").iterdir()
    shutil.rmtree(mine)
    shutil.copytree(OLD / "killed-in-restart", mine.with_name("20270115T080000Z-12375"))
    administrator_replaces_a_rule(host)
    report = recovered(host)
    assert (report.outcome, report.mend) == ("rolled-back", ())
    assert {NEW, AGENT} < set(rules_of(host))
    assert {REMOVED, OURS}.isdisjoint(rules_of(host))
    assert compiled_as_it_is(host)


def test_what_is_edited_and_not_loaded_yet_is_not_loaded_by_the_rollback(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    host.machine.put_file(RULES_DIR + "/60-draft.rules", b"-w /etc/sudoers -p wa -k sudo\n", 0o600, 0, 0)
    report = recovered(host)
    assert report.outcome == "rolled-back"
    assert NEW not in rules_of(host)
    assert {REMOVED, AGENT} < set(rules_of(host))
    assert OURS not in rules_of(host)


def test_after_a_reboot_only_the_runs_lines_leave(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    reboot(host.machine)
    assert OURS in rules_of(host)
    report = recovered(host)
    assert (report.outcome, report.mend) == ("rolled-back", ())
    assert {AGENT, OURS}.isdisjoint(rules_of(host))  # what only the kernel knew went with the reboot
    assert REMOVED in rules_of(host)
    assert compiled_as_it_is(host)
    assert "since then the host was booted" in report.message
    assert host.machine.daemon_pid


def test_a_rule_that_only_the_kernel_had_and_somebody_deleted_since_is_not_loaded_again(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, AFTER_PUT_BACK, True, tmp_path)
    assert AGENT in rules_of(host)
    host.machine.kernel.line("-W /etc/hostname -p wa -k agent")
    report = recovered(host)
    assert (report.outcome, report.mend) == ("rolled-back", ())
    assert AGENT not in rules_of(host)
    assert "was not loaded again: -a always,exit -S all -F path=/etc/hostname" in report.message


def test_a_rule_deleted_before_a_recovery_that_dies_in_its_load_stays_deleted(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, AFTER_PUT_BACK, True, tmp_path)
    host.machine.kernel.line("-W /etc/hostname -p wa -k agent")
    left = run_records.unfinished(host)
    assert left is not None
    deaths = 0
    for dies_at in range(1, 30):
        host.dies_at, host.calls, host.after = dies_at, 0, True
        try:
            recover(host, left, emit=lambda event: None)
        except Crash:
            deaths += 1
            host.live_for_ever()
        else:
            break
        if any(command[1:] == ["--load"] for command in commands_of(host)):
            break
    host.live_for_ever()
    assert deaths
    if run_records.unfinished(host) is not None:
        assert recovered(host).outcome == "rolled-back"
    assert AGENT not in rules_of(host)
    assert {REMOVED} < set(rules_of(host))


def commands_of(host: Mortal) -> list[list[str]]:
    """The commands that recoveries of the only run have begun."""
    (record,) = run_records.runs(host)
    events = list(record.events)
    start = next((at for at, event in enumerate(events) if event["event"] == "recovery"), len(events))
    return [event["argv"] for event in events[start:] if event["event"] == "run"]


def test_a_kernel_that_the_boot_has_locked_waits_for_the_next_one(tmp_path: Path) -> None:
    lock = RULES_DIR + "/99-lock.rules"
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    host.machine.put_file(lock, b"-e 2\n", 0o600, 0, 0)
    reboot(host.machine)
    assert OURS in rules_of(host)
    report = recovered(host)
    assert (report.outcome, report.headline, report.mend) == ("pending-reboot", "rolled back on disk, pending reboot", ())
    assert "A boot has locked the kernel's rules since: until the next reboot it keeps 1 rule of the run's" in report.message
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE
    assert not report.undoable
    assert run_records.latest_undoable(host) is None  # it did what it did not set out to do
    assert run_records.unfinished(host) is None
    reboot(host.machine)
    assert OURS not in rules_of(host)
    assert REMOVED in rules_of(host)


def test_settings_that_somebody_else_set_since_stay(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    host.machine.put_file(RULES_DIR + "/60-more.rules", b"-b 16384\n-f 0\n-r 77\n", 0o600, 0, 0)
    host.run(("/usr/sbin/augenrules", "--load"), timeout=10)
    report = recovered(host)
    assert (report.outcome, report.mend) == ("rolled-back", ())
    status = host.machine.kernel.status
    assert (status.backlog_limit, status.failure, status.rate_limit) == (16384, 0, 77)
    assert OURS not in rules_of(host)


@given(now=st.dictionaries(st.sampled_from(sorted(OPTIONS)), st.integers(0, 3), min_size=len(OPTIONS)), planned=st.data())
def test_a_late_rollback_changes_no_setting_but_those_that_its_own_load_made(now: dict[str, int], planned: st.DataObject) -> None:
    status = replace(AuditStatus(1), **dict.fromkeys(OPTIONS, 5))
    settings = planned.draw(st.dictionaries(st.sampled_from(sorted(OPTIONS)), st.integers(0, 3)))
    intent = replace(WORK, status=status, settings=settings)
    after = settings_after_rollback(intent, now, booted=False, late=True)
    assert after == {name: 5 if settings.get(name) == value else value for name, value in now.items()}
    assert settings_after_rollback(intent, now, booted=True, late=True) == now


def test_a_run_is_not_finished_on_a_host_that_has_gone_on(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    administrator_replaces_a_rule(host)
    left = run_records.unfinished(host)
    assert left is not None
    before = rules_of(host)
    report = recover(host, left, emit=lambda event: None, finish=True, question=QUESTION)
    assert report.outcome == "blocked"
    assert f"docker-audit-wizard undo {left.run}" in report.message
    assert rules_of(host) == before
    assert run_records.unfinished(host) is not None


@pytest.mark.parametrize("booted", [False, True])
def test_an_undo_of_an_older_run_brings_nothing_back_that_was_removed_since(booted: bool, tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    assert apply(host).outcome == "proved"
    administrator_replaces_a_rule(host)
    if booted:
        reboot(host.machine)
    record = run_records.latest_undoable(host)
    assert record is not None
    plan = plan_undo(host, record)
    assert plan.since is not None
    assert (plan.since.booted, plan.since.changed) == (booted, (NEIGHBOUR,))
    report = undo(plan, host, emit=lambda event: None)
    assert report.outcome == "proved"
    assert NEW in rules_of(host)
    assert {REMOVED, OURS}.isdisjoint(rules_of(host))
    assert compiled_as_it_is(host)


def test_adopted_lines_stay_where_no_other_file_would_bring_them(tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    apply(host)
    (record,) = run_records.runs(host)
    adopted = b"-w /etc/group -p wa -k group\n"
    intent = replace(record.intent, compiled=FileState(b"-D\n" + adopted, 0o640, 0, 0))
    for before in (None, FileState(DOCKER_BEFORE, 0o600, 1, 2)):
        after = FileState((before.content if before else b"\n") + LINE + adopted, 0o600, 1, 2)
        found = taken_out(keeping_adopted(FileChange(DOCKER_RULES, before, after), intent), after)
        assert found.state is not None
        assert found.state.content == (before.content if before else b"\n") + adopted
    assert AUDIT_RULES in intent.paths


BEGAN = Moment(1000.0, 500.0, "one")


@pytest.mark.parametrize(
    ("began", "now", "seconds", "booted"),
    [
        (BEGAN, Moment(1060.0, 560.0, "one"), 60.0, False),
        (BEGAN, Moment(10.0, 560.0, "one"), 60.0, False),  # set back since: the uptime tells
        (BEGAN, Moment(4600.0, 20.0, "two"), 3600.0, True),
        (BEGAN, Moment(10.0, 20.0, "two"), None, True),
        (replace(BEGAN, boot="", uptime=0.0), Moment(1060.0, 560.0, "one"), 60.0, False),
        (replace(BEGAN, boot="", uptime=0.0), Moment(4600.0, 20.0, "two"), 3600.0, True),
    ],
)
def test_how_old_a_run_is_and_whether_a_boot_came_between(
    began: Moment, now: Moment, seconds: float | None, booted: bool, tmp_path: Path
) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    apply(host)
    (record,) = run_records.runs(host)
    told = since(record.intent, began, now, record.intent.rules_dir)
    assert (told.seconds, told.booted, told.changed) == (seconds, booted, ())
    assert told.late == booted


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 seconds"), (1, "1 second"), (90, "1 minute"), (7300, "2 hours"), (86_400 * 3, "3 days")]
)
def test_ages_are_told_in_their_largest_unit(seconds: float, words: str) -> None:
    assert ago(seconds) == words
    assert f"began {words} ago; no other file of rules.d has changed since." in Since(seconds, False, ()).sentence("R")


# --- on the command line -------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return monkeypatch


def test_an_apply_that_does_not_begin_says_what_its_recovery_has_changed(
    tmp_path: Path, as_root: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    host.machine.put_file(RULES_DIR + "/20-broken.rules", b"-w relative -k x\n", 0o600, 0, 0)
    as_root.setattr("tui.verbs.change.live_host", lambda: host)
    (left,) = run_records.runs(host)
    assert main(["apply", "--control", "containerd", "--yes", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["recovered"]["run"], told["recovered"]["outcome"]) == ("blocked", left.run, "rolled-back")
    assert told["headline"] == "not begun, but an earlier run was rolled back"
    assert told["message"].startswith(f"Run {left.run}, which had not finished, was rolled back first.")
    assert "This run has not begun." in told["message"]
    assert OURS not in rules_of(host)


def test_an_apply_without_a_left_over_has_recovered_nothing(
    tmp_path: Path, as_root: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    as_root.setattr("tui.verbs.change.live_host", lambda: host)
    main(["apply", "--control", "containerd", "--yes", "--json"])
    assert json.loads(capsys.readouterr().out)["recovered"] is None


@pytest.mark.parametrize("verb", ["check", "plan"])
def test_check_and_plan_mention_a_run_that_did_not_finish(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, tmp_path)
    (left,) = run_records.runs(host)
    monkeypatch.setattr("tui.host.live.host.STATE_FOLDER", str(host.state_folder))
    main([verb, "--control", "containerd", "--json"])
    told = capsys.readouterr()
    assert json.loads(told.out)["unfinished"] == [left.run]
    assert f"Run {left.run} did not finish" in told.err
    main([verb, "--control", "containerd", "--json", "--host", "assets/scenarios/fresh.yaml"])
    assert json.loads(capsys.readouterr().out)["unfinished"] == []
    recovered(host)
    main([verb, "--control", "containerd", "--json"])
    told = capsys.readouterr()
    assert json.loads(told.out)["unfinished"] == []
    assert told.err == ""
    monkeypatch.setattr("tui.host.live.host.STATE_FOLDER", str(tmp_path / "none"))
    main([verb, "--control", "containerd", "--json"])
    assert json.loads(capsys.readouterr().out)["unfinished"] == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("kind", ["ended", "killed-in-restart"])
def test_a_run_of_the_first_format_says_which_settings_its_journal_leaves_open(kind: str, tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(DOCKER_BEFORE), state_folder=tmp_path / "state")
    apply(host)
    (mine,) = (host.state_folder / "runs").iterdir()
    shutil.rmtree(mine)
    shutil.copytree(OLD / kind, mine)
    (record,) = run_records.runs(host)
    then = record.intent.status.backlog_limit
    host.machine.kernel.status = replace(host.machine.kernel.status, backlog_limit=64)
    back = recovered(host) if kind != "ended" else undo(plan_undo(host, record), host, emit=lambda event: None, question=QUESTION)
    assert f"audit setting -b is 64 and was {then} before the run" in back.message
    assert f"auditctl -b {then}" in back.message
    assert host.machine.kernel.status.backlog_limit == 64, "it may be somebody else's by now"


def test_a_run_of_the_first_format_that_ended_is_undone(tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(DOCKER_BEFORE), state_folder=tmp_path / "state")
    assert apply(host).outcome == "proved"
    assert OURS in rules_of(host)
    (mine,) = (host.state_folder / "runs").iterdir()
    shutil.rmtree(mine)
    shutil.copytree(OLD / "ended", mine)
    record = run_records.latest_undoable(host)
    assert record is not None
    report = undo(plan_undo(host, record), host, emit=lambda event: None, question=QUESTION)
    assert (report.outcome, report.mend) == ("proved", ())
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE
    assert OURS not in rules_of(host)
    assert compiled_as_it_is(host)
