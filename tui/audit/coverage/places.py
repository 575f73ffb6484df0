"""Where paths lie, whatever they are compared with: links, mounts and inodes resolved once for all rules and all audited paths."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass
from tui.base.paths import below, within
from tui.base.typing import Generic, TypeVar

LOADER_DIRS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
"""Where dynamic loaders lie: executing a dynamically linked program touches its loader as well, wherever the program lies."""

Spot = tuple[str, str]
"""A place within a file system: its device (``major:minor``) and the path from its root."""

Inode = tuple[int, int]
"""Device and inode number."""

Mark = TypeVar("Mark")
Value = TypeVar("Value")


def normal(path: str) -> str:
    """*path* without ``//``, ``/./``, ``/../`` and trailing slashes, by its letters alone."""
    if path[:1] == "/" and "//" not in path and "/." not in path and path[-1] != "/":
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


class Mounts:
    """The mounts of a host, to tell where in which file system a path lies. Without mounts all paths lie in one."""

    def __init__(self, mounts: Sequence[Mount]):
        # The last of several mounts on one point hides the others.
        self.by_point = {normal(mount.mount_point): (mount.device, normal(mount.root)) for mount in mounts}
        self._folders: dict[str, Spot] = {}

    def spot(self, path: str) -> Spot:
        """Where the normal path *path* lies, what is mounted on it included."""
        return self.by_point.get(path) or self.beneath(path)

    def beneath(self, path: str) -> Spot:
        """Where the entry *path* of its parent lies, whatever is mounted on it: what a watch binds to."""
        if path == "/":
            return self.by_point.get(path, ("", "/"))
        parent, _, name = path.rpartition("/")
        found = self._folders.get(parent)
        if found is None:
            found = self._folders[parent] = self.spot(parent or "/")
        device, folder = found
        there = f"{folder}/{name}" if folder != "/" else f"/{name}"
        return (device, path if there == path else there)  # of many paths one text is kept, not two

    def carriers(self, spot: Spot) -> list[str]:
        """The mount points through which *spot* can be reached."""
        device, path = spot
        return [point for point, (its_device, root) in self.by_point.items() if its_device == device and within(path, root)]

    def below(self, folder: str) -> list[str]:
        """The mount points strictly below *folder*."""
        return [point for point in self.by_point if below(point, folder)]


@dataclass(frozen=True, slots=True)
class PathPlace:
    """What a path names, as a rule has it.

    ``location`` has all links but the last component's followed (None: the rule cannot be loaded); ``known`` is False where only
    the letters of the path are. ``spot`` counts what is mounted on the entry, ``entry`` does not; ``inode`` is that of the former.
    """

    path: str
    location: str | None
    known: bool
    kind: str = ""
    inode: Inode | None = None
    real_path: str | None = None
    spot: Spot | None = None
    entry: Spot | None = None

    @property
    def hidden(self) -> bool:
        """Whether something is mounted on the entry."""
        return self.spot != self.entry


class Places:
    """What the paths that rules name are on one host, each placed once for all lists of rules."""

    def __init__(self, paths: Mapping[str, PathFacts | Unknown], mounts: Sequence[Mount]) -> None:
        self.paths = paths
        self.its_mounts = tuple(mounts)
        self.mounts = Mounts(mounts)
        self.index = PlaceIndex()
        """All that were placed."""

    def place(self, path: str) -> PathPlace:
        """What *path*, as a rule has it, names."""
        found = self.index.named(path)
        if found is None:
            found = self._place(path)
            self.index.add(found)
        return found

    def _place(self, path: str) -> PathPlace:
        facts = self.paths.get(path)
        if not isinstance(facts, PathFacts):
            location = normal(path)
            entry = self.mounts.beneath(location)
            return PathPlace(path, location, False, spot=self.mounts.by_point.get(location, entry), entry=entry)
        resolved = path.rsplit("/", 1)[-1] in ("", ".", "..")  # such a last component follows a link
        where = facts.real_path if resolved else facts.location
        real_path = None if facts.real_path is None else normal(facts.real_path)
        kind = "directory" if resolved else facts.kind
        inode = None if resolved and facts.kind == "symlink" else inode_of(facts)  # of the link itself
        if where is None:
            return PathPlace(path, None, True, kind, inode, real_path)
        location = normal(where)
        entry = self.mounts.beneath(location)
        return PathPlace(path, location, True, kind, inode, real_path, self.mounts.by_point.get(location, entry), entry)


