"""A finding and its evidence as lines: the verdict first, its reasons next, what it rests on below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tui.audit.inputs import ACCESSES, AuditStatus, PathFacts, Unknown
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import listing
from tui.base.cleaning import clean
from tui.host.facts import HostFacts, Process
from tui.host.trust import is_roots
from tui.verdict.audit_daemon import daemon_text
from tui.verdict.boot.words import boot_text
from tui.verdict.disk import lookup
from tui.verdict.neighbours.differences import why_they_differ
from tui.verdict.values import Finding, RuleLine
from tui.views.page import WIDE, Line, Page, Part, beside
from tui.views.signs import Signs
from tui.views.words import (
    ACCESS_WORDS,
    LEVEL_WORDS,
    RESULT_ROLES,
    STATE_WORDS,
    count,
    headline,
    level_role,
    level_sign,
    partly_recorded,
    result_sign,
    state_words,
)

if TYPE_CHECKING:
    from tui.host_extras import HostExtras
    from tui.plan.values import Plan

_KINDS = {
    "file": "regular file",
    "directory": "directory",
    "symlink": "symbolic link",
    "socket": "socket",
    "fifo": "named pipe",
    "device": "device",
}


def verdict_lines(finding: Finding, width: int, signs: Signs) -> list[Line]:
    """The headline with the control's number, then the reasons with what to do about them; Compare tells of the benchmark's grep."""
    page = Page(width, signs, indent=2)
    role = RESULT_ROLES[finding.result]
    page.ends([(f"{result_sign(finding.result, signs)} ", role), (headline(finding), role)], [(finding.control, "dim")])
    for reason in finding.reasons:
        if reason.kind == "benchmark-passes":
            continue
        page.say(reason.text, indent=2)
        if reason.remedy:
            page.say(("→ ", "dim"), (reason.remedy, "dim"), indent=2, hanging=2)
    if finding.waiver is not None:
        page.say(f"Waived: {finding.waiver.text}", indent=2)
    return page.lines


def access_parts(finding: Finding, signs: Signs) -> list[Part]:
    """``read ✗ no     write ✓ yes …``; empty where the question has no answer."""
    if finding.coverage is None:
        return []
    parts: list[Part] = []
    for access in ACCESSES:
        level = finding.coverage.get(access)
        if level is None:
            continue
        if parts:
            parts.append("   ")
        parts += [f"{ACCESS_WORDS[access]} ", (f"{level_sign(level, signs)} {LEVEL_WORDS[level]}", level_role(level))]
    return parts


def path_text(facts: HostFacts, path: str, package: str = "") -> str:
    """What *path* really is on the host, in one sentence."""
    what = facts.paths.get(path)
    if what is None:
        return "was not looked at"
    if isinstance(what, Unknown):
        return f"cannot tell: {what.reason}"
    text = _what(facts, what)
    return f"{text}, package {package}" if package else text


def _what(facts: HostFacts, what: PathFacts) -> str:
    if what.kind == "absent":
        return "there is no such file" if what.real_parent else "there is no such file, nor its directory"
    text = _KINDS[what.kind]
    if what.kind == "symlink":
        return f"{text} to {what.target}, " + (f"which ends at {what.real_path}" if what.real_path else "which leads nowhere")
    if what.uid is not None and what.gid is not None:
        users = {number: name for name, number in facts.names.users.items()}
        groups = {number: name for name, number in facts.names.groups.items()}
        text += f", {users.get(what.uid, str(what.uid))}:{groups.get(what.gid, str(what.gid))}"
    if what.mode is not None:
        text += f" {what.mode & 0o7777:04o}"
    if what.location and what.location != what.path:
        text += f", really {what.location}"
    if what.links and what.links > 1 and what.kind == "file":
        text += f", {what.links} hard links"
    return text


def unread_text(unread: Unknown, facts: HostFacts) -> str:
    """Why something was not read; for those who are not root the one cause that the verdict has told in full."""
    return f"cannot tell: {unread.reason}" if facts.privileges.euid == 0 else "cannot tell (needs root)"


def audit_text(facts: HostFacts) -> str:
    """The kernel's audit status in one sentence."""
    status = facts.audit_status
    if isinstance(status, Unknown):
        return unread_text(status, facts)
    return ", ".join(_audit_words(status, facts))


