"""Finds assets/ in a checkout, in an installed wheel and inside a zipapp."""

from __future__ import annotations

import os

from tui.base.typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zipimport import zipimporter

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# importlib.resources does the same with tempfile, zipfile and contextlib behind it: a third of the time of a whole check.
_FOLDERS = (os.path.join(_PACKAGE, "assets"), os.path.join(os.path.dirname(_PACKAGE), "assets"))


class BrokenInstallation(Exception):
    """A part of this installation is missing or damaged; the message is a sentence that names it."""


def asset_text(*names: str) -> str:
    """The text of one file below assets/. Raises BrokenInstallation where it is missing or cannot be read."""
    for assets in _FOLDERS:
        path = os.path.join(assets, *names)
        if os.path.isfile(path):
            try:
                with open(path, encoding="utf-8") as file:
                    return file.read()
            except (OSError, ValueError) as problem:
                raise BrokenInstallation(
                    f"{path}, a part of this installation, cannot be read ({problem}). Install the program anew."
                ) from None
    archive = _archive()
    if archive:
        try:
            return archive.get_data(f"tui/assets/{'/'.join(names)}").decode("utf-8")
        except OSError:
            pass
    raise BrokenInstallation(f"the file assets/{'/'.join(names)} is missing from this installation. Install the program anew.")


def package_text(package: str, name: str) -> str:
    """The text of a file that lies beside the modules of *package* (a style sheet, which Textual cannot read out of an archive itself)."""
    below = "/".join((*package.split(".")[1:], name))
    archive = _archive()
    if archive:
        return archive.get_data("tui/" + below).decode("utf-8")
    with open(os.path.join(_PACKAGE, below), encoding="utf-8") as file:
        return file.read()


def single_file() -> str | None:
    """The path of the single file that this program runs from; None where it is installed."""
    archive = _archive()
    return archive.archive if archive else None


def _archive() -> zipimporter | None:
    """The loader of the single file, Python's own or that of its entry, where this module was loaded from one: it has the file's path and
    takes names, never paths, since the file's path may be ./NAME."""
    loader: Any = __spec__.loader if __spec__ else None
    return loader if hasattr(loader, "archive") else None
