"""Help, glossary and explanations: complete for what the screens say."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from tests.wizard import samples
from tui.base.notice import Notice
from tui.plan.values import BlockerKind, WarningKind
from tui.run.values import UndoBlockerKind
from tui.verdict.values import ReasonKind, State
from tui.views.explanations import EXPLANATIONS
from tui.views.glossary import GLOSSARY, glossary_lines
from tui.views.help import HELP, help_lines
from tui.views.page import cells, plain
from tui.views.pages.overview import row_parts
from tui.views.signs import ASCII, UNICODE, Signs
from tui.views.why import why_lines

HOUSE_WORDS = [
    "control",
    "benchmark",
    "audited path",
    "rule",
    "watch",
    "key",
    "permission",
    "loaded rules",
    "rules on disk",
    "compiled rules",
    "kernel-only rules",
    "host facts",
    "finding",
    "result",
    "state",
    "coverage",
    "plan",
    "change",
    "command",
    "warning",
    "blocker",
    "run",
    "step",
    "journal",
    "undo",
    "evidence",
    "scenario",
    "fault",
    "probe",
    "rehearsal",
]


@pytest.mark.parametrize("word", HOUSE_WORDS)
def test_every_word_of_the_house_is_in_the_glossary(word: str) -> None:
    assert word in GLOSSARY


def test_the_glossary_explains_in_sentences_and_in_order() -> None:
    assert all((text.endswith(".") and text[0].isupper()) or text.startswith("/") for text in GLOSSARY.values())
    heads = [plain(line).strip() for line in glossary_lines(80, UNICODE) if line and line[-1].role == "key"]
    assert heads == sorted(GLOSSARY)


@pytest.mark.parametrize("topic", [*HELP, "nothing-like-it"])
@pytest.mark.parametrize("width", [40, 80])
def test_help_fits_and_names_its_keys(topic: str, width: int) -> None:
    lines = [plain(line) for line in help_lines(topic, width, UNICODE)]
    assert all(cells(line) <= width for line in lines)
    for key, _ in HELP.get(topic, ("", "", ()))[2]:
        assert any(key in line for line in lines)


def test_on_a_wide_screen_the_words_stand_beside_the_keys() -> None:
    lines = [plain(line) for line in help_lines("host", 159, UNICODE)]
    assert all(cells(line) <= 159 for line in lines)
    beside = next(line for line in lines if "What you see" in line)
    assert beside.split() == ["What", "you", "see", "Words"]
    narrow = " ".join(plain(line) for line in help_lines("host", 80, UNICODE)).split()
    assert sorted(" ".join(lines).split()) == sorted(narrow), "nothing is said less, or twice"


def test_explanations_are_sentences() -> None:
    for id, text in EXPLANATIONS.items():
        assert re.fullmatch(r"[a-z0-9-]+", id)
        assert text.endswith((".", ")")), id


def test_one_explanation_is_said_once() -> None:
    text = "\n".join(plain(line) for line in why_lines([Notice("never", text) for text in ("One.", "Two.", "One.")], 80, UNICODE))
    assert text.count("The first rule that matches decides") == 1
    assert text.count("One.") == 1


def test_every_kind_of_notice_is_explained() -> None:
    """Together with the type of EXPLANATIONS, which knows no other kinds: complete, and nothing left over."""
    kinds = {kind for room in (ReasonKind, WarningKind, BlockerKind, UndoBlockerKind) for kind in get_args(room)}
    assert len(kinds) > 150
    assert sorted(kinds ^ EXPLANATIONS.keys()) == []


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_every_sign_of_the_overview_is_explained_in_its_help(signs: Signs) -> None:
    page = "\n".join(plain(line) for line in help_lines("overview", 80, signs)).partition("Signs")[2].partition("  Words")[0]
    shown = {
        part
        for state in get_args(State)
        for cell in row_parts(samples.finding(state), signs)
        for text, _ in cell
        for part in text[:1]
    }
    shown |= {signs.partly, signs.good, signs.bad}
    legend = {sign for line in page.splitlines() if line.startswith("    ") for sign in line[4:16].split()}
    assert {sign for sign in shown if not sign.isalnum() or sign in (signs.good, signs.bad)} - {" "} <= legend
