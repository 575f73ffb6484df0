"""The evidence of one run as one document, and the manifest that shows when it was changed."""

from __future__ import annotations

import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import carried_out
from tui import cli
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.run.evidence import markdown
from tui.run.evidence.html import html
from tui.run.evidence.manifest import MANIFEST, changed_since, write_manifest
from tui.verbs import past
from tui.verdict.question import Question
from tui.verdict.values import Waiver
from tui.verdict.waivers import Waivers

QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")


class Page(HTMLParser):
    """The tags of a page in their order, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run that ``history`` finds."""
    host = SimulatedHost(load_scenario("fresh"), state_folder=tmp_path / "state")
    report = carried_out(QUESTION, host)
    assert report.outcome == "proved"
    monkeypatch.setattr(past, "live_host", lambda: host)
    return tmp_path / "state" / "runs" / report.run


def test_the_manifest_is_what_sha256sum_reads(run: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", MANIFEST], cwd=run, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {line.partition(":")[0] for line in done.stdout.splitlines()} >= {"report.json", "report.md"}
    assert "journal.jsonl" not in done.stdout
    assert changed_since(run) == ()


def test_a_changed_a_new_and_a_missing_file_are_seen(run: Path) -> None:
    (run / "report.md").write_text("all is well\n")
    (run / "more").write_text("")
    (run / "report.json").unlink()
    assert changed_since(run) == ("more", "report.json", "report.md")
    (run / MANIFEST).unlink()
    assert changed_since(run) is None


@pytest.mark.parametrize("name", ["a\nb", "\udcff", "ä b", "  x"])
def test_any_name_of_a_file_is_the_same_afterwards(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    write_manifest(tmp_path)
    assert changed_since(tmp_path) == ()
    (tmp_path / name).write_text("y")
    assert len(changed_since(tmp_path) or ()) == 1


def test_each_form_tells_the_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("md", "html", "json"):
        assert cli.main(["history", run.name, "--format", form]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert run.name in out
        assert "-w /usr/bin/containerd -k docker" in out
    document = json.loads(out)
    assert (document["outcome"], len(document["program_sha256"])) == ("proved", 64)


def test_the_page_holds_what_the_report_says_and_nothing_from_elsewhere(run: Path) -> None:
    made = html((run / "report.md").read_text())
    page = Page(made)
    assert page.tags[:4] == ["html", "head", "meta", "title"]
    assert {"h1", "h2", "table", "pre", "code", "p"} <= set(page.tags)
    assert not {"script", "img", "link", "a", "iframe"} & set(page.tags)
    assert "+-w /usr/bin/containerd -k docker" in page.text
    assert "\\" not in page.text.replace("\\u", "")


def test_a_waiver_stands_in_it(tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario("fresh"), state_folder=tmp_path)
    waivers = Waivers((Waiver("containerd", "until the move", "Kim"),), "2026-11-27")
    report = carried_out(Question(QUESTION.controls, "1.2.0", waivers=waivers), host)
    assert "* 1.2.11: waived: until the move (Kim)" in (tmp_path / "runs" / report.run / "report.md").read_text()


def test_what_was_left_out_since_it_is_waived_stands_in_it(tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario("fresh"), state_folder=tmp_path)
    waivers = Waivers((Waiver("dockerd", "until the move", "Kim"),), "2026-11-27")
    both = Question(load_catalogue().find(["dockerd", "containerd"], "1.2.0"), "1.2.0", waivers=waivers)
    report = carried_out(both.without_waived("web-01"), host)
    text = (tmp_path / "runs" / report.run / "report.md").read_text()
    assert "* **1.2.3** left out, waived: until the move (Kim)" in text
    assert "-w /usr/bin/dockerd" not in text


def test_a_change_is_told_and_a_run_without_a_report_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads((run / "report.json").read_text())
    (run / "report.json").write_text(json.dumps({**document, "headline": "better than it was"}))
    assert cli.main(["history", run.name, "--format", "md"]) == 0
    assert "Changed since the run wrote it: report.json." in capsys.readouterr().err
    (run / "report.json").write_text("[]")
    assert cli.main(["history", run.name, "--format", "md"]) == 3
    assert "does not hold what a report holds" in capsys.readouterr().err
    (run / "report.json").unlink()
    assert cli.main(["history", run.name, "--format", "md"]) == 3
    assert "wrote no report" in capsys.readouterr().err


def test_it_is_written_to_a_file(run: Path, tmp_path: Path) -> None:
    assert cli.main(["history", run.name, "--format", "html", "-o", str(tmp_path / "evidence.html")]) == 0
    assert (tmp_path / "evidence.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("argv", "said"), [(["--format", "md"], "name the RUN"), (["X", "--format", "md", "--json"], "name two forms")]
)
def test_what_is_refused(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["history", *argv]) == 2
    assert said in capsys.readouterr().err


@given(content=st.text(st.sampled_from("`~<>[]*\\|#&\"'= \n\x1b\u202ea"), max_size=60))
def test_nothing_from_outside_becomes_a_tag(content: str) -> None:
    lines = [f"# {markdown._prose(content)}", markdown._code(content), "| | |", "|---|---|", f"| {markdown._prose(content)} | x |"]
    page = Page(html("\n".join([*lines, *markdown._fence(content)])))
    assert set(page.tags) <= {"html", "head", "meta", "title", "style", "body", "h1", "p", "code", "table", "tr", "td", "th", "pre"}
