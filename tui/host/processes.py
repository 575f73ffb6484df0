"""Finds the running processes that matter here: auditd, dockerd, containerd, when each started, whether it is stopped."""

from __future__ import annotations

import os

from tui.host.facts import Process

NAMES = frozenset((b"auditd", b"dockerd", b"containerd"))
"""By what /proc/PID/comm says."""


def read_processes(proc: str = "/proc") -> tuple[Process, ...]:
    """The processes called one of NAMES, by pid; one that ends meanwhile is left out."""
    found = []
    ticks = os.sysconf("SC_CLK_TCK")
    for pid in sorted(int(name) for name in os.listdir(proc) if name.isdigit()):
        try:
            fd = os.open(f"{proc}/{pid}/comm", os.O_RDONLY | os.O_CLOEXEC)
            try:
                name = os.read(fd, 64).rstrip(b"\n")
            finally:
                os.close(fd)
            if name in NAMES:
                with open(f"{proc}/{pid}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                started, stopped = int(fields[19]) / ticks, fields[0] in (b"T", b"t")
                found.append(Process(pid, name.decode(), _exe(f"{proc}/{pid}/exe"), started, stopped))
        except OSError:
            continue
    return tuple(found)


def _exe(link: str) -> str | None:
    try:
        return os.readlink(link)
    except OSError:
        return None
