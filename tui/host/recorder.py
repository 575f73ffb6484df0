"""Where audit records go that auditd's log does not hold: whose file or journal it is, told from the configuration of who takes them. Pure.

A place counts only where root's own configuration names it and nobody else writes there, but for a system account that the same
configuration names as the recorder's. Sources: auditd-plugins(5), laurel(8), the packaged configuration of go-audit and auditbeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tui.audit.inputs import PathFacts, Unknown
from tui.audit.log.conf import Settings
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.host.facts import FileFacts, HostFacts, LogFacts, Process
from tui.host.trust import exposure, file_exposure

LAST_SYSTEM_UID = 999
"""The highest uid of an account that is no person's, as distributions give them out (SYS_UID_MAX, login.defs(5))."""

_DAEMONS: Mapping[str, tuple[str, ...]] = {
    "go-audit": ("/etc/go-audit.yaml", "/etc/go-audit/go-audit.yaml"),
    "auditbeat": ("/etc/auditbeat/auditbeat.yml",),
}
"""Where the configuration of the daemons lies that may write a file, as their packages put it."""
JOURNAL_RECORDS = ("_TRANSPORT=audit",)
"""The entries of the journal that systemd-journald has from the kernel's audit itself; no sender can choose that field."""
_NO_LOGS = frozenset((".conf", ".toml", ".yaml", ".yml", ".json", ".sock"))
_UNTOLD = "The recorder's configuration names no file for its records"


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """The place where another recorder than auditd puts what it is handed: ``path`` is its file, or what the name of its newest file
    begins with (``dated``); "" is the systemd journal, of which ``journal`` picks the entries, by fields that no sender can choose."""

    by: str
    path: str = ""
    dated: bool = False
    journal: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The place, for a sentence."""
        return clean(self.path) if self.path else "the systemd journal"


@dataclass(frozen=True, slots=True)
class _Named:
    """A file that a recorder's configuration names, the account that writes it (""; root), and whether its name gets a date."""

    path: str
    user: str = ""
    dated: bool = False


def hands_on_only(settings: Settings) -> bool:
    """Whether auditd itself writes nothing, so that only a plugin may have the records."""
    return not settings.write_logs or settings.log_format == "nolog"


def configuration_paths(other: Process | None, plugins: Iterable[FileFacts]) -> tuple[str, ...]:
    """The files that tell where the daemon *other* writes, or auditd's active *plugins* where there is no other daemon."""
    if other is not None:
        return _DAEMONS.get(other.display_name, ())
    return tuple(path for plugin in plugins if (path := _configuration_of(_plugin(plugin))))


