"""accesses_in: records joined to accesses, whatever their order, their format and the piece of the log they are in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.log.events.accesses import Access, AuditedPaths, accesses_in, first_moment, normal

CONTAINERD = AuditedPaths(("/usr/bin/containerd", "/opt/bin/containerd"), inodes=((0xFE01, 262411),))
ETC_DOCKER = AuditedPaths(("/etc/docker",), directory=True)
ENRICHED = '\x1dARCH=x86_64 SYSCALL=%s AUID="alice" UID="root"'


def call(
    serial: int,
    number: int = 257,
    *,
    arch: str = "c000003e",
    flags: str = "a0=ffffff9c a1=7f a2=80000",
    result: str = "success=yes exit=3",
    auid: int = 1001,
    key: str = '"docker"',
    end: str = "",
) -> str:
    return (
        f"type=SYSCALL msg=audit(1795474316.498:{serial}): arch={arch} syscall={number} {result} {flags} a3=0 items=1 ppid=1 pid=28574"
        f' auid={auid} uid=0 gid=0 euid=0 tty=pts0 ses=3 comm="vim" exe="/usr/bin/vim.basic" key={key}{end}\n'
    )


def rest(
    serial: int, name: str = '"/usr/bin/containerd"', cwd: str = '"/root"', inode: str = "inode=7 dev=fe:00", kind: str = "NORMAL"
) -> str:
    stamp = f"msg=audit(1795474316.498:{serial}):"
    return (
        f"type=CWD {stamp} cwd={cwd}\n"
        f"type=PATH {stamp} item=0 name={name} {inode} mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype={kind} cap_fp=0\n"
        f"type=PROCTITLE {stamp} proctitle=76696D002F7573722F62696E2F636F6E7461696E657264\n"
    )


def found(text: str, own: int | None = None) -> list[tuple[int, Access]]:
    return list(accesses_in(text.encode(), (CONTAINERD, ETC_DOCKER), own))


def test_an_event_is_joined_from_its_records() -> None:
    ((position, access),) = found(call(7) + rest(7))
    assert position == 0
    assert (access.time, access.serial, access.accesses, access.path) == (1795474316.498, 7, "r", "/usr/bin/containerd")
    assert (access.program, access.comm, access.command) == ("/usr/bin/vim.basic", "vim", "vim /usr/bin/containerd")
    assert (access.login, access.user, access.success, access.error, access.pid) == (1001, 0, True, 0, 28574)
    assert (access.syscall, access.login_name, access.keys) == ("openat", "", ("docker",))


def test_the_enriched_format_brings_names() -> None:
    ((_, access),) = found(call(7, end=ENRICHED % "openat") + rest(7))
    assert (access.syscall, access.login_name) == ("openat", "alice")
    ((_, access),) = found(call(7, auid=4294967295, end='\x1dSYSCALL=openat AUID="unset" UID="unknown(77)"') + rest(7))
    assert (access.login, access.login_name) == (None, "")


@pytest.mark.parametrize(
    ("number", "arch", "flags", "extra", "letters"),
    [
        (257, "c000003e", "a2=80000", "", "r"),
        (257, "c000003e", "a2=80241", "", "w"),
        (257, "c000003e", "a2=2", "", "rw"),
        (257, "c000003e", "a2=200000", "", "r"),  # O_PATH
        (2, "c000003e", "a0=7f a1=1 a2=0", "", "w"),
        (437, "c000003e", "a2=7ff", "type=OPENAT2 msg=audit(1795474316.498:7): oflag=0102 mode=0644 resolve=0x0\n", "rw"),
        (59, "c000003e", "a2=1", "", "x"),
        (322, "c000003e", "a2=1", "", "x"),
        (90, "c000003e", "a2=1", "", "a"),
        (86, "c000003e", "a2=1", "", "wa"),  # link
        (82, "c000003e", "a2=1", "", "w"),
        (262, "c000003e", "a2=1", "", ""),  # newfstatat
        (5, "40000003", "a0=7f a1=1", "", "w"),  # i386
        (102, "40000003", "a0=2", "", "w"),  # i386 socketcall: bind
        (102, "40000003", "a0=3", "", ""),
        (56, "c00000b7", "a2=1", "", "w"),  # aarch64
        (99999, "c000003e", "a2=1", "", ""),
        (257, "12345678", "a2=1", "", ""),  # a machine that no table has
    ],
)
def test_what_is_done_goes_by_the_call(number: int, arch: str, flags: str, extra: str, letters: str) -> None:
    ((_, access),) = found(call(7, number, arch=arch, flags=flags) + extra + rest(7))
    assert access.accesses == letters


def test_a_machine_that_no_table_has_goes_by_auditds_own_translation() -> None:
    ((_, access),) = found(call(7, 5, arch="12345678", end=ENRICHED % "unlinkat") + rest(7))
    assert (access.syscall, access.accesses) == ("unlinkat", "w")


@pytest.mark.parametrize(
    ("name", "cwd", "position", "path"),
    [
        ('"containerd"', '"/usr/bin"', 0, "/usr/bin/containerd"),
        ('"../bin/./containerd"', '"/usr/lib"', 0, "/usr/bin/containerd"),
        ('"//usr//bin/containerd"', '"/"', 0, "/usr/bin/containerd"),
        ('"/opt/bin/containerd"', '"/"', 0, "/opt/bin/containerd"),
        ("2F7573722F62696E2F636F6E7461696E657264", '"/"', 0, "/usr/bin/containerd"),
        ('"/etc/docker"', '"/"', 1, "/etc/docker"),
        ('"/etc/docker/certs.d/a"', '"/"', 1, "/etc/docker/certs.d/a"),
        ('"daemon.json"', '"/etc/docker"', 1, "/etc/docker/daemon.json"),
        ("2F6574632F646F636B65722F6120622F0A63", '"/"', 1, "/etc/docker/a b/\nc"),
    ],
)
def test_names_are_followed_from_the_folder_they_are_relative_to(name: str, cwd: str, position: int, path: str) -> None:
    ((hit, access),) = found(call(7) + rest(7, name, cwd))
    assert (hit, access.path) == (position, path)


@pytest.mark.parametrize("name", ['"/usr/bin/containerd-shim"', '"/etc/dockerd"', '"/srv/containerd"', "(null)", '"containerd"'])
def test_what_only_looks_alike_is_another_path(name: str) -> None:
    assert found(call(7) + rest(7, name)) == []


def test_a_file_is_known_by_its_inode_under_any_name() -> None:
    ((position, access),) = found(call(7) + rest(7, '"/proc/self/fd/3"', inode="inode=262411 dev=fe:01"))
    assert (position, access.path) == (0, "/proc/self/fd/3")
    assert found(call(7) + rest(7, '"/proc/self/fd/3"', inode="inode=262411 dev=fe:00")) == []


def test_a_key_or_a_message_that_names_the_path_is_no_access() -> None:
    user = 'type=USER_CMD msg=audit(1795474316.498:7): pid=1 uid=0 auid=0 msg=\'cwd="/" name="/usr/bin/containerd" exe="/usr/bin/sudo"\'\n'
    assert found(user + call(8, key='"/usr/bin/containerd"') + rest(8, '"/etc/hosts"')) == []


def test_one_event_may_touch_several_objects() -> None:
    text = call(7, 82) + rest(7, '"/etc/docker/x"') + rest(7, '"/usr/bin/containerd"', kind="CREATE")
    assert [(position, access.path) for position, access in found(text)] == [(0, "/usr/bin/containerd"), (1, "/etc/docker/x")]


def test_an_event_without_its_call_is_passed_over() -> None:
    assert found(rest(7) + call(8) + rest(8, '"/etc/hosts"')) == []


@pytest.mark.parametrize("op", ["op=add_rule", "op=remove_rule", 'op="add_rule"'])
def test_the_load_of_a_rule_is_no_access_to_its_path(op: str) -> None:
    """The kernel looks the path up for auditctl's sendto, and writes it into the event of the rule."""
    change = f'type=CONFIG_CHANGE msg=audit(1795474316.498:7): auid=0 ses=3 {op} key="docker" list=4 res=1\n'
    assert found(change + call(7, 44, flags="a0=3 a1=7f a2=438", key="(null)") + rest(7, '"/etc/docker"')) == []
    (one,) = found(change.replace(op, "op=updated_rules") + call(7, 82) + rest(7))
    assert one[1].accesses == "w"
    assert len(found(call(7, 44) + rest(7))) == 1


