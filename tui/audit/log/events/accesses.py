"""Accesses: the records of the audit log joined by their serial number, for those events that touch one of the objects asked for.

What a record is made of is in kernel/auditsc.c (audit_log_exit): first SYSCALL, then CWD, one PATH for each name, PROCTITLE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.audit.inputs import ACCESSES
from tui.audit.log.records import LONGEST_LINE, AuditRecord, decode_value, parse_record
from tui.audit.rule.numbers import ARCHES
from tui.audit.rule.syscalls import EXECUTE, OPEN, name, number, permission_syscalls
from tui.base.dataclass import dataclass, replace
from tui.base.paths import within

OVERLAP = 1 << 16
"""In bytes: how far apart the records of one event may lie, since the kernel queues those of events that end together interleaved."""
UNSET = 0xFFFFFFFF
"""The login uid of a process without a login (``auid=4294967295``)."""
_BIND = 2
"""socketcall(2)'s number for bind."""
_STAMP = re.compile(rb"msg=audit\((\d{1,11}\.\d{3}:\d{1,20})\):")
_NAMING = re.compile(rb"(?:node=\S+ )?type=(?:PATH|CWD) " + _STAMP.pattern)
_NAME = re.compile(rb' name=("[^"]*"|\S+)(?: inode=(\d+) dev=(\S+))?')
_FOLDER = re.compile(rb' cwd=("[^"]*"|\S+)')
_TELLING = re.compile(rb"(?:node=\S+ )?type=(?:SYSCALL|OPENAT2|PROCTITLE) ")
"""The records that tell what was done, and by whom."""
_RULE_CHANGE = re.compile(rb'(?:node=\S+ )?type=CONFIG_CHANGE [^\n]*? op="?(?:add|remove)[_ ]rule\b')
"""The record that the kernel writes of a rule that was loaded or taken out (audit_log_rule_change): its event has a PATH record of the path that
the rule names, which nobody accessed."""
_TYPE_WITHIN = 300
"""In bytes: where a record's type is told at the latest, after the name of the node that it is from."""
_FLAGS_AT = {"open": "a1", "openat": "a2"}


@dataclass(frozen=True, slots=True)
class AuditedPaths:
    """An object as records may name it: its ``paths`` (absolute and normal), what lies below them where it is a ``directory``, and the
    ``inodes`` (device as st_dev has it, and inode) that it has now."""

    paths: tuple[str, ...]
    directory: bool = False
    inodes: tuple[tuple[int, int], ...] = ()

    def named_by(self, path: str) -> bool:
        """Whether *path* is the object, or lies below it."""
        return any(within(path, own) if self.directory else path == own for own in self.paths)


@dataclass(frozen=True, slots=True)
class Access:
    """One recorded access: when (seconds since 1970), its event number, what was done (letters of ``rwxa``; "" for a call that no
    permission stands for) to which path, by which program and login, and whether it succeeded (None: not told). ``comm`` is the name
    that the process gives itself, ``command`` its command line (which it can change as well).

    ``login`` is the login uid, None without one; ``login_name`` is auditd's translation of it, "" where it made none.
    Nothing here is clean.
    """

    time: float
    serial: int
    accesses: str
    path: str
    program: str
    comm: str
    command: str
    login: int | None
    user: int | None
    success: bool | None
    error: int
    """The errno of an access that failed, else 0."""
    syscall: str
    keys: tuple[str, ...]
    pid: int
    login_name: str = ""
    size: int = 0
    """The bytes of its records in the log."""
    node: str = ""
    """The name of the host that it is from, where auditd writes one (name_format) or a host sends its records to another."""


def accesses_in(log: bytes, targets: Sequence[AuditedPaths], own: int | None = None) -> Iterator[tuple[int, Access]]:
    """Each access in *log* to one of *targets*, by its position there, in the log's order; one event may touch several.

    Where *log* continues behind its first *own* bytes with what is only there to complete their events, those that begin in the rest are
    left out. An event without a SYSCALL record tells nothing of who and is passed over; so is the load or removal of a rule, which looks the
    path up and accesses nothing.
    """
    end = len(log) if own is None else own
    wanted = _stamps(log, targets)
    if not wanted:
        return
    events: dict[bytes, list[bytes]] = {}
    begun: set[bytes] = set()
    for match in _STAMP.finditer(log):
        stamp = match[1]
        if stamp not in wanted:
            continue
        start = log.rfind(b"\n", 0, match.start()) + 1
        stop = log.find(b"\n", match.end())
        line = log[start : stop if stop >= 0 else len(log)]
        if len(line) > LONGEST_LINE:
            continue
        if start < end and b"type=SYSCALL " in log[start : match.start()]:
            begun.add(stamp)
        events.setdefault(stamp, []).append(line)
    for stamp, lines in events.items():
        if stamp in begun:
            yield from _of_event(lines, targets)


def first_moment(log: bytes) -> float | None:
    """The time of the first record in *log*, in seconds since 1970; None where it holds none."""
    match = _STAMP.search(log)
    return float(match[1].partition(b":")[0]) if match else None


