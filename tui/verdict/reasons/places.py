"""Where the rules that decide stand, in words: their lines on disk, their positions in the kernel. Pure."""

from __future__ import annotations

from tui.audit.rule.text import delete_arguments
from tui.base.amounts import first_of, listed
from tui.base.cleaning import clean
from tui.verdict.judgement import Judgement
from tui.verdict.neighbours.general import names
from tui.verdict.rule_display import display


def stored_place(judged: Judgement) -> str:
    """The place on disk of the first line that reaches the path."""
    if not judged.stored.reaching:
        return "what is on disk"
    return clean(str(judged.disk.line(judged.stored.reaching[0]).place))


def recording_places(judged: Judgement) -> str:
    """The places on disk of all lines that together record what the control asks for: each access has its own first one. Rules that
    do not speak of the path are told as such where some do."""
    positions = {share.position for access in judged.wanted for share in judged.stored.accesses[access].by if share.position >= 0}
    own = {position for position in positions if names(judged.disk.rules[position], judged.target)} or positions
    places = list(dict.fromkeys(clean(str(judged.disk.line(position).place)) for position in sorted(own)))
    if not places:
        return stored_place(judged)
    others = "general rules" if own != positions else ""
    if len(places) > 3:
        return first_of(places) + (f", and {others}" if others else "")
    return listed([*places, others] if others else places)


def kernel_rule(judged: Judgement, position: int) -> str:
    """The loaded rule at *position* as the subject of a sentence."""
    return f"Loaded rule {position + 1}, “{display(judged.rules[position], judged.facts)}”,"


def rule_and_place(judged: Judgement, position: int) -> str:
    """A sentence that names the loaded rule at *position*, and its line on disk."""
    stored = judged.disk.line_of.get(judged.rules[position])
    place = f"from {clean(str(stored.place))}" if stored is not None else "on no disk"
    return f"It is loaded rule {position + 1}, “{display(judged.rules[position], judged.facts)}”, {place}."


def by_place(judged: Judgement, position: int) -> str:
    """The end of a sentence about taking the loaded rule at *position* away: its place on disk, or the command where it is on none."""
    stored = judged.disk.line_of.get(judged.rules[position])
    if stored is None:
        words = " ".join(("auditctl", *delete_arguments(judged.rules[position])))
        return f" (it is on no disk): {clean(words)}"
    return f": {clean(str(stored.place))}"
