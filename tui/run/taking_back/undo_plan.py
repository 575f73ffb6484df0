"""What an undo would do, shown before it is done: the files without the lines of one run, or of all, and the load that follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tui.audit.inputs import Unknown
from tui.base.dataclass import dataclass, replace
from tui.base.notice import Notice, Place
from tui.controls.control import VERSIONS, Control
from tui.host.facts import DOCKER_RULES, HostFacts, Interest
from tui.host.port import Host
from tui.plan.blockers import endless_entries, way_to_read
from tui.plan.load_effects import load_would_lock
from tui.plan.values import Command, FileChange, FileState, state_of
from tui.run.carry_out import CHECK
from tui.run.context import moment
from tui.run.journal import run_records
from tui.run.journal.intent import digests, file_in
from tui.run.journal.run_records import DamagedRun, RunRecord
from tui.run.steps import Job, jobs
from tui.run.taking_back.afterwards import NOTHING_WORSE, afterwards, host_afterwards
from tui.run.taking_back.loaded_after import lets_go, load_costs
from tui.run.taking_back.our_lines import catalogue_lines, journals_are_missing, lines_without_key, proven_foreign
from tui.run.taking_back.since import Moment, Since, comes_back, since
from tui.run.taking_back.taking_out import (
    TakenOut,
    after_undo,
    as_found,
    keeping_adopted,
    taken_out,
    without_lines,
    without_new_lines,
)
from tui.run.values import Step, UndoBlockerKind
from tui.verdict.objects.whose_files import foreign_files
from tui.verdict.question import Question

SETTLE = Job("settle", "See that all of it is gone, and all else is there", lambda _stage: "")
_LOOK = "Look at `docker-audit-wizard history`."


@dataclass(frozen=True)
class UndoPlan:
    """What an undo of ``records``, the newest first, would do; with ``blockers`` it will do nothing.

    ``everything``: all that was ever written here is to leave, by the journals and, where one is gone, by the exact lines of
    ``controls``; ``records`` may be none then. ``notes`` are sentences about what such an undo cannot be sure of.
    """

    records: tuple[RunRecord, ...]
    files: tuple[FileChange, ...]
    commands: tuple[Command, ...]
    blockers: tuple[Notice[UndoBlockerKind], ...]
    since: Since | None = None
    """What has happened since the oldest of the runs."""
    everything: bool = False
    controls: tuple[Control, ...] = ()
    notes: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    """What the load costs, and what it does besides, in sentences."""
    lets_go: bool = True
    """Whether the kernel holds any of the rules that leave the disk."""
    afterwards: str = ""
    """What will be less audited than now, in a sentence; "" where no question was given."""

    @property
    def title(self) -> str:
        """What is undone, as a part of a sentence."""
        if not self.everything:
            return f"run {self.records[0].run}"
        number = len(self.records)
        runs = "1 run" if number == 1 else f"{number} runs" if number else "no run is in the journal"
        return f"everything that this program wrote here ({runs})"

    @property
    def nothing_left(self) -> str:
        """That nothing is there to be taken back, in a sentence."""
        return f"No line of {'this program' if self.everything else f'run {self.records[0].run}'} is left on this host."

    @property
    def told_since(self) -> str:
        """What has happened since the oldest of the runs, in a sentence; "" where that is not known."""
        return self.since.sentence(self.records[-1].run) if self.since is not None and self.records else ""

    @property
    def opens(self) -> bool:
        """Whether anything is known to be less audited afterwards."""
        return self.afterwards not in ("", NOTHING_WORSE)

    @property
    def told_locked(self) -> str:
        """Why nothing is loaded, and what the kernel holds of it, in a sentence; "" where something is."""
        if self.commands:
            return ""
        these = "it keeps them, these too, until the next reboot" if self.lets_go else "none of these is among them"
        return f"Nothing is loaded: the kernel's rules are locked, and {these}."

    @property
    def is_empty(self) -> bool:
        """Nothing of ours is left, so that there is nothing to do."""
        return not self.files and not self.blockers

    @property
    def diff(self) -> str:
        """The unified diffs of all files, cleaned."""
        return "\n".join(change.diff for change in self.files)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The steps that the undo takes."""
        if self.is_empty:
            return (CHECK,)
        return (CHECK, *jobs([change.path for change in self.files], load=bool(self.commands), restart=False), SETTLE)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The same, all waiting, as they are shown."""
        return tuple(Step(job.name, job.title) for job in self.jobs)

    def again(self, host: Host) -> UndoPlan:
        """The same undo, planned for *host* as it is now. Raises OSError, UnknownRun."""
        if self.everything:
            return plan_undo_all(host, self.controls)
        return plan_undo(host, run_records.find(host, self.records[0].run))


def plan_undo(host: Host, record: RunRecord, question: Question | None = None) -> UndoPlan:
    """What an undo of *record* would do to *host* as it is now, and what it makes of the objects in *question*. Raises OSError where the journal
    cannot be read."""
    base = UndoPlan((record,), (), (), ())
    if refusal := _not_undoable(record) or _unsettled(host):
        return replace(base, blockers=(refusal,))
    return _planned(host, base, Interest(), run_records.runs(host), question)


def plan_undo_all(host: Host, controls: Sequence[Control], question: Question | None = None) -> UndoPlan:
    """What takes out every line that this program has written to *host*, by whatever run.

    A run whose journal is gone is known by the exact lines of *controls* in docker.rules, which carry their key. Raises OSError
    where the journal cannot be read.
    """
    base = UndoPlan((), (), (), (), everything=True, controls=tuple(controls))
    if refusal := _unsettled(host):
        return replace(base, blockers=(refusal,))
    records = run_records.runs(host)
    if at_work := next((record for record in records if record.running), None):
        return replace(base, blockers=(_running(at_work),))
    undoable = [record for record in records if record.undoable]
    whole = tuple(record for record in undoable if _is_whole(record))
    damaged = (record.run for record in undoable if not _is_whole(record))
    notes = tuple(f"The journal of run {run} is damaged, so it is taken for one that is gone." for run in damaged)
    wanted = Interest(files=frozenset({DOCKER_RULES}))
    for version in VERSIONS:
        wanted |= Question(tuple(control for control in controls if version in control.numbered), version).interest
    return _planned(host, replace(base, records=whole, notes=notes), wanted, records, question)


def _is_whole(record: RunRecord) -> bool:
    try:
        return bool(record.intent.files)
    except DamagedRun:
        return False


def _running(record: RunRecord) -> Notice[UndoBlockerKind]:
    return Notice("running", f"Run {record.run} is still at work.", "Wait until it has ended.")


def _unsettled(host: Host) -> Notice[UndoBlockerKind] | None:
    """A run that was cut short goes first: what it left half done is neither its own nor anybody else's."""
    left = run_records.unfinished(host)
    if left is None:
        return None
    return Notice(
        "unfinished",
        f"Run {left.run} did not finish; it is rolled back before anything else.",
        f"docker-audit-wizard undo {left.run}",
    )


