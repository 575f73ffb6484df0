"""The warnings of a plan, each with this host's own figures. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.log.warning_words import HOST_STOPS
from tui.base.amounts import count_text, days_text, size_text
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.host.facts import DOCKER_RULES, HostFacts
from tui.plan.blockers import harmless_stop, stays_silent, stuck
from tui.plan.draft import PlanDraft, rule_of
from tui.plan.load_effects import effect_notices
from tui.plan.log import log_story, log_warnings
from tui.plan.values import Command, Switches, WarningKind
from tui.verdict.audit_daemon import takes_the_records
from tui.verdict.boot.image import forgets_rules
from tui.verdict.boot.kernel_words import menus_that_switch_off, records_lost_at_boot
from tui.verdict.boot.words import of_findings
from tui.verdict.host_log import HostLog
from tui.verdict.reasons.explain import RENAME
from tui.verdict.rule_display import display
from tui.verdict.values import Finding

SECONDS_PER_DELETED = 0.0135
"""What the kernel takes to delete one watch (measured on Linux 6.18: 1 000 watches in 13.5 s)."""
SECONDS_PER_ADDED = 0.0004
SHORTEST_LOAD = 0.01
"""The window of a lone rule (measured: 10 to 16 ms)."""
FLOOD = 100_000
"""Bytes of log a second with Docker's data directory watched as a whole (konstruktoid/ansible-role-hardening, issue 357)."""
RESTART_SECONDS = "1 to 2 s"
"""Measured on Debian 12 (sysvinit) and Debian 13 (systemd)."""


def reload_seconds(draft: PlanDraft) -> float:
    """How long the load leaves the host without some of its rules, estimated from their number."""
    return max(SHORTEST_LOAD, len(draft.host.kernel_rules) * SECONDS_PER_DELETED + len(draft.expected) * SECONDS_PER_ADDED)


def of_host(log: HostLog) -> tuple[Notice[WarningKind], ...]:
    """The warnings about this host whatever the plan does: its log storage."""
    return log_warnings(log)


def of_plan(
    findings: Sequence[Finding], draft: PlanDraft, facts: HostFacts, switches: Switches, commands: Sequence[Command]
) -> tuple[Notice[WarningKind], ...]:
    """Every warning of a plan: what the load does to the machine, then the other costs of the run."""
    return (
        *_of_lock(draft, facts, switches, commands),
        *(effect_notices(draft.loaded, draft.host.status, locks=_locks(commands)) if commands else ()),
        *_of_host_stop(findings, draft.host.log),
        *_of_reboot(draft),
        *_of_image(facts, draft),
        *_of_boot(draft),
        *_of_other_daemon(facts, commands),
        *_of_no_load(draft, facts, switches),
        *_of_silence(draft, facts),
        *_of_window(draft, facts, commands),
        *_of_others(findings, draft, facts, commands),
        *_of_kernel_only(draft, facts, switches, commands),
        *_of_hard_links(draft),
        *_of_files(draft),
        *_of_paths(findings, draft.host.log, switches),
        *_of_refusals(findings),
        *(notice for notice in log_warnings(draft.host.log) if not _is_host_stop(notice)),
    )


def _is_host_stop(notice: Notice[WarningKind]) -> bool:
    return notice.kind in HOST_STOPS.values()


def _of_host_stop(findings: Sequence[Finding], log: HostLog) -> Iterator[Notice[WarningKind]]:
    """What takes the machine down once the log's partition runs low, and how soon the planned watches alone could bring it there."""
    stops = [notice for notice in log_warnings(log) if _is_host_stop(notice)]
    yield from stops
    story = log_story(log)
    floods = [finding for finding in findings if finding.result == "fail" and _is_flood(finding)]
    rooms = (
        [story.state.room_above(name) for (_, name), kind in HOST_STOPS.items() if kind in [stop.kind for stop in stops]]
        if story
        else []
    )
    room = min((room for room in rooms if room is not None), default=None)
    if floods and room is not None:
        hours = room / FLOOD / 3600
        yield Notice(
            "flood-stops-host",
            f"The watch on {clean(floods[0].path)} could bring this host there in {days_text(hours / 24)}. An administrator measured "
            f"{FLOOD // 1000} kB of log a second of everything in that directory; {size_text(room)} are left.",
            f"Rehearse first: docker-audit-wizard rehearse --control {floods[0].slug} --seconds 60 counts it on this host.",
        )


