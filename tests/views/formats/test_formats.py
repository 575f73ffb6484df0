"""Each format is taken by its own reader for every scenario, says what the document says, and lets nothing from outside out of its place."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from prometheus_client.parser import text_string_to_metric_families

from tests.build import carried_out, plain_host
from tests.pairs import paired
from tests.schemas import problems
from tests.views.formats.docker_bench_reader import findings_of
from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.controls.control import DEFAULT_VERSION, VERSIONS
from tui.fleet.documents import checked_host
from tui.fleet.fleet import Fleet
from tui.host.facts import Identity
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.question import Question
from tui.verdict.values import Waiver
from tui.verdict.waivers import Waivers
from tui.views.check_document import check_view
from tui.views.fleet.spreadsheet import fleet_csv
from tui.views.formats.docker_bench import docker_bench
from tui.views.formats.junit import junit
from tui.views.formats.prometheus import prometheus
from tui.views.formats.xccdf import xccdf
from tui.views.json import plan_view, report_view

SPACE = {"x": "http://checklists.nist.gov/xccdf/1.2"}
NASTY = 'a"b\\c\n<d>&\x1b[31m\u202e'
EACH = pytest.mark.parametrize("name", SCENARIO_NAMES)


@cache
def document(name: str, waived: str = "") -> dict[str, Any]:
    waivers = Waivers((Waiver(waived, "a legacy host", "Kim", "2999-12-31"),), "2026-11-27") if waived else None
    question = Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION, waivers=waivers)
    facts = load_scenario(name).host
    return check_view(facts, DEFAULT_VERSION, question.findings(facts), (), question.controls)


@EACH
def test_the_document_of_a_check_keeps_to_its_schema(name: str) -> None:
    for waived in ("", "1.2.11"):
        assert problems("check", document(name, waived)) == []


@EACH
def test_the_document_of_a_plan_keeps_to_its_schema(name: str) -> None:
    facts = load_scenario(name).host
    question = Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION)
    assert problems("plan", plan_view(facts, make_plan(question, facts, Switches()))) == []


@pytest.mark.parametrize("name", ["fresh", "compliant", "never", "immutable", "full-partition", "no-return"])
def test_the_document_of_a_run_keeps_to_its_schema(name: str, tmp_path: Path) -> None:
    question = Question(load_catalogue().find(["1.2.11"], DEFAULT_VERSION), DEFAULT_VERSION)
    report = carried_out(question, SimulatedHost(load_scenario(name), state_folder=tmp_path))
    assert problems("run", report_view(report)) == []


def test_the_schema_refuses_what_is_no_such_document() -> None:
    made = json.loads(json.dumps(document("fresh")))
    del made["findings"][0]["state"]
    assert problems("check", made)
    assert problems("run", made)


def test_what_it_tells_of_the_host_is_what_a_fleet_reads() -> None:
    host = load_scenario("fresh").host
    told = (("os", host.identity.os_name), ("kernel", host.identity.kernel), ("audit", host.names.audit_version))
    assert checked_host(document("fresh"), "a.json").facts == told


def test_every_benchmark_version_has_its_numbers_in_it() -> None:
    finding = next(one for one in document("fresh")["findings"] if one["slug"] == "containerd")
    assert finding["numbers"]["1.8.0"] == "1.1.14"
    assert list(finding["numbers"]) == list(VERSIONS)
    assert finding["wanted"] == ["-w /usr/bin/containerd -k docker"]
    assert finding["fix"][-1] == "docker-audit-wizard apply --control containerd"


@pytest.mark.parametrize(
    ("name", "missing", "applies"),
    [
        ("fresh", ["-w /usr/bin/containerd -k docker"], True),
        ("hardened", ["-w /usr/bin/containerd -k docker"], True),
        ("never", [], False),
        ("never-task", [], False),
        ("auditd-off", [], False),
        ("compliant", [], False),
    ],
)
def test_what_a_plan_cannot_mend_is_not_sent_to_apply_nor_told_to_add_what_is_there(
    name: str, missing: list[str], applies: bool
) -> None:
    made = document(name)
    finding = next(one for one in made["findings"] if one["slug"] == "containerd")
    assert (finding["missing"], bool(finding["apply"])) == (missing, applies)
    (result,) = [one for one in json.loads(docker_bench(made))["tests"][0]["results"] if one["id"] == "1.2.11"]
    assert result["remediation"] == "\n".join([*missing, *finding["fix"]])
    assert bool(result["remediation"]) == (finding["result"] == "fail")
    assert result["desc"].count(finding["path"]) == 1
    told = [result["remediation"], fleet_csv(Fleet((checked_host(made, "a.json"),))), xccdf(made)]
    command = "docker-audit-wizard apply --control containerd"
    assert [command in text for text in told] == [applies, applies, applies or finding["result"] == "pass"]


@EACH
def test_junit_reads_it(name: str) -> None:
    made = document(name)
    (suite,) = JUnitXml.fromstring(junit(made).encode())
    kinds = {"fail": [Failure], "notapplicable": [Skipped], "unknown": [Error], "pass": []}
    assert [[type(result) for result in case.result] for case in suite] == [kinds[one["result"]] for one in made["findings"]]
    assert [case.name for case in suite] == [f"{one['control']} {one['path']}" for one in made["findings"]]
    assert (suite.hostname, suite.tests) == (made["host"]["name"], len(made["findings"]))
    assert suite.failures == sum(one["result"] == "fail" for one in made["findings"])


@EACH
def test_prometheus_reads_it(name: str) -> None:
    made = document(name)
    families = {family.name: family.samples for family in text_string_to_metric_families(prometheus(made))}
    told = {one["slug"]: one for one in made["findings"] if one["result"] in ("pass", "fail")}
    compliant = {sample.labels["slug"]: sample.value for sample in families["docker_audit_control_compliant"]}
    assert compliant == {slug: float(one["result"] == "pass") for slug, one in told.items()}
    assert {sample.labels["slug"]: sample.labels["state"] for sample in families["docker_audit_control_state"]} == {
        slug: one["state"] for slug, one in told.items()
    }
    assert sum(sample.value for sample in families["docker_audit_results"]) == len(made["findings"])
    assert families["docker_audit_last_check_timestamp_seconds"][0].value == made["epoch"]


@EACH
def test_defectdojo_imports_the_docker_bench_document(name: str) -> None:
    made = document(name)
    found = findings_of(docker_bench(made))
    severities = {"fail": "High", "notapplicable": "Low", "unknown": "Info"}
    told = [one for one in made["findings"] if one["result"] != "pass"]
    assert [(each.number, each.severity) for each in found] == [(one["control"], severities[one["result"]]) for one in told]
    for each, one in paired(found, told):
        assert each.title.startswith(f"{one['control']} - {one['title']}")
        assert [text for text in (*one["reasons"], one["path"]) if text not in each.description] == []
        assert [text for text in (*one["missing"], *one["fix"]) if text not in each.mitigation] == []
        assert each.date.timestamp() == made["epoch"]
    shown = json.loads(docker_bench(made))
    assert shown["checks"] == len(made["findings"])
    assert shown["score"] == sum({"pass": 1, "fail": -1}.get(one["result"], 0) for one in made["findings"])


@EACH
def test_xccdf_has_a_result_for_each_rule(name: str) -> None:
    made = document(name)
    root = ElementTree.fromstring(xccdf(made))
    rules = [rule.get("id") for rule in root.iterfind("x:Rule", SPACE)]
    results = {found.get("idref"): found.findtext("x:result", "", SPACE) for found in root.iterfind(".//x:rule-result", SPACE)}
    assert list(results) == rules
    assert list(results.values()) == [one["result"] for one in made["findings"]]
    assert root.findtext(".//x:target", "", SPACE) == made["host"]["name"]


def test_a_waived_failure_says_so_in_every_format_and_stays_what_it_is() -> None:
    made = document("fresh", "containerd")
    finding = next(one for one in made["findings"] if one["slug"] == "containerd")
    assert finding["result"] == "fail"
    assert finding["waiver"]["text"] == "a legacy host (Kim), until 2999-12-31"
    (suite,) = JUnitXml.fromstring(junit(made).encode())
    assert [case.result[0].message for case in suite if case.name.startswith("1.2.11 ")] == [
        "waived: a legacy host (Kim), until 2999-12-31"
    ]
    families = {family.name: family.samples for family in text_string_to_metric_families(prometheus(made))}
    compliant = families["docker_audit_control_compliant"]
    assert {sample.labels["slug"] for sample in compliant if sample.labels["waived"] == "1"} == {"containerd"}
    (told,) = families["docker_audit_waiver_info"]
    assert {name: told.labels[name] for name in ("slug", "reason", "by", "until")} == {
        "slug": "containerd",
        "reason": "a legacy host",
        "by": "Kim",
        "until": "2999-12-31",
    }
    assert "waiver_info" not in prometheus(document("fresh"))
    (result,) = [one for one in json.loads(docker_bench(made))["tests"][0]["results"] if one["id"] == "1.2.11"]
    assert (result["result"], result["details"].startswith("waived: a legacy host")) == ("NOTE", True)
    (override,) = ElementTree.fromstring(xccdf(made)).iterfind(".//x:override", SPACE)
    assert (override.get("authority"), override.findtext("x:new-result", "", SPACE)) == ("Kim", "fail")
    assert override.get("time") == made["time"]


def test_prometheus_is_told_of_waivers_that_cover_nothing() -> None:
    ended = Waiver("containerd", 'a "legacy" host', "Kim", "2026-01-01")
    waivers = Waivers((ended, ended, Waiver("1.2.3", " "), Waiver("1.2.4", "x", hosts=("db",))), "2026-11-27")
    question = Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION, waivers=waivers)

    def told(name: str) -> dict[str, str]:
        facts = load_scenario(name).host
        made = check_view(facts, DEFAULT_VERSION, question.findings(facts), (), question.controls)
        assert problems("check", made) == []
        families = {family.name: family.samples for family in text_string_to_metric_families(prometheus(made))}
        samples = families["docker_audit_waiver_void"]
        assert len({tuple(sample.labels.items()) for sample in samples}) == len(samples)
        assert {sample.labels["reason"] for sample in samples} == {'a "legacy" host', " "}
        return {sample.labels["slug"]: sample.labels["why"] for sample in samples}

    assert told("fresh") == told("compliant") == {"containerd": "ended", "dockerd": "no-reason"}
    assert "waiver_void" not in prometheus(document("fresh", "containerd"))
    assert 'why="nothing-fails"' in prometheus(document("compliant", "containerd"))


def test_nothing_from_a_host_gets_out_of_its_place() -> None:
    facts = replace(plain_host(), identity=Identity(NASTY, os_name=NASTY, kernel=NASTY))
    question = Question(load_catalogue().find(["1.2.11"], DEFAULT_VERSION), DEFAULT_VERSION)
    findings = [replace(one, path="/" + NASTY, title=NASTY) for one in question.findings(facts)]
    made = check_view(facts, DEFAULT_VERSION, findings, (), question.controls)
    for form in (junit, prometheus, docker_bench, xccdf):
        assert not {"\x1b", "\u202e"} & set(form(made))
    (suite,) = JUnitXml.fromstring(junit(made).encode())
    assert [case.name for case in suite] == ['1.2.11 /a"b\\c^J<d>&^[[31m<U+202E>']
    families = {family.name: family.samples for family in text_string_to_metric_families(prometheus(made))}
    assert [sample.labels["path"] for sample in families["docker_audit_control_state"]] == ['/a"b\\c^J<d>&^[[31m<U+202E>']
    assert ElementTree.fromstring(xccdf(made)).findtext(".//x:target", "", SPACE) == 'a"b\\c^J<d>&^[[31m<U+202E>'
