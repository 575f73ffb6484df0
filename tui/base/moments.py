"""Moments as people write and read them: a time in the past from a word of the command line, and a time of day where they are."""

from __future__ import annotations

import re
from time import localtime, mktime, strftime, strptime

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_AGO = r"([0-9]{1,6})([smhdw])"
_FORMS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
MOMENT_FORMS = "2026-11-24, 2026-11-24T09:00, 09:00, 90m, 12h, 7d, today or yesterday"
"""The forms that :func:`moment_of` takes, as a sentence names them."""


def moment_of(text: str, now: float) -> float:
    """The moment that *text* names, in seconds since 1970: a local day or time, one in UTC where it ends in Z, or how long before *now*. Raises
    ValueError for another form, and for what lies after *now*."""
    moment = _moment(text.strip(), now)
    if moment > now:
        raise ValueError(f"{text} lies in the future")
    return moment


def _moment(text: str, now: float) -> float:
    if ago := re.fullmatch(_AGO, text):
        return now - int(ago[1]) * _UNITS[ago[2]]
    today = strftime("%Y-%m-%d", localtime(now))
    if text == "today":
        return _local(today)
    if text == "yesterday":
        return _local(strftime("%Y-%m-%d", localtime(_local(today) - 43_200)))
    return _local(f"{today}T{text}" if re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", text) else text.replace(" ", "T"))


def _local(text: str) -> float:
    for form in _FORMS:
        try:
            found = strptime(text.removesuffix("Z"), form)
        except ValueError:
            continue
        if text.endswith("Z"):
            from calendar import timegm  # it brings datetime and locale, for a time in UTC alone

            return float(timegm(found))
        return mktime(found)
    raise ValueError(f"{text!r} is no time; give one as {MOMENT_FORMS}")
