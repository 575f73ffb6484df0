"""The kernel's rule list through auditctl: compared with the list it should be, and brought back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.audit.inputs import PathFacts
from tui.audit.rule import AddRule, Rule, arguments, delete_arguments, parse_line, unambiguous
from tui.host.facts import HostFacts
from tui.host.host import CommandResult
from tui.text import clean

Runner = Callable[[Sequence[str]], CommandResult]
"""Starts auditctl with its arguments and tells what became of it."""


def words(rule: Rule, facts: HostFacts) -> tuple[str, ...]:
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


def by_filter(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules of each filter list in their order: the kernel asks each list by itself, so only the order within it counts."""
    lists: dict[str, list[Rule]] = {}
    for rule in rules:
        lists.setdefault(rule.filter, []).append(rule)
    return lists


def same(one: Iterable[Rule], other: Iterable[Rule]) -> bool:
    """True where both mean the same to the kernel: the same rules in the same order within each filter list."""
    return by_filter(one) == by_filter(other)


def missing(wanted: Iterable[Rule], loaded: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those of *wanted* that are not loaded, in their order."""
    there = frozenset(loaded)
    return tuple(rule for rule in wanted if rule not in there)


def listed(rules: Sequence[Rule], limit: int = 3) -> str:
    """The rules for a sentence: at most *limit* of them, and how many more."""
    shown = "; ".join(clean(unambiguous(rule)) for rule in rules[:limit])
    rest = len(rules) - limit
    return f"{shown}; and {rest} more" if rest > 0 else shown


def counted(number: int) -> str:
    """``1 rule``, ``3 rules``, ``no rule``."""
    return {0: "no rule", 1: "1 rule"}.get(number, f"{number} rules")


def tail_after(loaded: Iterable[Rule], wanted: Iterable[Rule]) -> tuple[Rule, ...] | None:
    """What must be appended to *loaded* to make it *wanted*, in order; None where appending is not enough."""
    have, want = by_filter(loaded), by_filter(wanted)
    tail: list[Rule] = []
    for name, rules in have.items():
        if want.get(name, [])[: len(rules)] != rules:
            return None
    for name, rules in want.items():
        tail += rules[len(have.get(name, [])) :]
    return tuple(tail)


def add(rules: Iterable[Rule], auditctl: Runner, facts: HostFacts) -> None:
    """Append *rules* to the kernel's lists. What came of it is for the caller to read: an exit code proves nothing."""
    for rule in rules:
        auditctl(words(rule, facts))


def make(wanted: Sequence[Rule], loaded: Sequence[Rule], auditctl: Runner, facts: HostFacts) -> None:
    """Bring the kernel from *loaded* to exactly *wanted*: by appending where that is enough, else all anew.

    Raises ValueError, before anything is deleted, where auditctl has no words for a rule that would have to be loaded again.
    """
    tail = tail_after(loaded, wanted)
    if tail is None:
        lost = unsayable(wanted, facts)
        if lost:
            raise ValueError(f"auditctl cannot load {listed(lost)}, so the kernel's rules were not deleted to restore their order")
        auditctl(["-D"])
        tail = tuple(wanted)
    add(tail, auditctl, facts)
