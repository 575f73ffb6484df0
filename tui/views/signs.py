"""The few glyphs that stand beside the words, and their ASCII twins for terminals that cannot show them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Signs:
    """The few glyphs beside the words, in one width each; ``ascii`` says that nothing else may leave ASCII either. ``keys`` are what a
    walk says for words of the command line: the sentences name options, and a walk has keys for them."""

    ascii: bool
    good: str
    bad: str
    unknown: str
    none: str
    warn: str
    partly: str
    running: str
    waiting: str
    undone: str
    bar_full: str
    bar_empty: str
    keys: Mapping[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """*text* cleaned, and written in ASCII where that is asked for: known glyphs by their nearest signs, others as escapes."""
        safe = _with_keys(clean(text), self.keys) if self.keys else clean(text)
        return _to_ascii(safe) if self.ascii and not safe.isascii() else safe

    def lines(self, text: str) -> str:
        """The same for text of several lines."""
        return "\n".join(map(self.text, text.split("\n")))


UNICODE = Signs(False, "✓", "✗", "?", "–", "!", "~", "▶", "·", "↶", "━", "─")
ASCII = Signs(True, "Y", "N", "?", "_", "!", "~", ">", ".", "<", "=", "-")
"""Letters for yes and no: ``+`` and ``-`` mark a line that a diff adds or removes, ``x`` a permission and a ticked box."""

_ASCII_TWINS = str.maketrans(
    {
        "✓": "Y",
        "✗": "N",
        "–": "-",
        "—": "-",
        "·": ".",
        "•": "*",
        "…": "...",
        "→": "->",
        "←": "<-",
        "↑": "^",
        "↓": "v",
        "▾": "v",
        "▴": "^",
        "▶": ">",
        "↶": "<",
        "━": "=",
        "─": "-",
        "│": "|",
        "×": "x",
        "≤": "<=",
        "≥": ">=",
        "“": '"',
        "”": '"',
        "’": "'",
        "‘": "'",
        "é": "e",
        "ü": "u",
        " ": " ",
    }
)


def _with_keys(text: str, keys: Mapping[str, str]) -> str:
    """*text* with the walk's words in place of the command line's; a command to type stays as it is."""
    if "docker-audit-wizard " in text:
        return text
    for option, words in keys.items():
        for found in reversed([*re.finditer(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text)]):
            begins = not text[: found.start()].strip() or text[: found.start()].rstrip()[-1] in ".!?"
            put = words[:1].upper() + words[1:] if begins and words[:1] != option[:1] else words
            text = text[: found.start()] + put + text[found.end() :]
    return text


def plain_signs(text: str) -> str:
    """*text* with ASCII signs for the known glyphs and its letters as they are, for readers that guess an encoding."""
    return "".join(letter if letter.isalpha() else letter.translate(_ASCII_TWINS) for letter in text)


def _to_ascii(text: str) -> str:
    return text.translate(_ASCII_TWINS).encode("ascii", "backslashreplace").decode("ascii")


def wants_ascii(environ: Mapping[str, str], encoding: str | None) -> bool:
    """Whether the locale or the stream's encoding cannot show our glyphs.

    The locale is the first of LC_ALL, LC_CTYPE and LANG that is not empty; none, C, POSIX or one that names no UTF-8 means
    ASCII, whatever Python makes of it (PEP 538 and 540 report utf-8 there all the same).
    """
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environ.get(name))), "C")
    if "utf8" not in locale.lower().replace("-", ""):
        return True
    try:
        "✓✗▶↶·–━─…→".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def signs_for(environ: Mapping[str, str], encoding: str | None) -> Signs:
    """The sign set for a stream of that encoding in that environment."""
    return ASCII if wants_ascii(environ, encoding) else UNICODE
