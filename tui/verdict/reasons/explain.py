"""explain(): why a finding's state is what it is, in sentences, the most important first, each with what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui.audit.rule.odd_characters import odd_characters
from tui.base.amounts import count_text, listed
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.base.notice import Notice
from tui.base.paths import within
from tui.host.facts import DAEMONS, HostFacts, Process
from tui.host.kernel_line import on_from_the_start
from tui.host.trust import is_roots
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.boot.hidden import hidden_reason
from tui.verdict.boot.kernel_words import menus_that_switch_off, menus_untold
from tui.verdict.boot.words import not_told
from tui.verdict.judgement import Judgement
from tui.verdict.known import KnownHost
from tui.verdict.neighbours.defaults import switches_off_all, way_out
from tui.verdict.neighbours.differences import lines_found, why_they_differ
from tui.verdict.neighbours.exemptions import of_exemptions
from tui.verdict.neighbours.gaps import in_short
from tui.verdict.neighbours.general import some
from tui.verdict.neighbours.lost_names import of_lost_names
from tui.verdict.objects.subject import Subject, of_distrust
from tui.verdict.objects.wanted import lasting_folder
from tui.verdict.reasons.boot import of_boot, stops_daemon
from tui.verdict.reasons.mending import way_to_mend
from tui.verdict.reasons.plan_words import plan_adds, start_again
from tui.verdict.reasons.state import INSTALL, of_late_deletions, of_state
from tui.verdict.silence import records_elsewhere, where_proved
from tui.verdict.values import ReasonKind, State

RENAME = "Move the object to a path that a rule can name, then look again."

_SAID: dict[State, str] = {"unaudited": "no-rule", "pending-reboot": "no-rule", "not-loaded": "no-rule", "shadowed": "never"}
"""What the coverage would say of the loaded rules and the state itself says already."""


def explain(
    state: State,
    judged: Judgement,
    subject: Subject,
    facts: HostFacts,
    *,
    key: str,
    grepped: str,
    benchmark_audit: bool,
    benchmark_line: str,
    unwritable: bool,
) -> tuple[Notice[ReasonKind], ...]:
    """The reasons for *state*: its own first, then what the coverage tells, then what differs between disk, kernel and benchmark.

    *key* is the one the control's own rule would carry, *grepped* the path that the benchmark's own check greps for and *benchmark_audit*
    whether it finds one, *benchmark_line* the line that scanners look for ("": it would do harm here, or no rules file can hold it:
    *unwritable*).
    """
    found = [
        *of_state(state, judged, subject, facts),
        *_of_silence(state, judged),
        *_of_coverage(state, judged),
        *(() if judged.told_in_general(state) else _of_keys(judged, key)),
        *of_lost_names(judged.host.loaded.other_lists, facts),
        *of_exemptions(judged.left_out()),
        *_of_disk(state, judged, clean(subject.path)),
        *_of_place(judged, subject, facts),
        *_of_hard_links(judged),
        *of_distrust(subject),
        *_of_recorders(judged.host),
        *_of_old_processes(judged, facts),
        *_of_benchmark(judged, subject, facts, clean(grepped), benchmark_audit, benchmark_line, unwritable),
        *(menus_that_switch_off(facts) if state == "audited" else ()),
        *(menus_untold(facts) if state == "audited" else ()),
        *((not_told(),) if state == "audited" and judged.disk.boot is None else ()),
    ]
    unique: dict[str, Notice[ReasonKind]] = {}
    for reason in found:
        unique.setdefault(reason.text, reason)
    return tuple(unique.values())


def _of_silence(state: State, judged: Judgement) -> Iterator[Notice[ReasonKind]]:
    """The reason that no rule would help as things are: it holds beside a state that is about the rules."""
    if judged.silent and state != "blind":
        yield Notice("silent", f"No rule helps while nothing reaches the log. {judged.silent}", judged.host.way_out_of_silence)


def _of_coverage(state: State, judged: Judgement) -> Iterator[Notice[ReasonKind]]:
    """Reasons from the coverage: what it says of the loaded rules; where the state is about the disk alone, it adds nothing."""
    turning = next((because.remedy for because in judged.loaded.reasons if because.kind == "turning"), "")
    for because in () if judged.told_in_general(state) else judged.loaded.reasons:
        if state == "blind" and any(because.text.startswith(blind.text[:-1]) for blind in judged.loaded.blinding):
            continue
        if _SAID.get(state) == because.kind or (state in ("audited", "shadowed") and because.kind == "link"):
            continue  # A rule on a link records nothing here, and nothing hangs on it.
        nothing_there = because.kind in ("disabled", "no-daemon") and judged.facts.programs.missing
        if nothing_there:
            yield replace(because, remedy=INSTALL)
        elif because.kind == "no-daemon":
            yield replace(because, remedy=start_again(judged, because.remedy))
        elif because.kind == "never-task" and (out := _out_of_never_task(judged)):
            yield replace(because, remedy=out)
        elif because.kind == "no-rule":
            yield replace(in_short(because), remedy=plan_adds(judged))
        elif because.kind == "never" and turning:
            yield replace(in_short(because), remedy=turning)  # a watch before the never rule does not stay there
        elif because.kind == "turning" and state == "shadowed":
            yield replace(because, remedy="")  # the state's own reason says where the never rule stands
        else:
            yield in_short(because)


def _out_of_never_task(judged: Judgement) -> str:
    """The way out of the line on disk that switches all auditing off, as the state's own reason has it; "" where there is none."""
    lines = (line for line in judged.blinding_lines() if switches_off_all(line.text, judged.facts))
    return next((way_out(line.file or "", line.line or 1, judged.facts) for line in lines), "")


