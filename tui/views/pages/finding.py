"""A finding and its evidence as lines: the verdict first, its reasons next, what it rests on below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tui.audit.inputs import ACCESSES, PathFacts, Unknown
from tui.base.amounts import first_of
from tui.base.notice import Notice, first_sentence, parted_remedy
from tui.base.typing import TYPE_CHECKING
from tui.host.facts import HostFacts
from tui.verdict.values import Finding, ReasonKind
from tui.verdict.words import STATE_WORDS, in_state, is_partly_recorded
from tui.views.evidence.host_facts import audit_text, is_immutable, path_text, processes_text
from tui.views.page import WIDE, Line, Page, Part, beside
from tui.views.signs import Signs
from tui.views.words import (
    ACCESS_WORDS,
    LEVEL_WORDS,
    RESULT_ROLES,
    count,
    headline,
    host_text,
    level_role,
    level_sign,
    place_text,
    result_sign,
    state_words,
)

if TYPE_CHECKING:
    from tui.host_extras import HostExtras
    from tui.plan.values import Plan


def verdict_lines(finding: Finding, width: int, signs: Signs) -> list[Line]:
    """The headline with the control's number, then the reasons with what to do about them; Compare tells of the benchmark's grep."""
    page = Page(width, signs, indent=2)
    role = RESULT_ROLES[finding.result]
    page.ends([(f"{result_sign(finding.result, signs)} ", role), (headline(finding), role)], [(finding.control, "dim")])
    for reason in finding.reasons:
        if reason.kind == "benchmark-passes":
            continue
        page.say(reason.text, indent=2)
        say_remedy(page, reason, finding)
    if finding.waiver is not None:
        page.say(f"Waived: {finding.waiver.text}", indent=2)
    for text in finding.void_texts:
        page.say((text, "warn"), indent=2)
    return page.lines


def say_remedy(page: Page, reason: Notice[ReasonKind], finding: Finding) -> None:
    """What to do about *reason*, where it has that; what several reasons have is said once, behind the last of them, which names its cause."""
    last = next((other for other in reversed(finding.reasons) if other.remedy == reason.remedy), reason)
    if reason.remedy and last is reason:
        page.advice(("→ ", "dim"), remedy=reason.remedy, indent=2, hanging=2, role="dim")


def access_units(finding: Finding, signs: Signs) -> list[list[Part]]:
    """``read ✗ no``, ``write ✓ yes`` …; empty where the question has no answer. Four of the longest words fit no row, so they are one."""
    partly: Part = (f"{level_sign('partial', signs)} {LEVEL_WORDS['partial']}", level_role("partial"))
    if [*(finding.coverage or {}).values()] == ["partial"] * len(ACCESSES):
        return [["each of r w x a ", partly]]
    return [
        [f"{ACCESS_WORDS[access]} ", (f"{level_sign(level, signs)} {LEVEL_WORDS[level]}", level_role(level))]
        for access in ACCESSES
        if (level := (finding.coverage or {}).get(access)) is not None
    ]


def compare_lines(finding: Finding, width: int, signs: Signs) -> list[Line]:
    """What the benchmark's own grep says beside what the loaded rules do, with the reason where they differ."""
    if finding.benchmark_audit is None:
        return []
    from tui.verdict.neighbours.differences import lines_found, why_they_differ  # a list of findings compares nothing

    page = Page(width, signs, indent=2)
    levels = set((finding.coverage or {}).values())
    recorded = "every access" if levels == {"audited"} else "nothing" if levels <= {"unaudited"} else "a part"
    truth = finding.result == "pass"

    def verdict(good: bool) -> Part:
        return ('"pass"', "good") if good else ('"fail"', "bad")

    found = len(lines_found(finding.rules, finding.path))
    grep = f"finds {count(found, 'line')}" if found > 1 else "finds a line"
    grep = grep if finding.benchmark_audit else "finds nothing"
    page.row("Compare", f"the benchmark's grep {grep:<14}", verdict(finding.benchmark_audit))
    # In the same row, so that no fold parts a "fail" from what keeps it from being told by the accesses of now.
    later = " at the next boot" if finding.only_boot_fails else ""
    page.row("", f"the rules record     {recorded:<14}", verdict(truth), later)
    if finding.benchmark_audit and not truth:
        why = why_they_differ(
            finding.state,
            finding.rules,
            on_disk=bool(finding.on_disk),
            only_boot_fails=finding.only_boot_fails,
            partly=is_partly_recorded(finding.coverage),
            path=finding.path,
            reasons=finding.reasons,
        )
        page.row("", (f"They differ: {why}.", "dim"))
    elif truth and not finding.benchmark_audit and not any(reason.kind == "benchmark-misses" for reason in finding.reasons):
        page.row("", ("They differ: the accesses are recorded by a rule that is written in another way.", "dim"))
    return page.lines


