"""What a boot loads of the rules on disk, when directories below /run are not made yet. Pure."""

from __future__ import annotations

from tui.audit.rule.value import Rule
from tui.audit.rules_d.load import load
from tui.base.dataclass import replace
from tui.host.facts import HostFacts
from tui.host.start_needs import needs_load
from tui.verdict.disk import Disk, lookup
from tui.verdict.subject import late_folder


def after_next_boot(disk: Disk, facts: HostFacts) -> Disk:
    """*disk* with only those of its rules that the next boot loads: ``boot_only`` where a load stops then that goes through now,
    ``daemon_needs`` where auditd then does not start.

    A rule on a directory that is made later is kept as it works now: the kernel takes it, and until the rules are loaded again
    it records what is made, renamed and removed there (:func:`shallow`).
    """
    disk = replace(disk, daemon_needs=needs_load(facts))
    if not any(late_folder(path, facts) for rule in disk.rules if (path := rule.path) is not None):
        return disk
    there = lookup(facts)
    booted = load(
        disk.compiled,
        facts.names,
        lambda path: there.is_directory(path) and late_folder(path, facts) is None,
        lambda path: there.parent_exists(path) and late_folder(path, facts) in (None, path),
        exists=lambda path: there.exists(path) and late_folder(path, facts) is None,
    )
    left = {id(line) for line in booted.origin}
    kept = [(rule, line) for rule, line in zip(disk.loaded.rules, disk.loaded.origin, strict=True) if id(line) in left]
    loaded = replace(booted, rules=tuple(rule for rule, _ in kept), origin=tuple(line for _, line in kept))
    return replace(disk, loaded=loaded, boot_only=booted.stopped is not None and disk.loaded.stopped is None)


def shallow(rule: Rule, facts: HostFacts) -> bool:
    """Whether a boot loads *rule* before the directory that it watches is made, so that nothing deeper is recorded."""
    return rule.path is not None and late_folder(rule.path, facts) is not None
