"""What is true of the host after a rollback, in sentences, with the commands that mend by hand what is wrong."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from tui.audit.inputs import AuditStatus
from tui.audit.log.conf import parse_conf
from tui.audit.rule.value import Rule
from tui.base.cleaning import clean, clean_bytes, in_words
from tui.base.dataclass import dataclass, field
from tui.host.facts import AUDIT_RULES, AUDITD_CONF, FileFacts, HostFacts
from tui.host.port import FileChanged
from tui.host.start_needs import failing_line
from tui.plan.load_effects import OPTIONS, load_would_lock
from tui.plan.values import FileChange, FileState, state_of
from tui.run import kernel_rules
from tui.run.context import RunContext
from tui.run.journal.intent import Intent, digests, file_in
from tui.run.journal.intent_json import copy_name
from tui.run.taking_back.holding import Holding, holding_in_words
from tui.run.taking_back.settings import settings_after_rollback, settings_of, untold_settings
from tui.run.taking_back.since import rules_files
from tui.run.taking_back.taking_out import adopted_lines, holds, lines_of, new_lines
from tui.verdict import rule_display
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.disk import read_disk


@dataclass
class RollbackResult:
    """What is true of the host after a rollback: sentences, and for what is not as before the commands that mend it by hand."""

    facts: HostFacts
    restored: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    """What is right on disk and waits for a boot, since the kernel is locked."""
    wrong: list[str] = field(default_factory=list)
    mend: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Nothing of the run is left, but for what a boot takes away."""
        return not self.wrong

    @property
    def message(self) -> str:
        """All sentences; what is wrong comes first."""
        return " ".join(self.wrong + self.waits + self.restored)


def in_a_sentence(error: BaseException) -> str:
    """What went wrong, as a sentence."""
    if isinstance(error, (OSError, FileChanged, ValueError)):
        return f"{in_words(error)}."
    return f"{type(error).__name__}: {error}".rstrip(": ") + "."


def unwritten(change: FileChange, now: FileState | None, wrote: bool) -> bool:
    """True where *now* is somebody else's content without any line of this run: an editor's save between plan and write."""
    if wrote or holds(now, change.before) or holds(now, change.after):
        return False
    return not new_lines(change) & lines_of(now)


def wanted_settings(context: RunContext) -> dict[str, int]:
    """The kernel's audit settings as they shall be; OSError where it could not be seen what they were."""
    if context.settings_found is None:
        raise OSError("the kernel's audit settings could not be read when the rollback began")
    booted = context.since is not None and context.since.booted
    late = context.holding is not None and context.holding.disk is not None
    return settings_after_rollback(context.intent, context.settings_found, booted=booted, late=late)


def is_late(context: RunContext, facts: HostFacts) -> bool:
    """Whether the host has gone on without the run: booted, or with something else in rules.d than before it."""
    booted = context.since is not None and context.since.booted
    return booted or (
        isinstance(facts.rules_dir, tuple) and rules_files(digests(facts.rules_dir)) != rules_files(context.intent.rules_dir)
    )


def rollback_result(context: RunContext, wrote: Callable[[str], bool], trouble: dict[str, str]) -> RollbackResult:
    """What became of each part; *trouble* maps those that could not be done to why, *wrote* tells of a path whether the run replaced it."""
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
            rolled.wrong.append(f"It is not known whether all is as it was: {in_a_sentence(error)}")
        if rolled.wrong and part in trouble and trouble[part] not in rolled.message:
            rolled.wrong.append(trouble[part])
    if rolled.wrong and not rolled.mend:
        rolled.mend.append("docker-audit-wizard check")
    return rolled


def _files_result(context: RunContext, rolled: RollbackResult, wrote: Callable[[str], bool]) -> None:
    for change in context.intent.files:
        now = state_of(file_in(rolled.facts, change.path))
        if now == change.before:
            absent = " (there is none)" if change.before is None else ""
            rolled.restored.append(f"{change.path} is as it was{absent}.")
        elif unwritten(change, now, wrote(change.path)):
            rolled.restored.append(f"{change.path} was changed by somebody else meanwhile; this run did not touch it.")
        elif change.path in context.taken_out and now == context.taken_out[change.path]:
            rolled.restored.append(f"{change.path} is without this run's change; what somebody else wrote there since stays.")
            if kept := adopted_lines(change, context.intent) & lines_of(now):
                lines = "1 line" if len(kept) == 1 else f"{len(kept)} lines"
                rolled.restored.append(
                    f"It keeps {lines} that the run had adopted from {AUDIT_RULES}, since that file is compiled anew."
                )
        elif holds(now, change.before):
            rolled.restored.append(f"{change.path} holds what it held; its mode or owner was changed by somebody else meanwhile.")
        elif holds(now, change.after):
            rolled.mend.append(_file_command(context, change))
            rolled.wrong.append(f"{change.path} still holds this run's change.")
        else:
            rolled.mend.append(_compare_command(context, change))  # Putting the copy there would cost them what they wrote.
            rolled.wrong.append(
                f"{change.path} was changed by somebody else after this run wrote it, so it was left alone;"
                " compare it with what this run wrote there, and take this run's lines out."
            )


