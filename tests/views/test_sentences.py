"""Every sentence that is said of a host: the first one stands alone and is short, over all scenarios and the hosts of the builders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest

from tests.spoken.hosts import built_hosts
from tests.tools.sentences import (
    MOST_WORDS,
    SWITCHES,
    Said,
    looked_at,
    page,
    said_by_runs,
    said_of,
    said_of_the_rest,
    shape,
    words,
)
from tui.base.notice import first_sentence, parted_remedy
from tui.host.scenario import load_scenarios
from tui.plan.values import BlockerKind, WarningKind
from tui.run.values import UndoBlockerKind
from tui.verdict.values import ReasonKind

pytestmark = pytest.mark.slow

OPENS_WITHOUT_ITS_NOUN = ("It ", "They ", "That ", "These ", "Those ", "There ")


@pytest.fixture(scope="module")
def said() -> tuple[Said, ...]:
    """The texts with the longest first sentence of each shape that is said of any of the hosts."""

    def everything() -> Iterator[Said]:
        for scenario in load_scenarios():
            yield from said_of(scenario.name, scenario.host, ("1.8.0",))
        for name, facts in built_hosts():
            yield from said_of(
                name,
                facts,
                ("1.2.0",),
                looked_at(facts)[:3],
                SWITCHES if "lock" in name or "agent" in name else SWITCHES[:1],
            )
        yield from said_of_the_rest()
        yield from said_by_runs()

    longest: dict[tuple[str, str], Said] = {}
    for each in everything():
        known = longest.setdefault((each.kind, shape(each.text)), each)
        if words(first_sentence(each.text)) > words(first_sentence(known.text)):
            longest[each.kind, shape(each.text)] = each
    return tuple(longest.values())


ROOMS = {"reason": ReasonKind, "warning": WarningKind, "blocker": BlockerKind, "undo blocker": UndoBlockerKind}


def test_every_kind_of_notice_is_said_of_some_host_and_none_that_has_no_name(said: tuple[Said, ...]) -> None:
    kinds = {f"{room}: {kind}" for room, names in ROOMS.items() for kind in get_args(names)}
    assert {each.kind for each in said if not each.kind.startswith("result")} == kinds


def test_the_first_sentence_has_at_most_twenty_words(said: tuple[Said, ...]) -> None:
    assert len(said) > 150
    assert [each for each in said if words(first_sentence(each.text)) > MOST_WORDS] == []


def test_no_sentence_begins_with_a_pronoun_or_says_us(said: tuple[Said, ...]) -> None:
    assert [each.text for each in said if each.text.startswith(OPENS_WITHOUT_ITS_NOUN) and "There is no " not in each.text] == []
    assert [each.text for each in said if re.search(r"\b(?:us|we)\b", f"{each.text} {each.remedy}")] == []


def test_what_is_spoken_of_is_named(said: tuple[Said, ...]) -> None:
    pointing = re.compile(
        r"names this path|A rule on that path|the path that filters|whether the object|[Gg]ive it the lines|not ours|Not gone by"
    )
    assert [each.text for each in said if pointing.search(f"{each.text} {each.remedy}")] == []
    unheld = [each.remedy for each in said if each.kind == "reason: benchmark-misses" and "/tmp/x" in each.text]
    assert unheld == ["Let it fail: no rules file can hold the line that it looks for."]


def test_a_state_of_the_kernel_is_told_in_words_and_not_by_its_number(said: tuple[Said, ...]) -> None:
    assert [each.text for each in said if re.search(r"enabled [0-9]", f"{each.text} {each.remedy}")] == []


def test_a_command_of_a_remedy_ends_its_line_so_that_it_can_be_copied(said: tuple[Said, ...]) -> None:
    lines = [parted_remedy(line) for each in said for line in each.remedy.split("\n") if not line.startswith("    ")]
    assert sum(bool(command) for _, command in lines) > 15
    assert [command for _, command in lines if re.search(r"[.,;:]$|[.,] |; (?:or|then|it|with) ", command)] == []
    assert [words for words, _ in lines if re.search(r"(?:^|: )(?!at )[a-z][a-z0-9.-]* (?:--?[a-z]|/)", words)] == []


def test_every_text_is_whole_sentences(said: tuple[Said, ...]) -> None:
    assert [each.text for each in said if not re.search(r"[.?!…”)]$|: \S.*$", each.text)] == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("“-w /x. -k y” stays. It does.", "“-w /x. -k y” stays."),
        ("rules.d is empty: nothing is loaded. So it is.", "rules.d is empty: nothing is loaded."),
        ("no full stop", "no full stop"),
    ],
)
def test_a_sentence_ends_at_its_full_stop_and_not_in_a_quotation(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_what_is_quoted_is_one_word_and_a_lone_sign_none() -> None:
    assert words("Take “-w /x -k y” away – now.") == 4


def test_the_page_has_each_shape_once() -> None:
    told = page([Said("k", "Line 1 of /a goes.", "Do it.", "one"), Said("k", "Line 22 of /b/c goes.", "", "two")])
    assert told.count("* (5)") == 1
    assert "2 times" in told
