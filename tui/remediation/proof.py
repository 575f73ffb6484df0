"""The proof: harmless accesses to what was put under audit, and their records in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.host.host import Host, ProbeResult
from tui.remediation.question import Question
from tui.remediation.values import Finding


def prove(question: Question, findings: Sequence[Finding], host: Host) -> tuple[ProbeResult, ...]:
    """Access the path of every control that applies, harmlessly, and find the records.

    Each control is probed with every access that it asks for, ``r`` first, where its object really is if that is recorded: so is a
    control that does not apply, when its object lies elsewhere. After an access without a record the control's others are left out:
    each would wait in vain.
    """
    probes: list[ProbeResult] = []
    wanted = {control.slug: control.versions[question.benchmark].accesses for control in question.controls}
    for finding in findings:
        real = finding.real_path.path if finding.real_path and _covered(finding.real_path.coverage) else None
        if finding.state == "unknown" or (finding.state == "notapplicable" and real is None):
            continue
        path = real or finding.path
        for access in wanted[finding.slug]:
            probes.append(host.probe(path, access))
            if not probes[-1].recorded:
                break
    return tuple(probes)


def _covered(coverage: Mapping[str, str]) -> bool:
    return all(level == "audited" for level in coverage.values())


def told(finding: Finding) -> str:
    """What still stands in the way of a control, in a sentence or two."""
    texts = [reason.text for reason in finding.reasons if not reason.id.startswith("benchmark-")]
    first, second = (*texts, "", "")[:2]
    reasons = second if second.startswith(first.rstrip(".")) else f"{first} {second}"
    return f"{finding.control} {finding.path}: {reasons}".rstrip()
