"""What every Host does with commands, probes, locks and the clock, the live one and the simulated one alike: a rehearsed run can be a real one."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.contract.bench_steps import (
    AUDITCTL,
    AUGENRULES,
    OURS,
    SERVICE,
    WATCH,
    audit_status,
    load_rules,
    loaded_rules,
    read_facts,
    run_command,
    write_rules_file,
)
from tests.contract.bench_steps import bench as bench
from tests.contract.benches import TARGET, Bench
from tui import __version__
from tui.host.facts import AUDIT_RULES, AUDITD_CONF, RULES_DIR, FileFacts
from tui.host.port import Busy
from tui.host.recorder import RecordPlace
from tui.host.run_lock import state_folder

# --- loading rules -----------------------------------------------------------------------------------------------------------


def test_a_load_brings_the_rules_on_disk_into_the_kernel(bench: Bench) -> None:
    write_rules_file(bench, OURS)
    check = run_command(bench, AUGENRULES, "--check")
    assert (check.exit_code, "should be updated" in check.output) == (0, True)
    assert "No rules" in load_rules(bench)
    assert loaded_rules(bench) == [WATCH]
    compiled = read_facts(bench).audit_rules
    assert isinstance(compiled, FileFacts)
    assert compiled.content is not None
    assert OURS.strip() in compiled.content.splitlines()
    assert run_command(bench, AUGENRULES, "--check").output == f"{AUGENRULES}: No change\n"


def test_a_load_without_change_still_drops_what_only_the_kernel_knows(bench: Bench) -> None:
    write_rules_file(bench, OURS)
    load_rules(bench)
    assert run_command(bench, AUDITCTL, "-w", "/etc/passwd", "-p", "wa", "-k", "agent").exit_code == 0
    assert loaded_rules(bench) == [WATCH, "-w /etc/passwd -p wa -k agent"]
    assert "No change" in load_rules(bench)
    assert loaded_rules(bench) == [WATCH]


def test_a_line_that_auditctl_cannot_read_stops_the_load_without_a_word(bench: Bench) -> None:
    bench.edit(f"{RULES_DIR}/10-theirs.rules", b"-w /etc/passwd -k theirs # why not\n")
    write_rules_file(bench, OURS)
    assert "Error" not in load_rules(bench, code=1)
    assert loaded_rules(bench) == ["No rules"]


def test_an_equal_rule_stops_the_load_and_says_so(bench: Bench) -> None:
    bench.edit(f"{RULES_DIR}/10-theirs.rules", f"-w {TARGET} -k docker\n".encode())
    bench.edit(f"{RULES_DIR}/zz-last.rules", b"-w /etc/passwd -k last\n")
    write_rules_file(bench, OURS)
    assert "(Rule exists)" in load_rules(bench, code=1)
    assert loaded_rules(bench) == [WATCH]


def test_a_missing_parent_stops_the_load_and_names_the_line(bench: Bench) -> None:
    write_rules_file(bench, OURS + b"-w /no/such/directory/file -k x\n-w /etc/passwd -k y\n")
    output = load_rules(bench, code=1)
    assert "(No such file or directory)" in output
    assert f"There was an error in line 7 of {AUDIT_RULES}" in output
    assert loaded_rules(bench) == [WATCH]


def test_a_comment_without_a_newline_swallows_the_next_rule_and_all_exits_well(bench: Bench) -> None:
    bench.edit(f"{RULES_DIR}/before-ours.rules", b"# the end")
    write_rules_file(bench, f"-w {TARGET} -k docker\n".encode())
    load_rules(bench)
    assert loaded_rules(bench) == ["No rules"]


def test_an_audit_rules_that_cannot_be_written_is_loaded_as_it_was_and_all_exits_well(bench: Bench) -> None:
    load_rules(bench)
    bench.make_immutable(AUDIT_RULES)
    write_rules_file(bench, OURS)
    assert "Operation not permitted" in load_rules(bench)
    assert loaded_rules(bench) == ["No rules"]


@pytest.mark.parametrize(
    ("commands", "codes", "rules"),
    [
        (["-w /etc/passwd -p wa -k a", "-w /etc/group -k b"], [0, 0], ["-w /etc/passwd -p wa -k a", "-w /etc/group -p rwxa -k b"]),
        (["-w /etc/passwd -k a", "-A always,exit -F path=/etc/group -F perm=x"], [0, 0], ["-w /etc/group -p x", "-w /etc/passwd -p rwxa -k a"]),
        (["-w /etc/passwd -k a", "-w /etc/passwd -k a"], [0, 255], ["-w /etc/passwd -p rwxa -k a"]),
        (["-w /etc/passwd -k a", "-W /etc/passwd -k b"], [0, 255], ["-w /etc/passwd -p rwxa -k a"]),
        (["-w /etc/passwd -k a", "-W /etc/passwd -k a"], [0, 0], ["No rules"]),
        (["-w /no/such/directory/file -k a"], [255], ["No rules"]),
        (["-w /etc/passwd -k a", "-w /etc/group -k ab", "-D -k b"], [0, 0, 0], ["-w /etc/passwd -p rwxa -k a"]),
        (["-a always,exclude -F msgtype=EOE", "-w /etc/passwd -k a"], [0, 0], ["-w /etc/passwd -p rwxa -k a", "-a always,exclude -F msgtype=EOE"]),
        (["-a never,exit -F path=/etc/passwd -F perm=rwxa -k a"], [0], ["-w /etc/passwd -p rwxa -k a"]),
    ],
)  # fmt: skip
def test_auditctl_changes_the_kernels_list(
    bench: Bench, commands: Sequence[str], codes: Sequence[int], rules: Sequence[str]
) -> None:
    assert [run_command(bench, AUDITCTL, *command.split()).exit_code for command in commands] == codes
    assert loaded_rules(bench) == rules
    assert run_command(bench, AUDITCTL, "-l").output == "".join(f"{line}\n" for line in rules)


def test_a_word_with_a_blank_is_one_word(bench: Bench) -> None:
    assert run_command(bench, AUDITCTL, "-w", "/etc/no such file", "-k", "a").exit_code == 0
    assert loaded_rules(bench) == ["-w /etc/no such file -p rwxa -k a"]


# --- the daemon --------------------------------------------------------------------------------------------------------------


def test_a_restart_gives_a_new_daemon_the_rules_on_disk_and_no_other(bench: Bench) -> None:
    before = audit_status(bench).pid
    write_rules_file(bench, OURS)
    run_command(bench, AUDITCTL, "-w", "/etc/passwd", "-k", "agent")
    result = run_command(bench, SERVICE, "auditd", "restart")
    assert (result.state, result.exit_code) == ("exited", 0)
    assert "Restarting audit daemon: auditd." in result.output
    assert audit_status(bench).pid not in (0, before)
    assert loaded_rules(bench) == [WATCH]


def test_a_daemon_that_does_not_come_back_exits_well_and_leaves_its_rules(bench: Bench) -> None:
    conf = read_facts(bench).auditd_conf
    assert isinstance(conf, FileFacts)
    assert conf.content is not None
    write_rules_file(bench, OURS)
    load_rules(bench)
    bench.edit(AUDITD_CONF, conf.content + b"no_such_keyword = yes\n")
    result = run_command(bench, SERVICE, "auditd", "restart")
    assert (result.exit_code, "failed!" in result.output) == (0, True)
    assert audit_status(bench).pid == 0
    assert loaded_rules(bench) == [WATCH]
    assert not [process for process in read_facts(bench).processes if process.name == "auditd"]
    assert run_command(bench, SERVICE, "auditd", "status").exit_code == 3
    bench.edit(AUDITD_CONF, conf.content)
    assert run_command(bench, SERVICE, "auditd", "start").exit_code == 0
    assert audit_status(bench).pid != 0


def test_a_stopped_daemon_leaves_the_rules_and_records_nothing(bench: Bench) -> None:
    run_command(bench, AUDITCTL, *WATCH.split())
    assert run_command(bench, SERVICE, "auditd", "stop").exit_code == 0
    assert audit_status(bench).pid == 0
    assert loaded_rules(bench) == [WATCH]
    assert not bench.host.probe(TARGET, "r", timeout=0.3).recorded
    run_command(bench, SERVICE, "auditd", "start")
    assert audit_status(bench).pid != 0


# --- running programs ----------------------------------------------------------------------------------------------------------


def test_output_comes_as_it_is_kept(bench: Bench) -> None:
    said: list[str] = []
    result = bench.host.run((AUDITCTL, "-s"), timeout=10, on_output=said.append)
    assert result.output == "".join(said)
    assert result.output.startswith("enabled 1\n")
    assert result.argv == (AUDITCTL, "-s")


def test_a_missing_program_is_said(bench: Bench) -> None:
    result = run_command(bench, "/usr/sbin/no-such-program")
    assert (result.state, result.exit_code) == ("not-started", None)
    assert "/usr/sbin/no-such-program does not exist" in result.output


def test_a_command_that_hangs_is_ended(bench: Bench) -> None:
    result = bench.host.run(bench.hanging, timeout=0.2)
    assert (result.state, result.exit_code, result.signal) == ("timeout", None, 15)
    assert result.seconds >= 0.2


def test_a_command_is_ended_on_request(bench: Bench) -> None:
    asked = threading.Event()
    asked.set()
    result = bench.host.run(bench.hanging, timeout=30, cancelled=asked.is_set)
    assert (result.state, result.exit_code) == ("cancelled", None)


# --- proof of life -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("access", "rwxa")
def test_a_watched_access_is_found_by_its_own_process(bench: Bench, access: str) -> None:
    run_command(bench, AUDITCTL, *WATCH.split())
    mark = bench.host.log_mark()
    found = bench.host.probe(TARGET, access)
    assert found.recorded, found.reason
    assert found.key == "docker"
    assert found.syscall == {"x": "execve", "a": "removexattr"}.get(access, "openat")
    assert found.serial is not None
    assert f":{found.serial})" in found.record
    assert f" pid={found.pid} " in found.record
    assert found.time is not None
    assert abs(found.time - bench.host.now()) < 60
    piece = bench.host.log_since(mark)
    assert found.record.encode() in piece.data
    assert piece.data.endswith(b"\n")
    assert not piece.gap
    assert found.record.encode() not in bench.host.log_since(piece.mark).data


def test_the_log_can_be_read_backwards(bench: Bench) -> None:
    write_rules_file(bench, OURS)
    load_rules(bench)
    mark = bench.host.log_mark()
    records = [bench.host.probe(TARGET, access).record for access in "rw"]
    parts = list(bench.host.log_parts())
    newest = next(part for part in parts if part.data)
    assert newest.file == "/var/log/audit/audit.log"
    assert [record for record in records if record.encode() in newest.data] == records
    assert bench.host.log_since(mark).data in newest.data + b"\n"
    assert all(part.data.endswith(b"\n") for part in parts if part.data)


@pytest.mark.parametrize(
    ("rules", "recorded"),
    [
        ([], ""),
        ([f"-w {TARGET} -p wa -k docker"], "wa"),
        ([f"-w {TARGET}-not -k docker"], ""),
        ([f"-a never,exit -F path={TARGET} -F perm=rwxa", WATCH], ""),
        ([f"-a never,exit -F path={TARGET} -F perm=x", WATCH], "rwa"),
        ([WATCH, f"-a never,exit -F path={TARGET} -F perm=rwxa"], "rwxa"),
        (["-a always,exclude -F msgtype=SYSCALL", WATCH], ""),
        ([f"-a always,exit -F path={TARGET} -F perm=rwxa -F auid>=1000 -F auid!=unset -k docker"], ""),
        ([f"-a always,exit -F arch=b64 -S execve -F path={TARGET} -k docker"], "x"),
        (["-a always,exit -F dir=/usr/bin -F perm=x -k docker"], "x"),
        (["-w /bin/env -p rwxa -k docker"], "rwxa"),
    ],
)
def test_an_access_that_no_rule_takes_is_not_recorded(bench: Bench, rules: list[str], recorded: str) -> None:
    for rule in rules:
        assert run_command(bench, AUDITCTL, *rule.split()).exit_code == 0
    found = {access: bench.host.probe(TARGET, access, timeout=0.3) for access in "rwxa"}
    assert "".join(access for access in "rwxa" if found[access].recorded) == recorded
    for access in set("rwxa") - set(recorded):
        assert "no record of the access" in found[access].reason


def test_a_probe_names_the_key_of_the_rule_that_took_the_event(bench: Bench) -> None:
    run_command(bench, AUDITCTL, "-w", TARGET, "-p", "x", "-k", "other")
    run_command(bench, AUDITCTL, *WATCH.split())
    assert bench.host.probe(TARGET, "x").key == "other"
    assert bench.host.probe(TARGET, "r").key == "docker"


def test_a_probe_looks_where_another_recorder_writes(bench: Bench) -> None:
    run_command(bench, AUDITCTL, *WATCH.split())
    found = bench.host.probe(TARGET, "r", timeout=0.3, place=RecordPlace("somebody", "/root/no-records-of-anybody"))
    assert not found.recorded
    assert found.reason == "no record of the access came into /root/no-records-of-anybody within 0.3 s"
    assert bench.host.probe(TARGET, "r").place == ""


def test_what_does_not_exist_cannot_be_probed(bench: Bench) -> None:
    found = bench.host.probe("/usr/bin/no-such-program", "r", timeout=0.3)
    assert not found.recorded
    assert "does not exist" in found.reason


# --- the lock and the state folder -----------------------------------------------------------------------------------------------


def test_two_runs_never_work_at_once(bench: Bench) -> None:
    other = bench.another()
    with bench.host.lock(), pytest.raises(Busy, match="process"), other.lock():
        raise AssertionError("two runs hold the lock")
    with other.lock():
        pass


def test_a_command_under_the_lock_does_not_keep_it(bench: Bench) -> None:
    with bench.host.lock():
        assert run_command(bench, SERVICE, "auditd", "restart").exit_code == 0
    with bench.another().lock():
        pass


def test_the_state_folder_is_for_its_owner_only(bench: Bench) -> None:
    folder = bench.host.state_folder
    assert folder.stat().st_mode & 0o7777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="nobody else may enter"):
        _ = bench.host.state_folder


def test_an_ordinary_user_is_sent_to_root_and_not_told_to_take_roots_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = SimpleNamespace(st_uid=0, st_mode=0o040700)
    monkeypatch.setattr("tui.host.run_lock.os", SimpleNamespace(**{**vars(os), "lstat": lambda _: facts, "geteuid": lambda: 1001}))
    with pytest.raises(PermissionError, match="belongs to root: start the program again as root"):
        state_folder(tmp_path)


def test_time_passes(bench: Bench) -> None:
    before, up, boot = bench.host.now(), bench.host.uptime(), bench.host.boot_id()
    bench.host.sleep(0.05)
    assert bench.host.now() >= before + 0.04
    assert bench.host.uptime() >= up + 0.04
    assert up > 0
    assert boot
    assert bench.host.boot_id() == boot


def test_who_asks_is_told_and_the_systems_log_fails_nobody(bench: Bench) -> None:
    actor = bench.host.actor()
    assert actor.version == __version__
    assert actor.command
    assert bench.host.actor() == actor
    for text in ("run 1 begun", "", "two\nlines", "\udcff" * 5000):
        assert bench.host.write_system_log(text) is None
