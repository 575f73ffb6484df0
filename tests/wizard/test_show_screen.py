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


def test_a_step_that_the_walk_never_comes_to_is_told_with_what_is_shown_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_screen.main(["broken-neighbour", "confirm"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("The confirm screen never came.")
    assert "30-app.rules:2" in told.err
