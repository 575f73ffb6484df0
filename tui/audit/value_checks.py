"""Which values of a host can be: what a document is held to, so that nothing behind it meets a number without a date or a size."""

from __future__ import annotations

import re

END_OF_TIME = 253402300800
"""In seconds since 1970: the first second of the year 10000, which no calendar here reaches."""
_MOST = (1 << 63) - 1


def check_moment(value: float) -> None:
    """Raises ValueError unless *value* is a time in seconds since 1970 that has a date."""
    if not 0 <= value < END_OF_TIME:
        raise ValueError(f"expected seconds since 1970, up to the year 9999, found {value}")


def check_amount(value: float) -> None:
    """Raises ValueError unless *value* is a count or a size that a 64-bit kernel can tell."""
    if not 0 <= value <= _MOST:
        raise ValueError(f"expected a number from 0 to {_MOST}, found {value}")


def check_day(text: str) -> None:
    """Raises ValueError unless *text* is a day written as 2026-11-24."""
    from datetime import date  # asked for documents alone

    try:
        known = re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and date.fromisoformat(text)
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"expected a day written as 2026-11-24, found “{text}”")


def check_enabled(value: int) -> None:
    """Raises ValueError unless *value* is what the kernel says of whether it audits."""
    if value not in (0, 1, 2):
        raise ValueError(f"expected 0 (off), 1 (on) or 2 (locked), found {value}")
