"""The words in which results, states, permissions and times are said, everywhere the same."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from tui.views.page import Role
from tui.views.signs import Signs

if TYPE_CHECKING:
    from tui.run.values import Outcome
    from tui.verdict.values import Finding, Level, State

ACCESS_WORDS = {"r": "read", "w": "write", "x": "execute", "a": "attributes"}
LEVEL_WORDS: dict[Level, str] = {"audited": "yes", "partial": "partly", "unaudited": "no"}

STATE_WORDS: dict[State, str] = {
    "notapplicable": "not applicable",
    "unknown": "unknown",
    "unaudited": "NOT audited",
    "pending-reboot": "waits for a reboot",
    "not-loaded": "not loaded",
    "blind": "not recorded",
    "shadowed": "overruled by never",
    "partial": "partly audited",
    "not-persistent": "not persistent",
    "audited": "audited",
}
"""A state in a few words: for a table's cell, and for the summary that counts them."""

_HEADLINES: dict[State, str] = {
    "notapplicable": "{path} is not here: nothing to audit",
    "unknown": "{path}: unknown",
    "unaudited": "{path} is NOT audited",
    "pending-reboot": "{path} is NOT audited before the next reboot",
    "not-loaded": "{path} is NOT audited: its rule is on disk, not loaded",
    "blind": "{path} is NOT audited: a rule is loaded, nothing is recorded",
    "shadowed": "{path} is NOT audited: overruled by a never rule",
    "partial": "{path} is audited only in part",
    "not-persistent": "{path} is audited now, but not after a reboot",
    "audited": "{path} is audited",
}

RESULT_ROLES: dict[str, Role] = {
    "pass": "good",
    "fixed": "good",
    "fail": "bad",
    "error": "bad",
    "unknown": "unknown",
    "notapplicable": "dim",
}

OUTCOME_WORDS: dict[Outcome, str] = {
    "proved": "audited, and proved",
    "nothing-to-do": "nothing to do",
    "not-proved": "audited, not proved",
    "pending-reboot": "pending reboot",
    "not-persistent": "audited now, not after a boot",
    "blocked": "blocked: nothing was changed",
    "rolled-back": "rolled back",
    "broken": "broken: could not be rolled back",
}
OUTCOME_ROLES: dict[Outcome, Role] = {
    "proved": "good",
    "nothing-to-do": "good",
    "not-proved": "warn",
    "pending-reboot": "warn",
    "not-persistent": "warn",
    "blocked": "bad",
    "rolled-back": "warn",
    "broken": "bad",
}


_LOST_IN_PART: Mapping[str, str] = {
    "blind": "some of its records are lost",
    "shadowed": "an earlier rule takes some of its events",
}
"""What becomes of a path by a rule that takes a part of its events, by the finding's state."""


def partly_recorded(finding: Finding) -> bool:
    """Whether some accesses to the path are recorded now."""
    return any(level != "unaudited" for level in (finding.coverage or {}).values())


def place_text(finding: Finding) -> str:
    """The named path, and where the object is instead."""
    return f"{finding.path} → {finding.real_path.path}" if finding.real_path is not None else finding.path


def headline(finding: Finding) -> str:
    """The verdict on one control as a sentence."""
    if finding.only_boot_fails:
        return f"{finding.path} is audited now, but not after the next boot"
    if finding.state in _LOST_IN_PART and partly_recorded(finding):
        return f"{finding.path} is partly audited: {_LOST_IN_PART[finding.state]}"
    if finding.state == "partial" and _shown_state(finding) != "partial":
        return f"{finding.path} is NOT audited: rules on disk would record a part of it"
    return _HEADLINES[finding.state].format(path=finding.path)


def _shown_state(finding: Finding) -> State:
    """The state whose words are shown: a part that only rules on disk would record is nothing yet."""
    return (
        "unaudited"
        if finding.state == "partial" and finding.coverage is not None and not partly_recorded(finding)
        else finding.state
    )


def state_words(finding: Finding) -> str:
    """The state, and whether somebody answers for it."""
    return in_state(finding) + (", waived" if finding.waiver else "")


def in_state(finding: Finding) -> str:
    """The state in two or three words."""
    return STATE_WORDS[_shown_state(finding)]


def result_sign(result: str, signs: Signs) -> str:
    """The sign that stands before a result's words."""
    return {"pass": signs.good, "fixed": signs.good, "fail": signs.bad, "error": signs.bad, "notapplicable": signs.none}.get(
        result, signs.unknown
    )


def outcome_sign(outcome: Outcome, signs: Signs) -> str:
    """The sign that stands before an outcome's words."""
    return {"good": signs.good, "warn": signs.warn, "bad": signs.bad}[OUTCOME_ROLES[outcome]]


def level_sign(level: Level, signs: Signs) -> str:
    """The sign of how far an access is recorded."""
    return {"audited": signs.good, "partial": signs.partly, "unaudited": signs.bad}[level]


def level_role(level: Level) -> Role:
    """The role of how far an access is recorded."""
    roles: dict[Level, Role] = {"audited": "good", "partial": "warn", "unaudited": "bad"}
    return roles[level]


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 rule``, ``3 rules``, ``no rules``."""
    word = one if number == 1 else many or one + "s"
    return f"{number if number else 'no'} {word}"


def duration(seconds: float) -> str:
    """A time span in the unit a person would use."""
    if seconds < 0.0005:
        return "no time"
    if seconds < 0.95:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def clock(moment: float, form: Literal["time", "day"] = "time") -> str:
    """A moment (seconds since 1970) as UTC time of day with milliseconds, or as day and time."""
    whole, part = divmod(round(moment * 1000), 1000)  # a record's .721 is .72099… as a float
    spelled = time.strftime("%H:%M:%S" if form == "time" else "%Y-%m-%d %H:%M:%S", time.gmtime(whole))
    return f"{spelled}.{part:03d}" if form == "time" else f"{spelled} UTC"
