"""The catalogue: controls from assets/controls and from a folder of the user's own, found by slug or by number."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.base.dataclass import replace
from tui.base.resources import asset_names, asset_text
from tui.controls.control import VERSIONS, Control
from tui.documents.reading import load
from tui.documents.syntax import DocumentError, Problem

if TYPE_CHECKING:
    from pathlib import Path  # only a folder of the user's own needs it at run time, and that brings it

SUFFIX = ".yaml"
MAX_BYTES = 1 << 20
"""A control file of the user's own may be this large."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class UnknownControl(ValueError):
    """A name or number that is no control of the benchmark version asked for; the message says what was meant, if that is clear."""


class Catalogue:
    """Every control there is. A file is read when it is first needed, so that asking for one control does not cost sixteen."""

    def __init__(self, sources: Mapping[str, Callable[[], str]], ready: Iterable[Control] = ()) -> None:
        self._sources = dict(sources)
        self._texts: dict[str, str] = {}
        self._controls = {control.slug: control for control in ready}
        self.slugs = tuple(sorted({*self._sources, *self._controls}))

    def by_slug(self, slug: str) -> Control:
        """The control of that name. Raises UnknownControl, or DocumentError where its file is broken."""
        if slug not in self._controls:
            if slug not in self._sources:
                raise UnknownControl(f"“{slug}” is no control{_did_you_mean(slug, self.slugs)}")
            self._controls[slug] = replace(load(self._text(slug), slug + SUFFIX, Control), slug=slug)
        return self._controls[slug]

    def all(self) -> tuple[Control, ...]:
        """Every control, in the order of their names. Raises DocumentError with the problems of all broken files."""
        return self._of(self.slugs)

    @property
    def controls(self) -> tuple[Control, ...]:
        """Every control, of whatever version. Raises DocumentError."""
        return self._of(self.slugs)

    def _of(self, slugs: Sequence[str]) -> tuple[Control, ...]:
        problems: list[Problem] = []
        for slug in slugs:
            try:
                self.by_slug(slug)
            except DocumentError as error:
                problems += error.problems
        if problems:
            raise DocumentError(tuple(problems))
        return tuple(self._controls[slug] for slug in slugs)

    def _may_have(self, slug: str, word: str) -> bool:
        """Whether the control's file holds *word*: reading sixteen files is cheap, parsing them is not."""
        return slug in self._controls or word in self._text(slug) or "versions:" not in self._text(slug)

    def numbered(self, version: str) -> tuple[Control, ...]:
        """The controls of a benchmark *version* in the order of their numbers, those without a number last."""
        controls = self._of([slug for slug in self.slugs if self._may_have(slug, version)])
        return _in_order((control for control in controls if version in control.numbered), version)

    def find(self, ids: Iterable[str], version: str) -> tuple[Control, ...]:
        """The controls that *ids* (numbers in *version*, or slugs) name, each once, in the order of their numbers.

        Raises UnknownControl for the first that names none.
        """
        found = {control.slug: control for control in (self._one(name, version) for name in ids)}
        return _in_order(found.values(), version)

    def _one(self, name: str, version: str) -> Control:
        if name in self.slugs:
            control = self.by_slug(name)
            if version not in control.numbered:
                others = ", ".join(f"{other.number} in {number}" for number, other in control.numbered.items())
                raise UnknownControl(f"benchmark {version} has no control for {name}; it is {others}")
            return control
        candidates = [slug for slug in self.slugs if self._may_have(slug, name)]
        for slug in candidates:
            if self.by_slug(slug).number(version) == name:
                return self.by_slug(slug)
        raise UnknownControl(self._why_unknown(name, version, candidates))

    def _why_unknown(self, name: str, version: str, candidates: list[str]) -> str:
        for slug in candidates:
            control = self.by_slug(slug)
            elsewhere = [other for other in VERSIONS if control.number(other) == name]
            if elsewhere:
                here = control.number(version)
                said = f"{name} is the number of {slug} in {', '.join(elsewhere)}"
                return f"{said}; in {version} it is {here}" if here else f"{said}; {version} has no such control"
        controls = self.numbered(version)
        known = [control.number(version) or "" for control in controls]
        close = _did_you_mean(name, known) or _did_you_mean(name, [control.slug for control in controls])
        listed = ", ".join(known)
        return f"“{name}” is no control of benchmark {version}{close or f'; its controls are {listed}'}"

    def _text(self, slug: str) -> str:
        if slug not in self._texts:
            self._texts[slug] = self._sources[slug]()
        return self._texts[slug]


def load_catalogue(extra: Path | None = None, *, as_root: bool = False) -> Catalogue:
    """Our own controls, and with *extra* those of a folder of the user's, which are all read at once.

    With *as_root* the folder, the folders above it and its files must belong to root and be writable by nobody else, because what they
    say ends up in the kernel. Raises DocumentError with every problem of every file; then nothing is loaded.
    """
    sources = {
        name.removesuffix(SUFFIX): lambda name=name: asset_text("controls", name)
        for name in asset_names("controls")
        if name.endswith(SUFFIX)
    }
    if extra is None:
        return Catalogue(sources)
    problems: list[Problem] = []
    own = _own_controls(extra, as_root, problems)
    catalogue = Catalogue(sources)
    problems += _clashes(own, catalogue, extra)
    if problems:
        raise DocumentError(tuple(problems))
    return Catalogue(sources, own)


def _in_order(controls: Iterable[Control], version: str) -> tuple[Control, ...]:
    def order(control: Control) -> tuple[bool, list[int], str]:
        number = control.number(version) or ""
        numeric = number[:1].isdigit() and number.replace(".", "").isdigit()
        return (not numeric, [int(part) for part in number.split(".")] if numeric else [], control.slug)

    return tuple(sorted(controls, key=order))


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    from tui.base.spelling import closest  # only where a word is wrong

    close = closest(word, known)
    return f"; did you mean {close}?" if close else ""


# ---- the user's own folder


def _own_controls(folder: Path, as_root: bool, problems: list[Problem]) -> list[Control]:
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


def _clashes(own: list[Control], catalogue: Catalogue, folder: Path) -> list[Problem]:
    """Controls of *own* whose name or number is taken."""
    problems = []
    taken = {(version, entry.number): control.slug for control in catalogue.all() for version, entry in control.numbered.items()}
    for control in own:
        path = folder / (control.slug + SUFFIX)
        if control.slug in catalogue.slugs:
            problems.append(_problem(path, f"the name {control.slug} belongs to a control of ours; rename the file"))
            continue
        for version, entry in control.numbered.items():
            other = taken.setdefault((version, entry.number), control.slug)
            if other != control.slug:
                problems.append(_problem(path, f"the number {entry.number} of {version} belongs to {other}"))
    return problems
