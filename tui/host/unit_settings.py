"""Settings of a systemd unit with its drop-ins, as systemd reads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.host.facts import UnitFacts

LOADS = r"augenrules\b.*\s--load\b|auditctl\b.*\s-R\b"
"""A command that loads rules from disk."""

DRAWS_IN = ("Wants", "Requires", "BindsTo", "Upholds", "Sockets")
"""The settings by which a unit that starts brings another about (systemd.unit(5); systemd.service(5) on Sockets)."""


def values(unit: UnitFacts, name: str) -> list[str]:
    """The values of a setting in the unit and its drop-ins; an empty one drops those before it, but for dependencies, which only grow."""
    found: list[str] = []
    for file in unit.files:
        for key, value in _settings((file.content or b"").decode("utf-8", "replace")):
            if key == name:
                found = [*found, value] if value else found if name in _ONLY_GROW else []
    return found


def unit_names(unit: UnitFacts, *names: str) -> frozenset[str]:
    """The names of units in settings that list units (``Wants``, ``After``)."""
    return frozenset(word for name in names for value in values(unit, name) for word in value.split())


def is_yes(unit: UnitFacts, name: str, default: bool) -> bool:
    """A boolean setting; the last one counts."""
    found = values(unit, name)
    return found[-1].lower() in ("yes", "true", "on", "1", "y", "t") if found else default


def hidden_from(unit: UnitFacts) -> dict[str, str]:
    """The folders whose contents the commands of a unit do not see, each with the setting that hides it (systemd.exec(5)); none for a unit
    whose loading command has the prefix "+", which takes it out of the sandbox."""
    commands = [value for name in ("ExecStartPre", "ExecStart", "ExecStartPost") for value in values(unit, name)]
    if any(re.search(LOADS, command) and "+" in _prefix(command) for command in commands):
        return {}
    found = {}
    for name, folders in _HIDES.items():
        given = values(unit, name)
        if is_yes(unit, name, False) or given[-1:] == ["tmpfs"]:
            found.update(dict.fromkeys(folders, f"{name}={given[-1]}"))
    return found


def may_fail(command: str) -> bool:
    """Whether a command line of a unit has the prefix by which its failure does not count (systemd.service(5))."""
    return "-" in _prefix(command)


def _prefix(command: str) -> str:
    prefixes = re.match(r"[@:+!|-]*", command)
    return prefixes[0] if prefixes else ""


_HIDES = {
    "ProtectHome": ("/home", "/root", "/run/user"),
    "ProtectKernelModules": ("/usr/lib/modules",),
    "PrivateTmp": ("/tmp", "/var/tmp"),
}
_ONLY_GROW = ("Wants", "Requires", "Requisite", "BindsTo", "Upholds", "After", "Before", "Sockets")


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """The settings of a unit file in their order: comments left out, lines that end in a backslash joined (systemd.syntax(7))."""
    for line in text.replace("\\\n", " ").splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith(("#", ";")):
            yield key.strip(), value.strip()
