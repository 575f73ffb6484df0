"""Question: which controls of which benchmark are asked about; from host facts it gives findings.

What a verdict needs is imported when one is asked for: a walk is opened, and its first screen painted, before that.
"""

from __future__ import annotations

from functools import cached_property

from tui.base.dataclass import dataclass, replace
from tui.base.typing import TYPE_CHECKING
from tui.controls.control import Control
from tui.host.facts import AUDIT_RULES_UNIT, AUDITD_UNIT, AUGENRULES_UNIT, LEGACY_RESTART, HostFacts, Interest

if TYPE_CHECKING:
    from tui.verdict.known import KnownHost
    from tui.verdict.values import Finding, Waiver
    from tui.verdict.waivers import Waivers


@dataclass(frozen=True)
class Question:
    """The controls that a person selected, in the order of their numbers."""

    controls: tuple[Control, ...]
    benchmark: str
    named_paths: bool = False
    """True: only the path that the benchmark names is judged and watched, even where the object is elsewhere."""
    waivers: Waivers | None = None
    omitted: tuple[tuple[str, Waiver], ...] = ()
    """The controls that were left out since a waiver covers them, by number or slug, each with that waiver."""

    @cached_property
    def interest(self) -> Interest:
        """What must be read from a host to answer."""
        from tui.verdict.objects.interest import interest

        needed = interest(self.controls, self.benchmark)
        return needed | Interest(
            units=frozenset({AUDITD_UNIT, AUDIT_RULES_UNIT, AUGENRULES_UNIT}), files=frozenset({LEGACY_RESTART})
        )

    def findings(self, host: HostFacts | KnownHost) -> tuple[Finding, ...]:
        """The verdict on each control, in the order of ``controls``."""
        from tui.verdict.finding import assess_all

        findings = assess_all(self.controls, self.benchmark, host, named_paths=self.named_paths)
        if self.waivers is None:
            return findings
        name = (host if isinstance(host, HostFacts) else host.facts).identity.name
        return tuple(self._waived(finding, name) for finding in findings)

    def _waived(self, finding: Finding, host: str) -> Finding:
        if self.waivers is None:
            return finding
        fails = finding.result == "fail"
        waiver = self.waivers.of(finding.control, finding.slug, host) if fails else None
        void = self.waivers.void_of(finding.control, finding.slug, host, fails=fails)
        return replace(finding, waiver=waiver, void_waivers=void) if waiver or void else finding

    def left_out(self, host: str) -> tuple[tuple[str, Waiver], ...]:
        """The controls that a waiver covers on the host called *host*, by number or slug, each with that waiver."""
        found = ((control, self._waiver(control, host)) for control in self.controls)
        return tuple((control.number(self.benchmark) or control.slug, waiver) for control, waiver in found if waiver is not None)

    def without_waived(self, host: str) -> Question:
        """The question about the controls that no waiver covers on the host called *host*."""
        left = tuple(control for control in self.controls if self._waiver(control, host) is None)
        return replace(self, controls=left, omitted=self.left_out(host))

    def _waiver(self, control: Control, host: str) -> Waiver | None:
        number = control.number(self.benchmark) or ""
        return None if self.waivers is None else self.waivers.of(number, control.slug, host)
