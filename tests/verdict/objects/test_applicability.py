"""Where each control's object is on real kinds of hosts, and the lines that audit it there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.build import host, known, path, unit
from tui.audit.coverage.coverage import coverage
from tui.audit.inputs import AuditStatus, Mount, PathFacts, Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rules_d.rules_line import rules_line
from tui.controls.catalogue import load_catalogue
from tui.controls.control import VERSIONS, Control
from tui.host.facts import FileFacts, HostFacts, Process, UnitFacts
from tui.verdict.objects.interest import interest
from tui.verdict.objects.subject import Subject, locate, places_of
from tui.verdict.objects.wanted import alternatives, wanted_lines
from tui.verdict.question import Question

CATALOGUE = load_catalogue()
ALL = [(control, version) for control in CATALOGUE.controls for version in control.numbered]
DOCKER = "[Service]\nExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock\n"
SOCKET = "[Socket]\nListenStream=/run/docker.sock\n"


def found(slug: str, version: str, *paths: PathFacts, **more: Any) -> tuple[Subject, list[str]]:
    """The subject of a control on a host where everything else that is asked for is absent, and its lines."""
    facts = seen(slug, version, *paths, **more)
    control = CATALOGUE.by_slug(slug)
    subject = locate(control, version, facts)
    return subject, [line.text for line in wanted_lines(control, version, subject, known(facts))]


def seen(slug: str, version: str, *paths: PathFacts, **more: Any) -> HostFacts:
    asked = interest([CATALOGUE.by_slug(slug)], version)
    facts = host(*paths, **more)
    for name in asked.paths - set(facts.paths):
        facts.paths[name] = path(name, "absent")
    units = {name: facts.units.get(name, UnitFacts(name, None)) for name in asked.units}
    return replace(facts, units=units, files={name: facts.files.get(name) for name in asked.files})


# ---- what is asked of a host


def test_what_must_be_read() -> None:
    asked = interest([CATALOGUE.by_slug("var-lib-docker"), CATALOGUE.by_slug("docker-service")], "1.8.0")
    assert {
        "/var/lib/docker",
        "/var/lib/docker/volumes",
        "/var/lib/docker/overlay2",
        "/var/snap/docker/common/var-lib-docker",
    } <= asked.paths
    assert not any(name.startswith(("~", "$")) for name in asked.paths)
    assert asked.units == {"docker.service"}
    assert asked.files == {"/etc/docker/daemon.json"}
    assert asked.below == {"volumes", "overlay2"}
    assert not asked.history


# ---- every control in every version


def everything(control: Control, version: str) -> HostFacts:
    entry, kind = control.numbered[version], control.kind_in(version)
    there: Any = "file" if kind == "unit" else kind
    extra = [path(exclusion, "directory") for exclusion in entry.exclusions]
    units = tuple(unit(name, SOCKET if name.endswith(".socket") else DOCKER) for name in [control.unit] if name)
    parents = []
    if entry.path.startswith("/var/run/"):
        parents = [path("/run/docker.sock", "socket")]
        named = path(entry.path, there, parent="/run")
    else:
        named = path(entry.path, there)
    return seen(control.slug, version, named, *parents, *extra, path("/run/containerd", "directory"), units=units)


@pytest.mark.parametrize(("control", "version"), ALL, ids=[f"{control.slug}-{version}" for control, version in ALL])
def test_the_wanted_lines_audit_the_object_and_nothing_less(control: Control, version: str) -> None:
    facts = everything(control, version)
    subject = locate(control, version, facts)
    entry = control.numbered[version]
    assert (subject.applicable, subject.path, subject.real_path) == (True, entry.path, None)
    lines = wanted_lines(control, version, subject, known(facts))
    folders = {name for name, what in facts.paths.items() if isinstance(what, PathFacts) and what.kind == "directory"}
    parsed = [parse_line(line.text, facts.names, folders.__contains__) for line in lines]
    rules = [line.rule for line in parsed if isinstance(line, AddRule)]
    assert len(rules) == len(lines)
    assert all(rule.keys == (control.key,) for rule in rules if rule.action == "always")
    assert isinstance(subject.facts, PathFacts)
    judged = coverage(
        subject.facts, rules, AuditStatus(1, pid=1), facts.paths, facts.names, wanted=entry.accesses, exclusions=subject.exclusions
    )
    assert {access: judged.accesses[access].level for access in entry.accesses} == dict.fromkeys(entry.accesses, "audited")
    for line in lines:
        assert (line.differs == "") is (line.text in entry.lines), line


@pytest.mark.parametrize(("control", "version"), ALL, ids=[f"{control.slug}-{version}" for control, version in ALL])
def test_nothing_there_is_not_applicable_and_asks_for_no_line(control: Control, version: str) -> None:
    subject, lines = found(control.slug, version)
    assert subject.applicable is False
    assert lines == []
    assert subject.reason.endswith(("No other known place has it either.",))


@pytest.mark.parametrize(("control", "version"), ALL, ids=[f"{control.slug}-{version}" for control, version in ALL])
def test_what_could_not_be_read_is_not_judged(control: Control, version: str) -> None:
    closed = Unknown("Permission denied")
    facts = host(euid=1000)
    asked = interest([control], version)
    facts = replace(
        facts,
        paths=dict.fromkeys({*asked.paths, "/run/docker.sock"}, closed),
        units={name: unit(name, SOCKET if name.endswith(".socket") else DOCKER) for name in asked.units},
        files=dict.fromkeys(asked.files, closed),
    )
    subject = locate(control, version, facts)
    if control.kind_in(version) == "unit":
        return  # its file was found and read
    assert subject.applicable is None
    assert "cannot be told" in subject.reason
    assert "Permission denied" in subject.reason
    assert wanted_lines(control, version, subject, known(facts)) == ()


def test_the_line_that_is_wanted_and_the_benchmarks_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def counted(rule: Any, *more: Any) -> Any:
        made.append(rule)
        return rules_line(rule, *more)

    monkeypatch.setattr("tui.verdict.objects.wanted.rules_line", counted)
    facts = seen("containerd", "1.2.0", path("/usr/bin/containerd"))
    (finding,) = Question((CATALOGUE.by_slug("containerd"),), "1.2.0").findings(facts)
    assert finding.benchmark_line == finding.wanted[0] == "-w /usr/bin/containerd -k docker"
    assert len(made) == 1


# ---- programs


def test_debians_dockerd_is_elsewhere() -> None:
    subject, lines = found("dockerd", "1.2.0", path("/usr/sbin/dockerd"))
    assert (subject.applicable, subject.real_path) == (False, "/usr/sbin/dockerd")
    assert subject.reason == (
        "/usr/bin/dockerd does not exist. It is at /usr/sbin/dockerd (Debian's docker.io) instead. "
        "A rule on /usr/bin/dockerd records nothing there."
    )
    assert lines == []
    (place,) = places_of(CATALOGUE.by_slug("dockerd"), "1.2.0", seen("dockerd", "1.2.0", path("/usr/sbin/dockerd")))
    assert (place.applicable, place.path) == (True, "/usr/sbin/dockerd")
    (line,) = wanted_lines(CATALOGUE.by_slug("dockerd"), "1.2.0", place, known(host(path("/usr/sbin/dockerd"))))
    assert line.text == "-w /usr/sbin/dockerd -k docker"
    assert line.differs == "The benchmark's example names /usr/bin/dockerd; here it is /usr/sbin/dockerd (Debian's docker.io)."


def test_debians_runc_is_a_link_and_both_are_watched() -> None:
    link = path("/usr/bin/runc", "symlink", target="../sbin/runc", real="/usr/sbin/runc")
    subject, lines = found("runc", "1.8.0", link, path("/usr/sbin/runc"))
    assert (subject.applicable, subject.path, subject.real_path) == (True, "/usr/bin/runc", "/usr/sbin/runc")
    assert "is a link; the object is /usr/sbin/runc" in subject.reason
    assert lines == ["-w /usr/bin/runc -k docker", "-w /usr/sbin/runc -k docker"]
    subject, lines = found("runc", "1.2.0", link, path("/usr/sbin/runc"))
    assert (subject.path, subject.real_path, lines) == ("/usr/sbin/runc", None, ["-w /usr/sbin/runc -k docker"])


def test_a_link_that_leads_nowhere() -> None:
    link = path("/usr/bin/runc", "symlink", target="../sbin/runc")
    subject, lines = found("runc", "1.8.0", link)
    assert (subject.applicable, lines) == (False, [])
    assert subject.reason.startswith("/usr/bin/runc is a link to ../sbin/runc, which does not exist")
    subject, _ = found("runc", "1.8.0", link, euid=1000)
    assert subject.applicable is None


@pytest.mark.parametrize(
    ("place", "platform"),
    [
        ("/usr/local/bin/containerd", "the upstream archive"),
        ("/snap/docker/current/bin/containerd", "snap"),
        ("/var/lib/rancher/k3s/data/current/bin/containerd", "k3s"),
    ],
)
def test_containerd_elsewhere(place: str, platform: str) -> None:
    subject, _ = found("containerd", "1.2.0", path(place))
    assert (subject.applicable, subject.real_path) == (False, place)
    assert f"It is at {place} ({platform}) instead" in subject.reason


def test_a_link_elsewhere_is_followed() -> None:
    subject, _ = found(
        "containerd", "1.2.0", path("/usr/local/bin/containerd", "symlink", target="/opt/c", real="/opt/c"), path("/opt/c")
    )
    assert subject.real_path == "/opt/c"
    subject, _ = found("containerd", "1.2.0", path("/usr/local/bin/containerd", "symlink", target="/opt/c"))
    assert subject.real_path is None


def test_the_running_program_tells_where_it_is() -> None:
    running = Process(7, "containerd", "/opt/containerd/bin/containerd", 3.0, uid=0)
    subject, _ = found("containerd", "1.2.0", path("/opt/containerd/bin/containerd"), processes=(running,))
    assert subject.real_path == "/opt/containerd/bin/containerd"
    assert "where the running one is" in subject.reason
    subject, _ = found("containerd", "1.2.0", processes=(running,))  # inside a container, perhaps: not here
    assert subject.real_path is None


def test_the_other_familys_environment_file_is_named() -> None:
    subject, _ = found("etc-sysconfig-docker", "1.2.0", path("/etc/default/docker"))
    assert "It is at /etc/default/docker (Debian and Ubuntu) instead" in subject.reason
    subject, _ = found("etc-default-docker", "1.2.0", path("/etc/sysconfig/docker"))
    assert "It is at /etc/sysconfig/docker (Fedora, RHEL and SUSE) instead" in subject.reason


# ---- units


def test_a_unit_where_the_benchmark_says() -> None:
    subject, lines = found(
        "docker-service", "1.2.0", path("/usr/lib/systemd/system/docker.service"), units=(unit("docker.service", DOCKER),)
    )
    assert (subject.kind, subject.source) == ("unit", None)
    assert lines == ["-w /usr/lib/systemd/system/docker.service -k docker"]


def test_an_administrators_unit_file_is_the_one_that_counts() -> None:
    mine = unit("docker.service", DOCKER, "[Service]\n", place="/etc/systemd/system")
    subject, lines = found("docker-service", "1.2.0", path("/usr/lib/systemd/system/docker.service"), units=(mine,))
    assert (subject.path, subject.applicable) == ("/etc/systemd/system/docker.service", True)
    assert lines == ["-w /etc/systemd/system/docker.service -k docker"]
    assert "named by systemd's search order" in subject.reason
    assert "Its drop-ins (/etc/systemd/system/docker.service.d/0.conf) are files of their own." in subject.reason
    control = CATALOGUE.by_slug("docker-service")
    (line,) = wanted_lines(control, "1.2.0", subject, known(host()))
    assert line.differs.startswith(
        "The benchmark's example names /usr/lib/systemd/system/docker.service; here it is /etc/systemd/system/docker.service"
    )


def test_an_unmerged_lib_is_the_same_object_where_it_is_a_link() -> None:
    old = unit("docker.service", DOCKER, place="/lib/systemd/system")
    here = path("/lib/systemd/system/docker.service", parent="/usr/lib/systemd/system")
    subject, _ = found("docker-service", "1.2.0", here, path("/usr/lib/systemd/system/docker.service"), units=(old,))
    assert subject.path == "/usr/lib/systemd/system/docker.service"
    apart = path("/lib/systemd/system/docker.service")
    subject, _ = found("docker-service", "1.2.0", apart, units=(old,))
    assert subject.path == "/lib/systemd/system/docker.service"


def test_a_masked_unit_does_not_run() -> None:
    masked = unit("docker.service", "", place="/etc/systemd/system", target="/dev/null")
    subject, lines = found("docker-service", "1.2.0", units=(masked,))
    assert (subject.applicable, lines) == (False, [])
    assert subject.reason.startswith("docker.service is masked: /etc/systemd/system/docker.service leads to /dev/null")


def test_a_unit_that_nobody_looked_for() -> None:
    subject = locate(CATALOGUE.by_slug("docker-service"), "1.2.0", host())
    assert subject.applicable is None
    assert "docker.service was not looked for" in subject.reason


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


def test_a_path_with_a_blank_is_one_word_of_the_line() -> None:
    config = {"/etc/docker/daemon.json": '{"data-root": "/srv/my docker\\\\x"}'}
    _, lines = found("var-lib-docker", "1.8.0", path("/srv/my docker\\x", "directory"), files=config)
    assert lines == ["-w /srv/my\\ docker\\\\x -p rwa -k docker"]
    parsed = parse_line(lines[0], host().names)
    assert isinstance(parsed, AddRule)
    assert parsed.rule.path == "/srv/my docker\\x"


def test_what_a_host_says_cannot_play_tricks_on_the_terminal() -> None:
    subject, _ = found("runc", "1.8.0", path("/usr/bin/runc", "symlink", target="\x1b[2J"))
    assert "\x1b" not in subject.reason
    config = {"/etc/docker/daemon.json": '{"data-root": "/srv/\\u001b[2J"}'}
    subject, _ = found("var-lib-docker", "1.2.0", path("/srv/\x1b[2J", "directory"), files=config)
    assert "\x1b" not in subject.reason


def test_a_version_without_the_control_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        locate(CATALOGUE.by_slug("containerd-shim"), "1.2.0", host())
    assert VERSIONS[1] == "1.2.0"
