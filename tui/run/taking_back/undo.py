"""Undo: take back exactly what one run changed, load the rules again without a restart, and see that it is true."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.value import Rule
from tui.base.cleaning import in_words
from tui.base.dataclass import dataclass, replace
from tui.base.notice import Notice, Place
from tui.base.paths import below
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, RULES_DIR, FileFacts, HostFacts, Interest
from tui.host.port import Host
from tui.plan.blockers import endless_entries
from tui.plan.load_effects import OPTIONS, load_would_lock
from tui.plan.values import Command, FileChange
from tui.run import kernel_rules
from tui.run.carry_out import CHECK, Run
from tui.run.context import Emit, RunContext, moment
from tui.run.evidence import evidence
from tui.run.journal import journal
from tui.run.journal.intent import FileSwap, Intent, changes, digests, file_in, start_command, state_of
from tui.run.journal.journal import DamagedRun, Journal, RunRecord, UnknownRun
from tui.run.step_tracker import StepTracker, hold_lock
from tui.run.steps import Job, StepFailed, jobs, jobs_of
from tui.run.taking_back.rollback import restore_compiled, set_back
from tui.run.taking_back.since import Moment, Since, rules_files, since
from tui.run.taking_back.taking_out import keeping_adopted, taken_out
from tui.run.values import Outcome, RunReport, Step, UndoBlockerKind
from tui.verdict import rule_display
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.disk import read_disk, without_directory
from tui.verdict.question import Question
from tui.verdict.whose_files import foreign_files

SETTLE = Job("settle", "See that nothing of that run is left, and all else is there", lambda _stage: "")


@dataclass(frozen=True)
class UndoPlan:
    """What an undo of ``record`` would do; with ``blockers`` it will do nothing."""

    record: RunRecord
    swaps: tuple[FileSwap, ...]
    commands: tuple[Command, ...]
    blockers: tuple[Notice[UndoBlockerKind], ...]
    since: Since | None = None
    """What has happened since the run."""

    @property
    def files(self) -> tuple[FileChange, ...]:
        """The files it changes, from what they hold now to what they will hold."""
        return changes(self.swaps)

    @property
    def diff(self) -> str:
        """The unified diffs of all files, cleaned."""
        return "\n".join(change.diff for change in self.files)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that :func:`undo` will take, all waiting."""
        return tuple(Step(job.name, job.title) for job in _jobs(self))


def _jobs(plan: UndoPlan) -> tuple[Job, ...]:
    return (CHECK, *jobs([swap.path for swap in plan.swaps], load=bool(plan.commands), restart=False), SETTLE)


def plan_undo(host: Host, record: RunRecord) -> UndoPlan:
    """What an undo of *record* would do to *host* as it is now. Raises OSError where the journal cannot be read."""
    refusal = _not_undoable(record)
    if refusal:
        return UndoPlan(record, (), (), (refusal,))
    try:
        facts = host.read(Interest(files=record.intent.paths))
        if foreign := foreign_files(facts):
            return UndoPlan(record, (), (), (foreign,))
        past = _since(record, host, facts)
        swaps, blockers = _swaps(record, facts, late=past is not None and bool(past.changed))
    except (DamagedRun, OSError) as error:
        return UndoPlan(
            record, (), (), (Notice("damaged", f"{error}.", "Take the change back by hand, with the diff in the run's report."),)
        )
    commands: tuple[Command, ...] = ()
    status = facts.audit_status
    if isinstance(status, Unknown) or isinstance(facts.kernel_rules, Unknown) or isinstance(facts.rules_dir, Unknown):
        unread = next(item.reason for item in (status, facts.kernel_rules, facts.rules_dir) if isinstance(item, Unknown))
        blockers.append(Notice("unread", unread, "Run this as root on the host itself."))
    elif status.enabled != 2:
        program = facts.programs.augenrules
        blockers.extend(endless_entries(facts) if program else ())
        if program and load_would_lock(_after(facts, tuple(swaps))):
            why = "compiles only, since a load would lock the kernel; the rules leave it one by one"
            commands = (Command((program,), why, "load"),)
        elif program:
            why = "so that the kernel lets go of the rules that are taken back"
            commands = (Command((program, "--load"), why, "load"),)
        else:
            blockers.append(
                Notice(
                    "no-augenrules", "augenrules is missing on this host.", "Install the package that brings it (auditd, audit)."
                )
            )
    if not swaps and not blockers:
        blockers.append(
            Notice(
                "nothing", f"Nothing of run {record.run} is left on disk to take back.", "Look at `docker-audit-wizard history`."
            )
        )
    return UndoPlan(record, tuple(swaps), commands, tuple(blockers), past)


