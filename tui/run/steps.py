"""The steps of a run: each does one thing to the host and sees by reading it again that it became true."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

from tui.audit.rule.value import Rule
from tui.base.cleaning import clean, clean_bytes
from tui.base.dataclass import dataclass
from tui.host.facts import AUDIT_RULES, HostFacts
from tui.host.port import CommandResult
from tui.plan.values import state_of
from tui.run import kernel_rules
from tui.run.context import PATIENCE, TICK, RunContext, results_in_words
from tui.run.journal.intent import Intent, digests, file_in
from tui.run.taking_back.rollback import put_file
from tui.verdict import rule_display


class StepWithheld(Exception):
    """A step is better not taken, and the run goes on without it; the message says why."""


class StepFailed(Exception):
    """A step did not reach what it was for; the message says what is not true and what the host says about it."""


RULES_TRIES = 40
"""How often, a tick apart, the rules of a restart's own load are looked for."""


@dataclass(frozen=True, slots=True)
class Job:
    """A step's name, its title on the screen, and what it does; the message it returns says what became true."""

    name: str
    title: str
    do: Callable[[RunContext], str]


def jobs(paths: Sequence[str], *, load: bool, restart: bool, locks: bool = False) -> tuple[Job, ...]:
    """The steps that change a host: write *paths*, load the rules, restart auditd. Where the load *locks*, all but the lock itself."""
    chosen = []
    if paths:
        names = [path.rpartition("/")[2] for path in paths]
        what = " and ".join(names) if len(names) < 3 else f"{len(names)} files"
        chosen.append(Job("write", f"Back up and write {what}", write))
    if load and locks:
        chosen.append(Job("trial", "Load the rules one by one, without the lock", load_unlocked))
    elif load:
        chosen.append(Job("load", "Load the rules with augenrules", load_rules))
        chosen.append(Job("kernel", "See that no rule is lost, kernel-only ones put back", put_back))
    if restart:
        chosen.append(Job("restart", "Restart auditd", restart_daemon))
        chosen.append(Job("auditd", "See that auditd lives with every rule loaded", daemon_lives))
    return tuple(chosen)


def jobs_of(intent: Intent) -> tuple[Job, ...]:
    """The steps that change the host for *intent*, in order."""
    return jobs(
        [change.path for change in intent.files], load=intent.load is not None, restart=bool(intent.restart), locks=intent.locks
    )


def write(context: RunContext) -> str:
    """Replace the plan's files, each only where it still is what the plan was made from."""
    facts = context.read()
    for change in context.intent.files:
        now = state_of(file_in(facts, change.path))
        if (now.content if now else None) != (change.before.content if change.before else None):
            if now == change.after:
                continue  # Written by the run that is being finished.
            raise StepFailed(f"{change.path} has changed since the plan was made; it was left as it is.")
        context.journal.write("writing", path=change.path)
        put_file(context, change.path, now, change.after)
        context.journal.write("wrote", path=change.path)
        context.wrote.add(change.path)
    facts = context.read()
    for change in context.intent.files:
        if state_of(file_in(facts, change.path)) != change.after:
            raise StepFailed(f"{change.path} was written, but it does not hold what was written.")
    return "; ".join(_written(change.path, change.after is None) for change in context.intent.files) + "."


def _written(path: str, removed: bool) -> str:
    return f"{path} {'removed' if removed else 'written'}"


def load_rules(context: RunContext) -> str:
    """Compile and load the rules on disk; the kernel must then hold each of them, and audit.rules our lines."""
    assert context.intent.load
    context.remember_foreign_rules(context.read())
    result = context.run(context.intent.load, timeout=context.load_timeout)
    facts = context.read()
    _check_disk_rules(context, facts, [result], "after the load")
    _check_compiled(context, facts, result)
    if "--load" not in context.intent.load:
        return f"{AUDIT_RULES} is compiled; nothing was loaded."
    said = results_in_words([result]).rstrip(".")
    note = f" ({said})" if result.exit_code != 0 else ""
    if result.exit_code != 0 and context.intent.restart and context.intent.needs_load:
        raise StepFailed(
            f"The load exited {result.exit_code}, and {context.intent.needs_load} needs one that exits 0: a restart would leave auditd dead, "
            f"so it was not restarted. {results_in_words([result])} {_blamed_line(facts, [result])}".rstrip()
        )
    taken = len(_from_disk(context.intent))
    if not taken:
        return f"rules.d brings no rule any more, and the kernel holds none of it{note}."
    return f"The kernel has taken {rule_display.counted(taken)} from rules.d{note}."


