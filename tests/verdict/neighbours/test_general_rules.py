"""Hardening rule sets of the shapes that are in use, in words of our own: each finding's first sentence is one that a tired person understands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, loaded, plain_host, seen, with_docker_rules, with_file
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.disk import read_disk
from tui.verdict.finding import assess_all
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.views.evidence.rules import general_rules_lines, rules_lines
from tui.views.json import finding_view
from tui.views.page import plain
from tui.views.signs import UNICODE
from tui.views.switches import walk_words

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
    "calls with an impossible argument": (
        ["-a never,exit -F arch=b64 -S rt_sigreturn", "-a always,exit -S all -F exit=-EINVAL -k odd"],
        "failed calls (key odd)",
    ),
    "programs of another kind": (["-a always,exit -F arch=b32 -S all -k old-abi"], "every call of 32-bit programs (key old-abi)"),
    "opens that make a file": (
        both_arches(f"-S openat,open_by_handle_at -F a2&0100 -F success=1 {USERS} -k made"),
        "some opens by users (key made)",
    ),
    "what went well": (both_arches(f"-S openat -F success=1 {USERS} -k opened"), "successful opens by users (key opened)"),
    "what went well and what did not": (
        [*both_arches("-S unlinkat -F success=1 -k gone"), *both_arches("-S unlinkat -F success=0 -k not-gone")],
        "deletes (keys gone and not-gone)",
    ),
    "program starts of all sorts": (
        [*both_arches("-S execve -C uid!=euid -k other-rights"), *both_arches("-S execve -k run")],
        "program starts (keys other-rights and run)",
    ),
}


def judged(*lines: str) -> Finding:
    return assess_all((CONTROL,), "1.2.0", host(*lines))[0]


def host(*lines: str) -> HostFacts:
    return with_docker_rules(loaded(plain_host(), *lines), "".join(line + "\n" for line in lines).encode())


@pytest.mark.parametrize("name", SETS)
def test_general_rules_are_told_by_purpose_and_key(name: str) -> None:
    lines, expected = SETS[name]
    finding = judged(*lines)
    assert finding.state == "partial"
    assert finding.reasons[0].text == f"No rule names /usr/bin/containerd. General rules of this host record {expected}."
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
        f"Reading and executing {CONTAINERD} are not recorded. No rule asks for it.",
        "Besides: General rules of this host record failed opens by users (key denied).",
    ]


def test_a_never_rule_on_the_path_is_told_before_what_general_rules_record() -> None:
    never = f"-a never,exit -F path={CONTAINERD} -F perm=x -k noise"
    runs = both_arches("-S execve -k run")
    finding = judged(never, *runs)
    assert finding.state == "shadowed"
    assert finding.reasons[0].text.endswith(
        f"“-a never,exit -S all -F path={CONTAINERD} -F perm=x -k noise”, comes before what would record it and takes its events."
    )
    finding = judged(never, *runs, *MODES)
    assert finding.state == "partial"
    assert [reason.text for reason in finding.reasons[:2]] == [
        f"Loaded rule 1, “-a never,exit -S all -F path={CONTAINERD} -F perm=x -k noise”, keeps executing for every caller from being recorded.",
        "Besides: General rules of this host record chmod by users (key modes).",
    ]


def test_what_general_rules_record_and_nobody_asked_for_is_no_part_of_it() -> None:
    """A directory is asked for without executions: rules about program starts record nothing of what is wanted."""
    (control,) = load_catalogue().find(["run-containerd"], "1.6.0")
    facts = host(*both_arches("-S execve -k run"))
    facts = replace(facts, paths={**facts.paths, "/run/containerd": seen("/run/containerd", "directory")})
    finding = assess_all((control,), "1.6.0", facts)[0]
    assert finding.state == "unaudited"
    assert finding.reasons[0].kind == "unaudited"


@pytest.mark.parametrize(("file", "promised"), [("10-first.rules", False), ("zz-last.rules", True)])
def test_a_never_rule_before_docker_rules_stands_in_the_way(file: str, promised: bool) -> None:
    facts = with_file(plain_host(), file, f"-a never,exit -F path={CONTAINERD}\n".encode())
    facts = replace(facts, kernel_rules=read_disk(facts).rules)
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    assert finding.state == "unaudited"
    assert (finding.reasons[0].remedy == "The plan adds the control's line.") == promised
    assert bool(make_plan(Question((CONTROL,), "1.2.0"), facts, Switches()).blockers) != promised


def test_a_full_watch_behind_general_rules_is_told_with_its_own_line_and_one_word_about_keys() -> None:
    finding = judged(*FAILED_OPENS, *MODES, *DELETES, f"-w {CONTAINERD} -k docker")
    assert finding.state == "audited"
    assert [(reason.kind, reason.text) for reason in finding.reasons[:2]] == [
        (
            "audited",
            "Every access that the control asks for is recorded now, and after a reboot by "
            "/etc/audit/rules.d/docker.rules:13 and general rules.",
        ),
        ("other-key", "An earlier rule gives some events its own key instead of docker: denied, gone and modes."),
    ]
    assert finding.reasons[1].remedy == f"Look by the path as well: ausearch -i -f {CONTAINERD}"


def test_a_rule_on_a_link_is_no_reason_where_everything_is_recorded() -> None:
    facts = host("-a always,exit -F arch=b64 -S open -F dir=/bin -F success=0 -k refused", f"-w {CONTAINERD} -k docker")
    facts = replace(facts, paths={**facts.paths, "/bin": seen("/bin", "symlink", target="usr/bin", real="/usr/bin")})
    assert [reason.kind for reason in assess_all((CONTROL,), "1.2.0", facts)[0].reasons] == ["audited", "boot-not-told"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-a task,never", "Take the line out: sed -i '1{/task/s/^/#/}' /etc/audit/rules.d/10-first.rules\n"),
        ("-e 0", "Take /etc/audit/rules.d/10-first.rules:1 out first, “-e 0”:"),
        ("-r 5", "Take /etc/audit/rules.d/10-first.rules:1 out first, “-r 5”:"),
        ("-a always,exclude -F msgtype=SYSCALL", "Take /etc/audit/rules.d/10-first.rules:1 out first"),
        (
            "-e 2",
            "The plan adds the control's line once you choose how to load it: /etc/audit/rules.d/10-first.rules:1 locks the rules",
        ),
        ("-w no/path", "Mend /etc/audit/rules.d/10-first.rules:1, or comment that line out"),
        ("-a always,exclude -F msgtype=CWD", "The plan adds the control's line."),
        ("-a never,exit -F exe=/usr/sbin/chronyd", "The plan adds the control's line."),
    ],
)
def test_what_the_plan_does_is_said_only_where_it_does_it(line: str, said: str) -> None:
    facts = replace(with_file(plain_host(), "10-first.rules", f"{line}\n".encode()), security_modules=())
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    assert finding.state == "unaudited"
    assert finding.reasons[0].remedy.startswith(said)
    plan = make_plan(Question((CONTROL,), "1.2.0"), facts, Switches())
    assert bool(plan.blockers) == (said != "The plan adds the control's line.")


def test_each_general_rule_with_its_effect_is_behind_the_why() -> None:
    facts = host(*FAILED_OPENS, *DELETES)
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    shown = "\n".join(plain(line) for line in rules_lines(finding, facts, 100, UNICODE))
    assert "6 general rules, which do not name it" in shown
    assert "each with what it records here: check --json tells" in shown
    walked = replace(UNICODE, keys=walk_words())
    on_screen = "\n".join(plain(line) for line in rules_lines(finding, facts, 100, walked))
    assert "each with what it records here: w tells" in on_screen
    assert "docker.rules:" not in shown
    behind = "\n".join(plain(line) for line in general_rules_lines(finding, facts, 100, UNICODE))
    assert behind.count("docker.rules:") == 6
    assert "records writing for 32-bit programs by unlink, rename, unlinkat" in behind
    assert not general_rules_lines(judged(f"-w {CONTAINERD} -k docker"), facts, 100, UNICODE)


def test_a_watch_behind_many_general_rules_says_in_one_line_what_is_left_to_it() -> None:
    facts = host(*FAILED_OPENS, *MODES, *DELETES, *both_arches("-S execve -k run"), f"-w {CONTAINERD} -k docker")
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    shown = " ".join("".join(plain(line) for line in rules_lines(finding, facts, 100, UNICODE)).split())
    assert "records what the rules before it leave of this path; whom: check --json tells" in shown
    assert "more kinds of callers" not in shown
    behind = " ".join("".join(plain(line) for line in general_rules_lines(finding, facts, 100, UNICODE)).split())
    assert "more kinds of callers" in behind


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
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    assert finding.reasons[0].kind == "general-rules"
    assert [left.who for left in finding.exemptions] == ["/usr/sbin/chronyd"]
