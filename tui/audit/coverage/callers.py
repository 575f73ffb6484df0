"""What a rule's other fields let through: predicates over calls and callers, as boxes."""

from __future__ import annotations

from functools import cache, lru_cache

from tui.audit.coverage.reach import AuditedObject
from tui.audit.coverage.regions import ALL, TOP, Box, Ranges, compared, complement, meet, overlap, subtract
from tui.audit.coverage.values import NO_EXEMPT, Exempt
from tui.audit.inputs import PathFacts
from tui.audit.rule import syscalls
from tui.audit.rule.numbers import ARCH_32_OF, ARCHES, COMPARISONS, FILE_TYPES, MACHINES, PERM_BITS, UNSET
from tui.audit.rule.value import Field, Rule
from tui.base.typing import NamedTuple

FAILS: Ranges = ((0xFFFFF001, TOP),)
"""The exit values of calls that fail (-4095 to -1); the kernel compares them as unsigned numbers."""
SUCCEEDS = complement(FAILS)

NUMBERS = frozenset(("uid", "euid", "suid", "fsuid", "sgid", "fsgid", "auid", "pid", "ppid", "sessionid", "exit"))
"""Fields that hold one number of the caller or of its call. gid and egid are not among them: they also match further groups."""

INDECISIVE = frozenset(
    ("bind", "socketcall", "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat", "rmdir", "readlink", "readlinkat")
) | {"ftruncate", "ftruncate64", "fallocate", "quotactl"}
"""Members of the permission classes that never touch the content of an object that exists: no rule records them for it (measured),
or they fail on everything that is no directory, device or link."""

RENAMING = frozenset(("rename", "renameat", "renameat2", "unlink", "unlinkat"))
"""The calls that also touch the directory that holds the object."""

DEFAULT_ARCH = MACHINES["x86_64"]


class Condition(NamedTuple):
    """A property that holds or not (1 or 0), where more cannot be told: how both are said to a reader."""

    holds: str
    fails: str


HOLDS: Ranges = ((1, 1),)
FAILS_TO_HOLD = complement(HOLDS)


def lying_at(location: str) -> Condition:
    """The condition that limits a rule to *location* among the files below an audited directory."""
    return Condition(f"what lies at {location}", f"what does not lie at {location}")


def itself(below: str) -> Condition:
    """What a rule with path= sees on an audited directory ("") or on one *below* it: listing it, making, linking, renaming and removing
    entries, its own attributes, whatever the rule's action (measured: an always and a never rule alike; opening an entry is not)."""
    if not below:
        return Condition("the directory itself and its list of entries", "what lies below the directory")
    return Condition(f"{below} itself and its list of entries", f"what is not {below} itself")


UNKNOWN_CALLS = Condition("the calls that the rule lists", "calls that the rule does not list")

FOR_BOTH = Condition("opening for reading and writing at once", "other accesses")
"""A perm that names one of the two matches such an open, which also does the other."""

ANY_NAME = frozenset(("devmajor", "devminor", "obj_uid", "obj_gid", "compare"))
"""Fields that may hold for one name that a call uses and not for another: an opposite does not exclude them."""

SYSCALL = 1300
"""AUDIT_SYSCALL: the record that says who did what."""


class Call(NamedTuple):
    """A system call that makes an access; ``number`` is None where the architecture's calls are not known, and stands for all."""

    arch: int
    number: int | None
    name: str


@cache
def calls(machine: str, access: str) -> tuple[Call, ...]:
    """The calls that decide about *access* on *machine*, those of 32-bit programs included.

    A call that counts as two permissions (link as ``w`` and ``a``) decides neither.
    """
    native = MACHINES.get(machine.lower(), DEFAULT_ARCH)
    found = []
    for arch in (native, ARCH_32_OF.get(native)):
        if arch is None:
            continue
        name = ARCHES.get(arch, "")
        members = syscalls.permission_syscalls(name, access)
        if members is None:
            found.append(Call(arch, None, "every call"))
            continue
        twice = {number for other in "wa" if other != access for number in syscalls.permission_syscalls(name, other) or ()}
        for number in sorted(members):
            word = syscalls.name(number, name) or str(number)
            if word not in INDECISIVE and (number not in twice or word in syscalls.OPEN):
                found.append(Call(arch, number, word))
    return tuple(found)


