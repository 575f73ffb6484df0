"""The kernel's side of a simulated host: its rule list and audit status, and what auditctl's lines do to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.audit.fields import FILTERS, MACHINES, MESSAGE_TYPES, PERM_BITS, UNSET
from tui.audit.inputs import AuditStatus, Names, PathFacts
from tui.audit.rule import AddRule, DeleteAll, DeleteRule, Field, Flow, Line, Rule, Setting, Unreadable, parse_line
from tui.audit.rule_value import KEY_SEPARATOR
from tui.audit.syscalls import number as syscall_number
from tui.dataclass import dataclass, replace
from tui.versions import before

_EXISTS = "Error sending add rule data request (Rule exists)"
_NO_SUCH_RULE = "Error sending delete rule data request (No such file or directory)"
_NO_PARENT = "Error sending add rule data request (No such file or directory)"
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
class Access:
    """One access by a new process of root that nobody logged in for (auid unset)."""

    path: PathFacts
    access: str
    syscall: str
    success: bool
    pid: int


class Refused(Exception):
    """What auditctl prints where it does not do a line; ``code`` is the exit status of auditctl called with that line alone."""

    def __init__(self, text: str, code: int = 255) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class SimulatedKernel:
    """Rules in the kernel's order, and the status; ``seconds`` adds up what the changes would have taken."""

    def __init__(
        self,
        rules: Iterable[Rule],
        status: AuditStatus,
        names: Names,
        is_directory: Callable[[str], bool],
        location: Callable[[str], str | None],
        changed: Callable[[str, Rule], None],
    ) -> None:
        """*location* follows the links of a path's parents (None: no such parent). *changed* is told of each rule that is added
        (``add_rule``) or removed (``remove_rule``), for the log."""
        self.set_rules(rules)
        self.status = status
        self.seconds = 0.0
        self._names = names
        self._is_directory = is_directory
        self.location = location
        self._changed = changed

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, list by list."""
        return tuple(rule for listed in self._lists.values() for rule in listed)

    def set_rules(self, rules: Iterable[Rule]) -> None:
        """Let *rules* be the loaded ones, whatever was loaded before and however it came to be."""
        self._lists: dict[str, list[Rule]] = {name: [] for name in FILTERS.values()}
        for rule in rules:
            self._lists[rule.filter].append(rule)
        self._known = set(self.rules)

    def add(self, rule: Rule, *, prepend: bool = False) -> None:
        """Add *rule* at the end of its list, or at its beginning. Raises Refused."""
        self._check_mutable()
        if rule in self._known:
            raise Refused(_EXISTS)
        if rule.path is not None and self.location(rule.path) is None:
            raise Refused(_NO_PARENT)
        self._known.add(rule)
        rules = self._lists[rule.filter]
        rules.insert(0 if prepend else len(rules), rule)
        self.seconds += ADD_SECONDS
        self._changed("add_rule", rule)

    def delete(self, rule: Rule) -> None:
        """Delete the rule equal to *rule*. Raises Refused."""
        self._check_mutable()
        if rule not in self._known:
            raise Refused(_NO_SUCH_RULE)
        self._known.remove(rule)
        self._lists[rule.filter].remove(rule)
        self.seconds += DELETE_SECONDS
        self._changed("remove_rule", rule)

    def delete_all(self, key: str | None) -> None:
        """Delete every rule, or those with *key* in theirs. Raises Refused."""
        if self.status.enabled == 2:
            raise Refused("Error deleting rule (Operation not permitted)")
        for rule in [rule for rule in self.rules if key is None or key in KEY_SEPARATOR.join(rule.keys)]:
            self.delete(rule)

    def recorded(self, access: Access) -> Rule | None:
        """The rule by which the kernel sends a SYSCALL record of *access* to the daemon; None where it sends none."""
        if not self.status.enabled or self.status.rate_limit or access.path.kind == "absent":
            return None
        if any(rule.action == "never" and not rule.fields for rule in self._lists["task"]):
            return None
        if any(self._matches(rule, access) for rule in self._lists["exclude"]):
            return None
        first = next((rule for rule in self._lists["exit"] if self._matches(rule, access)), None)
        return first if first is not None and first.action == "always" else None

    def _matches(self, rule: Rule, access: Access) -> bool:
        machine = self._names.machine
        if rule.filter == "exit" and rule.syscalls is not None and syscall_number(access.syscall, machine) not in rule.syscalls:
            return False
        return all(self._field_matches(field, access) for field in rule.fields)

    def _field_matches(self, field: Field, access: Access) -> bool:
        path, value = access.path, field.value
        if isinstance(value, str):
            location = path.location or path.path
            if field.name == "path":
                return bool((self.location(value) == location and path.kind != "symlink") == (field.op == "="))
            if field.name == "dir":
                folder = (self.location(value) or value).rstrip("/")
                return (location == folder or location.startswith(folder + "/")) == (field.op == "=")
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

    def line(self, text: str) -> tuple[Line, list[str]]:
        """Do what ``auditctl`` does for one line of a rules file; return the line as read and what is printed. Raises Refused."""
        line = parse_line(text, self._names, self._is_directory)
        printed = []
        if isinstance(line, AddRule | DeleteRule | Flow | Unreadable):
            for setting in line.settings:
                printed += self._set(setting)
        if isinstance(line, Unreadable):
            raise Refused(line.reason)
        if isinstance(line, AddRule):
            self.add(line.rule, prepend=line.prepend)
        elif isinstance(line, DeleteRule):
            self.delete(line.rule)
        elif isinstance(line, DeleteAll):
            self.delete_all(line.key)
            printed.append("No rules")
        elif isinstance(line, Setting):
            for setting in (*line.settings, line):
                printed += self._set(setting)
        return line, printed

    def load(self, text: str, path: str) -> tuple[int, list[str]]:
        """What ``auditctl -R`` does for the content *text* of *path*: its exit status and what it prints.

        It says what is wrong only once a rule was added: until then its words go to syslog.
        """
        printed: list[str] = []
        if self.status.enabled == 2:
            old = before(self._names.audit_version, 3, 1, 2)
            return (0 if old else 1), [_IMMUTABLE] if old else []
        flow, failed, talks = "", False, False
        for number, line in enumerate(text.split("\n"), 1):
            try:
                read, said = self.line(line)
            except Refused as refusal:
                failed = True
                if talks or refusal.text.startswith("Error sending"):
                    printed += [refusal.text, f"There was an error in line {number} of {path}"]
                if not flow:
                    return 1, printed
                continue
            printed += said
            if line.lstrip(" ").startswith("-w") and not before(self._names.audit_version, 4):
                printed.append("Old style watch rules are slower")
            talks = talks or isinstance(read, AddRule)
            if isinstance(read, Flow):
                flow = read.option
        return (1 if failed and flow == "-c" else 0), printed

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

    def _check_mutable(self) -> None:
        if self.status.enabled == 2:
            raise Refused(_IMMUTABLE, 0 if before(self._names.audit_version, 3, 1, 2) else 1)

    def _set(self, setting: Setting) -> list[str]:
        names = {
            "-e": "enabled",
            "-f": "failure",
            "-b": "backlog_limit",
            "-r": "rate_limit",
            "--backlog_wait_time": "backlog_wait_time",
        }
        name = names.get(setting.option)
        if name is None or not setting.value.isdigit():
            return []
        if name == "enabled" and self.status.enabled == 2:
            raise Refused("Error sending enable request (Operation not permitted)")
        self.status = replace(self.status, **{name: int(setting.value)})
        return self.status_lines()
