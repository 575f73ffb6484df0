"""coverage() on fixed cases: each settled by a running kernel or by its source, and every disagreement with one ever found."""

from __future__ import annotations

import pytest

from tests.audit.coverage.cases import FILE, NAMES, ON, PATHS, ROOT, TARGET, facts, judge, levels, rules
from tests.audit.coverage.lines import NEVER, ON_PATH, WATCH
from tui.audit.coverage.coverage import coverage
from tui.audit.coverage.values import Exempt
from tui.audit.inputs import AuditStatus, Mount, Names
from tui.audit.rule.value import Field, Rule

ONE_RULE = {
    # permissions
    WATCH: "aaaa",
    f"{WATCH} -p wa": "uaua",
    f"{WATCH} -p x": "uuau",
    f"{ON_PATH}": "aaaa",
    f"{ON_PATH} -F perm=rwx -F perm=xa": "uuau",
    f"{ON_PATH} -F perm=r -F perm=w": "uuuu",
    # where
    "-w /usr/bin -k docker": "aaaa",
    "-a always,exit -F dir=/usr": "aaaa",
    "-a always,exit -F dir=/": "aaaa",
    "-a always,exit -F path=/usr/bin -F perm=rwxa": "uuuu",
    f"-a always,exit -F dir={FILE} -F perm=rwxa": "pppp",  # bound to the file as it was when the rule was loaded
    "-w /usr/bin/containerd-shim -k docker": "uuuu",
    f"-w /usr/bin/containerd-shim -k {FILE}": "uuuu",
    "-w /usr/local/bin/containerd": "uuuu",
    "-w /srv/hard": "aaaa",
    "-w /bin/containerd": "aaaa",
    "-a always,exit -F dir=/bin": "uuuu",
    "-a always,exit -F dir=/bin/": "aaaa",
    "-w /usr/bin//containerd": "aaaa",
    "-w /usr/../bin/./containerd": "aaaa",
    "-w /nowhere/containerd": "uuuu",
    "-w /opt/gone": "uuuu",
    "-a always,exit -F dir=/usr/lib -F perm=x": "uuuu",
    "-a always,exit -S all -F inode=77": "aaaa",
    "-a always,exit -S all -F inode=78": "uuuu",
    "-a always,exit -S all -F inode!=78": "pppp",
    # calls
    f"{ON_PATH} -F arch=b64 -F perm=rwxa": "pppp",
    f"{ON_PATH} -F arch=b32 -F perm=rwxa": "pppp",
    f"{ON_PATH} -F arch=b64 -S open -F perm=x": "uuuu",
    f"{ON_PATH} -F arch=b64 -S open": "ppuu",
    f"{ON_PATH} -F arch=b64 -S openat,execve": "pppu",
    "-a always,exit -F arch=b64 -S execve": "uupu",
    "-a always,exit -F arch=b64 -S adjtimex,settimeofday": "uuuu",
    "-a always,exit -S all": "aaaa",
    # callers
    f"{ON_PATH} -F perm=x -F auid>=1000 -F auid!=unset": "uupu",
    f"{ON_PATH} -F uid>=0": "aaaa",
    f"{ON_PATH} -F uid<0": "uuuu",
    f"{ON_PATH} -F uid=5 -F uid=6": "uuuu",
    f"{ON_PATH} -F gid=5": "pppp",
    f"{ON_PATH} -F gid=5 -F gid=6": "pppp",
    f"{ON_PATH} -F pid=5": "pppp",
    f"{ON_PATH} -F sessionid!=unset": "pppp",
    f"{ON_PATH} -F pers=8": "pppp",
    f"{ON_PATH} -C uid!=euid": "pppp",
    f"{ON_PATH} -F subj_type=docker_t": "pppp",
    f"{ON_PATH} -F a1=0": "pppp",
    # results: an attempt that fails is an access
    f"{ON_PATH} -F success=1": "pppp",
    f"{ON_PATH} -F success!=0": "pppp",
    f"{ON_PATH} -F success=0": "pppp",
    f"{ON_PATH} -F exit>=0": "apaa",  # compared as unsigned numbers; a removal is asked about before its result is known
    f"{ON_PATH} -F exit<0": "uuuu",
    f"{ON_PATH} -F exit=-EPERM": "pppp",
    f"{ON_PATH} -F saddr_fam=2": "uuuu",
    # programs
    f"-a always,exit -F exe={FILE}": "uupu",
    f"{ON_PATH} -F exe=/usr/bin/docker": "pppp",
    f"{ON_PATH} -F exe!=/usr/bin/docker": "pppp",
    # the object
    f"{ON_PATH} -F filetype=file": "aaaa",
    f"{ON_PATH} -F filetype=dir": "upuu",  # asked of every name that a call uses
    f"{ON_PATH} -F filetype!=file": "uuuu",
    f"{ON_PATH} -F filetype!=dir": "apaa",  # a call that removes or renames names the directory, too
    f"{ON_PATH} -F filetype!=socket": "aaaa",
    f"{ON_PATH} -F devmajor=254 -F devminor=0": "aaaa",
    f"{ON_PATH} -F devmajor=99": "uuuu",
    f"{ON_PATH} -F devmajor=0": "aaaa",  # also asked of what a device file stands for: of nothing, here
    f"{ON_PATH} -F devmajor!=254": "aaaa",
    "-a always,exit -S all -F devmajor=99": "uppu",
    f"{ON_PATH} -F obj_uid=0": "aaaa",
    f"{ON_PATH} -F obj_uid=1": "uuuu",
    "-w /usr/bin -F obj_uid=1": "uppu",
    f"{ON_PATH} -F obj_uid<5 -F obj_gid=0": "aaaa",
}


