"""Drift tells what passed in an earlier check and fails now, since when, and which line or fact went."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.build import with_status
from tui import cli
from tui.audit.inputs import Unknown
from tui.base.dataclass import replace
from tui.base.resources import asset_text
from tui.controls.catalogue import load_catalogue
from tui.fleet.documents import CheckedHost, checked_host
from tui.fleet.drift import with_drift
from tui.host.facts import HostFacts
from tui.host.scenario import load_scenario
from tui.verdict.question import Question
from tui.views.check_document import check_view
from tui.views.drift import drift_lines, drift_views
from tui.views.page import line_cells, plain
from tui.views.signs import UNICODE

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
COMPLIANT = load_scenario("compliant").host


def document(facts: HostFacts) -> Any:
    return json.loads(json.dumps(check_view(facts, "1.2.0", QUESTION.findings(facts), (), QUESTION.controls)))


def compared(then: Any, now: Any) -> CheckedHost:
    return with_drift(checked_host(now, ""), [checked_host(then, "")])


def told(host: CheckedHost, width: int = 100) -> str:
    return " ".join(" ".join(plain(line) for line in drift_lines(host, width, UNICODE)).split())


def test_a_line_that_went_is_named_with_its_place() -> None:
    then = document(COMPLIANT)
    host = compared(then, document(replace(COMPLIANT, kernel_rules=())))
    (found,) = drift_views(host)
    assert (found["control"], found["was"], found["since"]) == ("1.2.11", "audited", then["time"])
    assert any(text.endswith("(the kernel's list)") and "/usr/bin/containerd" in text for text in found["gone"])
    assert "passed on" in told(host)


def test_a_fact_that_changed_is_named_where_no_line_went() -> None:
    (found,) = drift_views(compared(document(COMPLIANT), document(with_status(COMPLIANT, enabled=0))))
    assert "audit_enabled was 1, is 0" in found["gone"]


@pytest.mark.parametrize(("then", "now"), [("fresh", "fresh"), ("fresh", "compliant"), ("compliant", "compliant")])
def test_what_failed_already_or_passes_still_is_no_drift(then: str, now: str) -> None:
    host = compared(document(load_scenario(then).host), document(load_scenario(now).host))
    assert drift_views(host) == []
    assert told(host) == "Nothing that passed in the earlier check fails now."


def test_what_is_no_longer_judged_is_told_with_its_reason_and_names_no_rule_that_may_be_there() -> None:
    gone = compared(document(COMPLIANT), document(load_scenario("absent").host))
    (absent,) = drift_views(gone)
    assert (absent["result"], absent["gone"]) == ("notapplicable", [])
    assert "/usr/bin/containerd" in absent["why"]
    assert "does not apply now." in told(gone)
    unread = compared(document(COMPLIANT), document(replace(COMPLIANT, kernel_rules=Unknown("Operation not permitted"))))
    (unknown,) = drift_views(unread)
    assert (unknown["result"], unknown["gone"]) == ("unknown", [])
    assert "cannot be told now." in told(unread)
    assert unknown["why"] in told(unread)


def test_another_host_another_version_and_a_later_time_are_said_first() -> None:
    then, now = document(COMPLIANT), document(COMPLIANT)
    assert compared(then, now).compared == ()
    then["host"]["machine_id_hash"], now["host"]["machine_id_hash"] = "a" * 64, "b" * 64
    assert compared(then, now).compared == (
        f"The earlier check is of another machine that is called {now['host']['name']} as well: its machine id differs.",
    )
    then["host"]["name"], then["benchmark"], then["epoch"] = "web-99", "1.7.0", now["epoch"] + 1
    host = compared(then, now)
    assert host.compared is not None
    other, later, benchmark = host.compared
    assert other == f"The earlier check is of another host: that was web-99, this is {now['host']['name']}."
    assert later == "The check to compare with is later than this one."
    assert benchmark.startswith("The earlier check is by benchmark 1.7.0, this one by 1.2.0;")
    assert told(host).startswith(f"{UNICODE.warn} The earlier check is of another host")
    then["host"]["machine_id_hash"] = "b" * 64
    assert (compared(then, now).compared or ("",))[0].startswith("This host was called web-99 in the earlier check")


def test_what_passed_then_and_is_not_asked_about_is_named() -> None:
    then, now = document(COMPLIANT), document(COMPLIANT)
    now["findings"] = []
    assert compared(then, now).compared == ("1 control that passed then is not asked about now: 1.2.11.",)


def test_of_several_earlier_checks_the_latest_that_passed_counts() -> None:
    def check(epoch: int, facts: HostFacts) -> CheckedHost:
        return checked_host({**document(facts), "epoch": epoch}, "")

    bare = replace(COMPLIANT, kernel_rules=())
    earlier = [check(1, COMPLIANT), check(3, bare), check(2, COMPLIANT)]
    (verdict,) = with_drift(check(4, bare), earlier).verdicts
    assert verdict.drift is not None
    assert verdict.drift.epoch == 2
    assert with_drift(check(4, bare), []).compared is None


def test_its_lines_keep_to_the_width_and_their_time_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    then, now = document(COMPLIANT), document(replace(COMPLIANT, kernel_rules=()))
    for made in (then, now):
        made["findings"].append({**made["findings"][0], "slug": "other", "control": "9"})
    then["epoch"] = 1_795_510_800
    monkeypatch.setenv("TZ", "UTC-3")
    time.tzset()
    lines = drift_lines(compared(then, now), 60, UNICODE)
    monkeypatch.undo()
    time.tzset()
    assert max(map(line_cells, lines)) <= 60
    assert "2026-11-24 12:00:00 UTC+03:00" in " ".join(" ".join(map(plain, lines)).split())
    assert lines.count(()) == 1


def test_rules_of_another_shape_tell_nothing() -> None:
    then = document(COMPLIANT)
    then["findings"][0]["rules"] = {"a": 1}
    assert drift_views(compared(then, document(replace(COMPLIANT, kernel_rules=()))))[0]["gone"] == []


def test_check_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check = ["check", "--control", "containerd", "--host"]
    earlier = tmp_path / "earlier.json"
    cli.main([*check, "assets/scenarios/compliant.yaml", "--json", "-o", str(earlier)])
    capsys.readouterr()
    assert cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier)]) == 1
    shown = capsys.readouterr().out
    assert "passed on" in shown
    assert shown.index("passed on") < shown.index("Audit  ")  # the verdict stays last
    cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier), "--json"])
    made = json.loads(capsys.readouterr().out)
    assert (made["drift"][0]["slug"], made["against"]["differs"]) == ("containerd", [])
    jsonschema.validate(made, json.loads(asset_text("check.schema.json")))
    assert cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier), "--format", "junit"]) == 2
    assert "--format junit has no place for what --against finds" in capsys.readouterr().err
    for text in ("schema: 2\nhost:\n", "[", "[]", '{"findings": 3}', '{"schema": 1, "findings": [{}]}'):
        earlier.write_text(text)
        assert cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(earlier)]) == 2
        said = capsys.readouterr().err
        assert "is no earlier check: " in said
        assert "Expecting" not in said
        assert said.endswith("; docker-audit-wizard check --json -o FILE writes one.\n")
    assert cli.main([*check, "assets/scenarios/fresh.yaml", "--against", str(tmp_path / "none.json")]) == 3
