"""Each fault does what its name says, to the call it names, as often as it says, and leaves the rest of the host alone."""

from __future__ import annotations

import errno
import gc
from dataclasses import replace

import pytest

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.text import listings
from tui.host.facts import AUDITD_CONF, DOCKER_RULES, RULES_DIR, FileFacts, HostFacts, Interest
from tui.host.port import FileChanged
from tui.host.scenario import Fault, FaultKind, load_scenario
from tui.host.simulated.faults import Faults, command_line
from tui.host.simulated.host import SimulatedHost

TARGET = "/usr/bin/containerd"
OURS = b"\n-w /usr/bin/containerd -k docker\n"
LOAD = ("/usr/sbin/augenrules", "--load")
RESTART = ("/usr/sbin/service", "auditd", "restart")
THEIRS = FileFacts(f"{RULES_DIR}/10-theirs.rules", "file", b"-w /etc/passwd -k theirs\n-w /etc/docker -k theirs\n")


def _host(*faults: Fault, scenario: str = "fresh") -> SimulatedHost:
    facts = load_scenario(scenario).host
    assert not isinstance(facts.rules_dir, Unknown)
    host = SimulatedHost(replace(facts, rules_dir=(THEIRS, *facts.rules_dir)), faults)
    return host


def _loaded(host: SimulatedHost) -> list[str]:
    """What is loaded, asked for behind the port's back so that no fault on ``read`` is used up."""
    assert host.machine.kernel is not None
    return listings(host.machine.kernel.rules)


def _status(host: SimulatedHost) -> AuditStatus:
    assert host.machine.kernel is not None
    return host.machine.kernel.status


def _write(host: SimulatedHost, content: bytes = OURS, before: bytes | None = None) -> None:
    host.write_file(DOCKER_RULES, content, before=before, mode=0o640, uid=0, gid=0)


def test_a_fault_waits_hits_and_is_over() -> None:
    faults = Faults([Fault("augenrules --load", "hang", times=2, after=1)])
    calls = ["augenrules --load"] * 4
    assert [len(faults.hitting(call)) for call in calls] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("on", "call", "hit"),
    [
        ("augenrules", "augenrules --load", True),
        ("augenrules --load", "augenrules --check", False),
        ("augen", "augenrules --load", False),
        ("write", "write", True),
        ("service auditd restart", command_line(RESTART), True),
        ("auditctl -w", command_line(("/usr/sbin/auditctl", "-w", TARGET)), True),
    ],
)
def test_a_fault_names_whole_words(on: str, call: str, hit: bool) -> None:
    assert bool(Faults([Fault(on, "hang")]).hitting(call)) == hit


@pytest.mark.parametrize("kind", ["ENOSPC", "EROFS", "EACCES", "EIO"])
def test_a_write_that_fails_leaves_the_file_as_it_was(kind: FaultKind) -> None:
    host = _host(Fault("write", kind, times=1))
    with pytest.raises(OSError) as caught:  # noqa: PT011
        _write(host)
    assert errno.errorcode[caught.value.errno] == kind
    assert host.machine.content(DOCKER_RULES) is None
    _write(host)
    assert host.machine.content(DOCKER_RULES) == OURS


def test_a_write_may_fail_after_it_was_done() -> None:
    host = _host(Fault("write", "EIO-late", times=1))
    with pytest.raises(OSError, match="Input/output error"):
        _write(host)
    assert host.machine.content(DOCKER_RULES) == OURS


def test_an_editors_save_right_before_the_write_is_noticed() -> None:
    host = _host(Fault("write", "file-changed", times=1, text="# theirs\n"))
    with pytest.raises(FileChanged):
        _write(host)
    assert host.machine.content(DOCKER_RULES) == b"# theirs\n"


def test_a_fault_with_a_path_hits_that_file_only() -> None:
    host = _host(Fault("write", "EACCES", path="/etc/audit/audit.rules"))
    _write(host)
    with pytest.raises(PermissionError):
        host.write_file(
            "/etc/audit/audit.rules", b"", before=host.machine.content("/etc/audit/audit.rules"), mode=0o640, uid=0, gid=0
        )


@pytest.mark.parametrize(
    ("kind", "state", "code", "output"),
    [
        ("exit-1", "exited", 1, "Error sending add rule data request (Operation not permitted)\n"),
        ("exit-1-silent", "exited", 1, ""),
        ("hang", "timeout", None, ""),
        ("missing", "not-started", None, "/usr/sbin/augenrules does not exist"),
    ],
)
def test_a_load_that_fails_changes_nothing(kind: FaultKind, state: str, code: int | None, output: str) -> None:
    host = _host(Fault("augenrules --load", kind, times=1))
    host.run(("/usr/sbin/auditctl", "-w", "/etc/passwd", "-k", "agent"), timeout=5)
    _write(host)
    result = host.run(LOAD, timeout=120)
    assert (result.state, result.exit_code, result.output) == (state, code, output)
    assert _loaded(host) == ["-w /etc/passwd -p rwxa -k agent"]
    assert host.run(LOAD, timeout=120).exit_code == 0
    assert f"-w {TARGET} -p rwxa -k docker" in _loaded(host)


def test_a_hanging_command_takes_all_its_time() -> None:
    host = _host(Fault("augenrules --load", "hang"))
    before = host.now()
    assert host.run(LOAD, timeout=120).seconds == 120
    assert host.now() == before + 120


