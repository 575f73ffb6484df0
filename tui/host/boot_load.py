"""Tells what the next boot does about audit: which rules file is loaded, by whom and when, and what keeps that or auditd from starting. Pure.

Sources: systemd.unit(5), systemd.service(5); Debian's and Red Hat's /etc/init.d/auditd, OpenRC's auditd script, read; USE_AUGENRULES="no"
measured on Debian 12 under its script (service auditd restart leaves "No rules").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tui.audit.inputs import Unknown
from tui.base.dataclass import replace
from tui.host.boot_recorder import AUDITBEAT_SETTING, AUDITBEAT_SETTINGS, AUDITBEAT_UNIT, journal_gap
from tui.host.boot_values import BootLoad, Load, Obstacle
from tui.host.facts import (
    AUDIT_RULES,
    AUDIT_RULES_UNIT,
    AUDITD_UNIT,
    AUGENRULES_UNIT,
    INIT_SCRIPT,
    JOURNAL_SOCKET,
    RULES_DIR,
    BootFacts,
    FileFacts,
    HostFacts,
    UnitFacts,
)
from tui.host.kernel_line import next_line, next_words, settings_with, switched_off
from tui.host.unit_settings import DRAWS_IN, hidden_from, is_yes, unit_names, values

_EARLY_ENOUGH = frozenset({"systemd-tmpfiles-setup.service", "sysinit.target", "basic.target", "multi-user.target"})
"""What a unit must come after for the directories of tmpfiles.d to be there when it starts."""
_RELOADS = r"augenrules\b.*\s--load\b"
_LOADS_FILE = r"auditctl\b.*?\s-R\s*[\"']?([^\s\"';]+)"
_NONE: Obstacle = ""
_ORDER = ("ExecStartPre", "ExecStart", "ExecStartPost")


def boot_load(facts: HostFacts) -> BootLoad | None:
    """What the next boot of this host does about audit; None where the facts do not tell.

    A host file without boot facts still tells auditd's unit: that it is masked, or that it loads another file than rules.d compiled. The
    answer is then ``assumed`` to be enabled.
    """
    boot = facts.boot
    cmdline = next_words(boot, facts.cmdline if isinstance(facts.cmdline, str) else "")
    wants_daemon = facts.other_daemon is None
    if boot is None:
        return _from_unit_alone(facts, cmdline, wants_daemon)
    found = _systemd(boot, facts.units, cmdline, wants_daemon) if boot.init == "systemd" else _script(boot)
    if found is None:
        return None
    found = _with_journal(_with_auditbeat(found, boot), facts, boot, cmdline)
    return _with_kernel(_with_files(found, facts), boot, cmdline)


def start_loads(facts: HostFacts) -> tuple[Load, ...] | None:
    """The loads that a start of auditd by hand brings, in their order; None where that is not told."""
    if facts.boot is not None and facts.boot.init != "systemd":
        return _loads_of_script(facts.boot)
    auditd = facts.units.get(AUDITD_UNIT)
    if not facts.programs.systemd or auditd is None or auditd.path is None:
        return None
    started = _drawn_in([AUDITD_UNIT], facts.units, {})
    loads = tuple(load for name in _in_order(started, facts.units) for load in _loads_of(facts.units[name]))
    return loads if loads or facts.boot is not None else None


def stop_load(facts: HostFacts) -> str:
    """The rules file that auditd's unit loads once auditd has ended (SUSE's audit-stop.rules deletes all); "" where it loads none."""
    unit = facts.units.get(AUDITD_UNIT)
    if not facts.programs.systemd or unit is None:
        return ""
    commands = [value for name in ("ExecStop", "ExecStopPost") for value in values(unit, name) if "auditctl" in value]
    found = [match[1] for command in commands if (match := re.search(_LOADS_FILE, command))]
    return found[-1] if found else ""


def loads_after_tmpfiles(boot: BootFacts, now: Mapping[str, UnitFacts]) -> bool:
    """Whether the directories of tmpfiles.d are made before the next boot loads rules, as far as it loads any."""
    found = _systemd(boot, now, "")
    return not found.loads or found.early


def is_idle(boot: BootFacts, units: Mapping[str, UnitFacts]) -> bool:
    """Whether none of the *units* that this boot starts starts auditd, or loads rules, although one could."""
    return _systemd(boot, units, "").obstacle in ("disabled", "no-loader", "loader-disabled")


def files_to_load(boot: BootFacts, units: Mapping[str, UnitFacts]) -> tuple[str, ...]:
    """The rules files that the next boot loads, for a reader to read them."""
    found = _systemd(boot, units, "") if boot.init == "systemd" else _script(boot)
    return tuple(load.file for load in found.loads) if found else ()


def rules_to_load(path: str, facts: HostFacts) -> FileFacts | Unknown | None:
    """The rules file *path* as it was read; None: absent."""
    if path == AUDIT_RULES:
        return facts.audit_rules
    if path.rpartition("/")[0] == RULES_DIR:
        if isinstance(facts.rules_dir, Unknown):
            return facts.rules_dir
        return next((file for file in facts.rules_dir if file.path == path), None)
    return facts.boot.files.get(path) if facts.boot else None


def _from_unit_alone(facts: HostFacts, cmdline: str, wants_daemon: bool) -> BootLoad | None:
    unit = facts.units.get(AUDITD_UNIT)
    if not facts.programs.systemd or unit is None or unit.path is None or unit.path.startswith("/run/"):
        return None
    link = f"/etc/systemd/system/multi-user.target.wants/{AUDITD_UNIT}"
    boot = BootFacts("systemd", targets=("multi-user.target",), links=(link,))
    found = replace(_systemd(boot, facts.units, cmdline, wants_daemon), assumed=True)
    as_is = found.last is not None and not found.last.compiles and found.last.file == AUDIT_RULES
    return _with_files(found, facts) if found.obstacle in ("masked", "needs-masked") or (as_is and not found.obstacle) else None


def _with_kernel(found: BootLoad | None, boot: BootFacts, cmdline: str) -> BootLoad | None:
    """*found* on a kernel with this command line: where that leaves auditing out, no init system brings it back."""
    off = switched_off(cmdline)
    if found is not None and off and not found.keeps_daemon_off:
        found = replace(found, loads=(), obstacle="condition", culprit=off)
    if found is None or found.obstacle != "condition":
        return found
    line, settings = next_line(boot), tuple(settings_with(found.culprit, boot.kernel_settings))
    return replace(found, kernel_line=line, kernel_settings=settings if line is not None else ())


def _with_auditbeat(found: BootLoad, boot: BootFacts) -> BootLoad:
    """The *found* boot with what auditbeat loads once it starts, behind all others: it takes away what they have loaded."""
    if AUDITBEAT_SETTINGS not in boot.files:
        return found
    load = Load(AUDITBEAT_SETTINGS, False, AUDITBEAT_UNIT, AUDITBEAT_SETTING)
    cleared = found.obstacle in ("no-loader", "loader-disabled", "loader-masked")
    return replace(
        found, loads=(*found.loads, load), obstacle=_NONE if cleared else found.obstacle, culprit="" if cleared else found.culprit
    )


def _with_journal(found: BootLoad, facts: HostFacts, boot: BootFacts, cmdline: str) -> BootLoad:
    """The *found* boot of a host whose records the systemd journal has, and that is to start no auditd."""
    if facts.other_daemon is None or facts.other_daemon.dropped is None or found.init != "systemd":
        return found
    found = replace(found, by_journal=True)
    units = {**facts.units, **boot.units}
    gap: Obstacle = journal_gap(facts, boot, _started(boot, units), cmdline)
    if found.obstacle or not gap:
        return found
    socket = units.get(JOURNAL_SOCKET)
    can_enable = socket is None or bool(values(socket, "WantedBy"))
    return replace(found, obstacle=gap, culprit=JOURNAL_SOCKET, can_enable=can_enable)


def _with_files(found: BootLoad, facts: HostFacts) -> BootLoad | None:
    if found.obstacle or found.last is None or found.last.compiles:
        return found
    file = rules_to_load(found.last.file, facts)
    if isinstance(file, Unknown):
        return None
    if file is not None and file.content is not None:
        return found
    return replace(found, obstacle="file-absent", culprit=found.last.file)


# --- systemd


def _systemd(boot: BootFacts, now: Mapping[str, UnitFacts], cmdline: str, wants_daemon: bool = True) -> BootLoad:
    units = {**now, **boot.units}
    auditd = units.get(AUDITD_UNIT)
    started = _started(boot, units)
    ordered = [name for name in _in_order(started, units) if not _unmet(units[name], cmdline)]
    loads = tuple(load for name in ordered for load in _loads_of(units[name]))
    # Where another program takes the records, it is not auditd that must start.
    obstacle, culprit = _daemon_obstacle(auditd, units, started, cmdline) if wants_daemon else (_NONE, "")
    if not obstacle and not loads:
        obstacle, culprit = _loader_obstacle(units, started, wants_daemon=wants_daemon)
    first = next((name for name in ordered if any(_loads_of(units[name]))), None)
    early = first is not None and _comes_after_tmpfiles(units[first], units)
    about = units.get(culprit)
    can_enable = about is None or bool(values(about, "WantedBy") or values(about, "RequiredBy"))
    hidden = tuple(hidden_from(units[loads[-1].by]).items()) if loads else ()
    return BootLoad("systemd", AUDITD_UNIT, loads, obstacle, culprit, early, can_enable=can_enable, hidden=hidden)


def _started(boot: BootFacts, units: Mapping[str, UnitFacts]) -> frozenset[str]:
    """The units of audit that the next boot starts: linked from a target of it, or drawn in by one that is."""
    drawn: dict[str, list[str]] = {}
    for link in boot.links:
        folder, _, name = link.rpartition("/")
        drawn.setdefault(folder.rpartition("/")[2].rpartition(".")[0], []).append(name)
    return _drawn_in([name for target in boot.targets for name in drawn.get(target, ())], units, drawn)


def _drawn_in(left: list[str], units: Mapping[str, UnitFacts], drawn: Mapping[str, list[str]]) -> frozenset[str]:
    """The units *left* and those that they bring about, by their settings and by the links in *drawn*; masked ones do not start."""
    found: set[str] = set()
    while left:
        name = left.pop()
        unit = units.get(name)
        if name in found or unit is None or unit.path is None or unit.is_masked:
            continue
        found.add(name)
        left += [*unit_names(unit, *DRAWS_IN), *drawn.get(name, ())]
    return frozenset(found)


def _daemon_obstacle(
    auditd: UnitFacts | None, units: Mapping[str, UnitFacts], started: frozenset[str], cmdline: str
) -> tuple[Obstacle, str]:
    if auditd is None or auditd.path is None:
        return "no-unit", AUDITD_UNIT
    if auditd.is_masked:
        return "masked", AUDITD_UNIT
    if AUDITD_UNIT not in started:
        return "disabled", AUDITD_UNIT
    for name in sorted(unit_names(auditd, "Requires", "BindsTo", "Requisite")):
        required = units.get(name)
        if required is not None and required.is_masked:
            return "needs-masked", name
    unmet = _unmet(auditd, cmdline)
    return ("condition", unmet) if unmet else ("", "")


def _unmet(unit: UnitFacts, cmdline: str) -> str:
    """The word of the kernel's command line because of which systemd passes the unit over; "" where there is none."""
    refused = [value[1:] for value in values(unit, "ConditionKernelCommandLine") if value.startswith("!")]
    return next((word for word in refused if word in cmdline.split()), "")


