"""Where the object really is: every place of it that root alone can have made is judged, and the finding is that of the worst."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import path, with_docker_rules
from tests.verdict.objects.hosts import CATALOGUE, seen
from tui.audit.inputs import Mount, PathFacts
from tui.host.facts import HostFacts, Process
from tui.host.reading.named_paths import folders_in_memory
from tui.plan.draft import rule_of
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.objects.interest import interest
from tui.verdict.question import Question
from tui.verdict.values import Finding

K3S = "/var/lib/rancher/k3s"
SNAP = "/snap/docker/current/bin/containerd"


def asked(slug: str, version: str = "1.2.0", **more: bool) -> Question:
    return Question((CATALOGUE.by_slug(slug),), version, **more)


def finding(facts: HostFacts, slug: str, version: str = "1.2.0", **more: bool) -> Finding:
    (found,) = asked(slug, version, **more).findings(facts)
    return found


def added(question: Question, facts: HostFacts, *, benchmark_lines: bool = False) -> list[str]:
    files = make_plan(question, facts, Switches(benchmark_lines=benchmark_lines)).files
    return [line for line in (files[0].contents[1] or b"").decode().splitlines() if line] if files else []


def audited(facts: HostFacts, *lines: str) -> HostFacts:
    """The host with these lines on disk and in the kernel."""
    facts = with_docker_rules(facts, "".join(line + "\n" for line in lines).encode())
    return replace(facts, kernel_rules=tuple(rule for line in lines if (rule := rule_of(line, facts))))


def process(name: str, program: str) -> Process:
    return Process(731, name, program, 9.0, uid=0)


def test_an_object_elsewhere_is_judged_there_and_fails() -> None:
    facts = seen("dockerd", "1.2.0", path("/usr/sbin/dockerd"))
    found = finding(facts, "dockerd")
    assert (found.path, found.state, found.result) == ("/usr/bin/dockerd", "unaudited", "fail")
    assert found.real_path is not None
    assert (found.real_path.path, found.benchmark_audit) == ("/usr/sbin/dockerd", False)
    assert "/usr/sbin/dockerd" in found.reasons[0].text
    assert any(
        reason.kind == "elsewhere" and reason.text.startswith("The object is at /usr/sbin/dockerd (Debian's docker.io), not at")
        for reason in found.reasons
    )
    assert added(asked("dockerd"), facts) == ["-w /usr/sbin/dockerd -k docker"]


def test_an_object_elsewhere_passes_where_it_is_watched() -> None:
    facts = audited(seen("dockerd", "1.2.0", path("/usr/sbin/dockerd")), "-w /usr/sbin/dockerd -k docker")
    found = finding(facts, "dockerd")
    assert (found.state, found.coverage) == ("audited", dict.fromkeys("rwxa", "audited"))
    assert [place.path for place in found.places] == ["/usr/sbin/dockerd"]
    (missed,) = [reason.text for reason in found.reasons if reason.kind == "benchmark-misses"]
    assert (
        missed == "The benchmark's grep for /usr/bin/dockerd finds no line and would fail. What is recorded is /usr/sbin/dockerd."
    )
    assert make_plan(asked("dockerd"), facts, Switches()).is_empty


def test_a_watch_on_the_named_path_alone_does_not_help_an_object_elsewhere() -> None:
    facts = audited(seen("dockerd", "1.2.0", path("/usr/sbin/dockerd")), "-w /usr/bin/dockerd -k docker")
    found = finding(facts, "dockerd")
    assert (found.state, found.benchmark_audit) == ("unaudited", True)
    (fooled,) = [reason.text for reason in found.reasons if reason.kind == "benchmark-passes"]
    assert fooled.startswith("The benchmark's grep for /usr/bin/dockerd finds a line and would pass.")


def test_named_paths_keep_to_the_benchmarks_letter() -> None:
    facts = seen("dockerd", "1.2.0", path("/usr/sbin/dockerd"))
    found = finding(facts, "dockerd", named_paths=True)
    assert (found.state, found.wanted) == ("notapplicable", ())
    assert added(asked("dockerd", named_paths=True), facts) == []


@pytest.mark.parametrize("watched", ["/usr/bin/runc", "/usr/sbin/runc"])
def test_of_two_places_the_worst_decides_and_each_is_told(watched: str) -> None:
    other = ({"/usr/bin/runc", "/usr/sbin/runc"} - {watched}).pop()
    facts = seen("runc", "1.2.0", path("/usr/bin/runc"), path("/usr/sbin/runc"))
    facts = audited(facts, f"-w {watched} -k docker")
    found = finding(facts, "runc")
    assert found.state == "unaudited"
    assert {place.path: (place.coverage["x"], place.loaded, place.on_disk) for place in found.places} == {
        watched: ("audited", True, True),
        other: ("unaudited", False, False),
    }
    assert found.wanted == (f"-w {other} -k docker",)
    assert finding(audited(facts, *(f"-w {place} -k docker" for place in (watched, other))), "runc").state == "audited"


def test_two_unaudited_places_are_both_told_and_both_watched() -> None:
    facts = seen("runc", "1.2.0", path("/usr/bin/runc"), path("/usr/sbin/runc"))
    found = finding(facts, "runc")
    assert [reason.text.split(". ")[0] for reason in found.reasons if reason.kind == "other-place"] == [
        "The object is also at /usr/bin/runc"
    ]
    assert set(added(asked("runc"), facts)) == {"-w /usr/bin/runc -k docker", "-w /usr/sbin/runc -k docker"}


def test_one_object_by_two_names_is_one_place() -> None:
    facts = seen("runc", "1.2.0", path("/usr/bin/runc"), path("/usr/sbin/runc", parent="/usr/bin"))
    assert len(finding(facts, "runc").places) == 1


def test_a_running_program_at_a_place_that_nobody_knows_is_judged_there() -> None:
    facts = seen("containerd", "1.2.0", path("/opt/site/containerd"))
    facts = replace(facts, processes=(process("containerd", "/opt/site/containerd"),))
    found = finding(facts, "containerd")
    assert (found.state, found.wanted) == ("unaudited", ("-w /opt/site/containerd -k docker",))


def test_a_path_that_an_upgrade_moves_is_watched_by_the_folder_that_lasts() -> None:
    program = f"{K3S}/data/0123abcd/bin/k3s"
    named = f"{K3S}/data/current/bin/containerd"
    facts = seen(
        "containerd",
        "1.2.0",
        path(named, "symlink", target="k3s", real=program, parent=f"{K3S}/data/0123abcd/bin"),
        path(program),
        path(f"{K3S}/data", "directory"),
    )
    facts = replace(facts, processes=(process("containerd", program),))
    found = finding(facts, "containerd")
    assert found.wanted == (f"-w {K3S}/data -k docker",)
    assert [place.path for place in found.places] == [program]
    assert not any(reason.kind == "moves-away" for reason in found.reasons)
    assert finding(audited(facts, f"-w {K3S}/data -k docker"), "containerd").state == "audited"
    release_only = finding(audited(facts, f"-w {program} -k docker"), "containerd")
    assert any(reason.kind == "moves-away" for reason in release_only.reasons)


def test_a_snap_says_that_each_refresh_ends_the_watch() -> None:
    facts = seen("containerd", "1.2.0", path(SNAP, parent="/snap/docker/1/bin"))
    found = finding(facts, "containerd")
    (reason,) = [reason for reason in found.reasons if reason.kind == "moves-away"]
    assert reason.text.startswith("A refresh of the snap puts another file into /snap/docker/current/bin")
    assert "augenrules --load" in reason.remedy
    assert added(asked("containerd"), facts) == [f"-w {SNAP} -k docker"]
    (warning,) = [w for w in make_plan(asked("containerd"), facts, Switches()).warnings if w.kind == "moves-away"]
    assert warning.text == f"1.2.11: {reason.text}"
    assert warning.remedy == reason.remedy


def test_the_folder_that_is_watched_in_an_objects_place_is_read_with_it() -> None:
    paths = interest((CATALOGUE.by_slug("containerd-sock"),), "1.8.0").paths
    socket = "/run/k3s/containerd/containerd.sock"
    assert socket in paths
    assert "/run/k3s" not in paths
    found = folders_in_memory(
        (*paths, "/srv/cache/a/b", "/srv/data/a/b"), (Mount("/srv/cache", "0:1", "tmpfs"), Mount("/", "0:2", "ext4"))
    )
    assert {"/run/k3s", "/run/containerd", "/srv/cache/a"} <= found
    assert found.isdisjoint({"/run", "/var/run", socket, "/srv/cache", "/srv/data/a"})


def test_two_controls_on_one_folder_are_one_line_for_all_their_accesses() -> None:
    facts = seen("containerd-sock", "1.8.0", path("/run/k3s/containerd/containerd.sock", "socket"), path("/run/k3s", "directory"))
    more = seen("run-containerd", "1.8.0", path("/run/k3s/containerd", "directory"))
    facts = replace(facts, paths={**more.paths, **facts.paths, "/run/k3s/containerd": more.paths["/run/k3s/containerd"]})
    question = Question(tuple(map(CATALOGUE.by_slug, ("run-containerd", "containerd-sock"))), "1.8.0")
    asked_for = {line for found in question.findings(facts) for line in found.wanted}
    assert asked_for == {"-w /run/k3s -p rwa -k docker", "-w /run/k3s -k docker"}
    assert added(question, facts) == ["-w /run/k3s -k docker"]


def test_a_folder_that_is_called_like_a_program_is_no_place_of_the_program() -> None:
    facts = seen("run-containerd", "1.8.0", path("/run/containerd", "directory"), path("/usr/bin/containerd"))
    facts = replace(facts, processes=(process("containerd", "/usr/bin/containerd"),))
    assert [place.path for place in finding(facts, "run-containerd", "1.8.0").places] == ["/run/containerd"]


def test_the_benchmarks_line_of_an_object_elsewhere_names_the_path_of_its_grep() -> None:
    facts = audited(seen("dockerd", "1.2.0", path("/usr/sbin/dockerd")), "-w /usr/sbin/dockerd -k docker")
    named = PathFacts("/usr/bin/dockerd", "absent", real_parent="/usr/bin")
    there = replace(facts, paths={**facts.paths, "/usr/bin/dockerd": named})
    assert finding(there, "dockerd").benchmark_line == "-w /usr/bin/dockerd -k docker"
    both = ["-w /usr/sbin/dockerd -k docker", "-w /usr/bin/dockerd -k docker"]
    assert added(asked("dockerd"), there, benchmark_lines=True) == both


def test_no_line_is_offered_where_the_benchmarks_folder_is_missing() -> None:
    facts = audited(seen("dockerd", "1.2.0", path("/usr/sbin/dockerd")), "-w /usr/sbin/dockerd -k docker")
    gone = replace(facts, paths={**facts.paths, "/usr/bin/dockerd": PathFacts("/usr/bin/dockerd", "absent")})
    found = finding(gone, "dockerd")
    (advice,) = [reason.remedy for reason in found.reasons if reason.kind == "benchmark-misses"]
    assert found.lines_for_scanners == ()
    assert advice.startswith("Let it fail: the line that it looks for would be refused where its folder is missing")
