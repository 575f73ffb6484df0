"""Chosen: what is chosen on the overview."""

from __future__ import annotations


class Chosen:
    """What is chosen on the overview: the control under the cursor, the marks, the filter's letters. It is there again when a way leads back."""

    def __init__(self) -> None:
        self.slug = "containerd"
        self.marked: set[str] = set()
        self.needle = ""
