"""Where records go that auditd's log does not hold: what the configuration of plugins and daemons says, and who besides root may write there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import plain_host, seen
from tui.audit.inputs import Owner
from tui.host.facts import FileFacts, HostFacts, LogFacts, Process
from tui.host.recorder import RecordPlace, configuration_paths, place_of, record_paths, settings_asked_for

PLUGIN = "/etc/audit/plugins.d/a.conf"
RECORDER = Process(712, "auditbeat", "/usr/share/auditbeat/bin/auditbeat", 30.0, uid=0)
LAUREL = b"active = yes\ntype = always\npath = /usr/local/sbin/laurel\nargs = --config /etc/laurel/config.toml\n"
LAURELS = (
    b'directory = "/var/log/laurel"\nuser = "_laurel" # dropped to\n[auditlog]\nfile = "events.log"\n[debuglog]\nfile = "d.log"\n'
)
GO_AUDIT = b"""socket_buffer:
  receive: 1
output:
  stdout:
    enabled: false
  file:
    enabled: true
    path: /var/log/go-audit.log # here
"""
BEAT = b"auditbeat.modules:\n- module: auditd\noutput.file:\n  path: '/var/log/beat'\n  filename: events\n"


def with_plugin(conf: bytes) -> HostFacts:
    """A host whose only active plugin is configured so."""
    log = LogFacts("/var/log/audit", "/var/log/audit", keepers=(FileFacts(PLUGIN, content=conf),))
    return replace(plain_host(), log=log)


def with_laurel(settings: bytes = LAURELS) -> HostFacts:
    facts = with_plugin(LAUREL)
    config = FileFacts("/etc/laurel/config.toml", content=settings)
    return replace(facts, files={config.path: config}, names=replace(facts.names, users={"root": 0, "_laurel": 998, "alice": 1000}))


def with_daemon(name: str, path: str, content: bytes) -> HostFacts:
    facts = replace(plain_host(), processes=(replace(RECORDER, name=name, exe=f"/usr/bin/{name}"),))
    return replace(facts, files={path: FileFacts(path, content=content)})


def at(facts: HostFacts, path: str, kind: str = "file", uid: int = 0, mode: int = 0o600, exposed: Owner | None = None) -> HostFacts:
    return replace(facts, paths={**facts.paths, path: replace(seen(path, kind), uid=uid, mode=mode, exposed=exposed)})


def test_a_script_that_is_told_its_file() -> None:
    facts = with_plugin(b"active = yes\npath = /usr/local/sbin/keep\nargs = --raw /var/log/kept/audit.log\n")
    assert place_of(at(facts, "/var/log/kept/audit.log")) == RecordPlace("keep", "/var/log/kept/audit.log")
    assert place_of(facts) == "/var/log/kept/audit.log could not be looked at"


def test_laurels_configuration_leads_to_its_file() -> None:
    facts = with_laurel()
    plugins = facts.log.keepers
    assert configuration_paths(None, plugins) == ("/etc/laurel/config.toml",)
    assert record_paths(None, plugins, facts.files) == (("/var/log/laurel/events.log", "_laurel"),)
    assert place_of(at(facts, "/var/log/laurel/events.log")) == RecordPlace("laurel", "/var/log/laurel/events.log")


FOLDER, FILE = "/var/log/laurel", "/var/log/laurel/events.log"


@pytest.mark.parametrize(
    ("user", "exposed", "uid", "mode", "believed"),
    [
        ("_laurel", Owner(FOLDER, 998, 998, 0o750), 998, 0o600, True),
        ("_laurel", Owner(FILE, 998, 998, 0o640), 998, 0o640, True),
        ("_laurel", Owner(FOLDER, 998, 998, 0o770), 998, 0o600, False),
        ("_laurel", Owner(FOLDER, 998, 998, 0o750), 998, 0o660, False),
        ("_laurel", Owner(FOLDER, 998, 998, 0o750), 1000, 0o600, False),
        ("_laurel", Owner("/var/log", 998, 998, 0o755), 998, 0o600, False),
        ("_laurel", Owner(FOLDER, 997, 998, 0o750), 997, 0o600, False),
        ("alice", Owner(FOLDER, 1000, 1000, 0o750), 1000, 0o600, False),
        ("nobody-knows", Owner(FOLDER, 998, 998, 0o750), 998, 0o600, False),
    ],
)
def test_besides_root_only_the_recorders_own_system_account_is_believed(
    user: str, exposed: Owner, uid: int, mode: int, believed: bool
) -> None:
    facts = at(with_laurel(LAURELS.replace(b"_laurel", user.encode())), FILE, uid=uid, mode=mode, exposed=exposed)
    found = place_of(facts)
    assert isinstance(found, RecordPlace) == believed
    if not believed:
        assert isinstance(found, str)
        assert found.startswith(f"{FILE} is no proof: {exposed.path} belongs to user ")


def test_a_configuration_that_others_can_change_is_not_gone_by() -> None:
    facts = at(with_laurel(), FILE)
    config = replace(facts.files["/etc/laurel/config.toml"], mode=0o666)
    found = place_of(replace(facts, files={config.path: config}))
    assert isinstance(found, str)
    assert found.startswith("/etc/laurel/config.toml says where they go, and /etc/laurel/config.toml can be changed by others")


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        (
            b"active = yes\npath = /sbin/audisp-syslog\nargs = LOG_INFO\n",
            "They go to the system log, into which anybody can write a line",
        ),
        (b"active = yes\npath = /sbin/audisp-remote\n", "They go to another host"),
        (b"active = yes\npath = builtin_af_unix\nargs = 0600 /run/x.sock\n", "They go to whoever reads its socket"),
        (b"active = yes\npath = /usr/sbin/own-thing\n", "The recorder's configuration names no file for its records"),
        (
            b"active = yes\npath = /usr/sbin/own\nargs = -c /etc/own.conf\n",
            "The recorder's configuration names no file for its records",
        ),
    ],
)
def test_why_no_place_can_be_told(conf: bytes, said: str) -> None:
    assert place_of(with_plugin(conf)) == said


def test_under_systemd_the_syslog_plugins_records_are_in_the_journal() -> None:
    facts = with_plugin(b"active = yes\npath = /sbin/audisp-syslog\n")
    place = place_of(replace(facts, programs=replace(facts.programs, systemd=True)))
    assert place == RecordPlace("audisp-syslog", journal=("_UID=0", "_COMM=audisp-syslog"))
    assert place.text == "the systemd journal"


def test_daemons_that_write_a_file() -> None:
    facts = at(with_daemon("go-audit", "/etc/go-audit.yaml", GO_AUDIT), "/var/log/go-audit.log")
    assert place_of(facts) == RecordPlace("go-audit", "/var/log/go-audit.log")
    facts = at(with_daemon("auditbeat", "/etc/auditbeat/auditbeat.yml", BEAT), "/var/log/beat", "directory", mode=0o750)
    assert place_of(facts) == RecordPlace("auditbeat", "/var/log/beat/events", dated=True)
    assert record_paths(facts.other_daemon, (), facts.files) == (("/var/log/beat", ""),)


@pytest.mark.parametrize("content", [LAURELS, GO_AUDIT, BEAT, BEAT + b"  enabled: false\n"])
def test_what_is_kept_of_a_configuration_tells_the_same_and_nothing_else(content: bytes) -> None:
    secret = b"output.elasticsearch:\n  hosts: [x]\n  password: hunter2\n"
    kept = settings_asked_for(content + secret)
    assert b"hunter2" not in kept
    assert settings_asked_for(kept) == kept == settings_asked_for(content)
    for name, path in (("auditbeat", "/etc/auditbeat/auditbeat.yml"), ("go-audit", "/etc/go-audit.yaml")):
        whole, part = (at(with_daemon(name, path, each), "/var/log/beat", "directory") for each in (content, kept))
        whole, part = (at(each, "/var/log/go-audit.log") for each in (whole, part))
        assert place_of(whole) == place_of(part)
    assert place_of(at(with_laurel(content), FILE)) == place_of(at(with_laurel(kept), FILE))


@pytest.mark.parametrize(
    ("name", "path", "content", "said"),
    [
        (
            "auditbeat",
            "/etc/auditbeat/auditbeat.yml",
            b"output.elasticsearch:\n  hosts: [x]\n",
            "The recorder's configuration names no file",
        ),
        ("auditbeat", "/etc/auditbeat/auditbeat.yml", BEAT + b"  enabled: false\n", "The recorder's configuration names no file"),
        (
            "auditbeat",
            "/etc/auditbeat/auditbeat.yml",
            BEAT.replace(b"/beat", b"/b-%{+yyyy}"),
            "The recorder's configuration names no file",
        ),
        ("osqueryd", "/etc/osquery/osquery.conf", b"{}", "It writes what its scheduled queries find"),
        ("own-daemon", "/etc/x", b"", "The recorder's configuration names no file"),
    ],
)
def test_why_nothing_of_a_daemon_can_be_read(name: str, path: str, content: bytes, said: str) -> None:
    found = place_of(with_daemon(name, path, content))
    assert isinstance(found, str)
    assert found.startswith(said)