def _of_keys(judged: Judgement, key: str) -> Iterator[Notice[ReasonKind]]:
    """The reason that tells where to look for the events: the first rule that matches gives an event its key, so it may not be the control's own."""
    shares = [share for access in judged.wanted for share in judged.loaded.accesses[access].by]
    others = list(dict.fromkeys(share.keys for share in shares if key not in share.keys))
    names = [clean(keys[0]) for keys in others if keys]
    by_path = f"ausearch -i -f {clean(judged.target.path)}"
    if len(names) == 1 and () not in others and all(key not in share.keys for share in shares):
        (keys,) = others
        odd = listed(odd_characters(keys[0]))
        holds = f", which holds {odd}" if odd else ""
        searched = max(re.findall(r"[\w.:/@+-]+", keys[0], re.ASCII), key=len, default=names[0]) if odd else names[0]
        yield Notice("other-key", f"Events carry the key {clean(', '.join(keys))}{holds}: look with ausearch -i -k {searched}")
    elif names:
        yield Notice(
            "other-key",
            f"An earlier rule gives some events its own key instead of {clean(key)}: {some(names)}.",
            f"Look by the path as well: {by_path}",
        )
    if () in others:
        yield Notice("no-key", f"Some events carry no key, so ausearch -k finds none of them: look with {by_path}")


def _of_disk(state: State, judged: Judgement, path: str) -> Iterator[Notice[ReasonKind]]:
    """Reasons from the disk: what keeps the rules there from doing their work, and lines that are loaded but not there or the other way round."""
    yield from of_boot(judged, path)
    stop = judged.disk.loaded.stopped
    hidden = hidden_reason(judged.disk, judged.facts, judged.target.path)
    if hidden is not None:
        yield hidden
    elif stop is not None and judged.disk.boot_only:
        yield Notice(
            "boot-stops",
            f"The next boot's load stops at {stop.reason} The line works now, but at a boot that directory is not made yet: "
            "what stands behind the line is not loaded.",
            f"Take {clean(stop.file)}:{stop.file_line} away, watch the directory instead, or let systemd make it early (tmpfiles.d(5)).",
        )
    elif stop is not None and stop.kind == "endless-entry":
        yield Notice("load-stops", stop.reason, way_to_mend(stop))
    elif stop is not None and not stops_daemon(judged):
        yield Notice(
            "load-stops",
            f"The load of the rules on disk stops at {stop.reason} What stands behind that line is not loaded.",
            way_to_mend(stop),
        )
    yield from of_late_deletions(judged)
    if state in ("audited", "not-persistent") and not judged.persistent:
        for because in judged.stored.reasons:
            if because.kind != "no-rule":
                yield replace(because, text=f"On disk: {because.text}")


