"""Runs and undos that something stands in the way of."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.run import stand_in
from tests.run.stand_in import DOCKER_BEFORE
from tests.run.taking_back.test_recovery import Mortal, apply, dead_run
from tests.run.taking_back.test_undo import applied, latest, take_back
from tui.base.notice import Notice
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, RULES_DIR, FileFacts
from tui.host.scenario import Fault
from tui.host.simulated.faults import Faults
from tui.plan.make import make_plan
from tui.plan.values import BlockerKind, Switches
from tui.run.journal import run_records
from tui.run.journal.unfinished import LINES
from tui.run.taking_back.undo_plan import plan_undo
from tui.run.values import UndoBlockerKind
from tui.verdict.question import Question

IN_RESTART = 9
Found = tuple[Notice[UndoBlockerKind], ...]


def unfinished_run() -> tuple[Notice[BlockerKind], ...]:
    """What a plan says after a run that was killed."""
    with TemporaryDirectory() as folder:
        host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, Path(folder))
        left = run_records.unfinished(host)
        assert left is not None
        question = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
        return make_plan(question, host.read(question.interest), Switches(), left.run).blockers


def undo_blockers() -> Iterator[tuple[str, Notice[UndoBlockerKind]]]:
    """What stands in the way of an undo, each by what has happened."""
    for name, make in _UNDOS.items():
        with TemporaryDirectory() as folder:
            yield from ((name, notice) for notice in make(Path(folder)))


def _in_a_container(folder: Path) -> Found:
    host, _ = applied(folder)
    host.machine.base = replace(
        host.machine.base, privileges=replace(host.machine.base.privileges, mount_view="namespace", differs_at="/etc")
    )
    return latest(host).blockers


def _beside_a_pipe(folder: Path) -> Found:
    host, _ = applied(folder)
    path = f"{RULES_DIR}/zz.rules"
    host.machine.files[path] = FileFacts(path, "fifo", None)
    return latest(host).blockers


def _edited(folder: Path) -> Found:
    host, _ = applied(folder)
    host.machine.put_file(DOCKER_RULES, DOCKER_BEFORE + b"-w /usr/bin/containerd -p wa -k docker\n", 0o644, 0, 0)
    return latest(host).blockers


def _without_its_copy(folder: Path) -> Found:
    host, _ = applied(folder)
    record = run_records.latest_undoable(host)
    assert record is not None
    shutil.rmtree(record.folder / "before")
    return plan_undo(host, record).blockers


def _unreadable(folder: Path) -> Found:
    host, _ = applied(folder)
    host.faults = Faults([Fault("read", "EACCES")])
    return latest(host).blockers


def _at_work(folder: Path) -> Found:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, folder)
    with (run_records.runs(host)[0].folder / LINES).open() as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        return plan_undo(host, run_records.runs(host)[0]).blockers


def _killed(folder: Path) -> Found:
    host, _ = dead_run(DOCKER_BEFORE, IN_RESTART, True, folder)
    return plan_undo(host, run_records.runs(host)[0]).blockers


def _again(folder: Path) -> Found:
    host, _ = applied(folder)
    record = run_records.latest_undoable(host)
    assert record is not None
    report = take_back(host)
    return tuple(plan_undo(host, run_records.find(host, run)).blockers[0] for run in (record.run, report.run))


def _of_nothing(folder: Path) -> Found:
    host = Mortal(stand_in.facts(), [Fault("augenrules", "exit-1", 1)], state_folder=folder / "state")
    return plan_undo(host, run_records.find(host, apply(host).run)).blockers


def _without_augenrules(folder: Path) -> Found:
    host, _ = applied(folder)
    host.machine.base = replace(host.machine.base, programs=replace(host.machine.base.programs, augenrules=None))
    return latest(host).blockers


_UNDOS: Mapping[str, Callable[[Path], Found]] = {
    "an undo in a container": _in_a_container,
    "an undo beside a pipe in rules.d": _beside_a_pipe,
    "an undo after an edit of its lines": _edited,
    "an undo whose copies are gone": _without_its_copy,
    "an undo that cannot read": _unreadable,
    "an undo of a run at work": _at_work,
    "an undo of a run that was killed": _killed,
    "an undo of what was undone, and of an undo": _again,
    "an undo of what was rolled back": _of_nothing,
    "an undo without augenrules": _without_augenrules,
}
