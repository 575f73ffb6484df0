"""Reads what decides whether the next boot starts auditd and loads rules: units and their links, start scripts, OpenRC's runlevels.

No init system is asked: what a boot finds is on disk, and what lies in memory alone is gone by then.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from tui.audit.inputs import Mount, Unknown
from tui.base.bounded_reading import MOST_SETTINGS_BYTES
from tui.base.dataclass import replace
from tui.host.boot_load import files_to_load, is_idle
from tui.host.boot_recorder import AUDITBEAT_SETTINGS, AUDITBEAT_UNIT, JOURNAL_SETTINGS, as_rules_file, auditbeats_rules
from tui.host.facts import (
    AUDIT_RULES,
    AUDIT_RULES_UNIT,
    AUDITD_UNIT,
    AUGENRULES_UNIT,
    INIT_SCRIPT,
    JOURNAL_SOCKET,
    JOURNAL_UNIT,
    MOST_RULES_BYTES,
    BootFacts,
    FileFacts,
    UnitFacts,
)
from tui.host.kernel_line import next_words
from tui.host.reading.boot_loader import read_kernel_lines
from tui.host.reading.entries import try_entry
from tui.host.reading.units import SEARCH_PATH, find_unit, first_boot_links
from tui.host.unit_settings import DRAWS_IN, LOADS, unit_names

LASTING_PATH = tuple(folder for folder in SEARCH_PATH if not folder.startswith("/run/") or "/generator" in folder)
"""The places of units that the next boot finds, too: generators write theirs anew at each boot, the rest of /run is empty then."""
SCRIPT_SETTINGS = ("/etc/default/auditd", "/etc/sysconfig/auditd", "/etc/conf.d/auditd")
"""Where Debian, Red Hat and OpenRC keep the settings of auditd's start script."""
_LOCAL_UNITS = "/etc/systemd/system"
_INITTAB = r"^[^#:\n]*:([0-9S]):initdefault:"
_DEFAULT_TARGETS = {
    "1": "rescue.target",
    "s": "rescue.target",
    "S": "rescue.target",
    "single": "rescue.target",
    "rescue": "rescue.target",
} | {
    "2": "multi-user.target",
    "3": "multi-user.target",
    "4": "multi-user.target",
    "5": "graphical.target",
    "emergency": "emergency.target",
    "-b": "emergency.target",
}
"""What words of the kernel's command line boot into instead of default.target (kernel-command-line(7))."""
_MOST_TARGETS = 64
_MOST_UNITS = 512
"""As many services are looked at for one that draws auditd in; a server has some 150."""


def read_boot(
    units: Mapping[str, UnitFacts],
    cmdline: str | Unknown,
    mounts: Sequence[Mount] = (),
    root: str = "",
    *,
    in_journal: bool = False,
) -> BootFacts:
    """What the next boot of this machine starts. *units* are those that were read as they are now; *root* stands before each path; where the
    journal has the records now (*in_journal*), what gets them there is read, too."""
    running = cmdline if isinstance(cmdline, str) else ""
    kernel = read_kernel_lines(running, mounts, root)
    told = BootFacts("sysvinit", kernel_lines=kernel.lines)
    if os.path.isdir(f"{root}/run/systemd/system"):
        facts = _systemd(units, next_words(told, running), root, in_journal=in_journal)
    elif os.path.isdir(f"{root}/run/openrc"):
        entries = _entries(f"{root}/etc/runlevels", lambda level: True, lambda name: name == "auditd")
        facts = BootFacts("openrc", links=_without(root, entries), files=_files((INIT_SCRIPT, *SCRIPT_SETTINGS), root))
    else:
        facts = _sysvinit(root)
    facts = replace(facts, kernel_lines=kernel.lines, kernel_settings=kernel.settings, untold_menus=kernel.untold)
    named = [path for path in files_to_load(facts, units) if path != AUDIT_RULES and path not in facts.files]
    if not named:
        return facts
    read = {path: _relocated(try_entry(root + path, MOST_RULES_BYTES), root) for path in named}
    return replace(facts, files={**facts.files, **read})


# --- systemd


def _systemd(now: Mapping[str, UnitFacts], cmdline: str, root: str, *, in_journal: bool) -> BootFacts:
    folders = [root + folder for folder in LASTING_PATH]
    dependencies = _dependency_links(folders)
    targets = _targets(cmdline, folders, dependencies)
    names = {AUDITD_UNIT, AUDIT_RULES_UNIT, AUGENRULES_UNIT, *_local_loaders(f"{root}{_LOCAL_UNITS}", dependencies)}
    auditd = find_unit(AUDITD_UNIT, folders)
    names |= {name for name in unit_names(auditd, *DRAWS_IN) if name.endswith(".service")}
    names |= {JOURNAL_UNIT, JOURNAL_SOCKET} if in_journal else set()
    facts = _with_names(names, now, targets, dependencies, folders, root)
    if any(AUDITBEAT_UNIT in dependencies.get(target, ()) for target in targets):
        facts = replace(facts, files=_auditbeats_rules(root))
    if in_journal:
        facts = replace(facts, files={**facts.files, **_journal_settings(root)})
    facts = _with_first_boot(facts, names, folders, root)
    if is_idle(facts, {**now, **facts.units}):
        # Somebody else's unit may draw them in, or load the rules; a boot that does all by itself needs no look at those.
        more = _chains(names, targets, dependencies, folders)
        facts = replace(_with_names(names | more, now, targets, dependencies, folders, root), files=facts.files) if more else facts
    return facts


