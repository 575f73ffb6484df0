"""assess_all(): what is true of each control on one host, as one state with its reasons. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.audit.inputs import Unknown
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.base.notice import Notice
from tui.base.typing import TypeVar, get_args
from tui.controls.control import Control
from tui.host.facts import HostFacts
from tui.verdict.covered import RulesInForce, real_path
from tui.verdict.known import KnownHost
from tui.verdict.objects.subject import Subject, of_distrust, places_of
from tui.verdict.objects.whose_files import foreign_files, not_from_files
from tui.verdict.values import RESULT_OF, Finding, ReasonKind, State

T = TypeVar("T")
_WORST_FIRST: tuple[State, ...] = tuple(
    sorted(get_args(State), key=lambda state: ("fail", "unknown", "pass", "notapplicable").index(RESULT_OF[state]))
)


def assess_all(
    controls: Sequence[Control], benchmark: str, host: HostFacts | KnownHost, *, named_paths: bool = False
) -> tuple[Finding, ...]:
    """The findings for *controls*, in their order, each as bad as that of the worst place of its object.

    What controls share is derived once. *named_paths* keeps to the benchmark's own paths. Raises KeyError where *benchmark* lacks a control.
    """
    known, facts = (host, host.facts) if isinstance(host, KnownHost) else (KnownHost.of(host), host)
    foreign = foreign_files(facts) or not_from_files(facts)
    findings = []
    for control in controls:
        subjects = places_of(control, benchmark, facts, named_paths=named_paths)
        if foreign is not None:
            findings.append(_unjudged(control, benchmark, subjects[0]._replace(real_path=None), facts, "unknown", (foreign,)))
            continue
        found = [_assess_place(control, benchmark, subject, facts, known) for subject in subjects]
        findings.append(found[0] if len(found) == 1 else _together(found))
    return tuple(findings)


def _assess_place(
    control: Control, benchmark: str, subject: Subject, facts: HostFacts, known: KnownHost | tuple[Notice[ReasonKind], ...]
) -> Finding:
    loaded = known.loaded if isinstance(known, KnownHost) else RulesInForce.loaded(facts)
    if subject.applicable is False:
        reasons: tuple[Notice[ReasonKind], ...] = (Notice("absent", subject.reason), *of_distrust(subject))
        return _unjudged(control, benchmark, subject, facts, "notapplicable", reasons, loaded)
    if subject.applicable is None or isinstance(subject.facts, Unknown) or not isinstance(known, KnownHost):
        return _unjudged(control, benchmark, subject, facts, "unknown", _unread(subject, known), loaded)
    from tui.verdict.judged_finding import judged_finding  # a third of the modules of a check, and a host without Docker needs none

    return judged_finding(control, benchmark, subject, subject.facts, known)


def _together(found: Sequence[Finding]) -> Finding:
    """One finding for an object in several places: that of the worst place, with what the other places want and lack."""
    worst = min(found, key=lambda finding: _WORST_FIRST.index(finding.state))
    open_ones = [finding for finding in found if finding.result != "pass"]
    others = [finding for finding in open_ones if finding is not worst and finding.places]
    also: tuple[Notice[ReasonKind], ...] = tuple(
        Notice(
            "other-place",
            f"The object is also at {clean(finding.places[0].path)}. {finding.reasons[0].text}",
            finding.reasons[0].remedy,
        )
        for finding in others
    )

    def joined(each: Callable[[Finding], tuple[T, ...]], among: Sequence[Finding] = open_ones) -> tuple[T, ...]:
        return tuple(dict.fromkeys(one for finding in among for one in each(finding)))

    return replace(
        worst,
        reasons=(*worst.reasons, *also),
        wanted=joined(lambda finding: finding.wanted),
        wanted_notes=joined(lambda finding: finding.wanted_notes),
        refused=joined(lambda finding: finding.refused),
        offers=joined(lambda finding: finding.offers),
        hindrances=joined(lambda finding: finding.hindrances),
        only_boot_fails=bool(open_ones) and all(finding.only_boot_fails for finding in open_ones),
        places=tuple(place for finding in found for place in finding.places),
    )


def _unjudged(
    control: Control,
    benchmark: str,
    subject: Subject,
    facts: HostFacts,
    state: State,
    reasons: tuple[Notice[ReasonKind], ...],
    loaded: RulesInForce | None = None,
) -> Finding:
    return Finding(
        control=control.in_version(benchmark).number,
        slug=control.slug,
        title=control.title,
        path=subject.path,
        kind=subject.kind,
        state=state,
        coverage=None,
        loaded=None,
        on_disk=None,
        benchmark_audit=None,
        reasons=reasons,
        real_path=real_path(control.in_version(benchmark), subject, facts, loaded),
    )


def _unread(subject: Subject, known: KnownHost | tuple[Notice[ReasonKind], ...]) -> tuple[Notice[ReasonKind], ...]:
    """Why no verdict is possible."""
    missing: tuple[Notice[ReasonKind], ...] = ()
    if subject.applicable is None:
        missing = (Notice("unread-path", subject.reason),)
    elif isinstance(subject.facts, Unknown):
        missing = (Notice("unread-path", subject.facts.reason, subject.facts.way_out),)
    of_host = () if isinstance(known, KnownHost) else known
    return (*missing, *(reason for reason in of_host if all(reason.text != other.text for other in missing)))
