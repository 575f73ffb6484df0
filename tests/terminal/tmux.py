"""A terminal to drive the program in: one tmux server for each test, on a socket of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from pathlib import Path

from tests.build import COMMAND


class Terminal:
    """A window of tmux in which one program runs. ``TERM`` is what the program is told; tmux understands what it then sends."""

    def __init__(self, folder: Path, width: int = 80, height: int = 24) -> None:
        self._socket = str(folder / "tmux")
        self.width, self.height = width, height

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return done.stdout

    def start(self, arguments: str, before: str = "", program: str = "", **environment: str) -> None:
        """Run the program with *arguments*; what it exits with is shown as ``STATUS n``. *before* is put in front (``nohup`` …)."""
        settings = {"LANG": "C.UTF-8", "TERM": "xterm-256color", "COLUMNS": "", "LINES": "", **environment}
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items() if value)
        line = f"env -u LC_ALL -u NO_COLOR -u COLORTERM -u COLUMNS -u LINES {words} {before} {program or shlex.join(COMMAND)} {arguments}"
        script = f"{line}; echo STATUS $?; exec sleep 1000"
        self._tmux("new-session", "-d", "-x", str(self.width), "-y", str(self.height), "-c", os.getcwd(), "sh", "-c", script)

    def keys(self, *names: str) -> None:
        self._tmux("send-keys", *names)

    def resize(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def text(self, *, colours: bool = False, history: bool = False) -> str:
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else []), *(["-S", "-"] if history else []))

    def shows(self, words: str, *, seconds: float = 30, history: bool = False) -> str:
        """Until the window shows *words*; what it shows then. Raises AssertionError after *seconds*."""
        end = time.monotonic() + seconds
        while words not in " ".join((shown := self.text(history=history)).split()):
            if time.monotonic() > end:
                raise AssertionError(f"{words!r} did not come:\n{shown}")
            time.sleep(0.1)
        return shown

    @property
    def alternate(self) -> bool:
        """Whether a full-screen program has the window."""
        return self._tmux("display-message", "-p", "#{alternate_on}").strip() == "1"

    def pids(self) -> list[int]:
        """The processes of the program under test in this window."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        listed = subprocess.run(["ps", "--ppid", shell, "-o", "pid="], capture_output=True, text=True).stdout
        return [int(pid) for pid in listed.split()]

    def close_window(self) -> None:
        """The terminal is gone: the pty is closed and the program gets a SIGHUP."""
        self._tmux("kill-session")

    def end(self) -> None:
        self._tmux("kill-server")
