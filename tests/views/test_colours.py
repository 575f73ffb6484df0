"""Colour in what is printed: who wants it, and that it changes nothing but colour."""

from __future__ import annotations

import re

import pytest

from tests.wizard import samples
from tui.views.colours import painted, wants_colour
from tui.views.page import Page, plain
from tui.views.pages.finding import finding_lines
from tui.views.signs import UNICODE

XTERM = {"TERM": "xterm"}


@pytest.mark.parametrize(
    ("environ", "terminal", "when", "wanted"),
    [
        (XTERM, True, None, True),
        (XTERM, True, "auto", True),
        (XTERM, False, None, False),
        (XTERM, False, "always", True),
        (XTERM, True, "never", False),
        (XTERM | {"NO_COLOR": "1"}, True, None, False),
        (XTERM | {"NO_COLOR": ""}, True, None, True),
        (XTERM | {"NO_COLOR": "1"}, True, "always", True),
        (XTERM | {"CLICOLOR_FORCE": "1"}, False, None, True),
        (XTERM | {"CLICOLOR_FORCE": "0"}, False, None, False),
        (XTERM | {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, True, None, False),
        (XTERM | {"CLICOLOR": "0"}, True, None, False),
        ({"TERM": "vt100"}, True, None, False),
        ({"TERM": "dumb"}, True, None, False),
        ({}, True, None, False),
    ],
)
def test_who_wants_colour(environ: dict[str, str], terminal: bool, when: str | None, wanted: bool) -> None:
    assert wants_colour(environ, terminal=terminal, when=when) is wanted


def test_colour_changes_nothing_but_colour() -> None:
    findings = [samples.finding("audited"), samples.finding("unaudited")]
    lines = finding_lines(findings, samples.facts(), 80, UNICODE)
    texts = [painted(line) for line in lines]
    assert [re.sub(r"\x1b\[\d*m", "", text) for text in texts] == [plain(line) for line in lines]
    assert any("\x1b[31m" in text for text in texts)
    assert any("\x1b[32m" in text for text in texts)
    for text in texts:
        codes = re.findall(r"\x1b\[(\d*)m", text)
        assert codes[1::2] == ["0"] * (len(codes) // 2)  # each is switched off again on its line
        assert len(codes) % 2 == 0


def test_a_phrase_is_painted_once_and_not_word_by_word() -> None:
    page = Page(80)
    page.say(("no rule records it", "bad"))
    assert painted(page.lines[0]) == "\x1b[31mno rule records it\x1b[0m"
