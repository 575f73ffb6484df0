"""The question that an earlier run answered, so that what takes it back judges the same controls."""

from __future__ import annotations

from tui.controls.catalogue import UnknownControl, load_catalogue
from tui.run.journal.run_records import RunRecord
from tui.verdict.question import Question


def asked_by(record: RunRecord, walk: Question | None = None) -> Question | None:
    """The question that a run answered, from the catalogue and the controls of *walk*; less those that are in neither (they were the
    user's own), None without any."""
    catalogue, names = load_catalogue(), set(record.controls)
    own = walk.controls if walk else ()
    known = [control for control in own if control.number(record.benchmark) in names]
    for name in sorted(names - {control.number(record.benchmark) for control in known}, key=record.controls.index):
        try:
            known += catalogue.find([name], record.benchmark)
        except UnknownControl:
            continue
    named = walk is not None and walk.named_paths
    return Question(tuple(known), record.benchmark, named_paths=named) if known else None
