"""The journal: what every run did, kept on disk as append-only JSON lines, enough to undo it or to recover a crashed one.

The format, version 1 (:data:`SCHEMA`). A run is a folder of mode 0700, ``runs/YYYYMMDDTHHMMSSZ-PID`` below the host's state folder:

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

import errno
import fcntl
import json
import os
import re
import shlex
import shutil
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from tui.base.cleaning import clean, in_words
from tui.base.dataclass import dataclass, field, replace
from tui.host.port import Actor, CommandResult, Host
from tui.plan.values import FileChange
from tui.run.journal.intent import Intent, RunKind
from tui.run.journal.intent_json import copies, copy_name, intent_from_json, intent_to_json
from tui.run.journal.unfinished import LINES, at_work, open_journal, read_journal, without_end
from tui.run.values import Outcome, Step, StepState

SCHEMA = 1
"""The version of the format above; a program reads its own and every earlier one."""
REPORT = "report.md"
REPORT_JSON = "report.json"
SUCCEEDED = frozenset(("proved", "not-proved", "pending-reboot", "not-persistent"))
"""The outcomes of a run that did what it set out to do."""


class UnknownRun(LookupError):
    """No run of that name is in the journal. ``run`` is the name asked for."""

    def __init__(self, run: str) -> None:
        super().__init__(f"there is no run {run} in the journal")
        self.run = run


class DamagedRun(Exception):
    """A run's folder does not hold what its journal says it must; nothing can be restored from it."""


# --- reading ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunRecord:
    """One run as the journal has it. Times are in seconds since 1970; ``finished`` and ``outcome`` are None for a run that was
    cut short; ``running`` is True while the process that does it lives. ``undone_by`` names the run that undid it.

    ``number`` counts the runs of this host in their order, whatever its clock said; 0 for the runs of versions that did not count.
    ``boot`` names the boot in which the run began ("" where it was not kept), ``uptime`` the seconds since that boot."""

    run: str
    folder: Path
    kind: RunKind
    started: float
    controls: tuple[str, ...]
    benchmark: str
    host: str
    finished: float | None = None
    outcome: Outcome | None = None
    headline: str = ""
    message: str = ""
    steps: tuple[Step, ...] = ()
    undoes: str | None = None
    undone_by: str | None = None
    running: bool = False
    number: int = 0
    boot: str = ""
    uptime: float = 0.0
    actor: Actor | None = None
    """Who began it; None in a journal that an older version wrote."""
    events: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """Every line of the journal, oldest first; a line that a crash left half is not among them."""

    @property
    def unfinished(self) -> bool:
        """Whether the run was cut short (SIGKILL, power loss) and nobody has rolled it back or finished it since."""
        return self.finished is None and not self.running

    @property
    def succeeded(self) -> bool:
        """The run did what it set out to do. One that was rolled back on a locked kernel waits for a reboot as well, and did not."""
        ends = [event for event in self.events if event.get("event") == "end"]
        return self.outcome in SUCCEEDED and ends[-1].get("rolled_back") is not True

    @property
    def undoable(self) -> bool:
        """The run changed files, ended, and was not undone; whether its change can still be told apart is for an undo to see."""
        ended_so = self.succeeded or self.outcome == "broken"
        wrote = bool(self.events[0]["work"]["swaps"])
        return self.kind == "apply" and wrote and ended_so and self.undone_by is None and not self.running

    @property
    def undid(self) -> tuple[str, ...]:
        """The runs whose change this one takes back: none but for an undo."""
        return tuple(filter(None, (self.undoes, *self.events[0]["work"].get("undoes_all", ()))))

    @property
    def report(self) -> str | None:
        """The evidence report for people, as an absolute path; None where it was not written."""
        path = self.folder / REPORT
        return str(path) if path.exists() else None

    @property
    def backup(self) -> str | None:
        """The copy of the first file that the run replaced, as an absolute path; None where it only made new files."""
        return backup_of(self.folder, self.intent)

    @property
    def files(self) -> tuple[FileChange, ...]:
        """The files that the run replaced, before and after, from the copies in its folder. Raises DamagedRun."""
        return self.intent.swaps

    @cached_property
    def intent(self) -> Intent:
        """What the run set out to do and what it replaced. Raises DamagedRun where a copy is missing or was changed."""
        try:
            return intent_from_json(self.events[0]["work"], self.folder)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise DamagedRun(f"the journal in {self.folder} is damaged: {in_words(error)}") from error

    def wrote(self, path: str) -> bool:
        """True where the journal says that the run had replaced *path*."""
        return any(event.get("event") == "wrote" and event.get("path") == path for event in self.events)


def runs(host: Host) -> tuple[RunRecord, ...]:
    """Every run that the journal has, newest first. Raises OSError where it cannot be read."""
    folder = host.state_folder / "runs"
    if not folder.is_dir():
        return ()
    records = [record for entry in folder.iterdir() if (record := _read(entry)) is not None]
    records.sort(key=_age, reverse=True)
    undone = {name: record.run for record in records if record.succeeded for name in record.undid}
    return tuple(replace(record, undone_by=undone.get(record.run)) for record in records)


def _age(record: RunRecord) -> tuple[int, float, int, str]:
    """What runs are sorted by: their number, which no clock changes; before it was kept, the time, and then the name."""
    return record.number, record.started, len(record.run), record.run


def find(host: Host, run: str) -> RunRecord:
    """The run called *run*. Raises UnknownRun, or OSError where the journal cannot be read."""
    for record in runs(host):
        if record.run == run:
            return record
    raise UnknownRun(run)


