"""A run that goes well, one that may not begin, one that is stopped: what is done, in which order, and what is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.run import stand_in
from tests.run.planned_run import ALL_STEPS, go, planned
from tests.run.planned_run import host as host
from tests.run.stand_in import AGENT, DOCKER_BEFORE, LINE, OURS, state
from tui.base.notice import Notice
from tui.host.facts import DOCKER_RULES
from tui.host.port import CommandResult
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import Switches
from tui.run.carry_out import steps_of
from tui.run.context import WithoutNoise
from tui.run.journal import run_records
from tui.run.steps import jobs
from tui.run.values import Output, RunEvent, Step, StepChanged
from tui.views.json import report_view
from tui.views.pages.progress import step_line
from tui.views.signs import UNICODE


def test_a_run_does_every_step_in_order_and_proves_it(host: SimulatedHost) -> None:
    events: list[RunEvent] = []
    plan = planned(host)
    report = go(host, plan, emit=events.append)
    assert (report.outcome, report.exit_code, report.headline) == ("proved", 0, "audited, and proved")
    assert [step.name for step in steps_of(plan)] == ALL_STEPS
    assert [(step.name, step.title) for step in report.steps] == [(step.name, step.title) for step in steps_of(plan)]
    assert {step.state for step in steps_of(plan)} == {"waiting"}
    changes = [(event.index, event.step.state) for event in events if isinstance(event, StepChanged)]
    assert changes == [(index, step_state) for index in range(8) for step_state in ("running", "done")]
    assert {event.total for event in events if isinstance(event, StepChanged)} == {8}
    assert any(isinstance(event, Output) and event.text == "$ /usr/sbin/augenrules --load\n" for event in events)
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE + LINE
    assert [probe.access for probe in report.probes] == list("rwxa")
    assert {probe.key for probe in report.probes} == {"docker"}
    assert [finding.state for finding in (*report.before, *report.after)] == ["unaudited", "audited"]
    assert Path(report.backup or "").read_bytes() == DOCKER_BEFORE


def test_all_that_the_journal_says_is_on_the_disk_before_the_machine_is_changed(
    host: SimulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut the next start goes by it: each file in its full length, and each name in its folder."""
    lengths: dict[str, int] = {}
    names: dict[str, set[str]] = {}
    changes: list[str] = []
    problems: list[str] = []

    def fsync(descriptor: int) -> None:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if os.path.isdir(path):
            names[path] = set(os.listdir(path))
        else:
            lengths[path] = os.path.getsize(path)

    def watched(call: Callable[..., object]) -> Callable[..., object]:
        def change(*given: object, **named: object) -> object:
            changes.append(call.__name__)
            for folder, folders, files in os.walk(host.state_folder):
                lost = {*folders, *files} - {"lock"} - names.get(folder, set())
                paths = [os.path.join(folder, file) for file in set(files) - {"lock"}]
                short = [path for path in paths if lengths.get(path) != os.path.getsize(path)]
                problems.extend(f"{call.__name__}: {what}" for what in (*lost, *short))
            return call(*given, **named)

        return change

    monkeypatch.setattr(os, "fsync", fsync)
    for name in ("run", "write_file", "remove_file"):
        monkeypatch.setattr(host, name, watched(getattr(host, name)))
    report = go(host)
    assert report.outcome == "proved"
    assert problems == []
    assert changes == ["write_file", "run", "run", "run", "run"]


def test_the_commands_are_those_of_the_plan_and_the_kernel_only_rule_is_put_back_after_both(host: SimulatedHost) -> None:
    ran: list[tuple[str, ...]] = []
    real = host.run

    def run(argv: tuple[str, ...], **options: object) -> CommandResult:
        ran.append(tuple(argv))
        return real(argv, **options)

    host.run = run
    go(host)
    agent = ("/usr/sbin/auditctl", "-a", "always,exit", "-S", "all", "-F", "path=/etc/hostname", "-F", "perm=wa", "-k", "agent")
    assert ran == [stand_in.LOAD, agent, stand_in.RESTART, agent]
    assert AGENT in host.machine.kernel.rules


