"""Versions of packages: read in one way, and compared in one way where nothing is known of them."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBERS = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)*)")
_DIGITS = 9
"""More than any part of a real version has; a text from outside may have thousands, and int() of those takes long."""


@lru_cache(maxsize=64)  # the audit package's is asked for by each key of auditd.conf
def version(text: str | None) -> tuple[int, ...]:
    """The leading numbers of a package's version, an epoch and a package revision left out (``1:3.0.9-1`` gives 3, 0, 9); () for none."""
    match = _NUMBERS.match(text or "")
    return tuple(int(part[:_DIGITS]) for part in match[1].split(".")) if match else ()


def at_least(text: str | None, *wanted: int) -> bool:
    """Whether the version *text* is known to be *wanted* or newer; a part that is not written counts as 0 (4 is 4.0)."""
    found = version(text)
    return bool(found) and _padded(found, len(wanted)) >= wanted


def before(text: str | None, *wanted: int) -> bool:
    """Whether the version *text* is known to be older than *wanted*. Neither this nor :func:`at_least` holds of an unknown one."""
    return bool(version(text)) and not at_least(text, *wanted)


def _padded(numbers: tuple[int, ...], length: int) -> tuple[int, ...]:
    return numbers + (0,) * (length - len(numbers))
