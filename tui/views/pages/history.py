"""What the journal tells of past runs, as lines for people."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from tui.base.amounts import local_text, zone_text
from tui.run.journal.pruning import Pruning
from tui.run.journal.run_records import DamagedRun, RunRecord
from tui.run.journal.unfinished import LINES
from tui.run.taking_back.lines_left import LinesLeft
from tui.views.diff import patch_lines
from tui.views.page import Line, Page, Part, Role
from tui.views.signs import Signs
from tui.views.words import OUTCOME_ROLES

_MOST_CONTROLS = 2
_LIST_ROLES = {"good": "good", "bad": "bad", "warn": "unknown", "dim": "dim"}
"""The roles of a list for those of a page."""


def who_text(record: RunRecord) -> str:
    """Who did a run, not cleaned."""
    return record.actor.name if record.actor else "not told"


def ended_text(record: RunRecord, left: LinesLeft | None = None, *, brief: bool = False) -> str:
    """How a run ended, and what has become of it since: undone, or *left* without lines of its own; *brief* names no other run."""
    if record.running:
        return "at work"
    if record.finished is None:
        return "unfinished: docker-audit-wizard undo rolls it back"
    by = "" if brief else f" by {record.undone_by}"
    undone = f"; undone{by}" if record.undone_by else ""
    gone = ""
    if left is not None and left.gone:
        gone = f"; {'its lines are' if left.left == 0 else f'{left.gone} of its {left.written} lines are'} gone since"
    return (record.headline or record.outcome or "") + undone + gone


def ended_role(record: RunRecord, left: LinesLeft | None = None) -> Role:
    """The role of :func:`ended_text`."""
    if record.running or record.outcome is None or (left is not None and left.gone):
        return "warn"
    if record.kind == "undo" and record.outcome == "proved":
        return "text"
    return "dim" if record.undone_by else OUTCOME_ROLES[record.outcome]


def run_cells(record: RunRecord, left: LinesLeft | None) -> tuple[str, str, str, tuple[str, str]]:
    """The cells of *record*, not cleaned; the last with its role in a list ("" for none)."""
    more = len(record.controls) - _MOST_CONTROLS
    controls = ", ".join(record.controls[:_MOST_CONTROLS]) + (f" +{more}" if more > 0 else "")
    return (
        local_text(record.started),
        who_text(record),
        f"{record.kind} {controls}".strip(),
        (ended_text(record, left, brief=True), _LIST_ROLES.get(ended_role(record, left), "")),
    )


def history_lines(
    records: Sequence[RunRecord], width: int, signs: Signs, left: Mapping[str, LinesLeft] | None = None
) -> list[Line]:
    """A head, which names the zone of the local times, and one line a run, newest first. *left* tells by a run's name what is left of its lines."""
    page = Page(width, signs)
    if not records:
        page.say("No run yet.")
        return page.lines
    rows = [
        (record.run, local_text(record.started, "minute"), who_text(record), record.kind, ", ".join(record.controls) or "-")
        for record in records
    ]
    head = ("Run", f"Began ({zone_text(*(record.started for record in records))})", "Who", "What", "Controls")
    columns = [max(len(row[at]) for row in (head, *rows)) for at in range(4)]
    before = sum(columns) + 8
    hanging = before if before + 24 <= width else 4
    page.say((_in_columns(head, columns) + ": outcome", "head"), hanging=hanging, width=width)
    for record, row in zip(records, rows):
        now = left.get(record.run) if left else None
        page.say(_in_columns(row, columns) + ": ", (ended_text(record, now), ended_role(record, now)), hanging=hanging, width=width)
    return page.lines


def _in_columns(row: Sequence[str], columns: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{size}}" for cell, size in zip(row, (*columns, 0)))


def pruning_lines(pruned: Pruning, width: int, signs: Signs, *, gone: bool) -> list[Line]:
    """What a pruning takes, or with *gone* has taken, out of the journal, and which older runs stay nevertheless."""
    page = Page(width, signs)
    number = len(pruned.goes)
    if not number:
        page.say("No run leaves the journal.", width=width)
    else:
        runs = "1 run" if number == 1 else f"{number} runs"
        page.say((f"{runs} {'left' if gone else 'would leave'} the journal:", "strong"), width=width)
    for record in pruned.goes:
        controls = ", ".join(record.controls) or "no control"
        page.say(
            f"{record.run}  {local_text(record.started, 'minute', zone=True)}  {record.kind}  {controls}: ",
            (ended_text(record), ended_role(record)),
            indent=2,
            hanging=4,
            width=width,
        )
    if pruned.stays:
        page.say(("Older runs that stay:", "strong"), width=width)
    for record, why in pruned.stays:
        page.say(f"{record.run}: {why}", indent=2, hanging=4, width=width)
    return page.lines


def run_lines(record: RunRecord, width: int, signs: Signs) -> list[Line]:
    """One run in full: when, what, how it ended, what it changed, where its report is."""
    page = Page(width, signs)

    def row(label: str, *parts: Part) -> None:
        page.row(label, *parts, label_width=10, width=width)

    row("Run", f"{record.run} ({record.kind}) on {record.host}")
    row("Controls", f"{', '.join(record.controls)} (benchmark {record.benchmark})")
    row("Began", local_text(record.started, zone=True))
    row("Ended", "-" if record.finished is None else local_text(record.finished, zone=True))
    row("Outcome", (ended_text(record), ended_role(record)))
    if record.actor:
        row("By", f"{record.actor.text}: {shlex.join(record.actor.command)}")
    if record.message:
        row("", record.message)
    if record.undid:
        row("Undoes", ", ".join(record.undid))
    for step in record.steps:
        said = f"{step.title}: {step.message}".rstrip(" :")
        state = "cut short" if step.state == "running" and not record.running else step.state
        page.say((f"{state:<9} {step.seconds:6.1f} s  ", "dim"), said, indent=2, hanging=20, width=width)
    try:
        page.add(patch_lines(record.files, signs))
    except DamagedRun as damage:
        row("Changes", f"cannot be shown: {damage}")
    if record.report:
        row("Report", (str(record.report), "code"))
    row("Journal", (str(record.folder / LINES), "code"))
    return page.lines