def _loader_obstacle(units: Mapping[str, UnitFacts], started: frozenset[str], *, wants_daemon: bool) -> tuple[Obstacle, str]:
    """Why no unit that starts loads rules, where one exists that would; auditd's own is none where no auditd is to start."""
    loaders = (AUDIT_RULES_UNIT, AUGENRULES_UNIT, *((AUDITD_UNIT,) if wants_daemon else ()))
    masked = [name for name in loaders if name in units and units[name].is_masked]
    if masked:
        return "loader-masked", masked[0]
    for name, unit in sorted(units.items()):
        if name not in started and (wants_daemon or name != AUDITD_UNIT) and any(_loads_of(unit)):
            return "loader-disabled", name
    return "no-loader", AUDITD_UNIT if wants_daemon else ""


def _loads_of(unit: UnitFacts) -> Iterator[Load]:
    for setting in _ORDER:
        for command in values(unit, setting):
            if "augenrules" in command and re.search(_RELOADS, command):
                yield Load(AUDIT_RULES, True, unit.name, setting)
            elif "auditctl" in command and (found := re.search(_LOADS_FILE, command)):
                instance = unit.name.partition("@")[2].removesuffix(".service")
                yield Load(found[1].replace("%i", instance), False, unit.name, setting)


def _in_order(started: frozenset[str], units: Mapping[str, UnitFacts]) -> list[str]:
    """The started units as their Before= and After= have them about auditd: those ahead of it, itself, the rest."""
    auditd = units.get(AUDITD_UNIT)

    def place(name: str) -> int:
        if name == AUDITD_UNIT or auditd is None:
            return 1
        ahead = name in unit_names(auditd, "After") or AUDITD_UNIT in unit_names(units[name], "Before")
        return 0 if ahead else 2

    return sorted(started, key=lambda name: (place(name), name))


