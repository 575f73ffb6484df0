"""The system's log: one line to whatever listens at syslog's socket, else to the systemd journal. Nobody listening is no error."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

from tui.base.cleaning import clean

IDENTIFIER = "docker-audit-wizard"
SYSLOG = "/dev/log"
JOURNAL = "/run/systemd/journal/socket"
_FACILITY, _SEVERITY = 10, 5  # authpriv, notice (syslog(3))
_SECONDS = 0.5
"""How long a log daemon that does not read may keep a run waiting."""
_MOST_BYTES = 900
"""What RFC 3164 lets a message have, less its head."""


def write_system_log(text: str, syslog: str = SYSLOG, journal: str = JOURNAL) -> bool:
    """Send *text* as one cleaned line; whether somebody took it. Never raises."""
    message = clean(text).encode("utf-8", "backslashreplace")[:_MOST_BYTES]
    head = f"<{_FACILITY << 3 | _SEVERITY}>{time.strftime('%b %e %H:%M:%S')} {IDENTIFIER}[{os.getpid()}]: ".encode()
    fields = f"PRIORITY={_SEVERITY}\nSYSLOG_FACILITY={_FACILITY}\nSYSLOG_IDENTIFIER={IDENTIFIER}\nMESSAGE=".encode()
    return (
        _send(syslog, socket.SOCK_DGRAM, head + message)
        or _send(syslog, socket.SOCK_STREAM, head + message + b"\0")
        or _send(journal, socket.SOCK_DGRAM, fields + message + b"\n")
    )


def _send(path: str, kind: socket.SocketKind, data: bytes) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX, kind | socket.SOCK_CLOEXEC) as link:
        link.settimeout(_SECONDS)
        link.connect(path)
        link.sendall(data)
        return True
    return False
