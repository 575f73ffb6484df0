"""The standard streams where they are not what a program takes for granted: closed, or leading to nobody who reads."""

from __future__ import annotations

import codecs
import io
import os
import sys

from tui.base.typing import TextIO

_MOST_ENVIRONMENT = 1 << 20
"""As many bytes of the environment as are looked at."""


def reserve() -> None:
    """Open /dev/null in place of each standard stream that is closed.

    Else the next file that is opened gets its number, and what is meant for a terminal goes into a lock or a journal.
    """
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(fd, True)
    os.close(fd)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if _is_usable(stream.encoding) else "utf-8", errors="backslashreplace")


def forget_coercion() -> None:
    """Take LC_CTYPE out of the environment where Python itself has put it there.

    In the C locale Python sets LC_CTYPE=C.UTF-8 for itself and its children (PEP 538), and so hides that the user's locale has no
    UTF-8. What the process was started with stands in /proc/self/environ.
    """
    if os.environ.get("LC_CTYPE") not in ("C.UTF-8", "C.utf8", "UTF-8"):
        return
    try:
        with open("/proc/self/environ", "rb") as file:
            given = file.read(_MOST_ENVIRONMENT).split(b"\0")
    except OSError:
        return
    if not any(entry.startswith(b"LC_CTYPE=") for entry in given):
        del os.environ["LC_CTYPE"]


def _is_usable(encoding: str) -> bool:
    """Whether text can be written in *encoding* (PYTHONIOENCODING may name any that Python knows, ``idna`` too)."""
    text = "".join(map(chr, range(32, 127))) + "\n" + "x" * 300
    try:
        data = codecs.getincrementalencoder(encoding)().encode(text, True)
        return data == text.encode("ascii") or (encoding.lower().startswith("utf") and data.decode(encoding) == text)
    except (LookupError, TypeError, ValueError):
        return False


def columns(stream: TextIO | None = None) -> int:
    """How many columns *stream* (stdout) has: what COLUMNS says, else its terminal; 80 where neither knows, as on a serial line, which says 0."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size((stream or sys.stdout).fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def rows(stream: TextIO) -> int:
    """How many rows the terminal *stream* has: 24 where it does not know, as on a serial line, which says 0."""
    try:
        return os.get_terminal_size(stream.fileno()).lines or 24
    except (OSError, ValueError):
        return 24


def end_process(status: int) -> None:
    """End the process with *status* at once, without what Python does at its end. Returns where what was printed cannot be written out:
    Python's own end complains about that."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(status)


def abandon(stream: TextIO) -> None:
    """Lead *stream* to /dev/null, with what is left in it and what still comes: its reader is gone or its disk full.

    Python would complain at its exit otherwise, and end with status 120.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    stream.flush()
