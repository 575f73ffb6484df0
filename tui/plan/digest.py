"""The digest of everything a plan is made from, so that a plan made from an older host is refused, and the refusal can say why. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from tui.audit.inputs import AuditStatus, PathFacts
from tui.base.dataclass import replace
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_UNIT, AUDITD_CONF, AUDITD_UNIT, RULES_DIR, FileFacts, HostFacts
from tui.host.trust import others_can_change

NAME_PART = "the host's name"
"""The part of the digest that differs between hosts of two names."""


def facts_digest(facts: HostFacts) -> Mapping[str, str]:
    """The hex sha256 of each part of the host that a plan depends on, by the part's name in words: its name, every file of rules.d, audit.rules,
    auditd.conf, the loaded rules in their order, the audit settings, whether the daemon is on, whose it is and its unit, whose files these
    are, and what the audited paths are.

    What changes by itself is left out (the daemon's pid, counters, sizes and times), and what others than root can change at will: it
    would be theirs to have every run refused.
    """
    parts: dict[str, object] = {NAME_PART: facts.identity.name}
    parts |= {AUDIT_RULES: _file(facts.audit_rules), AUDITD_CONF: _file(facts.auditd_conf)}
    if isinstance(facts.rules_dir, tuple):
        parts |= {file.path: _file(file) for file in facts.rules_dir}
    else:
        parts[RULES_DIR] = facts.rules_dir
    if isinstance(facts.kernel_rules, tuple):
        # A frozenset has no order of its own.
        parts["the rules in the kernel"] = [
            (rule.filter, rule.action, None if rule.syscalls is None else sorted(rule.syscalls), rule.fields, rule.keys)
            for rule in facts.kernel_rules
        ]
    else:
        parts["the rules in the kernel"] = facts.kernel_rules
    status = facts.audit_status
    parts["the audit status"] = (
        replace(status, pid=status.pid != 0, lost=0, backlog=0) if isinstance(status, AuditStatus) else status
    )
    parts["the unit of auditd"] = [
        (name, unit.path, [_file(file) for file in unit.files])
        for name in (AUDITD_UNIT, AUDIT_RULES_UNIT)
        if (unit := facts.units.get(name)) is not None
    ]
    if facts.boot is not None:
        boot = facts.boot
        parts["what the next boot starts"] = (
            (boot.init, boot.targets, boot.runlevel, boot.links, boot.kernel_lines, boot.kernel_settings),
            [(name, unit.path, [_file(file) for file in unit.files]) for name, unit in boot.units.items()],
            [(path, _file(file)) for path, file in boot.files.items()],
        )
    parts["who takes the audit records"] = facts.other_daemon.name if facts.other_daemon else ""
    parts["whose files these are"] = facts.privileges.mount_view
    for path, found in facts.paths.items():
        if isinstance(found, PathFacts) and not others_can_change(path, facts):
            parts[f"what {path} is"] = (found.kind, found.real_parent, found.real_path)
    return {name: hashlib.sha256(repr(part).encode("utf-8", "surrogatepass")).hexdigest() for name, part in parts.items()}


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the parts that two digests do not share, files first."""
    return tuple(name for name in {**one, **other} if one.get(name) != other.get(name))


def _file(file: object) -> object:
    if not isinstance(file, FileFacts):
        return file
    content = None if file.content is None else hashlib.sha256(file.content).hexdigest()
    return (file.path, file.kind, content, file.mode, file.uid, file.gid, file.target, file.immutable)
