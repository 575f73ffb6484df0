"""System calls by name and number, and which of them the kernel's ``perm`` filter takes for reading, writing, executing, changing."""

from __future__ import annotations

from functools import cache

from tui.audit.syscall_tables import AUDITCTL_LAST, AUDITCTL_NAMES, CLASSES, NAMES

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
def _auditctl_names(arch: str, exact: bool) -> dict[str, int]:
    differing = AUDITCTL_NAMES.get(arch, {})
    own = {word: number for word, number in differing.items() if number >= 0}
    if not exact:
        return {**_by_name(arch), **own}
    known = {word: number for word, number in _by_name(arch).items() if number <= AUDITCTL_LAST and differing.get(word, 0) >= 0}
    return {**known, **own}


@cache
def _auditctl_by_number(arch: str) -> dict[int, str]:
    return {number: word for word, number in _auditctl_names(arch, True).items()}


def auditctl_number(name: str, arch: str, audit_version: str | None) -> int | None:
    """The number that auditctl takes *name* (in lower case) for, None where it refuses it.

    3.0.x knows the system calls up to 450 and calls a few by names of its own (pread for pread64). For other versions every name
    of either kind counts as known.
    """
    return _auditctl_names(arch, bool(audit_version and audit_version.startswith("3.0."))).get(name)


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
