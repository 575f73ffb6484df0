"""Bad input: a sentence that says what is wrong and what to do, the documented exit status, never a traceback, nothing changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build import tui
from tui.cli import main
from tui.host.live.host import LiveHost

ROOT = Path(__file__).resolve().parents[2]
FRESH = str(ROOT / "assets/scenarios/fresh.yaml")


@pytest.mark.parametrize(
    ("argv", "status", "words"),
    [
        (["check", "--control", "1.2.99"], 2, ["1.2.99"]),
        (["check", "--control", "containrd"], 2, ["did you mean", "containerd"]),
        (["check", "--control", "1.1.14"], 2, ["1.2.11"]),
        (["check", "--benchmark", "1.2"], 2, ["1.2.0"]),
        (["check", "--host", "/nowhere/host.yaml"], 3, ["/nowhere/host.yaml"]),
        (["check", "--host", "README.md"], 2, ["README.md:"]),
        (["check", "--controls", "/nowhere"], 3, ["/nowhere"]),
        (["apply", "--control", "1.2.11"], 2, ["--yes"]),
        (["undo"], 2, ["--yes"]),
        (["rehearse", "--seconds", "0"], 2, ["--seconds"]),
        (["frobnicate"], 2, ["no verb 'frobnicate'", "check, plan, apply"]),
        (["check", "--fromat", "json"], 2, ["--fromat json; did you mean --format?"]),
        (["plan", "--host", FRESH, "--frob"], 2, ["--frob"]),
        ([], 2, ["check", "plan", "apply"]),
        (["--demo", "no-such-scenario"], 2, ["no-such-scenario", "fresh"]),
        # A demonstration must not turn into a change of this machine, nor an empty variable into another question.
        (["--demo", "shim", "apply", "--yes"], 2, ["--demo", "apply"]),
        (["--plain", "check"], 2, ["--plain", "check"]),
        (["check", "--host", ""], 2, ["--host", "empty"]),
        (["check", "--controls="], 2, ["--controls", "empty"]),
        (["undo", "", "--yes"], 2, ["RUN", "empty"]),
        (["history", ""], 2, ["RUN", "empty"]),
        (["capture", "-o", ""], 2, ["--output", "empty"]),
        (["check", "--host", "/dev/zero"], 3, ["/dev/zero", "a device"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_says_what_is_wrong(argv: list[str], status: int, words: list[str]) -> None:
    done = tui(*argv)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("argv", "meant"),
    [
        (["chek"], "check"),
        (["demo", "fresh"], "--demo fresh"),
        (["demo"], "--demo"),
        (["course"], "--course"),
        (["shim"], "--demo shim"),
        (["shmi"], "--demo shim"),
        (["--plain", "aply", "--yes"], "apply"),
    ],
    ids=" ".join,
)
def test_a_verb_that_is_none_gets_one_line_with_what_was_meant(
    argv: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[0].endswith(f"did you mean docker-audit-wizard {meant}?")


NAMED = {
    "--host": (["check", "--host"], "the file of a capture or a scenario"),
    "plan --host": (["plan", "--host"], "the file of a capture or a scenario"),
    "events --host": (["events", "--host"], "the file of a capture or a scenario"),
    "--demo": (["--plain", "--demo"], "the name of a scenario, or the file of one or of a capture"),
    "--course": (["--plain", "--course"], "a file with a YAML list of scenario names and files"),
    "--controls": (["check", "--host", FRESH, "--controls"], "a folder of YAML files, each a control"),
    "--waivers": (["check", "--host", FRESH, "--waivers"], "a YAML file of waivers"),
    "report --waivers": (["report", "DOCUMENT", "--waivers"], "a YAML file of waivers"),
    "--against": (["check", "--host", FRESH, "--against"], "a document of check --json"),
}
"""By option: a line that ends with it, and what it takes."""


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("kind", ["missing", "empty", "folder", "binary"])
def test_a_file_that_cannot_be_used_is_told_with_its_option_and_what_that_takes(
    name: str,
    kind: str,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """3 where it cannot be read, 2 where it is another thing; of a folder of controls it is the other way round."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)  # a test's own folder is not root's alone
    folder = tmp_path_factory.mktemp("named")
    (folder / "empty").touch()
    (folder / "folder").mkdir()
    (folder / "binary").write_bytes(bytes(range(256)) * 8)
    (folder / "checked").write_text('{"schema": 1, "host": {"name": "a"}, "benchmark": "1.2.0", "findings": []}')
    line, takes = NAMED[name]
    argv = [str(folder / "checked") if word == "DOCUMENT" else word for word in line]
    status = main([*argv, str(folder / kind)])
    said = capsys.readouterr().err.replace("docker-audit-wizard: ", "", 1)
    unread = ("missing", "empty", "binary") if name == "--controls" else ("missing", "folder")
    assert status == (3 if kind in unread else 2), said
    assert said.startswith((f"{argv[-1]} takes {takes}: {folder / kind}", f"{argv[-1]}: {folder / kind} is no earlier check: "))
    assert len(said.splitlines()) == 1


