"""What to do about a line of rules.d, in the same words for a finding's reasons and for a plan's blockers and warnings. Pure."""

from __future__ import annotations

from tui.audit.rules_d.load import Stop
from tui.base.cleaning import clean
from tui.host.facts import RULES_DIR

TAKE_AWAY = "Take that line away or narrow it, once you know what it is for"
"""What to do about a line that keeps accesses from being recorded, as the beginning of a sentence."""


def way_to_mend(stop: Stop) -> str:
    """What to do about the line that stops a load."""
    place = f"{clean(stop.file)}:{stop.file_line}"
    return {
        "rule-exists": f"Take one of the two equal lines away, or put -D into the first file of rules.d; look at {place}.",
        "endless-entry": f"Look what it is for, and move {clean(stop.file)} out of {RULES_DIR}.",
        "no-parent": f"Make that directory, or take the line away: {place}.",
        "no-such-rule": f"Take the deleting line away, or the rule it deletes in before it: {place}.",
    }.get(stop.kind, f"Mend or comment out {place}, then look again.")
