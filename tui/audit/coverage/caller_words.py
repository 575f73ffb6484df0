"""The boxes of :mod:`tui.audit.coverage.callers` in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from tui.audit.coverage.callers import FAILS, HOLDS, SUCCEEDS, Condition, Filters, calls
from tui.audit.coverage.regions import TOP, Box, Ranges, complement
from tui.audit.rule.numbers import ARCH_64BIT, ERRNO_NAMES, UNSET


def describe(filters: Filters, boxes: Iterable[Box], access: str) -> str:
    """The events of *boxes* in words, as ``64-bit programs, auid at least 1000``; ``every caller`` where nothing is left out."""
    phrases = list(dict.fromkeys([_phrase(filters, box, access) for box in boxes]))
    if "every caller" in phrases:
        return "every caller"
    shown = phrases if len(phrases) <= 3 else [*phrases[:3], f"{len(phrases) - 3} more kinds of callers"]
    return "; ".join(shown)


def _phrase(filters: Filters, box: Box, access: str) -> str:
    asked = access, box.calls, tuple(box.ranges.items())
    found = filters.phrases.get(asked)
    if found is None:
        found = filters.phrases[asked] = _in_words(filters, box, access)
    return found


def _in_words(filters: Filters, box: Box, access: str) -> str:
    parts = list(_call_words(filters.machine, box.calls, access))
    for name, ranges in box.ranges.items():
        if isinstance(name, Condition):
            parts.append(name.holds if ranges == HOLDS else name.fails)
        elif name == "exe":
            parts.append(_program_words(filters, ranges))
        elif isinstance(name, tuple):
            parts.append(f"processes started with {_number_words(name[1], ranges)}")
        elif name == "exit":
            parts.append(_exit_words(ranges))
        else:
            parts.append(_number_words(str(name), ranges))
    return ", ".join(parts) or "every caller"


@cache
def _call_words(machine: str, mask: int, access: str) -> list[str]:
    known = calls(machine, access)
    if mask == (1 << len(known)) - 1:
        return []
    parts = []
    by_arch: dict[int, list[tuple[bool, str]]] = {}
    for place, call in enumerate(known):
        by_arch.setdefault(call.arch, []).append((bool(mask >> place & 1), call.name))
    for arch, members in by_arch.items():
        inside = [name for taken, name in members if taken]
        outside = [name for taken, name in members if not taken]
        whose = "64-bit programs" if arch & ARCH_64BIT else "32-bit programs"
        if not outside:
            parts.append(whose)
        elif inside and len(outside) < len(inside) and len(outside) <= 4:
            parts.append(f"{whose} by calls other than {', '.join(outside)}")
        elif inside:
            shown = inside if len(inside) <= 4 else [*inside[:4], f"{len(inside) - 4} more"]
            parts.append(f"{whose} by {', '.join(shown)}")
    if len(parts) == 2 and len(by_arch) == 2:
        halves = [part.removeprefix("64-bit programs ").removeprefix("32-bit programs ") for part in parts]
        return [f"programs {halves[0]}"] if halves[0] == halves[1] else [" and ".join(parts)]
    return parts


def _program_words(filters: Filters, ranges: Ranges) -> str:
    inside = [path for path, number in filters.programs.items() if any(low <= number <= high for low, high in ranges)]
    if ranges and ranges[-1][1] == TOP:
        outside = [path for path in filters.programs if path not in inside]
        return f"programs other than {', '.join(outside[:3])}"
    return f"program {', '.join(inside[:3])}"


def _number_words(name: str, ranges: Ranges) -> str:
    """``auid at least 1000``, ``uid 33``, ``auid unset``, ``uid below 1000 or above 2000``."""
    unset = name in ("auid", "sessionid")
    label = "session" if name == "sessionid" else name
    outside = complement(ranges)
    if len(outside) == 1 and outside[0][0] == outside[0][1] and len(ranges) == (2 if 0 < outside[0][0] < TOP else 1):
        value = outside[0][0]
        return f"{label} set" if unset and value == UNSET else f"{label} other than {value}" if value else f"{label} at least 1"
    words = []
    for low, high in ranges:
        if low == high:
            words.append("unset" if unset and low == UNSET else str(low))
        elif low == 0:
            words.append(f"below {high + 1}")
        elif high == TOP:
            words.append(f"at least {low}" + (" or unset" if unset else ""))
        elif unset and high == UNSET - 1:
            words.append(f"at least {low}")
        else:
            words.append(f"{low} to {high}")
    shown = words if len(words) <= 4 else [*words[:4], "others"]
    return f"{label} {' or '.join(shown)}"


def _exit_words(ranges: Ranges) -> str:
    if ranges == SUCCEEDS:
        return "attempts that succeed"
    if ranges == FAILS:
        return "attempts that fail"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        value = ranges[0][0]
        return f"attempts that end with {_exit_value(value)}"
    outside = complement(ranges)
    if len(outside) == 1 and outside[0][0] == outside[0][1]:
        return f"attempts that do not end with {_exit_value(outside[0][0])}"
    return "attempts with some results"


def _exit_value(value: int) -> str:
    signed = value - (TOP + 1) if value > 0x7FFFFFFF else value
    return f"-{ERRNO_NAMES[-signed]}" if -signed in ERRNO_NAMES else str(signed)
