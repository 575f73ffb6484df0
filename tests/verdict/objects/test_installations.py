"""Where Docker and containerd are, by how they were installed: what is judged there, and what does not apply. Each row is an installation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import host, path, unit
from tests.verdict.objects.test_places import audited
from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts, Process, UnitFacts
from tui.verdict.question import Question
from tui.verdict.values import Finding

CATALOGUE = load_catalogue()
PROGRAMS = ("dockerd", "containerd", "containerd-shim-runc-v2", "runc")
RKE2, SNAP, MICROK8S, K0S = "/var/lib/rancher/rke2", "/snap/docker/current/bin", "/snap/microk8s/current/bin", "/var/lib/k0s/bin"
RELEASE = f"{RKE2}/data/v1.31.4-rke2r1-0a1b/bin"
ABSENT = ("notapplicable", (), ())


def installed(*paths: PathFacts, running: tuple[tuple[str, str, int], ...] = (), **more: object) -> HostFacts:
    """A host where these paths are there and nothing else of what is asked for; *running*: name, program and uid of processes."""
    asked = Question(tuple(map(CATALOGUE.by_slug, PROGRAMS)), "1.8.0").interest
    facts = host(*paths, **more)
    for name in asked.paths - set(facts.paths):
        facts.paths[name] = path(name, "absent")
    processes = tuple(Process(700 + at, name, program, 9.0, uid=uid) for at, (name, program, uid) in enumerate(running))
    units = {name: facts.units.get(name, UnitFacts(name, None)) for name in asked.units}
    return replace(facts, units=units, files={name: facts.files.get(name) for name in asked.files}, processes=processes)


def in_a_container(uid: int, *programs: str) -> HostFacts:
    """A host without Docker, on which these programs run in a container of *uid*'s."""
    processes = tuple(
        Process(700 + at, program.rpartition("/")[2], program, 9.0, uid=uid, own_mounts=False)
        for at, program in enumerate(programs)
    )
    return replace(installed(), processes=processes)


def with_place(name: str, what: Unknown) -> HostFacts:
    """What an ordinary user sees of a host without Docker where it may not look at *name*."""
    facts = installed(euid=65534)
    assert name in facts.paths
    facts.paths[name] = what
    return facts


def findings(facts: HostFacts) -> dict[str, Finding]:
    found = Question(tuple(map(CATALOGUE.by_slug, PROGRAMS)), "1.8.0").findings(facts)
    return {finding.slug: finding for finding in found}


def files(folder: str, *names: str, parent: str | None = None) -> tuple[PathFacts, ...]:
    return tuple(path(f"{folder}/{name}", parent=parent) for name in names)


def watch(*paths: str) -> tuple[str, ...]:
    return tuple(f"-w {each} -k docker" for each in paths)


