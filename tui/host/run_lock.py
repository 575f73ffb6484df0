"""The machine's one run lock: two runs never work at once, and a run waits for what a killed one left at work."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tui.base.cleaning import clean, clean_bytes
from tui.host.port import Busy, CalledOff

WAIT_SECONDS = 300.0
"""How long a run waits for a dead run's command: loading 5000 watches again takes 67 s (measured)."""

FORK_SECONDS = 10.0
"""How long a dead run's forked child may take until its program starts: milliseconds, more on a host that is short of memory."""


def state_folder(path: Path) -> Path:
    """*path*, made with mode 0700 where it is missing. Raises PermissionError where it exists with another owner or mode."""
    try:
        os.makedirs(path.parent, exist_ok=True)
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass
    facts = os.lstat(path)
    mine = facts.st_uid == os.geteuid() and facts.st_mode & 0o170077 == 0o040000
    if facts.st_uid == 0 and os.geteuid() != 0:
        raise PermissionError(errno.EPERM, "belongs to root: start the program again as root", str(path))
    if not mine:
        raise PermissionError(
            errno.EPERM,
            f"must be a directory of uid {os.geteuid()} that nobody else may enter: chown {os.geteuid()} and chmod 0700 it, or move it away",
            str(path),
        )
    return path


SAY_EVERY = 5.0
"""Seconds between two words on what is waited for."""


class RunLock:
    """flock(2) on the file ``lock`` in the state folder; the file says who holds it and which command it has at work.

    The lock is not simply inherited by the run's children: a daemon that an init script starts keeps every descriptor it
    gets, so auditd itself would hold the lock until its next restart (seen with 3.0.9 under sysvinit). Instead each child
    writes its session into the file before its program starts. A daemon leaves that session, a load still at work does not.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    @contextmanager
    def hold(
        self, waiting: Callable[[str], None] = lambda _text: None, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Hold the lock; raises Busy where a living run has it, or a dead run's command is still at work after WAIT_SECONDS.

        *waiting* is told, every few seconds, which command is waited for and for how long; once *cancelled* says so, CalledOff is raised.
        """
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            _take(fd)
            _wait_for_session(fd, waiting, cancelled)
            started = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
            _write(fd, f"process {os.getpid()}, since {started}\n".encode())
            self._fd = fd
            try:
                yield
            finally:
                self._fd = None
                os.ftruncate(fd, 0)
        finally:
            os.close(fd)

    def note_session(self) -> None:
        """To be called by a child that leads a new session, right before its program starts; does nothing without the lock."""
        if self._fd is not None:
            pid = os.getpid()
            os.lseek(self._fd, 0, os.SEEK_END)
            os.write(self._fd, b"session %d %d\n" % (pid, _start_ticks(pid) or 0))


def _take(fd: int) -> None:
    """Take the flock; raises Busy where a living process has it.

    A run that is killed while it starts a command leaves a forked child, which holds the descriptor until its program starts
    (close-on-exec): where the process that the file names is dead, that moment is waited for.
    """
    until = time.monotonic() + FORK_SECONDS
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if _lives(_holder(fd)) or time.monotonic() > until:
                raise Busy(_holder(fd)) from None
        time.sleep(0.01)


def _lives(holder: str) -> bool:
    number = holder.removeprefix("process ").partition(",")[0]
    fields = _stat(int(number)) if number.isdecimal() else None
    return fields is not None and fields[0] not in "ZX"


def _holder(fd: int) -> str:
    first = os.pread(fd, 4096, 0).decode("utf-8", "replace").partition("\n")[0]
    return clean(first) or "it did not say who it is"


def _wait_for_session(fd: int, waiting: Callable[[str], None], cancelled: Callable[[], bool]) -> None:
    sessions = []
    for line in os.pread(fd, 1 << 20, 0).decode("ascii", "replace").splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "session" and words[1].isdigit() and words[2].isdigit():
            sessions.append((int(words[1]), int(words[2])))
    began, told = time.monotonic(), 0.0
    while sessions and (busy := _at_work(sessions)):
        waited = time.monotonic() - began
        if waited >= told:
            told += SAY_EVERY
            waiting(
                f"Waiting for a command of an earlier run, {_command(busy)}, still at work as process {busy}: {waited:.0f} s so far, "
                f"{WAIT_SECONDS:.0f} s at most."
            )
        if cancelled():
            raise CalledOff(
                f"The wait for a command of an earlier run, {_command(busy)}, was called off; it is still at work as process {busy}."
            )
        if waited > WAIT_SECONDS:
            raise Busy(f"a command of an earlier run is still at work as process {busy}; end it, or wait for it")
        time.sleep(0.1)


def _command(pid: int) -> str:
    """What process *pid* runs, for a sentence."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read(200).rstrip(b"\0").split(b"\0")
    except OSError:
        return "which has just ended"
    return clean_bytes(b" ".join(words)) or "without a name"


def _at_work(sessions: list[tuple[int, int]]) -> int | None:
    """A living process of one of *sessions*, each given as session id and start of its leader.

    A session id is not given out again while one of its processes lives, so that only a leader with another start time
    tells of a reused number.
    """
    wanted = {}
    for session, started in sessions:
        leader = _start_ticks(session)
        if leader is None or leader == started:
            wanted[session] = started
    if not wanted:
        return None
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _stat(int(name))) and int(fields[3]) in wanted and fields[0] not in "ZX":
            return int(name)
    return None


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third (state) on: [0] state, [3] session, [19] start in ticks since boot."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].decode().split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _start_ticks(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[19]) if fields else None


def _write(fd: int, text: bytes) -> None:
    os.ftruncate(fd, 0)
    os.pwrite(fd, text, 0)
    os.lseek(fd, 0, os.SEEK_END)
