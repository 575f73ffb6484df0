"""Rule and Field: one audit rule as the kernel holds it, whichever way it was read."""

from __future__ import annotations

from functools import lru_cache

from tui.base.dataclass import dataclass
from tui.base.typing import Literal

FilterList = Literal["task", "exit", "user", "exclude", "filesystem", "io_uring"]
Action = Literal["always", "never", "possible"]

KEY_SEPARATOR = "\x01"
"""What stands between several keys of one rule in its key field (AUDIT_KEY_SEPARATOR)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One ``-F`` (or ``-C``) condition of a rule.

    ``value`` is a string for the string fields (path, dir, exe, subj_*, obj_*) and an unsigned 32-bit number for all others:
    ``arch`` is the AUDIT_ARCH_* number, ``perm`` the kernel's bit mask (x=1 w=2 r=4 a=8), ``compare`` the AUDIT_COMPARE_* number.
    A field number without a name is called ``field:NUMBER``, an operator without a sign ``op:NUMBER``. Bytes that are no UTF-8
    are kept as surrogate escapes.
    """

    name: str
    op: str
    value: int | str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the kernel holds it; two rules are equal where the kernel would say "Rule exists".

    ``syscalls`` holds numbers, None means all of them; a task rule has no system calls and holds what was sent, for auditctl the
    empty set. ``keys`` are kept apart from ``fields`` and in their order. Only where the kernel's key field is not the last one, or
    is compared with ``!=``, does it also stand among ``fields`` (name ``key``): the kernel tells such rules apart, and never
    filters by it.
    """

    filter: FilterList
    action: Action
    syscalls: frozenset[int] | None
    fields: tuple[Field, ...] = ()
    keys: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # What tells nearly all rules of a host apart: a plan of 100,000 asks half a million times.
        return hash((self.action, self.syscalls, self.keys, *[field.value for field in self.fields]))

    def first(self, name: str) -> int | str | None:
        """The value of the first field called *name*, or None."""
        for field in self.fields:
            if field.name == name:
                return field.value
        return None

    @property
    def path(self) -> str | None:
        """What the rule names with ``path=`` or ``dir=``, as it was written."""
        value = self.first("path")
        if value is None:
            value = self.first("dir")
        return value if isinstance(value, str) else None


@lru_cache(maxsize=1024)
def _keys(joined: str) -> tuple[str, ...]:
    """The keys in a key field; most rules of a host share a few, and so they share these."""
    return tuple(joined.split(KEY_SEPARATOR))


def make_rule(filter_list: FilterList, action: Action, syscalls: frozenset[int] | None, fields: list[Field]) -> Rule:
    """The Rule of a complete field list in the kernel's order, its key field included."""
    keys: tuple[str, ...] = ()
    for number, field in enumerate(fields):
        if field.name == "key":
            keys = _keys(str(field.value))
            if field.op == "=" and number == len(fields) - 1:
                fields = fields[:-1]
    return Rule(filter_list, action, syscalls, tuple(fields), keys)