def _with_first_boot(facts: BootFacts, names: set[str], folders: list[str], root: str) -> BootFacts:
    """The *facts* with the links that the next boot makes itself, where it is the first one of this system."""
    starters = {*facts.targets, *names}
    made = (link for link in first_boot_links(names, folders, root) if link.split("/")[-2].rpartition(".")[0] in starters)
    return replace(facts, links=tuple(dict.fromkeys((*facts.links, *made))))


def _with_names(
    names: set[str],
    now: Mapping[str, UnitFacts],
    targets: tuple[str, ...],
    dependencies: Mapping[str, Mapping[str, str]],
    folders: list[str],
    root: str,
) -> BootFacts:
    """The facts of a boot that has to do with the units *names*; a link of an alias counts as one of the unit that it stands for."""
    aliases = _aliases(folders)
    ours = {aliases.get(name, name): name for name in sorted(names)}
    found = {name: _unit_relocated(find_unit(name, folders), root) for name in sorted(names)}
    links = [
        f"{path.rpartition('/')[0]}/{ours[aliases.get(name, name)]}"
        for starter in (*targets, *names)
        for name, path in dependencies.get(starter, {}).items()
        if aliases.get(name, name) in ours
    ]
    units = {name: unit for name, unit in found.items() if unit != now.get(name)}
    return BootFacts("systemd", targets=targets, links=_without(root, links), units=units)


def _chains(
    names: set[str], targets: tuple[str, ...], dependencies: Mapping[str, Mapping[str, str]], folders: list[str]
) -> set[str]:
    """The services that the targets start and that bring about one of *names*, or load rules themselves, with those that start them."""
    starters: dict[str, str] = {name: "" for target in targets for name in dependencies.get(target, {}) if name not in targets}
    left, found = list(starters), set[str]()
    while left and len(starters) < _MOST_UNITS:
        name = left.pop(0)
        if name in names or not name.endswith(".service"):
            continue
        unit = find_unit(name, folders)
        drawn = {*unit_names(unit, *DRAWS_IN), *dependencies.get(name, ())}
        if not drawn.isdisjoint(names) or any(
            re.search(LOADS, (file.content or b"").decode("utf-8", "replace")) for file in unit.files
        ):
            at = name
            while at:
                found.add(at)
                at = starters[at]
        for each in sorted(drawn - starters.keys()):
            starters[each] = name
            left.append(each)
    return found


def _auditbeats_rules(root: str) -> dict[str, FileFacts | Unknown | None]:
    """The rules that auditbeat loads as it starts, as a rules file, by the path of its configuration; nothing where it has none."""
    from fnmatch import fnmatchcase  # only hosts with auditbeat need it

    config = try_entry(root + AUDITBEAT_SETTINGS, MOST_SETTINGS_BYTES)
    if not isinstance(config, FileFacts):
        return {} if config is None else {AUDITBEAT_SETTINGS: config}
    here, patterns = auditbeats_rules((config.content or b"").decode("utf-8", "surrogateescape"))
    parts = [here]
    for folder, _, pattern in (pattern.rpartition("/") for pattern in patterns):
        paths = (f"{root}{folder}/{name}" for name in _names(root + folder) if fnmatchcase(name, pattern))
        entries = (try_entry(path, MOST_RULES_BYTES) for path in paths)
        parts += [entry.content or b"" for entry in entries if isinstance(entry, FileFacts)]
    rules = as_rules_file(parts)
    return {AUDITBEAT_SETTINGS: rules} if rules is not None else {}


def _journal_settings(root: str) -> dict[str, FileFacts | Unknown | None]:
    more = [f"{folder}.d/{name}" for folder in JOURNAL_SETTINGS for name in _names(f"{root}{folder}.d") if name.endswith(".conf")]
    return _files((*JOURNAL_SETTINGS, *more), root)


def _aliases(folders: Iterable[str]) -> dict[str, str]:
    """The unit that each other name of a service stands for (``Alias=``): the last part of what its link leads to."""
    found: dict[str, str] = {}
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".service"):
                        target = os.path.basename(_target(entry.path)) if entry.is_symlink() else entry.name
                        found.setdefault(entry.name, target if target.endswith(".service") else entry.name)
        except OSError:
            continue
    return {name: target for name, target in found.items() if name != target}


