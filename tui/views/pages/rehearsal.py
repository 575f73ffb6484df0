"""The report of a rehearsal: what was counted for each control, and what that is a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.base.amounts import count_text, share_text, size_text
from tui.base.cleaning import clean
from tui.host.facts import DOCKER_RULES
from tui.run.rehearsal.report import Counted, Rehearsal
from tui.verdict.values import OfferKind
from tui.views.page import Line, Page
from tui.views.signs import Signs

NOTHING_TO_REHEARSE = "There is nothing to rehearse: no planned watch would record anything more."


def narrower_rules(rehearsal: Rehearsal) -> list[tuple[str, ...]]:
    """The lines of each narrower rule that the report offers, in its order."""
    return [narrower.lines for each in _most_first(rehearsal) if each.is_flood for narrower in each.narrower]


def _most_first(rehearsal: Rehearsal) -> list[Counted]:
    return sorted(rehearsal.controls, key=lambda each: -each.bytes_per_day)


def rehearsal_lines(rehearsal: Rehearsal, keys: Sequence[str] = ()) -> Iterator[str]:
    """The report for people, line by line; no line is wrapped. *keys* copy the lines of one narrower rule each."""
    names = iter(keys)
    yield f"{rehearsal.headline[:1].upper()}{rehearsal.headline[1:]}."
    yield clean(rehearsal.message)
    for each in _most_first(rehearsal):
        head = f"{each.control} {clean(each.path)}"
        if each.state == "left-out":
            yield f"  {head}: {clean(each.note)}"
            continue
        note = f"; {clean(each.note)}" if each.note else ""
        yield f"  {head}: {count_text(each.events)} counted, {count_text(each.events_per_day)} events and {size_text(each.bytes_per_day)} a day{note}"
        if each.is_flood:
            yield from _narrower(each, names)
    if rehearsal.mend:
        yield "To mend it by hand:"
        for command in rehearsal.mend:
            yield f"  {clean(command)}"


def rehearsal_page(rehearsal: Rehearsal, width: int, signs: Signs, indent: int = 0, keys: Sequence[str] = ()) -> list[Line]:
    """The same, wrapped in a readable column of *width* columns at most, each line's rest below it. A rule is
    broken only where the screen ends."""
    page = Page(width, signs, indent)
    for line in rehearsal_lines(rehearsal, keys):
        text = line.lstrip(" ")
        page.say(text, indent=len(line) - len(text), hanging=2, width=width if text.startswith("-") else 0)
    return page.lines


def _narrower(counted: Counted, keys: Iterator[str]) -> Iterator[str]:
    """What would record less than a flood, with the figures of both."""
    for narrower in counted.narrower:
        less = share_text(counted.bytes_per_day - narrower.bytes_per_day, counted.bytes_per_day)
        yield f"    With {_NARROWER[narrower.kind]} {count_text(narrower.events)} of them would have been recorded, {less} less:"
        yield f"      {count_text(narrower.events_per_day)} events and {size_text(narrower.bytes_per_day)} a day."
        yield f"      {clean(narrower.text[:1].upper() + narrower.text[1:])}"
        key = next(keys, "")
        copies = f"; key {key} copies what to write" if key else ""
        yield f"      To have it, write into {DOCKER_RULES}, in place of the control's line{copies}:"
        for line in narrower.lines:
            yield f"        {clean(line)}"
        yield "      Then load it: augenrules --load"


_NARROWER: dict[OfferKind, str] = {
    "exclusions": "the later benchmarks' exclusions",
    "writes": "writes and attribute changes alone (-p wa)",
}
