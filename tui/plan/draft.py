"""Draft: the new docker.rules, and what the kernel will hold once it is loaded. Pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence

from tui.audit.rule.line import parse_line
from tui.audit.rule.numbers import FILTERS
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine, Origin, decoded
from tui.audit.rules_d.compiled import runs_into
from tui.audit.rules_d.edit import Merged, merge_rules
from tui.audit.rules_d.load import Loaded
from tui.audit.rules_d.rules_line import Unwritable, checked_line, is_watch, rules_line
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, replace
from tui.base.typing import NamedTuple
from tui.host.boot_load import boot_load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts
from tui.plan.load_effects import locking_line
from tui.plan.values import KernelOnly, Switches
from tui.verdict.disk import Disk, load_into, lookup, with_file, without_directory
from tui.verdict.known import KnownHost
from tui.verdict.rule_display import display
from tui.verdict.values import Finding, RuleLine, State

Judge = Callable[[KnownHost], tuple[Finding, ...]]
ADDS: frozenset[State] = frozenset({"unaudited", "shadowed", "partial", "not-persistent", "pending-reboot"})
"""The states in which the control's line is missing on disk, or may be."""
LOADS: frozenset[State] = frozenset({"not-loaded", "shadowed", "partial", "not-persistent"})
"""The states that a load may heal even where no file changes."""


@dataclass(frozen=True)
class PlanDraft:
    """The draft of a plan: what the files and the kernel will be.

    ``host`` is the host as it is, ``future`` as it will be after the run; ``loaded`` is what augenrules --load does to the
    kernel as it is now (with ``--no-load`` what the next boot does); ``lock`` is the line by which that makes the kernel immutable;
    ``at_risk`` are loaded rules that stand on disk behind a line that would stop the load.
    """

    host: KnownHost
    content: bytes | None
    origins: tuple[Origin | None, ...]
    """For each line of docker.rules as it will be, where it stands on disk now; None for a line of this plan's."""
    notes: tuple[str, ...]
    taken_out: tuple[str, ...]
    """Sentences about rules that the plan adds and that somebody has commented out."""
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
    future: KnownHost
    findings: tuple[Finding, ...]


def make_draft(judge: Judge, findings: Sequence[Finding], host: KnownHost, switches: Switches) -> PlanDraft:
    """Draft the change for *findings*; where a ``never`` of docker.rules or of this plan would take our events, our line goes before it."""
    order = _Order({}, frozenset())
    while True:
        draft = _draft(judge, findings, host, switches, order)
        better = _better_order(order, draft, findings)
        if switches.lock and switches.adopt and draft.lock:  # what only the kernel has would be lost for good
            better = better._replace(kept=tuple(dict.fromkeys((*order.kept, *_kernel_only_lines(draft)))))
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