def _not_undoable(record: RunRecord) -> Notice[UndoBlockerKind] | None:
    if record.running:
        return _running(record)
    if record.unfinished:
        return Notice(
            "unfinished",
            f"Run {record.run} did not finish; it is rolled back, not undone.",
            f"docker-audit-wizard undo {record.run}",
        )
    if record.kind == "undo":
        return Notice("is-undo", f"Run {record.run} is itself an undo.", "To have the rules again, apply again.")
    if record.undone_by:
        return Notice("undone", f"Run {record.run} was undone already, by run {record.undone_by}.", _LOOK)
    if not record.undoable:
        return Notice("nothing", f"Run {record.run} left nothing behind ({record.headline or record.outcome}).", _LOOK)
    return None


def _planned(host: Host, plan: UndoPlan, interest: Interest, known: Sequence[RunRecord], question: Question | None) -> UndoPlan:
    """*plan* with what it does to *host*; *known* are all runs of the journal, the newest first."""
    try:
        paths = frozenset(path for record in plan.records for path in record.intent.paths)
        asked = replace(question.interest, history=False) if question else Interest()
        facts = host.read(interest | asked | Interest(files=paths))
        if foreign := foreign_files(facts):
            return replace(plan, blockers=(foreign,))
        states = _states(plan, facts)
        if plan.everything:
            plan = _with_catalogue_lines(plan, facts, known, states)
        for path, left in states.after.items():
            states.after[path] = as_found(left, _changes_to(path, known))
        files, blockers = states.files, states.blockers
    except (DamagedRun, OSError) as error:
        said = f"{str(error)[:1].upper()}{str(error)[1:]}."
        by_hand = "Take the change back by hand, with the diff in the run's report."
        return replace(plan, blockers=(Notice("damaged", said, by_hand),))
    plan = replace(plan, files=files, notes=(*plan.notes, *states.notes))
    if plan.records and isinstance(facts.rules_dir, tuple):
        plan = replace(plan, since=since_run(plan.records[-1], host, facts))
    if plan.is_empty and not blockers:
        return plan
    if isinstance(facts.kernel_rules, tuple) and isinstance(facts.rules_dir, tuple):
        plan = replace(plan, lets_go=lets_go(plan.records, files, facts))
    commands, hindered = _commands(facts, plan)
    plan = replace(plan, commands=commands, blockers=(*blockers, *hindered))
    if plan.blockers:
        return plan
    whole = any(len(each.argv) > 1 for each in commands)
    plan = replace(plan, costs=load_costs(plan.records, files, facts, whole=whole))
    recent = tuple(since_the_boot(plan.records, host, facts))
    after = host_afterwards(plan.records, recent, files, facts, loads=bool(commands), whole=whole) if question else None
    return plan if question is None or after is None else replace(plan, afterwards=afterwards(question, facts, after))


