"""What a boot loads, when directories below /run are not made yet: the verdict, the plan, and the sentences that tell it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import loaded, plain_host, rule, seen, with_docker_rules, with_file
from tui.audit.inputs import AuditStatus
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, HostFacts, Programs
from tui.host.reading.tmpfiles import early_folders, folders_of
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.views.rendering import render_findings
from tui.views.signs import UNICODE

FOLDER, SOCKET = "/run/containerd", "/run/containerd/containerd.sock"
BENCHMARKS, OURS = f"-w {SOCKET} -k docker", f"-w {FOLDER} -k docker"
CONTAINERD = "-w /usr/bin/containerd -k docker"
EARLY = ("/run/containerd",)


def running(*on_disk: str, in_kernel: tuple[str, ...] | None = None, early: tuple[str, ...] = ()) -> HostFacts:
    """A host on which containerd runs, these lines in docker.rules and loaded."""
    facts = plain_host()
    paths = {**facts.paths, FOLDER: seen(FOLDER, "directory"), SOCKET: seen(SOCKET, "socket")}
    systemd = replace(facts.programs, systemd=True) if isinstance(facts.programs, Programs) else facts.programs
    facts = replace(facts, paths=paths, programs=systemd, early_folders=early)
    if on_disk:
        facts = with_docker_rules(facts, "".join(line + "\n" for line in ("", *on_disk)).encode())
    return loaded(facts, *(on_disk if in_kernel is None else in_kernel))


def question(*controls: str) -> Question:
    return Question(load_catalogue().find(controls, "1.8.0"), "1.8.0")


def finding(facts: HostFacts, control: str) -> Finding:
    return question(control).findings(facts)[0]


def plan(facts: HostFacts, *controls: str, **switches: bool) -> Plan:
    return make_plan(question(*controls), facts, Switches(**switches))


def told(found: Finding) -> dict[str, str]:
    return {reason.kind: reason.text for reason in found.reasons}


@pytest.mark.parametrize(("control", "line"), [("1.1.8", OURS), ("1.1.4", f"-w {FOLDER} -p rwa -k docker")])
def test_the_folders_watch_is_called_audited_and_says_what_a_boot_makes_of_it(control: str, line: str) -> None:
    found = finding(running(line), control)
    assert found.state == "audited"
    assert "nothing deeper" in told(found)["shallow-after-boot"]
    assert "“d /run/containerd 0711 root root -”" in found.reasons[0].remedy
    assert "after a reboot by" not in str(found.reasons)
    mended = finding(running(line, early=EARLY), control)
    assert "shallow-after-boot" not in told(mended)
    assert "after a reboot by" in told(mended)["audited"]


AS_BOOTED = f"-a always,exit -F path={FOLDER} -F perm=rwxa -k docker"
"""What auditctl made of OURS at boot, as the kernel lists it."""


def test_a_watch_that_a_boot_loaded_before_its_folder_is_called_that_and_loaded_again() -> None:
    facts = running(OURS, in_kernel=(AS_BOOTED,))
    for control in ("1.1.4", "1.1.8"):
        found = finding(facts, control)
        assert found.state == "not-loaded"
        assert [reason.kind for reason in found.reasons[:1]] == ["loaded-too-early"]
        assert "before /run/containerd was made" in found.reasons[0].text
        assert "augenrules --load" in found.reasons[0].remedy
        assert "no rule asks for it" not in str(found.reasons)
    made = plan(facts, "1.1.8")
    assert not made.files
    assert not made.kernel_only
    assert made.expected == (rule(OURS),)


def test_a_rule_on_the_folder_alone_that_no_file_brings_is_put_back() -> None:
    facts = running(OURS, in_kernel=(AS_BOOTED.replace("rwxa", "wa"),))
    assert len(plan(facts, "1.1.8").kernel_only) == 1


@pytest.mark.parametrize("in_kernel", [(), (AS_BOOTED,)], ids=["never loaded", "loaded by a boot"])
def test_where_the_kernel_is_locked_a_reboot_alone_is_not_promised_to_heal_it(in_kernel: tuple[str, ...]) -> None:
    facts = running(OURS, in_kernel=in_kernel)
    assert isinstance(facts.audit_status, AuditStatus)
    locked = replace(facts, audit_status=replace(facts.audit_status, enabled=2))
    found = finding(locked, "1.1.8")
    assert found.state == "pending-reboot"
    assert "nothing deeper" in found.reasons[0].text
    assert "“d /run/containerd 0711 root root -”" in found.reasons[0].remedy
    assert "load the rules again" not in str(found.reasons)
    early = finding(replace(locked, early_folders=EARLY), "1.1.8")
    assert early.reasons[0].remedy == "Plan a reboot."


def test_without_systemd_nobody_is_sent_to_tmpfiles() -> None:
    facts = running(OURS)
    found = finding(replace(facts, programs=replace(facts.programs, systemd=False)), "1.1.8")
    assert "tmpfiles" not in str(found.reasons)


def test_a_watch_on_all_of_run_outlives_the_boot() -> None:
    facts = running()
    facts = replace(facts, paths={**facts.paths, "/run": seen("/run", "directory")})
    facts = loaded(
        with_docker_rules(facts, b"\n-a always,exit -F dir=/run -F perm=rwxa -k run\n"),
        "-a always,exit -F dir=/run -F perm=rwxa -k run",
    )
    found = finding(facts, "1.1.8")
    assert found.state == "audited"
    assert told(found)["audited"].endswith(", and after a reboot by /etc/audit/rules.d/docker.rules:2.")


def test_the_benchmarks_own_line_is_not_taken_for_one_that_a_boot_loads() -> None:
    found = finding(running(BENCHMARKS, CONTAINERD), "1.1.8")
    assert found.state == "not-persistent"
    assert set((found.after_boot or {}).values()) == {"unaudited"}
    assert set((found.coverage or {}).values()) == {"audited"}
    assert f"{DOCKER_RULES}:2" in told(found)["boot-stops"]
    assert "the next reboot ends it" in told(found)["not-persistent"]
    assert [line.text for line in found.hindrances] == [BENCHMARKS]
    assert finding(running(BENCHMARKS, CONTAINERD, early=EARLY), "1.1.8").state == "audited"


def test_what_stands_behind_it_is_not_persistent_and_moves_up() -> None:
    facts = running(BENCHMARKS, CONTAINERD)
    assert finding(facts, "containerd").state == "not-persistent"
    assert finding(running(CONTAINERD, BENCHMARKS), "containerd").state == "audited"
    made = plan(facts, "containerd", "1.1.8")
    assert not made.blockers
    assert made.files[0].contents[1] == f"\n{OURS}\n{CONTAINERD}\n{BENCHMARKS}\n".encode()
    assert "moves up" in str([warning.text for warning in made.warnings])


def test_in_somebody_elses_file_it_blocks_with_file_and_line() -> None:
    facts = loaded(
        with_file(running(), "10-site.rules", f"-w /etc/passwd -k id\n{BENCHMARKS}\n".encode()), "-w /etc/passwd -k id", BENCHMARKS
    )
    (blocker,) = plan(facts, "containerd").blockers
    assert blocker.place == ("/etc/audit/rules.d/10-site.rules", 2)
    assert "at every boot" in blocker.text


def test_with_i_only_the_line_itself_is_lost() -> None:
    facts = running("-i", BENCHMARKS, CONTAINERD, in_kernel=(BENCHMARKS, CONTAINERD))
    assert finding(facts, "containerd").state == "audited"
    assert finding(facts, "1.1.8").state == "not-persistent"


def test_the_line_for_scanners_comes_once_the_folder_is_early() -> None:
    late = finding(running(OURS), "1.1.8")
    assert late.benchmark_line == ""
    assert "--benchmark-lines adds that line" in next(reason.remedy for reason in late.reasons if reason.kind == "benchmark-misses")
    assert plan(running(OURS), "1.1.8", benchmark_lines=True).is_empty
    early = running(OURS, early=EARLY)
    assert finding(early, "1.1.8").benchmark_line == BENCHMARKS
    assert BENCHMARKS.encode() in (plan(early, "1.1.8", benchmark_lines=True).files[0].contents[1] or b"")


def test_once_the_folder_is_early_the_plan_has_the_benchmarks_own_line() -> None:
    assert finding(running(early=EARLY), "1.1.8").wanted == (BENCHMARKS,)
    assert finding(running(), "1.1.8").wanted == (OURS,)


# ---- tmpfiles.d


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("d /run/containerd 0711 root root -", {"/run/containerd"}),
        ("D! /run/a/b/ -", {"/run/a", "/run/a/b"}),
        ("v %t/c", {"/run/c"}),
        ('d "/run/q" 0700', {"/run/q"}),
        ("d /var/run/old", {"/run/old"}),
        ("e /run/only-if-there", set()),
        ("f /run/a-file", set()),
        ("#d /run/x", set()),
        ("d /var/lib/x", set()),
        ("d /run/user/%U", set()),
        ("d", set()),
        ("", set()),
    ],
)
def test_which_lines_make_a_directory(line: str, folders: set[str]) -> None:
    assert folders_of(f"# about\n{line}\n") == folders


def test_a_file_in_etc_hides_the_vendors_of_the_same_name(tmp_path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.conf").write_text("d /run/vendor\n")
    (tmp_path / "lib" / "b.conf").write_text("d /run/b\n")
    (tmp_path / "lib" / "readme").write_text("d /run/no\n")
    (tmp_path / "etc" / "a.conf").symlink_to("/dev/null")
    folders = [str(tmp_path / name) for name in ("etc", "none", "lib")]
    assert early_folders(folders) == ("/run/b",)


def test_check_says_it_in_the_list_too() -> None:
    facts = running(OURS)
    findings = question("1.1.8", "containerd").findings(facts)
    assert "nothing deeper" in " ".join(" ".join(render_findings(findings, facts, UNICODE, 100)).split())
