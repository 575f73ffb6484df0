"""General rules: rules that name no path and touch one all the same, told by their keys and purpose instead of by sets of callers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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


def general_rules(rules: Sequence[Rule], covered: Coverage, target: PathFacts) -> tuple[Rule, ...]:
    """Those of *rules* that record some accesses to *target*, as *covered* has it, without speaking of it."""
    return tuple(rules[position] for position in covered.reaching if not names(rules[position], target))


def of_general_rules(
    rules: Sequence[Rule], covered: Coverage, target: PathFacts, machine: str, remedy: str
) -> Iterator[Notice[ReasonKind]]:
    """What general rules record of the path, in one line; nothing where there are none."""
    general = general_rules(rules, covered, target)
    if not general:
        return
    alone = len(general) == len(covered.reaching)
    keys = list(dict.fromkeys(key for rule in general for key in rule.keys))
    named = f" (key{'s' if len(keys) > 1 else ''} {_some(map(clean, keys))})" if keys else ""
    who = _who(general)
    what = _some(_purposes(general, machine))
    text = f"General rules of this host record {what}{who}{named}."
    yield Notice("general-rules", f"No rule names it. {text}" if alone else f"Besides: {text}", remedy if alone else "")


def _purposes(rules: Sequence[Rule], machine: str) -> list[str]:
    found = [word for rule in rules for word in _purpose(rule, machine)]
    order = [*(word for purpose, _ in _PURPOSES for word in (f"failed {purpose}", purpose)), "every call", "other calls"]
    words = sorted(dict.fromkeys(found), key=lambda word: order.index(word.partition(" as ")[0]))
    return [word for word in words if not (word.startswith("failed ") and word.removeprefix("failed ") in words)]


def _purpose(rule: Rule, machine: str) -> Iterator[str]:
    failed = "failed " if _only_failures(rule) else ""
    if rule.syscalls is None:
        perms = {field.value for field in rule.fields if field.name == "perm"}
        yield "program starts" if perms == {1} else "every call"
        return
    names = _names(rule, machine)
    told = False
    for word, calls in _PURPOSES:
        if names & calls:
            told = True
            yield failed + word + (" as another user" if word == "program starts" and _changes_user(rule) else "")
    if not told:
        yield "other calls"


def _names(rule: Rule, machine: str) -> frozenset[str]:
    arch = next((field.value for field in rule.fields if field.name == "arch" and field.op == "="), None)
    table = ARCHES.get(arch if isinstance(arch, int) else MACHINES.get(machine, MACHINES["x86_64"]), "")
    return frozenset(syscalls.name(number, table) or "" for number in rule.syscalls or ())


def _only_failures(rule: Rule) -> bool:
    for field in rule.fields:
        if field.name == "success" and isinstance(field.value, int) and (field.op == "=") == (field.value == 0):
            return True
        if field.name == "exit" and isinstance(field.value, int):
            ranges = compared(field.op, field.value)
            if ranges and meet(ranges, FAILS) == ranges:
                return True
    return False


def _changes_user(rule: Rule) -> bool:
    return any(field.name == "compare" and field.op == "!=" for field in rule.fields)


def _who(rules: Sequence[Rule]) -> str:
    """Whose calls they are, where all of the rules agree on it."""
    if all(any(field.name == "auid" and field.op in (">=", ">", "!=") for field in rule.fields) for rule in rules):
        return " by users"
    if all(any(field.name in ("uid", "euid") and field.op == "=" and field.value == 0 for field in rule.fields) for rule in rules):
        return " by root"
    return ""


def _some(words: Iterable[str]) -> str:
    all_of_them = list(words)
    return listed(all_of_them) if len(all_of_them) <= _MOST else f"{', '.join(all_of_them[: _MOST - 1])} and more"
