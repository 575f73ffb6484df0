"""What the journal tells of past runs, as lines for people."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from tui.base.amounts import utc_text
from tui.base.cleaning import clean
from tui.run.journal.run_records import DamagedRun, RunRecord
from tui.run.journal.unfinished import LINES


def _ended(record: RunRecord) -> str:
    if record.running:
        return "at work"
    if record.finished is None:
        return "unfinished: docker-audit-wizard undo rolls it back"
    undone = f", undone by {record.undone_by}" if record.undone_by else ""
    return (record.headline or record.outcome or "") + undone


def history_lines(records: Sequence[RunRecord]) -> list[str]:
    """One line a run, newest first."""
    if not records:
        return ["No run yet."]
    width = max(len(record.run) for record in records)
    return [
        clean(f"{record.run:<{width}}  {record.kind:<8}  {', '.join(record.controls) or '-'}  {_ended(record)}")
        for record in records
    ]


def run_lines(record: RunRecord) -> list[str]:
    """One run in full: when, what, how it ended, what it changed, where its report is."""
    lines = [
        f"Run       {record.run} ({record.kind}) on {clean(record.host)}",
        f"Controls  {', '.join(record.controls)} (benchmark {record.benchmark})",
        f"Began     {utc_text(record.started)}",
        f"Ended     {'-' if record.finished is None else utc_text(record.finished)}",
        f"Outcome   {clean(_ended(record))}",
    ]
    if record.actor:
        lines.append(f"By        {record.actor.text}: {clean(shlex.join(record.actor.command))}")
    if record.message:
        lines.append(f"          {clean(record.message)}")
    if record.undid:
        lines.append(f"Undoes    {', '.join(record.undid)}")
    lines += [
        f"  {step.state:<8}  {step.seconds:6.1f} s  {clean(step.title)}: {clean(step.message)}".rstrip(" :")
        for step in record.steps
    ]
    lines += _diffs(record)
    if record.report:
        lines.append(f"Report    {record.report}")
    lines.append(f"Journal   {record.folder / LINES}")
    return lines


def _diffs(record: RunRecord) -> Iterable[str]:
    try:
        changes = record.files
    except DamagedRun as damage:
        return [f"Changes   cannot be shown: {clean(str(damage))}"]
    return [line for change in changes for line in change.diff.split("\n")]
