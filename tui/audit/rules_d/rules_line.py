"""The one door into a rules file: a Rule becomes a line only if the line's bytes read back to that rule, and to nothing besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line, pieces
from tui.audit.rule.numbers import PERM_BITS
from tui.audit.rule.parsed import AddRule, Blank, Comment, Line, Unreadable
from tui.audit.rule.text import escaped, permission_letters, unambiguous
from tui.audit.rule.value import Field, Rule
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass

IsDirectory = Callable[[str], bool]

_LINE_ENDS = frozenset("\u2028\u2029")
_ALL = 15


@dataclass(frozen=True, slots=True)
class Unwritable:
    """What may not stand in a rules file, with the reason in a sentence."""

    reason: str


def watch(path: str, accesses: str, key: str, is_directory: IsDirectory) -> Rule:
    """The rule that ``-w`` makes of *path*, as auditctl's stat() of it decides."""
    mask = sum(PERM_BITS[access] for access in accesses)
    name = "dir" if is_directory(path) or path == "/" else "path"
    return Rule("exit", "always", None, (Field(name, "=", path), Field("perm", "=", mask)), (key,))


def exemption(folder: str) -> Rule:
    """The rule that leaves out all of *folder*, where it comes before those that record."""
    return Rule("exit", "never", None, (Field("dir", "=", folder),))


def rules_line(rule: Rule, names: Names, is_directory: IsDirectory) -> str | Unwritable:
    """The line of a rules file that loads *rule*, in the short form where there is one; what no line carries is refused."""
    for text in _forms(rule, names.machine):
        if _is_one_line(text) and _read_back(text, names, is_directory) == [AddRule(rule)]:
            return text
    return Unwritable(_why_not(rule.path or unambiguous(rule, names.machine), "auditctl has no words for that rule"))


def _forms(rule: Rule, machine: str) -> Iterator[str]:
    """What may load *rule*, the shortest first: most are written as that, and the others need not be made then."""
    yield from _watch_forms(rule)
    long = unambiguous(rule, machine)
    yield long.replace(" -S all", "", 1)
    yield long


def checked_line(text: str, names: Names, is_directory: IsDirectory) -> str | Unwritable:
    """*text*, a line that somebody else wrote, where a rules file holds it as one line and auditctl understands it."""
    lines = _read_back(text, names, is_directory)
    if not _is_one_line(text) or len(lines) != 1:
        return Unwritable(_why_not(text, "auditctl would read it as several lines"))
    if isinstance(lines[0], Unreadable):
        return Unwritable(_why_not(text, lines[0].reason))
    if isinstance(lines[0], (Blank, Comment)):
        return Unwritable(_why_not(text, "it says nothing"))
    return text


def _read_back(text: str, names: Names, is_directory: IsDirectory) -> list[Line]:
    """What auditctl makes of the bytes of *text* and a line end in a file."""
    data = (text + "\n").encode("utf-8", "surrogateescape")
    read = [piece for line in data.split(b"\n")[:-1] for piece in pieces(line)]
    return [parse_line(piece.decode("utf-8", "surrogateescape"), names, is_directory) for piece in read]


def _is_one_line(text: str) -> bool:
    return text.isprintable() or not any(map(_is_control, text))


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f" or character in _LINE_ENDS


def _why_not(what: str, otherwise: str) -> str:
    shown = clean(what if len(what) <= 200 else what[:200] + "…")
    found = next((f"{ord(character):#04x}" for character in what if _is_control(character)), "")
    if found:
        return f"No rules file can hold {shown}: it has the control character {found} in it."
    return f"No rules file can hold {shown}: {clean(otherwise)}."


def is_watch(rule: Rule) -> bool:
    """Whether ``-w`` makes such a rule: a place, then the accesses to it, and nothing besides."""
    names = [(field.name, field.op) for field in rule.fields]
    return (rule.filter, rule.action) == ("exit", "always") and names in (
        [("path", "="), ("perm", "=")],
        [("dir", "="), ("perm", "=")],
    )


def _watch_forms(rule: Rule) -> tuple[str, ...]:
    """``-w``, where *rule* may be what it makes."""
    if not is_watch(rule):
        return ()
    mask = int(rule.fields[1].value)
    permissions = "" if mask == _ALL else f" -p {permission_letters(mask)}"
    keys = "".join(f" -k {escaped(key)}" for key in rule.keys)
    return (f"-w {escaped(str(rule.fields[0].value))}{permissions}{keys}",)
