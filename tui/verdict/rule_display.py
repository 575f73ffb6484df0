"""How a rule is written for people: as short as auditctl prints it, unless that would hide what it is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.audit.inputs import PathFacts
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import arguments, delete_arguments, listing, unambiguous
from tui.audit.rule.value import Rule
from tui.base.amounts import first_of
from tui.base.cleaning import clean
from tui.host.facts import HostFacts
from tui.verdict.disk import lookup


def display(rule: Rule, facts: HostFacts) -> str:
    """The line of ``auditctl -l`` where it means this very rule on this host, else the ``-a`` form, which does; cleaned.

    ``auditctl -l`` prints a ``never`` rule like a watch, and a directory itself like all that lies below it.
    """
    machine = facts.names.machine
    short = listing(rule, machine)
    parsed = parse_line(short, facts.names, lookup(facts).is_directory)
    same = isinstance(parsed, AddRule) and parsed.rule == rule
    return clean(short if same else unambiguous(rule, machine))


def words_to_add(rule: Rule, facts: HostFacts) -> tuple[str, ...]:
    """The arguments with which auditctl adds *rule* on this host.

    The short form is used only for what is seen to be a file or absent: of a directory auditctl would make another rule.
    """
    return arguments(rule, facts.names.machine, _may_be_directory(facts))


def words_to_delete(rule: Rule, facts: HostFacts) -> tuple[str, ...]:
    """The arguments with which auditctl deletes *rule*, and no other, on this host."""
    return delete_arguments(rule, facts.names.machine, _may_be_directory(facts))


def _may_be_directory(facts: HostFacts) -> Callable[[str], bool]:
    def may_be_directory(path: str) -> bool:
        found = facts.paths.get(path)
        return not isinstance(found, PathFacts) or found.kind not in ("file", "absent")

    return may_be_directory


def unsayable(rules: Iterable[Rule], facts: HostFacts) -> tuple[Rule, ...]:
    """Those of *rules* that auditctl has no words for (programs with their own netlink code can load some)."""
    found = []
    for rule in rules:
        line = parse_line(unambiguous(rule, facts.names.machine), facts.names)
        if not isinstance(line, AddRule) or line.rule != rule:
            found.append(rule)
    return tuple(found)


def listed(rules: Sequence[Rule], limit: int = 3) -> str:
    """The rules for a sentence: at most *limit* of them, and how many more."""
    return first_of([clean(unambiguous(rule)) for rule in rules], limit, "; ")


def counted(number: int) -> str:
    """``1 rule``, ``3 rules``, ``no rule``."""
    return {0: "no rule", 1: "1 rule"}.get(number, f"{number} rules")
