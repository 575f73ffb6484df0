"""Does one harmless access in a child of our own and looks for its record in the audit log."""

from __future__ import annotations

import errno
import os
import signal
import stat
import time
from collections.abc import Callable

from tui.audit.log.records import ProbeRecord, find_probe
from tui.base.typing import NamedTuple, NoReturn
from tui.host.port import LogMark, LogPiece, ProbeResult

_TOO_LONG = "x" * 140_000  # longer than the kernel's MAX_ARG_STRLEN (131072 bytes)
_NOWHERE = "/dev/null/none"
_NO_SUCH_ATTRIBUTE = "user.docker-audit-wizard.none"

_MOST_LOG_BYTES = 8 << 20
"""As much of the log is searched for the record of an access, the newest of it, on a host that floods its log meanwhile."""


class _NotTriedError(Exception):
    """The access was not made: the program could not be kept from running."""


def _read(path: str) -> None:
    kind = os.stat(path).st_mode
    if stat.S_ISREG(kind) or stat.S_ISDIR(kind):
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NOATIME | os.O_NONBLOCK | os.O_CLOEXEC))
            return
        except PermissionError:
            pass
    os.close(os.open(path, os.O_PATH | os.O_CLOEXEC))  # recorded as a read, and wakes nobody behind a socket or a FIFO


def _write(path: str) -> None:
    # A directory cannot be opened for writing and nothing else can be opened as a directory: the kernel looks the path up,
    # records the wish to write and refuses (EISDIR, ENOTDIR), whoever asks.
    os.close(os.open(path, os.O_WRONLY | os.O_DIRECTORY | os.O_NONBLOCK | os.O_CLOEXEC))


def _execute(path: str) -> None:
    os.execve(path, [_TOO_LONG], {})  # E2BIG; EACCES for what is no program


def _opens_first() -> bool:
    """Whether execve opens the program before it counts the arguments: since Linux 6.8; seen so in 6.12 and 6.18, not so in 6.1."""
    try:
        os.execve(_NOWHERE, [_TOO_LONG], {})
    except OSError as error:
        return error.errno != errno.E2BIG


def _execute_traced() -> Callable[[str], None]:
    """Execute where E2BIG comes before the program is looked up: the kernel stops a traced process before the program's first
    instruction (ptrace(2), PTRACE_TRACEME), and there :func:`_in_child` kills it."""
    import ctypes  # no other probe has need of it, and not every Python has it

    libc = ctypes.CDLL(None)
    trace, ends_with_parent = (ctypes.c_long(number) for number in (0, 1))  # PTRACE_TRACEME, PR_SET_PDEATHSIG
    none, kill = ctypes.c_long(0), ctypes.c_long(signal.SIGKILL)

    def execute(path: str) -> None:
        # The first ends the child with us, should we be killed meanwhile; the second is refused by some hardened hosts.
        if libc.prctl(ends_with_parent, kill, none, none, none) or libc.ptrace(trace, none, none, none):
            raise _NotTriedError
        os.execve(path, [path, "--version"], {})

    return execute


def _attribute(path: str) -> None:
    os.removexattr(path, _NO_SUCH_ATTRIBUTE)  # ENODATA; EPERM for sockets and FIFOs, which have no user attributes


ACCESSES: dict[str, Callable[[str], None]] = {"r": _read, "w": _write, "x": _execute, "a": _attribute}
"""One access of each kind that changes nothing and runs nothing; each was seen recorded on files, directories, sockets and FIFOs."""


AUDITS_LOG = "the audit log"


class SearchedLog(NamedTuple):
    """Where a probe looks for its record: the place in words, its end now, what came after it, and how a record is found there."""

    name: str
    mark: Callable[[], LogMark]
    since: Callable[[LogMark], LogPiece]
    find: Callable[[bytes, int, str | None], ProbeRecord | None] = find_probe


def probe(path: str, access: str, *, timeout: float, log: SearchedLog) -> ProbeResult:
    """Do *access* to *path* and wait for its record up to *timeout* seconds. Never raises for what the host refuses."""
    act = _execute_traced() if access == "x" and not _opens_first() else ACCESSES[access]
    deadline = time.monotonic() + timeout
    try:
        if not os.path.lexists(path):
            return ProbeResult(path, access, 0, False, f"{path} does not exist, so nothing can be done to it")
        mark = log.mark()
    except OSError as error:
        return ProbeResult(path, access, 0, False, f"{log.name} cannot be read: {error.strerror}")
    try:
        pid = _in_child(lambda: act(path), deadline)
    except _NotTriedError:
        return ProbeResult(
            path, access, 0, False, f"{path} was not executed: this host does not let the attempt be stopped (ptrace)"
        )
    if pid is None:
        return ProbeResult(path, access, 0, False, f"the access to {path} did not come back within {timeout:g} s")
    data = b""
    pause = 0.0005
    place = "" if log.name == AUDITS_LOG else log.name
    while True:
        try:
            piece = log.since(mark)
        except OSError as error:
            return ProbeResult(path, access, pid, False, f"{log.name} cannot be read: {error.strerror}")
        data, mark = (data + piece.data)[-_MOST_LOG_BYTES:], piece.mark
        found = log.find(data, pid, path)
        if found is None and time.monotonic() >= deadline:
            found = log.find(data, pid, None)  # rules of the exclude list may have taken the PATH record
            if found is None:
                return ProbeResult(path, access, pid, False, f"no record of the access came into {log.name} within {timeout:g} s")
        if found is not None:
            keys = _join(found.keys)
            return ProbeResult(path, access, pid, True, "", found.serial, found.time, found.syscall, keys, found.text, place)
        time.sleep(pause)
        pause = min(pause * 2, 0.02)


def _join(keys: tuple[str, ...]) -> str | None:
    return " ".join(keys) or None


def _in_child(act: Callable[[], None], deadline: float) -> int | None:
    """The pid of a child that did *act* and is gone; None where it had to be killed, for a file system that hangs.

    Forked rather than spawned: a new interpreter takes 20 ms and would itself be recorded on hosts that watch it. Other
    threads' locks do not matter to the child, which does system calls only. Raises _NotTriedError.
    """
    pid = os.fork()
    if pid == 0:
        _act_and_exit(act)
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done and os.WIFSTOPPED(status):  # only a traced one stops for us: at the first instruction of what it executes
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if done:
            if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                raise _NotTriedError
            return pid
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, os.WNOHANG)  # one that cannot die yet is left to our own end
            return None
        time.sleep(0.0005)


def _act_and_exit(act: Callable[[], None]) -> NoReturn:
    status = 0
    try:
        act()
    except OSError:
        pass  # Refused is fine: the record is made all the same.
    except _NotTriedError:
        status = 1
    finally:
        os._exit(status)
