"""The check document as XCCDF 1.2: a small benchmark of the judged controls with this host's results, as OpenSCAP and its kin read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from tui.base.cleaning import clean
from tui.base.typing import Any

_SPACE = "http://checklists.nist.gov/xccdf/1.2"
_FLAT = "urn:xccdf:scoring:flat"
_SCRIPT = "urn:xccdf:fix:script:sh"
_CHECK = "urn:docker-audit-wizard:check"
_CIS = "https://www.cisecurity.org/benchmark/docker"
_ID = "xccdf_io.docker-audit-wizard_{}_{}"


def xccdf(document: Mapping[str, Any]) -> str:
    """The text of the XML file. A waived failure stays a failure and bears an override with its authority and time."""
    version, findings = document["benchmark"], document["findings"]
    root = _element(None, "Benchmark", id=_ID.format("benchmark", "audit"), resolved="true", language="en")
    _element(root, "status", "draft", date=document["time"][:10])
    _element(root, "title", "Docker's files under kernel auditing")
    _element(root, "description", f"The audit controls of the CIS Docker Benchmark {version}.")
    _element(root, "version", version)
    _element(root, "model", system=_FLAT)
    for finding in findings:
        _rule(root, finding)
    _test_result(root, document)
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, "us-ascii")  # ASCII goes through any terminal and any pipe
    return made.decode("ascii") + "\n"


def _rule(root: ElementTree.Element, finding: Mapping[str, Any]) -> None:
    rule = _element(root, "Rule", id=_rule_id(finding), selected="true", severity="medium", weight="1.0")
    _element(rule, "title", f"{finding['control']} {finding['title']}")
    _element(rule, "description", f"Every access to {finding['path']} is recorded, now and after the next boot.")
    for version, number in finding["numbers"].items():
        _element(rule, "ident", f"{version}:{number}", system=_CIS)
    if finding["wanted"] and (finding["apply"] or finding["result"] != "fail"):  # a script that changes nothing is no fix
        _element(rule, "fix", _script(finding), system=_SCRIPT, id=f"fix-{_word(finding['slug'])}")
    _element(rule, "check", system=_CHECK)


def _script(finding: Mapping[str, Any]) -> str:
    return f"docker-audit-wizard apply --control {_word(finding['slug'])} --yes\n# " + "\n# ".join(finding["wanted"])


def _test_result(root: ElementTree.Element, document: Mapping[str, Any]) -> None:
    host, when = document["host"], document["time"]
    tested = _element(
        root,
        "TestResult",
        id=_ID.format("testresult", _word(host["name"])),
        **{"start-time": when, "end-time": when, "version": document["benchmark"], "test-system": "cpe:/a:docker-audit-wizard"},
    )
    _element(tested, "title", f"docker-audit-wizard {document['tool']['version']}")
    _element(tested, "target", clean(host["name"]) or "-")
    facts = _element(tested, "target-facts")
    for name in ("os", "kernel", "audit_version", "machine_id_hash"):
        if host[name]:
            _element(facts, "fact", clean(host[name]), name=f"urn:docker-audit-wizard:fact:{name}", type="string")
    for finding in document["findings"]:
        _rule_result(tested, finding, when)
    counted = [one for one in document["findings"] if one["result"] in ("pass", "fail")]
    passed = sum(one["result"] == "pass" for one in counted)
    _element(tested, "score", str(float(passed)), system=_FLAT, maximum=str(float(len(counted))))


def _rule_result(tested: ElementTree.Element, finding: Mapping[str, Any], when: str) -> None:
    result = _element(tested, "rule-result", idref=_rule_id(finding), time=when, severity="medium", weight="1.0")
    _element(result, "result", finding["result"])
    if waiver := finding["waiver"]:
        override = _element(result, "override", time=when, authority=waiver["by"] or "-")
        _element(override, "old-result", finding["result"])
        _element(override, "new-result", finding["result"])
        _element(override, "remark", f"waived: {waiver['text']}")
    for version, number in finding["numbers"].items():
        _element(result, "ident", f"{version}:{number}", system=_CIS)
    for reason in finding["reasons"]:
        _element(result, "message", reason, severity="info")
    _element(result, "check", system=_CHECK)


def _rule_id(finding: Mapping[str, Any]) -> str:
    return _ID.format("rule", _word(finding["slug"]))


def _word(text: str) -> str:
    """*text* as a part of an identifier (NCName)."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text) or "_"


def _element(
    parent: ElementTree.Element | None, tag: str, text: str = "", /, *, language: str = "", **attributes: str
) -> ElementTree.Element:
    given = {key: clean(value) for key, value in attributes.items()}
    if parent is None:
        made = ElementTree.Element(tag, {"xmlns": _SPACE, **given})
        if language:
            made.set("xml:lang", language)
    else:
        made = ElementTree.SubElement(parent, tag, given)
    made.text = clean(text, lines=True) or None
    return made
