"""What ends the walk: signals, less those that whoever started the program had ignored."""

from __future__ import annotations

import asyncio
import os
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from tests.wizard import samples
from tui.wizard.shutdown import farewell, listen


def test_leaving_after_a_run_says_how_it_ended_where_its_report_is_and_where_the_copies_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = samples.report("proved")
    assert farewell(None, report, 0, None, copies="/tmp/docker-audit-wizard-x") == 0
    ended, copies = capsys.readouterr().err.splitlines()
    assert ended == f"docker-audit-wizard: Run {report.run}: {report.headline}. Report: {report.report}"
    assert copies == "docker-audit-wizard: What was copied is in /tmp/docker-audit-wizard-x"
    assert farewell(None, report, 0, None, simulated=True) == 0
    gone = "Its report went with the simulation; s on Result keeps one."
    assert capsys.readouterr().err == f"docker-audit-wizard: Simulated run {report.run}: {report.headline}. {gone}\n"
    assert farewell(None, None, 0, None) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_was_ignored_at_the_start_ends_nothing(ignored: signal.Signals) -> None:
    ended: list[int] = []
    app: Any = SimpleNamespace(is_headless=True)

    async def walk() -> None:
        listen(app, ended.append, lambda: None)
        os.kill(os.getpid(), ignored)
        os.kill(os.getpid(), signal.SIGTERM)
        while signal.SIGTERM not in ended:
            await asyncio.sleep(0.01)

    before = signal.signal(ignored, signal.SIG_IGN)
    try:
        asyncio.run(asyncio.wait_for(walk(), 20))
        assert signal.getsignal(ignored) is signal.SIG_IGN
    finally:
        signal.signal(ignored, before)
    assert ended == [signal.SIGTERM]
