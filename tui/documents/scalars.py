"""What text a scalar stands for: shared by the reader and the writer, so that each is the other's inverse.

base64 is imported where text is no text, which is seldom."""

from __future__ import annotations

import re
from functools import cache

import yaml

BASE64_KEY = "base64:"
"""A mapping's key that begins so holds, in base64, text that YAML cannot hold (or that begins so itself)."""

_ALSO_AMBIGUOUS = re.compile(r"[yYnN]|0o[0-7]+|[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@cache
def ambiguous(text: str) -> bool:
    """Whether some YAML reads the plain scalar *text* as something else than text (``on``, ``4.10``, ``12:30``, ``~`` …)."""
    if text == "":
        return True
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    known = (*resolvers.get(text[0], ()), *resolvers.get(None, ()))
    return bool(_ALSO_AMBIGUOUS.fullmatch(text)) or any(pattern.match(text) for _tag, pattern in known)


def to_base64(text: str | bytes) -> str:
    """*text* in base64; bytes that were no UTF-8 come back from their surrogates (PEP 383).

    Raises UnicodeEncodeError for a surrogate that never was a byte.
    """
    import base64

    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """The inverse of :func:`to_base64`; blanks and line ends do not matter. Raises ValueError."""
    import base64

    return base64.b64decode("".join(text.split()), validate=True)
