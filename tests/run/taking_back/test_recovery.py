"""A run that is cut short at any moment: the next start finds it and brings the host back, or finishes it, and then a run is proved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.run import stand_in
from tests.run.stand_in import AGENT, DOCKER_BEFORE, LINE, OURS, QUESTION, state
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, HostFacts, Interest
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover
from tui.run.values import RunReport
from tui.session import Session
from tui.verdict.question import Question
from tui.views.page import plain
from tui.views.pages.report import report_lines
from tui.views.signs import UNICODE

pytestmark = pytest.mark.slow


class Crash(BaseException):
    """SIGKILL: nothing of the run goes on, no handler of it runs."""


class Mortal(SimulatedHost):
    """A host on which the process dies at one of its calls, before or after the call took effect; after that it does nothing more,
    not a line of its journal either, which tells the time."""

    dies_at = 10**9
    after = False
    calls = 0
    dead = False

    def _mortal(self, call: Callable[[], Any]) -> Any:
        self._alive()
        self.calls += 1
        if self.calls != self.dies_at:
            return call()
        if self.after:
            call()
        self.dead = True
        raise Crash

    def _alive(self) -> None:
        if self.dead:
            raise Crash

    def now(self) -> float:
        self._alive()
        return super().now()

    def write_file(self, path: str, content: bytes, *, before: bytes | None, mode: int, uid: int, gid: int) -> None:
        self._mortal(lambda: SimulatedHost.write_file(self, path, content, before=before, mode=mode, uid=uid, gid=gid))

    def remove_file(self, path: str, *, before: bytes) -> None:
        self._mortal(lambda: SimulatedHost.remove_file(self, path, before=before))

    def run(self, argv: Sequence[str], **options: Any) -> Any:
        return self._mortal(lambda: SimulatedHost.run(self, argv, **options))

    def read(self, interest: Interest) -> HostFacts:
        return self._mortal(lambda: SimulatedHost.read(self, interest))

    def live_for_ever(self) -> None:
        self.dies_at, self.dead = 10**9, False


def apply(host: Mortal) -> RunReport:
    plan = QUESTION.plan(host.read(QUESTION.interest), Switches())
    host.calls = 0
    return carry_out(QUESTION, plan, host, emit=lambda event: None)


def count_calls(docker: bytes | None, tmp_path: Path) -> int:
    host = Mortal(stand_in.facts(docker), state_folder=tmp_path / "count")
    assert apply(host).outcome == "proved"
    return host.calls


DEATHS = [(number, after) for number in range(1, 21) for after in (False, True)]


@pytest.mark.parametrize("docker", [DOCKER_BEFORE, None], ids=["theirs", "absent"])
def test_the_deaths_below_cover_every_call_of_a_run(docker: bytes | None, tmp_path: Path) -> None:
    assert count_calls(docker, tmp_path) == max(number for number, _ in DEATHS)


def dead_run(docker: bytes | None, number: int, after: bool, tmp_path: Path) -> tuple[Mortal, tuple[object, ...]]:
    """A host on which a run died at its call *number*, and what was true before it."""
    host = Mortal(stand_in.facts(docker), state_folder=tmp_path / "state")
    before = state(host)
    host.dies_at, host.after = number, after
    try:
        apply(host)
    except Crash:
        docker_now = host.machine.content(DOCKER_RULES)
        assert docker_now in (docker, (docker if docker is not None else b"\n") + LINE)
    host.live_for_ever()
    return host, before


@pytest.mark.parametrize("docker", [DOCKER_BEFORE, None], ids=["theirs", "absent"])
@pytest.mark.parametrize(("number", "after"), DEATHS)
def test_a_dead_run_is_rolled_back_to_every_byte_and_the_next_is_proved(
    docker: bytes | None, number: int, after: bool, tmp_path: Path
) -> None:
    host, before = dead_run(docker, number, after, tmp_path)
    left = run_records.unfinished(host)
    if left is not None:
        report = recover(host, left, emit=lambda event: None)
        assert (report.outcome, report.mend) == ("rolled-back", ())
        assert state(host) == before
        assert host.machine.daemon_pid
        ended = run_records.find(host, left.run)
        assert ended.outcome == "rolled-back"
        assert {step.state for step in ended.steps} <= {"undone"}, "no step looks as if it were still at work"
        assert Path(report.report or "").is_file()
    assert run_records.unfinished(host) is None
    assert apply(host).outcome in ("proved", "nothing-to-do")


@pytest.mark.parametrize(("number", "after"), DEATHS)
def test_a_dead_run_can_be_finished_instead(number: int, after: bool, tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, number, after, tmp_path)
    left = run_records.unfinished(host)
    if left is not None:
        report = recover(host, left, emit=lambda event: None, finish=True, question=QUESTION)
        assert report.outcome == "proved"
        assert run_records.find(host, left.run).outcome == "proved"
        assert stand_in.AGENT in host.machine.kernel.rules
    assert run_records.unfinished(host) is None


@pytest.mark.parametrize("second", [1, 2, 3, 5, 8])
@pytest.mark.parametrize(("number", "after"), [(5, True), (7, True), (9, False), (12, True)])
def test_a_recovery_that_dies_is_done_again(number: int, after: bool, second: int, tmp_path: Path) -> None:
    host, before = dead_run(DOCKER_BEFORE, number, after, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    host.calls, host.dies_at = 0, second
    try:
        recover(host, left, emit=lambda event: None)
    except Crash:
        host.live_for_ever()
        again = run_records.unfinished(host)
        assert again is not None
        assert recover(host, again, emit=lambda event: None).outcome == "rolled-back"
    host.live_for_ever()
    assert state(host) == before
    assert run_records.unfinished(host) is None


@pytest.mark.parametrize("line", range(2, 26, 2))
def test_a_power_loss_in_the_middle_of_a_journal_line(line: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Mortal(stand_in.facts(), state_folder=tmp_path / "state")
    before = state(host)
    real = os.write
    written = 0

    def half(fd: int, data: bytes) -> int:
        nonlocal written
        if data.startswith(b'{"event"'):
            written += 1
            if written == line:
                real(fd, data[: len(data) // 2])
                host.dead = True
                raise Crash
        return real(fd, data)

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(Crash):
        apply(host)
    monkeypatch.undo()
    host.live_for_ever()
    left = run_records.unfinished(host)
    assert left is not None
    assert recover(host, left, emit=lambda event: None).outcome == "rolled-back"
    assert state(host) == before


def test_a_run_refuses_to_begin_while_a_dead_one_waits(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 6, True, tmp_path)
    report = apply(host)
    left = run_records.unfinished(host)
    assert left is not None
    assert report.outcome == "blocked"
    assert f"docker-audit-wizard undo {left.run}" in report.message


def test_a_run_that_has_ended_meanwhile_is_left_alone(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 6, True, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    recover(host, left, emit=lambda event: None)
    before = state(host)
    report = recover(host, left, emit=lambda event: None)
    assert (report.outcome, report.exit_code) == ("nothing-to-do", 0)
    assert state(host) == before


def test_what_somebody_wrote_after_the_crash_stays_and_the_runs_lines_go(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 9, True, tmp_path)
    theirs = b"-w /etc/motd -k theirs\n"
    host.machine.put_file(DOCKER_RULES, DOCKER_BEFORE + LINE + theirs, 0o600, 3, 4)
    report = recovered(host)
    assert (report.outcome, report.mend) == ("rolled-back", ())
    entry = host.machine.files[DOCKER_RULES]
    assert (entry.content, entry.mode, entry.uid, entry.gid) == (DOCKER_BEFORE + theirs, 0o600, 3, 4)
    assert "is without this run's change; what somebody else wrote there since stays" in report.message
    assert OURS not in host.machine.kernel.rules
    assert AGENT in host.machine.kernel.rules
    assert compiled_as_it_is(host)


def test_a_line_of_the_run_that_somebody_has_rewritten_is_left_to_them(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 9, True, tmp_path)
    theirs = DOCKER_BEFORE + b"-w /usr/bin/containerd -p wa -k docker\n"
    host.machine.put_file(DOCKER_RULES, theirs, 0o644, 0, 0)
    report = recovered(host)
    assert report.outcome == "broken"
    assert "was changed by somebody else" in report.message
    assert host.machine.content(DOCKER_RULES) == theirs


def recovered(host: Mortal) -> RunReport:
    """The report on the roll back of the run that waits."""
    left = run_records.unfinished(host)
    assert left is not None
    return recover(host, left, emit=lambda event: None)


def compiled_as_it_is(host: Mortal) -> bool:
    """Whether audit.rules is what augenrules makes of rules.d as it is now."""
    facts = SimulatedHost.read(host, Interest())
    assert isinstance(facts.rules_dir, tuple)
    return host.machine.content(AUDIT_RULES) == stand_in.compiled(facts.rules_dir)[0]


def test_a_journal_whose_copies_are_gone_restores_nothing_and_says_so(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 9, True, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    before = state(host)
    Path(left.backup or "").unlink()
    report = recover(host, run_records.find(host, left.run), emit=lambda event: None)
    assert report.outcome == "blocked"
    assert "damaged" in report.message
    assert state(host) == before


def test_a_run_at_work_elsewhere_is_not_taken_for_dead(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 9, True, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    with host.lock():
        report = recover(host, left, emit=lambda event: None)
    assert report.outcome == "blocked"
    assert "Another run is at work" in report.message


def test_an_apply_that_finds_a_crashed_run_being_recovered_elsewhere_has_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 9, True, tmp_path)
    monkeypatch.setattr("tui.verbs.change.live_host", lambda: host)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with host.lock():
        assert main(["apply", "--control", "containerd", "--yes", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "blocked"
    assert "Another run is at work" in told["message"]


def test_a_walk_tells_the_host_from_before_and_after_a_recovery(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 8, True, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    walk = Session(QUESTION, host)
    assert walk.recover(left, lambda event: None, lambda: False).outcome == "rolled-back"
    assert walk.facts_before is not None
    assert walk.facts_after is not None
    assert walk.facts_before.kernel_rules != walk.facts_after.kernel_rules


def test_a_walk_settles_it_with_the_status_of_an_undo_and_says_what_was_found(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 8, True, tmp_path)
    walk = Session(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), host)
    assert [blocker.kind for blocker in walk.read().blockers] == ["unfinished-run"]
    assert walk.past.left_over is not None
    assert [blocker.kind for blocker in walk.switch("no_restart").blockers] == ["unfinished-run"]
    report = walk.recover(walk.past.left_over, lambda event: None, lambda: False)
    assert (report.outcome, walk.exit_code) == ("rolled-back", 0)
    assert report.recovers
    head = next(line for line in map(plain, report_lines(report, 80, UNICODE)) if line.split()[-1:] == ["now"])
    assert head.split() == ["found", "now"], "what it found was half of a run, not what was before it"
    assert "| Found | After |" in walk.report_text()
    assert walk.past.left_over is None
    assert walk.read().blockers == ()


def test_a_plan_says_that_an_unfinished_run_stands_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 8, True, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    monkeypatch.setattr("tui.verbs.common.live_host", lambda: host)
    monkeypatch.setattr("tui.host.live.host.STATE_FOLDER", str(host.state_folder))
    assert main(["plan", "--control", "containerd"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert f"Run {left.run} did not finish" in said
    assert f"To roll it back on the command line: docker-audit-wizard undo {left.run}" in said
    assert "nothing to do" not in said.lower()


def test_a_walk_about_something_else_tells_of_what_the_run_was_about(tmp_path: Path) -> None:
    host, _ = dead_run(DOCKER_BEFORE, 8, True, tmp_path)
    left = run_records.unfinished(host)
    assert left is not None
    walk = Session(Question(load_catalogue().find(["runc"], "1.2.0"), "1.2.0"), host)
    report = walk.recover(left, lambda event: None, lambda: False)
    assert [finding.slug for finding in report.after] == ["containerd"]