def _audit_words(status: AuditStatus, facts: HostFacts) -> list[str]:
    enabled = {0: "OFF", 1: "enabled", 2: "immutable until the next reboot"}.get(status.enabled, f"enabled {status.enabled}")
    daemon = f"auditd running (pid {status.pid})" if status.pid else "auditd NOT running"
    if facts.other_daemon is not None:
        daemon = f"records go to {daemon_text(facts.other_daemon)}, not to auditd"
    words = [enabled, daemon, f"backlog {status.backlog}", f"lost {status.lost}"]
    if status.rate_limit:
        words.append(f"rate limit {status.rate_limit} a second")
    if status.failure == 2:
        words.append("a failure panics the kernel (-f 2)")
    return words


def processes_text(facts: HostFacts, path: str) -> str:
    """Which processes run the program at *path*, or one of its name from elsewhere; or ``""``."""
    running = [process for process in facts.processes if process.name == path.rsplit("/", 1)[-1]]
    here = [str(process.pid) for process in running if process.exe == path]
    told = [f"pid {', '.join(here)} runs it"] if here else []
    told += [f"pid {p.pid}{_foreign(p)} runs {p.exe or 'a program that cannot be read'}" for p in running if p.exe != path]
    return "; ".join(told)


def _foreign(process: Process) -> str:
    return "" if is_roots(process) else f" of user {process.uid}" if process.uid else " (not trusted)"


def _short(rule: RuleLine) -> str:
    if rule.source == "kernel":
        return f"#{rule.position}"
    file = (rule.file or "").rsplit("/", 1)[-1].removesuffix(".rules")
    return f"{file}:{rule.line}"


def _same(one: RuleLine, other: RuleLine, facts: HostFacts) -> bool:
    """Whether the kernel would hold both as the same rule, however they are written."""
    if one.text == other.text:
        return True
    first, second = (parse_line(rule.text, facts.names, lookup(facts).is_directory) for rule in (one, other))
    return isinstance(first, AddRule) and isinstance(second, AddRule) and first.rule == second.rule


def _paired(rules: Sequence[RuleLine], facts: HostFacts) -> list[tuple[RuleLine | None, RuleLine | None]]:
    """Each loaded rule with its line on disk; the lines on disk that are not loaded come last."""
    pairs: list[tuple[RuleLine | None, RuleLine | None]] = []
    on_disk = [rule for rule in rules if rule.source != "kernel"]
    for rule in rules:
        if rule.source != "kernel":
            continue
        twin = next((other for other in on_disk if _same(rule, other, facts)), None)
        if twin is not None:
            on_disk.remove(twin)
        pairs.append((rule, twin))
    return pairs + [(None, rule) for rule in on_disk]


def _printed(rule: RuleLine, facts: HostFacts) -> str:
    """The line of ``auditctl -l`` for a loaded *rule* where it looks like a watch and the rule is none; else ``""``."""
    at = (rule.position or 0) - 1
    if not isinstance(facts.kernel_rules, tuple) or not 0 <= at < len(facts.kernel_rules):
        return ""
    line = clean(listing(facts.kernel_rules[at], facts.names.machine))
    return line if line.startswith("-w ") and line != rule.text else ""


def rules_lines(finding: Finding, facts: HostFacts, width: int, signs: Signs) -> list[Line]:
    """The rules that touch the path, in the kernel's order, each with where it stands and what it does here."""
    page = Page(width, signs, indent=2)
    unread = next((rules for rules in (facts.kernel_rules, facts.rules_dir) if isinstance(rules, Unknown)), None)
    if not finding.rules:
        page.head("Rules that touch this path")
        if unread is not None:
            page.say(unread_text(unread, facts), indent=2)
        elif finding.result == "unknown":
            page.say("cannot tell", indent=2)
        else:
            page.say("none, neither loaded nor on disk", indent=2)
        return page.lines
    page.head("Rules that touch this path", "kernel    on disk")
    general = [rule for rule in finding.rules if rule.general]
    if general:
        number = max(sum(rule.source == "kernel" for rule in general), sum(rule.source != "kernel" for rule in general))
        page.say(f"{count(number, 'general rule')}, which {'does' if number == 1 else 'do'} not name it", indent=2)
        page.say(("each with what it records here: w, or check --json", "dim"), indent=5)
    _list_rules(page, [rule for rule in finding.rules if not rule.general], facts, signs)
    return page.lines


