"""Draft: the new docker.rules, and what the kernel will hold once it is loaded. Pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from tui.audit.inputs import AuditStatus
from tui.audit.rule.line import parse_line
from tui.audit.rule.numbers import FILTERS
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine, Origin, decoded
from tui.audit.rules_d.compiled import audit_rules_only, compile_rules, runs_into
from tui.audit.rules_d.edit import Merged, merge_rules
from tui.audit.rules_d.load import Loaded
from tui.audit.rules_d.rules_line import Unwritable, checked_line, is_watch, rules_line
from tui.base.dataclass import dataclass, replace
from tui.host.boot_load import boot_load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts
from tui.plan.load_effects import locking_line
from tui.plan.values import KernelOnly, Switches
from tui.verdict.disk import Disk, load_into, lookup, rules_files, with_file, without_directory
from tui.verdict.rule_display import display
from tui.verdict.silence import with_log
from tui.verdict.values import Finding, RuleLine, State

Judge = Callable[[HostFacts], tuple[Finding, ...]]
ADDS: frozenset[State] = frozenset({"unaudited", "shadowed", "partial", "not-persistent", "pending-reboot"})
"""The states in which the control's line is missing on disk, or may be."""
LOADS: frozenset[State] = frozenset({"not-loaded", "shadowed", "partial", "not-persistent"})
"""The states that a load may heal even where no file changes."""


@dataclass(frozen=True)
class PlanDraft:
    """The draft of a plan: what the files and the kernel will be.

    ``future`` is the host as it will be after the run, to be judged like any other; ``loaded`` is what augenrules --load does to the
    kernel as it is now (with ``--no-load`` what the next boot does); ``lock`` is the line by which that makes the kernel immutable;
    ``at_risk`` are loaded rules that stand on disk behind a line that would stop the load.
    """

    content: bytes | None
    origins: tuple[Origin | None, ...]
    """For each line of docker.rules as it will be, where it stands on disk now; None for a line of this plan's."""
    notes: tuple[str, ...]
    added: tuple[str, ...]
    only_compiled: tuple[CompiledLine, ...]
    unadoptable: tuple[tuple[CompiledLine, str], ...]
    """Those of them that no rules file should hold, with the reason."""
    disk: Disk
    loaded: Loaded
    lock: CompiledLine | None
    kernel_only: tuple[KernelOnly, ...]
    expected: tuple[Rule, ...]
    at_risk: tuple[Rule, ...]
    future: HostFacts
    findings: tuple[Finding, ...]


def make_draft(judge: Judge, findings: Sequence[Finding], facts: HostFacts, disk: Disk, switches: Switches) -> PlanDraft:
    """Draft the change for *findings*; where a ``never`` of docker.rules or of this plan would take our events, our line goes before it."""
    order = _Order({}, frozenset())
    while True:
        draft = _draft(judge, findings, facts, disk, switches, order)
        better = _better_order(order, draft, findings)
        if switches.lock and switches.adopt and draft.lock:  # what only the kernel has would be lost for good
            better = better._replace(kept=tuple(dict.fromkeys((*order.kept, *_kernel_only_lines(draft, facts)))))
        if better == order:
            return draft
        order = better


class _Order(NamedTuple):
    """The places at which new lines must stand: ``before`` these line numbers of docker.rules as it is now, and ``first`` among the new ones; and
    the lines ``kept`` for rules that are only in the kernel."""

    before: Mapping[str, int]
    first: frozenset[str]
    kept: tuple[str, ...] = ()

    def renamed(self, stands_for: Mapping[str, str]) -> _Order:
        """The same order of the lines that stand for these."""
        before: dict[str, int] = {}
        for line, number in self.before.items():
            name = stands_for.get(line, line)
            before[name] = min(before.get(name, number), number)
        return self._replace(before=before, first=frozenset(stands_for.get(line, line) for line in self.first))


