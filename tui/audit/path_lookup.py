"""What the reading and the loading of rules ask about paths, answered in one way wherever the facts of paths come from. Pure."""

from __future__ import annotations

from collections.abc import Callable

from tui.audit.inputs import PathFacts, Unknown
from tui.base.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class PathLookup:
    """The questions that auditctl and the kernel ask about a path as a rule names it; ``look`` gives what was seen of one path.

    A path that was not looked at, or not allowed to be, is no directory, is there, and has a parent: a load is never called broken for want
    of knowledge.
    """

    look: Callable[[str], PathFacts | Unknown | None]

    def is_directory(self, path: str) -> bool:
        """Whether stat() finds a directory, links followed: what auditctl asks to make ``dir`` or ``path`` of a watch."""
        found = self.look(path)
        if isinstance(found, PathFacts) and found.kind == "symlink" and found.real_path is not None:
            found = self.look(found.real_path)
        return isinstance(found, PathFacts) and found.kind == "directory"

    def is_directory_itself(self, path: str) -> bool:
        """Whether lstat() finds a directory: a ``dir=`` on a link to one reaches nothing below it."""
        found = self.look(path)
        return isinstance(found, PathFacts) and found.kind == "directory"

    def parent_exists(self, path: str) -> bool:
        """Whether the directory that holds *path* is there, which the kernel asks for ``path=`` and ``exe=``."""
        found = self.look(path)
        return not isinstance(found, PathFacts) or found.real_parent is not None

    def exists(self, path: str) -> bool:
        """Whether *path* itself is there, a link unfollowed, which the kernel asks for ``dir=``."""
        found = self.look(path)
        return not isinstance(found, PathFacts) or found.kind != "absent"