def general_rules_lines(finding: Finding, facts: HostFacts, width: int, signs: Signs) -> list[Line]:
    """Each general rule that touches the path, and each whose effect is too long to be said beside it, with where it stands and what it
    records here; nothing where there is none."""
    page = Page(width, signs, indent=2)
    told = [rule for rule in finding.rules if rule.general or len(rule.effect) > _LONGEST_EFFECT]
    if told:
        page.gap()
        page.head(f"Rules and what each of them does to {clean(finding.path)}", "kernel    on disk")
        _list_rules(page, told, facts, signs, in_full=True)
    return page.lines


_LONGEST_EFFECT = 240
"""What a rule does, in characters, where it is said beside it: three lines of a narrow terminal."""
_IN_SHORT = {"records ": "records what the rules before it leave of this path", "keeps ": "keeps some events from being recorded"}
"""Longer effects by how they begin."""


def _effect_in_short(effect: str) -> str:
    if len(effect) <= _LONGEST_EFFECT:
        return effect
    short = next((short for start, short in _IN_SHORT.items() if effect.startswith(start)), "concerns some callers and calls")
    return f"{short}; whom: w, or check --json"


def _list_rules(page: Page, rules: Sequence[RuleLine], facts: HostFacts, signs: Signs, *, in_full: bool = False) -> None:
    for loaded, stored in _paired(rules, facts):
        rule = loaded or stored
        assert rule is not None
        page.say((rule.text, "code"), indent=2, hanging=2)
        page.tail((f"{_short(loaded) if loaded else signs.none:>6}  {_short(stored) if stored else signs.none:>9}", "dim"))
        page.say((rule.effect if in_full else _effect_in_short(rule.effect), "dim"), indent=5)
        printed = _printed(loaded, facts) if loaded else ""
        if printed:
            page.say(("auditctl -l prints it as ", "dim"), (printed, "code"), indent=5, hanging=2)


def compare_lines(finding: Finding, width: int, signs: Signs) -> list[Line]:
    """What the benchmark's own grep says beside what the loaded rules do, with the reason where they differ."""
    if finding.benchmark_audit is None:
        return []
    page = Page(width, signs, indent=2)
    levels = set((finding.coverage or {}).values())
    recorded = "every access" if levels == {"audited"} else "nothing" if levels <= {"unaudited"} else "a part"
    truth = finding.result == "pass"

    def verdict(good: bool) -> Part:
        return ('"pass"', "good") if good else ('"fail"', "bad")

    grep = "finds a line" if finding.benchmark_audit else "finds nothing"
    page.row("Compare", f"the benchmark's grep {grep:<14}", verdict(finding.benchmark_audit))
    page.row("", f"the rules record     {recorded:<14}", verdict(truth))
    if finding.benchmark_audit and not truth:
        why = why_they_differ(
            finding.state,
            finding.rules,
            on_disk=bool(finding.on_disk),
            only_boot_fails=finding.only_boot_fails,
            partly=partly_recorded(finding),
            path=finding.path,
        )
        page.row("", (f"They differ: {why}.", "dim"))
    elif truth and not finding.benchmark_audit and not any(reason.kind == "benchmark-misses" for reason in finding.reasons):
        page.row("", ("They differ: the accesses are recorded by a rule that is written in another way.", "dim"))
    return page.lines


def _evidence(finding: Finding, width: int, signs: Signs) -> list[Line]:
    page = Page(width, signs, indent=2)
    parts = access_parts(finding, signs)
    if parts:
        page.row("Access", *parts)
    page.add(compare_lines(finding, width, signs))
    return page.lines


def _surroundings(
    finding: Finding, facts: HostFacts, plan: Plan | None, aside: HostExtras | None, width: int, signs: Signs
) -> list[Line]:
    page = Page(width, signs, indent=2)
    applies = {"notapplicable": "no: ", "unknown": ""}.get(finding.state, "yes: ")
    running = processes_text(facts, finding.path) if finding.kind == "file" else ""
    if any(reason.kind == "foreign-files" for reason in finding.reasons):
        page.row("Applies", "cannot tell: these are other files")
    else:
        place = _shown_place(finding, facts)
        page.row("Applies", applies + path_text(facts, place, aside.package if aside else "") + (f"; {running}" if running else ""))
    if finding.real_path is not None:
        levels = ", ".join(
            f"{ACCESS_WORDS[access]} {LEVEL_WORDS[level]}"
            for access in ACCESSES
            if (level := finding.real_path.coverage.get(access))
        )
        page.row("Really at", finding.real_path.path + (f" ({levels})" if levels else ""))
    page.row("Audit", audit_text(facts))
    page.row("Next boot", boot_text(facts))
    if plan is not None and not isinstance(facts.kernel_rules, Unknown):
        from tui.views.pages.log_storage import log_text  # check shows no log, and is quick without its story

        page.row("Log", log_text(facts))
        not_loaded = aside.not_loaded if aside else ()
        if plan.kernel_only or not_loaded:
            page.row("Only loaded", _listed([rule.text for rule in plan.kernel_only], "nothing"))
            page.row("Only on disk", _listed(not_loaded, "nothing"))
        else:
            page.row("In sync", "what is loaded is what the files on disk load")
    return page.lines


