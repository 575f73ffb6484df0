"""What is true of a simulated host after it was booted anew, beside what was true before and what had been foretold."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.inputs import ACCESSES, AuditStatus
from tui.host.facts import HostFacts
from tui.session import Booted
from tui.verdict.audit_daemon import daemon_text
from tui.verdict.rule_display import display
from tui.verdict.standing import standing_faults
from tui.verdict.values import Finding
from tui.verdict.words import in_state
from tui.views.page import Line, Page
from tui.views.pages.finding import access_units
from tui.views.pages.overview import plan_text
from tui.views.signs import Signs
from tui.views.words import ACCESS_WORDS, LEVEL_WORDS, RESULT_ROLES, count, headline, result_sign


def booted_lines(booted: Booted, width: int, signs: Signs) -> list[Line]:
    """The host before and after its boot, and each control then: what is recorded, and whether the verdict before had said so."""
    page = Page(width, signs, indent=2)
    page.say(("The simulated host was booted anew. This is what is true now.", "strong"))
    for label, facts in (("Before", booted.facts_before), ("Now", booted.facts_after)):
        page.row(label, _host_text(facts))
    for label, rules in (
        ("Gone", _only(booted.facts_before, booted.facts_after)),
        ("New", _only(booted.facts_after, booted.facts_before)),
    ):
        if rules:
            more = f" … and {len(rules) - 1} more" if len(rules) > 1 else ""
            said = "the boot has not loaded" if label == "Gone" else "the boot has loaded"
            page.row(label, f"{count(len(rules), 'rule')} that {said}: ", (rules[0], "code"), more)
    page.row("Plan", plan_text(booted.plan, "below"))
    for position, after in enumerate(booted.after):
        before = booted.before[position]
        page.head(f"{after.control} {after.path}")
        role = RESULT_ROLES[after.result]
        page.say((f"{result_sign(after.result, signs)} {headline(after)}", role))
        page.row("Before", in_state(before))
        if after.coverage is None:
            page.row("Now", in_state(after))
        else:
            page.units("Now", access_units(after, signs))
        page.row("Foretold", foretold_text(before, after))
        for number, reason in enumerate(_why(after)):
            page.row("" if number else "Why", reason)
    return page.lines


def since_boot_lines(findings: Sequence[Finding], width: int, signs: Signs, *, ran: bool = True) -> list[Line]:
    """What is true of each control since the boot, before the result of the run that was before it; without one (not *ran*) before what was
    found then."""
    page = Page(width, signs, indent=2)
    page.say((f"The host was booted anew since {'the run' if ran else 'then'}. Now:", "strong"))
    for finding in findings:
        role = RESULT_ROLES[finding.result]
        page.ends([(f"{result_sign(finding.result, signs)} ", role), (headline(finding), role)], [(finding.control, "dim")])
        for reason in _why(finding):
            page.say(reason, indent=2)
    follows = "how the run ended" if ran else "what was found"
    page.say(f"Esc shows the host as it is. What follows is {follows}, before that boot.")
    page.gap()
    return page.lines


def _why(finding: Finding) -> tuple[str, ...]:
    """Why it fails, or cannot be told: the reason of its state, and what no rule mends: a dead log, a load that stops, what the boot leaves out."""
    if finding.result == "unknown":
        return tuple(reason.text for reason in finding.reasons[:1])
    if finding.result != "fail":
        return ()
    said = (finding.reasons[0].text, *(reason.text for reason in standing_faults((finding,))))
    return tuple(dict.fromkeys(said))


def foretold_text(before: Finding, after: Finding) -> str:
    """What the verdict before the boot had said of the time after it, against what is so."""
    if before.after_boot is None:
        return "nothing: the control did not apply" if before.result == "notapplicable" else "nothing: it could not be told"
    said = ", ".join(
        f"{ACCESS_WORDS[access]} {LEVEL_WORDS[before.after_boot[access]]}" for access in ACCESSES if access in before.after_boot
    )
    if after.result == "unknown":
        return f"{said}: how it came cannot be told"
    return f"{said}: {'as it came' if before.after_boot == after.coverage else 'it came otherwise'}"


def _only(facts: HostFacts, other: HostFacts) -> list[str]:
    """The rules that are loaded in *facts* and not in *other*, as auditctl takes them."""
    if not isinstance(facts.kernel_rules, tuple) or not isinstance(other.kernel_rules, tuple):
        return []
    held = frozenset(other.kernel_rules)
    return [display(rule, facts) for rule in facts.kernel_rules if rule not in held]


def _host_text(facts: HostFacts) -> str:
    rules = count(len(facts.kernel_rules), "rule") if isinstance(facts.kernel_rules, tuple) else "rules not known"
    status = facts.audit_status
    if not isinstance(status, AuditStatus):
        return rules
    daemon = f"auditd is process {status.pid}" if status.pid else "no auditd runs"
    if facts.other_daemon is not None:
        daemon = f"{daemon_text(facts.other_daemon)} has the records"
    kernel = {0: "auditing is off", 1: "auditing is on", 2: "auditing is on, the rules are locked"}[status.enabled]
    return f"{rules} loaded, {daemon}, {kernel}"
