"""Where paths lie, whatever they are compared with: links, mounts and inodes resolved once for all rules and all audited paths."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass
from tui.base.paths import below, within
from tui.base.typing import Any

LOADER_DIRS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
"""Where dynamic loaders lie: executing a dynamically linked program touches its loader as well, wherever the program lies."""

Spot = tuple[str, str]
"""A place within a file system: its device (``major:minor``) and the path from its root."""

Inode = tuple[int, int]
"""Device and inode number."""


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
        self._found: dict[str, PathPlace] = {}
        self.index = PlaceIndex()
        """All that were placed."""

    def place(self, path: str) -> PathPlace:
        """What *path*, as a rule has it, names."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = self._place(path)
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


class RulePaths:
    """A list of rules sorted out once: the paths they name, placed, with the positions of the rules that name them."""

    def __init__(self, rules: Sequence[Rule], places: Places) -> None:
        self.rules = rules
        self.places = places
        self.paths = places.paths
        self.mounts = places.mounts
        self.place = places.place
        self.watches: dict[str, list[int]] = {}
        """Exit rules with path=, by path."""
        self.trees: dict[str, list[int]] = {}
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
        self._texts: list[str] = []
        """Paths and keys as they stand in the rules."""
        self._positions: list[int] = []
        """The position of the rule that each of them stands in."""
        self._sort_out()

    def _sort_out(self) -> None:
        programs: dict[str, None] = {}
        asked: set[str] = set()
        for position, rule in enumerate(self.rules):
            for key in rule.keys:
                if "/" in key:
                    self._note(key, position)
            named = rule.filter != "exit"
            if named:
                self.other_lists.append(position)
            for each in rule.fields:
                name, value = each.name, each.value
                asked.add(name)
                if isinstance(value, str):
                    self._note(value, position)
                    if name == "exe":
                        programs[value] = None
                    elif not named and name in ("path", "dir"):
                        named = True
                        paths = self.watches if name == "path" else self.trees
                        if value in paths:
                            paths[value].append(position)
                        else:
                            paths[value] = [position]
            if not named:
                self.without_path.append(position)
        self.programs += programs
        self.asked = frozenset(asked)

    def _note(self, text: str, position: int) -> None:
        self._texts.append(text)
        self._positions.append(position)

    @cached_property
    def _written(self) -> tuple[str, list[int]]:
        """All the texts as one, and where each of them ends: looked through as one, they cost next to nothing."""
        return "\n".join(self._texts), list(accumulate(len(text) + 1 for text in self._texts))

    def mentioning(self, path: str) -> set[int]:
        """The positions of the rules in whose text *path* stands, as for the benchmark's grep."""
        written, ends = self._written
        found = set()
        at = written.find(path)
        while at >= 0:
            which = bisect_right(ends, at)
            if path in self._texts[which]:
                found.add(self._positions[which])
            at = written.find(path, ends[which])
        return found

    @cached_property
    def index(self) -> PlaceIndex:
        """The places of the paths that exit rules name, to be found by what they have in common with an object; and of others, which no
        rule here names."""
        for paths in (self.watches, self.trees):
            for path in paths:
                self.place(path)
        return self.places.index


class _Paths:
    """Paths by what they have; few have anything in common, and so a list is made only where two do."""

    def __init__(self) -> None:
        self.first: dict[object, str] = {}
        self._more: dict[object, list[str]] = {}

    def add(self, mark: object, path: str) -> None:
        """Note that *path* has *mark*."""
        if self.first.setdefault(mark, path) != path:
            self._more.setdefault(mark, []).append(path)

    def having(self, mark: object) -> tuple[str, ...]:
        """The paths that have *mark*."""
        path = self.first.get(mark)
        return () if path is None else (path, *self._more.get(mark, ()))


class PlaceIndex:
    """Places sorted by what they may have in common with an audited object, so that nobody asks them one by one. Paths are given as rules
    have them."""

    def __init__(self) -> None:
        self._by_mark = _Paths()
        self.unknown = _Paths()
        """Paths of which only the letters are known, by the last component."""
        self.libraries: list[str] = []
        """Known folders where dynamic loaders may lie."""

    def add(self, place: PathPlace) -> None:
        """Take one more in."""
        self.__dict__.pop("_locations", None)
        self.__dict__.pop("_spots", None)
        for mark in {place.location, place.spot, place.entry, place.inode, place.real_path} - {None}:
            self._by_mark.add(mark, place.path)
        if place.location is not None and not place.known:
            self.unknown.add(place.location.rpartition("/")[2], place.path)
        elif place.location is not None and may_hold_loader(place.location):
            self.libraries.append(place.path)

    def having(self, marks: Iterable[object]) -> set[str]:
        """The paths with one of the *marks*: a location, a spot, an entry, an inode, or where a link ends."""
        return {path for mark in marks for path in self._by_mark.having(mark)}

    def below(self, folder: str) -> set[str]:
        """The paths that lie below *folder*."""
        start, end = _prefixes(folder)
        return self.having(_between(self._locations, start, end))

    def below_spot(self, spot: Spot) -> set[str]:
        """The paths that lie below *spot* in its file system, whatever is mounted where."""
        start, end = _prefixes(spot[1])
        return self.having(_between(self._spots, (spot[0], start), (spot[0], end)))

    @cached_property
    def _locations(self) -> list[str]:
        return sorted(mark for mark in self._by_mark.first if isinstance(mark, str))

    @cached_property
    def _spots(self) -> list[Spot]:
        return sorted(mark for mark in self._by_mark.first if isinstance(mark, tuple) and isinstance(mark[0], str))


def _prefixes(folder: str) -> tuple[str, str]:
    """What all paths below *folder* begin with, and what is the first to come behind them in the order of text."""
    start = folder.rstrip("/")
    return start + "/", start + chr(ord("/") + 1)


def _between(found: list[Any], start: Any, end: Any) -> list[Any]:
    return found[bisect_left(found, start) : bisect_left(found, end)]


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
