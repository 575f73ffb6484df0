"""Which rule lines audit a control's object on a host. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.audit.coverage.reach import AuditedObject
from tui.audit.inputs import ACCESSES, PathFacts
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Rule
from tui.audit.rules_d.rules_line import Unwritable, exemption, rules_line, watch
from tui.base.cleaning import clean
from tui.base.typing import NamedTuple
from tui.controls.control import Control, Numbered
from tui.host.boot_load import boot_load
from tui.host.facts import HostFacts
from tui.host.trust import exposure
from tui.verdict.disk import lookup
from tui.verdict.known import KnownHost
from tui.verdict.objects.subject import Subject, exclusion_below, late_folder
from tui.verdict.values import Offer, OfferKind


class WantedLine(NamedTuple):
    """A rules-file line, what it is for, and how and why it differs from the benchmark's own ("" where it does not). ``refused`` says why
    there can be no such line; ``text`` is empty then."""

    text: str
    why: str
    differs: str = ""
    refused: str = ""


def texts(lines: Sequence[WantedLine]) -> tuple[str, ...]:
    """What stands in the file; nothing where one of *lines* is refused, since one that leaves out would be left alone then."""
    return () if refusals(lines) else tuple(line.text for line in lines)


def refusals(lines: Iterable[WantedLine]) -> tuple[str, ...]:
    """Why some of *lines* cannot stand in a rules file, a sentence each."""
    return tuple(dict.fromkeys(line.refused for line in lines if line.refused))


def wanted_lines(control: Control, version: str, subject: Subject, host: KnownHost) -> tuple[WantedLine, ...]:
    """The lines that make the control pass here, in the order in which they must be loaded; none where it does not apply.

    They are the benchmark's where those work, else what does. Every line that records carries the control's key.
    """
    if not subject.applicable:
        return ()
    entry, facts = control.in_version(version), host.facts
    taken = _taken_by_exclusions(control, subject, host)
    lines = [_exclusion(exclusion, entry, facts) for exclusion in subject.exclusions if exclusion not in taken]
    if lasting := lasting_folder(subject, facts):
        lines.append(_watch_above(control, entry, subject, lasting, facts))
        return tuple(lines)
    lines.append(_recording(control, entry, subject, taken, facts))
    if subject.real_path:
        lines.append(_watch_at_end(control, entry, subject, facts))
    return tuple(lines)


def lasting_folder(subject: Subject, facts: HostFacts) -> str:
    """The folder above the object that outlives what moves it; "" where there is none to be trusted, or nothing moves it."""
    folder = subject.elsewhere.lasts if subject.elsewhere else ""
    return folder if folder and lookup(facts).is_directory(folder) and not exposure(folder, facts) else ""


def _watch_above(control: Control, entry: Numbered, subject: Subject, folder: str, facts: HostFacts) -> WantedLine:
    assert subject.elsewhere
    differs = f"The object is at {subject.path} and moves with {subject.elsewhere.moves}; a watch on {folder} stays."
    return _wanted(_watch(folder, entry.accesses, control.key, facts), f"records what is done to all in {folder}", differs)


def benchmark_line(control: Control, subject: Subject, facts: HostFacts, wanted: Sequence[WantedLine] = (), named: str = "") -> str:
    """The line that scanners look for, to be added where a control passes without it; mostly it is among the *wanted* ones.

    Of an object that is elsewhere they look for the path that the benchmark has *named*, where nothing is.
    "" where that line would be refused, now or at boot, and stop the load of all rules after it: no scanner is worth that.
    """
    if subject.applicable and subject.elsewhere and named:
        there = facts.paths.get(named)
        loads = isinstance(there, PathFacts) and there.real_parent is not None and late_folder(named, facts) in (None, named)
        return _text(_watch(named, ACCESSES, control.key, facts)) if loads else ""
    if not subject.applicable or subject.after_boot not in (None, subject.path):
        return ""
    same = f"-w {subject.path} -k {control.key}"
    if any(line.text == same for line in wanted):
        return same  # it has been read back already, which takes a fourteenth of judging a host
    return _text(_watch(subject.path, ACCESSES, control.key, facts))


def scanned_path(control: Control, subject: Subject, facts: HostFacts) -> str:
    """The path that docker-bench-security looks for where it is another than the control's: the socket's unit file for the socket.

    Its check asks for the unit in every version (get_service_file docker.socket); the benchmark means the socket from 1.3.1 on.
    """
    unit = facts.units.get(control.unit or "") if subject.kind == "socket" and subject.applicable else None
    return unit.path if unit is not None and unit.path and unit.name.endswith(".socket") else ""


def scanner_line(control: Control, scanned: str, facts: HostFacts) -> str:
    """The line that makes docker-bench-security find *scanned*, "" where no rules file can hold one."""
    return _text(_watch(scanned, ACCESSES, control.key, facts))


def alternatives(control: Control, version: str, subject: Subject, facts: HostFacts) -> tuple[Offer, ...]:
    """Quieter rules for a directory that some benchmark leaves a part out of, since all of it is a flood; none for other objects.

    The first leaves out directories as later benchmarks do, the second records only writes and attribute changes.
    """
    if not subject.applicable or subject.kind != "directory" or not control.left_out:
        return ()
    entry = control.in_version(version)
    offered: list[tuple[OfferKind, Sequence[str | Unwritable], str]] = []
    later = dict.fromkeys(
        there
        for other in control.numbered.values()
        for exclusion in other.exclusions
        if lookup(facts).is_directory_itself(there := exclusion_below(exclusion, other.path, subject.path))
    )
    if later and not entry.exclusions:
        lines = (*(_never(path, facts) for path in later), _watch(subject.path, entry.accesses, control.key, facts))
        names = " and ".join(path.removeprefix(subject.path + "/") for path in later)
        said = f"{names} could be left out, as later benchmarks do, by lines that stand before the watch. "
        said += f"Benchmark {version} leaves nothing out: check goes on calling the control overruled by never, unless asked by a later one."
        offered.append(("exclusions", lines, said))
    if set(entry.accesses) - set("wa"):
        lines = (*(_never(path, facts) for path in subject.exclusions), _watch(subject.path, "wa", control.key, facts))
        said = (
            "a line for writes and attribute changes alone would let the log grow less. Reading and execution would then go "
            "unrecorded, and check would call the control partly audited."
        )
        offered.append(("writes", lines, said))
    return tuple(Offer(kind, said, tuple(map(_text, lines))) for kind, lines, said in offered if all(map(_text, lines)))


def _watch(path: str, accesses: str, key: str, facts: HostFacts) -> str | Unwritable:
    is_directory = lookup(facts).is_directory
    return rules_line(watch(path, accesses, key, is_directory), facts.names, is_directory)


def _never(path: str, facts: HostFacts) -> str | Unwritable:
    return rules_line(exemption(path), facts.names, lookup(facts).is_directory)


def _text(line: str | Unwritable) -> str:
    return line if isinstance(line, str) else ""


def _wanted(line: str | Unwritable, why: str, differs: str) -> WantedLine:
    return WantedLine(_text(line), clean(why), clean(differs), "" if isinstance(line, str) else line.reason)


def _recording(control: Control, entry: Numbered, subject: Subject, taken: Mapping[str, Rule], facts: HostFacts) -> WantedLine:
    """The line that records, with everything that sets it apart from the benchmark's."""
    path, folder = subject.path, subject.after_boot
    watched = folder if folder and folder != path else path
    line = _watch(watched, entry.accesses, control.key, facts)
    own = next((line for line in entry.lines if "never" not in line), "")
    said = []
    if path != entry.path:
        source = subject.elsewhere.platform if subject.elsewhere else subject.source
        there = facts.paths.get(entry.path)
        also = "also at " if subject.elsewhere and isinstance(there, PathFacts) and there.kind != "absent" else ""
        said.append(f"The benchmark's example names {entry.path}; here it is {also}{path} ({source}).")
    if own != _text(line) and f"path={entry.path} " in own and subject.kind == "directory":
        said.append(f"The benchmark's line covers the directory itself and nothing in it: “{own}”. path= is not recursive, -w is.")
    if f"-k {control.key}" not in own and f"key={control.key}" not in own:
        said.append(f"The benchmark's line has no key; by the key {control.key} its records can be found.")
    if folder:
        said.append(_why_after_boot(path, folder, facts))
    for exclusion, rule in taken.items():
        said.append(
            f"The benchmark leaves out {exclusion}. That line is not added here: coming first, it would also take away what "
            f"“{clean(unambiguous(rule))}” records there."
        )
    why = f"records what is done to {path}" + (f", and to all else in {watched}" if watched != path else "")
    return _wanted(line, why, " ".join(said))


