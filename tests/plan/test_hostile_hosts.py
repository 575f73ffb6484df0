"""Hosts whose paths are named by an enemy: nothing but whole, meant lines reaches a rules file, and nothing unclean a reader."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.build import path, plain_host, unit, with_docker_rules
from tests.drawn.hostile_paths import hostile_paths
from tui.audit.inputs import Owner, PathFacts
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.base.cleaning import clean
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts, Process, UnitFacts
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.verdict.disk import lookup, read_disk
from tui.verdict.objects.configured import ConfiguredPlace, configured_place
from tui.verdict.question import Question
from tui.views.check_document import check_view
from tui.views.json import plan_view, text
from tui.views.page import plain
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.finding import host_lines
from tui.views.pages.plan import PAGE_NAMES, preview_lines
from tui.views.rendering import render_findings, render_plan
from tui.views.signs import UNICODE

CATALOGUE = load_catalogue()
SLUGS = ("containerd", "dockerd", "var-lib-docker", "docker-socket", "docker-service")
QUESTION = Question(tuple(CATALOGUE.by_slug(slug) for slug in SLUGS), "1.8.0")
THEIRS = b"# theirs\n-w /etc/passwd -p wa -k id\n"
NEWLINES = "/tmp/x\n-e0\n#/dockerd"
WORDS = st.sampled_from(["file", "directory", "socket"])


def hostile_host(name: str, kind: Any, owner: int, audit_rules: str) -> HostFacts:
    """A host where *name* is what runs, what a link leads to, what configuration names, and stands in audit.rules alone."""
    asked = QUESTION.interest
    base = with_docker_rules(plain_host(), THEIRS)
    exposed = Owner(name, owner, owner, 0o755) if owner else None
    there = replace(path(name, kind), uid=owner, exposed=exposed)
    link = replace(path("/usr/bin/containerd", "symlink", target=name, real=name), exposed=exposed)
    paths: dict[str, PathFacts] = {each: path(each, "absent") for each in asked.paths}
    paths |= {found.path: found for found in (there, link, path("/var/lib/docker", "directory"))}
    settings = json.dumps({"data-root": name}).encode("utf-8", "surrogatepass")
    quoted = name.replace("\n", " ")
    units = {each: UnitFacts(each, None) for each in asked.units}
    for named in (
        unit(
            "docker.service", f"[Service]\nExecStart=/usr/bin/dockerd --containerd={quoted}\n".encode("utf-8", "replace").decode()
        ),
        unit("docker.socket", f"[Socket]\nListenStream={quoted}\n".encode("utf-8", "replace").decode()),
    ):
        units[named.name] = named
    assert isinstance(base.audit_rules, FileFacts)
    compiled = (base.audit_rules.content or b"") + THEIRS.split(b"\n")[1] + b"\n" + audit_rules.encode("utf-8", "surrogateescape")
    facts = replace(
        base,
        paths={**base.paths, **paths},
        units=units,
        files=dict.fromkeys(asked.files) | {"/etc/docker/daemon.json": FileFacts("/etc/docker/daemon.json", content=settings)},
        processes=tuple(Process(70 + n, word, name, 3.0, uid=owner) for n, word in enumerate(("dockerd", "containerd"))),
        audit_rules=FileFacts(AUDIT_RULES, content=compiled + b"\n"),
    )
    for control in QUESTION.controls:
        if isinstance(place := configured_place(control, facts), ConfiguredPlace):
            facts.paths.setdefault(place.path, replace(there, path=place.path, real_path=place.path))
    return facts


def unclean(shown: str) -> set[str]:
    return {character for character in set(shown) - {"\n"} if clean(character) != character}


@pytest.mark.slow
@given(hostile_paths(), WORDS, st.sampled_from([0, 1000]), hostile_paths(), st.booleans())
@example(NEWLINES, "file", 0, NEWLINES, True)
@example(NEWLINES, "file", 1000, NEWLINES, True)
@example("/srv/a!=b", "directory", 0, "/x\r", True)
def test_only_whole_and_meant_lines_reach_a_rules_file(name: str, kind: str, owner: int, other: str, adopt: bool) -> None:
    facts = hostile_host(name, kind, owner, f"-w {other} -k other")
    plan = make_plan(QUESTION, facts, Switches(benchmark_lines=True, adopt=adopt, drop_kernel_only=True))
    for change in plan.files:
        assert change.path == DOCKER_RULES
        lines = (change.contents[1] or b"").decode("utf-8", "surrogateescape").split("\n")
        assert lines[-1] == ""
        rest = iter(lines)
        assert all(line in rest for line in THEIRS.decode().split("\n"))
        added = [line for line in lines if line and line not in THEIRS.decode().split("\n")]
        assert added, "a change that adds nothing"
        if adopt:
            adopted = facts.audit_rules.content.decode("utf-8", "surrogateescape").split("\n") if facts.audit_rules else []
            added = [line for line in added if line not in [old.strip(" ") for old in adopted]]
        read = [parse_line(line, facts.names, lookup(facts).is_directory) for line in added]
        assert all(isinstance(line, AddRule) and line.settings == () for line in read)
        if owner:
            for line in read:
                assert isinstance(line, AddRule)
                assert line.rule.path != name, "a path of somebody else's"
    assert plan.compiled_after.count(b"\n-e") <= plan.compiled_before.count(b"\n-e")


@pytest.mark.slow
@settings(max_examples=40)  # each draws two plans, and every page of both
@given(hostile_paths(), WORDS, st.sampled_from([0, 1000]), hostile_paths())
@example(NEWLINES, "file", 0, NEWLINES)
@example("/[red]\x1b]52;c;aGk=\x07\u202e", "file", 1000, "/\x9b31m")
def test_nothing_unclean_is_shown(name: str, kind: str, owner: int, other: str) -> None:
    facts = hostile_host(name, kind, owner, f"-w {other} -k other")
    findings = QUESTION.findings(facts)
    shown = render_findings(findings, facts, UNICODE, 80)
    for switches in (Switches(adopt=True), Switches()):
        plan = make_plan(QUESTION, facts, switches)
        shown += render_plan(plan, UNICODE, 80)
        shown += [plain(line) for at in range(len(PAGE_NAMES)) for line in preview_lines(at, plan, 80, UNICODE, facts)]
        shown += [plain(line) for line in confirm_lines(plan, 80, UNICODE)]
        shown += [text(plan_view(facts, plan))]
        assert all(clean(each.text) == each.text and clean(each.remedy) == each.remedy for each in plan.blockers)
        assert all(clean(each.text) == each.text for each in plan.warnings)
    for finding in findings:
        shown += [plain(line) for line in host_lines(finding, facts, 80, UNICODE)]
        assert all(clean(reason.text) == reason.text and clean(reason.remedy) == reason.remedy for reason in finding.reasons)
    shown.append(text(check_view(facts, "1.8.0", findings)))
    assert unclean("\n".join(shown)) == set()


@pytest.mark.slow
@given(hostile_paths(), WORDS)
@example(NEWLINES, "file")
def test_what_a_user_makes_changes_no_plan_by_a_byte(name: str, kind: str) -> None:
    """Processes, folders and links of others: the plan is that of the host without them, and so is what it is compared by."""
    facts, without = _without_theirs()
    there = replace(path(name, "file"), uid=1000, exposed=Owner(name, 1000, 1000, 0o755))
    theirs = tuple(Process(70 + n, word, name, 3.0, uid=1000) for n, word in enumerate(("auditd", "dockerd", "containerd")))
    with_it = replace(facts, processes=theirs, paths={**facts.paths, name: there})
    assert _essence(make_plan(QUESTION, with_it, Switches(benchmark_lines=True))) == without


@cache
def _without_theirs() -> tuple[HostFacts, object]:
    """The host on which nobody else has made anything, and its plan."""
    facts = hostile_host("/srv/x", "directory", 0, "")
    facts = replace(facts, processes=(), paths={**facts.paths, "/usr/bin/containerd": path("/usr/bin/containerd")})
    return facts, _essence(make_plan(QUESTION, facts, Switches(benchmark_lines=True)))


def _essence(plan: Plan) -> object:
    """All of a plan but the reasons of its findings, which tell what was seen."""
    return replace(plan, findings=tuple(replace(finding, reasons=()) for finding in plan.findings))


def test_a_path_that_no_line_can_name_is_told_and_blocked() -> None:
    facts = hostile_host(NEWLINES, "directory", 0, "")
    found = {finding.slug: finding for finding in QUESTION.findings(facts)}
    assert found["var-lib-docker"].wanted == ()
    (reason,) = [reason for reason in found["var-lib-docker"].reasons if reason.kind == "line-refused"]
    assert reason.text == "No rules file can hold /tmp/x^J-e0^J#/dockerd: it has the control character 0x0a in it."
    alone = Question((CATALOGUE.by_slug("var-lib-docker"),), "1.8.0")
    quiet = replace(facts, audit_rules=FileFacts(AUDIT_RULES, content=_compiled(facts)))
    plan = make_plan(alone, quiet, Switches())
    assert not plan.files
    (blocker,) = plan.blockers
    assert blocker.kind == "line-refused"
    assert blocker.text == f"1.1.5 /tmp/x^J-e0^J#/dockerd cannot be audited as it is. {reason.text}"


def _compiled(facts: HostFacts) -> bytes:
    return read_disk(facts).compiled.text
