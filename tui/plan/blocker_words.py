"""The blockers of a plan in words: one function for each kind, with the way out. What stands in the way is found in blockers.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.inputs import PathKind
from tui.audit.log.conf import ConfErrorKind
from tui.audit.rules_d.augenrules import CompiledLine
from tui.audit.rules_d.load import Stop
from tui.base.amounts import count_text, quoted
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.base.notice import Notice, Place
from tui.host.boot_values import Load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, RULES_DIR, HostFacts
from tui.plan.values import BlockerKind, OnDiskKind, StayKind
from tui.verdict.boot.image import behind_link
from tui.verdict.boot.words import rules_d_instead
from tui.verdict.neighbours.defaults import switches_off_all, way_out
from tui.verdict.reasons.explain import RENAME
from tui.verdict.reasons.mending import keeps_from_recording, take_away, way_to_mend
from tui.verdict.values import Finding, ReasonKind, RuleLine, State

Blocker = Notice[BlockerKind]
WOULD_STAY: Mapping[State, StayKind] = {
    "unaudited": "would-stay-unaudited",
    "blind": "would-stay-blind",
    "shadowed": "would-stay-shadowed",
    "partial": "would-stay-partial",
    "not-persistent": "would-stay-not-persistent",
}
ON_DISK: Mapping[State, OnDiskKind] = {
    "unaudited": "unaudited-on-disk",
    "blind": "blind-on-disk",
    "shadowed": "shadowed-on-disk",
    "partial": "partial-on-disk",
    "not-persistent": "not-persistent-on-disk",
}


def unfinished_run(run: str) -> Blocker:
    """An earlier run was cut short and has been neither rolled back nor finished."""
    return Notice(
        "unfinished-run",
        f"Run {clean(run)} did not finish, and no other run begins before that one is settled. What it left half done may change this plan.",
        f"The wizard (key u) rolls it back or finishes it. To roll it back on the command line: docker-audit-wizard undo {clean(run)}",
    )


def not_installed(missing: Sequence[str]) -> str:
    """The sentence about programs that are *missing*, one at least."""
    *others, last = missing
    names = f"{', '.join(others)} and {last}" if others else last
    return f"{names} {'are' if others else 'is'} not installed on this host."


def read_only(mount_point: str) -> Blocker:
    """rules.d lies on a mount that takes no change."""
    point = clean(mount_point)
    return Notice(
        "read-only",
        f"{point} is mounted read-only, so nothing can be written to {RULES_DIR}.",
        f"Make the change where this host's image is built, or make that place writable: mount -o remount,rw {point}",
    )


def docker_rules_link(target: str | None) -> Blocker:
    """docker.rules is a link."""
    return Notice(
        "docker-rules-link",
        f"{DOCKER_RULES} is a link to {clean(target or '?')}. Whoever keeps that file would not expect it to change.",
        "Put a file of its own in the link's place, or add the line where the link leads, by hand.",
        Place(DOCKER_RULES),
    )


def docker_rules_kind(kind: PathKind) -> Blocker:
    """docker.rules is no file."""
    text = f"{DOCKER_RULES} is a {in_capitals(kind)}, not a file."
    return Notice("docker-rules-kind", text, f"Move {DOCKER_RULES} out of the way.", Place(DOCKER_RULES))


def docker_rules_owner(uid: int) -> Blocker:
    """docker.rules can be changed by others than root: by *uid*, or, where that is root, by everybody."""
    if uid == 0:
        text = f"{DOCKER_RULES} is writable by everybody, so anybody can change what is audited."
        remedy = f"Look at what is in it; then: chmod o-w {DOCKER_RULES}"
    else:
        text = f"{DOCKER_RULES} belongs to user {uid}, not to root. That user can change what is audited."
        remedy = f"Find out why; then: chown root:root {DOCKER_RULES}"
    return Notice("docker-rules-owner", text, remedy, Place(DOCKER_RULES))


def audit_rules_owner(uid: int) -> Blocker:
    """audit.rules can be changed by others than root: by *uid*, or, where that is root, by everybody."""
    whose = "is writable by everybody" if uid == 0 else f"belongs to user {uid}"
    return Notice(
        "audit-rules-owner",
        f"{AUDIT_RULES} {whose}, and auditctl refuses to load such a file. Only syslog says so, and augenrules keeps the owner.",
        f"chown root:root {AUDIT_RULES}; chmod 0640 {AUDIT_RULES}",
        Place(AUDIT_RULES),
    )


def not_a_file(path: str, kind: PathKind, target: str | None, *, leads: bool) -> Blocker:
    """Something else than a file at *path*, audit.rules or its copy, which augenrules writes with cp(1); *leads*: a link to a file."""
    shown = clean(path)
    if kind == "symlink":
        keep = f'cp --remove-destination -- "$(readlink -f {shown})" {shown}'
        return Notice(
            "audit-rules-link",
            f"{shown} is a link to {clean(target or '?')}. augenrules would write through it, and no rollback could put back what is there.",
            f"Put the file itself in the link's place: {keep}" if leads else f"The link leads to no file; take it away: rm {shown}",
            Place(path),
        )
    text = (
        f"{shown} is a {in_capitals(kind)}, not a file. augenrules may wait at it for ever, and cannot write what auditctl loads."
    )
    return Notice("audit-rules-kind", text, f"Look what it is for, and move it away: mv {shown} /root/", Place(path))


def in_capitals(kind: PathKind) -> str:
    """A kind of entry as it stands in a sentence."""
    return "FIFO" if kind == "fifo" else kind


def no_rules_folder(*, has_rules: bool) -> Blocker:
    """rules.d is not there; *has_rules*: audit.rules is."""
    make = f"install -d -m 0750 {RULES_DIR}"
    copy = f"Make it, and put into it what {AUDIT_RULES} holds: {make}; cp -a {AUDIT_RULES} {RULES_DIR}/"
    text = f"{RULES_DIR} does not exist: augenrules has nowhere to take rules from."
    return Notice("no-rules-folder", text, copy if has_rules else f"Make it: {make}", Place(RULES_DIR))


def rules_folder_owner(folder: str, uid: int) -> Blocker:
    """rules.d can be changed by others than root: by *uid*, or, where that is root, by everybody."""
    path = clean(folder)
    whose = "is writable by everybody" if uid == 0 else f"belongs to user {uid}, not to root"
    return Notice(
        "rules-folder-owner",
        f"{path} {whose}: whoever can write there can change what is audited.",
        f"Find out why, and look at what is in it; then: chown root {path}; chmod o-w {path}",
        Place(folder),
    )


def immutable_file(path: str, why: str = "it cannot be replaced") -> Blocker:
    """The attributes of *path* keep even root from changing it; *why* that matters."""
    shown = clean(path)
    text = f"{shown} has the attribute immutable or append-only (chattr +i, +a): {why}."
    return Notice("immutable-file", text, f"chattr -i -a {shown}", Place(path))


def only_in_audit_rules(lines: Sequence[CompiledLine]) -> Blocker:
    """*lines*, one at least, stand in no file of rules.d."""
    shown = quoted([clean(line.text.strip()) for line in lines])
    count, them = ("One line stands", "it") if len(lines) == 1 else (f"{len(lines)} lines stand", "them")
    return Notice(
        "only-in-audit-rules",
        f"{count} only in {AUDIT_RULES}, and augenrules would overwrite {them}: {shown}.",
        f"--adopt takes {them} into docker.rules (visible in the diff); or put {them} into a file of rules.d by hand.",
        Place(AUDIT_RULES, lines[0].number),
        ("adopt",),
    )


def line_not_adopted(number: int, why: str) -> Blocker:
    """The line of audit.rules cannot stand in docker.rules."""
    return Notice(
        "line-refused",
        f"{AUDIT_RULES}:{number} cannot be taken into docker.rules. {why}",
        "Mend that line or take it away, or put it into a file of rules.d by hand; without it augenrules would overwrite it.",
        Place(AUDIT_RULES, number),
    )


def load_would_stop(stop: Stop, at_risk: int) -> Blocker:
    """The load ends at a line; *at_risk* rules that are loaded now stand behind it."""
    rules = "rule that is" if at_risk == 1 else "rules that are"
    lost = f" {count_text(at_risk)} {rules} loaded now would be gone, since that line comes before." if at_risk else ""
    place = Place(stop.file, stop.file_line)
    return Notice("load-would-stop", f"The load of the rules on disk stops at {stop.reason}{lost}", way_to_mend(stop), place)


def deleted_on_disk(by: CompiledLine, path: str) -> Blocker:
    """A line deletes the rule for *path* that stands before it."""
    where = clean(str(by.place))
    return Notice(
        "deleted-on-disk",
        f"The rule for {clean(path)} would be deleted as soon as it is loaded, by {by.quoted}.",
        f"Take that line away, or make it the first of all rules; look at {where}.",
        Place(by.place.file, by.place.line),
    )


def kernel_only_unsayable(rule: str) -> Blocker:
    """A loaded rule could not be put back."""
    return Notice(
        "kernel-only-unsayable",
        f"A loaded rule that is on no disk cannot be put back after the load: “{rule}”. auditctl has no words for it.",
        "--drop-kernel-only lets it go; or stop what loads it, and load it again afterwards.",
        None,
        ("drop_kernel_only",),
    )


def line_refused(finding: Finding, why: str) -> Blocker:
    """No line can name the object."""
    return Notice("line-refused", f"{finding.control} {clean(finding.path)} cannot be audited as it is. {why}", RENAME)


def taken_by_another(finding: Finding, line: RuleLine) -> Blocker:
    """A line that another control of the plan asks for takes this one's events."""
    return Notice(
        WOULD_STAY[finding.state],
        f"{finding.control} {clean(finding.path)} would not be audited after the run either. “{line.text}”, which another control "
        "asks for, would take the events.",
        "Leave one of the two controls out.",
    )


