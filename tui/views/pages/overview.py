"""The overview as values and lines: a row a control, and what is worth saying of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.audit.inputs import ACCESSES
from tui.audit.log.warning_words import HOST_STOPS
from tui.base.cleaning import clean
from tui.base.notice import first_sentence
from tui.base.typing import TYPE_CHECKING
from tui.verdict.audit_daemon import is_down
from tui.verdict.boot.words import worst_of_boot
from tui.verdict.host_log import HostLog
from tui.verdict.neighbours.differences import lines_found, names_another
from tui.verdict.values import Finding, Level, RuleLine
from tui.views.page import Line, Page, Role
from tui.views.pages.finding import access_units, say_remedy, silent_reason, summary_parts
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, count, headline, level_role, level_sign, place_text, result_sign, state_words

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.plan.values import Plan

LABEL = 10


Cell = list[tuple[str, Role]]


def level_signs(levels: Mapping[str, Level] | None, signs: Signs) -> Cell:
    """Four signs, for read, write, execute and attributes; a blank for what is not asked for."""
    told = levels or {}
    return [(level_sign(told[access], signs), level_role(told[access])) if access in told else (" ", "text") for access in ACCESSES]


def grep_cell(finding: Finding) -> Cell:
    """What the benchmark's own grep says: ``pass`` or ``fail``; nothing where it has nothing to look for."""
    said: dict[bool | None, Cell] = {True: [("pass", "good")], False: [("fail", "bad")], None: [("", "text")]}
    return said[finding.benchmark_audit]


def row_parts(finding: Finding, signs: Signs) -> tuple[Cell, ...]:
    """The cells of one row: the number, what is recorded now, what after the next boot, the grep, the state."""
    return (
        [(signs.text(finding.control), "text")],
        level_signs(finding.coverage, signs),
        level_signs(finding.after_boot, signs),
        grep_cell(finding),
        [(f"{result_sign(finding.result, signs)} {state_words(finding)}", RESULT_ROLES[finding.result])],
    )


def rows_text(findings: Iterable[Finding], signs: Signs) -> str:
    """The rows as text, a line each under one that names the columns."""
    lines = [f"{'control':<9}{'now':<6}{'boot':<6}{'grep':<6}{'state':<22}path"]
    for finding in findings:
        number, now, boot, grep, state = ("".join(text for text, _ in cell) for cell in row_parts(finding, signs))
        lines.append(f"{number:<9}{now:<6}{boot:<6}{grep:<6}{state:<22}{signs.text(place_text(finding))}")
    return "\n".join(lines) + "\n"


def matches(finding: Finding, needle: str) -> bool:
    """Whether a filter for *needle* shows the row of *finding*."""
    return needle.lower() in f"{finding.control} {place_text(finding)} {state_words(finding)} {finding.result}".lower()


def urgent_text(findings: Sequence[Finding], facts: HostFacts | None) -> str:
    """What is most urgent about the host besides its rules: no daemon now, none after the next boot, what may take the host down; "" for none."""
    from tui.plan.log import log_warnings  # the list of one control asks for none of it

    silent = silent_reason(findings)
    if silent is not None:
        return first_sentence(silent.text)
    if facts is None:
        return ""
    if is_down(facts):
        return "auditd does not run now: nothing is recorded."
    if boot := worst_of_boot(findings):
        return boot
    return next((first_sentence(each.text) for each in log_warnings(HostLog(facts)) if each.kind in HOST_STOPS.values()), "")


def verdict_line(findings: Sequence[Finding], width: int, signs: Signs) -> list[Line]:
    """The verdict of a step that is about a plan for *findings*: of one its headline, of several how many are in which state."""
    page = Page(width, signs, indent=2)
    if len(findings) == 1:
        (finding,) = findings
        role = RESULT_ROLES[finding.result]
        page.ends([(f"{result_sign(finding.result, signs)} {headline(finding)}", role)], [(finding.control, "dim")])
    elif findings:
        failing = any(finding.fails for finding in findings)
        page.say(
            (f"{result_sign('fail' if failing else 'pass', signs)} {summary_parts(findings)}", "bad" if failing else "good"),
            hanging=2,
        )
    return page.lines


def counts_text(findings: Sequence[Finding], shown: int, needle: str, marked: int, unseen: int = 0, urgent: str = "") -> str:
    """How many controls have which result, and what is *urgent* about the host, where something is; else which of them a filter shows, and
    what Enter does with the marked ones, of which the filter leaves *unseen* out."""
    text = summary_parts(findings)
    text = text[:1].upper() + text[1:] + "."
    if urgent and not needle and not marked:
        text += f" {urgent}"
    if needle:
        text += f' {shown} of {len(findings)} shown, with "{needle}"; Esc shows all.'
    if marked:
        hidden = "" if not unseen else ", not shown" if unseen == marked else f", {unseen} of them not shown"
        text += f" {marked} marked{hidden}: Enter walks {'them' if marked > 1 else 'it'}."
    return text


