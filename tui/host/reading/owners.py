"""Looks at whose the folders and links on the way to a path are, from "/" down, and stops at the first that is not root's alone."""

from __future__ import annotations

import os
import stat

from tui.audit.inputs import Owner
from tui.base.typing import Literal
from tui.host.reading.entries import kind_of
from tui.host.trust import is_roots_alone

_MOST_LINKS = 40
"""What the kernel follows of one path (MAXSYMLINKS, path_resolution(7))."""


class Owners:
    """Keeps what it found of each folder: many paths lie in few folders.

    Nothing behind an entry of somebody else's is touched: what hangs there (a file system of a user's own) hangs nobody here.
    """

    def __init__(self) -> None:
        self._known: dict[str, Owner | Literal["root alone", "nothing"]] = {}

    def exposed(self, path: str, links: int = 0) -> Owner | None:
        """The first entry on the way to the absolute *path*, itself and what links lead to included, that somebody besides root can
        change; None: there is none among what exists."""
        at, found = "", self._look("/", links)
        for name in filter(None, path.split("/")):
            if found != "root alone":
                break
            at += "/" + name
            found = self._look(at, links)
        return found if isinstance(found, Owner) else None

    def _look(self, path: str, links: int) -> Owner | Literal["root alone", "nothing"]:
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._whose(path, links)
        return known

    def _whose(self, path: str, links: int) -> Owner | Literal["root alone", "nothing"]:
        try:
            facts = os.lstat(path)
            kind = kind_of(facts.st_mode)
            if not is_roots_alone(kind, facts.st_uid, facts.st_mode):
                return Owner(path, facts.st_uid, facts.st_gid, stat.S_IMODE(facts.st_mode))
            target = os.readlink(path) if kind == "symlink" and links < _MOST_LINKS else ""
        except (OSError, ValueError):
            return "nothing"  # or it may not be looked at, which the path's facts say
        if not target:
            return "root alone"
        return self.exposed(target if target.startswith("/") else path.rpartition("/")[0] + "/" + target, links + 1) or "root alone"
