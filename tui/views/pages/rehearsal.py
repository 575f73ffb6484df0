"""The report of a rehearsal: what was counted for each control, and what that is a day."""

from __future__ import annotations

from collections.abc import Iterator

from tui.base.amounts import count_text, size_text
from tui.base.cleaning import clean
from tui.run.rehearsal.report import Rehearsal


def rehearsal_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """The report for people, line by line; no line is wrapped."""
    yield f"{rehearsal.headline[:1].upper()}{rehearsal.headline[1:]}."
    yield clean(rehearsal.message)
    for each in sorted(rehearsal.controls, key=lambda each: -each.bytes_per_day):
        head = f"{each.control} {clean(each.path)}"
        if each.state == "left-out":
            yield f"  {head}: {clean(each.note)}"
            continue
        note = f"; {clean(each.note)}" if each.note else ""
        yield f"  {head}: {count_text(each.events)} counted, {count_text(each.events_per_day)} events and {size_text(each.bytes_per_day)} a day{note}"
    if rehearsal.mend:
        yield "To mend it by hand:"
        for command in rehearsal.mend:
            yield f"  {clean(command)}"