def test_without_a_restart_auditd_is_left_alone(host: SimulatedHost) -> None:
    pid = host.machine.daemon_pid
    report = go(host, planned(host, Switches(no_restart=True)))
    assert report.outcome == "proved"
    assert [step.name for step in report.steps] == [name for name in ALL_STEPS if name not in ("restart", "auditd")]
    assert host.machine.daemon_pid == pid


def test_kernel_only_rules_go_where_the_plan_lets_them_go(host: SimulatedHost) -> None:
    plan = planned(host, Switches(drop_kernel_only=True))
    report = go(host, plan)
    assert report.outcome == "proved"
    assert AGENT not in host.machine.kernel.rules
    assert OURS in host.machine.kernel.rules
    assert report.dropped == tuple(only.text for only in plan.kernel_only)
    assert report.headline == "audited, and proved; 1 rule dropped"
    assert plan.kernel_only[0].text in report.message
    assert report_view(report)["dropped"] == list(report.dropped)
    assert run_records.runs(host)[-1].headline == report.headline
    assert report.report is not None
    assert "DROPPED by the load" in Path(report.report).read_text()


def test_a_run_that_puts_everything_back_tells_of_nothing_dropped(host: SimulatedHost) -> None:
    report = go(host)
    assert report.dropped == ()
    assert "dropped" not in report.headline + report.message


def test_nothing_to_do_is_said_and_leaves_no_run_behind(host: SimulatedHost) -> None:
    go(host)
    before, known = state(host), len(run_records.runs(host))
    report = go(host)
    assert (report.outcome, report.exit_code, report.run) == ("nothing-to-do", 0, "")
    assert [step.name for step in report.steps] == ["check"]
    assert (state(host), len(run_records.runs(host))) == (before, known)


def test_a_blocker_stops_the_run_before_anything_is_touched(host: SimulatedHost) -> None:
    before = state(host)
    blocker = Notice("load-would-stop", "A neighbour stops the load.", "Mend line 3 of it.")
    report = go(host, replace(planned(host), blockers=(blocker,)))
    assert (report.outcome, report.exit_code) == ("blocked", 3)
    assert report.message == "A neighbour stops the load. Mend line 3 of it."
    assert [step.state for step in report.steps] == ["failed", *["skipped"] * 7]
    assert state(host) == before
    assert run_records.runs(host) == ()


def test_an_immutable_kernel_is_written_for_but_not_loaded(tmp_path: Path) -> None:
    start = stand_in.facts()
    host = SimulatedHost(replace(start, audit_status=replace(start.audit_status, enabled=2)), state_folder=tmp_path / "state")
    rules = host.machine.kernel.rules
    report = go(host)
    assert (report.outcome, report.exit_code, report.headline) == ("pending-reboot", 1, "pending reboot")
    assert [step.name for step in report.steps] == ["check", "write", "verdict"]
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE + LINE
    assert host.machine.kernel.rules == rules
    assert [finding.state for finding in report.after] == ["pending-reboot"]


def test_a_second_run_at_once_says_so(host: SimulatedHost) -> None:
    plan, before = planned(host), state(host)
    with host.lock():
        report = go(host, plan)
    assert report.outcome == "blocked"
    assert f"Another run is at work (process {os.getpid()}" in report.message
    assert state(host) == before


def edit_docker(host: SimulatedHost) -> None:
    host.machine.put_file(DOCKER_RULES, b"# edited\n", 0o644, 0, 0)


def edit_neighbour(host: SimulatedHost) -> None:
    host.machine.put_file(stand_in.FOLDER + "50-theirs.rules", b"# edited\n", 0o600, 0, 0)


def load_a_rule(host: SimulatedHost) -> None:
    host.machine.kernel.line("-w /etc/motd -p wa -k new")


