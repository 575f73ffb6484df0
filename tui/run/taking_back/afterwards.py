"""What will be true of the audited objects once an undo is done: the host judged as the undo will leave it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.inputs import AuditStatus
from tui.audit.rules_d.compiled import compile_rules
from tui.base.amounts import first_of
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.base.typing import Any
from tui.host.facts import AUDIT_RULES, FileFacts, HostFacts
from tui.plan.values import FileChange
from tui.run.journal.run_records import RunRecord
from tui.run.taking_back.loaded_after import loaded_after
from tui.run.taking_back.settings import settings_once_undone
from tui.run.taking_back.since import comes_back
from tui.run.taking_back.taking_out import after_undo
from tui.verdict.disk import rules_files
from tui.verdict.known import KnownHost
from tui.verdict.question import Question
from tui.verdict.values import Finding, Level, State
from tui.verdict.words import in_state, is_partly_recorded

NOTHING_WORSE = "Afterwards: nothing is less audited than now."
_RANK: Mapping[State, int] = {
    "unaudited": 0,
    "pending-reboot": 1,
    "not-loaded": 2,
    "blind": 3,
    "shadowed": 4,
    "partial": 5,
    "not-persistent": 6,
    "audited": 7,
}
_LEVELS: Mapping[Level, int] = {"unaudited": 0, "partial": 1, "audited": 2}


def host_afterwards(
    records: Sequence[RunRecord],
    recent: Sequence[RunRecord],
    files: Sequence[FileChange],
    facts: HostFacts,
    *,
    loads: bool,
    whole: bool,
) -> KnownHost | None:
    """The host once the undo of *records* is done, of which no boot has come after the *recent* ones; None where what it rests on is not known.

    *files* are written, rules.d is compiled (*loads*: by augenrules, which an undo on a locked kernel leaves out) and, with *whole*, loaded."""
    before = KnownHost.of(facts)
    if not isinstance(before, KnownHost):
        return None
    changed = after_undo(facts, files)
    then = records[-1].intent if records else None
    compiled = facts.audit_rules
    if then is not None and comes_back(changed, then):
        compiled = None if then.compiled is None else _with_content(compiled, then.compiled.content)
    elif loads:
        compiled = _with_content(compiled, compile_rules(rules_files(changed), changed.names).text)
    if not loads:
        return before.changed(rules_dir=changed.rules_dir, audit_rules=compiled)
    stored, kept = loaded_after(records, files, facts, whole=whole)
    rules = (*stored, *kept)
    if then is not None and frozenset(rules) == frozenset(then.kernel_before):
        rules = then.kernel_before
    assert isinstance(facts.audit_status, AuditStatus)
    settings: Mapping[str, Any] = settings_once_undone(recent, facts.audit_status)
    status = replace(facts.audit_status, **settings)
    return before.changed(rules_dir=changed.rules_dir, audit_rules=compiled, kernel_rules=rules, audit_status=status)


def _with_content(entry: object, content: bytes) -> FileFacts:
    return replace(entry, content=content) if isinstance(entry, FileFacts) else FileFacts(AUDIT_RULES, content=content)


def afterwards(question: Question, before: HostFacts, after: KnownHost) -> str:
    """Which of the objects in *question* are less audited once the host is as *after*, in a sentence."""
    told: dict[str, list[str]] = {}
    for old, new in zip(question.findings(before), question.findings(after)):
        if _is_worse(old, new):
            told.setdefault(_words(old, new), []).append(clean(new.path))
    if not told:
        return NOTHING_WORSE
    said = (f"{first_of(paths, 2)} {'is' if len(paths) == 1 else 'are'} {words}" for words, paths in told.items())
    return f"Afterwards: {'; '.join(said)}."


def _is_worse(old: Finding, new: Finding) -> bool:
    ranks = _RANK.get(old.state), _RANK.get(new.state)
    if ranks[0] is None or ranks[1] is None or ranks[0] != ranks[1]:
        return ranks[0] is not None and ranks[1] is not None and ranks[1] < ranks[0]
    return _has_less(old.coverage, new.coverage) or _has_less(old.after_boot, new.after_boot)


def _has_less(old: Mapping[str, Level] | None, new: Mapping[str, Level] | None) -> bool:
    levels = old or {}
    return any(_LEVELS[level] < _LEVELS[levels.get(access, level)] for access, level in (new or {}).items())


def _words(old: Finding, new: Finding) -> str:
    if old.state == new.state:
        return f"{in_state(new)}, less than now"
    if new.state == "not-persistent":
        return "audited until the next reboot at most"
    nor = new.after_boot is not None and not is_partly_recorded(old.coverage) and not is_partly_recorded(new.after_boot)
    return in_state(new) + (", nor after a reboot" if nor else "")
