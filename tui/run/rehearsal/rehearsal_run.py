"""One rehearsal under way: watches loaded under keys of their own, their events counted, and in any case taken out again."""

from __future__ import annotations

import re
import shlex
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict

from tui.audit.log.growth import REHEARSAL_KEY
from tui.audit.log.records import parse_records
from tui.audit.log.tally import LogTally
from tui.audit.rule.value import Rule
from tui.base.amounts import count_text, size_text
from tui.base.dataclass import dataclass, field, replace
from tui.host.facts import HostFacts, Interest
from tui.host.port import LogMark
from tui.run import kernel_rules
from tui.run.context import RunContext, results_in_words
from tui.run.rehearsal.narrower import NarrowerTally, narrower_tally
from tui.run.rehearsal.report import Counted, Rehearsal, Storage, sum_up
from tui.run.step_tracker import StepTracker
from tui.run.steps import Job
from tui.run.values import Outcome, Step, StepState
from tui.run.words import HEADLINES
from tui.verdict import rule_display
from tui.verdict.values import Finding

MOST_EVENTS = 10_000
"""A rehearsal ends by itself at this many events."""

MOST_SHARE = 0.05
"""A rehearsal ends by itself when its records take this part of the log's bound, or of the partition's free space."""

LEAST_ROOM = 16 << 20
"""The least bytes that may be left before auditd takes the host down or stops recording: below it no rehearsal begins."""

TICK = 0.5
"""Seconds between two looks at the log."""

_SAY_EVERY = 5.0  # seconds
_SETTLE = 2.0  # seconds within which auditd writes what the kernel handed it; 9 ms was the most that was measured

KEY = REHEARSAL_KEY
"""What a temporary rule's key begins with; process id, dot and number of the control follow."""
_ALL_OUT = "None of its rules is in the kernel any more."

_CHECK = Job("check", "See that the watches can be rehearsed here", lambda _context: "")
_LOAD = Job("load", "Load the watches under a key of their own", lambda _context: "")
_COUNT = Job("count", "Count what they record", lambda _context: "")
_REMOVE = Job("remove", "Take them out again", lambda _context: "")
STEPS = (_CHECK, _LOAD, _COUNT, _REMOVE)


def most_bytes(storage: Storage) -> float:
    """The bytes of records at which a rehearsal ends by itself; 0 where nothing is known of the log's room."""
    room = [amount for amount in (storage.max_bytes, storage.free_bytes) if amount]
    return MOST_SHARE * min(room) if room else 0.0


def ending(storage: Storage) -> tuple[str, ...]:
    """What ends a rehearsal before its time, and what a full log would do to the host, in sentences."""
    most = most_bytes(storage)
    space = f", or once its records take {size_text(most)} of the log's room" if most else ""
    room = (
        f" {size_text(storage.free_bytes)} more of log, whoever writes it, and {storage.ends}."
        if storage.free_bytes and storage.ends
        else ""
    )
    return tuple(filter(None, (room.strip(), f"It ends by itself before its time at {count_text(MOST_EVENTS)} events{space}.")))


@dataclass(frozen=True, slots=True)
class Watch:
    """The temporary rules of one control, and their key."""

    finding: Finding
    key: str
    rules: tuple[Rule, ...]


def is_ours(rule: Rule) -> bool:
    """Whether the rule carries the key of a rehearsal, this one or one that was cut short."""
    return any(re.fullmatch(re.escape(KEY) + r"\d+\.\d+", key) for key in rule.keys)


def _delete(context: RunContext, rule: Rule, facts: HostFacts) -> tuple[str, ...]:
    return (context.intent.auditctl, *rule_display.words_to_delete(rule, facts))


def mending(context: RunContext, rules: Sequence[Rule]) -> tuple[str, ...]:
    """The commands that take *rules* out by hand."""
    facts = context.host.read(Interest()) if rules else None
    return tuple(shlex.join(_delete(context, rule, facts)) for rule in rules) if facts else ()


def take_out(context: RunContext) -> tuple[Rule, ...]:
    """Delete every rule that carries a rehearsal's key, each by itself and exactly; what is left of them. Raises OSError."""
    for _ in range(2):  # a second time for what a busy kernel refused
        facts = context.read()
        left = tuple(rule for rule in context.rules(facts) if is_ours(rule))
        if not left:
            return ()
        for rule in left:
            context.run(_delete(context, rule, facts), timeout=60.0, quiet=True)
    return tuple(rule for rule in context.rules() if is_ours(rule))


def left_over(left: Sequence[Rule]) -> str:
    """A sentence about rules that are still in the kernel."""
    return f"The kernel still holds {rule_display.counted(len(left))} of the rehearsal: {rule_display.listed(left)}."


class _NotLoaded(Exception):
    """A rehearsal that failed: the watches did not get into the kernel, or nothing of them into the log; the message says why."""

    def __init__(self, message: str, outcome: Outcome) -> None:
        super().__init__(message)
        self.outcome: Outcome = outcome