def test_a_load_may_exit_well_without_effect() -> None:
    host = _host(Fault("augenrules --load", "exit-0-no-effect", times=1))
    _write(host)
    result = host.run(LOAD, timeout=120)
    assert (result.exit_code, "backlog_limit 8192" in result.output) == (0, True)
    assert _loaded(host) == ["No rules"]
    assert host.read(Interest()).audit_rules == host.machine.base.audit_rules


def test_a_killed_load_leaves_half_of_the_rules() -> None:
    host = _host(Fault("augenrules --load", "killed", times=1))
    host.run(("/usr/sbin/auditctl", "-w", "/etc/passwd", "-k", "agent"), timeout=5)
    _write(host)
    result = host.run(LOAD, timeout=120)
    assert (result.state, result.exit_code, result.signal) == ("signalled", None, 9)
    assert _loaded(host) == ["-w /etc/passwd -p rwxa -k theirs"]


def test_a_killed_restart_leaves_no_daemon() -> None:
    host = _host(Fault("service auditd restart", "killed"))
    assert host.run(RESTART, timeout=60).state == "signalled"
    assert _status(host).pid == 0


def test_a_restart_may_exit_well_and_leave_no_daemon_behind() -> None:
    host = _host(Fault("service auditd restart", "dead-after", times=1))
    assert host.run(RESTART, timeout=60).exit_code == 0
    assert _status(host).pid == 0
    assert not host.probe(TARGET, "r").recorded
    assert host.run(("/usr/sbin/service", "auditd", "start"), timeout=60).exit_code == 0
    assert _status(host).pid != 0


def test_suspended_logging_shows_in_a_probe_only() -> None:
    host = _host(Fault("service auditd restart", "suspended", times=1), scenario="compliant")
    assert host.probe(TARGET, "r").recorded
    host.run(RESTART, timeout=60)
    assert _status(host).pid != 0
    found = host.probe(TARGET, "r", timeout=2.0)
    assert (found.recorded, found.reason) == (False, "no record of the access came into the audit log within 2 s")
    host.run(RESTART, timeout=60)
    assert host.probe(TARGET, "r").recorded


def test_a_probe_may_find_nothing() -> None:
    host = _host(Fault("probe", "not-recorded", times=1), scenario="compliant")
    assert not host.probe(TARGET, "r").recorded
    assert host.probe(TARGET, "r").recorded


def test_the_kernel_may_become_immutable_in_between() -> None:
    host = _host(Fault("augenrules --load", "immutable"))
    _write(host)
    assert host.run(("/usr/sbin/auditctl", "-w", "/etc/motd", "-k", "agent"), timeout=5).exit_code == 0
    assert host.run(LOAD, timeout=60).exit_code == 0
    assert _status(host).enabled == 2
    assert _loaded(host) == ["-w /etc/motd -p rwxa -k agent"]
    assert host.run(("/usr/sbin/auditctl", "-D"), timeout=5).exit_code == 255
    assert host.run(("/usr/sbin/auditctl", "-e", "1"), timeout=5).exit_code == 255


def test_an_agent_may_add_or_take_rules_in_between() -> None:
    host = _host(Fault("read", "kernel-changed", times=1), Fault("lock", "kernel-changed", text="-D"))
    rules = host.read(Interest()).kernel_rules
    assert not isinstance(rules, Unknown)
    assert [rule.keys for rule in rules] == [("agent",)]
    with host.lock():
        assert _loaded(host) == ["No rules"]


def test_a_broken_configuration_keeps_the_daemon_from_coming_back() -> None:
    host = _host(Fault("augenrules --load", "broken-conf"))
    host.run(LOAD, timeout=60)
    conf = host.read(Interest()).auditd_conf
    assert isinstance(conf, FileFacts)
    assert conf.path == AUDITD_CONF
    host.run(RESTART, timeout=60)
    assert _status(host).pid == 0


def test_what_may_not_be_read_is_unknown() -> None:
    host = _host(Fault("read", "EACCES", times=1))
    first: HostFacts = host.read(Interest())
    assert isinstance(first.audit_status, Unknown)
    assert isinstance(first.kernel_rules, Unknown)
    assert not isinstance(host.read(Interest()).kernel_rules, Unknown)


def test_time_alone_fills_the_log_of_a_watched_host() -> None:
    host = _host(scenario="compliant")
    mark = host.log_mark()
    host.sleep(60)
    records = host.log_since(mark).data.count(b"type=SYSCALL")
    assert records > 100
    assert b'name="/var/lib/docker"' in host.log_since(mark).data


def test_a_paced_host_hands_its_output_on_piece_by_piece() -> None:
    facts = load_scenario("fresh").host
    host = SimulatedHost(facts, pace=0.0001)
    said: list[str] = []
    result = host.run(LOAD, timeout=60, on_output=said.append)
    assert len(said) > 5
    assert "".join(said) == result.output


def test_a_simulation_keeps_to_its_own_folder_and_leaves_nothing() -> None:
    host = _host()
    folder = host.state_folder
    assert folder.stat().st_mode & 0o7777 == 0o700
    host.write_file(str(folder / "note"), b"x", before=None, mode=0o600, uid=0, gid=0)
    assert (folder / "note").read_bytes() == b"x"
    del host
    gc.collect()
    assert not folder.exists()
