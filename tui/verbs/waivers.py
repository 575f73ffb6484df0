"""The waivers that ``--waivers`` names: read, and looked up in the catalogue."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tui.base.cleaning import in_words
from tui.controls.catalogue import Catalogue, UnknownControl
from tui.documents.problems import DocumentError
from tui.documents.reading import load
from tui.documents.trusted import trusted_text, unsafe_folders
from tui.verdict.waivers import WaiverFile, Waivers


def read_waivers(name: str, catalogue: Catalogue | None = None, version: str = "") -> Waivers:
    """The waivers of the file *name* as they are today; run as root, from a file that nobody else can change. Raises OSError for a file that
    cannot be read, ValueError for one that cannot be used, and for a control that is none of *catalogue*, where one is given."""
    path, as_root = Path(name), os.geteuid() == 0
    if as_root and (problems := unsafe_folders(path.absolute().parent)):
        raise DocumentError(tuple(problems))
    written = load(trusted_text(path, as_root=as_root), name, WaiverFile)
    try:
        if catalogue is not None:
            for entry in written.waivers:
                catalogue.find([entry.control], version)
    except UnknownControl as problem:
        raise ValueError(f"{name}: {in_words(problem)}") from None
    if written.schema != 1:
        raise ValueError(f"{name}: expected schema 1, found {written.schema}; a newer version may read it.")
    return Waivers(written.waivers, today())


def today() -> str:
    """This day in UTC, ``2026-11-27``."""
    return time.strftime("%Y-%m-%d", time.gmtime())
