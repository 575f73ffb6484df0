"""docker.rules edited: lines added to what is there and taken out again, nothing of it ever rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import RULES_DIR, decoded
from tui.base.amounts import quoted
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Merged:
    """A file's new content, and sentences about what was mended in it and what of it is worth a look."""

    content: bytes
    notes: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    """Sentences about rules to add that somebody has commented out here."""
    numbers: tuple[int | None, ...] = ()
    """For each line of ``content`` the number that it has in the file as it was, None for one that is new."""


def merge_rules(
    current: bytes | None,
    add: Sequence[str],
    *,
    names: Names,
    before: Mapping[str, int] | None = None,
    previous_lacks_newline: bool = False,
    adopt: Sequence[str] = (),
    is_directory: Callable[[str], bool] = lambda path: False,
    file: str = f"{RULES_DIR}/docker.rules",
) -> Merged:
    """*current* (None: there is no such file) with the lines *add* and then *adopt* in it, each once.

    A line goes to the end, or, where *before* gives it the number of a line of *current*, above that line and its comments;
    one whose rule is there already stays where it is, unless that is too late: then it moves up. All other lines stay as they
    are and in their order, but for Windows line ends, a byte order mark and a missing last newline, which are mended.
    A new file begins with an empty line, and so does an old one where the file before it lacks its last newline
    (*previous_lacks_newline*): augenrules would join the two lines otherwise. Merging the result once more changes nothing.

    Raises LostLine where a line that was there, or one to add, is not a line of the result: an error of this program, never the user's.
    """
    lines, notes = _mended(current, file)
    rules = [_rule(line, names, is_directory) for line in lines]
    inserted: dict[int, list[tuple[str, int | None]]] = {}
    moved: set[int] = set()
    known: set[object] = set()
    for line in (*add, *adopt):
        rule = _rule(line, names, is_directory) or line
        if rule in known:
            continue
        known.add(rule)
        limit = min((before or {}).get(line, len(lines) + 1) - 1, len(lines))
        stands = [number for number, (old, text) in enumerate(zip(rules, lines)) if rule in (old, text)]
        if stands and stands[0] <= limit:
            continue
        for number in stands:
            moved.add(number)
            notes.append(f"{clean(file)}:{number + 1} moves up: below the line that takes its events it had no effect.")
        while 0 < limit < len(lines) and lines[limit - 1].lstrip().startswith("#"):
            limit -= 1
        inserted.setdefault(limit, []).append((line, stands[0] + 1 if stands else None))
    stay = [number for number in range(len(lines)) if number not in moved]
    others, taken_out = _neighbours(lines, stay, add, names, is_directory, file)
    notes += others
    result: list[tuple[str, int | None]] = []
    for number in range(len(lines) + 1):
        result += inserted.get(number, ())
        if number < len(lines) and number not in moved:
            result.append((lines[number], number + 1))
    if (not current or previous_lacks_newline) and result and result[0][0]:
        result.insert(0, ("", None))
    content = "".join(line + "\n" for line, _ in result).encode("utf-8", "surrogateescape")
    stays = [line for number, line in enumerate(lines) if number not in moved]
    _hold(content, stays, (*add, *adopt), lambda line: _rule(line, names, is_directory) or line)
    return Merged(content, tuple(notes), tuple(taken_out), tuple(number for _, number in result))


class LostLine(RuntimeError):
    """A line that must be in a merged file and is not: an error of this program."""


def _hold(content: bytes, stays: Sequence[str], add: Sequence[str], meaning: Callable[[str], object]) -> None:
    """Check that *content* holds every line that *stays*, in that order, and what each line to *add* means, and no line besides."""
    there = decoded(content).split("\n")[:-1]
    rest = iter(there)
    lost = [line for line in stays if line not in rest]
    meant = {*there, *map(meaning, there)}
    lost += [line for line in add if line not in meant and meaning(line) not in meant]
    known = {*stays, *add, ""}
    strange = [line for line in there if line not in known]
    if lost or strange:
        raise LostLine(f"lines lost in a merge: {lost!r}; lines that nobody asked for: {strange!r}")


def _mended(current: bytes | None, file: str) -> tuple[list[str], list[str]]:
    """The lines of *current* without what augenrules and auditctl trip over, and a sentence about each kind of mending."""
    if not current:
        return [], []
    notes = []
    text = decoded(current)
    if text.startswith(_MARK):
        text = text[1:]
        notes.append(
            f"The byte order mark at the beginning of {clean(file)} is taken away: auditctl cannot read the line behind it."
        )
    if not text.endswith("\n"):
        text += "\n"
        notes.append(f"{clean(file)} gets the newline that its last line lacks: the next file would run into it.")
    lines = text.split("\n")[:-1]
    returns = sum(line.endswith("\r") for line in lines)
    if returns:
        notes.append(
            f"{returns} Windows line ends in {clean(file)} become Unix ones: a key or a path would end in a carriage return."
        )
    return [line.rstrip("\r") for line in lines], notes


