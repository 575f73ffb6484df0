"""Undo: exactly the run's change is taken back, byte for byte where nobody else was at it, and never more than that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.run import stand_in
from tests.run.stand_in import AGENT, DOCKER_BEFORE, LINE, OURS, QUESTION, state
from tests.run.taking_back.test_recovery import Crash, Mortal, apply, compiled_as_it_is
from tui.audit.inputs import AuditStatus
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, RULES_DIR, FileFacts, Interest
from tui.host.scenario import Fault, load_scenario
from tui.host.simulated.faults import Faults
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import UndoPlan, plan_undo
from tui.run.values import RunReport, StepChanged
from tui.verdict.question import Question

pytestmark = pytest.mark.slow

STARTS = {"absent": None, "empty": b"", "theirs": DOCKER_BEFORE, "without its last newline": DOCKER_BEFORE.rstrip(b"\n")}


def applied(tmp_path: Path, docker: bytes | None = DOCKER_BEFORE) -> tuple[Mortal, tuple[object, ...]]:
    host = Mortal(stand_in.facts(docker), state_folder=tmp_path / "state")
    before = state(host)
    assert apply(host).outcome == "proved"
    return host, before


def latest(host: Mortal) -> UndoPlan:
    record = run_records.latest_undoable(host)
    assert record is not None
    return plan_undo(host, record)


def take_back(host: Mortal, plan: UndoPlan | None = None) -> RunReport:
    return undo(plan or latest(host), host, emit=lambda event: None, question=QUESTION)


@pytest.mark.parametrize("docker", STARTS.values(), ids=STARTS)
def test_every_byte_and_rule_comes_back_and_auditd_is_not_restarted(docker: bytes | None, tmp_path: Path) -> None:
    host, before = applied(tmp_path, docker)
    pid = host.machine.daemon_pid
    report = take_back(host)
    assert (report.outcome, report.headline) == ("proved", "undone, and verified")
    assert "NOT audited now: /usr/bin/containerd." in report.message
    assert state(host) == before
    assert host.machine.daemon_pid == pid
    assert [finding.state for finding in (*report.before, *report.after)] == ["audited", "unaudited"]


def test_an_undo_is_itself_a_run_in_the_journal(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    first = run_records.latest_undoable(host)
    report = take_back(host)
    second = run_records.find(host, report.run)
    assert first is not None
    assert (second.kind, second.undoes, second.outcome) == ("undo", first.run, "proved")
    assert run_records.find(host, first.run).undone_by == second.run
    text = Path(report.report or "").read_text()
    assert text.startswith(f"# Undo {second.run}")
    assert f"| Undoes | run {first.run} |" in text


def test_the_steps_are_told_beforehand(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    plan = latest(host)
    events: list[object] = []
    report = undo(plan, host, emit=events.append)
    assert [step.title for step in report.steps] == [step.title for step in plan.steps]
    last = {event.index: event.step for event in events if isinstance(event, StepChanged)}
    assert tuple(last[index] for index in range(len(last))) == report.steps
    assert {step.state for step in report.steps} == {"done"}


def test_the_plan_shows_the_diff_and_changes_nothing(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    now = state(host)
    plan = latest(host)
    assert "--- /etc/audit/rules.d/docker.rules" in plan.diff
    assert "\n-" + LINE.decode().strip() in plan.diff
    assert [command.argv[1:] for command in plan.commands] == [("--load",)]
    assert state(host) == now


def test_what_others_wrote_since_stays(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    more = b"# added later\n-w /etc/motd -p wa -k motd\n"
    host.machine.put_file(DOCKER_RULES, more + DOCKER_BEFORE + LINE, 0o600, 3, 4)
    assert take_back(host).outcome == "proved"
    entry = host.machine.files[DOCKER_RULES]
    assert (entry.content, entry.mode, entry.uid, entry.gid) == (more + DOCKER_BEFORE, 0o600, 3, 4)
    assert OURS not in host.machine.kernel.rules
    assert AGENT in host.machine.kernel.rules


def test_a_change_that_cannot_be_told_apart_is_refused(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    host.machine.put_file(DOCKER_RULES, DOCKER_BEFORE + b"-w /usr/bin/containerd -p wa -k docker\n", 0o644, 0, 0)
    now = state(host)
    plan = latest(host)
    assert [blocker.kind for blocker in plan.blockers] == ["changed-since"]
    report = take_back(host, plan)
    assert (report.outcome, report.exit_code) == ("blocked", 3)
    assert state(host) == now


def test_an_edit_between_the_diff_and_the_word_yes_stops_the_undo(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    plan = latest(host)
    edited = b"# meanwhile\n" + DOCKER_BEFORE + LINE
    host.machine.put_file(DOCKER_RULES, edited, 0o644, 0, 0)
    report = take_back(host, plan)
    assert report.outcome == "blocked"
    assert "has changed since the undo was shown" in report.message
    assert host.machine.content(DOCKER_RULES) == edited


def test_what_was_undone_is_not_undone_again_and_an_undo_neither(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    record = run_records.latest_undoable(host)
    assert record is not None
    report = take_back(host)
    ids = [plan_undo(host, run_records.find(host, run)).blockers[0].kind for run in (record.run, report.run)]
    assert ids == ["undone", "is-undo"]
    assert run_records.latest_undoable(host) is None


def test_a_run_that_was_rolled_back_has_nothing_to_undo(tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(), [Fault("augenrules", "exit-1", 1)], state_folder=tmp_path / "state")
    report = apply(host)
    assert plan_undo(host, run_records.find(host, report.run)).blockers[0].kind == "nothing"
    assert run_records.latest_undoable(host) is None


def test_a_run_that_only_loaded_hides_no_earlier_one_from_undo(tmp_path: Path) -> None:
    host, before = applied(tmp_path)
    first = run_records.latest_undoable(host)
    host.machine.kernel.line("-W /usr/bin/containerd -p rwxa -k docker")
    report = apply(host)
    assert (report.outcome, report.undoable) == ("proved", False)
    assert run_records.latest_undoable(host) == first
    assert take_back(host).outcome == "proved"
    assert state(host) == before


def test_two_runs_are_undone_in_any_order(tmp_path: Path) -> None:
    host, before = applied(tmp_path)
    first = run_records.latest_undoable(host)
    assert first is not None
    # Somebody takes the line out by hand, and a second run brings it back.
    host.machine.put_file(DOCKER_RULES, DOCKER_BEFORE, 0o644, 0, 0)
    host.machine.kernel.line("-W /usr/bin/containerd -p rwxa -k docker")
    assert apply(host).outcome == "proved"
    assert take_back(host).outcome == "proved"
    assert state(host)[0] == before[0]
    gone = plan_undo(host, first)
    assert gone.is_empty
    report = undo(gone, host, emit=lambda event: None)
    assert (report.outcome, report.exit_code) == ("nothing-to-do", 0), "as an undo of everything ends where nothing is left"
    assert f"No line of run {first.run} is left on this host." in report.message


def test_the_empty_line_at_the_top_stays_with_a_newer_runs_line_and_the_last_undo_takes_the_file(tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario("fresh"), state_folder=tmp_path / "state")
    for slug in ("containerd", "daemon-json"):
        question = Question(load_catalogue().find([slug], "1.2.0"), "1.2.0")
        plan = make_plan(question, host.read(question.interest), Switches())
        assert carry_out(question, plan, host, emit=lambda _event: None).outcome == "proved"
    newer, older = run_records.runs(host)

    def docker_rules() -> list[bytes]:
        facts = host.read(Interest())
        assert isinstance(facts.rules_dir, tuple)
        return [entry.content or b"" for entry in facts.rules_dir if entry.path == DOCKER_RULES]

    assert undo(plan_undo(host, older), host, emit=lambda _event: None).exit_code in (0, 1)
    assert docker_rules() == [b"\n-w /etc/docker/daemon.json -k docker\n"]
    assert undo(plan_undo(host, newer), host, emit=lambda _event: None).exit_code in (0, 1)
    assert docker_rules() == []


def test_an_immutable_kernel_keeps_its_rules_until_the_reboot_and_the_report_says_so(tmp_path: Path) -> None:
    host, before = applied(tmp_path)
    host.machine.kernel.status = replace(host.machine.kernel.status, enabled=2)
    report = take_back(host)
    assert (report.outcome, report.exit_code) == ("pending-reboot", 1)
    assert state(host)[0] == before[0]
    assert OURS in host.machine.kernel.rules


def test_a_rule_that_waited_for_the_reboot_goes_after_it_with_its_line(tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    host.machine.kernel.status = replace(host.machine.kernel.status, enabled=2)
    before = state(host)
    assert apply(host).outcome == "pending-reboot"
    # What a reboot does for the rules.
    host.machine.kernel.status = replace(host.machine.kernel.status, enabled=1)
    host.run(("/usr/sbin/augenrules", "--load"), timeout=10)
    assert OURS in host.machine.kernel.rules
    report = take_back(host)
    assert report.outcome == "proved"
    assert OURS not in host.machine.kernel.rules
    assert state(host)[0] == before[0]
    assert [finding.state for finding in (*report.before, *report.after)] == ["audited", "unaudited"]


def test_a_watch_that_a_boot_loaded_before_its_folder_goes_with_its_line() -> None:
    question = Question(load_catalogue().find(["1.1.4"], "1.8.0"), "1.8.0")
    host = SimulatedHost(load_scenario("fresh"))
    before = host.read(question.interest).kernel_rules
    plan = make_plan(question, host.read(question.interest), Switches())
    assert carry_out(question, plan, host, emit=lambda event: None, cancelled=lambda: False).outcome == "proved"
    (watch,) = (line for line in (plan.files[0].contents[1] or b"").decode().splitlines() if line)
    kernel = host.machine.kernel
    assert kernel is not None
    # What a reboot makes of it: the folder is made later.
    kernel.line("-d always,exit -F dir=/run/containerd -F perm=rwa -k docker")
    kernel.line("-a always,exit -F path=/run/containerd -F perm=rwa -k docker")
    assert watch == "-w /run/containerd -p rwa -k docker"
    record = run_records.latest_undoable(host)
    assert record is not None
    report = undo(plan_undo(host, record), host, emit=lambda event: None, question=question)
    assert report.outcome == "proved"
    assert host.read(question.interest).kernel_rules == before


def test_a_rule_that_was_loaded_before_its_line_was_written_stays(tmp_path: Path) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    host.machine.kernel.line(LINE.decode().rstrip())
    assert apply(host).outcome == "proved"
    report = take_back(host)
    assert report.outcome == "proved"
    assert OURS in host.machine.kernel.rules


def test_a_rules_d_that_deletes_nothing_when_loaded_lets_go_of_the_rule_all_the_same(tmp_path: Path) -> None:
    start = stand_in.facts()
    assert isinstance(start.rules_dir, tuple)
    start = replace(start, rules_dir=tuple(entry for entry in start.rules_dir if not entry.path.endswith("10-base.rules")))
    host = Mortal(start, state_folder=tmp_path / "state")
    # Without -D the load stops at "Rule exists"; a first run on such a host is the planner's to refuse. The rules come by hand.
    host.machine.kernel.line("-D")
    assert apply(host).outcome == "proved"
    report = take_back(host)
    assert report.outcome == "proved"
    assert OURS not in host.machine.kernel.rules


FAULTS = {
    "the write fails": (Fault("write", "ENOSPC", 1),),
    "the write fails late": (Fault("write", "EIO-late", 1),),
    "the load is missing": (Fault("augenrules", "missing"),),
    "the load fails": (Fault("augenrules", "exit-1-silent", 1),),
    "the load does nothing": (Fault("augenrules", "exit-0-no-effect", 1),),
    "the load hangs": (Fault("augenrules", "hang", 1),),
    "the load is killed": (Fault("augenrules", "killed", 1),),
    "auditctl fails": (Fault("auditctl", "exit-1-silent", 1),),
    "auditd dies": (Fault("augenrules", "dead-after", 1),),
    "a neighbour breaks": (Fault("augenrules", "file-changed", 1, 0, RULES_DIR + "/20-new.rules", "-w\n"),),
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_an_undo_that_fails_leaves_the_run_as_it_was(faults: tuple[Fault, ...], tmp_path: Path) -> None:
    host, before = applied(tmp_path)
    audited = state(host)
    host.faults = Faults(faults)
    report = take_back(host)
    host.faults = Faults(())
    assert report.outcome in ("rolled-back", "proved")
    assert not report.mend
    assert host.machine.daemon_pid
    if report.outcome == "proved":
        assert state(host) == before
        return
    after = state(host)
    assert after[3:] == audited[3:]
    assert compiled_as_it_is(host)
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE + LINE
    host.machine.files.pop(RULES_DIR + "/20-new.rules", None)
    assert take_back(host).outcome == "proved"
    assert state(host) == before


@pytest.mark.parametrize("finish", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(4, 14))
def test_an_undo_that_is_cut_short_is_rolled_back_or_finished(number: int, after: bool, finish: bool, tmp_path: Path) -> None:
    host, before = applied(tmp_path, None)
    audited = state(host)
    plan = latest(host)
    host.calls, host.dies_at, host.after = 0, number, after
    try:
        take_back(host, plan)
    except Crash:
        host.live_for_ever()
        left = run_records.unfinished(host)
        assert left is not None
        report = recover(host, left, emit=lambda event: None, finish=finish)
        assert report.outcome == ("proved" if finish else "rolled-back")
        assert state(host) == (before if finish else audited)
    assert run_records.unfinished(host) is None


def test_nothing_is_undone_where_the_kernel_cannot_be_asked(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    host.faults = Faults([Fault("read", "EACCES")])
    plan = latest(host)
    assert [blocker.kind for blocker in plan.blockers] == ["unread"]
    assert isinstance(host.machine.kernel.status, AuditStatus)


def test_an_entry_that_augenrules_would_wait_at_blocks_an_undo(tmp_path: Path) -> None:
    host, _ = applied(tmp_path)
    path = f"{RULES_DIR}/zz.rules"
    host.machine.files[path] = FileFacts(path, "fifo", None)
    (blocker,) = latest(host).blockers
    assert (blocker.kind, blocker.place.file) == ("endless-entry", path)
    assert take_back(host).outcome == "blocked"
