"""The tool that shows one screen of one scenario: text, picture, and where the walk stands instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools import show_screen

pytestmark = pytest.mark.slow


def test_the_text_of_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_screen.main(["fresh", "host"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 24
    assert "[2 Host]" in lines[1]
    assert any("/usr/bin/containerd is NOT audited" in line for line in lines)


def test_a_picture_of_another_size_names_no_font_of_a_network(tmp_path: Path) -> None:
    assert show_screen.main(["fresh", "overview", "--size", "100x30", "-o", str(tmp_path / "screen.svg")]) == 0
    picture = (tmp_path / "screen.svg").read_text("utf-8")
    assert picture.startswith("<svg")
    assert "@font-face" not in picture


def test_a_png_without_what_makes_one_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        show_screen.main(["fresh", "host", "-o", str(tmp_path / "screen.png")])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("a PNG takes rsvg-convert (package librsvg2-bin); an SVG takes nothing\n")


def test_a_png_that_could_not_be_made_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stub = tmp_path / "rsvg-convert"
    stub.write_text("#!/bin/sh\ncat >/dev/null\necho 'no room' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(show_screen, "show", lambda arguments: "<svg/>")
    assert show_screen.main(["fresh", "host", "-o", str(tmp_path / "screen.png")]) == 1
    assert capsys.readouterr().err == "rsvg-convert made no picture: no room\n"


def test_a_step_that_the_walk_never_comes_to_is_told_with_what_is_shown_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_screen.main(["broken-neighbour", "confirm"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("The confirm screen never came.")
    assert "30-app.rules:2" in told.err
