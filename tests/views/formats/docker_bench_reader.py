"""What DefectDojo's importer makes of a docker-bench document: which keys it takes, what it drops, which severity it gives.

Told in our own words from its parser as of 2025 (dojo/tools/dockerbench). A key that it takes by name must be there, and be text where it
joins texts: such a mistake of ours raises here as it would there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple

SEVERITIES = {"FAIL": "Critical", "WARN": "High", "INFO": "Low", "NOTE": "Info"}
"""Any other result, as PASS, makes no finding."""


class Imported(NamedTuple):
    """One finding as it stands in DefectDojo."""

    number: str
    title: str
    severity: str
    date: datetime
    description: str
    mitigation: str


def findings_of(text: str) -> list[Imported]:
    """The findings that the importer makes of the document *text*. Raises KeyError, TypeError, ValueError where it would stumble."""
    document = json.loads(text)
    start = datetime.fromtimestamp(int(document["start"]), timezone.utc)
    return [found for section in document["tests"] for found in _of_section(section, start)]


def _of_section(section: dict[str, Any], start: datetime) -> Iterator[Imported]:
    head = " ".join(section[key] for key in ("section", "desc") if key in section)
    for result in section["results"]:
        severity = SEVERITIES.get(result["result"].upper())
        # What a person must judge is left to that person, whatever it says; but for FAIL.
        if severity is None or (severity != "Critical" and "(Manual)" in result["desc"]):
            continue
        impact = result.get("remediation-impact", "")
        yield Imported(
            result["id"],
            result["id"] + " - " + result["desc"],
            severity,
            start,
            "\n".join([head, result["id"] + " " + result["desc"], result["details"]]),
            result["remediation"] + ("\n" + impact if impact else ""),
        )
