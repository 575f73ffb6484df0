"""A fleet on a terminal: hosts against controls, then what fails where, what to do, what is waived, and what differs."""

from __future__ import annotations

from tui.fleet.documents import Verdict
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
    more_text,
    named,
    none_drifted,
    none_fails,
    number_heads,
    old_text,
    planning_texts,
    share,
    summary,
    unread_text,
    void_texts,
    whose,
)
from tui.views.page import Line, Page, Part, cells, cut_middle
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, result_sign

MOST_SENTENCES = 12
"""How many sentences stand under one heading: behind those that help the most hosts come those of one host, without end in a mixed fleet."""
MOST_NAME, LEAST_NAME = 28, 12
"""How wide the column of names is at most, and how narrow before another column goes."""


def fleet_lines(fleet: Fleet, width: int, signs: Signs) -> list[Line]:
    """The whole report; no line is wider than *width*."""
    page = Page(width, signs)
    page.say((headline(fleet), "strong"), width=width)
    page.say(summary(fleet), width=width)
    if told := old_text(fleet):
        page.say((f"{signs.warn} ", "warn"), told, hanging=2, width=width)
    if fleet.unread:
        page.say((unread_text(fleet), "bad"), width=page.width)
    _table(page, fleet)
    _drift(page, fleet)
    _failing(page, fleet)
    _told(page, fleet, UNCLEAR, fleet.unclear)
    _to_do(page, fleet)
    _waived(page, fleet)
    _differences(page, fleet)
    return page.lines


def name_width(names: list[str], room: int) -> int:
    """How wide the column of host names is where *room* columns are left for it."""
    return min(MOST_NAME, max(LEAST_NAME, room), max([4, *map(cells, names)]))


def _table(page: Page, fleet: Fleet) -> None:
    """A row a host, a sign a control; where both do not fit beside a short name, first the age goes, then the signs."""
    page.head(heading(HOSTS, fleet))
    checked = [checked_text(fleet, host) for host in fleet.worst_first]
    dated, signed = 2 + max([7, *map(cells, checked)]), 3 * len(fleet.columns)
    room = page.width - LEAST_NAME - 6
    shown = fleet.columns if signed <= room else ()
    room -= 3 * len(shown)
    with_age = dated <= room
    names = [page.signs.text(host.name) for host in fleet.hosts]
    wide = name_width(names, room + LEAST_NAME - (dated if with_age else 0))
    prefix, numbers = number_heads(shown)
    heads = "".join(f"{number[:3]:>3}" for number in numbers)
    page.say((f"{prefix or 'host':<{wide}}{heads}  fail{'  checked' if with_age else ''}", "dim"), width=page.width)
    for host, when in zip(fleet.worst_first, checked):
        name = cut_middle(page.signs.text(host.name), wide, page.signs.text("…"))
        parts: list[Part] = [name + " " * (wide - cells(name))]
        for column in shown:
            parts += _sign(host.verdict(column.slug), page.signs)
        age: Part = (f"  {when}", "warn" if fleet.is_old(host) else "text")
        parts += [(f"{host.fail_count:>6}", "bad" if host.fail_count else "dim"), *([age] if with_age else [])]
        page.lines.append(tuple(page.spans(parts)))
    if shown:
        signs = {kind: result_sign(kind, page.signs) for kind in RESULT_ROLES} | {"waived": "w"}
        page.say((legend(fleet, signs), "dim"), width=page.width)


def _sign(verdict: Verdict | None, signs: Signs) -> list[Part]:
    if verdict is None:
        return ["   "]
    if kind_of(verdict) == "waived":
        return ["  ", ("w", "warn")]
    return ["  ", (result_sign(verdict.result, signs), RESULT_ROLES[verdict.result])]


def _failing(page: Page, fleet: Fleet) -> None:
    """What fails where; controls of which the same is true stand above one another."""
    page.head(heading(FAILS, fleet))
    if not fleet.failures:
        page.say(none_fails(fleet), indent=2, hanging=2)
    for number, group in enumerate(fleet.failures):
        if number:
            page.gap()
        for column in group.columns:
            page.say((f"{column.control}  {column.path}", "strong"), f"  {share(group, fleet)}", indent=2, hanging=4)
        for state, names in group.states:
            page.say((f"{told_state(state)}: ", "bad"), named(names), indent=4, hanging=2, width=page.width)


def _told(page: Page, fleet: Fleet, title: str, told: Told) -> None:
    """Sentences under *title*, each with its share of the hosts and their names; nothing where there are none."""
    if not told:
        return
    page.head(heading(title, fleet))
    for text, names in told[:MOST_SENTENCES]:
        page.advice((f"{whose(names)}: ", "strong"), remedy=text, indent=2, hanging=2)
        if len(names) > 1:
            page.say((named(names), "dim"), indent=4, width=page.width)
    if len(told) > MOST_SENTENCES:
        page.say(more_text(told[MOST_SENTENCES:]), indent=2, hanging=2, width=page.width)


def _to_do(page: Page, fleet: Fleet) -> None:
    _told(page, fleet, TO_DO, fleet.ways_out)
    planning = planning_texts(fleet)
    if planning and not fleet.ways_out:
        page.head(heading(TO_DO, fleet))
    for text in planning:
        page.advice(remedy=text, indent=2)


def _drift(page: Page, fleet: Fleet) -> None:
    """What passed in earlier checks and does not now; nothing where there were none."""
    if not fleet.compared and not fleet.missing:
        return
    page.head(DRIFT)
    if not fleet.drift:
        page.say(none_drifted(fleet), indent=2, hanging=2)
    for group in fleet.drift:
        role = RESULT_ROLES[group.verdict.result]
        page.say(
            (f"{result_sign(group.verdict.result, page.signs)} {group.column.control}", role),
            f"  {drift_text(group)}: {named([name for name, _ in group.hosts])}",
            indent=2,
            hanging=2,
            width=page.width,
        )
        for text in group.gone:
            page.say(f"Gone: {text}", indent=4, hanging=4, width=page.width)
    for text in compared_texts(fleet):
        page.say((f"{page.signs.warn} ", "warn"), text, indent=2, hanging=2, width=page.width)


def _waived(page: Page, fleet: Fleet) -> None:
    if not fleet.waived and not fleet.void:
        return
    page.head("Waived (w)")
    for control, waiver, names in fleet.waived:
        page.say(f"{control} on {named(names)}: {waiver}", indent=2, hanging=2, width=page.width)
    for text in void_texts(fleet):
        page.say((f"{page.signs.warn} ", "warn"), text, indent=2, hanging=2, width=page.width)


def _differences(page: Page, fleet: Fleet) -> None:
    if not fleet.differences:
        return
    page.head(DIFFERS)
    for name, groups in fleet.differences:
        told = "; ".join(f"{value} on {named(names)}" for value, names in groups)
        page.say(f"{name}: {told}", indent=2, hanging=2, width=page.width)
