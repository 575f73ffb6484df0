"""The rules that touch a path as lines: where each stands, and what it does here."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.inputs import Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import listing
from tui.base.cleaning import clean
from tui.host.facts import HostFacts
from tui.verdict.disk import lookup
from tui.verdict.values import Finding, RuleLine
from tui.views.evidence.host_facts import unread_text
from tui.views.page import Line, Page
from tui.views.signs import Signs
from tui.views.words import count

IN_FULL = "check --json tells"
"""Where each rule's effect stands in full; a walk has a key for it."""


_HEADS = f"{'kernel':>6}  {'on disk':>15}"


def _short(rule: RuleLine) -> str:
    if rule.source == "kernel":
        return f"#{rule.position}"
    return f"{(rule.file or '').rsplit('/', 1)[-1]}:{rule.line}"


def _same(one: RuleLine, other: RuleLine, facts: HostFacts) -> bool:
    """Whether the kernel would hold both as the same rule, however they are written."""
    if one.text == other.text:
        return True
    first, second = (parse_line(rule.text, facts.names, lookup(facts).is_directory) for rule in (one, other))
    return isinstance(first, AddRule) and isinstance(second, AddRule) and first.rule == second.rule


def _paired(rules: Sequence[RuleLine], facts: HostFacts) -> list[tuple[RuleLine | None, RuleLine | None]]:
    """Each loaded rule with its line on disk; the lines on disk that are not loaded come last."""
    pairs: list[tuple[RuleLine | None, RuleLine | None]] = []
    on_disk = [rule for rule in rules if rule.source != "kernel"]
    for rule in rules:
        if rule.source != "kernel":
            continue
        twin = next((other for other in on_disk if _same(rule, other, facts)), None)
        if twin is not None:
            on_disk.remove(twin)
        pairs.append((rule, twin))
    return pairs + [(None, rule) for rule in on_disk]


def _printed(rule: RuleLine, facts: HostFacts) -> str:
    """The line of ``auditctl -l`` for a loaded *rule* where it looks like a watch and the rule is none; else ``""``."""
    at = (rule.position or 0) - 1
    if not isinstance(facts.kernel_rules, tuple) or not 0 <= at < len(facts.kernel_rules):
        return ""
    line = clean(listing(facts.kernel_rules[at], facts.names.machine))
    return line if line.startswith("-w ") and line != rule.text else ""


def rules_lines(finding: Finding, facts: HostFacts, width: int, signs: Signs) -> list[Line]:
    """The rules that touch the path, in the kernel's order, each with where it stands and what it does here."""
    page = Page(width, signs, indent=2)
    unread = next((rules for rules in (facts.kernel_rules, facts.rules_dir) if isinstance(rules, Unknown)), None)
    if not finding.rules:
        page.head("Rules that touch this path")
        if unread is not None:
            page.say(unread_text(unread, facts), indent=2)
        elif finding.result == "unknown":
            page.say("cannot tell", indent=2)
        else:
            page.say("none, neither loaded nor on disk", indent=2)
        return page.lines
    page.head("Rules that touch this path", _HEADS)
    general = [rule for rule in finding.rules if rule.general]
    if general:
        number = max(sum(rule.source == "kernel" for rule in general), sum(rule.source != "kernel" for rule in general))
        page.say(f"{count(number, 'general rule')}, which {'does' if number == 1 else 'do'} not name it", indent=2)
        page.say((f"each with what it records here: {IN_FULL}", "dim"), indent=5)
    _list_rules(page, [rule for rule in finding.rules if not rule.general], facts, signs)
    return page.lines


def general_rules_lines(finding: Finding, facts: HostFacts, width: int, signs: Signs) -> list[Line]:
    """Each general rule that touches the path, and each whose effect is too long to be said beside it, with where it stands and what it
    records here; nothing where there is none."""
    page = Page(width, signs, indent=2)
    told = [rule for rule in finding.rules if rule.general or len(rule.effect) > _LONGEST_EFFECT]
    if told:
        page.gap()
        page.head(f"Rules and what each of them does to {clean(finding.path)}", _HEADS)
        _list_rules(page, told, facts, signs, in_full=True)
    return page.lines


_LONGEST_EFFECT = 240
"""What a rule does, in characters, where it is said beside it: three lines of a narrow terminal."""
_IN_SHORT = {"records ": "records what the rules before it leave of this path", "keeps ": "keeps some events from being recorded"}
"""Longer effects by how they begin."""


def _effect_in_short(effect: str) -> str:
    if len(effect) <= _LONGEST_EFFECT:
        return effect
    short = next((short for start, short in _IN_SHORT.items() if effect.startswith(start)), "concerns some callers and calls")
    return f"{short}; whom: {IN_FULL}"


def _list_rules(page: Page, rules: Sequence[RuleLine], facts: HostFacts, signs: Signs, *, in_full: bool = False) -> None:
    for loaded, stored in _paired(rules, facts):
        rule = loaded or stored
        assert rule is not None
        page.say((rule.text, "code"), indent=2, hanging=2)
        page.tail((f"{_short(loaded) if loaded else signs.none:>6}  {_short(stored) if stored else signs.none:>15}", "dim"))
        effect = rule.effect if in_full else _effect_in_short(rule.effect)
        if loaded is None and effect.startswith("records "):
            effect = f"would record {effect[len('records ') :]}, once it is loaded"
        page.say((effect, "dim"), indent=5)
        printed = _printed(loaded, facts) if loaded else ""
        if printed:
            page.say(("auditctl -l prints it as ", "dim"), (printed, "code"), indent=5, hanging=2)
