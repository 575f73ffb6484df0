"""Waivers cover the failure of a control on some hosts until a day; whatever they lack, they cover nothing, and it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.base.dataclass import replace
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.question import Question
from tui.verdict.values import Waiver
from tui.verdict.waivers import Waivers
from tui.views.page import plain
from tui.views.pages.finding import finding_lines
from tui.views.pages.overview import matches, rows_text
from tui.views.pages.plan import plan_headline
from tui.views.signs import UNICODE

TODAY = "2026-11-27"


@pytest.mark.parametrize(
    ("waiver", "covers"),
    [
        (Waiver("1.2.11", "legacy"), True),
        (Waiver("containerd", "legacy"), True),
        (Waiver("1.2.12", "legacy"), False),
        (Waiver("containerd", ""), False),
        (Waiver("containerd", "  "), False),
        (Waiver("containerd", "legacy", until=TODAY), True),
        (Waiver("containerd", "legacy", until="2026-11-26"), False),
        (Waiver("containerd", "legacy", hosts=("web-*", "db")), True),
        (Waiver("containerd", "legacy", hosts=("db-*",)), False),
        (Waiver("containerd", "legacy", hosts=("WEB-01",)), False),
    ],
)
def test_what_a_waiver_covers(waiver: Waiver, covers: bool) -> None:
    facts = load_scenario("fresh").host
    question = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0", waivers=Waivers((waiver,), TODAY))
    (finding,) = question.findings(facts)
    assert (finding.waiver is not None, finding.result) == (covers, "fail")
    assert (question.without_waived("web-01").controls == ()) is covers


def test_a_void_waiver_is_told_and_one_beside_it_that_covers_is_enough() -> None:
    facts = load_scenario("fresh").host
    old = Waiver("containerd", "legacy", until="2026-01-01")
    question = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0", waivers=Waivers((old,), TODAY))
    (finding,) = question.findings(facts)
    assert finding.void_texts == ("The waiver of containerd does not count: it ended on 2026-01-01.",)
    both = Waivers((old, Waiver("1.2.11", "legacy")), TODAY)
    (finding,) = replace(question, waivers=both).findings(facts)
    assert (finding.void_waivers, finding.waiver) == ((), both.entries[1])


def test_what_passes_is_not_waived() -> None:
    facts = load_scenario("compliant").host
    question = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0", waivers=Waivers((Waiver("containerd", "x"),), TODAY))
    (finding,) = question.findings(facts)
    assert (finding.result, finding.waiver) == ("pass", None)
    assert ([each.why for each in finding.void_waivers], finding.void_texts) == (["nothing-fails"], ())


def test_lists_and_the_overview_say_so() -> None:
    facts = load_scenario("fresh").host
    controls = load_catalogue().find(["1.2.11", "1.2.12"], "1.2.0")
    question = Question(controls, "1.2.0", waivers=Waivers((Waiver("containerd", "legacy"),), TODAY))
    findings = question.findings(facts)
    rows = rows_text(findings, UNICODE).splitlines()
    assert [", waived" in row for row in rows[1:]] == [True, False]
    listed = [plain(line) for line in finding_lines(findings, facts, 100, UNICODE)]
    assert [line for line in listed if ", waived" in line and "/usr/bin/containerd" in line]
    assert listed[-1].endswith("Summary   1 NOT audited, 1 waived")
    assert [line.strip() for line in listed if "Waived:" in line] == ["Waived: legacy"]
    assert all(matches(finding, "waived") is (finding.waiver is not None) for finding in findings)


# ---- on the command line

FILE = "waivers:\n- control: containerd\n  reason: replaced next week\n  by: Kim\n"
CHECK = ["check", "--control", "containerd", "--host", "assets/scenarios/fresh.yaml"]


def written(folder: Path, text: str) -> str:
    (folder / "waivers.yaml").write_text(text)
    (folder / "waivers.yaml").chmod(0o644)
    return str(folder / "waivers.yaml")


def test_only_waived_failures_end_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(CHECK) == 1
    capsys.readouterr()
    assert main([*CHECK, "--waivers", written(tmp_path, FILE)]) == 0
    assert "Waived: replaced next week (Kim)" in " ".join(capsys.readouterr().out.split())


def test_a_waived_control_is_left_out_of_a_plan_unless_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = ["plan", "--host", "assets/scenarios/fresh.yaml", "--json", "--waivers", written(tmp_path, FILE)]
    main(plan)
    assert "1.2.11" not in json.loads(capsys.readouterr().out)["controls"]
    main([*plan, "--control", "containerd"])
    shown = capsys.readouterr()
    assert json.loads(shown.out)["controls"] == ["1.2.11"]
    assert "Left out" not in shown.err


def test_a_plan_says_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = ["plan", "--host", "assets/scenarios/fresh.yaml", "--waivers", written(tmp_path, FILE)]
    said = "Left out, waived: 1.2.11: replaced next week (Kim)"
    main(plan)
    assert capsys.readouterr().out.split("\n\n")[-2].strip() == said  # before the plan in short
    main([*plan, "--print-rules"])
    shown = capsys.readouterr()
    assert (said in shown.err, said in shown.out) == (True, False)


def test_a_plan_for_nothing_but_waived_controls_does_not_call_them_audited() -> None:
    facts = load_scenario("fresh").host
    question = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0", waivers=Waivers((Waiver("containerd", "x"),), TODAY))
    made = make_plan(question.without_waived("web-01"), facts, Switches())
    assert plan_headline(made) == "Nothing to do: every control that was asked about is waived."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("waivers:\n- control: containerdd\n  reason: a\n", "did you mean containerd?"),
        ("waivers:\n- control: containerd\n  reasons: a\n", "did you mean “reason”?"),
        ("waivers:\n- control: containerd\n  reason: a\n  until: tomorrow\n", "expected a day written as"),
        ("schema: 2\nwaivers: []\n", "expected schema 1, found 2"),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CHECK, "--waivers", written(tmp_path, text)]) == 2
    assert said in capsys.readouterr().err


def test_an_ended_waiver_ends_with_1_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CHECK, "--waivers", written(tmp_path, FILE + '  until: "2020-01-01"\n')]) == 1
    told = "The waiver of containerd does not count: it ended on 2020-01-01."
    captured = capsys.readouterr()
    assert told in captured.err
    assert told in " ".join(captured.out.split())


@pytest.mark.parametrize("form", ["json", "junit", "xccdf", "docker-bench"])
def test_an_ended_waiver_stands_in_the_document(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*CHECK, "--format", form, "--waivers", written(tmp_path, FILE + '  until: "2020-01-01"\n')])
    assert "The waiver of containerd does not count: it ended on 2020-01-01." in capsys.readouterr().out


@pytest.mark.needs("root")
def test_root_takes_no_file_that_others_may_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = written(tmp_path, FILE)
    Path(name).chmod(0o666)
    assert main([*CHECK, "--waivers", name]) == 2
    assert "others than root can change this file" in capsys.readouterr().err