@lru_cache(maxsize=4096)
def call_mask(machine: str, access: str, listed: frozenset[int] | None, arches: tuple[tuple[str, int | str], ...]) -> int:
    """The calls that decide about *access* and are *listed* (None: all are) by a rule with these conditions on the architecture."""
    mask = 0
    for place, call in enumerate(calls(machine, access)):
        if listed is not None and call.number is not None and call.number not in listed:
            continue
        if all((call.arch == value) == (op == "=") for op, value in arches):
            mask |= 1 << place
    return mask


@cache
def named_calls(machine: str, access: str, names: frozenset[str]) -> int:
    """Those of the calls that decide about *access* that have one of the *names*."""
    return sum(1 << place for place, call in enumerate(calls(machine, access)) if call.name in names)


class Filters:
    """Turns rules into boxes for one target, one access at a time. Programs get numbers, so that ``exe`` is a property like others."""

    def __init__(self, target: AuditedObject, machine: str, exempt: Exempt = NO_EXEMPT):
        self.target = target
        self.machine = machine
        self.exempt = exempt
        self.programs: dict[str, int] = {}
        left_out = set()
        for path in target.survey.programs:
            number = self.programs.setdefault(target.survey.place(path).location or path, len(self.programs) + 1)
            if path in exempt.programs:
                left_out.add(number)
        self._left_out = tuple((number, number) for number in sorted(left_out))
        """The numbers of the programs that are not counted, as ranges."""
        self.phrases: dict[object, str] = {}
        """Boxes in words, once said."""

    def calls(self, access: str) -> tuple[Call, ...]:
        """The calls that decide about *access* here; a box's bits are their places."""
        return calls(self.machine, access)

    def everything(self, access: str) -> Box:
        """Every event of *access*."""
        return Box((1 << len(self.calls(access))) - 1)

    def uncounted(self, access: str) -> Box | None:
        """The events of *access* that are not counted; None for none."""
        return Box(self.everything(access).calls, {"exe": self._left_out}) if self._left_out else None

    def split(self, boxes: list[Box], access: str) -> tuple[list[Box], list[Box]]:
        """*boxes* as what counts and what does not."""
        left_out = self.uncounted(access)
        return (boxes, []) if left_out is None else (subtract(boxes, [left_out]), overlap(boxes, [left_out]))

    def names_nobody(self, field: Field) -> bool:
        """Whether *field* asks for what no process, or no file, of this host has."""
        return field.name in self.exempt.labels or (field.name == "exe" and field.value in self.exempt.nobody)

    def taken(self, rule: Rule, access: str, *, records: bool) -> tuple[list[Box], list[Box]]:
        """The events of *access* that *rule* takes if no rule before it does, and those opens for both that it takes for the other access."""
        boxes, for_both = self.boxes(rule, access, records=records), self.opens_for_both(rule, access, records=records)
        return (boxes if records else boxes + for_both), for_both

    def boxes(self, rule: Rule, access: str, *, records: bool) -> list[Box]:
        """The events of *access* to the target that *rule*'s fields let through, its path fields aside; none: an empty list.

        ``records`` tells whether the rule records what it matches; what is doubtful counts against the host.
        """
        if any(not perm & PERM_BITS[access] for perm in _perms(rule)):
            return []
        mask = self._mask(rule, access)
        if not mask:
            return []
        if rule.syscalls is not None and any(call.number is None for call in self.calls(access)):
            return self._let_through(rule, access, Box(mask, {UNKNOWN_CALLS: HOLDS}), records)
        return self._let_through(rule, access, Box(mask), records)

    def opens_for_both(self, rule: Rule, access: str, *, records: bool) -> list[Box]:
        """Of the events of *access* (``r`` or ``w``) those that the rule takes although its perm names only the other one."""
        perms = _perms(rule)
        if access not in "rw" or all(perm & PERM_BITS[access] for perm in perms):
            return []
        if not all(perm & (PERM_BITS["r"] | PERM_BITS["w"]) for perm in perms):
            return []
        mask = self._mask(rule, access) & named_calls(self.machine, access, frozenset(syscalls.OPEN))
        return self._let_through(rule, access, Box(mask, {FOR_BOTH: HOLDS}), records) if mask else []

    def _let_through(self, rule: Rule, access: str, box: Box, records: bool) -> list[Box]:
        """What of *box* the rule's fields let through, those aside that choose paths and calls."""
        found, asked = [box], set[object]()
        by_inode = any(field.name in ("path", "inode") for field in rule.fields)
        for field in rule.fields:
            choices = self._field(field, access, records=records, by_inode=by_inode)
            if choices is None:
                continue
            if field.name in ANY_NAME:
                choices = [{name: ranges for name, ranges in choice.items() if name not in asked} for choice in choices]
                asked.update(name for choice in choices for name in choice)
            found = [both for each in found for choice in choices if (both := each.meet(Box(box.calls, choice))) is not None]
        return found

    def _mask(self, rule: Rule, access: str) -> int:
        """The calls that the rule's -S list and arch fields leave."""
        arches = tuple((field.op, field.value) for field in rule.fields if field.name == "arch")
        return call_mask(self.machine, access, rule.syscalls, arches)

    def _field(self, field: Field, access: str, *, records: bool, by_inode: bool) -> list[dict[object, Ranges]] | None:
        """What a field lets through, as alternatives; None: everything."""
        name, op, value = field.name, field.op, field.value
        if name in ("path", "dir", "inode", "perm", "arch", "key"):
            return None
        if self.names_nobody(field):
            # A label is compared by the module that knows it, and without one neither = nor != holds (audit_filter_rules, measured).
            return None if name == "exe" and op == "!=" else []
        if name == "exe" and isinstance(value, str):
            return self._exe(op, value, access, records)
        if isinstance(value, int):
            ranges = compared(op, value)
            if name == "success":
                return _either(_success(op, value))
            if name == "field:24":  # AUDIT_LOGINUID_SET
                login = _login_set(op, value)
                return _either({"auid": login} if login else None)
            if name in NUMBERS and ranges is not None:
                return [] if not ranges else None if ranges == ALL else [{name: ranges}]
            if name == "filetype" and self.target.kind and not self.target.recursive:
                if self._file_type() == value:
                    return None if op == "=" else []
                return self._complement(field, access) if op == "=" else self._nothing_beside(field, access)
            if name in ("obj_uid", "obj_gid") and self.target.facts is not None and not self.target.recursive:
                owner = _owner(self.target.facts, name)
                if owner is not None and ranges is not None:
                    if meet(ranges, ((owner, owner),)):
                        return None
                    return [] if by_inode else self._complement(field, access)
            if name in ("devmajor", "devminor") and not self.target.recursive:
                device = self._device(name)
                if device is not None and ranges is not None:
                    # Also asked of the device that a device file stands for, which is 0:0 for all else.
                    if meet(ranges, ((0, 0),)) or meet(ranges, ((device, device),)):
                        return None
                    return [] if by_inode else self._complement(field, access)
            if name == "msgtype":  # of the exclude list: what is at stake is the SYSCALL record
                return None if meet(ranges or (), ((SYSCALL, SYSCALL),)) else []
            if name == "saddr_fam":
                return []  # a socket's address: none of these calls has one
        return [_opaque(field)]

    def _complement(self, field: Field, access: str) -> list[dict[object, Ranges]]:
        """A field that does not hold for the object, but is asked of every name that a call uses: renaming and removing also name
        the directory, executing also names the loader."""
        if access not in "wx" or (field.name == "filetype" and access == "x"):
            return []
        return [{_naming(field, field.op): HOLDS}]

    def _nothing_beside(self, field: Field, access: str) -> list[dict[object, Ranges]] | None:
        """``filetype!=``, true of the object, holds only where no name that the call uses has the type."""
        if access != "w" or field.value != FILE_TYPES["dir"]:
            return None
        return [{_naming(field, "="): FAILS_TO_HOLD}]

    def _device(self, part: str) -> int | None:
        """The major or minor number of the device that the object's file system lies on; None where that is not known."""
        major, colon, minor = self.target.spot[0].partition(":")
        if not colon or self.target.kind == "device":
            return None
        return int(major if part == "devmajor" else minor)

    def _file_type(self) -> int:
        return FILE_TYPES.get({"directory": "dir", "symlink": "link"}.get(self.target.kind, self.target.kind), 0)

    def _exe(self, op: str, path: str, access: str, records: bool) -> list[dict[object, Ranges]]:
        """A program field (``exe=``) as boxes. The program is that of the caller when the call returns: after an execution that
        succeeds, the executed one."""
        place = self.target.survey.place(path)
        own = self.target.is_program(path)
        if own and access != "x" and op == "=" and records:
            return []  # what the object does to itself while it runs is no coverage of it
        number = self.programs[place.location or path]
        program = ((number, number),)
        if access != "x":
            return [{"exe": program if op == "=" else complement(program)}]
        if own:
            return [{"exit": SUCCEEDS if op == "=" else FAILS}]
        started: dict[object, Ranges] = {"exit": SUCCEEDS}
        if place.location is not None and self.target.holds_program(path):
            below = lying_at(place.location)  # one of the audited files, which is the program once it runs
            if op == "=":
                return [{"exit": FAILS, "exe": program}, {**started, below: HOLDS}]
            return [{"exit": FAILS, "exe": complement(program)}, {**started, below: FAILS_TO_HOLD}]
        if op == "=":
            return [{"exit": FAILS, "exe": program}]
        return [{"exit": FAILS, "exe": complement(program)}, started]


