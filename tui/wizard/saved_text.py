"""SavedText: texts that were copied or saved, in files of their own, never over another file."""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path

from tui.base.saving import save_text
from tui.plan.values import LOCK_WORD, WORD

MOST_CLIPBOARD_BYTES = 50_000
"""What is longer is not sent by OSC 52: many terminals cut it or stall on it."""


class SavedText:
    """A private folder, made when first needed, for what ``y`` copied."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    @property
    def folder(self) -> str:
        """The folder as long as it is there; "" where nothing was copied."""
        return str(self._folder) if self._folder is not None and self._folder.is_dir() else ""

    def fits_clipboard(self, text: str) -> bool:
        """Whether a terminal's clipboard can be expected to take *text*."""
        return len(text.encode("utf-8", "backslashreplace")) <= MOST_CLIPBOARD_BYTES

    def write_copy(self, name: str, text: str) -> Path:
        """Write *text* to *name* in the private folder, over what was copied there before. Raises OSError."""
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix="docker-audit-wizard-"))
        return Path(save_text(str(self._folder / name.replace("/", "_")), text, replace=True))

    def free_name(self, path: str) -> str:
        """*path*, or with a number before its suffix where a file of that name is there already."""
        stem, dot, suffix = path.strip().rpartition(".")
        if not dot or "/" in suffix:
            stem, dot, suffix = path.strip(), "", ""
        names = (f"{stem}{f'-{number}' if number > 1 else ''}{dot}{suffix}" for number in count(1))
        return next(name for name in names if not os.path.lexists(os.path.expanduser(name)))

    def save(self, path: str, text: str) -> Path:
        """Write *text* to a new file *path* (``~`` is home), readable by its owner. Raises OSError; ValueError for no name, and for a word of
        Confirm, which was typed too early."""
        if path.strip() in (WORD, LOCK_WORD):
            raise ValueError(f"{path.strip()} is the word of Confirm; type another name")
        return Path(save_text(os.path.expanduser(path.strip()), text))
