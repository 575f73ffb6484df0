"""A fleet as one page of HTML: no script, nothing from elsewhere, readable in print, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tui.base.amounts import utc_text
from tui.fleet.documents import CheckedHost, Verdict
from tui.fleet.fleet import Column, Fleet
from tui.verdict.words import told_state
from tui.views.drift import NOW, since_text
from tui.views.fleet.host import passed_text
from tui.views.fleet.terminal import (
    MOST_NAMES,
    compared_texts,
    headline,
    summary,
    unread_text,
    void_texts,
)
from tui.views.words import count

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --good: #17691f; --bad: #b3261e; --warn: #8a5300; --dim: #666; --head: #8881; }
@media (prefers-color-scheme: dark) { :root { --good: #7bd88a; --bad: #ff9189; --warn: #f1c073; --dim: #aaa; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; }
thead th { background: var(--head); }
td.sign, th.sign { text-align: center; padding: .25rem .4rem; }
td.number { text-align: right; }
.pass { color: var(--good); } .fail, .error { color: var(--bad); font-weight: 600; } .waived, .unknown { color: var(--warn); }
.notapplicable, .dim { color: var(--dim); }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
details { margin: .3rem 0; } summary { cursor: pointer; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may fetch or run for the page: nothing but the style that it brings."""
_SIGNS = {"pass": "✓", "fail": "✗", "error": "✗", "unknown": "?", "notapplicable": "–", "waived": "w"}
_WORDS = {
    "pass": "passes",
    "fail": "fails",
    "error": "error",
    "unknown": "cannot be told",
    "notapplicable": "does not apply",
    "waived": "fails, and is waived",
}


