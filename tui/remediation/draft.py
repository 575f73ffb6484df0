"""Draft: the new docker.rules, and what the kernel will hold once it is loaded. Pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence

from tui.audit.augenrules import CompiledLine
from tui.audit.fields import FILTERS
from tui.audit.inputs import AuditStatus
from tui.audit.rule import AddRule, Rule, parse_line
from tui.audit.rules_dir import audit_rules_only, runs_into
from tui.audit.rules_load import Loaded
from tui.audit.rules_merge import merge_rules
from tui.dataclass import dataclass, replace
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts, HostFacts
from tui.remediation.disk import Disk, is_directory, load_into, read_disk, with_file, without_directory
from tui.remediation.shown import shown
from tui.remediation.silence import with_log
from tui.remediation.values import Finding, KernelOnly, State, Switches

Judge = Callable[[HostFacts], tuple[Finding, ...]]
ADDS: frozenset[State] = frozenset({"unaudited", "shadowed", "partial", "not-persistent", "pending-reboot"})
"""The states in which the control's line is missing on disk, or may be."""
LOADS: frozenset[State] = frozenset({"not-loaded", "shadowed", "partial", "not-persistent"})
"""The states that a load may heal even where no file changes."""


@dataclass(frozen=True)
class Draft:
    """What the files and the kernel will be.

    ``future`` is the host as it will be after the run, to be judged like any other; ``loaded`` is what augenrules --load does to the
    kernel as it is now; ``at_risk`` are loaded rules that stand on disk behind a line that would stop the load.
    """

    content: bytes | None
    notes: tuple[str, ...]
    added: tuple[str, ...]
    only_compiled: tuple[CompiledLine, ...]
    disk: Disk
    loaded: Loaded
    kernel_only: tuple[KernelOnly, ...]
    expected: tuple[Rule, ...]
    at_risk: tuple[Rule, ...]
    future: HostFacts
    findings: tuple[Finding, ...]


def make_draft(judge: Judge, findings: Sequence[Finding], facts: HostFacts, disk: Disk, switches: Switches) -> Draft:
    """Draft the change for *findings*; where a ``never`` in docker.rules itself would take our events, our line goes before it."""
    first = _draft(judge, findings, facts, disk, switches, {})
    before = _lines_to_precede(first, _docker_rules(facts))
    return _draft(judge, findings, facts, disk, switches, before) if before else first


def _draft(
    judge: Judge, findings: Sequence[Finding], facts: HostFacts, disk: Disk, switches: Switches, before: Mapping[str, int]
) -> Draft:
    only_compiled = _only_compiled(facts, disk)
    adopt = tuple(line.text.strip(" ") for line in only_compiled) if switches.adopt else ()
    moved = frozenset(before)
    add = tuple(line for line in _wanted(findings, switches) if line in moved or not _stands_on_disk(line, facts, disk))
    current = _docker_rules(facts)
    if add or adopt:
        joined = runs_into(disk.files, DOCKER_RULES.rsplit("/", 1)[-1], facts.names)
        merged = merge_rules(
            current,
            add,
            names=facts.names,
            before=before,
            previous_lacks_newline=joined is not None,
            adopt=adopt,
            is_directory=is_directory(facts),
        )
        content: bytes | None = merged.content
        notes = merged.notes
    else:
        content, notes = current, ()
    future = with_file(facts, DOCKER_RULES, content) if content is not None else facts
    new_disk = read_disk(future)
    assert isinstance(facts.kernel_rules, tuple)
    loaded = load_into(future, new_disk.compiled, facts.kernel_rules)
    kernel_only, at_risk = _not_loaded_again(facts, loaded, switches)
    expected = _in_kernel_order((*loaded.rules, *(rule.rule for rule in kernel_only if not switches.drop_kernel_only)))
    restarts = not switches.no_restart and facts.other_daemon is None
    future = _after_run(future, new_disk, expected, restarts=restarts)
    return Draft(
        content=content if content != current else None,
        notes=notes,
        added=add,
        only_compiled=only_compiled,
        disk=new_disk,
        loaded=loaded,
        kernel_only=kernel_only,
        expected=expected,
        at_risk=at_risk,
        future=future,
        findings=judge(future),
    )


