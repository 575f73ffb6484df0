"""Looks at the audit log's folder: where it really is, its files, what they hold, and what on this host keeps old logs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator

from tui.audit.inputs import LogFile, Unknown
from tui.base.bounded_reading import open_regular, read_up_to
from tui.base.dataclass import replace
from tui.host.facts import FileFacts, LogFacts
from tui.host.reading.entries import because, resolved
from tui.host.trust import is_roots_alone

HISTORY_SECONDS = 2.0
"""How long logs are read for their growth; files left over keep their size and time only."""
HISTORY_BYTES = 128 << 20
"""How much of the logs is read for their growth, the newest first: as much as a machine counts in about that time."""
_PIECE = 1 << 18
_MOST_KEEPER_BYTES = 1 << 18

KEEPER_PLACES = (
    "/etc/crontab",
    "/etc/cron.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
    "/var/spool/cron/crontabs",
    "/var/spool/cron",
    "/etc/logrotate.conf",
    "/etc/logrotate.d",
)
PLUGIN_PLACES = ("/etc/audit/plugins.d", "/etc/audisp/plugins.d")

_COMMENT = rb"(?m)^[ \t]*#.*$"


def read_log_folder(log_file: str, *, history: bool) -> LogFacts | Unknown:
    """The folder of *log_file*; with *history* also what its files hold of growth, newest file first, for HISTORY_SECONDS."""
    folder, _, name = log_file.rpartition("/")
    try:
        real = resolved(folder)
    except FileNotFoundError:
        return LogFacts(folder, None, (), keepers(folder))
    except OSError as error:
        return because(error, folder)
    try:
        files = list(_files(real, name))
    except OSError as error:
        return because(error, folder)
    if history:
        files = _with_history(real, files)
    return LogFacts(folder, real, tuple(files), keepers(folder))


def _files(real: str, name: str) -> Iterator[LogFile]:
    """The log and what rotation or somebody else made of it (audit.log.1, audit.log.2.gz), newest number first."""
    found = []
    with os.scandir(real) as entries:
        for entry in entries:
            if entry.name.startswith(name) and entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                found.append(LogFile(entry.name, facts.st_size, facts.st_mtime))
    return iter(sorted(found, key=lambda file: (_number(file.name), file.name)))


def _number(name: str) -> int:
    suffix = name.rpartition(".")[2]
    return int(suffix) if suffix.isdigit() else 0 if suffix == "log" else 10_000


def _with_history(real: str, files: list[LogFile]) -> list[LogFile]:
    """*files* with what they hold, from the newest record back, until HISTORY_SECONDS or HISTORY_BYTES are spent."""
    deadline, left = time.monotonic() + HISTORY_SECONDS, HISTORY_BYTES
    counted = []
    for file in files:
        suffix = file.name.rpartition(".")[2]
        if left > 0 and time.monotonic() <= deadline and (suffix.isdigit() or suffix == "log"):
            whole, file = _with_figures(f"{real}/{file.name}", file, deadline, left)
            left = left - file.size if whole else 0  # what lies before a gap says nothing of the growth
        counted.append(file)
    return counted


def _with_figures(path: str, file: LogFile, deadline: float, most: int) -> tuple[bool, LogFile]:
    """Whether *file* was counted to its beginning, and the file with its figures."""
    from tui.audit.log.tally import LogTally  # a check asks for no figures

    tally = LogTally()
    try:
        fd = open_regular(path)
    except OSError:
        return True, file
    try:
        start = size = os.fstat(fd).st_size
        for start, piece in pieces_from_end(fd, size):
            tally.feed(piece)
            if size - start >= most or time.monotonic() > deadline:
                break
    except OSError:
        return True, file
    finally:
        os.close(fd)
    return start == 0, replace(
        file,
        first_event=tally.first_event,
        last_event=tally.last_event,
        events=tally.events,
        bytes_by_key=tally.bytes_by_key,
        events_by_key=tally.events_by_key,
        bytes_by_day=tally.bytes_by_day,
        counted=tally.size if start else None,
    )


def pieces_from_end(fd: int, size: int) -> Iterator[tuple[int, bytes]]:
    """The whole lines of the first *size* bytes in pieces, the last piece first, each with the offset that it begins at.

    A line that fills a piece is no record and is left out.
    """
    end = size
    while end > 0:
        start = max(0, end - _PIECE)
        data = os.pread(fd, end - start, start)
        first = data.find(b"\n") + 1 if start else 0
        last = data.rfind(b"\n") + 1
        if start and first in (0, len(data)):
            end = start
            yield end, b""
        else:
            end = start + first
            yield end, data[first:last]


def _is_active(plugin: bytes) -> bool:
    """Whether the settings of a *plugin* switch it on."""
    settings = (line.lower().partition(b"=") for line in plugin.split(b"\n"))
    return any(name.strip(b" \t") == b"active" and value.strip(b" \t") == b"yes" for name, _, value in settings)


def keepers(folder: str, places: Iterable[str] = KEEPER_PLACES, plugins: Iterable[str] = PLUGIN_PLACES) -> tuple[FileFacts, ...]:
    """The files of cron and logrotate that name *folder* or auditd outside comments, and auditd's plugins that are active."""
    wanted = (folder.encode("utf-8", "surrogateescape"), b"auditd", b"auditctl")
    found = []
    for path, text in _texts(places):
        if any(word in text for word in wanted) and any(word in re.sub(_COMMENT, b"", text) for word in wanted):
            found.append(FileFacts(path, content=text))
    found.extend(FileFacts(path, content=text) for path, text in _texts(plugins) if path.endswith(".conf") and _is_active(text))
    return tuple(found)


def _texts(places: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for place in places:
        try:
            paths = sorted(f"{place}/{name}" for name in os.listdir(place) if not name.startswith("."))
        except NotADirectoryError:
            paths = [place]
        except OSError:
            continue
        for path in paths:
            try:
                fd = open_regular(path)
            except OSError:
                continue  # a directory among the files, or what may never end
            try:
                facts = os.fstat(fd)
                if is_roots_alone("file", facts.st_uid, facts.st_mode):  # cron and logrotate take no other either
                    yield path, read_up_to(fd, _MOST_KEEPER_BYTES)
            except OSError:
                continue
            finally:
                os.close(fd)
