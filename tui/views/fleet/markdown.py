"""A fleet as Markdown, for a ticket or a merge request."""

from __future__ import annotations

from tui.base.amounts import utc_text
from tui.fleet.documents import Verdict
from tui.fleet.fleet import Fleet
from tui.verdict.words import told_state
from tui.views.fleet.terminal import (
    compared_texts,
    drift_text,
    headline,
    named,
    summary,
    unread_text,
    void_texts,
)
from tui.views.signs import UNICODE
from tui.views.words import count, result_sign


def fleet_markdown(fleet: Fleet) -> str:
    """The text of the file: a table of hosts against controls, then what fails, what is waived, what differs."""
    columns = fleet.columns
    lines = ["# Docker's audit controls", "", _text(headline(fleet)), "", _text(summary(fleet)), ""]
    lines += [f"**{_text(unread_text(fleet))}**", ""] if fleet.unread else []
    lines.append("| host | " + " | ".join(column.control for column in columns) + " | fail | checked |")
    lines.append("|---|" + ":-:|" * len(columns) + "--:|---|")
    for host in fleet.hosts:
        signs = " | ".join(_sign(host.verdict(column.slug)) for column in columns)
        fails = sum(verdict.fails for verdict in host.verdicts)
        checked = utc_text(host.epoch) if host.epoch is not None else "not told"
        lines.append(f"| {_text(host.name)} | {signs} | {fails} | {checked} |")
    if fleet.failures:
        lines += ["", "## What fails", ""]
    for failing, states in fleet.failures:
        controls = ", ".join(f"**{column.control}** {_text(column.path)}" for column in failing)
        told = "; ".join(f"{told_state(state)}: {named(names)}" for state, names in states)
        lines.append(f"* {controls}: {_text(told)}")
    lines += _drift(fleet)
    if fleet.waived or fleet.void:
        lines += ["", "## Waived", ""]
        lines += [f"* **{each.control}** on {_text(host.name)}: {_text(each.waiver)}" for host, each in fleet.waived]
        lines += [f"* {_text(text)}" for text in void_texts(fleet)]
    if fleet.differences:
        lines += ["", "## What differs between the hosts", ""]
        for name, groups in fleet.differences:
            lines.append(f"* {name}: " + "; ".join(f"{_text(value)} on {_text(named(names))}" for value, names in groups))
    return "\n".join(lines) + "\n"


def _drift(fleet: Fleet) -> list[str]:
    if not fleet.compared and not fleet.missing:
        return []
    lines = ["", "## What passed earlier and does not now", ""]
    if not fleet.drift:
        lines.append(f"* Nothing, on the {count(fleet.compared, 'host')} that an earlier check tells of.")
    for group in fleet.drift:
        names = named([name for name, _ in group.hosts])
        lines.append(f"* **{group.column.control}** {_text(drift_text(group, utc_text))}: {_text(names)}")
        lines += [f"  * Gone: {_text(text)}" for text in group.gone]
    return lines + [f"* {_text(text)}" for text in compared_texts(fleet)]


def _sign(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return "waived" if verdict.waiver and verdict.result == "fail" else result_sign(verdict.result, UNICODE)


def _text(text: str) -> str:
    """*text* with nothing in it that Markdown would take for markup."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text
