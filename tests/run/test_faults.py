"""The fault matrix: every step of a run against everything that can go wrong with it, on a simulated host.

Whatever happens: no line of theirs is lost, no file is half, the outcome and every sentence are true of the host as it is
afterwards, the journal knows it, and what was done can be undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pairs import paired
from tests.run import stand_in
from tests.run.stand_in import AGENT, DOCKER_BEFORE, LINE, OURS, QUESTION
from tui.audit.inputs import AuditStatus
from tui.audit.rule.value import Rule
from tui.host.facts import AUDIT_RULES_PREV, DOCKER_RULES, FileFacts, HostFacts, Interest
from tui.host.scenario import Fault
from tui.host.simulated.faults import Faults
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import Switches
from tui.run import kernel_rules
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.run.values import RunReport, StepChanged
from tui.verdict import rule_display

pytestmark = pytest.mark.slow

PREV = Interest(files=frozenset({AUDIT_RULES_PREV}))
COMMANDS = ("augenrules --load", "service auditd restart", "service auditd", "auditctl")
ENDS = ("exit-1", "exit-1-silent", "exit-0-no-effect", "hang", "killed", "missing")
WRITES = ("ENOSPC", "EROFS", "EACCES", "EIO", "EIO-late")
CALLS = {
    "read": range(12),
    "write": (0,),
    "augenrules": (0,),
    "auditctl": (0, 1),
    "service auditd restart": (0,),
    "probe": range(4),
}
"""How often a run without faults makes each call: a fault may hit any of them."""
BESIDE = ("file-changed", "kernel-changed", "immutable", "suspended", "broken-conf")
THEIRS_GONE = "-W /etc/passwd -p wa -k identity"
RULES_D_BROKEN = "/etc/audit/rules.d/20-new.rules"
SILENT_LOAD = Fault("augenrules --load", "exit-1-silent", 1)


def matrix() -> Iterator[tuple[str, tuple[Fault, ...]]]:
    for command in COMMANDS:
        for kind in ENDS:
            yield f"{command}: {kind} once", (Fault(command, kind, 1),)
            yield f"{command}: {kind} always", (Fault(command, kind),)
    for kind in WRITES:
        yield f"write: {kind} once", (Fault("write", kind, 1),)
        yield f"write: {kind} always", (Fault("write", kind),)
        yield f"the write back: {kind} once", (Fault("write", kind, 1, 1), SILENT_LOAD)
        yield f"the write back: {kind} always", (Fault("write", kind, after=1), SILENT_LOAD)
    for command in ("augenrules --load", "auditctl"):
        for kind in ENDS:
            yield f"the rollback's {command}: {kind}", (Fault(command, kind, after=1), Fault("service auditd restart", "killed", 1))
    for call, afters in CALLS.items():
        for after in afters:
            for kind in BESIDE:
                text = "-w /etc/issue -p wa -k another" if kind == "kernel-changed" else ""
                yield f"{call} {after}: {kind}", (Fault(call, kind, 1, after, "", text),)
            yield (
                f"{call} {after}: a neighbour changed",
                (Fault(call, "file-changed", 1, after, "/etc/audit/rules.d/50-theirs.rules"),),
            )
            yield (
                f"{call} {after}: a neighbour broken",
                (Fault(call, "file-changed", 1, after, RULES_D_BROKEN, "-w\n"),),
            )
            yield f"{call} {after}: a rule deleted", (Fault(call, "kernel-changed", 1, after, "", THEIRS_GONE),)
    for after in range(1, 12):
        yield f"read {after}: the kernel does not tell", (Fault("read", "EACCES", 1, after),)
    for call in ("augenrules", "service auditd restart", "service auditd", "auditctl"):
        yield f"{call}: dead after it once", (Fault(call, "dead-after", 1),)
        yield f"{call}: dead after it always", (Fault(call, "dead-after"),)
    yield "probe: not recorded once", (Fault("probe", "not-recorded", 1),)
    yield "probe: not recorded always", (Fault("probe", "not-recorded"),)


CASES = dict(matrix())


class World:
    """One simulated host, a run on it, and what was true before."""

    def __init__(self, folder: Path, start: HostFacts, *faults: Fault) -> None:
        self.host = SimulatedHost(start, state_folder=folder / "state")
        self.before = self.host.read(QUESTION.interest | PREV)
        self.faults = faults
        self.events: list[object] = []

    def apply(self) -> RunReport:
        plan = QUESTION.plan(self.host.read(QUESTION.interest), Switches())
        self.used = self.host.faults = Faults(self.faults)
        report = carry_out(QUESTION, plan, self.host, emit=self.events.append)
        self.host.faults = Faults(())
        return report

    @property
    def now(self) -> HostFacts:
        return self.host.read(QUESTION.interest | PREV)


def rules(facts: HostFacts) -> tuple[Rule, ...]:
    assert isinstance(facts.kernel_rules, tuple)
    return facts.kernel_rules


def status(facts: HostFacts) -> AuditStatus:
    assert isinstance(facts.audit_status, AuditStatus)
    return facts.audit_status


def contents(facts: HostFacts) -> dict[str, bytes]:
    assert isinstance(facts.rules_dir, tuple)
    return {entry.path: entry.content or b"" for entry in facts.rules_dir}


def edited(fault: Fault) -> dict[str, bytes]:
    """What the fault itself appends to files."""
    if fault.kind != "file-changed":
        return {}
    return {fault.path or DOCKER_RULES: (fault.text or "# somebody was here\n").encode()}


def check_files(world: World, report: RunReport, fault: Fault) -> None:
    """No line of theirs is lost and no file is half."""
    before, now, edits = contents(world.before), contents(world.now), edited(fault)
    for path, content in before.items():
        possible = {content, content + edits.get(path, b"")}
        if path == DOCKER_RULES:
            possible |= {content + LINE, content + LINE + edits.get(path, b""), content + edits.get(path, b"") + LINE}
        assert now[path] in possible, path
    for path in now.keys() - before.keys():
        assert path in edits or path == DOCKER_RULES, f"{path} was left behind"


def check_truth(world: World, report: RunReport, fault: Fault) -> None:
    """Outcome and sentences against the host as it is."""
    before, now, said = world.before, world.now, report.message
    docker = contents(now).get(DOCKER_RULES)
    original = contents(before).get(DOCKER_RULES)
    kernel = frozenset(rules(now))
    lost = [rule for rule in rules(before) if rule not in kernel]
    if report.outcome in ("proved", "not-proved"):
        assert docker is not None
        assert LINE in docker
        if report.outcome == "proved":
            assert OURS in kernel
            assert status(now).pid not in (0, status(before).pid)
            assert all(probe.recorded for probe in report.probes)
            assert len(report.probes) == 4
            assert not lost or fault.kind == "kernel-changed"
    elif report.outcome == "blocked":
        assert report.run == ""
        assert docker in (original, (original or b"") + edited(fault).get(DOCKER_RULES, b""))
        assert OURS not in kernel
    elif report.outcome == "rolled-back":
        assert docker is None or LINE not in docker
        assert OURS not in kernel
        assert not lost or (fault.kind == "kernel-changed" and fault.text == THEIRS_GONE), lost
        assert status(now).pid
        if contents(now) == contents(before):
            compiled = now.audit_rules, now.files[AUDIT_RULES_PREV]
            assert compiled == (before.audit_rules, before.files[AUDIT_RULES_PREV])
        elif now.audit_rules != before.audit_rules:  # What others changed meanwhile is compiled, not taken back.
            assert isinstance(now.audit_rules, FileFacts)
            assert isinstance(now.rules_dir, tuple)
            assert now.audit_rules.content == stand_in.compiled(now.rules_dir)[0]
        assert not report.mend
    else:
        assert report.outcome == "broken"
        assert report.mend
        whole = (
            docker == original
            and kernel_rules.same_lists(rules(now), rules(before))
            and status(now).pid
            and status(now).enabled == 1
        )
        assert not whole, "called broken, but all is as before"
    if f"{DOCKER_RULES} is as it was" in said:
        assert docker == original
    if "still holds this run's change" in said:
        assert docker == (original or b"\n") + LINE
    if match := re.search(r"The kernel holds (the (\d+ rules|1 rule) it held|no rule, as) before\.", said):
        assert kernel_rules.same_lists(rules(now), rules(before))
        assert (match[2] or "no rule") == rule_display.counted(len(rules(before)))
    if match := re.search(r"auditd runs \(process (\d+)\)", said):
        assert status(now).pid == int(match[1])
    if "auditd is not running" in said:
        assert status(now).pid == 0
    if report.exit_code in (0, 1):
        assert not report.mend


def check_journal(world: World, report: RunReport) -> None:
    """The journal knows the run as the report tells it; no run stays unfinished, and the report can be read."""
    assert run_records.unfinished(world.host) is None
    if not report.run:
        return
    record = run_records.find(world.host, report.run)
    assert (record.outcome, record.headline) == (report.outcome, report.headline)
    assert report.message.startswith(record.message)
    assert report.report is not None
    text = Path(report.report).read_text()
    assert report.headline in text
    assert "# Run" in text
    states = [step.state for step in report.steps]
    assert "running" not in states
    assert "waiting" not in states


@pytest.mark.parametrize("case", CASES)
def test_whatever_goes_wrong_the_host_is_in_a_known_state(case: str, tmp_path: Path) -> None:
    fault, *more = CASES[case]
    world = World(tmp_path, stand_in.facts(), fault, *more)
    report = world.apply()
    assert all(seen > fault.after for seen, fault in paired(world.used._seen, CASES[case])), "a fault hit nothing"
    check_files(world, report, fault)
    check_truth(world, report, fault)
    check_journal(world, report)
    last = {event.index: event.step for event in world.events if isinstance(event, StepChanged)}
    assert tuple(last[index] for index in sorted(last)) == report.steps


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith(("probe", "read", "service", "auditctl"))])
def test_what_was_done_in_spite_of_a_fault_can_be_undone(case: str, tmp_path: Path) -> None:
    world = World(tmp_path, stand_in.facts(), *CASES[case])
    if world.apply().outcome not in ("proved", "not-proved"):
        return
    record = run_records.latest_undoable(world.host)
    assert record is not None
    plan = plan_undo(world.host, record)
    assert plan.blockers == ()
    report = undo(plan, world.host, emit=lambda event: None)
    lines = contents(world.now)[DOCKER_RULES].splitlines(keepends=True)
    assert LINE not in lines or report.outcome == "rolled-back"
    assert set(DOCKER_BEFORE.splitlines(keepends=True)) <= set(lines)
    if status(world.now).enabled == 2:
        assert report.outcome == "pending-reboot"
    elif RULES_D_BROKEN in contents(world.now):
        assert report.outcome in ("proved", "rolled-back")
    else:
        assert report.outcome == "proved", report.message
        assert OURS not in rules(world.now)
        assert AGENT in rules(world.now)


def test_what_others_wrote_behind_ours_stays_and_ours_goes(tmp_path: Path) -> None:
    world = World(tmp_path, stand_in.facts(None), Fault("augenrules", "file-changed", 1, 0), Fault("augenrules", "exit-1"))
    report = world.apply()
    assert (report.outcome, report.mend) == ("rolled-back", ())
    assert contents(world.now)[DOCKER_RULES].strip() == b"# somebody was here"
    assert "what somebody else wrote there since stays" in report.message


TRANSIENT = [
    case
    for case, faults in CASES.items()
    if all(fault.times == 1 and fault.kind in (*ENDS, *WRITES, "dead-after", "EACCES") for fault in faults)
    and not case.startswith("the write back")
]


@pytest.mark.parametrize("case", TRANSIENT)
def test_a_fault_that_passes_never_ends_broken(case: str, tmp_path: Path) -> None:
    world = World(tmp_path, stand_in.facts(), *CASES[case])
    assert world.apply().outcome in ("proved", "rolled-back")


@pytest.mark.parametrize("case", TRANSIENT)
def test_the_next_run_after_a_fault_that_passed_is_proved(case: str, tmp_path: Path) -> None:
    world = World(tmp_path, stand_in.facts(), *CASES[case])
    first = world.apply()
    world.faults = ()
    second = world.apply()
    assert (first.outcome, second.outcome) in [("rolled-back", "proved"), ("proved", "nothing-to-do")]
    assert rules(world.now)[-1] == AGENT


@pytest.mark.parametrize("docker", [None, b"", DOCKER_BEFORE, b"\n" + LINE], ids=["absent", "empty", "theirs", "not loaded"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("augenrules --load", "exit-1-silent", 1),
        Fault("service auditd restart", "killed", 1),
        Fault("augenrules --load", "missing"),
        Fault("auditctl", "hang", 1),
    ],
    ids=lambda fault: f"{fault.on}: {fault.kind}",
)
def test_a_rollback_brings_back_every_byte_whatever_was_there(docker: bytes | None, fault: Fault, tmp_path: Path) -> None:
    start = stand_in.facts(docker)
    if docker is not None and LINE in docker:
        start = replace(start, kernel_rules=tuple(rule for rule in rules(start) if rule != OURS))
    world = World(tmp_path, start, fault)
    report = world.apply()
    assert report.outcome == "rolled-back"
    before, now = world.before, world.now
    assert (now.rules_dir, now.audit_rules, now.files) == (before.rules_dir, before.audit_rules, before.files)
    assert kernel_rules.same_lists(rules(now), rules(before))


def test_an_audit_rules_that_no_augenrules_would_write_comes_back_as_it_was(tmp_path: Path) -> None:
    start = stand_in.facts()
    odd = replace(start.audit_rules, content=b"-D\n# by hand, long ago\n", mode=0o600, gid=4)
    previous = replace(odd, path=AUDIT_RULES_PREV, content=b"older still\n")
    world = World(tmp_path, replace(start, audit_rules=odd, files={AUDIT_RULES_PREV: previous}), Fault("service", "dead-after", 1))
    assert world.apply().outcome == "rolled-back"
    assert (world.now.audit_rules, world.now.files[AUDIT_RULES_PREV]) == (odd, previous)


def test_the_order_of_the_kernels_rules_comes_back_too(tmp_path: Path) -> None:
    first = stand_in.rule("-a never,exit -F path=/usr/bin/agent -F perm=x")
    start = stand_in.facts()
    world = World(tmp_path, replace(start, kernel_rules=(first, *rules(start))), Fault("service auditd restart", "killed", 1))
    assert world.apply().outcome == "rolled-back"
    assert rules(world.now) == (first, *rules(start))


def test_rules_that_an_agent_loads_during_the_run_survive_its_rollback(tmp_path: Path) -> None:
    agent = Fault("service auditd restart", "kernel-changed", 1, text="-w /etc/issue -p wa -k another")
    world = World(tmp_path, stand_in.facts(), Fault("service auditd restart", "exit-0-no-effect", 1), agent)
    report = world.apply()
    assert report.outcome == "rolled-back"
    assert rules(world.now)[-1].keys == ("another",)
    assert "and 1 rule that somebody else loaded meanwhile" in report.message


@pytest.mark.parametrize("reading", range(2, 12))
@pytest.mark.parametrize("fails", [False, True], ids=["proved", "rolled back"])
def test_rules_that_an_agent_loads_during_the_run_survive_its_load_and_its_restart(
    reading: int, fails: bool, tmp_path: Path
) -> None:
    agent = Fault("read", "kernel-changed", 1, after=reading, text="-w /etc/issue -p wa -k another")
    late = (Fault("service auditd restart", "dead-after", 1),) if fails else ()
    world = World(tmp_path, stand_in.facts(), agent, *late)
    report = world.apply()
    assert report.outcome == ("rolled-back" if fails else "proved"), report.message
    assert ("another",) in {rule.keys for rule in rules(world.now)}


def test_a_status_that_the_load_changed_comes_back(tmp_path: Path) -> None:
    start = stand_in.facts()
    world = World(
        tmp_path, replace(start, audit_status=replace(status(start), backlog_limit=64, failure=0)), Fault("auditctl", "missing", 1)
    )
    assert world.apply().outcome == "rolled-back"
    assert (status(world.now).backlog_limit, status(world.now).failure) == (64, 0)


def test_the_immutable_audit_rules_file_is_noticed_although_augenrules_exits_0(tmp_path: Path) -> None:
    start = stand_in.facts()
    world = World(tmp_path, replace(start, audit_rules=replace(start.audit_rules, immutable=True)))
    report = world.apply()
    assert report.outcome == "rolled-back"
    assert "cp: cannot create regular file" in report.message


def test_the_file_is_named_that_keeps_auditd_down(tmp_path: Path) -> None:
    world = World(tmp_path, stand_in.facts(), Fault("service auditd restart", "broken-conf", 1))
    report = world.apply()
    assert report.outcome == "broken"
    assert "/etc/audit/auditd.conf: Line 6" in report.message
    assert report.mend == ("/usr/sbin/service auditd start",)


def test_the_matrix_reaches_every_outcome(tmp_path: Path) -> None:
    outcomes = {}
    for number, (case, faults) in enumerate(CASES.items()):
        if number % 5 == 0 or "read 0" in case:
            outcomes[World(tmp_path / str(number), stand_in.facts(), *faults).apply().outcome] = case
    assert outcomes.keys() == {"proved", "not-proved", "rolled-back", "broken", "blocked"}
