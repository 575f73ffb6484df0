"""Control: one audited object of the CIS Docker Benchmark, with its numbers and rules in each version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tui.audit.inputs import ACCESSES
from tui.base.dataclass import dataclass, field
from tui.base.paths import below
from tui.base.typing import Any, Literal, get_args
from tui.controls.checks import (
    check_accesses,
    check_key,
    check_number,
    check_option,
    check_path,
    check_paths,
    check_some_text,
    check_unit,
)

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
class VersionForm:
    """What one benchmark version says of the control.

    Whatever is left out is as in the version before, and in the first one as the control has it; only ``single_source`` holds for its own
    version alone. ``lines``, ``audit`` and ``remediation`` follow from the path where no version gave them; an empty list returns to that.
    An empty level or assessment means that no source tells.
    """

    number: str | None = field(default=None, metadata={"check": check_number})
    path: str | None = field(default=None, metadata={"check": check_path})
    kind: Kind | None = None
    configured: bool | None = None
    lines: tuple[str, ...] | None = None
    rules_file: str | None = field(default=None, metadata={"check": check_path})
    reload: str | None = field(default=None, metadata={"check": check_some_text})
    audit: tuple[str, ...] | None = None
    remediation: tuple[str, ...] | None = None
    level: str | None = None
    assessment: str | None = None
    accesses: str | None = field(default=None, metadata={"check": check_accesses})
    exclusions: tuple[str, ...] | None = field(default=None, metadata={"check": check_paths})
    cis_v6: tuple[str, ...] | None = None
    cis_v7: tuple[str, ...] | None = None
    cis_v8: tuple[str, ...] | None = None
    references: tuple[str, ...] | None = None
    single_source: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place where some distribution really puts the object.

    ``platform`` says which; ``confirmed`` whether the place was read from that platform's own files; a ``path`` that begins with no slash
    (a home folder, a variable) cannot be looked up and is only told. ``moves`` names what puts another file there while the rules
    stay loaded ("an upgrade of k3s"), and ``lasts`` the folder above that outlives it, to be watched instead; "" where there is none.
    """

    path: str
    platform: str
    confirmed: bool = True
    moves: str = ""
    lasts: str = ""


