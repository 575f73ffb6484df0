"""A control as a person reads it: what is to be audited and why, what the benchmark itself asks for, and its other numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.inputs import ACCESSES
from tui.base.typing import TYPE_CHECKING
from tui.controls.control import VERSIONS, Control
from tui.views.page import WIDE, Line, Page, Part, beside
from tui.views.signs import Signs
from tui.views.words import ACCESS_WORDS, RESULT_ROLES, count, result_sign, state_words

if TYPE_CHECKING:
    from tui.plan.values import Plan
    from tui.verdict.values import Finding


def verdict_parts(finding: Finding | None, signs: Signs, plan: Plan | None = None, *, asked_first: bool = False) -> Sequence[Part]:
    """The verdict on this host in a row of a step that tells of none, with the next key and what the *plan* would change, of that for
    this control, where one is made; None where the host is not read yet, *asked_first* where a trainee is to predict it."""
    if asked_first:
        return ["Enter asks first what you expect of this host"]
    if finding is None:
        return ["not known yet; Enter reads this host, and changes nothing"]
    role = RESULT_ROLES[finding.result]
    shows = "by what" if finding.result == "pass" else "why"
    rest = f" on this host; Enter shows {shows}" if plan is None else f"; Enter shows {shows}; {_planned(plan, finding)}"
    return [(f"{result_sign(finding.result, signs)} {state_words(finding)}", role), rest]


def _planned(plan: Plan, finding: Finding) -> str:
    """What *plan* would change, in a few words: how much of it is for the control of *finding*, and what it leaves untrue."""
    from tui.views.diff import added_rules  # the first step of a walk has no plan to tell of
    from tui.views.pages.finding import silent_reason
    from tui.views.switches import choice_keys

    if plan.blockers:
        return f"the plan waits for {choice_keys(plan)}" if plan.choices else "the plan is blocked"
    if plan.is_empty:
        return "nothing would change"
    if added := sum(map(added_rules, plan.files)):
        more = []
        if len(plan.findings) > 1:
            own = sum(len(each.wanted) for each in plan.findings if each.slug == finding.slug)
            more.append(f"{own or 'none'} for this control")
        if plan.pending_reboot:
            more.append(f"for the next {'boot or load' if plan.switches.no_load else 'reboot'}")
        elif silent_reason((finding,)):
            more.append("which record nothing" if added > 1 else "which records nothing")
        rules = count(added, "rule")
        return f"plan: {', '.join([rules, *more])}" if more else f"the plan adds {rules}"  # with more said, too, one row has it
    return "the plan loads the rules" if plan.commands else "the plan writes a file"


def control_lines(control: Control, benchmark: str, width: int, signs: Signs, verdict: Sequence[Part] = ()) -> list[Line]:
    """The whole Control step: everything the catalogue knows, the sentences first and the figures last; the *verdict* below the title."""
    entry = control.in_version(benchmark)
    column = (width - 3) // 2 if width >= WIDE else width
    page = Page(column, signs, indent=2)
    page.ends([(control.title, "strong")], [(entry.number, "dim")])
    if verdict:  # in the place of the gap: on a small screen the benchmark's own command, which trainers name, stays in sight
        page.row("Verdict", *verdict, label_width=9)
    else:
        page.gap()
    if control.description not in ("", control.rationale):
        page.prose(control.description)
    page.head("Why")
    page.prose(control.rationale)
    if width < WIDE:
        _commands(page, control, benchmark)
    page.head("What it costs")
    page.prose(control.impact)
    if control.noise:
        page.gap()
        page.prose(control.noise)
    page.head("When it applies")
    page.prose(control.applicability)
    page.head("Default value")
    page.prose(control.default_value)
    if width < WIDE:
        _figures(page, control, benchmark)
        return page.lines
    right = Page(column, signs, indent=2)
    _commands(right, control, benchmark)
    _figures(right, control, benchmark)
    return beside(page.lines, right.lines, column)


def _commands(page: Page, control: Control, benchmark: str) -> None:
    entry = control.in_version(benchmark)
    page.head("The benchmark's audit")
    page.code(f"auditctl -l | grep {entry.path}", indent=2)
    page.say("It expects the rule for the path among the loaded rules.", indent=2)
    page.head("The benchmark's remediation")
    page.say(f"Add to {entry.rules_file}:", indent=2)
    for line in entry.lines:
        page.code(line, indent=4)
    page.say("Then restart the audit daemon:", indent=2)
    page.code("service auditd restart", indent=4)


def numbers_elsewhere(numbers: Mapping[str, str], benchmark: str) -> str:
    """The numbers of a control in the versions beside *benchmark*, versions in a row with one number as a range: ``1.1.14 in 1.3.1 to 1.8.0``."""
    runs: list[tuple[str, list[str]]] = []
    for version in VERSIONS:
        number = numbers.get(version)
        if runs and runs[-1][0] == number:
            runs[-1][1].append(version)
        else:
            runs.append((number or "", [version]))
    return "; ".join(
        f"{number} in {versions[0]}" + (f" to {versions[-1]}" if len(versions) > 1 else "")
        for number, versions in runs
        if number and versions != [benchmark]
    )


def _figures(page: Page, control: Control, benchmark: str) -> None:
    entry = control.in_version(benchmark)
    page.head("In the catalogue")
    page.row(
        "Number", f"{entry.number} in {control.framework} {benchmark}" + ("" if entry.confirmed else " (from a single source)")
    )
    if entry.level or entry.assessment:
        page.row("Profile", ", ".join(word for word in (entry.level, entry.assessment) if word))
    page.row("Class", f"{control.classification}, framework {control.framework}, integration {control.integration}")
    page.row(
        "Audits",
        f"{entry.path} ({control.kind}): " + ", ".join(ACCESS_WORDS[access] for access in ACCESSES if access in entry.accesses),
    )
    page.row("Key", control.key)
    if entry.exclusions:
        page.row("Leaves out", ", ".join(entry.exclusions))
    others = numbers_elsewhere({version: other.number for version, other in control.numbered.items()}, benchmark)
    if others:
        page.row("Elsewhere", others)
    for label, numbers in (("CIS v6", entry.cis_v6), ("CIS v7", entry.cis_v7), ("CIS v8", entry.cis_v8)):
        if numbers:
            page.row(label, ", ".join(numbers))
    for place in control.elsewhere:
        page.row("Can be at", f"{place.path} on {place.platform}" + ("" if place.confirmed else " (not looked up there)"))
    if entry.references:
        page.head("References")
        for reference in entry.references:
            page.say(reference, indent=2, hanging=2)
