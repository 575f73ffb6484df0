"""One table of words for a finding's state and one for the end of a run: every view calls them so, and by no other name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

import pytest

from tests.wizard import samples
from tui.base.notice import Notice
from tui.plan.warning_words import would_stay_blind
from tui.run.evidence.markdown import _verdict
from tui.run.values import Outcome
from tui.run.words import HEADLINES
from tui.session import Booted
from tui.verdict.values import Finding, State
from tui.verdict.words import STATE_WORDS, in_state, told_state
from tui.views.json import finding_view
from tui.views.page import plain
from tui.views.pages.booted import booted_lines
from tui.views.pages.finding import finding_lines, summary_parts
from tui.views.pages.overview import row_parts
from tui.views.signs import UNICODE
from tui.views.words import headline

ROOT = Path(__file__).parents[2]
STATES = cast(tuple[State, ...], get_args(State))
OTHER_NAMES = re.compile(
    r"waits for (a|the) (re)?boot|awaits|\bshadowed\b|\bunaudited\b|audited (only )?in part"
    r"|pending-reboot|not-(persistent|loaded|proved)|not after a (re)?boot",
    re.IGNORECASE,
)
"""The names that JSON alone uses, and those that some views had before there was one table."""


def views(finding: Finding) -> Iterator[str]:
    """*finding* in each view that names its state."""
    facts = samples.facts()
    yield headline(finding)
    yield summary_parts([finding])
    yield "\n".join(map(plain, finding_lines([finding, samples.finding("audited", "other", "1.2.12")], facts, 200, UNICODE)))
    yield row_parts(finding, UNICODE)[-1][0][0]
    yield "\n".join(map(plain, booted_lines(Booted(facts, facts, (finding,), (finding,), samples.plan((finding,))), 200, UNICODE)))
    yield _verdict(finding_view(finding))


@pytest.mark.parametrize("state", STATES)
def test_every_view_calls_a_state_by_the_words_of_the_table(state: State) -> None:
    finding = samples.finding(state)
    assert in_state(finding) == told_state(state) == STATE_WORDS[state]
    for text in views(finding):
        assert STATE_WORDS[state] in text.replace("a never rule", "never")


@pytest.mark.parametrize("state", ["blind", "shadowed"])
def test_what_is_recorded_in_part_is_called_so_whatever_takes_the_rest(state: State) -> None:
    some = replace(samples.finding(state), coverage={"r": "unaudited", "w": "audited", "x": "unaudited", "a": "unaudited"})
    for text in views(some):
        assert "partly audited" in text
        assert STATE_WORDS[state] not in text


def test_no_sentence_names_a_state_or_an_outcome_otherwise() -> None:
    found = []
    for path in sorted((ROOT / "tui").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value and id(node) not in docstrings:
                found += [f"{path.name}:{node.lineno}: {node.value}"] if OTHER_NAMES.search(node.value) else []
    assert found == []


def test_every_outcome_has_its_headline_and_no_two_are_alike() -> None:
    assert set(cast(tuple[Outcome, ...], get_args(Outcome))) <= set(HEADLINES)
    assert len(set(HEADLINES.values())) == len(HEADLINES)
    assert not [text for text in HEADLINES.values() if OTHER_NAMES.search(text)]
    for kind in ("pending-reboot", "undone-on-disk", "rolled-back-on-disk"):
        assert STATE_WORDS["pending-reboot"] in HEADLINES[kind]
    assert STATE_WORDS["not-persistent"] in HEADLINES["not-persistent"]


def test_headlines_come_from_the_table_alone() -> None:
    said = [text for text in HEADLINES.values() if len(text.split()) > 1]
    for path in sorted((ROOT / "tui/run").rglob("*.py")):
        text = path.read_text("utf-8")
        if path.name != "words.py":
            assert [each for each in said if f'"{each}"' in text] == [], path


def test_a_plan_foretells_the_end_of_its_run_in_the_words_of_that_end() -> None:
    told = would_stay_blind(Notice("would-stay-blind", "It would not be audited. Nothing reaches the log.", ""))
    assert f"the run ends as “{HEADLINES['done-not-audited']}”." in told.text
