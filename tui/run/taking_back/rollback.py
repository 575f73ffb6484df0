"""Bring the host back to what it was before a run: files, kernel rules in their order, audit.rules, auditd; then say what is true."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from tui.audit.inputs import AuditStatus
from tui.audit.log.conf import parse_conf
from tui.audit.rule.value import Rule
from tui.base.cleaning import clean, clean_bytes, in_words
from tui.base.dataclass import dataclass, field, replace
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, AUDITD_CONF, FileFacts, HostFacts
from tui.host.port import FileChanged
from tui.host.start_needs import failing_line
from tui.plan.load_effects import OPTIONS, load_would_lock
from tui.run import kernel_rules
from tui.run.context import Stage, moment, why
from tui.run.journal.intent import Argv, FileState, FileSwap, Work, digests, file_in, state_of
from tui.run.journal.intent_json import copy_name
from tui.run.taking_back.holding import Holding, rules_on_disk, told
from tui.run.taking_back.since import rules_files, since
from tui.run.taking_back.taking_out import holds, keeping_adopted, lines_of, new_lines, taken_out
from tui.verdict import rule_display
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.disk import read_disk


@dataclass
class Truth:
    """What is true of the host after a rollback: sentences, and for what is not as before the commands that mend it by hand."""

    facts: HostFacts
    restored: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mend: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Everything is as it was before the run."""
        return not self.wrong

    @property
    def message(self) -> str:
        """All sentences; what is wrong comes first."""
        return " ".join(self.wrong + self.restored)


def roll_back(stage: Stage, wrote: Callable[[str], bool]) -> Truth:
    """Undo what the run of *stage* did, as far as it can be told to be ours; *wrote* tells of a path whether the run replaced it.

    Never raises for a host that does not cooperate: that is in the result. Each part is tried even where another failed.
    """
    stage.step = "roll-back"
    stage.say("Rolling back.")
    trouble: dict[str, str] = {}
    parts: dict[str, Callable[[], None]] = {
        "look": lambda: _look_back(stage),
        "files": lambda: _restore_files(stage),
        "auditd": lambda: _restore_daemon(stage),
        "rules": lambda: _restore_rules(stage),
        "compiled": lambda: _restore_compiled(stage),
    }
    for part, action in parts.items():
        try:
            action()
        except BaseException as error:  # No part may keep the others from their turn, whatever stopped it.
            trouble[part] = _told(error)
            stage.say(trouble[part])
    try:
        return _truth(stage, wrote, trouble)
    except BaseException as error:
        if stage.seen is None:
            raise
        unknown = f"It is not known whether all is as it was: {_told(error)}"
        return Truth(stage.seen, wrong=[unknown, *trouble.values()], mend=["docker-audit-wizard check"])


def _told(error: BaseException) -> str:
    """What went wrong, as a sentence."""
    if isinstance(error, OSError | FileChanged | ValueError):
        return f"{in_words(error)}."
    return f"{type(error).__name__}: {error}".rstrip(": ") + "."


def unwritten(swap: FileSwap, now: FileState | None, wrote: bool) -> bool:
    """True where *now* is somebody else's content without any line of this run: an editor's save between plan and write."""
    if wrote or holds(now, swap.before) or holds(now, swap.after):
        return False
    return not new_lines(swap) & lines_of(now)


def put(stage: Stage, path: str, now: FileState | None, wanted: FileState | None) -> None:
    """Make *path*, which holds *now*, be *wanted*; the caller has journaled it. Raises FileChanged or OSError."""
    before = now.content if now else None
    if wanted is None:
        if before is not None:
            stage.host.remove_file(path, before=before)
    elif now != wanted:
        stage.host.write_file(path, wanted.content, before=before, mode=wanted.mode, uid=wanted.uid, gid=wanted.gid)


def _look_back(stage: Stage) -> None:
    """See what has happened since the run began, before anything is touched: what the kernel holds, what others changed."""
    facts = stage.read()
    stage.meet_strangers(facts)  # Starting auditd may load the rules anew.
    if isinstance(facts.rules_dir, tuple):
        stage.since = since(stage.work, stage.began, moment(stage.host), digests(facts.rules_dir))
    booted = stage.since is not None and stage.since.booted
    stage.holding = Holding(stage.work, stage.rules(facts), stage.strangers, stage.lost(booted))
    if stage.since and stage.since.late:
        stage.say(stage.since.sentence(stage.journal.run))


