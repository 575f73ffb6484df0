"""Ordered rules and a path: for each access, who is recorded by which rule. First match wins; what is doubtful counts against the host.

The kernel keeps rules with ``path=`` or ``inode=`` by inode and all others in a list, and takes the earliest rule of both that matches
(audit_filter_syscall and audit_filter_inodes, kernel/auditsc.c). An attempt that fails is an access, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tui.audit.blindness import Loss, Whole, losses
from tui.audit.callers import HOLDS, RENAMING, Condition, Filters
from tui.audit.inputs import ACCESSES, AuditStatus, Mount, Names, PathFacts, Unknown
from tui.audit.places import survey
from tui.audit.reach import NOT, Reach, Target
from tui.audit.regions import Box, overlap, size, subtract
from tui.audit.rule import Rule
from tui.audit.verdict import AccessCoverage, Because, Blind, Coverage, Effect, Gap, Level, Share
from tui.audit.wording import (
    GAP_WORDS,
    always_effect,
    blind_reason,
    caveats,
    gap_reasons,
    lookalike,
    never_effect,
    other_list,
    submounts,
    turning,
    whole_reasons,
)

__all__ = ["AccessCoverage", "Because", "Blind", "Coverage", "Effect", "Gap", "Level", "Share", "coverage"]

LIMIT = 400
"""How many ranges may describe the callers that no rule has matched yet; beyond it the rest is left undecided."""

LOOK_ON = 200
"""How many further rules are asked, once everything is decided, whether an earlier never rule took their events."""


class Candidate(NamedTuple):
    """A rule of the exit list that reaches the path, at its position, or that only looks so (``reach.how`` is ``no``)."""

    position: int
    rule: Rule
    reach: Reach

    @property
    def records(self) -> bool:
        """An ``always`` rule."""
        return self.rule.action == "always"

    @property
    def by_inode(self) -> bool:
        """Kept by inode in the kernel, and so asked once for each name that a call uses."""
        return any(field.name in ("path", "inode") for field in self.rule.fields)

    @property
    def by_path(self) -> bool:
        """Finds the object through a name that the kernel noted."""
        return any(field.name in ("path", "dir", "inode") for field in self.rule.fields)


class Piece(NamedTuple):
    """Events and what becomes of them: recorded or lost through the rule at ``position``, or lost for ``reason``."""

    box: Box
    position: int | None
    reason: str = ""
    by_inode: bool = False


@dataclass(slots=True)
class Outcome:
    """What first match wins makes of one access."""

    recorded: list[Piece] = field(default_factory=list)
    lost: list[Piece] = field(default_factory=list)
    shadowing: set[int] = field(default_factory=set)
    undecided: bool = False

    @property
    def level(self) -> Level:
        """Recorded for every caller, for some, for none."""
        if self.undecided:
            return "partial"
        return "unaudited" if not self.recorded else "partial" if self.lost else "audited"


def coverage(
    target: PathFacts,
    rules: Sequence[Rule],
    status: AuditStatus | None,
    paths: Mapping[str, PathFacts | Unknown],
    names: Names,
    *,
    wanted: str = ACCESSES,
    recursive: bool | None = None,
    exclusions: Sequence[str] = (),
    mounts: Sequence[Mount] = (),
) -> Coverage:
    """How well *target* is audited by *rules*, in the kernel's order, under *status* (None: not to be judged).

    For a symlink the object at its end is judged, since that is what is read, written and executed. *recursive* says whether every
    file below a directory counts (None: for a directory), less the *exclusions*; False: only the directory itself. *paths* holds
    the facts of what the rules name, keyed as written there, and may hold the directories above the target; a rule whose path is
    not in it is compared by its letters. A directory is judged by paths alone: other names (hard links) that files below it have
    elsewhere are not known. Linear in the number of rules.
    """
    judge = Judge(target, rules, status, paths, names, wanted, recursive, exclusions, mounts)
    return judge.verdict()


class Judge:
    """One target before one list of rules; what :func:`coverage` answers with, and the sets of events behind it."""

    def __init__(
        self,
        target: PathFacts,
        rules: Sequence[Rule],
        status: AuditStatus | None,
        paths: Mapping[str, PathFacts | Unknown],
        names: Names,
        wanted: str,
        recursive: bool | None,
        exclusions: Sequence[str],
        mounts: Sequence[Mount],
    ):
        self.rules = rules
        self.status = status
        self.wanted = wanted
        self.survey = survey(rules, paths, mounts)
        self.target = Target(target, self.survey, recursive=recursive, exclusions=exclusions)
        self.filters = Filters(self.target, names.machine)
        self.candidates: list[Candidate] = []
        self.lookalikes: list[Candidate] = []
        self.others = [(position, rules[position]) for position in self.survey.other_lists]
        self.mentioned = {position for text, position in self.survey.texts if target.path in text}
        """Positions of rules in whose text the path stands, as for the benchmark's grep."""
        self._sort_out()

    def _sort_out(self) -> None:
        """Most rules of a host name other paths or other calls: they are put aside without a closer look."""
        target, found = self.target, {}
        for named, asked in ((self.survey.watches, target.watched), (self.survey.trees, target.in_tree)):
            for path, positions in named.items():
                place = self.survey.place(path)
                if target.concerns(place):
                    found.update(dict.fromkeys(positions, asked(place)))
        deciding = [call.number for access in ACCESSES for call in self.filters.calls(access)]
        relevant = frozenset(number for number in deciding if number is not None)
        for position in self.survey.without_path:
            listed = self.rules[position].syscalls
            if listed is None or None in deciding or not relevant.isdisjoint(listed):
                found[position] = target.without_path(self.rules[position])
        for position in sorted(found.keys() | self.mentioned):
            rule, reach = self.rules[position], found.get(position, NOT)
            if rule.filter != "exit":
                continue
            if reach.how != "no" and rule.action in ("always", "never"):
                self.candidates.append(Candidate(position, rule, reach))
            elif reach.note or position in self.mentioned:
                self.lookalikes.append(Candidate(position, rule, reach))

    def boxes(self, candidate: Candidate, access: str) -> list[Box]:
        """The events of *access* that the rule takes if no rule before it does."""
        reach = candidate.reach
        boxes = self.filters.boxes(candidate.rule, access, records=candidate.records)
        if not boxes or reach.how == "yes":
            return boxes
        if reach.how == "entries":
            if access != "w" or candidate.records:
                return []
            known = self.filters.calls(access)
            renaming = sum(1 << place for place, call in enumerate(known) if call.name in RENAMING)
            return overlap(boxes, [Box(renaming)]) if renaming else []
        if reach.how == "loader":
            if access != "x" or candidate.records:
                return []
            condition = Condition("dynamically linked programs", "statically linked programs")
        elif reach.how == "below":
            condition = Condition(f"what lies at {reach.condition}", f"what does not lie at {reach.condition}")
        elif reach.note == "mount":
            condition = Condition(
                f"if the rule was loaded after {reach.condition} was mounted",
                f"if the rule was loaded before {reach.condition} was mounted",
            )
        else:
            condition = Condition(f"objects with {reach.condition}", f"objects without {reach.condition}")
        return overlap(boxes, [Box(self.filters.everything(access).calls, {condition: HOLDS})])

    def first_match(self, access: str, *, nevers: bool = True, by_path: bool = True) -> Outcome:
        """Who is recorded by the exit list alone; without *nevers* as if its never rules were not there, without *by_path* as if
        those that name a path or an inode were not."""
        outcome = Outcome()
        remaining = [self.filters.everything(access)]
        kept_back: list[tuple[int, list[Box]]] = []
        look_on = LOOK_ON
        for candidate in self.candidates:
            if (not candidate.records and not nevers) or (candidate.by_path and not by_path):
                continue
            boxes = self.boxes(candidate, access)
            if not boxes:
                continue
            if candidate.records:
                outcome.shadowing |= {position for position, taken in kept_back if overlap(taken, boxes)}
                kept_back = [entry for entry in kept_back if entry[0] not in outcome.shadowing]
            elif candidate.reach.how == "entries":
                self._take_names(outcome, candidate, boxes)
            if not remaining or outcome.undecided:
                look_on -= 1
                if look_on <= 0:
                    break
                continue
            taken = overlap(remaining, boxes)
            if not taken:
                continue
            remaining = subtract(remaining, boxes)
            if candidate.records:
                outcome.recorded += [Piece(box, candidate.position, "", candidate.by_inode) for box in taken]
            else:
                outcome.lost += [Piece(box, candidate.position, "never") for box in taken]
                kept_back.append((candidate.position, taken))
            outcome.undecided = size(remaining) > LIMIT
        reason = "undecided" if outcome.undecided else "no-rule"
        outcome.lost += [Piece(box, None, reason) for box in remaining]
        return outcome

    def _take_names(self, outcome: Outcome, candidate: Candidate, boxes: list[Box]) -> None:
        """A call that renames or removes names the directory first, and of the rules kept by inode those of the first name that has
        any decide alone: a never rule on the directory wins over an earlier one on the object."""
        kept, lost = [], []
        for piece in outcome.recorded:
            taken = overlap([piece.box], boxes) if piece.by_inode else []
            if not taken:
                kept.append(piece)
                continue
            kept += [Piece(box, piece.position, "", True) for box in subtract([piece.box], boxes)]
            lost += [Piece(box, candidate.position, "never") for box in taken]
            outcome.shadowing.add(candidate.position)
        outcome.recorded, outcome.lost = kept, outcome.lost + lost

    def blinded(self, access: str, outcome: Outcome, lost_to: Sequence[Loss], whole: Sequence[Whole]) -> Outcome:
        """*outcome* of the exit list with everything that blinds taken off, and what is recorded whole added."""
        recorded, lost = list(outcome.recorded), list(outcome.lost)
        for loss in lost_to:
            if loss.names_only:  # no rule finds the object by its path then, no never rule either
                left = self.first_match(access, by_path=False)
                recorded = [*_without(recorded, loss.boxes), *_common(left.recorded, loss.boxes)]
                unseen = [
                    Piece(box, loss.blind.position, loss.blind.id)
                    for piece in left.lost
                    for box in overlap([piece.box], loss.boxes)
                ]
                lost = [*_without(lost, loss.boxes), *unseen]
        for processes in whole:
            since = Condition("processes started since this task rule was loaded", "processes older than the task rule")
            boxes = [both for box in processes.boxes if (both := box.meet(Box(box.calls, {since: HOLDS}))) is not None]
            recorded += [Piece(both, processes.position) for piece in lost for both in overlap([piece.box], boxes)]
            lost = _without(lost, boxes)
        everything = False
        for loss in lost_to:
            if not loss.names_only:
                lost += [
                    Piece(box, loss.blind.position, loss.blind.id) for piece in recorded for box in overlap([piece.box], loss.boxes)
                ]
                recorded = _without(recorded, loss.boxes)
                everything |= any(not box.ranges for box in loss.boxes)
        return Outcome(recorded, lost, outcome.shadowing, outcome.undecided and not everything)

    def outcome(self, access: str) -> Outcome:
        """Who is recorded, everything counted."""
        return self.blinded(access, self.first_match(access), *losses(self.others, self.status, self.filters, access))

    def verdict(self) -> Coverage:
        """Everything that is to be said."""
        exit_only = {access: self.first_match(access) for access in ACCESSES}
        has_never = any(not candidate.records for candidate in self.candidates)
        without = {access: self.first_match(access, nevers=False) for access in ACCESSES} if has_never else exit_only
        lost = {access: losses(self.others, self.status, self.filters, access) for access in ACCESSES}
        outcomes = {access: self.blinded(access, exit_only[access], *lost[access]) for access in ACCESSES}
        accesses = {access: self._access(access, outcome) for access, outcome in outcomes.items()}
        blinding = tuple({loss.blind: None for access in self.wanted for loss in lost[access][0]})
        return Coverage(
            accesses=accesses,
            rules_only={access: outcome.level for access, outcome in exit_only.items()},
            without_never={access: outcome.level for access, outcome in without.items()},
            reaching=tuple(candidate.position for candidate in self.candidates if self._counts(candidate)),
            shadowing=tuple(sorted({position for access in self.wanted for position in exit_only[access].shadowing})),
            blinding=blinding,
            effects=self._effects(exit_only, blinding),
            reasons=self._reasons(accesses, blinding),
        )

    def _counts(self, candidate: Candidate) -> bool:
        if not candidate.records or candidate.reach.how in ("no", "entries", "loader"):
            return False
        return candidate.by_path or any(self.boxes(candidate, access) for access in ACCESSES)

    def _access(self, access: str, outcome: Outcome) -> AccessCoverage:
        recorded: dict[int, list[Box]] = {}
        for piece in outcome.recorded:
            recorded.setdefault(piece.position if piece.position is not None else -1, []).append(piece.box)
        lost: dict[tuple[int | None, str], list[Box]] = {}
        for piece in outcome.lost:
            lost.setdefault((piece.position, piece.reason), []).append(piece.box)
        describe = self.filters.describe
        by = tuple(Share(position, describe(boxes, access), self.rules[position].keys) for position, boxes in recorded.items())
        missing = tuple(Gap(describe(boxes, access), position, GAP_WORDS[why], why) for (position, why), boxes in lost.items())
        return AccessCoverage(outcome.level, by, missing)

    def _effects(self, outcomes: Mapping[str, Outcome], blinding: Sequence[Blind]) -> tuple[Effect, ...]:
        """What each rule does, in the rules' order."""
        done: dict[int, dict[str, list[Box]]] = {}
        for access, outcome in outcomes.items():
            for piece in (*outcome.recorded, *outcome.lost):
                if piece.position is not None:
                    done.setdefault(piece.position, {}).setdefault(access, []).append(piece.box)
        found = {candidate.position: self._effect(candidate, done.get(candidate.position, {})) for candidate in self.candidates}
        for candidate in self.lookalikes:
            found[candidate.position] = lookalike(candidate.rule, candidate.reach, self.target.name)
        for blind in blinding:
            if blind.position is not None:
                found[blind.position] = blind.text
        for position, rule in self.others:
            if position not in found and ((rule.filter == "task" and rule.action == "always") or position in self.mentioned):
                found[position] = other_list(rule)
        return tuple(Effect(position, text) for position, text in sorted(found.items()) if text)

    def _effect(self, candidate: Candidate, done: Mapping[str, list[Box]]) -> str:
        through = {access: boxes for access in ACCESSES if (boxes := self.boxes(candidate, access))}
        if not through and not candidate.by_path:
            return ""  # a rule on other calls
        describe = self.filters.describe
        in_words = [{access: describe(boxes, access) for access, boxes in each.items()} for each in (through, done)]
        return (always_effect if candidate.records else never_effect)(candidate.reach, *in_words)

    def _reasons(self, accesses: Mapping[str, AccessCoverage], blinding: Sequence[Blind]) -> tuple[Because, ...]:
        """The sentences, the weightiest first."""
        path, machine = self.target.name, self.filters.machine
        found = [blind_reason(blind, None if blind.position is None else self.rules[blind.position], machine) for blind in blinding]
        found += gap_reasons({access: accesses[access].missing for access in self.wanted}, path, self.rules, machine)
        found += whole_reasons([(position, rule) for position, rule in self.others if rule.filter == "task"], machine)
        near = sorted(self.candidates + self.lookalikes, key=lambda candidate: candidate.position)
        found += caveats([(each.position, each.rule, each.reach) for each in near], machine)
        found += turning(self._turning(), path)
        found += submounts(self.target.mounts_below, path)
        return tuple(found)

    def _turning(self) -> list[int]:
        """Positions of always and never rules on the path itself that overlap: each replacement of the file may turn their order."""
        own = [candidate for candidate in self.candidates if candidate.by_inode and candidate.reach.how == "yes"][:LOOK_ON]
        for one in own:
            for other in own:
                if one.records and not other.records:
                    for access in self.wanted:
                        if overlap(self.boxes(one, access), self.boxes(other, access)):
                            return [one.position, other.position]
        return []


def _without(pieces: Sequence[Piece], boxes: Sequence[Box]) -> list[Piece]:
    return [Piece(box, piece.position, piece.reason, piece.by_inode) for piece in pieces for box in subtract([piece.box], boxes)]


def _common(pieces: Sequence[Piece], boxes: Sequence[Box]) -> list[Piece]:
    return [Piece(box, piece.position, piece.reason, piece.by_inode) for piece in pieces for box in overlap([piece.box], boxes)]
