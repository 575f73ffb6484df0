"""General rules: rules that name no path and touch one all the same, told by their keys and purpose instead of by sets of callers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.audit.coverage.callers import FAILS
from tui.audit.coverage.regions import compared, meet
from tui.audit.coverage.values import Coverage
from tui.audit.inputs import PathFacts
from tui.audit.rule import syscalls
from tui.audit.rule.numbers import ARCHES, MACHINES
from tui.audit.rule.value import Rule
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.verdict.values import ReasonKind

_CHANGES = frozenset(
    ("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "chown32", "fchown32", "lchown32")
) | {f"{way}{do}xattr{at}" for do in ("set", "remove") for way, at in (("", ""), ("l", ""), ("f", ""), ("", "at"))}
_OPENS = frozenset(
    ["open", "openat", "openat2", "creat", "truncate", "ftruncate", "open_by_handle_at", "truncate64", "ftruncate64"]
)
_PURPOSES: tuple[tuple[str, frozenset[str]], ...] = (
    ("opens", _OPENS),
    ("program starts", frozenset(("execve", "execveat"))),
    ("chmod", _CHANGES),
    ("deletes", frozenset(["unlink", "unlinkat", "rename", "renameat", "renameat2", "rmdir"])),
    ("links", frozenset(("link", "linkat", "symlink", "symlinkat"))),
)
"""What the calls of a rule are for, the first word that fits each of them."""
_NARROWING = frozenset(
    ("a0", "a1", "a2", "a3", "pid", "ppid", "pers", "sessionid", "devmajor", "devminor", "filetype", "obj_uid", "obj_gid")
)
"""Fields by which a rule records some calls of its kind; who the caller is (uid, auid) is told apart."""
_MOST = 5


def names(rule: Rule, target: PathFacts) -> bool:
    """Whether *rule* speaks of *target*: by its path, or as a watch without conditions on a folder above it."""
    if any(field.name in ("path", "inode") for field in rule.fields):
        return True
    folder = rule.first("dir")
    if not isinstance(folder, str):
        return False
    if (folder.rstrip("/") or "/") in (target.path, target.location, target.real_path):
        return True
    return rule.syscalls is None and all(field.name in ("dir", "perm", "arch") for field in rule.fields)


def general_rules(rules: Sequence[Rule], covered: Coverage, target: PathFacts) -> tuple[int, ...]:
    """The positions of those of *rules* that record some accesses to *target*, as *covered* has it, without speaking of it."""
    return tuple(position for position in covered.reaching if not names(rules[position], target))


def of_general_rules(general: Sequence[Rule], path: str, machine: str, remedy: str, *, alone: bool) -> Iterator[Notice[ReasonKind]]:
    """What the *general* rules record of *path*, in one line; nothing where there are none. *alone*: no other rule reaches it."""
    if not general:
        return
    keys = list(dict.fromkeys(key for rule in general for key in rule.keys))
    named = f" (key{'s' if len(keys) > 1 else ''} {some(map(clean, keys))})" if keys else ""
    who = _who(general)
    what = some(_purposes(general, machine))
    text = f"General rules of this host record {what}{who}{named}."
    yield Notice("general-rules", f"No rule names {clean(path)}. {text}" if alone else f"Besides: {text}", remedy if alone else "")


def _purposes(rules: Sequence[Rule], machine: str) -> list[str]:
    """What *rules* record, in the order of the purposes: what one records without a condition is not told again of another with one."""
    found: dict[str, dict[str, bool]] = {}
    for rule in rules:
        condition, narrow = _condition(rule), _only_32_bit(rule, machine)
        for purpose in _purposes_of(rule, machine):
            told = condition or ("as another user" if purpose == "program starts" and _changes_user(rule) else "")
            known = found.setdefault(purpose, {})
            known[told] = known.get(told, True) and narrow
    order = [*(purpose for purpose, _ in _PURPOSES), "every call", "other calls"]
    return [word for purpose in sorted(found, key=order.index) for word in _told(purpose, found[purpose])]


def _told(purpose: str, found: Mapping[str, bool]) -> Iterator[str]:
    """One *purpose* in words, by the conditions under which it is recorded, each with whether that holds of 32-bit programs alone."""
    whole = {"failed", "successful"} <= found.keys() and not (found["failed"] or found["successful"])
    if whole or found.get("") is False:
        found = {"": False}
    for condition, narrow in found.items():
        calls = purpose if not condition or purpose != "every call" else "calls"
        words = f"{calls} {condition}" if condition == "as another user" else f"{condition} {calls}".strip()
        yield f"{words} of 32-bit programs" if narrow else words


def _purposes_of(rule: Rule, machine: str) -> Iterator[str]:
    if rule.syscalls is None:
        perms = {field.value for field in rule.fields if field.name == "perm"}
        yield "program starts" if perms == {1} else "every call"
        return
    names = _names(rule, machine)
    told = [purpose for purpose, calls in _PURPOSES if names & calls]
    yield from told or ["other calls"]


def _condition(rule: Rule) -> str:
    """What the calls that *rule* records have in common: their result, or what their arguments and objects are."""
    if any(field.name in _NARROWING for field in rule.fields):
        return "some"
    for field in rule.fields:
        if field.name == "success" and isinstance(field.value, int):
            return "failed" if (field.op == "=") == (field.value == 0) else "successful"
        if field.name == "exit" and isinstance(field.value, int):
            ranges = compared(field.op, field.value)
            if ranges and meet(ranges, FAILS) == ranges:
                return "failed"
            if ranges and not meet(ranges, FAILS):
                return "successful"
    return ""


def _only_32_bit(rule: Rule, machine: str) -> bool:
    """Whether *rule* is for another architecture than the machine's own, its programs of 32 bits."""
    arch = next((field.value for field in rule.fields if field.name == "arch" and field.op == "="), None)
    return arch is not None and arch != MACHINES.get(machine, MACHINES["x86_64"])


def _names(rule: Rule, machine: str) -> frozenset[str]:
    arch = next((field.value for field in rule.fields if field.name == "arch" and field.op == "="), None)
    table = ARCHES.get(arch if isinstance(arch, int) else MACHINES.get(machine, MACHINES["x86_64"]), "")
    return frozenset(syscalls.name(number, table) or "" for number in rule.syscalls or ())


def _changes_user(rule: Rule) -> bool:
    return any(field.name == "compare" and field.op == "!=" for field in rule.fields)


def _who(rules: Sequence[Rule]) -> str:
    """Whose calls they are, where all of the rules agree on it."""
    if all(any(field.name == "auid" and field.op in (">=", ">", "!=") for field in rule.fields) for rule in rules):
        return " by users"
    by_root = [
        not _changes_user(rule)
        and any(field.name in ("uid", "euid") and field.op == "=" and field.value == 0 for field in rule.fields)
        for rule in rules
    ]
    if all(by_root):
        return " by root"
    return ""


def some(words: Iterable[str]) -> str:
    """*words* as a list, the first of them where they are many."""
    all_of_them = list(words)
    return listed(all_of_them) if len(all_of_them) <= _MOST else f"{', '.join(all_of_them[: _MOST - 1])} and more"
