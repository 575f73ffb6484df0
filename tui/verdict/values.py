"""What a verdict is made of: Finding, with its state, reasons and rules. Plain data."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.coverage.values import CoverageKind
from tui.audit.value_checks import check_day
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.controls.checks import check_some_text
from tui.host.facts import DOCKER_RULES

Result = Literal["pass", "fail", "notapplicable", "unknown", "error", "fixed"]
State = Literal[
    "notapplicable",
    "unknown",
    "unaudited",
    "pending-reboot",
    "not-loaded",
    "blind",
    "shadowed",
    "partial",
    "not-persistent",
    "audited",
]
RESULT_OF: Mapping[State, Result] = {
    "notapplicable": "notapplicable",
    "unknown": "unknown",
    "audited": "pass",
    **dict.fromkeys(("unaudited", "pending-reboot", "not-loaded", "blind", "shadowed", "partial", "not-persistent"), "fail"),
}
"""The XCCDF 1.2 result that goes with each state."""

Level = Literal["audited", "partial", "unaudited"]
BootKind = Literal[
    "boot-without-auditd", "boot-starts-no-auditd", "boot-records-nothing", "boot-loads-nothing", "boot-loads-as-it-is"
]
"""Why the next boot does not bring the rules back."""
ReasonKind = Literal[
    CoverageKind,
    BootKind,
    "boot-not-told",
    "menu-without-audit",
    "menu-untold",
    "only-in-loaded-file",
    # the state itself
    "absent",
    "unaudited",
    "pending-reboot",
    "not-loaded",
    "loaded-too-early",
    "silent",
    "blind-on-disk",
    "shadowed",
    "shadowed-on-disk",
    "not-persistent",
    "audited",
    "shallow-after-boot",
    # what could not be read
    "not-root",
    "unread",
    "unread-path",
    "foreign-files",
    "declared-rules",
    # loading and booting
    "boot-stops",
    "boot-hides",
    "load-stops",
    "late-delete",
    "line-refused",
    "rules-not-kept",
    # what the host's other rules have to do with it
    "exempt",
    "general-rules",
    "never-reached",
    "name-ignored",
    "own-line-stops",
    "lookalike-path",
    "no-path-records",
    # keys, scanners, places, whose records
    "other-key",
    "no-key",
    "benchmark-passes",
    "benchmark-misses",
    "scanner-looks-elsewhere",
    "elsewhere",
    "moves-away",
    "other-place",
    "real-path",
    "hard-linked",
    "not-trusted",
    "other-daemon",
    "plugin-only",
    "older-than-auditing",
]
"""What a reason says; each kind has its explanation."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule that touches the audited path: where it stands, as auditctl would print it, and what it does here."""

    source: Literal["kernel", "rules.d", "audit.rules"]
    text: str
    effect: str
    position: int | None = None
    file: str | None = None
    line: int | None = None
    general: bool = False
    """It names no path and records a part of what is done to every one."""


@dataclass(frozen=True, slots=True)
class RealPath:
    """Where the object of a control really is, if not at the named path, and how well that is audited."""

    path: str
    coverage: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class AuditedPlace:
    """One place of a control's object, and how well it is audited there; ``path`` is where the object is, behind links."""

    path: str
    coverage: Mapping[str, Level]
    loaded: bool
    on_disk: bool


OfferKind = Literal["exclusions", "writes"]
"""What is left out: directories, or all but writes and attribute changes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Other lines for the same control that record less; ``text`` says what is lost and what ``check`` will call it."""

    kind: OfferKind
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Callers whom one rule leaves out by name, so that coverage does not count them: ``who`` in words, ``place`` the rule's file and
    line ("" where it is on no disk)."""

    rule: str
    who: str
    place: str = ""
    programs: tuple[str, ...] = ()
    """The programs among them; what has no label on this kernel is none."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver: the control by its number or slug, why and by whom its failure is accepted, the last day of it (``2026-12-31``; None: no
    end), and the hosts by name or glob (none: every host)."""

    control: str = field(metadata={"check": check_some_text})
    reason: str = ""
    by: str = ""
    until: str | None = field(default=None, metadata={"check": check_day})
    hosts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Why, who and how long, in one clean line."""
        by = f" ({clean(self.by)})" if self.by else ""
        return f"{clean(self.reason)}{by}" + (f", until {self.until}" if self.until else "")


