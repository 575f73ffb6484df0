"""A rule as text: the way ``auditctl -l`` lists it, a line that reads back to the same rule, and the arguments that load it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from tui.audit.rule.conditions import int32, table
from tui.audit.rule.numbers import (
    ARCH_64BIT,
    ARCHES,
    COMPARISONS,
    ERRNO_NAMES,
    FILE_SYSTEMS,
    FILE_TYPES,
    MACHINES,
    MESSAGE_NAMES,
    MESSAGE_TYPES,
    PERM_BITS,
    STRING_FIELDS,
    UNSET,
)
from tui.audit.rule.syscalls import auditctl_name
from tui.audit.rule.value import KEY_SEPARATOR, Field, Rule

_WITHOUT_SYSCALLS = frozenset(("user", "task", "exclude", "filesystem"))
_FILE_SYSTEM_NAMES = {number: name for name, number in FILE_SYSTEMS.items()}
_FILE_TYPE_NAMES = {number: name for name, number in FILE_TYPES.items()}
_WATCH_FIELDS = frozenset(("perm", "key", "dir", "path"))
_HIDDEN_OPERATORS = ("!=", "<=", ">=", "&=")
_NEARLY_ALL = range(63 * 32)


def _all_listed(rule: Rule) -> bool:
    """Whether auditctl says ``-S all``: it looks at the first 63 of the 64 mask words."""
    return rule.syscalls is None or rule.syscalls.issuperset(_NEARLY_ALL)


def looks_like_watch(rule: Rule) -> bool:
    """Whether ``auditctl -l`` prints *rule* in the ``-w`` form. It looks at the fields alone, so a never rule can pass for a watch."""
    names = {field.name for field in rule.fields}
    return names <= _WATCH_FIELDS and "perm" in names and (rule.filter in _WITHOUT_SYSCALLS or _all_listed(rule))


def permission_letters(mask: int) -> str:
    """The letters of a perm mask, in the order ``rwxa``."""
    return "".join(letter for letter, bit in PERM_BITS.items() if mask & bit)


def listing(rule: Rule, machine: str = "x86_64") -> str:
    """The line that ``auditctl -l`` 3.0.9 prints for *rule*, where no rule before it names an arch (see :func:`listings`)."""
    return _listed(rule, 0, machine)[0]


def listings(rules: Iterable[Rule], machine: str = "x86_64") -> list[str]:
    """The lines of ``auditctl -l`` for all *rules*, ``No rules`` for none.

    auditctl names the system calls of a rule without an arch by the arch of the rule it printed before: so does this.
    """
    return list(_lines(rules, machine)) or ["No rules"]


def listing_text(rules: Iterable[Rule]) -> str:
    """The lines of :func:`listings` as one text, without all of them beside it."""
    lines = _lines(rules, "x86_64")
    return "\n".join(iter(lambda: "\n".join(islice(lines, 1000)), "")) or "No rules"


def _lines(rules: Iterable[Rule], machine: str) -> Iterator[str]:
    arch = 0
    for rule in rules:
        line, arch = _listed(rule, arch, machine)
        yield line


def _listed(rule: Rule, arch: int, machine: str) -> tuple[str, int]:
    watch = looks_like_watch(rule)
    parts = []
    if not watch:
        filter_name = rule.filter if rule.filter != "io_uring" else "(null)"
        parts.append(f"-a {rule.action},{filter_name}")
        for field in rule.fields:
            if field.name == "arch":
                arch = int(field.value)
                parts.append(f" -F arch{field.op}{_bits(arch)}")
        parts.append(_listed_syscalls(rule, arch or MACHINES.get(machine, 0)))
    parts += [_listed_field(field, watch) for field in rule.fields if field.name != "arch"]
    if rule.keys and not any(field.name == "key" for field in rule.fields):
        parts.append(_listed_keys(KEY_SEPARATOR.join(rule.keys), watch))
    return "".join(parts), arch


def _bits(arch: int) -> str:
    if arch not in ARCHES:
        return f"0x{arch:X}"
    return "b64" if arch & ARCH_64BIT else "b32"


def _listed_syscalls(rule: Rule, arch: int) -> str:
    if rule.filter in _WITHOUT_SYSCALLS:
        return ""
    if _all_listed(rule):
        return " -S all"
    names = [auditctl_name(number, table(arch)) or str(number) for number in sorted(rule.syscalls or ())]
    return f" -S {','.join(names)}" if names else ""


def _listed_keys(joined: str, watch: bool) -> str:
    return "".join(f" {'-k ' if watch else '-F key='}{key}" for key in joined.split(KEY_SEPARATOR) if key)


def _listed_field(field: Field, watch: bool) -> str:
    name, op, value = field.name, field.op, field.value
    if isinstance(value, str):
        if name == "key":
            return _listed_keys(value, watch)
        if name in ("path", "dir") and watch:
            return f"-w {value}"
        return f" -F {name}{'=' if name in ('path', 'dir', 'exe') else op}{value}"
    if name == "perm":
        return f" -p {permission_letters(value)}" if watch else f" -F perm={permission_letters(value)}"
    if name == "compare":
        sides = COMPARISONS.get(value)
        return f" -C {sides[0]}{op}{sides[1]}" if sides else ""
    if name.startswith("field:"):
        return f" f{name[6:]}{op}{int32(value)}"
    return f" -F {name}{op}{_listed_number(name, value)}"


def _listed_number(name: str, value: int) -> str:
    if name == "msgtype":
        return MESSAGE_NAMES.get(value) or str(int32(value))
    if name == "fstype":
        return _FILE_SYSTEM_NAMES.get(value) or str(int32(value))
    if name == "inode":
        return str(value)
    if name in ("a0", "a1", "a2", "a3"):
        return f"0x{value:X}"
    if name == "exit" and int32(value) < 0 and -int32(value) in ERRNO_NAMES:
        return "-" + ERRNO_NAMES[-int32(value)]
    return str(int32(value))


def unambiguous(rule: Rule, machine: str = "x86_64") -> str:
    """A rules-file line that reads back to *rule* on *machine*, in the ``-a`` form, so that a never rule looks like one and a path
    differs from a directory.

    A file whose name holds ``!=``, ``>=``, ``<=`` or ``&=`` can only be written with ``-w``. auditctl has no line at all for a few
    rules that other programs can load (a field without a name, a key that is not the last field, text with a newline or with the
    bytes 4 or 7): for those the text is only to be read.
    """
    words = _hidden_form(rule, machine) or _long_form(rule, machine)
    return " ".join(escaped(word) for word in words)


def arguments(rule: Rule, machine: str = "x86_64", is_directory: Callable[[str], bool] = lambda path: False) -> tuple[str, ...]:
    """The arguments (without the program) with which auditctl adds *rule*; for execve, no shell and no escapes.

    A watch on a file comes in the short ``-w`` form. auditctl makes a directory rule of ``-w`` where the path is one by then, so
    whoever has a ``path`` rule on what may be a directory gives *is_directory*: for such a path the long form is used.
    """
    if len(rule.fields) == 2 and _can_be_watch(rule) and not is_directory(str(rule.path)):
        return tuple(_watch_form(rule, machine))
    return tuple(_hidden_form(rule, machine) or _long_form(rule, machine))


def delete_arguments(
    rule: Rule, machine: str = "x86_64", is_directory: Callable[[str], bool] = lambda path: False
) -> tuple[str, ...]:
    """The arguments with which auditctl deletes *rule*; see :func:`arguments`."""
    option, *rest = arguments(rule, machine, is_directory)
    return ("-W" if option == "-w" else "-d", *rest)


def escaped(word: str) -> str:
    """*word* as one word of a rules file (auditctl takes a backslash before a blank and before itself)."""
    return word.replace("\\", "\\\\").replace(" ", "\\ ")


def _can_be_watch(rule: Rule) -> bool:
    """Whether ``-w`` makes *rule* of a path that is no directory: path and perm come first, and no arch."""
    return (
        (rule.filter, rule.action, rule.syscalls) == ("exit", "always", None)
        and [(field.name, field.op) for field in rule.fields[:2]] == [("path", "="), ("perm", "=")]
        and rule.first("arch") is None
    )


def _watch_form(rule: Rule, machine: str) -> list[str]:
    path, perm, *others = rule.fields
    words = ["-w", str(path.value), "-p", permission_letters(int(perm.value))]
    for field in others:
        words += _field_words(field, rule.filter, machine)
    return words + _key_words(rule)


def _hidden_form(rule: Rule, machine: str) -> list[str] | None:
    """The ``-w`` form where the path holds what auditctl would take for the operator of a ``-F``."""
    path = rule.path or ""
    hidden = "=" in path and any(operator in path for operator in _HIDDEN_OPERATORS)
    return _watch_form(rule, machine) if hidden and _can_be_watch(rule) else None


def _long_form(rule: Rule, machine: str) -> list[str]:
    words = ["-a", f"{rule.action},{rule.filter}"]
    last_arch = max((number for number, field in enumerate(rule.fields) if field.name == "arch"), default=-1)
    native = MACHINES.get(machine, 0)
    arch = next((int(field.value) for field in reversed(rule.fields) if field.name == "arch"), native)
    syscalls = _syscall_words(rule, table(arch))
    if last_arch < 0:
        words += syscalls
    for number, field in enumerate(rule.fields):
        words += _field_words(field, rule.filter, machine)
        if number == last_arch:
            words += syscalls
    return words + _key_words(rule)


def _field_words(field: Field, filter_list: str, machine: str) -> list[str]:
    if field.name == "perm" and filter_list != "exit":
        return ["-p", permission_letters(int(field.value))]  # the only way to a perm outside the list exit
    if field.name != "compare":
        # auditctl moves what begins with key= to the end; it takes the name in any case.
        name = "Key" if field.name == "key" else field.name
        return ["-F", f"{name}{field.op}{_exact_value(field, machine)}"]
    if field.value not in COMPARISONS:
        return ["-F", f"field_compare{field.op}{field.value}"]
    left, right = COMPARISONS[int(field.value)]
    return ["-C", f"{left}{field.op}{right}"]


def _key_words(rule: Rule) -> list[str]:
    """One ``-k`` for each key; all in one where a key is empty, which auditctl would drop. None where the keys are a field."""
    if any(field.name == "key" for field in rule.fields):
        return []
    keys = rule.keys if all(rule.keys) else (KEY_SEPARATOR.join(rule.keys),)
    return [word for key in keys for word in ("-k", key)]


def _syscall_words(rule: Rule, arch: str) -> list[str]:
    if rule.filter in _WITHOUT_SYSCALLS:
        return []
    if rule.syscalls is None:
        return ["-S", "all"] if rule.filter == "exit" else []  # of io_uring, "all" are those that auditctl has names for
    if rule.filter == "io_uring":
        arch = ""  # operations, not system calls: as numbers
    return ["-S", ",".join(_exact_name(number, arch) for number in sorted(rule.syscalls)) or ","]


def _exact_name(number: int, arch: str) -> str:
    """The name that every auditctl takes for *number*, else the number."""
    return auditctl_name(number, arch) or str(number)


def _exact_value(field: Field, machine: str) -> str:
    name, value = field.name, field.value
    if name in STRING_FIELDS or isinstance(value, str):
        return str(value)
    if name == "arch":
        return _exact_arch(value, machine)
    if name == "perm":
        return permission_letters(value)
    if name == "filetype":
        return _FILE_TYPE_NAMES.get(value) or str(value)
    if name in ("auid", "sessionid") and value == UNSET:
        return "unset"
    if name in ("msgtype", "fstype", "exit", "a0", "a1", "a2", "a3"):
        listed = _listed_number(name, value)
        known = name != "msgtype" or MESSAGE_TYPES.get(listed) == value
        return listed if known and not (name == "fstype" and listed.startswith("-")) else str(value)
    return str(value)


def _exact_arch(value: int, machine: str) -> str:
    native = MACHINES.get(machine, 0)
    if value == native and value & ARCH_64BIT:
        return "b64"
    if value == 0x40000003 and native == 0xC000003E:
        return "b32"
    return ARCHES.get(value) or f"0x{value:x}"