def on_disk(finding: Finding, line: RuleLine, place: Place, facts: HostFacts) -> Blocker:
    """A line that is not ours leaves the control failing."""
    remedy = f"{take_away(line.text)}; then look again."
    if place.line is not None and switches_off_all(line.text, facts):
        remedy = way_out(place.file, place.line, facts)
    hides = next((reason for reason in finding.reasons if reason.kind == "boot-hides"), None)
    if hides is not None:
        remedy = hides.remedy
    return Notice(
        ON_DISK[finding.state],
        keeps_from_recording(clean(str(place)), finding.path, line.text, line.effect),
        remedy + behind_link(place.file, facts),
        place,
    )


def would_stay(finding: Finding, reason: Notice[ReasonKind] | None, settings: str = "", *, planned: bool = True) -> Blocker:
    """The control would fail after the run as well, for *reason*; *settings* are those that mend it, where they do. Without *planned* the rule is
    there already, and there is no run."""
    name, why = f"{finding.control} {clean(finding.path)}", reason.text if reason else finding.state
    told = f"{name} would not be audited after the run either. check would then say: {why}"
    return Notice(
        WOULD_STAY[finding.state],
        told if planned else f"No rule gets {name} audited: nothing is left to plan. {why}",
        settings or (reason.remedy if reason else "") or "See the reasons on the Host step, mend their cause, and look again.",
    )


