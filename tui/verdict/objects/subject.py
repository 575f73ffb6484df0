"""Where a control's object really is on a host, and whether the control applies there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.audit.log.partition import mount_of
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.paths import below
from tui.base.typing import NamedTuple
from tui.controls.control import Control, Elsewhere, Kind, Numbered
from tui.host.facts import DAEMONS, HostFacts, Process
from tui.host.trust import exposure, process_distrust
from tui.verdict.disk import lookup
from tui.verdict.objects.configured import ConfiguredPlace, configured_place, distrusted_configuration, is_masked
from tui.verdict.values import ReasonKind

_VOLATILE = ("/run/", "/var/run/")
_VOLATILE_TYPES = ("tmpfs", "ramfs")
_MOST_PROCESSES_TOLD = 3
_HIDDEN_PROCESSES = tuple(f"hidepid={value}" for value in ("1", "2", "4", "noaccess", "invisible", "ptraceable"))
"""What hides the processes of others on /proc (proc(5), Documentation/filesystems/proc.rst)."""
_AS_ROOT = "start the program again as root."
_KINDS = {"file": "a regular file", "directory": "a directory", "socket": "a socket", "fifo": "a named pipe", "device": "a device"}


class Subject(NamedTuple):
    """A control's object on one host.

    ``path`` is what the control means here (for a unit its own file), ``facts`` what that path is. ``applicable`` is False where the object
    was seen not to be there, None where that cannot be told; ``reason`` says it in a sentence. ``real_path`` is where the object is
    instead, or where a link ends (None: at ``path``, or nowhere known). ``exclusions`` are the directories below ``path`` that
    the control leaves out and that exist. ``after_boot`` is the directory, ``path`` itself or one above it, that is made only after auditd
    has loaded its rules at boot (None: there is none); ``source`` is what named the path (None: the benchmark). ``distrusted`` are
    sentences about what points elsewhere and is nobody's word to go by, since others than root could have made it.
    ``elsewhere`` is the place that this subject is, where that is another than the named one.
    """

    path: str
    kind: Kind
    facts: PathFacts | Unknown
    applicable: bool | None
    reason: str
    real_path: str | None = None
    exclusions: tuple[str, ...] = ()
    after_boot: str | None = None
    source: str | None = None
    distrusted: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = None

    @property
    def end(self) -> str:
        """Where the object is, behind the link that ``path`` may be."""
        return self.real_path or self.path


def places_of(control: Control, version: str, facts: HostFacts, *, named_paths: bool = False) -> tuple[Subject, ...]:
    """Every place of the object that *control* means: the named one where it is there, then each other that root alone can have made.

    One subject that does not apply where there is none, one of unknown applicability where that cannot be told. With *named_paths*
    the named place is the only one. Raises KeyError where *version* lacks the control.
    """
    named = locate(control, version, facts)
    if named_paths or named.applicable is None:
        return (named,)
    entry, kind = control.in_version(version), control.kind_in(version)
    found = [named] if named.applicable else []
    known = {_identity(named.path, facts)}
    for place in _places(control, named.path, _configured(control, facts), facts):
        if _identity(place.path, facts) not in known:
            known.add(_identity(place.path, facts))
            found.append(_at(entry, kind, named, place, facts))
    return tuple(found) or (named,)


def _at(entry: Numbered, kind: Kind, named: Subject, place: Elsewhere, facts: HostFacts) -> Subject:
    """The object at another *place* than the *named* one."""
    subject = _present(entry, kind, place.path, place.platform, facts.paths[place.path], facts, "")
    where = f"{clean(place.path)} ({clean(place.platform)})"
    if named.applicable:
        reason = f"The object is at {where} as well as at {clean(named.path)}."
    else:
        reason = f"The object is at {where}, not at {clean(named.path)}. A rule on {clean(named.path)} records nothing of it."
    return subject._replace(reason=reason, elsewhere=place, distrusted=() if named.applicable else named.distrusted)


def _configured(control: Control, facts: HostFacts) -> ConfiguredPlace | None:
    place = configured_place(control, facts) if control.kind != "unit" else None
    return place if isinstance(place, ConfiguredPlace) else None


def _identity(path: str, facts: HostFacts) -> str:
    """Where *path* leads to through all links: two paths with one identity are one object."""
    found = facts.paths.get(path)
    return (found.real_path or found.location or path) if isinstance(found, PathFacts) else path


def locate(control: Control, version: str, facts: HostFacts) -> Subject:
    """The object that *control* means on this host. Raises KeyError where *version* lacks the control."""
    entry, kind = control.in_version(version), control.kind_in(version)
    subject = _locate_unit(control, entry, facts) if kind == "unit" else _locate_path(control, entry, kind, facts)
    return subject._replace(distrusted=_distrusted(control, subject, facts))


def _locate_path(control: Control, entry: Numbered, kind: Kind, facts: HostFacts) -> Subject:
    configured = configured_place(control, facts)
    path, source = entry.path, None
    if entry.configured:
        if isinstance(configured, Unknown):
            return Subject(path, kind, configured, None, f"Where the object lies cannot be told: {clean(configured.reason)}")
        if configured and not _same_object(configured.path, path, facts) and not exposure(configured.path, facts):
            path, source = configured.path, configured.source
    return _judged(control, entry, kind, path, source, configured if isinstance(configured, ConfiguredPlace) else None, facts)


def _locate_unit(control: Control, entry: Numbered, facts: HostFacts) -> Subject:
    name = control.unit or ""
    unit = facts.units.get(name)
    if unit is None:
        return Subject(entry.path, "unit", Unknown(f"{name} was not looked for"), None, f"{name} was not looked for on this host.")
    if unit.path is None:
        missing = PathFacts(entry.path, "absent")
        return _absent(control, entry.path, "unit", missing, f"systemd has no unit {name} here", None, facts)
    if is_masked(unit):
        missing = PathFacts(unit.path, "absent")
        return _absent(control, unit.path, "unit", missing, f"{name} is masked: {unit.path} leads to /dev/null", None, facts)
    path = entry.path if _same_object(unit.path, entry.path, facts) else unit.path
    found = facts.paths.get(path)
    if found is None:
        # The unit's place is known only once the host has been read; what was read of the file itself serves as well.
        first = unit.files[0]
        parent = path.rpartition("/")[0]
        found = PathFacts(path, first.kind, parent, first.mode, first.uid, first.gid, target=first.target, real_path=path)
    drop_ins = [file.path for file in unit.files[1:]]
    more = f" Its drop-ins ({', '.join(map(clean, drop_ins))}) are files of their own." if drop_ins else ""
    return _present(entry, "unit", path, None if path == entry.path else "systemd's search order", found, facts, more)


def _judged(
    control: Control,
    entry: Numbered,
    kind: Kind,
    path: str,
    source: str | None,
    configured: ConfiguredPlace | None,
    facts: HostFacts,
) -> Subject:
    found = facts.paths.get(path, Unknown("it was not looked at"))
    if isinstance(found, PathFacts) and found.kind == "absent":
        said = f"{clean(path)} does not exist" + (f", the place that {source} gives" if source else "")
        return _absent(control, path, kind, found, said, configured, facts)
    if isinstance(found, PathFacts) and found.kind == "symlink" and found.real_path is None:
        said = f"{clean(path)} is a link to {clean(found.target or 'nowhere')}, which "
        if facts.privileges.euid != 0:
            return Subject(path, kind, found, None, said + "cannot be followed without root.", source=source)
        return _absent(control, path, kind, found, said + "does not exist", configured, facts)
    return _present(entry, kind, path, source, found, facts, "")


def _absent(
    control: Control, path: str, kind: Kind, found: PathFacts, said: str, configured: ConfiguredPlace | None, facts: HostFacts
) -> Subject:
    places = _places(control, path, configured, facts)
    if not places:
        if unseen := next(_unseen(control, path, configured, facts), ""):
            return Subject(path, kind, found, None, f"{said}, and whether another place has it cannot be told. {unseen}")
        looked = "" if facts.privileges.euid == 0 else ", and this user may look into each"
        return Subject(path, kind, found, False, f"{said}. No other known place has it either{looked}.")
    place = places[0]
    said += f". It is at {clean(place.path)} ({clean(place.platform)}) instead. A rule on {clean(path)} records nothing there."
    return Subject(path, kind, found, False, said, real_path=_end(place.path, facts))


def _present(
    entry: Numbered,
    kind: Kind,
    path: str,
    source: str | None,
    found: PathFacts | Unknown,
    facts: HostFacts,
    more: str,
) -> Subject:
    if isinstance(found, Unknown):
        return Subject(
            path,
            kind,
            found,
            None,
            f"Whether {clean(path)} exists cannot be told: {clean(found.reason).rstrip('.')}.",
            source=source,
        )
    real = found.real_path if found.kind == "symlink" and not exposure(found.path, facts) else None
    if real:
        reason = f"{clean(path)} is a link; the object is {clean(real)}. A watch on a link records nothing of what it leads to."
    else:
        reason = f"{clean(path)} is {_KINDS.get(found.kind, found.kind)}" + (f", named by {source}" if source else "") + "."
    exclusions = tuple(
        there
        for exclusion in entry.exclusions
        if lookup(facts).is_directory_itself(there := exclusion_below(exclusion, entry.path, path))
    )
    late = after_boot(path, found, facts.known_mounts, facts.early_folders)
    return Subject(path, kind, found, True, reason + more, real, exclusions, late, source)


def _same_object(path: str, named: str, facts: HostFacts) -> bool:
    """Whether both paths lead to one object through links of their parents (/var/run and /run, /lib and /usr/lib)."""
    return path == named or _location(path, facts) == _location(named, facts)


def _location(path: str, facts: HostFacts) -> str:
    found = facts.paths.get(path)
    return found.location or path if isinstance(found, PathFacts) else path


def _places(control: Control, path: str, configured: ConfiguredPlace | None, facts: HostFacts) -> list[Elsewhere]:
    """The known other places at which something is, and that root alone can have put it to: what platforms use, what the
    configuration names, what runs."""
    running = [
        Elsewhere(process.exe, "where the running one is")
        for process in _running(control, path, facts)
        if process.exe and not process_distrust(process, facts)
    ]
    beside = [Elsewhere(there, f"beside the running {name}") for there, name in _beside_daemons(control, path, facts)]
    places = [*control.elsewhere, *([Elsewhere(configured.path, configured.source)] if configured else []), *running, *beside]
    return [place for place in places if place.path != path and _is_there(place.path, facts) and not exposure(place.path, facts)]


def _running(control: Control, path: str, facts: HostFacts) -> list[Process]:
    """The processes that call themselves by the name of the program at *path*; none of a folder or a socket that is called alike."""
    if control.kind != "file":
        return []
    name = path.rpartition("/")[2]
    return [process for process in facts.processes if process.name == name]


def _beside_daemons(control: Control, path: str, facts: HostFacts) -> Iterator[tuple[str, str]]:
    """Where the program at *path* would be beside a daemon of root's that runs: one archive brings both, and containerd looks for its shims in
    its own folder, too (core/runtime/v2 of containerd)."""
    is_program = control.kind == "file" and path.rpartition("/")[0].endswith("bin")
    for process in facts.processes if is_program else ():
        if process.name in DAEMONS and process.exe and not process_distrust(process, facts):
            yield f"{process.exe.rpartition('/')[0]}/{path.rpartition('/')[2]}", process.name


def _unseen(control: Control, path: str, configured: ConfiguredPlace | None, facts: HostFacts) -> Iterator[str]:
    """Where the object may be all the same, since nobody could look there or this user may not, each as a sentence."""
    places = [place.path for place in control.elsewhere] + ([configured.path] if configured else [])
    beside = [there for there, _ in _beside_daemons(control, path, facts)]
    for place in (*places, *beside):
        if isinstance(found := facts.paths.get(place), Unknown):
            yield f"{clean(found.reason).rstrip('.')}."
    if facts.privileges.euid == 0 or control.kind != "file":
        return
    name = path.rpartition("/")[2]
    for process in facts.processes:
        if process.exe is None and process.uid in (0, None) and (process.name == name or process.name in DAEMONS):
            yield f"Process {process.pid} ({clean(process.name)}) runs, and only root may see from which file; {_AS_ROOT}"
    proc = mount_of("/proc", facts.known_mounts)
    if proc is not None and any(option in _HIDDEN_PROCESSES for option in proc.options.split(",")):
        yield f"Only root may see which processes run (/proc is mounted with hidepid); {_AS_ROOT}"


def _is_there(path: str, facts: HostFacts) -> bool:
    found = facts.paths.get(path)
    return isinstance(found, PathFacts) and found.kind != "absent" and _end(path, facts) is not None


def _distrusted(control: Control, subject: Subject, facts: HostFacts) -> tuple[str, ...]:
    """What points to another place and is not taken at its word, a sentence each; of many processes the first few."""
    said = list(distrusted_configuration(control, facts))
    configured = configured_place(control, facts) if subject.kind != "unit" else None
    places = [
        *([(configured.path, configured.source)] if isinstance(configured, ConfiguredPlace) else []),
        *((place.path, place.platform) for place in control.elsewhere if _is_there(place.path, facts)),
    ]
    for place, source in places:
        if place != subject.path and (why := exposure(place, facts)):
            said.append(f"{clean(place)} ({clean(source)}) is seen and not trusted: {why}.")
    link = subject.facts
    if isinstance(link, PathFacts) and link.kind == "symlink" and link.real_path and (why := exposure(link.path, facts)):
        said.append(f"{clean(link.path)} leads to {clean(link.real_path)}, which is seen and not trusted: {why}.")
    running = _running(control, subject.path, facts)
    # A program that is not here and runs all the same runs from the files of a container.
    elsewhere = subject.applicable is False
    processes = [process for process in running if process.exe != subject.path or (elsewhere and process.own_mounts is False)]
    doubted = [(process, why) for process in processes if process.exe and (why := process_distrust(process, facts))]
    for process, why in doubted[:_MOST_PROCESSES_TOLD]:
        runs = f"Process {process.pid} runs {clean(process.exe or '')}"
        if process.exe == subject.path:
            said.append(f"{runs}, which is no file of this host: it runs in another mount namespace (a container).")
        else:
            said.append(f"{runs}: seen and not trusted, since {why}.")
    if len(doubted) > _MOST_PROCESSES_TOLD:
        said.append(f"{len(doubted) - _MOST_PROCESSES_TOLD} more processes of that name are seen and not trusted.")
    return tuple(dict.fromkeys(said))


def _end(path: str, facts: HostFacts) -> str | None:
    """Where the links of *path*'s last component end, since a watch on a link is of no use; None for a dangling one."""
    found = facts.paths.get(path)
    if isinstance(found, PathFacts) and found.kind == "symlink":
        return found.real_path
    return path


