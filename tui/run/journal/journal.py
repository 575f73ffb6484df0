"""The journal: what every run did, kept on disk as append-only JSON lines, enough to undo it or to recover a crashed one.

The format, version 1 (SCHEMA in run_records.py). A run is a folder of mode 0700, ``runs/YYYYMMDDTHHMMSSZ-PID`` below the host's state folder:

    journal.jsonl          the events, oldest first, one JSON object in ASCII a line, each with ``event`` and ``time`` (seconds since 1970)
    before/PATH after/PATH the bytes of each file that the run replaces, of audit.rules and of audit.rules.prev; written before the first line
    report.json report.md  the evidence, of a run that came to its report

The events, each with its fields:

    begin           number boot uptime schema host versions actor work: the order of the run, its program's format, who began it, and
                    what it means to do (intent_json.py). The first line, and the only one without which there is no run.
    step            name title state seconds message: how a step stands now; the last line of a name counts
    writing, wrote  path: a file is about to be replaced, and has been
    run, command    step argv timeout, and argv state exit_code signal output seconds: a program is about to start, and has ended
    probe           path access pid serial record: what an access of our own left in the log
    failed          step message: why the run is rolled back from here on
    restoring       path: a rollback is about to put a file back
    left-out        rules: those from before the run that a rollback, as it began, found taken out by somebody else
    rules-restored  a rollback has brought the kernel's rules to what they shall be
    recovery        finish actor: somebody goes on with a run that was cut short
    internal-error  traceback: an exception that no step means to raise
    end             outcome headline message mend rolled_back: the last line; without it the run was cut short

Each line is on the disk (fsync) before what it announces is done, the folder too before the first change; a line about what is done
may be lost on a full disk, and a half last line is what a crash left: both are passed over. A process that writes holds flock(2) on
the file, so a run without ``end`` whose lock is free was cut short. A rollback reads ``work`` and the copies, which must have the
digests that it names; ``wrote`` and ``run`` say how far the run came, ``boot`` and ``uptime`` what has happened since.

Within a version, fields and events are only added: what a reader does not know it passes over, and what an older program did not
write has a value that stands for "not known". A journal of a later version is refused, since nobody can say what it asks of a rollback.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import shutil
import stat
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tui.base.typing import Any
from tui.host.port import Actor, CommandResult, Host
from tui.run.journal.intent import Intent
from tui.run.journal.intent_json import copies, intent_to_json
from tui.run.journal.run_records import SCHEMA, RunRecord
from tui.run.journal.unfinished import LINES, open_journal
from tui.run.values import Outcome, Step


class Journal:
    """The journal of one run, open for appending; each line is on disk before :meth:`write` returns."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.folder = folder
        self.run = folder.name
        self.trouble: Exception | None = None
        self.actor = host.actor()
        self.begun_by: Actor | None = None
        """Who began a run that somebody else goes on with."""
        self._host = host
        path = folder / LINES
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        size = os.fstat(self._fd).st_size
        if size and os.pread(self._fd, 1, size - 1) != b"\n":
            os.write(self._fd, b"\n")  # End the half line of a crash, so that ours stands alone.

    @classmethod
    def begin(cls, host: Host, intent: Intent, host_name: str, versions: Mapping[str, str | None]) -> Journal:
        """Make the run's folder with copies of every file that will be replaced, then the first line. Raises OSError: nothing
        was touched."""
        folder = _new_folder(host)
        try:
            for name, state in copies(intent):
                _save(folder, name, state.content)
            journal = cls(host, folder)
            order = {"number": _next_number(folder), "boot": host.boot_id(), "uptime": host.uptime()}
            who = asdict(journal.actor)
            journal.write(
                "begin", **order, schema=SCHEMA, host=host_name, versions=dict(versions), actor=who, work=intent_to_json(intent)
            )
            # Each folder holds the name of the next; any of them may be new.
            for above in (folder, folder.parent, folder.parents[1], folder.parents[2]):
                _sync_folder(above)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)  # A full disk must not be filled with beginnings.
            raise
        journal._tell(f"begun: {intent.kind} of {', '.join(intent.controls) or 'no control'}")
        return journal

    @classmethod
    def reopen(cls, host: Host, record: RunRecord) -> Journal:
        """The journal of a run that was cut short, to write on."""
        journal = cls(host, record.folder)
        journal.begun_by = record.actor
        return journal

    def recovery(self, *, finish: bool) -> None:
        """Note that the run is gone on with: rolled back, or finished."""
        self.note("recovery", finish=finish, actor=asdict(self.actor))
        self._tell(f"begun again: to be {'finished' if finish else 'rolled back'}")

    def end(self, outcome: Outcome, headline: str, message: str, mend: Sequence[str] = (), *, rolled_back: bool = False) -> None:
        """The last line: how the run ended; *rolled_back* where an outcome that a run which did its work may have is a rollback's."""
        self.note("end", outcome=outcome, headline=headline, message=message, mend=list(mend), rolled_back=rolled_back)
        self._host.write_system_log(f"run {self.run} ended: {outcome} ({headline})")

    def _tell(self, what: str) -> None:
        who, command = self.actor, shlex.join(self.actor.command)
        self._host.write_system_log(f"run {self.run} {what}, by {who.text}, version {who.version}: {command}")

    def write(self, event: str, **values: Any) -> None:
        """Append one line and wait until it is on the disk. Raises OSError."""
        line = json.dumps({"event": event, "time": self._host.now(), **values}, ensure_ascii=True) + "\n"
        data = line.encode("ascii")
        while data:
            data = data[os.write(self._fd, data) :]
        os.fsync(self._fd)

    def note(self, event: str, **values: Any) -> None:
        """Like :meth:`write`, for where a full disk must not stop the work: the first error is kept in ``trouble``."""
        try:
            self.write(event, **values)
        except Exception as error:
            self.trouble = self.trouble or error

    def step(self, step: Step) -> None:
        """Note how a step stands now."""
        self.write("step", **asdict(step))

    def command(self, result: CommandResult) -> None:
        """Note a command that was run, with its whole output."""
        self.note("command", **asdict(result))

    def close(self) -> None:
        """Let go of the run: from now on it is no longer under way."""
        os.close(self._fd)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_folder(folder: Path) -> None:
    """Make *folder* 0700 where it is missing. Raises PermissionError where it is a link, another's, or open to others."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
            raise PermissionError(
                f"{folder} must be a directory of user {os.geteuid()} with mode 0700, but it is {stat.filemode(facts.st_mode)} of"
                f" user {facts.st_uid}: the journal in it could not be trusted. Look who made it, then move it away."
            ) from None


def _new_folder(host: Host) -> Path:
    parent = host.state_folder / "runs"
    check_folder(parent)
    name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(host.now())) + f"-{os.getpid()}"
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{parent} already has a thousand runs of this second")


def _next_number(folder: Path) -> int:
    """One more than the greatest number of the runs beside *folder*; the run lock is held, so nobody else takes it."""
    numbers = [_number(other / LINES) for other in folder.parent.iterdir() if other != folder]
    return max(numbers, default=0) + 1


def _number(lines: Path) -> int:
    """The number of a run from the first bytes of its journal, 0 where they tell none."""
    try:
        descriptor = open_journal(str(lines))
    except OSError:
        return 0  # A journal that cannot be read is for those to tell who need what is in it.
    try:
        found = re.match(rb'\{"event": "begin", "time": [0-9.e+-]+, "number": (\d{1,15}),', os.pread(descriptor, 200, 0))
    finally:
        os.close(descriptor)
    return int(found[1]) if found else 0


def _save(folder: Path, name: str, content: bytes) -> None:
    """Put *content* durably into *folder* as *name*, whose own folders are made on the way, for their owner alone."""
    *parents, last = name.split("/")
    for parent in parents:
        made = folder / parent
        made.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder)
        folder = made
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(folder / last, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
