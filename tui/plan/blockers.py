"""What stands in a plan's way: which blockers hold. The sentences, with the way out, are in blocker_words.py. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.inputs import PathFacts, Unknown
from tui.audit.log.partition import mount_of
from tui.audit.rule.value import Rule
from tui.audit.rules_d.compiled import as_it_stands
from tui.audit.rules_d.load import Loaded
from tui.base.notice import Notice, Place
from tui.base.paths import within
from tui.base.typing import Literal
from tui.host.boot_load import rules_to_load, start_loads
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, AUDITD_UNIT, DOCKER_RULES, RULES_DIR, FileFacts, HostFacts
from tui.host.kernel_line import switched_off
from tui.host.start_needs import failing_line, needs_load
from tui.host.unit_settings import hidden_from
from tui.plan import blocker_words as words
from tui.plan.draft import PlanDraft, place_now, rule_of
from tui.plan.log import log_story, settings_against
from tui.plan.values import BlockerKind, Switches
from tui.verdict.boot.kernel_words import way_out_of_off
from tui.verdict.boot.words import of_findings
from tui.verdict.disk import load_into, read_disk
from tui.verdict.objects.whose_files import foreign_files, not_from_files
from tui.verdict.reasons.mending import way_to_mend
from tui.verdict.reasons.state import INSTALL
from tui.verdict.rule_display import display, unsayable
from tui.verdict.together import told_together
from tui.verdict.values import Finding, ReasonKind

AS_ROOT = "Run this program as root, on the host itself rather than in a container."


def unread(findings: Sequence[Finding], facts: HostFacts) -> tuple[Notice[BlockerKind], ...]:
    """Why there can be no plan at all: something it depends on could not be read."""
    blockers: list[Notice[BlockerKind]] = [
        Notice(
            "unknown",
            f"{finding.control}: {reason.text}" if reason.kind == "unread-path" else reason.text,
            reason.remedy or way_to_read(facts),
        )
        for finding in findings
        if finding.result in ("unknown", "error")
        for reason in finding.reasons[:1]
    ]
    foreign = foreign_files(facts) or not_from_files(facts)
    if foreign is not None:
        return (foreign,)
    if not blockers and any(finding.result == "fail" for finding in findings):
        blockers = [
            Notice("unknown", value.reason, value.way_out or way_to_read(facts))
            for value in (facts.audit_status, facts.kernel_rules, facts.rules_dir, facts.audit_rules)
            if isinstance(value, Unknown)
        ]
    same: dict[str, Notice[BlockerKind]] = {}
    for blocker in blockers:
        same.setdefault(blocker.text.partition(": ")[2] or blocker.text, blocker)
    return tuple(same.values())


def way_to_read(facts: HostFacts) -> str:
    """What makes readable what of the kernel or the rules could not be read: tools, a boot with auditing, or root on the host itself."""
    if not facts.programs.auditctl:
        return INSTALL
    if audit_is_off_at_boot(facts):
        return way_out_of_off(facts)
    return AS_ROOT


def audit_is_off_at_boot(facts: HostFacts) -> bool:
    """Whether the kernel was told at boot to leave auditing out (audit=0 or audit=off, kernel-parameters.txt)."""
    return isinstance(facts.cmdline, str) and bool(switched_off(facts.cmdline))


def of_plan(draft: PlanDraft, switches: Switches, *, loads: bool) -> tuple[Notice[BlockerKind], ...]:
    """The blockers of a plan: everything that speaks against carrying the draft out on this host; *loads*: it writes or loads a rule."""
    found = [
        *_of_privileges(draft.host.facts),
        *_of_files(draft),
        *_of_compiled(draft, switches),
        *_of_load(draft),
        *_of_kernel_only(draft, switches),
        *_of_lock(draft, switches),
        *_of_restart(draft, switches, loads=loads),
    ]
    # What the load would not reach is only worth saying where nothing plainer explains it.
    left = stuck(draft, loads=loads and not switches.no_load)
    return tuple(found) or tuple(blocker for blocker in left if not (loads and stays_silent(blocker)))


def _of_privileges(facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    if facts.privileges.euid != 0:
        yield Notice("not-root", "Only root can write docker.rules and load rules.", AS_ROOT)
    if facts.programs.missing:
        yield Notice("no-audit-tools", words.not_installed(facts.programs.missing), INSTALL)


def _of_files(draft: PlanDraft) -> Iterator[Notice[BlockerKind]]:
    facts = draft.host.facts
    if draft.content is not None:
        yield from _of_docker_rules(draft.host.docker_rules)
        yield from _of_folder(facts)
    if isinstance(facts.audit_rules, FileFacts):
        yield from _of_audit_rules(facts.audit_rules)
    previous = facts.paths.get(AUDIT_RULES_PREV)
    if isinstance(previous, PathFacts) and previous.kind not in ("absent", "file"):
        yield words.not_a_file(previous.path, previous.kind, previous.target, leads=previous.real_path is not None)
    mount = mount_of(RULES_DIR, facts.known_mounts)
    if mount is not None and "ro" in mount.options.split(","):
        yield words.read_only(mount.mount_point)


def _of_docker_rules(docker: FileFacts | None) -> Iterator[Notice[BlockerKind]]:
    """Blockers of what keeps docker.rules from being replaced, or from staying what it is then."""
    if docker is None:
        return
    if docker.kind == "symlink":
        yield words.docker_rules_link(docker.target)
    elif docker.kind != "file":
        yield words.docker_rules_kind(docker.kind)
    if docker.uid != 0 or (docker.kind == "file" and docker.mode & 0o002):
        yield words.docker_rules_owner(docker.uid)
    if docker.immutable:
        yield words.immutable_file(DOCKER_RULES)


def endless_entries(facts: HostFacts) -> tuple[Notice[Literal["endless-entry"]], ...]:
    """The entries of rules.d at which augenrules would wait for ever, whoever starts it."""
    hazards = read_disk(facts).compiled.hazards
    return tuple(Notice("endless-entry", each.text, each.remedy, each.place) for each in hazards if each.kind == "endless-entry")


def _of_audit_rules(compiled: FileFacts) -> Iterator[Notice[BlockerKind]]:
    """Blockers of what keeps augenrules from writing audit.rules, or auditctl from loading it."""
    if compiled.kind != "file":
        yield words.not_a_file(compiled.path, compiled.kind, compiled.target, leads=compiled.content is not None)
        return
    if compiled.immutable:
        yield words.immutable_file(AUDIT_RULES, "augenrules would load the old rules and still exit 0")
    if compiled.uid != 0 or compiled.mode & 0o002:
        yield words.audit_rules_owner(compiled.uid)


def _of_folder(facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    """Blockers of what keeps a file from being put into rules.d, or from staying what it is once it is there."""
    folder = facts.rules_folder
    if folder is None and facts.programs.augenrules:  # without augenrules, the package that brings it brings the folder
        yield words.no_rules_folder(has_rules=facts.audit_rules is not None)
    if not isinstance(folder, FileFacts):
        return
    if folder.immutable:
        yield words.immutable_file(folder.path, "no file in it can be made or replaced")
    if folder.uid != 0 or folder.mode & 0o002:
        yield words.rules_folder_owner(folder.path, folder.uid)


def _of_compiled(draft: PlanDraft, switches: Switches) -> Iterator[Notice[BlockerKind]]:
    if draft.only_compiled and not switches.adopt:
        yield words.only_in_audit_rules(draft.only_compiled)
    for line, why in draft.unadoptable if switches.adopt else ():
        yield words.line_not_adopted(line.number, why)


def _of_load(draft: PlanDraft) -> Iterator[Notice[BlockerKind]]:
    stop = draft.loaded.stopped
    if stop is None or harmless_stop(draft):
        return
    if stop.kind == "endless-entry":
        yield Notice("endless-entry", stop.reason, way_to_mend(stop), Place(stop.file))
    else:
        yield words.load_would_stop(stop, len(draft.at_risk))


def _of_deletions(finding: Finding, draft: PlanDraft) -> Iterator[Notice[BlockerKind]]:
    """Blockers of lines behind the control's own that delete it again."""
    facts = draft.host.facts
    wanted = {rule_of(line, facts) for line in finding.wanted}
    for deletion in draft.disk.loaded.deleted:
        if rule_of(deletion.line.text, facts) in wanted:
            yield words.deleted_on_disk(deletion.by, finding.path)


