"""A session with made-up answers, so that every screen can be seen in every state; and the app around it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from tests.wizard import samples
from tui.audit.inputs import PathFacts
from tui.demo import Demo
from tui.host_extras import HostExtras
from tui.plan.values import Plan
from tui.run.past_runs import PastRuns
from tui.run.rehearsal.report import Rehearsal
from tui.run.values import Output, RunReport, StepChanged
from tui.session import Cancelled, Emit, Session
from tui.verdict.in_sync import DiskAndKernel
from tui.verdict.question import Question
from tui.verdict.values import Finding, Waiver
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice

FAMILY = (
    samples.control("dockerd", "1.2.3", "/usr/bin/dockerd"),
    samples.control("etc-docker", "1.2.5", "/etc/docker"),
    samples.control("containerd", "1.2.11", samples.CONTAINERD),
    samples.control("runc", "1.2.12", "/usr/sbin/runc"),
)
STATES = {"dockerd": "audited", "etc-docker": "unaudited", "containerd": "unaudited", "runc": "notapplicable"}


class SamplePastRuns(PastRuns):
    """The runs of a :class:`SampleSession`: the one that ``waits`` there, and its ``undo_plan``."""

    def __init__(self, walk: SampleSession) -> None:
        super().__init__(lambda: walk.host, walk.asked)
        self.walk = walk

    def _find_unfinished(self) -> Any:
        return self.walk.waits

    def prepare_undo(self, record: Any = None) -> Any:
        if isinstance(self.walk.undo_plan, BaseException):
            raise self.walk.undo_plan
        return self.walk.undo_plan

    def prepare_undo_all(self) -> Any:
        self.walk.record.append("undo everything")
        return self.prepare_undo()


class SampleSession(Session):
    """Answers from samples. ``plan_made`` makes the plan; ``outcome`` is how its run ends; a run waits for ``gate``."""

    def __init__(
        self,
        controls: tuple[Any, ...] = (samples.control(),),
        *,
        demo: Demo | None = None,
        demos: tuple[Demo, ...] = (),
        **answers: Any,
    ) -> None:
        host: Any = SimpleNamespace(source="demo")
        super().__init__(Question(controls, "1.2.0"), host, (lambda: demos) if demos else None)
        self.demo = demo
        self.past = SamplePastRuns(self)
        self.lesson.begin(demo.name if demo is not None else "")
        self.waits: Any = None
        """A run that was cut short."""
        self.states: dict[str, Any] = dict(STATES)
        self.waived: tuple[str, ...] = ()
        self.plan_made: Callable[[SampleSession], Plan] = lambda session: samples.plan(session.findings, session.switches)
        self.outcome = "proved"
        self.host_facts = samples.facts()
        self.gate: threading.Event | None = None
        self.output: tuple[str, ...] = ("Stopping audit daemon: auditd.\n", "Starting audit daemon: auditd\n")
        self.undo_plan: Any = None
        self.error: BaseException | None = None
        self.dropped: tuple[str, ...] = ()
        self.record: list[str] = []
        self.read_gate: threading.Event | None = None
        for name, value in answers.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def _finding(self, control: Any) -> Finding:
        entry = control.numbered["1.2.0"]
        found = samples.finding(self.states[control.slug], control.slug, entry.number, entry.path)
        return replace(found, waiver=Waiver(control.slug, "a lab")) if control.slug in self.waived else found

    def look(self) -> Any:
        self.past.unfinished()
        return self.host_facts, tuple(map(self._finding, self.asked.controls))

    def read(self) -> Plan:
        if self.read_gate is not None:
            self.read_gate.wait(10)
        self.record.append("read")
        self.past.unfinished()
        paths = {
            c.numbered["1.2.0"].path: PathFacts(c.numbered["1.2.0"].path, "file", "/usr/bin", 0o755, 0, 0)
            for c in self.question.controls
        }
        self.facts = replace(self.host_facts, paths={**paths, **self.host_facts.paths})
        self.findings = tuple(map(self._finding, self.question.controls))
        self.plan = self.plan_made(self)
        return self.plan

    def plan_together(self, slugs: tuple[str, ...]) -> Plan:
        return samples.plan(tuple(self._finding(control) for control in self.asked.controls if control.slug in slugs))

    def switch(self, name: str) -> Plan:
        self.switches = replace(self.switches, **{name: not getattr(self.switches, name)})
        self.plan = self.plan_made(self)
        return self.plan

    def extras(self, known: Any = None) -> dict[str, HostExtras]:
        disk = DiskAndKernel(("-w /etc/hosts -p rwxa -k agent",), ("-w /etc/shadow -p wa -k identity",))
        return {finding.path: HostExtras(disk=disk) for finding in self.findings}

    def _run(self, kind: str, emit: Emit, cancelled: Cancelled) -> RunReport:
        self.record.append(kind)
        self.facts_before = self.facts
        steps = samples.STEPS
        for index, step in enumerate(steps):
            emit(StepChanged(index, len(steps), replace(step, state="running")))
            if step.name == "restart":
                for text in self.output:
                    emit(Output(text))
                while self.gate is not None and not cancelled() and not self.gate.wait(0.01):
                    pass
            if self.error is not None:
                raise self.error
            if cancelled():
                emit(StepChanged(index, len(steps), replace(step, state="failed", message="called off")))
                for back in range(index):
                    emit(StepChanged(back, len(steps), replace(steps[back], state="undone")))
                self.outcome = "rolled-back"
                break
            emit(StepChanged(index, len(steps), replace(step, state="done", seconds=0.1, message="as planned")))
        report = samples.report(self.outcome)
        if self.dropped:
            report = replace(report, headline=f"{report.headline}; {len(self.dropped)} rule dropped", dropped=self.dropped)
        self.report, self.exit_code = report, report.exit_code
        self.facts_after = self.facts
        self.past.undo_run = report.run if self.outcome == "proved" and kind == "apply" else None
        return report

    def planned_steps(self) -> Any:
        return samples.STEPS

    def carry_out(self, emit: Emit, cancelled: Cancelled) -> RunReport:
        return self._run("apply", emit, cancelled)

    def probe(self) -> RunReport:
        self.record.append("probe")
        self.report = replace(self.report, headline="nothing to do, and proved", probes=(samples.PROBE,))
        return self.report

    def recover(self, record: Any, emit: Emit, cancelled: Cancelled, *, finish: bool = False) -> RunReport:
        self.past.left_over = self.waits = None
        self.outcome = "proved" if finish else "rolled-back"
        report = self._run("finish" if finish else "recover", emit, cancelled)
        self.report = replace(report, recovers=True)
        return self.report

    def undo(self, prepared: Any, emit: Emit, cancelled: Cancelled) -> RunReport:
        return self._run("undo", emit, cancelled)

    def rehearse(self, seconds: float, emit: Emit, cancelled: Cancelled) -> RunReport:
        self.record.append(f"rehearse {seconds:.0f}")
        while self.gate is not None and not cancelled() and not self.gate.wait(0.01):
            pass
        message = f"In {seconds:.0f} s the watches made 12 records, 4.1 kB."
        self.rehearsal = Rehearsal("nothing-to-do", "rehearsed", message)
        return RunReport("", "nothing-to-do", "rehearsed", message)


def undo_sample(**changes: Any) -> Any:
    from tui.plan.values import Command, FileChange, FileState

    plan = {
        "title": f"run {samples.RUN}",
        "told_since": "",
        "notes": (),
        "costs": ("No rule is loaded for about 10 ms.",),
        "afterwards": "Afterwards: /usr/bin/containerd is NOT audited.",
        "opens": True,
        "told_locked": "",
        "is_empty": False,
        "nothing_left": "No line of this program is left on this host.",
        "files": (FileChange("/etc/audit/rules.d/docker.rules", FileState(samples.AFTER), FileState(samples.BEFORE)),),
        "commands": (Command(("/usr/sbin/augenrules", "--load"), "so that the kernel lets go of the rules", "load"),),
        "blockers": (),
        "steps": samples.STEPS,
    }
    return SimpleNamespace(**{**plan, **changes})


def left_over_sample() -> Any:
    return SimpleNamespace(
        run=samples.RUN,
        started=1_795_500_000.0,
        steps=(replace(samples.STEPS[0], state="done", seconds=0.1), replace(samples.STEPS[2], state="running")),
        files=samples.plan().files,
        wrote=lambda path: True,
        where_cut_short="in the step “Load the rules”, while /usr/sbin/augenrules --load was running",
    )


def sample_demo(name: str = "fresh", lesson: str = "A fresh Docker host: nothing is audited, and all goes well.") -> Demo:
    texts = {
        step: {"before": f"Look at the {step} step: its first line says it all.", "after": f"That was the {step} step."}
        for step in ("control", "host", "preview", "confirm", "apply", "result", "rehearsal")
    }
    return Demo(name, lesson, lambda: SimpleNamespace(source="demo"), texts)


def app(session: Session | None = None, theme: str = "dark", ascii: bool = False) -> WizardApp:
    kinds = {"dark": "rich", "light": "rich", "ansi": "ansi16", "mono": "mono"}
    return WizardApp(session or SampleSession(), TerminalChoice(kinds[theme], ascii, True, theme))


def screen_text(wizard: WizardApp) -> str:
    """What a reader sees, as text."""
    strips = wizard.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(comes: Callable[[], bool]) -> None:
    """Until *comes* is true. Raises AssertionError where that takes five seconds."""
    for _ in range(500):
        if comes():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")
