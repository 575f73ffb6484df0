"""Score: how many questions a trainee was asked, how many he had right, and how deep the hints went."""

from __future__ import annotations

from tui.base.dataclass import dataclass

HINTS = 3
"""How many hints a question has: where to look, what decides, the answer."""


@dataclass
class Score:
    """The score of one lesson. An answer after the last hint, which is the answer, does not count as right."""

    asked: int = 0
    right: int = 0
    hints: int = 0

    def answered(self, right: bool, hints: int) -> None:
        """Count an answer that was given after so many *hints*."""
        self.asked += 1
        self.right += right and hints < HINTS
        self.hints += hints

    @property
    def text(self) -> str:
        """The score in a few letters; "" before the first answer."""
        return f"{self.right} of {self.asked} right" if self.asked else ""
