"""Callers for the live coverage tests: children with other ids and 32-bit calls that access a file, and what each call was exactly."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass

X86_64, I386 = 0xC000003E, 0x40000003
UNSET = 0xFFFFFFFF

_MAP_32BIT = 0x40
_PARTS = {"path": 0x100, "name": 0x1100, "argv64": 0x1200, "argv32": 0x1220, "long64": 0x1240, "long32": 0x1260, "buffer": 0x1300}
"""Where what the calls point to lies in the page."""
_LONG_AT = 0x2000
_LONG = 1 << 18  # bytes: longer than the kernel takes as one argument (MAX_ARG_STRLEN)
_RAN = 1 << 40  # in a slot: the program was started

# int f(nr, a, b, c, d) of a 32-bit system call: push rbx; mov eax,edi; mov ebx,esi; mov esi,edx; mov edx,ecx; mov ecx,esi; mov esi,r8d; int 0x80
_INT80 = bytes.fromhex("53 89f8 89f3 89d6 89ca 89f1 4489c6 cd80 5b c3")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: uids, gid and further groups, login uid."""

    name: str
    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()
    auid: int = UNSET


CALLERS = (
    Caller("root"),
    Caller("user", 1000, 1000, (100,), 1000),
    Caller("root, logged in", 0, 0, (), 1000),
    Caller("daemon", 33, 33),
    Caller("other", 54321, 100, (), 2000),
)
MARKED = 54321
"""The uid that task rules of the tests name: what they do outlives them, and so it must hit no process of others."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One call: its access, architecture, number, which argument is the path, and the arguments (names of the page's parts or numbers)."""

    access: str
    arch: int
    number: int
    path_at: int
    arguments: tuple[str | int, ...]
    forks: bool = False
    """It may start the program: made by a child of its own."""