def _why_after_boot(path: str, folder: str, facts: HostFacts) -> str:
    shallow = f"Loaded at boot, it records what is made, renamed and removed in {folder}, and nothing deeper. "
    if path == folder:
        said = f"{folder} does not exist yet when the rules are loaded at boot. The watch on it is accepted all the same. "
        return said + shallow + deeper_after_boot(folder, facts)
    return (
        f"A watch on {path} would be refused at boot, when {folder} does not exist yet. auditctl would then load none of the rules after it. "
        f"A watch on {folder} is accepted, though scanners that look for {path} do not find it. {shallow}{deeper_after_boot(folder, facts)}"
    )


def deeper_after_boot(folder: str, facts: HostFacts) -> str:
    """What brings the rest of *folder* under audit after a boot, where the rules are loaded before it is made."""
    early = f", or {make_early(folder, facts)}" if facts.programs.systemd else ""
    return f"For the rest, load the rules again once it is there{early}."


def make_early(folder: str, facts: HostFacts) -> str:
    """What makes systemd create *folder* before auditd loads its rules (tmpfiles.d(5)), as a part of a sentence; where the unit that loads them
    does not wait for that, what makes it wait."""
    early = f"let systemd make it early, with “d {folder} 0711 root root -” in a file of /etc/tmpfiles.d"
    boot = boot_load(facts)
    if boot is None or boot.assumed or boot.early or not boot.loads:
        return early
    loader = clean(boot.loads[0].by)
    return f"{early}, and let {loader} wait for it (systemctl edit {loader}: [Unit], After=systemd-tmpfiles-setup.service)"