def _comes_after_tmpfiles(unit: UnitFacts, units: Mapping[str, UnitFacts], depth: int = 4) -> bool:
    """Whether systemd-tmpfiles has made its directories when *unit* starts: by default dependencies, or by an After= of it or of what it waits
    for. Upstream's newest units have no such order; Debian's have."""
    if is_yes(unit, "DefaultDependencies", True):
        return True
    after = unit_names(unit, "After")
    if after & _EARLY_ENOUGH:
        return True
    return depth > 0 and any(
        name in units and units[name].path is not None and _comes_after_tmpfiles(units[name], units, depth - 1) for name in after
    )


# --- scripts


def _script(boot: BootFacts) -> BootLoad | None:
    script = boot.files.get(INIT_SCRIPT)
    if not isinstance(script, FileFacts):
        if script is None and boot.init == "openrc":
            return BootLoad("openrc", INIT_SCRIPT, (), "no-unit", INIT_SCRIPT)
        return None  # Another init than the three, or a script that could not be read: who starts auditd is not known.
    if not _is_linked(boot):
        chkconfig = any(link.startswith("/etc/rc.d/") for link in boot.links)
        kept = not any(re.search(r"/rc[2-5]\.d/K", link) for link in boot.links)
        return BootLoad(boot.init, INIT_SCRIPT, (), "disabled", INIT_SCRIPT, chkconfig=chkconfig, can_enable=kept)
    loads = _loads_of_script(boot)
    return BootLoad(boot.init, INIT_SCRIPT, loads, "" if loads else "no-loader", "" if loads else INIT_SCRIPT)


