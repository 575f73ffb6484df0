"""Control: one audited object of the CIS Docker Benchmark, with its numbers and rules in each version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from tui.base.dataclass import dataclass

Version = Literal["ce-1.1.0", "1.2.0", "1.3.1", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0"]

VERSIONS: tuple[Version, ...] = get_args(Version)
"""The benchmark versions whose numbers we know, oldest first; ``ce-1.1.0`` is the Community Edition's."""

DEFAULT_VERSION = "1.2.0"

Kind = Literal["file", "directory", "socket", "unit"]

Fact = Literal["number", "lines", "rules_file", "level", "assessment", "cis_v6", "cis_v7", "cis_v8"]
"""What a benchmark version says of a control, named as the fields of :class:`Numbered`."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A control as one benchmark version has it.

    ``path`` is the object that version names (for a unit: the example path it prints); ``lines`` are its own rule lines, literally,
    to be put into ``rules_file`` and loaded with the command ``reload``; ``accesses`` are those it asks for, of ``rwxa``;
    ``exclusions`` are directories below the path that it leaves out. ``kind`` is None where it is the control's own.
    ``configured`` is True where the version means the place that the host's own configuration names. ``audit`` and ``remediation``
    are shell commands that do by hand what the version asks for.

    ``confirmed`` is False where a single source carries the number; ``single_source`` names every fact that only one source
    carries. ``level`` and ``assessment`` are None where no source tells.
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
    kind: Kind | None = None
    configured: bool = False
    reload: str = "service auditd restart"
    audit: tuple[str, ...] = ()
    remediation: tuple[str, ...] = ()
    single_source: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place where some distribution really puts the object.

    ``platform`` says which; ``confirmed`` whether the place was read from that platform's own files; a ``path`` that begins with no slash
    (a home folder, a variable) cannot be looked up and is only told.
    """

    path: str
    platform: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Control:
    """What must be audited and why, in our words, with the facts of each benchmark version.

    ``unit`` is the systemd unit whose own file is meant (kind ``unit``), whose ListenStream is (a ``.socket``), or whose command
    line may move the object with ``option`` (a ``.service``). ``config`` is the TOML or JSON file that may move it with ``setting``
    (dots lead into tables: ``grpc.address``). ``notes`` tell where sources disagree.
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
    option: str | None = None
    config: str | None = None
    setting: str | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()

    def number(self, version: str) -> str | None:
        """The control's number in *version*, None where that version lacks it."""
        entry = self.versions.get(version)
        return entry.number if entry else None

    def kind_in(self, version: str) -> Kind:
        """What kind of object *version* means. Raises KeyError where that version lacks the control."""
        return self.versions[version].kind or self.kind
