"""Which entries of rules.d augenrules reads, and in which order: a shell script's reading of a folder, with its traps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tui.base.versions import at_least

_SUFFIX = re.compile(rb"(?:\.[A-Za-z~][A-Za-z0-9~]*)*\Z")
_RUN_AND_NUMBER = re.compile(rb"([^0-9]*)([0-9]*)")
_END = (-1,)
_NAMES_WHOLE = (4, 2)
"""From this audit version on a name with blanks stays one name (audit-userspace fc08f19a)."""
_NAMES_QUOTED = (4, 0, 1)
"""From this one on the shell expands no pattern in a name (seen in the script; when it came is not known exactly)."""


def _weight(byte: int) -> int:
    """How ``ls -v`` weighs one byte that is no digit: ``~`` before everything, then letters, then all other signs."""
    if byte == 0x7E:
        return -2
    return byte if chr(byte).isalpha() and byte < 0x80 else byte + 256


def _version_key(name: bytes) -> tuple[tuple[int, ...] | int, ...]:
    """Runs of other bytes and numbers in turn; the end of the name weighs less than any byte but ``~``."""
    key: list[tuple[int, ...] | int] = []
    for run, number in _RUN_AND_NUMBER.findall(name):
        if run or number:
            key += [tuple(map(_weight, run)) + _END, int(number or b"0")]
    return (*key, _END)


def natural_key(name: str) -> tuple[object, ...]:
    """Sorts like GNU ``ls -v`` (coreutils 9, the same in every locale): names without their suffixes first, numbers by value."""
    raw = name.encode("utf-8", "surrogateescape")
    suffix = _SUFFIX.search(raw, 1)
    stem = raw[: suffix.start()] if suffix else raw
    return _version_key(stem), _version_key(raw), raw


def splits_names(audit_version: str | None) -> bool:
    """Whether this version's augenrules tears a file name with blanks into words (all before 4.2 do)."""
    return not at_least(audit_version, *_NAMES_WHOLE)


def expands_names(audit_version: str | None) -> bool:
    """Whether this version's augenrules takes ``*``, ``?`` and ``[`` in a file name for a pattern."""
    return not at_least(audit_version, *_NAMES_QUOTED)


def names_read(entries: Iterable[str], audit_version: str | None) -> Sequence[str]:
    """The names that augenrules hands to ``cat`` one after the other, some of them perhaps more than once or of no file at all.

    Hidden entries and those not ending in ``.rules`` are passed over. What older versions do to a name with blanks or a pattern
    in it is told by :func:`splits_names` and :func:`expands_names`.
    """
    every = sorted(entries)
    listed = sorted((name for name in every if not name.startswith(".")), key=natural_key)
    if not splits_names(audit_version):
        return [name for name in listed if name.endswith(".rules")]
    words = [
        word
        for line in "\n".join(listed).split("\n")
        if line.endswith(".rules")
        for word in line.replace("\t", " ").split(" ")
        if word
    ]
    if not expands_names(audit_version):
        return words
    from fnmatch import fnmatchcase  # only an old version takes names for patterns

    read: list[str] = []
    for word in words:
        found = [name for name in every if fnmatchcase(name, word) and not name.startswith(".")] if set(word) & set("*?[") else []
        read += found or [word]
    return read


def contents_wanted(entries: Iterable[str], audit_version: str | None) -> frozenset[str]:
    """Those of *entries* whose content can matter: what augenrules of that version reads, and what ends as rules files do."""
    every = frozenset(entries)
    return every.intersection(names_read(every, audit_version)) | {
        name for name in every if name.endswith(".rules") and name[0] != "."
    }
