"""A serial line in the place of a terminal: the program behind a pty, every byte that it sends counted, and what they draw."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import signal
import struct
import termios
import time
from collections.abc import Mapping

from tests.build import COMMAND
from tests.wizard.glass import Glass


class Line:
    """The program in a pseudo-terminal of 80x24, with *arguments* and no environment but *environment*."""

    def __init__(self, arguments: str, environment: Mapping[str, str]) -> None:
        self.glass = Glass()
        self.sent = 0
        """How many bytes came since the last key."""
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execve(
                COMMAND[0], [*COMMAND, *shlex.split(arguments)], {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
            )
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def press(self, keys: bytes) -> None:
        """Type *keys*, and count from here."""
        self.sent = 0
        os.write(self._terminal, keys)

    def shows(self, words: str, seconds: float = 30, quiet: float = 0.3) -> None:
        """Until *words* are shown and nothing more comes for *quiet* seconds. Raises AssertionError where that never is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._take(quiet):
                continue
            if words in " ".join(self.glass.text.split()):
                return
        raise AssertionError(f"{words!r} did not come:\n{self.glass.text}")

    def _take(self, wait: float) -> bool:
        if not select.select([self._terminal], [], [], wait)[0]:
            return False
        data = os.read(self._terminal, 1 << 16)
        self.sent += len(data)
        self.glass.feed(data.decode("utf-8", "replace"))
        return True

    def end(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self.pid, 0)