def _draft(judge: Judge, findings: Sequence[Finding], host: KnownHost, switches: Switches, order: _Order) -> PlanDraft:
    facts, disk = host.facts, host.disk
    # A line of the plan's that audit.rules has to the letter is brought into rules.d by it: nothing is lost, and an undo leaves it.
    asked_for = _wanted(findings, switches)
    only_compiled = tuple(line for line in host.only_compiled if line.text.strip(" ") not in asked_for)
    taken_over = tuple(line for line in host.only_compiled if line.text.strip(" ") in asked_for)
    taken = [(line, checked_line(line.text.strip(" "), facts.names, host.lookup.is_directory)) for line in only_compiled]
    adopt = tuple(text for _, text in taken if isinstance(text, str)) if switches.adopt else ()
    adopt += order.kept
    stands_for = _joined(asked_for, host)
    order = order.renamed(stands_for)
    wanted = sorted(dict.fromkeys(stands_for.values()), key=lambda line: line not in order.first)
    add = tuple(
        line for line in wanted if not (files := _files_with(line, host)) or (line in order.before and files == {DOCKER_RULES})
    )
    current = host.docker_rules.content if host.docker_rules else None
    if add or adopt:
        joined = runs_into(disk.files, DOCKER_RULES.rsplit("/", 1)[-1], facts.names)
        merged = merge_rules(
            current,
            add,
            names=facts.names,
            before=order.before,
            previous_lacks_newline=joined is not None,
            adopt=adopt,
            is_directory=host.lookup.is_directory,
        )
        content: bytes | None = merged.content
        notes, taken_out = (*merged.notes, *map(_taken_over, taken_over)), merged.taken_out
        origins = _origins(merged, only_compiled if switches.adopt else ())
    else:
        content, notes, taken_out = current, (), ()
        origins = tuple(Origin(DOCKER_RULES, number) for number in range(1, (current or b"").count(b"\n") + 2))
    future = host if content == current else host.changed(rules_dir=with_file(facts, DOCKER_RULES, content).rules_dir)
    new_disk = disk if future is host else _disk_as_it_stands(future, origins)
    # What is only written is loaded by the next boot, into an empty kernel.
    loaded = new_disk.loaded if switches.no_load else new_disk.loaded_over(host.kernel_rules, future.facts)
    lock = locking_line(loaded, host.status)
    kernel_only, at_risk = ((), ()) if switches.no_load else _not_loaded_again(host, loaded)
    put_back = () if switches.drop_kernel_only or (lock and switches.lock) else tuple(rule.rule for rule in kernel_only)
    expected = _in_kernel_order((*loaded.rules, *put_back)) if put_back else loaded.rules  # judged once if they are the disk's
    restarts = not (switches.no_restart or (lock and switches.lock)) and facts.other_daemon is None
    # Where a boot loads audit.rules as it is, nothing but a run of augenrules brings rules.d into it.
    boot = boot_load(facts)
    compiles = boot is None or boot.compiles or not (switches.no_load or host.is_immutable)
    future = _after_run(future, new_disk, expected, restarts=switches.no_load or restarts, compiles=compiles)
    return PlanDraft(
        host=host,
        content=content if content != current else None,
        origins=origins,
        notes=notes,
        taken_out=taken_out,
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


def _kernel_only_lines(draft: PlanDraft) -> tuple[str, ...]:
    """Lines of a rules file for the rules that are only in the kernel, as far as one can hold them."""
    names, is_directory = draft.host.facts.names, draft.host.lookup.is_directory
    lines = (rules_line(only.rule, names, is_directory) for only in draft.kernel_only)
    return tuple(line for line in lines if isinstance(line, str))


def _wanted(findings: Sequence[Finding], switches: Switches) -> tuple[str, ...]:
    lines: list[str] = []
    for finding in findings:
        # A rule that is right, whose events are lost, and that no file brings: the load would take it away for good.
        if finding.state in ADDS or (finding.state == "blind" and not finding.on_disk):
            lines += finding.wanted
        if switches.benchmark_lines:
            lines += finding.lines_for_scanners
    return tuple(dict.fromkeys(lines))


def _joined(lines: Iterable[str], host: KnownHost) -> dict[str, str]:
    """For each of *lines* the one that stands for it: watches on one place under one key are one line, for all their accesses."""
    rules = {line: rule_of(line, host.facts) for line in lines}
    masks: dict[Rule, int] = {}
    for rule in rules.values():
        if rule is not None and is_watch(rule):
            masks[_bare(rule)] = masks.get(_bare(rule), 0) | int(rule.fields[1].value)
    joined = {}
    for line, rule in rules.items():
        text: str | Unwritable = line
        if rule is not None and is_watch(rule) and masks[_bare(rule)] != rule.fields[1].value:
            whole = replace(rule, fields=(rule.fields[0], replace(rule.fields[1], value=masks[_bare(rule)])))
            text = rules_line(whole, host.facts.names, host.lookup.is_directory)
        joined[line] = text if isinstance(text, str) else line
    return joined


def _bare(rule: Rule) -> Rule:
    """A watch without its accesses."""
    return replace(rule, fields=rule.fields[:1])


def _files_with(line: str, host: KnownHost) -> frozenset[str]:
    """The files with an equal rule, loaded or not: a second one would stop the load with "Rule exists"."""
    facts, disk = host.facts, host.disk
    rule = rule_of(line, facts)
    if rule is None:
        return frozenset()
    lost = {other.place.file for other in disk.loaded.lost if rule_of(other.text, facts) == rule}
    there = disk.line_of.get(rule)
    return frozenset(lost if there is None else {*lost, there.place.file})


def _taken_over(line: CompiledLine) -> str:
    return (
        f"{AUDIT_RULES}:{line.number} has “{clean(line.text.strip())}” already and no file of rules.d does, so the next augenrules would drop "
        f"it: docker.rules takes it over, and an undo leaves it there."
    )


def _origins(merged: Merged, adopted: Sequence[CompiledLine]) -> tuple[Origin | None, ...]:
    """Where each line of the new docker.rules stands on disk now."""
    places = {line.text.strip(" "): Origin(AUDIT_RULES, line.number) for line in adopted}
    texts = decoded(merged.content).split("\n")
    return tuple(
        places.get(text) if number is None else Origin(DOCKER_RULES, number) for text, number in zip(texts, merged.numbers)
    )


def _disk_as_it_stands(future: KnownHost, origins: Sequence[Origin | None]) -> Disk:
    """The disk as it will be, its lines called by the places at which they stand now: there people look."""

    def now(origin: Origin) -> Origin:
        if origin.file != DOCKER_RULES or origin.line > len(origins):
            return origin
        return origins[origin.line - 1] or Origin(f"{DOCKER_RULES} as planned", origin.line)

    lines = tuple(
        line._replace(origin=tuple(map(now, line.origin))) if any(origin.file == DOCKER_RULES for origin in line.origin) else line
        for line in future.compiled.lines
    )
    compiled = future.compiled._replace(lines=lines)
    there = future.disk.loaded
    failed = there.stopped is not None or there.errors  # what is said of these tells the place
    return Disk(future.rules_files, compiled, load_into(future.facts, compiled) if failed else there.told_by(lines))


def place_now(line: RuleLine, draft: PlanDraft) -> Origin | None:
    """Where a line of the host as it will be stands on disk now; None where this plan adds it."""
    if line.file != DOCKER_RULES or line.line is None or line.line > len(draft.origins):
        return Origin(line.file or "", line.line or 0)
    return draft.origins[line.line - 1]


def rule_of(line: str, facts: HostFacts) -> Rule | None:
    """The rule that a line of a rules file adds on this host, None for any other line."""
    parsed = parse_line(line, facts.names, lookup(facts).is_directory)
    return parsed.rule if isinstance(parsed, AddRule) else None


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


def _not_loaded_again(host: KnownHost, loaded: Loaded) -> tuple[tuple[KernelOnly, ...], tuple[Rule, ...]]:
    """The loaded rules that the load takes away: those on no disk, and those that stand behind the line that stops it."""
    facts, rules = host.facts, host.kernel_rules
    if not rules:
        return (), ()
    kept = frozenset(loaded.rules) | frozenset(map(without_directory, loaded.rules))
    behind = {rule for line in loaded.lost if (rule := rule_of(line.text, facts))}
    gone = [(position, rule) for position, rule in enumerate(rules) if rule not in kept]
    stay = [position for position, rule in enumerate(rules) if rule.filter == "exit" and rule in kept]
    kernel_only = tuple(
        KernelOnly(rule, display(rule, facts), _order_note(rule, stay[bisect(stay, position) :], host))
        for position, rule in gone
        if rule not in behind
    )
    return kernel_only, tuple(rule for _, rule in gone if rule in behind)


def _order_note(rule: Rule, overtaking: Sequence[int], host: KnownHost) -> str:
    """A note where rules from disk that came after *rule*, at the positions *overtaking*, will now come first: the first match decides."""
    if not overtaking or rule.filter != "exit":
        return ""
    more = f" and {len(overtaking) - 1} more" if len(overtaking) > 1 else ""
    return f"“{display(host.kernel_rules[overtaking[0]], host.facts)}”{more} came after it until now; the first match decides."


def _in_kernel_order(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    lists = tuple(FILTERS.values())
    return tuple(sorted(rules, key=lambda rule: lists.index(rule.filter)))


def _after_run(future: KnownHost, disk: Disk, expected: tuple[Rule, ...], *, restarts: bool, compiles: bool) -> KnownHost:
    """The facts of the host as it will be: rules on disk compiled and loaded, auditd restarted where that is wanted."""
    status, old = future.status, future.facts.audit_rules
    compiled = old
    if compiles:
        text = disk.compiled.text
        compiled = replace(old, content=text) if isinstance(old, FileFacts) else FileFacts(AUDIT_RULES, content=text)
    if status.enabled == 2:
        return future.changed(audit_rules=compiled)
    settings = disk.loaded.settings
    after = replace(
        status,
        # auditd(8) enables auditing as it starts; a line -e has the last word.
        enabled=settings.get("enabled", 1 if restarts else status.enabled),
        rate_limit=settings.get("rate_limit", status.rate_limit),
        pid=status.pid or (1 if restarts else 0),
    )
    paths = future.log.paths_once_open if restarts else future.facts.paths
    return future.changed(audit_rules=compiled, kernel_rules=expected, audit_status=after, paths=paths)