def _commands(facts: HostFacts, plan: UndoPlan) -> tuple[tuple[Command, ...], tuple[Notice[UndoBlockerKind], ...]]:
    """What is run once the files of *plan* are written, and what stands in its way."""
    unread = next((item for item in (facts.audit_status, facts.kernel_rules, facts.rules_dir) if isinstance(item, Unknown)), None)
    if unread is not None:
        return (), (Notice("unread", unread.reason, unread.way_out or way_to_read(facts)),)
    assert not isinstance(facts.audit_status, Unknown)
    if facts.audit_status.enabled == 2:
        return (), ()
    program = facts.programs.augenrules
    if not program:
        way = "Install the package that brings it (auditd, audit)."
        return (), (Notice("no-augenrules", "augenrules is missing on this host.", way),)
    if load_would_lock(after_undo(facts, plan.files)):
        leaving = "the rules leave it one by one" if plan.lets_go else "none of these rules is loaded"
        command = Command((program,), f"compiles only, since a load would lock the kernel; {leaving}", "load")
    else:
        why = (
            "so that the kernel lets go of the rules that are taken back"
            if plan.lets_go
            else "loads rules.d as it then is; none of these rules is loaded"
        )
        command = Command((program, "--load"), why, "load")
    return (command,), tuple(endless_entries(facts))


def since_run(record: RunRecord, host: Host, facts: HostFacts) -> Since | None:
    """What has happened since *record* began; None where rules.d cannot be read."""
    if not isinstance(facts.rules_dir, tuple):
        return None
    began = Moment(record.started, record.uptime, record.boot)
    return since(record.intent, began, moment(host), digests(facts.rules_dir))


def since_the_boot(records: Iterable[RunRecord], host: Host, facts: HostFacts) -> Iterator[RunRecord]:
    """Those of *records*, the newest first, whose run loaded something that no boot has loaded anew since."""
    for record in records:
        past = since_run(record, host, facts)
        if past is not None and past.booted:
            return
        yield record


