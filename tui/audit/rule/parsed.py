"""What a line of a rules file can be for ``auditctl -R``."""

from __future__ import annotations

from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass
from tui.base.typing import Union


@dataclass(frozen=True, slots=True)
class Setting:
    """A line that sets or asks something and leaves the rules alone: ``option`` (``-b``, ``-f``, ``-e``, ``-r``,
    ``--backlog_wait_time``, ``--loginuid-immutable``, ``-q``, ``-l``, …) with its ``value`` as written. ``settings`` are the ones
    that the same line made before it."""

    option: str
    value: str = ""
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """A line of blanks, or of nothing."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A line whose first word begins with ``#``."""


@dataclass(frozen=True, slots=True)
class AddRule:
    """A line that adds a rule: ``-a``, ``-A`` (``prepend``) or ``-w``. Beside ``settings`` in the same line it is chance whether
    auditctl notices that the kernel refuses the rule: it may take the status that it asked for as the answer."""

    rule: Rule
    prepend: bool = False
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteRule:
    """A line that deletes a rule, ``-d`` or ``-W``: auditctl stops the load where no equal rule is loaded."""

    rule: Rule
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class DeleteAll:
    """A line that deletes all rules, ``-D``; with a ``key`` it deletes the rules whose key field contains it anywhere."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A line that says how errors are met, ``-i`` or ``-c``: from here on a bad line does not stop the load."""

    option: str
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that auditctl or the kernel refuses whatever the host looks like, which stops the load.

    ``reason`` says why, with words of the line as they stand there (uncleaned). ``flow`` is the ``-i`` or ``-c`` that the line
    switched on all the same, ``settings`` what it set before it failed, ``deletes`` the rules it deleted first (a ``-D`` with a
    carriage return behind it does).
    """

    reason: str
    flow: str = ""
    settings: tuple[Setting, ...] = ()
    deletes: DeleteAll | None = None


Line = Union[Blank, Comment, AddRule, DeleteRule, DeleteAll, Setting, Flow, Unreadable]