def _draft(judge: Judge, findings: Sequence[Finding], facts: HostFacts, disk: Disk, switches: Switches, order: _Order) -> PlanDraft:
    only_compiled = _only_compiled(facts, disk)
    taken = [(line, checked_line(line.text.strip(" "), facts.names, lookup(facts).is_directory)) for line in only_compiled]
    adopt = tuple(text for _, text in taken if isinstance(text, str)) if switches.adopt else ()
    adopt += order.kept
    stands_for = _joined(_wanted(findings, switches), facts)
    order = order.renamed(stands_for)
    wanted = sorted(dict.fromkeys(stands_for.values()), key=lambda line: line not in order.first)
    add = tuple(
        line
        for line in wanted
        if not (files := _files_with(line, facts, disk)) or (line in order.before and files == {DOCKER_RULES})
    )
    current = _docker_rules(facts)
    if add or adopt:
        joined = runs_into(disk.files, DOCKER_RULES.rsplit("/", 1)[-1], facts.names)
        merged = merge_rules(
            current,
            add,
            names=facts.names,
            before=order.before,
            previous_lacks_newline=joined is not None,
            adopt=adopt,
            is_directory=lookup(facts).is_directory,
        )
        content: bytes | None = merged.content
        notes = merged.notes
        origins = _origins(merged, only_compiled if switches.adopt else ())
    else:
        content, notes = current, ()
        origins = tuple(Origin(DOCKER_RULES, number) for number in range(1, (current or b"").count(b"\n") + 2))
    future = with_file(facts, DOCKER_RULES, content) if content is not None else facts
    new_disk = _disk_as_it_stands(future, origins)
    assert isinstance(facts.kernel_rules, tuple)
    assert isinstance(facts.audit_status, AuditStatus)
    # What is only written is loaded by the next boot, into an empty kernel.
    loaded = new_disk.loaded if switches.no_load else load_into(future, new_disk.compiled, facts.kernel_rules)
    lock = locking_line(loaded, facts.audit_status)
    kernel_only, at_risk = ((), ()) if switches.no_load else _not_loaded_again(facts, loaded, switches)
    put_back = () if switches.drop_kernel_only or (lock and switches.lock) else tuple(rule.rule for rule in kernel_only)
    expected = _in_kernel_order((*loaded.rules, *put_back))
    restarts = not (switches.no_restart or (lock and switches.lock)) and facts.other_daemon is None
    # Where a boot loads audit.rules as it is, nothing but a run of augenrules brings rules.d into it.
    boot = boot_load(facts)
    compiles = boot is None or boot.compiles or not (switches.no_load or facts.audit_status.enabled == 2)
    future = _after_run(future, new_disk, expected, restarts=switches.no_load or restarts, compiles=compiles)
    return PlanDraft(
        content=content if content != current else None,
        origins=origins,
        notes=notes,
        added=add,
        only_compiled=only_compiled,
        unadoptable=tuple((line, text.reason) for line, text in taken if isinstance(text, Unwritable)),
        disk=new_disk,
        loaded=loaded,
        lock=lock,
        kernel_only=kernel_only,
        expected=expected,
        at_risk=at_risk,
        future=future,
        findings=judge(future),
    )


def _kernel_only_lines(draft: PlanDraft, facts: HostFacts) -> tuple[str, ...]:
    """Lines of a rules file for the rules that are only in the kernel, as far as one can hold them."""
    lines = (rules_line(only.rule, facts.names, lookup(facts).is_directory) for only in draft.kernel_only)
    return tuple(line for line in lines if isinstance(line, str))


def _wanted(findings: Sequence[Finding], switches: Switches) -> tuple[str, ...]:
    lines: list[str] = []
    for finding in findings:
        if finding.state in ADDS:
            lines += finding.wanted
        if switches.benchmark_lines and finding.result == "pass" and finding.benchmark_audit is False and finding.benchmark_line:
            lines.append(finding.benchmark_line)
        if switches.benchmark_lines and finding.result in ("pass", "fail") and finding.scanner_line:
            lines.append(finding.scanner_line)
    return tuple(dict.fromkeys(lines))


def _joined(lines: Iterable[str], facts: HostFacts) -> dict[str, str]:
    """For each of *lines* the one that stands for it: watches on one place under one key are one line, for all their accesses."""
    rules = {line: rule_of(line, facts) for line in lines}
    masks: dict[Rule, int] = {}
    for rule in rules.values():
        if rule is not None and is_watch(rule):
            masks[_bare(rule)] = masks.get(_bare(rule), 0) | int(rule.fields[1].value)
    joined = {}
    for line, rule in rules.items():
        text: str | Unwritable = line
        if rule is not None and is_watch(rule) and masks[_bare(rule)] != rule.fields[1].value:
            whole = replace(rule, fields=(rule.fields[0], replace(rule.fields[1], value=masks[_bare(rule)])))
            text = rules_line(whole, facts.names, lookup(facts).is_directory)
        joined[line] = text if isinstance(text, str) else line
    return joined


def _bare(rule: Rule) -> Rule:
    """A watch without its accesses."""
    return replace(rule, fields=rule.fields[:1])


def _files_with(line: str, facts: HostFacts, disk: Disk) -> frozenset[str]:
    """The files with an equal rule, loaded or not: a second one would stop the load with "Rule exists"."""
    rule = rule_of(line, facts)
    if rule is None:
        return frozenset()
    lost = {other.place.file for other in disk.loaded.lost if rule_of(other.text, facts) == rule}
    position = disk.position_of.get(rule)
    return frozenset(lost if position is None else {*lost, disk.line(position).place.file})


def _origins(merged: Merged, adopted: Sequence[CompiledLine]) -> tuple[Origin | None, ...]:
    """Where each line of the new docker.rules stands on disk now."""
    places = {line.text.strip(" "): Origin(AUDIT_RULES, line.number) for line in adopted}
    texts = decoded(merged.content).split("\n")
    return tuple(
        places.get(text) if number is None else Origin(DOCKER_RULES, number)
        for text, number in zip(texts, merged.numbers, strict=False)
    )


