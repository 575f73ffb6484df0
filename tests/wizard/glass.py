"""Glass: what a terminal shows of the bytes that it is sent: enough of one to say which cells a frame leaves, and how each is drawn."""

from __future__ import annotations

import re
import unicodedata

_SEQUENCE = re.compile(r"\x1b\[([?<>]?)([0-9;]*)(\$?)([A-Za-z])|\x1b\][^\x07]*\x07|([\x00-\x1f])|([^\x00-\x1f]+)")
_ENDS = {
    "22": ("1", "2"),
    "23": ("3",),
    "24": ("4",),
    "25": ("5",),
    "27": ("7",),
    "28": ("8",),
    "29": ("9",),
    "39": ("ink",),
    "49": ("ground",),
}


class Glass:
    """A terminal of so many columns and rows that does not wrap; ``seen`` are its cells, None where nothing was drawn yet."""

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self.width, self.height = width, height
        self.cells: list[list[tuple[str, frozenset[tuple[str, str]]] | None]] = [[None] * width for _ in range(height)]
        self.pen: dict[str, str] = {}
        self.x = self.y = 0
        self.pens: set[str] = set()
        """The parameters of each SGR that was sent."""

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            found = _SEQUENCE.match(text, at)
            assert found is not None, text[at : at + 20]
            private, parameters, _, final, control, plain = found.groups()
            if plain:
                self._draw(plain)
            elif control == "\r":
                self.x = 0
            elif control == "\n":
                self.y += 1
            elif final == "H":
                row, _, column = parameters.partition(";")
                self.y, self.x = int(row or 1) - 1, int(column or 1) - 1
            elif final == "m" and not private:
                self.pens.add(parameters)
                self._turn(parameters.split(";"))
            elif final == "K":
                assert not parameters
                for x in range(self.x, self.width):
                    self._put(x, " ", {name: value for name, value in self.pen.items() if name == "ground"})
            at = found.end()

    def _turn(self, parameters: list[str]) -> None:
        while parameters:
            first = parameters.pop(0)
            if first in ("", "0"):
                self.pen = {}
            elif first in _ENDS:
                for name in _ENDS[first]:
                    self.pen.pop(name, None)
            elif len(first) == 1:
                self.pen[first] = ""
            else:
                more = {"5": 2, "2": 4}[parameters[0]] if first in ("38", "48") else 0
                colour = ";".join([first, *parameters[:more]])
                del parameters[:more]
                self.pen["ground" if first.startswith(("4", "10")) else "ink"] = colour

    def _draw(self, text: str) -> None:
        for character in text:
            if unicodedata.combining(character):
                before = self.cells[self.y][self.x - 1]
                assert before is not None
                self.cells[self.y][self.x - 1] = (before[0] + character, before[1])
                continue
            self._put(self.x, character, self.pen)
            if unicodedata.east_asian_width(character) in "WF":
                self._put(self.x + 1, "", self.pen)
                self.x += 1
            self.x += 1

    def _put(self, x: int, character: str, pen: dict[str, str]) -> None:
        if 0 <= x < self.width and 0 <= self.y < self.height:
            self.cells[self.y][x] = (character, frozenset(pen.items()))

    @property
    def seen(self) -> list[list[tuple[str, frozenset[tuple[str, str]]] | None]]:
        """The cells as a person sees them: on a blank neither its ink nor what only letters show."""
        return [[_as_seen(cell) for cell in row] for row in self.cells]

    @property
    def text(self) -> str:
        """What stands there, a line a row."""
        return "\n".join("".join(cell[0] if cell else " " for cell in row).rstrip() for row in self.cells)


def _as_seen(cell: tuple[str, frozenset[tuple[str, str]]] | None) -> tuple[str, frozenset[tuple[str, str]]] | None:
    if cell is None or cell[0] != " " or {name for name, _ in cell[1]} & {"4", "5", "7", "9"}:
        return cell
    return " ", frozenset((name, value) for name, value in cell[1] if name == "ground")
