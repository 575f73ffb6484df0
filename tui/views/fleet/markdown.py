"""A fleet as Markdown, for a ticket or a merge request."""

from __future__ import annotations

from tui.base.amounts import utc_text
from tui.fleet.documents import CheckedHost, Verdict
from tui.fleet.fleet import Fleet, Told
from tui.verdict.words import told_state
from tui.views.fleet.words import (
    DIFFERS,
    DRIFT,
    FAILS,
    HOSTS,
    TO_DO,
    UNCLEAR,
    checked_text,
    compared_texts,
    drift_text,
    heading,
    headline,
    kind_of,
    legend,
    named,
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

_SIGNS = {kind: result_sign(kind, UNICODE) for kind in RESULT_ROLES} | {"waived": "waived"}


def fleet_markdown(fleet: Fleet) -> str:
    """The text of the file: the result, what fails where, what to do, then a table of hosts against controls, and what differs."""
    lines = ["# Docker's audit controls", "", f"**{_text(headline(fleet))}** {_text(summary(fleet, utc_text))}", ""]
    lines += [f"Made at {utc_text(fleet.now)}; ages are of then.", ""] if fleet.now is not None else []
    lines += [f"**{_text(text)}**\n" for text in (old_text(fleet), unread_text(fleet) if fleet.unread else "") if text]
    lines += [f"## {heading(FAILS, fleet)}", ""]
    for group in fleet.failures:
        controls = ", ".join(f"**{column.control}** {_text(column.path)}" for column in group.columns)
        told = "; ".join(f"{told_state(state)}: {named(names)}" for state, names in group.states)
        lines.append(f"* {controls}, {share(group, fleet)}: {_text(told)}")
    lines += [] if fleet.failures else [f"* {none_fails(fleet)}"]
    lines += _drift(fleet)
    lines += _told(fleet, UNCLEAR, fleet.unclear)
    lines += _to_do(fleet)
    if fleet.waived or fleet.void:
        lines += ["", "## Waived", ""]
        lines += [f"* **{control}** on {_text(named(names))}: {_text(waiver)}" for control, waiver, names in fleet.waived]
        lines += [f"* {_text(text)}" for text in void_texts(fleet)]
    lines += _table(fleet)
    if fleet.differences:
        lines += ["", f"## {DIFFERS}", ""]
        for name, groups in fleet.differences:
            lines.append(f"* {name}: " + "; ".join(f"{_text(value)} on {_text(named(names))}" for value, names in groups))
    return "\n".join(lines) + "\n"


def _told(fleet: Fleet, title: str, told: Told) -> list[str]:
    if not told:
        return []
    items = [f"* {_text(whose(names))}: {_remedy(text)}" + _also(names) for text, names in told]
    return ["", f"## {heading(title, fleet)}", "", *items]


def _also(names: tuple[str, ...]) -> str:
    return f" ({_text(named(names))})" if len(names) > 1 else ""


def _to_do(fleet: Fleet) -> list[str]:
    told, planning = _told(fleet, TO_DO, fleet.ways_out), [f"* {_remedy(text)}" for text in planning_texts(fleet)]
    return [*told, *([] if told or not planning else ["", f"## {heading(TO_DO, fleet)}", ""]), *planning]


def _remedy(text: str) -> str:
    """What to do in one line, its commands as code."""
    told = " ".join(f"{_text(words)} `{command}`".strip() if command else _text(words) for words, command in remedy_parts(text))
    return told.replace("` `", "`, then `")


def _table(fleet: Fleet) -> list[str]:
    columns = fleet.columns
    lines = ["", f"## {heading(HOSTS, fleet)}", "", legend(fleet, _SIGNS), ""]
    lines.append("| host | " + " | ".join(column.control for column in columns) + " | fail | checked |")
    lines.append("|---|" + ":-:|" * len(columns) + "--:|---|")
    for host in fleet.worst_first:
        signs = " | ".join(_sign(host.verdict(column.slug)) for column in columns)
        lines.append(f"| {_text(host.name)} | {signs} | {host.fail_count} | {_checked(fleet, host)} |")
    return lines


def _checked(fleet: Fleet, host: CheckedHost) -> str:
    """When the host was checked, in UTC, and how long before the report."""
    if host.epoch is None:
        return "not told"
    return utc_text(host.epoch) + ("" if fleet.age(host) is None else f" ({checked_text(fleet, host)})")


def _drift(fleet: Fleet) -> list[str]:
    if not fleet.compared and not fleet.missing:
        return []
    lines = ["", f"## {DRIFT}", ""]
    if not fleet.drift:
        lines.append(f"* {none_drifted(fleet)}")
    for group in fleet.drift:
        names = named([name for name, _ in group.hosts])
        lines.append(f"* **{group.column.control}** {_text(drift_text(group, utc_text))}: {_text(names)}")
        lines += [f"  * Gone: {_text(text)}" for text in group.gone]
    return lines + [f"* {_text(text)}" for text in compared_texts(fleet)]


def _sign(verdict: Verdict | None) -> str:
    return "" if verdict is None else _SIGNS[kind_of(verdict)]


def _text(text: str) -> str:
    """*text* with nothing in it that Markdown would take for markup."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text
