"""The hazards of rules.d that need no parsed rule to be seen: lines that run together, names that are passed over, and the like.

Whether the load stops at one of them, and what that loses, is told by :mod:`tui.audit.rules_d.load`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tui.audit.inputs import Names
from tui.audit.rules_d.augenrules import (
    RULES_DIR,
    AwkRecord,
    RulesFile,
    Sorted,
    SourceLine,
    assemble,
    decoded,
    sort_records,
)
from tui.audit.rules_d.file_order import expands_names, names_read, splits_names
from tui.base.cleaning import clean
from tui.base.notice import Notice, Place
from tui.base.typing import Literal

HazardKind = Literal[
    "glued-line",
    "swallowed-line",
    "carriage-return",
    "byte-order-mark",
    "not-text",
    "name-ignored",
    "name-split",
    "name-pattern",
    "name-not-utf-8",
    "unreadable-entry",
    "endless-entry",
    "no-delete-all",
    "late-delete-all",
    "overridden-setting",
    "awk-unknown",
]

_HAS_RULE = rb"(?m)^ *-[wWaAd]"
_MEANT = r"(?i)\.rules?\Z|rules\Z|\.conf\Z"
"""Names that look as if their file were meant to be read: what is passed over is not read here either."""
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


def find_hazards(
    entries: Mapping[str, RulesFile], records: Sequence[AwkRecord], in_order: Sorted, names: Names
) -> tuple[Notice[HazardKind], ...]:
    """All hazards of the entries of rules.d and of the lines read from them, those of the entries first."""
    return (
        *_of_names(entries, names),
        *_of_joints(in_order),
        *_of_bytes(in_order),
        *_of_settings(in_order),
        *_of_awk(records, in_order, names),
    )


def _of_names(entries: Mapping[str, RulesFile], names: Names) -> Iterator[Notice[HazardKind]]:
    splits = splits_names(names.audit_version)
    for name, file in sorted(entries.items()):
        path = clean(file.path)
        if name.startswith(".") or not name.endswith(".rules"):
            if re.search(_HAS_RULE, file.content or b"") or (
                file.content is None and file.kind == "file" and re.search(_MEANT, name)
            ):
                why = "names that begin with a dot" if name.startswith(".") else "names that do not end in .rules"
                yield Notice(
                    "name-ignored",
                    f"{path} holds rules, and augenrules passes over it: none of them is loaded. augenrules does so with all {why}."
                    if file.content
                    else f"augenrules passes over {path}: whatever rules it holds are not loaded. augenrules does so with all {why}.",
                    "Rename the file to end in .rules if its rules are meant to be loaded.",
                    Place(file.path),
                )
            continue
        if splits and any(map(str.isspace, name)):
            words = [word for word in names_read([name], names.audit_version) if word in entries]
            twice = "".join(f" Instead {clean(f'{RULES_DIR}/{word}')} is read once more." for word in words)
            yield Notice(
                "name-split",
                f"{path} is not loaded: augenrules before 4.2 takes a name with blanks for several names.{twice}",
                "Rename the file to a name without blanks.",
                Place(file.path),
            )
        elif expands_names(names.audit_version) and set(name) & set("*?["):
            yield Notice(
                "name-pattern",
                f"{path} has a shell pattern as its name, so augenrules reads every file that matches it. Some files are read twice.",
                "Rename the file to a name of letters, digits, dots and dashes.",
                Place(file.path),
            )
        if any("\udc80" <= sign <= "\udcff" for sign in name):
            yield Notice(
                "name-not-utf-8",
                f"{path} has a name that is no UTF-8: whether augenrules reads it depends on the locale it runs in.",
                "Rename the file to a name of letters, digits, dots and dashes.",
                Place(file.path),
            )
        yield from _of_entry(file, path)


def _of_entry(file: RulesFile, path: str) -> Iterator[Notice[HazardKind]]:
    if file.endless:
        kind = "FIFO" if "fifo" in (file.kind, file.end) else "device"
        what = f"a link to a {kind}" if file.kind == "symlink" else f"a {kind}"
        yield Notice(
            "endless-entry",
            f"{path} is {what}, at which augenrules may wait for ever. Then no rule is loaded, not even at boot.",
            f"Move {path} out of {RULES_DIR}.",
            Place(file.path),
        )
    elif file.content is None:
        seems = {
            "symlink": "a link that leads to no file",
            "directory": "a folder",
            "socket": "a socket",
        }.get(file.kind, "a file that could not be read")
        yield Notice(
            "unreadable-entry",
            f"{path} is {seems}, and augenrules passes over it. It says so on stderr only and ends with exit status 0.",
            "Remove it, or put the file there that it stands for.",
            Place(file.path),
        )


def _of_joints(in_order: Sorted) -> Iterator[Notice[HazardKind]]:
    """Hazards of lines that ran together because a file lacks its last newline."""
    for record in in_order.comments:
        first, *later = record.origin
        lost = tuple(part for part in record.source[1:] if part.text.strip() and not part.text.lstrip().startswith("#"))
        if later and lost:
            yield Notice(
                "swallowed-line",
                f"{clean(str(lost[0].origin))}, “{clean(lost[0].text)}”, is not loaded, and nothing says so. {clean(first.file)} ends in a "
                "comment without a newline, and augenrules reads that line as part of the comment.",
                f"End {clean(first.file)} with a newline.",
                Place(first.file, first.line),
            )
    for record in (*in_order.moved_options.values(), *(record for record, _ in in_order.overridden), *in_order.rest):
        parts = [part for part in record.source if part.text.strip(" ")] if len(record.origin) > 1 else []
        if len(parts) > 1:
            first, last = parts[0].origin, parts[-1].origin
            yield Notice(
                "glued-line",
                f"augenrules joins line {first.line} of {clean(first.file)} with {clean(str(last))} into one. The file has no newline "
                f"at its end, and the line is then “{clean(decoded(record.text))}”.",
                f"End {clean(first.file)} with a newline.",
                Place(first.file, first.line),
            )


def _of_bytes(in_order: Sorted) -> Iterator[Notice[HazardKind]]:
    """Hazards of single bytes: carriage returns, byte order marks and NULs: one hazard a file, at its first such line."""
    returns: dict[str, list[SourceLine]] = {}
    seen: set[str] = set()
    for record in (*in_order.moved_options.values(), *in_order.rest):
        if not record.origin:
            continue
        origin, part = record.origin[0], record.written[0]
        if record.text.endswith(b"\r"):
            returns.setdefault(record.origin[-1].file, []).append(record.source[-1])
        if origin.file in seen:
            continue
        if origin.line == 1 and part.startswith(_UTF8_MARK):
            seen.add(origin.file)
            yield Notice(
                "byte-order-mark",
                f"{clean(origin.file)} begins with a byte order mark, which auditctl takes for part of its first line.",
                "Save the file as UTF-8 without a byte order mark.",
                Place(origin.file, 1),
            )
        elif b"\0" in part or (origin.line == 1 and part.startswith(_WIDE_MARKS)):
            seen.add(origin.file)
            yield Notice(
                "not-text",
                f"{clean(str(origin))} is not plain text: it holds NUL bytes or is UTF-16. auditctl reads a line only up to a NUL.",
                "Save the file as UTF-8 text.",
                Place(origin.file, origin.line),
            )
    for file, lines in returns.items():
        yield Notice(
            "carriage-return",
            f"{clean(file)} has Windows line ends in {len(lines)} line{'' if len(lines) == 1 else 's'}. A key or path at the end of a line "
            "gets a carriage return added to it, and an empty line or a setting with one stops the load.",
            "Save the file with Unix line ends.",
            Place(file, lines[0].origin.line),
        )


def _of_settings(in_order: Sorted) -> Iterator[Notice[HazardKind]]:
    deletes_all = "D" in in_order.moved_options
    before: list[AwkRecord] = []
    for record in in_order.rest:
        if record.text.strip(b" ") != b"-D":
            before.append(record)
            continue
        lost = tuple(part for other in before for part in other.source if re.match(" *-[aAw]", part.text))
        if lost:
            origin = record.origin[0]
            yield Notice(
                "late-delete-all",
                f"{clean(str(origin))} deletes {'the rule' if len(lost) == 1 else f'the {len(lost)} rules'} before it, since augenrules leaves "
                "it where it is. "
                "Only a -D without blanks around it goes to the front.",
                "Write it as -D without blanks, so that it goes to the front, or remove it.",
                Place(origin.file, origin.line),
            )
        deletes_all, before = True, []
    if not deletes_all:
        yield Notice(
            "no-delete-all",
            f"No file in {RULES_DIR} has the line -D, which deletes all rules before a load. So a load adds to the rules that the kernel "
            "holds already and stops at the first that it has (“Rule exists”).",
            f"Put a file {RULES_DIR}/00-base.rules with the line -D there.",
            Place(RULES_DIR),
        )
    for record, letter in in_order.overridden:
        winner = in_order.moved_options[letter]
        if letter != "D" and record.text.split() != winner.text.split():
            origin = record.origin[0]
            yield Notice(
                "overridden-setting",
                f"{clean(str(origin))}, “{clean(decoded(record.text))}”, has no effect: augenrules keeps only the last -{letter} line. "
                f"That is “{clean(decoded(winner.text))}” of {clean(str(winner.origin[0]))}.",
                f"Keep one -{letter} line.",
                Place(origin.file, origin.line),
            )


def _of_awk(records: Sequence[AwkRecord], in_order: Sorted, names: Names) -> Iterator[Notice[HazardKind]]:
    if names.awk is None and assemble(in_order)[0] != assemble(sort_records(records, "mawk"))[0]:
        yield Notice(
            "awk-unknown",
            "mawk and gawk would make different audit.rules of these files, and which awk augenrules runs is not known. "
            "A setting that is indented or has blanks behind it moves to its place with the one and not with the other.",
            "Write -D, -b, -f and -e without blanks around them.",
            Place(RULES_DIR),
        )
