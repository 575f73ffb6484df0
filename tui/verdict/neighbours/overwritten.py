"""Overwritten lines: rules that are loaded and stand in audit.rules alone, which the next augenrules makes anew from rules.d. Pure."""

from __future__ import annotations

from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rules_d.augenrules import CompiledLine
from tui.verdict.judgement import Judgement


def overwritten_line(judged: Judgement) -> CompiledLine | None:
    """The first line of audit.rules that no file of rules.d has and that records the path now; None where there is none."""
    reaching = {judged.rules[at] for at in judged.loaded.reaching}
    for line in judged.host.only_compiled:
        parsed = parse_line(line.text, judged.facts.names, judged.host.lookup.is_directory)
        if isinstance(parsed, AddRule) and parsed.rule in reaching:
            return line
    return None