def harmless_stop(draft: PlanDraft) -> bool:
    """Whether the load stops only behind everything that matters: our rules load, and nothing that is loaded now is lost. Whether their events
    reach the log is another matter (:func:`stays_silent`)."""
    stop = draft.loaded.stopped
    return (
        (stop is None or stop.kind != "endless-entry")
        and not draft.at_risk
        and all(finding.result != "fail" or finding.only_boot_fails or _is_right(finding) for finding in draft.findings)
    )


def _is_right(finding: Finding) -> bool:
    """Whether the rules are right, and only their events do not reach the log, for a cause that is no line on disk."""
    return finding.state == "blind" and not finding.hindrances


def _of_kernel_only(draft: PlanDraft, switches: Switches) -> Iterator[Notice[BlockerKind]]:
    if switches.drop_kernel_only:
        return
    for rule in unsayable((each.rule for each in draft.kernel_only), draft.host.facts):
        text = next(each.text for each in draft.kernel_only if each.rule == rule)
        yield words.kernel_only_unsayable(text)


def _of_lock(draft: PlanDraft, switches: Switches) -> Iterator[Notice[BlockerKind]]:
    """What the load, or the restart with its own load, closes until the next boot."""
    if draft.lock is None or draft.host.is_immutable or switches.no_load:
        return
    if not switches.lock:
        yield words.load_would_lock(draft.lock)
    elif not draft.host.status.pid:
        yield words.lock_unproved(draft.lock)