def decided_by(finding: Finding) -> str:
    """Which loaded rules record the accesses, and which take events before them, by their numbers in the kernel's order, as the list of rules
    below has them; general ones by how many they are. "" where no loaded rule does either."""
    loaded = [rule for rule in finding.rules if rule.source == "kernel"]
    recording = [rule for rule in loaded if rule.effect.startswith("records ")]
    takes = [rule for rule in loaded if rule.text.startswith("-a never,") and not rule.effect.startswith("names another")]
    named = [f"rule #{rule.position}" for rule in recording if not rule.general]
    general = len(recording) - len(named)
    by = [first_of(named)] * bool(named) + [count(general, "general rule")] * bool(general)
    told = [f"by {' and '.join(by)}"] * bool(by)
    told += [f"overruled by {first_of([f'rule #{rule.position}' for rule in takes])}"] * bool(takes and finding.result == "fail")
    return ", ".join(told)


def _evidence(finding: Finding, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    units = access_units(finding, signs)
    by: Part = (decided_by(finding), "dim")
    page.units("Access", [*units, [by]] if units and by[0] else units)
    page.add(compare_lines(finding, width, signs))
    return page.lines


def beside_lines(finding: Finding, facts: HostFacts, width: int, signs: Signs) -> list[Line]:
    """What a wide screen has room for beside a list: the rules that touch the path, what it is, and the next boot."""
    page = Page(width, signs)
    page.gap()
    from tui.views.evidence.rules import rules_lines  # a list of findings shows no rules

    page.add(rules_lines(finding, facts, width, signs))
    page.gap()
    page.add(_surroundings(finding, facts, None, None, width, signs))
    return page.lines


def _surroundings(
    finding: Finding, facts: HostFacts, plan: Plan | None, extras: HostExtras | None, width: int, signs: Signs
) -> list[Line]:
    page = Page(width, signs, indent=2)
    applies = {"notapplicable": "no: ", "unknown": ""}.get(finding.state, "yes: ")
    running = processes_text(facts, finding.path) if finding.kind == "file" else ""
    if any(reason.kind == "foreign-files" for reason in finding.reasons):
        page.row("Applies", "cannot tell: these are other files")
    else:
        place = _shown_place(finding, facts)
        page.row(
            "Applies", applies + path_text(facts, place, extras.package if extras else "") + (f"; {running}" if running else "")
        )
    if finding.real_path is not None:
        levels = ", ".join(
            f"{ACCESS_WORDS[access]} {LEVEL_WORDS[level]}"
            for access in ACCESSES
            if (level := finding.real_path.coverage.get(access))
        )
        page.row("Really at", finding.real_path.path + (f" ({levels})" if levels else ""))
    from tui.verdict.boot.words import boot_text
    from tui.verdict.in_sync import disk_and_kernel  # as above: only a page of one control tells this

    disk = extras.disk if extras else disk_and_kernel(facts) if is_immutable(facts) else None
    page.row("Audit", audit_text(facts))
    page.row("Next boot", boot_text(facts) + (disk.load_at_boot if disk else finding.load_at_boot))
    if plan is not None and not isinstance(facts.kernel_rules, Unknown):
        from tui.views.pages.log_storage import log_text  # check shows no log, and is quick without its story

        page.row("Log", log_text(facts))
        if disk is not None:
            from tui.views.evidence.in_sync import say_sync

            say_sync(page, disk)
    return page.lines


def _shown_place(finding: Finding, facts: HostFacts) -> str:
    """The named path, or where the object is where nothing is at that."""
    named = facts.paths.get(finding.path)
    elsewhere = finding.real_path is not None and isinstance(named, PathFacts) and named.kind == "absent"
    return finding.real_path.path if elsewhere and finding.real_path else finding.path


def host_lines(
    finding: Finding,
    facts: HostFacts,
    width: int,
    signs: Signs,
    plan: Plan | None = None,
    extras: HostExtras | None = None,
    explained: Callable[[int], Sequence[Line]] = lambda _: (),
) -> list[Line]:
    """The whole Host step for one control; *explained* makes for a width what stands beside it where there is the room."""
    half = width if width < WIDE else (width - 3) // 2
    left = Page(half, signs)
    left.add(verdict_lines(finding, half, signs))
    if plan is not None:
        from tui.views.evidence.unchanged import unchanged_text  # check makes no plan

        if unchanged := unchanged_text(finding, plan):
            left.say(("→ ", "dim"), (unchanged, "dim"), indent=4, hanging=2)
    left.gap()
    left.add(_evidence(finding, half, signs))
    right = left if width < WIDE else Page(half, signs)
    right.gap()
    from tui.views.evidence.rules import rules_lines  # a list of findings shows no rules

    right.add(rules_lines(finding, facts, half, signs))
    left.gap()
    left.add(_surroundings(finding, facts, plan, extras, half, signs))
    if width < WIDE:
        return left.lines
    right.gap()
    right.add(explained(half))
    return beside(left.lines, right.lines, half)


def is_without_docker(findings: Sequence[Finding]) -> bool:
    """Whether several of the benchmark's controls were asked for and nothing of Docker's is on the host."""
    return len(findings) > 1 and all(finding.state == "notapplicable" and finding.control[:1].isdigit() for finding in findings)


def summary_parts(findings: Sequence[Finding]) -> str:
    """How many controls are in which state, in one sentence and in the words of their rows; what is waived is counted as that alone."""
    if is_without_docker(findings):
        return f"no Docker here: {len(findings)} controls do not apply"
    states = Counter(in_state(finding) for finding in findings if finding.waiver is None)
    root = " (needs root)" if any(reason.kind == "not-root" for finding in findings for reason in finding.reasons) else ""
    words = [
        f"{states[word]} {word}{root if state == 'unknown' else ''}"
        for state, word in reversed(STATE_WORDS.items())
        if states[word]
    ]
    waived = sum(finding.waiver is not None for finding in findings)
    return ", ".join([*words, *([f"{waived} waived"] if waived else [])]) or "nothing was asked"


def _without_docker(findings: Sequence[Finding], width: int, signs: Signs) -> list[Line]:
    """A host without Docker: what was looked for, and what one can do."""
    page = Page(width, signs)
    text = summary_parts(findings)
    page.say((f"{signs.none} {text[:1].upper()}{text[1:]}.", "strong"))
    page.gap()
    paths = ", ".join(finding.path for finding in findings)
    page.row("Sought", f"{paths}; the places of distributions, snaps and k3s; running daemons", label_width=10)
    page.row(
        "Next",
        "docker-audit-wizard --demo walks a simulated Docker host; --benchmark VERSION asks for another version's objects; --control ID tells "
        "all that was seen of one",
        label_width=10,
    )
    return page.lines


def number_column(findings: Iterable[Finding]) -> int:
    """The columns that the numbers of *findings* take, a blank included: controls of one's own have their names there."""
    return max([8, *(len(finding.control) + 1 for finding in findings)])


def silent_reason(findings: Iterable[Finding]) -> Notice[ReasonKind] | None:
    """Why nothing that a rule records reaches the log, where a finding has that beside the reason of its state."""
    return next((reason for finding in findings for reason in finding.reasons[1:] if reason.kind == "silent"), None)


def _tells_why(finding: Finding, reason: Notice[ReasonKind]) -> bool:
    """Whether a list says the *reason* of the state: those of passing controls say little."""
    return finding.result != "pass" or reason.kind == "shallow-after-boot"


def _shared(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """The reasons that several findings have, each with its controls."""
    told: dict[str, list[str]] = {}
    for finding in findings:
        for reason in finding.reasons[:1]:
            if _tells_why(finding, reason):
                told.setdefault(reason.text, []).append(finding.control)
    return {text: controls for text, controls in told.items() if len(controls) > 1}


def finding_lines(
    findings: Sequence[Finding],
    facts: HostFacts,
    width: int,
    signs: Signs,
    first: Sequence[Line] = (),
    then: str = "",
    way_out: str = "",
) -> list[Line]:
    """What ``check`` prints: one control in full, several as a list with a reason each; *first* stands before them, and behind them, where
    one fails for which a plan is the next thing, the command *then*; where that plan would be blocked, the first way out: that of the
    findings, else *way_out*."""
    failing = [finding for finding in findings if finding.fails and finding.state != "pending-reboot"]
    # One plan is made for all: it is blocked by any line that stands in the way of one; a rule is worth having whatever the next boot does.
    stuck = [finding for finding in failing if finding.is_stuck and not finding.only_boot_fails]
    if all(finding.is_stuck for finding in failing):
        stuck = failing
    way_out = next((reason.remedy for finding in stuck for reason in finding.reasons if reason.remedy), way_out)
    if not failing:
        then = ""
    page = Page(width, signs)
    page.say((host_text(facts), "dim"))
    page.gap()
    page.add(first)
    page.gap()
    if len(findings) == 1:
        page.add(host_lines(findings[0], facts, min(width, WIDE - 1), signs))
        _say_next(page, "  Next", 16, then, way_out)
        if then and not way_out and silent_reason(findings) is not None:
            page.row("", "and have the log written again, as said above: until then the rule records nothing", label_width=16)
        return page.lines
    if is_without_docker(findings):
        page.add(_without_docker(findings, page.width, signs))
        return page.lines
    silent = silent_reason(findings)
    if silent is not None:
        page.row("Log", (f"{silent.text} {silent.remedy}".strip(), "warn"), label_width=10)
        page.gap()
    column, state_column = number_column(findings), max(len(state_words(finding)) for finding in findings) + 2
    shared = _shared(findings)
    for finding in findings:
        role = RESULT_ROLES[finding.result]
        page.say(
            (f"{result_sign(finding.result, signs)} {finding.control:<{column}}", role),
            f"{state_words(finding):<{state_column}}",
            (place_text(finding), "code"),
            hanging=2 + column,
            width=page.width,
        )
        for reason in finding.reasons[:1]:
            if _tells_why(finding, reason) and reason.text not in shared:
                page.say((reason.text, "dim"), indent=2 + column)
        if finding.waiver is not None:
            page.say((f"Waived: {finding.waiver.text}", "warn"), indent=2 + column)
        for text in finding.void_texts:
            page.say((text, "warn"), indent=2 + column)
    page.gap()
    for text, controls in shared.items():
        page.say(f"{', '.join(controls)}: {text}", hanging=10)
    page.row("Audit", audit_text(facts), label_width=10)
    page.row("Summary", summary_parts(findings), label_width=10)
    _say_next(page, "Next", 10, then, way_out)
    return page.lines


def _say_next(page: Page, label: str, label_width: int, then: str, way_out: str) -> None:
    """What comes next: the command *then*, or the *way_out* of what stands in its way, which is a remedy of one line or more."""
    if not then:
        return
    if not way_out:
        page.labelled_command(label, then, label_width=label_width)
        return
    first, _, rest = way_out.partition("\n")
    words, command = parted_remedy(first)
    page.row(label, words or "run this:", label_width=label_width)
    if command:
        page.command(command, label_width)
    if rest and not rest.startswith(" "):
        page.row("", first_sentence(rest), label_width=label_width)
