"""Bring the host back to what it was before a run: files, kernel rules in their order, audit.rules, auditd; then say what is true."""

from __future__ import annotations

from collections.abc import Callable

from tui.audit.rule.value import Rule
from tui.base.cleaning import clean, in_words
from tui.base.dataclass import replace
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, HostFacts
from tui.host.port import FileChanged
from tui.plan.load_effects import load_would_lock
from tui.plan.values import FileChange, FileState, state_of
from tui.run import kernel_rules
from tui.run.context import RunContext, moment, results_in_words
from tui.run.journal.intent import Argv, Intent, digests, file_in
from tui.run.journal.intent_json import rule_to_json
from tui.run.taking_back.holding import Holding, rules_on_disk
from tui.run.taking_back.rollback_result import RollbackResult, in_a_sentence, is_late, rollback_result, wanted_settings
from tui.run.taking_back.settings import set_settings, settings_of
from tui.run.taking_back.since import since
from tui.run.taking_back.taking_out import TakenOut, after_undo, keeping_adopted, lines_of, taken_out
from tui.verdict import rule_display


def rescue_command(intent: Intent) -> Argv | None:
    """What starts auditd although the load that its unit needs fails; None where no unit needs one.

    systemctl(1) has the job mode ignore-dependencies for a rescue like this one; the rules in the kernel stay as they are.
    """
    if not intent.needs_load or not intent.start or not intent.start[0].endswith("systemctl"):
        return None
    return (intent.start[0], "start", "--job-mode=ignore-dependencies", *intent.start[2:])


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
            trouble[part] = in_a_sentence(error)
            context.say(trouble[part])
    try:
        return rollback_result(context, wrote, trouble)
    except BaseException as error:
        if context.seen is None:
            raise
        unknown = f"It is not known whether all is as it was: {in_a_sentence(error)}"
        return RollbackResult(context.seen, wrong=[unknown, *trouble.values()], mend=["docker-audit-wizard check"])


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
    context.settings_found = settings_of(context.status(facts))
    context.holding = Holding(context.intent, context.rules(facts), context.foreign_rules, context.lost(booted))
    # Where this rollback dies in its load, the next one must not take for lost what somebody had taken out before.
    context.journal.note("left-out", rules=[rule_to_json(rule) for rule in context.holding.left_out])
    if context.since and context.since.late:
        context.say(context.since.sentence(context.journal.run))


def _restore_files(context: RunContext) -> None:
    facts = context.read()
    taking = _taken_out_of(context, facts, keep_adopted=False)
    files = [FileChange(path, state_of(file_in(facts, path)), found.state) for path, found in taking.items()]
    if context.intent.kind == "apply" and is_late(context, after_undo(facts, files)):
        taking = _taken_out_of(context, facts, keep_adopted=True)
    errors = []
    for change in reversed(context.intent.files):
        found = taking[change.path]
        if found.kind != "taken":
            continue  # Never written, back already, or somebody else's by now: not ours to touch.
        try:
            context.journal.note("restoring", path=change.path)
            put_file(context, change.path, state_of(file_in(facts, change.path)), found.state)
            context.taken_out[change.path] = found.state
            context.say(f"{change.path} is {'as it was' if found.state == change.before else 'without the lines of this run'}.")
        except (OSError, FileChanged) as error:
            errors.append(f"{change.path} could not be put back: {in_words(error)}.")
    if errors:
        raise OSError(" ".join(errors))


def _taken_out_of(context: RunContext, facts: HostFacts, *, keep_adopted: bool) -> dict[str, TakenOut]:
    """Each file without the run's change, by path; *keep_adopted*: lines from audit.rules stay, since it is compiled anew."""
    intent = context.intent
    return {
        change.path: taken_out(keeping_adopted(change, intent) if keep_adopted else change, state_of(file_in(facts, change.path)))
        for change in intent.files
    }


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
    context.say(f"auditd runs again (process {context.status().pid}).")


def _restore_rules(context: RunContext) -> None:
    intent = context.intent
    holding = _holding(context)
    if context.status().enabled == 2:
        return  # No change of any kind is taken; what that means is told with the result.
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
    set_settings(context, wanted_settings(context))
    context.journal.note("rules-restored")


def _holding(context: RunContext) -> Holding:
    """Which rules the kernel is to hold, seen once the files are back: only then is it known whether rules.d is as it was."""
    facts = context.read()
    holding = context.holding or Holding(context.intent, context.rules(facts), context.foreign_rules, context.intent.kernel_before)
    if is_late(context, facts):
        holding = replace(holding, disk=rules_on_disk(facts))
    context.holding = holding
    return holding


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
    if not is_late(context, facts):
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
