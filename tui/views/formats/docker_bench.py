"""The check document in the shape of docker-bench-security's own JSON, which its readers (DefectDojo) take."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tui.base.typing import Any

_RESULTS = {"pass": "PASS", "fail": "WARN", "notapplicable": "INFO", "unknown": "NOTE", "error": "NOTE"}


def docker_bench(document: Mapping[str, Any]) -> str:
    """The text of the JSON file. A waived failure is a NOTE, and counts for no point."""
    results = [_result(finding) for finding in document["findings"]]
    score = sum({"PASS": 1, "WARN": -1}.get(result["result"], 0) for result in results)
    made = {
        "dockerbenchsecurity": document["tool"]["version"],
        "start": int(document["epoch"]),
        "tests": [{"id": "1", "desc": "Host Configuration", "results": results}],
        "checks": len(results),
        "score": score,
        "end": int(document["epoch"]),
    }
    return json.dumps(made, indent=2) + "\n"


def _result(finding: Mapping[str, Any]) -> dict[str, str]:
    waiver = finding["waiver"]
    reasons = [f"waived: {waiver['text']}"] if waiver else []
    return {
        "id": finding["control"],
        "desc": finding["title"] if finding["path"] in finding["title"].split() else f"{finding['title']} ({finding['path']})",
        "result": "NOTE" if waiver else _RESULTS[finding["result"]],
        "details": " ".join([*reasons, *finding["reasons"]]),
        "remediation": "\n".join([*finding["missing"], *finding["fix"]]),
        "remediation-impact": "",  # what the change brings along: that is the plan's to tell
    }
