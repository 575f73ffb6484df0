"""Where containerd's and Docker's sockets and data are, by their units and configuration, and the lines that audit them there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.build import host, known, path, unit
from tests.verdict.objects.hosts import CATALOGUE, DOCKER, SOCKET, found, seen
from tui.audit.inputs import Mount
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.host.facts import FileFacts
from tui.verdict.objects.subject import locate, places_of
from tui.verdict.objects.wanted import alternatives, wanted_lines

# ---- sockets


def test_the_docker_socket_is_a_unit_file_up_to_1_2_0() -> None:
    facts = {"units": (unit("docker.socket", SOCKET),)}
    subject, lines = found("docker-socket", "1.2.0", path("/usr/lib/systemd/system/docker.socket"), **facts)
    assert (subject.kind, lines) == ("unit", ["-w /usr/lib/systemd/system/docker.socket -k docker"])


def test_the_docker_socket_through_the_link_var_run() -> None:
    places = (path("/var/run/docker.sock", "socket", parent="/run"), path("/run/docker.sock", "socket"))
    subject, lines = found("docker-socket", "1.8.0", *places, units=(unit("docker.socket", SOCKET),))
    assert (subject.kind, subject.path, subject.after_boot) == ("socket", "/var/run/docker.sock", None)
    assert lines == ["-w /var/run/docker.sock -k docker"]


def test_a_drop_in_moves_the_socket() -> None:
    moved = unit(
        "docker.socket",
        SOCKET,
        "[Socket]\nListenStream=\nListenStream=2375\n# one\nListenStream = %t/api/docker.sock \\\n\n[Install]\nListenStream=/x\n",
    )
    places = (path("/run/api/docker.sock", "socket"), path("/run/api", "directory"))
    subject, lines = found("docker-socket", "1.8.0", *places, units=(moved,))
    assert (subject.path, subject.source) == ("/run/api/docker.sock", "the ListenStream of docker.socket")
    assert subject.after_boot == "/run/api"
    assert lines == ["-w /run/api -k docker"]


def test_without_a_socket_unit_the_usual_place_counts() -> None:
    subject, lines = found("docker-socket", "1.8.0", path("/var/run/docker.sock", "socket", parent="/run"))
    assert (subject.applicable, lines) == (True, ["-w /var/run/docker.sock -k docker"])


CONTAINERD = (path("/run/containerd/containerd.sock", "socket"), path("/run/containerd", "directory"))


def test_containerds_socket_is_watched_by_its_directory() -> None:
    facts = seen("containerd-sock", "1.8.0", *CONTAINERD, units=(unit("docker.service", DOCKER),))
    control = CATALOGUE.by_slug("containerd-sock")
    subject = locate(control, "1.8.0", facts)
    assert (subject.path, subject.after_boot, subject.source) == ("/run/containerd/containerd.sock", "/run/containerd", None)
    (line,) = wanted_lines(control, "1.8.0", subject, known(facts))
    assert line.text == "-w /run/containerd -k docker"
    assert "would be refused at boot" in line.differs
    assert "none of the rules after it" in line.differs
    assert "d /run/containerd 0711 root root -" in line.differs


@pytest.mark.parametrize(
    ("config", "option", "path_", "source"),
    [
        (
            'version = 2\n[grpc]\n  address = "/run/x/c.sock"\n',
            DOCKER,
            "/run/x/c.sock",
            "“grpc.address” in /etc/containerd/config.toml",
        ),
        ('disabled_plugins = ["cri"]\n#[grpc]\n#  address = "/run/x/c.sock"\n', DOCKER, "/run/containerd/containerd.sock", None),
        (
            None,
            DOCKER.replace("/run/containerd/", "/run/y/"),
            "/run/y/containerd.sock",
            "the option --containerd of docker.service",
        ),
        (None, DOCKER.replace("--containerd=", '--containerd "') + '"', "/run/containerd/containerd.sock", None),
        (None, "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd --containerd\n", "/run/containerd/containerd.sock", None),
        ("[grpc]\naddress = 7\n", DOCKER, "/run/containerd/containerd.sock", None),
        ('grpc = "x"\n', DOCKER, "/run/containerd/containerd.sock", None),
    ],
)
def test_where_containerds_socket_is_said_to_be(config: str | None, option: str, path_: str, source: str | None) -> None:
    subject, _ = found(
        "containerd-sock",
        "1.8.0",
        path(path_, "socket"),
        units=(unit("docker.service", option),),
        files={"/etc/containerd/config.toml": config},
    )
    assert (subject.applicable, subject.path, subject.source) == (True, path_, source)


@pytest.mark.parametrize("config", ["[grpc\n", "\udcff", "[[[[", "a = " + "[" * 100_000])
def test_a_configuration_that_cannot_be_understood_is_not_guessed_around(config: str) -> None:
    files = {
        "/etc/containerd/config.toml": FileFacts("/etc/containerd/config.toml", content=config.encode("utf-8", "surrogateescape"))
    }
    facts = replace(seen("containerd-sock", "1.8.0", *CONTAINERD), files=files)
    subject = locate(CATALOGUE.by_slug("containerd-sock"), "1.8.0", facts)
    assert subject.applicable is None
    assert "/etc/containerd/config.toml cannot be understood" in subject.reason


def test_k3s_has_its_socket_deeper() -> None:
    control = CATALOGUE.by_slug("containerd-sock")
    facts = seen("containerd-sock", "1.8.0", path("/run/k3s/containerd/containerd.sock", "socket"), path("/run/k3s", "directory"))
    subject = locate(control, "1.8.0", facts)
    assert (subject.applicable, subject.real_path) == (False, "/run/k3s/containerd/containerd.sock")
    (place,) = places_of(control, "1.8.0", facts)
    (line,) = wanted_lines(control, "1.8.0", place, known(facts))
    assert line.text == "-w /run/k3s -k docker"
    assert "would be refused at boot" in line.differs


def test_any_tmpfs_counts_as_empty_at_boot() -> None:
    sock = replace(path("/var/cache/c/c.sock", "socket"), mount_point="/var/cache")
    mounts = (Mount("/", "8:1", "ext4"), Mount("/var/cache", "0:40", "tmpfs"))
    config = {"/etc/containerd/config.toml": '[grpc]\naddress = "/var/cache/c/c.sock"\n'}
    subject, lines = found("containerd-sock", "1.8.0", sock, files=config, mounts=mounts)
    assert (subject.after_boot, lines) == ("/var/cache/c", ["-w /var/cache/c -k docker"])
    subject, lines = found("containerd-sock", "1.8.0", replace(sock, mount_point="/"), files=config, mounts=mounts)
    assert (subject.after_boot, lines) == (None, ["-w /var/cache/c/c.sock -k docker"])


# ---- directories


def test_containerds_state_directory_is_watched_with_what_is_in_it() -> None:
    control = CATALOGUE.by_slug("run-containerd")
    facts = seen("run-containerd", "1.8.0", path("/run/containerd", "directory"))
    subject = locate(control, "1.8.0", facts)
    (line,) = wanted_lines(control, "1.8.0", subject, known(facts))
    assert line.text == "-w /run/containerd -p rwa -k docker"
    assert "covers the directory itself and nothing in it: “" in line.differs
    assert "does not exist yet when the rules are loaded at boot" in line.differs


EXCLUDED = (path("/var/lib/docker/volumes", "directory"), path("/var/lib/docker/overlay2", "directory"))
DATA = path("/var/lib/docker", "directory")
NEVER = ["-a never,exit -F dir=/var/lib/docker/volumes", "-a never,exit -F dir=/var/lib/docker/overlay2"]


def test_exclusions_come_before_the_line_that_records() -> None:
    control = CATALOGUE.by_slug("var-lib-docker")
    facts = seen("var-lib-docker", "1.7.0", DATA, *EXCLUDED)
    lines = wanted_lines(control, "1.7.0", locate(control, "1.7.0", facts), known(facts))
    assert [line.text for line in lines] == [*NEVER, "-w /var/lib/docker -p rwa -k docker"]
    assert all("after the line that records" in line.differs for line in lines[:2])
    assert "path= is not recursive" in lines[2].differs


def test_a_directory_that_is_not_there_is_not_left_out_since_the_line_would_stop_the_load() -> None:
    subject, lines = found("var-lib-docker", "1.8.0", DATA, EXCLUDED[0])
    assert subject.exclusions == ("/var/lib/docker/volumes",)
    assert lines == [NEVER[0], "-w /var/lib/docker -p rwa -k docker"]


@pytest.mark.parametrize(
    ("theirs", "hit"),
    [
        ("-w /var/lib/docker/volumes/db -p wa -k db", "volumes"),
        ("-w /var/lib/docker/volumes -k db", "volumes"),
        ("-a always,exit -F dir=/var/lib -F perm=wa -k lib", "volumes overlay2"),
        ("-a always,exit -F arch=b64 -S execve -k exec", "volumes overlay2"),
        ("-a always,exit -F exe=/usr/bin/curl -k curl", "volumes overlay2"),
        ("-w /etc/passwd -p wa -k id", ""),
        ("-w /var/lib/docker/volumes2 -k db", ""),
        ("-a always,exit -F path=/var/lib -F perm=wa -k lib", ""),
        ("-a never,exit -F dir=/var/lib -F perm=r", ""),
        ("-a always,exclude -F msgtype=CWD", ""),
        ("-w /var/lib/docker -p rwa -k docker", ""),
        ("# -w /var/lib/docker/volumes/db -k db", ""),
    ],
)
@pytest.mark.parametrize("where", ["kernel", "disk"])
def test_an_exclusion_that_would_take_somebody_elses_records_is_left_away(theirs: str, hit: str, where: str) -> None:
    parsed = parse_line(theirs, host().names, lambda name: name.startswith("/var/lib"))
    more: dict[str, Any] = {"rules_dir": (FileFacts("/etc/audit/rules.d/theirs.rules", content=theirs.encode() + b"\n"),)}
    if where == "kernel":
        more = {"kernel_rules": (parsed.rule,) if isinstance(parsed, AddRule) else ()}
    control = CATALOGUE.by_slug("var-lib-docker")
    facts = seen("var-lib-docker", "1.8.0", DATA, *EXCLUDED, **more)
    lines = wanted_lines(control, "1.8.0", locate(control, "1.8.0", facts), known(facts))
    kept = [line for line in NEVER if line.rpartition("/")[2] not in hit.split()]
    assert [line.text for line in lines] == [*kept, "-w /var/lib/docker -p rwa -k docker"]
    assert lines[-1].differs.count("it would also take away what") == len(hit.split())


def test_the_data_root_that_the_daemon_is_configured_with() -> None:
    config = {"/etc/docker/daemon.json": '{"data-root": "/srv/docker/"}'}
    moved = (path("/srv/docker", "directory"), path("/srv/docker/volumes", "directory"))
    subject, lines = found("var-lib-docker", "1.8.0", *moved, files=config)
    assert (subject.path, subject.source) == ("/srv/docker", "“data-root” in /etc/docker/daemon.json")
    assert lines == ["-a never,exit -F dir=/srv/docker/volumes", "-w /srv/docker -p rwa -k docker"]
    subject, lines = found("var-lib-docker", "1.2.0", *moved, files=config)
    assert (subject.applicable, subject.path, subject.real_path, lines) == (False, "/var/lib/docker", "/srv/docker", [])
    option = unit("docker.service", "[Service]\nExecStart=/usr/bin/dockerd \\\n  --data-root '/srv/docker' -H fd://\n")
    subject, _ = found("var-lib-docker", "1.8.0", *moved, units=(option,))
    assert subject.source == "the option --data-root of docker.service"
    for text in ("{", "[]", '{"data-root": ' + "[" * 100_000):
        subject, _ = found("var-lib-docker", "1.8.0", *moved, files={"/etc/docker/daemon.json": text})
        assert subject.applicable is None
    subject, _ = found("var-lib-docker", "1.8.0", DATA, files={"/etc/docker/daemon.json": ""})
    assert subject.path == "/var/lib/docker"


def test_quieter_rules_are_offered_with_what_they_lose() -> None:
    control = CATALOGUE.by_slug("var-lib-docker")
    facts = seen("var-lib-docker", "1.2.0", DATA, *EXCLUDED)
    subject = locate(control, "1.2.0", facts)
    offered = {choice.kind: choice for choice in alternatives(control, "1.2.0", subject, facts)}
    assert offered["exclusions"].lines == (*NEVER, "-w /var/lib/docker -k docker")
    assert "volumes and overlay2" in offered["exclusions"].text
    assert "overruled by never" in offered["exclusions"].text
    assert offered["writes"].lines == ("-w /var/lib/docker -p wa -k docker",)
    assert "partly audited" in offered["writes"].text
    later = locate(control, "1.8.0", facts)
    (only,) = alternatives(control, "1.8.0", later, facts)
    assert only.lines == (*NEVER, "-w /var/lib/docker -p wa -k docker")
    assert alternatives(CATALOGUE.by_slug("runc"), "1.2.0", locate(CATALOGUE.by_slug("runc"), "1.2.0", facts), facts) == ()
