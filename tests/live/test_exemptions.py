"""Noise filters on a running kernel: whom they leave out, and that the verdict counts everybody else as recorded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.audited_place import AuditedPlace
from tests.live.logged import is_recorded, load
from tui.audit.coverage.coverage import coverage
from tui.audit.coverage.values import Coverage
from tui.audit.inputs import PathFacts
from tui.host.facts import HostFacts, Interest
from tui.host.reading.host import read_host
from tui.verdict.neighbours.exemptions import exempt

pytestmark = pytest.mark.live

OPENAT, FCHMODAT, CHMOD, EXECVE, GETDENTS = 257, 268, 90, 59, 217


@pytest.fixture
def place(audit_state: None) -> Iterator[AuditedPlace]:
    made = AuditedPlace()
    try:
        yield made
    finally:
        made.remove()


@pytest.fixture
def tool() -> Iterator[str]:
    """A program of root's that copies of it are no link to."""
    path = "/usr/local/sbin/daw-noise"
    shutil.copy("/usr/bin/cat", path)
    link = Path(path + "-link")
    link.symlink_to(path)
    try:
        yield path
    finally:
        os.unlink(path)
        link.unlink()


def judged(path: str) -> tuple[Coverage, HostFacts]:
    facts = read_host(Interest(paths=frozenset({path})))
    assert isinstance(facts.kernel_rules, tuple)
    assert isinstance(facts.mounts, tuple)
    target = facts.paths[path]
    assert isinstance(target, PathFacts)
    left_out = exempt(facts, facts.kernel_rules)
    rules, status = facts.kernel_rules, facts.audit_status
    return coverage(target, rules, status, facts.paths, facts.names, mounts=facts.mounts, exempt=left_out), facts


def accesses(path: str) -> list[bool]:
    """Whether root reading, changing the mode and executing, and another user reading, are recorded."""

    def read_as_another() -> None:
        os.setuid(1000)
        os.open(path, os.O_RDONLY)

    return [
        is_recorded(lambda: os.open(path, os.O_RDONLY), [OPENAT]),
        is_recorded(lambda: os.chmod(path, 0o755), [CHMOD, FCHMODAT]),
        is_recorded(lambda: os.execv(path, [path]), [EXECVE]),
        is_recorded(read_as_another, [OPENAT]),
    ]


def reads_with(program: str, path: str) -> bool:
    """Whether *program* that reads *path* is recorded; the execution of the program itself touches another path."""

    def run() -> None:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.execv(program, [program, path])

    return is_recorded(run, [OPENAT])


def test_two_noise_filters_leave_four_of_four_accesses_recorded(place: AuditedPlace, tmp_path: Path) -> None:
    load(
        ["-a never,exit -F subj_type=crond_t", "-a exit,never -F arch=b64 -S all -F exe=/usr/bin/vmtoolsd", f"-w {place.file}"],
        tmp_path,
    )
    assert accesses(place.file) == [True] * 4
    verdict, facts = judged(place.file)
    if facts.security_modules == ():
        assert [verdict.accesses[access].level for access in "rwxa"] == ["audited"] * 4
        assert len(verdict.exemptions) == 2


def test_a_named_program_is_all_that_is_left_out(place: AuditedPlace, tool: str, tmp_path: Path) -> None:
    load([f"-a never,exit -F exe={tool}", f"-w {place.file}"], tmp_path)
    assert not reads_with(tool, place.file)
    assert reads_with("/usr/bin/cat", place.file)
    verdict, _ = judged(place.file)
    assert verdict.accesses["r"].level == "audited"
    assert [each.programs for each in verdict.exemptions] == [(tool,)]


def test_an_always_rule_that_passes_over_a_program(place: AuditedPlace, tool: str, tmp_path: Path) -> None:
    load([f"-a always,exit -F path={place.file} -F perm=rwxa -F exe!={tool}"], tmp_path)
    assert not reads_with(tool, place.file)
    assert reads_with("/usr/bin/cat", place.file)
    assert judged(place.file)[0].accesses["r"].level == "audited"


def test_a_link_is_no_running_program(place: AuditedPlace, tool: str, tmp_path: Path) -> None:
    load([f"-a never,exit -F exe={tool}-link", f"-w {place.file}"], tmp_path)
    assert reads_with(f"{tool}-link", place.file)
    load([f"-a always,exit -F path={place.file} -F perm=rwxa -F exe={tool}-link"], tmp_path)
    assert not reads_with(f"{tool}-link", place.file)
    assert judged(place.file)[0].accesses["r"].level == "unaudited"


@pytest.mark.parametrize("field", ["subj_type=docker_t", "subj_type!=docker_t", "subj_user!=system_u", "obj_type!=x_t"])
def test_a_label_that_nothing_has_is_asked_for_in_vain(place: AuditedPlace, tmp_path: Path, field: str) -> None:
    load([f"-a never,exit -F {field}", f"-w {place.file}"], tmp_path)
    recorded_behind = accesses(place.file)
    load([f"-a always,exit -F path={place.file} -F perm=rwxa -F {field}"], tmp_path)
    recorded_by_it = accesses(place.file)
    verdict, facts = judged(place.file)
    if facts.security_modules == ():
        assert recorded_behind == [True] * 4
        assert recorded_by_it == [False] * 4
        assert [verdict.accesses[access].level for access in "rwxa"] == ["unaudited"] * 4


def test_a_rule_with_path_on_a_directory_sees_the_directory_itself(place: AuditedPlace, tmp_path: Path) -> None:
    folder, deep = Path(place.top, "audited"), Path(place.top, "audited", "deep")
    deep.mkdir(parents=True)
    load([f"-a always,exit -F path={folder} -F perm=rwa"], tmp_path)
    seen = [
        is_recorded(lambda: os.listdir(folder), [OPENAT]),
        is_recorded(lambda: os.chmod(folder, 0o755), [CHMOD]),
        is_recorded(lambda: os.close(os.open(folder / "new", os.O_CREAT | os.O_WRONLY)), [OPENAT]),
        is_recorded(lambda: os.rename(folder / "new", folder / "newer"), [82, 264, 316]),
        is_recorded(lambda: os.unlink(folder / "newer"), [87, 263]),
        is_recorded(lambda: os.mkdir(folder / "made"), [83, 258]),
        is_recorded(lambda: os.close(os.open(deep / "new", os.O_CREAT | os.O_WRONLY)), [OPENAT]),
    ]
    assert seen == [True] * 6 + [False]
    verdict = judged(str(folder))[0]
    assert [verdict.accesses[access].level for access in "rwxa"] == ["partial", "partial", "unaudited", "partial"]
