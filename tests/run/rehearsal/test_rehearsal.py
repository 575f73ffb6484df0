"""Rehearsals on a simulated host: what is counted, when one ends by itself, when it is refused, and that nothing stays behind."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tests.run.rehearsal.rehearsing import Asking, finding
from tui.audit.inputs import Unknown
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts, Interest
from tui.host.scenario import Fault, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.run.journal import run_records
from tui.run.rehearsal.rehearsal import planned_watches, rehearse, too_little_room
from tui.run.rehearsal.rehearsal_run import MOST_EVENTS, ending
from tui.run.rehearsal.report import Counted, Storage, storage_of, sum_up
from tui.run.taking_back.recovery import recover
from tui.run.values import RunEvent, StepChanged
from tui.verdict.values import State
from tui.views.json import rehearsal_view
from tui.views.pages.progress import step_line
from tui.views.pages.rehearsal import rehearsal_lines
from tui.views.signs import UNICODE

CONTAINERD = "/usr/bin/containerd"
DOCKER = "/var/lib/docker"


def simulated(*faults: Fault, **changes: object) -> SimulatedHost:
    facts = load_scenario("fresh").host
    return SimulatedHost(replace(facts, **changes), faults)


def quiet(event: RunEvent) -> None:
    """Nobody watches."""


def rules_of(host: SimulatedHost) -> object:
    return host.read(Interest()).kernel_rules


def test_ten_minutes_on_a_busy_host_tell_what_a_day_would_bring() -> None:
    host = simulated()
    before = rules_of(host)
    told = rehearse(Asking((finding(CONTAINERD),)), host, seconds=600.0, emit=quiet)
    assert told.outcome == "proved", told.message
    assert told.stopped == "time"
    assert told.seconds == pytest.approx(600, abs=5)
    assert told.controls[0].events > 0
    assert told.events_per_day == pytest.approx(told.events * 144, rel=0.02)
    assert told.retention_then is not None
    assert rules_of(host) == before
    assert host.read(Interest()).rules_dir == load_scenario("fresh").host.rules_dir
    assert run_records.unfinished(host) is None
    assert run_records.latest_undoable(host) is None


def test_a_clock_that_is_set_back_does_not_keep_it_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    host = simulated()
    monkeypatch.setattr(host, "now", lambda: 2e9 - host.uptime())
    told = rehearse(Asking((finding(CONTAINERD),)), host, seconds=20.0, emit=quiet)
    assert (told.outcome, told.stopped) == ("proved", "time")
    assert told.seconds == pytest.approx(20, abs=5)


def test_a_directory_is_watched_with_all_that_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    host = simulated()
    ran: list[str] = []
    run = host.run
    monkeypatch.setattr(host, "run", lambda argv, **more: ran.append(" ".join(argv)) or run(argv, **more))
    told = rehearse(Asking((finding(DOCKER, control="1.2.4"),)), host, seconds=10.0, emit=quiet)
    assert told.outcome == "proved", told.message
    watch = rf"/usr/sbin/auditctl -a always,exit -S all -F dir={DOCKER} -F perm=rwxa -k daw-rehearsal-\d+\.1"
    assert re.fullmatch(watch, ran[0]), ran[0]


def test_the_counting_is_shown_as_it_goes() -> None:
    seen: list[str] = []

    def emit(event: RunEvent) -> None:
        if isinstance(event, StepChanged) and event.step.name == "count" and event.step.state == "running":
            seen.append(event.step.message)

    rehearse(Asking((finding(CONTAINERD),)), simulated(), seconds=20.0, emit=emit)
    assert len(seen) > 10
    assert all("so far" in message for message in seen[1:])


def test_every_step_is_told_before_the_first_begins_and_fits_its_column() -> None:
    """Else the wizard shows rows without a title, and titles that are cut at 80 columns."""
    events: list[StepChanged] = []
    rehearse(Asking((finding(CONTAINERD),)), simulated(), seconds=5.0, emit=lambda event: events.append(event))
    told = [event.step for event in events[:4]]
    assert [step.state for step in told] == ["waiting"] * 4
    assert all("…" not in "".join(span.text for span in step_line(step, 80, UNICODE)) for step in told)
    assert all(step.title for step in told)
    assert "1 rule loaded; it is on no disk." in {event.step.message for event in events if isinstance(event, StepChanged)}


def test_a_flood_ends_it_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_EVENTS == 10_000
    monkeypatch.setattr("tui.run.rehearsal.rehearsal_run.MOST_EVENTS", 2_000)
    host = simulated()
    before = rules_of(host)
    told = rehearse(Asking((finding(DOCKER, control="1.2.4"),)), host, seconds=86400.0, emit=quiet)
    assert told.outcome == "proved", told.message
    assert told.stopped == "events"
    assert told.seconds < 86400
    assert 2_000 <= told.events < 2_500
    assert "ended early" in told.message
    assert rules_of(host) == before


def test_a_small_log_ends_it_before_it_takes_too_much() -> None:
    facts = load_scenario("fresh").host
    conf = facts.auditd_conf
    assert isinstance(conf, FileFacts)
    assert conf.content is not None
    small = replace(conf, content=conf.content + b"max_log_file = 1\nnum_logs = 2\n")
    told = rehearse(Asking((finding(DOCKER),)), simulated(auditd_conf=small), seconds=86400.0, emit=quiet)
    assert told.stopped == "space"
    assert told.bytes >= 0.05 * (2 << 20)
    assert told.bytes < 0.2 * (2 << 20)


STATES: list[State] = ["notapplicable", "unknown", "audited", "not-persistent", "blind", "shadowed", "pending-reboot"]


@pytest.mark.parametrize("state", STATES)
def test_a_control_that_would_add_nothing_is_left_out_with_the_reason(state: State) -> None:
    told = rehearse(Asking((finding(CONTAINERD, state=state),)), simulated(), seconds=5.0, emit=quiet)
    assert (told.outcome, told.exit_code) == ("nothing-to-do", 0)
    assert told.controls[0].state == "left-out"
    assert told.controls[0].note.endswith(".")


def refused(host: SimulatedHost) -> str:
    told = rehearse(Asking((finding(CONTAINERD),)), host, seconds=5.0, emit=quiet)
    assert (told.outcome, told.exit_code) == ("blocked", 3)
    assert run_records.runs(host) == ()
    return told.message


def status(**changes: object) -> object:
    found = load_scenario("fresh").host.audit_status
    return replace(found, **changes)


def test_refusals() -> None:
    assert "locked" in refused(simulated(audit_status=status(enabled=2)))
    assert "switched off" in refused(simulated(audit_status=status(enabled=0)))
    assert "not running" in refused(simulated(audit_status=status(pid=0)))
    assert "only root" in refused(simulated(kernel_rules=Unknown("only root may ask"), audit_status=Unknown("only root may ask")))
    programs = load_scenario("fresh").host.programs
    assert "auditctl is not installed" in refused(simulated(programs=replace(programs, auditctl=None)))


def test_no_rehearsal_counts_where_nothing_reaches_the_log() -> None:
    said = refused(SimulatedHost(load_scenario("full-partition")))
    assert said.startswith("Nothing would be counted. /var/log/audit has 37 MiB free")
    assert "Make room on /var/log/audit" in said


def test_the_journal_tells_how_each_step_ended_and_the_figures_of_each_control() -> None:
    host = simulated()
    told = rehearse(Asking((finding(CONTAINERD),)), host, seconds=60.0, emit=quiet)
    (record,) = run_records.runs(host)
    assert [step.state for step in record.steps] == ["done"] * 3
    assert record.steps[1].seconds == pytest.approx(60, abs=5)
    assert f"By control: 1.2.11 {told.controls[0].events} events" in record.message


def test_two_at_once_are_refused() -> None:
    host = simulated()
    with host.lock():
        assert "at work" in refused(host)


def test_a_watch_that_records_nothing_is_not_counted_as_nothing() -> None:
    host = simulated(Fault("probe", "suspended"))
    before = rules_of(host)
    told = rehearse(Asking((finding(CONTAINERD),)), host, seconds=5.0, emit=quiet)
    assert (told.outcome, told.exit_code) == ("not-proved", 1)
    assert "suspended" in told.message
    assert rules_of(host) == before


def test_a_kernel_that_does_not_let_go_is_told_with_the_command_that_mends_it() -> None:
    host = simulated(Fault("auditctl -W", "exit-1"), Fault("auditctl -d", "exit-1"))
    told = rehearse(Asking((finding(CONTAINERD),)), host, seconds=5.0, emit=quiet)
    assert (told.outcome, told.exit_code) == ("broken", 5)
    assert told.mend[0].startswith(("/usr/sbin/auditctl -W /usr/bin/containerd", "/sbin/auditctl -W /usr/bin/containerd"))
    assert any(told.mend[0] in line for line in rehearsal_lines(told))


def test_a_crash_is_cleaned_up_at_the_next_start() -> None:
    host = simulated()
    before = rules_of(host)

    class PowerLoss(BaseException):
        """The process is gone, at once."""

    def emit(event: RunEvent) -> None:
        if isinstance(event, StepChanged) and event.step.name == "load" and event.step.state == "done":
            host.sleep = host.run = host.now = host.uptime = lost

    def lost(*_: object, **__: object) -> None:
        raise PowerLoss

    with pytest.raises(PowerLoss):
        rehearse(Asking((finding(CONTAINERD),)), host, seconds=60.0, emit=emit)
    del host.sleep, host.run, host.now, host.uptime
    assert rules_of(host) != before
    left = run_records.unfinished(host)
    assert left is not None
    assert left.kind == "rehearse"
    assert recover(host, left, emit=quiet).message == "The watches of the rehearsal that was cut short are out of the kernel."
    assert rules_of(host) == before
    assert run_records.unfinished(host) is None


def test_the_report_for_programs_and_for_people() -> None:
    told = rehearse(Asking((finding(CONTAINERD), finding("/usr/bin/x", state="audited"))), simulated(), seconds=60.0, emit=quiet)
    document = json.loads(json.dumps(rehearsal_view(told)))
    assert document["schema"] == 1
    assert [each["state"] for each in document["controls"]] == ["counted", "left-out"]
    text = list(rehearsal_lines(told))
    assert text[0] == "Rehearsed."
    assert any("recorded already" in line for line in text)


def test_retention_shrinks_by_what_is_added() -> None:
    counted = Counted("1.2.11", "containerd", CONTAINERD, "counted", 100, 50_000, 100.0, 50_000.0)
    told = sum_up([counted], 86400.0, "time", False, Storage(1_000_000, None, 50_000.0))
    assert told.retention_now == pytest.approx(20)
    assert told.retention_then == pytest.approx(10)
    assert "about 10 days in the log; today it is 20 days" in told.message
    assert "guess" not in told.message
    unbounded = sum_up([counted], 86400.0, "time", False, Storage(None, 1_000_000, 50_000.0))
    assert unbounded.retention_then is None
    assert unbounded.days_until_full == pytest.approx(10)
    assert "full in 10 days" in unbounded.message


def test_what_ends_a_log_is_what_auditd_does_there() -> None:
    counted = Counted("1.2.11", "containerd", CONTAINERD, "counted", 100, 50_000, 100.0, 50_000.0)
    storage = storage_of(load_scenario("halt").host)
    assert (storage.max_bytes, storage.ends) == (None, "auditd would shut this host down")
    told = sum_up([counted], 86400.0, "time", False, replace(storage, bytes_per_day=50_000.0, free_bytes=1_000_000))
    assert "At that rate auditd would shut this host down in 10 days; nothing bounds the log before." in told.message
    (room, ends) = ending(storage)
    assert room.startswith("1.2 GiB more of log, whoever writes it, and auditd would shut this host down.")
    assert "10,000 events" in ends


def test_no_rehearsal_begins_shortly_before_auditd_takes_the_host_down() -> None:
    assert too_little_room(Storage(None, 1 << 20, 5.0, "auditd would shut this host down")).startswith(
        "A rehearsal could be the end"
    )
    assert not too_little_room(Storage(None, 1 << 30, 5.0, "auditd would shut this host down"))
    assert not too_little_room(Storage(1 << 20, 1 << 20, 5.0, ""))


def test_one_path_of_two_controls_is_counted_once() -> None:
    twice = (finding(CONTAINERD, control="1.2.8"), finding(CONTAINERD, control="1.2.9"))
    watches, left_out = planned_watches(twice, load_scenario("fresh").host)
    assert [watch.finding.control for watch in watches] == ["1.2.8"]
    assert [(each.control, each.note) for each in left_out] == [("1.2.9", "its watch is that of 1.2.8, and counted there.")]


def test_a_watch_inside_another_is_told_with_that_ones_control() -> None:
    both = (finding("/etc/docker", control="1.2.5"), finding("/etc/docker/daemon.json", control="1.2.10"))
    told = rehearse(Asking(both), simulated(), seconds=5.0, emit=quiet)
    notes = {each.control: each.note for each in told.controls}
    assert notes["1.2.10"] == "counted with 1.2.5 already, whose watch holds it; here only what comes on top."


def test_what_is_asked_of_the_host_is_what_the_question_asks() -> None:
    asked: list[Interest] = []
    host = simulated()
    read = host.read

    def watched(interest: Interest) -> HostFacts:
        asked.append(interest)
        return read(interest)

    host.read = watched
    rehearse(Asking((finding(CONTAINERD),)), host, seconds=1.0, emit=quiet)
    assert CONTAINERD in asked[0].paths
    assert asked[0].history
    assert AUDITD_CONF not in asked[0].files  # always read