def _is_flood(finding: Finding) -> bool:
    """Whether the plan would record everything in a busy directory."""
    return bool(finding.offers) and not any("never" in line for line in finding.wanted)


def consequences(draft: PlanDraft, facts: HostFacts, switches: Switches, commands: Sequence[Command]) -> tuple[str, ...]:
    """What is read again on Confirm: the first sentence of each warning about what the load does to the machine."""
    if not commands:
        return ()
    lock = [
        notice for notice in _of_lock(draft, facts, switches, commands) if notice.kind == "locks"
    ]  # what is dropped has its own line
    said = [*lock, *effect_notices(draft.loaded, draft.host.status, locks=_locks(commands))]
    return tuple(notice.text.partition(". ")[0].rstrip(".") + "." for notice in said)


def _locks(commands: Sequence[Command]) -> bool:
    return any(command.step == "lock" for command in commands)


def _of_lock(draft: PlanDraft, facts: HostFacts, switches: Switches, commands: Sequence[Command]) -> Iterator[Notice[WarningKind]]:
    """The warnings about a load that locks: what it takes with it."""
    if draft.lock is None or not _locks(commands):
        return
    where = f"{clean(str(draft.lock.place))}, “{clean(draft.lock.text.strip())}”"
    yield Notice(
        "locks",
        f"The last step locks this kernel's audit rules until the next reboot: {where}. The rules are loaded and proved before it; after it "
        "neither an undo nor anything else changes them, and a rule whose directory is renamed or unmounted is gone until that reboot. "
        "auditd is not restarted, since its restart would load and lock before the proof.",
        "--no-load writes the file and leaves the load to the next boot.",
    )
    if draft.kernel_only:
        count = len(draft.kernel_only)
        those = "; ".join(rule.text for rule in draft.kernel_only[:3]) + ("; …" if count > 3 else "")
        what = "One rule that only the kernel has is" if count == 1 else f"{count_text(count)} rules that only the kernel has are"
        yield Notice(
            "kernel-only-lost",
            f"{what} LOST when the load locks: {those}. Nothing brings {'it' if count == 1 else 'them'} back before the next reboot.",
            "--adopt takes what only the kernel has into docker.rules, as far as auditctl has words for it.",
        )


def _of_no_load(draft: PlanDraft, facts: HostFacts, switches: Switches) -> Iterator[Notice[WarningKind]]:
    if not switches.no_load or draft.host.is_immutable:
        return
    lock = f" That boot locks the rules: {clean(str(draft.lock.place))}, “{clean(draft.lock.text.strip())}”." if draft.lock else ""
    yield Notice(
        "no-load",
        "docker.rules is written and nothing is loaded, as you chose: nothing new is recorded before the next boot or load." + lock,
        "Plan a reboot, then run check again.",
    )


def _of_refusals(findings: Sequence[Finding]) -> Iterator[Notice[WarningKind]]:
    """Objects that no line can name, of controls that the plan does not block for."""
    for text in dict.fromkeys(text for finding in findings if finding.result != "fail" for text in finding.refused):
        yield Notice("line-refused", text, RENAME)


def _of_reboot(draft: PlanDraft) -> Iterator[Notice[WarningKind]]:
    if draft.host.is_immutable:
        yield Notice(
            "immutable",
            "The kernel's audit rules are locked until the next reboot (enabled 2). docker.rules is written; nothing is loaded, and "
            "nothing new is recorded before that reboot.",
            "Plan a reboot, then run check again.",
        )