def load_would_lock(line: CompiledLine) -> Blocker:
    """The load locks the kernel, by *line*, which was not agreed to."""
    return Notice(
        "load-would-lock",
        f"The load would lock this kernel's audit rules until the next reboot: {line.quoted}. "
        "After the lock the kernel gives no rule back before that reboot.",
        "--no-load only writes the file, for the next boot or load; --lock proves the rules first, and loads and locks last.",
        Place(line.place.file, line.place.line),
        ("no_load", "lock"),
    )


def lock_unproved(line: CompiledLine) -> Blocker:
    """The load locks the kernel, by *line*, and no daemon is there to prove the rules before."""
    return Notice(
        "lock-unproved",
        f"auditd is not running, so nothing could be proved before the lock. The line that locks is {line.quoted}.",
        "--no-load only writes the file, for the next boot or load; or take that line out until auditd runs.",
        Place(line.place.file, line.place.line),
        ("no_load",),
    )


def _load_alone(*, loads: bool, runs: bool, then: str = "") -> str:
    """That the load alone would do, without the restart, and until when (*then*), as the beginning of a sentence; "" where it *loads* nothing."""
    silent = "" if runs else "; nothing is recorded before auditd runs"
    return f"With --no-restart the load alone brings the rules into the kernel{then}{silent}" if loads else ""


