"""Where paths lie, whatever they are compared with: links, mounts and inodes resolved once for all rules and all audited paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass, field
from tui.base.paths import below, within

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
        return (device, f"{folder}/{name}" if folder != "/" else f"/{name}")

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


@dataclass(slots=True)
class RulePaths:
    """A list of rules sorted out once: the paths they name, placed, with the positions of the rules that name them."""

    rules: Sequence[Rule]
    paths: Mapping[str, PathFacts | Unknown]
    mounts: Mounts
    watches: dict[str, list[int]] = field(default_factory=dict)
    """Exit rules with path=, by path."""
    trees: dict[str, list[int]] = field(default_factory=dict)
    """Exit rules with dir=, by path."""
    without_path: list[int] = field(default_factory=list)
    """All other exit rules."""
    other_lists: list[int] = field(default_factory=list)
    """Rules of the other lists."""
    texts: list[tuple[str, int]] = field(default_factory=list)
    """Paths and keys as they stand in the rules."""
    programs: list[str] = field(default_factory=list)
    """The programs that rules name with exe=, each once."""
    places: dict[str, PathPlace] = field(default_factory=dict)
    shared: dict[object, object] = field(default_factory=dict)
    """What was derived of these rules for one target and holds for others."""

    def __post_init__(self) -> None:
        for position, rule in enumerate(self.rules):
            self.texts += [(key, position) for key in rule.keys if "/" in key]
            if rule.filter != "exit":
                self.other_lists.append(position)
            named = False
            for each in rule.fields:
                if isinstance(each.value, str):
                    self.texts.append((each.value, position))
                    if each.name == "exe" and each.value not in self.programs:
                        self.programs.append(each.value)
                    if each.name in ("path", "dir") and rule.filter == "exit" and not named:
                        named = True
                        (self.watches if each.name == "path" else self.trees).setdefault(each.value, []).append(position)
            if rule.filter == "exit" and not named:
                self.without_path.append(position)

    def place(self, path: str) -> PathPlace:
        """What *path*, as a rule has it, names."""
        found = self.places.get(path)
        if found is None:
            found = self.places[path] = self._place(path)
        return found

    def _place(self, path: str) -> PathPlace:
        facts = self.paths.get(path)
        if not isinstance(facts, PathFacts):
            location = normal(path)
            return PathPlace(path, location, False, spot=self.mounts.spot(location), entry=self.mounts.beneath(location))
        resolved = path.rsplit("/", 1)[-1] in ("", ".", "..")  # such a last component follows a link
        where = facts.real_path if resolved else facts.location
        real_path = None if facts.real_path is None else normal(facts.real_path)
        kind = "directory" if resolved else facts.kind
        inode = None if resolved and facts.kind == "symlink" else inode_of(facts)  # of the link itself
        if where is None:
            return PathPlace(path, None, True, kind, inode, real_path)
        location = normal(where)
        return PathPlace(path, location, True, kind, inode, real_path, self.mounts.spot(location), self.mounts.beneath(location))


_LATEST: list[tuple[RulePaths, tuple[Mount, ...]]] = []
"""The surveys made last: a host's rules are asked about for every control, and never change meanwhile."""


def survey(rules: Sequence[Rule], paths: Mapping[str, PathFacts | Unknown], mounts: Sequence[Mount]) -> RulePaths:
    """The survey of *rules*; the same one again for the same tuple of rules, the same facts and equal mounts."""
    for known, its_mounts in _LATEST:
        if known.rules is rules and known.paths is paths and its_mounts == tuple(mounts):
            return known
    made = RulePaths(rules, paths, Mounts(mounts))
    if isinstance(rules, tuple):
        _LATEST.insert(0, (made, tuple(mounts)))
        del _LATEST[4:]
    return made


def inode_of(facts: PathFacts | Unknown | None) -> Inode | None:
    """Device and inode of what is there, None where nothing is or that is not known."""
    if not isinstance(facts, PathFacts) or facts.inode is None or facts.device is None or facts.kind == "absent":
        return None
    return (facts.device, facts.inode)
