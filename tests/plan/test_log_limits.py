"""Who has the records and what a full disk does, in a plan: plugins without a log; a host that auditd takes down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import CONF, CONTAINERD, plain_host, rule, seen, with_docker_rules
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts, LogFacts
from tui.host.scenario import Fault
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.verdict.question import Question
from tui.views.rendering import render_report
from tui.views.signs import UNICODE

QUESTION = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
STORAGE = Question(load_catalogue().find(["1.1.5"], "1.6.0"), "1.6.0")
WATCH = f"-w {CONTAINERD} -k docker"
HALT = CONF.replace(b"admin_space_left_action = SUSPEND", b"admin_space_left_action = HALT")
PLUGIN = "/etc/audit/plugins.d/laurel.conf"


def configured(facts: HostFacts, conf: bytes) -> HostFacts:
    return replace(facts, auditd_conf=FileFacts(AUDITD_CONF, content=conf))


def without_log(active: bytes | None) -> HostFacts:
    """A host whose auditd writes no log, with a plugin that is active, or not, or with none."""
    facts = configured(plain_host(), CONF.replace(b"write_logs = yes", b"write_logs = no"))
    plugins = () if active is None else (FileFacts(PLUGIN, content=b"active = " + active + b"\npath = /usr/sbin/laurel\n"),)
    return replace(facts, log=LogFacts("/var/log/audit", "/var/log/audit", keepers=plugins))


def audited(facts: HostFacts) -> HostFacts:
    return replace(with_docker_rules(facts, WATCH.encode() + b"\n"), kernel_rules=(rule(WATCH),))


def test_without_a_log_an_active_plugin_has_the_records() -> None:
    (finding,) = QUESTION.findings(audited(without_log(b"yes")))
    assert (finding.state, finding.result) == ("audited", "pass")
    (reason,) = [reason for reason in finding.reasons if reason.kind == "plugin-only"]
    assert PLUGIN in reason.text
    assert "write_logs = yes" in reason.remedy


@pytest.mark.parametrize("active", [b"no", None])
def test_without_a_log_and_without_a_plugin_the_records_go_nowhere(active: bytes | None) -> None:
    (finding,) = QUESTION.findings(audited(without_log(active)))
    assert finding.state == "blind"
    assert not any(reason.kind == "plugin-only" for reason in finding.reasons)


RECORDS = "/var/log/laurel/audit.log"


def with_readable_records(**owner: int) -> HostFacts:
    """The host whose plugin's own configuration tells a file that root alone can write, but for what *owner* says."""
    facts = without_log(b"yes")
    plugin = FileFacts(PLUGIN, content=b"active = yes\npath = /usr/sbin/laurel\nargs = --config /etc/laurel/config.toml\n")
    config = FileFacts("/etc/laurel/config.toml", content=b'directory = "/var/log/laurel"\n')
    return replace(
        facts,
        log=replace(facts.log, keepers=(plugin,)),
        files={config.path: config},
        paths={**facts.paths, RECORDS: replace(seen(RECORDS), **owner)},
    )


def test_the_proof_looks_where_the_plugin_writes(tmp_path: Path) -> None:
    host = SimulatedHost(with_readable_records(), state_folder=tmp_path / "state")
    report = carry_out(QUESTION, make_plan(QUESTION, host.read(QUESTION.interest), Switches()), host, emit=lambda _event: None)
    assert (report.outcome, report.exit_code) == ("proved", 0), report.message
    assert report.message.endswith(f"Each of our own accesses was found in {RECORDS}.")
    assert [(probe.place, probe.key) for probe in report.probes] == [(RECORDS, "docker")] * 4
    shown = "\n".join(render_report(report, UNICODE, 100))
    assert f"found in {RECORDS}" in shown
    assert "ausearch" not in shown
    (reason,) = [reason for reason in report.after[0].reasons if reason.kind == "plugin-only"]
    assert f"A run looks for its own in {RECORDS}." in reason.text


def test_a_plugins_file_that_others_can_write_is_no_proof(tmp_path: Path) -> None:
    host = SimulatedHost(with_readable_records(mode=0o666), state_folder=tmp_path / "state")
    report = carry_out(QUESTION, make_plan(QUESTION, host.read(QUESTION.interest), Switches()), host, emit=lambda _event: None)
    assert (report.outcome, report.exit_code) == ("not-proved", 1)
    assert f"{RECORDS} is no proof: {RECORDS} can be changed by others than root (mode 0666)" in report.message


