"""A fleet on a terminal: hosts against controls, then what fails where, what is waived, and what differs."""

from __future__ import annotations

from collections.abc import Callable

from tui.base.amounts import first_of, listed, local_text
from tui.fleet.documents import Verdict
from tui.fleet.fleet import DriftGroup, Fleet
from tui.verdict.words import told_state
from tui.views.drift import NOW, minute_text, since_text
from tui.views.page import Line, Page, Part, cells, cut
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, count, result_sign

MOST_NAMES = 6
"""How many hosts are named in one line; the others are counted."""
_CHECKED = "  2026-11-27 09:00"


def fleet_lines(fleet: Fleet, width: int, signs: Signs) -> list[Line]:
    """The whole report; no line is wider than *width*."""
    page = Page(width, signs)
    page.say((headline(fleet), "strong"), width=width)
    page.say(summary(fleet), width=width)
    if fleet.unread:
        page.say((unread_text(fleet), "bad"), width=page.width)
    page.gap()
    _table(page, fleet)
    _drift(page, fleet)
    _failing(page, fleet)
    _waived(page, fleet)
    _differences(page, fleet)
    return page.lines


def headline(fleet: Fleet) -> str:
    """How many hosts comply, in one sentence."""
    failing, unknown, without = len(fleet.failing), len(fleet.unknown), len(fleet.without)
    good = len(fleet.hosts) - failing - unknown - without
    groups = ((good, "compliant"), (failing, "with failures"), (unknown, "not fully known"), (without, "with nothing to audit"))
    parts = [f"{number} {words}" for number, words in groups if number]
    return f"{count(len(fleet.hosts), 'host')}: {listed(parts)}."


def unread_text(fleet: Fleet) -> str:
    """What was given and could not be read."""
    return f"Not counted, since it could not be read: {'; '.join(fleet.unread)}."


def summary(fleet: Fleet) -> str:
    """The verdicts by their results, and the oldest check."""
    words = {
        "pass": "pass",
        "fail": "fail",
        "waived": "waived",
        "unknown": "unknown",
        "error": "in error",
        "notapplicable": "do not apply",
    }
    told = listed([f"{fleet.counts[result]} {word}" for result, word in words.items() if fleet.counts[result]])
    oldest = fleet.oldest
    age = f" The oldest check is of {local_text(oldest.epoch or 0, 'minute')}, {oldest.name}." if oldest else ""
    age += (
        f" {count(fleet.earlier, 'document')} more {'is' if fleet.earlier == 1 else 'are'} of the same hosts, earlier."
        if fleet.earlier
        else ""
    )
    return f"{count(sum(fleet.counts.values()), 'verdict')}: {told}.{age}" if fleet.counts else "No verdict in any of the files."


def _table(page: Page, fleet: Fleet) -> None:
    """A row a host, a sign a control; where the controls do not fit, only the counts."""
    name_width = min(28, page.width - 8, max([4, *(cells(host.name) for host in fleet.hosts)]))
    dated = name_width + 6 + len(_CHECKED) <= page.width
    room = page.width - name_width - 6 - (len(_CHECKED) if dated else 0)
    shown = fleet.columns if 3 * len(fleet.columns) <= room else ()
    heads = "".join(f"{column.control.rpartition('.')[2][:3]:>3}" for column in shown)
    prefix = shown[0].control.rpartition(".")[0] + "." if shown else "host"
    page.say((f"{prefix:<{name_width}}{heads}  fail{'  checked' if dated else ''}", "dim"), width=page.width)
    for host in fleet.hosts:
        fails = sum(verdict.fails for verdict in host.verdicts)
        name = cut(page.signs.text(host.name), name_width, "..." if page.signs.ascii else "…")
        parts: list[Part] = [name + " " * (name_width - cells(name))]
        for column in shown:
            parts += _sign(host.verdict(column.slug), page.signs)
        when = local_text(host.epoch, "minute") if host.epoch is not None else "not told"
        parts += [(f"{fails:>6}", "bad" if fails else "dim"), f"  {when}" if dated else ""]
        page.lines.append(tuple(page.spans(parts)))


def _sign(verdict: Verdict | None, signs: Signs) -> list[Part]:
    if verdict is None:
        return ["   "]
    if verdict.waiver and verdict.result == "fail":
        return ["  ", ("w", "warn")]
    return ["  ", (result_sign(verdict.result, signs), RESULT_ROLES[verdict.result])]


def _failing(page: Page, fleet: Fleet) -> None:
    """What fails where; controls of which the same is true stand above one another."""
    for columns, states in fleet.failures:
        page.gap()
        for column in columns:
            page.say((f"{column.control}  {column.path}", "strong"), width=page.width)
        for state, names in states:
            page.say((f"{told_state(state)}: ", "bad"), named(names), indent=2, hanging=2, width=page.width)


def _drift(page: Page, fleet: Fleet) -> None:
    """What passed in earlier checks and does not now; nothing where there were none."""
    if not fleet.compared and not fleet.missing:
        return
    page.head("What passed earlier and does not now")
    if not fleet.drift:
        page.say(f"Nothing, on the {count(fleet.compared, 'host')} that an earlier check tells of.", indent=2, hanging=2)
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


def drift_text(group: DriftGroup, moment: Callable[[float], str] = minute_text) -> str:
    """What became of a control that passed, and when it did, without the hosts."""
    state = f" ({told_state(group.verdict.state)})" if group.verdict.result == "fail" else ""
    when = since_text([epoch for _, epoch in group.hosts], moment)
    return f"{group.column.path} {NOW[group.verdict.result]}{state}" + (f", passed {when}" if when else "")


def compared_texts(fleet: Fleet) -> list[str]:
    """What makes earlier checks other questions than those of now, each with its hosts; and the hosts that only those tell of."""
    told: dict[str, list[str]] = {}
    for host in fleet.hosts:
        for text in host.compared or ():
            told.setdefault(text, []).append(host.name)
    found = [f"{named(names)}: {text}" for text, names in told.items()]
    if fleet.missing:
        found.append(f"No check of now tells of {named(fleet.missing)}, which earlier ones do.")
    return found


def _waived(page: Page, fleet: Fleet) -> None:
    if not fleet.waived and not fleet.void:
        return
    page.head("Waived (w)")
    for host, verdict in fleet.waived:
        page.say(f"{verdict.control} on {host.name}: {verdict.waiver}", indent=2, hanging=2, width=page.width)
    for text in void_texts(fleet):
        page.say((f"{page.signs.warn} ", "warn"), text, indent=2, hanging=2, width=page.width)


def void_texts(fleet: Fleet) -> list[str]:
    """The waivers that do not count, each with its hosts."""
    return [f"{named(names)}: {text}" if names else text for text, names in fleet.void]


def _differences(page: Page, fleet: Fleet) -> None:
    if not fleet.differences:
        return
    page.head("What differs between the hosts")
    for name, groups in fleet.differences:
        told = "; ".join(f"{value} on {named(names)}" for value, names in groups)
        page.say(f"{name}: {told}", indent=2, hanging=2, width=page.width)


def named(names: list[str] | tuple[str, ...]) -> str:
    """The hosts by name, the first few; of many how many more."""
    return listed(names) if len(names) <= MOST_NAMES else first_of(names, MOST_NAMES - 1)
