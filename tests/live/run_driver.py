"""What ``apply`` does, as a process of its own that tests can kill: recover a dead run, plan, carry out; one JSON line at the end.

Usage: run_driver.py STATE_FOLDER [--no-restart]. Prints ``ready`` right before the run begins.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tui.controls.catalogue import load_catalogue
from tui.host.live.host import LiveHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.recovery import recover
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")


def main() -> None:
    host = LiveHost(Path(sys.argv[1]))
    left = run_records.unfinished(host)
    recovered = recover(host, left, emit=lambda event: None) if left else None
    plan = make_plan(QUESTION, host.read(QUESTION.interest), Switches(no_restart="--no-restart" in sys.argv))
    print("ready", flush=True)
    report = carry_out(QUESTION, plan, host, emit=lambda event: None)
    steps = [step.name for step in report.steps if step.state == "failed"]
    answer = {
        "outcome": report.outcome,
        "message": report.message,
        "failed": steps,
        "recovered": recovered and [recovered.run, recovered.outcome, recovered.message],
    }
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
