"""The document of ``check --json``: which tool judged which host when, and each finding with all that a program asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui import __version__
from tui.base.amounts import utc_text
from tui.base.cleaning import clean
from tui.controls.control import Control
from tui.host.facts import HostFacts
from tui.verdict.boot.words import boot_values
from tui.verdict.values import Finding
from tui.views.json import SCHEMA, finding_view, host_view


def check_view(
    facts: HostFacts,
    benchmark: str,
    findings: Sequence[Finding],
    unfinished: Sequence[str] = (),
    controls: Iterable[Control] = (),
    drift: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The document; *unfinished* names the runs that were cut short, *controls* are those that were judged, *drift* is what changed since an
    earlier document, where one was given."""
    known = {control.slug: control for control in controls}
    document = {
        "schema": SCHEMA,
        "tool": {"name": "docker-audit-wizard", "version": __version__},
        "time": utc_text(facts.taken_at),
        "epoch": int(facts.taken_at),
        "host": host_view(facts),
        "benchmark": benchmark,
        "findings": [_finding(finding, known.get(finding.slug), benchmark) for finding in findings],
        "next_boot": boot_values(facts),
        "unfinished": list(unfinished),
    }
    return document if drift is None else {**document, "drift": list(drift)}


def _finding(finding: Finding, control: Control | None, benchmark: str) -> dict[str, Any]:
    entry = control.numbered.get(benchmark) if control else None
    return {
        **finding_view(finding),
        "title": clean(finding.title),
        "level": entry.level if entry else None,
        "numbers": {version: each.number for version, each in control.numbered.items()} if control else {},
        "wanted": list(finding.wanted),
        "fix": _fix(finding),
    }


def _fix(finding: Finding) -> list[str]:
    """What to do about a failure: the way out that each reason names, and the command that carries the plan out."""
    if finding.result != "fail":
        return []
    ways_out = dict.fromkeys(reason.remedy for reason in finding.reasons if reason.remedy)
    return [*ways_out, f"docker-audit-wizard apply --control {finding.slug}"]
