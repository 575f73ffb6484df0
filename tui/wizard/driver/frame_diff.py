"""FrameDiff: the difference between the frame that a terminal shows and the one that is wanted, in few bytes.

Comes in: what Textual writes for a terminal: whole frames and parts of frames, each piece of text with its whole style before it and a
reset behind it. Goes out: the cells that differ, with as little in front of each as it takes. A step of the walk, 40 kB as Textual writes it,
is 3 to 5 kB so (2 without colours); a serial line carries about one in a second.

What is sent needs a VT100 (cursor position, erase to the end of the line, attributes) and the colours that Textual chose. A sequence that is
not known here is passed on as it is with all that was written after it in one go, and what the terminal shows counts as unknown from then on.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rich.cells import get_character_cell_size

from tui.base.typing import NamedTuple


class Pen(NamedTuple):
    """How a character is drawn: its attributes (the numbers of SGR, ECMA-48 8.3.117) and its colours as SGR names them, "" for the terminal's own."""

    attributes: frozenset[int]
    ink: str
    ground: str


PLAIN = Pen(frozenset(), "", "")
"""The pen after a reset."""

_OFF = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 7: 27, 8: 28, 9: 29}
"""What ends each attribute."""
_SEEN_ON_BLANKS = frozenset((4, 5, 7, 9))
"""The attributes that show where nothing is written: underline, blink (of its underline), reverse, strike."""
_HARMLESS_MODES = frozenset((7, 25, 1000, 1002, 1003, 1004, 1006, 1015, 1016, 2004, 2048))
"""The private modes that change no cell: wrapping, the cursor, the mouse, the focus, pasting, resizes told in the input."""
_SYNC = 2026
"""The private mode that has a terminal wait for the whole frame."""
_WHOLE_FROM = 0.5
"""Where a larger part of the rows changes, as at most steps, all are sent: so what others wrote there goes away, such as the kernel on a console."""
_GAP = 4
"""So many cells that did not change are written again rather than passed over: moving takes five bytes or more."""

_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[0-9;]*)m"
    r"|\x1b\[(?P<row>[0-9]*)(?:;(?P<column>[0-9]*))?H"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<control>[\r\n])"
    r"|\x1b\[\?(?P<mode>[0-9]+)(?P<on>[hl])"
    r"|(?P<harmless>\x07|\x1b\[\?[0-9]+\$p|\x1b\[[<>][0-9]*u|\x1b\](?:[0-79]|[0-9]{2,4});[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\))"
)


class FrameDiff:
    """The cells that a terminal of so many columns and rows shows, and those that are wanted. Not safe to share between threads, but for
    :meth:`forget`."""

    def __init__(self, width: int, height: int) -> None:
        self.resize(width, height)
        self._pen = PLAIN
        """The pen of what is written."""
        self._sync = False
        self._out: list[str] = []
        """What goes out before the next cells."""
        self._forgotten = False
        self._pen_is_sure = False
        """Whether the terminal's pen is known to be the plain one."""

    def resize(self, width: int, height: int) -> None:
        """Take a terminal of another size: what it shows is unknown."""
        self.width, self.height = width, height
        self._wanted = [_Row(width) for _ in range(height)]
        self._shown = [_Row(width) for _ in range(height)]
        self._x = self._y = 0
        self._cursor = (0, 0)
        """Where the terminal's cursor was left."""

    def forget(self) -> None:
        """Send every cell with the next frame, whatever the terminal should be showing."""
        self._forgotten = True

    def write(self, data: str) -> None:
        """Take in what is written to the terminal."""
        at = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            if token is None or not self._take(token):
                # Whatever this is, it may have drawn anything; what follows it in the same breath may belong to it.
                self._out += [self._cells(), data[at:]]
                self.resize(self.width, self.height)
                self._pen, self._pen_is_sure = PLAIN, False
                return
            at = token.end()

    def flush(self) -> str:
        """What is to be sent now, so that the terminal shows what is wanted; "" for nothing."""
        if self._forgotten:
            self._forgotten = self._pen_is_sure = False
            self._shown = [_Row(self.width) for _ in range(self.height)]
        self._out.append(self._cells())
        out, self._out = "".join(self._out), []
        return out

    # --- what is written ---------------------------------------------------------------------------------------------------

    def _take(self, token: re.Match[str]) -> bool:
        """Take in one token; False for one that is not understood after all."""
        kind = token.lastgroup
        if kind == "sgr":
            pen = _drawn_with(self._pen, token["sgr"])
            if pen is None:
                return False
            self._pen = pen
        elif kind == "text":
            self._write(token["text"])
        elif kind in ("row", "column"):
            self._y, self._x = int(token["row"] or 1) - 1, int(token["column"] or 1) - 1
        elif kind == "control":
            self._x = 0  # the line discipline puts a return before a line feed
            self._y += token["control"] == "\n"
        elif kind == "harmless":
            self._out.append(token[0])
        else:
            mode = int(token["mode"])
            if mode == _SYNC:
                self._sync = True
            elif mode in _HARMLESS_MODES:
                self._out.append(token[0])
            else:
                return False
        return True

    def _write(self, text: str) -> None:
        if not 0 <= self._y < self.height:
            return
        row = self._wanted[self._y]
        if text.isascii():
            row.put(self._x, text, self._pen)
            self._x += len(text)
            return
        for character in text:
            width = _columns(character)
            if width:
                row.put(self._x, character, self._pen)
                if width == 2:
                    row.put(self._x + 1, "", self._pen)
            else:
                row.combine(self._x - 1, character)
            self._x += width

    # --- what is sent ------------------------------------------------------------------------------------------------------

    def _cells(self) -> str:
        """What makes the terminal show the wanted cells; from then on it does."""
        changed = [y for y in range(self.height) if self._wanted[y] != self._shown[y]]
        if len(changed) > self.height * _WHOLE_FROM:
            changed = list(range(self.height))
            self._shown = [_Row(self.width) for _ in changed]
        sender = _Sender(self.width)
        for y in changed:
            sender.send_row(y, self._wanted[y], self._shown[y])
            self._shown[y] = self._wanted[y].copy()
        if not sender.out and self._cursor == (self._x, self._y):
            return ""
        sender.end(self._x, self._y)
        self._cursor = self._x, self._y
        text = "".join(sender.out) if self._pen_is_sure else "\x1b[m" + "".join(sender.out)
        self._pen_is_sure = True
        return f"\x1b[?{_SYNC}h{text}\x1b[?{_SYNC}l" if self._sync else text


