"""Looks at the audit log's folder: where it really is, its files, what they hold, and what on this host keeps old logs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator

from tui.audit.inputs import LogFile, Unknown
from tui.host.entries import because
from tui.host.facts import FileFacts, LogFacts
from tui.host.trust import is_roots_alone

HISTORY_SECONDS = 2.0
"""How long logs are read for their growth; files left over keep their size and time only."""

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

_ACTIVE = re.compile(rb"(?im)^[ \t]*active[ \t]*=[ \t]*yes[ \t]*$")
_COMMENT = re.compile(rb"(?m)^[ \t]*#.*$")


def read_log_folder(log_file: str, *, history: bool) -> LogFacts | Unknown:
    """The folder of *log_file*; with *history* also what its files hold of growth, newest file first, for HISTORY_SECONDS."""
    folder, _, name = log_file.rpartition("/")
    try:
        real = os.path.realpath(folder, strict=True)
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
    from tui.audit.tally import LogTally

    deadline = time.monotonic() + HISTORY_SECONDS
    counted = []
    for file in files:
        suffix = file.name.rpartition(".")[2]
        if time.monotonic() > deadline or not (suffix.isdigit() or suffix == "log"):
            counted.append(file)
            continue
        tally = LogTally()
        try:
            with open(f"{real}/{file.name}", "rb") as log:
                while piece := log.read(1 << 20):
                    tally.feed(piece)
        except OSError:
            counted.append(file)
            continue
        counted.append(
            LogFile(
                file.name,
                file.size,
                file.mtime,
                tally.first_event,
                tally.last_event,
                tally.events,
                tally.bytes_by_key,
                tally.events_by_key,
                tally.bytes_by_day,
            )
        )
    return counted


def keepers(folder: str, places: Iterable[str] = KEEPER_PLACES, plugins: Iterable[str] = PLUGIN_PLACES) -> tuple[FileFacts, ...]:
    """The files of cron and logrotate that name *folder* or auditd outside comments, and auditd's plugins that are active."""
    wanted = (folder.encode("utf-8", "surrogateescape"), b"auditd", b"auditctl")
    found = []
    for path, text in _texts(places):
        if any(word in _COMMENT.sub(b"", text) for word in wanted):
            found.append(FileFacts(path, content=text))
    found.extend(FileFacts(path, content=text) for path, text in _texts(plugins) if path.endswith(".conf") and _ACTIVE.search(text))
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
                fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                facts = os.fstat(fd)
                if is_roots_alone("file", facts.st_uid, facts.st_mode):  # cron and logrotate take no other either
                    yield path, os.read(fd, 1 << 18)
            except OSError:
                continue  # a directory among the files
            finally:
                os.close(fd)
