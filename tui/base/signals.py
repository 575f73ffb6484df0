"""Signals that end the program, noted while a run is at work: the run answers them by rolling back."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tui.base.inherited import heeded


@contextmanager
def noting_signals() -> Iterator[list[int]]:
    """The numbers of SIGTERM, SIGHUP and SIGINT as they come in, in a list that is empty at first; afterwards they do again what they
    did before. One that was ignored when the program was started stays ignored."""
    noted: list[int] = []
    wanted = heeded((signal.SIGTERM, signal.SIGHUP, signal.SIGINT))
    before = {number: signal.signal(number, lambda got, _frame: noted.append(got)) for number in wanted}
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Ended(BaseException):
    """A signal that ends the program came; ``number`` is its number. No Exception: nothing but the end of the program answers it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def raising_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP as Ended, so that what is temporary is cleaned up on the way out; afterwards they do again what they did before. One
    that was ignored when the program was started stays ignored."""

    def end(number: int, _frame: object) -> None:
        raise Ended(number)

    before = {number: signal.signal(number, end) for number in heeded((signal.SIGTERM, signal.SIGHUP))}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
