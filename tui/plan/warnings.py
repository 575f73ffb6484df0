"""What a plan costs, and what goes wrong on its host: which warnings hold. The sentences are in warning_words.py. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from tui.audit.log.warning_words import HOST_STOPS
from tui.audit.rule.value import Rule
from tui.base.notice import Notice, first_sentence
from tui.host.boot_load import stop_load
from tui.plan import warning_words as words
from tui.plan.blockers import harmless_stop, stays_silent, stuck
from tui.plan.draft import PlanDraft, rule_of
from tui.plan.load_effects import effect_notices
from tui.plan.log import log_story, log_warnings, rehearsed_figure
from tui.plan.values import Command, CommandStep, Switches, WarningKind
from tui.verdict.boot.image import forgets_rules
from tui.verdict.boot.kernel_words import menus_that_switch_off, menus_untold, records_lost_at_boot
from tui.verdict.boot.words import of_findings
from tui.verdict.host_log import HostLog
from tui.verdict.silence import where_proved
from tui.verdict.values import Finding

SECONDS_PER_DELETED = 0.0135
"""What the kernel takes to delete one watch (measured on Linux 6.18: 1 000 watches in 13.5 s)."""
SECONDS_PER_ADDED = 0.0004
SHORTEST_LOAD = 0.01
"""The window of a lone rule (measured: 10 to 16 ms)."""
LONG_LOAD = 0.5
"""Seconds from which on the window of a load is a warning."""

Steps = Set[CommandStep]
"""The steps of the run that start a program."""
Warnings = Iterator[Notice[WarningKind]]
NOT_REHEARSED: Mapping[str, float] = {}


def reload_seconds(draft: PlanDraft) -> float:
    """How long the load leaves the host without some of its rules, estimated from their number."""
    return load_window(len(draft.host.kernel_rules), len(draft.expected))


def load_window(deleted: int, added: int) -> float:
    """How long a load leaves the host without some of its rules, in seconds, estimated from how many it deletes and adds; 0.0 where none is
    loaded that could be missed."""
    return 0.0 if not deleted else max(SHORTEST_LOAD, deleted * SECONDS_PER_DELETED + added * SECONDS_PER_ADDED)


def of_host(log: HostLog) -> tuple[Notice[WarningKind], ...]:
    """The warnings about this host whatever the plan does: its log storage."""
    return log_warnings(log)


def of_plan(
    findings: Sequence[Finding],
    draft: PlanDraft,
    switches: Switches,
    commands: Sequence[Command],
    rehearsed: Mapping[str, float] = NOT_REHEARSED,
) -> tuple[Notice[WarningKind], ...]:
    """Every warning of a plan: what the load does to the machine, then the other costs of the run. *rehearsed* is what a rehearsal
    counted of controls, by slug, in bytes of log a second."""
    steps = _steps(commands)
    floods = _floods(findings, rehearsed)
    return (
        *_of_machine(draft, steps),
        *_of_silence(draft),
        *_of_full_disk(floods, draft.host.log),
        *map(words.taken_out, draft.taken_out),
        *_of_boot(draft, switches),
        *_of_other_daemon(draft, steps),
        *_of_window(draft, steps),
        *_of_others(findings, draft, steps),
        *_of_kernel_only(draft, switches, steps),
        *_of_files(draft),
        *_of_moving(findings),
        *_of_paths(findings, floods, draft.host.log),
        *_of_refusals(findings),
        *_of_rehearsal(findings, rehearsed, draft.host.log),
        *(notice for notice in log_warnings(draft.host.log) if not _is_host_stop(notice)),
    )


def consequences(
    findings: Sequence[Finding], draft: PlanDraft, commands: Sequence[Command], rehearsed: Mapping[str, float] = NOT_REHEARSED
) -> tuple[str, ...]:
    """What is read again on Confirm: the first sentence of each warning about what the load does to the machine, what takes the machine
    down or floods its log, and how soon, what the next boot does not bring, and what the run does not reach; what is dropped has its own line
    there."""
    steps = _steps(commands)
    said: list[Notice[WarningKind]] = [
        *(notice for notice in _of_machine(draft, steps) if notice.kind != "kernel-only-lost"),
        *_of_flooded_log(_floods(findings, rehearsed), draft.host.log),
        *map(words.taken_out, draft.taken_out),
        *_of_silence(draft),
        *(_of_stop(draft) if steps else ()),
        *of_findings(draft.findings),
    ]
    sentences = [first_sentence(notice.text) for notice in said]
    if "restart" in steps and any(map(_is_host_stop, said)):
        older = "the running auditd may go by older limits."
        sentences.append(
            f"The restart puts that in force: {older if draft.host.status.pid else 'auditd reads its limits as it starts.'}"
        )
    return tuple(dict.fromkeys(sentences))


def _of_flooded_log(floods: Sequence[words.Flood], log: HostLog) -> Warnings:
    """What takes the machine down, and what the planned watches make of the log, and how soon."""
    told = tuple(_of_full_disk(floods, log))
    yield from told
    if all(map(_is_host_stop, told)):
        yield from (_flood(found, log) for found in floods)


def _flood(found: words.Flood, log: HostLog) -> Notice[WarningKind]:
    story = log_story(log)
    return words.flood(found, story.state.bound.max_bytes if story else None)


def _steps(commands: Sequence[Command]) -> Steps:
    return {command.step for command in commands}


def _of_machine(draft: PlanDraft, steps: Steps) -> Warnings:
    """What the run does to the machine besides its rules: a daemon that is down first, then a lock."""
    if "restart" in steps and not draft.host.status.pid:
        yield words.starts_auditd()
    if draft.lock is not None and "lock" in steps:
        yield words.locks(draft.lock)
        if draft.kernel_only:
            yield words.kernel_only_lost(draft.kernel_only)
    if steps:
        yield from effect_notices(draft.loaded, draft.host.status, locks="lock" in steps)


def _is_host_stop(notice: Notice[WarningKind]) -> bool:
    return notice.kind in HOST_STOPS.values()


def _of_full_disk(floods: Sequence[words.Flood], log: HostLog) -> Warnings:
    """What takes the machine down once the log's partition runs low, and how soon the planned watches alone could bring it there, or end
    the recording, or fill the disk: whatever auditd's settings make of it first."""
    yield from filter(_is_host_stop, log_warnings(log))
    story = log_story(log)
    if not floods or story is None:
        return
    state, most = story.state, story.state.bound.max_bytes
    settings = state.conf.settings
    found = max(floods, key=lambda flood: flood.rate)
    end = state.first_end or ("disk_full_action", settings.disk_full_action)
    room = state.room_above(end[0])
    if settings.max_log_file_action == "suspend" and most and settings.write_logs:
        yield words.flood_fills(found, max(most - state.log_bytes, 0), state, ("max_log_file_action", "suspend"))
    elif room is not None and settings.write_logs and state.may_fill(room):
        yield words.flood_fills(found, room, state, end)