def _loads_of_script(boot: BootFacts) -> tuple[Load, ...]:
    """The loads of the start script with its settings."""
    script = boot.files.get(INIT_SCRIPT)
    if not isinstance(script, FileFacts):
        return ()
    text = _code((script.content or b"").decode("utf-8", "replace"))
    settings = _settings_of(boot, text)
    if boot.init == "openrc":
        file, place = settings.get("RULEFILE_STARTUP", ("", ""))
        default = re.search(r"RULEFILE_STARTUP:?[=-]([^}\s\"']+)", text)
        file = file or (default[1] if default else "")
        compiles = "augenrules" in text and file in ("", AUDIT_RULES)
        setting = f"RULEFILE_STARTUP in {place}" if place else ""
        return (Load(file or AUDIT_RULES, compiles, INIT_SCRIPT, setting),) if file or compiles else ()
    files = [match[1] for match in re.finditer(_LOADS_FILE, text) if "stop" not in match[1] and "$" not in match[1]]
    value, place = settings.get("USE_AUGENRULES", ("", ""))
    held_back = "USE_AUGENRULES" in text and value in ("no", "NO")
    calls = "augenrules" in text.replace("USE_AUGENRULES", "")
    if not files and not calls:
        return ()
    file = files[0] if files else AUDIT_RULES
    setting = f'USE_AUGENRULES="{value}" in {place}' if held_back and calls else ""
    return (Load(file, calls and not held_back and file == AUDIT_RULES, INIT_SCRIPT, setting),)


def _is_linked(boot: BootFacts) -> bool:
    if boot.init == "openrc":
        return any(link.split("/")[-2] in ("sysinit", "boot", "default") for link in boot.links)
    levels = {"S", boot.runlevel} if boot.runlevel else {"S", "2", "3", "4", "5"}
    return any(link.rpartition("/")[2].startswith("S") and link.split("/")[-2][2:3] in levels for link in boot.links)


def _settings_of(boot: BootFacts, text: str) -> dict[str, tuple[str, str]]:
    """What the settings files of the script assign, the last assignment of a name, with the file."""
    found: dict[str, tuple[str, str]] = {}
    for path, file in boot.files.items():
        place = path.rpartition("/")[0]
        reads = place == "/etc/conf.d" if boot.init == "openrc" else place in text
        if path == INIT_SCRIPT or not isinstance(file, FileFacts) or not reads:
            continue
        for name, value in re.findall(
            r"^\s*(?:export\s+)?([A-Z_]+)=(\S*)", (file.content or b"").decode("utf-8", "replace"), re.MULTILINE
        ):
            found[name] = (value.strip("\"'"), path)
    return found


def _code(text: str) -> str:
    """A script without its comment lines."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
