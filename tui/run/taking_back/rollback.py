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
from tui.run.context import RunContext, moment, results_in_words
from tui.run.journal.intent import Argv, FileState, FileSwap, Intent, digests, file_in, state_of
from tui.run.journal.intent_json import copy_name
from tui.run.taking_back.holding import Holding, holding_in_words, rules_on_disk
from tui.run.taking_back.since import rules_files, since
from tui.run.taking_back.taking_out import holds, keeping_adopted, lines_of, new_lines, taken_out
from tui.verdict import rule_display
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.disk import read_disk


@dataclass
class RollbackResult:
    """What is true of the host after a rollback: sentences, and for what is not as before the commands that mend it by hand."""

    facts: HostFacts
    restored: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mend: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything is as it was before the run."""
        return not self.wrong

    @property
    def message(self) -> str:
        """All sentences; what is wrong comes first."""
        return " ".join(self.wrong + self.restored)


def roll_back(context: RunContext, wrote: Callable[[str], bool]) -> RollbackResult:
    """Undo what the run of *context* did, as far as it can be told to be ours; *wrote* tells of a path whether the run replaced it.

    Never raises for a host that does not cooperate: that is in the result. Each part is tried even where another failed.
    """
    context.step = "roll-back"
    context.say("Rolling back.")
    trouble: dict[str, str] = {}
    parts: dict[str, Callable[[], None]] = {
        "look": lambda: _look_back(context),
        "files": lambda: _restore_files(context),
        "auditd": lambda: _restore_daemon(context),
        "rules": lambda: _restore_rules(context),
        "compiled": lambda: _restore_compiled(context),
    }
    for part, action in parts.items():
        try:
            action()
        except BaseException as error:  # No part may keep the others from their turn, whatever stopped it.
            trouble[part] = _told(error)
            context.say(trouble[part])
    try:
        return _rollback_result(context, wrote, trouble)
    except BaseException as error:
        if context.seen is None:
            raise
        unknown = f"It is not known whether all is as it was: {_told(error)}"
        return RollbackResult(context.seen, wrong=[unknown, *trouble.values()], mend=["docker-audit-wizard check"])


def _told(error: BaseException) -> str:
    """The sentence about an error of the rollback."""
    if isinstance(error, OSError | FileChanged | ValueError):
        return f"{in_words(error)}."
    return f"{type(error).__name__}: {error}".rstrip(": ") + "."


def unwritten(swap: FileSwap, now: FileState | None, wrote: bool) -> bool:
    """Whether *now* is somebody else's content without any line of this run: an editor's save between plan and write."""
    if wrote or holds(now, swap.before) or holds(now, swap.after):
        return False
    return not new_lines(swap) & lines_of(now)


def put_file(context: RunContext, path: str, now: FileState | None, wanted: FileState | None) -> None:
    """Make *path*, which holds *now*, be *wanted*; the caller has journaled it. Raises FileChanged or OSError."""
    before = now.content if now else None
    if wanted is None:
        if before is not None:
            context.host.remove_file(path, before=before)
    elif now != wanted:
        context.host.write_file(path, wanted.content, before=before, mode=wanted.mode, uid=wanted.uid, gid=wanted.gid)


def _look_back(context: RunContext) -> None:
    """Read what has happened since the run began, before anything is touched: what the kernel holds, what others changed."""
    facts = context.read()
    context.remember_foreign_rules(facts)  # Starting auditd may load the rules anew.
    if isinstance(facts.rules_dir, tuple):
        context.since = since(context.intent, context.began, moment(context.host), digests(facts.rules_dir))
    booted = context.since is not None and context.since.booted
    context.holding = Holding(context.intent, context.rules(facts), context.foreign_rules, context.lost(booted))
    if context.since and context.since.late:
        context.say(context.since.sentence(context.journal.run))


def _restore_files(context: RunContext) -> None:
    facts = context.read()
    errors = []
    for swap in reversed(context.intent.swaps):
        now = state_of(file_in(facts, swap.path))
        late = context.intent.kind == "apply" and context.since is not None and context.since.late
        found = taken_out(keeping_adopted(swap, context.intent) if late else swap, now)
        if found.kind != "taken":
            continue  # Never written, back already, or somebody else's by now: not ours to touch.
        try:
            context.journal.note("restoring", path=swap.path)
            put_file(context, swap.path, now, found.state)
            context.taken_out[swap.path] = found.state
            context.say(f"{swap.path} is {'as it was' if found.state == swap.before else 'without the lines of this run'}.")
        except (OSError, FileChanged) as error:
            errors.append(f"{swap.path} could not be put back: {in_words(error)}.")
    if errors:
        raise OSError(" ".join(errors))


def _restore_daemon(context: RunContext) -> None:
    intent = context.intent
    if not intent.daemon_pid or not intent.start or context.status().pid:
        return
    if line := load_would_lock(context.read()):
        raise OSError(
            f"auditd is down and was not started: its start loads {clean(str(line.place))}, which locks the kernel's rules"
        )
    context.say("auditd is down; starting it.")
    results = [context.run(intent.start, timeout=context.load_timeout)]
    rescue = rescue_command(intent)
    if not context.wait_for_daemon(0, results) and rescue:
        context.say("The rules do not load, and its unit needs them; starting it without them.")
        results.append(context.run(rescue, timeout=context.load_timeout))
    if not context.status().pid and not context.wait_for_daemon(0, results):
        raise OSError(f"auditd did not come up. {results_in_words(results)}".strip())


def rescue_command(intent: Intent) -> Argv | None:
    """What starts auditd although the load that its unit needs fails; None where no unit needs one.

    systemctl(1) has the job mode ignore-dependencies for a rescue like this one; the rules in the kernel stay as they are.
    """
    if not intent.needs_load or not intent.start or not intent.start[0].endswith("systemctl"):
        return None
    return (intent.start[0], "start", "--job-mode=ignore-dependencies", *intent.start[2:])


def _restore_rules(context: RunContext) -> None:
    intent = context.intent
    holding = _holding(context)
    now = context.rules()
    if holding.disk is not None:
        now = _take_out_ours(context, holding, now)
    elif not kernel_rules.same_lists(now, holding.rules(now)) and intent.load and not load_would_lock(context.read()):
        context.say("Loading the rules as they were.")
        context.run(intent.load, timeout=context.load_timeout)
        now = context.rules()
    wanted = holding.rules(now)
    if not kernel_rules.same_lists(now, wanted):
        context.say("Putting the kernel's rules back one by one.")
        kernel_rules.restore_lists(wanted, now, context.auditctl, context.read())
    if context.since and context.since.booted:
        return  # The settings are those that the boot has set.
    set_back(context, {name: getattr(intent.status, name) for name in OPTIONS})


def set_back(context: RunContext, wanted: Mapping[str, int]) -> None:
    """Give the kernel's audit settings the values *wanted*, by the names of AuditStatus; a locked kernel keeps what it has."""
    status = context.status()
    for name, value in wanted.items():
        if getattr(status, name) != value and status.enabled != 2:
            context.auditctl([OPTIONS[name], str(value)])


