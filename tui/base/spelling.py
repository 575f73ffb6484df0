"""closest(): the word that was meant. Import it where a word is wrong, not before: difflib brings much along."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one of *known* that is spelled most like *word*; None where none comes near."""
    return next(iter(get_close_matches(word, list(known), 1)), None)