def _wanted(findings: Sequence[Finding], switches: Switches) -> tuple[str, ...]:
    lines: list[str] = []
    for finding in findings:
        if finding.state in ADDS:
            lines += finding.wanted
        if switches.benchmark_lines and finding.result == "pass" and finding.benchmark_audit is False and finding.benchmark_line:
            lines.append(finding.benchmark_line)
        if switches.benchmark_lines and finding.result in ("pass", "fail") and finding.scanner_line:
            lines.append(finding.scanner_line)
        real = finding.real_path
        if switches.real_paths and real is not None and any(level != "audited" for level in real.coverage.values()):
            lines += finding.real_lines
    return tuple(dict.fromkeys(lines))


def _stands_on_disk(line: str, facts: HostFacts, disk: Disk) -> bool:
    """Whether an equal rule is in any file, loaded or not: a second one would stop the load with "Rule exists"."""
    rule = rule_of(line, facts)
    if rule is None or rule in disk.position_of:
        return rule is not None
    return any(rule_of(lost.text, facts) == rule for lost in disk.loaded.lost)


def rule_of(line: str, facts: HostFacts) -> Rule | None:
    """The rule that a line of a rules file adds on this host, None for any other line."""
    parsed = parse_line(line, facts.names, is_directory(facts))
    return parsed.rule if isinstance(parsed, AddRule) else None


def _docker_rules(facts: HostFacts) -> bytes | None:
    assert isinstance(facts.rules_dir, tuple)
    return next((file.content for file in facts.rules_dir if file.path == DOCKER_RULES), None)


def _only_compiled(facts: HostFacts, disk: Disk) -> tuple[CompiledLine, ...]:
    """The lines that the next augenrules would overwrite in audit.rules, since no file of rules.d has them."""
    if not isinstance(facts.audit_rules, FileFacts) or facts.audit_rules.content is None:
        return ()
    return audit_rules_only(disk.compiled, facts.audit_rules.content, facts.names, is_directory=is_directory(facts))


def _lines_to_precede(draft: Draft, current: bytes | None) -> dict[str, int]:
    """For each wanted line that a ``never`` of docker.rules itself would leave without events, the number of that line in *current*."""
    # Lines are only added behind the old ones, except for one empty line that may come first.
    shift = 1 if draft.content and draft.content.startswith(b"\n") and current and not current.startswith((b"\n", b"\r\n")) else 0
    before: dict[str, int] = {}
    for finding in draft.findings:
        places = [line.line - shift for line in finding.hindrances if line.file == DOCKER_RULES and line.line is not None]
        if finding.result == "fail" and places:
            before.update(dict.fromkeys(finding.wanted, min(places)))
    return before


def _not_loaded_again(facts: HostFacts, loaded: Loaded, switches: Switches) -> tuple[tuple[KernelOnly, ...], tuple[Rule, ...]]:
    """The loaded rules that the load takes away: those on no disk, and those that stand behind the line that stops it."""
    assert isinstance(facts.kernel_rules, tuple)
    kept = frozenset(loaded.rules) | frozenset(map(without_directory, loaded.rules))
    behind = {rule for line in loaded.lost if (rule := rule_of(line.text, facts))}
    gone = [(position, rule) for position, rule in enumerate(facts.kernel_rules) if rule not in kept]
    stay = [position for position, rule in enumerate(facts.kernel_rules) if rule.filter == "exit" and rule in kept]
    kernel_only = tuple(
        KernelOnly(rule, shown(rule, facts), _order_note(rule, stay[bisect(stay, position) :], facts))
        for position, rule in gone
        if rule not in behind
    )
    return kernel_only, tuple(rule for _, rule in gone if rule in behind)


def _order_note(rule: Rule, overtaking: Sequence[int], facts: HostFacts) -> str:
    """A word where rules from disk that came after *rule*, at the positions *overtaking*, will now come first: the first match decides."""
    assert isinstance(facts.kernel_rules, tuple)
    if not overtaking or rule.filter != "exit":
        return ""
    more = f" and {len(overtaking) - 1} more" if len(overtaking) > 1 else ""
    return f"It comes after the rules from disk from now on; {shown(facts.kernel_rules[overtaking[0]], facts)}{more} came after it until now."


def _in_kernel_order(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    lists = tuple(FILTERS.values())
    return tuple(sorted(rules, key=lambda rule: lists.index(rule.filter)))


def _after_run(future: HostFacts, disk: Disk, expected: tuple[Rule, ...], *, restarts: bool) -> HostFacts:
    """The host as it will be: rules on disk compiled and loaded, auditd restarted where that is wanted."""
    status = future.audit_status
    assert isinstance(status, AuditStatus)
    old = future.audit_rules
    compiled = (
        replace(old, content=disk.compiled.text)
        if isinstance(old, FileFacts)
        else FileFacts(AUDIT_RULES, content=disk.compiled.text)
    )
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