def _holding(context: RunContext) -> Holding:
    """Which rules the kernel is to hold, seen once the files are back: only then is it known whether rules.d is as it was."""
    facts = context.read()
    holding = context.holding or Holding(context.intent, context.rules(facts), context.foreign_rules, context.intent.kernel_before)
    if _is_late(context, facts):
        holding = replace(holding, disk=rules_on_disk(facts))
    context.holding = holding
    return holding


def _is_late(context: RunContext, facts: HostFacts) -> bool:
    """Whether the host has gone on without the run: booted, or with something else in rules.d than before it."""
    booted = context.since is not None and context.since.booted
    return booted or (
        isinstance(facts.rules_dir, tuple) and rules_files(digests(facts.rules_dir)) != rules_files(context.intent.rules_dir)
    )


def _take_out_ours(context: RunContext, holding: Holding, now: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Delete the run's own rules from the kernel, one by one: a load would bring in what somebody has not loaded yet."""
    context.say("Taking this run's rules out of the kernel.")
    facts = context.read()
    for rule in kernel_rules.missing(now, holding.rules(now)):
        context.auditctl(rule_display.words_to_delete(rule, facts))
    return context.rules()


def _restore_compiled(context: RunContext) -> None:
    """Restore audit.rules as it was; where rules.d is not, as augenrules makes it of what is there now."""
    facts = context.read()
    if not _is_late(context, facts):
        restore_compiled(context, context.intent)
        return
    compiled = state_of(file_in(facts, AUDIT_RULES))
    if facts.programs.augenrules and (
        context.compiled or context.commands or frozenset(context.intent.new_lines) & lines_of(compiled)
    ):
        context.say(f"Compiling {AUDIT_RULES} from what is in rules.d now.")
        context.run((facts.programs.augenrules,), timeout=context.load_timeout)


def restore_compiled(context: RunContext, intent: Intent) -> None:
    """Put audit.rules and audit.rules.prev back to the bytes they had before *intent*. Raises FileChanged or OSError."""
    facts = context.read()
    for path, wanted in ((AUDIT_RULES, intent.compiled), (AUDIT_RULES_PREV, intent.previous)):
        now = state_of(file_in(facts, path))
        if now != wanted:
            context.journal.note("restoring", path=path)
            put_file(context, path, now, wanted)


# --- what is true now ------------------------------------------------------------------------------------------------------


def _rollback_result(context: RunContext, wrote: Callable[[str], bool], trouble: dict[str, str]) -> RollbackResult:
    facts = context.read()
    rolled = RollbackResult(facts)
    if context.since and context.since.late:
        rolled.restored.append(context.since.sentence(context.journal.run))
    for check, part in (
        (_files_result, "files"),
        (_rules_result, "rules"),
        (_compiled_result, "compiled"),
        (_daemon_result, "auditd"),
    ):
        try:
            check(context, rolled, wrote)
        except Exception as error:
            rolled.wrong.append(f"It is not known whether all is as it was: {_told(error)}")
        if rolled.wrong and part in trouble and trouble[part] not in rolled.message:
            rolled.wrong.append(trouble[part])
    if rolled.wrong and not rolled.mend:
        rolled.mend.append("docker-audit-wizard check")
    return rolled


def _files_result(context: RunContext, rolled: RollbackResult, wrote: Callable[[str], bool]) -> None:
    for swap in context.intent.swaps:
        now = state_of(file_in(rolled.facts, swap.path))
        if now == swap.before:
            absent = " (there is none)" if swap.before is None else ""
            rolled.restored.append(f"{swap.path} is as it was{absent}.")
        elif unwritten(swap, now, wrote(swap.path)):
            rolled.restored.append(f"{swap.path} was changed by somebody else meanwhile; this run did not touch it.")
        elif swap.path in context.taken_out and now == context.taken_out[swap.path]:
            rolled.restored.append(f"{swap.path} is without this run's change; what somebody else wrote there since stays.")
        elif holds(now, swap.before):
            rolled.restored.append(f"{swap.path} holds what it held; its mode or owner was changed by somebody else meanwhile.")
        elif holds(now, swap.after):
            rolled.mend.append(_file_command(context, swap))
            rolled.wrong.append(f"{swap.path} still holds this run's change.")
        else:
            rolled.mend.append(_compare_command(context, swap))  # Putting the copy there would cost them what they wrote.
            rolled.wrong.append(
                f"{swap.path} was changed by somebody else after this run wrote it, so it was left alone;"
                " compare it with what this run wrote there, and take this run's lines out."
            )


def _compare_command(context: RunContext, swap: FileSwap) -> str:
    ours = context.journal.folder / copy_name("after", swap.path) if swap.after else "/dev/null"
    return f"diff -u {shlex.quote(str(ours))} {shlex.quote(swap.path)}"


def _file_command(context: RunContext, swap: FileSwap) -> str:
    if swap.before is None:
        return f"rm {shlex.quote(swap.path)}"
    copy = context.journal.folder / copy_name("before", swap.path)
    owner = f"-o {swap.before.uid} -g {swap.before.gid} -m {swap.before.mode:04o}"
    return f"install {owner} {shlex.quote(str(copy))} {shlex.quote(swap.path)}"


def _rules_result(context: RunContext, rolled: RollbackResult, _wrote: Callable[[str], bool]) -> None:
    now = context.rules(rolled.facts)
    intent = context.intent
    holding = context.holding or Holding(intent, now, context.foreign_rules, intent.kernel_before)
    wanted = holding.rules(now)
    if kernel_rules.same_lists(now, wanted):
        rolled.restored += holding_in_words(holding, now)
        return
    lost = kernel_rules.missing(wanted, now)
    extra = kernel_rules.missing(now, wanted)
    if lost:
        rolled.wrong.append(f"The kernel lacks {rule_display.counted(len(lost))} that it held before: {rule_display.listed(lost)}.")
    if extra:
        rolled.wrong.append(f"The kernel still holds {rule_display.counted(len(extra))} of this run: {rule_display.listed(extra)}.")
    if not lost and not extra:
        rolled.wrong.append("The kernel holds the rules it held before, but in another order.")
    if context.status(rolled.facts).enabled == 2:
        rolled.wrong.append("Only a reboot loads rules again.")
        rolled.mend.append("reboot")
        return
    rolled.mend += [shlex.join((intent.auditctl, *rule_display.words_to_delete(rule, rolled.facts))) for rule in extra]
    rolled.mend += [shlex.join((intent.auditctl, *rule_display.words_to_add(rule, rolled.facts))) for rule in lost]
    if intent.load and not lost and not extra:
        if line := load_would_lock(rolled.facts):
            rolled.mend.append(
                f"# {clean(str(line.place))} locks the kernel's rules at the next load; take it out first, or mean it"
            )
        rolled.mend.append(shlex.join(intent.load))


def _compiled_result(context: RunContext, rolled: RollbackResult, _wrote: Callable[[str], bool]) -> None:
    wanted, now = context.intent.compiled, state_of(file_in(rolled.facts, AUDIT_RULES))
    if _is_late(context, rolled.facts):
        _compiled_result_late(context, rolled, now)
        return
    if now == wanted:
        return
    rolled.wrong.append(f"{AUDIT_RULES} is not what it was.")
    rolled.mend.append(_file_command(context, FileSwap(AUDIT_RULES, wanted, None)))


def _compiled_result_late(context: RunContext, rolled: RollbackResult, now: FileState | None) -> None:
    """Check audit.rules after a late rollback: it must hold no line of this run's any more that rules.d does not bring."""
    brought = lines_of(FileState(read_disk(rolled.facts).compiled.text, 0, 0, 0))
    ours = (frozenset(context.intent.new_lines) & lines_of(now)) - brought
    if ours:
        rolled.wrong.append(f"{AUDIT_RULES} still holds this run's line {clean_bytes(min(ours))!r}.")
        rolled.mend.append(rolled.facts.programs.augenrules or "augenrules")


def _daemon_result(context: RunContext, rolled: RollbackResult, _wrote: Callable[[str], bool]) -> None:
    status: AuditStatus = context.status(rolled.facts)
    before = context.intent.status
    if status.loginuid_immutable and before.loginuid_immutable is False:
        rolled.wrong.append(
            "Login ids cannot be changed any more (--loginuid-immutable): the kernel takes that back at a reboot alone."
        )
        rolled.mend.append("reboot")
    for name, option in OPTIONS.items():
        now, then = getattr(status, name), getattr(before, name)
        if name != "enabled" and now != then and name in context.intent.settings:
            rolled.wrong.append(f"The kernel's audit setting {option} is {now}; it was {then}.")
            rolled.mend.append("reboot" if status.enabled == 2 else f"{context.intent.auditctl} {option} {then}")
    if status.pid:
        rolled.restored.append(f"{daemon_name(rolled.facts)} runs (process {status.pid}).")
    elif before.pid:
        name = context.intent.daemon
        why_down = f" {_why_down(rolled.facts)}" if name == "auditd" else ""
        rolled.wrong.append(f"{name} is not running, and it was before: nothing is being recorded.{why_down}")
        rolled.mend += _start_by_hand(context.intent, rolled.facts)
    if status.enabled == before.enabled or (context.since and context.since.booted):
        return
    if status.enabled == 2:
        rolled.restored.append("The kernel has become immutable meanwhile: it takes no change of its rules until the next reboot.")
    else:
        rolled.wrong.append(f"The kernel's audit flag is {status.enabled}; it was {before.enabled}.")
        rolled.mend.append(f"{context.intent.auditctl} -e {before.enabled}")


def _start_by_hand(intent: Intent, facts: HostFacts) -> list[str]:
    """How to bring auditd up: by a command that can work, and before it the line that keeps every other one from working."""
    start = shlex.join(intent.start or ("service", intent.daemon, "start"))
    if line := load_would_lock(facts):
        return [
            f"# {clean(str(line.place))} locks the kernel's rules as soon as auditd starts and loads it; take it out first, or mean it",
            start,
        ]
    stop = failing_line(read_disk(facts).loaded) if intent.needs_load and isinstance(facts.rules_dir, tuple) else None
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
            return f"{AUDITD_CONF}: {error.text} {error.remedy} Mend that first."
    return "Its own message in the systemd journal or in syslog says why; look there first."