def load_unlocked(context: RunContext) -> str:
    """Compile the rules, and load each by itself as the load that locks will: what is not right so far can be taken back."""
    intent = context.intent
    assert intent.load
    if context.status().enabled == 2:
        return "The kernel is locked already."  # by the run that is being finished
    result = context.run(intent.load[:1], timeout=context.load_timeout)
    facts = context.read()
    _check_compiled(context, facts, result)
    context.remember_foreign_rules(facts)
    wanted = (*intent.expected, *intent.put_back, *context.foreign_rules)
    kernel_rules.restore_lists(wanted, context.rules(facts), context.auditctl, facts)
    lost = kernel_rules.missing(wanted, context.rules())
    if lost:
        raise StepFailed(f"The kernel lacks {rule_display.counted(len(lost))}: {rule_display.listed(lost)}.")
    return f"The kernel holds {rule_display.counted(len(intent.expected))} from rules.d, and is not locked yet."


def lock_rules(context: RunContext) -> str:
    """Run the load that locks; the kernel must then be immutable, with every rule of the plan."""
    intent = context.intent
    assert intent.load
    if context.status().enabled != 2:
        facts = context.read()
        context.remember_foreign_rules(facts)
        if context.foreign_rules:
            others = rule_display.listed(context.foreign_rules)
            raise StepWithheld(f"The kernel was not locked: somebody loaded rules meanwhile that would be lost for good: {others}.")
        if changed := _changed_files(intent, facts):
            raise StepWithheld(
                f"The kernel was not locked: {clean(changed[0])} has changed meanwhile, and nobody has seen what it would load."
            )
        context.run(intent.load, timeout=context.load_timeout)
    facts = context.read()
    if context.status(facts).enabled != 2:
        raise StepFailed(
            f"The load has not locked the kernel. {results_in_words(result for _, _, result in context.commands[-1:])}".rstrip()
        )
    lost = kernel_rules.missing(intent.expected, context.rules(facts))
    if lost:
        raise StepFailed(f"The kernel is locked and lacks {rule_display.counted(len(lost))}: {rule_display.listed(lost)}.")
    return f"The kernel holds {rule_display.counted(len(intent.expected))} and takes no change before the next reboot."


def _changed_files(intent: Intent, facts: HostFacts) -> tuple[str, ...]:
    """The files of rules.d that are not what the plan was made from, or what this run has written."""
    written = {change.path: hashlib.sha256(change.after.content).hexdigest() for change in intent.files if change.after is not None}
    planned = {**intent.rules_dir, **written}
    now = digests(facts.rules_dir) if isinstance(facts.rules_dir, tuple) else {}
    return tuple(path for path in sorted({*planned, *now}) if planned.get(path) != now.get(path))


def _check_compiled(context: RunContext, facts: HostFacts, result: CommandResult) -> None:
    """Check that audit.rules holds the run's lines, since that is what a boot loads."""
    compiled = state_of(file_in(facts, AUDIT_RULES))
    lines = frozenset(compiled.content.split(b"\n")) if compiled else frozenset()
    absent = [clean_bytes(line) for line in context.intent.new_lines if line not in lines]
    if absent:
        raise StepFailed(
            f"{AUDIT_RULES} lacks the line {absent[0]!r} after augenrules ran, so the rule would be gone after a reboot."
            f" {results_in_words([result])}".rstrip()
        )


def waits_for(name: str, context: RunContext) -> str:
    """What the step called *name* waits for, and how long at most; "" where it waits for nothing but the host's disk."""
    command = f"at most {context.load_timeout:.0f} s"
    return {
        "load": f"Waits for augenrules, {command}.",
        "trial": f"Waits for augenrules, {command}.",
        "lock": f"Waits for augenrules, {command}.",
        "restart": f"Waits for the restart to return, {command}.",
        "auditd": f"Waits for a daemon that registers with the kernel, at most {PATIENCE:.0f} s, then for its rules, at most "
        f"{RULES_TRIES * TICK:.0f} s.",
        "probe": "Waits for the record of each of our own accesses, at most a few seconds each.",
    }.get(name, "")


