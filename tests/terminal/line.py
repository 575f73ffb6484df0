"""A serial line in the place of a terminal: the program behind a pty, every byte that it sends counted, and what they draw."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

from tests.wizard.glass import Glass


class Line:
    """The program *argv* in a pseudo-terminal of 80x24, with *environment* and nothing else in its environment."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self.glass = Glass()
        self.sent = 0
        """How many bytes came since the last key."""
        self.last = self.start = time.perf_counter()
        """When the last byte came, and when the program was started, or the last key typed."""
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execve(argv[0], list(argv), {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment})
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def press(self, keys: bytes) -> None:
        """Type *keys*, and count from here, after reading away what was painted before."""
        while self._take(0):
            pass
        self.sent = 0
        self.last = self.start = time.perf_counter()
        os.write(self._terminal, keys)

    def until(self, words: str, seconds: float = 30) -> float:
        """How many seconds after the start, or the last key, *words* are shown. Raises AssertionError where they never are."""
        end = time.monotonic() + seconds
        while words not in " ".join(self.glass.text.split()):
            if not self._take(0.2) and time.monotonic() > end:
                raise AssertionError(f"{words!r} did not come:\n{self.glass.text}")
        return self.last - self.start

    def shows(self, words: str, seconds: float = 30, quiet: float = 0.3) -> None:
        """Until *words* are shown and nothing more comes for *quiet* seconds. Raises AssertionError where that never is."""
        self.until(words, seconds)
        end = time.monotonic() + seconds
        while self._take(quiet) and time.monotonic() < end:
            pass

    def _take(self, wait: float) -> bool:
        if not select.select([self._terminal], [], [], wait)[0]:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:  # the program has ended
            return False
        self.sent += len(data)
        self.last = time.perf_counter()
        self.glass.feed(data.decode("utf-8", "replace"))
        return bool(data)

    def end(self, keys: bytes = b"") -> None:
        """End the program, with *keys* where there are any."""
        if keys:
            self.press(keys)
            while self._take(2):
                pass
        else:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self.pid, 0)
