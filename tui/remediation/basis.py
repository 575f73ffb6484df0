"""basis(): a digest of everything a plan is made from, so that a plan made from an older host is refused. Pure."""

from __future__ import annotations

import hashlib

from tui.audit.inputs import AuditStatus, PathFacts
from tui.host.facts import FileFacts, HostFacts


def basis(facts: HostFacts) -> str:
    """The hex sha256 over what a plan depends on: every file of rules.d, audit.rules, auditd.conf, the loaded rules in their order,
    whether auditing and its daemon are on, and what the audited paths are.

    What changes by itself is left out: the daemon's pid, counters, sizes and times.
    """
    digest = hashlib.sha256()

    def add(*parts: object) -> None:
        digest.update(repr(parts).encode("utf-8", "surrogatepass"))

    def add_file(label: str, file: object) -> None:
        if isinstance(file, FileFacts):
            content = None if file.content is None else hashlib.sha256(file.content).hexdigest()
            add(label, file.path, file.kind, content, file.mode, file.uid, file.gid, file.target, file.immutable)
        else:
            add(label, file)

    if isinstance(facts.rules_dir, tuple):
        for file in facts.rules_dir:
            add_file("rules.d", file)
    else:
        add("rules.d", facts.rules_dir)
    add_file("audit.rules", facts.audit_rules)
    add_file("auditd.conf", facts.auditd_conf)
    if isinstance(facts.kernel_rules, tuple):
        for rule in facts.kernel_rules:
            # A frozenset has no order of its own.
            syscalls = None if rule.syscalls is None else sorted(rule.syscalls)
            add("rule", rule.filter, rule.action, syscalls, rule.fields, rule.keys)
    else:
        add("rules", facts.kernel_rules)
    status = facts.audit_status
    add("status", (status.enabled, status.rate_limit, status.pid != 0) if isinstance(status, AuditStatus) else status)
    for path, found in sorted(facts.paths.items()):
        add("path", path, (found.kind, found.real_parent, found.real_path) if isinstance(found, PathFacts) else found)
    return digest.hexdigest()
