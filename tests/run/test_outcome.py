"""What a run amounts to: a table of what the host shows after its last step; the first row that holds decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.run.journal.test_journal import WORK
from tests.wizard import samples
from tui.audit.inputs import AuditStatus
from tui.host.port import ProbeResult
from tui.run.journal.intent import Intent
from tui.run.outcome import LOCKED, outcome_of
from tui.verdict.values import Finding

PASSES, FAILS = samples.finding("audited"), samples.finding("unaudited")
ENDS_AT_BOOT = replace(samples.finding("not-persistent"), only_boot_fails=True)
SEEN = ProbeResult("/usr/bin/containerd", "r", 7, True, serial=1)
SILENT = ProbeResult("/usr/bin/containerd", "r", 7, False, "No record came within 5 s.")
WAITS = replace(WORK, pending_reboot=True)


@pytest.mark.parametrize(
    ("intent", "findings", "probes", "withheld", "locked", "outcome", "headline"),
    [
        (WORK, (PASSES,), (SEEN,), "", False, "proved", "audited, and proved"),
        (WORK, (PASSES,), (SEEN,), "", True, "proved", "audited, proved, and locked"),
        (WORK, (PASSES,), (), "", False, "not-proved", "audited, not proved"),
        (WORK, (PASSES,), (SILENT,), "", False, "not-proved", "audited, not proved"),
        (WORK, (PASSES, FAILS), (SEEN,), "", False, "not-proved", "done, but NOT audited"),
        (WORK, (PASSES,), (SEEN,), "Not locked.", False, "not-proved", "loaded, not locked"),
        (WORK, (ENDS_AT_BOOT,), (SEEN,), "", False, "not-persistent", "audited now, not persistent"),
        (WORK, (ENDS_AT_BOOT,), (SILENT,), "", False, "not-proved", "done, but NOT audited"),
        (WORK, (ENDS_AT_BOOT, FAILS), (SEEN,), "", False, "not-proved", "done, but NOT audited"),
        (WAITS, (FAILS,), (), "", False, "pending-reboot", "pending reboot"),
    ],
)
def test_what_it_amounts_to(
    intent: Intent,
    findings: tuple[Finding, ...],
    probes: tuple[ProbeResult, ...],
    withheld: str,
    locked: bool,
    outcome: str,
    headline: str,
) -> None:
    ended = outcome_of(intent, samples.facts(), findings, probes, withheld=withheld, locked=locked)
    assert ended[:2] == (outcome, headline)
    assert (LOCKED in ended[2]) == locked
    assert withheld in ended[2]


@pytest.mark.parametrize(("enabled", "why"), [(1, "as --no-load asks"), (2, "rules are locked until the next reboot")])
def test_why_nothing_was_loaded(enabled: int, why: str) -> None:
    intent = replace(WAITS, status=AuditStatus(enabled, pid=77))
    assert why in outcome_of(intent, samples.facts(), (FAILS,), ())[2]
