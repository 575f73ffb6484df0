"""Where each control's object is on real kinds of hosts, and the lines that audit it there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.build import host, known, path, unit
from tests.verdict.objects.hosts import CATALOGUE, DOCKER, SOCKET, found, seen
from tui.audit.coverage.coverage import coverage
from tui.audit.inputs import AuditStatus, PathFacts, Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rules_d.rules_line import rules_line
from tui.controls.control import VERSIONS, Control
from tui.host.facts import HostFacts, Process
from tui.verdict.objects.interest import interest
from tui.verdict.objects.subject import locate, places_of
from tui.verdict.objects.wanted import wanted_lines
from tui.verdict.question import Question

ALL = [(control, version) for control in CATALOGUE.controls for version in control.numbered]


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
