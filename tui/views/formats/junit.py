"""The check document as JUnit XML: a test suite a host, a test case a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from tui.base.cleaning import clean


def junit(document: Mapping[str, Any]) -> str:
    """The text of the XML file. A waived failure is skipped, with who answers for it."""
    host, findings = document["host"], document["findings"]
    skipped = [one for one in findings if one["result"] == "notapplicable" or one["waiver"]]
    failed = [one for one in findings if one["result"] == "fail" and not one["waiver"]]
    unknown = [one for one in findings if one["result"] in ("unknown", "error")]
    suite = ElementTree.Element(
        "testsuite",
        name=f"CIS Docker Benchmark {document['benchmark']}, audit",
        hostname=clean(host["name"]),
        timestamp=document["time"].rstrip("Z"),
        tests=str(len(findings)),
        failures=str(len(failed)),
        errors=str(len(unknown)),
        skipped=str(len(skipped)),
        time="0",
    )
    for finding in findings:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname="cis-docker." + document["benchmark"].replace(".", "_"),
            name=clean(f"{finding['control']} {finding['path']}"),
            time="0",
        )
        _outcome(case, finding)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    made: bytes = ElementTree.tostring(root, "us-ascii")  # ASCII goes through any terminal and any pipe
    return made.decode("ascii") + "\n"


def _outcome(case: ElementTree.Element, finding: Mapping[str, Any]) -> None:
    reasons = clean("\n".join([*finding["reasons"], *finding["fix"]]), lines=True)
    first = clean(finding["reasons"][0]) if finding["reasons"] else ""
    if waiver := finding["waiver"]:
        ElementTree.SubElement(case, "skipped", message=f"waived: {clean(waiver['text'])}").text = reasons
    elif finding["result"] == "fail":
        ElementTree.SubElement(case, "failure", type=finding["state"], message=first).text = reasons
    elif finding["result"] == "notapplicable":
        ElementTree.SubElement(case, "skipped", message=first)
    elif finding["result"] in ("unknown", "error"):
        ElementTree.SubElement(case, "error", type=finding["state"], message=first).text = reasons
