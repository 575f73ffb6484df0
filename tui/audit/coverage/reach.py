"""Which rules reach an audited path: what the kernel binds a rule's path, dir, inode or exe field to, compared with the object's place.

Sources: kernel/audit_watch.c (a watch is a parent directory plus a name), audit_tree.c (a tree is the directory and the roots of the
mounts below it when the rule is loaded; an access belongs to it if a parent within its own file system does), and measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.coverage.places import Inode, PathPlace, RulePaths, inode_of, may_hold_loader, normal
from tui.audit.coverage.values import CaveatKind
from tui.audit.inputs import PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.base.paths import within
from tui.base.typing import Literal, NamedTuple

How = Literal["no", "yes", "sometimes", "below", "itself", "entries", "loader"]
"""``sometimes``: only if ``condition`` holds. ``below``: only some of the files below the audited directory. ``itself``: the audited
directory, not what lies below it. ``entries``: only that the
directory's entries are renamed or removed. ``loader``: only that dynamically linked programs are executed."""

_OF_OWNER = frozenset(("obj_uid", "obj_gid"))
_OF_DEVICE = frozenset(("devmajor", "devminor"))
"""Fields that ask whose the object is, and what it lies on."""


class Reach(NamedTuple):
    """Whether a rule's path fields reach the audited object. ``note`` says what is peculiar, as a kind of caveat; ``detail``
    is the path that the note is about."""

    how: How
    condition: str = ""
    note: CaveatKind | Literal[""] = ""
    detail: str = ""


NOT = Reach("no")
YES = Reach("yes")


