"""From values to readable text: block style, keys in the dataclass's order, defaults left out, the same bytes every time."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

import yaml

from tui.audit.inputs import NO_NAMES, Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Rule
from tui.base.dataclass import MISSING, Field, fields, is_dataclass
from tui.base.typing import Any
from tui.documents.scalars import BASE64_KEY, ambiguous, to_base64

_TEXT = "tag:yaml.org,2002:str"


def dump(value: Any) -> str:
    """The dataclass *value* as a document; ``load`` of it gives an equal value.

    Text of several lines is a literal block where YAML allows; what is no UTF-8 becomes ``{base64: …}``. Raises ValueError for what
    a document cannot hold (a number that is not finite, a surrogate that never was a byte).
    """
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=sys.maxsize, sort_keys=False)
    return text


class _Octal(int):
    """A number that people read in octal."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's own dumper: no aliases, lists set in from their key, and where quotes are needed, double ones."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out each time: the reader refuses aliases."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Set a list in from its key."""
        super().increase_indent(flow, False)

    def choose_scalar_style(self) -> Any:
        """The style of a scalar: double quotes, which can hold every character, in place of single ones."""
        style = super().choose_scalar_style()
        return '"' if style == "'" else style

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Quote *text*; where any character of it could play tricks on a terminal, all but ASCII is escaped."""
        self.allow_unicode = text.isprintable()
        super().write_double_quoted(text, split)
        self.allow_unicode = True

    def mapping(self, items: Iterable[tuple[str, Any]], flow: bool = False) -> yaml.Node:
        """A mapping with its items in their order."""
        return self.represent_mapping("tag:yaml.org,2002:map", [(_key(key), content) for key, content in items], flow)


def _key(text: str) -> str:
    return text if _is_unicode(text) and not text.startswith(BASE64_KEY) else BASE64_KEY + to_base64(text)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    """*text* as a block or a plain scalar where nobody can misread it, else in double quotes."""
    if not _is_unicode(text):
        return dumper.mapping([("base64", to_base64(text))], flow=True)
    style = '"' if not text.isascii() or ambiguous(text) else None
    if "\n" in text and text.strip("\n") and text.replace("\n", "").isprintable():
        style = "|"
    return dumper.represent_scalar(_TEXT, text, style)


def _bytes(dumper: _Dumper, data: bytes) -> yaml.Node:
    return _text(dumper, data.decode("utf-8", "surrogateescape"))


def _float(dumper: _Dumper, number: float) -> yaml.Node:
    if not math.isfinite(number):
        raise ValueError(f"a document cannot hold the number {number}")
    return dumper.represent_float(number)


def _octal(dumper: _Dumper, number: _Octal) -> yaml.Node:
    return dumper.represent_scalar(_TEXT, f"0o{number:o}") if number > 7 else dumper.represent_int(number)


def _set(dumper: _Dumper, items: frozenset[Any]) -> yaml.Node:
    return dumper.represent_list(sorted(items))


def _rule(dumper: _Dumper, rule: Rule) -> yaml.Node:
    """The rule as a line, as its parts where no line of auditctl's brings it back."""
    line = unambiguous(rule)
    return _text(dumper, line) if parse_line(line, NO_NAMES) == AddRule(rule) else dumper.mapping(_keys(rule))


def _unknown(dumper: _Dumper, unknown: Unknown) -> yaml.Node:
    return dumper.mapping([("unknown", unknown.reason), *([("way_out", unknown.way_out)] if unknown.way_out else [])])


def _other(dumper: _Dumper, value: Any) -> yaml.Node:
    if isinstance(value, Mapping):
        return dumper.mapping(sorted(value.items()))
    if is_dataclass(value):
        return dumper.mapping(_keys(value))
    raise TypeError(f"documents cannot hold {type(value).__name__}")


def _keys(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a dataclass that differ from their defaults."""
    for entry in fields(value):
        content = getattr(value, entry.name)
        if not (_is_default(content, entry) or entry.metadata.get("unwritten")):
            yield entry.name, _Octal(content) if entry.metadata.get("octal") and content is not None else content


def _is_default(content: Any, entry: Field[Any]) -> bool:
    if entry.default_factory is not MISSING:
        return bool(content == entry.default_factory())
    # 0 == False and 1.0 == 1, but not in a document
    return entry.default is not MISSING and type(content) is type(entry.default) and bool(content == entry.default)


_REPRESENTERS: Mapping[type, Callable[[Any, Any], yaml.Node]] = {
    str: _text,
    bytes: _bytes,
    float: _float,
    _Octal: _octal,
    frozenset: _set,
    Rule: _rule,
    Unknown: _unknown,
    dict: _other,
}
for _kind, _represent in _REPRESENTERS.items():
    _Dumper.add_representer(_kind, _represent)
_Dumper.add_multi_representer(object, _other)
