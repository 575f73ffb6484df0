"""A boot of a simulated host: what of it is new, and what has stayed."""

from __future__ import annotations

import pytest

from tests.boots import DEBIAN_12, under_systemd, unit
from tui.audit.inputs import AuditStatus, Unknown
from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts, Interest, KernelLine, Process
from tui.host.kernel_line import NO_AUDIT
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.run.journal.run_records import latest_undoable
from tui.session import Session
from tui.verdict.question import Question
from tui.views.pages.booted import foretold_text

NAMES = ("fresh", "never-task", "halt", "boot-elsewhere", "audit-4", "lock-waiting")


def _read(host: SimulatedHost) -> HostFacts:
    return host.read(Interest())


def _status(facts: HostFacts) -> AuditStatus:
    assert isinstance(facts.audit_status, AuditStatus)
    return facts.audit_status


@pytest.mark.parametrize("name", NAMES)
def test_every_process_is_another_one_after_each_boot(name: str) -> None:
    host = SimulatedHost(load_scenario(name))
    seen = [_read(host)]
    for _ in range(2):
        host.boot_anew()
        seen.append(_read(host))
    pids = [{process.name: process.pid for process in facts.processes} for facts in seen]
    assert pids[0].keys() >= pids[1].keys() == pids[2].keys()
    for earlier, later in zip(pids, pids[1:]):
        assert all(earlier[process] != later[process] for process in later)
        assert len(set(later.values())) == len(later)
    for facts in seen[1:]:
        assert all(0 < process.started < host.uptime() for process in facts.processes)
        assert _status(facts).pid in {0, *(process.pid for process in facts.processes)}
    assert host.probe("/usr/bin/containerd", "r").pid not in {pid for one in pids for pid in one.values()}


def test_docker_starts_behind_auditd_at_a_boot_and_in_its_order() -> None:
    facts = load_scenario("fresh").host
    late = tuple(replace(each, started=9000.0) if each.is_auditd else each for each in facts.processes)
    host = SimulatedHost(replace(facts, processes=late, cmdline="root=/dev/sda1"))
    host.boot_anew()
    names = [process.name for process in sorted(_read(host).processes, key=lambda each: each.started)]
    others = [process.name for process in sorted(late, key=lambda each: each.started) if not process.is_auditd]
    assert names == ["auditd", *others]


def test_what_a_process_had_to_bear_is_over_and_it_runs_from_the_program_on_disk() -> None:
    facts = load_scenario("fresh").host
    old = Process(905, "dockerd", "/usr/bin/dockerd (deleted)", 9.0, stopped=True, uid=0)
    journal = Process(301, "systemd-journal", "/usr/lib/systemd/systemd-journald", 1.0, uid=0, dropped=7)
    host = SimulatedHost(replace(facts, processes=(*(each for each in facts.processes if each.name != "dockerd"), journal, old)))
    host.boot_anew()
    new = {process.name: process for process in _read(host).processes}
    assert (new["dockerd"].exe, new["dockerd"].stopped, new["systemd-journal"].dropped) == ("/usr/bin/dockerd", False, 0)


def test_the_kernels_settings_counters_and_event_numbers_begin_anew() -> None:
    facts = under_systemd(unit("auditd.service", DEBIAN_12), links=())
    status = AuditStatus(1, pid=511, lost=90, backlog=4, backlog_limit=32000, rate_limit=100, loginuid_immutable=True)
    before = replace(facts, audit_status=status, cmdline="root=/dev/sda1")
    for words, enabled, limit in (("root=/dev/sda1", 0, 64), ("root=/dev/sda1 audit=1 audit_backlog_limit=900", 1, 900)):
        assert before.boot is not None
        boot = replace(before.boot, kernel_lines=(KernelLine("/boot/grub/grub.cfg", 1, words),))
        host = SimulatedHost(replace(before, boot=boot))
        name, up = host.boot_id(), host.uptime()
        host.boot_anew()
        after = _read(host)
        assert _status(after) == AuditStatus(enabled, backlog_limit=limit, loginuid_immutable=False)
        assert after.cmdline == words
        assert host.boot_id() != name
        assert host.uptime() < up
        assert after.taken_at > before.taken_at
    fresh = SimulatedHost(load_scenario("compliant"))
    fresh.boot_anew()
    found = fresh.probe("/usr/bin/containerd", "r")
    assert found.recorded
    assert found.serial is not None
    assert found.serial < 4711