def _disk_as_it_stands(future: HostFacts, origins: Sequence[Origin | None]) -> Disk:
    """The disk as it will be, its lines called by the places at which they stand now: there people look."""
    files = rules_files(future)
    compiled = compile_rules(files, future.names)

    def now(origin: Origin) -> Origin:
        if origin.file != DOCKER_RULES or origin.line > len(origins):
            return origin
        return origins[origin.line - 1] or Origin(f"{DOCKER_RULES} as planned", origin.line)

    lines = tuple(line._replace(origin=tuple(map(now, line.origin))) for line in compiled.lines)
    compiled = compiled._replace(lines=lines)
    return Disk(files, compiled, load_into(future, compiled))


def place_now(line: RuleLine, draft: PlanDraft) -> Origin | None:
    """Where a line of the host as it will be stands on disk now; None where this plan adds it."""
    if line.file != DOCKER_RULES or line.line is None or line.line > len(draft.origins):
        return Origin(line.file or "", line.line or 0)
    return draft.origins[line.line - 1]


def rule_of(line: str, facts: HostFacts) -> Rule | None:
    """The rule that a line of a rules file adds on this host, None for any other line."""
    parsed = parse_line(line, facts.names, lookup(facts).is_directory)
    return parsed.rule if isinstance(parsed, AddRule) else None


def _docker_rules(facts: HostFacts) -> bytes | None:
    assert isinstance(facts.rules_dir, tuple)
    return next((file.content for file in facts.rules_dir if file.path == DOCKER_RULES), None)


def _only_compiled(facts: HostFacts, disk: Disk) -> tuple[CompiledLine, ...]:
    """The lines that the next augenrules would overwrite in audit.rules, since no file of rules.d has them."""
    if not isinstance(facts.audit_rules, FileFacts) or facts.audit_rules.content is None:
        return ()
    return audit_rules_only(disk.compiled, facts.audit_rules.content, facts.names, is_directory=lookup(facts).is_directory)


def _better_order(order: _Order, draft: PlanDraft, findings: Sequence[Finding]) -> _Order:
    """*order*, and for each control that a ``never`` of docker.rules or of this plan would leave without events, its lines before that."""
    wanted = {finding.slug: finding.wanted for finding in findings}
    before, first = dict(order.before), set(order.first)
    for finding in draft.findings:
        if finding.result != "fail":
            continue
        for line in finding.hindrances:
            place = place_now(line, draft)
            if place is None:
                first.update(wanted[finding.slug])
            elif place.file == DOCKER_RULES:
                before.update({text: min(before.get(text, place.line), place.line) for text in wanted[finding.slug]})
    return _Order(before, frozenset(first))


def _not_loaded_again(facts: HostFacts, loaded: Loaded, switches: Switches) -> tuple[tuple[KernelOnly, ...], tuple[Rule, ...]]:
    """The loaded rules that the load takes away: those on no disk, and those that stand behind the line that stops it."""
    assert isinstance(facts.kernel_rules, tuple)
    kept = frozenset(loaded.rules) | frozenset(map(without_directory, loaded.rules))
    behind = {rule for line in loaded.lost if (rule := rule_of(line.text, facts))}
    gone = [(position, rule) for position, rule in enumerate(facts.kernel_rules) if rule not in kept]
    stay = [position for position, rule in enumerate(facts.kernel_rules) if rule.filter == "exit" and rule in kept]
    kernel_only = tuple(
        KernelOnly(rule, display(rule, facts), _order_note(rule, stay[bisect(stay, position) :], facts))
        for position, rule in gone
        if rule not in behind
    )
    return kernel_only, tuple(rule for _, rule in gone if rule in behind)


def _order_note(rule: Rule, overtaking: Sequence[int], facts: HostFacts) -> str:
    """A note where rules from disk that came after *rule*, at the positions *overtaking*, will now come first: the first match decides."""
    assert isinstance(facts.kernel_rules, tuple)
    if not overtaking or rule.filter != "exit":
        return ""
    more = f" and {len(overtaking) - 1} more" if len(overtaking) > 1 else ""
    return f"It comes after the rules from disk from now on; {display(facts.kernel_rules[overtaking[0]], facts)}{more} came after it until now."


def _in_kernel_order(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    lists = tuple(FILTERS.values())
    return tuple(sorted(rules, key=lambda rule: lists.index(rule.filter)))


def _after_run(future: HostFacts, disk: Disk, expected: tuple[Rule, ...], *, restarts: bool, compiles: bool) -> HostFacts:
    """The facts of the host as it will be: rules on disk compiled and loaded, auditd restarted where that is wanted."""
    status = future.audit_status
    assert isinstance(status, AuditStatus)
    old = future.audit_rules
    compiled = old
    if compiles:
        text = disk.compiled.text
        compiled = replace(old, content=text) if isinstance(old, FileFacts) else FileFacts(AUDIT_RULES, content=text)
    if status.enabled == 2:
        return replace(future, audit_rules=compiled)
    settings = disk.loaded.settings
    after = replace(
        status,
        # auditd(8) enables auditing as it starts; a line -e has the last word.
        enabled=settings.get("enabled", 1 if restarts else status.enabled),
        rate_limit=settings.get("rate_limit", status.rate_limit),
        pid=status.pid or (1 if restarts else 0),
    )
    paths = with_log(future) if restarts else future.paths
    return replace(future, audit_rules=compiled, kernel_rules=expected, audit_status=after, paths=paths)
