"""Which rules the kernel is to hold after a rollback: those from before the run, less what others took out of it since."""

from __future__ import annotations

from functools import cached_property

from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass
from tui.host.facts import HostFacts
from tui.run.journal.intent import Intent
from tui.verdict import rule_display
from tui.verdict.disk import lookup, read_disk, without_directory


@dataclass(frozen=True)
class Holding:
    """What a rollback knows of the kernel's rules when it begins. Pure.

    ``now`` are those that were loaded then, and ``foreign_rules`` those that somebody else had loaded during the run. ``lost``
    are the rules from before the run that it may have deleted itself; no other one is loaded again. ``disk`` are the rules that rules.d brings as
    it is now, where the rollback comes late; None: it is as it was before the run.
    """

    intent: Intent
    now: tuple[Rule, ...]
    foreign_rules: tuple[Rule, ...]
    lost: tuple[Rule, ...]
    disk: tuple[Rule, ...] | None = None

    @cached_property
    def left_out(self) -> tuple[Rule, ...]:
        """Rules from before the run that are not loaded again, since somebody has taken them out meanwhile."""
        there = frozenset(self.now)
        return tuple(rule for rule in self.intent.kernel_before if rule not in there and not self._is_ours_to_load(rule))

    def _is_ours_to_load(self, rule: Rule) -> bool:
        """Whether the run, and nobody else, is the reason why *rule*, which was loaded before it, is not loaded now."""
        if rule not in self.lost:
            return False
        was_on_disk = rule in self.intent.expected and rule not in self.intent.put_back
        return self.disk is None or not was_on_disk or rule in self.disk

    def rules(self, now: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """What the kernel is to hold, in its order; *now* is what it holds."""
        left_out = frozenset(self.left_out)
        before = tuple(rule for rule in self.intent.kernel_before if rule not in left_out)
        foreign = tuple(rule for rule in dict.fromkeys((*now, *self.now, *self.foreign_rules)) if self._is_foreign(rule))
        wanted = dict.fromkeys((*before, *foreign))
        if self.disk is None:
            return tuple(wanted)
        kept = tuple(rule for rule in now if rule in wanted)
        if len(kept) == len(wanted):
            return kept  # Their order is that of somebody's load since.
        on_disk = tuple(rule for rule in self.disk if rule in wanted)
        return tuple(dict.fromkeys((*on_disk, *before, *foreign)))

    def _is_foreign(self, rule: Rule) -> bool:
        """Whether *rule*, which was not loaded before the run, is somebody else's."""
        intent = self.intent
        if rule in intent.kernel_before:
            return False
        if self.disk is None:  # The run would not have loaded it, and it watches no path that the run's rules watch.
            return rule not in intent.expected and rule.path not in {added.path for added in intent.added}
        return rule in self.disk or rule not in (*intent.added, *map(without_directory, intent.added))


def rules_on_disk(facts: HostFacts) -> tuple[Rule, ...]:
    """The rules of every line of rules.d, those behind a line that stops the load among them; of a directory's watch, both that the
    kernel may hold: it was there, or not, when the rules were loaded."""
    parsed = [parse_line(line.text, facts.names, lookup(facts).is_directory) for line in read_disk(facts).compiled.lines]
    rules = [line.rule for line in parsed if isinstance(line, AddRule)]
    return tuple(dict.fromkeys((*rules, *map(without_directory, rules))))


def _as_before(held: int) -> str:
    if not held:
        return "no rule, as"
    return "the one rule that it held" if held == 1 else f"the {rule_display.counted(held)} that it held"


def holding_in_words(holding: Holding, now: tuple[Rule, ...]) -> list[str]:
    """Sentences about a kernel that holds what it is to hold."""
    before = frozenset(holding.intent.kernel_before)
    wanted = holding.rules(now)
    held = sum(rule in before for rule in wanted)
    more = len(wanted) - held
    also = f", and {rule_display.counted(more)} that somebody else loaded meanwhile" if more else ""
    if not holding.left_out:
        said = [f"The kernel holds {_as_before(held)} before{also}."]
    else:
        said = [f"The kernel holds {rule_display.counted(held)} of the {len(before)} it held before{also}."]
        gone = len(holding.left_out)
        said.append(
            f"Somebody has taken {rule_display.counted(gone)} out since, which {'was' if gone == 1 else 'were'} not loaded again:"
            f" {rule_display.listed(holding.left_out)}."
        )
    return said
