"""Where the host's own configuration puts a control's object: unit files, dockerd's command line, TOML and JSON settings. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from tui.audit.inputs import Unknown
from tui.base.cleaning import clean
from tui.base.typing import Any, NamedTuple
from tui.controls.control import Control
from tui.host.facts import FileFacts, HostFacts, UnitFacts
from tui.host.trust import file_exposure, unit_exposure

_WORD = r"""(?:[^\s"']|"[^"]*"|'[^']*')+"""


class ConfiguredPlace(NamedTuple):
    """An absolute path that a configuration names; ``source`` says which, in words."""

    path: str
    source: str


def configured_place(control: Control, facts: HostFacts) -> ConfiguredPlace | Unknown | None:
    """The place that the host's configuration gives the object, None where it leaves it where it is by default.

    Unknown where a configuration exists and cannot be read or understood. A setting in a file comes before the option of a service.
    A configuration that others than root can change says nothing: see :func:`distrusted_configuration`.
    """
    place: ConfiguredPlace | Unknown | None = None
    if control.config and control.setting:
        place = _from_file(control.config, control.setting, facts)
    if place is None and control.unit:
        unit = facts.units.get(control.unit)
        if unit is not None and unit.path is not None and not unit_exposure(unit, facts):
            place = _from_option(control.option, unit) if control.option else _from_socket(unit)
    return place


def distrusted_configuration(control: Control, facts: HostFacts) -> tuple[str, ...]:
    """A sentence for each configuration that may say where the object lies and that others than root can change."""
    said = []
    file = facts.files.get(control.config) if control.config and control.setting else None
    if isinstance(file, FileFacts) and (why := file_exposure(file, facts)):
        said.append(f"{clean(file.path)} is seen and not trusted: {why}.")
    unit = facts.units.get(control.unit) if control.unit else None
    if unit is not None and (why := unit_exposure(unit, facts)):
        said.append(f"{clean(unit.name)} is seen and not trusted: {why}.")
    return tuple(said)


def is_masked(unit: UnitFacts) -> bool:
    """Whether systemd refuses to start the unit, because its file is empty or a link to /dev/null (systemd.unit(5))."""
    return bool(unit.files) and (unit.files[0].target == "/dev/null" or unit.files[0].content == b"")


def unit_values(unit: UnitFacts, section: str, key: str) -> list[str]:
    """All values of a list setting, drop-ins applied: an empty assignment takes back what stood before it (systemd.syntax(7))."""
    values: list[str] = []
    for file in unit.files:
        for found_section, found_key, value in _assignments(file.content or b""):
            if (found_section, found_key) == (section, key):
                values = [*values, value] if value else []
    return values


def _assignments(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Section, key and value of each setting of a unit file, continued lines joined."""
    section, pending = "", ""
    for raw in content.decode("utf-8", "replace").split("\n"):
        line = raw.strip()
        if line.startswith(("#", ";")) or (not line and not pending):
            continue
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        line, pending = (pending + line).strip(), ""
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif "=" in line:
            key, _, value = line.partition("=")
            yield section, key.strip(), value.strip()


def _from_socket(unit: UnitFacts) -> ConfiguredPlace | None:
    streams = [value.replace("%t", "/run") for value in unit_values(unit, "Socket", "ListenStream")]
    path = next((value for value in streams if value.startswith("/")), None)
    return ConfiguredPlace(path, f"the ListenStream of {unit.name}") if path else None


def _from_option(option: str, unit: UnitFacts) -> ConfiguredPlace | None:
    words = [
        word.replace('"', "").replace("'", "")
        for line in unit_values(unit, "Service", "ExecStart")
        for word in re.findall(_WORD, line)
    ]
    for word, following in zip(words, [*words[1:], ""]):
        name, equals, value = word.partition("=")
        if name == option:
            path = _absolute(value if equals else following)
            if path:
                return ConfiguredPlace(path, f"the option {option} of {unit.name}")
    return None


def _from_file(config: str, setting: str, facts: HostFacts) -> ConfiguredPlace | Unknown | None:
    file = facts.files.get(config)
    if isinstance(file, Unknown):
        return file
    if file is None or file.content is None or file_exposure(file, facts):
        return None
    table = _parsed(config, file)
    if isinstance(table, Unknown):
        return table
    value: Any = table
    for name in setting.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    path = _absolute(value) if isinstance(value, str) else None
    return ConfiguredPlace(path, f"“{setting}” in {config}") if path else None


def _parsed(config: str, file: FileFacts) -> dict[str, Any] | Unknown:
    text = (file.content or b"").decode("utf-8", "replace")
    try:
        if config.endswith(".json"):
            import json  # as TOML below: only a host with such a file needs it

            table = json.loads(text) if text.strip() else {}
        else:
            table = _toml(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        return Unknown(f"{config} cannot be understood: {error}")
    return table if isinstance(table, dict) else Unknown(f"{config} cannot be understood: it holds no table")


def _toml(text: str) -> dict[str, Any]:
    """Raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib

        return tomllib.loads(text)
    from tui.documents.toml import loads

    return loads(text)


def _absolute(value: str) -> str | None:
    value = value.removeprefix("unix://")
    return value.rstrip("/") if value.startswith("/") and value.strip("/") else None
