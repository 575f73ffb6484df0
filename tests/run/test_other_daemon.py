"""Another program than auditd has registered itself for the kernel's records: they are not in auditd's log, and auditd is not started over it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, carried_out, ignore, loaded, plain_host, with_docker_rules
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts, Process
from tui.host.scenario import Fault
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.rehearsal.rehearsal import rehearse
from tui.verdict.question import Question
from tui.views.evidence.host_facts import audit_text
from tui.views.page import plain
from tui.views.pages.finding import finding_lines
from tui.views.rendering import render_report
from tui.views.signs import UNICODE

QUESTION = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
LINE = f"-w {CONTAINERD} -k docker"
AUDITBEAT = Process(712, "auditbeat", "/usr/share/auditbeat/bin/auditbeat", 30.0)


def owned(facts: HostFacts, daemon: Process = AUDITBEAT) -> HostFacts:
    return replace(facts, processes=(daemon,))


def compliant() -> HostFacts:
    return loaded(with_docker_rules(plain_host(), f"{LINE}\n".encode()), LINE)


@pytest.mark.parametrize(
    ("name", "exe", "shown"),
    [
        ("auditbeat", "/usr/share/auditbeat/bin/auditbeat", "auditbeat"),
        ("osqueryd", "/opt/osquery/bin/osqueryd", "osqueryd"),
        ("go-audit", None, "go-audit"),
        ("systemd-journal", "/usr/lib/systemd/systemd-journald", "systemd-journald"),
        ("my\x1b[2Jdaemon", None, "my^[[2Jdaemon"),
        ("auditd", "/usr/sbin/auditd", ""),
        ("auditd", None, ""),
        ("AUDITD", "/usr/sbin/auditd (deleted)", ""),
    ],
)
def test_whose_process_it_is(name: str, exe: str | None, shown: str) -> None:
    facts = owned(compliant(), Process(712, name, exe, 1.0))
    assert (facts.other_daemon is not None) is bool(shown)
    text = audit_text(facts)
    assert (f"records go to {shown} (pid 712), not to auditd" if shown else "auditd running (pid 712)") in text


def test_who_is_not_told_or_not_registered_counts_as_auditd() -> None:
    assert replace(compliant(), processes=()).other_daemon is None
    assert owned(compliant(), replace(AUDITBEAT, pid=713)).other_daemon is None
    assert owned(replace(compliant(), audit_status=replace(compliant().audit_status, pid=0))).other_daemon is None


def test_the_finding_passes_and_names_the_daemon() -> None:
    facts = owned(compliant())
    (finding,) = QUESTION.findings(facts)
    assert finding.state == "audited"
    (reason,) = [reason for reason in finding.reasons if reason.kind == "other-daemon"]
    assert "auditbeat (pid 712)" in reason.text
    assert "auditd running" not in "\n".join(plain(line) for line in finding_lines((finding,), facts, 80, UNICODE))


def test_a_rule_that_no_boot_brings_back_fails_all_the_same() -> None:
    (finding,) = QUESTION.findings(owned(loaded(plain_host(), LINE)))
    assert finding.state == "not-persistent"


def test_auditds_own_configuration_blinds_nobody_else() -> None:
    facts = compliant()
    silent = replace(facts, auditd_conf=replace(facts.auditd_conf, content=facts.auditd_conf.content + b"write_logs = no\n"))
    assert [finding.state for finding in QUESTION.findings(silent)] == ["blind"]
    assert [finding.state for finding in QUESTION.findings(owned(silent))] == ["audited"]


def test_a_stopped_daemon_is_named_by_its_own_name() -> None:
    (finding,) = QUESTION.findings(owned(compliant(), replace(AUDITBEAT, stopped=True)))
    assert finding.state == "blind"
    assert "auditbeat is stopped" in finding.reasons[0].text
    plan = make_plan(QUESTION, owned(compliant(), replace(AUDITBEAT, stopped=True)), Switches())
    assert not plan.commands


def test_auditd_is_not_restarted_over_it() -> None:
    facts = owned(plain_host())
    plan = make_plan(QUESTION, facts, Switches())
    assert [command.step for command in plan.commands] == ["load"]
    assert not plan.blockers
    first = plan.warnings[0]
    assert first.kind == "other-daemon"
    assert "auditbeat (pid 712)" in first.text
    assert "auditd is not restarted" in first.text
    assert not any("service auditd" in notice.remedy for notice in plan.warnings)
    broken = replace(facts, auditd_conf=replace(facts.auditd_conf, content=b"no_such_keyword = 1\n"))
    assert not make_plan(QUESTION, broken, Switches()).blockers


def test_a_run_is_not_proved_and_says_where_the_records_went() -> None:
    host = SimulatedHost(owned(plain_host()))
    report = carried_out(QUESTION, host)
    assert (report.outcome, report.exit_code) == ("not-proved", 1)
    assert "auditbeat (pid 712)" in report.message
    assert [probe.recorded for probe in report.probes] == [False]
    after = host.read(QUESTION.interest)
    assert after.audit_status.pid == 712
    assert after.processes == (AUDITBEAT,)
    assert "auditbeat (pid 712) instead of auditd" in "\n".join(render_report(report, UNICODE, 100, after, after))


def test_one_probe_in_vain_is_enough() -> None:
    question = Question(load_catalogue().numbered("1.2.0"), "1.2.0")
    host = SimulatedHost(owned(plain_host()))
    report = carried_out(question, host)
    assert len(report.probes) == 1


def test_a_daemon_that_dies_meanwhile_is_not_replaced_by_auditd() -> None:
    host = SimulatedHost(owned(plain_host()), [Fault("augenrules", "dead-after")])
    report = carried_out(QUESTION, host)
    assert report.outcome == "broken"
    assert "auditbeat has died" in report.message
    assert host.read(QUESTION.interest).audit_status.pid == 0
    assert "service auditbeat start" in report.mend


def test_a_daemon_that_comes_meanwhile_makes_the_plan_stale() -> None:
    plan = make_plan(QUESTION, plain_host(), Switches())
    report = carry_out(QUESTION, plan, SimulatedHost(owned(plain_host())), emit=ignore)
    assert (report.outcome, report.exit_code) == ("blocked", 3)


def test_nothing_is_rehearsed_where_nothing_can_be_counted() -> None:
    host = SimulatedHost(owned(plain_host()))
    result = rehearse(QUESTION, host, seconds=1, emit=ignore)
    assert result.exit_code == 3
    assert "auditbeat (pid 712)" in result.message


@pytest.mark.parametrize("argv", [("/usr/sbin/service", "auditd", "restart"), ("/usr/sbin/service", "auditd", "stop")])
def test_the_simulated_kernel_refuses_a_second_daemon(argv: tuple[str, ...]) -> None:
    host = SimulatedHost(owned(plain_host()))
    host.run(argv, timeout=60)
    assert host.read(QUESTION.interest).audit_status.pid == 712


@pytest.mark.parametrize(
    ("facts", "words"), [(owned(plain_host()), "The load drops it"), (plain_host(), "The load and the restart drop it")]
)
def test_rules_that_only_the_kernel_has_are_dropped_by_what_is_done(facts: HostFacts, words: str) -> None:
    plan = make_plan(QUESTION, loaded(facts, "-w /etc/hostname -p wa -k agent"), Switches())
    (notice,) = [notice for notice in plan.warnings if notice.kind == "kernel-only"]
    assert words in notice.text