class _Row:
    """The cells of a row: a character and its pen each, None where it is unknown; the second cell of a wide character holds ""."""

    __slots__ = ("characters", "pens")

    def __init__(self, width: int) -> None:
        self.characters: list[str | None] = [None] * width
        self.pens: list[Pen] = [PLAIN] * width

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Row) and self.characters == other.characters and self.pens == other.pens

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> _Row:
        """Another row with the same cells."""
        row = _Row(0)
        row.characters, row.pens = self.characters[:], self.pens[:]
        return row

    def put(self, x: int, text: str, pen: Pen) -> None:
        """Put *text*, one cell a character, or the second cell of a wide one, at column *x*; what does not fit is left out."""
        room = len(self.characters) - x
        if room <= 0:
            return
        text = text[:room]
        end = x + max(1, len(text))
        self.characters[x:end] = text or [""]
        self.pens[x:end] = [pen] * (end - x)
        blank = _blank_pen(pen)
        if blank is not pen:
            for at, character in enumerate(text, x):
                if character == " ":
                    self.pens[at] = blank

    @property
    def even(self) -> bool:
        """Whether every terminal agrees which column each character stands in."""
        return all(_is_one_column(character) for character in self.characters)

    def combine(self, x: int, mark: str) -> None:
        """Add a combining *mark* to the character at column *x*."""
        if 0 <= x < len(self.characters):
            self.characters[x] = (self.characters[x] or " ") + mark


class _Sender:
    """The sequences that draw cells: it knows where the terminal's cursor is and which pen it has, None: not known."""

    def __init__(self, width: int) -> None:
        self.out: list[str] = []
        self._width = width
        self._pen = PLAIN  # each sending ends with a reset
        self._x: int | None = None
        self._y = 0

    def send_row(self, y: int, wanted: _Row, shown: _Row) -> None:
        """Send the cells of row *y* that differ; all of them where terminals do not agree on its columns."""
        characters, pens = wanted.characters, wanted.pens
        whole = not (wanted.even and shown.even)
        blank_from = _blank_from(wanted)
        x, last = 0, 0
        while x < self._width:
            character, pen = characters[x], pens[x]
            if character is None or not (whole or character != shown.characters[x] or pen != shown.pens[x]):
                x += 1
                continue
            if self._y == y and self._x == last and 0 < x - last <= _GAP and self._fits(characters[last:x], pens[last:x]):
                self.out += [each or "" for each in characters[last:x]]
            elif self._y != y or self._x != x:
                self.out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
            self._y = y
            if x >= blank_from and self._width - x > len("\x1b[m\x1b[K"):
                if self._pen.ground or self._pen.attributes & _SEEN_ON_BLANKS:
                    self._turn_to(PLAIN)
                self.out.append("\x1b[K")
                self._x = x
                return
            if character != " " or not self._suits_blank(pen):
                self._turn_to(_pen_ahead(characters, pens, x) if character == " " else pen)
            self.out.append(character)
            x += 1
            self._x = last = x
        if self._x == self._width:
            self._x = None  # some terminals now stand on the last column, others beyond it

    def end(self, x: int, y: int) -> None:
        """Leave the pen plain and the cursor at its place."""
        self._turn_to(PLAIN)
        if (x, y) != (self._x, self._y):
            self.out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")

    def _suits_blank(self, blank: Pen) -> bool:
        return self._pen.ground == blank.ground and not (self._pen.attributes | blank.attributes) & _SEEN_ON_BLANKS

    def _fits(self, characters: list[str | None], pens: list[Pen]) -> bool:
        """Whether these cells can be written with the present pen."""
        return all(
            character is not None and (pen == self._pen or (character == " " and self._suits_blank(pen)))
            for character, pen in zip(characters, pens)
        )

    def _turn_to(self, pen: Pen) -> None:
        if pen != self._pen:
            self.out.append(_turn(self._pen, pen))
            self._pen = pen


