"""One host of a fleet as a page: its verdicts, each with its reasons and its way out; and the help beside it."""

from __future__ import annotations

from collections.abc import Callable

from tui.base.amounts import local_text
from tui.fleet.documents import CheckedHost, Drift
from tui.verdict.words import told_state
from tui.views.drift import minute_text, since_text
from tui.views.fleet.words import apply_text
from tui.views.page import Line, Page
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, result_sign


def host_lines(host: CheckedHost, width: int, signs: Signs, aged: str = "") -> list[Line]:
    """The page of *host*, as its document has it; *aged* is how long ago it was checked, where that is known."""
    page = Page(width, signs, indent=2)
    checked = (
        f", checked {local_text(host.epoch, 'minute', zone=True)}{f' ({aged})' if aged else ''}" if host.epoch is not None else ""
    )
    page.say((f"{host.name}: {fails_text(host)}.", "strong"))
    page.say(f"Benchmark {host.benchmark}{checked}, from {host.source}")
    for name, value in host.facts:
        page.say((f"{name:<8}", "dim"), value, hanging=8)
    for text in host.compared or ():
        page.say((f"{signs.warn} ", "warn"), text, hanging=2)
    for verdict in host.verdicts:
        page.gap()
        sign, role = result_sign(verdict.result, signs), RESULT_ROLES[verdict.result]
        page.say((f"{sign} {verdict.control}", role), f"  {verdict.path}: ", (told_state(verdict.state), role), hanging=2)
        if verdict.waiver:
            page.say((f"Waived: {verdict.waiver}", "warn"), indent=2)
        if verdict.drift is not None:
            page.say((passed_text(verdict.drift), "warn"), indent=2)
            for gone in verdict.drift.gone:
                page.say(f"Gone: {gone}", indent=4, hanging=4)
        for reason in verdict.reasons:
            page.prose(reason, indent=2)
        for text in verdict.fix:
            if text == verdict.apply:
                page.command(apply_text(host, verdict))
            else:
                page.advice(remedy=text, indent=2)
    return page.lines


def fails_text(host: CheckedHost) -> str:
    """How many of those controls fail that apply to a host, waived ones aside: ``3 of 10 fail``; ``nothing to audit`` where none does."""
    applying = sum(verdict.result != "notapplicable" for verdict in host.verdicts)
    return f"{host.fail_count} of {applying} fail" if applying else "nothing to audit"


def passed_text(drift: Drift, moment: Callable[[float], str] = minute_text) -> str:
    """That a control passed in an earlier check, and when."""
    return "It passed in an earlier check" + (f", {since_text([drift.epoch], moment)}." if drift.epoch is not None else ".")


def help_lines(width: int, signs: Signs) -> list[Line]:
    """What the list of hosts shows, and its keys."""
    page = Page(width, signs, indent=2)
    page.say(("Hosts, as their documents have them", "strong"))
    page.prose(
        "A row is a host, the one with the most failing controls first; a column is a control, by the last part of its number, below the rest. "
        "Nothing is judged anew and no machine is read."
    )
    page.gap()
    for sign, words in (
        (signs.good, "passes"),
        (signs.bad, "fails"),
        ("w", "fails, and somebody answers for it"),
        (signs.unknown, "cannot be told"),
        (signs.none, "does not apply"),
    ):
        page.say(f"{sign:<8}", words, hanging=8)
    page.gap()
    for key, words in (
        ("Enter", "opens the host under the cursor: its reasons, and what to do"),
        (
            "s",
            "goes through all hosts, and through those with failures, not fully known, compliant, with nothing to audit, whose check is old, and "
            "where something passed in an earlier check, as far as there are any",
        ),
        ("/", "shows the hosts whose names hold what you type; Enter keeps the filter"),
        ("Esc", "shows all again; where all are shown, quits"),
        ("q", "quits"),
    ):
        page.say((f"{key:<8}", "key"), words, hanging=8)
    return page.lines