@pytest.mark.parametrize(("line", "expected"), ONE_RULE.items(), ids=str)
def test_one_rule(line: str, expected: str) -> None:
    assert levels(judge(line)) == expected


SETS = [
    # first match wins
    ((NEVER, WATCH), "uuuu"),
    ((WATCH, NEVER), "aaaa"),
    ((WATCH, f"-A never,exit -F path={FILE}"), "uuuu"),
    ((f"{NEVER} -F perm=x", WATCH), "aaua"),
    ((f"{NEVER} -F perm=r -F perm=w", WATCH), "ppaa"),  # an open for both at once
    ((f"{NEVER} -F perm=r", WATCH), "upaa"),
    ((f"{NEVER} -F perm=w -F uid=33", WATCH), "ppaa"),
    ((f"{NEVER} -F perm=r -F perm=x", WATCH), "aaaa"),
    ((f"{NEVER} -F arch=b64 -S truncate -F perm=r", WATCH), "aaaa"),
    ((f"{WATCH} -p r", f"{NEVER} -F perm=r", WATCH), "aaaa"),
    (("-a never,exit -S all", WATCH), "uuuu"),
    (("-a never,exit -F dir=/usr", WATCH), "uuuu"),
    (("-a never,exit -F auid=unset", WATCH), "pppp"),
    (("-a never,exit -F auid=unset", "-a never,exit -F auid!=unset", WATCH), "uuuu"),
    (("-a never,exit -F arch=b64 -S execve", WATCH), "aapa"),
    (("-a never,exit -F arch=b64 -S adjtimex", WATCH), "aaaa"),
    # filters that complete each other
    ((f"{ON_PATH} -F arch=b64", f"{ON_PATH} -F arch=b32"), "aaaa"),
    ((f"{ON_PATH} -F auid>=1000", f"{ON_PATH} -F auid<1000"), "aaaa"),
    ((f"{ON_PATH} -F auid>=1000 -F auid!=unset", f"{ON_PATH} -F auid<1000"), "pppp"),
    ((f"{ON_PATH} -F success=1", f"{ON_PATH} -F success=0"), "apaa"),
    (("-w /usr/bin -F success=1", "-w /usr/bin -F success=0"), "aaaa"),
    (("-w /srv/hard -F success=1", "-w /srv/hard -F success=0"), "aaaa"),
    ((f"{ON_PATH} -C uid=euid", f"{ON_PATH} -C uid!=euid"), "aaaa"),
    ((f"{ON_PATH} -F gid=5", f"{ON_PATH} -F gid!=5"), "aaaa"),
    ((f"{ON_PATH} -F exe=/a", f"{ON_PATH} -F exe!=/a"), "aaaa"),
    ((f"{ON_PATH} -F arch=b64 -F auid>=1000", f"{ON_PATH} -F arch=b32", f"{ON_PATH} -F arch=b64 -F auid<1000"), "aaaa"),
    ((f"{WATCH} -p r", f"{WATCH} -p wa", f"{WATCH} -p x"), "aaaa"),
    # a program's own executions
    ((f"-a never,exit -F exe={FILE}", WATCH), "pppp"),
    ((f"{ON_PATH} -F exe!={FILE}", f"{ON_PATH} -F exit=0"), "pppp"),
    # names that a call uses beside the file's
    (("-a never,exit -F path=/usr/bin", WATCH), "apaa"),
    ((WATCH, "-a never,exit -F path=/usr/bin"), "apaa"),
    (("-w /usr/bin -k docker", "-a never,exit -F path=/usr/bin"), "aaaa"),
    ((WATCH, "-a never,exit -F path=/usr/bin -F perm=r"), "aaaa"),
    (("-a never,exit -F dir=/usr/lib", WATCH), "aapa"),
    ((f"{NEVER} -F filetype=dir", WATCH), "apaa"),
    ((f"{NEVER} -F filetype!=dir", WATCH), "upuu"),
    ((f"{ON_PATH} -F filetype=dir", f"{ON_PATH} -F filetype!=dir"), "aaaa"),
    (("-a never,exit -S all -F devmajor=254", WATCH), "uuuu"),
    ((f"{NEVER} -F devminor=7", WATCH), "aaaa"),
    (("-a never,exit -F dir=/usr/bin -F obj_uid=1", WATCH), "appa"),
    ((f"{NEVER} -F obj_uid=1", WATCH), "aaaa"),
    # other lists
    ((WATCH, "-a never,task"), "uuuu"),
    ((WATCH, "-a never,task -F uid=0"), "pppp"),
    ((WATCH, "-a never,task -F uid=0", "-a never,task -F uid!=0"), "uuuu"),
    ((WATCH, "-a never,task -F uid<0"), "aaaa"),
    ((WATCH, "-a always,task", "-a never,task"), "aaaa"),
    ((NEVER, WATCH, "-a always,task -F uid=0"), "pppp"),
    ((WATCH, "-a always,exclude -F msgtype=SYSCALL"), "uuuu"),
    ((WATCH, "-a never,exclude -F msgtype=SYSCALL"), "uuuu"),
    ((WATCH, "-a always,exclude -F msgtype=PATH"), "aaaa"),
    ((WATCH, "-a always,exclude -F msgtype!=SYSCALL"), "aaaa"),
    ((WATCH, "-a always,exclude -F msgtype>=1300"), "uuuu"),
    ((WATCH, "-a always,exclude -F msgtype=SYSCALL -F msgtype=CWD"), "aaaa"),
    ((WATCH, "-a always,exclude -F auid=unset"), "pppp"),
    ((WATCH, "-a always,exclude"), "aaaa"),
    ((f"{ON_PATH} -F auid!=unset", "-a always,exclude -F auid!=unset"), "uuuu"),
    ((WATCH, "-a never,filesystem -F fstype=tracefs"), "aaaa"),
    ((WATCH, "-a never,filesystem -F fstype!=tracefs"), "uuuu"),
    ((WATCH, "-a never,filesystem -F fstype=0xEF53"), "pppp"),
    ((WATCH, "-a always,filesystem -F fstype!=tracefs"), "aaaa"),
    (("-a always,exit -S all", "-a never,filesystem -F fstype!=tracefs"), "aaaa"),
    ((NEVER, "-a always,exit -S all", "-a never,filesystem -F fstype!=tracefs"), "aaaa"),
    ((NEVER, "-a always,exit -S all -F uid=5", WATCH, "-a never,filesystem -F fstype!=tracefs"), "pppp"),
    ((NEVER, "-a always,exit -S all", "-a never,filesystem -F fstype=0xEF53"), "pppp"),
    ((NEVER, WATCH, "-a never,filesystem -F fstype!=tracefs"), "uuuu"),
    ((WATCH, "-a always,exit -S all -F uid=33 -F perm=rwa", "-a never,filesystem -F fstype!=tracefs"), "ppup"),
    ((WATCH, "-a never,user -F uid=0"), "aaaa"),
]


