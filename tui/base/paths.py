"""Questions about paths that their letters answer: is one within another, and which of several folders is the nearest above. Paths are
absolute and normal (no ``..``, no ``//``, no slash at the end but in ``/``)."""

from __future__ import annotations

from collections.abc import Container


def within(path: str, folder: str) -> bool:
    """Whether *path* is *folder* or lies below it."""
    return path == folder or below(path, folder)


def below(path: str, folder: str) -> bool:
    """Whether *path* lies below *folder*, and is not *folder* itself."""
    return folder == "/" != path or path.startswith(folder + "/")


def nearest(path: str, folders: Container[str]) -> str | None:
    """The nearest of *folders* that *path* is within, such as its mount point; None where there is none."""
    while path not in folders:
        if path in ("/", ""):
            return None
        path = path.rpartition("/")[0] or "/"
    return path
