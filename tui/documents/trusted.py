"""Files of the user's own that say what root does: read only where nobody else could have written them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from tui.documents.problems import DocumentError, Problem

MAX_BYTES = 1 << 20
"""Such a file may be this large."""


def problem_of(path: Path, text: str) -> Problem:
    """A problem of the file *path* as a whole."""
    return Problem(str(path), 0, 0, text)


def trusted_text(path: Path, *, as_root: bool) -> str:
    """The text of the file *path*; what is asked of the file is asked of the very one that was opened.

    With *as_root* it must belong to root and be writable by nobody else; its folders are :func:`unsafe_folders`' to judge. Raises
    DocumentError, OSError.
    """
    if path.is_symlink():
        raise DocumentError((problem_of(path, "a symbolic link is not followed; put the file itself here"),))
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(state.st_mode):
            raise DocumentError((problem_of(path, "expected a regular file"),))
        if as_root and (reason := _unsafe(state)):
            said = f"others than root can change this file: it {reason}. Read it through, then make it root's own: chown root, chmod go-w"
            raise DocumentError((problem_of(path, said),))
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > MAX_BYTES:
        raise DocumentError((problem_of(path, f"the file is larger than {MAX_BYTES} bytes"),))
    return data.decode("utf-8", "surrogateescape")


def _unsafe(state: os.stat_result) -> str:
    if state.st_uid != 0:
        return f"belongs to user {state.st_uid}"
    if state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"has mode {stat.S_IMODE(state.st_mode):04o}"
    return ""


def unsafe_folders(folder: Path) -> list[Problem]:
    """What is wrong with *folder* and the folders above it, both as it is named and where its links lead."""
    chain: dict[Path, None] = {}
    for start in (folder.absolute(), folder.resolve()):
        chain.update(dict.fromkeys((start, *start.parents)))
    problems = []
    for place in chain:
        state = place.stat()
        # In a sticky folder such as /tmp nobody else can replace what belongs to root.
        sticky = place not in (folder.absolute(), folder.resolve()) and state.st_uid == 0 and state.st_mode & stat.S_ISVTX
        if not sticky and (reason := _unsafe(state)):
            # No word of chown or chmod: the folder is somebody's home, or /tmp, and would be broken by it.
            said = f"others than root can change this folder: it {reason}. Keep the file in a folder of root's, such as /root"
            problems.append(problem_of(place, said))
    return problems