def record_paths(other: Process | None, plugins: Iterable[FileFacts], files: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Each file or folder to look at, with the account that may write there ("" for root alone), as *files*, the configuration, tells."""
    named = _of_daemon(other, files) if other is not None else _of_plugins(plugins, files)
    return tuple((each.path.rpartition("/")[0] if each.dated else each.path, each.user) for each in named)


def active_plugins(facts: HostFacts) -> tuple[FileFacts, ...]:
    """The configuration files of auditd's plugins that are active."""
    return plugins_of(facts.log)


def plugins_of(log: LogFacts | Unknown) -> tuple[FileFacts, ...]:
    """Those among what keeps the records of *log*."""
    return tuple(file for file in log.keepers if "/plugins.d/" in file.path) if isinstance(log, LogFacts) else ()


def place_of(facts: HostFacts) -> RecordPlace | str:
    """Where the records go beside auditd's log, or a sentence without its end on why that cannot be known, read or believed."""
    other = facts.other_daemon
    if other is not None:
        if other.dropped is not None:
            return RecordPlace(clean(other.display_name), journal=JOURNAL_RECORDS)
        if other.display_name == "osqueryd":
            return "It writes what its scheduled queries find, when they run, and not each record as it comes"
        refusals = [_believed(each, clean(other.display_name), facts) for each in _of_daemon(other, facts.files)]
        return _first(refusals)
    refusals = []
    for plugin in active_plugins(facts):
        told = _plugin(plugin)
        name = clean(told.get("path", "").rpartition("/")[2] or plugin.path)
        if "syslog" in name or "syslog" in plugin.path.rpartition("/")[2]:
            if facts.programs.systemd:
                return RecordPlace(name, journal=("_UID=0", "_COMM=audisp-syslog"))
            refusals.append("They go to the system log, into which anybody can write a line")
        elif "remote" in name or "remote" in plugin.path.rpartition("/")[2]:
            refusals.append("They go to another host")
        elif "af_unix" in name:
            refusals.append("They go to whoever reads its socket")
        else:
            refusals += [_believed(each, name, facts) for each in _of_plugins((plugin,), facts.files)]
    return _first(refusals)


def _first(found: list[RecordPlace | str]) -> RecordPlace | str:
    return next((each for each in found if isinstance(each, RecordPlace)), found[0] if found else _UNTOLD)


# --- what configurations say ---------------------------------------------------------------------------------------------------


def _plugin(file: FileFacts) -> dict[str, str]:
    return _settings((file.content or b"").decode("utf-8", "replace"))


def _configuration_of(plugin: Mapping[str, str]) -> str:
    """The configuration file that a plugin is started with (``--config FILE``, ``-c FILE``), "" for none."""
    words = _words(plugin.get("args", ""))
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        found = value if equals else words[at + 1] if at + 1 < len(words) else ""
        if name in ("--config", "-c", "-config") and found.startswith("/"):
            return found
    return ""


def _words(args: str) -> list[str]:
    import shlex  # compiles a pattern, and few recorders are asked

    try:
        return shlex.split(args)
    except ValueError:
        return args.split()


def _of_plugins(plugins: Iterable[FileFacts], files: Mapping[str, object]) -> list[_Named]:
    found = []
    for file in plugins:
        plugin = _plugin(file)
        path = _configuration_of(plugin)
        settings = _content(files.get(path))
        folder, name = settings.get("directory", ""), settings.get("auditlog.file", "audit.log")
        if folder.startswith("/"):
            whole = name if name.startswith("/") else f"{folder.rstrip('/')}/{name}"
            found.append(_Named(whole, settings.get("user", "")))
        elif not path:  # a program that is told its file itself
            found += [
                _Named(word)
                for word in _words(plugin.get("args", ""))
                if word.startswith("/") and not any(word.endswith(end) for end in _NO_LOGS)
            ]
    return found


def _of_daemon(daemon: Process, files: Mapping[str, object]) -> list[_Named]:
    for path in _DAEMONS.get(daemon.display_name, ()):
        settings = _content(files.get(path))
        target = settings.get("output.file.path", "")
        if target.startswith("/") and "%{" not in target and settings.get("output.file.enabled", "true") != "false":
            if daemon.display_name == "auditbeat":
                return [_Named(f"{target.rstrip('/')}/{settings.get('output.file.filename', 'auditbeat')}", dated=True)]
            return [_Named(target)]
    return []


def _content(file: object) -> dict[str, str]:
    return _settings(file.content.decode("utf-8", "replace")) if isinstance(file, FileFacts) and file.content else {}


_ASKED_FOR = ("directory", "user", "auditlog.file", "output.file.path", "output.file.filename", "output.file.enabled")


def settings_asked_for(content: bytes) -> bytes:
    """Those settings of a recorder's configuration that tell where it writes, as lines; what else stands there (a password for a server)
    gets into no capture."""
    found = _settings(content.decode("utf-8", "surrogateescape"))
    lines = [f'{name} = "{found[name]}"\n' for name in _ASKED_FOR if name in found and '"' not in found[name]]
    return "".join(lines).encode("utf-8", "surrogateescape")


_LINE = r"(?P<blanks> *)(?P<key>[\w.-]+)[ \t]*(?P<sign>[:=])[ \t]*(?P<value>.*)"


def _settings(text: str) -> dict[str, str]:
    """The scalars of a configuration in TOML, YAML or ``key = value`` lines by their dotted names; what is none of them is passed over."""
    found: dict[str, str] = {}
    section = ""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        if line.strip().startswith("["):
            section = line.strip().strip("[] \t")
            continue
        match = re.match(_LINE, line)
        if match is None:
            continue
        indent, value = len(match["blanks"]), _value(match["value"])
        above = [each for each in above if each[0] < indent] if match["sign"] == ":" else []
        name = ".".join((*(key for _, key in above), match["key"]))
        if value:
            found[f"{section}.{name}" if section else name] = value
        elif match["sign"] == ":":
            above.append((indent, match["key"]))
    return found


def _value(text: str) -> str:
    text = text.strip()
    if text[:1] in ('"', "'"):
        return text[1:].partition(text[0])[0]
    return re.split(r"(?:^|\s)#", text)[0].strip()


# --- who can write there -------------------------------------------------------------------------------------------------------


def _believed(named: _Named, by: str, facts: HostFacts) -> RecordPlace | str:
    """*named* as a place, or why what is written there is nobody's word."""
    shown = clean(named.path)
    looked_at = named.path.rpartition("/")[0] if named.dated else named.path
    found = facts.paths.get(looked_at)
    if not isinstance(found, PathFacts):
        return f"{shown} could not be looked at"
    if found.kind == "absent":
        return f"{shown} is not there"
    if found.kind != ("directory" if named.dated else "file"):
        return f"{shown} is no regular file"
    for path in (*configuration_paths(facts.other_daemon, active_plugins(facts)),):
        file = facts.files.get(path)
        if isinstance(file, FileFacts) and (why := file_exposure(file, facts)):
            return f"{clean(path)} says where they go, and {why}"
    why = exposure(looked_at, facts)
    if why and not _is_the_recorders(found, named.user, facts):
        return f"{shown} is no proof: {why}"
    return RecordPlace(by, named.path, named.dated)


def _is_the_recorders(found: PathFacts, user: str, facts: HostFacts) -> bool:
    """Whether all that is not root's of a path is its file and its folder, and belongs to the recorder's own system account alone."""
    uid = facts.names.users.get(user) if user else None
    owner = found.exposed
    if uid is None or not 0 < uid <= LAST_SYSTEM_UID or found.mode is None or owner is None:
        return False
    ours = owner.path in (found.path, found.path.rpartition("/")[0]) and owner.uid == uid and not owner.mode & 0o022
    return ours and found.uid in (0, uid) and not found.mode & 0o022
