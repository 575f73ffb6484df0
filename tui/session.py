"""Session: one walk from reading the host to its proof; the screens, the line prompts and the verbs share it.

What a run or a demo needs is imported by the method that begins one: it would double the time before a walk opens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property

from tui.base.bounded_reading import read_file
from tui.base.dataclass import dataclass, replace
from tui.base.typing import TYPE_CHECKING
from tui.host.facts import HostFacts, Interest
from tui.plan.values import Switches
from tui.run.past_runs import PastRuns
from tui.run.values import RunReport
from tui.training.lesson import LessonWalk
from tui.training.trainer import AT_FIRST, TrainerWords
from tui.verdict.question import Question

if TYPE_CHECKING:
    from tui.controls.control import Control
    from tui.demo import Demo
    from tui.host.port import Host
    from tui.host_extras import HostExtras
    from tui.plan.values import Plan
    from tui.recorded import Recorded
    from tui.run.journal.run_records import RunRecord
    from tui.run.rehearsal.rehearsal import Beforehand
    from tui.run.rehearsal.report import Rehearsal
    from tui.run.taking_back.undo_plan import UndoPlan
    from tui.run.values import RunEvent, Step
    from tui.training.progress import Progress
    from tui.training.questions import Prediction
    from tui.verdict.values import Finding

Emit = Callable[["RunEvent"], None]
Cancelled = Callable[[], bool]


_MOST_REPORT_BYTES = 64 << 20
"""A run over ten thousand rules reports some 20 MiB."""


@dataclass(frozen=True, slots=True)
class Booted:
    """A simulated host before and after a boot, with the findings on the walk's controls at both times."""

    facts_before: HostFacts
    facts_after: HostFacts
    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    plan: Plan
    """What a run would do now."""


