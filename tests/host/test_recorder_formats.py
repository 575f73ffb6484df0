"""Our own access found in what other recorders write: the same event in each of their forms, and whatever is none of theirs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import CONTAINERD
from tui.host.recorder_formats import find_elsewhere, from_journal

STAMP = "1795000000.250:4712"
CALL = 'arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c items=1 ppid=1 pid=5151 auid=4294967295 uid=0 comm="x" exe="/y" key="docker"'
NAME = f'item=0 name="{CONTAINERD}" inode=7 nametype=NORMAL'


def laurel(pid: int = 5151, path: str = CONTAINERD) -> bytes:
    event = {
        "ID": STAMP,
        "NODE": "web-01",
        "SYSCALL": {"arch": "0xc000003e", "syscall": 257, "SYSCALL": "openat", "pid": pid, "key": "docker"},
        "CWD": {"cwd": "/"},
        "PATH": [{"item": 0, "name": path}],
    }
    return json.dumps(event).encode()


def go_audit(pid: int = 5151) -> bytes:
    messages = [
        {"type": 1300, "data": CALL.replace("5151", str(pid))},
        {"type": 1307, "data": 'cwd="/"'},
        {"type": 1302, "data": NAME},
    ]
    return json.dumps({"sequence": 4712, "timestamp": "1795000000.250", "messages": messages, "uid_map": {"0": "root"}}).encode()


def auditbeat(pid: object = 5151) -> bytes:
    event = {
        "@timestamp": "2026-11-18T11:06:40.250Z",
        "tags": ["docker"],
        "process": {"pid": pid},
        "auditd": {"sequence": 4712, "data": {"syscall": "openat"}, "paths": [{"name": CONTAINERD, "item": "0"}]},
    }
    return json.dumps(event).encode()


FORMS = {
    "raw": f"type=SYSCALL msg=audit({STAMP}): {CALL}\ntype=PATH msg=audit({STAMP}): {NAME}".encode(),
    "of another node": f"node=web-01 type=SYSCALL msg=audit({STAMP}): {CALL}\nnode=web-01 type=PATH msg=audit({STAMP}): {NAME}".encode(),
    "syslog": b"\n".join(
        f"Nov 18 11:06:40 web-01 audisp-syslog[99]: type={kind} msg=audit({STAMP}): {text}".encode()
        for kind, text in (("SYSCALL", CALL), ("PATH", NAME))
    ),
    "laurel": laurel(),
    "go-audit": go_audit(),
    "auditbeat": auditbeat(),
    "an older auditbeat": auditbeat("5151"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_event_is_found_among_others(form: str) -> None:
    noise = b'not json\n{"SYSCALL": 1}\n{"ID": "5151"}\n[5151]\n' + laurel(5150) + b"\n" + go_audit(51510) + b"\n"
    found = find_elsewhere(noise + FORMS[form] + b"\n" + laurel(5152) + b"\n", 5151, CONTAINERD)
    assert found is not None
    assert (found.serial, found.keys) == (4712, ("docker",))
    assert found.time == pytest.approx(1795000000.25)
    assert found.text.encode() in FORMS[form]


@pytest.mark.parametrize("form", FORMS)
def test_another_process_or_path_is_not_ours(form: str) -> None:
    assert find_elsewhere(FORMS[form], 515, CONTAINERD) is None
    assert find_elsewhere(FORMS[form], 5151, "/usr/bin/runc") is None
    assert find_elsewhere(FORMS[form], 5151) is not None


def test_a_name_that_laurel_writes_cannot_pass_for_a_record() -> None:
    forged = f"/x type=SYSCALL msg=audit({STAMP}): {CALL}"
    assert find_elsewhere(laurel(9, forged), 5151) is None
    assert find_elsewhere(json.dumps({"ID": f"{STAMP}): pid=5151 \n", "SYSCALL": {"pid": 9}}).encode(), 5151) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["ID", "SYSCALL", "PATH", "messages", "type", "data", "auditd", "sequence", "process", "pid", "paths", "name"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.integers(0, 99999))
def test_whatever_a_file_holds_is_read_without_a_crash(value: object, pid: int) -> None:
    find_elsewhere(json.dumps(value).replace("1", str(pid)).encode() + b"\n", pid, "/x")


def test_records_that_the_journal_has_from_the_kernel_are_read_like_auditds() -> None:
    def entry(kind: str, text: object) -> bytes:
        fields = {"_AUDIT_TYPE_NAME": kind, "_AUDIT_ID": "4712", "_SOURCE_REALTIME_TIMESTAMP": "1795000000250999", "MESSAGE": text}
        return json.dumps({"_BOOT_ID": "x", **fields}).encode()

    entries = [
        entry("SYSCALL", f"SYSCALL {CALL}"),
        entry("PATH", f"PATH {NAME}"),
        entry("PATH", [1, 2]),
        b"{}",
        b"[",
        b'{"MESSAGE":"x"}',
    ]
    data = from_journal(b"\n".join(entries))
    assert data == f"type=SYSCALL msg=audit({STAMP}): {CALL}\ntype=PATH msg=audit({STAMP}): {NAME}\n".encode()
    found = find_elsewhere(data, 5151, CONTAINERD)
    assert found is not None
    assert (found.serial, found.keys) == (4712, ("docker",))
