"""The values that coverage() answers with: who is recorded by which rule, who is not and why, and what every rule does."""

from __future__ import annotations

from collections.abc import Mapping

from tui.base.notice import Notice
from tui.base.typing import Literal, NamedTuple

Level = Literal["audited", "partial", "unaudited"]
"""Recorded for every caller, for some, for none."""

BlindKind = Literal["disabled", "no-daemon", "rate-limit", "never-task", "exclude", "filesystem"]
"""What keeps records from being made or written, whatever the watches say."""
LossKind = Literal["no-rule", "never", "undecided", BlindKind]
"""Why an access is not recorded."""
CaveatKind = Literal["link", "mounted-over", "not-recursive", "by-inode", "not-rearmed", "mount", "inode", "by-name"]
"""What is peculiar about how a rule reaches the object."""
CoverageKind = Literal[LossKind, CaveatKind, "always-task", "asked-early", "turning", "submounts"]

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
    cause: LossKind = "no-rule"
    """What ``reason`` says in words."""


class AccessCoverage(NamedTuple):
    """One access: its level, who is recorded, who is not."""

    level: Level
    by: tuple[Share, ...]
    missing: tuple[Gap, ...]


class Blind(NamedTuple):
    """Something that keeps records from being made or written whatever the watches say; ``position`` where it is a rule."""

    kind: BlindKind
    text: str
    position: int | None = None


class Effect(NamedTuple):
    """What the rule at ``position`` (from 0) does to the audited path, in the reader's words."""

    position: int
    text: str


class Exempt(NamedTuple):
    """The callers that coverage leaves out of its count, by what rules name them with.

    ``programs`` are exe= paths, as rules write them, of programs whose own accesses do not count; ``nobody`` are those that no running
    program ever has (links); ``labels`` are the names of the fields that no process and no file of this kernel has a label for.
    """

    programs: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()


NO_EXEMPT = Exempt()
"""Everybody counts."""


class Exemption(NamedTuple):
    """What the rule at ``position`` (from 0) leaves out by name: ``programs`` as exe= names them, ``labels`` as fields (``subj_type=crond_t``)."""

    position: int
    programs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


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
    reasons: tuple[Notice[CoverageKind], ...]
    """In the order of their importance."""
    exemptions: tuple[Exemption, ...] = ()
    """Who is left out by name, and so not counted; in the rules' order."""
