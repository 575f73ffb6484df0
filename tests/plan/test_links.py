"""Plans for an object that lies behind links: no plan is ever blocked by a line of its own, whatever the object and the benchmark are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.build import plain_host, with_docker_rules, with_file
from tests.plan.file_trees import Tree, facts_of, tree
from tui.audit.inputs import Owner
from tui.controls.catalogue import load_catalogue
from tui.controls.control import VERSIONS, VersionForm
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts, UnitFacts
from tui.host.reading.named_paths import paths_in_text, paths_of_rules
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.verdict.disk import load_into, read_disk
from tui.verdict.question import Question

CATALOGUE = load_catalogue()
TREES = {
    "in its place": tree("/var/lib/docker/volumes/ /var/lib/docker/overlay2/"),
    "without parts to leave out": tree("/var/lib/docker/"),
    "a link": tree("/var/lib/docker->/data/docker /data/docker/volumes/ /data/docker/overlay2/"),
    "a relative link": tree("/var/lib/docker->../../data/docker /data/docker/volumes/"),
    "a link to a link": tree("/var/lib/docker->/srv/d /srv/d->/data/d /data/d/overlay2/"),
    "below a link": tree("/var/lib->/data/lib /data/lib/docker/volumes/ /data/lib/docker/overlay2/"),
    "below a link to /var": tree("/var->/data/var /data/var/lib/docker/volumes/"),
    "a link below a link": tree("/var/lib->/data/lib /data/lib/docker->/big/docker /big/docker/volumes/"),
    "with parts that are links": tree("/var/lib/docker/volumes->/data/volumes /data/volumes/ /var/lib/docker/overlay2/"),
    "with a part that leads nowhere": tree("/var/lib/docker/volumes->/gone"),
    "a file": tree("/var/lib/docker"),
    "a dangling link": tree("/var/lib/docker->/gone/docker"),
    "not there": {},
}
NOWHERE = ("a dangling link", "not there")
BASE = tree("/usr/bin/containerd /usr/bin/dockerd /etc/audit/rules.d/ /etc/docker/daemon.json /var/lib/ /run/")


def host(files: Tree, question: Question, facts: HostFacts | None = None) -> HostFacts:
    """A host with these files, with all that *question* asks for and all that its rules name looked at."""
    facts = facts or plain_host()
    assert isinstance(facts.rules_dir, tuple)
    contents = [file.content or b"" for file in facts.rules_dir]
    paths = {*question.interest.paths, *paths_of_rules(facts.kernel_rules), *paths_in_text(contents)}
    return replace(
        facts,
        paths=facts_of({**BASE, **files}, paths),
        units={name: UnitFacts(name, None) for name in question.interest.units},
        files=dict.fromkeys(question.interest.files),
    )


def ready(facts: HostFacts) -> HostFacts:
    """The host with its rules compiled and loaded."""
    disk = read_disk(facts)
    return replace(facts, audit_rules=FileFacts(AUDIT_RULES, content=disk.compiled.text), kernel_rules=disk.rules)


def asked(version: str, *slugs: str) -> Question:
    controls = CATALOGUE.find(slugs, version) if slugs else CATALOGUE.numbered(version)
    return Question(controls, version)


def carried_out(made: Plan, facts: HostFacts, files: Tree, question: Question, theirs: Collection[str] = ()) -> HostFacts:
    """The host after the plan's change and load, which nothing but a line of *theirs* may stop."""
    for change in made.files:
        assert change.after is not None
        facts = with_docker_rules(facts, change.after.content)
    facts = host(files, question, facts)
    disk = read_disk(facts)
    assert isinstance(facts.kernel_rules, tuple)
    loaded = load_into(facts, disk.compiled, facts.kernel_rules)
    assert loaded.stopped is None or loaded.stopped.text in theirs, loaded.stopped
    return replace(facts, audit_rules=FileFacts(AUDIT_RULES, content=disk.compiled.text), kernel_rules=loaded.rules)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", TREES)
