"""A plan that was kept is carried out as it was reviewed, or refused with what has changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.build import plain_host, with_file, with_status
from tui import cli
from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.documents.problems import DocumentError
from tui.documents.reading import load
from tui.plan.make import make_plan
from tui.plan.saved import SavedPlan, saved, why_not
from tui.plan.values import Switches
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")


def test_it_survives_its_file() -> None:
    kept = saved(make_plan(QUESTION, plain_host(), Switches(no_restart=True)), QUESTION, "/etc/own")
    text = json.dumps(asdict(kept), indent=2)
    assert load(text, "plan.json", SavedPlan) == kept
    assert (kept.controls, kept.switches.no_restart, list(kept.files)) == (
        ("containerd",),
        True,
        ["/etc/audit/rules.d/docker.rules"],
    )
    assert "+-w /usr/bin/containerd -k docker" in kept.diff


def test_the_same_host_gives_the_same_plan() -> None:
    kept = saved(make_plan(QUESTION, plain_host(), Switches()), QUESTION)
    assert why_not(kept, make_plan(QUESTION, plain_host(), Switches())) == ""


def test_another_host_is_told_by_what_has_changed() -> None:
    kept = saved(make_plan(QUESTION, plain_host(), Switches()), QUESTION)
    now = with_status(with_file(plain_host(), "50-theirs.rules", b"-w /etc/hosts -k theirs\n"), backlog_limit=99)
    said = why_not(kept, make_plan(QUESTION, now, Switches()))
    assert said.startswith("The host is not as it was when the plan was made: ")
    assert "/etc/audit/rules.d/50-theirs.rules" in said
    assert "the audit status" in said


def test_a_plan_of_a_host_of_another_name_is_refused_however_alike_they_are() -> None:
    kept = saved(make_plan(QUESTION, plain_host(), Switches()), QUESTION, host="web-01")
    twin = replace(plain_host(), identity=replace(plain_host().identity, name="twin"))
    now = make_plan(QUESTION, twin, Switches())
    assert why_not(kept, now) == "The plan was made on web-01, and this is another host."
    assert why_not(replace(kept, host=""), now) == "The plan was made on a host of another name, and this is another host."


def test_what_changes_by_itself_refuses_nothing() -> None:
    kept = saved(make_plan(QUESTION, plain_host(), Switches()), QUESTION)
    assert why_not(kept, make_plan(QUESTION, with_status(plain_host(), lost=7, backlog=3), Switches())) == ""


def test_another_content_from_the_same_host_is_another_version_s() -> None:
    plan = make_plan(QUESTION, plain_host(), Switches())
    kept = replace(saved(plan, QUESTION), files={"/etc/audit/rules.d/docker.rules": "0" * 64}, version="0.0.9")
    assert "plans otherwise than version 0.0.9 did" in why_not(kept, plan)


def test_a_file_that_is_no_plan_is_told_line_by_line() -> None:
    with pytest.raises(DocumentError, match="the key “facts” is missing"):
        load('{"schema": 1, "benchmark": "1.2.0"}', "plan.json", SavedPlan)


# ---- on the command line

HOST = ["--control", "containerd", "--host", "assets/scenarios/foreign-rules.yaml"]


def test_plan_keeps_it_and_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", *HOST, "--out", str(tmp_path / "plan.json")]) == 0
    assert "-w /usr/bin/containerd" in capsys.readouterr().out
    assert json.loads((tmp_path / "plan.json").read_text())["controls"] == ["containerd"]


def test_a_blocked_plan_is_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = [
        "plan",
        "--control",
        "containerd",
        "--host",
        "assets/scenarios/broken-neighbour.yaml",
        "--out",
        str(tmp_path / "plan.json"),
    ]
    assert cli.main(argv) == 3
    assert not (tmp_path / "plan.json").exists()
    assert "A blocked plan is not kept" in capsys.readouterr().err


@pytest.mark.needs("root")
@pytest.mark.parametrize(
    ("argv", "mode", "status", "said"),
    [
        (["--control", "containerd"], 0o600, 2, "--control does not go with --plan"),
        (["--no-restart"], 0o600, 2, "--no-restart does not go with --plan"),
        ([], 0o666, 3, "others than root can change this file"),
    ],
)
def test_what_apply_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str], mode: int, status: int, said: str
) -> None:
    cli.main(["plan", *HOST, "--out", str(tmp_path / "plan.json")])
    (tmp_path / "plan.json").chmod(mode)
    capsys.readouterr()
    assert cli.main(["apply", "--plan", str(tmp_path / "plan.json"), "--yes", *argv]) == status
    assert said in capsys.readouterr().err


def test_print_rules_prints_the_file_and_nothing_else(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["plan", *HOST, "--print-rules"]) == 0
    out = capfdbinary.readouterr().out
    assert out.endswith(b"-w /usr/bin/containerd -k docker\n")
    assert not [line for line in out.splitlines() if line and not line.startswith((b"-", b"#"))]


def test_of_a_blocked_plan_no_rules_are_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", "--control", "containerd", "--host", "assets/scenarios/broken-neighbour.yaml", "--print-rules"]) == 3
    assert capfd.readouterr().out == ""


def test_two_results_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", *HOST, "--diff", "--print-rules"]) == 2
    assert "--diff prints its result and nothing else" in capsys.readouterr().err
