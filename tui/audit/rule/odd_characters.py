"""Odd characters: what looks like a blank, a hyphen, a quote or a letter of the keyboard and is another character, by name."""

from __future__ import annotations

import re
import unicodedata

_DASHES_AND_QUOTES = ("Pd", "Pi", "Pf", "Zs", "Zl", "Zp", "Cf")
_LOOK_ALIKE_SCRIPTS = ("CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL", "ARMENIAN", "CHEROKEE", "LATIN SMALL LETTER DOTLESS")
_SIGNS = "\u2212\u02bc\u2032\u2033\uff0d\u3164\u2800\u115f\u1160\u034f\u2044\u2215\u29f8\ufe68"
"""Minus, primes, slashes and blanks that have another category than what they look like."""
_CONTROLS = {"\t": "TAB", "\r": "CARRIAGE RETURN", "\0": "NUL, as in a UTF-16 file,"}
"""Control characters that editors put where a blank or nothing is meant."""


def odd_characters(text: str) -> tuple[str, ...]:
    """Each such character of *text* once, as ``NO-BREAK SPACE (U+00A0)``; letters of another script only in a word with Latin ones."""
    found = {f"{name} (U+{ord(sign):04X})": None for sign, name in _CONTROLS.items() if sign in text}
    if text.isascii():
        return tuple(found)
    for word in re.split(r"(\W)", text):
        latin = any(sign.isascii() and sign.isalpha() for sign in word)
        for sign in word:
            if not sign.isascii() and (_is_punctuation(sign) or _is_wide(sign) or (latin and _looks_latin(sign))):
                found[f"{unicodedata.name(sign, 'a character without a name')} (U+{ord(sign):04X})"] = None
    return tuple(found)


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign) in _DASHES_AND_QUOTES or sign in _SIGNS


def _is_wide(sign: str) -> bool:
    """Whether *sign* is a character of the keyboard in the width of an ideograph: nobody means that in a rule."""
    return "\uff01" <= sign <= "\uff5e"


def _looks_latin(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(_LOOK_ALIKE_SCRIPTS)