def _exclusion(exclusion: str, entry: Numbered, facts: HostFacts) -> WantedLine:
    after = bool(entry.lines) and "never" not in entry.lines[0] and any("never" in line for line in entry.lines)
    differs = "The benchmark prints the lines that leave something out after the line that records. "
    differs += "The kernel takes the first rule that matches, so they work only before it."
    return _wanted(_never(exclusion, facts), f"leaves out {exclusion}, as the benchmark does", differs if after else "")


def _taken_by_exclusions(control: Control, subject: Subject, host: KnownHost) -> Mapping[str, Rule]:
    """The exclusions that would take events from a rule of somebody else's, each with the first such rule, loaded or on disk."""
    if not subject.exclusions:
        return {}
    found = {}
    for exclusion in subject.exclusions:
        place = host.facts.paths[exclusion]
        assert isinstance(place, PathFacts), "an exclusion was seen to be a directory"
        for paths in (host.loaded.paths, host.written_paths):
            folder = AuditedObject(place, paths, recursive=True, exclusions=())
            taken = next((rule for rule in _recording_in(folder) if not _is_ours(rule, control, subject)), None)
            if taken is not None:
                found[exclusion] = taken
                break
    return found


def _is_ours(rule: Rule, control: Control, subject: Subject) -> bool:
    return rule.path in (subject.path, subject.real_path) and rule.keys == (control.key,)


def _recording_in(folder: AuditedObject) -> Iterator[Rule]:
    """The rules that record something in *folder*; by system call, program or caller they may well do so."""
    return (rule for rule, reach in folder.reached() if rule.action == "always" and reach.how not in ("no", "entries", "loader"))


def _watch_at_end(control: Control, entry: Numbered, subject: Subject, facts: HostFacts) -> WantedLine:
    real = subject.real_path or ""
    differs = f"The benchmark names {subject.path}, a link; a watch on a link records nothing of what it leads to."
    return _wanted(_watch(real, entry.accesses, control.key, facts), f"records what is done to {real}", differs)
