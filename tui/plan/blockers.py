"""What stands in a plan's way: each blocker with the way out, and the file and line where a line of the host is the cause. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from tui.audit.inputs import PathFacts, PathKind, Unknown
from tui.audit.log.partition import mount_of
from tui.base.cleaning import clean
from tui.base.notice import Notice, Place
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, DOCKER_RULES, RULES_DIR, FileFacts, HostFacts
from tui.plan.draft import PlanDraft, place_now, rule_of
from tui.plan.load_blockers import all_restart_blockers, is_immutable, lock_blockers, way_to_mend
from tui.plan.values import BlockerKind, OnDiskKind, StayKind, Switches
from tui.verdict.boot.words import of_findings
from tui.verdict.disk import read_disk
from tui.verdict.reasons.explain import RENAME
from tui.verdict.reasons.state import INSTALL
from tui.verdict.rule_display import unsayable
from tui.verdict.values import Finding, State
from tui.verdict.whose_files import foreign_files

WOULD_STAY: Mapping[State, StayKind] = {
    "unaudited": "would-stay-unaudited",
    "pending-reboot": "would-stay-pending-reboot",
    "not-loaded": "would-stay-not-loaded",
    "blind": "would-stay-blind",
    "shadowed": "would-stay-shadowed",
    "partial": "would-stay-partial",
    "not-persistent": "would-stay-not-persistent",
}
ON_DISK: Mapping[State, OnDiskKind] = {
    "unaudited": "unaudited-on-disk",
    "pending-reboot": "pending-reboot-on-disk",
    "not-loaded": "not-loaded-on-disk",
    "blind": "blind-on-disk",
    "shadowed": "shadowed-on-disk",
    "partial": "partial-on-disk",
    "not-persistent": "not-persistent-on-disk",
}
AS_ROOT = "Run it as root, on the host itself rather than in a container."


def unread(findings: Sequence[Finding], facts: HostFacts) -> tuple[Notice[BlockerKind], ...]:
    """Why there can be no plan at all: something it depends on could not be read."""
    blockers: list[Notice[BlockerKind]] = [
        Notice("unknown", f"{finding.control} {clean(finding.path)}: {reason.text}", reason.remedy or _way_out(facts))
        for finding in findings
        if finding.result in ("unknown", "error")
        for reason in finding.reasons[:1]
    ]
    foreign = foreign_files(facts)
    if foreign is not None:
        return (foreign,)
    if not blockers and any(finding.result == "fail" for finding in findings):
        blockers = [
            Notice("unknown", value.reason, value.way_out or _way_out(facts))
            for value in (facts.audit_status, facts.kernel_rules, facts.rules_dir, facts.audit_rules)
            if isinstance(value, Unknown)
        ]
    same: dict[str, Notice[BlockerKind]] = {}
    for blocker in blockers:
        same.setdefault(blocker.text.partition(": ")[2] or blocker.text, blocker)
    return tuple(same.values())


def _way_out(facts: HostFacts) -> str:
    if not facts.programs.auditctl:
        return INSTALL
    if audit_is_off_at_boot(facts):
        return "Take audit=0 off the kernel's command line (the boot loader's configuration), and reboot."
    return AS_ROOT


def audit_is_off_at_boot(facts: HostFacts) -> bool:
    """Whether the kernel was told at boot to leave auditing out (audit=0 or audit=off, kernel-parameters.txt)."""
    return isinstance(facts.cmdline, str) and any(word in ("audit=0", "audit=off") for word in facts.cmdline.split())


def of_plan(draft: PlanDraft, facts: HostFacts, switches: Switches, *, loads: bool) -> tuple[Notice[BlockerKind], ...]:
    """The blockers of a plan: everything that speaks against carrying the draft out on this host; *loads*: it writes or loads a rule."""
    found = [
        *_of_privileges(facts),
        *_of_files(draft, facts),
        *_of_compiled(draft, switches),
        *_of_load(draft, facts),
        *_of_kernel_only(draft, facts, switches),
        *(() if is_immutable(facts) or switches.no_load else lock_blockers(draft, facts, switches)),
        *all_restart_blockers(draft, facts, switches, loads=loads),
    ]
    # What the load would not reach is only worth saying where nothing plainer explains it.
    left = stuck(draft, facts, loads=loads and not switches.no_load)
    return tuple(found) or tuple(blocker for blocker in left if not (loads and stays_silent(blocker)))


def _of_privileges(facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    if facts.privileges.euid != 0:
        yield Notice("not-root", "Only root can write docker.rules and load rules.", AS_ROOT)
    if facts.programs.missing:
        yield Notice("no-audit-tools", not_installed(facts.programs.missing), INSTALL)


def not_installed(missing: Sequence[str]) -> str:
    """The sentence about programs that are *missing*, one at least."""
    *others, last = missing
    names = f"{', '.join(others)} and {last}" if others else last
    return f"{names} {'are' if others else 'is'} not installed on this host."


def _of_files(draft: PlanDraft, facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    if draft.content is not None:
        yield from _of_docker_rules(facts)
        yield from _of_folder(facts)
    if isinstance(facts.audit_rules, FileFacts):
        yield from _of_audit_rules(facts.audit_rules)
    previous = facts.paths.get(AUDIT_RULES_PREV)
    if isinstance(previous, PathFacts) and previous.kind not in ("absent", "file"):
        yield _not_a_file(previous.path, previous.kind, previous.target, leads=previous.real_path is not None)
    mount = mount_of(RULES_DIR, facts.mounts) if isinstance(facts.mounts, tuple) else None
    if mount is not None and "ro" in mount.options.split(","):
        yield Notice(
            "read-only",
            f"{clean(mount.mount_point)} is mounted read-only, so nothing can be written to {RULES_DIR}.",
            f"mount -o remount,rw {clean(mount.mount_point)}, or make the change where this host's image is built.",
        )


def _of_docker_rules(facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    """Blockers of what keeps docker.rules from being replaced, or from staying what it is then."""
    assert isinstance(facts.rules_dir, tuple)
    docker = next((file for file in facts.rules_dir if file.path == DOCKER_RULES), None)
    if docker is None:
        return
    if docker.kind == "symlink":
        yield Notice(
            "docker-rules-link",
            f"{DOCKER_RULES} is a link to {clean(docker.target or '?')}; whoever keeps that file would not expect it to change.",
            "Put a file of its own in the link's place, or add the line where the link leads, by hand.",
            Place(DOCKER_RULES),
        )
    elif docker.kind != "file":
        yield Notice(
            "docker-rules-kind",
            f"{DOCKER_RULES} is a {in_capitals(docker.kind)}, not a file.",
            "Move it out of the way.",
            Place(DOCKER_RULES),
        )
    if docker.uid != 0:
        yield Notice(
            "docker-rules-owner",
            f"{DOCKER_RULES} belongs to user {docker.uid}, not to root: whoever that is can change what is audited.",
            f"Find out why; then: chown root:root {DOCKER_RULES}",
            Place(DOCKER_RULES),
        )
    elif docker.kind == "file" and docker.mode & 0o002:
        yield Notice(
            "docker-rules-owner",
            f"{DOCKER_RULES} is writable by everybody: whoever likes can change what is audited.",
            f"Look at what is in it; then: chmod o-w {DOCKER_RULES}",
            Place(DOCKER_RULES),
        )
    if docker.immutable:
        yield _immutable_file(DOCKER_RULES)


def endless_entries(facts: HostFacts) -> tuple[Notice[Literal["endless-entry"]], ...]:
    """The entries of rules.d at which augenrules would wait for ever, whoever starts it."""
    hazards = read_disk(facts).compiled.hazards
    return tuple(Notice("endless-entry", each.text, each.remedy, each.place) for each in hazards if each.kind == "endless-entry")


def _of_audit_rules(compiled: FileFacts) -> Iterator[Notice[BlockerKind]]:
    """Blockers of what keeps augenrules from writing audit.rules, or auditctl from loading it."""
    if compiled.kind != "file":
        yield _not_a_file(compiled.path, compiled.kind, compiled.target, leads=compiled.content is not None)
        return
    if compiled.immutable:
        yield _immutable_file(AUDIT_RULES, "augenrules would load the old rules and still exit 0")
    if compiled.uid != 0 or compiled.mode & 0o002:
        whose = "is writable by everybody" if compiled.uid == 0 else f"belongs to user {compiled.uid}"
        yield Notice(
            "audit-rules-owner",
            f"{AUDIT_RULES} {whose}, and augenrules keeps it so: auditctl refuses to load such a file, and says so in syslog alone.",
            f"chown root:root {AUDIT_RULES}; chmod 0640 {AUDIT_RULES}",
            Place(AUDIT_RULES),
        )


def _not_a_file(path: str, kind: PathKind, target: str | None, *, leads: bool) -> Notice[BlockerKind]:
    """Something else than a file at *path*, audit.rules or its copy, which augenrules writes with cp(1); *leads*: a link to a file."""
    shown = clean(path)
    if kind == "symlink":
        keep = f'cp --remove-destination -- "$(readlink -f {shown})" {shown}'
        return Notice(
            "audit-rules-link",
            f"{shown} is a link to {clean(target or '?')}: augenrules would write through it, and no rollback could put back what is there.",
            f"Put the file itself in the link's place: {keep}" if leads else f"It leads to no file; take it away: rm {shown}",
            Place(path),
        )
    text = (
        f"{shown} is a {in_capitals(kind)}, not a file: augenrules may wait at it for ever, and cannot write what auditctl loads."
    )
    return Notice("audit-rules-kind", text, f"Look what it is for, and move it away: mv {shown} /root/", Place(path))


def in_capitals(kind: PathKind) -> str:
    """A kind of entry as it stands in a sentence."""
    return "FIFO" if kind == "fifo" else kind


def _of_folder(facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    """Blockers of what keeps a file from being put into rules.d, or from staying what it is once it is there."""
    folder = facts.rules_folder
    if folder is None and facts.programs.augenrules:  # without augenrules, the package that brings it brings the folder
        make = f"install -d -m 0750 {RULES_DIR}"
        yield Notice(
            "no-rules-folder",
            f"{RULES_DIR} does not exist: augenrules has nowhere to take rules from.",
            f"Make it: {make}"
            if facts.audit_rules is None
            else f"Make it, and put into it what {AUDIT_RULES} holds: {make}; cp -a {AUDIT_RULES} {RULES_DIR}/",
            Place(RULES_DIR),
        )
    if not isinstance(folder, FileFacts):
        return
    path = clean(folder.path)
    if folder.immutable:
        yield _immutable_file(folder.path, "no file in it can be made or replaced")
    if folder.uid != 0 or folder.mode & 0o002:
        whose = "is writable by everybody" if folder.uid == 0 else f"belongs to user {folder.uid}, not to root"
        yield Notice(
            "rules-folder-owner",
            f"{path} {whose}: whoever can write there can change what is audited.",
            f"Find out why, and look at what is in it; then: chown root {path}; chmod o-w {path}",
            Place(folder.path),
        )


def _immutable_file(path: str, why: str = "it cannot be replaced") -> Notice[BlockerKind]:
    shown = clean(path)
    text = f"{shown} has the attribute immutable or append-only (chattr +i, +a): {why}."
    return Notice("immutable-file", text, f"chattr -i -a {shown}", Place(path))


def _of_compiled(draft: PlanDraft, switches: Switches) -> Iterator[Notice[BlockerKind]]:
    lines = draft.only_compiled
    if lines and not switches.adopt:
        shown = "; ".join(clean(line.text.strip()) for line in lines[:3]) + ("; …" if len(lines) > 3 else "")
        count = "One line stands" if len(lines) == 1 else f"{len(lines)} lines stand"
        yield Notice(
            "only-in-audit-rules",
            f"{count} only in {AUDIT_RULES}, and augenrules would overwrite {'it' if len(lines) == 1 else 'them'}: {shown}",
            "--adopt takes them into docker.rules (visible in the diff); or put them into a file of rules.d by hand.",
            Place(AUDIT_RULES, lines[0].number),
        )
    for line, why in draft.unadoptable if switches.adopt else ():
        yield Notice(
            "line-refused",
            f"{AUDIT_RULES}:{line.number} cannot be taken into docker.rules. {why}",
            "Mend that line or take it away, or put it into a file of rules.d by hand; without it augenrules would overwrite it.",
            Place(AUDIT_RULES, line.number),
        )


def _of_load(draft: PlanDraft, facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    stop = draft.loaded.stopped
    if stop is None or harmless_stop(draft):
        return
    if stop.kind == "endless-entry":
        yield Notice(stop.kind, stop.reason, way_to_mend(stop), Place(stop.file))
        return
    lost = f" {len(draft.at_risk)} rules that are loaded now stand behind it and would be gone." if draft.at_risk else ""
    yield Notice(
        "load-would-stop",
        f"The load would stop at {stop.reason}{lost}",
        way_to_mend(stop),
        Place(stop.file, stop.file_line),
    )


def _of_deletions(finding: Finding, draft: PlanDraft, facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    """Blockers of lines behind the control's own that delete it again."""
    wanted = {rule_of(line, facts) for line in finding.wanted}
    for deletion in draft.disk.loaded.deleted:
        if rule_of(deletion.line.text, facts) in wanted:
            place = deletion.by.place
            where = clean(str(place))
            yield Notice(
                "deleted-on-disk",
                f"{where}, “{clean(deletion.by.text.strip())}”, would delete the rule for {clean(finding.path)} as soon as it is loaded.",
                f"Take that line away, or make it the first of all rules; look at {where}.",
                Place(place.file, place.line),
            )


