"""The audit log's text: one line to a Record, and our own probe found among the records by its pid and serial number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tui.audit.rule.value import KEY_SEPARATOR
from tui.base.dataclass import dataclass, field

LONGEST_LINE = 1 << 16
"""In bytes: longer than the longest record the kernel sends (MAX_AUDIT_MESSAGE_LENGTH, 8970) with what the ENRICHED format adds. What is
longer is no record, and is passed over."""
ENRICHED = b"\x1d"
"""What auditd's ENRICHED format puts between the kernel's fields and its own translations (UID="root"); RAW has none."""

_HEAD = re.compile(
    rb"(?:node=(?P<node>\S+) )?type=(?P<type>\S+) msg=audit\((?P<seconds>\d{1,11})\.(?P<milli>\d{3}):(?P<serial>\d{1,20})\):"
)
_FIELD = re.compile(rb'([A-Za-z0-9_-]+)=("[^"]*"|\'[^\']*\'|\{[^}]*\}|\S*)')
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+\Z")


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One line of the audit log. ``time`` is in seconds since 1970; all records of one event share ``time`` and ``serial``.

    ``fields`` holds what the kernel (or a program) wrote, quotes and hex as they stand; ``names`` what auditd added in its
    ENRICHED format.
    """

    type: str
    time: float
    serial: int
    fields: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    node: str | None = None
    text: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the rule that made the event, decoded; empty for none."""
        return decode_keys(self.fields.get("key", "(null)").encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """The SYSCALL record that an access of our own left in the log.

    ``syscall`` is the name where the log is ENRICHED, else the number; ``text`` is the line.
    """

    serial: int
    time: float
    syscall: str
    keys: tuple[str, ...]
    text: str


def decode_value(raw: bytes) -> str | None:
    """The text of an audit string field: ``"quoted"``, hex (any byte a quoted one cannot hold) or ``(null)``, which is None."""
    if raw == b"(null)":
        return None
    if raw[:1] == b'"':
        return raw.strip(b'"').decode("utf-8", "surrogateescape")
    if _HEX.match(raw):
        raw = bytes.fromhex(raw.decode("ascii"))
    return raw.decode("utf-8", "surrogateescape")


def decode_keys(raw: bytes) -> tuple[str, ...]:
    """The keys in the value of a ``key=`` field; several come joined by ``\\x01``, and therefore in hex."""
    value = decode_value(raw)
    return tuple(key for key in value.split(KEY_SEPARATOR) if key) if value else ()


def _pairs(data: bytes) -> dict[str, str]:
    return {name.decode("ascii"): _text(value) for name, value in _FIELD.findall(data)}


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def parse_record(line: bytes) -> AuditRecord | None:
    """One line of the log (without its newline) as an AuditRecord; None where it is no audit record."""
    head = _HEAD.match(line)
    if head is None:
        return None
    body, _, names = line[head.end() :].partition(ENRICHED)
    node = head["node"]
    return AuditRecord(
        head["type"].decode("utf-8", "surrogateescape"),
        int(head["seconds"]) + int(head["milli"]) / 1000,
        int(head["serial"]),
        _pairs(body),
        {name: value.strip('"') for name, value in _pairs(names).items()},
        node.decode("utf-8", "surrogateescape") if node else None,
        _text(line),
    )


def parse_records(log: bytes) -> Iterator[AuditRecord]:
    """Every record of *log*, in its order; lines that are none are passed over."""
    lines = (line for line in log.split(b"\n") if len(line) <= LONGEST_LINE)
    return (record for line in lines if (record := parse_record(line)) is not None)


def find_probe(log: bytes, pid: int, path: str | None = None) -> ProbeRecord | None:
    """The event in *log* that process *pid* caused, by its SYSCALL record: the first one, or with *path* the first one of which
    a PATH record names that path (the process may have been recorded for something else too).

    *log* should begin where the log ended before the access, since numbers of processes come again.
    """
    wanted = b" pid=%d " % pid
    for line in log.split(b"\n"):
        if len(line) > LONGEST_LINE or wanted not in line or b"type=SYSCALL " not in line:
            continue
        record = parse_record(line)
        if record is None or record.type != "SYSCALL" or record.fields.get("pid") != str(pid):
            continue
        # Searched for afresh: records of two events may come interleaved, and a PATH record may be far below.
        if path is not None and path not in _paths_of(log, record):
            continue
        return ProbeRecord(
            record.serial,
            record.time,
            record.names.get("SYSCALL") or record.fields.get("syscall", ""),
            record.keys,
            record.text,
        )
    return None


def _paths_of(log: bytes, event: AuditRecord) -> Iterator[str | None]:
    """The names in the PATH records of *event*, decoded."""
    # By the identifier's text as the line has it: a float would not tell the milliseconds back.
    start = event.text.index("msg=audit(")
    stamp = event.text[start : event.text.index(")", start) + 2].encode("utf-8", "surrogateescape")
    at = log.find(b"type=PATH " + stamp)
    while at >= 0:
        end = log.find(b"\n", at)
        line = log[at : end if end >= 0 else len(log)]
        record = parse_record(line)
        if record is not None and (name := record.fields.get("name")):
            yield decode_value(name.encode("utf-8", "surrogateescape"))
        at = log.find(b"type=PATH " + stamp, at + len(line))
