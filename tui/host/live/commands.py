"""Runs one program without a shell, streams what it prints and ends its whole group in time; the only importer of ``sh``."""

from __future__ import annotations

import codecs
import contextlib
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Sequence

import sh

from tui.base.cleaning import clean
from tui.base.typing import Literal
from tui.host.port import CommandResult

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
"""All a child sees of the environment."""

OUTPUT_LIMIT = 1 << 20
"""Characters of output that a result keeps: the first half and the last half of it."""

GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""

DRAIN = 0.1
"""Seconds for which output is still read after the program ended, while a daemon it started holds the pipe open: what the program itself
said is in the pipe by then."""

_TICK = 0.05

_EndedBy = Literal["timeout", "cancelled"]


def run_command(
    argv: Sequence[str],
    *,
    timeout: float,
    on_output: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    in_child: Callable[[], None] | None = None,
) -> CommandResult:
    """Run *argv* (an absolute program and its arguments) and wait for its end.

    The program gets /dev/null as stdin, one pipe as stdout and stderr, a session of its own (no terminal to draw on), ``/``
    as its directory. Past *timeout* seconds, or once *cancelled* says so, its group gets SIGTERM and after a grace SIGKILL.
    *in_child* is called in the new process right before the program starts. Never raises for a failing command; what
    *on_output* raises is passed on after the group was ended.
    """
    started = time.monotonic()
    read_end, write_end = os.pipe2(os.O_CLOEXEC)
    told, tells = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    output = _Output(on_output)
    command: sh.RunningCommand | _Child
    try:
        with open(os.devnull, "rb") as nothing:
            try:
                command = sh.Command(argv[0])(
                    *argv[1:],
                    _in=nothing,
                    _out=write_end,
                    _err=write_end,
                    _tty_out=False,
                    _new_session=True,
                    _bg=True,
                    _bg_exc=False,
                    _no_pipe=True,
                    _return_cmd=True,
                    _env=ENVIRONMENT,
                    _cwd="/",
                    _preexec_fn=_before_start(in_child, tells),
                )
            except sh.CommandNotFound:
                reason = f"{argv[0]} " + ("is not executable" if os.path.exists(argv[0]) else "does not exist")
                return CommandResult(tuple(argv), "not-started", None, None, clean(reason), time.monotonic() - started)
            except (sh.ForkException, OSError) as error:
                reason = f"{argv[0]} could not be started: {_last_line(error)}"
                return CommandResult(tuple(argv), "not-started", None, None, clean(reason), time.monotonic() - started)
            except BaseException as error:
                command = _Child(told)
                if not isinstance(error, Exception):
                    _end_group(command, signal.SIGKILL)
                    raise
                if not command.pid:
                    reason = f"{argv[0]} could not be started: {_last_line(error) or type(error).__name__}"
                    return CommandResult(tuple(argv), "not-started", None, None, clean(reason), time.monotonic() - started)
            finally:
                os.close(write_end)
        try:
            ended_by = _follow(command, read_end, started + timeout, cancelled, output)
        except BaseException:
            _end_group(command, signal.SIGKILL)
            raise
    finally:
        for descriptor in (read_end, told, tells):
            os.close(descriptor)
    code = command.process.exit_code
    seconds = time.monotonic() - started
    if ended_by is not None:
        return CommandResult(tuple(argv), ended_by, None, -code if code is not None and code < 0 else None, output.text(), seconds)
    if code is not None and code < 0:
        return CommandResult(tuple(argv), "signalled", None, -code, output.text(), seconds)
    return CommandResult(tuple(argv), "exited", code, None, output.text(), seconds)


LIMITS = (resource.RLIMIT_FSIZE, resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE)
"""What a shell may have limited (``ulimit``) for us, and an init script's daemon must not be left with: a log that stops at the
shell's file size, a load that ends for want of memory."""


FILES = 1024
"""How many files a program may open at least: what init gives."""


def _before_start(in_child: Callable[[], None] | None, tells: int) -> Callable[[], None]:
    def prepare() -> None:
        os.write(tells, b"%d" % os.getpid())
        # sh ignores SIGHUP for background commands, and whoever started us may have ignored or blocked others: a daemon keeps that.
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for limit in LIMITS:
            _lift(limit)
        os.umask(0o022)
        if in_child is not None:
            in_child()

    return prepare