def _not_undoable(record: RunRecord) -> Notice[UndoBlockerKind] | None:
    look = "Look at `docker-audit-wizard history`."
    if record.running:
        return Notice("running", f"Run {record.run} is still at work.", "Wait until it has ended.")
    if record.unfinished:
        return Notice(
            "unfinished",
            f"Run {record.run} did not finish; it is rolled back, not undone.",
            f"docker-audit-wizard undo {record.run}",
        )
    if record.kind == "undo":
        return Notice("is-undo", f"Run {record.run} is itself an undo.", "To have the rules again, apply again.")
    if record.undone_by:
        return Notice("undone", f"Run {record.run} was undone already, by run {record.undone_by}.", look)
    if not record.undoable:
        return Notice("nothing", f"Run {record.run} left nothing behind ({record.headline or record.outcome}).", look)
    return None


def _since(record: RunRecord, host: Host, facts: HostFacts) -> Since | None:
    """What has happened since *record* began; None where rules.d cannot be read."""
    if not isinstance(facts.rules_dir, tuple):
        return None
    began = Moment(record.started, record.uptime, record.boot)
    return since(record.intent, began, moment(host), digests(facts.rules_dir))


def _swaps(record: RunRecord, facts: HostFacts, *, late: bool) -> tuple[list[FileSwap], list[Notice[UndoBlockerKind]]]:
    """The files as they are now and without the run's change; a blocker for each that cannot be told apart from it."""
    swaps: list[FileSwap] = []
    blockers: list[Notice[UndoBlockerKind]] = []
    for swap in reversed(record.intent.swaps):
        now = state_of(file_in(facts, swap.path))
        found = taken_out(keeping_adopted(swap, record.intent) if late else swap, now)
        if found.kind == "conflict":
            blockers.append(
                Notice(
                    "changed-since",
                    f"{swap.path} has changed since run {record.run} in a way that its lines cannot be told from.",
                    f"Take them out by hand; the copy from before is {record.backup or 'none: there was no such file'}.",
                    Place(swap.path),
                )
            )
        elif found.kind == "taken":
            swaps.append(FileSwap(swap.path, now, found.state))
    return swaps, blockers


def undo(
    plan: UndoPlan,
    host: Host,
    *,
    emit: Emit,
    cancelled: Callable[[], bool] = lambda: False,
    question: Question | None = None,
) -> RunReport:
    """Take back what the run did, as *plan* shows it; with *question* the report has its findings before and after."""
    tracker = StepTracker(_jobs(plan), emit)
    if plan.blockers:
        return tracker.blocked(" ".join(f"{blocker.text} {blocker.remedy}" for blocker in plan.blockers), ())
    tracker.start(0)
    with ExitStack() as stack:
        if refusal := hold_lock(host, stack, emit):
            return tracker.blocked(refusal, ())
        try:
            fresh = plan_undo(host, journal.find(host, plan.record.run))
            if fresh.blockers or fresh.swaps != plan.swaps or fresh.commands != plan.commands:
                why = " ".join(blocker.text for blocker in fresh.blockers)
                return tracker.blocked(f"The host has changed since the undo was shown; look at it again. {why}".rstrip(), ())
            interest = (replace(question.interest, history=False) if question else Interest()) | Interest(
                files=plan.record.intent.paths
            )
            facts = host.read(interest)
            intent = _intent(plan, facts)
            opened = stack.enter_context(Journal.begin(host, intent, facts.identity.name, evidence.versions(facts)))
        except (UnknownRun, DamagedRun, OSError) as error:
            return tracker.blocked(f"The undo could not begin, so nothing was touched: {in_words(error)}.", ())
        tracker.finish(0, f"Nothing has changed since; the journal is {opened.folder}.")
        run = Run(RunContext(host, intent, opened, interest, emit), tracker, facts, question)
        return Undoing(plan.record, run).go(cancelled)


def _intent(plan: UndoPlan, facts: HostFacts) -> Intent:
    if not isinstance(facts.audit_status, AuditStatus) or not isinstance(facts.kernel_rules, tuple):
        raise OSError("the audit state cannot be read")
    assert isinstance(facts.rules_dir, tuple)
    load = plan.commands[0].argv if plan.commands else None
    whole = load is not None and len(load) > 1  # without --load the kernel keeps all that is not taken out of it
    stored: tuple[Rule, ...] = ()
    kept: tuple[Rule, ...] = facts.kernel_rules
    if load:
        stored = read_disk(_after(facts, plan.swaps)).rules
        on_disk = frozenset(stored) | frozenset(map(without_directory, stored))
        # A run on an immutable kernel loads nothing itself: the boot loads what it wrote.
        ours = frozenset((*plan.record.intent.added, *read_disk(facts).rules))
        ours = (ours | frozenset(map(without_directory, ours))) - frozenset(plan.record.intent.kernel_before)
        ours = ours if whole else ours - on_disk
        kept = tuple(rule for rule in facts.kernel_rules if rule not in ours and not (whole and rule in on_disk))
        stored = stored if whole else ()
    return Intent(
        kind="undo",
        benchmark=plan.record.benchmark,
        controls=plan.record.controls,
        swaps=plan.swaps,
        compiled=state_of(file_in(facts, AUDIT_RULES)),
        previous=state_of(file_in(facts, AUDIT_RULES_PREV)),
        new_lines=(),
        kernel_before=facts.kernel_rules,
        expected=(*stored, *kept),
        put_back=kept if whole else (),
        status=facts.audit_status,
        auditctl=facts.programs.auditctl or "/sbin/auditctl",
        load=load,
        restart=(),
        start=start_command(facts),
        rules_dir=digests(facts.rules_dir),
        pending_reboot=load is None,
        undoes=plan.record.run,
        daemon=daemon_name(facts),
    )


