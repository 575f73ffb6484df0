"""The document of ``check --json``: which tool judged which host when, and each finding with all that a program asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui import __version__
from tui.audit.rule.line import parse_line
from tui.base.amounts import utc_text
from tui.base.cleaning import clean
from tui.base.typing import Any
from tui.controls.control import Control
from tui.host.facts import HostFacts
from tui.verdict.boot.words import boot_values
from tui.verdict.disk import lookup
from tui.verdict.values import Finding
from tui.views.json import SCHEMA, finding_view, host_view


def check_view(
    facts: HostFacts,
    benchmark: str,
    findings: Sequence[Finding],
    unfinished: Sequence[str] = (),
    controls: Iterable[Control] = (),
    drift: Sequence[Mapping[str, Any]] | None = None,
    way_out: str = "",
) -> dict[str, Any]:
    """The document; *unfinished* names the runs that were cut short, *controls* are those that were judged, *drift* is what changed since an
    earlier document, where one was given, *way_out* what to do first where the load of the rules on disk fails, which blocks any plan."""
    known = {control.slug: control for control in controls}
    document = {
        "schema": SCHEMA,
        "tool": {"name": "docker-audit-wizard", "version": __version__},
        "time": utc_text(facts.taken_at),
        "epoch": int(facts.taken_at),
        "host": host_view(facts),
        "benchmark": benchmark,
        "findings": [_finding(finding, known.get(finding.slug), benchmark, facts, way_out) for finding in findings],
        "next_boot": boot_values(facts),
        "unfinished": list(unfinished),
    }
    return document if drift is None else {**document, "drift": list(drift)}


def _finding(finding: Finding, control: Control | None, benchmark: str, facts: HostFacts, way_out: str) -> dict[str, Any]:
    entry = control.numbered.get(benchmark) if control else None
    return {
        **finding_view(finding),
        "title": clean(finding.title),
        "level": entry.level if entry else None,
        "numbers": {version: each.number for version, each in control.numbered.items()} if control else {},
        "wanted": list(finding.wanted),
        "missing": _missing(finding, facts),
        "fix": _fix(finding, way_out),
        "apply": "" if way_out else _apply(finding),
    }


def _missing(finding: Finding, facts: HostFacts) -> list[str]:
    """The wanted lines of a failing control that no rules file has yet, however it writes them."""
    if finding.result != "fail":
        return []
    is_directory = lookup(facts).is_directory
    there = [parse_line(rule.text, facts.names, is_directory) for rule in finding.rules if rule.source != "kernel"]
    return [line for line in finding.wanted if parse_line(line, facts.names, is_directory) not in there]


def _apply(finding: Finding) -> str:
    """The command that carries the plan out; "" where nothing fails, or where the finding itself shows that the plan is blocked."""
    return "" if finding.result != "fail" or finding.is_stuck else f"docker-audit-wizard apply --control {finding.slug}"


def _fix(finding: Finding, way_out: str) -> list[str]:
    """What to do about a failure: the *way_out* of a blocked plan, the one that each reason names, and the command that carries the plan out."""
    if finding.result != "fail":
        return []
    ways_out = dict.fromkeys(reason.remedy for reason in finding.reasons if reason.remedy)
    if way_out:
        return list(dict.fromkeys([way_out, *ways_out]))
    return [*ways_out, *([command] if (command := _apply(finding)) else [])]
