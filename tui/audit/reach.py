"""Which rules reach an audited path: what the kernel binds a rule's path, dir, inode or exe field to, compared with the object's place.

Sources: kernel/audit_watch.c (a watch is a parent directory plus a name), audit_tree.c (a tree is the directory and the roots of the
mounts below it when the rule is loaded; an access belongs to it if a parent within its own file system does), and measurement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.audit.rule import Rule

How = Literal["no", "yes", "sometimes", "below", "entries", "loader"]
"""``sometimes``: only if ``condition`` holds. ``below``: only some of the files below the audited directory. ``entries``: only that the
directory's entries are renamed or removed. ``loader``: only that dynamically linked programs are executed."""

LOADER_DIRS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
"""Where dynamic loaders lie: executing a dynamically linked program touches its loader as well, wherever the program lies."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a rule's path fields reach the audited object. ``note`` says what is peculiar, as an id of the caveats; ``detail``
    is the path that the note is about."""

    how: How
    condition: str = ""
    note: str = ""
    detail: str = ""


NOT = Reach("no")
YES = Reach("yes")

Spot = tuple[str, str]
"""A place within a file system: its device (``major:minor``) and the path from its root."""


def normal(path: str) -> str:
    """*path* without ``//``, ``/./``, ``/../`` and trailing slashes, by its letters alone."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def within(path: str, folder: str) -> bool:
    """Whether *path* is *folder* or lies below it; both normal."""
    return path == folder or folder == "/" or path.startswith(folder + "/")


class Mounts:
    """The mounts of a host, to tell where in which file system a path lies. Without mounts all paths lie in one."""

    def __init__(self, mounts: Sequence[Mount]):
        # The last of several mounts on one point hides the others.
        self.by_point = {normal(mount.mount_point): mount for mount in mounts}

    def spot(self, path: str) -> Spot:
        """Where the normal path *path* lies, what is mounted on it included."""
        folder = path
        while folder not in self.by_point:
            if folder == "/":
                return ("", path)
            folder = folder.rsplit("/", 1)[0] or "/"
        mount = self.by_point[folder]
        rest = path if folder == "/" else path[len(folder) :]
        return (mount.device, normal(mount.root + "/" + rest))

    def beneath(self, path: str) -> Spot:
        """Where the entry *path* of its parent lies, whatever is mounted on it: what a watch binds to."""
        parent, _, name = path.rpartition("/")
        device, folder = self.spot(parent or "/")
        return (device, normal(folder + "/" + name))

    def carriers(self, spot: Spot) -> list[str]:
        """The mount points through which *spot* can be reached."""
        device, path = spot
        return [point for point, mount in self.by_point.items() if mount.device == device and within(path, normal(mount.root))]

    def below(self, folder: str) -> list[str]:
        """The mount points strictly below *folder*."""
        return [point for point in self.by_point if point != folder and within(point, folder)]


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names: ``location`` with all links but the last component's followed (None: cannot be loaded), ``known`` False
    where only the letters of the path are."""

    location: str | None
    known: bool
    kind: str = ""
    inode: tuple[int, int] | None = None
    real_path: str | None = None


