"""A reader of TOML 1.0 for Pythons older than 3.11, whose library has none: the configuration of containerd is written so.

It takes what ``tomllib`` takes and says the same of it (a test compares them), dates and times apart, which it leaves as text: nothing
here is looked for in one.
"""

from __future__ import annotations

import re

from tui.base.typing import Any, NoReturn

_BLANK = re.compile(r"[ \t]*")
_BLANKS = re.compile(r"(?:[ \t\n]|\r\n|#[^\n\x00-\x08\x0b-\x1f\x7f]*(?=\n|\Z))*")
_COMMENT = re.compile(r"[ \t]*(?:#[^\n\x00-\x08\x0b-\x1f\x7f]*)?(?:\n|\Z)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\.)*)"')
_LITERAL = re.compile(r"'([^'\x00-\x08\x0a-\x1f\x7f]*)'")
_LONG_BASIC = re.compile(r'"""\n?((?:[^"\\\x00-\x08\x0b-\x1f\x7f]|\\[^\x00]|"{1,2}(?!"))*"{0,2})"""', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''\n?((?:[^'\x00-\x08\x0b-\x1f\x7f]|'{1,2}(?!'))*'{0,2})'''", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|([ \t]*\n[ \t\n]*)|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_WORD = re.compile(r"[A-Za-z0-9+_.:-]+(?: [0-9]{2}:[0-9:.Zz+-]+)?")
_INTEGER = re.compile(r"[+-]?(?:0|[1-9](?:_?[0-9])*)|0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*")
_FLOAT = re.compile(r"[+-]?(?:(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?|inf|nan)")
_MOMENT = re.compile(
    r"(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[Tt ](?=\d)|$))?"
    r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?"
)
_DEEPEST = 200
"""As many arrays and tables as may lie in each other; Python's own stack holds about five times as many."""


class _Made(dict[str, Any]):
    """A table, with how it came about: that decides who may add to it."""

    by = "above"
    """``above``: as the parent of another; ``header``: ``[a]``; ``dotted``: by a dotted key; ``closed``: an inline table."""


class _List(list[Any]):
    """An array of tables, made by ``[[a]]``; another array takes no more."""


def loads(text: str) -> dict[str, Any]:
    """The table that the document *text* holds. Raises ValueError, with the line, for what is no TOML."""
    return _Document(text.replace("\r\n", "\n")).table()


class _Document:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def table(self) -> dict[str, Any]:
        root = current = _Made()
        while True:
            self._take(_BLANKS)
            if self.at >= len(self.text):
                return root
            if self._next("["):
                current = self._header(root)
            else:
                self._pair(current)
            if not self._take(_COMMENT):
                self._fail("something stands behind the end of a statement")

    def _header(self, root: _Made) -> _Made:
        several = self._next("[")
        names = self._key()
        if not self._next("]]" if several else "]"):
            self._fail("a table's name has no end")
        parent = root
        for name in names[:-1]:
            parent = self._within(parent, name)
        last = names[-1]
        if several:
            tables = parent.setdefault(last, _List())
            if not isinstance(tables, _List):
                self._fail(f"{last} is no array of tables")
            tables.append(_Made())
            found: _Made = tables[-1]
        else:
            found = parent.setdefault(last, _Made())
            if not isinstance(found, _Made) or found.by != "above":
                self._fail(f"{last} is given twice")
        found.by = "header"
        return found

    def _within(self, table: _Made, name: str) -> _Made:
        found = table.setdefault(name, _Made())
        if isinstance(found, _List):
            found = found[-1]
        if not isinstance(found, _Made) or found.by == "closed":
            self._fail(f"{name} is no table that can be added to")
        return found

    def _pair(self, table: _Made) -> None:
        names = self._key()
        if not self._next("="):
            self._fail("a key has no value")
        self._take(_BLANK)
        for name in names[:-1]:
            new = name not in table
            found = table.setdefault(name, _Made())
            if new:
                found.by = "dotted"
            elif not isinstance(found, _Made) or found.by != "dotted":
                self._fail(f"{name} is given twice")
            table = found
        if names[-1] in table:
            self._fail(f"{names[-1]} is given twice")
        table[names[-1]] = self._value()

    def _key(self) -> list[str]:
        names = []
        while True:
            self._take(_BLANK)
            if self._peek('"') or self._peek("'"):
                names.append(self._string(short=True))
            else:
                names.append(self._take(_BARE_KEY) or self._fail("a key is missing"))
            self._take(_BLANK)
            if not self._next("."):
                return names

    def _value(self) -> Any:
        if self._peek('"') or self._peek("'"):
            return self._string()
        if self._peek("[") or self._peek("{"):
            self.depth += 1
            if self.depth > _DEEPEST:
                self._fail("arrays lie too deep in each other")
            value: Any = self._array() if self._next("[") else self._inline()
            self.depth -= 1
            return value
        return self._scalar(self._take(_WORD))

    def _scalar(self, word: str) -> Any:
        if word in ("true", "false"):
            return word == "true"
        if _INTEGER.fullmatch(word):
            return int(word.replace("_", ""), 0 if word[:1] == "0" else 10)
        if _FLOAT.fullmatch(word):
            return float(word.replace("_", ""))
        if word and _MOMENT.fullmatch(word):
            return word
        self._fail("a value cannot be understood")

    def _array(self) -> list[Any]:
        values: list[Any] = []
        while True:
            self._take(_BLANKS)
            if self._next("]"):
                return values
            values.append(self._value())
            self._take(_BLANKS)
            if not self._next(",") and not self._peek("]"):
                self._fail("an array has no end")

    def _inline(self) -> _Made:
        self._next("{")
        table = _Made()
        self._take(_BLANK)
        if not self._next("}"):
            while True:
                self._pair(table)
                self._take(_BLANK)
                if self._next("}"):
                    break
                if not self._next(","):
                    self._fail("an inline table has no end")
        _close(table)
        return table

    def _string(self, short: bool = False) -> str:
        for long, quote, pattern in (
            (True, '"""', _LONG_BASIC),
            (True, "'''", _LONG_LITERAL),
            (False, '"', _BASIC),
            (False, "'", _LITERAL),
        ):
            if self._peek(quote) and not (long and short):
                found = pattern.match(self.text, self.at)
                if found is None:
                    self._fail("a text has no end, or holds a control character")
                self.at = found.end()
                return _ESCAPE.sub(self._long_escaped if long else self._escaped, found[1]) if '"' in quote else found[1]
        self._fail("a text is missing")

    def _long_escaped(self, escape: re.Match[str]) -> str:
        return "" if escape[2] else self._escaped(escape)

    def _escaped(self, escape: re.Match[str]) -> str:
        number, _, letter = escape.groups()
        if number:
            code = int(number[1:], 16)
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                self._fail("an escape stands for no character")
            return chr(code)
        return _ESCAPED.get(letter or "") or self._fail("an escape is not known")

    def _peek(self, word: str) -> bool:
        return self.text.startswith(word, self.at)

    def _next(self, word: str) -> bool:
        """Whether *word* comes next; it is passed."""
        found = self._peek(word)
        self.at += len(word) if found else 0
        return found

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        start, self.at = self.at, found.end() if found else self.at
        # At the end of the text nothing is left to take: that counts as the end of a line.
        return self.text[start : self.at] or ("\n" if pattern is _COMMENT and start >= len(self.text) else "")

    def _fail(self, what: str) -> NoReturn:
        raise ValueError(f"{what} (line {self.text.count(chr(10), 0, self.at) + 1})")


def _close(value: Any) -> None:
    """Let nothing be added to the inline table *value*, nor to the tables that its dotted keys have made."""
    if isinstance(value, _Made):
        value.by = "closed"
        for inner in value.values():
            _close(inner)
