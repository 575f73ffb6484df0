"""What other scanners would say about a path from the loaded rules: each one's own way of looking, rebuilt on our listing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from tui.audit.rule.text import listing, listings
from tui.audit.rule.value import Rule
from tui.base.cleaning import clean
from tui.base.typing import NamedTuple


class ScannerView(NamedTuple):
    """What one scanner says of a path by the loaded rules, ``pass``, ``fail`` or a word of its own, and in a sentence how it looks."""

    name: str
    says: str
    why: str

    @property
    def passes(self) -> bool:
        """Whether the scanner counts the path as audited."""
        return self.says == "pass"


class _Scanner(NamedTuple):
    name: str
    passes: Callable[[str, Sequence[Rule], Sequence[str]], bool]
    how: str
    absent: str = ""
    """What it says instead where the file does not exist; "" where it looks at the rules all the same."""


def benchmark_grep(path: str, listing: str) -> bool:
    """What ``auditctl -l | grep PATH`` finds in the *listing* of the loaded rules, the benchmark's own check: any line that holds the path anywhere.

    grep takes the path as a basic regular expression, in which a dot stands for any character.
    """
    if not set(path) & set("*[]\\"):  # most paths are found, or not, as they are written
        if path in listing:
            return True
        if "." not in path or not all(part in listing for part in path.split(".")):
            return False
    wanted = _as_grep(path)
    return any(wanted.search(line) for line in listing.split("\n"))


def scanner_views(
    path: str, rules: Sequence[Rule], scanned: str = "", absent: Collection[str] = frozenset()
) -> tuple[ScannerView, ...]:
    """What each scanner would say about *path* if the kernel held exactly *rules*.

    *scanned* is the path that docker-bench-security looks for instead ("": the same); the paths *absent* do not exist on the host.
    """
    lines = listings(rules)
    views = []
    for scanner in SCANNERS:
        instead = scanned if scanner.passes is _docker_bench else ""
        how = scanner.how + (f"; here it looks for {clean(instead)}" if instead else "")
        says = "pass" if scanner.passes(instead or path, rules, lines) else "fail"
        if scanner.absent and (instead or path) in absent and not (instead in _LOOKED_FOR_ANYWAY or path in _LOOKED_FOR_ANYWAY):
            says, how = scanner.absent, f"{how}; here it finds no such file, which it counts as neither pass nor fail"
        views.append(ScannerView(scanner.name, says, how))
    return tuple(views)


def _as_grep(path: str) -> re.Pattern[str]:
    """*path* as grep reads it: in a path only ``.``, ``*``, ``[``, ``^``, ``$`` and ``\\`` are more than themselves."""
    try:
        return re.compile("".join(character if character in ".*[]\\" else re.escape(character) for character in path))
    except re.error:
        return re.compile(re.escape(path))


def _docker_bench(path: str, rules: Sequence[Rule], lines: Sequence[str]) -> bool:
    wanted = _as_grep(path)
    return any(wanted.search(line) for line in lines)


def _aqua(path: str, rules: Sequence[Rule], lines: Sequence[str]) -> bool:
    wanted, flag = _as_grep(path), re.compile(re.escape(path) + r"(?:[^a-zA-Z0-9_-]|$)")
    return any(flag.search(line) for line in lines if wanted.search(line))


def _datadog(path: str, rules: Sequence[Rule], lines: Sequence[str]) -> bool:
    """Whether Datadog's check passes. go-libaudit turns a rule into a watch by its fields alone; a rule that is none has no path for it."""
    return any(rule.path == path and listing(rule).startswith("-w ") for rule in rules)


def _inspec(path: str, rules: Sequence[Rule], lines: Sequence[str]) -> bool:
    return f"-w {path} -p rwxa -k docker" in lines


def _risk_sentinel(path: str, rules: Sequence[Rule], lines: Sequence[str]) -> bool:
    wanted = re.compile(r"-w\s+" + re.escape(path))
    return any(wanted.search(line) for line in lines)


def _wazuh(path: str, rules: Sequence[Rule], lines: Sequence[str]) -> bool:
    permissions = re.compile(r"-p (?:wa|rwxa)(?: |$)")
    return any(line.startswith("-w") and path in line and permissions.search(line) for line in lines)


_LOOKED_FOR_ANYWAY = frozenset(("/usr/bin/dockerd", "/run/containerd"))
"""The paths of which docker-bench-security 1.6.0 asks only the rules (its checks 1.1.3 and 1.1.4)."""

SCANNERS = (
    _Scanner("docker-bench-security", _docker_bench, "searches the loaded rules for the path, anywhere in a line", "info"),
    _Scanner("aquasecurity/docker-bench", _aqua, "searches the loaded rules for the path, followed by no letter, digit or hyphen"),
    _Scanner("Datadog", _datadog, "looks for a watch on exactly this path and ignores rules with other conditions", "error"),
    _Scanner("InSpec (dev-sec)", _inspec, "looks for exactly the line “-w PATH -p rwxa -k docker”"),
    _Scanner("InSpec (risk-sentinel)", _risk_sentinel, "looks for a watch whose path begins with this one"),
    _Scanner("Wazuh", _wazuh, "looks for a watch that holds the path, with the permissions wa or rwxa"),
)
"""None of them can tell a ``never`` rule from a watch, since auditctl prints both alike."""
