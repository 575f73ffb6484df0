"""What the kernel does in cases that no random rule set holds, and that coverage() says so: mounts, loaders, replaced files, status."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.audited_place import AuditedPlace
from tests.live.logged import is_recorded, load, recorded
from tui.audit.coverage.coverage import coverage
from tui.audit.coverage.values import Coverage
from tui.audit.inputs import AuditStatus, Names, PathFacts
from tui.host.reading.kernel import read_rules, read_status

pytestmark = pytest.mark.live

OPENAT, EXECVE, RENAME, UNLINK, CHMOD = 257, 59, 82, 87, 90


@pytest.fixture
def place(audit_state: None) -> Iterator[AuditedPlace]:
    made = AuditedPlace()
    try:
        yield made
    finally:
        made.remove()


def verdict(place: AuditedPlace, path: str | None = None) -> Coverage:
    rules, status, mounts = read_rules(), read_status(), place.mounts()
    assert isinstance(rules, tuple)
    assert isinstance(status, AuditStatus)
    place.file = path or place.file
    paths = place.facts(rules, mounts)
    target = paths[place.file]
    assert isinstance(target, PathFacts)
    return coverage(target, rules, status, paths, Names(), mounts=mounts)


def read(path: str, *, patience: float = 5.0) -> bool:
    return is_recorded(lambda: os.open(path, os.O_RDONLY), [OPENAT], patience=patience)


def execute(path: str) -> bool:
    return is_recorded(lambda: os.execv(path, [path]), [EXECVE])


def replace(place: AuditedPlace) -> None:
    shutil.copy2(place.file, place.file + ".new")
    os.rename(place.file + ".new", place.file)


def ids(found: Coverage) -> list[str]:
    return [reason.kind for reason in found.reasons]


def test_executing_touches_the_loader_too(place: AuditedPlace, tmp_path: Path) -> None:
    shutil.copy2("/usr/bin/true", place.file)
    load(["-a never,exit -F dir=/usr/lib -F perm=rwxa", f"-w {place.file}"], tmp_path)
    assert read(place.file)
    assert not execute(place.file)
    found = verdict(place)
    assert found.accesses["r"].level == "audited"
    assert found.accesses["x"].level == "partial"


@pytest.mark.parametrize("before", [True, False], ids=["mounted before the rule", "mounted after the rule"])
def test_a_mount_below_a_watched_directory(place: AuditedPlace, tmp_path: Path, before: bool) -> None:
    folder = Path(place.top, "mounted")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", folder]
    rule = [f"-w {place.top}"]
    if not before:
        load(rule, tmp_path)
    subprocess.run(mount, check=True)
    try:
        if before:
            load(rule, tmp_path)
        (folder / "file").touch()
        assert read(f"{folder}/file") == before
        found = verdict(place, f"{folder}/file")
        assert found.accesses["r"].level == "partial"
        assert "mount" in ids(found)
    finally:
        subprocess.run(["umount", folder], check=True)


def test_replacing_the_file_turns_always_and_never_around(place: AuditedPlace, tmp_path: Path) -> None:
    load([f"-w {place.file}", f"-a never,exit -F path={place.file}"], tmp_path)
    seen = [read(place.file)]
    for _ in range(2):
        replace(place)
        seen.append(read(place.file))
    assert seen == [True, True, False]
    assert "turning" in ids(verdict(place))


def test_a_directory_rule_on_a_file_ends_with_it(place: AuditedPlace, tmp_path: Path) -> None:
    load([f"-a always,exit -F dir={place.file} -F perm=rwxa"], tmp_path)
    assert read(place.file)
    assert verdict(place).accesses["r"].level == "partial"
    assert "not-rearmed" in ids(verdict(place))
    replace(place)
    assert not read(place.file)


def test_opening_for_reading_and_writing_at_once_is_both(place: AuditedPlace, tmp_path: Path) -> None:
    load([f"-a never,exit -F path={place.file} -F perm=r", f"-w {place.file}"], tmp_path)
    assert is_recorded(lambda: os.open(place.file, os.O_WRONLY), [OPENAT])
    assert not is_recorded(lambda: os.open(place.file, os.O_RDWR), [OPENAT])
    found = verdict(place)
    assert [found.accesses[access].level for access in "rwxa"] == ["unaudited", "partial", "audited", "audited"]


def test_a_removal_is_asked_about_before_its_result_is_known(place: AuditedPlace, tmp_path: Path) -> None:
    on_path = f"-a always,exit -F path={place.file} -F success"
    load([f"{on_path}=1", f"{on_path}=0"], tmp_path)
    assert verdict(place).accesses["w"].level == "partial"
    assert is_recorded(lambda: os.open(place.file, os.O_WRONLY), [OPENAT])
    assert not is_recorded(lambda: os.unlink(place.file), [UNLINK])


def test_a_field_of_names_and_its_opposite_may_both_hold(place: AuditedPlace, tmp_path: Path) -> None:
    load(["-a always,exit -S openat -F devmajor<=0 -F devmajor>0"], tmp_path)
    assert read(place.file)
    assert verdict(place, f"{place.top}/bin").accesses["r"].level == "partial"


def test_a_never_rule_on_the_directory_takes_renaming_and_removing(place: AuditedPlace, tmp_path: Path) -> None:
    folder = os.path.dirname(place.file)
    load([f"-w {place.file}", f"-a never,exit -F path={folder}"], tmp_path)
    found = verdict(place)
    assert [found.accesses[access].level for access in "rwxa"] == ["audited", "partial", "audited", "audited"]
    assert read(place.file)
    assert not is_recorded(lambda: os.rename(f"{folder}/containerd-shim", place.file), [RENAME])
    assert not is_recorded(lambda: os.unlink(place.file), [UNLINK])


@pytest.mark.parametrize(
    ("lines", "levels", "lost"),
    [
        (["-a never,exit -F path={0}", "-w {0}"], "ppap", ("list", "chmod", "make", "remove")),
        (["-a never,exit -F path={0} -F perm=r", "-w {0}"], "ppaa", ("list",)),
        (["-a never,exit -F path={0} -F perm=w", "-w {0}"], "ppaa", ("make", "remove")),
        (["-w {0}", "-a never,exit -F path={0}"], "aaaa", ()),
        (["-a never,exit -F path={0}/deep", "-w {0}"], "ppap", ("list below", "make below")),
    ],
    ids=str,
)
def test_a_never_rule_with_path_on_a_directory_takes_what_happens_to_it(
    place: AuditedPlace, tmp_path: Path, lines: list[str], levels: str, lost: tuple[str, ...]
) -> None:
    folder = os.path.dirname(place.file)
    Path(folder, "deep").mkdir()
    load([line.format(folder) for line in lines], tmp_path)
    made = os.O_CREAT | os.O_WRONLY
    recorded = {
        "list": is_recorded(lambda: os.open(folder, os.O_RDONLY | os.O_DIRECTORY), [OPENAT]),
        "chmod": is_recorded(lambda: os.chmod(folder, 0o755), [CHMOD]),
        "make": is_recorded(lambda: os.open(f"{folder}/new", made), [OPENAT]),
        "remove": is_recorded(lambda: os.unlink(f"{folder}/new"), [UNLINK]),
        "open": is_recorded(lambda: os.open(place.file, os.O_WRONLY), [OPENAT]),
        "run": execute(place.file),
        "list below": is_recorded(lambda: os.open(f"{folder}/deep", os.O_RDONLY | os.O_DIRECTORY), [OPENAT]),
        "make below": is_recorded(lambda: os.open(f"{folder}/deep/new", made), [OPENAT]),
        "read below": read(f"{folder}/deep/new"),
    }
    assert {what for what, seen in recorded.items() if not seen} == set(lost)
    found = verdict(place, folder)
    assert "".join(found.accesses[access].level[0] for access in "rwxa") == levels


@pytest.mark.parametrize(("option", "value", "level"), [("-e", "0", "unaudited"), ("-r", "1", "partial")])
def test_the_status_blinds(place: AuditedPlace, tmp_path: Path, option: str, value: str, level: str) -> None:
    load([f"-w {place.file}"], tmp_path)
    assert read(place.file)
    subprocess.run(["/usr/sbin/auditctl", option, value], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert not all(read(place.file, patience=0.3) for _ in range(3))  # nor is what would end the wait
    assert verdict(place).accesses["r"].level == level


def read_by_a_process_started_by(uid: int, path: str) -> bool:
    def make() -> int:
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.setuid(uid)
            grandchild = os.fork()
            if grandchild == 0:
                os.open(path, os.O_RDONLY)
                os._exit(0)
            os.waitpid(grandchild, 0)
            os.write(into, str(grandchild).encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(into)
        with os.fdopen(out) as file:
            return int(file.read())

    pid, seen = recorded(make)
    return any((caller, number) == (pid, OPENAT) for caller, _arch, number, _argument in seen)


def test_a_task_rule_hides_whole_processes(place: AuditedPlace, tmp_path: Path) -> None:
    load([f"-w {place.file}"], tmp_path)
    assert read_by_a_process_started_by(54321, place.file)
    load([f"-w {place.file}", "-a never,task -F uid=54321"], tmp_path)
    assert not read_by_a_process_started_by(54321, place.file)
    found = verdict(place)
    assert found.accesses["r"].level == "partial"
    assert set(found.rules_only.values()) == {"audited"}


def test_a_task_rule_overrides_never_rules(place: AuditedPlace, tmp_path: Path) -> None:
    load([f"-a never,exit -F path={place.file}", "-a always,task -F uid=54321"], tmp_path)
    assert read_by_a_process_started_by(54321, place.file)
    assert not read(place.file)
    assert verdict(place).accesses["r"].level == "partial"
