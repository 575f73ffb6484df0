"""A fleet as CSV: a row a host and control, for a spreadsheet: the host with the most failing controls first."""

from __future__ import annotations

import csv
import io

from tui.base.amounts import utc_text
from tui.fleet.earlier import MISSING
from tui.fleet.fleet import Fleet
from tui.views.signs import plain_signs

HEAD = (
    "host",
    "benchmark",
    "control",
    "path",
    "result",
    "state",
    "waived",
    "reason",
    "fix",
    "checked",
    "file",
    "passed",
    "gone",
    "age_days",
    "old",
)


def fleet_csv(fleet: Fleet) -> str:
    """The text of the file (RFC 4180). A cell that a spreadsheet would take for a formula begins with a quote; its quotation
    marks and dashes are ASCII, since a spreadsheet that is not told takes the file for Windows-1252."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for host in fleet.worst_first:
        age = fleet.age(host)
        checked = utc_text(host.epoch) if host.epoch is not None else ""
        for each in host.verdicts:
            reason, fix = " ".join(each.reasons), "\n".join(each.fix)
            row = (
                host.name,
                host.benchmark,
                each.control,
                each.path,
                each.result,
                each.state,
                each.waiver,
                reason,
                fix,
                checked,
                host.source,
                utc_text(each.drift.epoch) if each.drift and each.drift.epoch is not None else "",
                "\n".join(each.drift.gone) if each.drift else "",
                "" if age is None else f"{age / 86_400:.1f}",
                "yes" if fleet.is_old(host) else "",
            )
            writer.writerow(map(_harmless, row))
    for name in fleet.missing:
        writer.writerow(map(_harmless, (name, *[""] * 3, "missing", "", "", MISSING, *[""] * 7)))
    for problem in fleet.unread:
        writer.writerow(map(_harmless, ("", "", "", "", "unread", "", "", problem, *[""] * 7)))
    return text.getvalue()


def _harmless(cell: str) -> str:
    cell = cell if cell.isascii() else plain_signs(cell)
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell
