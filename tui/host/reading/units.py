"""Finds systemd units on disk in systemd's own search order, drop-ins included, without asking systemd."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from tui.base.bounded_reading import MOST_SETTINGS_BYTES
from tui.host.facts import FileFacts, UnitFacts
from tui.host.reading.entries import read_entry
from tui.host.unit_settings import unit_names

SEARCH_PATH = (
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
)
"""systemd.unit(5), table 1: the first file of a name wins. /lib stands for distributions that did not merge it into /usr."""


def find_unit(name: str, search_path: Iterable[str] = SEARCH_PATH) -> UnitFacts:
    """The unit *name* with the files that make it up, the main file first, then the drop-ins in the order of their names.

    An instance of a template is made up of the template's file where it has none of its own. A masked unit is one whose file is a link
    to /dev/null. Files that may not be read are left out.
    """
    folders = [folder for folder in search_path if os.path.isdir(folder)]
    names = (name, re.sub(r"@.*(?=\.)", "@", name)) if "@" in name else (name,)  # an instance without a file of its own
    main = next((entry for each in names for folder in folders if (entry := _entry(f"{folder}/{each}")) is not None), None)
    if main is None:
        return UnitFacts(name, None)
    return UnitFacts(name, main.path, (main, *_drop_ins(name, folders)))


PRESET_FOLDERS = tuple(f"{folder}/systemd/system-preset" for folder in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"))
"""systemd.preset(5): of two files of one name the first counts."""


def first_boot_links(names: Iterable[str], search_path: Iterable[str], root: str = "") -> list[str]:
    """The links that a first boot makes for those units of *names* that presets enable; none where the next boot is no first one.

    A boot is the first where /etc/machine-id is not there or says so (machine-id(5)): it then enables what presets name, and, by default,
    all that they do not name (systemd.preset(5)).
    """
    try:
        with open(f"{root}/etc/machine-id", "rb") as file:
            if file.read(64).strip() != b"uninitialized":
                return []
    except FileNotFoundError:
        pass
    except OSError:
        return []
    folders, rules, links = tuple(search_path), _preset_rules(root), list[str]()
    from fnmatch import fnmatchcase  # only an image before its first boot needs it

    for name in sorted(names):
        unit = find_unit(name, folders)
        verdict = next((verb for verb, pattern in rules if fnmatchcase(name, pattern)), "enable")
        if verdict == "enable" and unit.path is not None and not unit.is_masked:
            for setting, kind in (("WantedBy", "wants"), ("RequiredBy", "requires"), ("UpheldBy", "upholds")):
                links += [f"/etc/systemd/system/{starter}.{kind}/{name}" for starter in sorted(unit_names(unit, setting))]
    return links


def _preset_rules(root: str) -> list[tuple[str, str]]:
    """The lines of presets in their order: what is to be done, and the pattern of whom."""
    chosen: dict[str, str] = {}
    for folder in PRESET_FOLDERS:
        try:
            found = os.listdir(root + folder)
        except OSError:
            continue
        for name in found:
            if name.endswith(".preset"):
                chosen.setdefault(name, f"{root}{folder}/{name}")
    entries = (_entry(chosen[name]) for name in sorted(chosen))
    lines = [
        line.split()
        for entry in entries
        if entry and entry.content
        for line in entry.content.decode("utf-8", "replace").splitlines()
    ]
    return [(line[0], line[1]) for line in lines if len(line) > 1 and line[0] in ("enable", "disable", "ignore")]


def _drop_ins(name: str, folders: list[str]) -> list[FileFacts]:
    """The drop-ins that apply: by file name, each name once, the more specific folder name and the earlier place winning."""
    chosen: dict[str, str] = {}
    for drop_in in _drop_in_folders(name):
        for folder in folders:
            try:
                entries = os.listdir(f"{folder}/{drop_in}")
            except OSError:
                continue
            for entry in entries:
                if entry.endswith(".conf"):
                    chosen.setdefault(entry, f"{folder}/{drop_in}/{entry}")
    found = (_entry(chosen[entry]) for entry in sorted(chosen))
    return [facts for facts in found if facts is not None and facts.target != "/dev/null"]


def _drop_in_folders(name: str) -> list[str]:
    """The folders of a unit's drop-ins: ``a-b.service`` reads ``a-b.service.d``, ``a-.service.d`` and ``service.d``."""
    stem, _, suffix = name.rpartition(".")
    template = [f"{stem.partition('@')[0]}@.{suffix}.d"] if "@" in stem else []
    parts = stem.partition("@")[0].split("-")
    prefixes = ["-".join(parts[:count]) + "-" for count in range(len(parts) - 1, 0, -1)]
    return [f"{name}.d", *template, *(f"{prefix}.{suffix}.d" for prefix in prefixes), f"{suffix}.d"]


def _entry(path: str) -> FileFacts | None:
    """The entry *path*, without its content where that may not be read or is too much for a unit; None where there is none."""
    for most in (MOST_SETTINGS_BYTES, None):
        try:
            return read_entry(path, most)
        except OSError:
            continue
    return None
