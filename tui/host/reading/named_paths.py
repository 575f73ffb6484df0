"""The paths that loaded rules, rules files and Docker's configuration name: each is looked at when the host is read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.audit.inputs import Mount, Unknown
from tui.audit.rule.line import without_stand_ins
from tui.audit.rule.value import Rule
from tui.host.facts import FileFacts, UnitFacts

# Every path a rules file names, read more generously than auditctl does: looking at one path too many costs nothing.
_NAMED = re.compile(rb"(?:-[wW][ \t]*|(?<![a-z])(?i:path|dir|exe)!?=)(/(?:\\ |[^ \n])*)")
_ESCAPED = rb"\\([\\ ])"
_EQUIVALENT = rb"-q[ \t]*(/[^ \t\n]*)"
"""The two folders of an equivalence, with a comma between."""

# A path that a unit file or a TOML or JSON file gives as a value: what comes after "=", a blank, a quote or unix://.
_CONFIGURED = re.compile(rb"""(?m)(?:^|[\s"'=:]|unix://)((?:/(?!/)|%t/)[^\s"',;\[\]{}]*)""")
_MOST_CONFIGURED = 200
_AUDIT = "/etc/audit/"


def paths_of_rules(rules: tuple[Rule, ...] | Unknown) -> set[str]:
    """Every path that a loaded rule names."""
    if isinstance(rules, Unknown):
        return set()
    return {
        field.value
        for rule in rules
        for field in rule.fields
        if field.name in ("path", "dir", "exe") and isinstance(field.value, str)
    }


def paths_in_text(texts: Iterable[bytes]) -> set[str]:
    """Every path that a line of a rules file names, with and without a carriage return, slashes or what is behind a tab at
    its end: auditctl's ``-w`` takes the slashes off, and a tab is a letter like others to it."""
    found: set[str] = set()
    for text in texts:
        pairs = re.findall(_EQUIVALENT, text) if b"-q" in text else ()
        folders = [folder for pair in pairs for folder in pair.split(b",")]
        for raw in (*_NAMED.findall(text), *folders):
            written = (re.sub(_ESCAPED, rb"\1", raw) if b"\\" in raw else raw).decode("utf-8", "surrogateescape")
            for path in {written, without_stand_ins(written)}:
                bare = path.rstrip("\r")
                found.update((path, path.partition("\t")[0], bare, bare.rstrip("/") or "/"))
    return found


def configuration_files(units: Iterable[UnitFacts], files: Iterable[FileFacts | Unknown | None]) -> list[FileFacts]:
    """The files that may configure where something of Docker's lies: the units' own, their drop-ins, and other files asked for.

    Files of the audit system are left out: they configure no place of Docker's, and a run reads them again without asking for more paths.
    """
    found = [file for unit in units for file in unit.files]
    return found + [file for file in files if isinstance(file, FileFacts) and not file.path.startswith(_AUDIT)]


def paths_in_configuration(files: Iterable[FileFacts], below: Iterable[str] = ()) -> set[str]:
    """Every path that one of the configuration *files* names, with what lies at the names *below* it."""
    found: set[str] = set()
    for file in files:
        for raw in _CONFIGURED.findall(file.content or b"")[:_MOST_CONFIGURED]:
            path = raw.decode("utf-8", "surrogateescape").replace("%t", "/run").rstrip("/")
            found.update((path, *(f"{path}/{name}" for name in below)))
    return found - {""}


def folders_in_memory(paths: Iterable[str], mounts: Iterable[Mount]) -> set[str]:
    """The folders above *paths* that a boot finds empty: where an object lies deeper there, one of them is watched in its place."""
    emptied = {"/run", "/var/run", *(mount.mount_point for mount in mounts if mount.fs_type in ("tmpfs", "ramfs"))} - {"/"}
    starts = tuple(f"{folder}/" for folder in emptied)
    found: set[str] = set()
    for path in paths:
        above = path.rstrip("/").rpartition("/")[0] if path.startswith(starts) else ""
        while above and above not in emptied and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found
