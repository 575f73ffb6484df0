"""Drift in words and as JSON: what passed in an earlier check of a host and no longer does, since when, and which line or fact went."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.base.amounts import local_text, utc_text
from tui.base.typing import Any
from tui.fleet.documents import CheckedHost, Verdict
from tui.verdict.words import told_state
from tui.views.page import Line, Page
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, result_sign

NOW = {"fail": "fails now", "notapplicable": "does not apply now", "unknown": "cannot be told now", "error": "cannot be told now"}


def drift_views(now: CheckedHost) -> list[dict[str, Any]]:
    """What ``check --json`` tells as ``drift``: each control that passed in an earlier check and does not in *now*, in the order of *now*."""
    return [
        {
            "control": verdict.control,
            "slug": verdict.slug,
            "path": verdict.path,
            "was": verdict.drift.was,
            "now": verdict.state,
            "result": verdict.result,
            "since": "" if verdict.drift.epoch is None else utc_text(verdict.drift.epoch),
            "gone": list(verdict.drift.gone),
            "why": why_not_judged(verdict),
        }
        for verdict in now.verdicts
        if verdict.drift is not None
    ]


def against_view(then: CheckedHost, now: CheckedHost) -> dict[str, Any]:
    """What ``check --json`` tells as ``against``: the earlier check *then*, and what makes it another question than *now*."""
    return {
        "host": then.name,
        "benchmark": then.benchmark,
        "time": "" if then.epoch is None else utc_text(then.epoch),
        "differs": list(now.compared or ()),
    }


def why_not_judged(verdict: Verdict) -> str:
    """Why a control is not judged any more; "" for one that fails, of which the rules and facts tell that went."""
    return "" if verdict.result == "fail" else next(iter(verdict.reasons), "")


def drift_lines(now: CheckedHost, width: int, signs: Signs) -> list[Line]:
    """The drift of *now* in words: first what makes the earlier check another question, then each control, an empty line between two; times
    local."""
    page = Page(width, signs)
    for text in now.compared or ():
        page.say((f"{signs.warn} ", "warn"), text, hanging=2)
    found = [verdict for verdict in now.verdicts if verdict.drift is not None]
    if not found:
        page.gap()
        page.say("Nothing that passed in the earlier check fails now.")
    for verdict in found:
        page.gap()
        when = "" if verdict.drift is None or verdict.drift.epoch is None else f" on {local_text(verdict.drift.epoch, zone=True)}"
        state = f" ({told_state(verdict.state)})" if verdict.result == "fail" else ""
        page.say(
            (f"{result_sign(verdict.result, signs)} {verdict.control}", RESULT_ROLES[verdict.result]),
            f" {verdict.path} passed{when} and {NOW[verdict.result]}{state}.",
            hanging=2,
        )
        if why_not_judged(verdict):
            page.say(why_not_judged(verdict), indent=2)
        for text in verdict.drift.gone if verdict.drift else ():
            page.say(f"Gone: {text}", indent=2, hanging=2)
    return page.lines


def minute_text(epoch: float) -> str:
    """A moment to the minute, local, with its zone."""
    return local_text(epoch, "minute", zone=True)


def since_text(epochs: Sequence[int | None], moment: Callable[[float], str] = minute_text) -> str:
    """When a control last passed on several hosts, each *moment* in words: ``on …``, or ``from … to …``; "" where none tells."""
    told = sorted(epoch for epoch in epochs if epoch is not None)
    if not told:
        return ""
    first, last = moment(told[0]), moment(told[-1])
    return f"on {first}" if first == last else f"from {first} to {last}"
