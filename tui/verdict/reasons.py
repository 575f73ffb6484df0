"""explain(): why a finding's state is what it is, in sentences, the most important first, each with what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui.audit.rule.text import delete_arguments
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.paths import within
from tui.host.facts import AUDIT_RULES, HostFacts, Process
from tui.host.trust import is_roots
from tui.verdict.audit_daemon import daemon_name, takes_the_records
from tui.verdict.boot.image import forgets_rules
from tui.verdict.boot.next_boot import shallow
from tui.verdict.boot.words import as_it_is_reason, not_told, obstacle_reason
from tui.verdict.disk import without_directory
from tui.verdict.judgement import Judgement
from tui.verdict.neighbours.exemptions import of_exemptions
from tui.verdict.rule_display import display
from tui.verdict.subject import Subject
from tui.verdict.values import ReasonKind, State
from tui.verdict.wanted import deeper_after_boot, lasting_folder, make_early

RELOAD = "augenrules --load"
RENAME = "Move the object to a path that a rule can name, then look again."
INSTALL = "Install the audit package (auditd on Debian and Ubuntu, audit elsewhere), then look again."

_SAID: dict[State, str] = {"unaudited": "no-rule", "pending-reboot": "no-rule", "not-loaded": "no-rule", "shadowed": "never"}
"""What the coverage would say of the loaded rules and the state itself says already."""


def explain(
    state: State, judged: Judgement, subject: Subject, facts: HostFacts, *, key: str, benchmark_audit: bool, benchmark_line: str
) -> tuple[Notice[ReasonKind], ...]:
    """The reasons for *state*: its own first, then what the coverage tells, then what differs between disk, kernel and benchmark.

    *key* is the one the control's own rule would carry, *benchmark_line* the line that scanners look for ("": it would do harm here).
    """
    found = [
        *_primary(state, judged, subject, facts),
        *_of_coverage(state, judged),
        *_of_keys(judged, key),
        *of_exemptions(judged.left_out()),
        *_of_disk(state, judged, clean(subject.path)),
        *_of_place(judged, subject, facts),
        *of_distrust(subject),
        *_of_other_daemon(facts),
        *_of_old_processes(judged, facts),
        *_of_benchmark(judged, subject, facts, benchmark_audit, benchmark_line),
        *((not_told(),) if state == "audited" and judged.disk.boot is None else ()),
    ]
    unique: dict[str, Notice[ReasonKind]] = {}
    for reason in found:
        unique.setdefault(reason.text, reason)
    return tuple(unique.values())


def _primary(state: State, judged: Judgement, subject: Subject, facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    path = clean(subject.path)
    if state in ("blind", "shadowed") and judged.decisive is judged.stored:
        for line in judged.hindrances():
            where = f"{line.file}:{line.line}"
            yield Notice(
                "blind-on-disk" if state == "blind" else "shadowed-on-disk",
                f"{where}, “{line.text}”, {line.effect}.",
                f"Take that line away: {where}",
            )
        return
    match state:
        case "unaudited":
            yield Notice(
                "unaudited", f"No rule, loaded or on disk, records accesses to {path}.", "The plan adds the control's line."
            )
        case "pending-reboot" if _is_shallow(judged, subject, facts):
            early = make_early(clean(subject.after_boot or ""))
            yield Notice(
                "pending-reboot",
                f"The kernel's rules are locked until the next reboot (enabled 2), and a boot loads {_stored(judged)} before "
                f"{clean(subject.after_boot or '')} is made: it then records what is made, renamed and removed there, and nothing deeper.",
                f"{early[0].upper()}{early[1:]}; then plan a reboot." if facts.programs.systemd else "Plan a reboot.",
            )
        case "pending-reboot" if (forgets := forgets_rules(facts)) is not None:
            yield Notice(
                "pending-reboot",
                f"{_recording(judged)} would record {path}, but the kernel's rules are locked until the next reboot (enabled 2). {forgets.text}",
                "Put the line into the image that this host boots from; then plan a reboot.",
            )
        case "pending-reboot" if judged.disk.boot is not None and judged.disk.boot.obstacle:
            obstacle = obstacle_reason(judged.disk.boot)
            yield Notice(
                "pending-reboot",
                f"By its text {_recording(judged)} records {path}, but a reboot alone does not load it. The kernel's rules are locked until then "
                f"(enabled 2). {obstacle.text}",
                f"{obstacle.remedy}; then plan a reboot.",
            )
        case "pending-reboot":
            yield Notice(
                "pending-reboot",
                f"By its text {_recording(judged)} records {path}, but the kernel's rules are locked until the next reboot (enabled 2).",
                "Plan a reboot.",
            )
        case "not-loaded" if _is_loaded_early(judged):
            folder = clean(subject.after_boot or judged.disk.rules[judged.stored.reaching[0]].path or subject.path)
            early = f" It is so after every boot: {make_early(folder)}." if subject.after_boot and facts.programs.systemd else ""
            yield Notice(
                "loaded-too-early",
                f"{_stored(judged)} was loaded before {folder} was made, as a boot does: so it records what is made, renamed and removed "
                "there, and nothing deeper.",
                f"Load the rules again: {RELOAD}.{early}",
            )
        case "not-loaded":
            yield Notice(
                "not-loaded",
                f"{_recording(judged)} would record {path}, but that is not loaded as it stands there: it never was, or the kernel has dropped "
                "it since (a parent directory was renamed or removed, a file system unmounted).",
                f"Load the rules: {RELOAD}",
            )
        case "blind":
            if judged.silent:
                yield Notice("silent", f"The rules are right, but nothing reaches the log. {judged.silent}")
            for blind in judged.loaded.blinding:
                yield Notice(blind.kind, blind.text, _blind_fix(blind.kind, blind.position, judged, facts))
        case "shadowed":
            for position in judged.loaded.shadowing:
                yield Notice(
                    "shadowed",
                    f"{_kernel_rule(judged, position)} comes before the watch and takes its events.",
                    f"Remove it, or move it down: {_where_on_disk(judged, position)}",
                )
        case "not-persistent" if judged.persistent:
            yield from _of_boot(judged, path)
        case "not-persistent":
            ends = "the next reboot ends it" if judged.disk.boot_only else f"the next {RELOAD} or reboot ends it"
            yield Notice(
                "not-persistent",
                f"{path} is recorded now, but not by what is on disk: {ends}.",
                "The plan adds the control's line.",
            )
        case "audited" if _is_shallow(judged, subject, facts):
            yield Notice(
                "shallow-after-boot",
                f"By the loaded rules every access that the control asks for is recorded now. A boot loads {_stored(judged)} before "
                f"{clean(subject.after_boot or '')} is made; from then on it records what is made, renamed and removed there, and nothing deeper.",
                deeper_after_boot(clean(subject.after_boot or ""), facts),
            )
        case "audited" if (forgets := forgets_rules(facts)) is not None:
            yield Notice(
                "audited", f"By the loaded rules every access that the control asks for is recorded, as by {_recording(judged)}."
            )
            yield forgets
        case "audited" if judged.booted is not None and not judged.persistent and judged.disk.boot and judged.disk.boot.last:
            file = clean(judged.disk.boot.last.file)
            yield Notice(
                "audited",
                f"By the loaded rules every access that the control asks for is recorded, and after a reboot by {file}.",
            )
            yield Notice(
                "only-in-loaded-file",
                f"rules.d does not record {path}: only {file} does, which the boot loads as it is.",
                "Put the rule into a file of rules.d, too, before anybody runs augenrules." if file == AUDIT_RULES else "",
            )
        case "audited":
            yield Notice(
                "audited",
                f"By the loaded rules every access that the control asks for is recorded, and after a reboot by {_recording(judged)}.",
            )
        case _:
            return


def _of_boot(judged: Judgement, path: str) -> Iterator[Notice[ReasonKind]]:
    """The reasons that the next boot brings no auditd or does not load rules.d: its init system, or a line on disk that makes a load fail."""
    boot = judged.disk.boot
    if boot is not None and boot.obstacle:
        yield obstacle_reason(boot)
    elif boot is not None and boot.last is not None and judged.booted is not None and not judged.outlasts_boot:
        yield as_it_is_reason(path, boot.last, rules_d_has_it=judged.persistent)
    stop = judged.disk.keeps_daemon_down
    if stop is not None:
        yield Notice(
            "boot-without-auditd",
            f"The next boot brings no auditd: {judged.disk.daemon_needs} needs a load that exits 0. It exits 1 at {stop.reason}",
            f"Mend {clean(stop.file)}:{stop.file_line} before the next boot or restart.",
        )


def _is_shallow(judged: Judgement, subject: Subject, facts: HostFacts) -> bool:
    """Whether a boot loads every rule that reaches the path before the directory is made."""
    return subject.after_boot is not None and all(shallow(judged.disk.rules[at], facts) for at in judged.stored.reaching)


def _is_loaded_early(judged: Judgement) -> bool:
    """Whether the kernel holds a rule from disk in the form that it gets while its directory is not there yet."""
    early = {without_directory(judged.disk.rules[at]) for at in judged.stored.reaching}
    return not early.isdisjoint(judged.rules)


def _of_coverage(state: State, judged: Judgement) -> Iterator[Notice[ReasonKind]]:
    """Reasons from the coverage: what it says of the loaded rules; where the state is about the disk alone, it adds nothing."""
    for because in judged.loaded.reasons:
        if state == "blind" and any(because.text == blind.text for blind in judged.loaded.blinding):
            continue
        if _SAID.get(state) == because.kind:
            continue
        nothing_there = because.kind in ("disabled", "no-daemon") and judged.facts.programs.missing
        yield because._replace(remedy=INSTALL) if nothing_there else because


def _of_keys(judged: Judgement, key: str) -> Iterator[Notice[ReasonKind]]:
    """The reason that tells where to look for the events: the first rule that matches gives an event its key, so it may not be the control's own."""
    others = dict.fromkeys(
        share.keys for access in judged.wanted for share in judged.loaded.accesses[access].by if key not in share.keys
    )
    for keys in others:
        if keys:
            yield Notice("other-key", f"Events carry the key {clean(', '.join(keys))}: look with ausearch -i -k {clean(keys[0])}")
        else:
            where = f"ausearch -i -f {clean(judged.target.path)}"
            yield Notice("no-key", f"Some events carry no key, so ausearch -k finds none of them: look with {where}")


