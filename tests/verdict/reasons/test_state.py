"""The reasons of the state itself."""

from __future__ import annotations

from typing import get_args

from tui.verdict.reasons.state import WORDS, Case


def test_each_case_has_its_words() -> None:
    assert WORDS.keys() == set(get_args(Case))
