"""First match wins, rule by rule: what becomes of the events of one access on their way through an ordered list.

The kernel keeps rules with ``path=`` or ``inode=`` by inode and all others in a list, and takes the earliest rule of both that matches
(audit_filter_syscall and audit_filter_inodes, kernel/auditsc.c). What is doubtful counts against the host. An attempt that fails is an
access, too.
"""

from __future__ import annotations

from functools import cached_property

from tui.audit.coverage.callers import Filters
from tui.audit.coverage.reach import Reach
from tui.audit.coverage.regions import Box, overlap, size, subtract
from tui.audit.coverage.values import Level, LossKind
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass, field
from tui.base.typing import NamedTuple

LIMIT = 400
"""How many ranges may describe the callers that no rule has matched yet; beyond it the rest is left undecided."""

MAX_RULES_AFTER_DECISION = 200
"""How many further rules are asked, once everything is decided, whether an earlier never rule took their events."""


@dataclass(frozen=True)
class Candidate:
    """A rule of the exit list that reaches the path, at its position, or that only looks so (``reach.how`` is ``no``)."""

    position: int
    rule: Rule
    reach: Reach

    @cached_property
    def records(self) -> bool:
        """Whether the candidate is an ``always`` rule."""
        return self.rule.action == "always"

    @cached_property
    def by_inode(self) -> bool:
        """Whether the rule is kept by inode in the kernel, and so asked once for each name that a call uses."""
        return any(field.name in ("path", "inode") for field in self.rule.fields)

    @cached_property
    def asked_early(self) -> bool:
        """Whether the rule is asked about a removal of the object when its name goes, before the result that the rule filters by is known."""
        own_name = self.reach.how == "yes" and self.reach.note != "by-inode" and self.rule.first("path") is not None
        return own_name and any(field.name in ("success", "exit") for field in self.rule.fields)

    @cached_property
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


class Walk:
    """The way of one access's events through the rules asked so far: what is decided, and what still waits for a rule."""

    def __init__(self, filters: Filters, access: str) -> None:
        self.filters = filters
        self.access = access
        self.outcome = Decision()
        self.remaining = [filters.everything(access)]
        self._deferred: list[tuple[int, list[Box]]] = []
        """What each never rule took, until an always rule asks for it in vain."""
        self._opened_for_both: list[Box] = []
        self._look_on = MAX_RULES_AFTER_DECISION
        self._doubtful = 0
        """The calls of which a never rule took some events that can no longer be told apart."""

    def copy(self) -> Walk:
        """Another walk that goes on from here."""
        made = Walk(self.filters, self.access)
        done = self.outcome
        made.outcome = Decision(list(done.recorded), list(done.lost), set(done.shadowing), done.undecided, list(done.exempt))
        made.remaining = self.remaining
        made._deferred = list(self._deferred)
        made._opened_for_both = list(self._opened_for_both)
        made._look_on = self._look_on
        made._doubtful = self._doubtful
        return made

    @property
    def settled(self) -> bool:
        """Whether a further rule without path= changes nothing."""
        return not self.remaining and (not self._deferred or self._look_on <= 0)

    def ask(self, candidate: Candidate, boxes: list[Box], for_both: list[Box]) -> None:
        """The next rule: it takes *boxes* of what is left; *for_both* are the opens that its perm takes although it names only the other access."""
        outcome = self.outcome
        if candidate.records:
            self._opened_for_both += for_both
        elif for_both and self._opened_for_both:
            boxes = subtract(boxes, overlap(for_both, self._opened_for_both))
        if not boxes:
            return
        if candidate.records:
            if self._deferred and self._look_on > 0:
                outcome.shadowing |= {position for position, taken in self._deferred if overlap(taken, boxes)}
                self._deferred = [entry for entry in self._deferred if entry[0] not in outcome.shadowing]
        elif candidate.reach.how == "entries":
            self._match_by_name(candidate, self.filters.split(boxes, self.access)[0])
        if not self.remaining:
            self._look_on -= 1
            return
        if not candidate.records:  # what does not count is left to the rules behind, which then speak of every caller
            boxes, spared_by_name = self.filters.split(boxes, self.access)
            outcome.exempt += [Piece(box, candidate.position, "never") for box in overlap(self.remaining, spared_by_name)]
        if outcome.undecided:
            self._look_on -= 1
            boxes = self._whole_calls(candidate, boxes)
        taken = overlap(self.remaining, boxes)
        if not taken:
            return
        self.remaining = subtract(self.remaining, boxes)
        if candidate.records:
            outcome.recorded += [Piece(box, candidate.position, by_inode=candidate.by_inode) for box in taken]
        else:
            outcome.lost += [Piece(box, candidate.position, "never") for box in taken]
            self._deferred.append((candidate.position, taken))
        outcome.undecided = size(self.remaining) > LIMIT or (outcome.undecided and bool(self.remaining))

    def _whole_calls(self, candidate: Candidate, boxes: list[Box]) -> list[Box]:
        """What of *boxes* is taken once the events are split in too many ways to be followed: calls that the rule takes of everybody,
        as a watch does. Those of which a never rule before it took some stay undecided."""
        whole = [box for box in boxes if not box.ranges]
        if candidate.records:
            return [Box(box.calls & ~self._doubtful) for box in whole if box.calls & ~self._doubtful]
        for box in boxes:
            self._doubtful |= box.calls if box.ranges else 0
        return whole

    def _match_by_name(self, candidate: Candidate, boxes: list[Box]) -> None:
        """A call that renames or removes names the directory first, and of the rules kept by inode those of the first name that has
        any decide alone: a never rule on the directory wins over an earlier one on the object."""
        outcome, kept, lost = self.outcome, [], []
        for piece in outcome.recorded:
            taken = overlap([piece.box], boxes) if piece.by_inode else []
            if not taken:
                kept.append(piece)
                continue
            kept += [Piece(box, piece.position, by_inode=True) for box in subtract([piece.box], boxes)]
            lost += [Piece(box, candidate.position, "never") for box in taken]
            outcome.shadowing.add(candidate.position)
        outcome.recorded, outcome.lost = kept, outcome.lost + lost

    def end(self) -> Decision:
        """What the walk comes to where no further rule is asked."""
        done = self.outcome
        reason: LossKind = "undecided" if done.undecided else "no-rule"
        lost = done.lost + [Piece(box, None, reason) for box in self.remaining]
        return exempted(Decision(done.recorded, lost, done.shadowing, done.undecided, done.exempt), self.filters, self.access)


def exempted(outcome: Decision, filters: Filters, access: str) -> Decision:
    """*outcome* with what is lost of the callers that do not count told apart."""
    left_out = filters.uncounted(access)
    if left_out is None:
        return outcome
    lost: list[Piece] = []
    exempt = list(outcome.exempt)
    for piece in outcome.lost:  # where others are lost as well, they are told as one set of callers
        (lost if piece.box.minus(left_out) else exempt).append(piece)
    return Decision(outcome.recorded, lost, outcome.shadowing, outcome.undecided, exempt)
