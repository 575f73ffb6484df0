"""Waiving: the failures of many hosts that somebody answers for, by their documents and by a file of waivers of today. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.fleet.documents import CheckedHost, Verdict
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
        for told in waivers.void_of(verdict.control, verdict.slug, host.name):
            void.setdefault(told, {})[host.name] = None
        waiver = waivers.of(verdict.control, verdict.slug, host.name)
        return verdict if waiver is None else replace(verdict, waiver=waiver.text, until=waiver.until or "")

    found = [replace(host, verdicts=tuple(waived(host, verdict) for verdict in host.verdicts)) for host in hosts]
    known = {name for host in hosts for verdict in host.verdicts for name in (verdict.control, verdict.slug)}
    for entry in waivers.entries:
        if entry.control not in known:
            void.setdefault(f"The waiver of {clean(entry.control)} covers nothing: no document tells of that control.", {})
    return found, tuple((told, tuple(names)) for told, names in void.items())