def _of_rehearsal(findings: Sequence[Finding], rehearsed: Mapping[str, float], log: HostLog) -> Warnings:
    """What was counted of all that the plan adds."""
    rates = [rehearsed[finding.slug] for finding in findings if finding.result == "fail" and finding.slug in rehearsed]
    if rates:
        yield rehearsed_figure(log, sum(rates))


def _floods(findings: Sequence[Finding], rehearsed: Mapping[str, float]) -> tuple[words.Flood, ...]:
    """The busy directories that the plan records as a whole, by the rate that *rehearsed* has for the control, in bytes a second."""
    failing = [finding for finding in findings if finding.result == "fail" and _is_flood(finding)]
    silent = any(reason.kind == "silent" for finding in findings for reason in finding.reasons)
    return tuple(
        words.Flood(finding, rate, rehearsed=True)
        if (rate := rehearsed.get(finding.slug))
        else words.Flood(finding, countable=not silent)
        for finding in failing
    )


def _is_flood(finding: Finding) -> bool:
    """Whether the plan would record everything in a busy directory."""
    return bool(finding.offers) and not any("never" in line for line in finding.wanted)


def _of_boot(draft: PlanDraft, switches: Switches) -> Warnings:
    """What waits for the next boot, and what keeps that boot from bringing back what the plan does."""
    if draft.host.is_immutable:
        yield words.immutable()
    forgets = forgets_rules(draft.host.facts)
    if forgets is not None and draft.content is not None:
        yield forgets
    yield from of_findings(draft.findings)
    yield from menus_that_switch_off(draft.host.facts)
    yield from menus_untold(draft.host.facts)
    yield from records_lost_at_boot(draft.host.facts, draft.host.status)
    if switches.no_load and not draft.host.is_immutable:
        yield words.no_load(draft.lock)


