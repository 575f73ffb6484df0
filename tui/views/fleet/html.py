"""A fleet as one page of HTML: no script, nothing from elsewhere, readable in print, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from tui.base.amounts import utc_text
from tui.fleet.documents import CheckedHost, Verdict
from tui.fleet.fleet import Column, Fleet, Told
from tui.verdict.words import told_state
from tui.views.drift import NOW, since_text
from tui.views.fleet.host import fails_text, passed_text
from tui.views.fleet.words import (
    DIFFERS,
    DRIFT,
    FAILS,
    HOSTS,
    KINDS,
    MOST_NAMES,
    TO_DO,
    UNCLEAR,
    apply_text,
    checked_text,
    compared_texts,
    heading,
    headline,
    kind_of,
    legend,
    none_drifted,
    none_fails,
    old_text,
    planning_texts,
    remedy_parts,
    share,
    summary,
    unread_text,
    void_texts,
    whose,
)
from tui.views.signs import UNICODE
from tui.views.words import RESULT_ROLES, result_sign

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --good: #17691f; --bad: #b3261e; --warn: #8a5300; --dim: #666; --head: #8881; }
@media (prefers-color-scheme: dark) { :root { --good: #7bd88a; --bad: #ff9189; --warn: #f1c073; --dim: #aaa; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; }
thead th { background: var(--head); }
td.sign, th.sign { text-align: center; padding: .25rem .4rem; }
td.number { text-align: right; } .age { white-space: nowrap; }
.pass { color: var(--good); } .fail, .error { color: var(--bad); font-weight: 600; } .waived, .unknown { color: var(--warn); }
.notapplicable, .dim { color: var(--dim); }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
[id] { scroll-margin-top: 3rem; } :target { background: var(--head); }
details { margin: .3rem 0; } summary { cursor: pointer; }
@media print { body { margin: 0; max-width: none; } body, code { font-size: 11px; } td.sign, th.sign { padding: .25rem .1rem; }
  tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may fetch or run for the page: nothing but the style that it brings."""
_SIGNS = {kind: result_sign(kind, UNICODE) for kind in RESULT_ROLES} | {"waived": "w"}


def fleet_html(fleet: Fleet) -> str:
    """The text of the page."""
    return "\n".join(_Page(fleet).parts()) + "\n"


