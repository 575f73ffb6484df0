"""The log's storage on this host: its partition and its growth as pictures in text, and what happens at each limit."""

from __future__ import annotations

from tui.base.amounts import count_text, size_text
from tui.host.facts import HostFacts
from tui.plan.log import log_story
from tui.verdict.host_log import HostLog
from tui.views.page import Line, Page
from tui.views.pictures import partition_bar, sparkline
from tui.views.signs import Signs

WIDEST = 100
"""Columns of a picture: a wider one tells no more."""


def log_text(facts: HostFacts) -> str:
    """The log's storage in a line: how large it can get, where it lies, and how much is free there."""
    story = log_story(HostLog(facts))
    if story is None:
        return "cannot tell: auditd.conf was not read"
    most, where = story.state.bound.max_bytes, story.state.partition
    bound = f"at most {size_text(most)}" if most is not None else "grows without bound"
    if where is None:
        return f"{bound}, in {story.state.conf.settings.log_folder}"
    place = "a partition of its own" if where.dedicated else f"on {where.mount_point}, which it shares"
    free = f", {size_text(where.usable_bytes)} free" if where.usable_bytes is not None else ""
    limit = story.state.limit("admin_space_left")
    low = where.usable_bytes is not None and limit is not None and where.usable_bytes < limit
    less = f", less than admin_space_left ({size_text(limit or 0)})" if low else ""
    stops = f"; {story.state.stop_words}" if story.state.stop_words else ""
    return f"{bound}, {place}{free}{less}{stops}"


def log_lines(facts: HostFacts | None, width: int, signs: Signs) -> list[Line]:
    """Everything known of the audit log's storage; no line is wider than *width* columns."""
    page = Page(width, signs, indent=2)
    page.say(("The audit log's storage", "strong"))
    story = log_story(HostLog(facts)) if facts is not None else None
    if story is None:
        page.say(("cannot tell: auditd.conf was not read", "unknown"))
        return page.lines
    limits = {consequence.text for consequence in story.consequences}
    for sentence in story.summary:
        if sentence not in limits:  # what is told below is told there alone
            page.say(sentence)
    room = min(width - 6, WIDEST)
    log, where = story.state, story.state.partition
    if where is not None and where.size_bytes and where.usable_bytes is not None:
        page.head("Its partition", where.mount_point)
        for line in partition_bar(
            where.size_bytes,
            where.usable_bytes,
            log.log_bytes,
            room,
            bound_bytes=log.bound.max_bytes,
            space_left=log.limit("space_left"),
            admin_space_left=log.limit("admin_space_left"),
            ascii_only=signs.ascii,
        ):
            page.code(line, indent=2)
    if log.growth is not None and log.growth.daily:
        page.head("Its growth, a column a day")
        for line in sparkline(log.growth.daily, room, ascii_only=signs.ascii):
            page.code(line, indent=2)
        for key in log.growth.by_key[:5]:
            page.row(
                f"  {key.key or 'no key'}",
                f"{size_text(key.bytes_per_day)} and {count_text(key.events_per_day)} events a day",
                label_width=24,
            )
    page.head("What happens at each limit")
    for consequence in story.consequences:
        page.say(("! " if consequence.blinds or consequence.stops_host else "  ", "warn"), consequence.text, hanging=2)
    page.head("Keeping old records")
    page.advice(remedy=story.archive)
    return page.lines
