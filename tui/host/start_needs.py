"""Whether auditd, under systemd, only starts where the load of the rules exits 0, as its unit says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.audit.rules_d.load import Loaded, Stop
from tui.base.cleaning import clean
from tui.host.facts import AUDIT_RULES_UNIT, AUDITD_UNIT, HostFacts, UnitFacts

_LOADS = re.compile(r"augenrules\b.*\s--load\b|auditctl\b.*\s-R\b")
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
        for required in " ".join(_values(unit, name)).split():
            if _loads_rules(required, facts):
                return f"{AUDITD_UNIT}, which has {name}={clean(required)},"
    for name in ("ExecStartPre", "ExecStartPost"):
        if any(_fails_with_load(command) for command in _values(unit, name)):
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
    return any(_fails_with_load(command) for command in _values(unit, "ExecStart"))


def _fails_with_load(command: str) -> bool:
    prefixes = re.match(r"[@:+!|-]*", command)
    return bool(_LOADS.search(command)) and "-" not in (prefixes[0] if prefixes else "")


def _values(unit: UnitFacts, name: str) -> list[str]:
    """The values of a setting in the unit and its drop-ins; an empty one drops those before it, where the setting is a command."""
    values: list[str] = []
    for file in unit.files:
        for key, value in _settings((file.content or b"").decode("utf-8", "replace")):
            if key == name:
                values = [*values, value] if value else [] if name.startswith("Exec") else values
    return values


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """The settings of a unit file in their order: comments left out, lines that end in a backslash joined (systemd.syntax(7))."""
    for line in text.replace("\\\n", " ").splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith(("#", ";")):
            yield key.strip(), value.strip()
