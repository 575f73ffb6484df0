"""The family on Debian 12 with its own Docker packages: what applies, where it is, and what scanners find once it is audited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import known
from tui.audit.coverage.coverage import coverage
from tui.audit.inputs import AuditStatus, PathFacts
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import listings
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_host_file
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.objects.scanners import benchmark_grep, scanner_views
from tui.verdict.objects.subject import locate
from tui.verdict.objects.wanted import benchmark_line, wanted_lines
from tui.verdict.question import Question

FACTS = load_host_file(Path(__file__).parents[2] / "fixtures" / "debian-12-docker.yaml")
CATALOGUE = load_catalogue()
VOLUMES, OVERLAYS = (f"-a never,exit -F dir=/var/lib/docker/{name}" for name in ("volumes", "overlay2"))

EXPECTED = {
    "1.2.0": {
        "1.2.3": ("/usr/bin/dockerd", "/usr/sbin/dockerd", []),
        "1.2.4": ("/var/lib/docker", None, ["-w /var/lib/docker -k docker"]),
        "1.2.5": ("/etc/docker", None, ["-w /etc/docker -k docker"]),
        "1.2.6": ("/usr/lib/systemd/system/docker.service", None, ["-w /usr/lib/systemd/system/docker.service -k docker"]),
        "1.2.7": ("/usr/lib/systemd/system/docker.socket", None, ["-w /usr/lib/systemd/system/docker.socket -k docker"]),
        "1.2.8": ("/etc/default/docker", None, ["-w /etc/default/docker -k docker"]),
        "1.2.9": ("/etc/sysconfig/docker", "/etc/default/docker", []),
        "1.2.10": ("/etc/docker/daemon.json", None, []),
        "1.2.11": ("/usr/bin/containerd", None, ["-w /usr/bin/containerd -k docker"]),
        "1.2.12": ("/usr/sbin/runc", None, ["-w /usr/sbin/runc -k docker"]),
    },
    "1.8.0": {
        "1.1.3": ("/usr/bin/dockerd", "/usr/sbin/dockerd", []),
        "1.1.4": ("/run/containerd", None, ["-w /run/containerd -p rwa -k docker"]),
        "1.1.5": ("/var/lib/docker", None, [VOLUMES, OVERLAYS, "-w /var/lib/docker -p rwa -k docker"]),
        "1.1.6": ("/etc/docker", None, ["-w /etc/docker -k docker"]),
        "1.1.7": ("/usr/lib/systemd/system/docker.service", None, ["-w /usr/lib/systemd/system/docker.service -k docker"]),
        "1.1.8": ("/run/containerd/containerd.sock", None, ["-w /run/containerd -k docker"]),
        "1.1.9": ("/var/run/docker.sock", None, ["-w /var/run/docker.sock -k docker"]),
        "1.1.10": ("/etc/default/docker", None, ["-w /etc/default/docker -k docker"]),
        "1.1.11": ("/etc/docker/daemon.json", None, []),
        "1.1.12": ("/etc/containerd/config.toml", None, ["-w /etc/containerd/config.toml -k docker"]),
        "1.1.13": ("/etc/sysconfig/docker", "/etc/default/docker", []),
        "1.1.14": ("/usr/bin/containerd", None, ["-w /usr/bin/containerd -k docker"]),
        "1.1.15": ("/usr/bin/containerd-shim", None, ["-w /usr/bin/containerd-shim -k docker"]),
        "1.1.16": ("/usr/bin/containerd-shim-runc-v1", None, ["-w /usr/bin/containerd-shim-runc-v1 -k docker"]),
        "1.1.17": ("/usr/bin/containerd-shim-runc-v2", None, ["-w /usr/bin/containerd-shim-runc-v2 -k docker"]),
        "1.1.18": ("/usr/bin/runc", "/usr/sbin/runc", ["-w /usr/bin/runc -k docker", "-w /usr/sbin/runc -k docker"]),
    },
}


@pytest.mark.parametrize("version", EXPECTED)
def test_what_applies_and_where_it_is(version: str) -> None:
    found = {}
    for control in CATALOGUE.numbered(version):
        subject = locate(control, version, FACTS)
        lines = [line.text for line in wanted_lines(control, version, subject, known(FACTS))]
        assert subject.applicable is bool(lines)
        found[control.number(version)] = (subject.path, subject.real_path, lines)
    assert found == EXPECTED[version]


@pytest.mark.parametrize("version", EXPECTED)
def test_all_lines_together_audit_every_control_and_satisfy_the_benchmarks_grep(version: str) -> None:
    controls = [(control, locate(control, version, FACTS)) for control in CATALOGUE.numbered(version)]
    lines = [line.text for control, subject in controls for line in wanted_lines(control, version, subject, known(FACTS))]
    folders = {name for name, what in FACTS.paths.items() if isinstance(what, PathFacts) and what.kind == "directory"}
    parsed = [parse_line(line, FACTS.names, folders.__contains__) for line in dict.fromkeys(lines)]
    rules = [line.rule for line in parsed if isinstance(line, AddRule)]
    assert len(rules) == len(set(rules)) == len(parsed)
    missed = []
    for control, subject in controls:
        if not subject.applicable:
            continue
        assert isinstance(subject.facts, PathFacts)
        entry = control.numbered[version]
        judged = coverage(
            subject.facts,
            rules,
            AuditStatus(1, pid=1),
            FACTS.paths,
            FACTS.names,
            wanted=entry.accesses,
            exclusions=subject.exclusions,
        )
        assert {judged.accesses[access].level for access in entry.accesses} == {"audited"}, control.slug
        if not benchmark_grep(subject.path, "\n".join(listings(rules))):
            missed.append(control.slug)
            assert benchmark_line(control, subject, FACTS) == ""
    assert missed == (["containerd-sock"] if version == "1.8.0" else [])


def test_the_line_for_scanners() -> None:
    lines = {
        control.slug: benchmark_line(control, locate(control, "1.8.0", FACTS), FACTS) for control in CATALOGUE.numbered("1.8.0")
    }
    assert lines["containerd"] == "-w /usr/bin/containerd -k docker"
    assert lines["run-containerd"] == "-w /run/containerd -k docker"
    assert lines["docker-socket"] == "-w /var/run/docker.sock -k docker"
    assert lines["dockerd"] == lines["containerd-sock"] == ""


@pytest.mark.parametrize(("version", "floods"), [("1.2.0", 1), ("1.8.0", 0)])
def test_the_plan_says_what_is_a_flood_and_offers_less(version: str, floods: int) -> None:
    plan = make_plan(Question(CATALOGUE.numbered(version), version), FACTS, Switches())
    said = [(warning.kind, warning.text, warning.remedy) for warning in plan.warnings]
    figures = [text for id, text, _ in said if id == "flood"]
    assert len(figures) == floods
    assert all("100 kB of log a second" in text and "reach back" in text for text in figures)
    offers = [(text, advice) for id, text, advice in said if id == "quieter-rules"]
    assert len(offers) == 1 + floods
    assert all("/var/lib/docker" in advice and "Not done by this plan" in advice for _, advice in offers)
    differs = [text for id, text, _ in said if id == "differs-from-benchmark"]
    assert len(differs) == len(set(differs))


def test_objects_elsewhere_add_a_line_each_and_no_line_stands_twice() -> None:
    asked = (Question(CATALOGUE.numbered("1.8.0"), "1.8.0", named_paths=letter) for letter in (True, False))
    without, with_them = (make_plan(question, FACTS, Switches()).files[0].contents[1] or b"" for question in asked)
    more = set(with_them.splitlines()) - set(without.splitlines())
    assert more == {b"-w /usr/sbin/dockerd -k docker"}
    assert b"-w /usr/sbin/runc -k docker" in without
    lines = [line for line in with_them.splitlines() if line]
    assert len(lines) == len(set(lines))


def test_docker_bench_looks_for_the_sockets_unit_and_benchmark_lines_let_it_find_one() -> None:
    unit = "/usr/lib/systemd/system/docker.socket"
    line = f"-w {unit} -k docker"
    question = Question(CATALOGUE.find(["docker-socket"], "1.8.0"), "1.8.0")
    (finding,) = question.findings(FACTS)
    assert (finding.path, finding.scanned, finding.scanner_line) == ("/var/run/docker.sock", unit, line)
    assert line.encode() not in (make_plan(question, FACTS, Switches()).files[0].contents[1] or b"")
    after = make_plan(question, FACTS, Switches(benchmark_lines=True))
    assert (after.files[0].contents[1] or b"").endswith(f"-w /var/run/docker.sock -k docker\n{line}\n".encode())
    for rules, passes in ((after.expected[:1], False), (after.expected, True)):
        views = {view.name: view.passes for view in scanner_views(finding.path, rules, finding.scanned)}
        assert (views["docker-bench-security"], views["Datadog"]) == (passes, True)
        (then,) = question.findings(replace(FACTS, kernel_rules=rules))
        assert bool(then.scanner_line) is not passes
        assert any(reason.kind == "scanner-looks-elsewhere" for reason in then.reasons) is not passes
    old = Question(CATALOGUE.find(["docker-socket"], "1.2.0"), "1.2.0").findings(FACTS)[0]
    assert (old.path, old.scanned) == (unit, "")