def _of_disk(state: State, judged: Judgement, path: str) -> Iterator[Notice[ReasonKind]]:
    """Reasons from the disk: what keeps the rules there from doing their work, and lines that are loaded but not there or the other way round."""
    yield from _of_boot(judged, path)
    stop = judged.disk.loaded.stopped
    if stop is not None and judged.disk.boot_only:
        yield Notice(
            "boot-stops",
            f"At the next boot, loading the rules on disk stops at {stop.reason} It works now, and by then that directory is not made yet: "
            "what stands behind the line is not loaded.",
            f"Take {clean(stop.file)}:{stop.file_line} away, watch the directory instead, or let systemd make it early (tmpfiles.d(5)).",
        )
    elif stop is not None and stop.kind == "endless-entry":
        yield Notice("load-stops", stop.reason, f"Move {clean(stop.file)} out of that folder.")
    elif stop is not None:
        yield Notice(
            "load-stops",
            f"Loading the rules on disk stops at {stop.reason}",
            f"Mend {clean(stop.file)}:{stop.file_line}; what stands behind it is not loaded.",
        )
    for deletion in judged.disk.loaded.deleted:
        if judged.target.path in deletion.line.text and not judged.persistent:
            yield Notice(
                "late-delete",
                f"{clean(str(deletion.by.place))}, “{clean(deletion.by.text.strip())}”, deletes what {clean(str(deletion.line.place))} loads.",
                "Take that line away, or make it the first of all rules.",
            )
    if state in ("audited", "not-persistent") and not judged.persistent:
        for because in judged.stored.reasons:
            if because.kind != "no-rule":
                yield because._replace(text=f"On disk: {because.text}")


