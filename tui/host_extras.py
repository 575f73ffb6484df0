"""HostExtras: what a screen tells of a path besides the verdict, looked up when the screen is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.audit.inputs import PathFacts
from tui.base.dataclass import dataclass
from tui.base.typing import TYPE_CHECKING
from tui.verdict.in_sync import DiskAndKernel, disk_and_kernel

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.host.port import Host


@dataclass(frozen=True, slots=True)
class HostExtras:
    """What is looked up besides the facts: the package that owns a path, and how rules.d stands to the kernel (None: not known)."""

    package: str = ""
    disk: DiskAndKernel | None = None


def host_extras(
    host: Host, facts: HostFacts | None, paths: Iterable[str], known: Mapping[str, HostExtras] | None = None
) -> dict[str, HostExtras]:
    """The extras of *paths* on *host*, whose facts were read before. On a live host the package manager is asked, once a path: *known*
    are the extras of an earlier reading."""
    disk = disk_and_kernel(facts)
    before = known or {}
    return {
        path: HostExtras(before[path].package if path in before else _package(host, facts, path), disk)
        for path in dict.fromkeys(paths)
    }


def _package(host: Host, facts: HostFacts | None, path: str) -> str:
    if host.source != "live" or facts is None or not isinstance(facts.paths.get(path), PathFacts):
        return ""
    for argv in (("/usr/bin/dpkg-query", "-S", path), ("/usr/bin/rpm", "-qf", path)):
        result = host.run(argv, timeout=5)
        if result.state == "exited" and result.exit_code == 0 and result.output.strip():
            first = result.output.strip().splitlines()[0]
            return first.split(": ")[0] if argv[1] == "-S" else first
    return ""
