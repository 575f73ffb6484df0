"""What the kernel would hold after ``auditctl -R`` of the compiled rules, where that load stops, and what it loses there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from tui.audit.augenrules import CompiledLine
from tui.audit.fields import FILTERS
from tui.audit.inputs import Names
from tui.audit.rule import AddRule, DeleteAll, DeleteRule, Flow, Line, Rule, Setting, Unreadable, parse_line, pieces
from tui.audit.rule_fields import c_number, uint32
from tui.audit.rule_line import LINE_SIZE
from tui.audit.rule_value import KEY_SEPARATOR
from tui.audit.rules_dir import Compiled
from tui.dataclass import dataclass, field
from tui.text import clean

_STATUS = {"-e": "enabled", "-f": "failure", "-b": "backlog_limit", "-r": "rate_limit", "--backlog_wait_time": "backlog_wait_time"}
_LONGEST_WAIT = 10 * 60 * 1000
"""In jiffies: ten times the kernel's own wait of a minute, at a thousand jiffies a second. A slower clock allows less."""

StopId = Literal["unreadable", "rule-exists", "no-parent", "no-such-rule", "immutable", "refused-setting"]


class Stop(NamedTuple):
    """A line that auditctl cannot carry out. ``number`` is the line number that auditctl prints, ``line`` leads to the file."""

    id: StopId
    number: int
    line: CompiledLine
    reason: str
    """A sentence for people: the place, the line and why."""

    @property
    def file(self) -> str:
        """The absolute path of the file to look into first."""
        return self.line.place.file

    @property
    def file_line(self) -> int:
        """The line's number in that file."""
        return self.line.place.line

    @property
    def text(self) -> str:
        """The line itself, as it was compiled."""
        return self.line.text


class Deletion(NamedTuple):
    """A rule that one line loads and a later one deletes again."""

    line: CompiledLine
    by: CompiledLine


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome of a load: rules in the kernel's listing order, and what went wrong on the way."""

    rules: tuple[Rule, ...]
    origin: tuple[CompiledLine | None, ...]
    """For each rule the line that loaded it, None for one that the kernel held before and keeps."""
    stopped: Stop | None = None
    """The first line that ends the load: nothing behind it is done. None: the load went through."""
    errors: tuple[Stop, ...] = ()
    """Lines passed over because of an ``-i`` or ``-c`` before them."""
    settings: Mapping[str, int] = field(default_factory=dict)
    """What the lines that were carried out set: enabled, failure, backlog_limit, rate_limit, backlog_wait_time."""
    makes_immutable: bool = False
    lost: tuple[CompiledLine, ...] = ()
    """The lines behind the one that stopped the load, but for blank ones and comments."""
    deleted: tuple[Deletion, ...] = ()
    exit_code: int = 0
    """What auditctl -R exits with."""


def load(
    compiled: Compiled,
    names: Names,
    is_directory: Callable[[str], bool],
    parent_exists: Callable[[str], bool],
    before: Sequence[Rule] = (),
    *,
    exists: Callable[[str], bool] | None = None,
) -> Loaded:
    """Carry out *compiled* line by line on a kernel that holds the rules *before*, as ``auditctl -R`` would.

    The callables are asked about paths as rules name them. *is_directory*: whether it is one once links are followed (stat);
    *parent_exists*: whether the directory that holds it is there; *exists*: whether it is there itself, a link unfollowed (lstat;
    asked for ``-F dir=`` only, where it is missing *parent_exists* is asked). A kernel that is immutable already loads nothing,
    which is the caller's to see. Linear in the lines.
    """
    run = _Load(names, is_directory, parent_exists, exists or parent_exists, before)
    for number, line in enumerate(compiled.lines):
        if not run.read(line):
            lost = tuple(
                later for later in compiled.lines[number + 1 :] if later.text.strip(" ") and later.text.lstrip(" ")[0] != "#"
            )
            return run.result(lost)
    return run.result(())


class _Failed(Exception):
    """The kernel refuses what a line asks for."""

    def __init__(self, kind: StopId, why: str) -> None:
        super().__init__(why)
        self.kind: StopId = kind


class _Kernel:
    """The kernel's filter lists; a rule's place in its list is a number, smaller ones come first."""

    def __init__(self, before: Sequence[Rule]) -> None:
        self.lists: dict[str, dict[int, tuple[Rule, CompiledLine | None]]] = {name: {} for name in FILTERS.values()}
        self.places: dict[Rule, list[int]] = {}
        self._next = 0
        for rule in before:
            self.add(rule, None, False)

    def add(self, rule: Rule, line: CompiledLine | None, prepend: bool) -> None:
        self._next += 1
        place = -self._next if prepend else self._next
        self.lists[rule.filter][place] = rule, line
        self.places.setdefault(rule, []).append(place)

    def remove(self, rule: Rule) -> CompiledLine | None:
        places = self.places[rule]
        first = min(places)
        places.remove(first)
        if not places:
            del self.places[rule]
        return self.lists[rule.filter].pop(first)[1]

    def __iter__(self) -> Iterator[tuple[Rule, CompiledLine | None]]:
        for rules in self.lists.values():
            for place in sorted(rules):
                yield rules[place]


