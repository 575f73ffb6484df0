"""A run that was cut short, as lines: when, how far it came, which files it had replaced."""

from __future__ import annotations

from tui.base.amounts import local_text
from tui.run.journal.run_records import DamagedRun, RunRecord
from tui.views.page import Line, Page
from tui.views.pages.progress import step_line
from tui.views.signs import Signs


def recovery_lines(record: RunRecord, width: int, signs: Signs, leave: str = "Esc") -> list[Line]:
    """What is known of the run, and the ways out; the key *leave* leaves it."""
    page = Page(width, signs, indent=2)
    page.say((f"{signs.warn} A run did not finish: {record.run}", "warn"))
    page.say(
        f"It began {local_text(record.started, zone=True)}, and was cut short {record.where_cut_short}: it was killed, or the machine stopped.",
        indent=2,
    )
    page.gap()
    for step in record.steps:
        page.lines.append(step_line(step, width, signs, ended=True))
    page.head("What it had set out to replace")
    try:
        for change in record.files:
            page.say(change.path + (" (done)" if record.wrote(change.path) else " (not yet)"), indent=2)
    except DamagedRun as damaged:
        page.say((f"{str(damaged)[:1].upper()}{str(damaged)[1:]}.", "bad"), indent=2)
    page.head("What you can do")
    page.row(
        "  r", "roll it back: take out what that run did, and say what could not be (the safe way)", label_width=12, role="key"
    )
    page.row("  f", "finish it: do the rest of it, and look whether that is recorded", label_width=12, role="key")
    page.row(f"  {leave}", "leave it and look at the host first", label_width=12, role="key")
    return page.lines