def _blank_from(row: _Row) -> int:
    """The column from which on *row* holds nothing but plain blanks; its width for none."""
    at = len(row.characters)
    while at and row.characters[at - 1] == " " and row.pens[at - 1] == PLAIN:
        at -= 1
    return at


def _pen_ahead(characters: list[str | None], pens: list[Pen], x: int) -> Pen:
    """The pen of the first character after the blank at column *x*, where a blank drawn with it looks the same; else the blank's own."""
    blank = pens[x]
    while x < len(characters) and characters[x] == " " and pens[x] == blank:
        x += 1
    ahead = pens[x] if x < len(characters) and characters[x] is not None else blank
    suits = ahead.ground == blank.ground and not (ahead.attributes | blank.attributes) & _SEEN_ON_BLANKS
    return ahead if suits else blank


@lru_cache(maxsize=512)
def _blank_pen(pen: Pen) -> Pen:
    """What is seen of *pen* on a blank."""
    return pen if pen.attributes & _SEEN_ON_BLANKS else Pen(frozenset(), "", pen.ground)


@lru_cache(maxsize=1024)
def _columns(character: str) -> int:
    return get_character_cell_size(character)


@lru_cache(maxsize=1024)
def _is_one_column(character: str | None) -> bool:
    """Whether *character*, where it is known, is one and takes one column everywhere: some terminals draw the ambiguous ones (UAX 11) two wide."""
    return character is None or (
        len(character) == 1 and _columns(character) == 1 and unicodedata.east_asian_width(character) != "A"
    )


@lru_cache(maxsize=2048)
def _drawn_with(pen: Pen, parameters: str) -> Pen | None:
    """The pen that *pen* becomes by the *parameters* of one SGR; None where one of them is not known."""
    attributes, ink, ground = set(pen.attributes), pen.ink, pen.ground
    numbers = [int(word or 0) for word in parameters.split(";")]
    at = 0
    while at < len(numbers):
        number = numbers[at]
        colour = str(number)
        if number in (38, 48):
            length = {5: 3, 2: 5}.get(numbers[at + 1] if at + 1 < len(numbers) else 0, 0)
            if not length or at + length > len(numbers):
                return None
            colour = ";".join(map(str, numbers[at : at + length]))
            at += length - 1
        if number == 0:
            attributes, ink, ground = set(), "", ""
        elif number in _OFF:
            attributes.add(number)
        elif number in _OFF.values():
            attributes = {each for each in attributes if _OFF[each] != number}
        elif 30 <= number <= 39 or 90 <= number <= 97:
            ink = "" if number == 39 else colour
        elif 40 <= number <= 49 or 100 <= number <= 107:
            ground = "" if number == 49 else colour
        else:
            return None
        at += 1
    return Pen(frozenset(attributes), ink, ground)


@lru_cache(maxsize=2048)
def _turn(pen: Pen, to: Pen) -> str:
    """The shorter of the two ways from one pen to another: from a reset, or by what differs. A terminal without colours is never told to end
    an attribute, which a VT100 cannot: there the reset is shorter."""
    fresh = [*map(str, sorted(to.attributes)), to.ink, to.ground]
    reset = ";".join(["", *filter(None, fresh)]) if any(fresh) else ""
    ended = {_OFF[each] for each in pen.attributes - to.attributes}
    begun = {each for each in to.attributes if each not in pen.attributes or _OFF[each] in ended}
    steps = [*map(str, sorted(ended)), *map(str, sorted(begun))]
    steps += [to.ink or "39"] if to.ink != pen.ink else []
    steps += [to.ground or "49"] if to.ground != pen.ground else []
    change = ";".join(steps)
    return f"\x1b[{reset if len(reset) <= len(change) else change}m"