def _from_disk(intent: Intent) -> tuple[Rule, ...]:
    return kernel_rules.missing(intent.expected, intent.put_back)


def _check_disk_rules(context: RunContext, facts: HostFacts, results: list[CommandResult], when: str) -> None:
    lost = kernel_rules.missing(_from_disk(context.intent), context.rules(facts))
    if lost:
        silent = f"{results[-1].argv[0].rpartition('/')[2]} exited 0 and said nothing of it."
        said = " ".join(filter(None, (results_in_words(results) or silent, _blamed_line(facts, results))))
        raise StepFailed(f"The kernel lacks {rule_display.counted(len(lost))} {when}: {rule_display.listed(lost)}. {said}".rstrip())


def _blamed_line(facts: HostFacts, results: list[CommandResult]) -> str:
    """The line of audit.rules that auditctl names by number ("There was an error in line 7 of /etc/audit/audit.rules")."""
    for result in results:
        found = re.search(r"There was an error in line (\d+) of " + re.escape(AUDIT_RULES), result.output)
        state = state_of(file_in(facts, AUDIT_RULES)) if found else None
        if found and state:
            lines = state.content.split(b"\n")
            number = int(found[1])
            if 0 < number <= len(lines):
                return f"That line reads: {clean_bytes(lines[number - 1])}"
    return ""


def put_back(context: RunContext) -> str:
    """Load again what only the kernel held; then no rule of the plan, and none of anybody else's, may be missing."""
    intent = context.intent
    facts = context.read()
    before = len(context.commands)
    kernel_rules.append_rules(
        kernel_rules.missing((*intent.put_back, *context.foreign_rules), context.rules(facts)), context.auditctl, facts
    )
    now = context.rules()
    still = kernel_rules.missing((*intent.expected, *context.foreign_rules), now)
    if still:
        said = results_in_words(result for _, _, result in context.commands[before:])
        raise StepFailed(f"The kernel lacks {rule_display.counted(len(still))}: {rule_display.listed(still)}. {said}".rstrip())
    words = [f"The kernel holds {rule_display.counted(len(intent.expected))}, as planned"]
    if intent.put_back:
        words.append(f"{len(intent.put_back)} that no file brings put back")
    more = kernel_rules.missing(now, intent.expected)
    if more:
        words.append(f"besides {rule_display.counted(len(more))} that somebody else loaded meanwhile: {rule_display.listed(more)}")
    elif not kernel_rules.same_lists(now, intent.expected):
        words.append("in another order than planned")
    return "; ".join(words) + "."


def restart_daemon(context: RunContext) -> str:
    """Restart auditd; whether it lives is the next step's to see."""
    facts = context.read()
    context.remember_foreign_rules(facts)
    context.restarted_from = context.status(facts).pid
    context.restart_results = [context.run(argv, timeout=context.load_timeout) for argv in context.intent.restart]
    failed = results_in_words(result for result in context.restart_results if result.exit_code != 0)
    return failed or "The restart was asked for."


def daemon_lives(context: RunContext) -> str:
    """Check that a new auditd has registered with the kernel, with every rule loaded; kernel-only rules are put back again."""
    results = context.restart_results
    pid = context.wait_for_daemon(context.restarted_from, results)
    if not pid:
        now = context.status().pid
        what = (
            f"auditd was not restarted: it is still process {now}."
            if now
            else "auditd did not come back from its restart: no daemon was registered with the kernel, and nothing was recorded."
        )
        raise StepFailed(f"{what} {results_in_words(results)}".rstrip())
    _wait_for_rules(context)
    _check_disk_rules(context, context.read(), results, "after the restart")
    return f"auditd is process {pid} (it was {context.restarted_from or 'down'}). {put_back(context)}"


def _wait_for_rules(context: RunContext) -> None:
    """Wait until the restart's own load is over. Under systemd the daemon may register before its rules are loaded."""
    for _ in range(RULES_TRIES):
        if not kernel_rules.missing(_from_disk(context.intent), context.rules()):
            return
        context.host.sleep(TICK)