@pytest.mark.parametrize(("lines", "expected"), SETS, ids=lambda value: value if isinstance(value, str) else " | ".join(value))
def test_several_rules(lines: tuple[str, ...], expected: str) -> None:
    assert levels(judge(*lines)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, "aaaa"),
        (AuditStatus(enabled=1, pid=700), "aaaa"),
        (AuditStatus(enabled=2, pid=700), "aaaa"),
        (AuditStatus(enabled=0, pid=700), "uuuu"),
        (AuditStatus(enabled=1, pid=0), "uuuu"),
        (AuditStatus(enabled=1, pid=700, rate_limit=100), "pppp"),
    ],
)
def test_status(status: AuditStatus | None, expected: str) -> None:
    verdict = judge(WATCH, status=status)
    assert levels(verdict) == expected
    assert set(verdict.rules_only.values()) == {"audited"}
    assert bool(verdict.blinding) == (expected != "aaaa")


def test_without_never_tells_shadowed_from_partial() -> None:
    shadowed = judge(NEVER, WATCH)
    assert set(shadowed.rules_only.values()) == {"unaudited"}
    assert set(shadowed.without_never.values()) == {"audited"}
    assert (shadowed.reaching, shadowed.shadowing) == ((1,), (0,))
    partial = judge(f"{WATCH} -p wa")
    assert partial.rules_only == partial.without_never


