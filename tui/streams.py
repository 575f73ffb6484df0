"""The standard streams where they are not what a program takes for granted: closed, or leading to nobody who reads."""

from __future__ import annotations

import os
import sys
from typing import TextIO


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


def abandon(stream: TextIO) -> None:
    """Let what is left in *stream*, and what still comes, go nowhere: its reader is gone or its disk full.

    Python would complain at its exit otherwise, and end with status 120.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    stream.flush()
