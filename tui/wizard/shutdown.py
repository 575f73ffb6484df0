"""Ending: the signals and the lost terminal that end the walk, and what is told once the terminal is given back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.wizard.app import WizardApp

TERMINAL_IS_ASKED_EVERY = 2.0
"""Seconds between two looks whether the terminal is still there; where SIGHUP is ignored nothing else tells."""


def listen(app: WizardApp) -> None:
    """Have signals and a lost terminal end *app*."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        try:
            loop.add_signal_handler(number, app.end_by, number)
        except (ValueError, RuntimeError):
            break  # not the main thread (a test): no signals there

    def ask_terminal() -> None:
        # A closed terminal with SIGHUP ignored would leave us reading nothing at full speed.
        if not (os.isatty(0) and os.isatty(2)):
            app.terminal_is_gone()

    if not app.is_headless:
        app.set_interval(TERMINAL_IS_ASKED_EVERY, ask_terminal)


def settle(app: WizardApp, result: int | None) -> int:
    """Settle what is left when the screen is gone: wait for a run at work, say what became of it, write down a crash; the exit status."""
    run = app.at_work
    if run is not None:
        run.cancel()
        run.wait()
    report = app.session.report if app.opened else None
    if run is not None or app.ending:
        if report is not None and report.run:
            _tell(f"Run {report.run}: {report.headline}. {report.message}" + (f" Report: {report.report}" if report.report else ""))
        if app.ending:
            _tell(f"ended by {signal.Signals(app.ending - 128).name}")
    error = app.crash or (run.error if run is not None else None)
    if error is not None:
        from tui.base.crash import record

        _tell(f"internal error: {type(error).__name__}. {record(error)}")
        return 70
    return app.ending or result or 0


def _tell(text: str) -> None:
    """A line on stderr, if anybody still listens there."""
    from tui.base.cleaning import clean

    try:
        print(f"docker-audit-wizard: {clean(text)}", file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - or the interpreter complains at its end
