"""What a run amounts to: a table of what the host shows after its last step; the first row that holds decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.run.journal.desk import WORK
from tests.wizard import samples
from tui.audit.inputs import AuditStatus
from tui.host.port import ProbeResult
from tui.host.scenario import load_scenario
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


@pytest.mark.parametrize(
    ("enabled", "why"),
    [
        (
            1,
            "Nothing was loaded and auditd was not restarted, as you chose (--no-load). The next boot or load brings them into the kernel;",
        ),
        (
            2,
            "The kernel's rules are locked until the next reboot: nothing was loaded and auditd was not restarted. The reboot loads them;",
        ),
    ],
)
def test_why_nothing_was_loaded(enabled: int, why: str) -> None:
    intent = replace(WAITS, status=AuditStatus(enabled, pid=77))
    assert why in outcome_of(intent, samples.facts(), (FAILS,), ())[2]


def test_what_is_only_written_is_brought_in_by_any_load_which_locks_where_a_line_says_so() -> None:
    intent = replace(WAITS, status=AuditStatus(1, pid=77))
    said = outcome_of(intent, load_scenario("lock-waiting").host, (FAILS,), ())[2]
    assert "The next boot or load brings them into the kernel, and locks it; check says then" in said
