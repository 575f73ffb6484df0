"""The rehearsal as line prompts: how long, which rules, the typed word, what was counted; then the plan again."""

from __future__ import annotations

from tui.plain.prompts import LinePrompts
from tui.views.pages.rehearsal import NOTHING_TO_REHEARSE, rehearsal_lines


def rehearse_in_lines(walk: LinePrompts) -> None:
    """Ask for the seconds and for the word, count, and tell what was counted; the walk then goes on where it was."""
    session = walk.session
    before = session.before_rehearsal()
    walk.head(0, "Rehearsal")
    walk.train(session.trainer.rehearsal("before"))
    if refusal := NOTHING_TO_REHEARSE if not before.rules else before.refusal:
        walk.tell(refusal)
        return
    for rule in before.rules:
        walk.tell(rule, indent=4)
    walk.tell(
        "That is loaded into the kernel for a while under a key of its own, its records are counted, and it is taken out again."
    )
    for sentence in before.ends:
        walk.tell(sentence)
    seconds = walk.ask("For how many seconds, from 1 to 86400 (Enter is 60)?") or "60"
    if not (seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= 86_400):
        walk.tell("These are no whole seconds from 1 to 86400; nothing was loaded.")
        return
    if not walk.agreed(f"load it for {int(seconds)} s", "goes back"):
        walk.tell("Nothing was loaded.")
        return
    walk.run(lambda emit, cancelled: session.rehearse(float(seconds), emit, cancelled))
    for line in rehearsal_lines(session.rehearsal) if session.rehearsal else ():
        walk.tell(line)
    walk.train(session.trainer.rehearsal("after"))
