"""The audit log of a simulated host: records as auditd 3.0.9 writes them in its ENRICHED format."""

from __future__ import annotations

from tui.audit.inputs import LogFile
from tui.audit.rule.value import KEY_SEPARATOR
from tui.base.dataclass import dataclass, replace
from tui.host.port import LogMark, LogPiece

SYSCALL_OF = {"r": (257, "openat"), "w": (257, "openat"), "x": (59, "execve"), "a": (197, "removexattr")}
"""The system call (x86_64) by which each access is done here."""

_RESULT_OF = {"r": "success=yes exit=3", "w": "success=no exit=-20", "x": "success=no exit=-7", "a": "success=no exit=-61"}
_FLAGS_OF = {"r": "c0800", "w": "90801", "x": "7f6c0", "a": "7f6d0"}
_DEVICE = 0xFE01
_INODE = 262_411


@dataclass(frozen=True, slots=True)
class Event:
    """One access as the kernel records it: by whom, to what, and under which keys."""

    path: str
    access: str
    pid: int
    keys: tuple[str, ...]
    command: str = "docker-audit-wi"
    program: str = "/usr/bin/python3.11"


class SimulatedLog:
    """The bytes that came into the log since the scenario began, after *size* bytes that are not kept."""

    def __init__(self, size: int) -> None:
        self._before = size
        self._data = bytearray()
        self._serial = 4711

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

    def file(self, facts: LogFile, now: float) -> LogFile:
        """*facts*, which are those of the log at the beginning, as the log is now."""
        return replace(facts, size=self.size, mtime=now) if self._data else facts

    def access(self, event: Event, now: float) -> None:
        """Record one access: SYSCALL, CWD, PATH and PROCTITLE."""
        stamp = self._stamp(now)
        number, name = SYSCALL_OF[event.access]
        self._line(
            f"type=SYSCALL {stamp} arch=c000003e syscall={number} {_RESULT_OF[event.access]} a0=ffffff9c a1=7f3a5c1e2d80 "
            f"a2={_FLAGS_OF[event.access]} a3=0 items=1 ppid=1 pid={event.pid} auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 "
            f"egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 comm={_quoted(event.command)} exe={_quoted(event.program)} "
            f"key={_key(event.keys)}\x1dARCH=x86_64 SYSCALL={name} "
            'AUID="unset" UID="root" GID="root" EUID="root" SUID="root" FSUID="root" EGID="root" SGID="root" FSGID="root"'
        )
        self._line(f'type=CWD {stamp} cwd="/"')
        self._line(
            f"type=PATH {stamp} item=0 name={_quoted(event.path)} inode=394211 dev=fe:00 mode=0100755 ouid=0 ogid=0 "
            'rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"'
        )
        self._line(f"type=PROCTITLE {stamp} proctitle={event.command.encode().hex().upper()}")

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
