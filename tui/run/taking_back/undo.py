"""Undo: take back exactly what one run changed, or all runs did, load the rules again without a restart, and see that it is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from tui.audit.inputs import AuditStatus
from tui.audit.rule.value import Rule
from tui.base.amounts import first_of
from tui.base.cleaning import clean, in_words
from tui.base.dataclass import dataclass, replace
from tui.controls.control import DEFAULT_VERSION
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, HostFacts, Interest
from tui.host.port import Host
from tui.plan.load_effects import OPTIONS
from tui.plan.values import state_of
from tui.run import kernel_rules
from tui.run.carry_out import Run
from tui.run.context import Emit, RunContext
from tui.run.evidence import evidence
from tui.run.journal.intent import Intent, digests, file_in, start_command
from tui.run.journal.journal import Journal
from tui.run.journal.run_records import DamagedRun, RunRecord, UnknownRun
from tui.run.outcome import Ended
from tui.run.step_tracker import StepTracker, hold_lock
from tui.run.steps import StepFailed, jobs_of
from tui.run.taking_back.loaded_after import added, lets_go, loaded_after
from tui.run.taking_back.rollback import restore_compiled
from tui.run.taking_back.settings import set_settings, settings_once_undone, untold_settings
from tui.run.taking_back.since import comes_back
from tui.run.taking_back.taking_out import after_undo
from tui.run.taking_back.undo_plan import SETTLE, UndoPlan, since_the_boot
from tui.run.values import RunReport
from tui.run.words import HEADLINES
from tui.verdict import rule_display
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.question import Question
from tui.verdict.words import in_state


def undo(
    plan: UndoPlan,
    host: Host,
    *,
    emit: Emit,
    cancelled: Callable[[], bool] = lambda: False,
    question: Question | None = None,
) -> RunReport:
    """Take back what *plan* shows; with *question* the report has its findings before and after."""
    tracker = StepTracker(plan.jobs, emit)
    if plan.blockers:
        return tracker.blocked(" ".join(blocker.in_full for blocker in plan.blockers), ())
    tracker.start(0)
    with ExitStack() as stack:
        if refusal := hold_lock(host, stack, emit, cancelled):
            return tracker.blocked(refusal, ())
        try:
            fresh = plan.again(host)
            if fresh.blockers or (fresh.files, fresh.commands, fresh.lets_go) != (plan.files, plan.commands, plan.lets_go):
                why = " ".join(blocker.text for blocker in fresh.blockers)
                return tracker.blocked(f"The host has changed since the undo was shown; look at it again. {why}".rstrip(), ())
            if plan.is_empty:
                tracker.finish(0, "Nothing has changed since.")
                return tracker.report("", "nothing-to-do", HEADLINES["nothing-to-do"], f"{plan.nothing_left} Nothing was changed.")
            paths = frozenset(path for change in plan.files for path in (change.path, AUDIT_RULES, AUDIT_RULES_PREV))
            interest = (replace(question.interest, history=False) if question else Interest()) | Interest(files=paths)
            facts = host.read(interest)
            intent = _intent(plan, facts)
            opened = stack.enter_context(Journal.begin(host, intent, facts.identity.name, evidence.versions(facts)))
        except (UnknownRun, DamagedRun, OSError) as error:
            return tracker.blocked(f"The undo could not begin, so nothing was touched: {in_words(error)}.", ())
        tracker.finish(0, f"Nothing has changed since; the journal is {opened.folder}.")
        run = Run(RunContext(host, intent, opened, interest, emit), tracker, facts, question)
        return Undoing(plan.records, run).go(cancelled)


def _intent(plan: UndoPlan, facts: HostFacts) -> Intent:
    if not isinstance(facts.audit_status, AuditStatus) or not isinstance(facts.kernel_rules, tuple):
        raise OSError("the audit state cannot be read")
    assert isinstance(facts.rules_dir, tuple)
    load = plan.commands[0].argv if plan.commands else None
    whole = load is not None and len(load) > 1  # without --load the kernel keeps all that is not taken out of it
    stored: tuple[Rule, ...] = ()
    kept: tuple[Rule, ...] = facts.kernel_rules
    if load:
        stored, kept = loaded_after(plan.records, plan.files, facts, whole=whole)
    newest = plan.records[0] if plan.records else None
    return Intent(
        kind="undo",
        benchmark=newest.benchmark if newest else DEFAULT_VERSION,
        controls=tuple(dict.fromkeys(control for record in plan.records for control in record.controls)),
        files=plan.files,
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
        undoes=None if plan.everything or newest is None else newest.run,
        undoes_all=tuple(record.run for record in plan.records) if plan.everything else (),
        daemon=daemon_name(facts),
    )


@dataclass
class Undoing:
    """The undo of ``records``, the newest first (none: of lines that no journal tells of), from its first change to its report."""

    records: tuple[RunRecord, ...]
    run: Run

    def go(self, cancelled: Callable[[], bool]) -> RunReport:
        """Take every step of the undo."""
        self.run.success = self._outcome
        return self.run.go((*jobs_of(self.run.context.intent), replace(SETTLE, do=self._settle)), cancelled)

    def _settle(self, context: RunContext) -> str:
        """The kernel's order and the files that augenrules made, as before the run that is undone, where the rest of rules.d is."""
        intent = context.intent
        then = self.records[-1].intent if self.records else None
        if intent.load:
            for rule in self._left(context.rules()):  # A rules.d without -D lets go of nothing when it is loaded.
                context.auditctl(rule_display.words_to_delete(rule, context.read()))
            now = context.rules()
            set_settings(context, self._settings())
            if then and frozenset(now) == frozenset(then.kernel_before) and not kernel_rules.same_lists(now, then.kernel_before):
                kernel_rules.restore_lists(then.kernel_before, now, context.auditctl, context.read())
        facts = context.read()
        if then and comes_back(facts, then):
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
        """The kernel's audit settings as they shall be: those that an undone run changed as before it, the others, and all those that
        a boot has set since, as before the undo."""
        return settings_once_undone(self._since_the_boot(), self.run.context.intent.status)

    def _since_the_boot(self) -> Iterator[RunRecord]:
        return since_the_boot(self.records, self.run.context.host, self.run.facts)

    def _left(self, now: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """The rules of the undone runs that are still loaded although nothing on disk brings them."""
        intent = self.run.context.intent
        gone = (added(self.records) | frozenset(intent.kernel_before)) - frozenset(intent.expected)
        return tuple(rule for rule in now if rule in gone)

    def _outcome(self) -> Ended:
        intent, down = self.run.context.intent, self._down()
        made = bool(intent.undoes) and any(change.before is None for change in self.records[0].intent.files)
        removed = f"removed ({'the run had made it' if made else 'nothing else was in it'})"
        files = ", ".join(f"{change.path} {removed if change.after is None else 'is without its lines'}" for change in intent.files)
        held = self._held()
        if intent.pending_reboot and held:
            message = (
                f"{files}. The kernel's rules are locked until the next reboot: the kernel keeps those that it has until then."
            )
            return "pending-reboot", HEADLINES["undone-on-disk"], f"{message}{down}{self._open_now()}"
        set_again = [
            f" {OPTIONS[name]} is {value} again, until the next load or boot of the line that the run's load carried out."
            for name, value in self._settings().items()
            if getattr(intent.status, name) != value
        ]
        told = f"{self._title()}: {files}. {self._kernel(held)}"
        untold = (untold_settings(record.intent, intent.status) for record in self._since_the_boot())
        first = next(filter(None, untold), "")
        return "proved", HEADLINES["undone"], f"{told}{down}{''.join(set_again)}{self._open_now()} {first}".rstrip()

    def _held(self) -> bool:
        """Whether the kernel held any of the rules that left the disk, when this undo began; a recovery may find the files written."""
        intent = self.run.context.intent
        as_found = [replace(change, before=change.after, after=change.before) for change in intent.files]
        return lets_go(self.records, intent.files, after_undo(self.run.facts, as_found))

    def _kernel(self, held: bool) -> str:
        """Which rules the kernel holds by now, in a sentence."""
        intent = self.run.context.intent
        if intent.pending_reboot:
            return f"The kernel's rules are locked, and none of them is of {self._whose()}."
        others = "no other one"
        if not frozenset(intent.kernel_before).isdisjoint(intent.expected):
            others = "every other one still"
        elif intent.expected:
            others = f"{rule_display.counted(len(intent.expected))} from disk"
        return f"The kernel holds no rule of {self._whose()}{' any more' if held else ''}, and {others}."

    def _open_now(self) -> str:
        """What is not, or not wholly, audited now: what the undo has opened; where it changed no state, all that is open."""
        question = self.run.question
        before = {finding.slug: finding.state for finding in question.findings(self.run.facts)} if question else {}
        fails = [finding for finding in self.run.findings if finding.result == "fail"]
        opened = [finding for finding in fails if before.get(finding.slug) != finding.state]
        told: dict[str, list[str]] = {}
        for finding in opened or [finding for finding in fails if finding.state == "unaudited"]:
            state = "NOT audited" if finding.state == "unaudited" else in_state(finding)
            told.setdefault(f"{state[:1].upper()}{state[1:]}", []).append(clean(finding.path))
        return "".join(f" {state} now: {first_of(paths)}." for state, paths in told.items())

    def _down(self) -> str:
        """That nobody takes the kernel's records, where it is so; it was so before, too, or the undo would have failed."""
        facts = self.run.after
        down = facts is not None and facts.other_daemon is None and isinstance(facts.audit_status, AuditStatus)
        if facts is None or not down or self.run.context.status(facts).pid:
            return ""
        return " auditd is not running, and was not before the undo: nothing is recorded."

    def _title(self) -> str:
        if self.run.context.intent.undoes:
            return f"Run {self.records[0].run} is undone"
        return f"Every line that this program wrote is out ({', '.join(record.run for record in self.records) or 'no run had a journal'})"

    def _whose(self) -> str:
        return "that run" if self.run.context.intent.undoes else "this program"
