"""What is left on disk of a run's lines: a run that was proved says nothing of what somebody has taken out by hand since. Pure."""

from __future__ import annotations

from collections import Counter

from tui.base.dataclass import dataclass
from tui.host.facts import HostFacts
from tui.run.journal.intent import file_in
from tui.run.journal.run_records import DamagedRun, RunRecord


@dataclass(frozen=True, slots=True)
class LinesLeft:
    """How many lines a run wrote, blank ones and comments left out, and how many of them its files hold now."""

    written: int
    left: int

    @property
    def gone(self) -> int:
        """How many of them are no longer there."""
        return self.written - self.left


def lines_left(record: RunRecord, facts: HostFacts) -> LinesLeft | None:
    """What is left of what *record* wrote; None for a run that wrote no line, was undone or rolled back, or whose files or journal cannot be
    read."""
    if not record.undoable:
        return None
    written = left = 0
    try:
        for change in record.intent.files:
            now = file_in(facts, change.path)
            added = _lines(change.after.content if change.after else b"") - _lines(change.before.content if change.before else b"")
            written += sum(added.values())
            left += sum((added & _lines(now.content or b"" if now is not None else b"")).values())
    except (DamagedRun, OSError):
        return None
    return LinesLeft(written, left) if written else None


def _lines(content: bytes) -> Counter[bytes]:
    """The lines of a rules file that say something, by their words."""
    words = (b" ".join(line.split()) for line in content.splitlines())
    return Counter(line for line in words if line and not line.startswith(b"#"))
