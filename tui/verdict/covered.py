"""One list of rules before the paths of one host: the coverage of each path, asked for once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tui.audit.coverage.values import Coverage, Exempt
from tui.audit.inputs import AuditStatus, PathFacts
from tui.audit.rule.text import listing_text
from tui.audit.rule.value import Rule
from tui.base.typing import TYPE_CHECKING
from tui.controls.control import Numbered
from tui.host.facts import HostFacts
from tui.verdict.objects.subject import Subject
from tui.verdict.values import RealPath

if TYPE_CHECKING:  # who makes such rules, and asks them nothing, imports nothing that answers
    from tui.audit.coverage.places import RulePaths


class RulesInForce:
    """Rules in the kernel's order, under one audit status, on one host."""

    def __init__(self, rules: tuple[Rule, ...], status: AuditStatus, facts: HostFacts) -> None:
        self.rules = rules
        self.status = status
        self._facts = facts
        self._shown: dict[int, str] = {}
        self._coverages: dict[tuple[PathFacts, str, tuple[str, ...]], Coverage] = {}
        self._without: dict[tuple[int, ...], RulesInForce] = {}

    @classmethod
    def loaded(cls, facts: HostFacts) -> RulesInForce | None:
        """The loaded rules; None where they or the audit status could not be read."""
        if not isinstance(facts.kernel_rules, tuple) or not isinstance(facts.audit_status, AuditStatus):
            return None
        return cls(facts.kernel_rules, facts.audit_status, facts)

    @cached_property
    def listing(self) -> str:
        """What ``auditctl -l`` prints."""
        return listing_text(self.rules)

    def shown(self, position: int) -> str:
        """The rule at *position* as it is written for people."""
        found = self._shown.get(position)
        if found is None:
            from tui.verdict.rule_display import display

            found = self._shown[position] = display(self.rules[position], self._facts)
        return found

    @cached_property
    def exempt(self) -> Exempt:
        """Whom coverage leaves out, of those whom the rules name."""
        from tui.verdict.neighbours.exemptions import exempt  # as for a coverage

        return exempt(self._facts, self.rules)

    @property
    def paths(self) -> RulePaths:
        """The paths that the rules name, placed on this host."""
        from tui.audit.coverage.places import survey

        return survey(self.rules, self._facts.paths, self._facts.known_mounts)

    @property
    def other_lists(self) -> list[Rule]:
        """The rules of the other lists than exit."""
        return [self.rules[position] for position in self.paths.other_lists]

    def without(self, positions: tuple[int, ...]) -> RulesInForce:
        """The rules but for those at *positions*: most controls leave out the same ones, the general rules of the host."""
        found = self._without.get(positions)
        if found is None:
            left_out = frozenset(positions)
            rules = tuple(rule for position, rule in enumerate(self.rules) if position not in left_out)
            found = self._without[positions] = RulesInForce(rules, self.status, self._facts)
        return found

    def coverage(self, target: PathFacts, wanted: str, exclusions: Sequence[str]) -> Coverage:
        """The coverage of *target*, less *exclusions*, for the *wanted* accesses."""
        asked = target, wanted, tuple(exclusions)
        found = self._coverages.get(asked)
        if found is None:
            from tui.audit.coverage.coverage import coverage  # with ten more modules: a host without Docker asks for none

            facts = self._facts
            found = self._coverages[asked] = coverage(
                target,
                self.rules,
                self.status,
                facts.paths,
                facts.names,
                wanted=wanted,
                exclusions=exclusions,
                mounts=facts.known_mounts,
                exempt=self.exempt,
            )
        return found

    def same_as(self, other: RulesInForce) -> bool:
        """Whether both give every path the same coverage."""
        one, two = self._facts, other._facts
        return (
            one.paths is two.paths
            and one.mounts is two.mounts
            and one.names is two.names
            and self.status == other.status
            and self.rules == other.rules
            and self.exempt == other.exempt
        )


def real_path(entry: Numbered, subject: Subject, facts: HostFacts, loaded: RulesInForce | None) -> RealPath | None:
    """How well the object of the control *entry* itself is audited where it lies elsewhere than at the named path; None where that is not known."""
    real = facts.paths.get(subject.real_path) if subject.real_path is not None else None
    if loaded is None or subject.real_path is None or not isinstance(real, PathFacts):
        return None
    covered = loaded.coverage(real, entry.accesses, subject.exclusions)
    return RealPath(subject.real_path, {access: covered.accesses[access].level for access in covered.accesses})