def stop_the_daemon(host: SimulatedHost) -> None:
    host.machine.kill_daemon()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (edit_docker, DOCKER_RULES),
        (edit_neighbour, stand_in.FOLDER + "50-theirs.rules"),
        (load_a_rule, "the rules in the kernel"),
        (stop_the_daemon, "the audit status"),
    ],
)
def test_a_stale_plan_is_refused_and_what_differs_is_named(
    host: SimulatedHost, change: Callable[[SimulatedHost], None], named: str
) -> None:
    plan = planned(host)
    change(host)
    before = state(host)
    report = go(host, plan)
    assert (report.outcome, report.exit_code) == ("blocked", 3)
    assert f"The host has changed since the plan was made ({named}" in report.message
    assert state(host) == before
    assert run_records.runs(host) == ()


@pytest.mark.parametrize("step", ALL_STEPS[1:-1])
def test_a_run_that_is_asked_to_stop_finishes_its_step_and_rolls_back(host: SimulatedHost, step: str) -> None:
    before = state(host)
    asked = False

    def emit(event: RunEvent) -> None:
        nonlocal asked
        asked = asked or (isinstance(event, StepChanged) and (event.step.name, event.step.state) == (step, "running"))

    report = go(host, emit=emit, cancelled=lambda: asked)
    assert (report.outcome, report.exit_code) == ("rolled-back", 4)
    assert report.message.startswith("It was asked to stop.")
    states = {done.name: done.state for done in report.steps}
    assert states[step] == "undone"
    assert state(host) == before
    assert host.machine.daemon_pid


@pytest.mark.parametrize("before", [DOCKER_BEFORE, DOCKER_BEFORE.rstrip()], ids=["ends in a newline", "does not"])
def test_what_somebody_writes_right_before_the_run_does_is_not_taken_for_the_runs_own(tmp_path: Path, before: bytes) -> None:
    host = SimulatedHost(stand_in.facts(before), state_folder=tmp_path / "state")
    theirs = DOCKER_BEFORE + b"-w /etc/motd -k theirs\n"

    def emit(event: RunEvent) -> None:
        if isinstance(event, StepChanged) and (event.step.name, event.step.state) == ("write", "running"):
            host.machine.put_file(DOCKER_RULES, theirs, 0o644, 0, 0)

    report = go(host, emit=emit)
    assert host.machine.content(DOCKER_RULES) == theirs
    assert (report.outcome, report.exit_code) == ("rolled-back", 4)
    assert "this run did not touch it" in report.message


def test_a_watcher_that_fails_does_not_stop_the_run(host: SimulatedHost) -> None:
    def broken(event: RunEvent) -> None:
        raise RuntimeError("the terminal is gone")

    assert go(host, emit=broken).outcome == "proved"


def test_the_load_does_not_show_the_kernels_status_block_again_and_again() -> None:
    """augenrules prints it once for each setting; the journal keeps all of it."""
    shown: list[str] = []
    out = WithoutNoise(shown.append)
    for piece in ("No rules\nenab", "led 1\nfailure 1\npid 512\nbacklog_wait_time 60000\nThere was an", " error in line 7\nno end"):
        out(piece)
    assert "".join(shown) == "There was an error in line 7\n"
    out.end()
    assert "".join(shown) == "There was an error in line 7\nno end"


def test_a_step_that_waits_says_for_what_and_how_long_at_most(host: SimulatedHost) -> None:
    events: list[RunEvent] = []
    go(host, emit=events.append)
    told = {
        event.step.name: event.step.message for event in events if isinstance(event, StepChanged) and event.step.state == "running"
    }
    waiting = [
        name for name in ("load", "restart", "auditd", "probe") if told[name].startswith("Waits for ") and "at most" in told[name]
    ]
    assert waiting == ["load", "restart", "auditd", "probe"]
    assert told["write"] == ""


def test_the_titles_of_a_runs_steps_fit_their_column(host: SimulatedHost) -> None:
    lock_and_all = jobs(["/etc/audit/rules.d/docker.rules", "/etc/audit/audit.rules", "/x"], load=True, restart=True)
    titles = [step.title for step in steps_of(planned(host))] + [
        job.title for job in (*lock_and_all, *jobs([], load=True, restart=False, locks=True))
    ]
    assert [title for title in titles if "…" in "".join(span.text for span in step_line(Step("x", title), 80, UNICODE))] == []