class Grouped(Generic[Mark, Value]):
    """Values by what they have. Few have anything in common, and so a list is made only where two do."""

    def __init__(self) -> None:
        self.first: dict[Mark, Value] = {}
        """Of those that have a mark the one that came first."""
        self._more: dict[Mark, list[Value]] = {}

    def add(self, mark: Mark, value: Value) -> None:
        """Note that *value* has *mark*."""
        if self.first.setdefault(mark, value) is not value:
            self._more.setdefault(mark, []).append(value)

    def having(self, mark: Mark) -> tuple[Value, ...]:
        """The values that have *mark*."""
        found = self.first.get(mark)
        return () if found is None else (found, *self._more.get(mark, ()))


class RulePaths:
    """A list of rules sorted out once: the paths they name, placed, with the positions of the rules that name them."""

    def __init__(self, rules: Sequence[Rule], places: Places) -> None:
        self.rules = rules
        self.places = places
        self.paths = places.paths
        self.mounts = places.mounts
        self.place = places.place
        self.watches: Grouped[str, int] = Grouped()
        """Exit rules with path=, by path."""
        self.trees: Grouped[str, int] = Grouped()
        """Exit rules with dir=, by path."""
        self.without_path: list[int] = []
        """All other exit rules."""
        self.other_lists: list[int] = []
        """Rules of the other lists."""
        self.programs: list[str] = []
        """The programs that rules name with exe=, each once."""
        self.asked: frozenset[str] = frozenset()
        """The fields that any of the rules has."""
        self.shared: dict[object, object] = {}
        """What was derived of these rules for one target and holds for others."""
        self._sort_out()

    def _sort_out(self) -> None:
        programs: dict[str, None] = {}
        asked: set[str] = set()
        for position, rule in enumerate(self.rules):
            named = rule.filter != "exit"
            if named:
                self.other_lists.append(position)
            for each in rule.fields:
                name, value = each.name, each.value
                asked.add(name)
                if isinstance(value, str):
                    if name == "exe":
                        programs[value] = None
                    elif not named and name in ("path", "dir"):
                        named = True
                        (self.watches if name == "path" else self.trees).add(value, position)
            if not named:
                self.without_path.append(position)
        self.programs += programs
        self.asked = frozenset(asked)

    @cached_property
    def _written(self) -> str:
        """What stands in the rules, a line for each: looked through as one, they cost next to nothing."""
        texts = [_SIGN.join(_texts(rule)) for rule in self.rules]
        written = "\n".join(texts)
        return written if written.count("\n") < len(texts) else "\n".join(text.replace("\n", _SIGN) for text in texts)

    def mentioning(self, path: str) -> set[int]:
        """The positions of the rules in whose text *path* stands, as for the benchmark's grep."""
        written, wanted = self._written, path.replace("\n", _SIGN)
        found, position, line = set(), 0, 0
        at = written.find(wanted)
        while at >= 0:
            position += written.count("\n", line, at)
            if any(path in text for text in _texts(self.rules[position])):
                found.add(position)
            line = written.find("\n", at)
            at = written.find(wanted, line) if line >= 0 else -1
        return found

    @cached_property
    def index(self) -> PlaceIndex:
        """The places of the paths that exit rules name, to be found by what they have in common with an object; and of others, which no
        rule here names."""
        for paths in (self.watches, self.trees):
            for path in paths.first:
                self.place(path)
        return self.places.index


_SIGN = "\0"
"""What stands between the texts of one rule, and for a line end in one."""


def _texts(rule: Rule) -> list[str]:
    """The paths and keys of *rule* in which a path may stand."""
    return [
        *[field.value for field in rule.fields if isinstance(field.value, str)],
        *[key for key in rule.keys if "/" in key],
    ]


