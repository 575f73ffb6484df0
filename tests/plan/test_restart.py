"""How each kind of host restarts auditd."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import plain_host
from tui.audit.inputs import Names
from tui.base.notice import Notice
from tui.host.facts import AUDITD_UNIT, LEGACY_RESTART, FileFacts, HostFacts, Programs, UnitFacts
from tui.plan.restart import restart_commands
from tui.plan.values import BlockerKind, Command

SYSV = Programs(auditctl="/usr/sbin/auditctl", service="/usr/sbin/service")
SYSTEMD = replace(SYSV, systemctl="/usr/bin/systemctl", systemd=True)
REFUSES = FileFacts("/usr/lib/systemd/system/auditd.service", content=b"[Unit]\nRefuseManualStop=yes\n")
ALLOWS = FileFacts("/etc/systemd/system/auditd.service.d/x.conf", content=b"[Unit]\nRefuseManualStop = no\n")


def host(programs: Programs, *unit: FileFacts, version: str = "3.1.5", legacy: bool = False) -> HostFacts:
    files = {LEGACY_RESTART: FileFacts(LEGACY_RESTART)} if legacy else {}
    return replace(
        plain_host(),
        programs=programs,
        names=Names(audit_version=version),
        units={AUDITD_UNIT: UnitFacts(AUDITD_UNIT, "x", unit)},
        files=files,
    )


def argvs(found: tuple[Command, ...] | Notice[BlockerKind]) -> list[str]:
    assert not isinstance(found, Notice), found
    return [" ".join(command.argv) for command in found]


def test_the_owners_command_comes_first() -> None:
    assert argvs(restart_commands(host(SYSV))) == ["/usr/sbin/service auditd restart"]
    assert argvs(restart_commands(host(SYSTEMD))) == ["/usr/sbin/service auditd restart"]


def test_a_unit_that_refuses_a_stop_is_restarted_by_its_legacy_action() -> None:
    assert argvs(restart_commands(host(SYSTEMD, REFUSES, legacy=True))) == ["/usr/sbin/service auditd restart"]


@pytest.mark.parametrize(("version", "word"), [("3.0.9", "TERM"), ("3.1.1", "stop"), ("4.0.2-2+deb13u1", "stop")])
def test_without_the_legacy_action_the_daemon_is_told_itself(version: str, word: str) -> None:
    found = argvs(restart_commands(host(SYSTEMD, REFUSES, version=version)))
    assert found == [f"/usr/sbin/auditctl --signal {word}", "/usr/bin/systemctl start auditd"]


def test_a_drop_in_has_the_last_word() -> None:
    assert argvs(restart_commands(host(replace(SYSTEMD, service=None), REFUSES, ALLOWS))) == ["/usr/bin/systemctl restart auditd"]


def test_no_way_is_a_blocker_with_a_way_out() -> None:
    found = restart_commands(host(replace(SYSV, service=None)))
    assert isinstance(found, Notice)
    assert "service" in found.text
    assert "--no-restart" in found.remedy


def test_audit_2_knows_no_signal_option() -> None:
    assert isinstance(restart_commands(host(SYSTEMD, REFUSES, version="2.8.5")), Notice)