@dataclass
class RehearsalRun:
    """One rehearsal under way, from the first rule to the report."""

    context: RunContext
    tracker: StepTracker
    facts: HostFacts
    watches: tuple[Watch, ...]
    left_out: tuple[Counted, ...]
    storage: Storage
    wanted_seconds: float
    cancelled: Callable[[], bool]
    tally: LogTally = field(default_factory=LogTally)
    narrower: NarrowerTally = field(default_factory=NarrowerTally)
    mark: LogMark | None = None
    began: float = 0.0
    stopped: str = ""
    gap: bool = False
    notes: dict[str, str] = field(default_factory=dict)
    last_progress: float = 0.0

    def go(self) -> Rehearsal:
        """Load the watches, count their records, and in any case take them out."""
        seconds = 0.0
        problem: tuple[Outcome, str] | None = None
        try:
            self._step(1, self._load)
            self._step(2, self._count)
            seconds = max(self.context.host.uptime() - self.began, 0.001)
        except _NotLoaded as why_not:
            problem = (why_not.outcome, str(why_not))
        except OSError as error:
            problem = ("rolled-back", f"{error}")
        except (KeyboardInterrupt, SystemExit) as stop:
            problem = ("rolled-back", f"It was interrupted ({type(stop).__name__}).")
        except BaseException as error:  # A mistake of ours must not leave a rule behind.
            self.context.journal.note(
                "internal-error", traceback="".join(traceback.format_exception(type(error), error, error.__traceback__))
            )
            problem = ("rolled-back", f"An internal error: {type(error).__name__}: {error}.")
        left = self._remove()
        if left is None or left:
            text = "It could not be read whether the watches are out of the kernel." if left is None else left_over(left)
            mend = mending(self.context, left or self._expected())
            return self._end(
                Rehearsal(
                    "broken", HEADLINES["watches-left"], " ".join(filter(None, (problem[1] if problem else "", text))), mend=mend
                )
            )
        if problem:
            headline = HEADLINES["not-counted"]
            return self._end(Rehearsal(problem[0], headline, f"{problem[1]} {_ALL_OUT}"))
        self.narrower.finish()
        counts = tuple(self._counted(watch, seconds) for watch in self.watches)
        return self._end(sum_up((*counts, *self.left_out), seconds, self.stopped, self.gap, self.storage))

    def _step(self, index: int, action: Callable[[], str]) -> None:
        step = self.tracker.start(index)
        self.context.step = step.name
        self._write(step)
        began = self.context.host.uptime()
        try:
            message = action()
        except BaseException:
            self._write(self.tracker.set(index, "failed", seconds=self.context.host.uptime() - began))
            for later in range(index + 1, len(STEPS) - 1):
                self.tracker.set(later, "skipped")
            raise
        self._write(self.tracker.finish(index, message, self.context.host.uptime() - began))

    def _write(self, step: Step) -> None:
        """Note where *step* stands: the journal's report tells of a step without its end that it was cut short."""
        self.context.journal.note("step", **asdict(step))

    def _expected(self) -> tuple[Rule, ...]:
        return tuple(rule for watch in self.watches for rule in watch.rules)

    def _load(self) -> str:
        results = [self.context.auditctl(rule_display.words_to_add(rule, self.facts)) for rule in self._expected()]
        lost = kernel_rules.missing(self._expected(), self.context.rules())
        if lost:
            raise _NotLoaded(
                f"The kernel did not take {rule_display.listed(lost)}. {results_in_words(results)}".strip(), "rolled-back"
            )
        recorded = [self._probe(watch) for watch in self.watches]
        if not any(recorded):
            raise _NotLoaded(
                "Accesses of our own to what is watched did not reach the log, so counting would show nothing. Look in syslog whether auditd has "
                "suspended itself; with space for its log again, `auditctl --signal USR2` makes it go on.",
                "not-proved",
            )
        loaded = len(self._expected())
        return f"{rule_display.counted(loaded)} loaded; {'it is' if loaded == 1 else 'they are'} on no disk."

    def _probe(self, watch: Watch) -> bool:
        """Check that an access of our own is recorded, and under which key; what is odd about it becomes a note."""
        recording = [rule for rule in watch.rules if rule.action != "never"] or watch.rules  # what leaves a folder out stands first
        proof = self.context.host.probe(recording[0].path or watch.finding.path, _access(recording))
        if not proof.recorded:
            self.notes[watch.key] = f"a harmless access of our own left no record: {proof.reason}."
        elif proof.key != watch.key:
            key = f"the key {proof.key}" if proof.key else "no key"
            first = next((other.finding for other in self.watches if other.key == proof.key), None)
            note = f"counted with {first.control} already, whose watch holds it; here only what comes on top." if first else ""
            note = (
                note or f"an earlier rule records some of these accesses already, under {key}; only what comes on top is counted."
            )
            self.notes[watch.key] = note
        return proof.recorded

    def _count(self) -> str:
        host = self.context.host
        self.mark, self.began = host.log_mark(), host.uptime()
        self.narrower = narrower_tally([(watch.finding, watch.key) for watch in self.watches], self.facts)
        end = self.began + self.wanted_seconds
        while not self.stopped:
            now = host.uptime()
            if now >= end:
                self.stopped = "time"
            elif self.cancelled() or self.context.watcher.interrupted or self.tracker.watcher.interrupted:
                self.stopped = "cancelled"
            else:
                host.sleep(min(TICK, end - now))
                self._drain()
                self.stopped = self._limit()
                self._tell()
        return self._so_far()

    def _tell(self) -> None:
        spent, text = self.context.host.uptime() - self.began, self._so_far()
        self.tracker.set(2, "running", seconds=spent, message=text)
        if spent - self.last_progress >= _SAY_EVERY:
            self.last_progress = spent
            self.context.say(f"{spent:.0f} of {self.wanted_seconds:g} s: {text}")

    def _drain(self) -> bytes:
        if self.mark is None:
            return b""
        piece = self.context.host.log_since(self.mark)
        self.mark = piece.mark
        self.gap = self.gap or piece.gap
        self.tally.feed(piece.data)
        self.narrower.feed(piece.data)
        return piece.data

    def _sums(self) -> tuple[int, int]:
        events, sizes = self.tally.events_by_key, self.tally.bytes_by_key
        return sum(events.get(watch.key, 0) for watch in self.watches), sum(sizes.get(watch.key, 0) for watch in self.watches)

    def _limit(self) -> str:
        events, size = self._sums()
        if events >= MOST_EVENTS:
            return "events"
        most = most_bytes(self.storage)
        return "space" if most and size >= most else ""

    def _so_far(self) -> str:
        events = self.tally.events_by_key
        parts = [f"{watch.finding.slug} {events.get(watch.key, 0):,}" for watch in self.watches if events.get(watch.key)]
        total = self._sums()[0]
        detail = f" ({', '.join(parts[:4])}{', …' if len(parts) > 4 else ''})" if parts else ""
        return f"{total:,} event{'' if total == 1 else 's'} so far{detail}"

    def _remove(self) -> tuple[Rule, ...] | None:
        """Take the watches out and wait for the last of their records; what is left, None where that cannot be told."""
        step = self.tracker.start(3)
        self.context.step = step.name
        self._write(step)
        began = self.context.host.uptime()
        try:
            left = take_out(self.context)
        except BaseException as error:
            message = f"{error}" if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
            self.context.say(message)
            self._write(self.tracker.set(3, "failed", message=message))
            return None
        try:
            self._settle_log()
        except BaseException:
            self.gap = True  # the last events may be missing; the watches are out all the same
        message = left_over(left) if left else _ALL_OUT
        ended: StepState = "failed" if left else "done"
        self._write(self.tracker.set(3, ended, seconds=self.context.host.uptime() - began, message=message))
        return left

    def _settle_log(self) -> None:
        """Read the log until the kernel's own word of the removal is in it: all events from before it then are, too."""
        if self.mark is None:
            return
        keys = {watch.key for watch in self.watches}
        deadline = self.context.host.uptime() + _SETTLE
        while keys and self.context.host.uptime() < deadline:
            for record in parse_records(self._drain()):
                if record.type == "CONFIG_CHANGE" and "remove_rule" in record.fields.get("op", ""):
                    keys.difference_update(record.keys)
            if keys:
                self.context.host.sleep(0.05)

    def _counted(self, watch: Watch, seconds: float) -> Counted:
        events, size = self.tally.events_by_key.get(watch.key, 0), self.tally.bytes_by_key.get(watch.key, 0)
        finding = watch.finding
        return Counted(
            finding.control,
            finding.slug,
            finding.path,
            "counted",
            events,
            size,
            events * 86400 / seconds,
            size * 86400 / seconds,
            self.notes.get(watch.key, ""),
            self.narrower.of(watch.key, seconds),
        )

    def _end(self, rehearsal: Rehearsal) -> Rehearsal:
        opened = self.context.journal
        figures = "; ".join(
            f"{each.control} {count_text(each.events)} events, {size_text(each.bytes_per_day)} a day"
            for each in rehearsal.controls
            if each.state == "counted"
        )
        told = f"{rehearsal.message} By control: {figures}." if figures else rehearsal.message
        opened.end(rehearsal.outcome, rehearsal.headline, told)
        return replace(rehearsal, run=opened.run, actor=opened.actor)


def _access(rules: Sequence[Rule]) -> str:
    """One access that the rules record, ``r`` before all others."""
    mask = 0
    for rule in rules:
        perm = rule.first("perm")
        mask |= perm if isinstance(perm, int) else 15
    return next(letter for letter, bit in (("r", 4), ("w", 2), ("a", 8), ("x", 1)) if mask & bit)