class _Page:
    """The page under construction: each host has an address in it, ``#h1``, and its row in the table another, ``#r1``."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._numbers = {host.name: number for number, host in enumerate(fleet.worst_first, 1)}

    def parts(self) -> Iterable[str]:
        fleet = self._fleet
        yield "<!doctype html>"
        yield '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        yield "<title>Docker's audit controls</title>"
        yield f"<style>{_STYLE}</style></head><body>"
        yield "<h1>Docker's audit controls</h1>"
        yield f"<p><strong>{escape(headline(fleet))}</strong> {escape(summary(fleet, utc_text))}</p>"
        if fleet.now is not None:
            yield f'<p class="dim">Made at {utc_text(fleet.now)}; ages are of then.</p>'
        if told := old_text(fleet):
            yield f'<p class="unknown">{escape(told)}</p>'
        if fleet.unread:
            yield f'<p class="fail">{escape(unread_text(fleet))}</p>'
        yield from self._failing()
        yield from self._drift()
        yield from self._told(UNCLEAR, fleet.unclear)
        yield from self._told(TO_DO, fleet.ways_out, planning_texts(fleet))
        yield from self._waived()
        yield from self._table()
        yield from self._differences()
        yield f"<h2>{'Each host' if len(fleet.hosts) > 1 else 'The host'}</h2>"
        for host in fleet.worst_first:
            yield from self._host(host)
        yield "</body></html>"

    def _table(self) -> Iterable[str]:
        yield f'<h2>{heading(HOSTS, self._fleet)}</h2><p class="dim">{escape(legend(self._fleet, _SIGNS))}</p>'
        yield '<table><thead><tr><th scope="col">Host</th>'
        for column in self._fleet.columns:
            yield f'<th scope="col" class="sign" title="{escape(column.path)}">{escape(column.control)}</th>'
        yield '<th scope="col">Fail</th><th scope="col">Checked</th></tr></thead><tbody>'
        for host in self._fleet.worst_first:
            cells = "".join(_cell(host.verdict(column.slug), column) for column in self._fleet.columns)
            row = f'<tr id="r{self._numbers[host.name]}"><th scope="row">{self._link(host.name)}</th>{cells}'
            yield f'{row}<td class="number">{host.fail_count}</td><td>{self._when(host)}</td></tr>'
        yield "</tbody></table>"

    def _when(self, host: CheckedHost) -> str:
        if host.epoch is None:
            return '<span class="dim">not told</span>'
        moment = utc_text(host.epoch).replace("T", " ")  # on paper it parts there
        if self._fleet.age(host) is None:
            return moment
        kind = "unknown" if self._fleet.is_old(host) else "dim"
        return f'{moment} <span class="age {kind}">{checked_text(self._fleet, host)}</span>'

    def _failing(self) -> Iterable[str]:
        yield f"<h2>{heading(FAILS, self._fleet)}</h2>"
        if not self._fleet.failures:
            yield f"<p>{escape(none_fails(self._fleet))}</p>"
            return
        yield "<table><thead><tr><th>Control</th><th>Fails on</th><th>State</th><th>Hosts</th></tr></thead><tbody>"
        for group in self._fleet.failures:
            controls = "<br>".join(f"{escape(column.control)} <code>{escape(column.path)}</code>" for column in group.columns)
            rows = f' rowspan="{len(group.states)}"'
            first = f"<td{rows}>{controls}</td><td{rows}>{share(group, self._fleet)}</td>"
            for state, names in group.states:
                yield f'<tr>{first}<td class="fail">{escape(told_state(state))}</td><td>{self._names(names)}</td></tr>'
                first = ""
        yield "</tbody></table>"

    def _told(self, title: str, told: Told, more: Sequence[str] = ()) -> Iterable[str]:
        """Sentences under *title*, each with its hosts, and *more* of none; nothing where there are none."""
        if told or more:
            yield f"<h2>{heading(title, self._fleet)}</h2><ul>"
            for text, names in told:
                who = self._link(names[0]) if len(names) == 1 else whose(names)
                yield f"<li>{who}: {_remedy(text)}{self._also(names)}</li>"
            for text in more:
                yield f"<li>{_remedy(text)}</li>"
            yield "</ul>"

    def _also(self, names: Sequence[str]) -> str:
        """The hosts of which their share was told."""
        if len(names) == 1:
            return ""
        return f"{'<br>' if len(names) <= MOST_NAMES else ''}{self._names(names, 'which')}"

    def _link(self, name: str) -> str:
        number = self._numbers.get(name)
        return escape(name) if number is None else f'<a href="#h{number}">{escape(name)}</a>'

    def _names(self, names: Sequence[str], many: str = "") -> str:
        """All of them, where they are few at once, else folded away behind *many*, or their number."""
        shown = ", ".join(map(self._link, names))
        return (
            shown if len(names) <= MOST_NAMES else f"<details><summary>{many or f'{len(names)} hosts'}</summary>{shown}</details>"
        )

    def _waived(self) -> Iterable[str]:
        if self._fleet.waived or self._fleet.void:
            yield "<h2>Waived</h2><ul>"
            for control, waiver, names in self._fleet.waived:
                yield f"<li>{escape(control)}: {escape(waiver)}<br>{self._names(names)}</li>"
            for text in void_texts(self._fleet):
                yield f'<li class="waived">{escape(text)}</li>'
            yield "</ul>"

    def _drift(self) -> Iterable[str]:
        fleet = self._fleet
        if not fleet.compared and not fleet.missing:
            return
        yield f"<h2>{DRIFT}</h2>"
        if not fleet.drift:
            yield f"<p>{none_drifted(fleet)}</p>"
        else:
            heads = ("Control", "Path", "Now", "Passed", "Hosts", "Gone")
            yield f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>"
        for group in fleet.drift:
            now = NOW[group.verdict.result] + (f" ({told_state(group.verdict.state)})" if group.verdict.result == "fail" else "")
            gone = "<br>".join(f"<code>{escape(text)}</code>" for text in group.gone)
            yield (
                f"<tr><td>{escape(group.column.control)}</td><td><code>{escape(group.column.path)}</code></td>"
                f'<td class="{group.verdict.result}">{escape(now)}</td>'
                f"<td>{since_text([epoch for _, epoch in group.hosts], utc_text)}</td>"
                f"<td>{self._names([name for name, _ in group.hosts])}</td><td>{gone}</td></tr>"
            )
        if fleet.drift:
            yield "</tbody></table>"
        if told := compared_texts(fleet):
            yield f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in told)}</ul>"

    def _differences(self) -> Iterable[str]:
        if self._fleet.differences:
            yield f"<h2>{DIFFERS}</h2><ul>"
            for name, groups in self._fleet.differences:
                told = "; ".join(f"{escape(value)} on {self._names(names)}" for value, names in groups)
                yield f"<li>{escape(name)}: {told}</li>"
            yield "</ul>"

    def _host(self, host: CheckedHost) -> Iterable[str]:
        """One host, folded away. Its address is inside: a browser that is sent there unfolds it."""
        number = self._numbers[host.name]
        facts = [f"benchmark {host.benchmark}", *(f"{name} {value}" for name, value in host.facts), f"from {host.source}"]
        folded = "<details>" if len(self._fleet.hosts) > 1 else "<details open>"
        yield f"{folded}<summary>{escape(host.name)}: {fails_text(host)}</summary>"
        back = f'<a href="#r{number}">back to its row</a>'
        yield f'<p id="h{number}" class="dim">{escape("; ".join(facts))}; checked {self._when(host)} · {back}</p>'
        yield "<table><thead><tr><th>Control</th><th>Path</th><th>Verdict</th><th>Why, and what to do</th></tr></thead><tbody>"
        for each in host.verdicts:
            kind = kind_of(each)
            verdict = f'<td class="{kind}">{_SIGNS[kind]} {escape(told_state(each.state))}</td>'
            why = "<br>".join(_why(host, each))
            yield f"<tr><td>{escape(each.control)}</td><td><code>{escape(each.path)}</code></td>{verdict}<td>{why}</td></tr>"
        yield "</tbody></table></details>"


def _why(host: CheckedHost, verdict: Verdict) -> Iterable[str]:
    """What passed, who answers for it, the reasons, and what to do, in the order of what is news."""
    if verdict.drift is not None:
        yield escape(passed_text(verdict.drift, utc_text))
        for text in verdict.drift.gone:
            yield f"Gone: <code>{escape(text)}</code>"
    if kind_of(verdict) == "waived":
        yield f"Waived: {escape(verdict.waiver)}"
    yield from map(escape, verdict.reasons)
    for text in verdict.fix:
        yield f"<code>{escape(apply_text(host, verdict))}</code>" if text == verdict.apply else _remedy(text)


def _cell(verdict: Verdict | None, column: Column) -> str:
    if verdict is None:
        return '<td class="sign dim" title="not asked for"></td>'
    kind = kind_of(verdict)
    title = escape(f"{column.control} {verdict.path} {KINDS[kind]}")
    return f'<td class="sign {kind}" title="{title}"><span aria-label="{title}">{_SIGNS[kind]}</span></td>'


def _remedy(text: str) -> str:
    """What to do, its commands as code."""
    parts = (
        [escape(words)] * bool(words) + [f"<code>{escape(command)}</code>"] * bool(command) for words, command in remedy_parts(text)
    )
    return "<br>".join(" ".join(part) for part in parts)
