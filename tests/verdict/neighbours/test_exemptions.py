"""Which programs and labels are exempt on a host: whose file it is, what it runs, what the kernel has labels for."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.build import CONTAINERD, absent, loaded, plain_host, seen, with_docker_rules
from tui.audit.inputs import Owner, PathFacts, Unknown
from tui.audit.rule.value import Field, Rule
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, HostFacts
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.finding import assess_all
from tui.verdict.neighbours.exemptions import exempt, runs_others
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.views.json import finding_view

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]
WATCH = f"-w {CONTAINERD} -k docker"
TOOLS = "/usr/bin/vmtoolsd"

OTHERS = (
    "sh bash dash zsh zsh-5.9 ksh93 busybox busybox.static toybox coreutils python python3 python3.11 pypy3.10 perl perl5.36.0 "
    "perl5.36-x86_64-linux-gnu ruby3.1 lua5.4 node nodejs php8.2 java awk mawk gawk-5.2.1 tclsh8.6 guile-3.0 emacs-28.2 vim.basic vi ed sed "
    "sudo sudoedit su doas pkexec env xargs find nohup timeout setpriv chroot nsenter unshare strace gdb ssh sshd git tar rsync make "
    "ld-linux-x86-64.so.2 ld-linux.so.2 ld-linux-aarch64.so.1 ld-musl-x86_64.so.1 ld64.so.2 ld.so ld-2.31.so qemu-aarch64-static"
)
THEMSELVES = (
    "vmtoolsd chronyd ntpd crond cron auditbeat filebeat osqueryd splunkd telegraf node_exporter google_osconfig_agent falcon-sensor zabbix_agentd "
    "dockerd containerd runc systemd-journald rsyslogd puppet-agentd dbus-daemon shadowd basher pythonista envoy sudo_logsrvd perlbal"
)


@pytest.mark.parametrize("name", OTHERS.split())
def test_what_does_as_its_user_says_is_never_exempt(name: str) -> None:
    assert runs_others(name)


@pytest.mark.parametrize("name", THEMSELVES.split())
def test_a_program_with_a_work_of_its_own_is(name: str) -> None:
    assert not runs_others(name)


def naming(path: str) -> Rule:
    return Rule("exit", "never", None, (Field("exe", "=", path),))


def host(*paths: PathFacts | Unknown) -> HostFacts:
    facts = plain_host()
    named = {found.path if isinstance(found, PathFacts) else TOOLS: found for found in paths}
    return replace(facts, paths={**facts.paths, **named})


def programs(path: str, *paths: PathFacts | Unknown) -> tuple[bool, bool]:
    found = exempt(host(*paths), [naming(path)])
    return path in found.programs, path in found.nobody


OTHER_USERS = Owner("/usr/local/bin", 1000, 1000, 0o755)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (seen(TOOLS), (True, False)),
        (absent(TOOLS), (True, False)),
        (replace(absent(TOOLS), exposed=Owner("/usr/bin", 0, 0, 0o1777)), (False, False)),
        (replace(seen(TOOLS), exposed=OTHER_USERS), (False, False)),
        (replace(seen(TOOLS), uid=1000), (False, False)),
        (replace(seen(TOOLS), mode=0o775), (False, False)),
        (replace(seen(TOOLS), links=2), (False, False)),
        (seen(TOOLS, "directory"), (False, False)),
        (seen(TOOLS, "symlink", target="tools", real="/usr/bin/tools"), (False, True)),
        (replace(seen(TOOLS, "symlink", target="tools", real="/usr/bin/tools"), exposed=OTHER_USERS), (False, False)),
        (Unknown("it may not be looked at"), (False, False)),
    ],
)
def test_whose_the_program_is_decides(facts: PathFacts | Unknown, expected: tuple[bool, bool]) -> None:
    assert programs(TOOLS, facts) == expected


def test_what_a_host_file_does_not_tell_of_goes_by_its_place_and_name() -> None:
    assert programs("/usr/sbin/chronyd") == (True, False)
    assert programs("/usr/bin/python3.12") == (False, False)
    assert programs("/tmp/chronyd") == (False, False)
    assert programs("/usr/../tmp/chronyd") == (False, False)


LABELS = ("subj_user", "subj_role", "subj_type", "subj_sen", "subj_clr", "obj_type")


@pytest.mark.parametrize(
    ("modules", "dead"),
    [
        ((), set(LABELS)),
        (("lockdown", "capability", "yama"), set(LABELS)),
        (("capability", "apparmor"), set(LABELS) - {"subj_role"}),
        (("capability", "smack"), set(LABELS) - {"subj_user"}),
        (("capability", "selinux"), set()),
    ],
)
def test_a_label_is_dead_where_no_module_gives_it(modules: tuple[str, ...], dead: set[str]) -> None:
    rule = Rule("exit", "never", None, tuple(Field(name, "=", "x") for name in LABELS))
    assert exempt(replace(plain_host(), security_modules=modules), [rule]).labels == dead


def test_a_host_file_that_does_not_tell_shows_selinux_by_the_labels_of_its_files() -> None:
    rule = Rule("exit", "never", None, (Field("subj_type", "=", "crond_t"), Field("subj_role", "=", "r")))
    facts = plain_host()
    assert exempt(facts, [rule]).labels == {"subj_type"}
    assert isinstance(facts.rules_dir, tuple)
    labelled = tuple(replace(file, label="system_u:object_r:auditd_etc_t:s0") for file in facts.rules_dir)
    assert not exempt(replace(facts, rules_dir=labelled), [rule]).labels


def judged(*lines: str) -> Finding:
    facts = replace(host(seen(TOOLS), seen("/usr/bin/dash")), security_modules=())
    return assess_all(
        (CONTROL,), "1.2.0", with_docker_rules(loaded(facts, *lines), "".join(line + "\n" for line in lines).encode())
    )[0]


def test_the_finding_passes_and_says_who_is_left_out() -> None:
    never = f"-a never,exit -F arch=b64 -F exe={TOOLS}"
    finding = judged("-a never,exit -F subj_type=crond_t", never, WATCH)
    assert (finding.state, finding.result) == ("audited", "pass")
    reason = next(reason for reason in finding.reasons if reason.kind == "exempt")
    assert (
        reason.text == f"subj_type=crond_t (no such label on this kernel) and {TOOLS} are left out by name, which counts as no gap."
    )
    assert reason.remedy.endswith("/etc/audit/rules.d/docker.rules:2")
    assert json.loads(json.dumps(finding_view(finding)))["exemptions"] == [
        {"rule": "-a never,exit -S all -F subj_type=crond_t", "who": "subj_type=crond_t (no such label on this kernel)"},
        {"rule": f"-a never,exit -F arch=b64 -S all -F exe={TOOLS}", "who": TOOLS},
    ]


def test_a_shell_is_no_exemption() -> None:
    finding = judged("-a never,exit -F exe=/usr/bin/dash", WATCH)
    assert (finding.state, finding.exemptions) == ("shadowed", ())


def test_no_plan_is_blocked_because_somebody_is_exempt() -> None:
    facts = replace(host(seen(TOOLS)), security_modules=())
    facts = loaded(facts, f"-a never,exit -F exe={TOOLS}", "-a never,exit -F subj_type=crond_t")
    assert isinstance(facts.rules_dir, tuple)
    base = replace(facts.rules_dir[0], content=f"-D\n-a never,exit -F exe={TOOLS}\n-a never,exit -F subj_type=crond_t\n".encode())
    facts = replace(facts, rules_dir=(base,), audit_rules=replace(base, path="/etc/audit/audit.rules"))
    plan = make_plan(Question((CONTROL,), "1.2.0"), facts, Switches())
    assert [blocker.kind for blocker in plan.blockers] == []
    assert [change.path for change in plan.files] == [DOCKER_RULES]
