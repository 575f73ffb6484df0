"""Two rows side by side, for tests: ``zip`` knows ``strict`` only since Python 3.10."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def paired(first: Iterable[A], second: Iterable[B]) -> list[tuple[A, B]]:
    """The items of *first* each with its own of *second*; a row that is longer than the other fails the test."""
    one, other = list(first), list(second)
    assert len(one) == len(other), "one row is longer than the other"
    return list(zip(one, other))
