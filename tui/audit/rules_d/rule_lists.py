"""The kernel's filter lists and settings, and what one line of auditctl's makes of them: the one model that a load, a single call and the
simulated host share, held to the real kernel by the live tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tui.audit.rule.conditions import c_number, uint32
from tui.audit.rule.numbers import FILTERS
from tui.audit.rule.parsed import AddRule, DeleteAll, DeleteRule, Flow, Line, Setting, Unreadable
from tui.audit.rule.value import KEY_SEPARATOR, Field, Rule
from tui.audit.rules_d.augenrules import CompiledLine
from tui.base.typing import Literal, NamedTuple, Union

_STATUS = {
    "-e": "enabled",
    "-f": "failure",
    "-b": "backlog_limit",
    "-r": "rate_limit",
    "--backlog_wait_time": "backlog_wait_time",
    "--loginuid-immutable": "loginuid_immutable",
}
_FOLDERS = ("path", "dir", "exe")
"""The fields whose paths the kernel looks up as a rule is added, in the order in which it does."""
_LONGEST_WAIT = 10 * 60 * 1000
"""In jiffies: ten times the kernel's own wait of a minute, at a thousand jiffies a second. A slower clock allows less."""

RefusalKind = Literal["unreadable", "rule-exists", "no-parent", "no-such-rule", "immutable", "refused-setting"]


class LineRefused(Exception):
    """A line that auditctl or the kernel does not carry out; the text is why, for people, without a full stop.

    ``asked`` is what was asked of the kernel: ``add``, ``delete``, ``delete all`` or the option of a setting ("": it never came to that).
    """

    def __init__(self, kind: RefusalKind, why: str, asked: str = "") -> None:
        super().__init__(why)
        self.kind: RefusalKind = kind
        self.asked = asked


class Added(NamedTuple):
    """A rule that came into its list."""

    rule: Rule


class Removed(NamedTuple):
    """A rule that left its list; ``line`` is what loaded it, ``by`` the line that deleted it (None: not from a file)."""

    rule: Rule
    line: CompiledLine | None
    by: CompiledLine | None


class Emptied(NamedTuple):
    """All rules, or those with a key, were deleted: what auditctl says of a ``-D``."""


class Set(NamedTuple):
    """A setting of the kernel's, under its name in the audit status, and its new value; ``line`` is what set it (None: not from a file)."""

    name: str
    value: int
    line: CompiledLine | None = None


class Failed(NamedTuple):
    """A line that was refused; ``number`` is that of the line in the file that is loaded, 0 for a call of its own."""

    refusal: LineRefused
    number: int = 0


class Tried(NamedTuple):
    """A rule was sent to the kernel, to be added or deleted: from here on auditctl -R says aloud what goes wrong."""

    line: CompiledLine | None


Event = Union[Added, Removed, Emptied, Set, Failed, Tried]


class _RuleList:
    """One list: what was put in front of it, which an equal rule may follow, and the others behind that, each once."""

    def __init__(self) -> None:
        self._front: dict[int, tuple[Rule, CompiledLine | None]] = {}
        """By number, a later one before all earlier ones."""
        self._numbers: dict[Rule, list[int]] = {}
        """Those numbers of each rule."""
        self._back: dict[Rule, CompiledLine | None] = {}
        self._next = 0

    def __iter__(self) -> Iterator[tuple[Rule, CompiledLine | None]]:
        yield from reversed(self._front.values())
        yield from self._back.items()

    def __contains__(self, rule: Rule) -> bool:
        return rule in self._back or rule in self._numbers

    def hold(self, rules: Sequence[Rule]) -> None:
        """Take in the *rules* of a kernel, in their order, into an empty list."""
        self._back = dict.fromkeys(rules)
        if len(self._back) < len(rules):
            self._back = {}
            for rule in reversed(rules):
                self.prepend(rule, None)

    def line(self, rule: Rule) -> CompiledLine | None:
        """The line of the first rule that is equal to *rule*, which is there."""
        numbers = self._numbers.get(rule)
        return self._front[numbers[-1]][1] if numbers else self._back[rule]

    def append(self, rule: Rule, line: CompiledLine | None) -> bool:
        """Put *rule* behind all others; False where an equal one is there."""
        if self._numbers and rule in self._numbers:
            return False
        count = len(self._back)
        self._back.setdefault(rule, line)  # one look, not two: nearly all that a load of many rules does
        return len(self._back) > count

    def prepend(self, rule: Rule, line: CompiledLine | None) -> None:
        """Put *rule* before all others."""
        self._next += 1
        self._front[self._next] = rule, line
        self._numbers.setdefault(rule, []).append(self._next)

    def delete(self, rule: Rule) -> CompiledLine | None:
        """Take the first that is equal to *rule* out, and tell its line."""
        numbers = self._numbers.get(rule)
        if not numbers:
            return self._back.pop(rule)
        line = self._front.pop(numbers.pop())[1]
        if not numbers:
            del self._numbers[rule]
        return line


