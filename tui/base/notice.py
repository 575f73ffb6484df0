"""Notice: one thing that a person should know, by its kind, with the way out and the line of the host that it is about."""

from __future__ import annotations

import re

from tui.base.dataclass import dataclass
from tui.base.typing import Generic, NamedTuple, TypeVar

Kind_co = TypeVar("Kind_co", bound=str, covariant=True)


class Place(NamedTuple):
    """A file of the host by its absolute path, and a line's number in it from 1; None: the file as a whole."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


def first_sentence(text: str) -> str:
    """The first sentence of *text*, which stands alone; what is quoted (“…”, `…`) may hold full stops of its own."""
    found = re.match(r"(?:“[^”]*”|`[^`]*`|[^“`])*?[.?!](?= |$)", text)
    return found[0] if found else text


_PROGRAMS = (
    "auditctl|augenrules|chattr|chkconfig|chmod|chown|docker-audit-wizard|grub2?-mkconfig|rc-service|rc-update|restorecon|sed|service|systemctl|"
    r"update-rc\.d|(?:cp|find|install|mount|mv|rm)(?= [-/])"  # of these, some are words of English, too
)
_COMMAND = rf"(?:^|: )((?:{_PROGRAMS}) .*)$"


def parted_remedy(remedy: str) -> tuple[str, str]:
    """The words of *remedy* and its command, "" where it has none: that is all of it, or its end behind a colon, with no full stop."""
    found = re.search(_COMMAND, remedy)
    return (remedy[: found.start(1)].rstrip(" "), found[1]) if found else (remedy, "")


def joined_remedy(remedy: str) -> str:
    """The lines of *remedy* as one paragraph; a line to write, and a command that another line follows, are set in backticks, to be told from
    what follows, and a sentence gets its end."""
    lines = remedy.split("\n")
    return " ".join(_before_another(line, then) for line, then in zip(lines, [*lines[1:], ""]))


def _before_another(line: str, then: str) -> str:
    if line.startswith(" "):
        return f"`{line.strip()}`" + ("" if not then else "," if then[0] == " " or then[0].islower() else ".")
    if not then:
        return line.strip()
    words, command = parted_remedy(line.strip())
    if command:
        return f"{words} `{command}`.".lstrip()
    return words if words.endswith((".", ":")) else f"{words}."


@dataclass(frozen=True, slots=True)
class Notice(Generic[Kind_co]):
    """A reason, warning, blocker or hazard: sentences for people with this host's figures.

    ``Kind_co`` is the Literal of the room that it comes from (ReasonKind, BlockerKind, …): it leads to the longer explanation, and to mypy a
    kind that no room has is an error.
    """

    kind: Kind_co
    text: str
    """The first sentence stands alone."""
    remedy: str = ""
    """What to do about it; "" where nothing is to be done. A command is all of a line of it or stands at the line's end, behind a colon and with
    nothing after it, so that it is shown on a line of its own and copies whole."""
    place: Place | None = None
    """The line of the host that is the cause, where one is."""
    switches: tuple[str, ...] = ()
    """The plan's switches that each lead past it: the remedy as something to choose, not to read. A field here rather than a class of blockers
    besides, since a blocker differs in nothing else."""

    @property
    def in_full(self) -> str:
        """The text with what to do about it, as sentences; a command is announced, since no sentence begins with one."""
        if not self.remedy:
            return self.text
        return f"{self.text} {self.remedy_in_line}"

    @property
    def remedy_in_line(self) -> str:
        """What to do about it as a sentence of a paragraph; a command is announced."""
        remedy = joined_remedy(self.remedy)
        return f"{'Way out: ' if remedy[:1].islower() else ''}{remedy}"
