"""From nodes to values: one reader function a type, made once, each noting what is wrong and what was expected."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import get_origin

from tui.audit.inputs import NO_NAMES, Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule, Unreadable
from tui.audit.rule.value import Rule
from tui.base.cleaning import clean
from tui.base.dataclass import MISSING, Field, fields, is_dataclass
from tui.base.typing import Any, Literal, TypeVar, Union, cast, get_args
from tui.documents.field_types import field_types
from tui.documents.problems import DocumentError
from tui.documents.scalars import BASE64_KEY, ambiguous, from_base64
from tui.documents.syntax import Node, Reading, compose

BAD: Any = object()
"""Stands for a value whose problem has been noted."""

Reader = Callable[[Node, Reading], Any]
T = TypeVar("T")

_INT = re.compile(r"-?(?:0|[1-9][0-9]*)|0o[0-7]+")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def _bad(node: Node, reading: Reading, text: str) -> Any:
    reading.note(node, text)
    return BAD


def _wrong(node: Node, reading: Reading, wanted: str) -> Any:
    return BAD if node.kind == "refused" else _bad(node, reading, f"expected {wanted}, found {_shown(node)}")


def _shown(node: Node) -> str:
    if node.kind != "scalar":
        return "a list" if node.kind == "sequence" else "a mapping"
    if node.plain and node.text == "":
        return "nothing"
    text = clean(node.text)
    return f"“{text[:40]}…”" if len(text) > 41 else f"“{text}”"


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    from tui.base.spelling import closest  # only where a word is wrong

    close = closest(word, known)
    return f"; did you mean “{close}”?" if close else ""


# ---- scalars


def _read_base64(node: Node, reading: Reading) -> Any:
    """The bytes of ``{base64: …}``."""
    if len(node.items) != 2 or node.items[0].text != "base64" or node.items[1].kind != "scalar":
        return _wrong(node, reading, "text, or {base64: …} for what is not text")
    try:
        return from_base64(node.items[1].text)
    except ValueError:
        return _wrong(node.items[1], reading, "base64")


def _read_str(node: Node, reading: Reading) -> Any:
    if node.kind == "mapping":
        data = _read_base64(node, reading)
        return data if data is BAD else data.decode("utf-8", "surrogateescape")
    if node.kind != "scalar":
        return _wrong(node, reading, "text")
    if node.plain and ambiguous(node.text):
        if node.text == "":
            return _bad(node, reading, 'expected text, found nothing; write "" for empty text')
        return _bad(node, reading, f'expected text: quote it ("{node.text}"), without quotes YAML may read it as something else')
    return node.text


def _read_bytes(node: Node, reading: Reading) -> Any:
    if node.kind == "mapping":
        return _read_base64(node, reading)
    text = _read_str(node, reading)
    return text if text is BAD else text.encode("utf-8")


def _read_int(node: Node, reading: Reading) -> Any:
    if node.kind == "scalar" and node.plain:
        if _INT.fullmatch(node.text) and len(node.text) < 40:
            number = int(node.text, 8 if node.text.startswith("0o") else 10)
            return number if -(1 << 63) <= number <= 1 << 64 else _wrong(node, reading, "a number of 64 bits at most")
        if re.fullmatch(r"0[0-7]+", node.text):
            return _wrong(node, reading, f"a whole number (0o{node.text[1:]} is how an octal one is written)")
    return _wrong(node, reading, "a whole number without quotes")


def _read_float(node: Node, reading: Reading) -> Any:
    if node.kind == "scalar" and node.plain and _FLOAT.fullmatch(node.text):
        value = float(node.text)
        if math.isfinite(value):
            return value
    return _wrong(node, reading, "a number without quotes")


def _read_bool(node: Node, reading: Reading) -> Any:
    if node.kind == "scalar" and node.plain and node.text in ("true", "false"):
        return node.text == "true"
    return _wrong(node, reading, "true or false")


def _read_int_or_str(node: Node, reading: Reading) -> Any:
    return _read_int(node, reading) if node.plain and _INT.fullmatch(node.text) else _read_str(node, reading)


def _read_rule(node: Node, reading: Reading) -> Any:
    """A rule: its line as auditctl takes it, or for the few that have none a mapping of the rule's parts."""
    if node.kind == "mapping" and not (node.items and node.items[0].text == "base64"):
        return _RULE_PARTS(node, reading)
    text = _read_str(node, reading)
    if text is BAD:
        return BAD
    parsed = parse_line(text, NO_NAMES)
    if isinstance(parsed, AddRule) and not parsed.prepend and not parsed.settings:
        return parsed.rule
    if isinstance(parsed, Unreadable):
        return _bad(node, reading, f"expected one audit rule: {parsed.reason}")
    return _bad(node, reading, "expected one audit rule, a line that begins with -a or -w")


def _read_literal(values: tuple[Any, ...], node: Node, reading: Reading) -> Any:
    text = _read_str(node, reading)
    if text is BAD or text in values:
        return text
    return _bad(node, reading, f"found {_shown(node)}, which is not one of {', '.join(values)}{_did_you_mean(text, values)}")


# ---- collections


def _read_items(make: Callable[[list[Any]], Any], item: Reader, node: Node, reading: Reading) -> Any:
    if node.kind != "sequence":
        return _wrong(node, reading, "a list ([] for none)")
    values = [item(child, reading) for child in node.items]
    return BAD if any(value is BAD for value in values) else make(values)


def _read_key(node: Node, reading: Reading) -> Any:
    if node.kind != "scalar":
        return _wrong(node, reading, "a word as key")
    text = _read_str(node, reading)
    if text is BAD or not text.startswith(BASE64_KEY):
        return text
    try:
        return from_base64(text.removeprefix(BASE64_KEY)).decode("utf-8", "surrogateescape")
    except ValueError:
        return _wrong(node, reading, f"base64 after “{BASE64_KEY}”")


