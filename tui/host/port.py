"""Host: the only way to touch a machine. LiveHost and SimulatedHost both keep this contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.typing import TYPE_CHECKING, Literal
from tui.host.facts import HostFacts, Interest

if TYPE_CHECKING:
    from pathlib import Path  # nothing that check imports needs it at run time

    from tui.host.recorder import RecordPlace


class FileChanged(Exception):
    """A file is not what it was when the plan was made; nothing was written. ``path`` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} has changed since it was read")
        self.path = path


class Busy(Exception):
    """Another run holds the lock. ``holder`` says who, as far as the lock file tells."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"another run is at work ({holder})")
        self.holder = holder


class CalledOff(Exception):
    """Somebody wanted no longer to wait for the lock; the message says for what he waited."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What became of a command. ``exit_code`` is None where it was ended by a signal or never started; ``output`` is stdout and
    stderr as they came, cleaned, at most 1 MiB; ``seconds`` is wall time. An exit code is a hint, never a proof."""

    argv: tuple[str, ...]
    state: Literal["exited", "signalled", "timeout", "cancelled", "not-started"]
    exit_code: int | None
    signal: int | None
    output: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program that does a run: the login uid (None: no login, as in a service) and its user, SUDO_USER, the terminal
    ("" for none), the command line, and this program's version. None of it is cleaned, and SUDO_USER is what root's environment
    says."""

    login_uid: int | None
    login_user: str
    sudo_user: str
    terminal: str
    command: tuple[str, ...]
    version: str

    @property
    def text(self) -> str:
        """The actor in one phrase, the command line left out; cleaned."""
        who = "no login (as a service or in a container)"
        if self.login_uid is not None:
            who = f"{self.login_user or 'a user'} (login uid {self.login_uid})"
        sudo = f", by sudo from {self.sudo_user}" if self.sudo_user else ""
        return clean(f"{who}{sudo}{f', on {self.terminal}' if self.terminal else ''}")

    @property
    def name(self) -> str:
        """The person in a word or two, for a table's cell; not cleaned."""
        login = "no login" if self.login_uid is None else str(self.login_uid)
        return self.sudo_user or self.login_user or login


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The record of our own harmless access, found in the log by pid and then by serial.

    ``recorded`` False with ``reason``: no record came within the time-out. ``time`` is in seconds since 1970, ``key`` the
    rule's key, decoded; None for none.
    """

    path: str
    access: str
    pid: int
    recorded: bool
    reason: str = ""
    serial: int | None = None
    time: float | None = None
    syscall: str | None = None
    key: str | None = None
    record: str = ""
    place: str = ""
    """Where the record was found, for a sentence; "" for auditd's log."""


@dataclass(frozen=True, slots=True)
class LogMark:
    """A place in the audit log: which file (device and inode, so that it is found again after a rotation renamed it) and the
    offset in bytes of the first byte not yet read. A log that does not exist is ``LogMark(0, 0, 0)``.

    ``tail`` is what stands right before the offset: file systems give the inode number of a deleted log to the next one.
    """

    device: int
    inode: int
    offset: int
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class LogPiece:
    """What the audit log got after a mark: ``data`` holds whole lines only, oldest first, across rotations; ``mark`` is where
    the next piece begins. ``gap`` is True where the marked file is no longer there (rotated away, or emptied), so that
    records between are missing and ``data`` begins with the oldest file that is left."""

    data: bytes
    mark: LogMark
    gap: bool = False


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of the audit log: whole lines of the file called ``file``, in its order, from its byte ``start`` on."""

    file: str
    start: int
    data: bytes


class Host(Protocol):
    """The port to a machine: this one (LiveHost) or one played from a scenario (SimulatedHost)."""

    @property
    def source(self) -> Literal["live", "demo"]:
        """Whether the host is live or simulated; shown, and put into reports."""

    @property
    def state_folder(self) -> Path:
        """Where runs keep their journal: /var/lib/docker-audit-wizard, or the simulation's own temporary folder. Created 0700 on
        first use; raises PermissionError where it exists with another owner or mode."""

    def read(self, interest: Interest) -> HostFacts:
        """The host as it is now. Never raises for what cannot be read: that is in the facts."""

    def lock(self, waiting: Callable[[str], None] = ..., cancelled: Callable[[], bool] = ...) -> AbstractContextManager[None]:
        """Hold the machine's one run lock; raises Busy where another run has it. Waits for a command that a killed run left at
        work: what :meth:`run` starts is noted in the lock (not inherited: auditd would keep the descriptor for good).

        *waiting* is told which command is waited for, and for how long; once *cancelled* says so, CalledOff is raised."""

    def write_file(self, path: str, content: bytes, *, before: bytes | None, mode: int, uid: int, gid: int) -> None:
        """Replace or make *path* atomically and durably: fsync, SELinux label kept, no link followed, never half a file.

        *before* is what must be there at the moment of the rename (None: nothing). Raises FileChanged or OSError.
        """

    def remove_file(self, path: str, *, before: bytes) -> None:
        """Remove *path* durably where it still holds *before*. Raises FileChanged or OSError."""

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        on_output: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> CommandResult:
        """Run an absolute program without a shell, in a fixed environment and a session of its own; *on_output* gets cleaned
        text as it comes. Past *timeout* seconds the whole group is ended. Never raises for a failing command."""

    def probe(self, path: str, access: str, *, timeout: float = 2.0, place: RecordPlace | None = None) -> ProbeResult:
        """Do the harmless access *access* (one of ``rwxa``) to *path* in a child of our own and look for its record in the log, or in the
        *place* where another recorder puts it."""

    def log_mark(self) -> LogMark:
        """The end of the audit log (auditd.conf's log_file) as it is now. Raises OSError where it cannot be read."""

    def log_since(self, mark: LogMark) -> LogPiece:
        """Every whole line that the audit log got after *mark*, rotated files included. Raises OSError where it cannot be read."""

    def log_parts(self) -> Iterator[LogPart]:
        """The audit log and its rotated files in parts of some MiB, the newest first, each line once; as much as its caller takes.
        A rotated file that cannot be read is left out; raises OSError where the log itself cannot be."""

    def actor(self) -> Actor:
        """The actor: who asks for what is done on this host. Never raises."""

    def write_system_log(self, text: str) -> None:
        """Write one line to the system's log, cleaned and cut where it is long. Best effort: never raises, waits for no log daemon."""

    def now(self) -> float:
        """The host's clock, in seconds since 1970."""

    def uptime(self) -> float:
        """Seconds since the boot, those of a suspended machine among them (clock_gettime(2), CLOCK_BOOTTIME): nobody can set it back,
        so durations are measured by it."""

    def boot_id(self) -> str:
        """The name of the running boot, another one after each (random(4), /proc/sys/kernel/random/boot_id); "" where it is not told."""

    def sleep(self, seconds: float) -> None:
        """Wait some seconds; a simulation only moves its clock."""
