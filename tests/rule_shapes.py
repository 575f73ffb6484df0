"""Rule sets of the shapes that hardened hosts load, made anew: how many rules with and without a path, and which fields they ask for.

Counted were two public sets: a community set of some 400 rules, and the one that audit ships for OSPP. No line of theirs is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice

from tests.build import with_file
from tui.host.facts import HostFacts
from tui.verdict.disk import read_disk

PEOPLE = "-F auid>=1000 -F auid!=unset"
_CHANGES = (
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "removexattr",
)
_ELSEWHERE = (
    "mount",
    "swapon",
    "sethostname",
    "connect",
    "socket",
    "ptrace",
    "shmget",
    "semget",
    "msgget",
    "init_module",
    "kexec_load",
)
"""Calls that decide about no access to a file: what most rules without a path of the large set are about."""
_OPENS = "open,openat,openat2,open_by_handle_at"


def community() -> list[str]:
    """399 rules, 54 of them without a path: watches for the most part, and rules about calls that open no file."""
    watches = [f"-w /etc/site/{number}.conf -p wa -k site-{number % 40}" for number in range(267)]
    fields = [
        *(f"-a always,exit -F arch=b64 -F path=/usr/sbin/site-{number} -F perm=x -k tools" for number in range(22)),
        *(f"-a always,exit -F path=/usr/bin/site-{number} -F perm=x {PEOPLE} -k privileged" for number in range(18)),
        *(f"-a always,exit -F arch=b64 -F dir=/srv/site/{number} -F perm=wa -k data" for number in range(23)),
        *(f"-a always,exit -F arch=b64 -F dir=/home/site-{number} -F success=0 -k refused" for number in range(10)),
        *(f"-a never,exit -F arch=b64 -F dir=/srv/cache/{number} -k cache" for number in range(5)),
    ]
    elsewhere = [
        f"-a always,exit -F arch=b64 -S {call} -F a{at % 3}={at} -k kernel" for at, call in zip(range(32), cycle(_ELSEWHERE))
    ]
    deciding = [
        *(f"-a always,exit -F arch=b64 -S {call} {PEOPLE} -k modes" for call in _CHANGES),
        f"-a always,exit -F arch=b64 -S unlink,unlinkat,rename,renameat {PEOPLE} -k removals",
        *(f"-a always,exit -F arch=b64 -S {_OPENS} -F exit={code} {PEOPLE} -k refused" for code in ("-EACCES", "-EPERM")),
        *(f"-a always,exit -F arch=b64 -S link,symlink,mknod -F exit={code} -k made" for code in ("-EACCES", "-EPERM")),
        *(f"-a always,exit -F arch=b64 -S execve -F euid={user} -k started" for user in (0, 33)),
        "-a never,exit -F arch=b64 -F exe=/usr/bin/vmtoolsd",
        "-a never,exit -F subj_type=crond_t",
        "-a always,exit -F arch=b32 -S all -k other-abi",
    ]
    return ["-a never,user -F subj_type=crond_t", *deciding[-3:-1], *elsewhere, *watches, *fields, *deciding[:-3], deciding[-1]]


def protection_profile() -> list[str]:
    """93 rules, 60 of them without a path: each kind of access of people once for what is refused and once for what succeeds."""
    results = ("-F exit=-EACCES", "-F exit=-EPERM", "-F success=1")
    kinds = [
        *(f"-S {call} -F a{at}&0100" for call, at in (("open", 1), ("openat", 2), ("open_by_handle_at", 2))),
        *(f"-S {call} -F a{at}&01003" for call, at in (("open", 1), ("openat", 2), ("open_by_handle_at", 2))),
        f"-S {_OPENS},truncate",
        "-S unlink,unlinkat,rename,renameat",
        "-S chmod,fchmod,fchmodat,setxattr",
        "-S chown,fchown,lchown,fchownat",
    ]
    without = [
        f"-a always,exit -F arch={arch} {kind} {result} {PEOPLE} -k access"
        for kind in kinds
        for result in results
        for arch in ("b32", "b64")
    ]
    named = [f"-a always,exit -F arch=b64 -F path=/usr/bin/site-{number} -F perm=x {PEOPLE} -k privileged" for number in range(33)]
    return [*without, *named]


def without_path(number: int) -> list[str]:
    """So many rules that name no path: each asks for a call and for callers of its own, most of accesses to files."""
    return list(islice(_without_path(), number))


def _without_path() -> Iterator[str]:
    calls = cycle((*_CHANGES, "open", "openat", "unlink", "rename", "renameat", "truncate", "execve", "link"))
    for number, call in enumerate(calls):
        arch, code = ("b64", "b32")[number % 2], ("-EACCES", "-EPERM", "-ENOENT")[number % 3]
        yield f"-a always,exit -F arch={arch} -S {call} -F auid>={1000 + number} -F auid!=unset -F exit={code} -k site-{number}"


def carrying(facts: HostFacts, lines: list[str]) -> HostFacts:
    """The host with these lines in rules.d, loaded as a boot loads them."""
    facts = with_file(facts, "50-site.rules", "".join(f"{line}\n" for line in lines).encode())
    disk = read_disk(facts)
    assert disk.loaded.stopped is None, disk.loaded.stopped
    return replace(facts, kernel_rules=disk.rules)
