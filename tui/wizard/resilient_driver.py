"""SteadyDriver: Textual's driver for a terminal that may vanish; it neither blocks, nor spins, nor dies with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import IO

from textual.drivers.linux_driver import LinuxDriver

from tui.base.typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App


class SteadyFile:
    """A text file whose terminal may be gone: writing then does nothing, after saying so once."""

    def __init__(self, file: IO[str], lost: Callable[[], None]) -> None:
        self._file = file
        self._lost = lost
        self.gone = False

    def _try(self, do: Callable[[], object]) -> None:
        if self.gone:
            return
        try:
            do()
        except (OSError, ValueError):  # EIO of a hung-up terminal, or a closed file
            self.gone = True
            self._lost()

    def write(self, text: str) -> None:
        """Write *text*, if there is still somebody to read it."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Send what was written."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """The number of the file underneath."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether there is a terminal."""
        return not self.gone and self._file.isatty()


class SteadyDriver(LinuxDriver):
    """The terminal driver: Textual's, with two differences: a write that fails does not end the writer thread, for which the app would wait for ever;
    and a SIGCONT without a stop before it, such as the kernel sends after a SIGHUP, does not start everything a second time."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        assert self._file is not None
        self._file = SteadyFile(self._file, self.terminal_is_gone)  # type: ignore[assignment]

    def terminal_is_gone(self) -> None:
        """Tell the app that the terminal is gone. May be called from any thread."""
        loop = self._app._loop
        gone = getattr(self._app, "terminal_is_gone", None)
        if loop is not None and gone is not None and not loop.is_closed():
            loop.call_soon_threadsafe(gone)

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
