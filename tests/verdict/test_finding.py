"""The verdict on 1.2.11: each state, its result, and the order in which they are decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.build import CONF, CONTAINERD, absent, loaded, plain_host, seen, with_docker_rules, with_file, with_status
from tui.audit.inputs import Unknown
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts, Identity, Privileges, Process
from tui.verdict.finding import assess_all
from tui.verdict.values import Finding

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]
WATCH = f"-w {CONTAINERD} -k docker"
NEVER = f"-a never,exit -F path={CONTAINERD} -F perm=rwxa -k docker"
LOG = "/var/log/audit/audit.log"
STOPPED = Process(712, "auditd", "/usr/sbin/auditd", 4.0, stopped=True, uid=0)


def judge(facts: HostFacts) -> Finding:
    return assess_all((CONTROL,), "1.2.0", facts)[0]


def both(*lines: str) -> HostFacts:
    """The same rules on disk and in the kernel."""
    return with_docker_rules(loaded(plain_host(), *lines), "".join(line + "\n" for line in lines).encode())


def log_gone(facts: HostFacts) -> HostFacts:
    """The host with its log removed or moved away under auditd."""
    return replace(facts, paths={**facts.paths, LOG: absent(LOG)})


CASES: list[tuple[str, Callable[[], HostFacts], str]] = [
    ("no rule", plain_host, "unaudited"),
    ("the rule, loaded and on disk", lambda: both(WATCH), "audited"),
    ("the rule under another key", lambda: both(f"-w {CONTAINERD} -k other"), "audited"),
    ("its directory, recursively", lambda: both("-w /usr/bin -p rwxa -k bin"), "audited"),
    ("its directory, not recursively", lambda: both("-a always,exit -F path=/usr/bin -F perm=rwxa -k bin"), "unaudited"),
    ("on disk only", lambda: with_docker_rules(plain_host(), WATCH.encode() + b"\n"), "not-loaded"),
    ("on disk only, behind a never", lambda: with_docker_rules(plain_host(), f"{NEVER}\n{WATCH}\n".encode()), "shadowed"),
    ("on disk only, auditing off there", lambda: with_docker_rules(plain_host(), f"{WATCH}\n-e 0\n".encode()), "blind"),
    ("on disk only, with never,task", lambda: with_docker_rules(plain_host(), f"-a never,task\n{WATCH}\n".encode()), "blind"),
    ("on disk only, writes only", lambda: with_docker_rules(plain_host(), f"-w {CONTAINERD} -p w\n".encode()), "partial"),
    ("loaded only", lambda: loaded(plain_host(), WATCH), "not-persistent"),
    ("the shim only", lambda: both(f"-w {CONTAINERD}-shim -k docker"), "unaudited"),
    ("a key that holds the path", lambda: both(f"-w /etc/passwd -k {CONTAINERD}"), "unaudited"),
    ("never only", lambda: both(NEVER), "unaudited"),
    ("never, then the rule", lambda: both(NEVER, WATCH), "shadowed"),
    ("the rule, then never", lambda: both(WATCH, NEVER), "audited"),
    ("writes and attributes only", lambda: both(f"-w {CONTAINERD} -p wa -k docker"), "partial"),
    ("64-bit callers only", lambda: both(f"-a always,exit -F arch=b64 -F path={CONTAINERD} -F perm=rwxa -k docker"), "partial"),
    (
        "logged-in users only",
        lambda: both(f"-a always,exit -F path={CONTAINERD} -F perm=rwxa -F auid>=1000 -F auid!=unset -k docker"),
        "partial",
    ),
    ("auditing off", lambda: with_status(both(WATCH), enabled=0), "blind"),
    ("auditd dead", lambda: with_status(both(WATCH), pid=0), "blind"),
    ("auditd stopped by a signal", lambda: replace(both(WATCH), processes=(STOPPED,)), "blind"),
    ("never,task", lambda: both(WATCH, "-a never,task"), "blind"),
    ("system calls excluded", lambda: both(WATCH, "-a always,exclude -F msgtype=SYSCALL"), "blind"),
    ("nothing is written", lambda: conf(both(WATCH), b"write_logs = yes", b"write_logs = no"), "blind"),
    ("the log is gone", lambda: log_gone(both(WATCH)), "blind"),
    ("the log is gone, auditd dead", lambda: with_status(log_gone(both(WATCH)), pid=0), "blind"),
    (
        "locked, on disk only",
        lambda: with_status(with_docker_rules(plain_host(), WATCH.encode() + b"\n"), enabled=2),
        "pending-reboot",
    ),
    ("locked, and right", lambda: with_status(both(WATCH), enabled=2), "audited"),
    ("locked, no rule", lambda: with_status(plain_host(), enabled=2), "unaudited"),
    (
        "on disk behind a line that stops the load",
        lambda: with_file(loaded(plain_host(), WATCH), "zz.rules", b"-w /x -q\n" + WATCH.encode() + b"\n"),
        "not-persistent",
    ),
    ("on disk, auditing off on disk", lambda: with_file(both(WATCH), "zz.rules", b"-e 0\n"), "not-persistent"),
    ("no containerd", lambda: replace(plain_host(), paths={CONTAINERD: absent(CONTAINERD)}), "notapplicable"),
    ("no root", lambda: no_root(plain_host()), "unknown"),
    ("no root, no containerd", lambda: replace(no_root(plain_host()), paths={CONTAINERD: absent(CONTAINERD)}), "notapplicable"),
]


FIRST_REASON = {
    "on disk only, behind a never": "shadowed-on-disk",
    "on disk only, auditing off there": "blind-on-disk",
    "on disk only, with never,task": "blind-on-disk",
    "on disk only, writes only": "no-rule",
    "writes and attributes only": "no-rule",
    "64-bit callers only": "no-rule",
    "logged-in users only": "no-rule",
    "auditing off": "disabled",
    "auditd dead": "no-daemon",
    "auditd stopped by a signal": "silent",
    "never,task": "never-task",
    "system calls excluded": "exclude",
    "nothing is written": "silent",
    "the log is gone": "silent",
    "the log is gone, auditd dead": "no-daemon",
    "no containerd": "absent",
    "no root": "not-root",
    "no root, no containerd": "absent",
}
"""The kind of the first reason, by the case; of all others it is that of the state."""


def conf(facts: HostFacts, old: bytes, new: bytes) -> HostFacts:
    return replace(facts, auditd_conf=FileFacts(AUDITD_CONF, content=CONF.replace(old, new)))


def no_root(facts: HostFacts) -> HostFacts:
    reason = Unknown("only root may ask the kernel for its audit rules")
    return replace(
        facts,
        privileges=Privileges(1000, audit_control=False),
        audit_status=reason,
        kernel_rules=reason,
        rules_dir=reason,
        audit_rules=reason,
    )


@pytest.mark.parametrize(("name", "make", "state"), [pytest.param(*case, id=case[0]) for case in CASES])
def test_state(name: str, make: Callable[[], HostFacts], state: str) -> None:
    finding = judge(make())
    assert finding.state == state, finding.reasons
    assert finding.reasons[0].kind == FIRST_REASON.get(name, state)
    judged = (finding.coverage, finding.loaded, finding.on_disk, finding.benchmark_audit)
    assert (None in judged) == (state in ("notapplicable", "unknown"))


@pytest.mark.parametrize(("make", "state"), [pytest.param(make, state, id=name) for name, make, state in CASES])
def test_a_pass_needs_every_access_now_and_after_a_reboot(make: Callable[[], HostFacts], state: str) -> None:
    finding = judge(make())
    assert (finding.result == "pass") == (state == "audited")
    if finding.result == "pass":
        assert finding.coverage == dict.fromkeys("rwxa", "audited")
        assert finding.loaded
        assert finding.on_disk


def test_the_coverage_of_a_partial_rule() -> None:
    finding = judge(both(f"-w {CONTAINERD} -p wa -k docker"))
    assert finding.coverage == {"r": "unaudited", "w": "audited", "x": "unaudited", "a": "audited"}
    assert finding.benchmark_audit is True


def test_the_benchmarks_grep_is_told_apart_from_the_kernel() -> None:
    fooled = judge(both(f"-w {CONTAINERD}-shim -k docker"))
    assert fooled.benchmark_audit is True
    assert fooled.result == "fail"
    assert any(reason.kind == "benchmark-passes" for reason in fooled.reasons)
    missed = judge(both("-w /usr/bin -p rwxa -k bin"))
    assert missed.benchmark_audit is False
    assert missed.result == "pass"
    assert any(reason.kind == "benchmark-misses" for reason in missed.reasons)


def test_rules_are_named_with_position_and_place() -> None:
    finding = judge(both(NEVER, WATCH))
    kernel = [rule for rule in finding.rules if rule.source == "kernel"]
    assert [rule.position for rule in kernel] == [1, 2]
    assert [rule.text for rule in kernel] == [
        f"-a never,exit -S all -F path={CONTAINERD} -F perm=rwxa -k docker",
        f"-w {CONTAINERD} -p rwxa -k docker",
    ]
    stored = [rule for rule in finding.rules if rule.source == "rules.d"]
    assert [(rule.file, rule.line) for rule in stored] == [
        ("/etc/audit/rules.d/docker.rules", 1),
        ("/etc/audit/rules.d/docker.rules", 2),
    ]


@pytest.mark.parametrize("line", [NEVER, "-e 0", "-a always,exclude -F msgtype=SYSCALL"])
def test_what_spoils_the_rule_on_disk_is_named_before_anything_is_loaded(line: str) -> None:
    finding = judge(with_docker_rules(plain_host(), f"{line}\n{WATCH}\n".encode()))
    assert "/etc/audit/rules.d/docker.rules:1" in finding.reasons[0].text
    assert line in finding.reasons[0].text


def test_each_line_that_records_a_part_is_named() -> None:
    """Of a watch for wa and a later one for all, each records what no line before it does: neither alone is what records after a reboot."""
    finding = judge(both(f"-w {CONTAINERD} -p wa -k docker", f"-w {CONTAINERD}-shim -k docker", f"-w {CONTAINERD} -k docker"))
    assert finding.state == "audited"
    assert "docker.rules:1 and /etc/audit/rules.d/docker.rules:3." in finding.reasons[0].text
    on_disk = with_docker_rules(plain_host(), f"-w {CONTAINERD} -p wa\n-w {CONTAINERD} -k docker\n".encode())
    assert "docker.rules:1 and /etc/audit/rules.d/docker.rules:2 is not loaded" in judge(on_disk).reasons[0].text


def test_another_key_is_named() -> None:
    finding = judge(both(f"-w {CONTAINERD} -k other"))
    assert [reason.text for reason in finding.reasons if reason.kind == "other-key"] == [
        "Events carry the key other: look with ausearch -i -k other"
    ]


def test_a_symlink_is_not_what_it_leads_to() -> None:
    facts = both(WATCH)
    real = "/opt/containerd/bin/containerd"
    facts = replace(facts, paths={CONTAINERD: seen(CONTAINERD, "symlink", target=real, real=real), real: seen(real)})
    finding = judge(facts)
    assert finding.real_path is not None
    assert finding.real_path.path == real
    assert set(finding.real_path.coverage.values()) == {"unaudited"}


def test_the_verdict_depends_on_the_facts_alone() -> None:
    facts = both(WATCH)
    renamed = replace(facts, identity=Identity("elsewhere", "arch"))
    assert judge(facts) == judge(renamed)


@pytest.mark.parametrize(
    ("lines", "ways_out"),
    [
        ((f"-w {CONTAINERD} -p wa -k docker",), ["The plan adds the control's line."]),
        ((NEVER, WATCH), ["Take that line away or narrow it, once you know what it is for: /etc/audit/rules.d/docker.rules:1"]),
        (
            (NEVER.replace("rwxa", "w"), f"-w {CONTAINERD} -p wa -k docker"),
            ["Take the never rule out or narrow it.", "The plan adds the control's line."],
        ),
    ],
)
def test_what_to_do_is_an_action_and_told_once(lines: tuple[str, ...], ways_out: list[str]) -> None:
    finding = judge(both(*lines))
    assert list(dict.fromkeys(reason.remedy for reason in finding.reasons if reason.remedy)) == ways_out