def _pairs(node: Node, reading: Reading) -> Iterator[tuple[str, Node, Node]]:
    """Each key with its node and its value's; a key that is no text or comes twice is a problem and left out."""
    seen: dict[str, int] = {}
    for key, value in zip(node.items[::2], node.items[1::2]):
        text = _read_key(key, reading)
        if text is BAD:
            continue
        if text in seen:
            reading.note(key, f"the key “{text}” is given twice; it first stands in line {seen[text]}")
            continue
        seen[text] = key.line + 1
        yield text, key, value


def _read_mapping(known: tuple[str, ...], item: Reader, node: Node, reading: Reading) -> Any:
    if node.kind != "mapping":
        return _wrong(node, reading, "a mapping ({} for none)")
    values = {}
    for text, key, value in _pairs(node, reading):
        values[text] = item(value, reading) if not known or text in known else _bad(key, reading, _unknown_key(text, known))
    return BAD if any(value is BAD for value in values.values()) else values


def _unknown_key(name: str, known: tuple[str, ...]) -> str:
    return f"unknown key “{name}”" + (_did_you_mean(name, known) or f"; known are {', '.join(known)}")


def _read_union(none: bool, unknown: bool, member: Reader, node: Node, reading: Reading) -> Any:
    if none and node.kind == "scalar" and node.plain and node.text in ("null", "~"):
        return None
    if unknown and node.kind == "mapping" and [key.text for key in node.items[::2]] in (["unknown"], ["unknown", "way_out"]):
        words = [_read_str(value, reading) for value in node.items[1::2]]
        return BAD if any(word is BAD for word in words) else Unknown(*words)
    return member(node, reading)


# ---- dataclasses


def _checked(read: Reader, entry: Field[Any]) -> Reader:
    """*read*, followed by the functions that the field's metadata holds under ``check``, for the value, and ``check_key``, for each
    key of a mapping: they raise ValueError for a bad one."""
    check, check_key = entry.metadata.get("check"), entry.metadata.get("check_key")
    if check_key is not None:
        return functools.partial(_read_with_keys, read, check_key)
    if check is None:
        return read

    def read_and_check(node: Node, reading: Reading) -> Any:
        value = read(node, reading)
        if value is not BAD and value is not None:
            try:
                check(value)
            except ValueError as error:
                return _bad(node, reading, str(error))
        return value

    return read_and_check


def _read_with_keys(read: Reader, check: Callable[[str], None], node: Node, reading: Reading) -> Any:
    value = read(node, reading)
    for text, key, _ in _pairs(node, Reading(reading.name)) if node.kind == "mapping" else ():
        try:
            check(text)
        except ValueError as error:
            value = _bad(key, reading, str(error))
    return value


class _DataclassReader:
    """Reads a mapping as one dataclass, less the fields whose metadata says ``unwritten``. Types are looked up on first use, so that
    they may refer to themselves."""

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls

    @functools.cached_property
    def readers(self) -> Mapping[str, Reader]:
        hints = field_types(self.cls)
        written = (entry for entry in fields(self.cls) if not entry.metadata.get("unwritten"))
        return {entry.name: _checked(reader(hints[entry.name]), entry) for entry in written}

    @functools.cached_property
    def required(self) -> tuple[str, ...]:
        missing = (entry for entry in fields(self.cls) if entry.default is MISSING and entry.default_factory is MISSING)
        return tuple(entry.name for entry in missing)

    def __call__(self, node: Node, reading: Reading) -> Any:
        if node.kind != "mapping":
            return _wrong(node, reading, f"a mapping with the keys {', '.join(self.readers)}")
        values: dict[str, Any] = {}
        for name, key, value in _pairs(node, reading):
            if name in self.readers:
                values[name] = self.readers[name](value, reading)
            else:
                values[name] = _bad(key, reading, _unknown_key(name, tuple(self.readers)))
        for name in self.required:
            if name not in values:
                values[name] = _bad(node, reading, f"the key “{name}” is missing")
        if any(value is BAD for value in values.values()):
            return BAD
        try:
            return self.cls(**values)
        except ValueError as error:
            return _bad(node, reading, str(error))


# ---- the reader of a type

_READERS: dict[Any, Reader] = {
    str: _read_str,
    int: _read_int,
    float: _read_float,
    bool: _read_bool,
    bytes: _read_bytes,
    Union[int, str]: _read_int_or_str,
    Rule: _read_rule,
}
_RULE_PARTS = _DataclassReader(Rule)


def reader(kind: Any) -> Reader:
    """The function that reads a node as the type *kind*, made once. Raises TypeError for a type that documents cannot hold."""
    if kind not in _READERS:
        _READERS[kind] = _make(kind)
    return _READERS[kind]


def _make(kind: Any) -> Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return functools.partial(_read_literal, arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return functools.partial(_read_items, tuple, reader(arguments[0]))
    if origin is frozenset:
        return functools.partial(_read_items, frozenset, reader(arguments[0]))
    if origin in (dict, Mapping) and (arguments[0] is str or get_origin(arguments[0]) is Literal):
        return functools.partial(_read_mapping, get_args(arguments[0]), reader(arguments[1]))
    if origin is Union:
        members = [member for member in arguments if member not in (type(None), Unknown)]
        if len(members) == 1:
            return functools.partial(_read_union, type(None) in arguments, Unknown in arguments, reader(members[0]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _DataclassReader(kind)
    raise TypeError(f"documents cannot hold {kind!r}")


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
