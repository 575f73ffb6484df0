"""What goes on at a simulated host without anybody's doing: accesses of a Docker host at its usual work."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from tui.audit.inputs import PathFacts
from tui.host.facts import HostFacts
from tui.host.scenario import RecordedAccess
from tui.host.simulated.log import Event

# Accesses a second on a web server with a dozen containers: (path, access, program, rate).
_USUAL = (
    ("/var/lib/docker/overlay2", "w", "/usr/bin/dockerd", 6.0),
    ("/var/lib/docker", "w", "/usr/bin/dockerd", 2.0),
    ("/var/lib/docker", "r", "/usr/bin/dockerd", 3.0),
    ("/run/containerd", "w", "/usr/bin/containerd", 1.5),
    ("/usr/bin/containerd-shim-runc-v2", "x", "/usr/bin/containerd", 0.08),
    ("/usr/bin/runc", "x", "/usr/bin/containerd-shim-runc-v2", 0.25),
    ("/usr/sbin/runc", "x", "/usr/bin/containerd-shim-runc-v2", 0.25),
    ("/var/run/docker.sock", "r", "/usr/bin/docker", 0.05),
    ("/run/containerd/containerd.sock", "r", "/usr/bin/dockerd", 0.02),
    ("/usr/bin/containerd", "r", "/usr/bin/dpkg-query", 0.002),
    ("/usr/bin/dockerd", "r", "/usr/bin/dpkg-query", 0.002),
    ("/etc/docker/daemon.json", "r", "/usr/bin/dockerd", 0.001),
    ("/etc/passwd", "r", "/usr/sbin/cron", 0.05),
)
_MOST = 2000
"""Events that one step of the clock makes at most."""


def past_events(recorded: Iterable[RecordedAccess], now: float) -> list[tuple[float, Event]]:
    """*recorded* as events with their moments before *now*, the oldest first."""
    events = []
    for position, one in enumerate(recorded):
        name = one.program.rpartition("/")[2][:15]
        event = Event(
            one.path,
            one.access,
            20_011 + 37 * position,
            (one.key,) if one.key else (),
            name,
            one.program,
            "refused" if one.refused else "done",
            one.login,
            one.user,
            one.line,
        )
        events += [(now - one.ago - number * one.apart, event) for number in range(min(one.times, _MOST))]
    return sorted(events, key=lambda pair: pair[0])


class Activity:
    """The accesses of one host, evenly spread and the same every time: a lesson must not depend on luck."""

    def __init__(self, facts: HostFacts) -> None:
        self._begin = facts.taken_at
        self._usual = tuple(
            line for line in _USUAL if isinstance(there := facts.paths.get(line[0]), PathFacts) and there.kind != "absent"
        )
        pids = {process.exe: process.pid for process in facts.processes}
        self._pids = {line[2]: pids.get(line[2], 1500 + number) for number, line in enumerate(_USUAL)}

    def events(self, start: float, seconds: float) -> Iterator[tuple[float, Event]]:
        """The accesses in the *seconds* after *start*, with the moment of each, in their order."""
        found = []
        for path, access, program, rate in self._usual:
            first = math.floor((start - self._begin) * rate) + 1
            last = math.floor((start + seconds - self._begin) * rate)
            for number in range(first, min(last, first + _MOST) + 1):
                name = program.rpartition("/")[2][:15]
                found.append((self._begin + number / rate, Event(path, access, self._pids[program], (), name, program, "done")))
        return iter(sorted(found, key=lambda pair: pair[0])[:_MOST])
