"""How a rule is written for people: as short as auditctl prints it, unless that would hide what it is. Pure."""

from __future__ import annotations

from tui.audit.rule import AddRule, Rule, listing, parse_line, unambiguous
from tui.host.facts import HostFacts
from tui.remediation.disk import lookup
from tui.text import clean


def shown(rule: Rule, facts: HostFacts) -> str:
    """The line of ``auditctl -l`` where it means this very rule on this host, else the ``-a`` form, which does; cleaned.

    ``auditctl -l`` prints a ``never`` rule like a watch, and a directory itself like all that lies below it.
    """
    machine = facts.names.machine
    short = listing(rule, machine)
    parsed = parse_line(short, facts.names, lookup(facts).is_directory)
    same = isinstance(parsed, AddRule) and parsed.rule == rule
    return clean(short if same else unambiguous(rule, machine))
