"""Waivers: controls whose failure somebody answers for, until a day, on some hosts. What they cover stays a failure. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from tui.audit.value_checks import check_day
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field
from tui.verdict.values import Finding, Waiver


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """A file of waivers as it is written: ``schema`` is 1."""

    waivers: tuple[Waiver, ...]
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of one file on the day that they are asked for; ``today`` is that day in UTC, ``2026-11-27``."""

    entries: tuple[Waiver, ...] = ()
    today: str = field(default="", metadata={"check": check_day})

    def of(self, control: str, slug: str, host: str) -> Waiver | None:
        """The waiver that covers the control, by its number or its slug, on *host*; None where none does, or only one that no longer may."""
        found = (entry for entry in self._about(control, slug, host) if not self.why_void(entry))
        return next(found, None)

    def void(self, findings: Iterable[Finding], host: str) -> tuple[str, ...]:
        """A sentence for each waiver of a failing control that covers nothing, where no other one covers it."""
        return tuple(
            told for finding in findings if finding.result == "fail" for told in self.void_of(finding.control, finding.slug, host)
        )

    def void_of(self, control: str, slug: str, host: str) -> tuple[str, ...]:
        """A sentence for each waiver of a control, by its number or its slug, that covers nothing on *host*; none where another one does."""
        if self.of(control, slug, host) is not None:
            return ()
        about = self._about(control, slug, host)
        return tuple(f"The waiver of {clean(entry.control)} does not count: {self.why_void(entry)}." for entry in about)

    def why_void(self, entry: Waiver) -> str:
        """Why *entry* covers nothing, "" where it does."""
        if not entry.reason.strip():
            return "it gives no reason"
        if entry.until and entry.until < self.today:
            return f"it ended on {entry.until}"
        return ""

    def _about(self, control: str, slug: str, host: str) -> Sequence[Waiver]:
        return [
            entry
            for entry in self.entries
            if entry.control in (control, slug) and (not entry.hosts or any(fnmatchcase(host, glob) for glob in entry.hosts))
        ]