def test_the_docker_root_can_be_planned_wherever_it_lies(name: str, version: str) -> None:
    question = asked(version, "var-lib-docker")
    facts = ready(host(TREES[name], question))
    made = make_plan(question, facts, Switches())
    assert not made.blockers
    after = carried_out(made, facts, TREES[name], question)
    assert [finding.result for finding in question.findings(after)] == ["notapplicable" if name in NOWHERE else "pass"]
    assert not make_plan(question, after, Switches()).files


@pytest.mark.parametrize("name", TREES)
def test_all_controls_are_planned_together(name: str) -> None:
    for version in ("1.7.0", "1.8.0"):
        question = asked(version)
        facts = ready(host(TREES[name], question))
        made = make_plan(question, facts, Switches())
        assert not made.blockers
        after = carried_out(made, facts, TREES[name], question)
        assert {finding.result for finding in question.findings(after)} <= {"pass", "notapplicable"}


ADDED = (
    "-w /data/docker/volumes/secrets -p wa -k agent",
    "-a never,exit -F dir=/data/docker/volumes",
    "-a never,exit -F dir=/var/lib/docker/overlay2",
    "-a never,exit -F path=/usr/bin/containerd -F perm=x",
    "-a never,exit -F dir=/var/lib/docker",
    "-a always,exit -F arch=b64 -S mount -k mounts",
    "-w /var/lib/docker -p wa -k other",
    "-w /data/docker -k docker",
    "-a never,exit -F auid=4242",
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(TREES)),
    st.lists(st.sampled_from([*VERSIONS, "1.7.0", "1.8.0"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(ADDED), max_size=2, unique=True),
    st.sampled_from(["10-a.rules", "docker.rules", "zz.rules"]),
    st.booleans(),
)
def test_a_plan_is_never_blocked_by_a_line_of_ours(
    name: str, versions: list[str], others: list[str], file: str, newline: bool
) -> None:
    """Plan after plan, by one benchmark and then by another: what a blocker names stands on disk, and somebody else wrote it."""
    files = TREES[name]
    facts = plain_host()
    if others:
        content = "\n".join(others).encode() + (b"\n" if newline else b"")
        facts = with_file(facts, file, content)
    facts = ready(host(files, asked("1.8.0"), facts))
    theirs = {f"/etc/audit/rules.d/{file}": others}
    for version in versions:
        question = asked(version)
        facts = host(files, question, facts)
        made = make_plan(question, facts, Switches())
        for blocker in made.blockers:
            assert blocker.place.file in theirs, blocker
            assert blocker.place.line is not None
            assert isinstance(facts.rules_dir, tuple)
            stands = next(each.content for each in facts.rules_dir if each.path == blocker.place.file) or b""
            line = stands.decode().split("\n")[blocker.place.line - 1]
            assert line in others, blocker
            assert line in blocker.text, blocker
        if made.blockers:
            return
        facts = carried_out(made, facts, files, question, others)


def test_a_rule_of_somebody_elses_in_a_linked_root_keeps_its_events() -> None:
    """The exclusion names the part by the link, the rule by the place at its end."""
    question = asked("1.8.0", "var-lib-docker")
    files = {**TREES["a link"], "/data/docker/volumes/secrets": ""}
    facts = ready(host(files, question, with_file(plain_host(), "10-a.rules", b"-w /data/docker/volumes/secrets -p wa -k agent\n")))
    made = make_plan(question, facts, Switches())
    assert made.files[0].after is not None
    text = made.files[0].after.content.decode()
    assert "/var/lib/docker/volumes" not in text
    assert "-a never,exit -F dir=/var/lib/docker/overlay2" in text


def test_a_blocker_counts_lines_as_the_file_has_them_now() -> None:
    """The file before docker.rules lacks its last newline: the new docker.rules would begin with an empty line."""
    question = asked("1.2.0", "containerd")
    facts = with_file(plain_host(), "b.rules", b"-w /etc/audit -k a")
    facts = ready(host({}, question, with_docker_rules(facts, b"# ours\n-w /etc/docker -k docker\n-w /nosuch/place -k x\n")))
    made = make_plan(question, facts, Switches())
    (blocker,) = made.blockers
    assert (blocker.kind, blocker.place) == ("load-would-stop", (DOCKER_RULES, 3))
    assert f"{DOCKER_RULES}:3, “-w /nosuch/place -k x”" in blocker.text


def test_a_watch_in_another_file_is_not_written_twice() -> None:
    """Our line stands in a later file already: a second one before the never would stop the load at the first."""
    question = asked("1.2.0", "containerd")
    facts = with_docker_rules(plain_host(), b"-a never,exit -F path=/usr/bin/containerd\n")
    facts = ready(host({}, question, with_file(facts, "zz.rules", b"-w /usr/bin/containerd -k docker\n")))
    made = make_plan(question, facts, Switches())
    assert [(blocker.kind, blocker.place) for blocker in made.blockers] == [("shadowed-on-disk", (DOCKER_RULES, 1))]


LINKED = tree("/link->/data/docker /data/docker/volumes/")


@pytest.mark.parametrize("line", ["-w /link -p wa -k agent", "-w /data/docker -p wa -k agent", "-w /var/lib/docker -p wa -k agent"])
@pytest.mark.parametrize("name", ["a link", "in its place", "below a link"])
def test_a_rule_on_disk_is_judged_alike_whether_it_is_loaded_or_not(line: str, name: str) -> None:
    """Whatever auditctl makes of a watch, path or dir, the reading of the file makes the same."""
    question = asked("1.8.0", "var-lib-docker")
    facts = ready(host({**LINKED, **TREES[name]}, question, with_file(plain_host(), "10-a.rules", line.encode() + b"\n")))
    unloaded = replace(facts, kernel_rules=())
    first, second = make_plan(question, facts, Switches()), make_plan(question, unloaded, Switches())
    assert [change.after for change in first.files] == [change.after for change in second.files]
    assert first.blockers == second.blockers == ()
    assert first.kernel_only == ()


@pytest.mark.parametrize("name", ["in its place", "a link", "below a link"])
@pytest.mark.parametrize("first", [True, False])
def test_an_exclusion_of_one_control_comes_after_the_watch_of_another(name: str, first: bool) -> None:
    """Of two controls of one plan, the first leaves out the folder that the second wants recorded."""
    root, folder = CATALOGUE.find(["var-lib-docker", "etc-docker"], "1.8.0")
    place = "/var/lib/docker/volumes/secrets"
    secrets = replace(folder, slug="secrets", versions={"1.8.0": VersionForm(folder.number("1.8.0"), place)})
    question = Question((secrets, root) if first else (root, secrets), "1.8.0")
    real = {"in its place": place, "a link": "/data/docker/volumes/secrets", "below a link": "/data/lib/docker/volumes/secrets"}
    files = {**TREES[name], real[name]: ""}
    facts = ready(host(files, question))
    made = make_plan(question, facts, Switches())
    assert not made.blockers
    after = carried_out(made, facts, files, question)
    assert [finding.result for finding in question.findings(after)] == ["pass", "pass"]


def test_a_link_that_cannot_be_trusted_is_the_cause_that_is_told() -> None:
    """Where the link leads others can write: no watch goes there, so the plan's own line would reach nothing."""
    question = asked("1.8.0", "var-lib-docker")
    facts = host(TREES["a link"], question)
    link = facts.paths["/var/lib/docker"]
    facts = ready(
        replace(facts, paths={**facts.paths, "/var/lib/docker": replace(link, exposed=Owner("/data", 1000, 1000, 0o755))})
    )
    (blocker,) = make_plan(question, facts, Switches()).blockers
    assert blocker.kind == "would-stay-unaudited"
    assert "/data/docker, which is seen and not trusted" in blocker.text
    assert "The plan adds" not in blocker.remedy
