"""First match wins: for each access to one target, which events an ordered list of rules records, and which it loses to what.

The kernel keeps rules with ``path=`` or ``inode=`` by inode and all others in a list, and takes the earliest rule of both that matches
(audit_filter_syscall and audit_filter_inodes, kernel/auditsc.c). What is doubtful counts against the host. An attempt that fails is an
access, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tui.audit.coverage.blindness import Loss, Whole, losses
from tui.audit.coverage.callers import HOLDS, ITSELF, RENAMING, SUCCEEDS, Condition, Filters, lying_at
from tui.audit.coverage.places import survey
from tui.audit.coverage.reach import NOT, AuditedObject, Reach
from tui.audit.coverage.regions import Box, overlap, size, subtract
from tui.audit.coverage.values import NO_EXEMPT, Exempt, Level, LossKind
from tui.audit.inputs import ACCESSES, AuditStatus, Mount, Names, PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass, field

LIMIT = 400
"""How many ranges may describe the callers that no rule has matched yet; beyond it the rest is left undecided."""

MAX_RULES_AFTER_DECISION = 200
"""How many further rules are asked, once everything is decided, whether an earlier never rule took their events."""


class Candidate(NamedTuple):
    """A rule of the exit list that reaches the path, at its position, or that only looks so (``reach.how`` is ``no``)."""

    position: int
    rule: Rule
    reach: Reach

    @property
    def records(self) -> bool:
        """Whether the candidate is an ``always`` rule."""
        return self.rule.action == "always"

    @property
    def by_inode(self) -> bool:
        """Whether the rule is kept by inode in the kernel, and so asked once for each name that a call uses."""
        return any(field.name in ("path", "inode") for field in self.rule.fields)

    @property
    def asked_early(self) -> bool:
        """Whether the rule is asked about a removal of the object when its name goes, before the result that the rule filters by is known."""
        own_name = self.reach.how == "yes" and self.reach.note != "by-inode" and self.rule.first("path") is not None
        return own_name and any(field.name in ("success", "exit") for field in self.rule.fields)

    @property
    def by_path(self) -> bool:
        """Whether the rule finds the object through a name that the kernel noted."""
        return any(field.name in ("path", "dir", "inode") for field in self.rule.fields)


class Piece(NamedTuple):
    """Events and what becomes of them: recorded or lost through the rule at ``position``, or lost for ``reason``."""

    box: Box
    position: int | None
    reason: LossKind = "no-rule"
    """Of what is lost."""
    by_inode: bool = False


@dataclass(slots=True)
class Decision:
    """What first match wins makes of one access."""

    recorded: list[Piece] = field(default_factory=list)
    lost: list[Piece] = field(default_factory=list)
    shadowing: set[int] = field(default_factory=set)
    undecided: bool = False
    exempt: list[Piece] = field(default_factory=list)
    """What is not recorded and not counted."""

    @property
    def level(self) -> Level:
        """The level of the access: recorded for every caller, for some, for none."""
        if self.undecided:
            return "partial"
        return "unaudited" if not self.recorded else "partial" if self.lost else "audited"


class Judge:
    """One target before one list of rules: those that concern it, and the sets of events that each takes."""

    def __init__(
        self,
        target: PathFacts,
        rules: Sequence[Rule],
        status: AuditStatus | None,
        paths: Mapping[str, PathFacts | Unknown],
        names: Names,
        recursive: bool | None,
        exclusions: Sequence[str],
        mounts: Sequence[Mount],
        exempt: Exempt = NO_EXEMPT,
    ):
        self.rules = rules
        self.status = status
        self.survey = survey(rules, paths, mounts)
        self.target = AuditedObject(target, self.survey, recursive=recursive, exclusions=exclusions)
        self.filters = Filters(self.target, names.machine, exempt)
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
        boxes = self.filters.boxes(candidate.rule, access, records=candidate.records)
        if not candidate.records:
            boxes += self._for_both(candidate, access)
        elif access == "w" and candidate.asked_early:
            boxes = subtract(boxes, [Box(self._renaming(access), {"exit": SUCCEEDS})])
        return self._reached(candidate, access, boxes)

    def _renaming(self, access: str) -> int:
        return sum(1 << place for place, call in enumerate(self.filters.calls(access)) if call.name in RENAMING)

    def _for_both(self, candidate: Candidate, access: str) -> list[Box]:
        return self.filters.opens_for_both(candidate.rule, access, records=candidate.records)

    def _reached(self, candidate: Candidate, access: str, boxes: list[Box]) -> list[Box]:
        """What of *boxes* happens to the object or to those of its parts that the rule reaches."""
        reach = candidate.reach
        if not boxes or reach.how == "yes":
            return boxes
        if reach.how == "entries":
            if access != "w" or candidate.records:
                return []
            renaming = self._renaming(access)
            return overlap(boxes, [Box(renaming)]) if renaming else []
        if reach.how == "itself":
            if access == "x" or not (candidate.records or access == "w"):
                return []
            condition = ITSELF
        elif reach.how == "loader":
            if access != "x" or candidate.records:
                return []
            condition = Condition("dynamically linked programs", "statically linked programs")
        elif reach.how == "below":
            condition = lying_at(reach.condition)
        elif reach.note == "mount":
            condition = Condition(
                f"if the rule was loaded after {reach.condition} was mounted",
                f"if the rule was loaded before {reach.condition} was mounted",
            )
        elif reach.note == "not-rearmed":
            condition = Condition(
                "if the file was not replaced since the rule was loaded", "if the file was replaced since the rule was loaded"
            )
        else:
            condition = Condition(f"objects with {reach.condition}", f"objects without {reach.condition}")
        return overlap(boxes, [Box(self.filters.everything(access).calls, {condition: HOLDS})])

    def first_match(self, access: str, *, nevers: bool = True, by_path: bool = True) -> Decision:
        """Who is recorded by the exit list alone; without *nevers* as if its never rules were not there, without *by_path* as if
        those that name a path or an inode were not."""
        outcome = Decision()
        remaining = [self.filters.everything(access)]
        deferred: list[tuple[int, list[Box]]] = []
        exempt: list[Box] = []
        look_on = MAX_RULES_AFTER_DECISION
        for candidate in self.candidates:
            if (not candidate.records and not nevers) or (candidate.by_path and not by_path):
                continue
            boxes = self.boxes(candidate, access)
            for_both = self._reached(candidate, access, self._for_both(candidate, access))
            if candidate.records:
                exempt += for_both
            elif for_both and exempt:
                boxes = subtract(boxes, overlap(for_both, exempt))
            if not boxes:
                continue
            if candidate.records:
                outcome.shadowing |= {position for position, taken in deferred if overlap(taken, boxes)}
                deferred = [entry for entry in deferred if entry[0] not in outcome.shadowing]
            elif candidate.reach.how == "entries":
                self._match_by_name(outcome, candidate, self.filters.split(boxes, access)[0])
            if not remaining or outcome.undecided:
                look_on -= 1
                if look_on <= 0:
                    break
                continue
            if not candidate.records:  # what does not count is left to the rules behind, which then speak of every caller
                boxes, spared_by_name = self.filters.split(boxes, access)
                outcome.exempt += [Piece(box, candidate.position, "never") for box in overlap(remaining, spared_by_name)]
            taken = overlap(remaining, boxes)
            if not taken:
                continue
            remaining = subtract(remaining, boxes)
            if candidate.records:
                outcome.recorded += [Piece(box, candidate.position, by_inode=candidate.by_inode) for box in taken]
            else:
                outcome.lost += [Piece(box, candidate.position, "never") for box in taken]
                deferred.append((candidate.position, taken))
            outcome.undecided = size(remaining) > LIMIT
        reason: LossKind = "undecided" if outcome.undecided else "no-rule"
        outcome.lost += [Piece(box, None, reason) for box in remaining]
        return self._exempted(outcome, access)

    def _exempted(self, outcome: Decision, access: str) -> Decision:
        """*outcome* with what is lost of the callers that do not count told apart."""
        left_out = self.filters.uncounted(access)
        if left_out is not None:
            counts = [
                bool(piece.box.minus(left_out)) for piece in outcome.lost
            ]  # others are lost as well: told as one set of callers
            outcome.exempt = outcome.exempt + [piece for piece, counted in zip(outcome.lost, counts, strict=True) if not counted]
            outcome.lost = [piece for piece, counted in zip(outcome.lost, counts, strict=True) if counted]
        return outcome

    def _match_by_name(self, outcome: Decision, candidate: Candidate, boxes: list[Box]) -> None:
        """A call that renames or removes names the directory first, and of the rules kept by inode those of the first name that has
        any decide alone: a never rule on the directory wins over an earlier one on the object."""
        kept, lost = [], []
        for piece in outcome.recorded:
            taken = overlap([piece.box], boxes) if piece.by_inode else []
            if not taken:
                kept.append(piece)
                continue
            kept += [Piece(box, piece.position, by_inode=True) for box in subtract([piece.box], boxes)]
            lost += [Piece(box, candidate.position, "never") for box in taken]
            outcome.shadowing.add(candidate.position)
        outcome.recorded, outcome.lost = kept, outcome.lost + lost

    def blinded(self, access: str, outcome: Decision, lost_to: Sequence[Loss], whole: Sequence[Whole]) -> Decision:
        """*outcome* of the exit list with everything that blinds taken off, and what is recorded whole added."""
        recorded, lost, exempt = list(outcome.recorded), list(outcome.lost), list(outcome.exempt)
        recorded, lost = list(outcome.recorded), list(outcome.lost)
        for loss in lost_to:
            if loss.names_only:  # no rule finds the object by its path then, no never rule either
                left = self.first_match(access, by_path=False)
                recorded = [*_without(recorded, loss.boxes), *_common(left.recorded, loss.boxes)]
                unseen = [
                    Piece(box, loss.blind.position, loss.blind.kind)
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
                counted, spared = self.filters.split(list(loss.boxes), access)
                exempt += _lost_to(loss, recorded, spared)
                lost += _lost_to(loss, recorded, counted)
                recorded = _without(recorded, counted)
                everything |= any(not box.ranges for box in loss.boxes)
        blinded = Decision(recorded, lost, outcome.shadowing, outcome.undecided and not everything, exempt)
        return self._exempted(blinded, access)

    def losses(self, access: str) -> tuple[list[Loss], list[Whole]]:
        """What blinds *access* as a whole, and what is recorded whatever the exit list says."""
        return losses(self.others, self.status, self.filters, access)


def _lost_to(loss: Loss, pieces: Sequence[Piece], boxes: Sequence[Box]) -> list[Piece]:
    """What *loss* takes of *pieces* by those *boxes* of its."""
    return [Piece(box, loss.blind.position, loss.blind.kind) for piece in pieces for box in overlap([piece.box], boxes)]


def _without(pieces: Sequence[Piece], boxes: Sequence[Box]) -> list[Piece]:
    return [Piece(box, piece.position, piece.reason, piece.by_inode) for piece in pieces for box in subtract([piece.box], boxes)]


def _common(pieces: Sequence[Piece], boxes: Sequence[Box]) -> list[Piece]:
    return [Piece(box, piece.position, piece.reason, piece.by_inode) for piece in pieces for box in overlap([piece.box], boxes)]
