"""The kernel's rule list through auditctl: compared with the list it should be, and brought back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.audit.rule.value import Rule
from tui.host.facts import HostFacts
from tui.host.port import CommandResult
from tui.verdict import rule_display

Runner = Callable[[Sequence[str]], CommandResult]
"""Starts auditctl with its arguments and tells what became of it."""


def by_filter(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules of each filter list in their order: the kernel asks each list by itself, so only the order within it counts."""
    lists: dict[str, list[Rule]] = {}
    for rule in rules:
        lists.setdefault(rule.filter, []).append(rule)
    return lists


def same_lists(one: Iterable[Rule], other: Iterable[Rule]) -> bool:
    """Whether two lists mean the same to the kernel: the same rules in the same order within each filter list."""
    return by_filter(one) == by_filter(other)


def missing(wanted: Iterable[Rule], loaded: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those of *wanted* that are not loaded, in their order."""
    there = frozenset(loaded)
    return tuple(rule for rule in wanted if rule not in there)


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


def append_rules(rules: Iterable[Rule], auditctl: Runner, facts: HostFacts) -> None:
    """Append *rules* to the kernel's lists. What came of it is for the caller to read: an exit code proves nothing."""
    for rule in rules:
        auditctl(rule_display.words_to_add(rule, facts))


def restore_lists(wanted: Sequence[Rule], loaded: Sequence[Rule], auditctl: Runner, facts: HostFacts) -> None:
    """Bring the kernel from *loaded* to exactly *wanted*: by appending where that is enough, else all anew.

    Raises ValueError, before anything is deleted, where auditctl has no words for a rule that would have to be loaded again.
    """
    tail = tail_after(loaded, wanted)
    if tail is None:
        lost = rule_display.unsayable(wanted, facts)
        if lost:
            raise ValueError(
                f"auditctl cannot load {rule_display.listed(lost)}, so the kernel's rules were not deleted to restore their order"
            )
        auditctl(["-D"])
        tail = tuple(wanted)
    append_rules(tail, auditctl, facts)