def harmless_stop(draft: PlanDraft) -> bool:
    """Whether the load stops only behind everything that matters: our rules load, and nothing that is loaded now is lost."""
    stop = draft.loaded.stopped
    return (
        (stop is None or stop.kind != "endless-entry")
        and not draft.at_risk
        and all(finding.result != "fail" or finding.only_boot_fails for finding in draft.findings)
    )


def _of_kernel_only(draft: PlanDraft, facts: HostFacts, switches: Switches) -> Iterator[Notice[BlockerKind]]:
    if switches.drop_kernel_only:
        return
    for rule in unsayable((each.rule for each in draft.kernel_only), facts):
        text = next(each.text for each in draft.kernel_only if each.rule == rule)
        yield Notice(
            "kernel-only-unsayable",
            f"A loaded rule that is on no disk cannot be put back, since auditctl has no words for it: {text}",
            "--drop-kernel-only lets it go; or stop what loads it, and load it again afterwards.",
        )


def stuck(draft: PlanDraft, facts: HostFacts, *, loads: bool) -> tuple[Notice[BlockerKind], ...]:
    """Why the draft would leave a control failing, from the findings of the host as it would be; *loads*: it loads a rule now."""
    blockers: dict[tuple[Place | None, BlockerKind], Notice[BlockerKind]] = {}
    for finding in draft.findings:
        if finding.result != "fail" or finding.state == "pending-reboot":
            continue
        if finding.only_boot_fails:
            if not loads and (blocker := _of_boot(finding)):
                blockers.setdefault((None, blocker.kind), blocker)
            continue  # A rule that is loaded now is worth having, whatever the next boot does.
        if finding.state == "not-persistent" and is_immutable(facts) and not finding.hindrances:
            continue
        for blocker in _hindered(finding, draft, facts):
            blockers.setdefault((blocker.place, blocker.kind), blocker)
    return tuple(blockers.values())


