"""Who runs this program, told by the kernel, the terminal and the command line; of the environment SUDO_USER alone is looked at."""

from __future__ import annotations

import os
import pwd
import sys

from tui import __version__
from tui.host.port import Actor

_UNSET = 0xFFFFFFFF
"""The login uid of what no login has started (linux/audit.h, AUDIT_UID_UNSET)."""
_MOST_CHARACTERS = 4096
"""As much of a command line as is kept."""
_MOST_BYTES = 8 * _MOST_CHARACTERS
"""As much of a command line as is read."""


def read_actor() -> Actor:
    """Who runs this process. Never raises."""
    uid = _login_uid()
    return Actor(uid, _user(uid), os.environ.get("SUDO_USER", "")[:256], _terminal(), _command(), __version__)


def _login_uid() -> int | None:
    try:
        with open("/proc/self/loginuid", encoding="ascii") as file:
            uid = int(file.read(32))
    except (OSError, ValueError):
        return None
    return None if uid == _UNSET else uid


def _user(uid: int | None) -> str:
    try:
        return "" if uid is None else pwd.getpwuid(uid).pw_name
    except (KeyError, OSError):
        return ""


def _terminal() -> str:
    for fd in (0, 1, 2):
        try:
            return os.ttyname(fd)
        except OSError:
            continue
    return ""


def _command() -> tuple[str, ...]:
    """The words that the kernel was called with: the interpreter's own too, which ``sys.argv`` leaves out."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            words = os.fsdecode(file.read(_MOST_BYTES)).split("\0")[:-1]
    except OSError:
        words = sys.argv
    kept: list[str] = []
    room = _MOST_CHARACTERS
    for word in words:
        if len(word) > room:
            return (*kept, "…")
        kept.append(word)
        room -= len(word)
    return tuple(kept)
