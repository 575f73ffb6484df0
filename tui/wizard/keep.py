"""Keep: texts that were copied or saved, in files of their own, never over another file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

MOST_CLIPBOARD_BYTES = 50_000
"""What is longer is not sent by OSC 52: many terminals cut it or stall on it."""


class Keep:
    """A private folder, made when first needed, for what ``y`` copied."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def fits_clipboard(self, text: str) -> bool:
        """Whether a terminal can be expected to take it."""
        return len(text.encode("utf-8", "backslashreplace")) <= MOST_CLIPBOARD_BYTES

    def put(self, name: str, text: str) -> Path:
        """Write *text* to *name* in the private folder, over what was copied there before. Raises OSError."""
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix="docker-audit-wizard-"))
        path = self._folder / name.replace("/", "_")
        path.write_text(text, "utf-8", "backslashreplace")
        return path

    def save(self, path: str, text: str) -> Path:
        """Write *text* to a new file *path* (``~`` is home), readable by its owner. Raises OSError; ValueError for no name."""
        if not path.strip() or "\0" in path:
            raise ValueError("Give the name of a file.")
        target = Path(path.strip()).expanduser().absolute()
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return target
