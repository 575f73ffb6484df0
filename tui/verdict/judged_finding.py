"""judged_finding(): the finding of a control whose object is there, on a host that is known: all that can be asked is answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.inputs import PathFacts
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.controls.control import Control
from tui.verdict.boot.words import load_at_boot_words
from tui.verdict.covered import real_path
from tui.verdict.judgement import Judgement, judge
from tui.verdict.known import KnownHost
from tui.verdict.objects.scanners import benchmark_grep
from tui.verdict.objects.subject import Subject
from tui.verdict.objects.wanted import (
    alternatives,
    benchmark_line,
    refusals,
    scanned_path,
    scanner_line,
    texts,
    wanted_lines,
)
from tui.verdict.reasons.explain import explain, of_refusals
from tui.verdict.values import AuditedPlace, Finding, Level, RealPath, ReasonKind


def judged_finding(control: Control, benchmark: str, subject: Subject, target: PathFacts, host: KnownHost) -> Finding:
    """The finding for *control* at *subject*, which is *target*."""
    facts = host.facts
    entry = control.in_version(benchmark)
    judged = judge(entry.accesses, subject.exclusions, target, host)
    state = judged.state()
    named = entry.path if subject.elsewhere else subject.path
    grep = benchmark_grep(named, host.loaded.listing)
    wanted = wanted_lines(control, benchmark, subject, host)
    refused = refusals(wanted)
    plain = benchmark_line(control, subject, facts, wanted, named)
    scanned = scanned_path(control, subject, facts)
    unseen = scanner_line(control, scanned, facts) if scanned and not benchmark_grep(scanned, host.loaded.listing) else ""
    coverage, loaded, on_disk = _levels(judged), bool(judged.loaded.reaching), bool(judged.stored.reaching)
    return Finding(
        control=entry.number,
        slug=control.slug,
        title=control.title,
        path=named,
        kind=subject.kind,
        state=state,
        coverage=coverage,
        loaded=loaded,
        on_disk=on_disk,
        benchmark_audit=grep,
        reasons=(
            *explain(
                state,
                judged,
                subject,
                facts,
                key=control.key,
                grepped=named,
                benchmark_audit=grep,
                benchmark_line=plain,
                unwritable=bool(refused),
            ),
            *(_of_scanner(scanned) if unseen and judged.covered else ()),
            *of_refusals(refused),
        ),
        rules=judged.rule_lines(),
        real_path=RealPath(subject.path, coverage) if subject.elsewhere else real_path(entry, subject, facts, host.loaded),
        wanted=texts(wanted),
        wanted_notes=tuple(dict.fromkeys(line.differs for line in wanted if line.differs)),
        refused=refused,
        benchmark_line=plain,
        scanned=scanned,
        scanner_line=unseen,
        offers=alternatives(control, benchmark, subject, facts),
        hindrances=judged.hindrances(),
        details=judged.details(state),
        exemptions=judged.left_out(),
        after_boot=judged.after_boot,
        only_boot_fails=state == "not-persistent" and judged.persistent and not judged.compiling_helps,
        load_at_boot=load_at_boot_words(judged.disk),
        places=(AuditedPlace(subject.end, coverage, loaded, on_disk),),
    )


def _of_scanner(scanned: str) -> tuple[Notice[ReasonKind], ...]:
    text = f"docker-bench-security looks for {clean(scanned)} instead of the socket, finds no line and would warn."
    return (Notice("scanner-looks-elsewhere", text, "--benchmark-lines adds a watch on that file."),)


def _levels(judged: Judgement) -> Mapping[str, Level]:
    if judged.silent:
        return dict.fromkeys(judged.loaded.accesses, "unaudited")
    return {access: judged.loaded.accesses[access].level for access in judged.loaded.accesses}
