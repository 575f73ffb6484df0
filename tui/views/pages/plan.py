"""A plan as lines: what would change, by which commands, at what cost, and what stands in the way."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from tui.audit.inputs import PathFacts
from tui.base.amounts import first_of
from tui.base.dataclass import replace
from tui.base.notice import Notice, first_sentence, joined_remedy, parted_remedy
from tui.base.typing import TYPE_CHECKING, get_args
from tui.host.facts import HostFacts
from tui.plan.log import log_warnings
from tui.plan.values import Command, OnDiskKind, Plan, WarningKind
from tui.plan.warning_words import without_rules
from tui.verdict.host_log import HostLog
from tui.verdict.objects.scanners import scanner_views
from tui.verdict.words import STATE_WORDS
from tui.views.diff import added_rules, counts, diff_lines
from tui.views.evidence.host_facts import unread_text
from tui.views.page import WIDE, Line, Page, Part, Role, beside
from tui.views.pages.log_storage import log_lines
from tui.views.signs import Signs
from tui.views.switches import once_chosen
from tui.views.words import RESULT_ROLES, count

if TYPE_CHECKING:
    from tui.views.explanations import Kind

FIGURES = "log-figures"
"""The kind of notices that only tell this host's figures."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def _number(value: int, one: str, many: str) -> str:
    word = _NUMBERS[value] if value < len(_NUMBERS) else str(value)
    return f"{word} {one if value == 1 else many}"


