"""The audit log of a simulated host: records as auditd 3.0.9 writes them in its ENRICHED format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf

from tui.audit.inputs import LogFile
from tui.audit.rule.value import KEY_SEPARATOR
from tui.base.dataclass import dataclass, replace
from tui.base.typing import Literal
from tui.host.port import LogMark, LogPart, LogPiece

SYSCALL_OF = {"r": (257, "openat"), "w": (257, "openat"), "x": (59, "execve"), "a": (197, "removexattr")}
"""The system call (x86_64) by which each access is done here."""

_PROBED = {"r": "success=yes exit=3", "w": "success=no exit=-20", "x": "success=no exit=-7", "a": "success=no exit=-61"}
"""How a harmless access of our own ends."""
_PROBES_FLAGS = {"r": "c0800", "w": "90801", "x": "7f6c0", "a": "7f6d0"}
_DONE_BY = SYSCALL_OF | {"a": (90, "chmod")}
_DONE = {"r": "success=yes exit=3", "w": "success=yes exit=3", "x": "success=yes exit=0", "a": "success=yes exit=0"}
_FLAGS = {"r": "80000", "w": "80241", "x": "7ffd31c2", "a": "1ed"}
_REFUSED = "success=no exit=-13"
_DEVICE = 0xFE01
_INODE = 262_411
_NO_INODE = (0xFE00, 9_000_001)
"""What stands for the device and inode of a path that the scenario does not tell of."""


@dataclass(frozen=True, slots=True)
class Event:
    """One access as the kernel records it: by whom, to what, and under which keys; ``how`` it went: as a probe of our own does, done, or
    refused. ``login`` is the login uid (None: none) with its name, ``line`` the command line ("": the command alone)."""

    path: str
    access: str
    pid: int
    keys: tuple[str, ...]
    command: str = "docker-audit-wi"
    program: str = "/usr/bin/python3.11"
    how: Literal["probe", "done", "refused"] = "probe"
    login: int | None = None
    login_name: str = ""
    line: str = ""


FIRST_SERIAL = 4711
"""The number of the event before the first that comes into the log of a simulated host."""


class SimulatedLog:
    """The bytes that came into the log since the scenario began, after *size* bytes, of which only *past* are kept: what came in before,
    each event with its moment."""

    def __init__(
        self,
        size: int,
        past: Sequence[tuple[float, Event]] = (),
        inode_of: Callable[[str], tuple[int, int] | None] = lambda _path: None,
    ) -> None:
        """*inode_of* tells the device and inode of a path of the host."""
        self._inode_of = inode_of
        self._data = bytearray()
        self._serial = FIRST_SERIAL - len(past)
        self._past: list[tuple[float, bytes]] = []
        for moment, event in past:
            self.access(event, moment)
            self._past.append((moment, bytes(self._data)))
            self._data.clear()
        self._before = max(size, sum(len(data) for _, data in self._past))

    @property
    def size(self) -> int:
        """The size of the whole log file, in bytes."""
        return self._before + len(self._data)

    def mark(self) -> LogMark:
        """The end of the log."""
        return LogMark(_DEVICE, _INODE, self.size)

    def since(self, mark: LogMark) -> LogPiece:
        """The piece of the log that came after *mark*."""
        if (mark.device, mark.inode) != (_DEVICE, _INODE):
            return LogPiece(bytes(self._data), self.mark(), gap=mark.inode != 0)
        return LogPiece(bytes(self._data[max(0, mark.offset - self._before) :]), self.mark())

    def parts(self, folder: str, files: Sequence[LogFile]) -> Iterator[LogPart]:
        """What is kept of the log, as parts of *files*, the newest first: what came in before, in the file that goes back so far."""
        left, now = list(self._past), bytes(self._data)
        for file in files or (LogFile("audit.log", 0, 0.0),):
            begins = file.first_event if file.first_event is not None and file is not files[-1] else -inf
            older = [(moment, data) for moment, data in left if moment < begins]
            kept = b"".join(data for _, data in left[len(older) :]) + now
            yield LogPart(f"{folder}/{file.name}", max(0, file.size - len(kept)), kept)
            left, now = older, b""

    def file(self, facts: LogFile, now: float) -> LogFile:
        """*facts*, which are those of the log at the beginning, as the log is now."""
        return replace(facts, size=self.size, mtime=now) if self._data else facts

    def access(self, event: Event, now: float) -> None:
        """Record one access: SYSCALL, CWD, PATH and PROCTITLE."""
        stamp = self._stamp(now)
        number, name = (SYSCALL_OF if event.how == "probe" else _DONE_BY)[event.access]
        result = {"probe": _PROBED[event.access], "done": _DONE[event.access], "refused": _REFUSED}[event.how]
        flags = (_PROBES_FLAGS if event.how == "probe" else _FLAGS)[event.access]
        login = 4294967295 if event.login is None else event.login
        # Who is refused is no root.
        uid, user = (login, event.login_name) if event.how == "refused" else (0, "root")
        self._line(
            f"type=SYSCALL {stamp} arch=c000003e syscall={number} {result} a0=ffffff9c a1=7f3a5c1e2d80 "
            f"a2={flags} a3=0 items=1 ppid=1 pid={event.pid} auid={login} uid={uid} gid=0 euid={uid} suid=0 fsuid=0 "
            f"egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 comm={_quoted(event.command)} exe={_quoted(event.program)} "
            f"key={_key(event.keys)}\x1dARCH=x86_64 SYSCALL={name} "
            f'AUID="{event.login_name or "unset"}" UID="{user}" GID="root" EUID="{user}" SUID="root" FSUID="root" EGID="root" SGID="root" '
            'FSGID="root"'
        )
        self._line(f'type=CWD {stamp} cwd="/"')
        device, inode = self._inode_of(event.path) or _NO_INODE
        self._line(
            f"type=PATH {stamp} item=0 name={_quoted(event.path)} inode={inode} dev={device >> 8:02x}:{device & 0xFF:02x} mode=0100755 ouid=0 ogid=0 "
            'rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"'
        )
        self._line(f"type=PROCTITLE {stamp} proctitle={(event.line or event.command).replace(' ', chr(0)).encode().hex().upper()}")

    def number_anew(self) -> None:
        """Count events from 1 again, as the kernel does after a boot (audit_serial in kernel/audit.c)."""
        self._serial = 0

    def rule_changed(self, op: str, keys: tuple[str, ...], now: float) -> None:
        """Record that a rule was added or removed (*op*: add_rule, remove_rule)."""
        self._line(
            f'type=CONFIG_CHANGE {self._stamp(now)} auid=4294967295 ses=4294967295 op={op} key={_key(keys)} list=4 res=1\x1dAUID="unset"'
        )

    def daemon(self, kind: str, text: str, now: float) -> None:
        """Record a word of auditd itself, such as DAEMON_START."""
        self._line(f'type={kind} {self._stamp(now)} {text}\x1dAUID="unset" UID="root"')

    def _stamp(self, now: float) -> str:
        self._serial += 1
        return f"msg=audit({now:.3f}:{self._serial}):"

    def _line(self, text: str) -> None:
        self._data += text.encode("utf-8", "surrogateescape") + b"\n"


def _quoted(text: str) -> str:
    """A string that others chose, as the kernel writes it (audit_log_untrustedstring): in hex where it holds a blank, a quote or worse."""
    data = text.encode("utf-8", "surrogateescape")
    plain = all(0x20 < byte < 0x7F and byte != 0x22 for byte in data)
    return f'"{text}"' if plain else data.hex().upper()


def _key(keys: tuple[str, ...]) -> str:
    return _quoted(KEY_SEPARATOR.join(keys)) if keys else "(null)"
