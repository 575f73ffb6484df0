"""Chosen: what is chosen on the overview."""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.session import Session


class Chosen:
    """What is chosen on the overview: the control under the cursor, the marks, the filter's letters. It is there again when a way leads back."""

    def __init__(self) -> None:
        self.slug = "containerd"
        self.marked: set[str] = set()
        self.needle = ""
        self.read: Session | None = None
        """A session that knows what the overview had read when the walk began."""
