"""What a run amounts to once it has taken its last step: outcome, headline, message; decided by what the host shows, not by what was done."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.coverage.values import ACCESS_WORDS
from tui.base.amounts import first_of
from tui.host.facts import HostFacts
from tui.host.port import ProbeResult
from tui.plan.load_effects import load_would_lock
from tui.plan.values import Plan
from tui.run.journal.intent import Intent
from tui.run.proof import finding_in_words, found_words
from tui.run.values import Outcome
from tui.run.words import HEADLINES
from tui.verdict.boot.image import forgets_rules
from tui.verdict.boot.words import of_findings
from tui.verdict.values import Finding
from tui.verdict.words import first_reasons, ways_out

Ended = tuple[Outcome, str, str]
"""An outcome, its headline, and the message that says what is true now."""

LOCKED = (
    "The kernel's rules are locked: until the next reboot it keeps those that it has. `docker-audit-wizard undo` takes the lines of this run off "
    "the disk now; their rules leave the kernel with that reboot."
)


def outcome_of_empty(plan: Plan) -> Ended:
    """What a run of a plan that changes nothing amounts to."""
    if plan.pending_reboot and plan.switches.no_load and any(finding.result == "fail" for finding in plan.findings):
        message = "The rules are on disk already, and --no-load leaves them to the next boot or load. Nothing was changed."
        return "pending-reboot", HEADLINES["pending-reboot"], message
    if plan.pending_reboot and any(finding.state == "pending-reboot" for finding in plan.findings):
        message = (
            "The rules are on disk already, and the kernel's rules are locked until the next reboot. Nothing was changed; check says what "
            "that reboot loads."
        )
        return "pending-reboot", HEADLINES["pending-reboot"], message
    passing = sum(finding.result == "pass" for finding in plan.findings)
    rest = len(plan.findings) - passing
    if not passing:
        return "nothing-to-do", HEADLINES["nothing-to-do"], "No control applies to this host; nothing was changed."
    also = f", {rest} not applicable" if rest else ""
    return (
        "nothing-to-do",
        HEADLINES["nothing-to-do"],
        f"{'Already' if passing == 1 else f'{passing} already'} audited{also}; nothing was changed.",
    )


def outcome_of(
    intent: Intent,
    facts: HostFacts,
    findings: Sequence[Finding],
    probes: Sequence[ProbeResult],
    *,
    withheld: str = "",
    locked: bool = False,
) -> Ended:
    """What a run that took every step of *intent* amounts to, by the *findings* on the host as it is now and the *probes* of what passes.

    *facts* are those from its beginning, *withheld* is why a lock that was planned was left out, "" where it was not.
    """
    unaudited = [finding for finding in findings if finding.result not in ("pass", "notapplicable")]
    silent = [probe for probe in probes if not probe.recorded]
    if intent.pending_reboot:
        return _pending(intent, facts, unaudited)
    if unaudited and all(finding.only_boot_fails for finding in unaudited) and not silent and probes:
        return _until_the_boot(unaudited, probes)
    if withheld:
        return "not-proved", HEADLINES["loaded-not-locked"], f"{withheld} What was loaded stays loaded, and an undo takes it back."
    if unaudited or silent:
        return _not_proved(unaudited, silent)
    if not probes:
        message = f"Every rule of the run is loaded and {intent.daemon} lives; no access was made to prove it."
        return "not-proved", HEADLINES["not-proved"], message
    return _proved(facts, findings, probes, locked=locked)


def _pending(intent: Intent, facts: HostFacts, unaudited: Sequence[Finding]) -> Ended:
    written = "The rules are written" if intent.files else "The rules are on disk already"
    why = (
        "The kernel's rules are locked until the next reboot: nothing was loaded and auditd was not restarted."
        if intent.status.enabled == 2
        else "Nothing was loaded and auditd was not restarted, as you chose (--no-load)."
    )
    forgets = forgets_rules(facts)
    then = forgets.in_full if forgets else f"{_loads_then(intent, facts)}; check says then whether they are loaded."
    if of_boot := of_findings(unaudited):
        then = " ".join(reason.in_full for reason in of_boot)
    return "pending-reboot", HEADLINES["pending-reboot"], f"{written}. {why} {then}"


def _loads_then(intent: Intent, facts: HostFacts) -> str:
    """What brings the rules on disk into the kernel: the reboot alone where it is locked, else any load as well, which may lock it."""
    if intent.status.enabled == 2:
        return "The reboot loads them"
    return "The next boot or load brings them into the kernel" + (", and locks it" if load_would_lock(facts) else "")


def _until_the_boot(unaudited: Sequence[Finding], probes: Sequence[ProbeResult]) -> Ended:
    told_once = " ".join(dict.fromkeys(reason.text for reason in first_reasons(unaudited)))
    message = f"{found_words(probes)[:-1]}, and the next boot ends that. {told_once}"
    message += "".join(f" {reason.remedy_in_line}" for reason in of_findings(unaudited) if reason.remedy)
    return "not-persistent", HEADLINES["not-persistent"], message


def _not_proved(unaudited: Sequence[Finding], silent: Sequence[ProbeResult]) -> Ended:
    reasons = [finding_in_words(finding) for finding in unaudited]
    known = {finding.path for finding in unaudited}  # why nothing of these is recorded is told
    reasons += [
        f"Our own access to {probe.path} ({ACCESS_WORDS[probe.access]}) is not proved: {probe.reason.rstrip('.')}."
        for probe in silent
        if probe.path not in known
    ]
    headline = HEADLINES["done-not-audited" if unaudited else "not-proved"]
    stays = "Nothing was rolled back: what was planned is done, and it stays."
    return "not-proved", headline, " ".join([*reasons, stays, *ways_out(unaudited)])


def _proved(facts: HostFacts, findings: Sequence[Finding], probes: Sequence[ProbeResult], *, locked: bool) -> Ended:
    passing = [finding for finding in findings if finding.result == "pass"]
    shallow = [finding.path for finding in passing if any(reason.kind == "shallow-after-boot" for reason in finding.reasons)]
    whole = [finding.path for finding in passing if finding.path not in shallow]
    forgets = forgets_rules(facts)
    lasting = f"recorded now. {forgets.text}" if forgets else "recorded now, and by the rules on disk after a reboot."
    said = [f"{first_of(whole)}: {lasting}"] if whole else []
    if shallow:
        said.append(
            f"{first_of(shallow)}: recorded now; a boot alone brings back a part of it, and the reasons in the report say how."
        )
    proof = [*said, found_words(probes)]
    if locked:
        return "proved", HEADLINES["proved-and-locked"], " ".join([*proof, LOCKED])
    return "proved", HEADLINES["proved"], " ".join(proof)