def _of_place(judged: Judgement, subject: Subject, facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    if subject.elsewhere is not None:
        yield Notice("elsewhere", subject.reason)
        if subject.elsewhere.moves and not (lasting_folder(subject, facts) and _is_watched_above(judged, subject.elsewhere.lasts)):
            yield Notice(
                "moves-away",
                f"{clean(subject.elsewhere.moves).capitalize()} puts another file there, and a watch on the old one records nothing of it.",
                "Load the rules again after each: augenrules --load (README shows a unit that does it by itself).",
            )
    elif subject.real_path is not None:
        yield Notice("real-path", subject.reason)


def _is_watched_above(judged: Judgement, folder: str) -> bool:
    """Whether what records the object, or what will once it is there, stays when the object moves below *folder*."""
    paths = [judged.disk.rules[at].path for at in judged.stored.reaching]
    return not paths or any(path is not None and within(folder, path) for path in paths)


def of_distrust(subject: Subject) -> Iterator[Notice[ReasonKind]]:
    """Reasons for distrust: what others than root could have made, told and not gone by."""
    for text in subject.distrusted:
        yield Notice("not-trusted", text, "A control of your own (--controls) watches it, if that is wanted.")


def _of_other_daemon(facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    daemon = facts.other_daemon
    if daemon is not None:
        yield Notice(
            "other-daemon",
            f"{takes_the_records(daemon)} What is recorded is where that program puts it, and auditd's log holds nothing new.",
            f"Look for the events there; to have auditd's log instead, end {clean(daemon.display_name)} and start auditd.",
        )


def of_refusals(refused: Iterable[str]) -> Iterator[Notice[ReasonKind]]:
    """Reasons for refused lines, which would record and that no rules file can hold."""
    for text in refused:
        yield Notice("line-refused", text, RENAME)


def _of_old_processes(judged: Judgement, facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    """Reasons for old processes: Docker's own daemons that started before auditing: their own calls are never recorded (measured;
    audit_alloc in kernel/auditsc.c)."""
    if isinstance(facts.cmdline, str) and any(word in ("audit=1", "audit=on") for word in facts.cmdline.split()):
        return
    started = [p.started for p in facts.processes if (p.is_auditd and is_roots(p)) or p == facts.other_daemon]
    old: list[Process] = [
        process
        for process in facts.processes
        if process.name in ("dockerd", "containerd") and is_roots(process) and started and process.started < min(started)
    ]
    if old and judged.loaded.reaching:
        names = " and ".join(f"{process.name} (pid {process.pid})" for process in old)
        yield Notice(
            "older-than-auditing",
            f"{names} started before this {daemon_name(facts)} did. Should auditing not have been enabled by then (the kernel was booted "
            "without audit=1), the daemon's own accesses are not recorded until it is restarted; those of other processes are.",
            "Restart the daemon in a quiet moment, or boot with audit=1.",
        )


def _of_benchmark(
    judged: Judgement, subject: Subject, facts: HostFacts, benchmark_audit: bool, benchmark_line: str
) -> Iterator[Notice[ReasonKind]]:
    path = clean(subject.path)
    if benchmark_audit and not judged.covered:
        yield Notice(
            "benchmark-passes",
            f"The benchmark's own auditctl -l | grep {path} finds a line and would pass: it sees the name, not what the rule does.",
        )
    if not benchmark_audit and judged.covered:
        harm = "Let it fail: the line that it looks for would be refused at boot and stop the load of every rule after it."
        if facts.programs.systemd:
            harm += (
                f" Once systemd makes {clean(subject.after_boot or '')} early (tmpfiles.d(5)), --benchmark-lines adds that line."
            )
        yield Notice(
            "benchmark-misses",
            f"The benchmark's own auditctl -l | grep {path} finds no line and would fail: the path is recorded by a rule that does not "
            "name it.",
            "--benchmark-lines adds the line that it looks for." if benchmark_line else harm,
        )


def _stored(judged: Judgement) -> str:
    """The place on disk of the first line that reaches the path."""
    if not judged.stored.reaching:
        return "what is on disk"
    return clean(str(judged.disk.line(judged.stored.reaching[0]).place))


def _recording(judged: Judgement) -> str:
    """The places on disk of all lines that together record what the control asks for: each access has its own first one."""
    positions = {share.position for access in judged.wanted for share in judged.stored.accesses[access].by if share.position >= 0}
    places = list(dict.fromkeys(clean(str(judged.disk.line(position).place)) for position in sorted(positions)))
    if not places:
        return _stored(judged)
    return listed(places[:3]) if len(places) <= 3 else f"{', '.join(places[:3])} and {len(places) - 3} more"


def _kernel_rule(judged: Judgement, position: int) -> str:
    return f"Loaded rule {position + 1}, “{display(judged.rules[position], judged.facts)}”,"


def _where_on_disk(judged: Judgement, position: int) -> str:
    stored = judged.disk.position_of.get(judged.rules[position])
    if stored is None:
        words = " ".join(("auditctl", *delete_arguments(judged.rules[position])))
        return f"it is on no disk; {clean(words)}"
    return clean(str(judged.disk.line(stored).place))


def _blind_fix(kind: str, position: int | None, judged: Judgement, facts: HostFacts) -> str:
    if position is not None:
        return f"Take “{display(judged.rules[position], judged.facts)}” away: {_where_on_disk(judged, position)}"
    if facts.programs.missing:
        return INSTALL
    if judged.status.pid == 0:
        return "Start the daemon: service auditd start"
    if judged.status.enabled == 0:
        return f"Turn auditing on: auditctl -e 1; and take -e 0 out of {AUDIT_RULES} and rules.d, if it is there."
    if judged.status.rate_limit:
        return "Take the limit away: auditctl -r 0"
    return ""