class _Load:
    """One run of auditctl -R."""

    def __init__(
        self,
        names: Names,
        is_directory: Callable[[str], bool],
        parent_exists: Callable[[str], bool],
        exists: Callable[[str], bool],
        before: Sequence[Rule],
    ) -> None:
        self.names = names
        self.is_directory = is_directory
        self.parent_exists = parent_exists
        self.exists = exists
        self.kernel = _Kernel(before)
        self.number = 0
        self.ignores = False
        self.exits_with_1 = False
        self.remembers_errors = False
        self.immutable = False
        self.settings: dict[str, int] = {}
        self.errors: list[Stop] = []
        self.deleted: list[Deletion] = []
        self.stopped: Stop | None = None

    def read(self, line: CompiledLine) -> bool:
        """Carry out one line; False where the load stops at it."""
        for text in _as_auditctl_reads(line.text):
            self.number += 1
            parsed = parse_line(text, self.names, self.is_directory)
            try:
                self._carry_out(parsed, text, line)
            except _Failed as failure:
                stop = Stop(failure.kind, self.number, line, _sentence(failure, text, line))
                if not self.ignores:
                    self.stopped = stop
                    return False
                self.errors.append(stop)
                self.exits_with_1 = self.exits_with_1 or self.remembers_errors
        return True

    def _carry_out(self, parsed: Line, text: str, line: CompiledLine) -> None:
        if isinstance(parsed, (AddRule, DeleteRule, Setting, Flow, Unreadable)):
            for setting in parsed.settings:
                self._set(setting)
        match parsed:
            case AddRule():
                self._add(parsed, line)
            case DeleteRule(rule=rule):
                self._check_lock()
                if rule not in self.kernel.places:
                    raise _Failed("no-such-rule", "no equal rule is loaded at this point (“No such file or directory”)")
                self._delete(rule, line)
            case DeleteAll(key=key):
                self._delete_all(key, line)
            case Setting():
                self._set(parsed)
            case Flow(option=option):
                self._go_on(option)
            case Unreadable(reason=reason, flow=flow, deletes=deletes):
                if deletes:
                    self._delete_all(deletes.key, line)
                self._go_on(flow)
                raise _Failed("unreadable", reason)

    def _go_on(self, option: str) -> None:
        self.ignores = self.ignores or bool(option)
        if option == "-c":  # auditctl forgets by a further -c that there were errors
            self.remembers_errors, self.exits_with_1 = True, False

    def _check_lock(self) -> None:
        if self.immutable:
            raise _Failed(
                "immutable", "a line before it, -e 2, has made the audit configuration immutable (“Operation not permitted”)"
            )

    def _add(self, parsed: AddRule, line: CompiledLine) -> None:
        self._check_lock()
        rule = parsed.rule
        if rule in self.kernel.places and not parsed.prepend:
            place = min(self.kernel.places[rule])
            first = self.kernel.lists[rule.filter][place][1]
            where = f"{first.place} has loaded it" if first else "the kernel holds it"
            raise _Failed("rule-exists", f"{where} already (“Rule exists”)")
        for name, there in (("path", self.parent_exists), ("dir", self.exists), ("exe", self.parent_exists)):
            path = rule.first(name)
            if isinstance(path, str) and not there(path):
                what = path if name == "dir" else path.rstrip("/").rpartition("/")[0] or "/"
                raise _Failed("no-parent", f"the directory {what} does not exist (“No such file or directory”)")
        self.kernel.add(rule, line, parsed.prepend)

    def _delete(self, rule: Rule, by: CompiledLine) -> None:
        line = self.kernel.remove(rule)
        if line:
            self.deleted.append(Deletion(line, by))

    def _delete_all(self, key: str | None, by: CompiledLine) -> None:
        doomed = [rule for rule, _ in self.kernel if not key or key in KEY_SEPARATOR.join(rule.keys)]
        if doomed:
            self._check_lock()
        for rule in doomed:
            self._delete(rule, by)

    def _set(self, setting: Setting) -> None:
        name = _STATUS.get(setting.option)
        if name is None:
            return
        self._check_lock()
        value = uint32(c_number(setting.value, signed=False))
        if name == "backlog_wait_time" and value > _LONGEST_WAIT:
            raise _Failed("refused-setting", f"the kernel takes no backlog_wait_time above {_LONGEST_WAIT} (“Invalid argument”)")
        self.settings[name] = value
        self.immutable = self.immutable or (name == "enabled" and value == 2)

    def result(self, lost: tuple[CompiledLine, ...]) -> Loaded:
        """Everything as it stands now."""
        rules = tuple(self.kernel)
        return Loaded(
            rules=tuple(rule for rule, _ in rules),
            origin=tuple(line for _, line in rules),
            stopped=self.stopped,
            errors=tuple(self.errors),
            settings=self.settings,
            makes_immutable=self.immutable,
            lost=lost,
            deleted=tuple(self.deleted),
            exit_code=1 if self.stopped or self.exits_with_1 else 0,
        )


def _as_auditctl_reads(text: str) -> list[str]:
    """A line in the pieces in which auditctl reads it: one, but for monsters."""
    if len(text) * 4 < LINE_SIZE:
        return [text]
    data = text.encode("utf-8", "surrogateescape")
    parts = [piece.decode("utf-8", "surrogateescape") for piece in pieces(data)]
    return [*parts, ""] if len(data) % LINE_SIZE == 0 else parts


def _sentence(failure: _Failed, text: str, line: CompiledLine) -> str:
    shown = text if len(text) <= 300 else text[:300] + "…"
    places = " and ".join(dict.fromkeys(clean(str(origin)) for origin in line.origin)) or clean(str(line.place))
    joined = " (run together for want of a newline)" if len(line.origin) > 1 else ""
    blame = " It ends in a carriage return." if text.endswith("\r") else ""
    return f"{places}{joined}, “{clean(shown)}”: {clean(str(failure))}.{blame}"