def _stamps(log: bytes, targets: Sequence[AuditedPaths]) -> set[bytes]:
    """The identifiers of the events of which some record holds the last name of a target, or its inode: few, and found fast."""
    needles = set()
    for target in targets:
        for path in target.paths:
            last = path.rpartition("/")[2].encode("utf-8", "surrogateescape") or b"/"
            needles |= {b"/" + last, b'"' + last, last.hex().upper().encode("ascii")}
        needles |= {b" inode=%d dev=%s " % (inode, _device(device)) for device, inode in target.inodes}
    found = set()
    for needle in needles:
        at = log.find(needle)
        while at >= 0:
            stop = log.find(b"\n", at)
            named = _NAMING.match(log, log.rfind(b"\n", 0, at) + 1, at)
            if named is not None:
                found.add(named[1])
            at = log.find(needle, stop) if stop >= 0 else -1
    return found


def _device(device: int) -> bytes:
    """A device number (st_dev) as PATH records write it: major and minor in hex (makedev(3))."""
    major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
    minor = device & 0xFF | (device >> 12) & ~0xFF
    return b"%02x:%02x" % (major, minor)


def _of_event(lines: Sequence[bytes], targets: Sequence[AuditedPaths]) -> Iterator[tuple[int, Access]]:
    folder, touched = "/", []
    for line in lines:
        # Most events that may touch a target touch another path: no more of them is read than that takes.
        if named := _NAME.search(line) if b"type=PATH " in line[:_TYPE_WITHIN] else None:
            touched.append((decode_value(named[1]) or "", (named[3], named[2])))
        elif named := _FOLDER.search(line) if b"type=CWD " in line[:_TYPE_WITHIN] else None:
            folder = decode_value(named[1]) or "/"
    hits = []
    for position, target in enumerate(targets):
        inodes = {(_device(device), b"%d" % inode) for device, inode in target.inodes}
        paths = (normal(path, folder) for path, inode in touched if inode in inodes or target.named_by(normal(path, folder)))
        if (path := next(paths, None)) is not None:
            hits.append((position, path))
    if not hits:
        return
    telling = (line for line in lines if _TELLING.match(line))
    records = [record for line in telling if (record := parse_record(line)) is not None]
    call = next((record for record in records if record.type == "SYSCALL"), None)
    if call is None:
        return
    access = replace(_access(call, records, ""), size=sum(len(line) + 1 for line in lines))
    if access.accesses or not any(_RULE_CHANGE.match(line) for line in lines):
        yield from ((position, replace(access, path=path)) for position, path in hits)


def _access(call: AuditRecord, records: Sequence[AuditRecord], path: str) -> Access:
    login, code = _number(call, "auid"), _number(call, "exit") or 0
    success = {"yes": True, "no": False}.get(call.fields.get("success", ""))
    title = next((record.fields.get("proctitle", "") for record in records if record.type == "PROCTITLE"), "")
    command = decode_value(title.encode("utf-8", "surrogateescape")) if title else None
    machine = ARCHES.get(_number(call, "arch", 16) or 0, "")
    called = call.names.get("SYSCALL") or name(_number(call, "syscall") or -1, machine) or call.fields.get("syscall", "")
    return Access(
        call.time,
        call.serial,
        _letters(call, called, machine, records),
        path,
        _decoded(call, "exe"),
        _decoded(call, "comm"),
        (command or _decoded(call, "comm")).replace("\0", " ").strip(),
        None if login == UNSET else login,
        _number(call, "uid"),
        success,
        -code if success is False and -4096 < code < 0 else 0,
        called,
        call.keys,
        _number(call, "pid") or 0,
        _translated(call, "AUID"),
        node=call.node or "",
    )


def _letters(call: AuditRecord, called: str, machine: str, records: Sequence[AuditRecord]) -> str:
    """The permissions that the kernel counts the call for (audit_match_perm), in the order of ``rwxa``."""
    if called in OPEN:
        # creat(2) is in the classes; the others go by the access mode in their flags alone (ACC_MODE).
        flags = _number(call, _FLAGS_AT[called], 16) if called in _FLAGS_AT else _openat2_flags(records)
        return ("r", "w", "rw", "rw")[(flags or 0) & 3]
    if called in EXECUTE:
        return "x"
    if called == "socketcall":
        return "w" if _number(call, "a0", 16) == _BIND else ""
    classes = machine if permission_syscalls(machine, "r") is not None else "x86_64"
    found = number(called, classes)
    return "".join(letter for letter in ACCESSES if found in (permission_syscalls(classes, letter) or ()))


def _openat2_flags(records: Sequence[AuditRecord]) -> int | None:
    return next((_number(record, "oflag", 8) for record in records if record.type == "OPENAT2"), None)


def _number(record: AuditRecord, field: str, base: int = 10) -> int | None:
    text = record.fields.get(field, "")
    try:
        return int(text, base) if len(text) <= 20 else None
    except ValueError:
        return None


def _translated(call: AuditRecord, field: str) -> str:
    word = call.names.get(field, "")
    return "" if word == "unset" or word.startswith("unknown(") else word


def _decoded(record: AuditRecord, field: str) -> str:
    return decode_value(record.fields.get(field, "(null)").encode("utf-8", "surrogateescape")) or ""


def normal(path: str, folder: str) -> str:
    """*path* as the kernel recorded it, relative to *folder* where it is, without ``.``, ``..`` and doubled slashes."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{folder}/{path}").split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)
