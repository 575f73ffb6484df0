"""The words in which results, states and permissions are said, everywhere the same."""

from __future__ import annotations

from collections.abc import Mapping

from tui.base.typing import TYPE_CHECKING
from tui.verdict.words import in_state, is_partly_recorded
from tui.views.page import Role
from tui.views.signs import Signs

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.run.values import Outcome, RunReport
    from tui.training.progress import Done
    from tui.verdict.values import Finding, Level, State

SETTLE_KEY = "u"
"""What leads to the run that did not finish, wherever the walk mentions it."""

ACCESS_WORDS = {"r": "read", "w": "write", "x": "execute", "a": "attributes"}
LEVEL_WORDS: dict[Level, str] = {"audited": "yes", "partial": "partly", "unaudited": "no"}

_HEADLINES: dict[State, str] = {
    "notapplicable": "{path} is not here: not applicable",
    "unknown": "{path}: unknown",
    "unaudited": "{path} is NOT audited",
    "pending-reboot": "{path} is NOT audited: pending reboot",
    "not-loaded": "{path} is NOT audited: its rule on disk is not loaded",
    "blind": "{path} is NOT audited: loaded, but not recorded",
    "shadowed": "{path} is NOT audited: overruled by a never rule",
    "partial": "{path} is partly audited",
    "not-persistent": "{path} is audited now, not persistent",
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


def lesson_mark(done: Done | None, signs: Signs) -> tuple[str, Role]:
    """How a lesson of a course was last *done*: how many answers were right, under the sign of whether all were; "" for one not done yet."""
    if done is None:
        return "", "dim"
    if done.right == done.asked:
        return f"{signs.good} {done.right}/{done.asked}", "good"
    return f"{signs.partly} {done.right}/{done.asked}", "warn"


def host_text(facts: HostFacts) -> str:
    """Which host is told of, its system, and where it is not this machine."""
    source = {"live": "", "file": " · from a file", "demo": " · DEMO"}[facts.source]
    return " · ".join(filter(None, (facts.identity.name, facts.identity.os_name))) + source


def place_text(finding: Finding) -> str:
    """The named path, and where the object is instead."""
    return f"{finding.path} → {finding.real_path.path}" if finding.real_path is not None else finding.path


def headline(finding: Finding) -> str:
    """The verdict on one control as a sentence."""
    if finding.state in _LOST_IN_PART and is_partly_recorded(finding.coverage):
        return f"{finding.path} is partly audited: {_LOST_IN_PART[finding.state]}"
    if finding.state == "partial" and finding.coverage and not is_partly_recorded(finding.coverage):
        return f"{finding.path} is NOT audited: rules on disk would record a part of it"
    return _HEADLINES[finding.state].format(path=finding.path)


def state_words(finding: Finding) -> str:
    """The state, and whether somebody answers for it."""
    return in_state(finding) + (", waived" if finding.waiver else "")


def result_sign(result: str, signs: Signs) -> str:
    """The sign that stands before a result's words."""
    return {"pass": signs.good, "fixed": signs.good, "fail": signs.bad, "error": signs.bad, "notapplicable": signs.none}.get(
        result, signs.unknown
    )


def report_role(report: RunReport) -> Role:
    """The role of a report's headline: good only where every control of the run passes, so never where an undo took the rules away; dim
    where no control applies, which is neither pass nor fail."""
    role = OUTCOME_ROLES[report.outcome]
    if report.outcome == "nothing-to-do" and report.after and all(finding.result == "notapplicable" for finding in report.after):
        return "dim"
    leaves_less = bool(report.dropped) or any(finding.result == "fail" for finding in report.after)
    return "warn" if role == "good" and leaves_less else role


def role_sign(role: Role, signs: Signs) -> str:
    """The sign that stands before words of that *role*."""
    return {"good": signs.good, "warn": signs.warn, "bad": signs.bad, "dim": signs.none}[role]


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


def left_over_text(run: str, key: str) -> str:
    """One sentence about a run that waits to be settled, and the *key* that leads to it."""
    return f"Run {run} did not finish: {key} settles it first."