WhyVoid = Literal["no-reason", "ended", "nothing-fails"]
"""Why a waiver covers nothing: it gives no reason, its last day is past, or the control does not fail."""


@dataclass(frozen=True, slots=True)
class VoidWaiver:
    """A waiver of a control that covers nothing on this host, and why."""

    waiver: Waiver
    why: WhyVoid

    @property
    def text(self) -> str:
        """That it does not count, and why, as a sentence."""
        whys = {
            "no-reason": "it gives no reason",
            "ended": f"it ended on {self.waiver.until}",
            "nothing-fails": "the control does not fail",
        }
        return f"The waiver of {clean(self.waiver.control)} does not count: {whys[self.why]}."


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding: what is true of one control on one host. ``coverage``, ``loaded``, ``on_disk``, ``benchmark_audit`` are None for
    notapplicable and unknown."""

    control: str
    slug: str
    title: str
    path: str
    kind: str
    state: State
    coverage: Mapping[str, Level] | None
    loaded: bool | None
    on_disk: bool | None
    benchmark_audit: bool | None
    reasons: tuple[Notice[ReasonKind], ...]
    rules: tuple[RuleLine, ...] = ()
    real_path: RealPath | None = None
    wanted: tuple[str, ...] = ()
    """The rules-file lines that would make the control pass here, in order."""
    wanted_notes: tuple[str, ...] = ()
    """Where one of them differs from the benchmark's own line: how, and why."""
    places: tuple[AuditedPlace, ...] = ()
    """Every place of the object on this host; the finding's own fields are those of the worst. Empty where it does not apply or is not known."""
    refused: tuple[str, ...] = ()
    """Why one of these lines cannot stand in a rules file, a sentence each; the lines it belongs to are left out together."""
    benchmark_line: str = ""
    """The line that the benchmark's grep, and scanners like it, look for."""
    scanned: str = ""
    """The path that docker-bench-security looks for, where it is another than the control's own."""
    scanner_line: str = ""
    """The line that it would find there; "" where it finds one already."""
    offers: tuple[Offer, ...] = ()
    """Quieter rules, where the control's own are a flood."""
    hindrances: tuple[RuleLine, ...] = ()
    """The lines on disk that take this path's events (``never``) or blind all of auditing."""
    details: tuple[Notice[ReasonKind], ...] = ()
    """Further reasons, set by set of callers, that only JSON and the why behind a page tell."""
    exemptions: tuple[LeftOut, ...] = ()
    """Who is left out by name, and not counted in ``coverage``."""
    after_boot: Mapping[str, Level] | None = None
    """How well each access is recorded after the next boot, by what that loads; None for notapplicable and unknown."""
    waiver: Waiver | None = None
    """Who answers for it that the control fails here; its result stays what it is."""
    void_waivers: tuple[VoidWaiver, ...] = ()
    """Which waivers of it cover nothing; none where another one covers it."""
    only_boot_fails: bool = False
    """It is recorded now and the rules of rules.d are right: it is not persistent only because the next boot brings no auditd or does not
    load them, and no load mends that."""
    load_at_boot: str = ""
    """How the load of the next boot ends, as the end of the line that names it; "" where it goes through, or that is not known."""

    @property
    def void_texts(self) -> tuple[str, ...]:
        """Which waivers of its failure do not count, and why, a sentence each; one that nothing needs is not told of."""
        return tuple(each.text for each in self.void_waivers if each.why != "nothing-fails")

    @property
    def lines_for_scanners(self) -> tuple[str, ...]:
        """The lines that record nothing more, and that scanners look for in vain: the benchmark's own, and docker-bench-security's."""
        at_end = self.real_path is not None and not any(self.path in line for line in self.wanted)
        missed = self.benchmark_audit is False and (self.result == "pass" or (self.result == "fail" and at_end))
        scanner = self.scanner_line if self.result in ("pass", "fail") else ""
        return tuple(filter(None, (self.benchmark_line if missed else "", scanner)))

    @property
    def result(self) -> Result:
        """The XCCDF result of the state."""
        return RESULT_OF[self.state]

    @property
    def is_stuck(self) -> bool:
        """Whether it shows by itself that a plan for it is blocked: by a line of another file, a line that cannot be written, or a boot that no
        rule mends."""
        return bool(self.refused) or self.only_boot_fails or any(line.file != DOCKER_RULES for line in self.hindrances)

    @property
    def fails(self) -> bool:
        """Whether the control fails and nobody has accepted that."""
        return self.result == "fail" and self.waiver is None
