"""What the kernel would hold after ``auditctl -R`` of the compiled rules, where that load stops, and what it loses there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.audit.inputs import Names
from tui.audit.rule.line import LINE_SIZE, parse_line, pieces
from tui.audit.rule.parsed import Blank, Comment, DeleteAll, Flow, Unreadable
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine
from tui.audit.rules_d.compiled import Compiled
from tui.audit.rules_d.rule_lists import Event, Failed, LineRefused, RefusalKind, Removed, RuleLists, Set
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field, replace
from tui.base.typing import Literal, NamedTuple


class Stop(NamedTuple):
    """A line that auditctl cannot carry out. ``number`` is the line number that auditctl prints, ``line`` leads to the file."""

    kind: RefusalKind | Literal["endless-entry"]
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
    def mend(self) -> str:
        """What mends the line, as the beginning of a sentence."""
        place = f"{clean(self.file)}:{self.file_line}"
        text = self.line.text.strip()
        if self.kind == "unreadable" and " #" in text and not text.startswith("#"):
            return f"Put the comment at the end of {place} on a line of its own"
        return f"Mend {place}"

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
    """What the lines that were carried out set: enabled, failure, backlog_limit, rate_limit, backlog_wait_time, loginuid_immutable."""
    setters: Mapping[str, CompiledLine] = field(default_factory=dict)
    """For each of the settings the line that had the last word."""
    makes_immutable: bool = False
    lost: tuple[CompiledLine, ...] = ()
    """The lines behind the one that stopped the load, but for blank ones and comments."""
    deleted: tuple[Deletion, ...] = ()
    exit_code: int = 0
    """What auditctl -R exits with."""

    def told_by(self, lines: Sequence[CompiledLine]) -> Loaded:
        """The same load told by the places of *lines*, the lines of the same file; of a load without a line that failed."""
        assert self.stopped is None, "the reason of a stop tells a place"
        assert not self.errors, "the reason of an error tells a place"
        return replace(
            self,
            origin=tuple(line and lines[line.number - 1] for line in self.origin),
            setters={name: lines[line.number - 1] for name, line in self.setters.items()},
            deleted=tuple(Deletion(lines[each.line.number - 1], lines[each.by.number - 1]) for each in self.deleted),
        )


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
    return load_on(RuleLists(before, parent_exists, exists or parent_exists, tells_each=False), compiled, names, is_directory)


def load_on(lists: RuleLists, compiled: Compiled, names: Names, is_directory: Callable[[str], bool]) -> Loaded:
    """:func:`load` on a kernel that is there already; *lists* are what it holds afterwards."""
    run = _Load(lists, names, is_directory)
    for number, line in enumerate(compiled.lines):
        if not run.read(line):
            lost = tuple(
                later for later in compiled.lines[number + 1 :] if later.text.strip(" ") and later.text.lstrip(" ")[0] != "#"
            )
            return run.result(lost)
    return run.result(())


def begins_anew(compiled: Compiled, names: Names) -> bool:
    """Whether *compiled* deletes all rules before it does anything else, so that it is all one what the kernel held before."""
    parsed = (parse_line(line.text, names) for line in compiled.lines)
    return next((line for line in parsed if not isinstance(line, (Blank, Comment))), None) == DeleteAll()


class _Load:
    """One run of auditctl -R."""

    def __init__(self, lists: RuleLists, names: Names, is_directory: Callable[[str], bool]) -> None:
        self.lists = lists
        self.names = names
        self.is_directory = is_directory
        self.seen = len(lists.events)
        self.number = 0
        self.ignores = False
        self.exits_with_1 = False
        self.remembers_errors = False
        self.errors: list[Stop] = []
        self.stopped: Stop | None = None

    def read(self, line: CompiledLine) -> bool:
        """Carry out one line; False where the load stops at it."""
        if len(line.text) * 4 < LINE_SIZE:
            return self._do(line.text, line)
        return all(self._do(text, line) for text in _as_auditctl_reads(line.text))  # up to the first at which it stops

    def _do(self, text: str, line: CompiledLine) -> bool:
        self.number += 1
        parsed = parse_line(text, self.names, self.is_directory)
        try:
            self.lists.do(parsed, line)
        except LineRefused as refusal:
            if isinstance(parsed, Unreadable) and refusal.kind == "unreadable":  # else it failed before it came to that word
                self._go_on(parsed.flow)
            self.lists.events.append(Failed(refusal, self.number))
            stop = Stop(refusal.kind, self.number, line, _sentence(refusal, text, line))
            if not self.ignores:
                self.stopped = stop
                return False
            self.errors.append(stop)
            self.exits_with_1 = self.exits_with_1 or self.remembers_errors
            return True
        if isinstance(parsed, Flow):
            self._go_on(parsed.option)
        return True

    def _go_on(self, option: str) -> None:
        self.ignores = self.ignores or bool(option)
        if option == "-c":  # auditctl forgets by a further -c that there were errors
            self.remembers_errors, self.exits_with_1 = True, False

    def result(self, lost: tuple[CompiledLine, ...]) -> Loaded:
        """The outcome of the load as far as it has come."""
        events: list[Event] = self.lists.events[self.seen :]
        return Loaded(
            rules=tuple(rule for rule, _ in self.lists),
            origin=tuple(line for _, line in self.lists),
            stopped=self.stopped,
            errors=tuple(self.errors),
            settings={event.name: event.value for event in events if isinstance(event, Set)},
            setters={event.name: event.line for event in events if isinstance(event, Set) and event.line is not None},
            makes_immutable=self.lists.immutable,
            lost=lost,
            deleted=tuple(
                Deletion(event.line, event.by) for event in events if isinstance(event, Removed) and event.line and event.by
            ),
            exit_code=1 if self.stopped or self.exits_with_1 else 0,
        )


def _as_auditctl_reads(text: str) -> list[str]:
    """A monstrous line in the pieces in which auditctl reads it."""
    data = text.encode("utf-8", "surrogateescape")
    parts = [piece.decode("utf-8", "surrogateescape") for piece in pieces(data)]
    return [*parts, ""] if len(data) % LINE_SIZE == 0 else parts


def _sentence(refusal: LineRefused, text: str, line: CompiledLine) -> str:
    shown = text if len(text) <= 300 else text[:300] + "…"
    places = " and ".join(dict.fromkeys(clean(str(origin)) for origin in line.origin)) or clean(str(line.place))
    joined = " (run together for want of a newline)" if len(line.origin) > 1 else ""
    blame = " It ends in a carriage return." if text.endswith("\r") else ""
    from tui.audit.rule.odd_characters import odd_characters  # most lines load

    odd = odd_characters(text.removesuffix("\r"))[:3]
    if odd:
        blame += f" The line holds {listed(odd)}, which {'is' if len(odd) == 1 else 'are'} no plain blank, hyphen, quote or letter."
    return f"{places}{joined}, “{clean(shown)}”. {_capital(clean(str(refusal)))}.{blame}"


def _capital(why: str) -> str:
    return why if why.startswith(("auditctl ", "augenrules ")) else why[:1].upper() + why[1:]
