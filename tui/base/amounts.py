"""Amounts of bytes, days and events as a sentence says them, and moments."""

from __future__ import annotations

from collections.abc import Sequence
from time import gmtime, localtime, strftime

from tui.base.typing import Literal


def size_text(octets: float) -> str:
    """Bytes in the binary unit that keeps the number below 1024: ``40 MiB``, ``1.5 GiB``."""
    value = float(octets)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if abs(value) < 1023.95:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 9.95 or value == int(value) else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def days_text(days: float) -> str:
    """A span given in days, in the unit a person would use: ``40 minutes``, ``6 hours``, ``12 days``, ``4 years``."""
    for amount, unit in ((days / 365.25, "year"), (days, "day"), (days * 24, "hour"), (days * 1440, "minute")):
        limit = 2 if unit in ("year", "day") else 1
        if amount >= limit:
            break
    whole = f"{amount:.0f}" if amount >= 10 else f"{amount:.1f}".removesuffix(".0")
    if unit == "year" and amount >= 100:
        return "more than 100 years"
    return f"{whole} {unit}" if whole == "1" else f"{whole} {unit}s"


def age_text(seconds: float) -> str:
    """How long ago something was, given in seconds: ``5 min ago``, ``3 h ago``, ``2 d ago``; ``3 h ahead`` by a clock that is ahead."""
    away = abs(seconds)
    span = f"{away / 60:.0f} min" if away < 3_570 else f"{away / 3_600:.0f} h" if away < 171_000 else f"{away / 86_400:.0f} d"
    return f"{span} ahead" if seconds <= -30 else f"{span} ago"


def duration_text(seconds: float) -> str:
    """A span given in seconds, in the unit a person would use."""
    if seconds < 0.0005:
        return "no time"
    if seconds < 0.95:
        milliseconds = seconds * 1000
        return f"{milliseconds:.0f} ms" if milliseconds < 99.5 else f"{round(milliseconds, -1):.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def count_text(number: float) -> str:
    """A number of events with its thousands apart: ``12,500``."""
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def share_text(part: float, whole: float) -> str:
    """*part* of *whole* in percent: ``3 %``; below one half percent but not nothing ``under 1 %``."""
    if whole <= 0:
        return "0 %"
    percent = 100 * part / whole
    return "under 1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"


def listed(things: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1] if things else ""


MOST_TOLD = 3
"""How many of many things are told one by one."""


def first_of(things: Sequence[str], most: int = MOST_TOLD, between: str = ", ") -> str:
    """At most *most* of *things*, and how many more there are: ``a, b, c and 2 more``."""
    more = f" and {len(things) - most} more" if len(things) > most else ""
    return between.join(things[:most]) + more


def quoted(texts: Sequence[str], *, more: int = 0) -> str:
    """Rules or lines in quotation marks, the first of them where there are many: ``“-w /a”; “-w /b”; “-w /c” and 2 more``; *more* are those
    that are not among *texts*."""
    return first_of([*(f"“{text}”" for text in texts), *[""] * more], between="; ")


def utc_text(seconds: float) -> str:
    """A moment, given in seconds since 1970, in UTC: ``2026-11-24T09:00:00Z``."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def utc_milliseconds(seconds: float) -> str:
    """A moment, given in seconds since 1970, in UTC to the millisecond, as auditd writes it: ``2026-11-24T09:00:00.721Z``."""
    whole, part = divmod(round(seconds * 1000), 1000)  # a record's .721 is .72099… as a float
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(whole)) + f".{part:03d}Z"


def local_text(seconds: float, form: Literal["minute", "second", "millisecond"] = "second", *, zone: bool = False) -> str:
    """A moment, given in seconds since 1970, in this machine's time zone: ``2026-11-24 10:00``, ``2026-11-24 10:00:00``, ``10:00:00.721`` as a
    time of day; with *zone* named after it. Without it the zone is named where the moment stands: above a column, or before in the text."""
    whole, part = divmod(round(seconds * 1000), 1000)  # a record's .721 is .72099… as a float
    if form == "millisecond":
        text = strftime("%H:%M:%S", localtime(whole)) + f".{part:03d}"
    else:
        text = strftime({"minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}[form], localtime(seconds))
    return f"{text} {zone_text(seconds)}" if zone else text


def zone_text(*moments: float) -> str:
    """This machine's time zone at *moments*, given in seconds since 1970: ``UTC``, ``UTC+01:00``, or ``UTC+01:00/+02:00`` where summer time came
    or went between them; without any at the epoch."""
    offsets = sorted({localtime(moment).tm_gmtoff or 0 for moment in moments or (0.0,)})
    told = [f"{'-' if offset < 0 else '+'}{abs(offset) // 3600:02d}:{abs(offset) % 3600 // 60:02d}" for offset in offsets]
    return "UTC" if offsets == [0] else "UTC" + "/".join(told)
