"""A run's lines taken out of a file again: the one way in which undo, rollback and recovery do it. Pure."""

from __future__ import annotations

from typing import Literal

from tui.audit.rules_d.edit import unmerge_rules
from tui.base.dataclass import dataclass, replace
from tui.run.journal.intent import FileState, FileSwap, Intent


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What a file shall be without a run's change; ``state`` None: absent.

    ``kind`` is ``gone`` where nothing of the change is there, ``conflict`` where it cannot be told from what others did; then
    ``state`` is the file as it is.
    """

    kind: Literal["taken", "gone", "conflict"]
    state: FileState | None


def taken_out(swap: FileSwap, now: FileState | None) -> TakenOut:
    """*now* without the change of *swap*, and with whatever others have changed in it since."""
    if holds(now, swap.before):
        return TakenOut("gone", now)
    if holds(now, swap.after):
        return TakenOut("taken", swap.before)
    if now is None:
        return TakenOut("gone", None)
    old, new = (state.content if state else None for state in (swap.before, swap.after))
    merged = unmerge_rules(now.content, old, new or b"")
    if merged is None:
        return TakenOut("conflict", now)
    if merged == now.content:
        return TakenOut("gone", now)
    return TakenOut("taken", None if swap.before is None and not merged else replace(now, content=merged))


def holds(now: FileState | None, wanted: FileState | None) -> bool:
    """True where both have the same content, whatever their modes and owners are."""
    return (now.content if now else None) == (wanted.content if wanted else None)


def new_lines(swap: FileSwap) -> frozenset[bytes]:
    """The lines that the run brings into the file; the end of a file is none."""
    return lines_of(swap.after) - lines_of(swap.before) - {b""}


def lines_of(state: FileState | None) -> frozenset[bytes]:
    """The lines of a file, without what ends them."""
    return frozenset(line.rstrip(b"\r") for line in state.content.split(b"\n")) if state else frozenset()


def keeping_adopted(swap: FileSwap, intent: Intent) -> FileSwap:
    """*swap* without the lines that the run adopted from audit.rules: where audit.rules is compiled anew, no file would bring them."""
    adopted = new_lines(swap) & lines_of(intent.compiled)
    if swap.after is None or not adopted:
        return swap
    before = swap.before.content if swap.before else b"\n"
    kept = [line for line in swap.after.content.split(b"\n") if line.rstrip(b"\r") in adopted]
    ended = before if before.endswith(b"\n") else before + b"\n"
    return replace(swap, before=replace(swap.before or swap.after, content=ended + b"".join(line + b"\n" for line in kept)))
