"""Who has the records and what a full disk does, in a plan: plugins without a log; a host that auditd takes down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import CONF, CONTAINERD, carried_out, plain_host, rule, seen, with_docker_rules
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
    report = carried_out(QUESTION, host)
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
    report = carried_out(QUESTION, host)
    assert (report.outcome, report.exit_code) == ("not-proved", 1)
    assert f"{RECORDS} is no proof: {RECORDS} can be changed by others than root (mode 0666)" in report.message


def test_a_record_that_does_not_come_there_is_told_with_the_place(tmp_path: Path) -> None:
    host = SimulatedHost(with_readable_records(), (Fault("probe", "not-recorded"),), state_folder=tmp_path / "state")
    report = carried_out(QUESTION, host)
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
    assert stop.startswith("auditd shuts this host down (HALT) below 50 MiB of free space on /. admin_space_left_action is HALT")
    assert "61 GiB are left before that." in stop
    assert "Nothing limits the log." in stop
    assert "/var/lib/docker could shut this host down in 7.6 days" in flood
    assert [warning.kind for warning in warnings].count("halt-on-admin-space-left") == 1


def test_a_host_that_goes_down_before_it_could_suspend_is_not_told_of_the_suspension() -> None:
    kinds = [warning.kind for warning in make_plan(STORAGE, storage_host(HALT), Switches()).warnings]
    assert "silent-suspension" not in kinds
    kinds = [warning.kind for warning in make_plan(STORAGE, storage_host(CONF), Switches()).warnings]
    assert "silent-suspension" in kinds
    assert "flood-stops-host" not in kinds


KEEP = CONF.replace(b"max_log_file_action = ROTATE", b"max_log_file_action = KEEP_LOGS")
NO_LIMITS = KEEP.replace(b"SUSPEND", b"IGNORE")
DAYS = "in 7.6 days"


def setting(conf: bytes, name: str, value: str) -> bytes:
    """auditd.conf with one setting more; the last of two lines counts."""
    return conf + f"{name} = {value}\n".encode()


@pytest.mark.parametrize(
    ("conf", "kinds", "said"),
    [
        # The log has no bound, and the first limit decides.
        (
            KEEP,
            ["flood-ends-recording"],
            f"could end all recording {DAYS}: auditd then suspends itself. admin_space_left_action is",
        ),
        (setting(KEEP, "space_left_action", "suspend"), ["flood-ends-recording"], "space_left_action is SUSPEND"),
        (setting(KEEP, "space_left_action", "exec /usr/local/bin/x"), ["flood-ends-recording"], "space_left_action is EXEC"),
        (setting(KEEP, "space_left_action", "halt"), ["halt-on-space-left", "flood-stops-host"], "below 75 MiB of free space"),
        (
            setting(KEEP, "space_left_action", "single"),
            ["single-on-space-left", "flood-stops-host"],
            "single user mode (SINGLE) below 75 MiB",
        ),
        (setting(KEEP, "space_left_action", "email"), ["flood-ends-recording"], "admin_space_left_action is SUSPEND"),
        (
            setting(KEEP, "admin_space_left_action", "halt"),
            ["halt-on-admin-space-left", "flood-stops-host"],
            "Nothing limits the log.",
        ),
        (
            setting(KEEP, "admin_space_left_action", "single"),
            ["single-on-admin-space-left", "flood-stops-host"],
            "single user mode",
        ),
        (setting(KEEP, "admin_space_left_action", "rotate"), ["flood-ends-recording"], "disk_full_action is SUSPEND"),
        (
            setting(setting(KEEP, "admin_space_left", "0"), "disk_full_action", "halt"),
            ["halt-on-disk-full", "flood-stops-host"],
            "when the disk is full",
        ),
        (NO_LIMITS, ["flood-fills-disk"], f"could fill / {DAYS}. Events are lost then, and whatever else writes there fails."),
        (setting(NO_LIMITS, "disk_full_action", "syslog"), ["flood-fills-disk"], "Events are lost then"),
        (setting(NO_LIMITS, "disk_full_action", "rotate"), ["flood-fills-disk"], "drops its oldest file again and again"),
        (setting(NO_LIMITS, "disk_full_action", "halt"), ["halt-on-disk-full", "flood-stops-host"], "disk_full_action is HALT"),
        (setting(NO_LIMITS, "disk_error_action", "halt"), ["halt-on-disk-error", "flood-fills-disk"], "when it cannot write"),
        (setting(KEEP, "max_log_file_action", "ignore"), ["flood-ends-recording"], DAYS),
        (setting(KEEP, "max_log_file_action", "syslog"), ["flood-ends-recording"], DAYS),
        # The log stops growing before it comes there, or its size ends the recording.
        (
            setting(CONF, "max_log_file_action", "suspend"),
            ["flood-ends-recording"],
            "suspends itself. max_log_file_action is SUSPEND",
        ),
        (CONF, [], ""),
        (HALT, ["halt-on-admin-space-left"], "The log itself stops at 40 MiB."),
        (setting(CONF, "disk_error_action", "halt"), ["halt-on-disk-error"], "when it cannot write"),
        # What is suspended writes no more, and so never comes to the limit behind.
        (setting(CONF, "disk_full_action", "halt"), [], ""),
        (setting(KEEP, "disk_full_action", "single"), ["flood-ends-recording"], "admin_space_left_action is SUSPEND"),
    ],
)
def test_a_plan_leads_with_what_its_flood_would_bring_about_first(conf: bytes, kinds: list[str], said: str) -> None:
    warnings = make_plan(STORAGE, storage_host(conf), Switches()).warnings
    found = [warning for warning in warnings if warning.kind.startswith(("halt-", "single-", "flood-"))]
    assert [warning.kind for warning in found] == kinds
    assert list(warnings[: len(kinds)]) == found
    assert said in " ".join(warning.text for warning in found)


def test_what_a_rehearsal_counted_takes_the_place_of_what_others_measured() -> None:
    warnings = make_plan(STORAGE, storage_host(KEEP), Switches(), rehearsed={"var-lib-docker": 5e6}).warnings
    assert warnings[0].kind == "flood-ends-recording"
    assert "could end all recording in 3.6 hours" in warnings[0].text
    assert "The rehearsal counted 4.8 MiB of log a second on this host; 61 GiB are left before that." in warnings[0].text
    assert not warnings[0].remedy
    flood = next(warning for warning in warnings if warning.kind == "flood")
    assert "An administrator" not in flood.text


def test_what_suspends_itself_is_told_with_its_limit() -> None:
    for conf, said in (
        (CONF, "suspend itself below 50 MiB of free space. admin_space_left_action is SUSPEND"),
        (setting(CONF, "space_left_action", "suspend"), "suspend itself below 75 MiB of free space. space_left_action is SUSPEND"),
        (setting(CONF, "admin_space_left_action", "syslog"), "suspend itself once it is full. disk_full_action is SUSPEND"),
    ):
        warnings = make_plan(QUESTION, configured(plain_host(), conf), Switches()).warnings
        assert said in next(warning.text for warning in warnings if warning.kind == "silent-suspension")


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
    assert f"events: {restart}\n" in advice["silent-suspension"]
    assert f"    {stop}\n" in advice["not-separate"]
    assert f"    {start}\n" in advice["not-separate"]
    assert [command.argv[1:] for command in made.commands if command.step == "restart"] == [tuple(restart.split()[1:])]
    dead = replace(facts, audit_status=replace(facts.audit_status, pid=0))
    (finding,) = QUESTION.findings(audited(dead))
    assert start in finding.reasons[0].remedy
