"""Path facts of a small file system that a test writes down: directories, files and links, looked at by any name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Optional

from tui.audit.inputs import PathFacts, PathKind

Tree = Mapping[str, Optional[str]]
"""Real paths to what is there: ``None`` a file, ``""`` a directory, anything else the target of a link."""


def tree(text: str) -> dict[str, str | None]:
    """A tree from words: ``/a/b/`` a directory, ``/a/b`` a file, ``/a->/b`` a link; the directories above each are there too."""
    found: dict[str, str | None] = {}
    for word in text.split():
        path, arrow, target = word.partition("->")
        parent = path.rstrip("/").rpartition("/")[0]
        while parent:
            found.setdefault(parent, "")
            parent = parent.rpartition("/")[0]
        found[path.rstrip("/")] = target if arrow else "" if path.endswith("/") else None
    return found


def _real(path: str, tree: Tree, *, last: bool, depth: int = 0) -> str | None:
    """*path* with the links of its parents followed, and that of its *last* component too; None where it leads nowhere."""
    if depth > 20:
        return None
    at = "/"
    parts = [part for part in path.split("/") if part not in ("", ".")]
    for number, part in enumerate(parts):
        at = at.rpartition("/")[0] or "/" if part == ".." else f"{at.rstrip('/')}/{part}"
        end = number == len(parts) - 1
        found = tree.get(at) if at != "/" else ""
        if at != "/" and at not in tree:
            return at if end and not last else None
        if found and (last or not end):
            followed = _real(
                found if found.startswith("/") else f"{at.rpartition('/')[0]}/{found}", tree, last=True, depth=depth + 1
            )
            if followed is None:
                return None
            at = followed
        elif found is None and not end:
            return None
    return at


def look(path: str, tree: Tree) -> PathFacts:
    """What lstat, readlink and realpath would say of *path*."""
    plain = path.rstrip("/") or "/"
    parent = _real(plain.rpartition("/")[0] or "/", tree, last=True)
    if parent is not None and parent != "/" and tree.get(parent, None) != "":
        parent = None
    place = None if parent is None else f"{parent.rstrip('/')}/{plain.rpartition('/')[2]}"
    if plain != "/" and (place is None or place not in tree):
        return PathFacts(path, "absent", parent, mount_point="/" if parent else None)
    what = "" if plain == "/" else tree[place or "/"]
    kind: PathKind = "file" if what is None else "directory" if what == "" else "symlink"
    real = _real(plain, tree, last=True)
    if real is not None and real != "/" and real not in tree:
        real = None
    inode = sum(letter * 31**number for number, letter in enumerate((place or "/").encode())) % 10**9
    return PathFacts(path, kind, parent, 0o755, 0, 0, 1, inode, 1, what or None, real, "/")


def facts_of(tree: Tree, paths: Iterable[str]) -> dict[str, PathFacts]:
    """The facts of *paths* and of the ends of those that are links."""
    found = {path: look(path, tree) for path in paths}
    ends = {facts.real_path for facts in found.values() if facts.kind == "symlink"} - {None, *found}
    return found | {end: look(end, tree) for end in ends}
