"""The manifest of a run's folder: the SHA-256 of each of its files, so that a report changed later is seen. sha256sum -c reads it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from tui.base.saving import save_text

MANIFEST = "SHA256SUMS"
_GROWS = ("journal.jsonl",)
"""What is still written to after the manifest."""


def write_manifest(folder: Path) -> None:
    """Write the manifest of the run's *folder*. Raises OSError."""
    save_text(
        str(folder / MANIFEST), "".join(f"{_sum(folder / name)}  {_written(name)}\n" for name in _files(folder)), replace=True
    )


def changed_since(folder: Path) -> tuple[str, ...] | None:
    """The files of *folder* that are not as its manifest has them, or that it does not have; None where there is no manifest. Raises
    OSError."""
    try:
        text = (folder / MANIFEST).read_text("utf-8", "replace")
    except FileNotFoundError:
        return None
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}
    found = {_written(name): _sum(folder / name) for name in _files(folder)}
    return tuple(sorted(name for name in {**listed, **found} if listed.get(name) != found.get(name)))


def _written(name: str) -> str:
    """*name* in one line; a newline, a byte that is no UTF-8 and their like as JSON has them."""
    return name if name.isprintable() else json.dumps(name)[1:-1]


def _files(folder: Path) -> list[str]:
    names = []
    for place, _, files in os.walk(folder):
        names += [os.path.relpath(os.path.join(place, name), folder) for name in files]
    return sorted(name for name in names if name not in (*_GROWS, MANIFEST) and not (folder / name).is_symlink())


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