class Session:
    """What a walk knows, and the verbs that move it on. Holds no lock and no screen; its verbs may be called from any one thread.

    ``asked`` are the controls on offer, ``question`` those the walk is about. Whatever a verb reads replaces ``facts``,
    ``findings`` and ``plan`` together, so that they always belong to each other.
    """

    def __init__(
        self,
        asked: Question,
        host: Host | None,
        demos: Callable[[], tuple[Demo, ...]] | None = None,
        *,
        switches: Switches = AT_FIRST,
        predict: bool = False,
        course: Progress | None = None,
    ) -> None:
        self.asked = asked
        self.lesson = LessonWalk(predict, course)
        self.past = PastRuns(lambda: self.host, asked)
        self._load_demos = demos
        self._host = host
        self._at_first = switches
        self.demo: Demo | None = None
        self.trainer = TrainerWords(self)
        self.exit_code = 0
        self._begin()

    def _begin(self) -> None:
        """Know nothing of the host yet."""
        self.question = self.asked
        self.index = 0
        self.switches = self._at_first
        self.facts: HostFacts | None = None
        self.findings: tuple[Finding, ...] = ()
        self.plan: Plan | None = None
        self.report: RunReport | None = None
        self.facts_before: HostFacts | None = None
        self.facts_after: HostFacts | None = None
        self.booted_since = False
        """Whether the host was booted anew since the run that :attr:`report` is about."""
        self.rehearsal: Rehearsal | None = None
        """How the last rehearsal ended."""
        self.rehearsal_seconds = 60.0
        """How long the next one is to last: what was asked for another host was meant for that one."""
        self.past.begin()
        self.lesson_over = self.boot_ended_lesson = False
        self.lesson.begin(self.demo.name if self.demo is not None else "")
        if self.lesson.asks and self.demo is not None:
            self._select_lesson(self.demo)

    def _select_lesson(self, demo: Demo) -> None:
        """Walk the one control that the lesson is about: the overview would tell the verdict before it is asked for."""
        slugs = [control.slug for control in self.asked.controls]
        slug = next((slug for slug in (demo.control, "containerd") if slug in slugs), slugs[0])
        self.question = replace(self.asked, controls=tuple(control for control in self.asked.controls if control.slug == slug))

    # --- where -------------------------------------------------------------------------------------------------------------

    @property
    def host(self) -> Host:
        """The machine of the walk. Raises RuntimeError before a scenario is chosen."""
        if self._host is None:
            raise RuntimeError("no scenario is chosen yet")
        return self._host

    @property
    def is_demo(self) -> bool:
        """Whether there are scenarios to go back to."""
        return self._load_demos is not None

    @cached_property
    def demos(self) -> tuple[Demo, ...]:
        """The scenarios to choose from, read when they are first asked for."""
        return self._load_demos() if self._load_demos else ()

    @property
    def needs_scenario(self) -> bool:
        """Whether a scenario must be chosen before anything else."""
        return self._host is None

    def start(self, demo: Demo) -> None:
        """Walk *demo* on a fresh host of its own; what was known of another host is forgotten."""
        self.demo = demo
        self._host = demo.make_host()
        self._begin()

    def reset(self) -> None:
        """The demo's host as it was at its start."""
        if self.demo is not None:
            self.start(self.demo)

    # --- what --------------------------------------------------------------------------------------------------------------

    @property
    def several(self) -> bool:
        """Whether the walk began with more than one control, so that there is an overview to go back to."""
        return len(self.asked.controls) > 1 and not self.lesson.asks

    @property
    def control(self) -> Control:
        """The control that the Control and Host steps show."""
        return self.question.controls[self.index]

    @property
    def finding(self) -> Finding | None:
        """The finding on :attr:`control`, once the host is read."""
        return self.findings[self.index] if self.index < len(self.findings) else None

    def select(self, slugs: tuple[str, ...]) -> None:
        """Walk these of the controls asked for, in the order of their numbers."""
        controls = tuple(control for control in self.asked.controls if control.slug in slugs)
        self.question = replace(self.asked, controls=controls)
        self.index = 0
        self.facts, self.plan, self.findings = None, None, ()
        self.lesson_over = self.lesson_over or self.report is not None

    def turn_to(self, index: int) -> None:
        """Show another control of the selection; past an end nothing happens."""
        if 0 <= index < len(self.question.controls):
            self.index = index

    # --- reading and judging -----------------------------------------------------------------------------------------------

    def look(self) -> tuple[HostFacts, tuple[Finding, ...]]:
        """Read the host for the overview: the findings on every control asked for. Once a walk has ended, the next one begins with the plan's
        switches as the first one did."""
        if self.report is not None:
            self.switches = self._at_first
        self.past.unfinished()
        facts = self.host.read(self.asked.interest)
        return facts, self.asked.findings(facts)

    def apart(self) -> Session:
        """A session of its own that knows what this one knows: for a thread, whose verbs then change nothing under the keys' hands. What it has
        read comes back by :meth:`take`."""
        apart = copy(self)
        apart.past = self.past.apart(lambda: apart.host)
        return apart

    def take(self, apart: Session) -> None:
        """Know of the host what *apart* has read. A switch that was turned meanwhile stays turned."""
        self.facts, self.findings, self.plan = apart.facts, apart.findings, apart.plan
        self.past.left_over = apart.past.left_over
        if self.switches != apart.switches and self.facts is not None:
            self._plan_again(self.facts)

    def plan_alone(self, slug: str) -> Plan | None:
        """The plan for one of the controls asked for, from the facts of the overview; None before they are read."""
        return self.plan_together((slug,))

    def plan_together(self, slugs: tuple[str, ...]) -> Plan | None:
        """One plan for these of the controls asked for, from the facts of the overview; None before they are read."""
        controls = tuple(control for control in self.asked.controls if control.slug in slugs)
        question = replace(self.asked, controls=controls)
        return None if self.facts is None else self._make_plan(question, self.facts)

    def read(self) -> Plan:
        """Read the host anew for the controls of the walk, judge and plan."""
        left = self.past.unfinished()
        facts = self.host.read(self.question.interest | Interest(history=True))
        plan = self._make_plan(self.question, facts, left.run if left else "")
        self.facts, self.findings, self.plan = facts, plan.findings, plan
        return plan

    def switch(self, name: str) -> Plan:
        """Turn one of the plan's switches over and plan again from the same facts."""
        assert self.facts is not None
        self.switches = replace(self.switches, **{name: not getattr(self.switches, name)})
        return self._plan_again(self.facts)

    def _plan_again(self, facts: HostFacts) -> Plan:
        self.plan = plan = self._make_plan(self.question, facts, left.run if (left := self.past.left_over) else "")
        return plan

    def _make_plan(self, question: Question, facts: HostFacts, left_over: str = "") -> Plan:
        from tui.plan.make import make_plan  # what plans is read after the overview's first verdicts

        return make_plan(question, facts, self.switches, left_over, self.rehearsed)

    def extras(self, known: Mapping[str, HostExtras] | None = None) -> dict[str, HostExtras]:
        """What else is worth saying of the findings' paths; starts a program on a live host for paths that are not *known* from an earlier
        reading, so only screens ask for it."""
        from tui.host_extras import host_extras

        return host_extras(self.host, self.facts, [finding.path for finding in self.findings], known)

    def look_at_events(self) -> Recorded:
        """What the log tells of the walk's controls. Raises OSError where it cannot be read."""
        from tui.recorded import read_recorded

        assert self.facts is not None
        return read_recorded(self.host, self.facts, self.findings)

    # --- training ----------------------------------------------------------------------------------------------------------

    def predictions(self, step: str) -> tuple[Prediction, ...]:
        """What is to be predicted before *step* shows."""
        return self.lesson.predictions(step, self.facts, self.finding, self.plan, self.report)

    def ended(self, step: str) -> str:
        """How the run ended that the questions before *step* are about; "" where they are about none."""
        return self.report.headline if step == "result" and self.report is not None else ""

    def predicted(self, step: str) -> None:
        """Note that *step* may show now."""
        self.lesson.predicted(step, self.plan)

    def put_away(self) -> None:
        """Leave the lesson, for another one."""
        self.demo, self._host = None, None
        self._begin()

    # --- doing -------------------------------------------------------------------------------------------------------------

    def planned_steps(self) -> tuple[Step, ...]:
        """The steps that :meth:`carry_out` will take, all waiting."""
        from tui.run.carry_out import steps_of

        assert self.plan is not None
        return steps_of(self.plan)

    def carry_out(self, emit: Emit, cancelled: Cancelled) -> RunReport:
        """Do what the plan says; the report and the exit status are kept."""
        from tui.run.carry_out import carry_out

        assert self.plan is not None
        self.facts_before = self.facts
        report = carry_out(self.question, self.plan, self.host, emit=emit, cancelled=cancelled)
        self.past.note_applied(report)
        self._keep(report)
        self.lesson_over = self.lesson_over or cancelled()
        return report

    def _keep(self, report: RunReport) -> None:
        """Keep how a run ended, and the host as it is then."""
        self.report, self.exit_code, self.booted_since = report, report.exit_code, False
        try:
            self.facts_after = self.host.read(self.question.interest)
        except Exception:  # how the run ended is told in any case, whatever the host does afterwards
            self.facts_after = None

    def nothing_to_do(self) -> RunReport:
        """The report of a walk whose plan is empty, without a run."""
        from tui.run.outcome import outcome_of_empty

        assert self.plan is not None
        report = RunReport("", *outcome_of_empty(self.plan), before=self.findings, after=self.findings)
        self.facts_before = self.facts_after = self.facts
        self.report, self.exit_code, self.booted_since = report, report.exit_code, False
        return report

    @property
    def can_probe(self) -> bool:
        """Whether nothing was to be done and something is audited, so that a probe can still show that it is."""
        passes = any(finding.result == "pass" for finding in self.findings)
        return self.report is not None and self.report.outcome == "nothing-to-do" and passes and not self.report.probes

    def probe(self) -> RunReport:
        """Access what is audited, harmlessly, and put what the log says of it into the report."""
        from tui.run.proof import prove, with_probes

        assert self.report is not None
        assert self.facts is not None
        audited = tuple(finding for finding in self.findings if finding.result == "pass")
        self.report = with_probes(self.report, prove(self.question, audited, self.host, self.facts), self.facts)
        self.exit_code = self.report.exit_code
        return self.report

    def report_text(self) -> str:
        """The evidence report of the last run, or ``""`` where there is none to read."""
        if self.report is None or not self.report.report:
            return ""
        try:
            return read_file(self.report.report, _MOST_REPORT_BYTES).decode("utf-8", "replace")
        except OSError:
            return ""

    @property
    def can_boot(self) -> bool:
        """Whether the host is a simulated one, which can be booted anew."""
        return self.demo is not None and self.facts is not None

    def boot_anew(self) -> Booted:
        """Boot the simulated host, and tell what is true of the walk's controls before and after it; the walk then knows the host as it is."""
        from tui.host.simulated.host import SimulatedHost

        assert isinstance(self._host, SimulatedHost)
        before = self._host.read(self.question.interest)
        findings = self.question.findings(before)
        self._host.boot_anew()
        self.boot_ended_lesson = self.boot_ended_lesson or not self.lesson_over
        self.lesson_over = self.booted_since = True
        plan = self.read()
        assert self.facts is not None
        if self.report is not None and not self.report.run and plan.is_empty and not plan.blockers:
            self.nothing_to_do()  # there was no run that the boot came after: what is said of the host is said of it now
        return Booted(before, self.facts, findings, self.findings, plan)

    # --- other runs --------------------------------------------------------------------------------------------------------

    def recover(self, record: RunRecord, emit: Emit, cancelled: Cancelled, *, finish: bool = False) -> RunReport:
        """Settle a run that was cut short, as :meth:`PastRuns.recover` does; the report and the exit status are kept."""
        self.facts_before = self.host.read(self.question.interest)
        report = self.past.recover(record, emit, cancelled, finish=finish)
        self._keep(report)
        if report.outcome == "rolled-back" and not finish:
            self.exit_code = 0  # here that is what was asked for
        return report

    def undo(self, prepared: UndoPlan, emit: Emit, cancelled: Cancelled) -> RunReport:
        """Take back what *prepared* is about; the report and the exit status are kept."""
        self.facts_before = self.host.read(self.question.interest)  # a boot may lie between the run and its undo
        self.lesson_over = True
        report = self.past.undo(prepared, emit, cancelled)
        self._keep(report)
        return report

    # --- rehearsing --------------------------------------------------------------------------------------------------------

    def before_rehearsal(self) -> Beforehand:
        """What can be told of a rehearsal before it; nothing before the host is read."""
        from tui.run.rehearsal.rehearsal import Beforehand, beforehand

        return Beforehand() if self.facts is None else beforehand(self.findings, self.facts)

    @property
    def rehearsed(self) -> Mapping[str, float]:
        """What the last rehearsal counted of each control, by slug, in bytes of log a second; none where there was none."""
        counted = self.rehearsal.controls if self.rehearsal is not None else ()
        return {each.slug: each.bytes_per_day / 86400 for each in counted if each.state == "counted"}

    def rehearse(self, seconds: float, emit: Emit, cancelled: Cancelled) -> RunReport:
        """Load the planned watches for *seconds* and count, into :attr:`rehearsal`; no file is touched."""
        from tui.run.rehearsal.rehearsal import rehearse

        self.rehearsal = counted = rehearse(self.question, self.host, seconds=seconds, emit=emit, cancelled=cancelled)
        if self.rehearsed and self.facts is not None:
            self._plan_again(self.facts)  # its warnings tell the figures that were counted
        return RunReport(counted.run, counted.outcome, counted.headline, counted.message, mend=counted.mend)