def _lift(limit: int) -> None:
    """Take a resource limit away; as far up as it may go for who is not privileged enough (CAP_SYS_RESOURCE)."""
    soft, hard = resource.getrlimit(limit)
    away = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    if limit == resource.RLIMIT_NOFILE:
        away = (max(soft, FILES), hard if hard == resource.RLIM_INFINITY else max(hard, FILES))
    for wanted in (away, (hard, hard)):
        with contextlib.suppress(OSError, ValueError):
            return resource.setrlimit(limit, wanted)


class _Child:
    """A program that was started and that sh lost hold of, since no thread or no memory was left: followed by its process id."""

    def __init__(self, told: int) -> None:
        self.exit_code: int | None = None
        self._gone = False
        self.process = self
        try:
            self.pid = int(os.read(told, 32) or 0)
        except BlockingIOError:
            self.pid = 0  # The fork itself did not come to pass.

    @property
    def pgid(self) -> int:
        """Its group: it leads a session of its own."""
        return self.pid

    def is_alive(self) -> bool:
        """Whether it runs still; its exit code is known once it does not."""
        if not self._gone:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self._gone = True
            else:
                if pid:
                    self._gone, self.exit_code = True, os.waitstatus_to_exitcode(status)
        return not self._gone


def _follow(
    command: sh.RunningCommand | _Child, pipe: int, deadline: float, cancelled: Callable[[], bool] | None, output: _Output
) -> _EndedBy | None:
    """Read the pipe until the program has ended; return why it was ended, None where it ended by itself."""
    ended_by: _EndedBy | None = None
    kill_at = give_up_at = float("inf")
    drain_until: float | None = None
    open_pipe = True
    while True:
        now = time.monotonic()
        alive = command.is_alive()
        if ended_by is None and alive:
            ended_by = "cancelled" if cancelled is not None and cancelled() else "timeout" if now >= deadline else None
            if ended_by is not None:
                _end_group(command, signal.SIGTERM)
                kill_at = now + GRACE
        if now >= kill_at:
            _end_group(command, signal.SIGKILL)
            kill_at, give_up_at = float("inf"), now + GRACE
        if not alive and drain_until is None:
            drain_until = now + DRAIN
        if (drain_until is not None and (not open_pipe or now >= drain_until)) or now >= give_up_at:
            break
        if not open_pipe:
            time.sleep(0.002)  # stdout is closed, the exit status follows
        elif select.select([pipe], [], [], _TICK)[0]:
            data = os.read(pipe, 1 << 16)
            open_pipe = bool(data)
            output.feed(data)
    if ended_by is not None:
        _end_group(command, signal.SIGKILL)  # whoever of the group outlived the program
    output.finish()
    return ended_by


def _end_group(command: sh.RunningCommand | _Child, number: signal.Signals) -> None:
    group = command.process.pgid
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
        if group:
            os.killpg(group, number)


def _last_line(error: BaseException) -> str:
    """The last line of an error's message: sh reports what failed in the child as a whole traceback."""
    return str(error).strip().rpartition("\n")[2]


class _Output:
    """The output of the program: decoded, cleaned, passed on as it comes, and kept up to the limit."""

    def __init__(self, on_output: Callable[[str], None] | None) -> None:
        self._on_output = on_output
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._head = ""
        self._tail = ""
        self._dropped = 0

    def feed(self, data: bytes, *, final: bool = False) -> None:
        text = clean(self._decoder.decode(data, final), lines=True)
        if not text:
            return
        room = OUTPUT_LIMIT // 2 - len(self._head)
        self._head += text[:room]
        tail = self._tail + text[room:]
        self._dropped += max(0, len(tail) - OUTPUT_LIMIT // 2)
        self._tail = tail[-(OUTPUT_LIMIT // 2) :]
        if self._on_output is not None:
            self._on_output(text)

    def finish(self) -> None:
        self.feed(b"", final=True)

    def text(self) -> str:
        if not self._dropped:
            return self._head + self._tail
        return f"{self._head}\n[{self._dropped} characters left out]\n{self._tail}"
