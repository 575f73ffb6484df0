"""The runs that the journal knows, as records: read from the events and the copies that journal.py describes and writes."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from tui.base.cleaning import clean, in_words
from tui.base.dataclass import dataclass, field, replace
from tui.base.typing import Any, get_args
from tui.host.port import Actor, Host
from tui.plan.values import FileChange
from tui.run.journal.cut_short import where_cut_short
from tui.run.journal.intent import Intent, RunKind
from tui.run.journal.intent_json import backup_of, intent_from_json
from tui.run.journal.unfinished import LINES, at_work, read_journal, without_end
from tui.run.values import SUCCEEDED, Outcome, Step, StepState

SCHEMA = 1
"""The version of the journal's format; a program reads its own and every earlier one."""
REPORT = "report.md"
"""The evidence for people in a run's folder."""


class UnknownRun(LookupError):
    """No run of that name is in the journal. ``run`` is the name asked for."""

    def __init__(self, run: str) -> None:
        super().__init__(f"there is no run {run} in the journal")
        self.run = run


class DamagedRun(Exception):
    """A run's folder does not hold what its journal says it must; nothing can be restored from it."""


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
    def where_cut_short(self) -> str:
        """What completes "it was cut short …" for a run that did not finish."""
        return where_cut_short(self.events)

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
        return self.intent.files

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
    """The run called *run*: its own journal is read, and those that name it. Raises UnknownRun, or OSError where one cannot be read."""
    folder = host.state_folder / "runs"
    entries = [*folder.iterdir()] if folder.is_dir() else []
    record = next((_read(entry) for entry in entries if entry.name == run), None)
    if record is None:
        raise UnknownRun(run)
    naming = [_read(entry) for entry in entries if entry.name != run and _names(entry, run)]
    undoing = [other for other in naming if other is not None and other.succeeded and run in other.undid]
    return replace(record, undone_by=min(undoing, key=_age).run if undoing else None)


def _names(folder: Path, run: str) -> bool:
    """Whether the journal in *folder* names *run* anywhere, as one does that undid it; nothing of it is parsed."""
    try:
        return os.fsencode(run) in read_journal(str(folder / LINES))
    except (FileNotFoundError, NotADirectoryError):
        return False


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
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
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
