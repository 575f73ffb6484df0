"""The end of a run as lines: what is true now, before and after side by side, the proof, how to take it back."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tui.audit.inputs import ACCESSES, AuditStatus
from tui.audit.log.warning_words import HOST_STOPS
from tui.base.amounts import first_of, local_text
from tui.base.notice import first_sentence
from tui.host.facts import HostFacts
from tui.host.port import ProbeResult
from tui.run.values import RunReport
from tui.run.words import HEADLINES
from tui.verdict.audit_daemon import registered_text
from tui.verdict.boot.words import of_findings
from tui.verdict.host_log import HostLog
from tui.verdict.standing import standing_faults
from tui.verdict.values import Finding, RuleLine
from tui.verdict.words import first_reasons, in_state, ways_out
from tui.views.evidence.host_facts import is_immutable
from tui.views.page import Line, Page, Part, Span, beside, cells, wrap
from tui.views.pages.finding import number_column
from tui.views.pages.progress import failed_step_lines
from tui.views.signs import Signs
from tui.views.words import (
    ACCESS_WORDS,
    RESULT_ROLES,
    count,
    headline,
    level_role,
    level_sign,
    report_role,
    result_sign,
    role_sign,
)

LABEL = 21
"""Columns of the names before what was and what is now."""
SETTINGS_HEAD = "The settings that mend the log"


def _exact(finding: Finding, kernel: bool) -> list[RuleLine]:
    """The rules for exactly this path, loaded or on disk."""
    found = (rule for rule in finding.rules if (rule.source == "kernel") == kernel)
    return [rule for rule in found if finding.path in rule.text.replace("=", " ").split()]


def _rules_of(finding: Finding, kernel: bool) -> list[RuleLine]:
    """The rules for exactly this path; where none is and it is recorded all the same, those that reach it (one of its directory)."""
    exact = _exact(finding, kernel)
    if exact or finding.coverage is None or "audited" not in finding.coverage.values():
        return exact
    return [rule for rule in finding.rules if (rule.source == "kernel") == kernel]


def _rule_of(finding: Finding, kernel: bool, other: Finding) -> str:
    """A rule of the path, one that the other finding lacks if there is any; the path is written as three dots."""
    rules = _rules_of(finding, kernel)
    known = {rule.text for rule in _rules_of(other, kernel)}
    fresh = [rule for rule in rules if rule.text not in known] or rules
    if not fresh:
        return "none"
    rule = fresh[0]
    more = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
    return (f"{rule.text.replace(finding.path, '…')} (#{rule.position})" if kernel else where_on_disk(rule)) + more


def where_on_disk(rule: RuleLine) -> str:
    """``docker.rules:3``"""
    return f"{(rule.file or '').rsplit('/', 1)[-1]}:{rule.line}"


def _access(finding: Finding, signs: Signs) -> list[Part]:
    coverage = finding.coverage or (finding.real_path.coverage if finding.real_path else None)
    if coverage is None:
        return [in_state(finding)]
    parts: list[Part] = []
    for access in ACCESSES:
        level = coverage.get(access)
        if level is not None:
            parts += [(level_sign(level, signs), level_role(level)), " "]
    return parts


def _daemon(facts: HostFacts | None) -> str:
    return "cannot tell" if facts is None else registered_text(facts)


def _others(facts: HostFacts | None, before: HostFacts | None, finding: Finding) -> str:
    """How many rules of other objects are loaded, and what became of those that were loaded *before*."""
    if facts is None or not isinstance(facts.kernel_rules, tuple):
        return "cannot tell"
    ours = {finding.path, finding.real_path.path if finding.real_path else finding.path}
    rules = [rule for rule in facts.kernel_rules if rule.path not in ours]
    text = f"{len(rules)} loaded" if rules else "none"
    if before is None or not isinstance(before.kernel_rules, tuple):
        return text
    old = [rule for rule in before.kernel_rules if rule.path not in ours]
    known, held = frozenset(old), frozenset(rules)
    gone = sum(rule not in held for rule in old)
    if gone:
        return f"{text}, {gone} GONE"
    if [rule for rule in rules if rule in known] != old:
        return f"{text}, another order"
    return f"{text}, {len(rules) - len(old)} new" if len(rules) > len(old) else f"{text}, same order" if rules else text


def _two_columns(page: Page, label: str, before: Sequence[Part], after: Sequence[Part], column: int) -> None:
    if page.width < 56:  # too narrow for both beside their name
        if label:  # the row without a name is that of the columns' heads
            page.row(label, ("before ", "dim"), *before, label_width=LABEL)
            page.row("", ("now    ", "dim"), *after, label_width=LABEL)
        return
    left = wrap(page.spans(before), column - 2)
    right = wrap(page.spans(after), page.width - page.indent - LABEL - column)
    for number, line in enumerate(beside(left, right, column, 0)):
        name = page.signs.text("" if number else label)
        page.lines.append((Span(" " * page.indent + name.ljust(LABEL), "dim"), *line))


def before_after_lines(
    before: Finding,
    after: Finding,
    facts_before: HostFacts | None,
    facts_after: HostFacts | None,
    width: int,
    signs: Signs,
    *,
    then: str = "before",
    now: str = "now",
) -> list[Line]:
    """One control, before (*then*: what that was) and *now*: its rule, its accesses, the other rules and the daemon."""
    page = Page(width, signs, indent=2)
    column = max(16, min(44, (width - 2 - LABEL) // 2))
    rows: list[tuple[str, Sequence[Part], Sequence[Part]]] = [
        ("", [(then, "head")], [(now, "head")]),
        ("kernel rule", [_rule_of(before, True, after)], [_rule_of(after, True, before)]),
        ("on disk", [_rule_of(before, False, after)], [_rule_of(after, False, before)]),
        ("read write exec attr", _access(before, signs), _access(after, signs)),
    ]
    if after.result == "notapplicable":
        del rows[1:3]  # no rule is looked for where the path is not; what was watched is the real one
    if facts_before or facts_after:
        rows += [
            ("other rules", [_others(facts_before, None, before)], [_others(facts_after, facts_before, after)]),
            ("auditd", [_daemon(facts_before)], [_daemon(facts_after)]),
        ]
    for label, left, right in rows:
        _two_columns(page, label, left, right, column)
    return page.lines


def now_lines(finding: Finding, facts: HostFacts | None, width: int, signs: Signs) -> list[Line]:
    """One control where nothing was changed: its rule, its accesses, the other rules and the daemon."""
    page = Page(width, signs, indent=2)
    page.row("kernel rule", _rule_of(finding, True, finding), label_width=LABEL)
    page.row("on disk", _rule_of(finding, False, finding), label_width=LABEL)
    page.row("read write exec attr", *_access(finding, signs), label_width=LABEL)
    if facts:
        page.row("other rules", _others(facts, None, finding), label_width=LABEL)
        page.row("auditd", _daemon(facts), label_width=LABEL)
    return page.lines


def _pids(pids: Sequence[int]) -> str:
    if len(pids) == 1:
        return f"our probe (pid {pids[0]})"
    in_turn = list(pids) == list(range(pids[0], pids[0] + len(pids)))
    return "our probes (pids " + (f"{pids[0]}–{pids[-1]}" if in_turn else ", ".join(map(str, pids))) + ")"


def _found_in(probes: Sequence[ProbeResult]) -> str:
    place = next((probe.place for probe in probes if probe.place), "")
    return f" found in {place}" if place else ""


def probe_lines(probes: Sequence[ProbeResult], width: int, signs: Signs) -> list[Line]:
    """The proof: our own harmless accesses as the log recorded them, or why it did not; one paragraph a path."""
    page = Page(width, signs, indent=2)
    label = "Proof"
    paths = dict.fromkeys(probe.path for probe in probes)
    for path in paths:
        recorded = [probe for probe in probes if probe.path == path and probe.recorded]
        if recorded:
            events = ", ".join(
                f"{probe.serial} {ACCESS_WORDS.get(probe.access, probe.access)} ({probe.syscall or 'syscall'})"
                for probe in recorded
            )
            moment = next(
                (f"{local_text(probe.time, 'millisecond', zone=True)} · " for probe in recorded if probe.time is not None), ""
            )
            keys = ", ".join(dict.fromkeys(probe.key or "none" for probe in recorded))
            where = f"{path} · " if len(paths) > 1 else ""
            page.row(label, f"{moment}{where}key {keys} · {_pids([probe.pid for probe in recorded])}", label_width=12)
            page.row("", f"events {events}{_found_in(recorded)}", label_width=12)
            label = ""
    for probe in probes:
        if not probe.recorded:
            access = ACCESS_WORDS.get(probe.access, probe.access)
            page.row("No proof", f"{access} of {probe.path} by our probe (pid {probe.pid}): {probe.reason}", label_width=12)
    first = next((probe for probe in probes if probe.recorded and probe.serial and not probe.place), None)
    if first:
        key = f" -k {shlex.quote(first.key)}" if first.key else ""
        page.row("", ("see it yourself: ", "dim"), (f"ausearch --input-logs -a {first.serial}{key}", "code"), label_width=12)
    return page.lines


def _unchanged_lines(pairs: Sequence[tuple[Finding, Finding]], width: int, signs: Signs) -> list[Line]:
    """The controls whose state is as before, by state."""
    page = Page(width, signs, indent=2)
    same: dict[str, list[str]] = {}
    for before, after in pairs:
        if before.state == after.state:
            same.setdefault(in_state(after), []).append(after.control)
    for state, controls in same.items():
        page.row("As before", f"{state}: {', '.join(controls)}", label_width=LABEL)
    return page.lines


def _message(page: Page, report: RunReport, settings: str) -> None:
    """What is true now, each way out that ends the message behind an arrow, its commands on lines to copy, and where the *settings* stand."""
    said = report.message
    boot = [reason for reason in of_findings(report.after) if reason.remedy] if report.outcome == "not-persistent" else []
    ways = ways_out(report.after) if report.outcome == "not-proved" else tuple(reason.remedy_in_line for reason in boot)
    if ways and said.endswith(" ".join(ways)):
        said = said[: -len(" ".join(ways))].rstrip()
    else:
        ways = ()
    if said and said != report.headline:
        page.say(said, indent=2)
    remedies = {reason.remedy_in_line: reason.remedy for reason in (*first_reasons(report.after), *boot)}
    for way in ways:
        page.advice("→ ", remedy=remedies[way], indent=2, hanging=2)
    if settings:
        page.say(f"“{SETTINGS_HEAD}”, below, has the lines to write.", indent=4)


def _settings(report: RunReport, facts: HostFacts | None) -> str:
    from tui.plan.log import settings_against  # a result alone asks for the story of the log

    silent = [reason.text for finding in report.after for reason in finding.reasons[:1] if reason.kind == "silent"]
    return settings_against(HostLog(facts), silent[0]) if facts and silent and report.outcome == "not-proved" else ""


def _after_it(page: Page, report: RunReport, facts: HostFacts | None, *, booted: bool = False) -> None:
    """What stays wrong on this host whatever the run did, and the next step after a restart that failed; *booted*: there was a boot since."""
    from tui.plan.log import log_warnings

    stops = [] if facts is None else [each for each in log_warnings(HostLog(facts)) if each.kind in HOST_STOPS.values()]
    still = [(first_sentence(notice.text), "") for notice in stops]
    still += [(fault.text, fault.remedy) for fault in standing_faults(report.after, report.message)]
    for number, (text, remedy) in enumerate(still):
        page.row("" if number else "Still", (text, "warn"), label_width=12)
        if remedy:
            page.advice("→ ", remedy=remedy, indent=12, hanging=2)
    failed = {step.name for step in report.steps if step.state == "failed"}
    if report.outcome == "rolled-back" and failed & {"restart", "auditd"}:
        status = None if facts is None else facts.audit_status
        pid = status.pid if isinstance(status, AuditStatus) else 0
        again = "it ran again until the boot" if booted else f"it runs again (process {pid})"
        now = f" The rollback starts a daemon that is down: {again}." if pid else ""
        why = (
            f"Find out why auditd did not come back from its restart, with the command below.{now} "
            "Or begin again: with --no-restart the load alone brings the rules in."
        )
        page.row("Next", why, label_width=12)
        systemd = facts is not None and facts.programs.systemd
        look = "journalctl -u auditd -n 20" if systemd else "grep auditd /var/log/syslog /var/log/messages | tail -n 20"
        page.row("Command", (look, "code"), label_width=12)


def _report_row(page: Page, path: str, opens: str) -> None:
    """Where the report lies, its path in one line where that can be; and the key that *opens* it."""
    key: list[Part] = [(opens, "key"), " opens it here"] if opens else []
    if cells(page.signs.text(path)) <= page.width - page.indent - 12 - (20 if opens else 0):
        page.row("Report", (path, "code"), *(["   ", *key] if key else []), label_width=12, width=page.width)
    else:
        page.row("Report", *key, label_width=12)
        page.code(path, indent=0)


def report_lines(
    report: RunReport,
    width: int,
    signs: Signs,
    facts_before: HostFacts | None = None,
    facts_after: HostFacts | None = None,
    undo: str = "docker-audit-wizard undo {run}",
    opens: str = "",
    now: str = "now",
    facts_now: HostFacts | None = None,
) -> list[Line]:
    """How the run ended: the headline, what is true now, how to take it back (by *undo*), before and after, the proof, where the report is;
    the key *opens* shows that. *now* is what the end of the run is called; where the host was booted since, *facts_now* is what it is then."""
    page = Page(width, signs, indent=2)
    role = report_role(report)
    sign = role_sign(role, signs)
    then = "found" if report.recovers else "before"
    findings = report.after or report.before
    pairs = [(before, after) for before in report.before for after in report.after if before.slug == after.slug]
    changed = [(before, after) for before, after in pairs if before.state != after.state]
    about = [after for _, after in changed] if report.outcome == "proved" and changed else findings
    controls = ", ".join(finding.control for finding in about) if len(about) <= 3 else count(len(about), "control")
    page.ends(
        [(f"{sign} ", role), (report.headline or HEADLINES[report.outcome], role)],
        [(controls, "dim")],
    )
    settings = _settings(report, facts_after)
    _message(page, report, settings)
    if report.outcome == "rolled-back":
        open_now = [signs.text(finding.path) for finding in findings if finding.state == "unaudited"]
        if open_now:
            page.row("Now", (f"NOT audited: {first_of(open_now)}.", "warn"), label_width=12)
    failed = [step for step in report.steps if step.state == "failed" and step.message not in report.message]
    page.add(failed_step_lines(failed, width, signs))
    if report.undoable:
        page.row("Undo", (undo.format(run=report.run), "code"), label_width=12, width=width)
        if (facts := facts_now or facts_after) is not None and is_immutable(facts):
            written = report.outcome == "pending-reboot" and now == "now"  # a boot since would have loaded what was only written
            kernel = "has none of it" if written else "keeps it until a reboot"
            page.row("", f"That takes it off the disk; the locked kernel {kernel}.", label_width=12)
        if report.dropped:
            page.row("", "It does not bring back what was dropped.", label_width=12)
    _after_it(page, report, facts_after, booted=now != "now")
    page.gap()
    if len(pairs) == 1 and report.outcome == "nothing-to-do":
        page.add(now_lines(pairs[0][1], facts_after, width, signs))
    elif len(pairs) == 1:
        page.add(before_after_lines(*pairs[0], facts_before, facts_after, width, signs, then=then, now=now))
    elif pairs:
        column = number_column(report.after)
        page.say((f"{then:<21}", "head"), (now, "head"), indent=2 + column)
        for before, after in changed or pairs:
            page.say(
                (f"{result_sign(after.result, signs)} {after.control:<{column}}", RESULT_ROLES[after.result]),
                f"{in_state(before):<21}{in_state(after):<21}",
                (after.path, "code"),
                width=page.width,
                hanging=2 + column,
            )
        if changed:
            page.add(_unchanged_lines(pairs, width, signs))
    else:
        for finding in report.after:
            page.say((headline(finding), RESULT_ROLES[finding.result]))
    page.gap()
    told = {finding.path for finding in report.after if finding.state == "blind"}  # why there is no record of these stands above
    untold = [p for p in report.probes if p.recorded or (p.path not in told and p.reason.rstrip(".") not in report.message)]
    page.add(probe_lines(untold, width, signs))
    if settings:
        page.head(SETTINGS_HEAD)
        page.advice(remedy=settings, indent=2)
    if report.mend:
        page.head("To mend it by hand, as root")
        for command in report.mend:
            page.code(command)
    page.gap()
    if report.report:
        _report_row(page, report.report, opens)
    if report.backup:
        folder = (report.report or "").rpartition("/")[0] + "/"
        beside_it = report.backup.startswith(folder) and folder != "/"
        where = f"{report.backup.removeprefix(folder)}, beside the report" if beside_it else report.backup
        page.row("Backup", (where, "code"), label_width=12)
    return page.lines
