"""Lost names: exclude rules that leave an event without the records that tell which file it was about. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.coverage.regions import compared, meet
from tui.audit.rule.value import Rule
from tui.base.notice import Notice
from tui.host.facts import HostFacts
from tui.verdict.rule_display import display
from tui.verdict.values import ReasonKind

SYSCALL, PATH = 1300, 1302  # AUDIT_SYSCALL and AUDIT_PATH, include/uapi/linux/audit.h


def of_lost_names(rules: Sequence[Rule], facts: HostFacts) -> Iterator[Notice[ReasonKind]]:
    """The reason where accesses are recorded and no record names the file (measured: the SYSCALL record and its key stay)."""
    for rule in rules:
        if rule.filter == "exclude" and _drops(rule, PATH) and not _drops(rule, SYSCALL):
            whose = "of some callers " if any(field.name != "msgtype" for field in rule.fields) else ""
            yield Notice(
                "no-path-records",
                f"Events {whose}are recorded, but no record tells which path: “{display(rule, facts)}” drops their PATH records.",
                "Take that rule away where the path matters; until then look by key (ausearch -k), since ausearch -f finds none of these.",
            )


def _drops(rule: Rule, record: int) -> bool:
    types = [field for field in rule.fields if field.name == "msgtype"]
    return bool(types) and all(
        isinstance(field.value, int) and meet(compared(field.op, field.value) or (), ((record, record),)) for field in types
    )
