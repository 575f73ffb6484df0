"""What is sent of a frame leaves the terminal as the frame itself would, in fewer bytes."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wizard.glass import Glass
from tui.wizard.driver.frame_diff import FrameDiff
from tui.wizard.driver.resilient_driver import SteadyFile

WIDTH, HEIGHT = 24, 6
WIDE_ROW = HEIGHT - 1
"""The row with characters of other widths: it is always written whole, as a terminal that is told to overwrite half of one may do anything."""

PENS = [
    "",
    "1",
    "2;3",
    "7",
    "4",
    "1;9",
    "38;2;1;2;3;48;2;9;9;9",
    "1;38;2;200;2;3;48;2;9;9;9",
    "48;2;9;9;9",
    "36",
    "1;31;44",
    "38;5;12;100",
]
pens = st.sampled_from(PENS)
narrow = st.text("ab  ✓", min_size=1, max_size=WIDTH)
pieces = st.lists(st.tuples(pens, narrow), min_size=1, max_size=5)
spots = st.tuples(st.integers(0, HEIGHT - 2), st.integers(0, WIDTH - 1), pieces)
wide_rows = st.lists(st.tuples(pens, st.text("a …世é", min_size=1, max_size=6)), min_size=1, max_size=4)
frames = st.lists(st.tuples(st.lists(spots, max_size=4), st.one_of(st.none(), wide_rows)), min_size=1, max_size=6)


def segments(parts: list[tuple[str, str]]) -> str:
    """As Rich writes them: the whole style before each piece, a reset behind it; no style, no sequences."""
    return "".join(f"\x1b[{pen}m{text}\x1b[0m" if pen else text for pen, text in parts)


def row(y: int, x: int, parts: list[tuple[str, str]]) -> str:
    return f"\x1b[{y + 1};{x + 1}H{segments(parts)}\r\n"


def page(*lines: str, pen: str = "") -> str:
    """A whole frame of lines."""
    full = [*lines, *[""] * (HEIGHT - len(lines))]
    return "".join(row(y, 0, [(pen, line.ljust(WIDTH))]) for y, line in enumerate(full)) + "\x1b[1;1H"


def sent(frame: FrameDiff, data: str) -> str:
    frame.write(data)
    return frame.flush()


@settings(max_examples=150)
@given(frames, st.integers(0, 5), st.booleans())
def test_what_is_sent_leaves_the_terminal_as_the_frames_would(drawn: list, forget_at: int, at_once: bool) -> None:
    """Whatever is flushed together, and whatever is sent again in between."""
    raw, lean, frame = Glass(WIDTH, HEIGHT), Glass(WIDTH, HEIGHT), FrameDiff(WIDTH, HEIGHT)
    for number, (parts, wide) in enumerate(drawn):
        data = "".join(row(y, x, pieces) for y, x, pieces in parts)
        if wide is not None:
            data += row(WIDE_ROW, 0, [*wide, ("", " " * WIDTH)])
        raw.feed(data + "\x1b[2;3H")
        frame.write(data + "\x1b[2;3H")
        if number == forget_at:
            frame.forget()
        if not at_once:
            lean.feed(frame.flush())
            assert lean.seen == raw.seen
    lean.feed(frame.flush())
    assert lean.seen == raw.seen
    assert (lean.x, lean.y) == (raw.x, raw.y)
    assert frame.flush() == ""


def test_a_frame_that_is_shown_already_costs_nothing() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    assert sent(frame, page("one", "two"))
    assert sent(frame, page("one", "two")) == ""


def test_of_a_changed_letter_that_letter_is_sent() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    sent(frame, page("one", "two"))
    assert sent(frame, page("one", "twa")) == "\x1b[2;3Ha\x1b[1H"


def test_of_frames_that_come_while_the_line_is_busy_the_last_one_is_sent() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    sent(frame, page("one"))
    frame.write(page("lost on the way"))
    assert "lost" not in sent(frame, page("two"))


def test_a_terminal_without_colours_is_told_nothing_that_a_vt100_cannot() -> None:
    """Bold, underline, reverse and a reset; blanks at the end of a row are erased, not written."""
    glass, frame = Glass(WIDTH, HEIGHT), FrameDiff(WIDTH, HEIGHT)
    text = sent(frame, page("plain") + row(1, 0, [("1", "bold"), ("", " and "), ("7", "reversed"), ("4", "lined")]))
    glass.feed(text)
    assert glass.pens <= {"", "1", "4", "7", ";1", ";4", ";7"}
    assert len(text) < 120


def test_blanks_on_a_coloured_ground_are_written() -> None:
    """To erase is to fill with that ground in some terminals, with the terminal's own in others."""
    assert "\x1b[K" not in sent(FrameDiff(WIDTH, HEIGHT), page("text", pen="48;2;1;2;3"))