def _shown_place(finding: Finding, facts: HostFacts) -> str:
    """The named path, or where the object is where nothing is at that."""
    named = facts.paths.get(finding.path)
    elsewhere = finding.real_path is not None and isinstance(named, PathFacts) and named.kind == "absent"
    return finding.real_path.path if elsewhere and finding.real_path else finding.path


def _listed(rules: Sequence[str], none: str) -> str:
    if not rules:
        return none
    return f"{count(len(rules), 'rule')}: {rules[0]}" + (f" … and {len(rules) - 1} more" if len(rules) > 1 else "")


def host_lines(
    finding: Finding, facts: HostFacts, width: int, signs: Signs, plan: Plan | None = None, aside: HostExtras | None = None
) -> list[Line]:
    """The whole Host step for one control."""
    half = width if width < WIDE else (width - 3) // 2
    left = Page(half, signs)
    left.add(verdict_lines(finding, half, signs))
    left.gap()
    left.add(_evidence(finding, half, signs))
    right = left if width < WIDE else Page(half, signs)
    right.gap()
    right.add(rules_lines(finding, facts, half, signs))
    left.gap()
    left.add(_surroundings(finding, facts, plan, aside, half, signs))
    return left.lines if width < WIDE else beside(left.lines, right.lines, half)


def is_without_docker(findings: Sequence[Finding]) -> bool:
    """Whether several of the benchmark's controls were asked for and nothing of Docker's is on the host."""
    return len(findings) > 1 and all(finding.state == "notapplicable" and finding.control[:1].isdigit() for finding in findings)


def summary_parts(findings: Sequence[Finding]) -> str:
    """How many controls are in which state, in one sentence and in the words of their rows."""
    if is_without_docker(findings):
        return f"no Docker here: {len(findings)} controls do not apply"
    states = Counter(finding.state for finding in findings)
    root = " (needs root)" if any(reason.kind == "not-root" for finding in findings for reason in finding.reasons) else ""
    words = [
        f"{states[state]} {word}{root if state == 'unknown' else ''}"
        for state, word in reversed(STATE_WORDS.items())
        if states[state]
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


def finding_lines(findings: Sequence[Finding], facts: HostFacts, width: int, signs: Signs) -> list[Line]:
    """What ``check`` prints: one control in full, several as a list with a reason each."""
    page = Page(width, signs)
    where = f"{facts.identity.name}{' · ' + facts.identity.os_name if facts.identity.os_name else ''}"
    source = {"live": "", "file": " · from a file", "demo": " · DEMO"}[facts.source]
    page.say((where + source, "dim"))
    page.gap()
    if len(findings) == 1:
        page.add(host_lines(findings[0], facts, min(width, WIDE - 1), signs))
        return page.lines
    if is_without_docker(findings):
        page.add(_without_docker(findings, page.width, signs))
        return page.lines
    column, state_column = number_column(findings), max(len(state_words(finding)) for finding in findings) + 2
    told = Counter(finding.reasons[0].text for finding in findings if finding.reasons)
    for finding in findings:
        role = RESULT_ROLES[finding.result]
        page.say(
            (f"{result_sign(finding.result, signs)} {finding.control:<{column}}", role),
            f"{state_words(finding):<{state_column}}",
            (finding.path, "code"),
            hanging=2 + column,
            width=page.width,
        )
        for reason in finding.reasons[:1]:
            if (finding.result != "pass" or reason.kind == "shallow-after-boot") and told[reason.text] == 1:
                page.say((reason.text, "dim"), indent=2 + column)
    page.gap()
    for text, number in told.items():
        if number > 1:
            page.row(f"{number} times", text, label_width=10)
    page.row("Audit", audit_text(facts), label_width=10)
    page.row("Summary", summary_parts(findings), label_width=10)
    return page.lines