def fleet_html(fleet: Fleet) -> str:
    """The text of the page."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        "<title>Docker's audit controls</title>",
        f"<style>{_STYLE}</style></head><body>",
        "<h1>Docker's audit controls</h1>",
        f"<p><strong>{escape(headline(fleet))}</strong> {escape(summary(fleet))}</p>",
        *([f'<p class="fail">{escape(unread_text(fleet))}</p>'] if fleet.unread else []),
        *_table(fleet),
        *_drift(fleet),
        *_failing(fleet),
        *_waived(fleet),
        *_differences(fleet),
        "<h2>Each host</h2>",
        *(line for host in fleet.hosts for line in _host(host)),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _kind(verdict: Verdict) -> str:
    return "waived" if verdict.waiver and verdict.result == "fail" else verdict.result


def _table(fleet: Fleet) -> Iterable[str]:
    yield '<table><thead><tr><th scope="col">Host</th>'
    for column in fleet.columns:
        yield f'<th scope="col" class="sign" title="{escape(column.path)}">{escape(column.control)}</th>'
    yield '<th scope="col">Fail</th><th scope="col">Checked</th></tr></thead><tbody>'
    for host in fleet.hosts:
        fails = sum(verdict.fails for verdict in host.verdicts)
        cells = "".join(_cell(host.verdict(column.slug), column) for column in fleet.columns)
        yield f'<tr><th scope="row">{escape(host.name)}</th>{cells}<td class="number">{fails}</td><td>{_when(host)}</td></tr>'
    yield "</tbody></table>"


def _cell(verdict: Verdict | None, column: Column) -> str:
    if verdict is None:
        return '<td class="sign dim" title="not asked for"></td>'
    kind = _kind(verdict)
    title = escape(f"{column.control} {verdict.path} {_WORDS[kind]}")
    return f'<td class="sign {kind}" title="{title}"><span aria-label="{title}">{_SIGNS[kind]}</span></td>'


def _when(host: CheckedHost) -> str:
    return utc_text(host.epoch) if host.epoch is not None else '<span class="dim">not told</span>'


def _failing(fleet: Fleet) -> Iterable[str]:
    if fleet.failures:
        yield "<h2>What fails</h2><table><thead><tr><th>Control</th><th>State</th><th>Hosts</th></tr></thead><tbody>"
    for columns, states in fleet.failures:
        controls = "<br>".join(f"{escape(column.control)} <code>{escape(column.path)}</code>" for column in columns)
        for state, names in states:
            cells = f'<td>{controls}</td><td class="fail">{escape(told_state(state))}</td>'
            yield f"<tr>{cells}<td>{_names(names)}</td></tr>"
    if fleet.failures:
        yield "</tbody></table>"


def _names(names: Iterable[str]) -> str:
    """All of them, the first few at once and the others folded away."""
    shown = [escape(name) for name in names]
    if len(shown) <= MOST_NAMES:
        return ", ".join(shown)
    return f"<details><summary>{len(shown)} hosts</summary>{', '.join(shown)}</details>"


def _waived(fleet: Fleet) -> Iterable[str]:
    if fleet.waived or fleet.void:
        yield "<h2>Waived</h2><ul>"
        for host, each in fleet.waived:
            yield f"<li>{escape(each.control)} on {escape(host.name)}: {escape(each.waiver)}</li>"
        for text in void_texts(fleet):
            yield f'<li class="waived">{escape(text)}</li>'
        yield "</ul>"


def _drift(fleet: Fleet) -> Iterable[str]:
    if not fleet.compared and not fleet.missing:
        return
    yield "<h2>What passed earlier and does not now</h2>"
    if not fleet.drift:
        yield f"<p>Nothing, on the {count(fleet.compared, 'host')} that an earlier check tells of.</p>"
    else:
        heads = ("Control", "Path", "Now", "Passed", "Hosts", "Gone")
        yield f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>"
    for group in fleet.drift:
        now = NOW[group.verdict.result] + (f" ({told_state(group.verdict.state)})" if group.verdict.result == "fail" else "")
        gone = "<br>".join(f"<code>{escape(text)}</code>" for text in group.gone)
        yield (
            f"<tr><td>{escape(group.column.control)}</td><td><code>{escape(group.column.path)}</code></td>"
            f'<td class="{group.verdict.result}">{escape(now)}</td><td>{since_text([epoch for _, epoch in group.hosts], utc_text)}</td>'
            f"<td>{_names([name for name, _ in group.hosts])}</td><td>{gone}</td></tr>"
        )
    if fleet.drift:
        yield "</tbody></table>"
    if told := compared_texts(fleet):
        yield f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in told)}</ul>"


def _differences(fleet: Fleet) -> Iterable[str]:
    if fleet.differences:
        yield "<h2>What differs between the hosts</h2><ul>"
        for name, groups in fleet.differences:
            told = "; ".join(f"{escape(value)} on {_names(names)}" for value, names in groups)
            yield f"<li>{escape(name)}: {told}</li>"
        yield "</ul>"


def _host(host: CheckedHost) -> Iterable[str]:
    fails = sum(verdict.fails for verdict in host.verdicts)
    facts = "; ".join([f"benchmark {host.benchmark}", *(f"{name} {value}" for name, value in host.facts), f"from {host.source}"])
    yield f"<details><summary>{escape(host.name)}: {fails} of {len(host.verdicts)} fail</summary>"
    yield f'<p class="dim">{escape(facts)}</p>'
    yield "<table><thead><tr><th>Control</th><th>Path</th><th>Verdict</th><th>Why, and what to do</th></tr></thead><tbody>"
    for each in host.verdicts:
        kind = _kind(each)
        why = "<br>".join(
            escape(reason) for reason in ([f"Waived: {each.waiver}"] if kind == "waived" else []) + list(each.reasons)
        )
        if each.drift is not None:
            passed = [
                escape(passed_text(each.drift, utc_text)),
                *(f"Gone: <code>{escape(text)}</code>" for text in each.drift.gone),
            ]
            why = "<br>".join([*passed, *([why] if why else [])])
        fix = "".join(f"<br><code>{escape(line)}</code>" for text in each.fix for line in text.splitlines())
        verdict = f'<td class="{kind}">{_SIGNS[kind]} {escape(told_state(each.state))}</td>'
        yield f"<tr><td>{escape(each.control)}</td><td><code>{escape(each.path)}</code></td>{verdict}<td>{why}{fix}</td></tr>"
    yield "</tbody></table></details>"