class PlaceIndex:
    """Places sorted by what they may have in common with an audited object, so that nobody asks them one by one."""

    def __init__(self) -> None:
        # Two, since a dictionary that has other keys than texts takes half as much again for each.
        self._by_path: Grouped[str, PathPlace] = Grouped()
        self._by_inode: Grouped[Inode, PathPlace] = Grouped()
        self._unknown: Grouped[int, PathPlace] = Grouped()
        """Those of which only the letters are known, by the last component."""
        self.libraries: list[PathPlace] = []
        """Known folders where dynamic loaders may lie."""
        self._in_order: list[str] | None = None
        """Those paths, sorted, until one more comes."""

    def add(self, place: PathPlace) -> None:
        """Take one more in."""
        self._in_order = None
        spots = {spot[1] for spot in (place.spot, place.entry) if spot is not None}
        for path in {place.path, place.location, place.real_path, *spots}:
            if path is not None:
                self._by_path.add(path, place)
        if place.inode is not None:
            self._by_inode.add(place.inode, place)
        if place.location is not None and not place.known:
            self._unknown.add(_drawer(place.location), place)
        elif place.location is not None and may_hold_loader(place.location):
            self.libraries.append(place)

    def named(self, path: str) -> PathPlace | None:
        """The place of *path*, as a rule has it, None where it is not here."""
        found = self._by_path.first.get(path)
        if found is None or found.path == path:
            return found
        return next((place for place in self._by_path.having(path) if place.path == path), None)

    def having(self, paths: Iterable[str], inodes: Iterable[Inode] = ()) -> set[PathPlace]:
        """The places with a name, a location, an end of a link, or in whichever file system a spot, that is one of *paths*, or one of the
        *inodes*."""
        found = {place for mark in paths for place in self._by_path.having(mark)}
        return found.union(*map(self._by_inode.having, inodes))

    def unknown_like(self, location: str) -> tuple[PathPlace, ...]:
        """The places of which only the letters are known, and which may have the last component of *location*."""
        return self._unknown.having(_drawer(location))

    def below(self, folder: str) -> set[PathPlace]:
        """The places of which one of those paths lies below *folder*."""
        if self._in_order is None:
            self._in_order = sorted(self._by_path.first)
        start = folder.rstrip("/")  # behind start + "/" in the order of text comes start + "0"
        first, end = (bisect_left(self._in_order, start + sign) for sign in ("/", chr(ord("/") + 1)))
        return self.having(self._in_order[first:end])


def _drawer(location: str) -> int:
    """The number under which paths with the last component of *location* are kept; the component itself would take as much again as a path."""
    return hash(location.rpartition("/")[2]) % 16384


def may_hold_loader(folder: str) -> bool:
    """Whether dynamic loaders lie below *folder*: in a library folder, in that of one architecture, or in what holds them all."""
    parent, _, name = folder.rpartition("/")
    return folder in ("/", "/usr", *LOADER_DIRS) or (parent in LOADER_DIRS and "-linux-" in name)


_LATEST: list[RulePaths] = []
"""The surveys made last: a host's rules are asked about for every control, and never change meanwhile."""


def survey(rules: Sequence[Rule], paths: Mapping[str, PathFacts | Unknown], mounts: Sequence[Mount]) -> RulePaths:
    """The survey of *rules*; the same one again for the same tuple of rules, the same facts and equal mounts."""
    places = None
    for known in _LATEST:
        if known.paths is paths and known.places.its_mounts == tuple(mounts):
            if known.rules is rules:
                return known
            places = known.places
    made = RulePaths(rules, places or Places(paths, mounts))
    if isinstance(rules, tuple):
        _LATEST.insert(0, made)
        del _LATEST[4:]
    return made


def inode_of(facts: PathFacts | Unknown | None) -> Inode | None:
    """Device and inode of what is there, None where nothing is or that is not known."""
    if not isinstance(facts, PathFacts) or facts.inode is None or facts.device is None or facts.kind == "absent":
        return None
    return (facts.device, facts.inode)
