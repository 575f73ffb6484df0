"""permission_syscalls against the running kernel: every member of the classes and others besides are called, with arguments that
cannot do anything, under a rule for one permission; the log must hold exactly those that the table says.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import kernel_rules
from tui.audit.rule.syscalls import name, number, permission_syscalls

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

LOG = Path("/var/log/audit/audit.log")
NATIVE = os.uname().machine
KERNEL = tuple(int(part) for part in os.uname().release.split(".")[:2])
OUTSIDERS = """
    read write readv pread64 lseek ioctl access faccessat faccessat2 stat lstat newfstatat statx utimensat futimesat utime utimes mount umount2
    chdir fchdir chroot statfs inotify_add_watch name_to_handle_at open_by_handle_at connect sendto socketcall copy_file_range
    splice sendfile mmap swapoff pivot_root quotactl_fd fsopen open_tree move_mount file_getattr file_setattr setxattrat getxattrat listxattrat
    removexattrat fchmodat2 execve execveat io_uring_enter memfd_create
"""
NOT_TRIED = ("open", "openat", "openat2")
"""They match by their flags: tried one by one in the second test."""


def _int_0x80() -> Callable[..., int]:
    """A function that makes an i386 system call: number and up to five 32-bit arguments."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    # push rbx, rbp; eax=edi ebx=esi ecx=edx edx=ecx esi=r8d edi=r9d; int 0x80; pop; ret
    page.write(bytes.fromhex("5355 89f8 89f3 4189ca 89d1 4489d2 4489c6 4489cf cd80 5d5b c3"))
    code = ctypes.c_char.from_buffer(page)  # keeps the page as long as the function lives
    kind = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_uint32] * 6)

    def call(which: int, *arguments: int) -> int:
        return int(
            kind(ctypes.addressof(code))(which, *[argument & 0xFFFFFFFF for argument in (*arguments, -1, -1, -1, -1, -1)[:5]])
        )

    return call


def _native(library: ctypes.CDLL) -> Callable[..., int]:
    return lambda which, *arguments: library.syscall(
        ctypes.c_long(which), *[ctypes.c_long(argument) for argument in (*arguments, -1, -1, -1, -1, -1, -1)[:6]]
    )


def _caller(arch: str) -> Callable[..., int]:
    return _int_0x80() if arch == "i386" else _native(ctypes.CDLL(None))


def _takes_int_0x80() -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if _caller("i386")(20) == os.getpid() else 1)
    return os.waitpid(pid, 0)[1] == 0


ARCHES = [NATIVE, *(["i386"] if NATIVE == "x86_64" and _takes_int_0x80() else [])]


def _recorded(arch: str, access: str, calls: list[tuple[int, ...]]) -> Iterator[int]:
    """The numbers of *calls* that a rule for *access* records when a child makes them."""
    call = _caller(arch)
    end = number("getppid", arch)
    go_read, go_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(go_read, 1)
        for which in calls:
            call(*which)
        call(end)
        os._exit(0)
    bits = "b32" if arch == "i386" else "b64"
    for rule in (
        ["-S", "getppid", "-k", "class-end"],
        ["-S", "all", "-F", f"perm={access}", "-k", "class-probe"],
    ):
        subprocess.run(["/usr/sbin/auditctl", "-a", "always,exit", "-F", f"arch={bits}", *rule, "-F", f"pid={pid}"], check=True)
    start = LOG.stat().st_size
    os.write(go_write, b"!")
    os.waitpid(pid, 0)
    os.close(go_read)
    os.close(go_write)
    for _ in range(200):
        text = LOG.read_bytes()[start:].decode("utf-8", "surrogateescape")
        if 'key="class-end"' in text.split("op=add_rule")[-1]:
            break
        time.sleep(0.01)
    else:
        raise AssertionError("the log does not hold the last call")
    kernel_rules.delete_all()
    for line in text.splitlines():
        if line.startswith("type=SYSCALL") and f" pid={pid} " in line and 'key="class-probe"' in line:
            match = re.search(r" syscall=(\d+) ", line)
            assert match
            yield int(match[1])


@pytest.mark.parametrize("access", "rwxa")
@pytest.mark.parametrize("arch", ARCHES)
def test_classes(arch: str, access: str) -> None:
    said = {which: permission_syscalls(arch, which) or frozenset() for which in "rwxa"}
    untried = {number(word, arch) for word in NOT_TRIED}
    tried = {found for word in OUTSIDERS.split() if (found := number(word, arch)) is not None}
    tried = {which for which in tried.union(*said.values()) if which not in untried}
    if KERNEL < (6, 17):
        tried -= {which for which in tried if which > 450}  # the classes grew with these calls
    recorded = set(_recorded(arch, access, [(which, -1, -1, -1, -1, -1) for which in sorted(tried)]))
    # socketcall is a write where it is a bind (2), which -1 is not.
    expected = {which for which in tried & said[access] if name(which, arch) != "socketcall"}
    assert {name(which, arch) for which in recorded} == {name(which, arch) for which in expected}


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize(
    ("flags", "read", "write"),
    [(os.O_RDONLY, True, False), (os.O_WRONLY, False, True), (os.O_RDWR, True, True), (3, True, True), (0o10000000, True, False)],
    ids=["read", "write", "both", "neither", "path"],
)
def test_opening_matches_by_its_flags(arch: str, flags: int, read: bool, write: bool) -> None:
    opening, openat = number("open", arch), number("openat", arch)
    calls = [(openat, -1, -1, flags)] + ([(opening, -1, flags)] if opening is not None else [])
    assert set(_recorded(arch, "r", calls)) == ({call[0] for call in calls} if read else set())
    assert set(_recorded(arch, "w", calls)) == ({call[0] for call in calls} if write else set())
    assert not set(_recorded(arch, "x", calls)) | set(_recorded(arch, "a", calls))
