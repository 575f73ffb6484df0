"""rules.d → the audit.rules that augenrules would write, with a map back to file and line, and its hazards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule, Blank, Comment, DeleteAll, DeleteRule, Flow, Line, Setting
from tui.audit.rules_d.augenrules import (
    AUDIT_RULES,
    CompiledLine,
    Origin,
    RulesFile,
    assemble,
    decoded,
    read_stream,
    sort_records,
)
from tui.audit.rules_d.file_order import names_read
from tui.audit.rules_d.hazards import HazardKind, find_hazards
from tui.base.notice import Notice
from tui.base.typing import NamedTuple


class Compiled(NamedTuple):
    """What augenrules would write to /etc/audit/audit.rules: byte for byte, line by line, and what is dangerous about it."""

    text: bytes
    lines: tuple[CompiledLine, ...]
    hazards: tuple[Notice[HazardKind], ...] = ()


def compile_rules(files: Sequence[RulesFile], names: Names) -> Compiled:
    """What augenrules would write for these entries of rules.d (all of them, hidden ones and backups too), in linear time.

    Where the awk is not known the file is compiled as gawk would, and a hazard says whether another awk would differ.
    """
    entries = {file.name: file for file in files}
    records = read_stream(entries, names)
    in_order = sort_records(records, names.awk)
    text, lines = assemble(in_order)
    return Compiled(text, lines, find_hazards(entries, records, in_order, names))


def as_it_stands(text: bytes, path: str = AUDIT_RULES) -> Compiled:
    """A rules file that is loaded as it is, each line its own origin: /etc/audit/audit.rules before the next augenrules."""
    pieces = text.split(b"\n")
    if not pieces[-1]:
        pieces.pop()
    lines = (CompiledLine(number, decoded(piece), (Origin(path, number),)) for number, piece in enumerate(pieces, 1))
    return Compiled(text, tuple(lines))


def runs_into(files: Sequence[RulesFile], name: str, names: Names) -> RulesFile | None:
    """The file whose last line, for want of a newline, runs into the first line of the one called *name* (there or not)."""
    entries = {file.name: file for file in files}
    before = None
    for read in names_read({*entries, name}, names.audit_version):
        if read == name:
            break
        if read in entries and entries[read].content:
            before = entries[read]
    return before if before and before.content and not before.content.endswith(b"\n") else None


def audit_rules_only(
    compiled: Compiled, audit_rules: bytes, names: Names, is_directory: Callable[[str], bool] = lambda path: False
) -> tuple[CompiledLine, ...]:
    """The lines of /etc/audit/audit.rules that rules.d has no counterpart for: the next augenrules would overwrite them.

    Compared is what lines mean: comments, order and spelling do not count, nor does a setting that rules.d gives another value, nor
    a plain -D. A line that nobody can read counts unless rules.d has the same.
    """
    meant: dict[object, list[CompiledLine]] = {}
    for line, parsed in _parsed(as_it_stands(audit_rules).lines, names, is_directory):
        if parsed != DeleteAll():
            meant.setdefault(_meaning(parsed, line.text), []).append(line)
    if meant:
        for line, parsed in _parsed(compiled.lines, names, is_directory):
            meant.pop(_meaning(parsed, line.text), None)
    return tuple(sorted(line for lines in meant.values() for line in lines))


def _parsed(
    lines: Iterable[CompiledLine], names: Names, is_directory: Callable[[str], bool]
) -> Iterable[tuple[CompiledLine, Line]]:
    for line in lines:
        parsed = parse_line(line.text, names, is_directory)
        if not isinstance(parsed, (Blank, Comment)):
            yield line, parsed


def _meaning(parsed: Line, text: str) -> object:
    if isinstance(parsed, AddRule):
        return "add", parsed.rule
    if isinstance(parsed, DeleteRule):
        return "delete", parsed.rule
    if isinstance(parsed, (Setting, Flow)):
        return parsed.option
    if isinstance(parsed, DeleteAll):
        return "delete all", parsed.key
    return " ".join(text.split(" "))
