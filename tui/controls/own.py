"""Controls of the user's own: a folder of YAML files, read all at once and strictly, since what they say ends up in the kernel."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from tui.base.dataclass import replace
from tui.controls.control import Control
from tui.documents.problems import DocumentError, Problem
from tui.documents.reading import load

SUFFIX = ".yaml"
MAX_BYTES = 1 << 20
"""A control file may be this large."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def own_controls(folder: Path, ours: Iterable[Control], *, as_root: bool = False) -> list[Control]:
    """Every control of *folder*, none of which has the name or the number of one of *ours*.

    With *as_root* the folder, the folders above it and its files must belong to root and be writable by nobody else. Raises DocumentError
    with every problem of every file.
    """
    problems: list[Problem] = []
    own = _read(folder, as_root, problems)
    problems += _clashes(own, ours, folder)
    if problems:
        raise DocumentError(tuple(problems))
    return own


def _read(folder: Path, as_root: bool, problems: list[Problem]) -> list[Control]:
    """Every control of *folder*; what is wrong is added to *problems*."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        problems.append(_problem(folder, f"the folder cannot be read: {error.strerror}"))
        return []
    if as_root:
        problems += _unsafe_folders(folder)
    controls = []
    for entry in entries:
        if entry.suffix == ".yml":
            problems.append(_problem(entry, "control files end in .yaml; rename it"))
        elif entry.suffix == SUFFIX and not entry.name.startswith("."):
            try:
                text = _own_text(entry, as_root)
                controls.append(replace(load(text, str(entry), Control), slug=entry.stem))
            except DocumentError as error:
                problems += error.problems
            except OSError as error:
                problems.append(_problem(entry, f"the file cannot be read: {error.strerror}"))
    if not controls and not problems:
        problems.append(_problem(folder, "the folder holds no file that ends in .yaml"))
    return controls


def _problem(path: Path, text: str) -> Problem:
    return Problem(str(path), 1, 1, text)


def _own_text(path: Path, as_root: bool) -> str:
    """The text of a control file; what is asked of the file is asked of the very one that was opened."""
    if not _SLUG.fullmatch(path.stem):
        raise DocumentError(
            (_problem(path, "the file's name becomes the control's; expected small letters, digits and single hyphens"),)
        )
    if path.is_symlink():
        raise DocumentError((_problem(path, "a symbolic link is not followed; put the file itself here"),))
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise DocumentError((_problem(path, "expected a regular file"),))
        if as_root and (reason := _unsafe(state)):
            raise DocumentError(
                (_problem(path, f"run as root, only files that nobody else can change are read, and this one {reason}"),)
            )
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > MAX_BYTES:
        raise DocumentError((_problem(path, f"the file is larger than {MAX_BYTES} bytes"),))
    return data.decode("utf-8", "surrogateescape")


def _unsafe(state: os.stat_result) -> str:
    if state.st_uid != 0:
        return f"belongs to user {state.st_uid}; chown root it"
    if state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"can be written by others (mode {stat.S_IMODE(state.st_mode):04o}); chmod go-w it"
    return ""


def _unsafe_folders(folder: Path) -> list[Problem]:
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
            said = "run as root, controls are read only from folders that nobody else can change, and this one"
            problems.append(_problem(place, f"{said} {reason}"))
    return problems


def _clashes(own: list[Control], ours: Iterable[Control], folder: Path) -> list[Problem]:
    """Controls of *own* whose name or number one of *ours* has."""
    problems = []
    slugs = {control.slug for control in ours}
    taken = {(version, entry.number): control.slug for control in ours for version, entry in control.numbered.items()}
    for control in own:
        path = folder / (control.slug + SUFFIX)
        if control.slug in slugs:
            problems.append(_problem(path, f"the name {control.slug} belongs to a control of ours; rename the file"))
            continue
        for version, entry in control.numbered.items():
            other = taken.setdefault((version, entry.number), control.slug)
            if other != control.slug:
                problems.append(_problem(path, f"the number {entry.number} of {version} belongs to {other}"))
    return problems