def _start(*, runs: bool) -> str:
    """The start of auditd that a plan's restart makes, as the subject of a sentence; where it does not run (*runs*), that comes first."""
    return "A restart of auditd" if runs else "auditd does not run now, and its start"


def fails_to_start(*, runs: bool) -> str:
    """That auditd would be down after a plan's restart; *runs*: it runs now."""
    return "auditd would not come back from a restart" if runs else "auditd does not run now, and does not start"


def unit_masked(unit: str, path: str | None, *, loads: bool, runs: bool) -> Blocker:
    """systemd starts no unit that is masked, at *path*; *loads*: without the restart, the load alone would do; *runs*: the daemon runs now."""
    alone = _load_alone(loads=loads, runs=runs)
    return Notice(
        "unit-masked",
        f"{'auditd cannot be restarted' if runs else 'auditd does not run now, and cannot be started'}: {unit} is masked ({clean(path or '')}). "
        "systemd starts no such unit.",
        f"{f'{alone}; or let systemd start it again: ' if alone else ''}systemctl unmask {unit}",
        Place(path) if path else None,
        ("no_restart",) if loads else (),
    )


def conf_keeps_down(stop: Notice[ConfErrorKind], where: str, *, loads: bool, runs: bool) -> Blocker:
    """auditd does not start with its auditd.conf, for *stop*, whose text is *where*; *loads*, *runs* as of :func:`unit_masked`."""
    alone = _load_alone(loads=loads, runs=runs)
    text, mend = f"{fails_to_start(runs=runs)}. {where}", f"Mend the file. {stop.remedy}"
    if stop.kind == "restart-stops-host":  # it starts, and takes the machine down
        text, mend = f"{'' if runs else 'auditd does not run now. '}{where}", stop.remedy
    return replace(
        stop,
        text=text,
        remedy=f"{alone}; or {mend[:1].lower()}{mend[1:]}" if alone else mend,
        switches=("no_restart",) if loads else (),
    )


def restart_needs_load(stop: Stop, needs: str, *, loads: bool, runs: bool) -> Blocker:
    """auditd does not start where the load fails, at *stop*, as *needs* says; *loads*, *runs* as of :func:`unit_masked`."""
    alone = _load_alone(loads=loads, runs=runs)
    return Notice(
        "restart-needs-load",
        f"{fails_to_start(runs=runs)}: {needs} needs a load that exits 0. The load of the rules on disk exits 1 at {stop.reason}",
        f"{way_to_mend(stop)}{f' Or w{alone[1:]}.' if alone else ''}",
        Place(stop.file, stop.file_line),
        ("no_restart",) if loads else (),
    )


def restart_loads_else(load: Load, rules: Sequence[str], *, loads: bool, runs: bool) -> Blocker:
    """The restart's own *load* is of a file as it is, which lacks *rules*; *loads*, *runs* as of :func:`unit_masked`."""
    alone = _load_alone(loads=loads, runs=runs, then=", until auditd starts again")
    return Notice(
        "restart-loads-else",
        f"{_start(runs=runs)} would take the rules of rules.d out again: {clean(load.by)} then loads {clean(load.file)} as it is. "
        f"That file lacks {'; '.join(rules[:3])}{'; …' if len(rules) > 3 else ''}.",
        f"{f'{alone}. ' if alone else ''}Put the line into {clean(load.file)}, too, or {rules_d_instead(load)}",
        Place(load.file),
        ("no_restart",) if loads else (),
    )


def restart_hides(by: str, folder: str, setting: str, rules: Sequence[str], *, loads: bool, runs: bool) -> Blocker:
    """The restart's own load, by the unit *by*, does not see what *rules* are about; *loads*, *runs* as of :func:`unit_masked`."""
    alone = _load_alone(loads=loads, runs=runs)
    return Notice(
        "restart-hides",
        f"{_start(runs=runs)} would take loaded rules away. {clean(by)}, which loads them then, does not see what is in {folder} "
        f"({clean(setting)}), so it loads neither {'; '.join(rules[:3])}{'; …' if len(rules) > 3 else ''} nor what stands behind a line that it "
        "refuses.",
        f"{f'{alone}; or change the unit. ' if alone else ''}Give {clean(by)} the lines [Service] and {clean(setting).partition('=')[0]}=no: "
        f"systemctl edit {clean(by)}",
        None,
        ("no_restart",) if loads else (),
    )
