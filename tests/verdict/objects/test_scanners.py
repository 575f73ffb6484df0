"""Other scanners, as they were observed on a real host: sixteen rule sets, and what each scanner said of /usr/bin/containerd."""

from __future__ import annotations

import pytest

from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import listings
from tui.audit.rule.value import Rule
from tui.verdict.objects.scanners import SCANNERS, benchmark_grep, scanner_views

P = "/usr/bin/containerd"
NAMES = ("docker-bench-security", "aquasecurity/docker-bench", "Datadog", "InSpec (dev-sec)", "InSpec (risk-sentinel)", "Wazuh")

OBSERVED = [
    ("nothing", [], "------"),
    ("the rule", [f"-w {P} -k docker"], "PPPPPP"),
    ("the same rule by fields", [f"-a always,exit -F path={P} -F perm=rwxa -F key=docker"], "PPPPPP"),
    ("with an arch", [f"-a always,exit -F arch=b64 -F path={P} -F perm=rwxa -F key=docker"], "PP----"),
    ("only a shim", ["-w /usr/bin/containerd-shim-runc-v2 -k docker"], "P---PP"),
    ("a never rule", [f"-a never,exit -F path={P} -F perm=rwxa"], "PPP-PP"),
    ("a never rule with the key", [f"-a never,exit -F path={P} -F perm=rwxa -F key=docker"], "PPPPPP"),
    ("never first, then the rule", [f"-a never,exit -F path={P} -F perm=rwxa", f"-w {P} -k docker"], "PPPPPP"),
    ("execution by people only", [f"-a always,exit -F path={P} -F perm=x -F auid>=1000 -F auid!=unset"], "PP----"),
    ("reading only", [f"-w {P} -p r"], "PPP-P-"),
    ("writing only", [f"-w {P} -p wa -k docker"], "PPP-PP"),
    ("one system call", [f"-a always,exit -F arch=b64 -S unlink -F path={P}"], "PP----"),
    ("the path as a key", [f"-w /etc/passwd -k {P}"], "PP---P"),
    ("a longer path around it", ["-w /opt/usr/bin/containerd.bak"], "PP---P"),
    ("the directory", ["-w /usr/bin -p rwxa"], "------"),
    ("another key", [f"-w {P} -k other"], "PPP-PP"),
    ("two keys", [f"-w {P} -k docker -k other"], "PPP-PP"),
]


def rules(lines: list[str]) -> tuple[Rule, ...]:
    parsed = [parse_line(line, Names(), lambda path: path == "/usr/bin") for line in lines]
    assert all(isinstance(line, AddRule) for line in parsed)
    return tuple(line.rule for line in parsed if isinstance(line, AddRule))


def printed(*lines: str) -> str:
    return "\n".join(listings(rules([*lines])))


@pytest.mark.parametrize(("case", "lines", "expected"), OBSERVED, ids=[case for case, *_ in OBSERVED])
def test_each_scanner_says_what_it_was_seen_to_say(case: str, lines: list[str], expected: str) -> None:
    views = scanner_views(P, rules(lines))
    assert tuple(view.name for view in views) == NAMES
    assert "".join("P" if view.passes else "-" for view in views) == expected, case
    assert benchmark_grep(P, printed(*lines)) is (expected[0] == "P")


def test_a_file_that_is_not_there_fails_with_most_scanners_and_two_say_so() -> None:
    said = {view.name: view.says for view in scanner_views(P, (), absent={P})}
    assert said.pop("docker-bench-security") == "info"
    assert said.pop("Datadog") == "error"
    assert set(said.values()) == {"fail"}
    assert all(view.says == "fail" for view in scanner_views(P, (), absent={"/usr/bin/dockerd"}))
    assert scanner_views(P, (), "/snap/containerd", absent={"/snap/containerd"})[0].says == "info"
    dockerd, *_ = scanner_views("/usr/bin/dockerd", (), absent={"/usr/bin/dockerd"})
    assert dockerd.says == "fail", "docker-bench-security asks only the rules of this one"


def test_every_scanner_says_how_it_looks() -> None:
    assert all(view.why for view in scanner_views(P, ()))
    assert len({scanner.how for scanner in SCANNERS}) == len(SCANNERS)


def test_grep_takes_the_path_as_a_pattern() -> None:
    assert benchmark_grep("/run/docker.sock", printed("-w /run/docker-sock -k x"))
    assert benchmark_grep("/etc/docker", printed("-w /etc/docker/daemon.json -k x"))
    assert not benchmark_grep("/var/run/docker.sock", printed("-w /run/docker.sock -k x"))
    assert benchmark_grep("/a[", printed("-w /a[ -k x"))
    assert not benchmark_grep("/a(b)+", printed("-w /abb -k x"))
