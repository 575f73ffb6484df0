"""Looks at paths: what each is, where its links lead, which mount it lies on. Fast for ten thousand of them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Mapping

from tui.audit.inputs import PathFacts, PathKind, Unknown
from tui.base.paths import nearest
from tui.host.reading.entries import because, kind_of, resolved
from tui.host.reading.owners import Owners

# What cannot exist: a name too long, one below a file or in a circle of links, no path at all.
_CANNOT_EXIST = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP))


def read_paths(paths: Iterable[str], mount_points: frozenset[str], owners: Owners | None = None) -> dict[str, PathFacts | Unknown]:
    """What each of *paths* is, in the order of their names; one that may not be looked at is an Unknown. *owners* is what is known
    already of whose the folders are."""
    reader = _Reader(mount_points, owners or Owners())
    return {path: reader.look(path) for path in sorted(paths)}


class _Reader:
    """Keeps what it found of each parent directory: rules name many files of few directories."""

    def __init__(self, mount_points: frozenset[str], owners: Owners) -> None:
        self._mount_points = mount_points
        self._owners = owners
        self._parents: dict[str, tuple[str | None, str | None] | Unknown] = {}

    def look(self, path: str) -> PathFacts | Unknown:
        if not path.startswith("/"):
            return Unknown(f"{path} is not an absolute path.")
        plain = path.rstrip("/") or "/"
        parent = plain.rpartition("/")[0] or "/"
        where = self._parents.get(parent)
        if where is None:
            where = self._parents[parent] = self._resolve(parent)
        if isinstance(where, Unknown):
            return where
        real_parent, mount_point = where
        try:
            facts = os.lstat(plain)
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError) or error.errno in _CANNOT_EXIST:
                return PathFacts(path, "absent", real_parent, mount_point=mount_point, exposed=self._owners.exposed(plain))
            return because(error, path)
        mode = facts.st_mode
        kind: PathKind = "file" if stat.S_ISREG(mode) else kind_of(mode)
        target: str | None = None
        real_path: str | None = None
        if kind == "symlink":
            target, real_path = _follow(plain)
        elif real_parent is not None:
            real_path = (real_parent if real_parent != "/" else "") + plain[plain.rindex("/") :] if plain != "/" else "/"
        return PathFacts(
            path,
            kind,
            real_parent,
            stat.S_IMODE(mode),
            facts.st_uid,
            facts.st_gid,
            facts.st_dev,
            facts.st_ino,
            facts.st_nlink,
            target,
            real_path,
            mount_point,
            self._owners.exposed(plain),
        )

    def _resolve(self, parent: str) -> tuple[str | None, str | None] | Unknown:
        try:
            real = resolved(parent)
            if not stat.S_ISDIR(os.stat(real).st_mode):
                return None, None
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError) or error.errno in _CANNOT_EXIST:
                return None, None
            return because(error, parent)
        return real, nearest(real, self._mount_points)


def with_ends(
    known: dict[str, PathFacts | Unknown], read: Callable[[set[str]], Mapping[str, PathFacts | Unknown]]
) -> dict[str, PathFacts | Unknown]:
    """*known* and what lies at the ends of its links: a watch on a link to a directory is read otherwise than one on a link to a file,
    and rules may reach the end by yet another name."""
    ends = {facts.real_path for facts in known.values() if isinstance(facts, PathFacts) and facts.kind == "symlink"}
    missing = {end for end in ends if end is not None and end not in known}
    return dict(sorted((known | dict(read(missing))).items())) if missing else known


def _follow(path: str) -> tuple[str | None, str | None]:
    """A link's target as written, and where all links end (None: dangling)."""
    try:
        target = os.readlink(path)
    except OSError:
        return None, None
    try:
        return target, resolved(path)
    except OSError:
        return target, None
