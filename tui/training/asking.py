"""Asking: one step's questions in their order, with the hints that were given and what was answered; screens and line prompts share it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.typing import Literal
from tui.training.questions import Prediction
from tui.training.score import HINTS, Score

HINT = "h"
"""What one types for the next hint."""
Reply = Literal["odd", "hint", "right", "wrong"]


class Asking:
    """The questions of one step, asked one after the other; each is answered once."""

    def __init__(self, predictions: Sequence[Prediction], score: Score) -> None:
        self.predictions = tuple(predictions)
        self._left = list(predictions)
        self._score = score
        self.total = len(self._left)
        self.depth = 0
        """How many hints of the present question were given."""
        self.reply: Reply | None = None
        """What the last line was; right and wrong wait for :meth:`go_on`."""

    @property
    def prediction(self) -> Prediction | None:
        """The question that is asked; None after the last."""
        return self._left[0] if self._left else None

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return self.total - len(self._left) + 1

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints that were given."""
        return self._left[0].hints[: self.depth] if self._left else ()

    @property
    def hints_left(self) -> bool:
        """Whether the present question has another hint; the last one is the answer."""
        return self.depth < HINTS

    @property
    def answered(self) -> bool:
        """Whether the present question has its answer."""
        return self.reply in ("right", "wrong")

    def take(self, line: str) -> Reply:
        """Take what was typed: an answer, or ``h`` for a hint; anything else is odd. Nothing at all takes the answer that the third hint gave."""
        prediction, word = self._left[0], line.strip().lower()
        if not word and not self.hints_left:
            word = prediction.right or "-"
        if word == HINT:
            self.depth = min(HINTS, self.depth + 1)
            self.reply = "hint"
        elif not prediction.takes(word):
            self.reply = "odd"
        else:
            self.reply = "right" if prediction.is_right(word) else "wrong"
            self._score.answered(self.reply == "right", self.depth)
        return self.reply

    def go_on(self) -> None:
        """Go on to the next question."""
        del self._left[0]
        self.depth, self.reply = 0, None