class Target:
    """The audited object, placed once, and the answers already given: rules name few different paths."""

    def __init__(
        self,
        target: PathFacts,
        paths: Mapping[str, PathFacts | Unknown],
        mounts: Sequence[Mount],
        *,
        recursive: bool | None,
        exclusions: Sequence[str],
    ):
        self.paths = paths
        self.mounts = Mounts(mounts)
        self.link = normal(target.location or target.path) if target.kind == "symlink" else None
        facts: PathFacts | Unknown | None = target
        if target.kind == "symlink":
            facts = paths.get(target.real_path) if target.real_path is not None else None
        self.facts = facts if isinstance(facts, PathFacts) else None
        if target.kind == "symlink":
            self.location = normal(target.real_path) if target.real_path is not None else None
        else:
            self.location = normal(target.location or target.path)
        self.name = target.path
        self.recursive = (self.kind == "directory") if recursive is None else recursive
        self.inode = _inode(self.facts)
        self.spot = None if self.location is None else self.mounts.spot(self.location)
        self.carriers = [] if self.spot is None else self.mounts.carriers(self.spot)
        self.exclusions = tuple(normal(path) for path in exclusions)
        self.parents = self._parents()
        self._answers: dict[tuple[str, str], Reach] = {}

    @property
    def kind(self) -> str:
        """What the object is, "" where it is not known."""
        return self.facts.kind if self.facts else ""

    @property
    def executable(self) -> bool:
        """Whether the object may be a program: a file with an x bit, or one of which that is not known."""
        return self.kind in ("file", "") and (self.facts is None or self.facts.mode is None or bool(self.facts.mode & 0o111))

    @property
    def mounts_below(self) -> list[str]:
        """What is mounted below an audited directory, outside of the exclusions."""
        if not self.recursive or self.location is None:
            return []
        return [point for point in self.mounts.below(self.location) if not self.excluded(point)]

    def excluded(self, location: str) -> bool:
        """Whether *location* lies in what the control leaves out."""
        return any(within(location, folder) for folder in self.exclusions)

    def _parents(self) -> dict[tuple[int, int], str]:
        """The directories above the object, up to the root of its file system, whose inode is known."""
        found: dict[tuple[int, int], str] = {}
        folder = self.location or "/"
        while folder != "/" and folder not in self.mounts.by_point:
            folder = folder.rsplit("/", 1)[0] or "/"
            facts = self.paths.get(folder)
            inode = _inode(facts) if isinstance(facts, PathFacts) else None
            if inode:
                found[inode] = folder
        return found

    def place(self, path: str) -> Place:
        """What *path*, as a rule has it, names."""
        facts = self.paths.get(path)
        if facts is None or isinstance(facts, Unknown):
            return Place(normal(path), False)
        resolved = path.rsplit("/", 1)[-1] in ("", ".", "..")  # such a last component follows a link
        if resolved:
            location = facts.real_path
        elif facts.real_parent is None:
            location = None
        else:
            location = facts.location
        kind = "directory" if resolved else facts.kind
        real_path = None if facts.real_path is None else normal(facts.real_path)
        inode = None if resolved and facts.kind == "symlink" else _inode(facts)  # of the link itself
        return Place(None if location is None else normal(location), True, kind, inode, real_path)

    def reach(self, rule: Rule) -> Reach:
        """Whether *rule*'s path fields reach the object. A rule without any reaches everything."""
        for field in rule.fields:
            if field.name in ("path", "dir") and isinstance(field.value, str):
                key = (field.name, field.value)
                answer = self._answers.get(key)
                if answer is None:
                    place = self.place(field.value)
                    answer = self._watch(place) if field.name == "path" else self._tree(place)
                    if not place.known and not answer.note:
                        answer = Reach(answer.how, answer.condition, self._by_name(place, answer), field.value)
                    self._answers[key] = answer
                return answer
            if field.name == "inode" and isinstance(field.value, int):
                return self._number(field.op, field.value)
        return YES

    def _by_name(self, place: Place, answer: Reach) -> str:
        """A path whose facts are missing is compared by its letters; worth a word where another place could be the same file."""
        same_name = place.location is not None and place.location.rsplit("/", 1)[-1] == (self.location or "/").rsplit("/", 1)[-1]
        return "by-name" if answer.how != "no" or same_name else ""

    def _watch(self, place: Place) -> Reach:
        if place.location is None or self.location is None or self.spot is None:
            return NOT
        location = place.location
        spot = self.mounts.beneath(location)
        hidden = spot != self.mounts.spot(location)  # something is mounted on it: the facts are those of what is mounted
        if not hidden and place.kind == "symlink":
            own = location == self.link or place.real_path == self.location
            return Reach("no", note="link" if own else "", detail=location)
        if hidden and location == self.location:
            return Reach("no", note="mounted-over", detail=location)
        if spot == self.spot:
            return Reach("no", note="not-recursive", detail=location) if self.recursive else YES
        if not hidden and place.inode is not None and place.inode == self.inode and place.kind != "directory":
            return Reach("yes", note="by-inode", detail=location)
        if self.recursive:
            device, path = self.spot
            if spot[0] == device and within(spot[1], path):
                return NOT if self.excluded(location) or place.kind == "directory" else Reach("below", condition=location)
            return NOT
        parent = self.mounts.spot(self.location.rsplit("/", 1)[0] or "/")
        if spot == parent or (place.inode is not None and place.inode in self.parents and self._is_parent(place.inode)):
            return Reach("entries", note="not-recursive", detail=location)
        return NOT

    def _is_parent(self, inode: tuple[int, int]) -> bool:
        return self.parents[inode] == ((self.location or "/").rsplit("/", 1)[0] or "/")

    def _tree(self, place: Place) -> Reach:
        if place.location is None or self.location is None or self.spot is None:
            return NOT
        location = place.location
        if place.kind == "symlink":
            leads = place.real_path is not None and within(self.location, place.real_path)
            return Reach("no", note="link" if leads else "", detail=location)
        if place.kind not in ("directory", "", "absent"):
            if (place.inode is not None and place.inode == self.inode) or location == self.location:
                return Reach("yes", note="not-rearmed", detail=location)
            if self.recursive and within(location, self.location):
                return NOT if self.excluded(location) else Reach("below", condition=location)
            return NOT
        root = self.mounts.spot(location)
        if root[0] == self.spot[0] and within(self.spot[1], root[1]):
            return YES
        if place.inode is not None and place.inode in self.parents:
            return YES
        for point in self.carriers:
            if within(point, location):
                return Reach("sometimes", condition=point, note="mount", detail=point)
        if self.recursive and (within(location, self.location) or (root[0] == self.spot[0] and within(root[1], self.spot[1]))):
            return NOT if self.excluded(location) else Reach("below", condition=location)
        if self.executable and _may_hold_loader(location):
            return Reach("loader")
        return NOT

    def _number(self, op: str, value: int) -> Reach:
        if op == "=" and self.inode is not None and not self.recursive:
            return Reach("yes", note="by-inode", detail=f"inode {value}") if self.inode[1] & 0xFFFFFFFF == value else NOT
        return Reach("sometimes", condition=f"inode{op}{value}", note="inode")


def _may_hold_loader(folder: str) -> bool:
    """Whether dynamic loaders lie below *folder*: in a library folder, in that of one architecture, or in what holds them all."""
    parent, _, name = folder.rpartition("/")
    return folder in ("/", "/usr", *LOADER_DIRS) or (parent in LOADER_DIRS and "-linux-" in name)


def _inode(facts: PathFacts | Unknown | None) -> tuple[int, int] | None:
    if not isinstance(facts, PathFacts) or facts.inode is None or facts.device is None or facts.kind == "absent":
        return None
    return (facts.device, facts.inode)
