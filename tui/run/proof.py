"""The proof: harmless accesses to what was put under audit, and their records in the log."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.dataclass import replace
from tui.host.port import Host, ProbeResult
from tui.run.values import RunReport
from tui.verdict.question import Question
from tui.verdict.values import Finding


def prove(question: Question, findings: Sequence[Finding], host: Host, elsewhere: str = "") -> tuple[ProbeResult, ...]:
    """Access the path of every control that applies, harmlessly, and find the records.

    Each control is probed with every access that it asks for, ``r`` first, at every place of its object that is recorded. After an
    access without a record the place's others are left out: each would wait in vain. So would every control's where the records go
    *elsewhere* than to auditd's log: the sentence that says where becomes the reason.
    """
    probes: list[ProbeResult] = []
    wanted = {control.slug: control.numbered[question.benchmark].accesses for control in question.controls}
    for finding in findings:
        for path in _probed(finding):
            for access in wanted[finding.slug]:
                probes.append(host.probe(path, access))
                if probes[-1].recorded:
                    continue
                if not elsewhere:
                    break
                reason = f"{elsewhere} This program cannot read them there"
                return (*probes[:-1], replace(probes[-1], reason=reason))
    return tuple(probes)


def _probed(finding: Finding) -> tuple[str, ...]:
    """Where the object of *finding* is to be accessed: behind a link only where that is recorded."""
    if finding.state in ("unknown", "notapplicable"):
        return ()
    ends = {place.path: all(level == "audited" for level in place.coverage.values()) for place in finding.places}
    return tuple(path for path, covered in ends.items() if covered) or (finding.path,)


def with_probes(report: RunReport, probes: tuple[ProbeResult, ...], elsewhere: str) -> RunReport:
    """*report*, of a run that had nothing to do, with what the log says of our own accesses; *elsewhere* says where the records go, if not there."""
    if probes and all(probe.recorded for probe in probes):
        headline, found = "nothing to do, and proved", "Each of our own accesses was found in the log."
        return replace(report, headline=headline, message=f"Nothing was changed. {found}", probes=probes)
    found = (
        f"A harmless access of our own was not found in the log. {probes[-1].reason}."
        if elsewhere and probes
        else "A harmless access of our own was not found in the log, although the rules look right."
    )
    headline = "nothing to do, but not proved"
    return replace(report, outcome="not-proved", headline=headline, message=f"Nothing was changed. {found}", probes=probes)


def finding_in_words(finding: Finding) -> str:
    """What still stands in the way of a control, in a sentence or two."""
    texts = [reason.text for reason in finding.reasons if not reason.kind.startswith("benchmark-")]
    first, second = (*texts, "", "")[:2]
    reasons = second if second.startswith(first.rstrip(".")) else f"{first} {second}"
    return f"{finding.control} {finding.path}: {reasons}".rstrip()