def test_a_row_whose_columns_terminals_do_not_agree_on_is_sent_whole() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    sent(frame, page("one … two", "three"))
    assert "one … twa" in sent(frame, page("one … twa", "three"))


def test_most_of_a_frame_changed_sends_all_of_it() -> None:
    """What somebody else wrote on the terminal, such as the kernel on a console, is gone with the next step."""
    glass, frame = Glass(WIDTH, HEIGHT), FrameDiff(WIDTH, HEIGHT)
    glass.feed(sent(frame, page("a", "b", "c", "d", "e", "same")))
    glass.feed("\x1b[6;1Haudit: backlog limit")
    glass.feed(sent(frame, page("1", "2", "3", "4", "e", "same")))
    assert glass.text.split("\n") == ["1", "2", "3", "4", "e", "same"]


def test_all_is_sent_again_when_it_is_forgotten() -> None:
    glass, frame = Glass(WIDTH, HEIGHT), FrameDiff(WIDTH, HEIGHT)
    glass.feed(sent(frame, page("one", "two")))
    glass.feed("\x1b[1;1H\x1b[7mgarbage")
    frame.forget()
    glass.feed(frame.flush())
    assert glass.text.split("\n")[:2] == ["one", "two"]
    assert glass.seen[0][0] == ("o", frozenset())


def test_what_is_not_known_is_passed_on_and_then_nothing_is_taken_for_granted() -> None:
    """An image, a hyperlink, whatever a later Textual writes."""
    for unknown in ("\x1bPq#0;2;0;0;0\x1b\\", "\x1b]8;;file:///x\x1b\\link", "\x1b[2J", "\x1b[38;9;1mx"):
        frame = FrameDiff(WIDTH, HEIGHT)
        sent(frame, page("one"))
        assert sent(frame, page("two") + unknown + "the rest").endswith(unknown + "the rest")
        assert "two" in sent(frame, page("two"))


def test_modes_and_the_clipboard_pass_and_cost_no_frame() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    sent(frame, page("one"))
    modes = ("\x1b[?25l", "\x1b[?1003h", "\x1b[?2004l", "\x1b[?2026$p", "\x1b[>25u", "\x1b[<u")
    for other in (*modes, "\x1b]52;c;YQ==\x07", "\x1b]22;default\x07", "\x07"):
        assert sent(frame, other) == other
    assert sent(frame, page("one")) == ""


def test_leaving_the_screen_comes_after_the_last_frame_of_it() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    frame.write(page("the last"))
    text = sent(frame, "\x1b[?1049l")
    assert text.index("the last") < text.index("\x1b[?1049l")
    assert "one" in sent(frame, page("one"))


def test_a_frame_within_a_synchronised_update_stays_within_one() -> None:
    text = sent(FrameDiff(WIDTH, HEIGHT), "\x1b[?2026h" + page("one") + "\x1b[?2026l")
    assert text.startswith("\x1b[?2026h")
    assert text.endswith("\x1b[?2026l")


def test_a_terminal_of_another_size_is_drawn_from_the_beginning() -> None:
    frame = FrameDiff(WIDTH, HEIGHT)
    sent(frame, page("one"))
    frame.resize(WIDTH, HEIGHT - 1)
    text = sent(frame, page("one", "", "", "", "", "below the end"))
    assert "one" in text
    assert "below" not in text


@pytest.mark.needs("pty")
def test_a_terminal_that_says_no_size_shows_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A serial line says 0 columns and 0 rows; whoever writes takes it for 80 by 24."""
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
    with open(slave, "w") as terminal, monkeypatch.context() as patched:
        patched.setattr("sys.__stdout__", terminal)
        file = SteadyFile(terminal, lambda: None)
        file.write("\x1b[3;1HNOT audited")
        file.flush()
        shown = os.read(master, 4096)
    os.close(master)
    assert b"NOT audited" in shown
