"""Strict YAML to and from frozen dataclasses: one reader and one writer for controls, host captures and scenarios.

Every problem of a file is reported at once, each with its line. Nothing is ever constructed from a tag, an alias cannot multiply,
and a plain ``4.10`` or ``on`` where text is wanted is an error instead of a number or a truth value.

A field may be str, int, float, bool, bytes, a Literal, ``X | None``, ``X | Unknown``, a tuple or frozenset of one type, a mapping
from str (or a Literal), a dataclass or a :class:`~tui.audit.rule.value.Rule` (written as its line). A field's metadata may hold ``check``, a
function that raises ValueError for a bad value, and ``octal``, for a number that is written so.
"""