def _of_other_daemon(draft: PlanDraft, steps: Steps) -> Warnings:
    daemon = draft.host.facts.other_daemon
    if daemon is not None:
        yield words.other_daemon(daemon, where_proved(draft.host.facts, draft.host.log), loads=bool(steps))


def _of_silence(draft: PlanDraft) -> Warnings:
    yield from map(words.would_stay_blind, filter(stays_silent, stuck(draft, loads=True)))


def _of_window(draft: PlanDraft, steps: Steps) -> Warnings:
    seconds = reload_seconds(draft)
    if "load" in steps and seconds >= LONG_LOAD:
        yield words.reload_window(len(draft.host.kernel_rules), seconds)
    if "restart" in steps and draft.host.status.pid:
        yield words.restart_gap(stop_load(draft.host.facts))


def _of_others(findings: Sequence[Finding], draft: PlanDraft, steps: Steps) -> Warnings:
    """What else the load brings into the kernel: lines that stand on disk already and have never been loaded, or were taken out."""
    if not steps:
        return
    facts = draft.host.facts
    asked_for = (*draft.added, *(line for finding in findings for line in finding.wanted))
    others: dict[Rule | None, None] = dict.fromkeys(draft.expected)
    for known in (*draft.host.kernel_rules, *(rule_of(line, facts) for line in asked_for)):
        others.pop(known, None)
    if others:
        yield words.loaded_besides([rule for rule in others if rule], facts)


def _of_kernel_only(draft: PlanDraft, switches: Switches, steps: Steps) -> Warnings:
    """What becomes of the rules that are on no disk; where the load locks, that is told with the lock."""
    rules = draft.kernel_only
    if not rules or draft.host.is_immutable or (switches.lock and draft.lock):
        return
    if switches.drop_kernel_only:
        yield words.kernel_only_dropped(rules)
    else:
        yield words.kernel_only(rules, restarts="restart" in steps)
        yield from map(words.kernel_only_order, (rule for rule in rules if rule.note))


def _of_files(draft: PlanDraft) -> Warnings:
    """What is to be known of docker.rules, and of the lines and files that the load comes to."""
    docker = draft.host.docker_rules
    if draft.content is not None and docker is not None and docker.kind == "file" and docker.links > 1:
        yield words.docker_rules_hard_link(docker.links)
    for note in draft.notes:
        yield Notice("merged", note)
    yield from _of_stop(draft)
    yield from map(words.line_skipped, draft.loaded.errors)
    yield from draft.disk.compiled.hazards


def _of_stop(draft: PlanDraft) -> Warnings:
    """That the load stops behind everything that matters."""
    if draft.loaded.stopped is not None and harmless_stop(draft):
        yield words.load_stops_behind(draft.loaded.stopped, len(draft.host.kernel_rules))


def _of_paths(findings: Sequence[Finding], floods: Sequence[words.Flood], log: HostLog) -> Warnings:
    for finding in findings:
        if finding.result == "fail":
            yield from (words.differs_from_benchmark(finding, note) for note in finding.wanted_notes)
            yield from (_flood(found, log) for found in floods if found.finding is finding)
            yield from (words.quieter_rules(finding, offer) for offer in finding.offers)
        real = finding.real_path
        if real is not None and not finding.places and any(level != "audited" for level in real.coverage.values()):
            yield words.real_path(finding, real.path)


def _of_moving(findings: Sequence[Finding]) -> Warnings:
    """What moves objects away from under the lines that the plan adds, one warning for all controls that it does that to."""
    told = [(finding.control, reason) for finding in findings if finding.result == "fail" for reason in finding.reasons]
    moving = [(control, reason) for control, reason in told if reason.kind == "moves-away"]
    for reason in dict.fromkeys(reason for _, reason in moving):
        yield words.moves_away(tuple(control for control, other in moving if other == reason), reason)


def _of_refusals(findings: Sequence[Finding]) -> Warnings:
    """Objects that no line can name, of controls that the plan does not block for."""
    refused = (text for finding in findings if finding.result != "fail" for text in finding.refused)
    yield from map(words.line_refused, dict.fromkeys(refused))
