"""One run as the cells of a row: when, who, what, how it ended."""

from __future__ import annotations

from tui.base.amounts import local_text
from tui.run.journal.run_records import RunRecord
from tui.run.taking_back.lines_left import LinesLeft
from tui.views.pages.history import ended_role, ended_text, who_text

_MOST_CONTROLS = 2
_ROLES = {"good": "good", "bad": "bad", "warn": "unknown", "dim": "dim"}
"""The roles of a list for those of a page."""


def run_cells(record: RunRecord, left: LinesLeft | None) -> tuple[str, str, str, tuple[str, str]]:
    """The cells of *record*, not cleaned; the last with its role in a list ("" for none)."""
    more = len(record.controls) - _MOST_CONTROLS
    controls = ", ".join(record.controls[:_MOST_CONTROLS]) + (f" +{more}" if more > 0 else "")
    return (
        local_text(record.started),
        who_text(record),
        f"{record.kind} {controls}".strip(),
        (ended_text(record, left, brief=True), _ROLES.get(ended_role(record, left), "")),
    )
