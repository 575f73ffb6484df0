"""Hardening rule sets of the shapes that are in use, in words of our own: each finding's first sentence is one that a tired person understands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, loaded, plain_host, with_docker_rules
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts
from tui.verdict.finding import assess
from tui.verdict.values import Finding
from tui.views.json import finding_view

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]
USERS = "-F auid>=1000 -F auid!=unset"


def both_arches(rest: str) -> list[str]:
    return [f"-a always,exit -F arch={arch} {rest}" for arch in ("b64", "b32")]


FAILED_OPENS = [
    line
    for error in ("EACCES", "EPERM")
    for line in both_arches(f"-S creat,open,openat,truncate,ftruncate -F exit=-{error} {USERS} -k denied")
]
MODES = [
    *both_arches(f"-S chmod,fchmod,fchmodat {USERS} -k modes"),
    *both_arches(f"-S chown,fchown,lchown,fchownat {USERS} -k modes"),
    *both_arches(f"-S setxattr,lsetxattr,removexattr {USERS} -k modes"),
]
DELETES = both_arches(f"-S unlink,unlinkat,rename,renameat {USERS} -k gone")
CLOCK = both_arches("-S adjtimex,settimeofday -k clock")
WATCHES = ["-w /etc/passwd -p wa -k people", f"-a always,exit -F path=/usr/bin/passwd -F perm=x {USERS} -k tools"]

SETS = {
    "a benchmark for the system": (
        [*CLOCK, *WATCHES, *FAILED_OPENS, *MODES, *DELETES],
        "failed opens, chmod and deletes by users (keys denied, modes and gone)",
    ),
    "with changes of identity": (
        [*both_arches("-S execve -C uid!=euid -F auid!=unset -k other-rights"), *FAILED_OPENS, *DELETES],
        "failed opens, program starts as another user and deletes by users (keys other-rights, denied and gone)",
    ),
    "a guide for government hosts": (
        [
            *both_arches("-S execve -C uid!=euid -F euid=0 -k rights"),
            *MODES,
            *both_arches(f"-S open,openat -F exit=-EPERM {USERS} -k perm"),
        ],
        "failed opens, program starts as another user and chmod (keys rights, modes and perm)",
    ),
    "a guide for payments": (both_arches("-F euid=0 -S execve -k root-does"), "program starts by root (key root-does)"),
    "failures only": (both_arches("-S openat,open -F success=0 -k failed"), "failed opens (key failed)"),
    "injection": (both_arches("-S execve,ptrace -k inject"), "program starts (key inject)"),
    "a community's set": (
        [*both_arches("-S execve -k run"), *both_arches("-S rename -S renameat -S unlink -S unlinkat -k moved"), *FAILED_OPENS],
        "failed opens, program starts and deletes (keys run, moved and denied)",
    ),
    "failures below whole folders": (
        [f"-a always,exit -F arch=b64 -S open -F dir={folder} -F success=0 -k refused" for folder in ("/etc", "/usr/bin")],
        "failed opens (key refused)",
    ),
    "without keys": (both_arches("-S chmod"), "chmod"),
}


def judged(*lines: str) -> Finding:
    return assess(CONTROL, "1.2.0", host(*lines))


def host(*lines: str) -> HostFacts:
    return with_docker_rules(loaded(plain_host(), *lines), "".join(line + "\n" for line in lines).encode())


@pytest.mark.parametrize("name", SETS)
def test_general_rules_are_told_by_purpose_and_key(name: str) -> None:
    lines, expected = SETS[name]
    finding = judged(*lines)
    assert finding.state == "partial"
    assert finding.reasons[0].text == f"No rule names it. General rules of this host record {expected}."
    assert finding.reasons[0].remedy == "The plan adds the control's line."
    assert [reason.kind for reason in finding.reasons] == ["general-rules"]


@pytest.mark.parametrize("name", SETS)
def test_the_truth_by_sets_of_callers_stays_in_json_and_behind_the_why(name: str) -> None:
    finding = judged(*SETS[name][0])
    told = finding_view(finding)["reasons"]
    assert any(reason.kind == "no-rule" for reason in finding.details)
    assert all(reason.text in told for reason in (*finding.reasons, *finding.details))


def test_a_watch_of_its_own_is_told_first_and_by_itself() -> None:
    finding = judged(f"-w {CONTAINERD} -p wa -k docker", *FAILED_OPENS, *MODES)
    assert [reason.text for reason in finding.reasons[:2]] == [
        f"Reading and executing {CONTAINERD} are not recorded: no rule asks for it.",
        "Besides: General rules of this host record failed opens and chmod by users (keys denied and modes).",
    ]


def test_a_full_watch_among_general_rules_needs_no_word_about_them() -> None:
    finding = judged(f"-w {CONTAINERD} -k docker", *FAILED_OPENS, *MODES, *DELETES)
    assert finding.state == "audited"
    assert all(reason.kind != "general-rules" for reason in finding.reasons)


@pytest.mark.parametrize(
    ("exclude", "told"),
    [
        ("-a always,exclude -F msgtype=PATH", True),
        ("-a always,exclude -F msgtype>=PATH -F msgtype<=PATH", True),
        ("-a always,exclude -F msgtype=CWD", False),
        ("-a always,exclude -F msgtype=SYSCALL", False),
    ],
)
def test_records_without_names_are_a_reason(exclude: str, told: bool) -> None:
    finding = judged(f"-w {CONTAINERD} -k docker", exclude)
    reasons = [reason for reason in finding.reasons if reason.kind == "no-path-records"]
    assert bool(reasons) == told
    if told:
        assert finding.result == "pass"
        assert reasons[0].text.startswith("Events are recorded, but no record tells which path")


def test_a_program_that_is_exempt_beside_general_rules() -> None:
    facts = replace(host("-a never,exit -F exe=/usr/sbin/chronyd", *FAILED_OPENS), security_modules=())
    finding = assess(CONTROL, "1.2.0", facts)
    assert finding.reasons[0].kind == "general-rules"
    assert [left.who for left in finding.exemptions] == ["/usr/sbin/chronyd"]
