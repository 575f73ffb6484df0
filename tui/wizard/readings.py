"""Readings: the host read in a thread, beside the keys, and what the walk knows by it afterwards.

Each takes the walk, the screen that waits, and *then*, which shows the outcome on that screen. What the session holds is changed once the
thread is done: until then the screen shows what it showed.
"""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.host_extras import HostExtras
    from tui.run.values import RunReport
    from tui.verdict.values import Finding
    from tui.wizard.steps.base import StepScreen


def look(screen: StepScreen, then: Callable[[], None]) -> None:
    """Read the host for the overview; *then* shows it on *screen*."""
    walker = screen.wizard
    session, apart = walker.session, walker.session.apart()

    def show(findings: tuple[Finding, ...]) -> None:
        walker.findings, session.switches = findings, apart.switches
        session.take(apart)
        then()

    def work() -> tuple[Finding, ...]:
        apart.facts, findings = apart.look()
        return findings

    walker.in_thread(screen, work, show)


def read_host(screen: StepScreen, then: Callable[[], None]) -> None:
    """Read the host for the walk, and look up what belongs beside it; *then* shows it on *screen*."""
    walker = screen.wizard
    apart, known = walker.session.apart(), dict(walker.extras)

    def show(extras: dict[str, HostExtras]) -> None:
        walker.session.take(apart)
        walker.extras |= extras
        then()

    def work() -> dict[str, HostExtras]:
        apart.read()
        return apart.extras(known)

    walker.in_thread(screen, work, show)


def probe(screen: StepScreen, then: Callable[[], None]) -> None:
    """Probe what is audited without a run; *then* shows it on *screen*."""
    walker = screen.wizard
    session, apart = walker.session, walker.session.apart()

    def show(report: RunReport) -> None:
        session.report, session.exit_code = report, apart.exit_code
        then()

    walker.in_thread(screen, apart.probe, show)
