"""System call tables and what auditctl 4.x makes of a perm; the kernel's own classes are held against it in tests/live."""

from __future__ import annotations

import pytest

from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.syscalls import auditctl_name, auditctl_number, expansion_4x, name, number, permission_syscalls
from tui.audit.rule.value import Field

RWXA_4_0_2 = """
open,bind,execve,truncate,ftruncate,rename,mkdir,rmdir,creat,link,unlink,symlink,readlink,chmod,fchmod,chown,fchown,lchown,mknod,acct
swapon,quotactl,setxattr,lsetxattr,fsetxattr,getxattr,lgetxattr,fgetxattr,listxattr,llistxattr,flistxattr,removexattr,lremovexattr
fremovexattr,openat,mkdirat,mknodat,fchownat,unlinkat,renameat,linkat,symlinkat,readlinkat,fchmodat,fallocate,renameat2,openat2
"""
WA_4_0_2 = """
open,bind,truncate,ftruncate,rename,mkdir,rmdir,creat,link,unlink,symlink,chmod,fchmod,chown,fchown,lchown,mknod,acct,swapon,quotactl
setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr,openat,mkdirat,mknodat,fchownat,unlinkat,renameat,linkat,symlinkat
fchmodat,fallocate,renameat2,openat2
"""


def _numbers(names: str) -> frozenset[int]:
    found = [number(word, "x86_64") for word in names.replace(",", " ").split()]
    assert None not in found
    return frozenset(which for which in found if which is not None)


@pytest.mark.parametrize(("perm", "listed"), [("rwxa", RWXA_4_0_2), ("wa", WA_4_0_2)])
def test_the_expansion_that_auditctl_4_0_2_listed(perm: str, listed: str) -> None:
    line = f"-a always,exit -F arch=b64 -F path=/usr/bin/containerd -F perm={perm} -F key=docker"
    new = parse_line(line, Names(audit_version="4.0.2"))
    assert isinstance(new, AddRule)
    assert new.rule.syscalls == _numbers(listed)
    old = parse_line(line, Names(audit_version="3.0.9"))
    assert isinstance(old, AddRule)
    assert old.rule.syscalls is None
    assert old.rule.fields == new.rule.fields


def test_what_keeps_a_perm_from_being_expanded() -> None:
    names = Names(audit_version="4.0.2")
    for line in (
        "-a always,exit -F path=/x -F perm=wa",
        "-a always,exit -F perm=wa -F arch=b64 -F path=/x",
        "-a always,exit -F arch=b64 -S all -F path=/x -F perm=wa",
        "-w /x -p wa",
    ):
        found = parse_line(line, names)
        assert isinstance(found, AddRule)
        assert found.rule.syscalls is None, line
        assert Field("perm", "=", 10) in found.rule.fields


def test_what_the_expansion_lacks() -> None:
    """Such a rule records less than a watch: execveat, fchmodat2 and removexattrat stay out."""
    for access, missing in (("x", "execveat"), ("a", "fchmodat2"), ("a", "removexattrat")):
        mask = {"x": 1, "a": 8}[access]
        kernel = permission_syscalls("x86_64", access)
        assert kernel is not None
        assert number(missing, "x86_64") in kernel - expansion_4x(mask, "x86_64", "4.0.2")
        assert number(missing, "x86_64") in expansion_4x(mask, "x86_64", "4.2")


@pytest.mark.parametrize(
    ("arch", "word", "which"),
    [
        ("x86_64", "execve", 59),
        ("x86_64", "open", 2),
        ("x86_64", "file_setattr", 469),
        ("i386", "execve", 11),
        ("i386", "chmod", 15),
        ("i386", "socketcall", 102),
        ("aarch64", "execve", 221),
        ("aarch64", "openat", 56),
    ],
)
def test_numbers_and_names(arch: str, word: str, which: int) -> None:
    assert number(word, arch) == which
    assert name(which, arch) == word


def test_machines_that_are_not_known() -> None:
    assert permission_syscalls("riscv64", "w") is None
    assert number("open", "riscv64") is None
    assert name(0, "riscv64") is None
    assert number("open", "aarch64") is None
    assert name(2047, "x86_64") is None


def test_auditctl_has_names_of_its_own() -> None:
    assert auditctl_number("pread", "x86_64", "3.0.9") == number("pread64", "x86_64") == 17
    assert auditctl_number("pread64", "x86_64", "3.0.9") is None
    assert auditctl_name(17, "x86_64") == "pread"
    assert auditctl_number("fchmodat2", "x86_64", "3.0.9") is None
    assert auditctl_number("fchmodat2", "x86_64", "4.0.2") == 452
    assert auditctl_name(452, "x86_64") is None


def test_opening_is_reading_and_writing() -> None:
    for arch in ("x86_64", "i386", "aarch64"):
        opening = number("openat", arch)
        assert [opening in (permission_syscalls(arch, access) or ()) for access in "rwxa"] == [True, True, False, False]


def test_io_uring_operations_since_3_1() -> None:
    line = "-a always,io_uring -S openat,18,close -F uid=1000"
    found = parse_line(line, Names(audit_version="4.0.2"))
    assert isinstance(found, AddRule)
    assert (found.rule.filter, found.rule.syscalls) == ("io_uring", frozenset({18, 19}))
    assert not isinstance(parse_line(line, Names(audit_version="3.0.9")), AddRule)