def _rule(line: str, names: Names, is_directory: Callable[[str], bool]) -> object | None:
    parsed = parse_line(line, names, is_directory)
    return parsed.rule if isinstance(parsed, AddRule) else None


def _neighbours(
    lines: Sequence[str], stay: Sequence[int], add: Sequence[str], names: Names, is_directory: Callable[[str], bool], file: str
) -> tuple[list[str], list[str]]:
    """Sentences about rules for the paths of *add* that are there in another form, and about those of *add* itself that are commented out."""
    wanted: dict[str, set[Rule]] = {}
    for line in add:
        parsed = parse_line(line, names, is_directory)
        if isinstance(parsed, AddRule) and parsed.rule.path:
            wanted.setdefault(parsed.rule.path.rstrip("/"), set()).add(parsed.rule)
    notes, taken_out = [], []
    for number in stay:
        text = lines[number].strip()
        bare = text.lstrip("# ")
        parsed = parse_line(bare, names, is_directory)
        if not isinstance(parsed, AddRule) or (parsed.rule.path or "").rstrip("/") not in wanted:
            continue
        place, path = clean(f"{file}:{number + 1}"), clean(parsed.rule.path or "")
        if text.startswith("#") and parsed.rule in wanted[(parsed.rule.path or "").rstrip("/")]:
            beside = [lines[at].strip("# ") for at in (number - 1, number + 1) if 0 <= at < len(lines) and _is_remark(lines[at])]
            said = f" Beside it stands: {quoted([clean(each) for each in beside])}." if beside else ""
            taken_out.append(f"The rule for {path} that is added was commented out by somebody, at {place}.{said}")
        elif text.startswith("#"):
            notes.append(f"{place} has a rule for {path} commented out, “{clean(bare)}”: it stays, look whether it is still meant.")
        elif parsed.rule not in wanted[(parsed.rule.path or "").rstrip("/")]:
            notes.append(f"{place} has another rule for {path}, “{clean(bare)}”: it stays beside the new one.")
    return notes, taken_out


def _is_remark(line: str) -> bool:
    """Whether *line* is a comment in words, no rule that is commented out."""
    text = line.strip()
    return text.startswith("#") and bool(bare := text.strip("# ")) and not bare.startswith("-")


def unmerge_rules(current: bytes, before: bytes | None, after: bytes) -> bytes | None:
    """*current* without the change that made *after* out of *before*, and with whatever others have changed in it since.

    None where somebody has changed the same lines, so that nobody but a person can say what is right. Where nothing is left of a
    file that was not there before (*before* None) the result is empty, and the file is to be removed.
    """
    if current == after:
        return before or b""
    theirs = _edits(after, current)
    ours = [mine for mine in _edits(after, before or b"") if not any(_done_already(mine, other) for other in theirs)]
    if any(_clash(mine, other) for mine in ours for other in theirs):
        return None
    base = _lines(after)
    result: list[bytes] = []
    at = 0
    for start, end, new in sorted((*ours, *theirs), key=lambda edit: edit[:2]):
        result += base[at:start]
        result += new
        at = end
    result += base[at:]
    return b"".join(line if line.endswith(b"\n") else line + b"\n" for line in result[:-1]) + b"".join(result[-1:])


_Edit = tuple[int, int, list[bytes]]
"""The lines from the first number up to the second are replaced by others."""


def _lines(data: bytes) -> list[bytes]:
    pieces = data.split(b"\n")
    return [piece + b"\n" for piece in pieces[:-1]] + [piece for piece in pieces[-1:] if piece]


def _edits(old: bytes, new: bytes) -> list[_Edit]:
    from difflib import SequenceMatcher  # an undo alone compares, a check does not

    old_lines, new_lines = _lines(old), _lines(new)
    codes = SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes()
    return [(start, end, new_lines[first:last]) for kind, start, end, first, last in codes if kind != "equal"]


def _done_already(one: _Edit, other: _Edit) -> bool:
    """Whether the other edit is the same, or takes out all lines that the one takes out."""
    return one == other or (not one[2] and not other[2] and other[0] <= one[0] and one[1] <= other[1])


def _clash(one: _Edit, other: _Edit) -> bool:
    """Whether two edits touch the same lines, or the order of what they insert is open."""
    (start, end, _), (first, last, _) = one, other
    if start == end and first == last:
        return start == first
    if start == end:
        return first < start < last
    if first == last:
        return start < first < end
    return max(start, first) < min(end, last)
