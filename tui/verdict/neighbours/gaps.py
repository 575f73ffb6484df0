"""Gaps: who is not recorded, in a sentence for a person where the sets of callers and calls are many. Pure."""

from __future__ import annotations

from tui.audit.coverage.values import CoverageKind
from tui.audit.coverage.wording import GAP_WORDS
from tui.base.dataclass import replace
from tui.base.notice import Notice, first_sentence

_LONGEST = 200
"""Of a sentence that somebody takes in at one look, in characters."""


def is_riddle(reason: Notice[CoverageKind]) -> bool:
    """Whether *reason* lists so many callers and calls that only a program reads them."""
    return reason.kind in GAP_WORDS and len(reason.text) > _LONGEST


def in_short(reason: Notice[CoverageKind]) -> Notice[CoverageKind]:
    """*reason* without its lists where they are a riddle; they stay in the details."""
    if not is_riddle(reason):
        return reason
    first = first_sentence(reason.text)
    what = first[: first.rindex(" recorded")]
    words = next(text for kind, text in GAP_WORDS.items() if kind == reason.kind)
    return replace(reason, text=f"{what} recorded for some callers and calls. {words[0].upper()}{words[1:]}.")
