"""The kernel's side of a simulated host: its rule list and audit status, and what auditctl's lines do to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.audit.inputs import AuditStatus, Names, PathFacts
from tui.audit.path_lookup import PathLookup
from tui.audit.rule.auditctl import parse_arguments
from tui.audit.rule.line import parse_line
from tui.audit.rule.numbers import MACHINES, MESSAGE_TYPES, PERM_BITS, UNSET
from tui.audit.rule.parsed import AddRule, DeleteRule, Line
from tui.audit.rule.syscalls import number as syscall_number
from tui.audit.rule.value import Field, Rule
from tui.audit.rules_d.compiled import as_it_stands
from tui.audit.rules_d.load import load_on
from tui.audit.rules_d.rule_lists import Added, Emptied, Event, Failed, LineRefused, Removed, RuleLists, Set, Tried
from tui.base.dataclass import dataclass, replace
from tui.base.paths import within
from tui.base.typing import Any
from tui.base.versions import before

_ANSWERS = {
    "rule-exists": "Rule exists",
    "no-parent": "No such file or directory",
    "no-such-rule": "No such file or directory",
    "immutable": "Operation not permitted",
    "refused-setting": "Invalid argument",
}
_REQUESTS = {
    "add": "add rule data request",
    "delete": "delete rule data request",
    "-e": "enable request",
    "-f": "failure request",
    "-b": "backlog limit request",
    "-r": "rate limit request",
    "--backlog_wait_time": "backlog limit request",
    "-q": "make_equivalent command",
}
"""libaudit's words (measured: a wait time that is refused is called a backlog limit, too)."""
_IMMUTABLE = "The audit system is in immutable mode, no rule changes allowed"

ADD_SECONDS = 0.0004
DELETE_SECONDS = 0.0135
"""Measured on kernel 6.18: an added rule, and a deleted watch."""

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "&": lambda have, want: bool(have & want),
    "&=": lambda have, want: have & want == want,
}


@dataclass(frozen=True, slots=True)
class AccessAttempt:
    """One access by a new process of root that nobody logged in for (auid unset)."""

    path: PathFacts
    access: str
    syscall: str
    success: bool
    pid: int