def again_text(before: Iterable[Finding], after: Iterable[Finding]) -> str:
    """What reading the host again has shown."""
    known = {finding.slug: (finding.state, finding.coverage, finding.after_boot) for finding in before}
    changed = sum(known.get(finding.slug) != (finding.state, finding.coverage, finding.after_boot) for finding in after)
    return f"The host was read again: {count(changed, 'row has', 'rows have') if changed else 'no row has'} changed."


def deciding_rule(finding: Finding) -> RuleLine | None:
    """The rule that the state rests on: one that takes the events, else one for exactly this path, else one that touches it."""
    if finding.result == "fail" and finding.hindrances:
        return finding.hindrances[0]
    named = [rule for rule in finding.rules if not rule.general and not names_another(rule)]
    exact = [rule for rule in named if finding.path in rule.text.replace("=", " ").split()]
    if finding.result == "pass":  # of several the one that records all of it
        exact.sort(key=lambda rule: not rule.effect.startswith("records every access"))
    return next(iter((*exact, *named)), None)


def _no_rule(finding: Finding) -> str:
    """That no rule names the path; some that name none may record a part of what is done to it all the same, and a grep may find its letters in
    the names of others."""
    general = sum(each.general and each.source == "kernel" for each in finding.rules)
    if general:
        return f"none names it; {count(general, 'general rule')} may reach it"
    others = len(lines_found(finding.rules, finding.path))
    return f"none for it; the grep finds {count(others, 'rule')} for other paths" if others else "none, neither loaded nor on disk"


def _where(rule: RuleLine) -> str:
    return f"#{rule.position} loaded" if rule.source == "kernel" else f"{(rule.file or '').rsplit('/', 1)[-1]}:{rule.line}"


def plan_text(plan: Plan, told: str = "above") -> str:
    """What *plan* would do, in a sentence that fits one row; *told* is where the reasons of its findings stand."""
    from tui.views.pages.plan import plan_headline

    added = [rule for finding in plan.findings for rule in finding.wanted] if plan.files else []
    more = f" and {count(len(added) - 1, 'more line')}" if added[1:] else ""
    if plan.choices:
        from tui.views.switches import choice_keys

        return f"waits for {choice_keys(plan)} on Preview" + (f": adds {added[0]}{more}" if added else "")
    if plan.blockers:
        first = plan.blockers[0]
        if any(reason.text in first.text for finding in plan.findings for reason in finding.reasons[:1]):
            return f"blocked, for the reason {told}"
        if first.place is None or first.place.line is None:
            return f"blocked: {first_sentence(first.text)}"
        return f"blocked by {clean(first.place.file).rpartition('/')[2]}:{first.place.line}, so nothing would change"
    if not added:
        return plan_headline(plan)
    then = {"load": "loads", "restart": "starts auditd" if plan.starts_auditd else "restarts auditd", "lock": "locks the kernel"}
    steps = dict.fromkeys(then[step] for each in plan.commands if (step := each.step) in then)
    return ", ".join([f"adds {added[0]}{more}", *steps, *(["waits for the next boot"] if plan.pending_reboot else [])])


def _host_stop(plan: Plan) -> str:
    """The sentence that auditd takes this host down once little space is left; "" where it does not."""
    from tui.audit.log.warning_words import HOST_STOPS  # with the first plan, behind the first verdicts

    return next((first_sentence(notice.text) for notice in plan.warnings if notice.kind in HOST_STOPS.values()), "")


def row_lines(finding: Finding, plan: Plan | None, width: int, signs: Signs) -> list[Line]:
    """The finding under the cursor: the verdict, a sentence of its first reason, the deciding rule, the plan; then everything else that is
    known.

    *plan* is that for this control alone; None before it is made.
    """
    page = Page(width, signs, indent=2)
    role = RESULT_ROLES[finding.result]
    page.ends([(f"{result_sign(finding.result, signs)} ", role), (headline(finding), role)], [(finding.control, "dim")])
    first, others = finding.reasons[:1], finding.reasons[1:]
    for reason in first:
        page.say(first_sentence(reason.text), indent=2)
    rule = deciding_rule(finding)
    if rule is not None:
        page.row("  Rule", (rule.text, "code"), f"  {_where(rule)}", label_width=LABEL)
    elif finding.coverage is not None:
        page.row("  Rule", _no_rule(finding), label_width=LABEL)
    page.row("  Plan", plan_text(plan) if plan is not None else signs.text("…"), label_width=LABEL)
    if plan is not None and (stops := _host_stop(plan)):
        page.row("  Log", (stops, "warn"), label_width=LABEL)
    if finding.coverage is not None:
        page.units("  Now", access_units(finding, signs), label_width=LABEL)
    if rule is not None:
        page.row("  Effect", rule.effect, label_width=LABEL)
    for reason in first:
        if rest := reason.text[len(first_sentence(reason.text)) :].strip():
            page.say(rest, indent=2)
        say_remedy(page, reason, finding)
    for reason in others:
        page.gap()
        page.say(reason.text, indent=2)
        say_remedy(page, reason, finding)
    return page.lines
