"""Strict YAML to and from frozen dataclasses: one reader and one writer for controls, host captures and scenarios.

Every problem of a file is reported at once, each with its line. Nothing is ever constructed from a tag, an alias cannot multiply,
and a plain ``4.10`` or ``on`` where text is wanted is an error instead of a number or a truth value.

A field may be str, int, float, bool, bytes, a Literal, ``X | None``, ``X | Unknown``, a tuple or frozenset of one type, a mapping
from str (or a Literal), a dataclass or a :class:`~tui.audit.rule.Rule` (written as its line). A field's metadata may hold ``check``, a
function that raises ValueError for a bad value, and ``octal``, for a number that is written so.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from tui.documents.reading import BAD, reader
from tui.documents.syntax import DocumentError, Problem, Reading, compose

__all__ = ["DocumentError", "Problem", "dump", "load"]

T = TypeVar("T")


def load(text: str, name: str, cls: type[T]) -> T:
    """The document *text* as a value of the dataclass *cls*; *name* is what its problems are reported under.

    Raises :class:`DocumentError` with every problem of the file.
    """
    reading = Reading(name)
    root = compose(text, reading)
    value = BAD if root is None else reader(cls)(root, reading)
    if reading.problems:
        raise DocumentError(tuple(sorted(reading.problems, key=lambda problem: (problem.line, problem.column))))
    return cast(T, value)


def dump(value: Any) -> str:
    """The dataclass *value* as a document; :func:`load` of it gives an equal value. Raises what :func:`tui.documents.writing.dump` does."""
    from tui.documents import writing  # a verdict writes none

    return writing.dump(value)
