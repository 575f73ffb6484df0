"""Reading this machine: everything at once, nothing started, nothing guessed; and probes of all that Docker has."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tui.audit.inputs import PathFacts, Unknown
from tui.host.facts import Interest
from tui.host.live.host import LiveHost
from tui.host.scenario import dump_capture, load_host_file

_ROOT = Path(__file__).parents[2]
_EVERYTHING = Interest(
    paths=frozenset({"/usr/bin/env", "/bin/sh", "/var/run", "/no/such/file"}),
    units=frozenset({"auditd.service", "no-such.service"}),
    files=frozenset({"/etc/hostname", "/no/such/file"}),
    history=True,
)


@pytest.mark.live
def test_a_capture_of_this_machine_comes_back_whole(audit_state: None, tmp_path: Path) -> None:
    subprocess.run(("/usr/sbin/auditctl", "-w", "/usr/bin/env", "-k", "two words"), check=True)
    facts = LiveHost(tmp_path / "state").read(_EVERYTHING)
    (tmp_path / "capture.yaml").write_text(dump_capture(facts), "utf-8", "surrogateescape")
    assert load_host_file(tmp_path / "capture.yaml") == replace(facts, source="file")


@pytest.mark.live
def test_what_was_asked_for_is_there(audit_state: None, tmp_path: Path) -> None:
    facts = LiveHost(tmp_path / "state").read(_EVERYTHING)
    assert facts.files["/no/such/file"] is None
    assert facts.units["no-such.service"].path is None
    assert facts.units["auditd.service"].path == "/usr/lib/systemd/system/auditd.service"
    shell = facts.paths["/bin/sh"]
    assert isinstance(shell, PathFacts)
    assert (shell.kind, shell.real_parent, shell.real_path) == ("symlink", "/usr/bin", os.path.realpath("/bin/sh"))
    assert not isinstance(facts.log, Unknown)
    assert facts.log.files[0].name == "audit.log"
    assert facts.log.files[0].first_event is not None
    assert not isinstance(facts.mounts, Unknown)
    root = next(mount for mount in facts.mounts if mount.mount_point == "/")
    assert root.size_bytes == os.statvfs("/").f_blocks * os.statvfs("/").f_frsize


def test_what_lies_at_the_end_of_a_link_is_looked_at_too(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.touch()
    link.symlink_to("file")
    paths = LiveHost(tmp_path / "state").read(Interest(paths=frozenset({str(link)}))).paths
    end = paths[str(file)]
    assert isinstance(end, PathFacts)
    assert end.inode == file.stat().st_ino
    assert list(paths) == sorted(paths)


@pytest.mark.live
def test_names_in_rules_are_looked_up_and_others_are_nobodys_business(audit_state: None, tmp_path: Path) -> None:
    Path("/etc/audit/rules.d/x.rules").write_text("-a always,exit -F uid=daemon -F gid!=adm -F auid!=unset -F path=/etc/passwd\n")
    names = LiveHost(tmp_path / "state").read(Interest()).names
    assert names.users == {"root": 0, "daemon": 1}
    assert names.groups == {"root": 0, "adm": 4}


def test_reading_starts_no_program_and_imports_nothing_heavy(tmp_path: Path) -> None:
    code = """
import sys
def audit(event, arguments):
    if event in ("subprocess.Popen", "os.fork", "os.exec", "os.posix_spawn", "os.system"):
        raise SystemExit(f"{event} {arguments}")
