"""A question about one or two watches, for rehearsals without the rest of the wizard."""

from __future__ import annotations

from dataclasses import dataclass

from tui.host.facts import HostFacts, Interest
from tui.verdict.values import Finding, State


def finding(path: str, *, state: State = "unaudited", control: str = "1.2.11", wanted: tuple[str, ...] | None = None) -> Finding:
    """A control that fails on *path* and wants the benchmark's line for it."""
    lines = (f"-w {path} -k docker",) if wanted is None else wanted
    slug = path.rpartition("/")[2]
    return Finding(control, slug, slug, path, "file", state, None, None, None, None, (), wanted=lines)


@dataclass(frozen=True)
class Asking:
    """A question with its answer."""

    answer: tuple[Finding, ...]
    benchmark: str = "1.2.0"

    @property
    def interest(self) -> Interest:
        return Interest(paths=frozenset(finding.path for finding in self.answer))

    def findings(self, facts: HostFacts) -> tuple[Finding, ...]:
        return self.answer
