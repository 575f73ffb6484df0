"""What blinds auditing as a whole: the audit status, and the task, exclude and filesystem lists.

Sources: audit_alloc, audit_filter and __audit_inode in kernel/auditsc.c, kernel/audit.c, and measurement.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.coverage.caller_words import describe
from tui.audit.coverage.callers import HOLDS, NUMBERS, Condition, Filters
from tui.audit.coverage.regions import ALL, Box, Ranges, compared, overlap, subtract
from tui.audit.coverage.values import Blind
from tui.audit.inputs import AuditStatus
from tui.audit.rule.numbers import FILE_SYSTEMS
from tui.audit.rule.value import Field, Rule
from tui.base.typing import NamedTuple

PROCESS_FIELDS = frozenset(
    ["gid", "egid", "sgid", "fsgid", "pers", "subj_user", "subj_role", "subj_type", "subj_sen", "subj_clr", "compare"]
)
"""What the task list can ask beyond NUMBERS; its other fields belong to a call, and a rule that has one never matches there."""


class Loss(NamedTuple):
    """Events lost to one cause; with ``names_only`` to rules that find the object by its path, whatever their action."""

    blind: Blind
    boxes: tuple[Box, ...]
    names_only: bool = False


class Whole(NamedTuple):
    """Processes of which an ``always,task`` rule records every call, whatever the exit rules say."""

    position: int
    boxes: tuple[Box, ...]


def losses(
    rules: Sequence[tuple[int, Rule]], status: AuditStatus | None, filters: Filters, access: str
) -> tuple[list[Loss], list[Whole]]:
    """What keeps records of *access* from the log, the causes in the order of their weight, and what is recorded whole.

    *rules* are those of the lists other than exit, with their positions.
    """
    everything = filters.everything(access)
    found = [Loss(blind, tuple(_limited(blind, everything))) for blind in status_blinds(status)]
    task, whole = _task(rules, everything, filters)
    found += task
    for position, rule in rules:
        if rule.filter == "exclude" and rule.fields:
            boxes = filters.boxes(rule, access, records=False)
            if boxes:
                found.append(Loss(Blind("exclude", _exclude_words(filters, boxes, access), position), tuple(boxes)))
        elif rule.filter == "filesystem" and rule.action == "never":
            boxes = [box for field in rule.fields for box in _filesystem(field, everything)]
            if boxes:
                found.append(Loss(Blind("filesystem", FILESYSTEM_WORDS, position), tuple(boxes), names_only=True))
    return found, whole


FILESYSTEM_WORDS = "A filesystem rule hides the names of files, so that no rule finds one by its path."

RATE_LIMIT = Condition("while records come slower than the rate limit", "while records come faster than the rate limit")


def status_blinds(status: AuditStatus | None) -> list[Blind]:
    """The settings of the audit status that lose records."""
    if status is None:
        return []
    found = []
    if status.enabled == 0:
        found.append(Blind("disabled", "Auditing is switched off in the kernel: nothing is recorded."))
    if status.pid == 0:
        found.append(Blind("no-daemon", "No audit daemon is registered with the kernel (pid 0): no record reaches the audit log."))
    if status.rate_limit:
        text = f"The kernel drops records beyond {status.rate_limit} a second (rate limit): accesses go unrecorded without a trace."
        found.append(Blind("rate-limit", text))
    return found


def _limited(blind: Blind, everything: Box) -> list[Box]:
    return everything.minus(Box(everything.calls, {RATE_LIMIT: HOLDS})) if blind.kind == "rate-limit" else [everything]


def _task(rules: Sequence[tuple[int, Rule]], everything: Box, filters: Filters) -> tuple[list[Loss], list[Whole]]:
    """The rule of the task list that decides about a process. First match wins, as on the exit list: when a process starts, for as
    long as it lives."""
    remaining = [everything]
    lost: list[Loss] = []
    whole: list[Whole] = []
    for position, rule in rules:
        if rule.filter != "task" or not remaining:
            continue
        box = None if any(map(filters.names_nobody, rule.fields)) else _process(rule.fields, everything)
        if box is None:
            continue
        taken = overlap(remaining, [box])
        remaining = subtract(remaining, [box])
        if not taken:
            continue
        if rule.action == "never":
            some = "" if not box.ranges else " that match it"
            text = f"Processes{some} started while a never,task rule is loaded are never audited, even after it is gone."
            lost.append(Loss(Blind("never-task", text, position), tuple(taken)))
        elif rule.action == "always":
            whole.append(Whole(position, tuple(taken)))
    return lost, whole


def _process(fields: Sequence[Field], everything: Box) -> Box | None:
    """The processes that a task rule matches as they start, None for none."""
    box: Box | None = everything
    for field in fields:
        if box is None:
            return None
        if field.name in NUMBERS - {"exit"} and isinstance(field.value, int):
            ranges: Ranges | None = compared(field.op, field.value)
            if ranges is not None:
                if not ranges:
                    return None
                if ranges != ALL:
                    box = box.meet(Box(everything.calls, {("started", field.name): ranges}))
                continue
        elif field.name not in PROCESS_FIELDS:
            return None
        condition = Condition(
            f"processes started with {field.name}{field.op}{field.value}",
            f"processes started without {field.name}{field.op}{field.value}",
        )
        box = box.meet(Box(everything.calls, {condition: HOLDS}))
    return box


def _exclude_words(filters: Filters, boxes: list[Box], access: str) -> str:
    callers = describe(filters, boxes, access)
    whose = "" if callers == "every caller" else f" of these callers: {callers}"
    return f"An exclude rule drops the SYSCALL record, which says who did what,{whose or ' of everybody'}."


def _filesystem(field: Field, everything: Box) -> list[Box]:
    if field.name != "fstype" or not isinstance(field.value, int):
        return []
    pseudo = field.value in FILE_SYSTEMS.values()
    if field.op == "=":
        if pseudo:
            return []  # debugfs and tracefs hold nothing of Docker's: what the rule is meant for
        return [Box(everything.calls, {_on_type(field.value): HOLDS})]
    if pseudo:
        return [everything]
    return everything.minus(Box(everything.calls, {_on_type(field.value): HOLDS}))


def _on_type(magic: int) -> Condition:
    return Condition(f"files on file systems of type {magic:#x}", f"files on file systems of other types than {magic:#x}")
