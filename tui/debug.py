"""The debug log: one line for each call of the host's port, each file read, each value derived, with the time and how long it took.

Comes in: the file that ``DOCKER_AUDIT_WIZARD_DEBUG`` names. Nothing of this is imported where that is not set, and no other module knows of it:
the port's methods are replaced in their class, files are told by Python's own audit events (sys.addaudithook), and cached properties by
a class in the place of functools.cached_property, which must be there before the modules that use it. Names, sizes and outcomes are written,
never what a file holds.
"""

from __future__ import annotations

import errno
import functools
import os
import stat
import sys
import time
from collections.abc import Callable, Sequence

from tui.base.cleaning import clean
from tui.base.saving import open_folder
from tui.base.typing import Any
from tui.host.trust import is_roots_alone

HEADER = b"docker-audit-wizard debug log\n"
"""The first line of the file, by which it is known again: a file that begins otherwise is left alone."""
PORT = ("read", "lock", "write_file", "remove_file", "run", "probe", "log_mark", "log_since", "write_system_log")
"""The methods of the port that are told; the clock's are not."""
_CODE = (".py", ".pyc", ".so", ".pth", ".zip", ".pyz")
"""How the files end that Python itself reads to import something."""


class DebugLog:
    """An open debug log. A line that cannot be written is left out: the log decides nothing."""

    def __init__(self, path: str) -> None:
        """Open *path*, which is made 0600 where it is missing. Raises OSError where it is refused."""
        self._file = _opened(path)
        self._process = os.getpid()
        self._began = time.monotonic()

    def write(self, kind: str, text: str, seconds: float | None = None) -> None:
        """Write one line: the time of day, the seconds since the start, the *kind*, the *text*, how long it took."""
        if os.getpid() != self._process:
            return  # a child that is about to become another program may have given the number to another file
        now = time.time()
        clock = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06d}Z"
        took = "" if seconds is None else f" ({seconds * 1000:.1f} ms)"
        line = f"{clock} +{time.monotonic() - self._began:.6f} {kind} {clean(text)}{took}\n"
        try:
            os.write(self._file, line.encode("utf-8", "backslashreplace"))
        except OSError:
            return

    def timed(self, kind: str, name: str, do: Callable[..., Any], told: Callable[..., str]) -> Callable[..., Any]:
        """A function that does what *do* does, and writes a line when it is over: *name*, and what *told* says of the arguments."""

        @functools.wraps(do)
        def wrapper(*args: Any, **named: Any) -> Any:
            began = time.monotonic()
            try:
                result = do(*args, **named)
            except BaseException as error:
                self.write(kind, f"{name}{told(*args)}: {type(error).__name__}: {error}".strip(), time.monotonic() - began)
                raise
            self.write(kind, f"{name}{told(*args)}{_outcome(result)}".strip(), time.monotonic() - began)
            return result

        return wrapper

    def on_event(self, event: str, args: Sequence[Any]) -> None:
        """Write a line for what Python says is opened or listed, its own imports left out."""
        if event == "open":
            path, _, flags = args
            if not isinstance(path, (str, bytes)) or (flags or 0) & (os.O_PATH | os.O_DIRECTORY):
                return
            name = os.fsdecode(path)
            if not name.endswith(_CODE):
                writes = (flags or 0) & os.O_ACCMODE != os.O_RDONLY
                self.write("open", f"{name}{' to write' if writes else ''}")
        elif event in ("os.listdir", "os.scandir") and isinstance(args[0], str) and not _is_of_python(args[0]):
            self.write("list", args[0])


def begin(path: str) -> None:
    """Write what this process does from here on to the debug log *path*. Raises OSError where the file is refused."""
    log = DebugLog(path)
    log.write("begin", f"pid {os.getpid()}, uid {os.geteuid()}: {' '.join(sys.argv)}")

    class Told(functools.cached_property[Any]):
        """A cached property of ours writes a line when it is derived; another's is as it was."""

        def __set_name__(self, owner: type[Any], name: str) -> None:
            super().__set_name__(owner, name)
            if owner.__module__.startswith("tui.") and not hasattr(self.func, "__wrapped__"):
                self.func = log.timed("derive", f"{owner.__module__}.{owner.__name__}.{name}", self.func, lambda *_: "")

    functools.cached_property = Told  # type: ignore[misc]
    from tui.host.live.host import LiveHost
    from tui.host.simulated.host import SimulatedHost
    from tui.verdict.question import Question

    for host in (LiveHost, SimulatedHost):
        for name in PORT:
            setattr(host, name, log.timed(*_words(host, name), getattr(host, name), _arguments))
    findings = log.timed("derive", "tui.verdict.question.Question.findings", Question.findings, lambda *_: "")
    Question.findings = findings  # type: ignore[method-assign]
    sys.addaudithook(log.on_event)


def _words(host: type, name: str) -> tuple[str, str]:
    """The kind and the name of a line about a method of the port."""
    return ("command", "") if name == "run" else ("host", f"{host.__name__}.{name}")


def _arguments(_host: object, *args: object) -> str:
    """What a method of the port was asked about, in a few words."""
    first = args[0] if args else ""
    words = " ".join(map(str, first)) if isinstance(first, (tuple, list)) else first if isinstance(first, str) else ""
    return f" {words}" if words else ""


def _outcome(result: object) -> str:
    """What came of it, in a few words; nothing where the type says nothing."""
    if (state := getattr(result, "state", None)) and hasattr(result, "exit_code"):
        code = getattr(result, "exit_code", None)
        return f": {state}" if code is None else f": {state} {code}"
    if hasattr(result, "recorded"):
        return ": recorded" if result.recorded else ": not recorded"
    data = getattr(result, "data", None)
    return f": {len(data)} bytes" if isinstance(data, bytes) else f": {len(result)}" if isinstance(result, tuple) else ""


def _is_of_python(path: str) -> bool:
    return any(path == place or path.startswith(place + "/") for place in sys.path if place)


def _opened(path: str) -> int:
    """The log *path*, open to append. Raises OSError where root would write into a place of somebody else's, through a link, or behind
    what is no log of ours."""
    target = os.path.abspath(path)
    parent, name = os.path.split(target)
    folder = open_folder(parent, _need_own_folder if os.geteuid() == 0 else None)
    try:
        opened = os.open(
            name, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600, dir_fd=folder
        )
    except OSError as error:
        error.filename = target
        raise
    finally:
        os.close(folder)
    try:
        facts = os.fstat(opened)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "this is no regular file", target)
        if facts.st_uid != os.geteuid() or facts.st_nlink != 1 or facts.st_mode & 0o077:
            raise PermissionError(errno.EPERM, "others may read or change this file, or it has another name too", target)
        if facts.st_size == 0:
            os.write(opened, HEADER)
        elif os.pread(opened, len(HEADER), 0) != HEADER:
            raise FileExistsError(errno.EEXIST, "this file is no debug log and is left alone", target)
    except BaseException:
        os.close(opened)
        raise
    return opened


def _need_own_folder(path: str, facts: os.stat_result) -> None:
    """Raises PermissionError for a folder that others than root may change; where it is sticky, as /tmp, they cannot touch what is
    root's."""
    sticky = facts.st_uid == 0 and facts.st_mode & stat.S_ISVTX
    if not sticky and not is_roots_alone("directory", facts.st_uid, facts.st_mode):
        raise PermissionError(errno.EPERM, f"others than root may change this folder (user {facts.st_uid})", path)