@dataclass(frozen=True)
class Control:
    """What must be audited and why, in our words, with the facts of each benchmark version: a control's file, read.

    Title, path and rationale are enough; ``slug`` is the file's name. Without ``versions`` the control belongs to every benchmark version,
    and its slug stands in place of a number. ``description`` is "" where the rationale says it all. ``unit`` is the systemd unit whose own
    file is meant (kind ``unit``), whose ListenStream is (a ``.socket``), or whose command line may move the object with ``option`` (a
    ``.service``). ``config`` is the TOML or JSON file that may move it with ``setting`` (dots lead into tables: ``grpc.address``).
    ``notes`` tell where sources disagree.
    """

    title: str = field(metadata={"check": check_some_text})
    path: str = field(metadata={"check": check_path})
    rationale: str = field(metadata={"check": check_some_text})
    kind: Kind = "file"
    key: str = field(default="docker", metadata={"check": check_key})
    accesses: str = field(default=ACCESSES, metadata={"check": check_accesses})
    exclusions: tuple[str, ...] = field(default=(), metadata={"check": check_paths})
    classification: str = "local"
    framework: str = "local"
    integration: str = "local"
    description: str = ""
    impact: str = "Every access that the rule asks for becomes a record in the audit log."
    noise: str = ""
    default_value: str = "Not audited."
    applicability: str = "Not applicable where the path does not exist."
    unit: str | None = field(default=None, metadata={"check": check_unit})
    option: str | None = field(default=None, metadata={"check": check_option})
    config: str | None = field(default=None, metadata={"check": check_path})
    setting: str | None = field(default=None, metadata={"check": check_some_text})
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[Version, VersionForm] = field(default_factory=dict)
    slug: str = field(default="", metadata={"unwritten": True})

    def __post_init__(self) -> None:
        if self.kind == "unit" and not self.unit:
            raise ValueError("a control of the kind unit needs the key “unit”, the name of the unit")
        if self.option and not (self.unit or "").endswith(".service"):
            raise ValueError("the key “option” needs the key “unit”, the service whose command line has it")
        if (self.config is None) != (self.setting is None):
            raise ValueError("the keys “config” and “setting” belong together")
        if self.config and not self.config.endswith((".toml", ".json")):
            raise ValueError("the key “config” needs a file that ends in .toml or .json")
        seen: set[str] = set()
        known = False
        for version in VERSIONS:
            form = self.versions.get(version)
            if form is None:
                continue
            known = known or form.number is not None
            if not known:
                raise ValueError(f"the version {version} has no number, and none before it has one")
            seen.update(form.exclusions or ())
        seen.update(self.exclusions)
        paths = {self.path, *(form.path for form in self.versions.values() if form.path)}
        for exclusion in sorted(seen):
            if not any(below(exclusion, path) for path in paths):
                raise ValueError(f"the exclusion {exclusion} does not lie below the control's path")

    @cached_property
    def numbered(self) -> Mapping[str, Numbered]:
        """The control as each benchmark version has it that has it at all."""
        return {version: self.in_version(version) for version in VERSIONS if self.is_in(version)}

    @cached_property
    def _made(self) -> dict[str, Numbered]:
        return {}

    def in_version(self, version: str) -> Numbered:
        """The control as *version* has it. Raises KeyError where that lacks it."""
        found = self._made.get(version)
        if found is None:
            if not self.is_in(version):
                raise KeyError(version)
            said: dict[str, Any] = {
                "number": self.slug,
                "path": self.path,
                "rules_file": "/etc/audit/rules.d/docker.rules",
                "reload": "augenrules --load",
                "accesses": self.accesses,
                "exclusions": self.exclusions,
            }
            for form in self._forms(version):
                given = {name: getattr(form, name) for name in VersionForm.__match_args__}
                said |= {name: value for name, value in given.items() if value is not None}
            found = self._made[version] = _numbered(said, self.key)
        return found

    def _forms(self, last: str = VERSIONS[-1]) -> list[VersionForm]:
        """What the versions up to *last* say, each of which goes on from the one before it."""
        return [self.versions[each] for each in VERSIONS[: VERSIONS.index(last) + 1] if each in self.versions]

    def is_in(self, version: str) -> bool:
        """Whether *version* has the control."""
        return version in self.versions or not self.versions

    def number(self, version: str) -> str | None:
        """The control's number in *version*, None where that version lacks it."""
        if not self.is_in(version):
            return None
        return next((form.number for form in reversed(self._forms(version)) if form.number is not None), self.slug)

    def kind_in(self, version: str) -> Kind:
        """The kind of object that *version* means. Raises KeyError where that version lacks the control."""
        return self.in_version(version).kind or self.kind

    @property
    def left_out(self) -> tuple[str, ...]:
        """The directories that some version leaves out."""
        found: list[str] = []
        current = self.exclusions
        for form in self._forms() or (VersionForm(),):
            current = current if form.exclusions is None else form.exclusions
            found += current
        return tuple(dict.fromkeys(found))


def _numbered(said: Mapping[str, Any], key: str) -> Numbered:
    """What a version says, with all that follows from it."""
    path, rules_file = said["path"], said["rules_file"]
    accesses = "".join(access for access in ACCESSES if access in said["accesses"])
    lines = said.get("lines") or (
        *(f"-a never,exit -F dir={exclusion}" for exclusion in said["exclusions"]),
        f"-w {path} -k {key}" if accesses == ACCESSES else f"-w {path} -p {accesses} -k {key}",
    )
    follows = {
        "lines": lines,
        "accesses": accesses,
        "level": said.get("level") or None,
        "assessment": said.get("assessment") or None,
        "confirmed": "number" not in said.get("single_source", ()),
        "audit": said.get("audit") or (f"auditctl -l | grep {path}",),
        "remediation": said.get("remediation") or (*(f"echo '{line}' >> {rules_file}" for line in lines), said["reload"]),
    }
    return Numbered(**{**said, **follows})
