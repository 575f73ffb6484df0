"""Judge: one target before an ordered list of rules; which events each rule takes of it, and what blinds the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.coverage.alike import alike
from tui.audit.coverage.blindness import Loss, Whole, losses
from tui.audit.coverage.callers import HOLDS, RENAMING, SUCCEEDS, Condition, itself, lying_at, named_calls
from tui.audit.coverage.decision import Candidate, Decision, Piece, Walk, exempted
from tui.audit.coverage.places import survey
from tui.audit.coverage.reach import NOT, YES, AuditedObject
from tui.audit.coverage.regions import Box, overlap, subtract
from tui.audit.coverage.values import NO_EXEMPT, Exempt
from tui.audit.inputs import AuditStatus, Mount, Names, PathFacts, Unknown
from tui.audit.rule.value import Rule


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
        self.alike = alike(self.target, self.survey, names.machine, exempt)
        self.filters = self.alike.filters
        self.specific: list[Candidate] = []
        """The rules with a path that reach the target."""
        self._boxes: dict[tuple[int, str], tuple[list[Box], list[Box]]] = {}
        self.lookalikes: list[Candidate] = []
        self.others = [(position, rules[position]) for position in self.survey.other_lists]
        self.mentioned = self.survey.mentioning(target.path)
        """Positions of rules in whose text the path stands, as for the benchmark's grep."""
        self._sort_out()

    def _sort_out(self) -> None:
        """Most rules of a host name other paths: they are put aside without a closer look."""
        found = self.target.reached_by_path()
        found.update((each.position, self.target.without_path(each.rule)) for each in self.alike.by_number)
        for position in sorted((found.keys() | self.mentioned) - self.alike.positions):
            rule, reach = self.rules[position], found.get(position, NOT)
            if rule.filter != "exit":
                continue
            if reach.how != "no" and rule.action in ("always", "never"):
                self.specific.append(Candidate(position, rule, reach))
            elif reach.note or position in self.mentioned:
                self.lookalikes.append(Candidate(position, rule, reach))

    def boxes(self, candidate: Candidate, access: str) -> list[Box]:
        """The events of *access* that the rule takes if no rule before it does."""
        return self._taken(candidate, access)[0]

    def _taken(self, candidate: Candidate, access: str) -> tuple[list[Box], list[Box]]:
        """Those events, and what of them are opens for both that its perm takes for the other access."""
        if candidate.reach is YES and candidate.position in self.alike.positions:
            return self.alike.boxes(candidate, access)
        asked = candidate.position, access
        found = self._boxes.get(asked)
        if found is None:
            found = self._boxes[asked] = self.events_of(candidate, access)
        return found

    def events_of(self, candidate: Candidate, access: str) -> tuple[list[Box], list[Box]]:
        """The same of a rule that is not in the list."""
        boxes, for_both = self.filters.taken(candidate.rule, access, records=candidate.records)
        if access == "w" and candidate.records and candidate.asked_early:
            boxes = subtract(boxes, [Box(self._renaming(access), {"exit": SUCCEEDS})])
        return self._reached(candidate, access, boxes), self._reached(candidate, access, for_both)

    def _renaming(self, access: str) -> int:
        return named_calls(self.filters.machine, access, RENAMING)

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
            if access == "x":
                return []
            condition = itself(reach.condition)
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
            condition = Condition("unless the file is replaced after the load", "if the file is replaced after the load")
        else:
            condition = Condition(f"if {reach.condition} holds", f"if {reach.condition} does not hold")
        return overlap(boxes, [Box(self.filters.everything(access).calls, {condition: HOLDS})])

    def first_match(self, access: str, *, nevers: bool = True, by_path: bool = True) -> Decision:
        """Who is recorded by the exit list alone; without *nevers* as if its never rules were not there, without *by_path* as if
        those that name a path or an inode were not."""
        asked = [
            (candidate, taken)
            for candidate in self.specific
            if (candidate.records or nevers) and by_path and any(taken := self._taken(candidate, access))
        ]
        if not asked:
            return self.alike.decision(access, nevers=nevers)
        general = self.alike.general
        done = self.alike.before(asked[0][0].position)
        walk = self.alike.walk(access, done, nevers=nevers).copy()
        for candidate, taken in asked:
            until = self.alike.before(candidate.position)
            self._ask_general(walk, general[done:until], nevers=nevers)
            walk.ask(candidate, *taken)
            done = until
        self._ask_general(walk, general[done:], nevers=nevers)
        return walk.end()

    def _ask_general(self, walk: Walk, general: Sequence[Candidate], *, nevers: bool) -> None:
        for candidate in general:
            if walk.settled:
                return
            if candidate.records or nevers:
                walk.ask(candidate, *self.alike.boxes(candidate, walk.access))

    def blinded(self, access: str, outcome: Decision, lost_to: Sequence[Loss], whole: Sequence[Whole]) -> Decision:
        """*outcome* of the exit list with everything that blinds taken off, and what is recorded whole added."""
        if not lost_to and not whole:
            return outcome
        recorded, lost, exempt = list(outcome.recorded), list(outcome.lost), list(outcome.exempt)
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
        return exempted(blinded, self.filters, access)

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