def unfinished(host: Host) -> RunRecord | None:
    """The run that was cut short and waits for :func:`tui.run.taking_back.recovery.recover`, None where there is none."""
    records = [record for entry in without_end(str(host.state_folder)) if (record := _read(Path(entry))) is not None]
    return max((record for record in records if record.unfinished), key=_age, default=None)


def latest_undoable(host: Host) -> RunRecord | None:
    """The newest run that an undo may take back, None where there is none."""
    return next((record for record in runs(host) if record.undoable), None)


def _read(folder: Path) -> RunRecord | None:
    path = str(folder / LINES)
    try:
        data = read_journal(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if b"\n" not in data:
        return None  # Cut short before its first line was whole: the run had touched nothing.
    lines = tuple(_lines(data))
    try:
        return _record(folder, lines)
    except _DamagedLine as damage:
        raise OSError(
            errno.EIO,
            f"is damaged in line {damage.line} ({damage}), so what that run did to the host is not known. Look at the diff and the"
            f" copies beside it, then move {folder} away",
            path,
        ) from damage


class _DamagedLine(Exception):
    """Line ``line`` of a journal, counted from 1, is not what a run writes there."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True)
class _Line:
    """One event of a journal and where it stands, so that what is wrong with it can be said with its place."""

    number: int
    event: Mapping[str, Any]

    def text(self, name: str, *, of: Sequence[str] = (), default: str | None = None) -> str:
        """The text called *name*, one of *of* where that is given. Raises _DamagedLine."""
        value = self.event.get(name, default)
        if not isinstance(value, str):
            raise _DamagedLine(self.number, f"{name} is no text")
        if of and value not in of:
            raise _DamagedLine(self.number, f"{clean(name)} is {clean(value)!r}, which this version does not know")
        return value

    def amount(self, name: str, most: float, default: float | None = None) -> float:
        """The number called *name*, from 0 up to *most*. Raises _DamagedLine."""
        value = self.event.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise _DamagedLine(self.number, f"{name} is no number that it can be")
        return float(value)


_END_OF_TIME = 253_402_300_799.0
"""The last second of the year 9999, beyond which no calendar of ours goes."""
_MOST_SECONDS = 1e9


def _record(folder: Path, lines: tuple[_Line, ...]) -> RunRecord:
    """The record that the lines of a journal tell. Raises _DamagedLine where they are no journal."""
    begin = lines[0] if lines else _Line(1, {})
    intent = begin.event.get("work")
    if begin.event.get("event") != "begin" or not isinstance(intent, dict):
        raise _DamagedLine(begin.number, "the beginning of a run is missing")
    if begin.amount("schema", 1e9, 1) > SCHEMA:
        raise _DamagedLine(
            begin.number, f"its format is newer than {SCHEMA}, which this version reads; use the program that wrote it"
        )
    asked = _Line(begin.number, intent)
    if (
        not isinstance(intent.get("swaps"), list)
        or not _are_texts(intent.get("controls"))
        or not _are_texts(intent.get("undoes_all", []))
    ):
        raise _DamagedLine(begin.number, "its work is not complete")
    end = next((line for line in reversed(lines) if line.event.get("event") == "end"), None)
    steps: dict[str, Step] = {}
    for line in lines:
        if line.event.get("event") == "step":
            name, state = line.text("name"), line.text("state", of=get_args(StepState))
            seconds = line.amount("seconds", _MOST_SECONDS)
            steps[name] = Step(name, line.text("title"), state, seconds, line.text("message"))  # type: ignore[arg-type]
    return RunRecord(
        run=folder.name,
        folder=folder,
        kind=asked.text("kind", of=get_args(RunKind)),  # type: ignore[arg-type]
        started=begin.amount("time", _END_OF_TIME),
        controls=tuple(intent["controls"]),
        benchmark=asked.text("benchmark"),
        host=begin.text("host"),
        finished=end.amount("time", _END_OF_TIME) if end else None,
        outcome=end.text("outcome") if end else None,  # type: ignore[arg-type]
        headline=end.text("headline", default="") if end else "",
        message=end.text("message", default="") if end else "",
        steps=tuple(steps.values()),
        undoes=None if intent.get("undoes") is None else asked.text("undoes"),
        running=end is None and at_work(str(folder)) is True,
        number=int(begin.amount("number", 1e15, 0)),
        boot=begin.text("boot", default=""),
        uptime=begin.amount("uptime", _MOST_SECONDS, 0),
        actor=_actor(begin),
        events=tuple(line.event for line in lines),
    )


def _actor(begin: _Line) -> Actor | None:
    """Who began the run; None in a journal of an older version. Raises _DamagedLine."""
    told = begin.event.get("actor")
    if told is None:
        return None
    if not isinstance(told, dict) or not _are_texts(told.get("command")):
        raise _DamagedLine(begin.number, "who began it is not told as it must be")
    line = _Line(begin.number, told)
    uid = None if told.get("login_uid") is None else int(line.amount("login_uid", 0xFFFFFFFF))
    user, sudo, terminal = line.text("login_user"), line.text("sudo_user"), line.text("terminal")
    return Actor(uid, user, sudo, terminal, tuple(told["command"]), line.text("version"))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _lines(data: bytes) -> Iterator[_Line]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue  # The half line of a crash.
        if isinstance(event, dict):
            yield _Line(number, event)


# --- writing ---------------------------------------------------------------------------------------------------------------


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
            _sync_folder(folder)
            _sync_folder(folder.parent)
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


def backup_of(folder: Path, intent: Intent) -> str | None:
    """Where the copy of the first replaced file lies, as an absolute path; None where none was there before."""
    return next((str(folder / copy_name("before", swap.path)) for swap in intent.swaps if swap.before is not None), None)


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
