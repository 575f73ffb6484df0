"""assess(): what is true of one control on one host, as one state with its reasons. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.inputs import PathFacts, Unknown
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.controls.control import Control, Numbered
from tui.host.facts import HostFacts
from tui.verdict.boot.next_boot import after_next_boot
from tui.verdict.disk import Disk, read_disk
from tui.verdict.judgement import Judgement, cover, judge
from tui.verdict.neighbours.exemptions import exempt
from tui.verdict.reasons import explain, of_distrust, of_refusals
from tui.verdict.scanners import benchmark_grep
from tui.verdict.silence import silence
from tui.verdict.subject import Subject, locate
from tui.verdict.values import Finding, Level, Offer, RealPath, ReasonKind, State
from tui.verdict.wanted import (
    alternatives,
    benchmark_line,
    real_path_lines,
    refusals,
    scanned_path,
    scanner_line,
    texts,
    wanted_lines,
)
from tui.verdict.whose_files import foreign_files


def assess_all(controls: Sequence[Control], benchmark: str, facts: HostFacts) -> tuple[Finding, ...]:
    """The findings for *controls*, in their order; rules.d is compiled once for all."""
    disk = after_next_boot(read_disk(facts), facts) if isinstance(facts.rules_dir, tuple) else None
    return tuple(assess(control, benchmark, facts, disk) for control in controls)


def assess(control: Control, benchmark: str, facts: HostFacts, disk: Disk | None = None) -> Finding:
    """The finding for *control* as *benchmark* numbers it.

    *disk* is what a boot loads, given by callers that ask about many controls. Raises KeyError where *benchmark* lacks the control.
    """
    subject = locate(control, benchmark, facts)
    foreign = foreign_files(facts)
    if foreign is not None:
        return _unjudged(control, benchmark, subject._replace(real_path=None), facts, "unknown", (foreign,))
    if subject.applicable is False:
        return _unjudged(
            control, benchmark, subject, facts, "notapplicable", (Notice("absent", subject.reason), *of_distrust(subject))
        )
    unread = _unread(subject, facts)
    if unread:
        return _unjudged(control, benchmark, subject, facts, "unknown", unread)
    assert isinstance(subject.facts, PathFacts)
    assert isinstance(facts.kernel_rules, tuple)
    entry = control.numbered[benchmark]
    judged = judge(
        entry.accesses, subject.exclusions, subject.facts, facts, disk or after_next_boot(read_disk(facts), facts), silence(facts)
    )
    state = judged.state()
    grep = benchmark_grep(subject.path, facts.kernel_rules)
    wanted = wanted_lines(control, benchmark, subject, facts)
    real_lines = real_path_lines(control, benchmark, subject, facts)
    refused = refusals((*wanted, *real_lines))
    plain = benchmark_line(control, subject, facts)
    scanned = scanned_path(control, subject, facts)
    unseen = scanner_line(control, scanned, facts) if scanned and not benchmark_grep(scanned, facts.kernel_rules) else ""
    return Finding(
        control=entry.number,
        slug=control.slug,
        title=control.title,
        path=subject.path,
        kind=subject.kind,
        state=state,
        coverage=_levels(judged),
        loaded=bool(judged.loaded.reaching),
        on_disk=bool(judged.stored.reaching),
        benchmark_audit=grep,
        reasons=(
            *explain(state, judged, subject, facts, key=control.key, benchmark_audit=grep, benchmark_line=plain),
            *(_of_scanner(scanned) if unseen and judged.covered else ()),
            *of_refusals(refused),
        ),
        rules=judged.rule_lines(),
        real_path=_real_path(entry, subject, facts),
        wanted=texts(wanted),
        wanted_notes=tuple(dict.fromkeys(line.differs for line in wanted if line.differs)),
        real_lines=texts(real_lines),
        refused=refused,
        benchmark_line=plain,
        scanned=scanned,
        scanner_line=unseen,
        offers=tuple(Offer(each.id, each.text, each.lines) for each in alternatives(control, benchmark, subject, facts)),
        hindrances=judged.hindrances(),
        exemptions=judged.left_out(),
        only_boot_fails=state == "not-persistent" and judged.persistent,
    )


def _of_scanner(scanned: str) -> tuple[Notice[ReasonKind], ...]:
    text = f"docker-bench-security looks for {clean(scanned)} instead of the socket, finds no line and would warn."
    return (Notice("scanner-looks-elsewhere", text, "--benchmark-lines adds a watch on that file."),)


def _unjudged(
    control: Control, benchmark: str, subject: Subject, facts: HostFacts, state: State, reasons: tuple[Notice[ReasonKind], ...]
) -> Finding:
    real_lines = real_path_lines(control, benchmark, subject, facts)
    refused = refusals(real_lines)
    return Finding(
        control=control.numbered[benchmark].number,
        slug=control.slug,
        title=control.title,
        path=subject.path,
        kind=subject.kind,
        state=state,
        coverage=None,
        loaded=None,
        on_disk=None,
        benchmark_audit=None,
        reasons=(*reasons, *of_refusals(refused)),
        real_path=_real_path(control.numbered[benchmark], subject, facts),
        real_lines=texts(real_lines),
        refused=refused,
    )


def _unread(subject: Subject, facts: HostFacts) -> tuple[Notice[ReasonKind], ...]:
    """Why no verdict is possible; empty where everything needed was read."""
    missing: list[Notice[ReasonKind]] = []
    if subject.applicable is None:
        missing.append(Notice("unread-path", subject.reason))
    elif isinstance(subject.facts, Unknown):
        missing.append(Notice("unread-path", subject.facts.reason, subject.facts.way_out))
    for value in (facts.audit_status, facts.kernel_rules, facts.rules_dir):
        if isinstance(value, Unknown) and all(value.reason != reason.text for reason in missing):
            missing.append(Notice("unread", value.reason, value.way_out))
    return tuple(missing)


def _levels(judged: Judgement) -> Mapping[str, Level]:
    if judged.silent:
        return dict.fromkeys(judged.loaded.accesses, "unaudited")
    return {access: judged.loaded.accesses[access].level for access in judged.loaded.accesses}


def _real_path(entry: Numbered, subject: Subject, facts: HostFacts) -> RealPath | None:
    """How well the object itself is audited where it lies elsewhere than at the named path."""
    if subject.real_path is None:
        return None
    real = facts.paths.get(subject.real_path)
    if not isinstance(real, PathFacts) or not isinstance(facts.kernel_rules, tuple) or isinstance(facts.audit_status, Unknown):
        return None
    rules = facts.kernel_rules
    covered = cover(entry.accesses, subject.exclusions, real, facts, rules, facts.audit_status, exempt(facts, rules))
    return RealPath(subject.real_path, {access: covered.accesses[access].level for access in covered.accesses})
