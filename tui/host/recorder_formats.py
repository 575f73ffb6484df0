"""What other recorders than auditd write of an event, read back: syslog lines, and the JSON lines of laurel, go-audit and auditbeat. Pure.

Each keeps the kernel's own values beside each other in one line; they are put into the form of the audit log, so that a probe is found by
the same code. Sources: laurel(8); README and the parser of go-audit; the exported fields of auditbeat's auditd module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from tui.audit.log.records import LONGEST_LINE, ProbeRecord, find_probe
from tui.audit.rule.value import KEY_SEPARATOR
from tui.base.dataclass import replace
from tui.base.typing import Any

_RECORD = re.compile(rb"(?:node=\S+ )?type=[A-Z][A-Z0-9_]* msg=audit\(")
_KINDS = {1300: "SYSCALL", 1302: "PATH"}
"""AUDIT_SYSCALL and AUDIT_PATH, include/uapi/linux/audit.h."""
_LONGEST_EVENT = 1 << 20
"""In bytes: of one line that holds a whole event."""


JOURNALS_FIELDS = ("_AUDIT_TYPE_NAME", "_AUDIT_ID", "_SOURCE_REALTIME_TIMESTAMP", "MESSAGE")
"""What systemd-journald keeps of a record that it has from the kernel (systemd.journal-fields(7)): its type, its event, when, and its text."""


def from_journal(entries: bytes) -> bytes:
    """The records in *entries*, journalctl's JSON lines of :data:`JOURNALS_FIELDS`, as auditd would have written them."""
    return b"".join(_journals_record(line) for line in entries.splitlines() if len(line) <= LONGEST_LINE)


def _journals_record(line: bytes) -> bytes:
    try:
        entry = json.loads(line)
        kind, event, moment, message = (entry[name] for name in JOURNALS_FIELDS)
        if not all(isinstance(each, str) for each in (kind, event, moment, message)):
            return b""  # a text that is no UTF-8 is given as a list of numbers; the kernel writes such names in hexadecimal
        milliseconds = int(moment) // 1000
        text = message.removeprefix(f"{kind} ")
        record = f"type={kind} msg=audit({milliseconds // 1000}.{milliseconds % 1000:03}:{int(event)}): {text}\n"
    except (ValueError, KeyError, TypeError):
        return b""
    return record.encode("utf-8", "surrogateescape")


def find_elsewhere(data: bytes, pid: int, path: str | None = None) -> ProbeRecord | None:
    """The event in *data*, whole lines of a recorder's file, that process *pid* caused; with *path* only one whose records name that path.

    ``text`` is the line as the recorder wrote it.
    """
    lines = [line for line in data.split(b"\n") if len(line) <= _LONGEST_EVENT]
    # Where a line begins like an object, a name in it may look like a record: it was somebody's to choose.
    plain = [line for line in lines if len(line) <= LONGEST_LINE and line[:1] != b"{"]
    records = [line[head.start() :] for line in plain if (head := _RECORD.search(line))]
    found = find_probe(b"\n".join(records), pid, path) if records else None
    if found is not None:
        return found
    wanted = b"%d" % pid
    for line in lines:
        if line[:1] == b"{" and wanted in line:
            found = find_probe(b"\n".join(_from_json(line)), pid, path)
            if found is not None:
                return replace(found, text=line.decode("utf-8", "surrogateescape"))
    return None


def _from_json(line: bytes) -> Iterator[bytes]:
    """The SYSCALL record and the PATH records of an event that a recorder wrote as one JSON object; none for any other object."""
    try:
        event = json.loads(line)
        found = list(_of_laurel(event) or _of_go_audit(event) or _of_auditbeat(event)) if isinstance(event, dict) else []
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
        return  # not of their making: nothing in it is taken for a record
    yield from (text.encode("utf-8", "surrogateescape") for text in found)


def _of_laurel(event: Mapping[str, Any]) -> list[str]:
    call = event.get("SYSCALL")
    if not isinstance(call, dict) or not isinstance(event.get("ID"), str):
        return []
    return _records(
        event["ID"], call["pid"], call.get("SYSCALL") or call.get("syscall"), call.get("key"), event.get("PATH"), at="name"
    )


def _of_go_audit(event: Mapping[str, Any]) -> list[str]:
    messages = event.get("messages")
    if not isinstance(messages, list):
        return []
    stamp = f"msg=audit({event['timestamp']}:{event['sequence']}):"
    return [
        f"type={_KINDS[message['type']]} {stamp} {_one_line(message['data'])}"
        for message in messages
        if message.get("type") in _KINDS
    ]


def _of_auditbeat(event: Mapping[str, Any]) -> list[str]:
    told = event.get("auditd")
    if not isinstance(told, dict) or "sequence" not in told:
        return []
    moment = datetime.fromisoformat(str(event["@timestamp"]).replace("Z", "+00:00")).timestamp()
    call = (told.get("data") or {}).get("syscall")
    return _records(
        f"{moment:.3f}:{told['sequence']}", event["process"]["pid"], call, event.get("tags"), told.get("paths"), at="name"
    )


def _records(identifier: str, pid: object, call: object, keys: object, paths: object, *, at: str) -> list[str]:
    stamp = f"msg=audit({_one_line(identifier)}):"
    named = [keys] if isinstance(keys, str) else list(keys) if isinstance(keys, list) else []
    key = _hex(KEY_SEPARATOR.join(map(str, named))) if named else "(null)"
    found = [f"type=SYSCALL {stamp} syscall={_one_line(str(call))} pid={int(str(pid))} key={key}"]
    for path in paths if isinstance(paths, list) else []:
        if isinstance(path.get(at), str):
            found.append(f"type=PATH {stamp} name={_hex(path[at])} ")
    return found


def _hex(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").hex().upper()


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