def _restore_files(stage: Stage) -> None:
    facts = stage.read()
    errors = []
    for swap in reversed(stage.work.swaps):
        now = state_of(file_in(facts, swap.path))
        late = stage.work.kind == "apply" and stage.since is not None and stage.since.late
        found = taken_out(keeping_adopted(swap, stage.work) if late else swap, now)
        if found.kind != "taken":
            continue  # Never written, back already, or somebody else's by now: not ours to touch.
        try:
            stage.journal.note("restoring", path=swap.path)
            put(stage, swap.path, now, found.state)
            stage.taken_out[swap.path] = found.state
            stage.say(f"{swap.path} is {'as it was' if found.state == swap.before else 'without the lines of this run'}.")
        except (OSError, FileChanged) as error:
            errors.append(f"{swap.path} could not be put back: {in_words(error)}.")
    if errors:
        raise OSError(" ".join(errors))


def _restore_daemon(stage: Stage) -> None:
    work = stage.work
    if not work.daemon_pid or not work.start or stage.status().pid:
        return
    if line := load_would_lock(stage.read()):
        raise OSError(
            f"auditd is down and was not started: its start loads {clean(str(line.place))}, which locks the kernel's rules"
        )
    stage.say("auditd is down; starting it.")
    results = [stage.run(work.start, timeout=stage.load_timeout)]
    rescue = rescue_command(work)
    if not stage.wait_for_daemon(0, results) and rescue:
        stage.say("The rules do not load, and its unit needs them; starting it without them.")
        results.append(stage.run(rescue, timeout=stage.load_timeout))
    if not stage.status().pid and not stage.wait_for_daemon(0, results):
        raise OSError(f"auditd did not come up. {why(results)}".strip())


def rescue_command(work: Work) -> Argv | None:
    """What starts auditd although the load that its unit needs fails; None where no unit needs one.

    systemctl(1) has the job mode ignore-dependencies for a rescue like this one; the rules in the kernel stay as they are.
    """
    if not work.needs_load or not work.start or not work.start[0].endswith("systemctl"):
        return None
    return (work.start[0], "start", "--job-mode=ignore-dependencies", *work.start[2:])


def _restore_rules(stage: Stage) -> None:
    work = stage.work
    holding = _holding(stage)
    now = stage.rules()
    if holding.disk is not None:
        now = _take_out_ours(stage, holding, now)
    elif not kernel_rules.same(now, holding.rules(now)) and work.load and not load_would_lock(stage.read()):
        stage.say("Loading the rules as they were.")
        stage.run(work.load, timeout=stage.load_timeout)
        now = stage.rules()
    wanted = holding.rules(now)
    if not kernel_rules.same(now, wanted):
        stage.say("Putting the kernel's rules back one by one.")
        kernel_rules.make(wanted, now, stage.auditctl, stage.read())
    if stage.since and stage.since.booted:
        return  # The settings are those that the boot has set.
    set_back(stage, {name: getattr(work.status, name) for name in OPTIONS})


def set_back(stage: Stage, wanted: Mapping[str, int]) -> None:
    """Give the kernel's audit settings the values *wanted*, by the names of AuditStatus; a locked kernel keeps what it has."""
    status = stage.status()
    for name, value in wanted.items():
        if getattr(status, name) != value and status.enabled != 2:
            stage.auditctl([OPTIONS[name], str(value)])


def _holding(stage: Stage) -> Holding:
    """Which rules the kernel is to hold, seen once the files are back: only then is it known whether rules.d is as it was."""
    facts = stage.read()
    holding = stage.holding or Holding(stage.work, stage.rules(facts), stage.strangers, stage.work.kernel_before)
    if _is_late(stage, facts):
        holding = replace(holding, disk=rules_on_disk(facts))
    stage.holding = holding
    return holding


def _is_late(stage: Stage, facts: HostFacts) -> bool:
    """Whether the host has gone on without the run: booted, or with something else in rules.d than before it."""
    booted = stage.since is not None and stage.since.booted
    return booted or (
        isinstance(facts.rules_dir, tuple) and rules_files(digests(facts.rules_dir)) != rules_files(stage.work.rules_dir)
    )


