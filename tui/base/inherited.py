"""What a process inherits from whoever started it, and what of it would break a run: ignored and blocked signals, the umask."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the module signal makes enums of every constant: 1.5 ms of a check (CPython 3.11)
import os
from collections.abc import Iterable

from tui.base.typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal


def reset() -> None:
    """Reset what was inherited: be told of a child's end, and receive every signal; give files to nobody else for writing, and to ourselves in full.

    With SIGCHLD ignored (as some supervisors and shells leave it) the kernel keeps no exit status for anybody: each command of a run
    would seem to have failed. A umask of 0777 would make files that an ordinary user cannot open again.
    """
    try:  # noqa: SIM105  # contextlib for two lines is half a millisecond of a check
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    except ValueError:
        pass  # not in the main thread, where nobody has ignored anything for us
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
    before = os.umask(0o077)
    os.umask((before | 0o022) & 0o077)


def heeded(numbers: Iterable[signal.Signals]) -> tuple[signal.Signals, ...]:
    """Those of *numbers* that were not ignored when the program was started: ``nohup`` asks that a hangup ends nothing."""
    return tuple(number for number in numbers if _signal.getsignal(number) != _signal.SIG_IGN)
