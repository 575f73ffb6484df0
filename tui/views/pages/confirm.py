"""Everything that a run will change, in words, as the last thing read before its word is typed."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.log.warning_words import HOST_STOPS
from tui.base.amounts import duration_text
from tui.base.notice import first_sentence
from tui.plan.load_effects import OPTIONS
from tui.plan.values import Command, FileChange, Plan
from tui.views.diff import added_lines, added_rules, counts, ended_line
from tui.views.page import Line, Page
from tui.views.pages.finding import summary_parts
from tui.views.pages.plan import short_command
from tui.views.signs import Signs
from tui.views.words import count, state_words

COMPILED = "/etc/audit/audit.rules"
_RED = frozenset(("locks", "kernel-only-lost", "panic-on-loss", "turns-off", "flood-stops-host", *HOST_STOPS.values()))
"""The kinds of warnings about what is lost for good, what locks, what ends all auditing and what takes the host down."""
LABEL = 12


def confirm_question(plan: Plan, host: str) -> str:
    """The question that the word answers."""
    if plan.locks:
        return f"Apply this to {host}, and lock its audit rules until the next reboot?"
    if plan.pending_reboot:
        return (
            f"Write this on {host}? Nothing is loaded: it counts after the next boot{' or load' if plan.switches.no_load else ''}."
        )
    return f"Apply this to {host}?"


def cost_text(plan: Plan) -> str:
    """What the run costs, in a sentence; "" where it costs nothing."""
    load = f"no rule is loaded for about {duration_text(plan.reload_seconds)}" if plan.reload_seconds else ""
    restarts = any(command.step == "restart" for command in plan.commands) and not plan.starts_auditd
    words = " and ".join(filter(None, (load, "events of 1 to 2 s are lost in the restart" if restarts else "")))
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _controls(plan: Plan) -> str:
    """The controls that it is for, each with what is so now; of more than two, whose paths stand in the lines that are added, the numbers and
    how many are in which state."""
    touched = [finding for finding in plan.findings if finding.result == "fail"] or list(plan.findings)
    if len(touched) > 2:
        return f"{', '.join(finding.control for finding in touched)}: now {summary_parts(touched)}"
    return ", ".join(
        f"{f.control} {f.places[0].path if len(f.places) == 1 and f.real_path else f.path}: now {state_words(f)}" for f in touched
    )


def _file(change: FileChange) -> str:
    if change.after is None:
        return f"{change.path} is removed"
    rules, (added, removed) = added_rules(change), counts(change)
    changes = [f"{count(rules, 'rule')} added"] if rules else [f"{count(added, 'line')} added"] if added else []
    changes += [f"{count(removed, 'line')} removed"] if removed else []
    ended = ended_line(change)
    changes += [f"newline to line {ended}"] if ended else []
    return f"{change.path}: {'a new file, ' if change.before is None else ''}{', '.join(changes) or 'no line changes'}"


def _rows(page: Page, label: str, texts: Sequence[str]) -> None:
    """*texts*, a row each, the first one with the *label*, which is named where it lies out of sight."""
    for number, text in enumerate(texts):
        page.row("" if number else label, text, label_width=LABEL, role="dim" if number or not label else "head")


def _command(plan: Plan, command: Command) -> str:
    what = {
        "load": "loads all rules anew" if "--load" in command.argv else "compiles rules.d",
        "restart": "starts the daemon" if plan.starts_auditd else "the daemon starts anew",
        "lock": "the kernel takes no other rule before the next reboot",
    }
    if command.step == "load" and plan.locks:
        what["load"] = "compiles rules.d; then each rule is loaded by itself, without the lock, and proved"
    elif command.step == "lock":
        what["lock"] = "loads all rules anew, and locks: the kernel takes no other rule before the next reboot"
    return f"{short_command(command)}: {what[command.step]}"


def _dangers(plan: Plan, page: Page) -> None:
    """What is to be known before the word, each with its sign: in red what is lost for good, what locks and what takes the host down."""
    if plan.dropped:
        them = "it" if len(plan.dropped) == 1 else "them"
        rules = f"{count(len(plan.dropped), 'rule')} that only the kernel has will be DROPPED"
        page.say((f"{page.signs.warn} {rules}; no undo brings {them} back:", "bad"), hanging=2)
        for rule in plan.dropped:
            page.code(rule.text, indent=2)
    red = frozenset(first_sentence(warning.text) for warning in plan.warnings if warning.kind in _RED)
    for sentence in plan.consequences:
        page.say((f"{page.signs.warn} {sentence}", "bad" if sentence in red else "warn"), hanging=2)
    if plan.locks:
        page.say(
            "After the lock no undo, no put-back and no other load works in the kernel before its reboot. All is proved first."
        )


def confirm_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """Everything that changes: what is dropped and what locks first, then files, rules, commands, settings, what is put back."""
    page = Page(width, signs, indent=2)
    _dangers(plan, page)
    page.gap()
    commands = [_command(plan, command) for command in plan.commands] or ["none is run"]
    if plan.locks:  # the command that nothing takes back is the last to be missed
        _rows(page, "Commands", commands)
    _rows(page, "Controls", [_controls(plan) or "none"])
    _rows(page, "Files", [_file(change) for change in plan.files] or ["no file of rules.d changes"])
    for change in plan.files:
        for line in added_lines(change):
            page.row("", ("+ ", "add"), (line, "add"), label_width=LABEL)
    if plan.compiled_before != plan.compiled_after:
        _rows(page, "", [f"{COMPILED}: compiled anew from all files of rules.d"])
    if not plan.locks:
        _rows(page, "Commands", commands)
    if plan.settings:
        changed = ", ".join(f"{OPTIONS.get(name, name)} {value}" for name, value in plan.settings.items())
        _rows(page, "Settings", [f"of the kernel's audit: {changed}"])
    _rows(page, "Also loaded", [warning.text for warning in plan.warnings if warning.kind == "loaded-besides"])
    if plan.kernel_only and not plan.dropped:
        are = "is" if len(plan.kernel_only) == 1 else "are"
        _rows(page, "Put back", [f"{count(len(plan.kernel_only), 'rule')} that {are} not in rules.d:"])
        _rows(page, "", [rule.text for rule in plan.kernel_only])
    until = "before the lock " if plan.locks else ""
    _rows(page, "On failure", [f"{until}what was done is rolled back, before your eyes"])
    return page.lines
