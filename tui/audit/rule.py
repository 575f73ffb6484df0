"""One audit rule, parsed from a rules-file line or from a kernel rule record into the same value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FilterList = Literal["task", "exit", "user", "exclude", "filesystem", "io_uring"]
Action = Literal["always", "never", "possible"]


@dataclass(frozen=True, slots=True)
class Field:
    """One ``-F`` (or ``-C``) condition of a rule.

    ``value`` is a string for the string fields (path, dir, exe, subj_*, obj_*) and an unsigned 32-bit number for all others:
    ``arch`` is the AUDIT_ARCH_* number, ``perm`` the kernel's bit mask (x=1 w=2 r=4 a=8), ``compare`` the AUDIT_COMPARE_* number.
    A field number without a name is called ``field:NUMBER``.
    """

    name: str
    op: str
    value: int | str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the kernel holds it; two rules are equal where the kernel would say "Rule exists".

    ``syscalls`` holds numbers, None means all of them; ``keys`` are kept apart from ``fields`` and in their order.
    """

    filter: FilterList
    action: Action
    syscalls: frozenset[int] | None
    fields: tuple[Field, ...] = ()
    keys: tuple[str, ...] = ()

    def first(self, name: str) -> int | str | None:
        """The value of the first field called *name*, or None."""
        return next((field.value for field in self.fields if field.name == name), None)

    @property
    def path(self) -> str | None:
        """What the rule names with ``path=`` or ``dir=``, as it was written."""
        value = self.first("path")
        if value is None:
            value = self.first("dir")
        return value if isinstance(value, str) else None
