"""One host in one voice: check, Host, Overview, the plan and the report say of each control the same state, object and way out."""

from __future__ import annotations

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.outcome import outcome_of_empty
from tui.run.values import RunReport
from tui.verdict.question import Question
from tui.verdict.words import in_state
from tui.views.page import plain
from tui.views.pages.finding import finding_lines, host_lines
from tui.views.pages.overview import row_lines, row_parts
from tui.views.pages.report import report_lines
from tui.views.signs import UNICODE
from tui.views.words import headline, place_text

CATALOGUE = load_catalogue()
FAMILY = Question(CATALOGUE.numbered("1.2.0"), "1.2.0")
WIDE_ENOUGH = 139


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_every_view_names_the_state_and_the_object_alike(name: str) -> None:
    facts = load_scenario(name).host
    findings = FAMILY.findings(facts)
    listed = [one_line(plain(line)) for line in finding_lines(findings, facts, WIDE_ENOUGH, UNICODE)]
    for finding in findings:
        state, place = in_state(finding), place_text(finding)
        verdict = headline(finding)
        assert verdict.startswith(finding.path)
        assert set(state.split()) <= set(verdict.replace(":", "").replace(",", "").split()), (state, verdict)
        assert finding.state == "notapplicable" or any(line.endswith(f"{finding.control} {state} {place}") for line in listed), (
            listed
        )
        assert row_parts(finding, UNICODE)[-1][0][0].endswith(f" {state}")
        for page in (host_lines(finding, facts, WIDE_ENOUGH, UNICODE), row_lines(finding, None, WIDE_ENOUGH, UNICODE)):
            assert verdict in one_line(" ".join(map(plain, page)))
    plan = make_plan(FAMILY, facts, Switches())
    report = RunReport("", *outcome_of_empty(plan), before=findings, after=findings)
    told = [one_line(plain(line)) for line in report_lines(report, WIDE_ENOUGH, UNICODE, facts, facts)]
    for finding in findings:
        state = in_state(finding)
        assert any(line.endswith(f"{finding.control} {state} {state} {finding.path}") for line in told), told


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_the_way_out_beside_a_verdict_is_that_of_its_plan(name: str) -> None:
    facts = load_scenario(name).host
    for control in FAMILY.controls:
        plan = make_plan(Question((control,), "1.2.0"), facts, Switches())
        (finding,) = plan.findings
        ways = [reason.remedy for reason in finding.reasons if reason.remedy]
        for blocker in plan.blockers:
            assert "The plan adds the control's line." not in ways, (finding.control, blocker)
            begins = blocker.remedy.split()[:2]
            asked = [way for way in ways if "once you choose" in way]
            assert asked if blocker.switches else any(way.split()[:2] == begins for way in ways), (ways, blocker.remedy)