def _of_image(facts: HostFacts, draft: PlanDraft) -> Iterator[Notice[WarningKind]]:
    forgets = forgets_rules(facts)
    if forgets is not None and draft.content is not None:
        yield forgets


def _of_boot(draft: PlanDraft) -> Iterator[Notice[WarningKind]]:
    """The warnings about what keeps the next boot from bringing back what the plan does."""
    yield from of_findings(draft.findings)
    yield from menus_that_switch_off(draft.host.facts)
    yield from records_lost_at_boot(draft.host.facts, draft.host.status)


def _of_other_daemon(facts: HostFacts, commands: Sequence[Command]) -> Iterator[Notice[WarningKind]]:
    daemon = facts.other_daemon
    if daemon is None:
        return
    left_out = "The rules are loaded, and auditd is not restarted: two daemons would fight for the records. " if commands else ""
    yield Notice(
        "other-daemon",
        f"{takes_the_records(daemon)} {left_out}A run proves nothing where its records do not come into auditd's log.",
        f"Look for the events where {clean(daemon.display_name)} puts them.",
    )


def _of_silence(draft: PlanDraft, facts: HostFacts) -> Iterator[Notice[WarningKind]]:
    for blocker in stuck(draft, facts, loads=True):
        if stays_silent(blocker):
            text = f"{blocker.text} The rule is worth having all the same; as things are the run ends as not proved."
            yield Notice("would-stay-blind", text, blocker.remedy)


def _of_window(draft: PlanDraft, facts: HostFacts, commands: Sequence[Command]) -> Iterator[Notice[WarningKind]]:
    steps = {command.step for command in commands}
    rules = len(draft.host.kernel_rules)
    seconds = reload_seconds(draft)
    if "load" in steps and seconds >= 0.5:
        yield Notice(
            "reload-window",
            f"The load deletes all {count_text(rules)} loaded rules before it adds them again: about {seconds:.0f} s in which this host is "
            "audited in part or not at all.",
            "Choose a quiet moment.",
        )
    if "restart" in steps:
        yield Notice(
            "restart-gap",
            f"While auditd restarts ({RESTART_SECONDS}, as a rule) events are lost, and the kernel does not count them as lost.",
            "--no-restart leaves the daemon running; augenrules --load alone loads the rules.",
        )


def _of_others(
    findings: Sequence[Finding], draft: PlanDraft, facts: HostFacts, commands: Sequence[Command]
) -> Iterator[Notice[WarningKind]]:
    """The warnings about what else the load brings into the kernel: lines that stand on disk already and have never been loaded, or
    were taken out."""
    if not commands:
        return
    asked_for = (*draft.added, *(line for finding in findings for line in finding.wanted))
    known = {*draft.host.kernel_rules, *(rule_of(line, facts) for line in asked_for)}
    others = [rule for rule in dict.fromkeys(draft.expected) if rule not in known]
    if others:
        one = len(others) == 1
        what = (
            "One rule on disk that is not loaded yet is"
            if one
            else f"{count_text(len(others))} rules on disk that are not loaded yet are"
        )
        those = "; ".join(display(rule, facts) for rule in others[:3]) + ("; …" if len(others) > 3 else "")
        yield Notice("loaded-besides", f"{what} loaded as well, and an undo leaves {'it' if one else 'them'} loaded: {those}")


