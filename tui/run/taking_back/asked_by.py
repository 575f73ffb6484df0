"""The question that an earlier run answered, so that what takes it back judges the same controls."""

from __future__ import annotations

from collections.abc import Sequence

from tui.controls.catalogue import UnknownControl, load_catalogue
from tui.controls.control import Control
from tui.run.journal.journal import RunRecord
from tui.verdict.question import Question


def asked_by(record: RunRecord, own: Sequence[Control] = ()) -> Question | None:
    """The question that a run answered, from the catalogue and the controls *own*; less those that are in neither (they were the
    user's own), None without any."""
    catalogue, names = load_catalogue(), set(record.controls)
    known = [control for control in own if control.number(record.benchmark) in names]
    for name in sorted(names - {control.number(record.benchmark) for control in known}, key=record.controls.index):
        try:
            known += catalogue.find([name], record.benchmark)
        except UnknownControl:
            continue
    return Question(tuple(known), record.benchmark) if known else None
