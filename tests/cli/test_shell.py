"""The commands as a shell sees them: colour, width, ASCII, usage, the patch."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import plain_host, tui, with_docker_rules
from tui.base.streams import columns
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import dump_capture, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verbs.common import say
from tui.verdict.question import Question

SHIM = "assets/scenarios/shim.yaml"


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[str, str]:
    """What a command line of usage prints."""
    with pytest.raises(SystemExit) as end:
        main(argv)
    assert end.value.code == 2
    captured = capsys.readouterr()
    return captured.out, captured.err


@pytest.mark.parametrize("argv", [("check", "--nosuch"), ("--ascii", "check", "--nosuch"), ("--demo", "shim", "check")])
def test_a_usage_error_prints_the_usage_of_its_verb(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]) -> None:
    out, err = told(capsys, *argv)
    assert out == ""
    assert err.startswith("usage: docker-audit-wizard check ")


@pytest.mark.parametrize("seconds", ["0", "-1", "x", "86401", "nan"])
def test_a_wrong_number_of_seconds_is_told_in_words(capsys: pytest.CaptureFixture[str], seconds: str) -> None:
    _, err = told(capsys, "rehearse", f"--seconds={seconds}")
    assert f"a rehearsal takes from 1 to 86400 seconds (a day), not '{seconds}'" in err


def test_help_is_ascii_where_the_stream_is() -> None:
    done = tui("--help", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "\\" not in done.stdout


def test_color_and_ascii_go_with_what_prints(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["check", "--control", "containerd", "--host", SHIM]
    assert main(argv) == main([*argv, "--color", "always"]) == 1
    assert main([*argv, "--color", "always", "--ascii"]) == 1
    out = capsys.readouterr().out
    blocks = out.split("web-01")
    assert ["\x1b[31m" in block for block in blocks] == [False, False, True, True]
    assert [block.isascii() for block in blocks[1:]] == [False, False, True]


def test_the_width_of_a_line_that_says_0_columns_is_80(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((0, 0)))
    with open(os.devnull) as stream:
        assert columns(stream) == 80
    monkeypatch.setenv("COLUMNS", "132")
    assert columns() == 132
    monkeypatch.setenv("COLUMNS", "0")
    with open(os.devnull) as stream:
        assert columns(stream) == 80


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize(("scenario", "typed", "end"), [("fresh", "no\n", ""), ("halt", "", "\n")])
def test_the_question_of_a_rehearsal_fits_its_terminal_and_no_rehearses_nothing(
    monkeypatch: pytest.MonkeyPatch, scenario: str, typed: str, end: str, width: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    host, asked = SimulatedHost(load_scenario(scenario)), Terminal()
    monkeypatch.setattr("tui.verbs.change.live_host", lambda: host)
    monkeypatch.setattr("tui.verbs.change.need_programs", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stderr", asked)
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["rehearse", "--seconds", "60", "--control", "containerd"]) == 3
    question, prompt, answer = asked.getvalue().partition("Type yes to go on: ")
    assert answer == f"{end}docker-audit-wizard: not confirmed; nothing was changed.\n", "never on the row of the question"
    assert max(map(len, (question + prompt).split("\n"))) <= width
    said = " ".join(question.split())
    assert said.startswith("The planned watches will be loaded into the kernel for 60 s and taken out again.")
    assert ("shut this host down" in said or "shuts this host down" in said) == (scenario == "halt")
    assert host.machine.kernel is not None
    assert host.machine.kernel.rules == ()


THEIRS = b"## Ansible \xff\n-w /usr/bin/runc -k docker"


@pytest.mark.parametrize("content", [None, THEIRS, THEIRS + b"\n", b"\r\n-w /etc/docker -k docker\r\n"])
def test_patch_takes_the_diff(tmp_path: Path, content: bytes | None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    facts = plain_host() if content is None else with_docker_rules(plain_host(), content)
    (tmp_path / "host.yaml").write_text(dump_capture(replace(facts, taken_at=1.0)))
    status = main(["plan", "--control", "containerd", "--host", str(tmp_path / "host.yaml"), "--diff"])
    out, err = capfdbinary.readouterr()
    assert (status, err) == (0, b"")
    root = tmp_path / "root"
    (root / "etc/audit/rules.d").mkdir(parents=True)
    rules = root / "etc/audit/rules.d/docker.rules"
    if content is not None:
        rules.write_bytes(content)
    subprocess.run(["patch", "--binary", "-s", "-p1", "-d", root], input=out, check=True)
    planned = make_plan(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), facts, Switches()).files[0].contents[1]
    assert rules.read_bytes() == planned
    assert sorted(path.name for path in rules.parent.iterdir()) == ["docker.rules"]


def test_the_diff_of_a_blocked_plan_is_nothing_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--diff", "--control", "containerd", "--host", "assets/scenarios/broken-neighbour.yaml"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Blocked: ")
    assert "\n  Way out: " in captured.err
    assert max(map(len, captured.err.splitlines())) <= 80


def test_a_broken_installation_is_not_a_mistake_of_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.base.resources._FOLDERS", ())
    assert main(["--demo", "fresh"]) == 3
    assert "the file assets/scenarios/fresh.yaml is missing from this installation" in capsys.readouterr().err


def test_a_wrong_name_is_told_before_the_missing_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "nosuch"]) == 2
    assert "there is no scenario 'nosuch'" in capsys.readouterr().err


def test_columns_counts_in_a_pipe_and_not_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def widest(columns: str, *argv: str) -> int:
        monkeypatch.setenv("COLUMNS", columns)
        main(["check", "--control", "containerd", "--host", "assets/scenarios/never.yaml", *argv])
        return max(map(len, (capsys.readouterr().out or (tmp_path / "out").read_text()).splitlines()))

    assert widest("50") <= 50 < widest("") <= 80
    assert widest("50", "-o", str(tmp_path / "out")) == widest("")


@pytest.mark.parametrize(
    ("locale", "ascii"), [({"LANG": "C"}, True), ({"LC_CTYPE": "C.UTF-8"}, False), ({"LANG": "C.UTF-8"}, False)]
)
def test_signs_are_ascii_where_only_python_itself_speaks_utf_8(locale: dict[str, str], ascii: bool) -> None:
    environ = {"PATH": os.environ["PATH"], **locale}
    argv = [sys.executable, "-m", "tui", "check", "--control", "containerd", "--host", SHIM]
    done = subprocess.run(argv, env=environ, capture_output=True, timeout=60)
    assert done.stdout.isascii() is ascii, done.stderr


@pytest.mark.parametrize(
    "argv",
    [
        ["--demo", "WRONG"],
        ["--demo", "/a/path/that/is/longer/than/a/row/of/a/terminal/that/has/no/more/than/eighty/columns/scenario.yaml"],
        ["check", "--bogus"],
        ["check", "--demo", "fresh"],
        ["rehearse", "--seconds", "0"],
        ["plan", "--no-load", "--lock"],
        ["plan", "--diff", "--control", "containerd", "--host", "assets/scenarios/broken-neighbour.yaml"],
        ["check", "--control", "nosuch"],
    ],
)
@pytest.mark.parametrize("columns", [60, 80])
def test_what_is_said_on_a_terminal_breaks_no_word(
    argv: list[str], columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(terminal: bool) -> str:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
        with contextlib.suppress(SystemExit):
            main(argv)
        return capsys.readouterr().err

    monkeypatch.setenv("COLUMNS", str(columns))
    rows, whole = said(True).splitlines(), said(False)
    assert [row for row in rows if len(row) > columns and " " in row.strip(" ")] == []
    assert " ".join(rows).split() == whole.split()


def test_a_command_said_on_a_terminal_stays_in_one_row_and_a_prompt_keeps_its_blank(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    say("This goes on until here, docker-audit-wizard undo takes it back, or `service auditd restart` does.")
    say("  Nothing on this host is changed. Type yes to go on: ", end="")
    assert capsys.readouterr().err == (
        "This goes on until here,\n  docker-audit-wizard undo takes it\n  back, or `service auditd restart`\n  does.\n"
        "  Nothing on this host is changed. Type\n    yes to go on: "
    )


def test_a_program_reads_what_to_mend_first_where_a_failing_load_blocks_any_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--host", "assets/scenarios/broken-neighbour.yaml", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    failing = [finding for finding in found if finding["result"] == "fail"]
    assert failing
    for finding in failing:
        assert finding["apply"] == ""
        assert "/etc/audit/rules.d/30-app.rules:2" in finding["fix"][0]
        assert not [words for words in finding["fix"] if "docker-audit-wizard apply" in words]