def _of_kernel_only(
    draft: PlanDraft, facts: HostFacts, switches: Switches, commands: Sequence[Command]
) -> Iterator[Notice[WarningKind]]:
    count = len(draft.kernel_only)
    if not count or draft.host.is_immutable or (switches.lock and draft.lock):
        return
    what = "One loaded rule is" if count == 1 else f"{count_text(count)} loaded rules are"
    those = "; ".join(rule.text for rule in draft.kernel_only[:3]) + ("; …" if count > 3 else "")
    if switches.drop_kernel_only:
        yield Notice("kernel-only-dropped", f"{what} on no disk and will be gone after the load, as you chose: {those}")
    else:
        restarts = any(command.step == "restart" for command in commands)
        drop, when = ("the load and the restart drop", "each time") if restarts else ("the load drops", "afterwards")
        yield Notice(
            "kernel-only",
            f"{what} on no disk (agents load such rules); {drop} {'it' if count == 1 else 'them'}, so "
            f"{'it is' if count == 1 else 'they are'} put back into the kernel {when}, behind the rules from disk: {those}",
            "--drop-kernel-only lets them go.",
        )
    for rule in draft.kernel_only:
        if rule.note and not switches.drop_kernel_only:
            yield Notice("kernel-only-order", f"{rule.text}: {rule.note}")


def _of_hard_links(draft: PlanDraft) -> Iterator[Notice[WarningKind]]:
    """A warning about docker.rules under more than one name: what the run puts in its place has this name alone."""
    docker = draft.host.docker_rules
    if draft.content is None or docker is None or docker.kind != "file" or docker.links < 2:
        return
    others = "another name" if docker.links == 2 else f"{count_text(docker.links - 1)} other names"
    yield Notice(
        "docker-rules-hard-link",
        f"{DOCKER_RULES} has {others} (a hard link), where the old content stays. The run puts a new file at this name alone, and an undo "
        "does not join them again.",
        f"find / -xdev -samefile {DOCKER_RULES} shows where; link it anew after the run if something relies on it.",
    )


def _of_files(draft: PlanDraft) -> Iterator[Notice[WarningKind]]:
    for note in draft.notes:
        yield Notice("merged", note)
    if draft.loaded.stopped is not None and harmless_stop(draft):
        yield Notice(
            "load-stops-behind",
            f"The load will stop at {draft.loaded.stopped.reason} Everything that is loaded now, and our line, comes before it.",
            f"Mend {clean(draft.loaded.stopped.file)}:{draft.loaded.stopped.file_line}.",
        )
    for error in draft.loaded.errors:
        yield Notice("line-skipped", f"The load passes over {error.reason}", f"Mend {clean(error.file)}:{error.file_line}.")
    yield from draft.disk.compiled.hazards


def _flood(finding: Finding, log: HostLog) -> Notice[WarningKind]:
    """What recording everything in a busy directory means for this host's own log."""
    text = f"{finding.control}: everything in {clean(finding.path)} is a flood. An administrator measured {FLOOD // 1000} kB of log a second"
    story = log_story(log)
    largest = story.state.bound.max_bytes if story else None
    if largest:
        text += f"; at that rate the {size_text(largest)} that this host keeps reach back {days_text(largest / FLOOD / 86400)}."
    else:
        text += "."
    return Notice("flood", text, "docker-audit-wizard rehearse --control " + finding.slug + " --seconds 60 counts it on this host.")


def _of_paths(findings: Sequence[Finding], log: HostLog, switches: Switches) -> Iterator[Notice[WarningKind]]:
    for finding in findings:
        if finding.result == "fail":
            for note in finding.wanted_notes:
                yield Notice("differs-from-benchmark", f"{finding.control}: {note}")
            if _is_flood(finding):
                yield _flood(finding, log)
            for offer in finding.offers:
                advice = "Not done by this plan. Written into docker.rules by hand, it is:\n" + "\n".join(offer.lines)
                yield Notice("quieter-rules", f"{finding.control}, a quieter choice: {offer.text}", advice)
        real = finding.real_path
        if real is not None and not finding.places and any(level != "audited" for level in real.coverage.values()):
            yield Notice(
                "real-path",
                f"{finding.control}: the object itself is {clean(real.path)}; a rule on {clean(finding.path)} records nothing there.",
                "Without --named-paths it is judged, and watched, there.",
            )