def _dependency_links(folders: Iterable[str]) -> dict[str, dict[str, str]]:
    """For each unit that has such a folder, the names of those that its .wants, .requires and .upholds folders start, with the link's path.

    A link to /dev/null takes away the one of that name in a later place.
    """
    found: dict[str, dict[str, str]] = {}
    for folder in folders:
        for unit in _names(folder):
            stem, _, kind = unit.rpartition(".")
            if kind in ("wants", "requires", "upholds"):
                for name in _names(f"{folder}/{unit}"):
                    found.setdefault(f"{stem} {kind}", {}).setdefault(name, f"{folder}/{unit}/{name}")
    merged: dict[str, dict[str, str]] = {}
    for key, entries in found.items():
        kept = {name: path for name, path in entries.items() if _target(path) != "/dev/null"}
        merged.setdefault(key.partition(" ")[0], {}).update(kept)
    return merged


def _targets(cmdline: str, folders: list[str], dependencies: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The default target and every target that it brings about, in the order in which they are come upon."""
    left, found = [_default_target(cmdline, folders)], list[str]()
    while left and len(found) < _MOST_TARGETS:
        name = left.pop(0)
        if name in found or not name.endswith(".target"):
            continue
        found.append(name)
        unit = find_unit(name, folders)
        left += [*sorted(unit_names(unit, *DRAWS_IN)), *sorted(dependencies.get(name, ()))]
        if name != "emergency.target":
            left.append("sysinit.target")  # every service that has its default dependencies requires it (systemd.service(5))
    return tuple(found)


def _default_target(cmdline: str, folders: list[str]) -> str:
    given = ""
    for word in cmdline.split():
        given = word.removeprefix("systemd.unit=") if word.startswith("systemd.unit=") else _DEFAULT_TARGETS.get(word, given)
    if given:
        return given
    for folder in folders:
        target = _target(f"{folder}/default.target")
        if target:
            return target.rpartition("/")[2]
    return "graphical.target"


def _local_loaders(folder: str, dependencies: Mapping[str, Mapping[str, str]]) -> set[str]:
    """The services of this host's own that load rules; of a template its instances that something starts."""
    found = set()
    for name in _names(folder):
        entry = try_entry(f"{folder}/{name}") if name.endswith(".service") else None
        if isinstance(entry, FileFacts) and entry.content and re.search(LOADS, entry.content.decode("utf-8", "replace")):
            stem = name.removesuffix("@.service")
            instances = {other for links in dependencies.values() for other in links if other.startswith(f"{stem}@")}
            found |= instances if stem != name else {name}
    return found


# --- sysvinit


def _sysvinit(root: str) -> BootFacts:
    inittab = try_entry(f"{root}/etc/inittab")
    text = (inittab.content or b"").decode("utf-8", "replace") if isinstance(inittab, FileFacts) else ""
    level = re.search(_INITTAB, text, re.MULTILINE) if text else None
    links, has_runlevels = list[str](), False
    for base in (f"{root}/etc", f"{root}/etc/rc.d"):
        has_runlevels |= any(_is_runlevel(name) for name in _names(base))
        links = links or _entries(base, _is_runlevel, _is_auditd_link)
    # Without runlevels it is another init (OpenWrt's procd, runit): what starts its scripts is not known here.
    scripts = (INIT_SCRIPT, *SCRIPT_SETTINGS) if has_runlevels else ()
    return BootFacts("sysvinit", runlevel=level[1] if level else "", links=_without(root, links), files=_files(scripts, root))


def _is_runlevel(name: str) -> bool:
    return len(name) == 5 and name[:2] + name[3:] == "rc.d" and name[2] in "0123456S"


def _is_auditd_link(name: str) -> bool:
    return len(name) == 9 and name[0] in "SK" and name[1:3].isdecimal() and name.endswith("auditd")


def _entries(base: str, is_folder: Callable[[str], bool], is_ours: Callable[[str], bool]) -> list[str]:
    """The entries one level below *base* whose folder and name are of interest."""
    return [
        f"{base}/{folder}/{name}"
        for folder in _names(base)
        if is_folder(folder)
        for name in _names(f"{base}/{folder}")
        if is_ours(name)
    ]


# --- entries


def _files(paths: Iterable[str], root: str) -> dict[str, FileFacts | Unknown | None]:
    return {path: _relocated(try_entry(root + path, MOST_SETTINGS_BYTES), root) for path in paths}


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _target(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _without(root: str, paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path.removeprefix(root) for path in paths))


def _relocated(entry: FileFacts | Unknown | None, root: str) -> FileFacts | Unknown | None:
    return replace(entry, path=entry.path.removeprefix(root)) if root and isinstance(entry, FileFacts) else entry


def _unit_relocated(unit: UnitFacts, root: str) -> UnitFacts:
    if not root or unit.path is None:
        return unit
    files = tuple(file for entry in unit.files if isinstance(file := _relocated(entry, root), FileFacts))
    return UnitFacts(unit.name, unit.path.removeprefix(root), files)
