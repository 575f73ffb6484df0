"""Findings, plans and reports as plain text: what the commands print.

Each imports the page it prints: a check has no need of a plan's. ``paint`` makes a line into text: plain, or in colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.base.typing import TYPE_CHECKING
from tui.views.page import Line, Page, plain
from tui.views.signs import Signs

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.plan.values import Plan
    from tui.run.values import RunReport
    from tui.verdict.values import Finding

Paint = Callable[[Line], str]


def render_findings(
    findings: Sequence[Finding],
    facts: HostFacts,
    signs: Signs,
    width: int,
    paint: Paint = plain,
    first: Sequence[Line] = (),
    then: str = "",
    way_out: str = "",
) -> list[str]:
    """What ``check`` prints: one finding in full, several as a list, after the lines *first* and before the command *then*, which comes
    next where something fails, or before the *way_out* of what blocks that; none is wider than *width* columns."""
    from tui.views.pages.finding import finding_lines

    return [paint(line) for line in finding_lines(findings, facts, width, signs, first, then, way_out)]


def render_plan(
    plan: Plan, signs: Signs, width: int, paint: Paint = plain, last: str = "", then: str = "", facts: HostFacts | None = None
) -> list[str]:
    """What ``plan`` prints: with *facts* whose plan it is, the changes, the commands, the warnings, the blockers, and the paragraph *last*;
    with *then*, the command that does it, all in short at the end."""
    from tui.views.pages.plan import in_short_lines, plan_lines
    from tui.views.words import host_text

    page = Page(width, signs)
    if facts is not None:
        page.say((host_text(facts), "dim"))
        page.gap()
    page.indent = 2
    page.add(plan_lines(plan, width, signs))
    if last:
        page.gap()
        page.say(last)
    elsewhere = facts.identity.name if facts is not None and facts.source != "live" else ""
    short = in_short_lines(plan, then, width, signs, elsewhere) if then else []
    if short:
        page.gap()
        page.add(short)
    return [paint(line) for line in page.lines]


def render_report(
    report: RunReport,
    signs: Signs,
    width: int,
    facts_before: HostFacts | None = None,
    facts_after: HostFacts | None = None,
    paint: Paint = plain,
) -> list[str]:
    """What ``apply`` and ``undo`` print at their end."""
    from tui.views.pages.report import report_lines

    return [paint(line) for line in report_lines(report, width, signs, facts_before, facts_after)]