def exclusion_below(exclusion: str, named: str, path: str) -> str:
    """The directory *exclusion* below *named*, where the object is at *path* instead."""
    return path + exclusion.removeprefix(named) if below(exclusion, named) else exclusion


def late_folder(path: str, facts: HostFacts) -> str | None:
    """:func:`after_boot` of a *path* on this host."""
    looked = facts.paths.get(path)
    found = looked if isinstance(looked, PathFacts) else None
    if (found is None or found.mount_point in (None, "", "/")) and not path.startswith(_VOLATILE):
        return None  # as nearly all paths that rules name
    return after_boot(path.rstrip("/"), found, facts.known_mounts, facts.early_folders)


def after_boot(path: str, found: PathFacts | None, mounts: tuple[Mount, ...], early: tuple[str, ...] = ()) -> str | None:
    """The topmost directory, *path* itself or above it, that is not there yet when auditd loads its rules at boot.

    /run is empty at boot but for the directories *early*, which systemd makes before; a watch needs the parent of its path
    (audit_get_nd in kernel/audit_watch.c), so nothing deeper than one level below what is there can be watched by then.
    """
    volatile = next((prefix for prefix in _VOLATILE if path.startswith(prefix)), None)
    if volatile is None and found is not None and found.mount_point and found.mount_point != "/":
        mount = mount_of(found.mount_point, mounts)
        if mount and mount.fs_type in _VOLATILE_TYPES and below(path, mount.mount_point):
            volatile = mount.mount_point + "/"
    if volatile is None:
        return None
    there = volatile
    while True:
        first, slash, _ = path.removeprefix(there).partition("/")
        if (there + first).removeprefix("/var") not in early and there + first not in early:
            return there + first if slash or (found is not None and found.kind == "directory") else None
        if not slash:
            return None
        there += first + "/"


def of_distrust(subject: Subject) -> Iterator[Notice[ReasonKind]]:
    """Reasons for distrust: what others than root could have made, told and not gone by."""
    for text in subject.distrusted:
        yield Notice("not-trusted", text, "A control of your own (--controls) watches it, if that is wanted.")