def _of_place(judged: Judgement, subject: Subject, facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    if subject.elsewhere is not None:
        yield Notice("elsewhere", subject.reason)
        if subject.elsewhere.moves and not (lasting_folder(subject, facts) and _is_watched_above(judged, subject.elsewhere.lasts)):
            yield Notice(
                "moves-away",
                f"{clean(subject.elsewhere.moves).capitalize()} puts another file into {clean(subject.path.rpartition('/')[0])}; "
                "a watch on the old one records nothing.",
                "Load the rules again after each (README shows a unit that does it by itself): augenrules --load",
            )
    elif subject.real_path is not None:
        yield Notice("real-path", subject.reason)


def _of_hard_links(judged: Judgement) -> Iterator[Notice[ReasonKind]]:
    """That the file has other names: a rule on the file itself records what is done by each, one on a directory only by those below it
    (measured on Linux 6.18; the kernel compares inodes for a path, and the directories on the way for a dir)."""
    target = judged.target
    if target.kind != "file" or not target.links or target.links < 2:
        return
    names = f"{clean(target.path)} has {target.links} names (hard links)"
    reaching = [judged.rules[at] for at in judged.loaded.reaching]
    if reaching and all(any(field.name == "dir" for field in rule.fields) for rule in reaching):
        yield Notice(
            "hard-linked",
            f"{names}, and the rule on a directory records none but those below it.",
            f"A watch on the file itself records what is done by each. Where they are: find / -xdev -samefile {clean(target.path)}",
        )
    else:
        yield Notice("hard-linked", f"{names}: a watch on the file records what is done by each of them.")


def _is_watched_above(judged: Judgement, folder: str) -> bool:
    """Whether what records the object, or what will once it is there, stays when the object moves below *folder*."""
    paths = [judged.disk.rules[at].path for at in judged.stored.reaching]
    return not paths or any(path is not None and within(folder, path) for path in paths)


def _of_recorders(host: KnownHost) -> Iterator[Notice[ReasonKind]]:
    """Reasons for records that are not in auditd's log: who has them, and whether a run can find its own there."""
    daemon, plugins = host.facts.other_daemon, host.log.plugins_without_log
    if daemon is None and not plugins:
        return
    text = f"{records_elsewhere(host.facts, host.log)} {where_proved(host.facts, host.log)}"
    if daemon is not None and daemon.dropped is not None:
        text = (
            f"{text} They are copies: the kernel drops one that the journal is too slow for ({count_text(daemon.dropped)} so far)."
        )
        yield Notice("other-daemon", text, "Look for the events with journalctl _TRANSPORT=audit; auditd would have each record.")
    elif daemon is not None:
        back = f"to have auditd's log instead, end {clean(daemon.display_name)} and start auditd."
        yield Notice("other-daemon", text, f"Look for the events there; {back}")
    else:
        back = "write_logs = yes in /etc/audit/auditd.conf brings auditd's own log back beside it."
        yield Notice("plugin-only", text, f"Look for the events there; {back}")


def of_refusals(refused: Iterable[str]) -> Iterator[Notice[ReasonKind]]:
    """Reasons for refused lines, which would record and that no rules file can hold."""
    for text in refused:
        yield Notice("line-refused", text, RENAME)


def _of_old_processes(judged: Judgement, facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    """Reasons for old processes: Docker's own daemons that started before auditing: their own calls are never recorded (measured;
    audit_alloc in kernel/auditsc.c)."""
    if isinstance(facts.cmdline, str) and on_from_the_start(facts.cmdline):
        return
    started = [p.started for p in facts.processes if (p.is_auditd and is_roots(p)) or p == facts.other_daemon]
    old: list[Process] = [
        process
        for process in facts.processes
        if process.name in DAEMONS and is_roots(process) and started and process.started < min(started)
    ]
    if old and judged.loaded.reaching:
        names = " and ".join(f"{process.name} (pid {process.pid})" for process in old)
        yield Notice(
            "older-than-auditing",
            f"{names} started before this {daemon_name(facts)} did. If auditing was not enabled by then (the kernel was booted without "
            f"audit=1), what {' and '.join(process.name for process in old)} itself does is not recorded until it is restarted; what other "
            "processes do is.",
            "Restart the daemon in a quiet moment, or boot with audit=1.",
        )


def _of_benchmark(
    judged: Judgement,
    subject: Subject,
    facts: HostFacts,
    grepped: str,
    benchmark_audit: bool,
    benchmark_line: str,
    unwritable: bool,
) -> Iterator[Notice[ReasonKind]]:
    if benchmark_audit and not judged.covered:
        rules = judged.rule_lines()
        found = len(lines_found(rules, grepped))
        lines = f"{found} lines" if found > 1 else "a line"
        differs = why_they_differ(
            judged.state(),
            rules,
            on_disk=bool(judged.stored.reaching),
            only_boot_fails=False,
            partly=judged.partly_recorded,
            path=subject.path,
        )
        yield Notice(
            "benchmark-passes",
            f"The benchmark's grep for {grepped} finds {lines} and would pass. {differs[:1].upper()}{differs[1:]}.",
        )
    if not benchmark_audit and judged.covered:
        late = subject.after_boot and not subject.elsewhere
        when = "at boot" if late else "where its folder is missing"
        harm = f"Let it fail: the line that it looks for would be refused {when} and stop the load of every rule after it."
        if unwritable:
            harm = "Let it fail: no rules file can hold the line that it looks for."
        elif late and facts.programs.systemd:
            harm += (
                f" Once systemd makes {clean(subject.after_boot or '')} early (tmpfiles.d(5)), --benchmark-lines adds that line."
            )
        path = clean(subject.path)
        recorded = "The path is recorded by a rule that does not name it" if path == grepped else f"What is recorded is {path}"
        yield Notice(
            "benchmark-misses",
            f"The benchmark's grep for {grepped} finds no line and would fail. {recorded}.",
            "--benchmark-lines adds the line that it looks for." if benchmark_line else harm,
        )
