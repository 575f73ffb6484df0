"""Checked hosts as JUnit XML: a test suite a host, a test case a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree

from tui.base.amounts import utc_text
from tui.base.typing import Any
from tui.fleet.documents import CheckedHost, Verdict, checked_host
from tui.fleet.earlier import MISSING


def junit(document: Mapping[str, Any]) -> str:
    """The text of the XML file of one host. A waived failure is skipped, with who answers for it."""
    root = ElementTree.Element("testsuites")
    root.append(_suite(checked_host(document, "")))
    return _text(root)


def junit_of(hosts: Iterable[CheckedHost], unread: Sequence[str] = (), missing: Sequence[str] = ()) -> str:
    """The text of the XML file of many hosts, each named in its suite and its cases, since most readers show no other place of a case; a file
    that is *unread* is an error, and so is a host that is *missing*, of which earlier checks tell and none of now."""
    root = ElementTree.Element("testsuites")
    for host in hosts:
        suite = _suite(host)
        suite.set("name", f"{host.name}: {suite.get('name')}")
        for case in suite:
            case.set("classname", f"{case.get('classname')}.{host.name.replace('.', '_')}")
        root.append(suite)
    _errors(root, "files", "unread", [(problem.partition(":")[0], problem) for problem in unread])
    _errors(root, "hosts", "missing", [(name, MISSING) for name in missing])
    return _text(root)


def _errors(root: ElementTree.Element, suite_name: str, kind: str, cases: Sequence[tuple[str, str]]) -> None:
    """Add a suite of errors, each a name and what is wrong; none where there are none."""
    if cases:
        many = str(len(cases))
        suite = ElementTree.SubElement(root, "testsuite", name=suite_name, tests=many, errors=many, failures="0", time="0")
        for name, problem in cases:
            case = ElementTree.SubElement(suite, "testcase", classname=suite_name, name=name, time="0")
            ElementTree.SubElement(case, "error", type=kind, message=problem)


def _text(root: ElementTree.Element) -> str:
    made: bytes = ElementTree.tostring(root, "us-ascii")  # ASCII goes through any terminal and any pipe
    return made.decode("ascii") + "\n"


def _suite(host: CheckedHost) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=f"CIS Docker Benchmark {host.benchmark}, audit", hostname=host.name, time="0")
    suite.set("tests", str(len(host.verdicts)))
    if host.epoch is not None:
        suite.set("timestamp", utc_text(host.epoch).rstrip("Z"))
    ends: Counter[str] = Counter()
    for verdict in host.verdicts:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname="cis-docker." + host.benchmark.replace(".", "_"),
            name=f"{verdict.control} {verdict.path}",
            time="0",
        )
        ends[_outcome(case, verdict)] += 1
    for end in ("failures", "errors", "skipped"):
        suite.set(end, str(ends[end]))
    return suite


def _outcome(case: ElementTree.Element, verdict: Verdict) -> str:
    """Add how the case ended, and return the suite's word for it."""
    text = "\n".join([*_passed(verdict), *verdict.reasons, *verdict.fix])
    first = " ".join(verdict.reasons[0].split()) if verdict.reasons else ""
    if verdict.result == "notapplicable":
        ElementTree.SubElement(case, "skipped", message=first)
        return "skipped"
    if verdict.waiver:
        ElementTree.SubElement(case, "skipped", message=f"waived: {verdict.waiver}").text = text
        return "skipped"
    if verdict.result == "pass":
        return "passed"
    kind, many = ("failure", "failures") if verdict.result == "fail" else ("error", "errors")
    ElementTree.SubElement(case, kind, type=verdict.state, message=first).text = text
    return many


def _passed(verdict: Verdict) -> list[str]:
    """What an earlier check tells of it, where the control passed then."""
    if verdict.drift is None:
        return []
    when = f" at {utc_text(verdict.drift.epoch)}" if verdict.drift.epoch is not None else ""
    return [f"It passed in an earlier check{when}.", *(f"Gone: {text}" for text in verdict.drift.gone)]