def _perms(rule: Rule) -> list[int]:
    return [field.value for field in rule.fields if field.name == "perm" and isinstance(field.value, int)]


def _either(choice: dict[object, Ranges] | None) -> list[dict[object, Ranges]] | None:
    return [] if choice is None else [choice] if choice else None


def _success(op: str, value: int) -> dict[object, Ranges] | None:
    """A ``success`` field as ranges of exit values. The kernel compares 1 (succeeded) or 2 (failed) with 1 where the field is not
    0, else with 2. None: never, empty: always."""
    ranges = compared(op, 1 if value else 2) or ()
    yes, no = bool(meet(ranges, ((1, 1),))), bool(meet(ranges, ((2, 2),)))
    if yes and no:
        return {}
    return {"exit": SUCCEEDS} if yes else {"exit": FAILS} if no else None


def _login_set(op: str, value: int) -> Ranges:
    """The login uids for which "a login uid is set" (1 or 0) compares so."""
    ranges = compared(op, value) or ()
    unset = ((UNSET, UNSET),)
    found: Ranges = complement(unset) if meet(ranges, ((1, 1),)) else ()
    if meet(ranges, ((0, 0),)):
        found = ALL if found else unset
    return found


def _owner(facts: PathFacts, name: str) -> int | None:
    return facts.uid if name == "obj_uid" else facts.gid