def test_the_program_that_had_the_records_has_them_again() -> None:
    facts = load_scenario("compliant").host
    beat = Process(640, "auditbeat", "/usr/share/auditbeat/bin/auditbeat", 8.0, uid=0)
    others = tuple(each for each in facts.processes if not each.is_auditd)
    host = SimulatedHost(replace(facts, processes=(*others, beat), audit_status=AuditStatus(1, pid=640)))
    host.boot_anew()
    after = _read(host)
    assert after.other_daemon is not None
    assert (after.other_daemon.name, after.other_daemon.pid) == ("auditbeat", _status(after).pid)
    assert after.other_daemon.pid != 640
    assert not any(process.is_auditd for process in after.processes)


def test_a_boot_with_audit_0_has_a_kernel_that_answers_nothing_about_audit_until_one_without() -> None:
    facts = load_scenario("compliant").host
    assert facts.boot is not None

    def by_menu(words: str) -> HostFacts:
        boot = facts.boot
        assert boot is not None
        return replace(
            facts, cmdline="root=/dev/sda1", boot=replace(boot, kernel_lines=(KernelLine("/boot/grub/grub.cfg", 1, words),))
        )

    host = SimulatedHost(by_menu("root=/dev/sda1 audit=0"))
    host.boot_anew()
    off = _read(host)
    assert all(isinstance(told, Unknown) and NO_AUDIT in told.reason for told in (off.audit_status, off.kernel_rules))
    assert not any(process.is_auditd for process in off.processes)
    assert any(process.name == "dockerd" for process in off.processes)
    listed = host.run(["/usr/sbin/auditctl", "-l"], timeout=5)
    assert (listed.exit_code, listed.output.splitlines()[0]) == (1, "Error - audit support not in kernel")
    assert not host.probe("/usr/bin/containerd", "r").recorded
    host.machine.base = replace(host.machine.base, boot=by_menu("root=/dev/sda1").boot)
    host.boot_anew()
    assert _status(_read(host)).pid
    assert host.probe("/usr/bin/containerd", "r").recorded


def test_an_undo_after_a_boot_with_audit_0_is_blocked_by_that_boot() -> None:
    facts = load_scenario("fresh").host
    assert facts.boot is not None
    menu = KernelLine("/boot/grub/grub.cfg", 1, "root=/dev/sda1 audit=0")
    host = SimulatedHost(replace(facts, cmdline="root=/dev/sda1", boot=replace(facts.boot, kernel_lines=(menu,))))
    walk = Session(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), host)
    walk.read()
    walk.carry_out(lambda event: None, lambda: False)
    host.boot_anew()
    record = latest_undoable(host)
    assert record is not None
    prepared = walk.past.prepare_undo(record)
    (unread,) = prepared.blockers
    assert NO_AUDIT in unread.text
    assert unread.remedy.startswith("Take audit=0 out of"), "root is what one is; another boot is what is lacking"
    report = walk.undo(prepared, lambda event: None, lambda: False)
    assert (report.outcome, _read(host).cmdline) == ("blocked", menu.words)
    assert host.machine.files["/etc/audit/rules.d/docker.rules"].content, "nothing was changed"
    found = walk.question.findings(_read(host))
    (before,) = walk.findings
    assert foretold_text(replace(before, after_boot={"read": "no"}), found[0]).endswith("how it came cannot be told")


def test_where_the_rules_are_not_known_nothing_is_said_of_the_kernel_after_a_boot() -> None:
    facts = replace(load_scenario("compliant").host, kernel_rules=Unknown("not read"))
    host = SimulatedHost(facts)
    assert _read(host).audit_status == facts.audit_status
    host.boot_anew()
    after = _read(host)
    assert isinstance(after.audit_status, Unknown)
    assert after.kernel_rules == facts.kernel_rules
