"""Whether auditd, under systemd, only starts where the load of the rules exits 0, as its unit says. Pure."""

from __future__ import annotations

import re

from tui.audit.rules_d.load import Loaded, Stop
from tui.base.cleaning import clean
from tui.host.facts import AUDIT_RULES_UNIT, AUDITD_UNIT, HostFacts
from tui.host.unit_settings import LOADS, may_fail, unit_names, values

_STRONG = ("Requires", "Requisite", "BindsTo")
"""The dependencies whose failure keeps a unit from starting (systemd.unit(5)); Wants does not."""


def needs_load(facts: HostFacts) -> str:
    """What makes a start of auditd fail where the load exits 1, as the subject of a sentence; "" where it starts all the same.

    audit 4.0 to 4.0.2 require audit-rules.service (measured on Debian 13: a bad line leaves auditd dead, whatever starts it); from
    4.0.3 on the unit only wants it. A load in the unit's own ExecStartPre or ExecStartPost counts where no "-" lets it fail.
    """
    unit = facts.units.get(AUDITD_UNIT)
    if not facts.programs.systemd or unit is None:
        return ""
    for name in _STRONG:
        for required in sorted(unit_names(unit, name)):
            if _loads_rules(required, facts) and _comes_first(required, facts):
                return f"{AUDITD_UNIT}, which has {name}={clean(required)},"
    for name in ("ExecStartPre", "ExecStartPost"):
        if any(_fails_with_load(command) for command in values(unit, name)):
            return f"{AUDITD_UNIT}, which loads the rules in its {name},"
    return ""


def failing_line(loaded: Loaded) -> Stop | None:
    """The first line because of which the load exits 1; None where it exits 0."""
    if not loaded.exit_code:
        return None
    return loaded.errors[0] if loaded.errors else loaded.stopped


def _loads_rules(name: str, facts: HostFacts) -> bool:
    unit = facts.units.get(name)
    if unit is None or unit.path is None:
        return (
            name == AUDIT_RULES_UNIT
        )  # Its text was not read; on the host that was measured it is "ExecStart=/sbin/augenrules --load".
    return any(_fails_with_load(command) for command in values(unit, "ExecStart"))


def _comes_first(name: str, facts: HostFacts) -> bool:
    """Whether the load of *name* is over when auditd starts. Where that unit waits for auditd instead, as SUSE's augenrules.service does, its
    failure comes too late to keep auditd from starting (systemd.unit(5) on Requires)."""
    auditd, unit = facts.units[AUDITD_UNIT], facts.units.get(name)
    return name not in unit_names(auditd, "Before") and (unit is None or AUDITD_UNIT not in unit_names(unit, "After"))


def _fails_with_load(command: str) -> bool:
    return bool(re.search(LOADS, command)) and not may_fail(command)
