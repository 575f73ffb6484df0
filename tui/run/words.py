"""Headlines: the one table of how the end of a run is called, for every report, list and screen."""

from __future__ import annotations

from collections.abc import Mapping

from tui.base.typing import Literal, Union
from tui.run.values import Outcome

HeadlineKind = Union[
    Outcome,
    Literal[
        "done-not-audited",
        "proved-and-locked",
        "loaded-not-locked",
        "nothing-and-proved",
        "nothing-not-proved",
        "undone",
        "undone-on-disk",
        "rolled-back-on-disk",
        "earlier-rolled-back",
        "watches-out",
        "watches-left",
        "not-counted",
        "rehearsed",
    ],
]
"""What a headline says: an outcome as it is called most often, or what tells it more closely."""

STARTED_AGAIN = "A restart is not undone: auditd was down, and the rollback started it."
NOT_UNDONE = "A restart is not undone."
"""What a rollback has made of a restart, told with its step."""

HEADLINES: Mapping[HeadlineKind, str] = {
    "proved": "audited, and proved",
    "proved-and-locked": "audited, proved, and locked",
    "nothing-to-do": "nothing to do",
    "nothing-and-proved": "nothing to do, and proved",
    "nothing-not-proved": "nothing to do, but not proved",
    "not-proved": "audited, not proved",
    "done-not-audited": "done, but NOT audited",
    "loaded-not-locked": "loaded, not locked",
    "pending-reboot": "pending reboot",
    "undone-on-disk": "undone on disk, pending reboot",
    "rolled-back-on-disk": "rolled back on disk, pending reboot",
    "not-persistent": "audited now, not persistent",
    "blocked": "not begun, nothing changed",
    "earlier-rolled-back": "not begun, but an earlier run was rolled back",
    "rolled-back": "rolled back",
    "broken": "failed, and not all could be rolled back",
    "undone": "undone, and verified",
    "watches-out": "taken out again",
    "watches-left": "watches are left in the kernel",
    "not-counted": "not begun to count; the watches are out again",
    "rehearsed": "rehearsed",
}
"""The end of a run in a few words, as the report, the list of runs and the exit of a command line call it."""
