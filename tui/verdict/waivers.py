"""Waivers: controls whose failure somebody answers for, until a day, on some hosts. What they cover stays a failure. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from tui.audit.value_checks import check_day
from tui.base.dataclass import dataclass, field
from tui.verdict.values import VoidWaiver, Waiver, WhyVoid


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
        found = (entry for entry in self._about(control, slug, host) if self.why_void(entry) is None)
        return next(found, None)

    def void_of(self, control: str, slug: str, host: str, *, fails: bool = True) -> tuple[VoidWaiver, ...]:
        """The waivers of a control, by its number or its slug, that cover nothing on *host*, where it *fails* or does not; none where it fails
        and another one covers that."""
        about = self._about(control, slug, host)
        if fails and any(self.why_void(entry) is None for entry in about):
            return ()
        return tuple(VoidWaiver(entry, self.why_void(entry) or "nothing-fails") for entry in about)

    def why_void(self, entry: Waiver) -> WhyVoid | None:
        """Why *entry* covers nothing whatever fails; None where it does."""
        if not entry.reason.strip():
            return "no-reason"
        return "ended" if entry.until and entry.until < self.today else None

    def is_about(self, entry: Waiver, host: str) -> bool:
        """Whether *entry* is for a host called *host*."""
        return not entry.hosts or any(fnmatchcase(host, glob) for glob in entry.hosts)

    def _about(self, control: str, slug: str, host: str) -> Sequence[Waiver]:
        return [entry for entry in self.entries if entry.control in (control, slug) and self.is_about(entry, host)]
