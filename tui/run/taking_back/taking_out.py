"""A run's lines taken out of a file again: the one way in which undo, rollback and recovery do it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.audit.rules_d.edit import unmerge_rules
from tui.base.dataclass import dataclass, replace
from tui.base.paths import below
from tui.base.typing import Literal
from tui.host.facts import RULES_DIR, FileFacts, HostFacts
from tui.plan.values import FileChange, FileState
from tui.run.journal.intent import Intent

_MARK = b"\xef\xbb\xbf"
GUARD = b"\n"
"""The empty line at the beginning of a file: augenrules would join the first line to a file before it without a last newline."""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What a file shall be without a run's change; ``state`` None: absent.

    ``kind`` is ``gone`` where nothing of the change is there, ``conflict`` where it cannot be told from what others did; then
    ``state`` is the file as it is.
    """

    kind: Literal["taken", "gone", "conflict"]
    state: FileState | None


def taken_out(change: FileChange, now: FileState | None) -> TakenOut:
    """*now* without the change of *change*, and with whatever others have changed in it since."""
    if holds(now, change.before):
        return TakenOut("gone", now)
    if holds(now, change.after):
        return TakenOut("taken", change.before)
    if now is None:
        return TakenOut("gone", None)
    old, new = (state.content if state else None for state in (change.before, change.after))
    merged = unmerge_rules(now.content, old, new or b"")
    if merged is None:
        if not _stands_as_written(change, now):
            return TakenOut("conflict", now)
        merged = now.content
    merged = _without(replace(now, content=merged), _moved(change, now.content, merged), once=True).content
    if _brings_a_guard(change) and now.content.startswith(GUARD) and merged.strip() and not merged.startswith(GUARD):
        merged = GUARD + merged  # Lines of later runs, or of others, stand below it now.
    if merged == now.content:
        return TakenOut("gone", now)
    return TakenOut("taken", None if change.before is None and not merged else replace(now, content=merged))


def _stands_as_written(change: FileChange, now: FileState) -> bool:
    """Whether the run added lines and did nothing else, and each of them is there, once: whatever was moved around them, they can be told."""
    lines, added = _pieces(now.content), new_lines(change)
    rest = iter(_pieces(change.after.content if change.after else b""))
    only_added = all(line in rest for line in _pieces(change.before.content if change.before else b""))
    return only_added and all([line.rstrip(b"\r\n") for line in lines].count(line) == 1 for line in added)


def _moved(change: FileChange, now: bytes, merged: bytes) -> frozenset[bytes]:
    """The lines that the run brought and that *merged* still holds as often as *now* did: a comparison takes a line that stands elsewhere by
    now (behind one that was written again) for one that is gone."""
    before, after = ([line.rstrip(b"\r") for line in content.split(b"\n")] for content in (now, merged))
    return frozenset(line for line in new_lines(change) if before.count(line) == after.count(line))


def _brings_a_guard(change: FileChange) -> bool:
    old, new = (state.content if state else b"" for state in (change.before, change.after))
    return new.startswith(GUARD) and not old.startswith(GUARD)


def as_found(left: FileState | None, changes: Iterable[FileChange]) -> FileState | None:
    """*left* as the runs of *changes* to this file, the newest first, found it, where nothing but the empty line of one of them is left
    besides; None, no file, where that run had made it. A file that was gone in between is somebody else's since."""
    for change in changes:
        if left is None or change.after is None:
            break
        if _brings_a_guard(change) and left.content.removeprefix(GUARD) == (change.before.content if change.before else b""):
            return change.before and replace(left, content=change.before.content)
    return left


def holds(now: FileState | None, wanted: FileState | None) -> bool:
    """True where both have the same content, whatever their modes and owners are."""
    return (now.content if now else None) == (wanted.content if wanted else None)


def new_lines(change: FileChange) -> frozenset[bytes]:
    """The lines that the run brings into the file; the end of a file is none."""
    return lines_of(change.after) - lines_of(change.before) - {b""}


def lines_of(state: FileState | None) -> frozenset[bytes]:
    """The lines of a file, without what ends them and the byte order mark before them."""
    if state is None:
        return frozenset()
    return frozenset(line.rstrip(b"\r") for line in state.content.removeprefix(_MARK).split(b"\n"))


def without_new_lines(change: FileChange, now: FileState | None) -> TakenOut:
    """*now* without each line that the run of *change* brought and that still stands there to the letter, wherever that is."""
    if now is None:
        return TakenOut("gone", None)
    left = _without(now, new_lines(change), once=True)
    return TakenOut("gone", now) if left.content == now.content else TakenOut("taken", _or_absent(left, change.before is None))


def without_lines(now: FileState, lines: frozenset[bytes]) -> FileState | None:
    """*now* without every line of *lines*; None, no file, where nothing but blank lines is left of one that had them."""
    left = _without(now, lines, once=False)
    return now if left.content == now.content else _or_absent(left, True)


def _without(now: FileState, lines: frozenset[bytes], *, once: bool) -> FileState:
    kept: list[bytes] = []
    leaving = set(lines)
    for line in reversed(_pieces(now.content)):
        if line.rstrip(b"\r\n") in leaving:
            leaving -= {line.rstrip(b"\r\n")} if once else set()
        else:
            kept.append(line)
    return replace(now, content=b"".join(reversed(kept)))


def _pieces(content: bytes) -> list[bytes]:
    """The lines with their ends, as augenrules sees them: a newline alone ends one."""
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def _or_absent(state: FileState, made: bool) -> FileState | None:
    return None if made and not state.content.strip() else state


def adopted_lines(change: FileChange, intent: Intent) -> frozenset[bytes]:
    """The lines that the run brought into the file from audit.rules."""
    return new_lines(change) & lines_of(intent.compiled)


def keeping_adopted(change: FileChange, intent: Intent) -> FileChange:
    """*change* without the lines that the run adopted from audit.rules: where audit.rules is compiled anew, no file would bring them."""
    adopted = adopted_lines(change, intent)
    if change.after is None or not adopted:
        return change
    before = change.before.content if change.before else b"\n"
    kept = [line for line in change.after.content.split(b"\n") if line.rstrip(b"\r") in adopted]
    ended = before if before.endswith(b"\n") else before + b"\n"
    return replace(change, before=replace(change.before or change.after, content=ended + b"".join(line + b"\n" for line in kept)))


def after_undo(facts: HostFacts, files: Sequence[FileChange]) -> HostFacts:
    """*facts* with rules.d as it will be."""
    if not isinstance(facts.rules_dir, tuple):
        return facts
    entries: Mapping[str, FileFacts] = {entry.path: entry for entry in facts.rules_dir}
    entries = dict(entries)
    for change in files:
        if not below(change.path, RULES_DIR):
            continue
        if change.after is None:
            entries.pop(change.path, None)
        else:
            old = entries.get(change.path) or FileFacts(change.path)
            entries[change.path] = replace(old, content=change.after.content)
    return replace(facts, rules_dir=tuple(entries[path] for path in sorted(entries)))