def _of_boot(finding: Finding) -> Notice[BlockerKind] | None:
    return next(iter(of_findings((finding,))), None)


def stays_silent(blocker: Notice[BlockerKind]) -> bool:
    """Whether the rule itself would be right, and only its events would not reach the log: better a right rule now than none then."""
    return blocker.kind == "would-stay-blind"


def _hindered(finding: Finding, draft: PlanDraft, facts: HostFacts) -> Iterator[Notice[BlockerKind]]:
    for text in finding.refused:
        yield Notice("line-refused", f"{finding.control} {clean(finding.path)} cannot be audited as it is. {text}", RENAME)
    if finding.refused:
        return
    for line in finding.hindrances:
        place = place_now(line, draft)
        if place is None:
            yield Notice(
                WOULD_STAY[finding.state],
                f"{finding.control} {clean(finding.path)} would not be audited after the run either: “{line.text}”, which another control "
                "asks for, would take its events.",
                "Leave one of the two controls out.",
            )
            continue
        yield Notice(
            ON_DISK[finding.state],
            f"{clean(str(place))}, “{line.text}”{_effect(line.effect)} {clean(finding.path)} would stay unaudited.",
            "Take that line away or narrow it (it is not ours to judge what it is for), then look again.",
            Place(place.file, place.line),
        )
    if finding.hindrances:
        return
    plainer = (*_of_load(draft, facts), *_of_deletions(finding, draft, facts))
    yield from plainer
    if plainer:
        return
    # What keeps the plan from a line where the object lies comes first; what only names the state ends in "the plan adds the line".
    causes = sorted(finding.reasons, key=lambda reason: (reason.kind != "not-trusted", reason.kind == finding.state))
    reason = causes[0] if causes else None
    yield Notice(
        WOULD_STAY[finding.state],
        f"{finding.control} {clean(finding.path)} would not be audited after the run either. "
        f"check would then say: {reason.text if reason else finding.state}",
        (reason.remedy if reason else "") or "See the reasons on the Host step, mend their cause, and look again.",
    )


def _effect(text: str) -> str:
    """What a line does, as it follows the line in a sentence: some effects are sentences of their own."""
    return f": {text}" if text.endswith(".") else f", {text};"
