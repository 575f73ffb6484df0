"""Drift tells what passed in an earlier check and fails now, since when, and which line or fact went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.build import with_status
from tui import cli
from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts
from tui.host.scenario import load_scenario
from tui.verdict.question import Question
from tui.views.check_document import check_view
from tui.views.drift import NoEarlierCheck, drift, drift_lines

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
COMPLIANT = load_scenario("compliant").host


def document(facts: HostFacts) -> Any:
    return json.loads(json.dumps(check_view(facts, "1.2.0", QUESTION.findings(facts), (), QUESTION.controls)))


def test_a_line_that_went_is_named_with_its_place() -> None:
    then, now = document(COMPLIANT), document(replace(COMPLIANT, kernel_rules=()))
    (found,) = drift(then, now)
    assert (found["control"], found["was"], found["since"]) == ("1.2.11", "audited", then["time"])
    assert any(text.endswith("(the kernel's list)") and "/usr/bin/containerd" in text for text in found["gone"])
    assert "passed on" in drift_lines([found])[0]


def test_a_fact_that_changed_is_named_where_no_line_went() -> None:
    (found,) = drift(document(COMPLIANT), document(with_status(COMPLIANT, enabled=0)))
    assert "audit_enabled was 1, is 0" in found["gone"]


@pytest.mark.parametrize(("then", "now"), [("fresh", "fresh"), ("fresh", "compliant"), ("compliant", "compliant")])
def test_what_failed_already_or_passes_still_is_no_drift(then: str, now: str) -> None:
    found = drift(document(load_scenario(then).host), document(load_scenario(now).host))
    assert found == []
    assert drift_lines(found) == ["Nothing that passed in the earlier check fails now."]


@pytest.mark.parametrize("earlier", [[], {}, {"findings": 3}, {"schema": 2, "findings": []}, {"schema": 1, "findings": [{}]}, "x"])
def test_what_is_no_check_document_is_refused(earlier: object) -> None:
    with pytest.raises(NoEarlierCheck):
        drift(earlier, document(COMPLIANT))


def test_rules_of_another_shape_tell_nothing() -> None:
    then = document(COMPLIANT)
    then["findings"][0]["rules"] = {"a": 1}
    assert drift(then, document(replace(COMPLIANT, kernel_rules=())))[0]["gone"] == []


def test_check_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check = ["check", "--control", "containerd", "--host"]
    earlier = tmp_path / "earlier.json"
    cli.main([*check, "assets/scenarios/compliant.yaml", "--json", "-o", str(earlier)])
    capsys.readouterr()
    assert cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier)]) == 1
    assert "passed on" in capsys.readouterr().out
    cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier), "--json"])
    assert json.loads(capsys.readouterr().out)["drift"][0]["slug"] == "containerd"
    earlier.write_text("[")
    assert cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier)]) == 2
