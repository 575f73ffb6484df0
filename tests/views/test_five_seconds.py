"""What a tired reader looks for first: the verdict, what would change, and the same thing once and in one form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.wizard import samples
from tui.base.notice import Notice, first_sentence
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.question import Question
from tui.views.page import Page, plain
from tui.views.pages.control import verdict_parts
from tui.views.pages.finding import compare_lines, host_lines, verdict_lines
from tui.views.pages.overview import counts_text, row_lines, urgent_text
from tui.views.signs import UNICODE
from tui.views.switches import ways_past

CONTROL = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")

UNCHANGED = {"compliant": "/usr/bin/containerd is audited already.", "absent": "/usr/bin/containerd is not on this host."}


def one_line(lines: list) -> str:
    return " ".join(" ".join(map(plain, lines)).split())


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_host_says_that_nothing_would_change_where_a_plan_changes_nothing(name: str) -> None:
    facts = load_scenario(name).host
    plan = make_plan(CONTROL, facts, Switches())
    (finding,) = plan.findings
    said = one_line(host_lines(finding, facts, 200, UNICODE, plan))
    assert ("Nothing would change" in said) == (not ways_past(plan) if plan.blockers else plan.is_empty)
    if name in UNCHANGED:
        assert f"Nothing would change: {UNCHANGED[name]}" in said
    assert "Nothing would change" not in one_line(host_lines(finding, facts, 200, UNICODE)), "check has no plan to speak of"


def test_of_a_plan_for_others_an_audited_control_says_that_nothing_changes_for_it() -> None:
    said = one_line(host_lines(samples.finding("audited"), samples.facts(), 200, UNICODE, samples.plan()))
    assert "Nothing would change for /usr/bin/containerd: it is audited already." in said


def test_a_step_that_tells_of_the_control_has_the_verdict_in_a_row_and_no_trainee_is_told_it() -> None:
    def said(*args: object, **asked: bool) -> str:
        page = Page(80, UNICODE)
        page.say(*verdict_parts(*args, UNICODE, **asked))  # type: ignore[arg-type]
        return one_line(page.lines)

    assert said(samples.finding("unaudited")) == "✗ NOT audited on this host; Enter shows why"
    assert said(samples.finding("audited")) == "✓ audited on this host; Enter shows by what"
    assert said(None) == "not known yet; Enter reads this host, and changes nothing"
    assert said(samples.finding("audited"), asked_first=True) == "Enter asks first what you expect of this host"


def test_what_two_reasons_have_to_do_about_them_is_said_once_behind_its_cause() -> None:
    reasons = (Notice("no-rule", "No rule.", "Mend line 2."), Notice("load-stops", "It stops.", "Mend line 2."))
    finding = replace(samples.finding("unaudited"), reasons=reasons)
    for lines in (verdict_lines(finding, 80, UNICODE), row_lines(finding, None, 80, UNICODE)):
        said = one_line(lines)
        assert said.count("Mend line 2.") == 1
        assert said.index("It stops.") < said.index("Mend line 2.")


def test_a_remedy_that_is_a_command_alone_leaves_no_arrow_alone() -> None:
    page = Page(80, UNICODE)
    page.advice("→ ", remedy="systemctl enable auditd.service", indent=2)
    assert [plain(line).strip() for line in page.lines] == ["→ run this:", "systemctl enable auditd.service"]


def test_a_plan_under_a_lock_is_told_to_wait_for_the_boot() -> None:
    facts = load_scenario("immutable").host
    (finding,) = CONTROL.findings(facts)
    said = one_line(row_lines(finding, make_plan(CONTROL, facts, Switches()), 120, UNICODE))
    assert "Plan adds -w /usr/bin/containerd -k docker, waits for the next boot" in said


def test_a_rule_of_another_path_decides_nothing() -> None:
    (finding,) = CONTROL.findings(load_scenario("shim").host)
    assert "Rule none for it; the grep finds 2 rules for other paths" in one_line(row_lines(finding, None, 80, UNICODE))


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_the_row_with_every_access_and_a_fail_says_when_it_fails(name: str) -> None:
    facts = load_scenario(name).host
    for finding in Question(load_catalogue().numbered("1.2.0"), "1.2.0").findings(facts):
        rows = [plain(line) for line in compare_lines(finding, 80, UNICODE)]
        assert all(row.endswith("at the next boot") for row in rows if 'every access  "fail"' in row), rows


@pytest.mark.parametrize(
    ("name", "slugs", "said"),
    [
        ("fresh", ("containerd",), "the plan adds 1 rule"),
        ("shim", ("var-lib-docker", "docker-socket", "containerd"), "plan: 4 rules, 1 for this control"),
        ("shim", ("dockerd", "containerd"), "plan: 1 rule, 1 for this control"),
        ("immutable", ("containerd",), "plan: 1 rule, for the next reboot"),
        ("full-partition", ("containerd",), "plan: 1 rule, which records nothing"),
        ("lock-waiting", ("containerd",), "the plan waits for 5 or c"),
        ("audit-4", ("containerd",), "the plan waits for 1"),
    ],
)
def test_control_says_what_of_the_plan_is_for_it_and_what_the_plan_leaves_untrue(
    name: str, slugs: tuple[str, ...], said: str
) -> None:
    asked = Question(load_catalogue().find(list(slugs), "1.2.0"), "1.2.0")
    plan = make_plan(asked, load_scenario(name).host, Switches())
    finding = next(each for each in plan.findings if each.slug == "containerd")
    page = Page(200, UNICODE)
    page.say(*verdict_parts(finding, UNICODE, plan))
    assert one_line(page.lines).endswith(f"Enter shows why; {said}")


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_the_list_has_the_verdict_the_deciding_rule_and_the_plan_before_all_else_of_a_control(name: str) -> None:
    facts = load_scenario(name).host
    asked = Question(load_catalogue().numbered("1.2.0"), "1.2.0")
    findings = asked.findings(facts)
    summary = counts_text(findings, len(findings), "", 0, 0, urgent_text(findings, facts))
    in_sight = 6 - (len(summary) > 76)  # of 24 rows at 80 columns, with the summary in one row or in two
    for control in asked.controls:
        plan = make_plan(Question((control,), "1.2.0"), facts, Switches())
        (finding,) = plan.findings
        rows = [plain(line) for line in row_lines(finding, plan, 79, UNICODE)]
        at = next(at for at, row in enumerate(rows) if row.startswith("    Plan"))
        assert at < in_sight, rows
        told = " ".join(" ".join(rows).split())
        assert all(first_sentence(reason.text) in told for reason in finding.reasons)