PROBES = (
    # Executions first: while a later probe holds the file open for writing, they would fail.
    Probe("x", X86_64, 59, 0, ("path", "long64", 0)),
    Probe("x", X86_64, 59, 0, ("path", "argv64", 0), forks=True),
    Probe("x", X86_64, 322, 1, (-100, "path", "argv64", 0, 0), forks=True),
    Probe("x", I386, 11, 0, ("path", "long32", 0)),
    Probe("x", I386, 11, 0, ("path", "argv32", 0), forks=True),
    Probe("r", X86_64, 257, 1, (-100, "path", os.O_RDONLY)),
    Probe("r", X86_64, 191, 0, ("path", "name", "buffer", 8)),
    Probe("r", I386, 5, 0, ("path", os.O_RDONLY)),
    Probe("w", X86_64, 2, 0, ("path", os.O_WRONLY)),
    Probe("w", X86_64, 76, 0, ("path", "size")),
    Probe("w", I386, 295, 1, (-100, "path", os.O_WRONLY)),
    Probe("w", I386, 92, 0, ("path", "size")),
    Probe("a", X86_64, 90, 0, ("path", 0o755)),
    Probe("a", X86_64, 197, 0, ("path", "name")),
    Probe("a", I386, 15, 0, ("path", 0o755)),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A call that was made: what the audit filters see of it."""

    caller: str
    access: str
    arch: int
    number: int
    pid: int
    path_argument: tuple[int, int]
    properties: Mapping[str, int]
    groups: frozenset[int]
    exe: str

    def __str__(self) -> str:
        return f"{self.access} by {self.caller}, arch {self.arch:#x}, call {self.number}, exit {self.properties['exit']:#x}"


class Callers:
    """Makes every probe as every caller on one file."""

    def __init__(self, path: str, machine_runs_32bit: bool = True) -> None:
        self.path = path
        self.probes = [probe for probe in PROBES if machine_runs_32bit or probe.arch == X86_64]
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_32BIT
        self.page = mmap.mmap(-1, _LONG_AT + _LONG + 4096, flags, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.page))
        assert base + len(self.page) < 1 << 32
        self.parts = {name: base + at for name, at in _PARTS.items()} | {"size": os.stat(path).st_size}
        self.page[0 : len(_INT80)] = _INT80
        self._put(_LONG_AT, b"x" * _LONG + b"\0")
        self._put(_PARTS["path"], os.fsencode(path) + b"\0")
        self._put(_PARTS["name"], b"user.missing\0")
        for bits, form in ((64, "<QQ"), (32, "<II")):
            self._put(_PARTS[f"argv{bits}"], struct.pack(form, self.parts["path"], 0))
            self._put(_PARTS[f"long{bits}"], struct.pack(form, base + _LONG_AT, 0))
        self._int80 = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_uint] * 5)(base)
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.slots = mmap.mmap(-1, 16 * (len(self.probes) + 2) * len(CALLERS))
        self.exe = os.path.realpath("/proc/self/exe")

    def _put(self, at: int, data: bytes) -> None:
        self.page[at : at + len(data)] = data

    def call(self, probe: Probe) -> int:
        """Make the call; what it returns, a negative errno where it fails."""
        arguments = [self.parts[each] if isinstance(each, str) else each for each in probe.arguments]
        if probe.arch == I386:
            return int(self._int80(probe.number, *(each & UNSET for each in [*arguments, 0, 0, 0, 0][:4])))
        ctypes.set_errno(0)
        done = self._libc.syscall(ctypes.c_long(probe.number), *(ctypes.c_long(each) for each in arguments))
        return int(done) if done >= 0 else -ctypes.get_errno()

    def make(self) -> list[Event]:
        """Every probe by every caller, in children; what each was."""
        events = []
        for index, caller in enumerate(CALLERS):
            offset = index * 16 * (len(self.probes) + 2)
            child = os.fork()
            if child == 0:
                self._be(caller, offset)
            os.waitpid(child, 0)
            worker, session = struct.unpack_from("<qq", self.slots, offset)
            for number, probe in enumerate(self.probes):
                pid, result = struct.unpack_from("<qq", self.slots, offset + 16 * (number + 2))
                events.append(self._event(caller, probe, pid, result, child, worker, session))
        return events

    def _event(self, caller: Caller, probe: Probe, pid: int, result: int, child: int, worker: int, session: int) -> Event:
        ran = result == _RAN
        uids = dict.fromkeys(("uid", "euid", "suid", "fsuid"), caller.uid)
        gids = dict.fromkeys(("gid", "egid", "sgid", "fsgid"), caller.gid)
        properties = {
            **uids,
            **gids,
            "auid": caller.auid,
            "sessionid": session,
            "pid": pid,
            "ppid": child if pid == worker else worker,
            "exit": 0 if ran else result & UNSET,
        }
        path_argument = (probe.path_at, self.parts["path"])
        exe = self.path if ran else self.exe
        return Event(
            caller.name, probe.access, probe.arch, probe.number, pid, path_argument, properties, frozenset(caller.groups), exe
        )

    def _be(self, caller: Caller, offset: int) -> None:
        """In a child: take on the ids, then fork the worker, so that the task list sees them, too."""
        try:
            with open("/proc/self/loginuid", "w") as file:
                file.write(str(caller.auid))
            os.setgroups(caller.groups)
            os.setgid(caller.gid)
            os.setuid(caller.uid)
            worker = os.fork()
            if worker == 0:
                with open("/proc/self/sessionid") as file:
                    struct.pack_into("<qq", self.slots, offset, os.getpid(), int(file.read()))
                for number, probe in enumerate(self.probes):
                    self._probe(probe, offset + 16 * (number + 2))
                os._exit(0)
            os.waitpid(worker, 0)
        finally:
            os._exit(0)

    def _probe(self, probe: Probe, slot: int) -> None:
        if not probe.forks:
            struct.pack_into("<qq", self.slots, slot, os.getpid(), self.call(probe))
            return
        runner = os.fork()
        if runner == 0:
            struct.pack_into("<qq", self.slots, slot, os.getpid(), _RAN)
            struct.pack_into("<qq", self.slots, slot, os.getpid(), self.call(probe))
            os._exit(1)
        os.waitpid(runner, 0)


def runs_32bit() -> bool:
    """Whether int 0x80 works here: tried in a child, which a kernel without it kills."""
    child = os.fork()
    if child == 0:
        try:
            probe = Callers("/")
            os._exit(0 if probe.call(Probe("a", I386, 20, 0, ())) == os.getpid() else 1)
        finally:
            os._exit(errno.ENOSYS)
    return os.waitpid(child, 0)[1] == 0
