"""What the kernel holds once an undo has loaded the rules again: those from disk, and those that are put back behind them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.audit.inputs import AuditStatus
from tui.audit.rule.value import Rule
from tui.base.amounts import MOST_TOLD, count_text, quoted
from tui.base.cleaning import clean
from tui.host.facts import HostFacts
from tui.plan.values import FileChange
from tui.plan.warning_words import not_loaded_yet, without_rules
from tui.plan.warnings import load_window
from tui.run.journal.run_records import RunRecord
from tui.run.taking_back.taking_out import after_undo
from tui.verdict.disk import read_disk, without_directory
from tui.verdict.rule_display import display


def added(records: Iterable[RunRecord]) -> frozenset[Rule]:
    """The rules that any of the runs loaded."""
    return frozenset(rule for record in records for rule in record.intent.added)


def loaded_after(
    records: Sequence[RunRecord], files: Sequence[FileChange], facts: HostFacts, *, whole: bool
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that the load of the undo of *records* brings from disk, once *files* are written, and those of the kernel that it must keep;
    without *whole* it only compiles, and loads nothing. Kernel and rules.d of *facts* must be known."""
    assert isinstance(facts.kernel_rules, tuple)
    stored = read_disk(after_undo(facts, files)).rules
    on_disk = frozenset(stored) | frozenset(map(without_directory, stored))
    # A run on an immutable kernel loads nothing itself: the boot loads what it wrote.
    ours = frozenset((*added(records), *read_disk(facts).rules))
    ours = (ours | frozenset(map(without_directory, ours))) - _loaded_before(records)
    ours = ours if whole else ours - on_disk
    kept = tuple(rule for rule in facts.kernel_rules if rule not in ours and not (whole and rule in on_disk))
    return (stored if whole else ()), kept


def _loaded_before(records: Sequence[RunRecord]) -> frozenset[Rule]:
    """The rules that were loaded before the runs, given the newest first, and that none of them had brought."""
    before: frozenset[Rule] = frozenset()
    ours: frozenset[Rule] = frozenset()
    for record in reversed(records):
        before |= frozenset(record.intent.kernel_before) - ours
        ours |= frozenset(record.intent.added)
    return before


def lets_go(records: Sequence[RunRecord], files: Sequence[FileChange], facts: HostFacts) -> bool:
    """Whether the kernel holds any rule that the undo of *records* takes from it, at once or, where it is locked, with its next boot."""
    assert isinstance(facts.kernel_rules, tuple)
    stored, kept = loaded_after(records, files, facts, whole=True)
    return bool(_brought(facts.kernel_rules, (*stored, *kept)))


def _brought(rules: Iterable[Rule], before: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those of *rules* that are not *before*, where one rule may be written with ``dir=`` and with ``path=``."""
    known = frozenset(map(without_directory, before))
    return tuple(rule for rule in rules if without_directory(rule) not in known)


def load_costs(records: Sequence[RunRecord], files: Sequence[FileChange], facts: HostFacts, *, whole: bool) -> tuple[str, ...]:
    """What the load of an undo costs, and what it does besides, in sentences; without *whole* nothing is loaded."""
    status, rules = facts.audit_status, facts.kernel_rules
    assert isinstance(rules, tuple)
    said = []
    if whole:
        stored, kept = loaded_after(records, files, facts, whole=True)
        left = len(stored) + len(kept)
        none = f"Afterwards no rule is loaded at all: the load deletes {'the only one' if len(rules) == 1 else f'all {count_text(len(rules))}'}."
        said.append(without_rules(load_window(len(rules), left), len(rules)) if left or not rules else none)
        if kept:
            one = len(kept) == 1
            those = quoted([display(rule, facts) for rule in kept[:MOST_TOLD]], more=max(len(kept) - MOST_TOLD, 0))
            what = "One loaded rule" if one else f"{count_text(len(kept))} loaded rules"
            said.append(f"{what} that the load drops {'is' if one else 'are'} put back after it: {those}.")
        if brought := _brought(stored, rules):
            said.append(f"{not_loaded_yet(brought, facts)}.")
        stop = read_disk(after_undo(facts, files), rules).loaded.stopped
        if stop is not None:
            said.append(f"The load stops at {clean(stop.file)}:{stop.file_line}, as each one does until that line is mended.")
    if isinstance(status, AuditStatus) and not status.pid and facts.other_daemon is None:
        said.append("auditd is not running: nothing is recorded now, nor after the undo.")
    return tuple(said)