def _after(facts: HostFacts, swaps: tuple[FileSwap, ...]) -> HostFacts:
    """*facts* with rules.d as it will be."""
    assert isinstance(facts.rules_dir, tuple)
    entries = {entry.path: entry for entry in facts.rules_dir}
    for swap in swaps:
        if not below(swap.path, RULES_DIR):
            continue
        if swap.after is None:
            entries.pop(swap.path, None)
        else:
            old = entries.get(swap.path) or FileFacts(swap.path)
            entries[swap.path] = replace(old, content=swap.after.content)
    return replace(facts, rules_dir=tuple(entries[path] for path in sorted(entries)))


@dataclass
class Undoing:
    """The undo of ``record`` from its first change to its report."""

    record: RunRecord
    run: Run

    def go(self, cancelled: Callable[[], bool]) -> RunReport:
        """Take every step of the undo."""
        self.run.success = self._outcome
        return self.run.go((*jobs_of(self.run.context.intent), replace(SETTLE, do=self._settle)), cancelled)

    def _settle(self, context: RunContext) -> str:
        """The kernel's order and the files that augenrules made, as before the run that is undone, where the rest of rules.d is."""
        intent, then = context.intent, self.record.intent
        if intent.load:
            for rule in self._left(context.rules()):  # A rules.d without -D lets go of nothing when it is loaded.
                context.auditctl(rule_display.words_to_delete(rule, context.read()))
            now = context.rules()
            set_back(context, self._settings())
            if frozenset(now) == frozenset(then.kernel_before) and not kernel_rules.same_lists(now, then.kernel_before):
                kernel_rules.restore_lists(then.kernel_before, now, context.auditctl, context.read())
        facts = context.read()
        assert isinstance(facts.rules_dir, tuple)
        if rules_files(digests(facts.rules_dir)) == rules_files(then.rules_dir):
            restore_compiled(context, then)
            facts = context.read()
        now = context.rules(facts)
        lost = kernel_rules.missing(intent.expected, now)
        if lost:
            raise StepFailed(f"The kernel lacks {rule_display.counted(len(lost))}: {rule_display.listed(lost)}.")
        if intent.load and self._left(now):
            raise StepFailed(f"The kernel still holds {rule_display.listed(self._left(now))}.")
        if intent.daemon_pid and not context.status(facts).pid:
            raise StepFailed(
                f"{intent.daemon} has died meanwhile: no daemon is registered with the kernel, and nothing is being recorded."
            )
        self.run.after = facts
        if self.run.question:
            self.run.findings = self.run.question.findings(facts)
        return f"The kernel holds {rule_display.counted(len(now))}, as planned."

    def _settings(self) -> dict[str, int]:
        """The kernel's audit settings as they shall be: those that the undone run changed as before it, the others, and all those that
        a boot has set since, as before the undo."""
        status, then = self.run.context.intent.status, self.record.intent
        past = _since(self.record, self.run.context.host, self.run.facts)
        if past is not None and past.booted:
            return {name: getattr(status, name) for name in OPTIONS}
        return {
            name: getattr(then.status if then.settings.get(name) == getattr(status, name) else status, name) for name in OPTIONS
        }

    def _left(self, now: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """The rules of the undone run that are still loaded although nothing on disk brings them."""
        intent = self.run.context.intent
        gone = frozenset((*self.record.intent.added, *intent.kernel_before)) - frozenset(intent.expected)
        return tuple(rule for rule in now if rule in gone)

    def _outcome(self) -> tuple[Outcome, str, str]:
        files = ", ".join(
            f"{swap.path} {'removed (the run had made it)' if swap.after is None else 'is without its lines'}"
            for swap in self.run.context.intent.swaps
        )
        if self.run.context.intent.pending_reboot:
            message = f"{files}. The kernel is immutable until the next reboot: it keeps the rules it has until then."
            return "pending-reboot", "undone on disk, pending reboot", message
        then = self.record.intent.settings
        set_again = [
            f" {OPTIONS[name]} is {value} again, until the next load or boot of the line that the run's load carried out."
            for name, value in self._settings().items()
            if getattr(self.run.context.intent.status, name) != value and name in then
        ]
        return (
            "proved",
            "undone, and verified",
            f"Run {self.record.run} is undone: {files}. The kernel holds no rule of that run any more, and every other one still."
            + "".join(set_again),
        )
