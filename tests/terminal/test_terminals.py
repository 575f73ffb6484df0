"""The command in real terminals: each kind, each size, signals, and what is left on the screen afterwards."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.tmux import Terminal

pytestmark = pytest.mark.terminal

Window = Callable[..., Terminal]
DEMO = "--demo fresh --control 1.2.11"


def gone(pid: int, seconds: float = 15) -> bool:
    """Whether the process ends within *seconds*."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def walk_to_result(terminal: Terminal) -> str:
    """The straight way: Enter, Enter, Enter, the word, Enter. What Enter does is in the key line at every size."""
    for then in ("Enter look at the host", "Enter preview the change", "Enter confirm"):
        terminal.shows(then)
        terminal.keys("Enter")
    terminal.shows("Enter go (after yes)")
    terminal.keys("yes", "Enter")
    terminal.shows("Enter done", seconds=60)
    return terminal.text()


@pytest.mark.parametrize(
    ("environment", "is_ascii", "has_colour"),
    [
        ({"TERM": "xterm-256color"}, False, True),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, False, True),
        ({"TERM": "screen"}, False, True),
        ({"TERM": "linux"}, True, True),
        ({"TERM": "vt100"}, True, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False, False),
        ({"TERM": "xterm-256color", "LC_ALL": "C"}, True, True),
    ],
    ids=["256", "truecolor", "screen", "linux", "vt100", "no-color", "C"],
)
def test_the_walk_in_each_terminal(window: Window, environment: dict[str, str], is_ascii: bool, has_colour: bool) -> None:
    """80x24: the same five answers lead to the proof; signs and colours are those the terminal has; the terminal is given back."""
    terminal = window()
    terminal.start(DEMO, **environment)
    walk_to_result(terminal)
    text = terminal.shows("audited, and proved")
    assert "DEMO fresh" in text
    assert text.isascii() is is_ascii
    codes = re.findall(r"\x1b\[([0-9;]*)m", terminal.text(colours=True))
    coloured = {code for code in codes if re.search(r"(^|;)(3[0-8]|4[0-8]|9[0-7])(;|$)", code)}
    assert bool(coloured) is has_colour
    assert terminal.alternate
    terminal.keys("Enter")
    terminal.shows("STATUS 0")
    assert not terminal.alternate


def test_a_dumb_terminal_gets_the_walk_in_lines(window: Window) -> None:
    terminal = window()
    terminal.start(DEMO, TERM="dumb")
    for answer in ("", "", "", "yes"):
        past_the_pauses(terminal, "q quit:" if answer != "yes" else "Type yes to go on")
        terminal.keys(answer, "Enter") if answer else terminal.keys("Enter")
        time.sleep(0.3)
    past_the_pauses(terminal, "q quit:")
    terminal.shows("audited, and proved", seconds=60, history=True)
    assert not terminal.alternate
    terminal.shows("Enter ends")
    terminal.keys("Enter")
    terminal.shows("STATUS 0")


def past_the_pauses(terminal: Terminal, prompt: str) -> None:
    """Press Enter at the end of each screenful until *prompt* is asked."""
    for _ in range(300):
        last = [line for line in terminal.text().splitlines() if line.strip()][-2:]
        if prompt in " ".join(last):
            return
        if last and "-- Enter goes on" in last[-1]:
            terminal.keys("Enter")
        time.sleep(0.2)
    raise AssertionError(f"{prompt!r} was not asked: {terminal.text()}")


@pytest.mark.parametrize("size", [(40, 12), (200, 60)], ids=["40x12", "200x60"])
def test_small_and_large_windows(window: Window, size: tuple[int, int]) -> None:
    terminal = window(*size)
    terminal.start(DEMO)
    walk_to_result(terminal)
    terminal.keys("q")
    terminal.shows("STATUS 0")


def begin_run(terminal: Terminal, before: str = "") -> int:
    """Start the run that waits for its daemon; the process that does it."""
    terminal.start("--demo no-return --control 1.2.11", before)
    terminal.shows("[1 Control]")
    (pid,) = terminal.pids()
    for key, then in (("Enter", "is NOT audited"), ("Enter", "[3 Preview]"), ("Enter", "[4 Confirm]")):
        terminal.keys(key)
        terminal.shows(then)
    terminal.keys("yes", "Enter")
    terminal.shows("▶ See that auditd lives")
    return pid


