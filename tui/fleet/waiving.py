"""Waiving: the failures of many hosts that somebody answers for, by their documents and by a file of waivers of today. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.fleet.documents import CheckedHost, Verdict
from tui.verdict.values import Waiver
from tui.verdict.waivers import Waivers

Void = tuple[tuple[str, tuple[str, ...]], ...]


def with_waivers(hosts: Sequence[CheckedHost], waivers: Waivers) -> tuple[list[CheckedHost], Void]:
    """*hosts* with what *waivers* cover on that day, and the waivers that cover nothing, a sentence each with the hosts where they would.

    What a document says of a waiver counts until that ends. A control is named by its slug, or by its number as the document has it.
    """
    void: dict[str, dict[str, None]] = {}

    def waived(host: CheckedHost, verdict: Verdict) -> Verdict:
        if verdict.result != "fail":
            return verdict
        if verdict.waiver and verdict.until and verdict.until < waivers.today:
            told = f"The waiver of {verdict.control} does not count any more: it ended on {verdict.until}."
            void.setdefault(told, {})[host.name] = None
            verdict = replace(verdict, waiver="", until="")
        if verdict.waiver:
            return verdict
        for each in waivers.void_of(verdict.control, verdict.slug, host.name):
            void.setdefault(each.text, {})[host.name] = None
        waiver = waivers.of(verdict.control, verdict.slug, host.name)
        return verdict if waiver is None else replace(verdict, waiver=waiver.text, until=waiver.until or "")

    found = [replace(host, verdicts=tuple(waived(host, verdict) for verdict in host.verdicts)) for host in hosts]
    for entry in waivers.entries:
        if why := _why_idle(entry, hosts, waivers):
            void.setdefault(f"The waiver of {clean(entry.control)} covers nothing: {why}.", {})
    return found, tuple((told, tuple(names)) for told, names in void.items())


def _why_idle(entry: Waiver, hosts: Sequence[CheckedHost], waivers: Waivers) -> str:
    """Why *entry*, which would count, covers nothing on any of *hosts*; "" where it does, or has been told of."""
    about = [(host, each) for host in hosts for each in host.verdicts if entry.control in (each.control, each.slug)]
    if not about:
        return "no document tells of that control"
    if waivers.why_void(entry):
        return ""
    named = [each for host, each in about if waivers.is_about(entry, host.name)]
    if not named:
        return f"no host is called {clean(listed(entry.hosts))}"
    return "" if any(each.result == "fail" for each in named) else "the control fails on no host that it names"
