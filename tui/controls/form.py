"""The form of a control's YAML file, what it may leave out, and how it becomes a :class:`Control`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.audit.inputs import ACCESSES
from tui.base.dataclass import dataclass, field
from tui.controls.control import VERSIONS, Control, Elsewhere, Fact, Kind, Numbered, Version

_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[^/\s\x00-\x1f\x7f*?]+)+")
_KEY = re.compile(r"[A-Za-z0-9_.:@+-]{1,64}")
_NUMBER = re.compile(r"[1-9][0-9]*(?:\.[1-9][0-9]*)+")
_OPTION = re.compile(r"--[a-z0-9][a-z0-9-]*")
_UNIT = re.compile(r"[A-Za-z0-9_.:@-]+\.(?:service|socket)")


def _path(value: str) -> None:
    if not _PATH.fullmatch(value):
        raise ValueError(
            f"“{value}” cannot be watched: expected an absolute path without blanks, wildcards, “.”, “..”, “//” or a slash at its end"
        )


def _paths(values: tuple[str, ...]) -> None:
    for value in values:
        _path(value)


def _key(value: str) -> None:
    if not _KEY.fullmatch(value):
        raise ValueError(f"“{value}” is no audit key: expected at most 64 letters, digits and _ . : @ + -")


def _number(value: str) -> None:
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"“{value}” is no control number: expected something like 1.2.11")


def _unit(value: str) -> None:
    if not _UNIT.fullmatch(value):
        raise ValueError(f"“{value}” is no unit: expected a name that ends in .service or .socket")


def _option(value: str) -> None:
    if not _OPTION.fullmatch(value):
        raise ValueError(f"“{value}” is no option: expected something like --containerd")


def _accesses(value: str) -> None:
    if not value or set(value) - set(ACCESSES) or len(set(value)) != len(value):
        raise ValueError(f"“{value}” are no accesses: expected some of the letters r, w, x, a, each once")


def _some_text(value: str) -> None:
    if not value.strip():
        raise ValueError("expected some text, found none")


@dataclass(frozen=True, slots=True)
class VersionForm:
    """What one benchmark version says of the control.

    Whatever is left out is as in the version before, and in the first one as the control has it; only ``single_source`` holds for its own
    version alone. ``lines``, ``audit`` and ``remediation`` follow from the path where no version gave them; an empty list returns to that.
    An empty level or assessment means that no source tells.
    """

    number: str | None = field(default=None, metadata={"check": _number})
    path: str | None = field(default=None, metadata={"check": _path})
    kind: Kind | None = None
    configured: bool | None = None
    lines: tuple[str, ...] | None = None
    rules_file: str | None = field(default=None, metadata={"check": _path})
    reload: str | None = field(default=None, metadata={"check": _some_text})
    audit: tuple[str, ...] | None = None
    remediation: tuple[str, ...] | None = None
    level: str | None = None
    assessment: str | None = None
    accesses: str | None = field(default=None, metadata={"check": _accesses})
    exclusions: tuple[str, ...] | None = field(default=None, metadata={"check": _paths})
    cis_v6: tuple[str, ...] | None = None
    cis_v7: tuple[str, ...] | None = None
    cis_v8: tuple[str, ...] | None = None
    references: tuple[str, ...] | None = None
    single_source: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlForm:
    """A control's file; title, path and rationale are enough.

    Without ``versions`` the control belongs to every benchmark version, and its slug stands in place of a number.
    """

    title: str = field(metadata={"check": _some_text})
    path: str = field(metadata={"check": _path})
    rationale: str = field(metadata={"check": _some_text})
    kind: Kind = "file"
    key: str = field(default="docker", metadata={"check": _key})
    accesses: str = field(default=ACCESSES, metadata={"check": _accesses})
    exclusions: tuple[str, ...] = field(default=(), metadata={"check": _paths})
    classification: str = "local"
    framework: str = "local"
    integration: str = "local"
    description: str = ""
    impact: str = "Every access that the rule asks for becomes a record in the audit log."
    noise: str = ""
    default_value: str = "Not audited."
    applicability: str = "Not applicable where the path does not exist."
    unit: str | None = field(default=None, metadata={"check": _unit})
    option: str | None = field(default=None, metadata={"check": _option})
    config: str | None = field(default=None, metadata={"check": _path})
    setting: str | None = field(default=None, metadata={"check": _some_text})
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[Version, VersionForm] = field(default_factory=dict)

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
            if not any(exclusion.startswith(path + "/") for path in paths):
                raise ValueError(f"the exclusion {exclusion} does not lie below the control's path")


def to_control(form: ControlForm, slug: str) -> Control:
    """The control that the file of the name *slug* describes."""
    return Control(
        slug=slug,
        title=form.title,
        classification=form.classification,
        framework=form.framework,
        integration=form.integration,
        kind=form.kind,
        key=form.key,
        description=form.description or form.rationale,
        rationale=form.rationale,
        impact=form.impact,
        noise=form.noise,
        default_value=form.default_value,
        applicability=form.applicability,
        versions=_versions(form, slug),
        unit=form.unit,
        option=form.option,
        config=form.config,
        setting=form.setting,
        elsewhere=form.elsewhere,
        notes=form.notes,
    )


def _versions(form: ControlForm, slug: str) -> Mapping[str, Numbered]:
    said = VersionForm(
        number=slug,
        path=form.path,
        rules_file="/etc/audit/rules.d/docker.rules",
        reload="augenrules --load",
        accesses=form.accesses,
        exclusions=form.exclusions,
    )
    if not form.versions:
        return dict.fromkeys(VERSIONS, _numbered(said, form.key))
    versions: dict[str, Numbered] = {}
    for version in VERSIONS:
        if version in form.versions:
            said = _merged(said, form.versions[version])
            versions[version] = _numbered(said, form.key)
    return versions


def _merged(before: VersionForm, form: VersionForm) -> VersionForm:
    said = ((getattr(form, name), getattr(before, name)) for name in VersionForm.__match_args__)
    return VersionForm(*(earlier if given is None else given for given, earlier in said))


def _numbered(form: VersionForm, key: str) -> Numbered:
    path, rules_file, reload = form.path or "", form.rules_file or "", form.reload or ""
    accesses = "".join(access for access in ACCESSES if access in (form.accesses or ""))
    exclusions = form.exclusions or ()
    lines = form.lines or (
        *(f"-a never,exit -F dir={exclusion}" for exclusion in exclusions),
        f"-w {path} -k {key}" if accesses == ACCESSES else f"-w {path} -p {accesses} -k {key}",
    )
    return Numbered(
        number=form.number or "",
        path=path,
        lines=lines,
        rules_file=rules_file,
        level=form.level or None,
        assessment=form.assessment or None,
        confirmed="number" not in form.single_source,
        accesses=accesses,
        exclusions=exclusions,
        cis_v6=form.cis_v6 or (),
        cis_v7=form.cis_v7 or (),
        cis_v8=form.cis_v8 or (),
        references=form.references or (),
        kind=form.kind,
        configured=bool(form.configured),
        reload=reload,
        audit=form.audit or (f"auditctl -l | grep {path}",),
        remediation=form.remediation or (*(f"echo '{line}' >> {rules_file}" for line in lines), reload),
        single_source=form.single_source,
    )
