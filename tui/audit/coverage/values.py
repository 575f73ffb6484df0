"""The values that coverage() answers with: who is recorded by which rule, who is not and why, and what every rule does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Level = Literal["audited", "partial", "unaudited"]
"""Recorded for every caller, for some, for none."""

ACCESS_WORDS = {"r": "reading", "w": "writing", "x": "executing", "a": "attribute changes"}


class Share(NamedTuple):
    """Those whose access is recorded by the rule at ``position`` (from 0), under its ``keys``; -1 for an ``always,task`` rule's."""

    position: int
    callers: str
    keys: tuple[str, ...]


class Gap(NamedTuple):
    """Those whose access is not recorded: ``position`` is that of the rule that decides it, None where no rule matches."""

    callers: str
    position: int | None
    reason: str
    cause: str = "no-rule"
    """What ``reason`` says in words: no-rule, never, undecided, or the id of what blinds."""


class AccessCoverage(NamedTuple):
    """One access: its level, who is recorded, who is not."""

    level: Level
    by: tuple[Share, ...]
    missing: tuple[Gap, ...]


class Blind(NamedTuple):
    """Something that keeps records from being made or written whatever the watches say; ``position`` where it is a rule."""

    id: str
    text: str
    position: int | None = None


class Effect(NamedTuple):
    """What the rule at ``position`` (from 0) does to the audited path, in the reader's words."""

    position: int
    text: str


class Because(NamedTuple):
    """One sentence on why the verdict is what it is; ``id`` leads to its longer explanation, ``fix`` says what to do ("": nothing)."""

    id: str
    text: str
    fix: str = ""
    position: int | None = None


class Coverage(NamedTuple):
    """How one path is audited by one list of rules under one audit status."""

    accesses: Mapping[str, AccessCoverage]
    """By permission (``r w x a``), everything counted."""
    rules_only: Mapping[str, Level]
    """What it would be were nothing blind: status, task, exclude and file system lists left out."""
    without_never: Mapping[str, Level]
    """What ``rules_only`` would be without the ``never`` rules of the exit list."""
    reaching: tuple[int, ...]
    """Positions of ``always`` exit rules that reach the path, whatever else they filter; a rule without a path counts where it can
    record an access to it."""
    shadowing: tuple[int, ...]
    """Positions of ``never`` exit rules that take events which a later rule would record."""
    blinding: tuple[Blind, ...]
    effects: tuple[Effect, ...]
    """Of every rule that touches the path, blinds it, or only looks as if it did; in the rules' order."""
    reasons: tuple[Because, ...]
    """In the order of their importance."""