sys.addaudithook(audit)
from tui.host.facts import Interest
from tui.host.live.host import LiveHost
LiveHost().read(Interest(paths=frozenset({"/usr/bin/env"}), units=frozenset({"docker.service"})))
heavy = {"sh", "textual", "asyncio", "subprocess", "tempfile", "importlib.metadata", "yaml", "pathlib"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run((sys.executable, "-S", "-c", code), cwd=_ROOT, check=True, env={"PYTHONPATH": str(_ROOT)})


@pytest.mark.live
def test_an_ordinary_user_is_told_what_he_may_not_see() -> None:
    code = """
import os
from tui.host.facts import Interest, DOCKER_RULES
from tui.host.live.host import LiveHost
from tui.audit.inputs import Unknown
LiveHost().read(Interest())
os.setgroups([]); os.setgid(65534); os.setuid(65534)
facts = LiveHost().read(Interest(paths=frozenset({"/usr/bin/env"})))
for name in ("audit_status", "kernel_rules", "rules_dir", "audit_rules", "auditd_conf", "log"):
    value = getattr(facts, name)
    assert isinstance(value, Unknown), (name, value)
    assert "root" in value.reason and value.reason.endswith("."), value
assert isinstance(facts.paths[DOCKER_RULES], Unknown)
assert facts.paths["/usr/bin/env"].kind == "file"
assert not facts.privileges.audit_control
"""
    subprocess.run((sys.executable, "-c", code), cwd=_ROOT, check=True)


@pytest.mark.live
@pytest.mark.needs("pid-namespace", "user-namespace")
def test_a_container_is_recognised() -> None:
    code = """
from tui.host.reading.host import read_privileges
print(read_privileges().first_pid_namespace, read_privileges().first_user_namespace)
"""
    for options, expected in ((("--pid", "--fork", "--mount-proc"), "False True"), (("--user", "--map-root-user"), "True False")):
        command = ("/usr/bin/unshare", *options, sys.executable, "-c", code)
        said = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True).stdout
        assert said.strip() == expected


@pytest.fixture
def objects(audit_state: None) -> Iterator[dict[str, str]]:
    """One of each kind of object that Docker has, in a folder that the kernel can watch."""
    folder = Path("/root/docker-audit-wizard-objects")
    folder.mkdir(mode=0o700)
    program, unit, directory, fifo = (folder / name for name in ("program", "unit", "directory", "fifo"))
    program.write_text("#!/bin/sh\ntouch /root/docker-audit-wizard-objects/ran\n")
    program.chmod(0o755)
    unit.write_text("[Unit]\n")
    unit.chmod(0o600)
    directory.mkdir()
    os.mkfifo(fifo)
    # As of a program that was run since it was made: relatime lets only a first execution set the access time.
    os.utime(program, (time.time() + 60, program.stat().st_mtime))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        yield {name: str(folder / name) for name in ("program", "unit", "directory", "fifo", "socket")}
    subprocess.run(("/bin/rm", "-r", str(folder)), check=True)


@pytest.mark.live
@pytest.mark.parametrize("traced", [False, True])
def test_every_kind_of_object_is_probed_and_stays_as_it_was(
    objects: dict[str, str], tmp_path: Path, traced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if traced:
        monkeypatch.setattr("tui.host.live.probe._opens_first", lambda: False)
    host = LiveHost(tmp_path / "state")
    for path in objects.values():
        subprocess.run(("/usr/sbin/auditctl", "-w", path, "-k", "docker"), check=True)
    before = {path: os.lstat(path) for path in objects.values()}
    for path in objects.values():
        for access in "rwxa":
            found = host.probe(path, access)
            assert found.recorded, (path, access, found.reason)
            assert found.key == "docker"
    assert {path: os.lstat(path) for path in objects.values()} == before
    assert not Path(objects["program"]).with_name("ran").exists()


@pytest.mark.live
def test_a_probe_survives_rotation(audit_state: None, tmp_path: Path) -> None:
    host = LiveHost(tmp_path / "state")
    subprocess.run(("/usr/sbin/auditctl", "-w", "/usr/bin/env", "-k", "docker"), check=True)
    mark = host.log_mark()
    found = []
    for _ in range(3):
        found.append(host.probe("/usr/bin/env", "r"))
        subprocess.run(("/usr/sbin/service", "auditd", "rotate"), check=True, capture_output=True)
        found.append(host.probe("/usr/bin/env", "w"))
    assert all(one.recorded for one in found)
    piece = host.log_since(mark)
    assert not piece.gap
    positions = [piece.data.index(one.record.encode()) for one in found]
    assert positions == sorted(positions)


@pytest.mark.live
def test_a_path_that_only_readers_of_a_closed_folder_see_is_unknown_not_absent(tmp_path: Path) -> None:
    code = f"""
import os
from tui.host.reading.paths import read_paths
from tui.audit.inputs import Unknown
os.setgroups([]); os.setgid(65534); os.setuid(65534)
assert isinstance(read_paths([{str(tmp_path / "closed/file")!r}], frozenset({{"/"}}))[{str(tmp_path / "closed/file")!r}], Unknown)
"""
    (tmp_path / "closed").mkdir(mode=0o700)
    subprocess.run((sys.executable, "-c", code), cwd=_ROOT, check=True)
