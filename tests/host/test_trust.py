"""Only what root alone could have made says where an object is: processes, paths, links, configuration and mounts of others are told."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.build import host, path, unit
from tests.verdict.objects.hosts import CATALOGUE, seen
from tui.audit.inputs import Mount, Owner, PathFacts
from tui.documents.reading import load
from tui.documents.writing import dump
from tui.host.facts import FileFacts, HostFacts, Process
from tui.host.reading.owners import Owners
from tui.host.reading.processes import read_processes
from tui.host.scenario import Capture, load_host_file, load_scenario
from tui.host.trust import exposure, is_roots_alone
from tui.verdict.finding import assess_all
from tui.verdict.objects.subject import Subject, locate
from tui.verdict.values import Finding

OPT = "/opt/containerd/bin/containerd"
BOB = Owner("/opt/containerd", 1000, 1000, 0o755)


def subject(slug: str, version: str, *paths: PathFacts, **more: Any) -> Subject:
    return locate(CATALOGUE.by_slug(slug), version, seen(slug, version, *paths, **more))


def running(**told: Any) -> Process:
    return Process(4711, "containerd", OPT, 3.0, **({"uid": 0} | told))


# ---- processes


@pytest.mark.parametrize(
    ("process", "what", "why"),
    [
        (running(uid=65534), path(OPT), "it is a process of user 65534"),
        (running(uid=None), path(OPT), "whose process it is is not told"),
        (running(own_mounts=False), path(OPT), "it runs in another mount namespace"),
        (running(), replace(path(OPT), mode=0o4755), "anybody can start that program as its owner, under any name"),
        (running(), replace(path(OPT), exposed=BOB), "/opt/containerd belongs to user 1000"),
        (running(), replace(path(OPT), uid=33), f"{OPT} belongs to user 33"),
        (running(), replace(path(OPT), mode=0o775), f"{OPT} can be changed by others than root (mode 0775)"),
    ],
)
def test_a_process_that_others_could_have_made_names_no_place(process: Process, what: PathFacts, why: str) -> None:
    found = subject("containerd", "1.2.0", what, processes=(process,))
    assert (found.applicable, found.real_path) == (False, None)
    assert found.distrusted == (f"Process 4711 runs {OPT}: seen and not trusted, since {why}.",)


@pytest.mark.parametrize("own_mounts", [True, None])
def test_roots_own_process_names_the_place(own_mounts: bool | None) -> None:
    found = subject("containerd", "1.2.0", path(OPT), processes=(running(own_mounts=own_mounts),))
    assert (found.real_path, found.distrusted) == (OPT, ())


def test_a_rootless_daemon_is_told_and_not_judged() -> None:
    rootless = Process(900, "dockerd", "/home/eve/bin/dockerd", 30.0, uid=1000)
    facts = seen("dockerd", "1.2.0", path("/usr/bin/dockerd"), processes=(rootless,))
    finding = assess_all((CATALOGUE.by_slug("dockerd"),), "1.2.0", facts)[0]
    assert finding.real_path is None
    (reason,) = [reason for reason in finding.reasons if reason.kind == "not-trusted"]
    assert reason.text == "Process 900 runs /home/eve/bin/dockerd: seen and not trusted, since it is a process of user 1000."
    assert "--controls" in reason.remedy


def test_of_many_processes_a_few_are_told() -> None:
    crowd = tuple(replace(running(uid=1000), pid=pid) for pid in range(1, 100))
    said = subject("containerd", "1.2.0", path(OPT), processes=crowd).distrusted
    assert len(said) == 4
    assert said[-1] == "96 more processes of that name are seen and not trusted."


def test_known_places_need_no_process() -> None:
    for slug, place in (
        ("containerd", "/snap/docker/current/bin/containerd"),
        ("containerd", "/var/lib/rancher/k3s/data/current/bin/containerd"),
    ):
        assert subject(slug, "1.2.0", path(place)).real_path == place
        found = subject(slug, "1.2.0", replace(path(place), exposed=BOB))
        assert found.real_path is None
        assert f"{place} (" in found.distrusted[0]
        assert found.distrusted[0].endswith("is seen and not trusted: /opt/containerd belongs to user 1000.")


def test_a_daemon_is_older_than_auditing_only_by_roots_processes() -> None:
    facts = replace(load_scenario("compliant").host, cmdline="ro quiet")
    ours = next(process for process in facts.processes if process.name == "containerd")
    fake = Process(9, "auditd", "/tmp/auditd", 1000.0, uid=1000)

    def old(facts: HostFacts) -> bool:
        return any(reason.kind == "older-than-auditing" for reason in _judged(facts).reasons)

    auditd = next(process for process in facts.processes if process.name == "auditd")
    assert not old(replace(facts, processes=(auditd, ours, replace(ours, pid=9, started=0.5, uid=1000))))
    assert not old(replace(facts, processes=(fake, ours)))
    assert old(replace(facts, processes=(auditd, replace(ours, started=0.5))))


def _judged(facts: HostFacts) -> Finding:
    return assess_all((CATALOGUE.by_slug("containerd"),), "1.2.0", facts)[0]


# ---- links, configuration, mounts


def test_a_link_into_somebodys_folder_is_told_and_not_followed() -> None:
    link = path("/usr/bin/containerd", "symlink", target=OPT, real=OPT)
    assert subject("containerd", "1.2.0", link, path(OPT)).real_path == OPT
    found = subject("containerd", "1.2.0", replace(link, exposed=BOB), path(OPT))
    assert (found.applicable, found.real_path) == (True, None)
    assert found.distrusted == (
        f"/usr/bin/containerd leads to {OPT}, which is seen and not trusted: /opt/containerd belongs to user 1000.",
    )


@pytest.mark.parametrize("attribute", [{"uid": 1000}, {"mode": 0o664}])
def test_a_configuration_of_somebody_elses_moves_nothing(attribute: dict[str, int]) -> None:
    settings = FileFacts("/etc/docker/daemon.json", content=b'{"data-root": "/srv/docker"}', **({"mode": 0o644} | attribute))
    there = (path("/var/lib/docker", "directory"), path("/srv/docker", "directory"))

    def moved(settings: FileFacts, *paths: PathFacts) -> Subject:
        facts = seen("var-lib-docker", "1.8.0", *paths)
        return locate(CATALOGUE.by_slug("var-lib-docker"), "1.8.0", replace(facts, files={settings.path: settings}))

    assert moved(replace(settings, uid=0, mode=0o644), *there).path == "/srv/docker"
    found = moved(settings, *there)
    assert found.path == "/var/lib/docker"
    assert found.distrusted[0].startswith("/etc/docker/daemon.json is seen and not trusted: /etc/docker/daemon.json ")
    exposed = replace(path("/srv/docker", "directory"), exposed=Owner("/srv", 1000, 1000, 0o755))
    found = moved(replace(settings, uid=0, mode=0o644), there[0], exposed)
    assert found.path == "/var/lib/docker"
    assert found.distrusted == (
        "/srv/docker (“data-root” in /etc/docker/daemon.json) is seen and not trusted: /srv belongs to user 1000.",
    )


def test_a_unit_of_somebody_elses_moves_nothing() -> None:
    socket = unit("docker.socket", "[Socket]\nListenStream=/srv/docker.sock\n")
    there = (path("/var/run/docker.sock", "socket", parent="/run"), path("/srv/docker.sock", "socket"))
    assert subject("docker-socket", "1.8.0", *there, units=(socket,)).path == "/srv/docker.sock"
    bobs = replace(socket, files=(replace(socket.files[0], uid=1000),))
    found = subject("docker-socket", "1.8.0", *there, units=(bobs,))
    assert found.path != "/srv/docker.sock"
    assert "docker.socket is seen and not trusted" in found.distrusted[0]


def test_a_file_system_that_a_user_has_mounted_is_nobodys_word() -> None:
    mounts = (
        Mount("/", "8:1", "ext4"),
        Mount("/opt/containerd", "0:50", "fuse.sshfs", options="rw,nosuid,user_id=1000,allow_other"),
    )
    assert exposure(OPT, host(path(OPT), mounts=mounts)) == "/opt/containerd was mounted by user 1000"
    roots = (mounts[0], replace(mounts[1], options="rw,user_id=0,allow_other"))
    assert exposure(OPT, host(path(OPT), mounts=roots)) == ""
    assert exposure("/opt/containerd-2", host(path("/opt/containerd-2"), mounts=mounts)) == ""


@pytest.mark.parametrize(
    ("kind", "uid", "mode", "alone"),
    [
        ("directory", 0, 0o755, True),
        ("directory", 0, 0o1777, False),
        ("directory", 0, 0o775, False),
        ("directory", 1000, 0o700, False),
        ("symlink", 0, 0o777, True),
        ("symlink", 1000, 0o777, False),
        ("socket", 0, 0o660, True),
        ("socket", 1000, 0o600, False),
        ("file", 0, 0o4755, True),
    ],
)
def test_what_is_roots_alone(kind: str, uid: int, mode: int, alone: bool) -> None:
    assert is_roots_alone(kind, uid, mode) is alone


# ---- reading


def test_the_first_entry_that_is_not_roots_is_found_and_nothing_behind_it_is_touched(roots_path: Path) -> None:
    (roots_path / "a/b").mkdir(parents=True)
    (roots_path / "a/b/file").touch(0o644)
    assert Owners().exposed(f"{roots_path}/a/b/file") is None
    assert Owners().exposed(f"{roots_path}/a/b/nothing/here") is None
    os.chown(roots_path / "a/b/file", 65534, 0)
    assert Owners().exposed(f"{roots_path}/a/b/file") == Owner(f"{roots_path}/a/b/file", 65534, 0, 0o644)
    (roots_path / "a").chmod(0o1777)
    assert Owners().exposed(f"{roots_path}/a/b/file") == Owner(f"{roots_path}/a", 0, 0, 0o1777)


def test_links_are_followed_to_whoever_owns_what_they_lead_through(roots_path: Path) -> None:
    (roots_path / "bobs").mkdir()
    (roots_path / "bobs/program").touch(0o755)
    os.chown(roots_path / "bobs", 65534, 65534)
    (roots_path / "bin").mkdir()
    (roots_path / "bin/near").symlink_to("../bobs/program")
    (roots_path / "bin/far").symlink_to(f"{roots_path}/bin/near")
    (roots_path / "bin/mine").symlink_to("nothing")
    (roots_path / "bin/round").symlink_to("round")
    for name in ("near", "far"):
        found = Owners().exposed(f"{roots_path}/bin/{name}")
        assert found is not None
        assert (found.uid, os.path.realpath(found.path)) == (65534, f"{roots_path}/bobs")
    for name in ("mine", "round"):
        assert Owners().exposed(f"{roots_path}/bin/{name}") is None
    os.chown(roots_path / "bin/mine", 65534, 65534, follow_symlinks=False)
    assert Owners().exposed(f"{roots_path}/bin/mine") == Owner(f"{roots_path}/bin/mine", 65534, 65534, 0o777)


def test_a_process_is_roots_where_all_its_user_ids_are(tmp_path: Path) -> None:
    def process(pid: int, ids: str, mounts: str) -> None:
        folder = tmp_path / str(pid)
        (folder / "ns").mkdir(parents=True)
        (folder / "ns/mnt").symlink_to(mounts)
        (folder / "comm").write_text("dockerd\n")
        (folder / "stat").write_text(f"{pid} (dockerd) S " + " ".join(map(str, range(4, 22))) + " 500 0 0\n")
        (folder / "status").write_text(f"Name:\tdockerd\nUid:\t{ids}\nGid:\t0\t0\t0\t0\n")

    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/mnt").symlink_to("mnt:[1]")
    process(1, "0\t0\t0\t0", "mnt:[1]")
    process(2, "1000\t0\t0\t0", "mnt:[1]")  # a program with the setuid bit
    process(3, "0\t0\t0\t0", "mnt:[2]")
    told = [(found.pid, found.uid, found.own_mounts) for found in read_processes(str(tmp_path))]
    assert told == [(1, 0, True), (2, 1000, True), (3, 0, False)]


# ---- host files


def test_a_host_file_of_schema_1_tells_of_no_owner(tmp_path: Path) -> None:
    """An owner that is not told is root's, who captured the file; a process that is nobody's names no place."""
    snap = "/snap/docker/current/bin/containerd"
    known = replace(path(snap), uid=None, gid=None, mode=None)
    facts = seen("containerd", "1.2.0", known, path(OPT), processes=(running(uid=None),))
    (tmp_path / "old.yaml").write_text(dump(Capture(1, facts)))
    found = locate(CATALOGUE.by_slug("containerd"), "1.2.0", load_host_file(tmp_path / "old.yaml"))
    assert found.real_path == snap
    assert "whose process it is is not told" in found.distrusted[0]


def test_who_can_change_a_path_comes_back_from_a_host_file() -> None:
    facts = host(replace(path(OPT), exposed=BOB), processes=(running(own_mounts=False),))
    assert load(dump(Capture(2, facts)), "x", Capture).host == facts
