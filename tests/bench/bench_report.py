"""``report`` over the check documents of a fleet, alone and against earlier ones of the same hosts."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.harness import PROGRAM, Bench, Comparison, command, in_turn
from tui.controls.catalogue import load_catalogue
from tui.controls.control import DEFAULT_VERSION
from tui.host.scenario import load_scenario
from tui.verdict.question import Question
from tui.views.check_document import check_view

HOSTS = 500


def _document(scenario: str) -> dict[str, Any]:
    question = Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION)
    facts = load_scenario(scenario).host
    return check_view(facts, DEFAULT_VERSION, question.findings(facts), (), question.controls)


def _write(folder: Path, made: dict[str, Any]) -> None:
    folder.mkdir()
    for number in range(HOSTS):
        made["host"].update(name=f"host-{number:03}", machine_id_hash=f"{number:064x}")
        (folder / f"{number:03}.json").write_text(json.dumps(made, indent=2), "utf-8")


def run(runs: int) -> list[Comparison]:
    """Files in, a page of HTML out, as a command: what one waits for."""
    with tempfile.TemporaryDirectory() as name:
        now, before = Path(name, "now"), Path(name, "before")
        _write(now, _document("hardened"))
        _write(before, _document("compliant"))
        asked = [*PROGRAM, "report", "--format", "html", *map(str, sorted(now.iterdir()))]
        drifting = "report --against"
        timings = in_turn(runs, {"report": command(asked), drifting: command([*asked, "--against", str(before)])})
    return [
        Comparison(f"`report` of {HOSTS} check documents", timings["report"], most=3.0),
        Comparison(f"the same against {HOSTS} earlier ones", timings[drifting]),
    ]


BENCHES = (Bench("report", run, most_runs=5),)
