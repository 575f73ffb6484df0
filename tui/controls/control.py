"""Control: one audited object of the CIS Docker Benchmark, with its numbers and rules in each version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

VERSIONS = ("ce-1.1.0", "1.2.0", "1.3.1", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0")
"""The benchmark versions whose numbers we know, oldest first; ``ce-1.1.0`` is the Community Edition's."""

DEFAULT_VERSION = "1.2.0"

Kind = Literal["file", "directory", "socket", "unit"]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A control as one benchmark version has it.

    ``path`` is the object that version names (for a unit: the example path it prints); ``lines`` are its own rule lines, literally;
    ``accesses`` are those it asks for, of ``rwxa``; ``exclusions`` are directories below the path that it leaves out.
    ``confirmed`` is False where a single source carries the number. ``level`` and ``assessment`` are None where no source tells.
    """

    number: str
    path: str
    lines: tuple[str, ...]
    rules_file: str
    level: str | None = None
    assessment: str | None = None
    confirmed: bool = True
    accesses: str = "rwxa"
    exclusions: tuple[str, ...] = ()
    cis_v6: tuple[str, ...] = ()
    cis_v7: tuple[str, ...] = ()
    cis_v8: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place where some distribution really puts the object; ``platform`` says which, ``confirmed`` whether it was looked
    up there."""

    path: str
    platform: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Control:
    """What must be audited and why, in our words, with the facts of each benchmark version.

    ``unit`` is the systemd unit whose file (kind ``unit``) or ListenStream (kind ``socket``) is meant; ``config`` is the
    text file that
    tells where the object lies (config.toml for containerd's socket).
    """

    slug: str
    title: str
    classification: str
    framework: str
    integration: str
    kind: Kind
    key: str
    description: str
    rationale: str
    impact: str
    noise: str
    default_value: str
    applicability: str
    versions: Mapping[str, Numbered]
    unit: str | None = None
    config: str | None = None
    elsewhere: tuple[Elsewhere, ...] = ()

    def number(self, version: str) -> str | None:
        """The control's number in *version*, None where that version lacks it."""
        entry = self.versions.get(version)
        return entry.number if entry else None
