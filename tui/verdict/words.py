"""State words: the one table of how a finding's state is called, for every list, summary, report and screen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.base.notice import Notice
from tui.base.typing import Optional
from tui.verdict.together import told_together
from tui.verdict.values import Finding, Level, ReasonKind, State

STATE_WORDS: dict[State, str] = {
    "notapplicable": "not applicable",
    "unknown": "unknown",
    "unaudited": "NOT audited",
    "pending-reboot": "pending reboot",
    "not-loaded": "not loaded",
    "blind": "not recorded",
    "shadowed": "overruled by never",
    "partial": "partly audited",
    "not-persistent": "not persistent",
    "audited": "audited",
}
"""A state in two or three words: for a table's cell, for the summary that counts them, and for every sentence that names it."""

_IN_PART: frozenset[State] = frozenset(("blind", "shadowed", "partial"))
"""The states that leave open whether a part of the accesses is recorded."""

Levels = Optional[Mapping[str, Level]]
"""How far each access is recorded; None where the question has no answer."""


def is_partly_recorded(coverage: Levels) -> bool:
    """Whether some accesses to the path are recorded now."""
    return any(level != "unaudited" for level in (coverage or {}).values())


def words_for(state: State, coverage: Levels) -> str:
    """The words for *state*; where it leaves open how much is recorded, *coverage* decides.

    A part that only rules on disk would record is nothing yet; an earlier rule or a filter that takes some events leaves the others.
    """
    if state in _IN_PART and coverage is not None:
        if is_partly_recorded(coverage):
            return STATE_WORDS["partial"]
        return STATE_WORDS["unaudited" if state == "partial" else state]
    return STATE_WORDS[state]


def in_state(finding: Finding) -> str:
    """The state of *finding* in two or three words."""
    return words_for(finding.state, finding.coverage)


def ways_out(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What to do about the first reason of each of *findings*, those that fail, each once, as sentences of a paragraph."""
    return tuple(dict.fromkeys(reason.remedy_in_line for reason in first_reasons(findings) if reason.remedy))


def first_reasons(findings: Sequence[Finding]) -> tuple[Notice[ReasonKind], ...]:
    """The first reason of each of *findings*, those that fail; what several have alike is told once, of all of them."""
    failing = [finding for finding in findings if finding.result not in ("pass", "notapplicable")]
    return told_together((finding, reason) for finding in failing for reason in finding.reasons[:1])


def told_state(name: str) -> str:
    """The words for a state that a document names, which a later version may have by another name: then that name."""
    return next((words for state, words in STATE_WORDS.items() if state == name), name)
