"""rules.d → the audit.rules that augenrules would write, with a map back to file and line, and its hazards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.audit.augenrules import (
    AUDIT_RULES,
    RULES_DIR,
    CompiledLine,
    Origin,
    RulesFile,
    SourceLine,
    assemble,
    decoded,
    read_stream,
    sort_records,
)
from tui.audit.file_order import names_read
from tui.audit.inputs import Names
from tui.audit.rules_hazards import Hazard, find_hazards

__all__ = [
    "AUDIT_RULES",
    "RULES_DIR",
    "Compiled",
    "CompiledLine",
    "Hazard",
    "Origin",
    "RulesFile",
    "SourceLine",
    "as_it_stands",
    "compile_rules",
    "runs_into",
]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What augenrules would write to /etc/audit/audit.rules: byte for byte, line by line, and what is dangerous about it."""

    text: bytes
    lines: tuple[CompiledLine, ...]
    hazards: tuple[Hazard, ...] = ()


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
