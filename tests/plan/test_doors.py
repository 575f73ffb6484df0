"""Loads that close a door: a kernel locked until the next reboot, settings that change the machine, an auditd that needs the load."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import CONTAINERD, absent, plain_host, rule, with_docker_rules, with_file, with_status
from tests.plan.made import QUESTION, WATCH, after, only, plan, ready
from tui.audit.inputs import AuditStatus
from tui.host.facts import AUDIT_RULES_UNIT, AUDITD_UNIT, FileFacts, HostFacts, Programs, UnitFacts
from tui.host.start_needs import needs_load
from tui.plan.load_effects import EFFECT_WORDS
from tui.plan.values import EffectKind
from tui.verdict.disk import read_disk

HARDENED = b"-w /etc/passwd -p wa -k identity\n-e 2\n"
LATE_ERROR = b"-w /opt/nothere/x -p wa -k local\n"


def hardened(content: bytes = HARDENED) -> HostFacts:
    """A host that a hardening role wrote a last line for, and that has neither loaded nor rebooted since."""
    return with_file(ready(plain_host()), "zz-final.rules", content)


def unit(name: str, *contents: str) -> UnitFacts:
    files = tuple(FileFacts(f"/lib/systemd/system/{number}", content=text.encode()) for number, text in enumerate(contents))
    return UnitFacts(name, files[0].path, files)


def under_systemd(facts: HostFacts, *units: UnitFacts) -> HostFacts:
    programs = Programs("/sbin/auditctl", "/sbin/augenrules", "/sbin/auditd", "/sbin/ausearch", None, "/bin/systemctl", True)
    return replace(facts, programs=programs, units={each.name: each for each in units})


REQUIRES = unit(AUDITD_UNIT, "[Unit]\nRequires=audit-rules.service\n[Service]\nExecStart=/sbin/auditd\n")


def needing(content: bytes = LATE_ERROR) -> HostFacts:
    """A host whose auditd only starts where the rules load, with a line at the end of them that does not."""
    facts = with_file(ready(plain_host()), "zz-local.rules", content)
    facts = replace(facts, paths={**facts.paths, "/opt/nothere/x": absent("/opt/nothere/x", parent=False)})
    return under_systemd(facts, REQUIRES)


# --- the lock


def test_a_load_that_would_lock_the_kernel_is_a_blocker_with_its_line_and_two_ways_out() -> None:
    blocker = only(plan(hardened()))
    assert (blocker.kind, blocker.place) == ("load-would-lock", ("/etc/audit/rules.d/zz-final.rules", 2))
    assert "--no-load" in blocker.remedy
    assert "--lock" in blocker.remedy
    assert plan(hardened()).only_lock_blocks


def test_it_is_a_blocker_too_where_only_the_restart_would_load() -> None:
    facts = ready(with_docker_rules(hardened(HARDENED), f"\n{WATCH}\n".encode()))
    made = plan(with_status(facts, pid=0))
    assert [command.step for command in made.commands] == ["restart"]
    assert "load-would-lock" in [blocker.kind for blocker in made.blockers]


def test_a_locked_kernel_and_a_load_that_ends_before_the_lock_are_not_blocked_for_it() -> None:
    assert not plan(with_status(hardened(), enabled=2)).blockers
    stopped = hardened(b"-w /etc/passwd -p wa -k identity\nthis is no rule\n-e 2\n")
    assert "load-would-lock" not in [blocker.kind for blocker in plan(stopped).blockers]


def test_no_load_writes_and_runs_nothing() -> None:
    made = plan(hardened(), no_load=True)
    assert not made.blockers
    assert made.pending_reboot
    assert not made.commands
    assert WATCH.encode() in after(made)
    assert made.compiled_before == made.compiled_after
    warning = next(notice for notice in made.warnings if notice.kind == "no-load")
    assert "zz-final.rules:2" in warning.text


def test_no_load_still_sees_that_the_boot_would_not_reach_our_line() -> None:
    early = with_file(ready(plain_host()), "10-early.rules", b"this is no rule\n")
    assert "load-would-stop" in [blocker.kind for blocker in plan(early, no_load=True).blockers]


def test_no_load_over_a_boot_that_brings_no_auditd_is_blocked() -> None:
    assert [blocker.kind for blocker in plan(needing(), no_load=True).blockers] == ["boot-without-auditd"]


def test_lock_compiles_proves_and_locks_last_without_a_restart() -> None:
    made = plan(hardened(), lock=True)
    assert not made.blockers
    assert made.locks
    assert made.word == "lock"
    assert [(command.argv[1:], command.step) for command in made.commands] == [((), "load"), (("--load",), "lock")]
    assert made.warnings[0].kind == "locks"
    assert made.consequences[0].startswith("The last step locks this kernel's audit rules until the next reboot: ")


def test_what_only_the_kernel_has_is_named_as_lost_or_adopted() -> None:
    facts = hardened()
    extra = replace(facts, kernel_rules=(*facts.kernel_rules, rule("-w /etc/hostname -p wa -k agent")))
    made = plan(extra, lock=True)
    assert rule("-w /etc/hostname -p wa -k agent") not in made.expected
    lost = next(notice for notice in made.warnings if notice.kind == "kernel-only-lost")
    assert "/etc/hostname" in lost.text
    assert [only.text for only in made.dropped] == ["-w /etc/hostname -p wa -k agent"]
    adopted = plan(extra, lock=True, adopt=True)
    assert rule("-w /etc/hostname -p wa -k agent") in adopted.expected
    assert b"/etc/hostname" in after(adopted)
    assert not adopted.kernel_only


def test_without_a_daemon_nothing_can_be_proved_before_the_lock() -> None:
    assert "lock-unproved" in [blocker.kind for blocker in plan(with_status(hardened(), pid=0), lock=True).blockers]


def test_lock_changes_nothing_where_nothing_locks() -> None:
    assert plan(ready(plain_host()), lock=True) == replace(
        plan(ready(plain_host())), switches=plan(ready(plain_host()), lock=True).switches
    )


# --- settings


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-f 2", "panic-on-loss"),
        ("-f 0", "silent-on-loss"),
        ("-b 64", "smaller-queue"),
        ("--backlog_wait_time 0", "shorter-wait"),
        ("--loginuid-immutable", "login-ids-fixed"),
    ],
)
def test_a_setting_that_changes_the_machine_is_the_first_warning_and_a_line_on_confirm(line: str, kind: str) -> None:
    made = plan(with_file(ready(plain_host()), "zz-final.rules", f"{line}\n".encode()))
    assert made.warnings[0].kind == kind
    assert f"zz-final.rules:1, “{line}”" in made.warnings[0].text
    assert len(made.consequences) == 1
    assert made.consequences[0] in made.warnings[0].text
    assert not plan(with_file(ready(plain_host()), "zz-final.rules", f"{line}\n".encode()), no_load=True).consequences


@pytest.mark.parametrize(("line", "kind"), [("-r 100", "rate-limited"), ("-e 0", "turns-off")])
def test_a_setting_that_blinds_blocks_and_warns(line: str, kind: str) -> None:
    made = plan(with_file(ready(plain_host()), "zz-final.rules", f"{line}\n".encode()))
    assert [(blocker.kind, blocker.place) for blocker in made.blockers] == [
        ("blind-on-disk", ("/etc/audit/rules.d/zz-final.rules", 1))
    ]
    assert made.warnings[0].kind == kind


@pytest.mark.parametrize("line", ["-f 1", "-b 8192", "-b 16384", "-e 1", "-r 0", "--backlog_wait_time 60000"])
def test_settings_that_are_so_already_or_cost_nothing_are_not_warned_of(line: str) -> None:
    assert not plan(with_file(ready(plain_host()), "zz-final.rules", f"{line}\n".encode())).consequences


@given(st.integers(0, 2), st.integers(0, 2))
def test_only_a_change_counts(before: int, value: int) -> None:
    facts = with_file(ready(plain_host()), "zz-final.rules", f"-f {value}\n".encode())
    made = plan(with_status(facts, failure=before))
    assert bool(made.consequences) == (before != value and (before, value) != (0, 1))
    assert made.settings == ({"failure": value} if before != value else {})


def test_the_last_line_has_the_last_word() -> None:
    facts = with_file(with_file(ready(plain_host()), "98-a.rules", b"-f 2\n"), "99-b.rules", b"-f 1\n")
    assert not plan(facts).consequences


# --- an auditd that needs the load


@pytest.mark.parametrize(
    ("units", "needs"),
    [
        ((REQUIRES,), True),
        ((unit(AUDITD_UNIT, "[Unit]\nWants=audit-rules.service\n"),), False),
        ((unit(AUDITD_UNIT, "[Unit]\nWants=audit-rules.service\n", "[Unit]\nBindsTo=audit-rules.service\n"),), True),
        ((unit(AUDITD_UNIT, "[Unit]\n#Requires=audit-rules.service\n"),), False),
        ((unit(AUDITD_UNIT, "[Unit]\nRequires=sysinit.target \\\n  audit-rules.service\n"),), True),
        ((unit(AUDITD_UNIT, "[Unit]\nRequires=dbus.service\n"),), False),
        ((REQUIRES, unit(AUDIT_RULES_UNIT, "[Service]\nExecStart=-/sbin/augenrules --load\n")), False),
        ((REQUIRES, unit(AUDIT_RULES_UNIT, "[Service]\nExecStart=/sbin/augenrules --load\n")), True),
        ((unit(AUDITD_UNIT, "[Service]\nExecStartPost=-/sbin/augenrules --load\n"),), False),
        ((unit(AUDITD_UNIT, "[Service]\nExecStartPost=/sbin/augenrules --load\n"),), True),
        ((unit(AUDITD_UNIT, "[Service]\nExecStartPre=/sbin/augenrules\n"),), False),
        ((unit(AUDITD_UNIT, "[Service]\nExecStartPost=/sbin/augenrules --load\n", "[Service]\nExecStartPost=\n"),), False),
    ],
)
def test_whether_a_start_needs_the_load_is_read_from_the_unit(units: tuple[UnitFacts, ...], needs: bool) -> None:
    assert bool(needs_load(under_systemd(plain_host(), *units))) == needs
    assert not needs_load(replace(under_systemd(plain_host(), *units), programs=Programs(systemd=False)))


@pytest.mark.parametrize("content", [LATE_ERROR, b"-c\n" + LATE_ERROR], ids=["stops", "goes on and exits 1"])
def test_a_load_that_exits_1_blocks_the_restart_and_not_the_load(content: bytes) -> None:
    blocker = only(plan(needing(content)))
    assert (blocker.kind, blocker.place.file) == ("restart-needs-load", "/etc/audit/rules.d/zz-local.rules")
    assert blocker.place.line == content.count(b"\n")
    assert "--no-restart" in blocker.remedy
    assert blocker.text.startswith("auditd would not come back from a restart:")
    assert not plan(needing(content), no_restart=True).blockers


def test_of_a_daemon_that_is_down_it_is_not_said_that_it_would_not_come_back() -> None:
    facts = needing(LATE_ERROR)
    assert isinstance(facts.audit_status, AuditStatus)
    blockers = plan(replace(facts, audit_status=replace(facts.audit_status, pid=0))).blockers
    texts = [each.text for each in blockers if each.kind == "restart-needs-load"]
    assert [text.startswith("auditd does not run now, and does not start:") for text in texts] == [True]


def test_a_load_that_exits_0_or_a_unit_that_only_wants_it_blocks_nothing() -> None:
    assert not plan(needing(b"-i\n" + LATE_ERROR)).blockers
    assert not plan(under_systemd(needing(), unit(AUDITD_UNIT, "[Unit]\nWants=audit-rules.service\n"))).blockers


def test_check_says_that_the_next_boot_brings_no_auditd() -> None:
    (finding,) = QUESTION.findings(needing())
    assert finding.state == "unaudited"
    assert "boot-without-auditd" in [reason.kind for reason in finding.reasons]


def test_what_is_recorded_now_and_by_no_auditd_after_a_boot_is_not_persistent() -> None:
    facts = with_docker_rules(needing(), f"\n{WATCH}\n".encode())
    facts = replace(facts, kernel_rules=read_disk(facts).rules)
    (finding,) = QUESTION.findings(facts)
    assert (finding.state, finding.only_boot_fails) == ("not-persistent", True)
    assert set((finding.after_boot or {}).values()) == {"unaudited"}
    assert finding.reasons[0].kind == "boot-without-auditd"
    assert "zz-local.rules:1" in finding.reasons[0].remedy
    made = plan(facts)
    assert not made.commands
    assert [blocker.kind for blocker in made.blockers] == ["boot-without-auditd"]
    assert CONTAINERD in finding.path


def test_each_kind_of_effect_has_its_words() -> None:
    assert EFFECT_WORDS.keys() == set(get_args(EffectKind))