def test_a_never_rule_that_takes_nothing_shadows_nothing() -> None:
    assert judge(WATCH, NEVER).shadowing == ()
    assert judge(NEVER).shadowing == ()
    assert judge(f"{NEVER} -F perm=x", f"{WATCH} -p wa").shadowing == ()


def test_only_the_wanted_accesses_shadow() -> None:
    assert judge(f"{NEVER} -F perm=x", WATCH, wanted="rwa").shadowing == ()


def test_reaching_is_about_paths_not_filters() -> None:
    verdict = judge(
        f"{ON_PATH} -F arch=b64 -S open -F perm=x", "-w /etc/passwd", "-a always,exit -S adjtimex", "-a always,exit -S all"
    )
    assert verdict.reaching == (0, 3)


def test_who_is_recorded_by_which_rule() -> None:
    verdict = judge(f"{ON_PATH} -F perm=x -F auid>=1000 -F auid!=unset -k users", f"{WATCH} -p x")
    shares = verdict.accesses["x"].by
    assert [(share.position, share.callers, share.keys) for share in shares] == [
        (0, "auid at least 1000", ("users",)),
        (1, "auid below 1000 or unset", ("docker",)),
    ]


@pytest.mark.parametrize(
    ("line", "callers"),
    [
        (f"{ON_PATH} -F arch=b64", "64-bit programs"),
        (f"{ON_PATH} -F auid>=1000", "auid at least 1000 or unset"),
        (f"{ON_PATH} -F auid!=unset", "auid set"),
        (f"{ON_PATH} -F auid=unset", "auid unset"),
        (f"{ON_PATH} -F uid!=0", "uid at least 1"),
        (f"{ON_PATH} -F uid!=33", "uid other than 33"),
        (f"{ON_PATH} -F uid>=5 -F uid<=9", "uid 5 to 9"),
        (f"{ON_PATH} -F success=1", "attempts that succeed"),
        (f"{ON_PATH} -F exit=-EACCES", "attempts that end with -EACCES"),
        (f"{ON_PATH} -F arch=b64 -F uid=0 -F success=0", "64-bit programs, uid 0, attempts that fail"),
        (f"{ON_PATH} -C uid!=euid", "uid different from euid"),
        (f"{ON_PATH} -F exe=/usr/bin/dd", "program /usr/bin/dd"),
        (f"{ON_PATH} -F exe!=/usr/bin/dd", "programs other than /usr/bin/dd"),
        (f"{ON_PATH} -F a1=0", "a1=0"),
        (f"{ON_PATH} -F a1!=0", "a1!=0"),
    ],
)
def test_callers_in_words(line: str, callers: str) -> None:
    assert [share.callers for share in judge(line).accesses["r"].by] == [callers]


def test_another_architecture() -> None:
    arm = Names(machine="aarch64")
    assert levels(coverage(TARGET, rules(WATCH), ON, PATHS, arm)) == "aaaa"
    only_64 = Rule("exit", "always", None, (Field("path", "=", FILE), Field("arch", "=", 0xC00000B7)))
    assert levels(coverage(TARGET, [only_64], ON, PATHS, arm)) == "pppp"


def test_an_architecture_whose_calls_are_not_known() -> None:
    power = Names(machine="ppc64le")
    assert levels(coverage(TARGET, rules(WATCH), ON, PATHS, power)) == "aaaa"
    listed = Rule("exit", "always", frozenset({5, 11}), (Field("path", "=", FILE),))
    assert levels(coverage(TARGET, [listed], ON, PATHS, power)) == "pppp"


