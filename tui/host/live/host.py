"""LiveHost: this machine behind the Host port; each verb's work is in the file of its name."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence

from tui.audit.inputs import Unknown
from tui.base.typing import TYPE_CHECKING, Literal
from tui.host.facts import AUDITD_CONF, MOST_CONF_BYTES, RULES_DIR, HostFacts, Interest
from tui.host.reading.entries import try_entry
from tui.host.reading.host import log_file_of, read_host

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tui.host.port import Actor, CommandResult, LogMark, LogPart, LogPiece, ProbeResult
    from tui.host.recorder import RecordPlace
    from tui.host.run_lock import RunLock

STATE_FOLDER = "/var/lib/docker-audit-wizard"


class LiveHost:
    """The live host: this machine behind the port. Reading imports little and starts nothing; what changes the machine is imported
    when first used."""

    source: Literal["live"] = "live"

    def __init__(self, state_folder: str | Path = STATE_FOLDER) -> None:
        self._state_folder = state_folder
        self._lock: RunLock | None = None

    @property
    def state_folder(self) -> Path:
        """Where runs keep their journal; made 0700 when first asked for. Raises PermissionError, OSError."""
        from pathlib import Path

        from tui.host.run_lock import state_folder

        return state_folder(Path(self._state_folder))

    def read(self, interest: Interest) -> HostFacts:
        """The host as it is now. Never raises for what cannot be read: that is in the facts."""
        return read_host(interest)

    def lock(
        self, waiting: Callable[[str], None] = lambda _text: None, cancelled: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[None]:
        """Hold the machine's one run lock; raises Busy, CalledOff. Waits for what a killed run left at work, removes its half-written files."""
        from contextlib import contextmanager  # a check holds no lock

        return contextmanager(self._locked)(waiting, cancelled)

    def _locked(self, waiting: Callable[[str], None], cancelled: Callable[[], bool]) -> Iterator[None]:
        from tui.host.files import remove_leftovers
        from tui.host.run_lock import RunLock

        lock = RunLock(self.state_folder / "lock")
        with lock.hold(waiting, cancelled):
            copies = [str(folder) for side in ("before", "after") for folder in (self.state_folder / "runs").glob(f"*/{side}")]
            remove_leftovers(RULES_DIR, copies)
            remove_leftovers(os.path.dirname(AUDITD_CONF), copies)
            self._lock = lock
            try:
                yield
            finally:
                self._lock = None

    def write_file(self, path: str, content: bytes, *, before: bytes | None, mode: int, uid: int, gid: int) -> None:
        """Replace or make *path* atomically and durably. Raises FileChanged or OSError."""
        from tui.host.files import replace_file

        replace_file(path, content, before=before, mode=mode, uid=uid, gid=gid)

    def remove_file(self, path: str, *, before: bytes) -> None:
        """Remove *path* durably where it still holds *before*. Raises FileChanged or OSError."""
        from tui.host.files import remove_file

        remove_file(path, before=before)

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        on_output: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> CommandResult:
        """Run an absolute program; see :func:`tui.host.live.commands.run_command`."""
        from tui.host.live.commands import run_command

        in_child = self._lock.note_session if self._lock is not None else None
        return run_command(argv, timeout=timeout, on_output=on_output, cancelled=cancelled, in_child=in_child)

    def probe(self, path: str, access: str, *, timeout: float = 2.0, place: RecordPlace | None = None) -> ProbeResult:
        """Do one harmless access in a child and look for its record; see :mod:`tui.host.live.probe`."""
        from tui.host.live.probe import AUDITS_LOG, SearchedLog, probe

        if place is None:
            return probe(path, access, timeout=timeout, log=SearchedLog(AUDITS_LOG, self.log_mark, self.log_since))
        from tui.host.live.recorder_tail import tail
        from tui.host.recorder_formats import find_elsewhere

        return probe(path, access, timeout=timeout, log=SearchedLog(place.text, *tail(place), find_elsewhere))

    def log_mark(self) -> LogMark:
        """The end of the audit log as it is now. Raises OSError where it cannot be read."""
        from tui.host.live.log_tail import log_mark

        return log_mark(self._log_file())

    def log_since(self, mark: LogMark) -> LogPiece:
        """Every whole line that the audit log got after *mark*, rotated files included. Raises OSError."""
        from tui.host.live.log_tail import log_since

        return log_since(self._log_file(), mark)

    def log_parts(self) -> Iterator[LogPart]:
        """The log from its end back, rotated files included; see :func:`tui.host.live.log_parts.log_parts`. Raises OSError."""
        from tui.host.live.log_parts import log_parts

        return log_parts(self._log_file())

    def _log_file(self) -> str:
        log_file = log_file_of(try_entry(AUDITD_CONF, MOST_CONF_BYTES))
        if isinstance(log_file, Unknown):
            raise OSError(0, log_file.reason)
        return log_file

    def actor(self) -> Actor:
        """Who runs this process; see :func:`tui.host.live.actor.read_actor`."""
        from tui.host.live.actor import read_actor

        return read_actor()

    def write_system_log(self, text: str) -> None:
        """Write one line to syslog or the systemd journal; see :func:`tui.host.live.system_log.write_system_log`."""
        from tui.host.live.system_log import write_system_log

        write_system_log(text)

    def now(self) -> float:
        """The time in seconds since 1970."""
        return time.time()

    def uptime(self) -> float:
        """Seconds since the boot, by a clock that nobody can set back."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def boot_id(self) -> str:
        """The name of the running boot; "" where the kernel does not tell it."""
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                return file.read(100).strip()
        except OSError:
            return ""

    def sleep(self, seconds: float) -> None:
        """Wait *seconds* of real time."""
        time.sleep(seconds)
