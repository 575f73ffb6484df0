"""Hypothesis strategies for the values that documents hold, made from the dataclasses' own types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin

from hypothesis import strategies as st

from tui.audit.rule.value import Rule
from tui.audit.value_checks import check_amount, check_day, check_enabled, check_moment
from tui.base.dataclass import Field, fields, is_dataclass
from tui.base.typing import Literal, Union
from tui.documents.field_types import field_types

# fmt: off
NASTY = (
    "", " ", "on", "Off", "y", "4.10", "12:30", "1_000", "0o7", "0x1f", "1e3", ".5", "~", "null", "true", "<<", "=", "2026-11-24",
    "-", "- a", "-w /usr/bin/containerd -p rwxa -k docker", "a: b", "a:", ":a", "a #b", "#a", "%a", "@a", "`a`", "!a", "&a", "*a",
    "|", ">", "{a}", "[a]", "a, b", "'a'", '"a"', "---", "...", "? a", "a\tb", "\ta", "a\r\nb\r\n", "\r", "\0", "\x1b[31m", "\x85",
    "\u2028", "\ufeff", "\u202e", "\U0001f600", "é", "\x7f", "base64:", "base64:AAAA", "unknown", "a" * 2000, "/x y/" * 300,
    "\n", "\n\n", "a\n", "a\n\n", "\n a\n", " a\nb", "a \nb", "a\n\n\nb", "a\n  b\n", "-w /a\n---\n...\n# c\n", "  \n",
    "a\n  ",
)
# fmt: on
"""Texts that YAML is known to read or write in surprising ways."""


@st.composite
def raw_bytes(draw: st.DrawFn) -> bytes:
    """What a file of the host may hold."""
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return draw(st.binary(max_size=40))
    return draw(st.sampled_from(range(len(NASTY))).map(NASTY.__getitem__) if kind == 1 else st.text(max_size=40)).encode()


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Text as a host gives it: whatever its bytes decode to, those that are no UTF-8 kept as surrogates."""
    return draw(raw_bytes()).decode("utf-8", "surrogateescape")


@st.composite
def values(draw: st.DrawFn, kind: Any, rules: tuple[Rule, ...]) -> Any:
    """A value of the type *kind*; audit rules are chosen from *rules*."""
    return draw(_strategy(kind, rules))


@cache
def _strategy(kind: Any, rules: tuple[Rule, ...]) -> st.SearchStrategy[Any]:
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: texts(),
        bytes: raw_bytes(),
        int: st.integers(-(2**63), 2**64),
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        type(None): st.none(),
    }
    if kind in simple:
        return simple[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_strategy(arguments[0], rules), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(_strategy(arguments[0], rules), max_size=3)
    if origin in (dict, Mapping):
        return st.dictionaries(texts(), _strategy(arguments[1], rules), max_size=3)
    if origin is Union:
        return st.one_of([_strategy(member, rules) for member in arguments])
    if kind is Rule:
        return st.sampled_from(rules)
    assert is_dataclass(kind)
    return _dataclasses(kind, rules)


@st.composite
def _dataclasses(draw: st.DrawFn, kind: Any, rules: tuple[Rule, ...]) -> Any:
    hints = field_types(kind)
    return kind(**{entry.name: draw(_of_field(entry, hints[entry.name], rules)) for entry in fields(kind)})


def _of_field(entry: Field[Any], hint: Any, rules: tuple[Rule, ...]) -> st.SearchStrategy[Any]:
    """Values that the field's own checks let pass."""
    made = _strategy(hint, rules)
    check, check_key = entry.metadata.get("check"), entry.metadata.get("check_key")
    if check_key is check_day:
        return st.dictionaries(st.dates().map(date.isoformat), st.integers(0, 2**40), max_size=3)
    if check is check_enabled:
        return st.integers(0, 2)
    if check not in (check_moment, check_amount):
        return made
    numbers = st.integers(0, 2**63 - 1) if int in (hint, *get_args(hint)) else st.floats(0, 253402300799)
    return st.one_of(st.none(), numbers) if type(None) in get_args(hint) else numbers
