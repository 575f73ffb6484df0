"""System calls by name and number, and which of them the kernel's ``perm`` filter takes for reading, writing, executing, changing."""

from __future__ import annotations

from functools import cache

from tui.audit.rule.numbers import PERM_BITS, numbered
from tui.audit.rule.syscall_tables import AUDITCTL_LAST, AUDITCTL_NAMES, CLASSES, NAMES
from tui.base.versions import at_least, before

_TABLES = {"ppc64": "ppc", "ppc64le": "ppc"}


@cache
def _by_number(arch: str) -> dict[int, str]:
    words = NAMES.get(_TABLES.get(arch, arch), "").split()
    return {number: word for number, word in enumerate(words) if word != "-"}


@cache
def _by_name(arch: str) -> dict[str, int]:
    return {word: number for number, word in _by_number(arch).items()}


def number(name: str, arch: str) -> int | None:
    """The number of the system call that the kernel calls *name* on *arch* (x86_64, i386, aarch64, ...), None for none."""
    return _by_name(arch).get(name)


def name(number: int, arch: str) -> str | None:
    """The kernel's name of a system call number on *arch*, None where it has none or the machine is not known."""
    return _by_number(arch).get(number)


@cache
def _auditctl_names(arch: str, last: int) -> dict[str, int]:
    differing = AUDITCTL_NAMES.get(arch, {})
    known = {word: number for word, number in _by_name(arch).items() if number <= last and differing.get(word, 0) >= 0}
    return known | {word: number for word, number in differing.items() if number >= 0}


@cache
def _auditctl_by_number(arch: str) -> dict[int, str]:
    return {number: word for word, number in _auditctl_names(arch, AUDITCTL_LAST).items()}


def auditctl_number(name: str, arch: str, audit_version: str | None) -> int | None:
    """The number that auditctl takes *name* (in lower case) for, None where it refuses it.

    auditctl calls a few system calls by names of its own, pread for pread64; 3.0.x knows none past 450, and later versions
    count as knowing all.
    """
    return _auditctl_names(arch, AUDITCTL_LAST if before(audit_version, 3, 1) else 2047).get(name)


def auditctl_name(number: int, arch: str) -> str | None:
    """The name that auditctl 3.0.9 prints for a number on *arch*, None where it prints the number."""
    return _auditctl_by_number(arch).get(number)


EXECUTE = ("execve", "execveat")
OPEN = ("open", "openat", "openat2")


@cache
def permission_syscalls(arch: str, access: str) -> frozenset[int] | None:
    """The system calls that ``perm=ACCESS`` (one of ``rwxa``) can match on *arch*; None where the machine's classes are not known.

    As audit_match_perm (kernel/auditsc.c) has it: the class of the access; for ``x`` execve and execveat. ``open``, ``openat``
    and ``openat2`` match ``r`` or ``w`` (or both) by the access mode in their flags alone, so they are in both sets here; O_PATH
    counts as reading. ``socketcall`` (i386) matches ``w`` where it is a bind.
    """
    classes = CLASSES.get(arch)
    if classes is None:
        return None
    if access == "x":
        return frozenset(found for word in EXECUTE if (found := number(word, arch)) is not None)
    extra = OPEN if access == "r" else (*OPEN, "socketcall") if access == "w" else ()
    return classes[access] | {found for word in extra if (found := number(word, arch)) is not None}


_EXPANSIONS: dict[tuple[int, ...], dict[str, str]] = {
    (4, 0): {
        "x": "execve",
        "w": "rename mkdir rmdir creat link unlink symlink mknod mkdirat mknodat unlinkat renameat linkat symlinkat renameat2 acct"
        " swapon quotactl truncate ftruncate bind fallocate open openat openat2",
        "r": "readlink quotactl listxattr llistxattr flistxattr getxattr lgetxattr fgetxattr readlinkat open openat openat2",
        "a": "chmod fchmod chown lchown fchown setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr fchownat fchmodat"
        " link linkat",
    },
    (4, 1): {
        "x": "execveat",
        "w": "quotactl_fd",
        "r": "listxattrat getxattrat file_getattr",
        "a": "setxattrat removexattrat fchmodat2 file_setattr",
    },
    (4, 2): {"r": "quotactl_fd stat lstat fstat newfstatat statx"},
}
"""What libaudit puts in place of a perm (lib/permtab.h): what each version added."""


@cache
def expansion_4x(perm: int, arch: str, audit_version: str | None = "4.0.2") -> frozenset[int]:
    """The system calls that auditctl 4.x adds to a rule for ``-F perm=`` (a mask) after ``-F arch=``; empty before 4.0.

    It is what the kernel's classes were once: execveat, fchmodat2 and the xattrat calls are missing in 4.0, so such a rule
    records less than ``-w`` or ``-S all``.
    """
    names: list[str] = []
    for since, added in _EXPANSIONS.items():
        if not before(audit_version, *since):
            names += [word for letter, words in added.items() if perm & PERM_BITS[letter] for word in words.split()]
    return frozenset(found for word in names if (found := auditctl_number(word, arch, audit_version)) is not None)


def expands_permissions(audit_version: str | None) -> bool:
    """Whether auditctl of this version replaces a perm by system calls (4.0 and later); a version not known counts as 3.x."""
    return at_least(audit_version, 4)


# What auditctl 4.x takes for a system call in the list io_uring (lib/uringop_table.h): number and names from there on.
_IO_URING = """
9 sendmsg recvmsg 13 accept 16 connect fallocate openat close 28 openat2 34 shutdown renameat unlinkat mkdirat symlinkat linkat
msg_ring fsetxattr setxattr fgetxattr getxattr 46 uring_cmd 48 sendmsg_zc 50 waitid futex_wait futex_wake futex_waitv
fixed_fd_install ftruncate bind listen 64 uring_cmd128
"""
IO_URING_OPERATIONS = numbered(_IO_URING)
