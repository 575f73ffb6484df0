"""Runs over rules that lock the kernel, change its settings, or keep auditd from starting: what is done first, what last, what taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import carried_out, plain_host, rule, with_file
from tests.plan.made import QUESTION, WATCH, ready
from tests.plan.test_doors import hardened, needing
from tests.run.taking_back.test_recovery import Crash, Mortal
from tui.host.facts import DOCKER_RULES, HostFacts
from tui.host.port import CommandResult
from tui.host.scenario import Fault
from tui.host.simulated.host import SimulatedHost
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.run.values import RunReport

AGENT = rule("-w /etc/hostname -p wa -k agent")


def host(facts: HostFacts, folder: Path, *faults: Fault) -> SimulatedHost:
    return SimulatedHost(facts, faults, state_folder=folder / "state")


def status(machine: SimulatedHost) -> object:
    assert machine.machine.kernel is not None
    return machine.machine.kernel.status


def kernel(machine: SimulatedHost) -> tuple[object, ...]:
    assert machine.machine.kernel is not None
    return machine.machine.kernel.rules


def take_back(machine: SimulatedHost, report: RunReport) -> RunReport:
    return undo(plan_undo(machine, run_records.find(machine, report.run)), machine, emit=lambda _event: None, question=QUESTION)


def files(machine: SimulatedHost) -> dict[str, bytes | None]:
    return {path: file.content for path, file in machine.machine.files.items() if path.startswith("/etc/audit/rules.d/")}


# --- the lock


def test_nothing_is_locked_by_default(tmp_path: Path) -> None:
    machine = host(hardened(), tmp_path)
    before = files(machine)
    report = carried_out(QUESTION, machine)
    assert (report.outcome, report.exit_code) == ("blocked", 3)
    assert "zz-final" not in report.message or "-e 2" in report.message
    assert (status(machine).enabled, files(machine)) == (1, before)


def test_no_load_writes_waits_for_the_boot_and_is_undone_without_a_load(tmp_path: Path) -> None:
    machine = host(hardened(), tmp_path)
    before, loaded = files(machine), kernel(machine)
    report = carried_out(QUESTION, machine, no_load=True)
    assert (report.outcome, report.exit_code) == ("pending-reboot", 1)
    assert [step.name for step in report.steps] == ["check", "write", "verdict"]
    assert [finding.state for finding in report.after] == ["not-loaded"]
    assert "--no-load" in report.message
    assert (status(machine).enabled, kernel(machine)) == (1, loaded)
    assert carried_out(QUESTION, machine, no_load=True).outcome == "pending-reboot"
    assert take_back(machine, report).outcome == "proved"
    assert (status(machine).enabled, kernel(machine), files(machine)) == (1, loaded, before)


def test_lock_proves_first_and_locks_last(tmp_path: Path) -> None:
    machine = host(hardened(), tmp_path)
    report = carried_out(QUESTION, machine, lock=True)
    assert (report.outcome, report.headline) == ("proved", "audited, proved, and locked"), report.message
    assert [(step.name, step.state) for step in report.steps] == [
        (name, "done") for name in ("check", "write", "trial", "probe", "lock", "verdict")
    ]
    assert status(machine).enabled == 2
    assert rule(WATCH) in kernel(machine)
    assert "until the next reboot" in report.message
    assert report.undoable, "its lines can leave the disk"
    assert take_back(machine, report).headline == "undone on disk, pending reboot"
    assert rule(WATCH) in kernel(machine)


def test_kernel_only_rules_are_lost_only_by_the_lock_and_kept_where_they_are_adopted(tmp_path: Path) -> None:
    start = hardened()
    start = replace(start, kernel_rules=(*start.kernel_rules, AGENT))
    machine = host(start, tmp_path / "a")
    assert carried_out(QUESTION, machine, lock=True).outcome == "proved"
    assert AGENT not in kernel(machine)
    machine = host(start, tmp_path / "b")
    assert carried_out(QUESTION, machine, lock=True, adopt=True).outcome == "proved"
    assert AGENT in kernel(machine)


def test_what_is_not_proved_is_not_locked(tmp_path: Path) -> None:
    start = hardened()
    start = replace(start, kernel_rules=(*start.kernel_rules, AGENT))
    machine = host(start, tmp_path, Fault("augenrules", "suspended"))
    report = carried_out(QUESTION, machine, lock=True)
    assert (report.outcome, report.headline) == ("not-proved", "loaded, not locked")
    assert next(step.state for step in report.steps if step.name == "lock") == "skipped"
    assert status(machine).enabled == 1
    assert {AGENT, rule(WATCH)} <= set(kernel(machine))
    assert take_back(machine, report).outcome == "proved"
    assert status(machine).enabled == 1
    assert rule(WATCH) not in kernel(machine)
    assert AGENT in kernel(machine)


def test_a_file_that_changes_meanwhile_keeps_the_lock_away(tmp_path: Path) -> None:
    machine = host(
        hardened(), tmp_path, Fault("probe", "file-changed", path="/etc/audit/rules.d/50-new.rules", text="-w /etc/x -k x\n")
    )
    report = carried_out(QUESTION, machine, lock=True)
    assert report.headline == "loaded, not locked", report.message
    assert "50-new.rules" in report.message
    assert status(machine).enabled == 1


@pytest.mark.parametrize("step", ["trial", "probe"])
def test_what_fails_before_the_lock_is_rolled_back_without_a_load(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.run import carry_out as running
    from tui.run import steps

    start = hardened()
    machine = host(replace(start, kernel_rules=(*start.kernel_rules, AGENT)), tmp_path)
    before, loaded = files(machine), kernel(machine)

    def fail(*_: object) -> str:
        raise OSError("no")

    if step == "trial":
        monkeypatch.setattr(
            steps.kernel_rules,
            "restore_lists",
            lambda *given, make=steps.kernel_rules.restore_lists: (
                (make(*given), fail())[1] if given[0][-1:] != (AGENT,) or rule(WATCH) in given[0] else make(*given)
            ),
        )
    else:
        monkeypatch.setattr(running, "prove", fail)
    report = carried_out(QUESTION, machine, lock=True)
    assert report.outcome == "rolled-back", report.message
    assert (status(machine).enabled, set(kernel(machine)), files(machine)) == (1, set(loaded), before)


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_is_cut_short_anywhere_is_rolled_back_before_its_lock_and_finished_behind_it(
    after: bool, tmp_path: Path
) -> None:
    start = replace(hardened(), kernel_rules=(*hardened().kernel_rules, AGENT))
    whole = Mortal(start, state_folder=tmp_path / "whole")
    assert carried_out(QUESTION, whole, lock=True).outcome == "proved"
    ends = set()
    for number in range(2, whole.calls + 1):  # the first call is the reading that the plan is made from
        machine = Mortal(start, state_folder=tmp_path / f"{number}")
        before, loaded = files(machine), kernel(machine)
        machine.dies_at, machine.after = number, after
        with pytest.raises(Crash):
            carried_out(QUESTION, machine, lock=True)
        machine.live_for_ever()
        left = run_records.unfinished(machine)
        if left is None:
            continue
        locked = status(machine).enabled == 2
        report = recover(machine, left, emit=lambda _event: None, question=QUESTION)
        assert report.outcome == ("proved" if locked else "rolled-back"), (number, report.message)
        assert status(machine).enabled == (2 if locked else 1)
        if locked:
            assert rule(WATCH) in kernel(machine)
        else:
            assert (set(kernel(machine)), files(machine)) == (set(loaded), before)
        ends.add(report.outcome)
    assert ends == {"proved", "rolled-back"}


# --- settings


@pytest.mark.parametrize(
    ("line", "name", "old"),
    [("-f 2", "failure", 1), ("-b 64", "backlog_limit", 8192), ("--backlog_wait_time 0", "backlog_wait_time", 60000)],
)
def test_undo_and_rollback_put_a_changed_setting_back(line: str, name: str, old: int, tmp_path: Path) -> None:
    start = with_file(ready(plain_host()), "zz-final.rules", f"{line}\n".encode())
    machine = host(start, tmp_path / "undo")
    report = carried_out(QUESTION, machine)
    assert report.outcome == "proved"
    assert getattr(status(machine), name) == int(line.split()[1])
    undone = take_back(machine, report)
    assert undone.outcome == "proved"
    assert getattr(status(machine), name) == old
    assert f"{old} again" in undone.message
    machine = host(start, tmp_path / "rollback", Fault("service auditd restart", "dead-after"))
    report = carried_out(QUESTION, machine)
    assert report.outcome in ("rolled-back", "broken")
    assert getattr(status(machine), name) == old


def test_an_undo_does_not_bring_in_a_setting_that_was_written_after_the_run(tmp_path: Path) -> None:
    machine = host(ready(plain_host()), tmp_path)
    report = carried_out(QUESTION, machine)
    machine.machine.put_file("/etc/audit/rules.d/zz-final.rules", b"-f 2\n", 0o640, 0, 0)
    assert take_back(machine, report).outcome == "proved"
    assert status(machine).failure == 1


def test_an_undo_leaves_a_setting_alone_that_a_boot_has_set_since(tmp_path: Path) -> None:
    machine = host(with_file(ready(plain_host()), "zz-final.rules", b"-f 2\n"), tmp_path)
    report = carried_out(QUESTION, machine)
    machine.machine.boots += 1
    assert take_back(machine, report).outcome == "proved"
    assert status(machine).failure == 2


def test_an_undo_does_not_lock_where_the_lock_was_written_after_the_run(tmp_path: Path) -> None:
    machine = host(ready(plain_host()), tmp_path)
    report = carried_out(QUESTION, machine)
    machine.machine.put_file("/etc/audit/rules.d/zz-final.rules", b"-e 2\n", 0o640, 0, 0)
    assert take_back(machine, report).outcome == "proved"
    assert status(machine).enabled == 1
    assert rule(WATCH) not in kernel(machine)
    assert DOCKER_RULES not in machine.machine.files


# --- an auditd that needs the load


def test_such_an_auditd_is_not_restarted_over_a_load_that_exits_1(tmp_path: Path) -> None:
    machine = host(needing(), tmp_path)
    pid = machine.machine.daemon_pid
    assert carried_out(QUESTION, machine).outcome == "blocked"
    report = carried_out(QUESTION, machine, no_restart=True)
    assert (report.outcome, report.exit_code) == ("not-persistent", 1), report.message
    assert "zz-local.rules:1" in report.message
    assert machine.machine.daemon_pid == pid
    assert rule(WATCH) in kernel(machine)


def test_a_load_that_exits_1_against_the_plan_is_not_followed_by_a_restart(tmp_path: Path) -> None:
    machine = host(needing(b"-w /etc/passwd -p wa -k local\n"), tmp_path)
    real = machine.run

    def lying(argv: tuple[str, ...], **options: object) -> CommandResult:
        result = real(argv, **options)
        return replace(result, exit_code=1) if argv[1:] == ("--load",) else result

    machine.run = lying
    pid = machine.machine.daemon_pid
    report = carried_out(QUESTION, machine)
    assert report.outcome == "rolled-back"
    assert "was not restarted" in report.message
    assert machine.machine.daemon_pid == pid


def test_an_auditd_that_such_a_load_keeps_down_is_brought_up_without_it(tmp_path: Path) -> None:
    machine = host(
        needing(b"-w /etc/passwd -p wa -k local\n"),
        tmp_path,
        Fault("systemctl restart auditd", "file-changed", path="/etc/audit/rules.d/zz-local.rules", text="no rule\n"),
    )
    report = carried_out(QUESTION, machine)
    assert report.outcome == "rolled-back", report.message
    assert machine.machine.daemon_pid


def test_what_is_to_be_mended_by_hand_names_the_line_before_the_command(tmp_path: Path) -> None:
    machine = host(
        needing(b"-w /etc/passwd -p wa -k local\n"),
        tmp_path,
        Fault("systemctl restart auditd", "file-changed", path="/etc/audit/rules.d/zz-local.rules", text="no rule\n"),
        Fault("systemctl start", "exit-1"),
    )
    report = carried_out(QUESTION, machine)
    assert report.outcome == "broken"
    line = next(number for number, text in enumerate(report.mend) if "line 2 of /etc/audit/rules.d/zz-local.rules" in text)
    assert report.mend[line + 1] == "/bin/systemctl start auditd"