def _compare_command(context: RunContext, change: FileChange) -> str:
    ours = context.journal.folder / copy_name("after", change.path) if change.after else "/dev/null"
    return f"diff -u {shlex.quote(str(ours))} {shlex.quote(change.path)}"


def _file_command(context: RunContext, change: FileChange) -> str:
    if change.before is None:
        return f"rm {shlex.quote(change.path)}"
    copy = context.journal.folder / copy_name("before", change.path)
    owner = f"-o {change.before.uid} -g {change.before.gid} -m {change.before.mode:04o}"
    return f"install {owner} {shlex.quote(str(copy))} {shlex.quote(change.path)}"


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
    if context.status(rolled.facts).enabled == 2 and _boot_mends(context, holding, lost, extra):
        rolled.waits.append(_waiting(lost, extra))
        return
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


def _boot_mends(context: RunContext, holding: Holding, lost: tuple[Rule, ...], extra: tuple[Rule, ...]) -> bool:
    """Whether a boot, and not the run, has loaded what the locked kernel holds, so that the next one loads what is right."""
    booted = context.since is not None and context.since.booted
    disk = frozenset(holding.disk or ())
    return booted and disk.issuperset(lost) and disk.isdisjoint(extra)


def _waiting(lost: tuple[Rule, ...], extra: tuple[Rule, ...]) -> str:
    """What a locked kernel holds until the next boot, in a sentence."""
    said = [f"keeps {rule_display.counted(len(extra))} of the run's: {rule_display.listed(extra)}"] if extra else []
    said += [f"lacks {rule_display.counted(len(lost))} from before it: {rule_display.listed(lost)}"] if lost else []
    order = "" if said else "keeps its order of the rules"
    return f"A boot has locked the kernel's rules since: until the next reboot it {' and '.join(said) or order}."


def _compiled_result(context: RunContext, rolled: RollbackResult, _wrote: Callable[[str], bool]) -> None:
    wanted, now = context.intent.compiled, state_of(file_in(rolled.facts, AUDIT_RULES))
    if is_late(context, rolled.facts):
        _compiled_result_late(context, rolled, now)
        return
    if now == wanted:
        return
    rolled.wrong.append(f"{AUDIT_RULES} is not what it was.")
    rolled.mend.append(_file_command(context, FileChange(AUDIT_RULES, wanted, None)))


def _compiled_result_late(context: RunContext, rolled: RollbackResult, now: FileState | None) -> None:
    """audit.rules must hold no line of this run's any more that rules.d does not bring."""
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
    settings = wanted_settings(context) if context.settings_found else settings_of(before)
    for name, option in OPTIONS.items():
        now, then = getattr(status, name), settings[name]
        if name != "enabled" and now != then and name in context.intent.settings:
            rolled.wrong.append(f"The kernel's audit setting {option} is {now}; it was {then}.")
            rolled.mend.append("reboot" if status.enabled == 2 else f"{context.intent.auditctl} {option} {then}")
    booted = context.since is not None and context.since.booted
    if not booted and (untold := untold_settings(context.intent, status)):
        rolled.restored.append(f"{untold}.")
    if status.pid:
        rolled.restored.append(f"{daemon_name(rolled.facts)} runs (process {status.pid}).")
    elif before.pid:
        name = context.intent.daemon
        why_down = f" {_why_down(rolled.facts)}" if name == "auditd" else ""
        rolled.wrong.append(f"{name} is not running, and it was before: nothing is being recorded.{why_down}")
        rolled.mend += _start_by_hand(context.intent, rolled.facts)
    if status.enabled == settings["enabled"]:
        return
    if status.enabled == 2:
        rolled.restored.append("The kernel has become immutable meanwhile: it takes no change of its rules until the next reboot.")
    else:
        rolled.wrong.append(f"The kernel's audit flag is {status.enabled}; it was {settings['enabled']}.")
        rolled.mend.append(f"{context.intent.auditctl} -e {settings['enabled']}")


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
