"""What to do about a line of rules.d, in the same words for a finding's reasons and for a plan's blockers and warnings. Pure."""

from __future__ import annotations

from tui.audit.coverage.wording import KEEPS_ALL
from tui.audit.rules_d.load import Stop
from tui.base.cleaning import clean
from tui.host.facts import RULES_DIR


def take_away(line: str) -> str:
    """What to do about a *line* that keeps accesses from being recorded, as the beginning of a sentence; an option cannot be narrowed."""
    return f"Take that line away{' or narrow it' if line.split()[:1] in (['-a'], ['-A']) else ''}, once you know what it is for"


def keeps_from_recording(place: str, path: str, line: str, effect: str) -> str:
    """The sentences on a *line* of rules.d at *place* that keeps accesses to *path* from being recorded: all of them, or those of its
    *effect*."""
    text = f"{place} keeps accesses to {clean(path)} from being recorded: “{line}”."
    if effect == KEEPS_ALL:
        return text
    return f"{text} {effect if effect.endswith('.') else f'It {effect}.'}"  # some effects are sentences of their own


def way_to_mend(stop: Stop) -> str:
    """What to do about the line that stops a load."""
    place = f"{clean(stop.file)}:{stop.file_line}"
    if len(stop.line.origin) > 1:
        # To comment the line out would take what the next file begins with along.
        return f"End {clean(stop.file)} with a newline."
    return {
        "rule-exists": f"Take one of the two equal lines away, or put -D into the first file of rules.d; look at {place}.",
        "endless-entry": f"Look what it is for, and move {clean(stop.file)} out of {RULES_DIR}.",
        "no-parent": f"Make that directory, or take the line away: {place}.",
        "no-such-rule": f"Take the deleting line away, or the rule it deletes in before it: {place}.",
    }.get(stop.kind, f"{stop.mend}, or comment that line out, then look again.")
