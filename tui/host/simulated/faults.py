"""The faults of a simulated host: which call each hits, and in what order."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence

from tui.host.scenario import Fault, FaultKind

ERRNO_KINDS: dict[str, int] = {"ENOSPC": errno.ENOSPC, "EROFS": errno.EROFS, "EACCES": errno.EACCES, "EIO": errno.EIO}
"""The kinds with which ``write`` and ``remove`` fail before anything was changed; with ``EIO-late`` it was changed nonetheless."""

FAULTS_AFTER_THE_CALL: frozenset[FaultKind] = frozenset(
    ("file-changed", "kernel-changed", "suspended", "immutable", "broken-conf", "dead-after")
)
"""The kinds that change the host beside the call, which itself goes on: right before it, ``dead-after`` and ``suspended`` right
after a command."""


class Faults:
    """Hands out the faults that hit a call and counts how often each had its chance."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)

    def hitting(self, call: str) -> tuple[Fault, ...]:
        """The faults that hit *call*: a verb of the port, or a command line as :func:`command_line` gives it."""
        hit = []
        for number, fault in enumerate(self._faults):
            if _matches(fault.on, call):
                seen = self._seen[number]
                self._seen[number] += 1
                if seen >= fault.after and (fault.times is None or seen < fault.after + fault.times):
                    hit.append(fault)
        return tuple(hit)


def _matches(on: str, call: str) -> bool:
    return call == on or call.startswith(on + " ")


def command_line(argv: Sequence[str]) -> str:
    """*argv* as faults name it: the program without its folder."""
    return " ".join((argv[0].rpartition("/")[2], *argv[1:]))