def test_the_login_uid_set_field() -> None:
    login_set = Rule("exit", "always", None, (Field("path", "=", FILE), Field("field:24", "=", 1)))
    login_unset = Rule("exit", "always", None, (Field("path", "=", FILE), Field("field:24", "!=", 1)))
    assert levels(coverage(TARGET, [login_set], ON, PATHS, NAMES)) == "pppp"
    assert levels(coverage(TARGET, [login_set, login_unset], ON, PATHS, NAMES)) == "aaaa"


def test_unknown_fields_are_partial() -> None:
    rule = Rule("exit", "always", None, (Field("path", "=", FILE), Field("field:99", "=", 1)))
    assert levels(coverage(TARGET, [rule], ON, PATHS, NAMES)) == "pppp"


SPLITTING = rules(*(f"{ON_PATH} -F auid={number}" for number in range(0, 1000, 2)))
"""Rules that split the callers in more ways than are followed."""


def test_rules_that_split_callers_beyond_measure_are_partial() -> None:
    verdict = coverage(TARGET, SPLITTING, ON, PATHS, NAMES)
    assert levels(verdict) == "pppp"
    assert "undecided" in [reason.kind for reason in verdict.reasons]
    assert levels(coverage(TARGET, SPLITTING, AuditStatus(0, pid=1), PATHS, NAMES)) == "uuuu"
    never = rules(*(f"{NEVER} -F auid={number}" for number in range(0, 1000, 2)))
    assert levels(coverage(TARGET, [*never, *rules(WATCH)], ON, PATHS, NAMES)) == "pppp"


def test_a_watch_behind_rules_that_split_callers_beyond_measure_takes_the_rest() -> None:
    assert levels(coverage(TARGET, [*SPLITTING, *rules(WATCH)], ON, PATHS, NAMES)) == "aaaa"
    assert levels(coverage(TARGET, [*SPLITTING, *rules(f"{WATCH} -p wa")], ON, PATHS, NAMES)) == "papa"


@pytest.mark.parametrize("condition", ["-F auid=5", "-F perm=rwxa -F uid=33", ""])
def test_a_never_rule_between_them_keeps_the_watch_from_counting(condition: str) -> None:
    verdict = coverage(TARGET, [*SPLITTING, *rules(f"{NEVER} {condition}", WATCH)], ON, PATHS, NAMES)
    assert levels(verdict) == "pppp"
    assert set(verdict.without_never.values()) == {"audited"}


def test_a_program_that_does_not_count_makes_nothing_behind_it_doubtful() -> None:
    spared = rules(f"{NEVER} -F exe=/usr/bin/vmtoolsd", WATCH)
    exempt = Exempt(programs=frozenset(["/usr/bin/vmtoolsd"]))
    assert levels(coverage(TARGET, [*SPLITTING, *spared], ON, PATHS, NAMES, exempt=exempt)) == "aaaa"


def test_one_rule_among_ten_thousand() -> None:
    lines = [f"-w /srv/data/{number % 70}/{number} -p wa -k data" for number in range(6000)]
    lines += [f"-a always,exit -F arch=b64 -S open -F dir=/srv/{number} -F success=0" for number in range(2000)]
    lines += [f"-a never,exit -F arch=b64 -S adjtimex -F auid={number}" for number in range(2000)]
    listed = tuple(rules(*lines, f"{WATCH} -p wa"))
    verdict = coverage(TARGET, listed, ON, PATHS, NAMES, mounts=(ROOT,))
    assert levels(verdict) == "uaua"
    assert verdict.reaching == (10000,)
    assert [effect.position for effect in verdict.effects] == [10000]


def test_the_same_rules_for_other_targets_facts_and_mounts() -> None:
    listed = tuple(rules(WATCH, "-w /srv/hard", "-a always,exit -F dir=/mnt/bin"))
    other = facts("/usr/bin/runc", inode=79)
    over = (ROOT, Mount("/mnt/bin", "254:0", "ext4", root="/usr/bin"))
    for _ in range(2):
        assert levels(coverage(TARGET, listed, ON, PATHS, NAMES, mounts=(ROOT,))) == "aaaa"
        assert levels(coverage(other, listed, ON, PATHS, NAMES, mounts=(ROOT,))) == "uuuu"
        assert levels(coverage(other, listed, ON, PATHS, NAMES, mounts=over)) == "aaaa"
        assert levels(coverage(other, listed, ON, {"/srv/hard": facts("/srv/hard", inode=79)}, NAMES, mounts=(ROOT,))) == "aaaa"
