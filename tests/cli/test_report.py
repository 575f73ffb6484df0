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
    rows = out.partition("fail  checked\n")[2].splitlines()[:4]  # above them stands what is old, by the day of the test
    assert [line.split()[0] for line in rows] == ["fresh", "web-01", "absent", "compliant"]


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
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n"), captured.err.count(str(empty))) == ("", 1, 1)
    assert main(["report", str(empty), str(tmp_path / "none")]) == 3
    assert capsys.readouterr().err.count("\n") == 3


def test_screens_need_a_terminal(documents: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--screen", *documents]) == 2
    assert "--screen needs a terminal that can show screens" in capsys.readouterr().err


def test_two_checks_of_one_host_and_a_folder_of_earlier_ones_tell_what_passed(
    documents: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now, before = json.loads(Path(documents[0]).read_text()), json.loads(Path(documents[1]).read_text())
    for each in (now, before):
        each["host"].update(name="web", machine_id_hash="a" * 64)
    before["epoch"] -= 86400
    folder = tmp_path / "earlier"
    folder.mkdir()
    (tmp_path / "now.json").write_text(json.dumps(now))
    (folder / "now.json").write_text(json.dumps(before))
    for argv in ([str(folder / "now.json")], ["--against", str(folder)], ["--against", str(folder / "now.json")]):
        assert main(["report", str(tmp_path / "now.json"), *argv]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert out.startswith("1 host: 1 with failures.")
        assert "1.2.11 /usr/bin/containerd fails now (NOT audited), passed on 2026-11-23 09:00 UTC: web" in out
        assert "Gone: -w /usr/bin/containerd -k docker (/etc/audit/rules.d/docker.rules:9)" in out


def test_earlier_checks_that_cannot_be_read_are_told(
    documents: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "earlier"
    folder.mkdir()
    assert main(["report", *documents, "--against", str(folder)]) == 3
    assert "holds no check document" in capsys.readouterr().err
    (folder / "bad.json").write_text("{}")
    assert main(["report", *documents, "--against", str(folder)]) == 3
    captured = capsys.readouterr()
    assert "bad.json: expected a document of check --json" in captured.err
    assert captured.out.startswith("3 hosts: ")


def test_waivers_of_a_report(documents: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers:\n- {control: containerd, reason: lab, by: Kim, hosts: [fre*]}\n- {control: 1.2.3, reason: x, until: '2026-01-01'}\n"
    )
    assert main(["report", *documents, "--waivers", str(waivers)]) == 0
    captured = capsys.readouterr()
    assert "1.2.11 on fresh: lab (Kim)" in captured.out
    assert captured.err == "fresh: The waiver of 1.2.3 does not count: it ended on 2026-01-01.\n"
    waivers.write_text("waivers:\n- {control: containerd, why: lab}\n")
    assert main(["report", *documents, "--waivers", str(waivers)]) == 2


def test_files_of_one_name_in_two_folders_stay_told_apart(
    documents: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "web.json").write_text(Path(documents[0]).read_text())
        names.append(str(tmp_path / folder / "web.json"))
    assert main(["report", *names, "--format", "csv"]) == 0
    assert {line.split(",")[0] for line in capsys.readouterr().out.splitlines() if "1.2.11" in line} == {
        f"fresh ({name})" for name in names
    }


def test_a_capture_whose_load_fails_names_no_apply(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "assets/scenarios/broken-neighbour.yaml"]) == 0
    told = capsys.readouterr().out
    assert "/etc/audit/rules.d/30-app.rules:2" in told
    assert "docker-audit-wizard apply" not in told


def test_the_line_that_stops_a_load_is_one_thing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "assets/scenarios/broken-neighbour.yaml"]) == 0
    told = capsys.readouterr().out.partition("What to do\n")[2]
    assert told.count("30-app.rules:2") == 1
