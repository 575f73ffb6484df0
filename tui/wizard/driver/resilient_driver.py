"""SteadyDriver: Textual's driver for a terminal that may vanish; it neither blocks, nor spins, nor dies with it."""

from __future__ import annotations

import os
import shutil
import signal
from codecs import getincrementaldecoder
from collections.abc import Callable
from select import select
from typing import IO

from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

from tui.base.typing import TYPE_CHECKING, Any
from tui.wizard.driver.frame_diff import FrameDiff

if TYPE_CHECKING:
    from types import FrameType

    from textual.app import App
    from textual.message import Message

REDRAW_KEY = "ctrl+l"
ESCAPE = b"\x1b"
MOST_WAIT = 1.0
"""Seconds after which the input thread looks around though nothing was typed; it is woken when it is to end."""


class SteadyFile:
    """A text file whose terminal may be gone: writing then does nothing, after saying so once. What is written is sent with the next flush, and of
    frames only what the terminal does not show already: those that came while a slow line was busy are left out."""

    def __init__(self, file: IO[str], lost: Callable[[], None]) -> None:
        self._file = file
        self._lost = lost
        self.gone = False
        self.frames = FrameDiff(0, 0)

    def _try(self, do: Callable[[], object]) -> None:
        if self.gone:
            return
        try:
            do()
        except (OSError, ValueError):  # EIO of a hung-up terminal, or a closed file
            self.gone = True
            self._lost()

    def write(self, text: str) -> None:
        """Take *text* for the terminal."""
        columns, lines = shutil.get_terminal_size()
        size = (columns or 80, lines or 25)  # as Textual takes it: a serial line says 0, and Python before 3.11 passes that on
        if size != (self.frames.width, self.frames.height):
            self.frames.resize(*size)
        self.frames.write(text)

    def flush(self) -> None:
        """Send what was written, if there is still somebody to read it."""
        text = self.frames.flush()
        if text:
            self._try(lambda: self._file.write(text))
            self._try(self._file.flush)

    def fileno(self) -> int:
        """The number of the file underneath."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether there is a terminal."""
        return not self.gone and self._file.isatty()


class SteadyDriver(LinuxDriver):
    """The terminal driver: Textual's, with these differences. A write that fails does not end the writer thread, for which the app would wait for
    ever. A SIGCONT without a stop before it, such as the kernel sends after a SIGHUP, does not start everything a second time. Of a frame only
    what changed is sent, and Ctrl+L sends all of it. Escape is told from the beginning of another key after ESCDELAY; Textual looks every 100 ms."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert self._file is not None
        self._sent = SteadyFile(self._file, self.terminal_is_gone)
        self._file = self._sent  # type: ignore[assignment]
        self._woken, self._wake = os.pipe()

    def terminal_is_gone(self) -> None:
        """Tell the app that the terminal is gone. May be called from any thread."""
        loop = self._app._loop
        gone = getattr(self._app, "terminal_is_gone", None)
        if loop is not None and gone is not None and not loop.is_closed():
            loop.call_soon_threadsafe(gone)

    def process_message(self, message: Message) -> None:
        """Pass a message of the terminal on; Ctrl+L, which is nobody else's key, draws everything anew. Called in the input thread."""
        if isinstance(message, Key) and message.key == REDRAW_KEY:
            self._sent.frames.forget()
            self.write("")
            return
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal, and learn of each change of its size: even one that was taken back has cost some of what it showed."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        told = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._sent.frames.forget()
            if callable(told):
                told(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def disable_input(self) -> None:
        """Stop reading keys: the thread that does is woken, and need not look every now and then whether it should end."""
        os.write(self._wake, b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Read the keys until the app ends, or the terminal is gone."""
        try:
            from textual._xterm_parser import XTermParser
        except ImportError:  # a later Textual has it elsewhere: then Escape takes as long as Textual has it take
            super().run_input_thread()
            return
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        undecided = False
        while not self.exit_event.is_set():
            ready = select([self.fileno, self._woken], [], [], ESCAPE_DELAY + 0.001 if undecided else MOST_WAIT)[0]
            if self.fileno in ready:
                data = self._read()
                if not data:
                    self.terminal_is_gone()
                    return
                undecided = undecided or ESCAPE in data
                for message in parser.feed(text) if (text := decode(data)) else ():
                    self.process_message(message)
            else:
                undecided = False
            for message in parser.tick():
                self.process_message(message)
        os.read(self._woken, 4096)

    def _read(self) -> bytes:
        """What was typed, at least a byte; none where the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _sigcont_application(self, *arguments: object) -> None:
        if self._must_signal_resume:
            super()._sigcont_application(*arguments)


def let_go_of_terminal(number: int) -> None:
    """Put a pipe in the place of this input file; its other end stays open as long as the process, so it has no end to read.

    It holds one NUL, which is no key of ours: the input thread may be on its way from waiting to reading just now, and a read
    that never returns would keep the program from ending.
    """
    quiet, other = os.pipe()
    os.write(other, b"\0")
    os.dup2(quiet, number)
    os.close(quiet)
