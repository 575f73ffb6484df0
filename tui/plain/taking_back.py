"""What takes a run back, as line prompts: the settling of one that was cut short, and the undo of the last one."""

from __future__ import annotations

from tui.plain.prompts import WIDTH, LinePrompts
from tui.views.pages.recovery import recovery_lines
from tui.views.pages.report import report_lines
from tui.views.pages.undo import undo_lines


def recover_in_lines(walk: LinePrompts) -> bool:
    """Settle a run that was cut short; False where it could not be."""
    record = walk.session.past.unfinished()
    if record is None:
        return True
    walk.head(0, "A run did not finish")
    walk.say(recovery_lines(record, WIDTH, walk.signs, leave="Enter"))
    answer = walk.choose("recovery", {"r": "roll it back", "f": "finish it"}, "leaves it")
    if answer == "":
        return True
    if not walk.agreed("finish it" if answer == "f" else "roll it back", "leaves it"):
        return True
    report = walk.run(lambda emit, cancelled: walk.session.recover(record, emit, cancelled, finish=answer == "f"))
    walk.say(report_lines(report, WIDTH, walk.signs, walk.session.facts_before, walk.session.facts_after))
    return report.exit_code in (0, 1, 4) and not walk.ended_by


def undo_in_lines(walk: LinePrompts, *, everything: bool = False) -> bool:
    """Show what would be taken back, ask, do it; whether it was tried."""
    try:
        prepared = walk.session.past.prepare_undo_all() if everything else walk.session.past.prepare_undo()
    except (OSError, LookupError) as trouble:
        walk.tell(f"The journal cannot be read: {trouble}")
        return False
    walk.say_apart(undo_lines(prepared, WIDTH, walk.signs))
    if prepared.blockers or prepared.is_empty or not walk.agreed("undo", "goes back"):
        return False
    walk.run(lambda emit, cancelled: walk.session.undo(prepared, emit, cancelled))
    return True