def plain(*places: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Judged at these places, each with a watch of its own."""
    return "unaudited", places, watch(*places)


INSTALLATIONS = {
    "Docker's own packages": (
        installed(*files("/usr/bin", *PROGRAMS)),
        {name: plain(f"/usr/bin/{name}") for name in PROGRAMS},
    ),
    "Debian's docker.io": (
        installed(
            *files("/usr/sbin", "dockerd", "runc"),
            *files("/usr/bin", "containerd", "containerd-shim-runc-v2"),
            path("/usr/bin/runc", "symlink", target="../sbin/runc", real="/usr/sbin/runc"),
        ),
        {
            "dockerd": plain("/usr/sbin/dockerd"),
            "containerd": plain("/usr/bin/containerd"),
            "containerd-shim-runc-v2": plain("/usr/bin/containerd-shim-runc-v2"),
            "runc": ("unaudited", ("/usr/sbin/runc",), watch("/usr/bin/runc", "/usr/sbin/runc")),
        },
    ),
    "Fedora's and Azure Linux's moby-engine": (
        installed(
            *files("/usr/bin", *PROGRAMS), running=(("dockerd", "/usr/bin/dockerd", 0), ("containerd", "/usr/bin/containerd", 0))
        ),
        {name: plain(f"/usr/bin/{name}") for name in PROGRAMS},
    ),
    "Amazon Linux": (
        installed(*files("/usr/bin", *PROGRAMS[:3]), *files("/usr/sbin", "runc")),
        {**{name: plain(f"/usr/bin/{name}") for name in PROGRAMS[:3]}, "runc": plain("/usr/sbin/runc")},
    ),
    "Fedora 42 on, where /usr/sbin is a link to bin": (
        installed(*files("/usr/bin", *PROGRAMS), *files("/usr/sbin", "dockerd", "runc", parent="/usr/bin")),
        {name: plain(f"/usr/bin/{name}") for name in PROGRAMS},
    ),
    "the upstream archive": (
        installed(*files("/usr/local/bin", "containerd", "containerd-shim-runc-v2"), *files("/usr/local/sbin", "runc")),
        {
            "dockerd": ABSENT,
            "containerd": plain("/usr/local/bin/containerd"),
            "containerd-shim-runc-v2": plain("/usr/local/bin/containerd-shim-runc-v2"),
            "runc": plain("/usr/local/sbin/runc"),
        },
    ),
    "a folder of the site's own, by what runs": (
        installed(
            *files("/opt/containerd/bin", "containerd", "containerd-shim-runc-v2"),
            running=(("containerd", "/opt/containerd/bin/containerd", 0),),
        ),
        {
            "dockerd": ABSENT,
            "containerd": plain("/opt/containerd/bin/containerd"),
            "containerd-shim-runc-v2": plain("/opt/containerd/bin/containerd-shim-runc-v2"),
            "runc": ABSENT,
        },
    ),
    "the snap": (
        installed(*files(SNAP, *PROGRAMS, parent="/snap/docker/2932/bin")),
        {name: ("unaudited", (f"{SNAP}/{name}",), watch(f"{SNAP}/{name}")) for name in PROGRAMS},
    ),
    "MicroK8s": (
        installed(*files(MICROK8S, *PROGRAMS[1:], parent="/snap/microk8s/7589/bin")),
        {"dockerd": ABSENT, **{name: plain(f"{MICROK8S}/{name}") for name in PROGRAMS[1:]}},
    ),
    "RKE2": (
        installed(
            *files(f"{RKE2}/bin", *PROGRAMS[1:], parent=RELEASE),
            *files(RELEASE, *PROGRAMS[1:]),
            path(f"{RKE2}/data", "directory"),
            running=(("containerd", f"{RELEASE}/containerd", 0),),
        ),
        {"dockerd": ABSENT, **{name: ("unaudited", (f"{RKE2}/bin/{name}",), watch(f"{RKE2}/data")) for name in PROGRAMS[1:]}},
    ),
    "k0s": (
        installed(*files(K0S, *PROGRAMS[1:])),
        {"dockerd": ABSENT, **{name: plain(f"{K0S}/{name}") for name in PROGRAMS[1:]}},
    ),
    "rootless alone": (
        installed(
            path("/home/ann/bin/dockerd"),
            path("/home/ann/bin/containerd"),
            running=(("dockerd", "/home/ann/bin/dockerd", 1000), ("containerd", "/home/ann/bin/containerd", 1000)),
        ),
        dict.fromkeys(PROGRAMS, ABSENT),
    ),
    "rootless beside root's": (
        installed(
            *files("/usr/bin", *PROGRAMS), running=(("dockerd", "/usr/bin/dockerd", 1000), ("dockerd", "/usr/bin/dockerd", 0))
        ),
        {name: plain(f"/usr/bin/{name}") for name in PROGRAMS},
    ),
    "podman alone": (
        installed(
            path("/usr/bin/podman"), path("/usr/bin/crun"), path("/usr/bin/docker"), running=(("podman", "/usr/bin/podman", 0),)
        ),
        dict.fromkeys(PROGRAMS, ABSENT),
    ),
    "kind, k3d or minikube in a container": (
        in_a_container(0, "/usr/local/bin/containerd", "/usr/local/bin/containerd-shim-runc-v2"),
        dict.fromkeys(PROGRAMS, ABSENT),
    ),
    "Docker in an unprivileged LXC, LXD or Incus": (
        in_a_container(100000, "/usr/bin/dockerd", "/usr/bin/containerd"),
        dict.fromkeys(PROGRAMS, ABSENT),
    ),
    "Docker here, and in a container": (
        replace(in_a_container(0, "/usr/bin/containerd", "/usr/bin/dockerd"), paths=installed(*files("/usr/bin", *PROGRAMS)).paths),
        {name: plain(f"/usr/bin/{name}") for name in PROGRAMS},
    ),
    "podman with runc": (
        installed(path("/usr/bin/podman"), path("/usr/bin/runc")),
        {**dict.fromkeys(PROGRAMS[:3], ABSENT), "runc": plain("/usr/bin/runc")},
    ),
}


@pytest.mark.parametrize(("facts", "expected"), INSTALLATIONS.values(), ids=INSTALLATIONS)
def test_each_object_is_judged_where_it_is(
    facts: HostFacts, expected: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
) -> None:
    found = findings(facts)
    assert {slug: (each.state, tuple(place.path for place in each.places), each.wanted) for slug, each in found.items()} == expected
    lines = {line for each in found.values() for line in each.wanted}
    after = findings(audited(facts, *sorted(lines)))
    assert {slug: each.state for slug, each in after.items()} == {
        slug: "notapplicable" if state == "notapplicable" else "audited" for slug, (state, *_) in expected.items()
    }


@pytest.mark.parametrize("name", ["the snap", "MicroK8s"])
def test_what_a_refresh_moves_is_told_and_what_lasts_is_not(name: str) -> None:
    told = findings(INSTALLATIONS[name][0])["containerd"]
    assert "moves-away" in [reason.kind for reason in told.reasons]
    assert "moves-away" not in [reason.kind for reason in findings(INSTALLATIONS["RKE2"][0])["containerd"].reasons]


CLOSED = Unknown("/var/lib/rancher/rke2/bin/containerd cannot be read: permission denied; start the program again as root.")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (with_place(RKE2 + "/bin/containerd", CLOSED), "permission denied"),
        (replace(installed(euid=65534), processes=(Process(7, "containerd", None, 9.0, uid=0),)), "Process 7 (containerd) runs"),
        (replace(installed(euid=65534), processes=(Process(7, "dockerd", None, 9.0, uid=0),)), "Process 7 (dockerd) runs"),
        (replace(installed(euid=65534), mounts=(Mount("/proc", "0:5", "proc", options="rw,hidepid=2"),)), "hidepid"),
    ],
    ids=["a folder", "its process", "a daemon's process", "all processes"],
)
def test_where_a_user_may_not_look_absence_is_not_known(facts: HostFacts, told: str) -> None:
    found = findings(facts)["containerd"]
    assert (found.result, found.reasons[0].kind) == ("unknown", "unread-path")
    assert told in found.reasons[0].text
    assert found.reasons[0].text.startswith("/usr/bin/containerd does not exist, and whether another place has it cannot be told. ")


def test_where_a_user_may_look_everywhere_absence_is_a_fact() -> None:
    seen = replace(installed(euid=65534), processes=(Process(7, "dockerd", None, 9.0, uid=1000),))
    told = findings(seen)["containerd"]
    assert told.result == "notapplicable"
    assert told.reasons[0].text.endswith("No other known place has it either, and this user may look into each.")


def test_a_users_own_daemon_is_told_and_changes_no_state() -> None:
    told = findings(INSTALLATIONS["rootless alone"][0])["dockerd"]
    assert told.reasons[0].text == "/usr/bin/dockerd does not exist. No other known place has it either."
    (reason,) = [reason for reason in told.reasons if reason.kind == "not-trusted"]
    assert reason.text == "Process 700 runs /home/ann/bin/dockerd: seen and not trusted, since it is a process of user 1000."
    assert not any("not-trusted" in str(reason.kind) for reason in findings(INSTALLATIONS["podman alone"][0])["dockerd"].reasons)


def test_a_daemon_of_a_container_is_told_and_is_no_file_of_this_host() -> None:
    told = findings(INSTALLATIONS["Docker in an unprivileged LXC, LXD or Incus"][0])["containerd"]
    assert [reason.text for reason in told.reasons if reason.kind == "not-trusted"] == [
        "Process 701 runs /usr/bin/containerd, which is no file of this host: it runs in another mount namespace (a container)."
    ]
    kind = findings(INSTALLATIONS["kind, k3d or minikube in a container"][0])["containerd"]
    assert "since it runs in another mount namespace." in kind.reasons[1].text
    both = findings(INSTALLATIONS["Docker here, and in a container"][0])["containerd"]
    assert not any(reason.kind == "not-trusted" for reason in both.reasons)


def test_other_names_of_a_file_are_told_with_what_a_rule_makes_of_them() -> None:
    program = replace(path("/usr/bin/containerd"), links=2)
    facts = installed(program, path("/usr/bin", "directory"))
    by_path = findings(audited(facts, *watch("/usr/bin/containerd")))["containerd"]
    (reason,) = [reason for reason in by_path.reasons if reason.kind == "hard-linked"]
    assert reason.text == "/usr/bin/containerd has 2 names (hard links): a watch on the file records what is done by each of them."
    by_folder = findings(audited(facts, *watch("/usr/bin")))["containerd"]
    (reason,) = [reason for reason in by_folder.reasons if reason.kind == "hard-linked"]
    assert "the rule on a directory records none but those below it" in reason.text
    assert "find / -xdev -samefile /usr/bin/containerd" in reason.remedy
    assert by_folder.state == "audited"
    only_one = findings(installed(path("/usr/bin/containerd")))["containerd"]
    assert not any(reason.kind == "hard-linked" for reason in only_one.reasons)


def test_a_units_own_file_is_judged_where_the_package_has_it() -> None:
    facts = host(
        path("/usr/local/lib/systemd/system/docker.service"),
        units=(unit("docker.service", "[Service]\n", place="/usr/local/lib/systemd/system"),),
    )
    (found,) = Question((CATALOGUE.by_slug("docker-service"),), "1.8.0").findings(facts)
    assert found.wanted == watch("/usr/local/lib/systemd/system/docker.service")


def test_a_setting_called_like_a_program_is_not_that_program() -> None:
    """/usr/bin/docker lies beside containerd, and a rule may name it; the defaults file of the same name is another object."""
    facts = installed(
        *files("/usr/bin", *PROGRAMS, "docker"),
        *files("/etc/default", "docker"),
        running=(("containerd", "/usr/bin/containerd", 0),),
    )
    (finding,) = Question((CATALOGUE.by_slug("etc-default-docker"),), "1.8.0").findings(facts)
    assert [place.path for place in finding.places] == ["/etc/default/docker"]


def test_the_unit_of_another_distribution_of_containerd_stands_for_dockers() -> None:
    place = "/usr/local/lib/systemd/system/rke2-server.service"
    question = Question((CATALOGUE.by_slug("docker-service"),), "1.8.0")
    facts = host(path(place), units=(UnitFacts("docker.service", None),))
    facts = replace(facts, paths={**{name: path(name, "absent") for name in question.interest.paths}, **facts.paths})
    (found,) = question.findings(facts)
    assert (found.state, found.wanted) == ("unaudited", watch(place))
