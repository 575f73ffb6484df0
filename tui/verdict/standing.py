"""Standing faults: reasons of a finding that no rule mends and no undo takes away, beside the one of its state. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tui.audit.coverage.values import BlindKind
from tui.base.notice import Notice
from tui.base.typing import get_args
from tui.verdict.together import told_together
from tui.verdict.values import BootKind, Finding, ReasonKind

_STANDING = frozenset(("silent", "load-stops", "boot-stops", "boot-hides", *get_args(BlindKind), *get_args(BootKind))) - {
    "no-daemon"
}
"""What keeps records from being made or written whatever the watches say, what a load stops at, and what a boot leaves out. Where no daemon
runs, each view has its own row or sentence for that."""


def standing_faults(findings: Iterable[Finding], said: str = "") -> tuple[Notice[ReasonKind], ...]:
    """What stays wrong for the audit of the objects of *findings*, those that fail, each fault once with all that it is about; those whose text
    stands in *said* are left out."""
    failing = [(finding, reason) for finding in findings if finding.result == "fail" for reason in finding.reasons]
    return told_together((finding, reason) for finding, reason in failing if reason.kind in _STANDING and reason.text not in said)