def _of_restart(draft: PlanDraft, switches: Switches, *, loads: bool) -> Iterator[Notice[BlockerKind]]:
    """What would keep auditd from coming back from the plan's restart; *loads*: the plan loads a rule, too."""
    facts = draft.host.facts
    if (
        draft.host.is_immutable
        or facts.other_daemon
        or switches.no_restart
        or switches.no_load
        or (draft.lock is not None and switches.lock)
    ):
        return
    runs = bool(draft.host.status.pid)
    yield from _of_conf(draft, loads=loads, runs=runs)
    unit = facts.units.get(AUDITD_UNIT)
    if facts.programs.systemd and unit is not None and unit.is_masked:
        yield words.unit_masked(AUDITD_UNIT, unit.path, loads=loads, runs=runs)
    needs = needs_load(facts)
    stop = failing_line(draft.loaded) or failing_line(_loaded_by_restart(draft))
    if needs and stop is not None:
        yield words.restart_needs_load(stop, needs, loads=loads, runs=runs)
    by = (start_loads(facts) or (None,))[-1]
    if by is not None and not by.compiles and by.file != AUDIT_RULES and (lost := _lost_to(by.file, draft)):
        yield words.restart_loads_else(by, [display(rule, facts) for rule in lost], loads=loads, runs=runs)
    hidden = hidden_from(facts.units[by.by]) if by is not None and by.by in facts.units else {}
    for folder, setting in hidden.items():
        unseen = [rule for rule in draft.expected if rule.path and within(rule.path.rstrip("/"), folder)]
        if by is not None and unseen:
            yield words.restart_hides(by.by, folder, setting, [display(rule, facts) for rule in unseen], loads=loads, runs=runs)


def _of_conf(draft: PlanDraft, *, loads: bool, runs: bool) -> Iterator[Notice[BlockerKind]]:
    """What in auditd.conf would keep it from coming back; *loads*: without the restart the load alone would do; *runs*: it runs now."""
    story = log_story(draft.host.log)
    stop = story.stops_restart if story else None
    if stop is not None:
        line = stop.text.startswith("Line ") and stop.place is not None
        where = f"{stop.place.file}, l{stop.text[1:]}" if line and stop.place else stop.text
        yield words.conf_keeps_down(stop, where, loads=loads, runs=runs)


def _lost_to(path: str, draft: PlanDraft) -> list[Rule]:
    """The rules of rules.d that the load of the file at *path*, as it is, leaves out of a kernel that holds all of the plan's."""
    file, facts = rules_to_load(path, draft.host.facts), draft.future.facts
    content = (file.content or b"") if isinstance(file, FileFacts) else b""
    held = frozenset(load_into(facts, as_it_stands(content, path), draft.expected).rules)
    return [rule for rule in draft.disk.loaded.rules if rule not in held]


def _loaded_by_restart(draft: PlanDraft) -> Loaded:
    """What auditd's start loads once the rules of the plan are loaded."""
    if draft.future.facts.paths is draft.host.facts.paths:
        return draft.disk.loaded_over(draft.expected, draft.future.facts)
    return load_into(draft.future.facts, draft.disk.compiled, draft.expected)


def stuck(draft: PlanDraft, *, loads: bool) -> tuple[Notice[BlockerKind], ...]:
    """Why the draft would leave a control failing, from the findings of the host as it would be; *loads*: it loads a rule now."""
    told: list[tuple[Finding, Notice[BlockerKind]]] = []
    by_boot: list[Finding] = []
    for finding in draft.findings:
        # What a load or the next boot brings in is no obstacle; a plan's load that does not bring it in is rolled back by its run.
        if finding.result != "fail" or finding.state in ("pending-reboot", "not-loaded"):
            continue
        if finding.only_boot_fails:
            by_boot.append(finding)  # A rule that is loaded now is worth having, whatever the next boot does.
            continue
        if finding.state == "not-persistent" and draft.host.is_immutable and not finding.hindrances:
            continue
        told += ((finding, blocker) for blocker in _hindered(finding, draft, planned=loads))
    return (*told_together(told), *(() if loads else of_findings(by_boot)))


def stays_silent(blocker: Notice[BlockerKind]) -> bool:
    """Whether the rule itself would be right, and only its events would not reach the log: better a right rule now than none then."""
    return blocker.kind == "would-stay-blind"


_NO_CAUSES: frozenset[ReasonKind] = frozenset({"unaudited", "not-persistent", "benchmark-passes", "benchmark-misses"})


def _hindered(finding: Finding, draft: PlanDraft, *, planned: bool) -> Iterator[Notice[BlockerKind]]:
    for text in finding.refused:
        yield words.line_refused(finding, text)
    if finding.refused:
        return
    for line in finding.hindrances:
        place = place_now(line, draft)
        yield (
            words.taken_by_another(finding, line)
            if place is None
            else words.on_disk(finding, line, Place(place.file, place.line), draft.host.facts)
        )
    if finding.hindrances:
        return
    plainer = (*_of_load(draft), *_of_deletions(finding, draft))
    yield from plainer
    if plainer:
        return
    # What keeps the plan from a line where the object lies comes first; what a scanner says and what ends in "the plan adds the line", last.
    causes = sorted(finding.reasons, key=lambda reason: (reason.kind != "not-trusted", reason.kind in _NO_CAUSES))
    reason = causes[0] if causes else None
    yield words.would_stay(
        finding, reason, settings_against(draft.host.log, reason.text) if reason is not None else "", planned=planned
    )
