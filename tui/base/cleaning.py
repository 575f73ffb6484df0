"""clean(): whatever came from outside (files, commands, YAML, host names) made safe to show and to log."""

from __future__ import annotations

import re

# C0 and C1 controls, DEL, lone surrogates, bidirectional controls, zero-width and other invisible format characters, and
# every blank but the plain one: auditctl splits at that one alone.
_UNSAFE = (
    "[\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_OUR_SIGNS = dict.fromkeys(map(ord, "“”‘’–—…·→×✓✗"))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return "^" + chr(code + 0x40)
    if code == 0x7F:
        return "^?"
    if code < 0xA0:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte that was no UTF-8, kept by surrogateescape
    return f"<U+{code:04X}>"


def clean(text: str, *, lines: bool = False) -> str:
    """*text* with every control, bidirectional and invisible character written out (``^[``, ``\\x9b``, ``<U+202E>``).

    With ``lines`` the newline survives and a tab becomes four blanks, for text that is shown as several lines.
    """
    if text.isprintable() and (text.isascii() or text.translate(_OUR_SIGNS).isascii()):
        return text  # as most is: the pattern alone takes a hundredth of a check to compile
    if not lines:
        return re.sub(_UNSAFE, _visible, text)
    return "\n".join(re.sub(_UNSAFE, _visible, line.replace("\t", "    ")) for line in text.split("\n"))


def in_words(problem: BaseException) -> str:
    """What an exception says to a person: a path and what is the matter with it, without the number of the error."""
    if isinstance(problem, OSError) and problem.strerror:
        words = f"{problem.filename}: {problem.strerror}" if problem.filename else problem.strerror
        return words.rstrip(".")
    return str(problem).rstrip(".")


def clean_bytes(data: bytes, *, lines: bool = False) -> str:
    """*data* decoded as UTF-8 and cleaned; a byte that is no UTF-8 shows as ``\\xNN``."""
    return clean(data.decode("utf-8", "surrogateescape"), lines=lines)