class AuditedObject:
    """The audited object among the places that the rules name."""

    def __init__(self, target: PathFacts, survey: RulePaths, *, recursive: bool | None, exclusions: Sequence[str]):
        self.name = target.path
        self.survey = survey
        self.link = normal(target.location or target.path) if target.kind == "symlink" else None
        facts: PathFacts | Unknown | None = target
        if target.kind == "symlink":
            facts = survey.paths.get(target.real_path) if target.real_path is not None else None
            where = target.real_path
        else:
            where = target.location or target.path
        self.facts = facts if isinstance(facts, PathFacts) else None
        self.recursive = (self.kind == "directory") if recursive is None else recursive
        self.exclusions = tuple(survey.place(path) for path in exclusions)
        self.location = None if where is None else normal(where)
        """None: a link without an end."""
        self.inode = inode_of(self.facts)
        self.spot = ("", "") if self.location is None else survey.mounts.spot(self.location)
        self.carriers = [] if self.location is None else survey.mounts.carriers(self.spot)
        self.above = [] if self.location is None else list(_above(self.location))
        """The directories above, the nearest first."""
        self.parents = self._parents()
        self._near = self._nearby()

    @property
    def kind(self) -> str:
        """What the object is, "" where it is not known."""
        return self.facts.kind if self.facts else ""

    @property
    def likeness(self) -> tuple[object, ...]:
        """All that rules without path= and inode= can tell of the object, by the fields that they ask for; equal for objects that are alike
        to them."""
        asked, survey = self.survey.asked, self.survey
        own = tuple((path, self.is_program(path)) for path in survey.programs if self.is_program(path) or self.holds_program(path))
        found: list[object] = [own]
        if asked & {"filetype", *_OF_OWNER, *_OF_DEVICE}:
            found += (self.kind, self.recursive)
        if asked & _OF_OWNER:
            found.append((self.facts.uid, self.facts.gid) if self.facts else None)
        if asked & _OF_DEVICE:
            found.append(self.spot[0])
        return tuple(found)

    def is_program(self, path: str) -> bool:
        """Whether the program that a rule names *path* is the object itself."""
        place = self.survey.place(path)
        return (place.location or path) == self.location or (place.inode is not None and place.inode == self.inode)

    def holds_program(self, path: str) -> bool:
        """Whether the program that a rule names *path* is one of the audited files of a directory."""
        location = self.survey.place(path).location
        return self.recursive and location is not None and within(location, self.location or "/")

    @property
    def executable(self) -> bool:
        """Whether the object may be a program: a file with an x bit, or one of which that is not known."""
        return self.kind in ("file", "") and (self.facts is None or self.facts.mode is None or bool(self.facts.mode & 0o111))

    @property
    def mounts_below(self) -> list[str]:
        """What is mounted below an audited directory, outside of the exclusions."""
        if not self.recursive or self.location is None:
            return []
        return [point for point in self.survey.mounts.below(self.location) if not self.excluded(point)]

    def excluded(self, location: str) -> bool:
        """Whether *location* lies in what the control leaves out, by whatever name that is reached."""
        if not self.exclusions:
            return False
        device, path = self.survey.mounts.spot(location)
        return any(
            (left.location is not None and within(location, left.location))
            or (left.spot is not None and left.spot[0] == device and within(path, left.spot[1]))
            for left in self.exclusions
        )

    def _parents(self) -> dict[Inode, str]:
        """The directories above the object, up to the root of its file system, whose inode is known."""
        found: dict[Inode, str] = {}
        if self.location in self.survey.mounts.by_point:
            return found
        for folder in self.above:
            inode = inode_of(self.survey.paths.get(folder))
            if inode:
                found[inode] = folder
            if folder in self.survey.mounts.by_point:
                break
        return found

    def _nearby(self) -> frozenset[str]:
        """Locations and paths of spots of which a rule's path must have one to concern the object, but for its inodes and the rest below it."""
        if self.location is None:
            return frozenset() if self.link is None else frozenset({self.link})
        found = {self.location, *self.above}
        if self.link is not None:
            found.add(self.link)
        for point in self.carriers:
            found |= {point, *_above(point)}
        path = self.spot[1]
        parent = self.survey.mounts.spot(self.above[0])[1] if self.above else path
        return frozenset({*found, path, *_above(path), parent})

    def _concerned(self) -> set[PathPlace]:
        """Those of the places that rules name that deserve a closer look; most do not."""
        index = self.survey.index
        found = index.having(self._near, [*self.parents, *([self.inode] if self.inode else [])])
        if self.location is None:
            return found
        if self.recursive:
            found.update(index.below(self.location), index.below(self.spot[1]))
        found.update(index.unknown_like(self.location))
        if self.executable:
            found.update(index.libraries)
        return found

    def _holds(self, spot: tuple[str, str]) -> bool:
        """Whether *spot* is the object or lies below it."""
        return spot[0] == self.spot[0] and within(spot[1], self.spot[1])

    def watched(self, place: PathPlace) -> Reach:
        """Whether a rule with path= on *place* reaches the object."""
        return self._told(place, self._watch(place))

    def in_tree(self, place: PathPlace) -> Reach:
        """Whether a rule with dir= on *place* reaches the object."""
        return self._told(place, self._tree(place))

    def _told(self, place: PathPlace, reach: Reach) -> Reach:
        """A note on a path whose facts are missing: it is compared by its letters; worth a word where another place could be the same file."""
        if place.known or reach.note or place.location is None or self.location is None:
            return reach
        if reach.how == "no" and place.location.rpartition("/")[2] != self.location.rpartition("/")[2]:
            return reach
        return Reach(reach.how, reach.condition, "by-name", place.path)

    def _watch(self, place: PathPlace) -> Reach:
        location = place.location
        if location is None or self.location is None:
            return Reach("no", note="link", detail=location) if location is not None and location == self.link else NOT
        if not place.hidden and place.kind == "symlink":
            own = location == self.link or place.real_path == self.location
            return Reach("no", note="link" if own else "", detail=location)
        if place.hidden and location == self.location:
            return Reach("no", note="mounted-over", detail=location)
        if place.entry == self.spot:
            return Reach("itself", note="not-recursive", detail=location) if self.recursive else YES
        if not place.hidden and place.inode is not None and place.inode == self.inode and place.kind != "directory":
            return Reach("yes", note="by-inode", detail=location)
        if self.recursive:
            if place.entry is None or not self._holds(place.entry) or self.excluded(location):
                return NOT
            return Reach("itself" if place.kind == "directory" else "below", condition=location)
        if not self.above:
            return NOT
        if place.entry == self.survey.mounts.spot(self.above[0]) or (
            place.inode is not None and self.parents.get(place.inode) == self.above[0]
        ):
            return Reach("entries", note="not-recursive", detail=location)
        return NOT

    def _tree(self, place: PathPlace) -> Reach:
        location, root = place.location, place.spot
        if location is None or self.location is None or root is None:
            return NOT
        if place.kind == "symlink":
            leads = place.real_path is not None and within(self.location, place.real_path)
            return Reach("no", note="link" if leads else "", detail=location)
        if place.kind not in ("directory", "", "absent"):
            if (place.inode is not None and place.inode == self.inode) or location == self.location:
                return Reach("sometimes", note="not-rearmed", detail=location)
            if self.recursive and within(location, self.location):
                return NOT if self.excluded(location) else Reach("below", condition=location)
            return NOT
        if (root[0] == self.spot[0] and within(self.spot[1], root[1])) or (place.inode is not None and place.inode in self.parents):
            return YES
        for point in self.carriers:
            if within(point, location):
                return Reach("sometimes", condition=point, note="mount", detail=point)
        if self.recursive and (within(location, self.location) or self._holds(root)):
            return NOT if self.excluded(location) else Reach("below", condition=location)
        if self.executable and may_hold_loader(location):
            return Reach("loader")
        return NOT

    def reached_by_path(self) -> dict[int, Reach]:
        """The positions of the exit rules that name a path with which the object has to do, and how each of them reaches it."""
        survey, found = self.survey, dict[int, Reach]()
        for place in self._concerned():
            path = place.path
            for named, asked in ((survey.watches, self.watched), (survey.trees, self.in_tree)):
                if path in named.first:
                    found.update(dict.fromkeys(named.having(path), asked(place)))
        return found

    def reached(self) -> Iterator[tuple[Rule, Reach]]:
        """The exit rules that may reach the object, in their order, and how each does."""
        by_path, rules = self.reached_by_path(), self.survey.rules
        for position in sorted((*by_path, *self.survey.without_path)):
            yield rules[position], by_path.get(position) or self.without_path(rules[position])

    def without_path(self, rule: Rule) -> Reach:
        """Whether a rule without path= and dir= reaches the object: if it does not name an inode, it reaches everything."""
        for field in rule.fields:
            if field.name == "inode" and isinstance(field.value, int):
                return self._number(field.op, field.value)
        return YES

    def _number(self, op: str, value: int) -> Reach:
        if op == "=" and self.inode is not None and not self.recursive:
            return Reach("yes", note="by-inode", detail=f"inode {value}") if self.inode[1] & 0xFFFFFFFF == value else NOT
        return Reach("sometimes", condition=f"inode{op}{value}", note="inode")


def _above(path: str) -> Iterator[str]:
    """The directories above a normal path, the nearest first."""
    while path != "/":
        path = path.rpartition("/")[0] or "/"
        yield path