def _is(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def plan_headline(plan: Plan) -> str:
    """What the plan does, in a sentence or two."""
    if plan.blockers:
        past = " or ".join(f"--{name.replace('_', '-')}" for name in plan.choices)
        return f"Blocked: nothing will be changed until this is solved{f', or with {past}' if past else ''}."
    if plan.is_empty:
        if not plan.findings:
            return "Nothing to do: every control that was asked about is waived."
        if all(finding.result == "notapplicable" for finding in plan.findings):
            return "Nothing to do: nothing that was asked about is on this host."
        if any(finding.result != "pass" and finding.result != "notapplicable" for finding in plan.findings):
            return "Nothing to do here" + (f": {STATE_WORDS['pending-reboot']}." if plan.pending_reboot else ".")
        elsewhere = any(finding.result == "notapplicable" for finding in plan.findings)
        return f"Nothing to do: everything that was asked about is audited{' or not on this host' if elsewhere else ''}."
    added = sum(added_rules(change) for change in plan.files)
    removed = sum(counts(change)[1] for change in plan.files)
    words = []
    if plan.files:
        words.append(
            f"{_number(added, 'rule is', 'rules are')} added, "
            + (f"{_number(removed, 'line is', 'lines are')} removed" if removed else "no line is removed")
        )
    else:
        words.append("no file changes")
    loads = sum(command.step == "load" for command in plan.commands)
    restarts = sum(command.step == "restart" for command in plan.commands)
    restart = ("start of auditd", "starts of auditd") if plan.starts_auditd else ("restart", "restarts")
    if loads or restarts:
        run = ((loads, ("reload", "reloads")), (restarts, restart))
        words.append(", ".join(_number(value, *words_for) for value, words_for in run if value))
    if plan.dropped:
        words.append(f"{_number(len(plan.dropped), 'rule', 'rules')} that no file holds {_is(plan.dropped)} DROPPED")
    if plan.pending_reboot:
        words.append(
            "nothing is loaded: it counts after the next boot or load"
            if plan.switches.no_load
            else "the kernel's rules are locked: it counts after the next reboot"
        )
    return " ".join(_sentence(word) for word in words)


def blocker_lines(blocker: Notice[Kind], width: int, signs: Signs, *, brief: bool = False) -> list[Line]:
    """One blocker: what is the matter, where, and the way out; where a command is all that comes first, a *brief* one is that, and Enter
    opens the page of what comes after it."""
    page = Page(width, signs, indent=2)
    page.say((f"{signs.bad} ", "bad"), (blocker.text, "strong"), hanging=2)
    if blocker.place:
        page.row("  Where", str(blocker.place), label_width=12)
    first, _, rest = blocker.remedy.partition("\n")
    words, command = parted_remedy(first)
    page.row("  Way out", words or "run this:", label_width=12)
    if command:
        page.command(command, 12)
    if rest and command and brief:
        page.row("", ("Enter", "key", "forward"), " tells what comes after that.", label_width=12)
    elif rest:
        page.advice(remedy=rest, indent=12)
    return page.lines


def _files(plan: Plan, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    for change in plan.files:
        added, removed = counts(change)
        state = change.after
        note = "removed" if state is None else f"{state.mode:04o} uid {state.uid} gid {state.gid}"
        if state is not None and (state.uid, state.gid) == (0, 0):
            note = f"{state.mode:04o} root:root"
        page.head(change.path + (" (new file)" if change.before is None else ""), f"{note}   +{added} -{removed}")
        page.add(diff_lines(*change.contents, width, signs, indent=4))
    return page.lines


def command_text(command: Command) -> str:
    """A command as one would type it."""
    return shlex.join(command.argv)


def short_command(command: Command) -> str:
    """A command as one would type it, its program without its folder."""
    return shlex.join([command.argv[0].rsplit("/", 1)[-1], *command.argv[1:]])


def _then(plan: Plan, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    if plan.commands:
        page.head("Then")
    for command in plan.commands:
        why = command.why
        if command.step == "load" and (plan.reload_seconds or not plan.locks):
            why = without_rules(plan.reload_seconds, plan.load_deletes)
        page.row("  " + short_command(command), why, label_width=28)
    return page.lines


def _other_loaded_rules(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """What becomes of the loaded rules that rules.d does not hold, with the first of them."""
    page = Page(width, signs, indent=2)
    if plan.kernel_only and not plan.blockers:
        kept = f"{signs.warn} DROPPED" if plan.dropped else "put back"
        role: Role = "bad" if plan.dropped else "text"
        those = f"{plan.kernel_only[0].text}{', …' if len(plan.kernel_only) > 1 else ''}"
        page.say((f"{count(len(plan.kernel_only), 'loaded rule')} not in rules.d: {kept} ({those})", role), hanging=2)
    return page.lines


def _told_once(warnings: Sequence[Notice[WarningKind]]) -> list[Notice[WarningKind]]:
    """The warnings without those that another one tells in full; what mends them goes over to it."""
    told = []
    for warning in warnings:
        others = [other for other in warnings if other.text != warning.text]
        if not any(warning.text in other.text for other in others):
            inner = next((other.remedy for other in others if other.text in warning.text), "")
            told.append(replace(warning, remedy=inner or warning.remedy))
    return told


def watch_out_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """The warnings of *plan* without what to do about them, under how many they are, and the first figure of the log."""
    page = Page(width, signs, indent=2)
    if plan.warnings:
        page.head(count(sum(notice.kind != FIGURES for notice in _told_once(plan.warnings)), "warning").capitalize())
    for notice in _told_once(plan.warnings):
        if notice.kind != FIGURES:
            page.say((f"{signs.warn} ", "warn"), notice.text, indent=2, hanging=2)
    # Of the figures the first alone, what a rehearsal counted or the log's bound: the others have a page of their own.
    bound = next((notice.text for notice in plan.warnings if notice.kind == FIGURES), "")
    if bound and not any(bound in notice.text for notice in plan.warnings if notice.kind != FIGURES):
        page.say((f"{signs.waiting} ", "dim"), bound, indent=2, hanging=2)
    return page.lines


def overview_lines(plan: Plan, width: int, signs: Signs, *, notices: bool = True, brief: bool = False) -> list[Line]:
    """The first page of the Preview: the sentence, the blockers (*brief* ones: :func:`blocker_lines`) or the diff, the commands and, with
    *notices*, the warnings."""
    page = Page(width, signs)
    role: Role = "bad" if plan.blockers or plan.dropped else "good" if plan.is_empty else "strong"
    sign = signs.bad + " " if plan.blockers else signs.good + " " if plan.is_empty else f"{signs.warn} " if plan.dropped else ""
    page.say((sign + plan_headline(plan), role), *once_chosen(plan), indent=2, hanging=len(sign))
    page.add(_other_loaded_rules(plan, width, signs))
    for blocker in plan.blockers:
        page.gap()
        page.add(blocker_lines(blocker, width, signs, brief=brief))
    if said := _concerns(plan) or _rules_are_right(plan):
        page.gap()
        page.say(said, indent=2)
    if not plan.is_empty and not plan.blockers and notices and width >= WIDE:
        half = (width - 3) // 2
        left, right = Page(half, signs), Page(half, signs)
        left.add(_files(plan, half, signs))
        right.add(_then(plan, half, signs))
        right.gap()
        right.add(watch_out_lines(plan, half, signs))
        page.gap()
        page.add(beside(left.lines, right.lines, half))
        return page.lines
    nothing_here = plan.is_empty and all(finding.result == "notapplicable" for finding in plan.findings)
    for part in () if plan.blockers or nothing_here else (_files, _then, *([watch_out_lines] if notices else [])):
        page.gap()
        page.add(part(plan, width, signs))
    return page.lines


def _concerns(plan: Plan) -> str:
    """Which controls a blocked plan is blocked by, where others would go on without them, in a sentence; else "". A plan is made for all."""
    failing = [finding for finding in plan.findings if finding.fails and finding.state != "pending-reboot"]
    stuck = [finding.control for finding in failing if finding.is_stuck]
    free = len(failing) - len(stuck)
    if not stuck or not free or not all(blocker.kind in get_args(OnDiskKind) for blocker in plan.blockers):
        return ""
    others = "the other one goes" if free == 1 else f"the other {free} go"
    return (
        f"This stands in the way of {first_of(stuck)} alone: in a plan without {'it' if len(stuck) == 1 else 'them'} {others} on."
    )


def _rules_are_right(plan: Plan) -> str:
    """Where only the next boot is what a blocked plan's controls fail by, that no rule is missing, in a sentence; else ""."""
    failing = [finding for finding in plan.findings if finding.fails]
    if not plan.blockers or not failing or not all(finding.only_boot_fails for finding in failing):
        return ""
    return "The rules are right, loaded and on disk: nothing is left to write or to load, only the boot to mend."


def _say_blocked(page: Page, plan: Plan) -> None:
    """Say of what a blocked plan would do that it is not done."""
    if plan.blockers:
        page.say((f"{page.signs.bad} Blocked: nothing of this is done before what stands in the way is solved.", "bad"), hanging=2)
        page.gap()


def compiled_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """What changes in the compiled /etc/audit/audit.rules."""
    page = Page(width, signs, indent=2)
    page.say(("The compiled rules, /etc/audit/audit.rules", "strong"))
    _say_blocked(page, plan)
    page.say(
        "augenrules glues all files of rules.d into this one. The kernel gets it line by line; the first rule that matches wins."
    )
    page.gap()
    lines = diff_lines(plan.compiled_before, plan.compiled_after, width, signs)
    page.add(lines)
    if not lines:
        loads = any(command.step in ("load", "lock") for command in plan.commands)
        why = "rules.d compiles into just what it holds" if loads else "nothing compiles rules.d now"
        page.say((f"It stays as it is: {why}.", "dim"))
    return page.lines


def commands_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """Every command in full, in order, with its reason, and the rules that are put back."""
    page = Page(width, signs, indent=2)
    page.say(("The commands, in order", "strong"))
    _say_blocked(page, plan)
    if not plan.commands:
        page.gap()
        page.say(("No command is run.", "dim"))
    for number, command in enumerate(plan.commands, 1):
        page.gap()
        page.code(f"{number}  {command_text(command)}", indent=0)
        page.say(command.why, indent=3)
        if command.step == "load" and (plan.reload_seconds or not plan.locks):
            page.say(without_rules(plan.reload_seconds, plan.load_deletes), indent=3)
    if plan.kernel_only:
        page.head("Loaded rules that rules.d does not hold")
        page.say(
            "The load drops them. "
            + (
                "They stay dropped: you asked for it. An undo does not bring them back."
                if plan.dropped
                else "They are put back after each load."
            )
        )
        for rule in plan.kernel_only:
            page.code(rule.text)
            if rule.note:
                page.say((rule.note, "dim"), indent=6)
    return page.lines


def warnings_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """Every warning with its advice, the figures of the log among them."""
    page = Page(width, signs, indent=2)
    page.say(("Warnings in full", "strong"))
    _say_blocked(page, plan)
    if not plan.warnings:
        page.gap()
        page.say(("None.", "dim"))
    for warning in _told_once(plan.warnings):
        page.gap()
        page.say((f"{signs.waiting} ", "dim") if warning.kind == FIGURES else (f"{signs.warn} ", "warn"), warning.text, hanging=2)
        if warning.remedy:
            page.advice(remedy=warning.remedy, indent=4)
    return page.lines


def scanners_lines(plan: Plan, width: int, signs: Signs, facts: HostFacts | None = None) -> list[Line]:
    """What other scanners say of the loaded rules now, and will say after the run, beside what is true."""
    page = Page(width, signs, indent=2)
    page.say(("What scanners say", "strong"))
    _say_blocked(page, plan)
    page.say("They search a listing of the loaded rules; what a rule really records, and in which order, they do not look at.")
    rules = facts.kernel_rules if facts is not None else ()
    for finding in plan.findings:
        page.head(f"{finding.control}  {finding.path}")
        if not isinstance(rules, tuple):
            page.say((unread_text(rules, facts) if facts is not None else f"cannot tell: {rules.reason}", "unknown"), indent=2)
            continue
        after = plan.expected or rules
        page.row("", ("now   ", "dim"), ("after the run", "dim"), label_width=30)
        absent = frozenset(
            path for path in (finding.path, finding.scanned) if facts is not None and _is_absent(facts.paths.get(path))
        )
        for now, then in zip(*(scanner_views(finding.path, each, finding.scanned, absent) for each in (rules, after))):
            page.row(f"  {now.name}", _said(now.says), _said(then.says), label_width=30)
            page.say((now.why, "dim"), indent=4)
        result: Part = (f"{_SHORT.get(finding.result, finding.result):<6}", RESULT_ROLES[finding.result])
        later: Part = result if plan.is_empty or plan.blockers else ("its proof tells", "dim")
        page.row("  the kernel itself", result, later, label_width=30)
    return page.lines


_SHORT = {"notapplicable": "n/a", "unknown": "?"}
"""The results that are wider than their column."""


def _said(says: str) -> Part:
    return (f"{says:<6}", "good" if says == "pass" else "bad" if says == "fail" else "unknown")


def _is_absent(what: object) -> bool:
    return isinstance(what, PathFacts) and what.kind == "absent"


PREVIEW_PAGES: tuple[tuple[str, Callable[[Plan, int, Signs], list[Line]]], ...] = (
    ("Overview", overview_lines),
    ("Compiled rules", compiled_lines),
    ("Commands", commands_lines),
    ("Warnings", warnings_lines),
)
"""The Preview's pages about the plan alone, in the order in which Tab goes through them; behind them come those about the host."""
PAGE_NAMES = (*(name for name, _ in PREVIEW_PAGES), "Log storage", "Scanners")


def preview_lines(at: int, plan: Plan, width: int, signs: Signs, facts: HostFacts | None = None) -> list[Line]:
    """The lines of page *at* of the Preview."""
    if at < len(PREVIEW_PAGES):
        return PREVIEW_PAGES[at][1](plan, width, signs)
    if PAGE_NAMES[at] == "Log storage":
        page = Page(width, signs, indent=2)
        known = frozenset(notice.text for notice in log_warnings(HostLog(facts))) if facts is not None else frozenset()
        for notice in plan.warnings:
            if notice.kind == FIGURES and notice.text not in known:  # what a rehearsal counted stands with the plan alone
                page.say((notice.text, "strong"))
                page.gap()
        page.add(log_lines(facts, width, signs))
        return page.lines
    return scanners_lines(plan, width, signs, facts)


def in_short_lines(plan: Plan, then: str, width: int, signs: Signs, elsewhere: str = "") -> list[Line]:
    """The plan in short, for the last rows of a terminal: what would change, the first warning, the command *then* that does it; of a
    blocked one, whose last lines are the way out of the last blocker, the first way out where there are several. *elsewhere* names the host
    of a plan that is none of this machine: the command is one to type there."""
    page = Page(min(width, WIDE - 1), signs, indent=2)
    if len(plan.blockers) == 1 or (plan.is_empty and not plan.blockers):
        return page.lines
    page.say((plan_headline(plan), "bad" if plan.blockers else "strong"))
    if plan.blockers:
        first = plan.blockers[0]
        where = f"{first.place}: " if first.place and first.place.file not in first.remedy else ""
        page.row("First", f"{where}{joined_remedy(first.remedy) or first.text}", label_width=10)
        return page.lines
    for warning in [notice for notice in _told_once(plan.warnings) if notice.kind != FIGURES][:1]:
        page.say((f"{signs.warn} ", "warn"), first_sentence(warning.text), hanging=2)
    if elsewhere:
        page.say(f"This plan is of {elsewhere}, from a file: it is not for this machine. On {elsewhere}, as root:")
    page.labelled_command("There" if elsewhere else "Do it", then, label_width=10)
    return page.lines


def plan_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """The whole plan, one page after the other: what ``plan`` prints."""
    page = Page(min(width, WIDE - 1), signs)
    if plan.is_empty or plan.blockers:
        page.add(overview_lines(plan, page.width, signs))
        return page.lines
    page.add(overview_lines(plan, page.width, signs, notices=False))  # they come in full on the last page
    for _, lines in PREVIEW_PAGES[1:]:
        page.gap()
        page.add(lines(plan, page.width, signs))
    return page.lines