class CallRefused(Exception):
    """What auditctl prints where it does not do what it was called for; ``code`` is its exit status."""

    def __init__(self, text: str, code: int = 255) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class SimulatedKernel:
    """The audit status, and the rules as the one model of the kernel's lists has them (:mod:`tui.audit.rules_d.rule_lists`); ``seconds`` adds up
    what the changes would have taken."""

    def __init__(
        self,
        rules: Iterable[Rule],
        status: AuditStatus,
        names: Names,
        files: PathLookup,
        location: Callable[[str], str | None],
        changed: Callable[[str, Rule], None],
        unseen: Callable[[str], bool] = lambda path: False,
    ) -> None:
        """*location* follows the links of a path's parents (None: no such parent). *changed* is told of each rule that is added
        (``add_rule``) or removed (``remove_rule``), for the log. *unseen* is whether something lies over a path for whoever loads just now:
        a rule on it is bound to what lies there, and records nothing of the path."""
        self.status = status
        self.seconds = 0.0
        self._names = names
        self._files = files
        self.location = location
        self._changed = changed
        self._unseen = unseen
        self._in_vain: set[Rule] = set()
        """The rules that were bound to what lay over their paths."""
        self.set_rules(rules)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, list by list."""
        return tuple(rule for rule, _ in self._lists)

    def set_rules(self, rules: Iterable[Rule]) -> None:
        """Let *rules* be the loaded ones, whatever was loaded before and however it came to be."""
        self._lists = RuleLists(tuple(rules), self._files.parent_exists, self._files.exists)
        self._listed: dict[str, tuple[Rule, ...]] = {}

    def _in_list(self, name: str) -> tuple[Rule, ...]:
        """The rules of one list, kept until they change: every access asks."""
        if name not in self._listed:
            self._listed[name] = tuple(rule for rule, _ in self._lists.listed(name))
        return self._listed[name]

    def recorded(self, access: AccessAttempt) -> Rule | None:
        """The rule by which the kernel sends a SYSCALL record of *access* to the daemon; None where it sends none."""
        if not self.status.enabled or self.status.rate_limit or access.path.kind == "absent":
            return None
        if any(rule.action == "never" and not rule.fields for rule in self._in_list("task")):
            return None
        if any(self._matches(rule, access) for rule in self._in_list("exclude")):
            return None
        first = next((rule for rule in self._in_list("exit") if self._matches(rule, access)), None)
        return first if first is not None and first.action == "always" else None

    def _matches(self, rule: Rule, access: AccessAttempt) -> bool:
        machine = self._names.machine
        if rule in self._in_vain:
            return False
        if rule.filter == "exit" and rule.syscalls is not None and syscall_number(access.syscall, machine) not in rule.syscalls:
            return False
        return all(self._field_matches(field, access) for field in rule.fields)

    def _field_matches(self, field: Field, access: AccessAttempt) -> bool:
        path, value = access.path, field.value
        if isinstance(value, str):
            location = path.location or path.path
            if field.name == "path":
                return bool((self.location(value) == location and path.kind != "symlink") == (field.op == "="))
            if field.name == "dir":
                folder = (self.location(value) or value).rstrip("/") or "/"
                return within(location, folder) == (field.op == "=")
            return field.name == "key"
        numbers = {
            "arch": MACHINES.get(self._names.machine, 0),
            "success": int(access.success),
            "exit": 3 if access.success else UNSET - 1,
            "msgtype": MESSAGE_TYPES["SYSCALL"],
            "pid": access.pid,
            "auid": UNSET,
            "sessionid": UNSET,
            **dict.fromkeys(("uid", "euid", "suid", "fsuid", "gid", "egid", "sgid", "fsgid", "obj_uid", "obj_gid"), 0),
        }
        if field.name == "perm":
            return bool(value & PERM_BITS[access.access])
        have = numbers.get(field.name)
        return have is not None and _COMPARE[field.op](have, value)

    def call(self, words: Sequence[str]) -> list[str]:
        """Carry out a call of ``auditctl``: what it does when it is called with *words* to change something; return what is
        printed. Raises CallRefused."""
        return self._do(parse_arguments(words, self._names, self._files.is_directory))

    def line(self, text: str) -> list[str]:
        """Carry out one rules line: what ``auditctl`` would be called for with the words of *text*, a line of a rules file. Raises CallRefused."""
        return self._do(parse_line(text, self._names, self._files.is_directory))

    def _do(self, parsed: Line) -> list[str]:
        self._lists.immutable = self.status.enabled == 2
        if self._lists.immutable and isinstance(parsed, (AddRule, DeleteRule)):
            raise CallRefused(_IMMUTABLE, 0 if before(self._names.audit_version, 3, 1, 2) else 1)
        try:
            self._lists.do(parsed)
        except LineRefused as refusal:
            self._account()
            raise CallRefused(_words(refusal)) from None
        return [line for event in self._account() for line in self._said(event)]

    def load(self, text: str, path: str) -> tuple[int, list[str]]:
        """What ``auditctl -R`` does for the content *text* of *path*: its exit status and what it prints.

        It says what is wrong only once it has sent a rule: until then its words go to syslog.
        """
        if self.status.enabled == 2:
            old = before(self._names.audit_version, 3, 1, 2)
            return (0 if old else 1), [_IMMUTABLE] if old else []
        self._lists.immutable = False
        compiled = as_it_stands(text.encode("utf-8", "surrogateescape"), path)
        loaded = load_on(self._lists, compiled, self._names, self._files.is_directory)
        printed: list[str] = []
        talks = False
        for event in self._account():
            if isinstance(event, Failed):
                if talks:
                    printed += [_words(event.refusal), f"There was an error in line {event.number} of {path}"]
                continue
            printed += self._said(event)
            talks = talks or isinstance(event, Tried)
        return loaded.exit_code, printed

    def _account(self) -> list[Event]:
        """Account for what was done to the rule lists since the last time: when this returns, it took its time and the log was told of it."""
        events, self._lists.events = self._lists.events, []
        self._listed = {}
        for event in events:
            if isinstance(event, Added):
                self.seconds += ADD_SECONDS
                if event.rule.path is not None and self._unseen(event.rule.path):
                    self._in_vain.add(event.rule)
                self._changed("add_rule", event.rule)
            elif isinstance(event, Removed):
                self.seconds += DELETE_SECONDS
                self._in_vain.discard(event.rule)
                self._changed("remove_rule", event.rule)
        return events

    def _said(self, event: Event) -> list[str]:
        """What auditctl prints of *event*; a setting stands in the status from here on."""
        if isinstance(event, Set):
            if event.name == "loginuid_immutable":
                self.status = replace(self.status, loginuid_immutable=True)
                return []
            changed: dict[str, Any] = {event.name: event.value}
            self.status = replace(self.status, **changed)
            return self.status_lines()
        if isinstance(event, Emptied):
            return ["No rules"]
        if isinstance(event, Tried) and event.line is not None and event.line.text.lstrip(" ").startswith("-w"):
            return [] if before(self._names.audit_version, 4) else ["Old style watch rules are slower"]
        return []

    def status_lines(self) -> list[str]:
        """What ``auditctl -s`` prints."""
        status = self.status
        return [
            f"enabled {status.enabled}",
            f"failure {status.failure}",
            f"pid {status.pid}",
            f"rate_limit {status.rate_limit}",
            f"backlog_limit {status.backlog_limit}",
            f"lost {status.lost}",
            f"backlog {status.backlog}",
            f"backlog_wait_time {status.backlog_wait_time}",
            "backlog_wait_time_actual 0",
        ]


def _words(refusal: LineRefused) -> str:
    """The words of auditctl for what the kernel refuses, else ours for what auditctl itself does."""
    answer = _ANSWERS.get(refusal.kind)
    if answer is None:
        return str(refusal)
    if refusal.asked == "delete all":
        return f"Error deleting rule ({answer})"
    return f"Error sending {_REQUESTS[refusal.asked]} ({answer})"
