"""Whatever a call of a run raises, and whoever watches it fails, the host is rolled back and the outcome is true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.run import stand_in
from tests.run.rehearsal.rehearsing import Asking, finding
from tests.run.stand_in import DOCKER_BEFORE, LINE, QUESTION, state
from tui.host.facts import DOCKER_RULES, HostFacts, Interest
from tui.host.port import ProbeResult
from tui.host.recorder import RecordPlace
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.rehearsal.rehearsal import rehearse
from tui.run.taking_back import rollback
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.run.values import Output, RunEvent, RunReport, StepChanged
from tui.verdict.values import Finding

pytestmark = pytest.mark.slow

RAISED: tuple[Callable[[], BaseException], ...] = (
    lambda: RuntimeError("can't start new thread"),
    MemoryError,
    KeyboardInterrupt,
    SystemExit,
    lambda: OSError(5, "Input/output error"),
    lambda: AssertionError("a mistake of ours"),
)
NAMES = ("RuntimeError", "MemoryError", "KeyboardInterrupt", "SystemExit", "OSError", "AssertionError")
EVERYWHERE = (RAISED[0], RAISED[2])
"""What is raised at every call: one that is an Exception, and one that is none."""

CALLS = 24
"""How many calls to the host a run without trouble makes."""


class Fragile(SimulatedHost):
    """A host one of whose calls raises, before it did anything or after; with ``always`` each later one of that name, too."""

    raises: Callable[[], BaseException] | None = None
    at = 0
    after = False
    always = False
    calls = 0
    broken = ""

    def _call(self, name: str, call: Callable[[], Any]) -> Any:
        self.calls += 1
        hit = self.raises is not None and (self.calls == self.at or (self.always and name == self.broken))
        if hit and self.after:
            call()
        if hit and self.raises is not None:
            self.broken = name
            raise self.raises()
        return call()

    def write_file(self, path: str, content: bytes, *, before: bytes | None, mode: int, uid: int, gid: int) -> None:
        self._call("write", lambda: SimulatedHost.write_file(self, path, content, before=before, mode=mode, uid=uid, gid=gid))

    def remove_file(self, path: str, *, before: bytes) -> None:
        self._call("remove", lambda: SimulatedHost.remove_file(self, path, before=before))

    def run(self, argv: Sequence[str], **options: Any) -> Any:
        return self._call("run", lambda: SimulatedHost.run(self, argv, **options))

    def probe(self, path: str, access: str, *, timeout: float = 2.0, place: RecordPlace | None = None) -> ProbeResult:
        result: ProbeResult = self._call("probe", lambda: SimulatedHost.probe(self, path, access, timeout=timeout, place=place))
        return result

    def read(self, interest: Interest) -> HostFacts:
        facts: HostFacts = self._call("read", lambda: SimulatedHost.read(self, interest))
        return facts


def quiet(_event: RunEvent) -> None:
    """Nobody watches."""


def fragile(folder: Path, raises: Callable[[], BaseException] | None, at: int, *, after: bool = False) -> Fragile:
    host = Fragile(stand_in.facts(), state_folder=folder)
    host.raises, host.at, host.after = raises, at, after
    return host


def apply(host: Fragile, emit: Callable[[RunEvent], None] = quiet, cancelled: Callable[[], bool] = lambda: False) -> RunReport:
    plan = QUESTION.plan(SimulatedHost.read(host, QUESTION.interest), Switches())
    host.calls = 0
    return carry_out(QUESTION, plan, host, emit=emit, cancelled=cancelled)


def ended(host: Fragile, report: RunReport) -> None:
    """The journal knows how the run ended, and nothing waits for a recovery."""
    assert run_records.unfinished(host) is None
    assert run_records.find(host, report.run).outcome == report.outcome


def test_the_interruptions_below_cover_every_call_of_a_run(tmp_path: Path) -> None:
    host = fragile(tmp_path, None, 0)
    assert apply(host).outcome == "proved"
    assert host.calls == CALLS


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(2, CALLS + 1))
@pytest.mark.parametrize("raises", EVERYWHERE, ids=["RuntimeError", "KeyboardInterrupt"])
def test_whatever_a_call_raises_the_run_is_rolled_back(
    raises: Callable[[], BaseException], at: int, after: bool, tmp_path: Path
) -> None:
    host = fragile(tmp_path, raises, at, after=after)
    before = state(host)
    report = apply(host)
    assert report.outcome == "rolled-back", report.message
    assert state(host) == before
    assert host.machine.daemon_pid
    ended(host, report)
    host.raises = None
    assert apply(host).outcome == "proved"


@pytest.mark.parametrize("raises", RAISED, ids=NAMES)
@pytest.mark.parametrize("at", [6, 12])
def test_where_no_program_can_be_started_any_more_the_rest_is_put_back_and_what_is_left_is_said(
    raises: Callable[[], BaseException], at: int, tmp_path: Path
) -> None:
    host = fragile(tmp_path, raises, at, after=True)
    host.always = True
    report = apply(host)
    assert host.broken == "run"
    assert (report.outcome, report.exit_code) == ("broken", 5)
    assert host.machine.content(DOCKER_RULES) == DOCKER_BEFORE
    assert report.mend == ("/usr/sbin/auditctl -a always,exit -S all -F path=/etc/hostname -F perm=wa -k agent",)
    ended(host, report)


@pytest.mark.parametrize("part", ["_restore_files", "_restore_daemon", "_restore_rules", "_restore_compiled", "rollback_result"])
@pytest.mark.parametrize("raises", RAISED, ids=NAMES)
def test_a_part_of_the_rollback_that_fails_keeps_no_other_from_its_turn(
    part: str, raises: Callable[[], BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = fragile(tmp_path, lambda: OSError(5, "Input/output error"), CALLS - 1)
    taken: list[str] = []
    parts = ("_restore_files", "_restore_daemon", "_restore_rules", "_restore_compiled")

    def failing(*_: object) -> None:
        raise raises()

    for name in parts:
        whole = getattr(rollback, name)
        monkeypatch.setattr(rollback, name, lambda *given, _name=name, _whole=whole: (taken.append(_name), _whole(*given))[1])
    monkeypatch.setattr(rollback, part, failing)
    report = apply(host)
    assert taken == [name for name in parts if name != part]
    untouched = part in ("_restore_daemon", "_restore_compiled")  # auditd lives, and the load has compiled, all the same
    assert report.outcome == ("rolled-back" if untouched else "broken"), report.message
    assert bool(report.mend) != untouched
    ended(host, report)


@pytest.mark.parametrize("raises", RAISED, ids=NAMES)
def test_who_watches_a_run_and_fails_does_not_stop_it_and_who_is_interrupted_calls_it_off(
    raises: Callable[[], BaseException], tmp_path: Path
) -> None:
    host = fragile(tmp_path, None, 0)
    before = state(host)

    def emit(event: RunEvent) -> None:
        if isinstance(event, Output) or (isinstance(event, StepChanged) and event.step.name == "load"):
            raise raises()

    report = apply(host, emit)
    if isinstance(raises(), Exception):
        assert report.outcome == "proved"
    else:
        assert report.outcome == "rolled-back"
        assert state(host) == before
    ended(host, report)


@pytest.mark.parametrize("raises", RAISED, ids=NAMES)
def test_who_cannot_be_asked_whether_to_go_on_has_called_it_off(raises: Callable[[], BaseException], tmp_path: Path) -> None:
    host = fragile(tmp_path, None, 0)
    before = state(host)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise raises()
        return False

    report = apply(host, cancelled=cancelled)
    assert (report.outcome, state(host)) == ("rolled-back", before)
    ended(host, report)


@pytest.mark.parametrize("raises", RAISED, ids=NAMES)
def test_a_report_that_cannot_be_made_changes_no_outcome(
    raises: Callable[[], BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise raises()

    monkeypatch.setattr("tui.run.evidence.evidence.document_of", failing)
    host = fragile(tmp_path, None, 0)
    report = apply(host)
    assert report.outcome == "proved"
    assert "The report could not be written" in report.message
    ended(host, report)


def test_a_verdict_that_cannot_be_told_after_a_rollback_changes_no_outcome(tmp_path: Path) -> None:
    host = fragile(tmp_path, lambda: OSError(5, "Input/output error"), CALLS - 1)

    class Unanswerable(stand_in.StandIn):
        def findings(self, facts: HostFacts) -> tuple[Finding, ...]:
            if host.broken:
                raise RuntimeError("a mistake of ours")
            return super().findings(facts)

    before = state(host)
    plan = QUESTION.plan(SimulatedHost.read(host, QUESTION.interest), Switches())
    host.calls = 0
    report = carry_out(Unanswerable(), plan, host, emit=quiet)
    assert (report.outcome, report.after, state(host)) == ("rolled-back", (), before)
    ended(host, report)


@pytest.mark.parametrize("at", range(3, 12))
@pytest.mark.parametrize("raises", EVERYWHERE, ids=["RuntimeError", "KeyboardInterrupt"])
def test_whatever_a_call_raises_in_an_undo_it_is_rolled_back(raises: Callable[[], BaseException], at: int, tmp_path: Path) -> None:
    host = fragile(tmp_path, None, 0)
    assert apply(host).outcome == "proved"
    record = run_records.latest_undoable(host)
    assert record is not None
    prepared = plan_undo(host, record)
    host.calls, host.raises, host.at = 0, raises, at
    report = undo(prepared, host, emit=quiet)
    if host.broken:
        assert report.outcome == "rolled-back"
        assert LINE in (host.machine.content(DOCKER_RULES) or b"")
        ended(host, report)


@pytest.mark.parametrize("at", range(2, 9))
@pytest.mark.parametrize("raises", EVERYWHERE, ids=["RuntimeError", "KeyboardInterrupt"])
def test_whatever_a_call_raises_in_a_rehearsal_the_watches_come_out(
    raises: Callable[[], BaseException], at: int, tmp_path: Path
) -> None:
    host = Fragile(replace(load_scenario("fresh").host), state_folder=tmp_path)
    before = SimulatedHost.read(host, Interest()).kernel_rules
    host.raises, host.at = raises, at
    outcome = rehearse(Asking((finding("/usr/bin/containerd"),)), host, seconds=5.0, emit=quiet)
    if host.broken:
        assert SimulatedHost.read(host, Interest()).kernel_rules == before or outcome.outcome == "broken"
        assert outcome.outcome in ("rolled-back", "broken")
    assert run_records.unfinished(host) is None
