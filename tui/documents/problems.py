"""What is wrong with a document, for whoever shows it: without PyYAML, which only who reads one needs."""

from __future__ import annotations

from tui.base.cleaning import clean
from tui.base.typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong, and where: ``line`` and ``column`` count from 1, ``line`` is 0 for a file as a whole; ``text`` also says what
    was expected."""

    name: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{clean(self.name)}{place}: {clean(self.text)}"


class DocumentError(ValueError):
    """A document that was refused, with all its problems in the order of their lines."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