def test_a_signal_in_a_run_rolls_back_and_gives_the_terminal_back(window: Window) -> None:
    terminal = window()
    pid = begin_run(terminal)
    os.kill(pid, signal.SIGTERM)
    text = terminal.shows("STATUS 143", seconds=60)
    assert "rolled back" in text
    assert "Itsreportwentwiththesimulation" in "".join(text.split())
    assert not terminal.alternate


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=["TERM", "HUP", "INT"])
def test_a_signal_before_a_run_ends_at_once(window: Window, number: signal.Signals) -> None:
    terminal = window()
    terminal.start(DEMO)
    terminal.shows("[1 Control]")
    os.kill(terminal.pids()[0], number)
    terminal.shows(f"STATUS {128 + number}")
    assert not terminal.alternate


def test_a_run_outlives_resizing_and_ctrl_c_asks_rather_than_kills(window: Window) -> None:
    """Every size shows the run. Ctrl+C in it is taken for q: it asks first; elsewhere it quits."""
    terminal = window()
    begin_run(terminal)
    for width, height in ((40, 12), (200, 60), (80, 24)):
        terminal.resize(width, height)
        terminal.shows("5 Apply]")
    terminal.keys("C-c")
    terminal.shows("Stop the run?")
    terminal.keys("y")
    terminal.shows("Called off: rolled back.", seconds=60)
    terminal.keys("Enter")
    terminal.shows("! rolled back")
    terminal.keys("C-c")
    terminal.shows("STATUS 4")


@pytest.mark.parametrize("before", ["", "nohup-like"], ids=["hangup", "hangup-ignored"])
def test_a_closed_terminal_ends_the_program(window: Window, before: str) -> None:
    """Also where SIGHUP is ignored (nohup, some set-ups of sudo and screen), where Textual alone would spin for ever."""
    terminal = window()
    ignoring = 'sh -c \'trap "" HUP; exec "$@"\' -' if before else ""
    pid = begin_run(terminal, ignoring)
    terminal.close_window()
    assert gone(pid, 30)


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_crash_gives_the_terminal_back_and_prints_no_variable(window: Window, moment: str) -> None:
    """The traceback goes to a file without the values of variables; a run at work is called off, waited for, and told of."""
    terminal = window()
    terminal.start(moment, program=f"{sys.executable} -m tests.terminal.crashing")
    terminal.shows("[1 Control]")
    terminal.keys("Enter")
    if moment == "during":
        terminal.shows("is NOT audited")
        terminal.keys("Enter")
        terminal.shows("[3 Preview]")
        terminal.keys("Enter")
        terminal.shows("[4 Confirm]")
        terminal.keys("yes", "Enter")
    text = "".join(terminal.shows("STATUS 70").split())
    assert not terminal.alternate
    assert "internalerror:ValueError" in text
    assert "hunter2" not in text
    log = re.search(r"Thelogis(\S+?\.log)", text)
    assert log is not None
    written = Path(log[1]).read_text()
    assert "secret of 7 letters" in written
    assert "hunter2" not in written
    if moment == "during":
        assert "rolledback" in text


def test_without_a_terminal_to_read_from_it_names_the_verbs(window: Window) -> None:
    terminal = window()
    terminal.start(DEMO + " < /dev/null")
    text = "".join(terminal.shows("STATUS 2").split())
    for verb in ("check", "plan"):
        assert f"docker-audit-wizard{verb}" in text


def test_a_redirected_output_gets_lines(window: Window, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("out") / "walk.txt"
    terminal = window()
    terminal.start(f"{DEMO} > {target}")
    terminal.shows("q quit:")
    terminal.keys("q", "Enter")
    terminal.shows("STATUS 0")
    text = target.read_text()
    assert "step 1 of 6" in text
    assert "\x1b" not in text
    assert "\r" not in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_new_user_reaches_the_proof_by_enter_and_the_word(window: Window) -> None:
    """From the bare --demo: the scenario under the cursor, the control under the cursor, then the straight way."""
    terminal = window()
    terminal.start("--demo")
    terminal.shows("walk this one")
    terminal.keys("Enter")
    terminal.shows("Enter walk")
    terminal.shows("NOT audited")
    terminal.keys("Enter")
    walk_to_result(terminal)
    terminal.keys("u")
    terminal.shows("its lines leave the files, all others stay")
    terminal.keys("yes", "Enter")
    terminal.shows("undone, and verified", seconds=60)
    terminal.keys("q")
    terminal.shows("STATUS 0")
