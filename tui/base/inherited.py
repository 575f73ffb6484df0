"""What a process inherits from whoever started it, and what of it would break a run: ignored and blocked signals, the umask."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress


def reset() -> None:
    """Reset what was inherited: be told of a child's end, and receive every signal; give files to nobody else for writing, and to ourselves in full.

    With SIGCHLD ignored (as some supervisors and shells leave it) the kernel keeps no exit status for anybody: each command of a run
    would seem to have failed. A umask of 0777 would make files that an ordinary user cannot open again.
    """
    with suppress(ValueError):  # not in the main thread, where nobody has ignored anything for us
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    before = os.umask(0o077)
    os.umask((before | 0o022) & 0o077)


def heeded(numbers: Iterable[signal.Signals]) -> tuple[signal.Signals, ...]:
    """Those of *numbers* that were not ignored when the program was started: ``nohup`` asks that a hangup ends nothing."""
    return tuple(number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN)
