"""Controls of the user's own: a folder of YAML files, read all at once and strictly, since what they say ends up in the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tui.base.dataclass import replace
from tui.controls.control import Control
from tui.documents.problems import DocumentError, Problem
from tui.documents.reading import load
from tui.documents.trusted import problem_of, trusted_text, unsafe_folders

SUFFIX = ".yaml"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def own_controls(folder: Path, ours: Iterable[Control], *, as_root: bool = False) -> list[Control]:
    """Every control of *folder*, none of which has the name or the number of one of *ours*.

    With *as_root* the folder, the folders above it and its files must belong to root and be writable by nobody else. Raises DocumentError
    with every problem of every file, OSError where the folder itself cannot be read.
    """
    problems: list[Problem] = []
    own = _read(folder, as_root, problems)
    problems += _clashes(own, ours, folder)
    if problems:
        raise DocumentError(tuple(problems))
    return own


def _read(folder: Path, as_root: bool, problems: list[Problem]) -> list[Control]:
    """Every control of *folder*; what is wrong is added to *problems*."""
    entries = sorted(folder.iterdir())
    if as_root:
        problems += unsafe_folders(folder)
    controls = []
    for entry in entries:
        if entry.suffix == ".yml":
            problems.append(problem_of(entry, "control files end in .yaml; rename it"))
        elif entry.suffix == SUFFIX and not entry.name.startswith("."):
            try:
                text = _own_text(entry, as_root)
                controls.append(replace(load(text, str(entry), Control), slug=entry.stem))
            except DocumentError as error:
                problems += error.problems
            except OSError as error:
                problems.append(problem_of(entry, f"the file cannot be read: {error.strerror}"))
    if not controls and not problems:
        problems.append(problem_of(folder, "the folder holds no file that ends in .yaml"))
    return controls


def _own_text(path: Path, as_root: bool) -> str:
    if not _SLUG.fullmatch(path.stem):
        raise DocumentError(
            (problem_of(path, "the file's name becomes the control's; expected small letters, digits and single hyphens"),)
        )
    return trusted_text(path, as_root=as_root)


def _clashes(own: list[Control], ours: Iterable[Control], folder: Path) -> list[Problem]:
    """Controls of *own* whose name or number one of *ours* has."""
    problems = []
    slugs = {control.slug for control in ours}
    taken = {(version, entry.number): control.slug for control in ours for version, entry in control.numbered.items()}
    for control in own:
        path = folder / (control.slug + SUFFIX)
        if control.slug in slugs:
            problems.append(problem_of(path, f"the name {control.slug} belongs to a control of ours; rename the file"))
            continue
        for version, entry in control.numbered.items():
            other = taken.setdefault((version, entry.number), control.slug)
            if other != control.slug:
                problems.append(problem_of(path, f"the number {entry.number} of {version} belongs to {other}"))
    return problems
