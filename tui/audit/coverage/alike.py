"""What one list of rules makes of all targets that its rules without a path cannot tell apart: derived once, used for each of them.

On a hardened host most rules name no path. They take the same events of /usr/bin/containerd as of /usr/bin/runc, so what they decide
before the first rule on the path itself comes is shared by all audited paths.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property

from tui.audit.coverage.caller_words import describe
from tui.audit.coverage.callers import Filters
from tui.audit.coverage.decision import Candidate, Decision, Walk
from tui.audit.coverage.places import RulePaths
from tui.audit.coverage.reach import YES, AuditedObject
from tui.audit.coverage.regions import Box
from tui.audit.coverage.values import Exempt
from tui.audit.coverage.wording import always_effect, never_effect
from tui.audit.inputs import ACCESSES
from tui.audit.rule.value import Field


class Alike:
    """Targets before one list of rules that its rules without a path cannot tell apart."""

    def __init__(self, target: AuditedObject, survey: RulePaths, machine: str, exempt: Exempt) -> None:
        self.filters = Filters(target, machine, exempt)
        able = self._able(survey)
        self.general = [candidate for candidate in able if not candidate.by_path]
        """The rules without a path that may take an access, in the kernel's order."""
        self.by_number = [candidate for candidate in able if candidate.by_path]
        """Those of them that ask for an inode number, which each target answers for itself."""
        self.positions = frozenset(candidate.position for candidate in self.general)
        self._places = [candidate.position for candidate in self.general]
        self._boxes: dict[tuple[int, str], tuple[list[Box], list[Box]]] = {}
        self._walks: dict[tuple[str, bool], dict[int, Walk]] = {}
        self._ends: dict[tuple[str, bool], Decision] = {}
        self._takes: dict[int, Mapping[str, str]] = {}
        self._effects: dict[tuple[int, tuple[tuple[str, str], ...]], str] = {}

    def _able(self, survey: RulePaths) -> list[Candidate]:
        """The rules without a path whose calls decide about an access at all: most rules of a host are about other calls."""
        deciding = [call.number for access in ACCESSES for call in self.filters.calls(access)]
        relevant = frozenset(number for number in deciding if number is not None)
        found = []
        for position in survey.without_path:
            rule = survey.rules[position]
            listed = rule.syscalls
            if rule.action in ("always", "never") and (listed is None or None in deciding or not relevant.isdisjoint(listed)):
                found.append(Candidate(position, rule, YES))
        return found

    def boxes(self, candidate: Candidate, access: str) -> tuple[list[Box], list[Box]]:
        """The events of *access* that a general rule takes if no rule before it does, and those of them that are opens for both."""
        asked = candidate.position, access
        found = self._boxes.get(asked)
        if found is None:
            found = self._boxes[asked] = self.filters.taken(candidate.rule, access, records=candidate.records)
        return found

    def before(self, position: int) -> int:
        """How many general rules stand before *position*."""
        return bisect_left(self._places, position)

    def walk(self, access: str, number: int, *, nevers: bool) -> Walk:
        """The walk of *access* through the first *number* general rules; to be copied by who goes on. Without *nevers* the never rules
        are left out."""
        walks = self._walks.setdefault((access, nevers), {0: Walk(self.filters, access)})
        found = walks.get(number)
        if found is None:
            start = max(each for each in walks if each < number)
            found = walks[start].copy()
            for candidate in self.general[start:number]:
                if (candidate.records or nevers) and not found.settled:
                    found.ask(candidate, *self.boxes(candidate, access))
            walks[number] = found
        return found

    def decision(self, access: str, *, nevers: bool) -> Decision:
        """What the general rules alone make of *access*."""
        found = self._ends.get((access, nevers))
        if found is None:
            found = self._ends[access, nevers] = self.walk(access, len(self.general), nevers=nevers).end()
        return found

    @cached_property
    def reaching(self) -> tuple[int, ...]:
        """The positions of the general rules that record some access, if no rule before them takes it."""
        return tuple(
            each.position for each in self.general if each.records and any(self.boxes(each, access)[0] for access in ACCESSES)
        )

    @cached_property
    def naming(self) -> list[Candidate]:
        """The general rules that ask for a program or for a label that nothing here has."""
        return [each for each in self.general if any(map(self._names, each.rule.fields))]

    def _names(self, field: Field) -> bool:
        return field.name == "exe" or self.filters.names_nobody(field)

    def takes(self, candidate: Candidate) -> Mapping[str, str]:
        """The callers whom a general rule lets through, in words, by access; those aside of which it lets none through."""
        found = self._takes.get(candidate.position)
        if found is None:
            through = {access: self.boxes(candidate, access)[0] for access in ACCESSES}
            found = {access: describe(self.filters, boxes, access) for access, boxes in through.items() if boxes}
            self._takes[candidate.position] = found
        return found

    def effect(self, candidate: Candidate, done: Mapping[str, str]) -> str:
        """What a general rule does that in its place among the others takes *done*; "" where it takes no access."""
        asked = candidate.position, tuple(done.items())
        found = self._effects.get(asked)
        if found is None:
            through = self.takes(candidate)
            said = (always_effect if candidate.records else never_effect)(candidate.reach, through, done) if through else ""
            found = self._effects[asked] = said
        return found


def alike(target: AuditedObject, survey: RulePaths, machine: str, exempt: Exempt) -> Alike:
    """What is shared by all targets that *survey*'s rules without a path cannot tell from *target*."""
    asked = (*target.likeness, machine, exempt)
    found = survey.shared.get(asked)
    if not isinstance(found, Alike):
        found = survey.shared[asked] = Alike(target, survey, machine, exempt)
    return found