def _take_out_ours(stage: Stage, holding: Holding, now: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Delete the run's own rules from the kernel, one by one: a load would bring in what somebody has not loaded yet."""
    stage.say("Taking this run's rules out of the kernel.")
    facts = stage.read()
    for rule in kernel_rules.missing(now, holding.rules(now)):
        stage.auditctl(rule_display.words_to_delete(rule, facts))
    return stage.rules()


def _restore_compiled(stage: Stage) -> None:
    """audit.rules as it was; where rules.d is not, as augenrules makes it of what is there now."""
    facts = stage.read()
    if not _is_late(stage, facts):
        restore_compiled(stage, stage.work)
        return
    compiled = state_of(file_in(facts, AUDIT_RULES))
    if facts.programs.augenrules and (stage.compiled or stage.commands or frozenset(stage.work.new_lines) & lines_of(compiled)):
        stage.say(f"Compiling {AUDIT_RULES} from what is in rules.d now.")
        stage.run((facts.programs.augenrules,), timeout=stage.load_timeout)


def restore_compiled(stage: Stage, work: Work) -> None:
    """Put audit.rules and audit.rules.prev back to the bytes they had before *work*. Raises FileChanged or OSError."""
    facts = stage.read()
    for path, wanted in ((AUDIT_RULES, work.compiled), (AUDIT_RULES_PREV, work.previous)):
        now = state_of(file_in(facts, path))
        if now != wanted:
            stage.journal.note("restoring", path=path)
            put(stage, path, now, wanted)


# --- what is true now ------------------------------------------------------------------------------------------------------


def _truth(stage: Stage, wrote: Callable[[str], bool], trouble: dict[str, str]) -> Truth:
    facts = stage.read()
    truth = Truth(facts)
    if stage.since and stage.since.late:
        truth.restored.append(stage.since.sentence(stage.journal.run))
    for check, part in ((_files_truth, "files"), (_rules_truth, "rules"), (_compiled_truth, "compiled"), (_daemon_truth, "auditd")):
        try:
            check(stage, truth, wrote)
        except Exception as error:
            truth.wrong.append(f"It is not known whether all is as it was: {_told(error)}")
        if truth.wrong and part in trouble and trouble[part] not in truth.message:
            truth.wrong.append(trouble[part])
    if truth.wrong and not truth.mend:
        truth.mend.append("docker-audit-wizard check")
    return truth


def _files_truth(stage: Stage, truth: Truth, wrote: Callable[[str], bool]) -> None:
    for swap in stage.work.swaps:
        now = state_of(file_in(truth.facts, swap.path))
        if now == swap.before:
            absent = " (there is none)" if swap.before is None else ""
            truth.restored.append(f"{swap.path} is as it was{absent}.")
        elif unwritten(swap, now, wrote(swap.path)):
            truth.restored.append(f"{swap.path} was changed by somebody else meanwhile; this run did not touch it.")
        elif swap.path in stage.taken_out and now == stage.taken_out[swap.path]:
            truth.restored.append(f"{swap.path} is without this run's change; what somebody else wrote there since stays.")
        elif holds(now, swap.before):
            truth.restored.append(f"{swap.path} holds what it held; its mode or owner was changed by somebody else meanwhile.")
        elif holds(now, swap.after):
            truth.mend.append(_file_command(stage, swap))
            truth.wrong.append(f"{swap.path} still holds this run's change.")
        else:
            truth.mend.append(_compare_command(stage, swap))  # Putting the copy there would cost them what they wrote.
            truth.wrong.append(
                f"{swap.path} was changed by somebody else after this run wrote it, so it was left alone;"
                " compare it with what this run wrote there, and take this run's lines out."
            )


def _compare_command(stage: Stage, swap: FileSwap) -> str:
    ours = stage.journal.folder / copy_name("after", swap.path) if swap.after else "/dev/null"
    return f"diff -u {shlex.quote(str(ours))} {shlex.quote(swap.path)}"


def _file_command(stage: Stage, swap: FileSwap) -> str:
    if swap.before is None:
        return f"rm {shlex.quote(swap.path)}"
    copy = stage.journal.folder / copy_name("before", swap.path)
    owner = f"-o {swap.before.uid} -g {swap.before.gid} -m {swap.before.mode:04o}"
    return f"install {owner} {shlex.quote(str(copy))} {shlex.quote(swap.path)}"


def _rules_truth(stage: Stage, truth: Truth, _wrote: Callable[[str], bool]) -> None:
    now = stage.rules(truth.facts)
    work = stage.work
    holding = stage.holding or Holding(work, now, stage.strangers, work.kernel_before)
    wanted = holding.rules(now)
    if kernel_rules.same(now, wanted):
        truth.restored += told(holding, now)
        return
    lost = kernel_rules.missing(wanted, now)
    extra = kernel_rules.missing(now, wanted)
    if lost:
        truth.wrong.append(f"The kernel lacks {rule_display.counted(len(lost))} that it held before: {rule_display.listed(lost)}.")
    if extra:
        truth.wrong.append(f"The kernel still holds {rule_display.counted(len(extra))} of this run: {rule_display.listed(extra)}.")
    if not lost and not extra:
        truth.wrong.append("The kernel holds the rules it held before, but in another order.")
    if stage.status(truth.facts).enabled == 2:
        truth.wrong.append("Only a reboot loads rules again.")
        truth.mend.append("reboot")
        return
    truth.mend += [shlex.join((work.auditctl, *rule_display.words_to_delete(rule, truth.facts))) for rule in extra]
    truth.mend += [shlex.join((work.auditctl, *rule_display.words(rule, truth.facts))) for rule in lost]
    if work.load and not lost and not extra:
        if line := load_would_lock(truth.facts):
            truth.mend.append(
                f"# {clean(str(line.place))} locks the kernel's rules at the next load; take it out first, or mean it"
            )
        truth.mend.append(shlex.join(work.load))


def _compiled_truth(stage: Stage, truth: Truth, _wrote: Callable[[str], bool]) -> None:
    wanted, now = stage.work.compiled, state_of(file_in(truth.facts, AUDIT_RULES))
    if _is_late(stage, truth.facts):
        _compiled_truth_late(stage, truth, now)
        return
    if now == wanted:
        return
    truth.wrong.append(f"{AUDIT_RULES} is not what it was.")
    truth.mend.append(_file_command(stage, FileSwap(AUDIT_RULES, wanted, None)))


def _compiled_truth_late(stage: Stage, truth: Truth, now: FileState | None) -> None:
    """audit.rules must hold no line of this run's any more that rules.d does not bring."""
    brought = lines_of(FileState(read_disk(truth.facts).compiled.text, 0, 0, 0))
    ours = (frozenset(stage.work.new_lines) & lines_of(now)) - brought
    if ours:
        truth.wrong.append(f"{AUDIT_RULES} still holds this run's line {clean_bytes(min(ours))!r}.")
        truth.mend.append(truth.facts.programs.augenrules or "augenrules")


def _daemon_truth(stage: Stage, truth: Truth, _wrote: Callable[[str], bool]) -> None:
    status: AuditStatus = stage.status(truth.facts)
    before = stage.work.status
    if status.loginuid_immutable and before.loginuid_immutable is False:
        truth.wrong.append(
            "Login ids cannot be changed any more (--loginuid-immutable): the kernel takes that back at a reboot alone."
        )
        truth.mend.append("reboot")
    for name, option in OPTIONS.items():
        now, then = getattr(status, name), getattr(before, name)
        if name != "enabled" and now != then and name in stage.work.settings:
            truth.wrong.append(f"The kernel's audit setting {option} is {now}; it was {then}.")
            truth.mend.append("reboot" if status.enabled == 2 else f"{stage.work.auditctl} {option} {then}")
    if status.pid:
        truth.restored.append(f"{daemon_name(truth.facts)} runs (process {status.pid}).")
    elif before.pid:
        name = stage.work.daemon
        why_down = f" {_why_down(truth.facts)}" if name == "auditd" else ""
        truth.wrong.append(f"{name} is not running, and it was before: nothing is being recorded.{why_down}")
        truth.mend += _start_by_hand(stage.work, truth.facts)
    if status.enabled == before.enabled or (stage.since and stage.since.booted):
        return
    if status.enabled == 2:
        truth.restored.append("The kernel has become immutable meanwhile: it takes no change of its rules until the next reboot.")
    else:
        truth.wrong.append(f"The kernel's audit flag is {status.enabled}; it was {before.enabled}.")
        truth.mend.append(f"{stage.work.auditctl} -e {before.enabled}")


def _start_by_hand(work: Work, facts: HostFacts) -> list[str]:
    """How to bring auditd up: by a command that can work, and before it the line that keeps every other one from working."""
    start = shlex.join(work.start or ("service", work.daemon, "start"))
    if line := load_would_lock(facts):
        return [
            f"# {clean(str(line.place))} locks the kernel's rules as soon as auditd starts and loads it; take it out first, or mean it",
            start,
        ]
    stop = failing_line(read_disk(facts).loaded) if work.needs_load and isinstance(facts.rules_dir, tuple) else None
    if stop is None:
        return [start]
    return [
        f"# first mend line {stop.file_line} of {clean(stop.file)}: the load exits 1 at it, and no start of auditd works before",
        start,
    ]


def _why_down(facts: HostFacts) -> str:
    """What keeps auditd from starting, as far as its configuration tells."""
    conf = facts.auditd_conf
    if isinstance(conf, FileFacts):
        for error in parse_conf(conf.content, audit_version=facts.names.audit_version).errors:
            return f"{AUDITD_CONF}: {error.text} {error.way_out} Mend that first."
    return "Its own message in the systemd journal or in syslog says why; look there first."