# --- the files -------------------------------------------------------------------------------------------------------------


@dataclass
class _States:
    """The files as they are and as they will be; a blocker, or in an undo of everything a note, for what cannot be told apart."""

    before: dict[str, FileState | None]
    after: dict[str, FileState | None]
    blockers: tuple[Notice[UndoBlockerKind], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[FileChange, ...]:
        """The files that change."""
        return tuple(FileChange(path, now, self.after[path]) for path, now in self.before.items() if now != self.after[path])


def _states(plan: UndoPlan, facts: HostFacts) -> _States:
    """The files without the changes of the plan's runs, the newest taken out first.

    Lines that a run adopted from audit.rules leave with it only where audit.rules gets its old bytes back: compiled anew, it would lose them.
    """
    states = _taken_out_of(plan, facts, keep_adopted=False)
    if not plan.records or comes_back(after_undo(facts, states.files), plan.records[-1].intent):
        return states
    return _taken_out_of(plan, facts, keep_adopted=True)


def _changes_to(path: str, known: Sequence[RunRecord]) -> Iterator[FileChange]:
    """What the runs *known* did to the file *path*, as far back as their journals are whole."""
    for record in known:
        if not (record.succeeded or record.outcome == "broken"):
            continue
        try:
            yield from (change for change in record.intent.files if change.path == path)
        except DamagedRun:
            return


def _taken_out_of(plan: UndoPlan, facts: HostFacts, *, keep_adopted: bool) -> _States:
    states = _States({}, {})
    for record in plan.records:
        for change in reversed(record.intent.files):
            now = state_of(file_in(facts, change.path))
            states.before.setdefault(change.path, now)
            ours = keeping_adopted(change, record.intent) if keep_adopted else change
            found = taken_out(ours, states.after.get(change.path, now))
            if found.kind == "conflict":
                found = _conflict(plan, record, ours, found, states)
            states.after[change.path] = found.state
    return states


def _conflict(plan: UndoPlan, record: RunRecord, change: FileChange, found: TakenOut, states: _States) -> TakenOut:
    """A file in which somebody has changed the run's own lines: refused, or in an undo of everything freed of those that still are as written."""
    if plan.everything:
        states.notes += (f"{change.path} has changed where run {record.run} wrote: its lines leave, what was made of them stays.",)
        return without_new_lines(change, found.state)
    states.blockers += (
        Notice(
            "changed-since",
            f"In {change.path} the lines of run {record.run} cannot be told apart any more: the file has changed.",
            f"Take the run's lines out by hand; the copy from before is {record.backup or 'none: there was no such file'}.",
            Place(change.path),
        ),
    )
    return found


def _with_catalogue_lines(plan: UndoPlan, facts: HostFacts, known: Sequence[RunRecord], states: _States) -> UndoPlan:
    """Take the catalogue's own lines out of docker.rules as well, where a run's journal is gone that may have written them."""
    if not journals_are_missing(known, {record.run for record in plan.records}):
        return plan
    now = states.before.setdefault(DOCKER_RULES, state_of(file_in(facts, DOCKER_RULES)))
    left = states.after.get(DOCKER_RULES, now)
    states.after[DOCKER_RULES] = left
    if left is None:
        return plan
    ours = catalogue_lines(plan.controls, facts) - proven_foreign(known)
    freed = without_lines(left, ours)
    states.after[DOCKER_RULES] = freed
    notes = list(plan.notes)
    if freed != left:
        notes.append(
            f"The journal of some run is gone, so lines of {DOCKER_RULES} that read exactly as this program writes them count as its own:"
            " look at the diff, whether you wrote one by hand."
        )
    if odd := lines_without_key(plan.controls, freed, facts):
        notes.append(
            f"{DOCKER_RULES} keeps {'; '.join(odd)}: this program writes such a line, but no key in it says so. Look whether you want it."
        )
    return replace(plan, notes=tuple(notes))
