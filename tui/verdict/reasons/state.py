"""of_state(): the reasons that the state itself has. _case_of decides which case holds; a function of the case's name words it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.base.versions import at_least
from tui.host.facts import AUDIT_RULES, HostFacts
from tui.verdict.boot.image import behind_link, forgets_rules
from tui.verdict.boot.next_boot import shallow
from tui.verdict.disk import without_directory
from tui.verdict.judgement import Judgement
from tui.verdict.neighbours.defaults import switches_off_all, way_out
from tui.verdict.neighbours.general import of_general_rules
from tui.verdict.neighbours.lookalikes import of_lookalikes
from tui.verdict.neighbours.overwritten import overwritten_line
from tui.verdict.neighbours.unreached import of_unreached
from tui.verdict.objects.subject import Subject
from tui.verdict.objects.wanted import deeper_after_boot, make_early
from tui.verdict.reasons.boot import of_boot
from tui.verdict.reasons.mending import keeps_from_recording, take_away
from tui.verdict.reasons.places import by_place, kernel_rule, recording_places, rule_and_place, stored_place
from tui.verdict.reasons.plan_words import load_again, plan_adds, start_again
from tui.verdict.rule_display import display
from tui.verdict.values import ReasonKind, State

RELOAD = "augenrules --load"
INSTALL = "Install the audit package (auditd on Debian and Ubuntu, audit elsewhere), then look again."

Case = Literal[
    "blind-on-disk",
    "shadowed-on-disk",
    "unaudited",
    "never-reached",
    "deleted",
    "lookalike",
    "partly-by-general-rules",
    "partly",
    "pending-and-shallow",
    "pending-and-forgotten",
    "pending-and-not-loaded",
    "pending-reboot",
    "loaded-too-early",
    "not-loaded",
    "blind",
    "shadowed",
    "no-auditd-after-boot",
    "not-persistent",
    "audited-until-boot",
    "audited-and-forgotten",
    "audited-by-loaded-file",
    "audited",
]
"""A state, told apart by what its reasons have to say."""
Reasons = Iterator[Notice[ReasonKind]]
_LONGEST_EFFECT = 120
"""What a rule does, in characters, where the sentence about it says it too; longer ones stay beside the rule."""


def of_state(state: State, judged: Judgement, subject: Subject, facts: HostFacts) -> Iterable[Notice[ReasonKind]]:
    """The reasons of *state* itself; for partial the coverage tells more."""
    case = _case_of(state, judged, subject, facts)
    return () if case is None else WORDS[case](judged, subject, facts)


def _case_of(state: State, judged: Judgement, subject: Subject, facts: HostFacts) -> Case | None:
    on_disk = judged.only_disk_decides
    if state == "blind":
        return "blind-on-disk" if on_disk else "blind"
    if state == "shadowed":
        return "shadowed-on-disk" if on_disk else "shadowed"
    if state == "unaudited":
        return _why_unaudited(judged)
    if state == "partial":
        return "partly-by-general-rules" if judged.told_in_general(state) else "partly"
    if state == "pending-reboot" and _is_shallow(judged, subject, facts):
        return "pending-and-shallow"
    if state == "pending-reboot" and forgets_rules(facts) is not None:
        return "pending-and-forgotten"
    if state == "pending-reboot" and any(of_boot(judged, subject.path)):
        return "pending-and-not-loaded"
    if state == "pending-reboot":
        return "pending-reboot"
    if state == "not-loaded":
        return "loaded-too-early" if _is_loaded_early(judged) else "not-loaded"
    if state == "not-persistent":
        return "no-auditd-after-boot" if judged.persistent else "not-persistent"
    if state == "audited" and _is_shallow(judged, subject, facts):
        return "audited-until-boot"
    if state == "audited" and forgets_rules(facts) is not None:
        return "audited-and-forgotten"
    if state == "audited" and judged.booted is not None and not judged.persistent and judged.disk.boot and judged.disk.boot.last:
        return "audited-by-loaded-file"
    if state == "audited":
        return "audited"
    return None


def _why_unaudited(judged: Judgement) -> Case:
    """Whether a line on disk is meant for the path, and what becomes of it."""
    if any(of_unreached(judged.target, judged.host)):
        return "never-reached"
    if any(of_late_deletions(judged)):
        return "deleted"
    return "lookalike" if any(of_lookalikes(judged.target, judged.host, "")) else "unaudited"


def _is_shallow(judged: Judgement, subject: Subject, facts: HostFacts) -> bool:
    """Whether a boot loads every rule that reaches the path before the directory is made."""
    return subject.after_boot is not None and all(shallow(judged.disk.rules[at], facts) for at in judged.stored.reaching)


def _is_loaded_early(judged: Judgement) -> bool:
    """Whether the kernel holds a rule from disk in the form that it gets while its directory is not there yet."""
    early = {without_directory(judged.disk.rules[at]) for at in judged.stored.reaching}
    return not early.isdisjoint(judged.rules)


def _blind_on_disk(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    return _hindrances("blind-on-disk", judged)


def _shadowed_on_disk(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    return _hindrances("shadowed-on-disk", judged)


def _hindrances(kind: Literal["blind-on-disk", "shadowed-on-disk"], judged: Judgement) -> Reasons:
    for line in judged.hindrances():
        where = f"{line.file}:{line.line}"
        remedy = f"{take_away(line.text)}: {where}"
        if line.file and line.line and switches_off_all(line.text, judged.facts):
            remedy = way_out(line.file, line.line, judged.facts)
        remedy += behind_link(line.file or "", judged.facts)
        yield Notice(kind, keeps_from_recording(where, judged.target.path, line.text, line.effect), remedy)


def _never_reached(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    return of_unreached(judged.target, judged.host)


def _deleted(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    return of_late_deletions(judged)


def of_late_deletions(judged: Judgement) -> Reasons:
    """The reasons that a line on disk deletes what another one loads for the path."""
    for deletion in judged.disk.loaded.deleted:
        if judged.target.path in deletion.line.text and not judged.persistent:
            yield Notice(
                "late-delete",
                f"{clean(str(deletion.by.place))}, “{clean(deletion.by.text.strip())}”, deletes what {clean(str(deletion.line.place))} loads.",
                "Take that line away, or make it the first of all rules.",
            )


def _lookalike(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    return of_lookalikes(judged.target, judged.host, plan_adds(judged))


def _partly_by_general_rules(judged: Judgement, subject: Subject, facts: HostFacts) -> Reasons:
    yield from judged.without_general().reasons
    for position, effect in judged.loaded.effects:
        if (judged.rules[position].filter, judged.rules[position].action) == ("exit", "never") and effect.startswith("keeps "):
            remedy = f"{take_away('-a')}{by_place(judged, position)}"
            yield Notice("shadowed", f"{kernel_rule(judged, position)} {effect}.", remedy)
    yield from of_general_rules(
        [judged.rules[position] for position in judged.recording_in_general],
        subject.path,
        facts.names.machine,
        plan_adds(judged),
        alone=not judged.is_named,
    )


def _partly(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    """Who is missing is told by the coverage; that a rule watches the directory alone comes before it."""
    return (reason for reason in judged.loaded.reasons if reason.kind == "not-recursive")


def _unaudited(judged: Judgement, subject: Subject, __: HostFacts) -> Reasons:
    text = f"No rule, loaded or on disk, records accesses to {clean(subject.path)}."
    yield Notice("unaudited", text, plan_adds(judged))
    for hazard in judged.disk.compiled.hazards:
        if hazard.kind == "name-ignored":
            yield Notice("name-ignored", hazard.text, hazard.remedy)


def _pending_and_shallow(judged: Judgement, subject: Subject, facts: HostFacts) -> Reasons:
    folder = clean(subject.after_boot or "")
    early = make_early(folder, facts)
    yield Notice(
        "pending-reboot",
        f"The kernel's rules are locked until the next reboot. A boot loads {stored_place(judged)} before "
        f"{folder} is made: it then records what is made, renamed and removed there, and nothing deeper.",
        f"{early[0].upper()}{early[1:]}; then plan a reboot." if facts.programs.systemd else "Plan a reboot.",
    )


def _pending_and_forgotten(judged: Judgement, subject: Subject, facts: HostFacts) -> Reasons:
    forgets = forgets_rules(facts)
    assert forgets is not None
    yield Notice(
        "pending-reboot",
        f"The kernel's rules are locked until the next reboot. {recording_places(judged)} would record {clean(subject.path)}. "
        f"{forgets.text}",
        "Put the line into the image that this host boots from; then plan a reboot.",
    )


def _pending_and_not_loaded(judged: Judgement, subject: Subject, facts: HostFacts) -> Reasons:
    why = next(of_boot(judged, clean(subject.path)))
    remedy = why.remedy
    boot = judged.disk.boot
    if judged.compiling_helps and boot is not None and boot.last is not None:
        # From 4.0.1 on augenrules leaves at once where the kernel is locked; before it compiles, and only its load is refused.
        refuses = at_least(facts.names.audit_version, 4, 0, 1)
        file = clean(boot.last.file)
        remedy = (
            f"Put the line into {file} by hand, too: augenrules changes nothing while the kernel is locked"
            if refuses
            else f"Run augenrules (without --load), which compiles rules.d into {file}"
        )
    yield Notice(
        "pending-reboot",
        f"The kernel's rules are locked until the next reboot, and a reboot alone does not load what is on disk. "
        f"By its text {recording_places(judged)} records {clean(subject.path)}. {why.text}",
        f"{remedy.rstrip('.')}; then plan a reboot.",
    )


def _pending_reboot(judged: Judgement, subject: Subject, _: HostFacts) -> Reasons:
    yield Notice(
        "pending-reboot",
        f"The kernel's rules are locked until the next reboot. By its text {recording_places(judged)} will record "
        f"{clean(subject.path)} then.",
        "Plan a reboot.",
    )


def _loaded_too_early(judged: Judgement, subject: Subject, facts: HostFacts) -> Reasons:
    folder = clean(subject.after_boot or judged.disk.rules[judged.stored.reaching[0]].path or subject.path)
    early = f"It is so after every boot: {make_early(folder, facts)}. " if subject.after_boot and facts.programs.systemd else ""
    yield Notice(
        "loaded-too-early",
        f"{stored_place(judged)} was loaded before {folder} was made, as a boot does. So it records what is made, renamed and removed "
        "there, and nothing deeper.",
        load_again(judged, f"{early}Load the rules again: {RELOAD}"),
    )


def _not_loaded(judged: Judgement, subject: Subject, _: HostFacts) -> Reasons:
    path, boot = clean(subject.path), judged.disk.boot
    if boot is not None and (boot.obstacle or boot.last is not None) and not judged.outlasts_boot:
        # What is said of the next boot beside this holds of the last one, too.
        since = "No boot loads it as things are, and nobody has loaded it since the last boot."
    else:
        since = (
            "No load has brought it in since it was written, or the kernel has dropped it: a parent directory was renamed or removed, "
            "a file system unmounted."
        )
    text = f"{path} is not recorded: what stands at {recording_places(judged)} is not loaded. {since}"
    yield Notice("not-loaded", text, load_again(judged, f"Load the rules: {RELOAD}"))


def _blind(judged: Judgement, _: Subject, facts: HostFacts) -> Reasons:
    if judged.silent:
        yield Notice("silent", f"The rules are right, but nothing reaches the log. {judged.silent}", judged.host.way_out_of_silence)
    for blind in judged.loaded.blinding:
        rule = f" {rule_and_place(judged, blind.position)}" if blind.position is not None else ""
        yield Notice(blind.kind, f"{blind.text}{rule}", _blind_fix(blind.kind, blind.position, judged, facts))


def _shadowed(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    watched = len(judged.loaded.reaching) > len(judged.general)
    for position in judged.loaded.shadowing:
        effect = next((each.text for each in judged.loaded.effects if each.position == position), "")
        it = f". It {effect}" if 0 < len(effect) <= _LONGEST_EFFECT else ""
        taken = f"takes some of its events{it}" if judged.partly_recorded else "takes its events"
        yield Notice(
            "shadowed",
            f"{kernel_rule(judged, position)} comes before {'the watch' if watched else 'what would record it'} and {taken}.",
            f"{take_away('-a')}{by_place(judged, position)}",
        )


def _no_auditd_after_boot(judged: Judgement, subject: Subject, _: HostFacts) -> Reasons:
    return of_boot(judged, clean(subject.path))


def _not_persistent(judged: Judgement, subject: Subject, _: HostFacts) -> Reasons:
    path, line = clean(subject.path), overwritten_line(judged)
    ends = (
        "the next reboot ends it" if judged.disk.boot_only or judged.host.is_immutable else f"the next {RELOAD} or reboot ends it"
    )
    text = f"{path} is recorded now, but not by what is on disk: {ends}."
    if line is not None:
        where = f"{AUDIT_RULES}:{line.number}"
        text = (
            f"{path} is recorded now, but not by rules.d: {ends}. Only {where} has the line, and augenrules makes that file anew."
        )
    yield Notice("not-persistent", text, plan_adds(judged))


def _audited_until_boot(judged: Judgement, subject: Subject, facts: HostFacts) -> Reasons:
    folder = clean(subject.after_boot or "")
    yield Notice(
        "shallow-after-boot",
        f"Every access that the control asks for is recorded now. A boot loads {stored_place(judged)} before "
        f"{folder} is made; from then on it records what is made, renamed and removed there, and nothing deeper.",
        deeper_after_boot(folder, facts),
    )


def _audited_and_forgotten(judged: Judgement, _: Subject, facts: HostFacts) -> Reasons:
    yield Notice("audited", f"Every access that the control asks for is recorded, as by {recording_places(judged)}.")
    forgets = forgets_rules(facts)
    if forgets is not None:
        yield forgets


def _audited_by_loaded_file(judged: Judgement, subject: Subject, _: HostFacts) -> Reasons:
    assert judged.disk.boot is not None
    assert judged.disk.boot.last is not None
    file = clean(judged.disk.boot.last.file)
    yield Notice("audited", f"Every access that the control asks for is recorded now, and after a reboot by {file}.")
    yield Notice(
        "only-in-loaded-file",
        f"rules.d does not record {clean(subject.path)}: only {file} does, which the boot loads as it is.",
        "Put the rule into a file of rules.d, too, before anybody runs augenrules." if file == AUDIT_RULES else "",
    )


def _audited(judged: Judgement, _: Subject, __: HostFacts) -> Reasons:
    text = f"Every access that the control asks for is recorded now, and after a reboot by {recording_places(judged)}."
    yield Notice("audited", text)


WORDS: Mapping[Case, Callable[[Judgement, Subject, HostFacts], Reasons]] = {
    "blind-on-disk": _blind_on_disk,
    "shadowed-on-disk": _shadowed_on_disk,
    "unaudited": _unaudited,
    "never-reached": _never_reached,
    "deleted": _deleted,
    "lookalike": _lookalike,
    "partly-by-general-rules": _partly_by_general_rules,
    "partly": _partly,
    "pending-and-shallow": _pending_and_shallow,
    "pending-and-forgotten": _pending_and_forgotten,
    "pending-and-not-loaded": _pending_and_not_loaded,
    "pending-reboot": _pending_reboot,
    "loaded-too-early": _loaded_too_early,
    "not-loaded": _not_loaded,
    "blind": _blind,
    "shadowed": _shadowed,
    "no-auditd-after-boot": _no_auditd_after_boot,
    "not-persistent": _not_persistent,
    "audited-until-boot": _audited_until_boot,
    "audited-and-forgotten": _audited_and_forgotten,
    "audited-by-loaded-file": _audited_by_loaded_file,
    "audited": _audited,
}
"""The function that words each case."""


def _blind_fix(kind: str, position: int | None, judged: Judgement, facts: HostFacts) -> str:
    if position is not None:
        stored = judged.disk.line_of.get(judged.rules[position])
        if kind == "never-task" and stored is not None and switches_off_all(stored.text, facts):
            return way_out(stored.place.file, stored.place.line, facts)
        return f"Take “{display(judged.rules[position], judged.facts)}” away{by_place(judged, position)}"
    if facts.programs.missing:
        return INSTALL
    if judged.status.pid == 0:
        copies = "What the journal keeps of them (journalctl _TRANSPORT=audit) are copies that may be dropped. "
        start = start_again(judged, f"Start the daemon: {facts.programs.start_words}")
        return f"{copies if facts.others_listen else ''}{start}"
    if judged.status.enabled == 0:
        return f"Turn auditing on, and take -e 0 out of {AUDIT_RULES} and rules.d, if it is there: auditctl -e 1"
    if judged.status.rate_limit:
        return "Take the limit away: auditctl -r 0"
    return ""
