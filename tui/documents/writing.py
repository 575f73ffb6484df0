"""From values to readable text: block style, keys in the dataclass's order, defaults left out, the same bytes every time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tui.audit.inputs import Names, Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Rule
from tui.base.dataclass import MISSING, Field, fields, is_dataclass
from tui.documents.scalars import BASE64_KEY, ambiguous, to_base64

_PLAIN = re.compile(r"(?:[A-Za-z0-9/_.(+]|-(?=[A-Za-z0-9]))(?:[!-~](?<!:)|:(?=[!-~])|(?<!\A) (?=[!-~](?<!#)))*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\x1b": "\\e"}
_LONGEST_SIMPLE_KEY = 900
"""YAML's own limit is 1024 characters; a longer key is marked with ``?``."""


def dump(value: Any) -> str:
    """The dataclass *value* as a document; ``load`` of it gives an equal value.

    Text of several lines is a literal block where YAML allows; what is no UTF-8 becomes ``{base64: …}``. Raises ValueError for what
    a document cannot hold (a number that is not finite, a surrogate that never was a byte).
    """
    return "\n".join(_mapping_lines(_keys(value))) + "\n"


def _keys(value: Any) -> Iterator[tuple[str, Any]]:
    """What a mapping will hold: the fields of a dataclass that differ from their defaults, or a mapping's items in order."""
    if isinstance(value, Mapping):
        yield from sorted(value.items())
        return
    for entry in fields(value):
        content = getattr(value, entry.name)
        if not _is_default(content, entry):
            yield entry.name, _Octal(content) if entry.metadata.get("octal") and content is not None else content


class _Octal(int):
    """A number that people read in octal."""


def _is_default(content: Any, entry: Field[Any]) -> bool:
    if entry.default_factory is not MISSING:
        return bool(content == entry.default_factory())
    # 0 == False and 1.0 == 1, but not in a document
    return entry.default is not MISSING and type(content) is type(entry.default) and bool(content == entry.default)


def _mapping_lines(items: Iterator[tuple[str, Any]]) -> Iterator[str]:
    for key, content in items:
        written = _key(key)
        first, *rest = _lines(content)
        if len(written) > _LONGEST_SIMPLE_KEY:
            yield f"? {written}"
            written = ""
        yield f"{written}:{first}"
        yield from rest


def _lines(content: Any) -> list[str]:
    """*content* as what follows ``key:`` or ``-``: the rest of that line first, then lines indented by two."""
    if isinstance(content, Rule) and (line := _rule_line(content)) is not None:
        content = line
    if isinstance(content, Unknown):
        content = {"unknown": content.reason} | ({"way_out": content.way_out} if content.way_out else {})
    if isinstance(content, str | bytes):
        block = _block(content)
        return block or [" " + _scalar(content)]
    if isinstance(content, tuple | frozenset):
        entries = sorted(content) if isinstance(content, frozenset) else content
        return ["", *_indented(line for entry in entries for line in _item_lines(entry))] if entries else [" []"]
    if isinstance(content, Mapping) or is_dataclass(content):
        lines = _indented(_mapping_lines(_keys(content)))
        return ["", *lines] if lines else [" {}"]
    return [" " + _scalar(content)]


def _rule_line(rule: Rule) -> str | None:
    """The rule as a line, None for the few rules that no line of auditctl's brings back."""
    line = unambiguous(rule)
    return line if parse_line(line, Names()) == AddRule(rule) else None


def _indented(lines: Iterable[str]) -> list[str]:
    return [line and f"  {line}" for line in lines]


def _item_lines(entry: Any) -> Iterator[str]:
    first, *rest = _lines(entry)
    if first or not rest:
        yield f"-{first}"
        yield from rest
    else:
        yield f"- {rest[0][2:]}"
        yield from rest[1:]


def _scalar(content: Any) -> str:
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, _Octal):
        return f"0o{int(content):o}" if content > 7 else str(int(content))
    if isinstance(content, int):
        return str(content)
    if isinstance(content, float):
        if not math.isfinite(content):
            raise ValueError(f"a document cannot hold the number {content}")
        return repr(content)
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8")
        except UnicodeDecodeError:
            return f"{{base64: {_text(to_base64(content))}}}"
    if not isinstance(content, str):
        raise TypeError(f"documents cannot hold {type(content).__name__}")
    return _text(content) if _is_unicode(content) else f"{{base64: {_text(to_base64(content))}}}"


def _key(text: str) -> str:
    return _text(text) if _is_unicode(text) and not text.startswith(BASE64_KEY) else _text(BASE64_KEY + to_base64(text))


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _text(text: str) -> str:
    """*text* as a plain scalar where nobody can misread it, else in double quotes."""
    if _PLAIN.fullmatch(text) and not ambiguous(text):
        return text
    return '"' + "".join(_ESCAPES.get(character) or _escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(content: str | bytes) -> list[str] | None:
    """Text of several lines as a literal block, None where that would not bring back the very same characters."""
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8")
        except UnicodeDecodeError:
            return None
    lines = content.split("\n")
    body = lines[:-1] if lines[-1] == "" else lines
    if len(lines) < 2 or not any(body) or any(not line.isprintable() or line.endswith(" ") for line in lines):
        return None
    # An empty or indented first line needs the indentation said; more than one line end at the end is kept with "+".
    hint = "2" if not body[0] or body[0].startswith(" ") else ""
    chomp = "-" if lines[-1] != "" else "+" if body[-1] == "" else ""
    return [f" |{hint}{chomp}", *_indented(body)]