def test_a_broken_capture_names_every_problem(tmp_path: Path) -> None:
    file = tmp_path / "host.yaml"
    file.write_text("schema: 1\nhost:\n  identity: {name: on}\n  identiti: 3\n")
    done = tui("check", "--host", str(file))
    assert done.returncode == 2
    assert f"{file}:3:" in done.stderr
    assert f"{file}:4:" in done.stderr


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -I -m tui check --host {FRESH} --json | head -c 1; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (1, 141)
    assert done.stderr == ""


def test_json_is_one_document_and_ascii() -> None:
    done = tui("plan", "--host", FRESH, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == 1
    assert done.stdout.isascii()
    assert {
        "host",
        "benchmark",
        "controls",
        "files",
        "compiled_diff",
        "kernel_only",
        "commands",
        "warnings",
        "blockers",
        "log",
    } <= set(document)


@pytest.mark.parametrize(
    ("scenario", "status", "state"),
    [
        ("fresh", 1, "unaudited"),
        ("compliant", 0, "audited"),
        ("absent", 0, "notapplicable"),
        ("shim", 1, "unaudited"),
        ("never", 1, None),
        ("immutable", 1, None),
    ],
)
def test_check_of_a_scenario(scenario: str, status: int, state: str | None) -> None:
    done = tui("check", "--control", "1.2.11", "--host", f"assets/scenarios/{scenario}.yaml", "--json")
    assert done.returncode == status, done.stdout + done.stderr
    finding = json.loads(done.stdout)["findings"][0]
    assert set(finding) >= {
        "control", "slug", "path", "result", "state", "coverage", "loaded", "on_disk", "benchmark_audit", "real_path", "reasons", "rules",
    }  # fmt: skip
    if state:
        assert finding["state"] == state


@pytest.mark.parametrize(
    "argv",
    [["apply", "--yes", "--json"], ["apply", "--yes"], ["undo", "--yes"], ["rehearse", "--seconds", "5", "--yes"], ["history"]],
    ids=" ".join,
)
def test_without_root_nothing_begins(argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    assert main(argv) == 3
    said = capsys.readouterr()
    assert "Errno" not in said.err
    assert "internal error" not in said.err
    if argv != ["history"]:
        assert f"Only root can {argv[0]}" in said.out + said.err
    if "--json" in argv:
        assert json.loads(said.out)["outcome"] == "blocked"


@pytest.mark.parametrize("named", [[], ["20260101T000000Z-1"]], ids=["the latest", "by name"])
def test_a_program_that_undoes_reads_why_nothing_was_undone(
    named: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tui.verbs.change.live_host", lambda: LiveHost(tmp_path / "state"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert main(["undo", *named, "--yes", "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert (said["outcome"], said["message"].startswith("there is no run")) == ("blocked", True)


def test_a_state_folder_that_cannot_be_trusted_begins_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    monkeypatch.setattr("tui.verbs.change.live_host", lambda: LiveHost(folder))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert main(["apply", "--yes", "--json", "--control", "containerd"]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out)["outcome"] == "blocked"
    assert str(folder) in said.out


def test_a_capture_replaces_nothing_unless_told(tmp_path: Path) -> None:
    kept = tmp_path / "edited.yaml"
    kept.write_text("an edited scenario\n")
    done = tui("capture", "-o", str(kept))
    assert (done.returncode, kept.read_text()) == (3, "an edited scenario\n")
    assert "--force" in done.stderr
    assert tui("capture", "--force", "-o", str(kept)).returncode == 0
    assert kept.read_text().startswith("schema:")
    assert os.listdir(tmp_path) == ["edited.yaml"]


def test_a_report_replaces_a_regular_file_and_nothing_else(tmp_path: Path) -> None:
    kept, link, fifo = tmp_path / "kept.json", tmp_path / "link", tmp_path / "fifo"
    kept.write_text("old")
    link.symlink_to(kept)
    os.mkfifo(fifo)
    for path in (link, fifo, Path("/dev/null"), tmp_path):
        done = tui("check", "--host", FRESH, "-o", str(path))
        assert (done.returncode, done.stdout) == (3, ""), done.stderr
        assert str(path) in done.stderr
    assert kept.read_text() == "old"
    assert tui("check", "--host", FRESH, "--json", "-o", str(kept)).returncode == 1
    assert json.loads(kept.read_text())["schema"] == 1
    assert tui("check", "--host", FRESH, "-o", "-").stdout == tui("check", "--host", FRESH).stdout
