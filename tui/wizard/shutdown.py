"""Ending: the signals and the lost terminal that end the walk, and what is told once the terminal is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from tui.base.cleaning import clean
from tui.base.inherited import heeded
from tui.base.typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from tui.run.values import RunReport
    from tui.wizard.background_run import AtWork

TERMINAL_IS_ASKED_EVERY = 2.0
"""Seconds between two looks whether the terminal is still there; where SIGHUP is ignored nothing else tells."""


def listen(app: App[int], end_by: Callable[[int], None], terminal_is_gone: Callable[[], None]) -> None:
    """Have *end_by* told of each signal that ends the walk, and *terminal_is_gone* of a terminal that vanished under *app*. A signal
    that was ignored when the program was started stays ignored."""
    loop = asyncio.get_running_loop()
    for number in heeded((signal.SIGTERM, signal.SIGHUP, signal.SIGINT)):
        try:
            loop.add_signal_handler(number, end_by, number)
        except (ValueError, RuntimeError):
            break  # not the main thread (a test): no signals there

    def ask_terminal() -> None:
        # A closed terminal with SIGHUP ignored would leave us reading nothing at full speed.
        if not (os.isatty(0) and os.isatty(2)):
            terminal_is_gone()

    if not app.is_headless:
        app.set_interval(TERMINAL_IS_ASKED_EVERY, ask_terminal)


def wait_for(run: AtWork) -> None:
    """Call *run* off, since the screen is gone, and wait until it has ended."""
    run.cancel()
    run.wait()


def farewell(
    run: AtWork | None,
    report: RunReport | None,
    ending: int,
    crash: BaseException | None,
    *,
    simulated: bool = False,
    copies: str = "",
) -> int:
    """Say on the terminal how the last run ended, whether the screen has left it behind or not, which folder holds the *copies*, and by
    which signal the walk ended, and write down a crash; the exit status for that, 0 where none asks for one."""
    if report is not None and report.run:
        message = f" {report.message}" if run is not None or ending else ""
        kept = "Its report went with the simulation; s on Result keeps one." if simulated else f"Report: {report.report}"
        where = f" {kept}" if report.report else ""
        _tell(f"{'Simulated run' if simulated else 'Run'} {report.run}: {report.headline}.{message}{where}")
    if copies:
        _tell(f"What was copied is in {copies}")
    if ending:
        _tell(f"ended by {signal.Signals(ending - 128).name}")
    error = crash or (run.error if run is not None else None)
    if error is not None:
        from tui.base.crash import record  # with traceback and tempfile, for a crash alone

        _tell(f"internal error: {type(error).__name__}. {record(error)}")
        return 70
    return ending


def _tell(text: str) -> None:
    """A line on stderr, if anybody still listens there."""
    try:
        print(f"docker-audit-wizard: {clean(text)}", file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - or the interpreter complains at its end
