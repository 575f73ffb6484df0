"""auditctl's arguments read as auditctl 3.0.9 reads them: its getopt, its order of checks, its mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.audit.inputs import Names
from tui.audit.rule import conditions
from tui.audit.rule.conditions import ConditionRefused
from tui.audit.rule.getopt import Getopt
from tui.audit.rule.kernel_checks import MAX_KEY, MAX_NAME, MAX_PATH, dissolved, kernel_refusal, octets
from tui.audit.rule.numbers import MACHINES
from tui.audit.rule.parsed import AddRule, DeleteAll, DeleteRule, Flow, Line, Setting, Unreadable
from tui.audit.rule.syscalls import IO_URING_OPERATIONS, auditctl_number, expands_permissions, expansion_4x
from tui.audit.rule.value import KEY_SEPARATOR, Action, Field, FilterList, make_rule
from tui.base.typing import cast
from tui.base.versions import before

_SHORT = {letter: letter not in "hicslDvt" for letter in "hicslDvtCefrbaAdSFmRwWkpq"}
_LONG = {
    "loginuid-immutable": False,
    "backlog_wait_time": True,
    "reset-lost": False,
    "reset_backlog_wait_time_actual": False,
    "signal": True,
}
_ACTIONS = ("always", "never")
_FILTERS = ("exit", "task", "user", "exclude", "filesystem")
_SIGNALS = ("TERM", "HUP", "USR1", "USR2", "CONT")
_WITHOUT_SYSCALLS = ("task", "user", "filesystem", "exclude")


def parse_arguments(words: Sequence[str], names: Names, is_directory: Callable[[str], bool] = lambda path: False) -> Line:
    """What auditctl does when it is given *words* (without its own name), be it by execve or as the words of a rules-file line.

    The other arguments are those of :func:`tui.audit.rule.line.parse_line`. Never raises.
    """
    return _Command(words, names, is_directory).line()


class _Done(Exception):
    """The end of a reading: auditctl is content with the line and looks no further at it."""


class _Command:
    """One auditctl command line while its options are read; the attributes are auditctl's own variables."""

    def __init__(self, words: Sequence[str], names: Names, is_directory: Callable[[str], bool]) -> None:
        self.options = Getopt(["auditctl", *words], _SHORT, _LONG)
        self.names = names
        self.is_directory = is_directory
        self.add: str | None = None
        self.delete: str | None = None
        self.prepend = False
        self.action: str | None = None
        self.lists_given = 0
        self.excluding = False
        self.arch = 0
        self.has_syscalls = self.has_dependency = False
        self.all_syscalls = False
        self.syscalls: set[int] = set()
        self.fields: list[Field] = []
        self.keys: str = ""
        self.rule_given = False
        self.stopped = False
        self.settings: list[Setting] = []
        self.flow = ""
        self.delete_all: DeleteAll | None = None

    def line(self) -> Line:
        """Read all options of the command line and return the line that they make."""
        try:
            self._read()
        except _Done:
            return self._setting()
        except ConditionRefused as refusal:
            return Unreadable(str(refusal), self.flow, tuple(self.settings), self.delete_all)
        settings = tuple(self.settings)
        if self.delete_all:
            return self.delete_all
        if self.flow:
            return Flow(self.flow, settings)
        if self.rule_given and not self.stopped:
            return self._rule(settings)
        if self.has_syscalls and not self.stopped:
            return Unreadable("auditctl wants a list before system calls: -a always,exit", "", settings)
        return self._setting()

    def _setting(self) -> Setting:
        *before, last = self.settings or [Setting("--")]
        return Setting(last.option, last.value, tuple(before))

    def _read(self) -> None:
        while not self.stopped:
            found = self.options.next()
            if found is None:
                break
            self._option(*found)
        if self.options.index == 1 or self.options.index < self.options.count:
            word = next(iter(self.options.operands), self.options.words[-1])
            if word.startswith("#"):
                raise ConditionRefused("auditctl takes no comment behind a rule")
            raise ConditionRefused(f"auditctl takes no words without an option: {word}")
        if self.keys:
            self._field(f"key={self.keys}")

    def _option(self, option: str, value: str) -> None:
        if option in ("a", "A", "d"):
            self._list(option, value)
        elif option in ("w", "W"):
            self._watch(option, value)
        elif option == "F":
            self._need_list(value)
            if value.startswith("key="):
                self._key(value[4:])
            else:
                self._field(value)
        elif option == "C":
            self._append(conditions.comparison(value, self._filter))
        elif option == "S":
            self._syscall(value)
        elif option == "k":
            if not (self.has_syscalls or self.has_dependency) or self._filter is None:
                raise ConditionRefused("auditctl takes -k only after a watch, a system call or an executable")
            self._key(value)
        elif option == "p":
            self._permissions(value)
        elif option == "D":
            self._delete_all()
        elif option in ("i", "c"):
            self.flow = "-c" if option == "c" else self.flow or "-i"
            self.stopped = True
        elif option in ("e", "f", "r", "b", "backlog_wait_time"):
            self._number_setting(option, value)
        else:
            self._other(option, value)

    @property
    def _before_3_1(self) -> bool:
        return before(self.names.audit_version, 3, 1)

    @property
    def _filter(self) -> str | None:
        return self.add or self.delete

    def _list(self, option: str, value: str) -> None:
        if option in "aA" and "task" in value and self.has_syscalls:
            raise ConditionRefused("the list task takes no system calls")
        self.lists_given += 1
        if self.lists_given > 1:
            raise ConditionRefused("auditctl takes one -a, -A or -d in a line")
        first, comma, second = value.partition(",")
        if not comma or "," in second:
            raise ConditionRefused(f"auditctl knows no list and action {value}")
        filters = _FILTERS if self._before_3_1 else (*_FILTERS, "io_uring")
        target = self.delete if option == "d" else self.add
        if first in _ACTIONS:
            self.action = first
        elif first != "possible":
            if first not in filters:
                raise ConditionRefused(f"auditctl knows no list and action {value}")
            target = first
        if target is None:
            target = second if second in filters else None
        elif second == "possible":
            self._finish(option, value)  # auditctl says that the action is deprecated, and goes on with the next line
        elif second in _ACTIONS:
            self.action = second
        else:
            raise ConditionRefused(f"auditctl knows no list and action {value}")
        if target is None or self.action is None:
            raise ConditionRefused(f"auditctl knows no list and action {value}")
        self.excluding = self.excluding or target == "exclude"
        if option == "d":
            self.delete = target
        else:
            self.add = target
            self.prepend = option == "A"
        self.rule_given = True

    def _watch(self, option: str, path: str) -> None:
        if option == "w" and self._filter:
            raise ConditionRefused("auditctl takes one -w in a line, and none beside -a, -A, -d or -W")
        if option == "w":
            self.add = "exit"
        else:
            self.delete = "exit"
        self.action = "always"
        if octets(path) >= MAX_PATH:
            raise ConditionRefused("the path is longer than 4095 bytes")
        if not path.startswith("/"):
            raise ConditionRefused(f"the path must start with /: {path}")
        last = path.rstrip("/").rsplit("/", 1)[-1]
        if octets(last) > MAX_NAME:
            raise ConditionRefused("the last part of the path is longer than 255 bytes")
        if len(path) > 2:
            path = path.rstrip("/") or "/"
        if self.fields:
            raise ConditionRefused("auditctl takes a watch only before the fields")
        kind = "dir" if last in ("", ".", "..") or self.is_directory(path) else "path"
        self.fields = [Field(kind, "=", path), Field("perm", "=", 15)]
        self.all_syscalls = self.has_syscalls = self.has_dependency = True
        self.syscalls.clear()
        self.rule_given = True

    def _need_list(self, value: str) -> None:
        if self._filter is None:
            following = self.options.words[self.options.index : self.options.index + 1]
            if "arch=" not in value or following != ["-t"]:
                raise ConditionRefused("auditctl takes fields only after the list: -a always,exit")

    def _field(self, pair: str) -> None:
        """One ``-F``, as audit_rule_fieldpair_data of libaudit checks it."""
        name, op, value = conditions.split_pair(pair, len(self.fields))
        if name == "arch":
            if self.has_syscalls:
                raise ConditionRefused(f"{pair} must be before -S, and cannot be beside -w")
            self.arch = conditions.arch_number(value, self.names.machine)
        if name == "key" and not (self.has_syscalls or self.has_dependency):
            raise ConditionRefused("auditctl takes a key only beside a watch, a system call or an executable")
        field = conditions.field(name, op, value, self._filter, self.names)
        if name in ("path", "dir", "exe", "perm", "fstype"):
            self.has_dependency = True
        if name == "perm" and self.arch and expands_permissions(self.names.audit_version):
            if self.arch == MACHINES["aarch64"] and before(self.names.audit_version, 4, 0, 4):
                # linux-audit/audit-userspace#496: it looks up the calls of x86_64, which this machine's table does not all have
                raise ConditionRefused(
                    "auditctl 4.0 to 4.0.3 on arm64 cannot take perm= beside arch=b64 (“Syscall name unknown: rename”); "
                    "without arch=, or as -w, the rule loads"
                )
            self.syscalls |= expansion_4x(int(field.value), conditions.table(self.arch), self.names.audit_version)
            self.has_syscalls = True
        self._append(field)

    def _append(self, field: Field) -> None:
        if len(self.fields) >= conditions.MAX_FIELDS:
            raise ConditionRefused("the rule has too many fields")
        self.fields.append(field)

    def _syscall(self, value: str) -> None:
        for target in (self.add, self.delete):
            if target in _WITHOUT_SYSCALLS:
                raise ConditionRefused(f"the list {target} takes no system calls")
        if self.excluding:
            raise ConditionRefused("the list exclude takes no system calls")
        if "io_uring" in (self.add, self.delete):
            self._io_uring_operations(value)
            return
        if not self.arch:
            self.arch = MACHINES.get(self.names.machine, 0)
            if not self.arch:
                raise ConditionRefused(f"auditctl does not know the machine {self.names.machine}")
        for word in [part for part in value.split(",") if part] if "," in value else [value]:
            if word == "all":
                self.all_syscalls = True
                continue
            number = auditctl_number(conditions.lower(word), conditions.table(self.arch), self.names.audit_version)
            if number is None:
                number = conditions.int32(conditions.c_number(word)) if conditions.is_digit(word[:1]) else -1
            if not 0 <= number < 2048:
                raise ConditionRefused(f"auditctl does not know the system call {word}")
            self.syscalls.add(number)
        self.has_syscalls = True

    def _io_uring_operations(self, value: str) -> None:
        for word in value.split(","):
            if word == "all":
                self.syscalls.update(IO_URING_OPERATIONS.values())
                continue
            number = IO_URING_OPERATIONS.get(conditions.lower(word), -1)
            if conditions.is_digit(word[:1]):
                number = conditions.int32(conditions.c_number(word))
            if word and not 0 <= number < 2048:
                raise ConditionRefused(f"auditctl does not know the io_uring operation {word}")
            self.syscalls.update([number] if word else [])
        self.has_syscalls = True

    def _key(self, key: str) -> None:
        if octets(key) + octets(self.keys) + bool(self.keys) > MAX_KEY:
            raise ConditionRefused("the keys of the rule are longer than 256 bytes")
        self.keys = f"{self.keys}{KEY_SEPARATOR}{key}" if self.keys else key

    def _permissions(self, value: str) -> None:
        if self._filter is None:
            raise ConditionRefused("auditctl takes -p only after a watch")
        mask = conditions.permissions(value)
        if not self.fields:
            raise ConditionRefused("auditctl takes -p only after a path")
        if any(field.name == "perm" for field in self.fields):
            self.fields = [Field(field.name, field.op, mask) if field.name == "perm" else field for field in self.fields]
        else:
            self._append(Field("perm", "=", mask))
        self.has_dependency = True
        self.rule_given = True

    def _delete_all(self) -> None:
        words, count = self.options.words, self.options.count
        if count > 4 or count == 3:
            raise ConditionRefused("auditctl takes nothing beside -D but -k KEY")
        key = None
        if count == 4:
            if words[self.options.index : self.options.index + 1] != ["-k"]:
                raise ConditionRefused("auditctl takes nothing beside -D but -k KEY")
            key = words[3]
            self.options.count -= 2
        self.delete_all = DeleteAll(key)
        self.stopped = True

    def _number_setting(self, option: str, value: str) -> None:
        if option in "ef":
            if value not in ("0", "1", "2"):
                raise ConditionRefused(f"-{option} takes 0, 1 or 2, not {value}")
        elif not conditions.is_digit(value[:1]) or conditions.overflows(value):
            raise ConditionRefused(f"{_spelled(option)} takes a number, not {value}")
        self.settings.append(Setting(_spelled(option), value))

    def _other(self, option: str, value: str) -> None:
        """One option that leaves the rules alone, each with its own checks."""
        words, count, index = self.options.words, self.options.count, self.options.index
        if option in ("s", "l"):
            if count > (3 if option == "s" else 4):
                raise ConditionRefused(f"too many words beside -{option}")
            if count == 3 and (option == "l" or index == 2):
                if words[index : index + 1] != ["-i"]:
                    raise ConditionRefused(f"auditctl takes only -i beside -{option}")
                self.options.count -= 1
            elif count == 4:
                if words[index : index + 1] != ["-k"]:
                    raise ConditionRefused("auditctl takes only -k beside -l")
                self.options.count -= 2
            self._set(option, value)
            self.stopped = True
        elif option == "v":
            self._set(option, value)
            self.stopped = True
        elif option in ("t", "loginuid-immutable", "reset-lost", "reset_backlog_wait_time_actual"):
            self._finish(option, value)
        elif option == "m":
            if count > 3 or not all(" " <= letter <= "\x7f" for letter in value):
                raise ConditionRefused("-m takes one text without control characters, alone in its line")
            self._finish(option, value)
        elif option == "q":
            _mount, comma, subtree = value.partition(",")
            if self.has_syscalls or not comma or not subtree or "," in subtree:
                raise ConditionRefused("-q takes MOUNT,SUBTREE, alone in its line")
            self._finish(option, value)
        elif option == "signal":
            if value.upper() not in _SIGNALS and self._before_3_1:
                raise ConditionRefused(f"auditctl cannot send the signal {value}")
            self._set(option, value)
            self.stopped = True
        elif option == "R":
            raise ConditionRefused("a rules file cannot read another one with -R")
        elif option == "h":
            raise ConditionRefused("-h prints the usage and counts as an error")
        else:
            raise ConditionRefused(
                f"auditctl does not know the option {words[index - 1] if index >= 2 else ''}, or it lacks its value"
            )

    def _set(self, option: str, value: str) -> None:
        self.settings.append(Setting(_spelled(option), value))

    def _finish(self, option: str, value: str) -> None:
        self._set(option, value)
        raise _Done

    def _rule(self, settings: tuple[Setting, ...]) -> Line:
        filter_list = cast(FilterList, self._filter)
        reason = kernel_refusal(filter_list, self.fields)
        if reason:
            return Unreadable(reason, "", settings)
        everything = self.all_syscalls or (filter_list != "task" and not self.has_syscalls)
        syscalls = None if everything else dissolved(self.syscalls, self.names.machine)
        rule = make_rule(filter_list, cast(Action, self.action), syscalls, self.fields)
        return AddRule(rule, self.prepend, settings) if self.add else DeleteRule(rule, settings)


def _spelled(option: str) -> str:
    return ("-" if len(option) == 1 else "--") + option
