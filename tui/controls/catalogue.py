"""The catalogue: the benchmark's controls and those of a folder of the user's own, found by slug or by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tui.base.typing import TYPE_CHECKING
from tui.controls.benchmark import CONTROLS
from tui.controls.control import VERSIONS, Control

if TYPE_CHECKING:
    from pathlib import Path  # only a folder of the user's own needs it at run time, and that brings it


class UnknownControl(ValueError):
    """A name or number that is no control of the benchmark version asked for; the message says what was meant, if that is clear."""


class Catalogue:
    """Every control there is, each made when it is first needed."""

    def __init__(self, makers: Mapping[str, Callable[[], Control]] = CONTROLS, own: Iterable[Control] = ()) -> None:
        self._makers = makers
        self._controls = {control.slug: control for control in own}
        self.slugs = tuple(sorted({*makers, *self._controls}))

    def by_slug(self, slug: str) -> Control:
        """The control of that name. Raises UnknownControl."""
        if slug not in self._controls:
            if slug not in self._makers:
                raise UnknownControl(f"“{slug}” is no control{_did_you_mean(slug, self.slugs)}")
            self._controls[slug] = self._makers[slug]()
        return self._controls[slug]

    @property
    def controls(self) -> tuple[Control, ...]:
        """Every control, of whatever version, in the order of their names."""
        return tuple(map(self.by_slug, self.slugs))

    def numbered(self, version: str) -> tuple[Control, ...]:
        """The controls of a benchmark *version* in the order of their numbers, those without a number last."""
        return _in_order((control for control in self.controls if control.is_in(version)), version)

    def find(self, ids: Iterable[str], version: str) -> tuple[Control, ...]:
        """The controls that *ids* (numbers in *version*, or slugs) name, each once, in the order of their numbers.

        Raises UnknownControl for the first that names none.
        """
        found = {control.slug: control for control in (self._one(name, version) for name in ids)}
        return _in_order(found.values(), version)

    def _one(self, name: str, version: str) -> Control:
        if name in self.slugs:
            control = self.by_slug(name)
            if not control.is_in(version):
                others = ", ".join(f"{other.number} in {number}" for number, other in control.numbered.items())
                raise UnknownControl(f"benchmark {version} has no control for {name}; it is {others}")
            return control
        for control in self.controls:
            if control.is_in(version) and control.number(version) == name:
                return control
        raise UnknownControl(self._why_unknown(name, version))

    def _why_unknown(self, name: str, version: str) -> str:
        for control in self.controls:
            elsewhere = [other for other in VERSIONS if control.number(other) == name]
            if elsewhere:
                here = control.number(version)
                said = f"{name} is the number of {control.slug} in {', '.join(elsewhere)}"
                return f"{said}; in {version} it is {here}" if here else f"{said}; {version} has no such control"
        controls = self.numbered(version)
        known = [control.number(version) or "" for control in controls]
        close = _did_you_mean(name, known) or _did_you_mean(name, [control.slug for control in controls])
        listed = ", ".join(known)
        return f"“{name}” is no control of benchmark {version}{close or f'; its controls are {listed}'}"


def load_catalogue(extra: Path | None = None, *, as_root: bool = False) -> Catalogue:
    """Our own controls, and with *extra* those of a folder of the user's, which are all read at once.

    With *as_root* the folder, the folders above it and its files must belong to root and be writable by nobody else, because what they
    say ends up in the kernel. Raises DocumentError with every problem of every file; then nothing is loaded.
    """
    catalogue = Catalogue()
    if extra is None:
        return catalogue
    from tui.controls.own import own_controls  # brings PyYAML

    return Catalogue(own=own_controls(extra, catalogue.controls, as_root=as_root))


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