_OPPOSITE = {"!=": "=", ">=": "<", ">": "<="}


def _opaque(field: Field) -> dict[object, Ranges]:
    """A filter that cannot be decided beforehand: it holds for some and not for others, whatever other filters say."""
    if field.name == "compare" and isinstance(field.value, int):
        one, other = COMPARISONS.get(field.value, ("a field", f"comparison {field.value}"))
        condition = Condition(f"{one} equal to {other}", f"{one} different from {other}")
    elif field.name in ("gid", "egid"):
        condition = _group(field)
    else:
        condition = Condition(*(f"{field.name}{op}{field.value}" for op in _both(field.op)))
    return {condition: FAILS_TO_HOLD if field.op in _OPPOSITE else HOLDS}


def _naming(field: Field, op: str) -> Condition:
    return Condition(f"calls that also name something with {field.name}{op}{field.value}", "other calls")


def _group(field: Field) -> Condition:
    group = f"{field.name}{_OPPOSITE.get(field.op, field.op)}{field.value}"
    return Condition(f"{group} (further groups included)", f"not {group} (further groups included)")


def _both(op: str) -> tuple[str, str]:
    holds = _OPPOSITE.get(op, op)
    fails = next((other for other, same in _OPPOSITE.items() if same == holds), f" not {op} ")
    return holds, fails
