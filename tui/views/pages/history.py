"""What the journal tells of past runs, as lines for people and as JSON for programs."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from tui.base.cleaning import clean
from tui.run.journal.journal import DamagedRun, RunRecord
from tui.run.journal.unfinished import LINES

SCHEMA = 1


def _utc(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
        f"Began     {_utc(record.started)}",
        f"Ended     {_utc(record.finished) or '-'}",
        f"Outcome   {clean(_ended(record))}",
    ]
    if record.actor:
        lines.append(f"By        {record.actor.text}: {clean(shlex.join(record.actor.command))}")
    if record.message:
        lines.append(f"          {clean(record.message)}")
    if record.undoes:
        lines.append(f"Undoes    {record.undoes}")
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


def _view(record: RunRecord) -> dict[str, Any]:
    return {
        "run": record.run,
        "kind": record.kind,
        "controls": list(record.controls),
        "benchmark": record.benchmark,
        "started": _utc(record.started),
        "finished": _utc(record.finished),
        "outcome": record.outcome,
        "headline": record.headline,
        "running": record.running,
        "unfinished": record.unfinished,
        "undoes": record.undoes,
        "undone_by": record.undone_by,
        "report": record.report,
        "actor": asdict(record.actor) if record.actor else None,
    }


def history_view(records: Sequence[RunRecord]) -> dict[str, Any]:
    """The document of ``history --json``."""
    return {"schema": SCHEMA, "runs": [_view(record) for record in records]}


def run_view(record: RunRecord) -> dict[str, Any]:
    """The document of ``history RUN --json``."""
    try:
        files = [
            {"path": change.path, "diff": change.diff, "sha256_before": change.sha256_before, "sha256_after": change.sha256_after}
            for change in record.files
        ]
    except DamagedRun as damage:
        files = [{"error": str(damage)}]
    return {
        "schema": SCHEMA,
        **_view(record),
        "message": record.message,
        "steps": [
            {"name": step.name, "state": step.state, "seconds": round(step.seconds, 3), "message": step.message}
            for step in record.steps
        ],
        "files": files,
    }