def test_what_failed_says_how() -> None:
    ((_, access),) = found(call(7, result="success=no exit=-13") + rest(7))
    assert (access.success, access.error) == (False, 13)
    ((_, access),) = found(call(7, result="success=yes exit=-13") + rest(7))
    assert (access.success, access.error) == (True, 0)


LINES = [line + "\n" for line in "".join(call(n) + rest(n) for n in range(3)).splitlines()]


@given(order=st.permutations(range(len(LINES))), cut=st.integers(0, len(LINES)))
def test_records_may_come_interleaved_and_be_cut_between_two_parts(order: list[int], cut: int) -> None:
    """Each event is found once: in the part that its call is in, completed by what lies behind it."""
    calls_first = sorted((LINES[at] for at in order), key=lambda line: "type=SYSCALL" not in line)
    older, newer = "".join(calls_first[:cut]), "".join(calls_first[cut:])
    newest = [access.serial for _, access in found(newer)]
    oldest = [access.serial for _, access in found(older + newer, own=len(older))]
    assert sorted(newest + oldest) == [0, 1, 2]


@given(junk=st.binary(max_size=400), at=st.integers(0, 600))
def test_no_bytes_make_it_fail_or_invent(junk: bytes, at: int) -> None:
    """A truncated or foreign line is passed over; what is found is an event that is there."""
    log = (call(7) + rest(7)).encode()
    for text in (junk, log[:at] + junk, log[:at] + b"\n" + junk + b"\n" + log[at:], junk + b"\n" + log):
        assert all(access.serial == 7 for _, access in accesses_in(text, (CONTAINERD, ETC_DOCKER)))
    assert first_moment(junk + b"\n" + log) is not None


@given(path=st.text(alphabet="/.ab", max_size=12), folder=st.sampled_from(("/", "/a", "/a/b")))
def test_a_normal_path_has_no_dots_and_no_doubled_slash(path: str, folder: str) -> None:
    told = normal(path, folder)
    assert told == "/" or (told.startswith("/") and not {"", ".", ".."} & set(told.split("/")[1:]))
    assert normal(told, "/elsewhere") == told
