"""One host of a fleet as a page: its verdicts, each with its reasons and its way out."""

from __future__ import annotations

from tui.base.amounts import local_text
from tui.fleet.documents import CheckedHost
from tui.views.fleet.terminal import state_words
from tui.views.page import Line, Page
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, result_sign


def host_lines(host: CheckedHost, width: int, signs: Signs) -> list[Line]:
    """The page of *host*, as its document has it."""
    page = Page(width, signs, indent=2)
    checked = f", checked {local_text(host.epoch, 'minute')}" if host.epoch is not None else ""
    page.say((host.name, "strong"), f": benchmark {host.benchmark}{checked}, from {host.source}")
    for name, value in host.facts:
        page.say((f"{name:<8}", "dim"), value, hanging=8)
    for verdict in host.verdicts:
        page.gap()
        sign, role = result_sign(verdict.result, signs), RESULT_ROLES[verdict.result]
        page.say((f"{sign} {verdict.control}", role), f"  {verdict.path}: ", (state_words(verdict.state), role), hanging=2)
        if verdict.waiver:
            page.say((f"Waived: {verdict.waiver}", "warn"), indent=2)
        for reason in verdict.reasons:
            page.prose(reason, indent=2)
        for line in (line for text in verdict.fix for line in text.splitlines()):
            page.say((line, "code"), indent=4, hanging=4)
    return page.lines
