"""HostExtras: what a screen tells of a path besides the verdict, looked up when the screen is opened."""

from __future__ import annotations

from tui.audit.inputs import PathFacts
from tui.base.dataclass import dataclass
from tui.base.typing import TYPE_CHECKING
from tui.verdict.disk import read_disk
from tui.verdict.rule_display import display

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.host.port import Host


@dataclass(frozen=True, slots=True)
class HostExtras:
    """What is looked up besides the facts: the package that owns a path, and rules on disk that the kernel does not hold."""

    package: str = ""
    not_loaded: tuple[str, ...] = ()


def host_extras(host: Host, facts: HostFacts | None, path: str) -> HostExtras:
    """The extras of *path* on *host*, whose facts were read before; on a live host the package manager is asked."""
    return HostExtras(_package(host, facts, path), _not_loaded(facts))


def _package(host: Host, facts: HostFacts | None, path: str) -> str:
    if host.source != "live" or facts is None or not isinstance(facts.paths.get(path), PathFacts):
        return ""
    for argv in (("/usr/bin/dpkg-query", "-S", path), ("/usr/bin/rpm", "-qf", path)):
        result = host.run(argv, timeout=5)
        if result.state == "exited" and result.exit_code == 0 and result.output.strip():
            first = result.output.strip().splitlines()[0]
            return first.split(": ")[0] if argv[1] == "-S" else first
    return ""


def _not_loaded(facts: HostFacts | None) -> tuple[str, ...]:
    """The rules that a load would bring into the kernel and that it does not hold now, as one would write them."""
    if facts is None or not isinstance(facts.rules_dir, tuple) or not isinstance(facts.kernel_rules, tuple):
        return ()
    held = frozenset(facts.kernel_rules)
    return tuple(display(rule, facts) for rule in dict.fromkeys(read_disk(facts).rules) if rule not in held)
