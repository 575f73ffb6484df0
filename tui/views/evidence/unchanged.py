"""The sentence on a finding for which a plan would change nothing."""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING
from tui.views.switches import ways_past

if TYPE_CHECKING:
    from tui.plan.values import Plan
    from tui.verdict.values import Finding


def unchanged_text(finding: Finding, plan: Plan) -> str:
    """That a plan would change nothing, and why; "" where it would, or where a choice leads past what stands in its way."""
    if plan.blockers and finding.result == "fail" and not ways_past(plan):
        return "Nothing would change: the plan is blocked until that is mended."
    if plan.blockers or not (plan.is_empty or finding.result in ("pass", "notapplicable")):
        return ""
    if plan.is_empty:
        what, of = "Nothing would change", finding.path
    else:
        what, of = f"Nothing would change for {finding.path}", "it"
    if finding.result == "pass":
        return f"{what}: {of} is audited already."
    if finding.result == "notapplicable":
        return f"{what}: {of} is not on this host."
    if plan.pending_reboot:
        return f"{what}: the line for {of} is on disk, and the next boot loads it."
    return f"{what}: a plan has no line to add and nothing to load."
