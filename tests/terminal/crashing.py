"""Run by a test in a terminal: a walk in which a screen breaks, before a run (``before``) or while one is at work (``during``)."""

from __future__ import annotations

import sys
import threading
from typing import Any

from tests.wizard.walk import SampleSession
from tui.run.values import RunReport
from tui.wizard.app import run_wizard
from tui.wizard.steps.apply import ApplyScreen
from tui.wizard.terminal import TerminalChoice


class Breaking(SampleSession):
    def read(self) -> Any:
        password = "hunter2"
        if sys.argv[1] == "before":
            raise ValueError(f"no plan with a secret of {len(password)} letters")
        return super().read()

    def carry_out(self, emit: Any, cancelled: Any) -> RunReport:
        report = super().carry_out(emit, cancelled)
        print("the run ended:", report.outcome, self.outcome)
        return report


def broken_follow(self: ApplyScreen) -> None:
    password = "hunter2"
    raise ValueError(f"a broken screen with a secret of {len(password)} letters")


if sys.argv[1] == "during":
    ApplyScreen.follow = broken_follow
sys.exit(run_wizard(Breaking(gate=threading.Event()), TerminalChoice("rich")))
