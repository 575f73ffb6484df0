"""The proof: harmless accesses to what was put under audit, and their records in the log."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import listed
from tui.base.dataclass import replace
from tui.host.facts import HostFacts
from tui.host.port import Host, ProbeResult
from tui.host.recorder import RecordPlace
from tui.run.values import RunReport
from tui.run.words import HEADLINES
from tui.verdict.question import Question
from tui.verdict.silence import records_elsewhere, records_place
from tui.verdict.values import Finding

RECORDER_SECONDS = 6.0
"""How long a record is waited for that another recorder than auditd writes: auditbeat hands on what it has each second, go-audit waits two."""


def prove(question: Question, findings: Sequence[Finding], host: Host, facts: HostFacts) -> tuple[ProbeResult, ...]:
    """Access the path of every control that applies, harmlessly, and find the records: in auditd's log, or where *facts* say that the
    records go.

    Each control is probed with every access that it asks for, ``r`` first, at every place of its object that is recorded. After an
    access without a record the place's others are left out: each would wait in vain. So would every control's where the records go
    elsewhere than to auditd's log: the sentence that says where becomes the reason.
    """
    probes: list[ProbeResult] = []
    elsewhere, told = records_elsewhere(facts), records_place(facts)
    place = told if isinstance(told, RecordPlace) else None
    timeout = RECORDER_SECONDS if place else 2.0
    wanted = {control.slug: control.in_version(question.benchmark).accesses for control in question.controls}
    for finding in findings:
        for path in _probed(finding):
            for access in wanted[finding.slug]:
                probes.append(host.probe(path, access, timeout=timeout, place=place))
                if probes[-1].recorded:
                    continue
                if not elsewhere:
                    break
                why = probes[-1].reason if place else str(told)
                reason = f"{elsewhere} {why[:1].upper()}{why[1:]}"
                return (*probes[:-1], replace(probes[-1], reason=reason))
    return tuple(probes)


def found_words(probes: Sequence[ProbeResult]) -> str:
    """The sentence for accesses of our own that were all recorded: where they were found."""
    places = list(dict.fromkeys(probe.place for probe in probes if probe.place))
    return f"Each of our own accesses was found in {listed(places) if places else 'the log'}."


def _probed(finding: Finding) -> tuple[str, ...]:
    """Where the object of *finding* is to be accessed: behind a link only where that is recorded."""
    if finding.state in ("unknown", "notapplicable"):
        return ()
    ends = {place.path: all(level == "audited" for level in place.coverage.values()) for place in finding.places}
    return tuple(path for path, covered in ends.items() if covered) or (finding.path,)


def with_probes(report: RunReport, probes: tuple[ProbeResult, ...], facts: HostFacts) -> RunReport:
    """*report*, of a run that had nothing to do, with what the log says of our own accesses, or the place where *facts* say the records go."""
    if probes and all(probe.recorded for probe in probes):
        return replace(
            report, headline=HEADLINES["nothing-and-proved"], message=f"Nothing was changed. {found_words(probes)}", probes=probes
        )
    found = (
        f"A harmless access of our own was not found. {probes[-1].reason}."
        if records_elsewhere(facts) and probes
        else "A harmless access of our own was not found in the log, although the rules look right."
    )
    headline = HEADLINES["nothing-not-proved"]
    return replace(report, outcome="not-proved", headline=headline, message=f"Nothing was changed. {found}", probes=probes)


def finding_in_words(finding: Finding) -> str:
    """What still stands in the way of a control, in a sentence or two."""
    texts = [reason.text for reason in finding.reasons if not reason.kind.startswith("benchmark-")]
    first, second = (*texts, "", "")[:2]
    reasons = second if second.startswith(first.rstrip(".")) else f"{first} {second}"
    return f"{finding.control} {finding.path}: {reasons}".rstrip()