class RuleLists:
    """The rules of each list in the kernel's order. ``events`` holds what was done to them, in order, for whoever tells of it."""

    def __init__(
        self,
        before: Sequence[Rule],
        parent_exists: Callable[[str], bool],
        exists: Callable[[str], bool],
        *,
        tells_each: bool = True,
    ) -> None:
        """The callables are those of :func:`tui.audit.rules_d.load.load`. Without *tells_each* no rule that is tried or added is an event:
        for who asks for the outcome alone."""
        self.immutable = False
        """The kernel's enabled 2."""
        self.events: list[Event] = []
        self._tells_each = tells_each
        self._parent_exists = parent_exists
        self._exists = exists
        self._lists = {name: _RuleList() for name in FILTERS.values()}
        for name, its_list in self._lists.items():
            its_list.hold([rule for rule in before if rule.filter == name])

    def __iter__(self) -> Iterator[tuple[Rule, CompiledLine | None]]:
        for name in self._lists:
            yield from self.listed(name)

    def listed(self, name: str) -> Iterator[tuple[Rule, CompiledLine | None]]:
        """The rules of one list, each with the line that loaded it (None: loaded before)."""
        return iter(self._lists[name])

    def do(self, parsed: Line, line: CompiledLine | None = None) -> None:
        """Carry out one line as read; *line* is where it stands. ``-i`` and ``-c`` are the caller's. Raises LineRefused."""
        if isinstance(parsed, (AddRule, DeleteRule, Setting, Flow, Unreadable)):
            for setting in parsed.settings:
                self._set(setting, line)
        if isinstance(parsed, AddRule):
            self._add(parsed.rule, line, prepend=parsed.prepend)
        elif isinstance(parsed, DeleteRule):
            self.events.append(Tried(line))
            self._check_lock("delete")
            if parsed.rule not in self._lists[parsed.rule.filter]:
                raise LineRefused("no-such-rule", "no equal rule is loaded at this point (“No such file or directory”)", "delete")
            self._delete(parsed.rule, line)
        elif isinstance(parsed, DeleteAll):
            self._delete_all(parsed.key, line)
        elif isinstance(parsed, Setting):
            self._set(parsed, line)
        elif isinstance(parsed, Unreadable):
            if parsed.deletes:
                self._delete_all(parsed.deletes.key, line)
            raise LineRefused("unreadable", parsed.reason)

    def _check_lock(self, asked: str) -> None:
        if self.immutable:
            why = "a line before it, -e 2, has made the audit configuration immutable (“Operation not permitted”)"
            raise LineRefused("immutable", why, asked)

    def _add(self, rule: Rule, line: CompiledLine | None, *, prepend: bool) -> None:
        if self._tells_each:
            self.events.append(Tried(line))
        self._check_lock("add")
        its_list = self._lists[rule.filter]
        # The kernel compares the wish to be first as well, so -A never finds that its rule exists (audit_compare_rule).
        if not prepend and not its_list.append(rule, line):
            first = its_list.line(rule)
            where = f"{first.place} has loaded it" if first else "the kernel holds it"
            raise LineRefused("rule-exists", f"{where} already (“Rule exists”)", "add")
        for field in rule.fields:
            if field.name in _FOLDERS and not self._is_there(field):
                if not prepend:
                    its_list.delete(rule)
                raise self._no_parent(rule)
        if prepend:
            its_list.prepend(rule, line)
        if self._tells_each:
            self.events.append(Added(rule))

    def _no_parent(self, rule: Rule) -> LineRefused:
        """The refusal of a *rule* for the first of its folders that the kernel looks for and does not find."""
        missing = [field for field in rule.fields if field.name in _FOLDERS and not self._is_there(field)]
        asked = min(missing, key=lambda field: _FOLDERS.index(field.name))
        path = str(asked.value)
        what = path if asked.name == "dir" else path.rstrip("/").rpartition("/")[0] or "/"
        return LineRefused("no-parent", f"the directory {what} does not exist (“No such file or directory”)", "add")

    def _is_there(self, field: Field) -> bool:
        """Whether the folder that the kernel wants is there for a path that a rule names."""
        if not isinstance(field.value, str):
            return True
        return self._exists(field.value) if field.name == "dir" else self._parent_exists(field.value)

    def _delete(self, rule: Rule, by: CompiledLine | None) -> None:
        self.events.append(Removed(rule, self._lists[rule.filter].delete(rule), by))

    def _delete_all(self, key: str | None, by: CompiledLine | None) -> None:
        doomed = [rule for rule, _ in self if not key or key in KEY_SEPARATOR.join(rule.keys)]
        if doomed:
            self._check_lock("delete all")
        for rule in doomed:
            self._delete(rule, by)
        self.events.append(Emptied())

    def _set(self, setting: Setting, line: CompiledLine | None) -> None:
        if setting.option == "-q":
            self._make_equivalent(setting.value)
        name = _STATUS.get(setting.option)
        if name is None:
            return
        if name == "loginuid_immutable":  # a feature of its own: the lock does not hold it (audit_set_feature in kernel/audit.c)
            self.events.append(Set(name, 1, line))
            return
        self._check_lock(setting.option)
        value = uint32(c_number(setting.value, signed=False))
        if name == "backlog_wait_time" and value > _LONGEST_WAIT:
            why = f"the kernel takes no backlog_wait_time above {_LONGEST_WAIT} (“Invalid argument”)"
            raise LineRefused("refused-setting", why, setting.option)
        self.immutable = self.immutable or (name == "enabled" and value == 2)
        self.events.append(Set(name, value, line))

    def _make_equivalent(self, value: str) -> None:
        """The effect of ``-q``: both folders must be there (audit_tag_tree in kernel/audit_tree.c)."""
        self._check_lock("-q")
        missing = next((path for path in value.split(",") if not self._exists(path)), None)
        if missing is not None:
            raise LineRefused("no-parent", f"the directory {missing} does not exist (“No such file or directory”)", "-q")
