"""What ends the walk: signals, less those that whoever started the program had ignored."""

from __future__ import annotations

import asyncio
import os
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from tui.wizard.shutdown import listen


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