def test_a_record_that_does_not_come_there_is_told_with_the_place(tmp_path: Path) -> None:
    host = SimulatedHost(with_readable_records(), (Fault("probe", "not-recorded"),), state_folder=tmp_path / "state")
    report = carry_out(QUESTION, make_plan(QUESTION, host.read(QUESTION.interest), Switches()), host, emit=lambda _event: None)
    assert report.outcome == "not-proved"
    assert f"No record of the access came into {RECORDS} within 6 s" in report.message


def test_a_run_beside_a_plugin_is_done_and_not_proved(tmp_path: Path) -> None:
    host = SimulatedHost(without_log(b"yes"), state_folder=tmp_path / "state")
    plan = make_plan(QUESTION, host.read(QUESTION.interest), Switches())
    assert not plan.blockers
    report = carry_out(QUESTION, plan, host, emit=lambda _event: None)
    assert (report.outcome, report.exit_code) == ("not-proved", 1)
    assert PLUGIN in report.message
    assert [finding.state for finding in report.after] == ["audited"]


def storage_host(conf: bytes) -> HostFacts:
    facts = configured(plain_host(), conf)
    folder = facts.paths["/usr/bin"]
    docker = replace(folder, path="/var/lib/docker", real_parent="/var/lib", real_path="/var/lib/docker", inode=77)
    return replace(facts, paths={**facts.paths, docker.path: docker})


def test_a_plan_on_a_host_that_auditd_would_shut_down_says_so_first_with_the_figures_joined() -> None:
    conf = HALT.replace(b"max_log_file_action = ROTATE", b"max_log_file_action = KEEP_LOGS")
    warnings = make_plan(STORAGE, storage_host(conf), Switches()).warnings
    assert [warning.kind for warning in warnings[:2]] == ["halt-on-admin-space-left", "flood-stops-host"]
    stop, flood = warnings[0].text, warnings[1].text
    assert stop.startswith("auditd shuts this host down below 50 MiB of free space on / (admin_space_left_action is HALT)")
    assert "61 GiB are left before that." in stop
    assert "Nothing limits the log." in stop
    assert "/var/lib/docker could bring this host there in 7.6 days" in flood
    assert [warning.kind for warning in warnings].count("halt-on-admin-space-left") == 1


def test_a_host_that_goes_down_before_it_could_suspend_is_not_told_of_the_suspension() -> None:
    kinds = [warning.kind for warning in make_plan(STORAGE, storage_host(HALT), Switches()).warnings]
    assert "silent-suspension" not in kinds
    kinds = [warning.kind for warning in make_plan(STORAGE, storage_host(CONF), Switches()).warnings]
    assert "silent-suspension" in kinds
    assert "flood-stops-host" not in kinds


def test_no_setting_is_advised_that_is_set_already() -> None:
    def advice(conf: bytes) -> str:
        warnings = make_plan(QUESTION, configured(plain_host(), conf), Switches()).warnings
        return next(warning.remedy for warning in warnings if warning.kind == "silent-suspension")

    mailing = CONF.replace(b"space_left_action = SYSLOG", b"space_left_action = email\naction_mail_acct = root")
    assert "space_left_action = EMAIL" in advice(CONF)
    assert "space_left_action = EMAIL" not in advice(mailing)
    assert "action_mail_acct" not in advice(mailing)


@pytest.mark.parametrize(
    ("programs", "restart", "stop", "start"),
    [
        ({}, "service auditd restart", "service auditd stop", "service auditd start"),
        (
            {"service": None, "systemd": True, "systemctl": "/usr/bin/systemctl"},
            "systemctl restart auditd",
            "systemctl stop auditd",
            "systemctl start auditd",
        ),
        (
            {"service": None, "rc_service": "/sbin/rc-service"},
            "rc-service auditd restart",
            "rc-service auditd stop",
            "rc-service auditd start",
        ),
    ],
    ids=["service", "systemctl", "openrc"],
)
def test_advice_speaks_the_commands_that_this_host_has(programs: dict[str, object], restart: str, stop: str, start: str) -> None:
    facts = plain_host()
    facts = replace(facts, programs=replace(facts.programs, **programs))
    made = make_plan(QUESTION, facts, Switches())
    advice = {warning.kind: warning.remedy for warning in made.warnings}
    assert f"then: {restart} " in advice["silent-suspension"]
    assert f"    {stop}\n" in advice["not-separate"]
    assert f"    {start}\n" in advice["not-separate"]
    assert [command.argv[1:] for command in made.commands if command.step == "restart"] == [tuple(restart.split()[1:])]
    dead = replace(facts, audit_status=replace(facts.audit_status, pid=0))
    (finding,) = QUESTION.findings(audited(dead))
    assert start in finding.reasons[0].remedy
