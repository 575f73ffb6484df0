"""The verb report: documents and captures of many hosts in, one report out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.cli import main

SCENARIOS = ("fresh", "compliant", "absent")


@pytest.fixture
def documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Check documents of three hosts."""
    made = []
    for name in SCENARIOS:
        main(["check", "--json", "--host", f"assets/scenarios/{name}.yaml", "-o", str(tmp_path / f"{name}.json")])
        file = tmp_path / f"{name}.json"
        file.write_text(file.read_text().replace('"web-01"', f'"{name}"'))
        made.append(str(file))
    capsys.readouterr()
    return made


def test_documents_and_captures_stand_side_by_side(documents: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *documents, "assets/scenarios/never.yaml"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("4 hosts: 1 compliant, 2 with failures and 1 with nothing to audit.\n40 verdicts: ")
    assert [line.split()[0] for line in out.splitlines()[4:8]] == ["absent", "compliant", "fresh", "web-01"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("html", "<!doctype html>\n"), ("md", "# Docker's audit controls\n"), ("csv", "host,benchmark,"), ("junit", "<testsuites>")],
)
def test_a_report_is_written_as_a_file(documents: list[str], tmp_path: Path, form: str, begins: str) -> None:
    target = tmp_path / "report"
    assert main(["report", *documents, "--format", form, "-o", str(target)]) == 0
    assert target.read_bytes().decode().startswith(begins)


def test_what_cannot_be_read_is_told_and_the_others_are_shown(
    documents: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, deep, missing = tmp_path / "broken.json", tmp_path / "deep.json", tmp_path / "missing.json"
    broken.write_text('{"schema": 1, "findings": 3}')
    deep.write_text('{"a":' * 100_000)
    assert main(["report", *documents, str(broken), str(deep), str(missing)]) == 3
    captured = capsys.readouterr()
    assert captured.out.startswith("3 hosts: 1 compliant, 1 with failures and 1 with nothing to audit.")
    told = captured.err.splitlines()
    assert told[0] == f"not counted: {broken}: expected a document of check --json"
    assert told[1].startswith(f"not counted: {deep}: ")
    assert told[2] == f"not counted: {missing}: No such file or directory"


def test_without_a_host_there_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({}))
    assert main(["report", str(empty)]) == 3
    assert capsys.readouterr().out == ""


def test_screens_need_a_terminal(documents: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--screen", *documents]) == 2
    assert "--screen needs a terminal that can show screens" in capsys.readouterr().err
