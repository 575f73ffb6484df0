"""Finds the running processes that matter here: dockerd, containerd, who takes the audit records; when each started, whether it is stopped."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from tui.host.facts import DAEMONS, Process
from tui.host.trust import is_roots

NAMES = frozenset((b"auditd", *map(os.fsencode, DAEMONS)))
"""By what /proc/PID/comm says."""
_JOURNAL = b"systemd-journal"
"""systemd-journald, cut short as comm is."""
NO_SOCKETS: Mapping[str, int] = {}


def read_processes(proc: str = "/proc", daemon_pid: int = 0, copying: Mapping[str, int] = NO_SOCKETS) -> tuple[Process, ...]:
    """The processes called one of NAMES and the one that is registered as audit daemon, whatever its name, by pid; one that ends
    meanwhile is left out. systemd-journald is among them where one of the sockets *copying*, each with the records it lost, is its."""
    found = []
    mounts = _link(f"{proc}/self/ns/mnt")
    ticks = os.sysconf("SC_CLK_TCK")
    for pid in sorted(int(name) for name in os.listdir(proc) if name.isdigit()):
        try:
            fd = os.open(f"{proc}/{pid}/comm", os.O_RDONLY | os.O_CLOEXEC)
            try:
                name = os.read(fd, 64).rstrip(b"\n")
            finally:
                os.close(fd)
            dropped = _dropped(f"{proc}/{pid}/fd", copying) if copying and name == _JOURNAL else None
            if name in NAMES or pid == daemon_pid or dropped is not None:
                with open(f"{proc}/{pid}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                started, stopped = int(fields[19]) / ticks, fields[0] in (b"T", b"t")
                theirs = _link(f"{proc}/{pid}/ns/mnt")
                own = None if mounts is None or theirs is None else theirs == mounts
                exe, uid = _link(f"{proc}/{pid}/exe"), _uid(f"{proc}/{pid}/status")
                found.append(Process(pid, os.fsdecode(name), exe, started, stopped, uid, own, dropped))
        except OSError:
            continue
    return tuple(found)


def programs_beside(processes: Iterable[Process], paths: Iterable[str]) -> set[str]:
    """Where the programs among *paths* would be in the folders that root's Docker daemons run from."""
    folders = {
        process.exe.rpartition("/")[0] for process in processes if process.name in DAEMONS and process.exe and is_roots(process)
    }
    names = {path.rpartition("/")[2] for path in paths if path.rpartition("/")[0].endswith("bin")}
    return {f"{folder}/{name}" for folder in folders for name in names}


def _dropped(folder: str, copying: Mapping[str, int]) -> int | None:
    """How many records the socket among *copying* that is open in *folder* has lost; None where none is."""
    found = (copying[name] for each in os.listdir(folder) if (name := _link(f"{folder}/{each}")) in copying and name is not None)
    return next(found, None)


def _uid(status: str) -> int | None:
    """The owner of a process: 0 where each of the four user ids is root's, else the first that is not (proc(5)); None where they cannot be read."""
    try:
        with open(status, "rb") as file:
            ids = next((line.split()[1:5] for line in file if line.startswith(b"Uid:")), [])
    except OSError:
        return None
    return next((int(number) for number in ids if number != b"0"), 0) if len(ids) == 4 else None


def _link(link: str) -> str | None:
    try:
        return os.readlink(link)
    except OSError:
        return None
