"""A rehearsal on the live kernel: a known number of accesses is counted exactly, and no rule is left, whatever happens.

DOCKER_AUDIT_WIZARD_ACCESSES sets how many accesses are made (default 400).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.run.rehearsal.rehearsing import Asking, finding
from tui.host.live.host import LiveHost
from tui.run.journal import run_records
from tui.run.rehearsal.rehearsal import rehearse
from tui.run.rehearsal.rehearsal_run import STEPS
from tui.run.taking_back.recovery import recover
from tui.run.values import RunEvent, RunReport, StepChanged
from tui.views.pages.rehearsal import rehearsal_lines

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

ACCESSES = int(os.environ.get("DOCKER_AUDIT_WIZARD_ACCESSES", "400"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def host(tmp_path: Path) -> LiveHost:
    return LiveHost(tmp_path / "state")


@pytest.fixture
def target(tmp_path: Path) -> str:
    path = tmp_path / "containerd"
    path.write_bytes(b"#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


class Worker:
    """Does *do* once, when the counting has begun."""

    def __init__(self, do: object) -> None:
        self.do, self.events = do, []

    def __call__(self, event: RunEvent) -> None:
        self.events.append(event)
        if isinstance(event, StepChanged) and event.step.name == "count" and "so far" in event.step.message and self.do:
            do, self.do = self.do, None
            do()


def read_often(*paths: str, times: int = ACCESSES) -> None:
    for _ in range(times):
        for path in paths:
            os.close(os.open(path, os.O_RDONLY))


def own_rule(path: str) -> None:
    subprocess.run(["/sbin/auditctl", "-w", path, "-p", "wa", "-k", "mine"], check=True, stdin=subprocess.DEVNULL)


def test_a_known_number_of_accesses_is_counted_exactly(host: LiveHost, target: str, tmp_path: Path) -> None:
    other = tmp_path / "folder"
    other.mkdir()
    own_rule("/etc/passwd")
    before = kernel_rules.raw_rules()
    worker = Worker(lambda: (read_often(target), read_often(str(other), times=7)))
    question = Asking((finding(target), finding(str(other), control="1.2.4")))
    told = rehearse(question, host, seconds=2.0, emit=worker)
    assert told.outcome == "proved", told.message
    assert kernel_rules.raw_rules() == before
    assert [(each.slug, each.events) for each in told.controls] == [("containerd", ACCESSES), ("folder", 7)]
    assert told.events == ACCESSES + 7
    assert told.exit_code == 0
    assert told.events_per_day == pytest.approx(told.events * 86400 / told.seconds)
    assert 300 * told.events < told.bytes < 3000 * told.events
    assert told.controls[0].note == ""
    record = run_records.find(host, told.run)
    assert (record.kind, record.outcome) == ("rehearse", "proved")
    assert not record.undoable
    assert any("counted" in line for line in rehearsal_lines(told))
    names = [event.step.name for event in worker.events if isinstance(event, StepChanged) and event.step.state == "done"]
    assert names == [job.name for job in STEPS]


def test_an_earlier_watch_takes_the_events_and_that_is_said(host: LiveHost, target: str) -> None:
    subprocess.run(["/sbin/auditctl", "-w", target, "-p", "r", "-k", "mine"], check=True, stdin=subprocess.DEVNULL)
    before = kernel_rules.raw_rules()
    told = rehearse(
        Asking((finding(target, state="partial"),)), host, seconds=1.5, emit=Worker(lambda: read_often(target, times=20))
    )
    assert told.outcome == "proved"
    assert told.controls[0].events == 0
    assert "under the key mine" in told.controls[0].note
    assert kernel_rules.raw_rules() == before


def test_it_ends_when_asked_and_takes_the_watches_out(host: LiveHost, target: str) -> None:
    before = kernel_rules.raw_rules()
    asked: list[int] = []
    told = rehearse(
        Asking((finding(target),)),
        host,
        seconds=600.0,
        emit=Worker(lambda: (read_often(target, times=5), asked.append(1))),
        cancelled=lambda: bool(asked),
    )
    assert (told.outcome, told.stopped, told.events) == ("proved", "cancelled", 5)
    assert told.seconds < 300
    assert kernel_rules.raw_rules() == before


def test_an_error_in_the_middle_leaves_no_rule(host: LiveHost, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kernel_rules.raw_rules()

    def broken(seconds: float) -> None:
        raise OSError(5, "the log's disk is gone")

    monkeypatch.setattr(host, "sleep", broken)
    told = rehearse(Asking((finding(target),)), host, seconds=5.0, emit=lambda event: None)
    assert (told.outcome, told.exit_code) == ("rolled-back", 4)
    assert "the log's disk is gone" in told.message
    assert kernel_rules.raw_rules() == before
    assert run_records.unfinished(host) is None


def test_a_rule_that_the_kernel_refuses_is_no_rehearsal(host: LiveHost, tmp_path: Path) -> None:
    before = kernel_rules.raw_rules()
    told = rehearse(Asking((finding(str(tmp_path / "absent" / "containerd")),)), host, seconds=5.0, emit=lambda event: None)
    assert (told.outcome, told.exit_code) == ("rolled-back", 4)
    assert "did not take" in told.message
    assert kernel_rules.raw_rules() == before


CRASH = """
import sys
from tests.run.rehearsal.rehearsing import Asking, finding
from tui.host.live.host import LiveHost
from tui.run.taking_back.recovery import recover
from tui.run.rehearsal.rehearsal import rehearse
from tui.run.values import StepChanged

def emit(event):
    if isinstance(event, StepChanged) and event.step.name == "count":
        print("counting", flush=True)

rehearse(Asking((finding(sys.argv[2]),)), LiveHost(sys.argv[1]), seconds=600.0, emit=emit)
"""


def killed_rehearsal(host: LiveHost, target: str) -> None:
    rules = len(kernel_rules.raw_rules())
    child = subprocess.Popen(
        [sys.executable, "-c", CRASH, str(host.state_folder), target], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"counting\n"
    for _ in range(200):
        if len(kernel_rules.raw_rules()) > rules:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


def recovered(host: LiveHost) -> RunReport:
    left = run_records.unfinished(host)
    assert left is not None
    return recover(host, left, emit=lambda event: None)


def test_after_sigkill_a_recovery_takes_the_watches_out(host: LiveHost, target: str) -> None:
    own_rule(target)
    before = kernel_rules.raw_rules()
    killed_rehearsal(host, target)
    assert len(kernel_rules.raw_rules()) == len(before) + 1
    report = recovered(host)
    assert (report.outcome, report.exit_code) == ("rolled-back", 4)
    assert "out of the kernel" in report.message
    assert kernel_rules.raw_rules() == before
    assert run_records.unfinished(host) is None


def test_after_sigkill_the_next_rehearsal_cleans_up_by_itself(host: LiveHost, target: str) -> None:
    before = kernel_rules.raw_rules()
    killed_rehearsal(host, target)
    told = rehearse(Asking((finding(target),)), host, seconds=1.2, emit=Worker(lambda: read_often(target, times=9)))
    assert (told.outcome, told.events) == ("proved", 9)
    assert kernel_rules.raw_rules() == before


def test_a_recovery_leaves_rules_alone_that_somebody_else_loaded_since(host: LiveHost, target: str) -> None:
    killed_rehearsal(host, target)
    own_rule(target)
    assert "out of the kernel" in recovered(host).message
    listing = subprocess.run(["/sbin/auditctl", "-l"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    assert listing == f"-w {target} -p wa -k mine\n"
