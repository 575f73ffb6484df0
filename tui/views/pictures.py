"""Pictures in text: a bar of the log's partition and a sparkline of its growth, readable without colour and in ASCII."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import share_text, size_text

_UNICODE = ("█", "▒", "░")
_ASCII = ("L", "#", ".")
_LEVELS = "▁▂▃▄▅▆▇█"
_LEVELS_ASCII = "123456789"
_LEAST_WIDTH = 20


def partition_bar(
    size_bytes: int,
    free_bytes: int,
    log_bytes: int,
    width: int,
    *,
    bound_bytes: int | None = None,
    space_left: int | None = None,
    admin_space_left: int | None = None,
    ascii_only: bool = False,
) -> list[str]:
    """Lines that show what is used of a partition, by the audit log and by all else, what is free, and where limits lie.

    Used space grows from the left; below the bar, ``S`` marks where ``space_left`` is reached, ``A`` ``admin_space_left`` and ``B``
    how far the log's bound would take it. All amounts in bytes; no line is longer than *width* (20 at least).
    """
    width = max(width, _LEAST_WIDTH)
    room = width - 2
    size = max(size_bytes, 1)
    free = min(max(free_bytes, 0), size)
    log = min(max(log_bytes, 0), size - free)
    other = size - free - log
    cells = _cells((log, other, free), room)
    signs = _ASCII if ascii_only else _UNICODE
    lines = ["[" + "".join(sign * count for sign, count in zip(signs, cells)) + "]"]
    marks: list[tuple[str, str, int]] = []
    if space_left:
        marks.append(("S", "space_left", size - space_left))
    if admin_space_left:
        marks.append(("A", "admin_space_left", size - admin_space_left))
    if bound_bytes:
        marks.append(("B", "log at its largest", other + bound_bytes))
    ruler = [" "] * room
    for letter, _, at in marks:
        wanted = min(max(at * room // size, 0), room - 1)
        free_place = min((place for place in range(room) if ruler[place] == " "), key=lambda place: abs(place - wanted))
        ruler[free_place] = letter
    if marks:
        lines.append((" " + "".join(ruler)).rstrip())
    legend = [
        f"{sign} {name} {size_text(amount)} ({share_text(amount, size)})"
        for sign, name, amount in zip(signs, ("audit log", "other", "free"), (log, other, free))
    ]
    for letter, name, at in marks:
        if letter == "B":
            past = " - more than there is room for" if at > size else ""
            legend.append(f"B {name} {size_text(bound_bytes or 0)}{past}")
        else:
            legend.append(f"{letter} {name} {size_text(size - at)}{' - less is free' if free < size - at else ''}")
    return lines + _wrapped(legend, width)


def sparkline(daily: Sequence[tuple[str, int]], width: int, *, ascii_only: bool = False) -> list[str]:
    """Lines that show bytes a day, oldest left, one column a day; the last *width* days (20 at least). In ASCII the columns are
    digits from 1 to 9, a day without any record is a dot or a blank."""
    width = max(width, _LEAST_WIDTH)
    days = list(daily)[-width:]
    if not days:
        return ["no growth to show yet"]
    most = max(amount for _, amount in days)
    levels = _LEVELS_ASCII if ascii_only else _LEVELS
    empty = "." if ascii_only else " "
    column = "".join(levels[(amount * len(levels) - 1) // most] if amount > 0 else empty for _, amount in days)
    total = sum(amount for _, amount in days)
    first, last = days[0][0], days[-1][0]
    span = first if first == last else f"{first} to {last}"
    return [column, *_wrapped([f"{span} (UTC)", f"most in a day {size_text(most)}", f"in all {size_text(total)}"], width)]


def _cells(parts: Sequence[int], room: int) -> list[int]:
    """*room* cells shared among *parts*: in proportion, but one at least for each part that is not nothing."""
    total = sum(parts)
    cells = [max(part * room // total, 1) if part else 0 for part in parts]
    largest = max(range(len(parts)), key=lambda at: parts[at])
    cells[largest] += room - sum(cells)
    return cells


def _wrapped(pieces: Sequence[str], width: int) -> list[str]:
    """*pieces* two blanks apart, on as many lines as they need; a piece longer than a line breaks at its blanks."""
    lines: list[str] = []
    for piece in pieces:
        joined = f"{lines[-1]}  {piece}" if lines else piece
        if lines and len(joined) <= width:
            lines[-1] = joined
        elif len(piece) <= width:
            lines.append(piece)
        else:
            line = ""
            for word in piece.split(" "):
                if line and len(line) + 1 + len(word) > width:
                    lines.append(line)
                    line = "  " + word
                else:
                    line = f"{line} {word}" if line else word
            lines.append(line)
    return lines
