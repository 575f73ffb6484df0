"""What a rehearsal found: events and bytes a day for each control, and what they would make of the log's retention."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import count_text, days_text, size_text
from tui.base.dataclass import dataclass
from tui.base.typing import Literal
from tui.host.facts import HostFacts
from tui.host.port import Actor
from tui.plan.log import log_story
from tui.run.values import EXIT_OF_OUTCOME, Outcome
from tui.run.words import HEADLINES
from tui.verdict.host_log import HostLog
from tui.verdict.values import OfferKind

_ENOUGH = 3600.0
"""Seconds below which the figures a day are called a guess."""


FLOOD = 10_000
"""Events a day from which on a control's rule counts as a flood: one every nine seconds, about 8 MiB of log."""


@dataclass(frozen=True, slots=True)
class Narrower:
    """Rules that record less, and what they would have recorded of the same accesses. ``text`` says what is lost and what ``check`` will then call
    the control; ``lines`` are for a rules file."""

    kind: OfferKind
    text: str
    lines: tuple[str, ...]
    events: int
    bytes: int
    events_per_day: float
    bytes_per_day: float


@dataclass(frozen=True, slots=True)
class Counted:
    """The count of one control: what its watch recorded, and what that is a day. ``left-out``: it was not rehearsed, ``note`` says why."""

    control: str
    slug: str
    path: str
    state: Literal["counted", "left-out"]
    events: int = 0
    bytes: int = 0
    events_per_day: float = 0.0
    bytes_per_day: float = 0.0
    note: str = ""
    narrower: tuple[Narrower, ...] = ()

    @property
    def is_flood(self) -> bool:
        """Whether so much was counted that less should be recorded."""
        return self.events_per_day >= FLOOD


@dataclass(frozen=True, slots=True)
class Storage:
    """The log's room and growth before the rehearsal; None where they are not known. ``max_bytes``: it stays within them by itself;
    ``free_bytes``: what may be written before ``ends``, which is what becomes of auditd or the host then, "" for a full partition alone."""

    max_bytes: int | None = None
    free_bytes: int | None = None
    bytes_per_day: float | None = None
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a rehearsal ended. ``stopped``: by ``time``, ``events``, ``space``, or ``cancelled``. ``retention_now`` and ``retention_then``
    are days that an event stays in a bounded log, ``days_until_full`` those in which one without bound fills its room, up to the limit at
    which auditd stops recording or takes the host down; None where not known.
    ``mend`` are the commands that take out by hand what could not be taken out."""

    outcome: Outcome
    headline: str
    message: str
    seconds: float = 0.0
    events: int = 0
    bytes: int = 0
    events_per_day: float = 0.0
    bytes_per_day: float = 0.0
    retention_now: float | None = None
    retention_then: float | None = None
    days_until_full: float | None = None
    stopped: str = ""
    controls: tuple[Counted, ...] = ()
    mend: tuple[str, ...] = ()
    run: str = ""
    actor: Actor | None = None

    @property
    def exit_code(self) -> int:
        """The exit status of the command line for this outcome."""
        return EXIT_OF_OUTCOME[self.outcome]


def storage_of(facts: HostFacts) -> Storage:
    """The log's room and growth on a host."""
    story = log_story(HostLog(facts))
    if story is None:
        return Storage()
    log = story.state
    name, does = log.first_end or ("disk_full_action", "")
    room = log.room_above(name)
    ends = {
        "halt": "auditd would shut this host down",
        "single": "auditd would take this host to single user mode",
        "suspend": "auditd would stop recording",
        "exec": "auditd would stop recording",
    }.get(does, "")
    within = log.bound.records_on and (room is None or not log.may_fill(room))
    return Storage(log.bound.max_bytes if within else None, room, log.growth.bytes_per_day if log.growth else None, ends)


def sum_up(controls: Sequence[Counted], seconds: float, stopped: str, gap: bool, storage: Storage) -> Rehearsal:
    """The report on a rehearsal of *seconds* that was carried out and cleaned up."""
    events, size = sum(each.events for each in controls), sum(each.bytes for each in controls)
    per_day = size * 86400 / seconds
    total = per_day + (storage.bytes_per_day or 0.0)
    now = storage.max_bytes / storage.bytes_per_day if storage.max_bytes and storage.bytes_per_day else None
    then = storage.max_bytes / total if storage.max_bytes and total else None
    until_full = storage.free_bytes / total if not storage.max_bytes and storage.free_bytes and total else None
    text = [
        f"In {seconds:.0f} s the planned watches recorded {count_text(events)} event{'' if events == 1 else 's'}, {size_text(size)}: "
        f"{count_text(events * 86400 / seconds)} events and {size_text(per_day)} a day at this rate."
    ]
    text += {
        "events": ["It was ended early, at the most events a rehearsal makes."],
        "space": ["It was ended early, before its records took too much of the log's space."],
        "cancelled": ["It was ended early, as asked."],
    }.get(stopped, [])
    if then is not None and not size and now is not None:
        text.append(f"Nothing of that would be added to the log: an event stays about {days_text(now)} in it, as today.")
    elif then is not None:
        before = f"; today it is {days_text(now)}" if now is not None else ""
        text.append(f"An event would stay about {days_text(then)} in the log{before}.")
    if until_full is not None:
        what = storage.ends or "its partition would be full"
        text.append(f"At that rate {what} in {days_text(until_full)}; nothing bounds the log before.")
    if seconds < _ENOUGH:
        text.append("So short a time tells little of a whole day: rehearse longer, at a busy hour.")
    if gap:
        text.append("Part of the log could not be read before it was rotated away, so there may have been more events.")
    text.append("The watches are out of the kernel again; no rules file was changed.")
    return Rehearsal(
        "proved",
        HEADLINES["rehearsed"],
        " ".join(text),
        seconds,
        events,
        size,
        events * 86400 / seconds,
        per_day,
        now,
        then,
        until_full,
        stopped,
        tuple(controls),
    )
