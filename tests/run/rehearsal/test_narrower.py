"""What is offered in place of a flood: its figures are those that a rehearsal of the offered rules has, and check says what is promised."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.build import loaded, with_docker_rules
from tests.run.rehearsal.rehearsing import Asking, finding
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.run.rehearsal.narrower import narrower_tally
from tui.run.rehearsal.rehearsal import rehearse
from tui.run.rehearsal.report import FLOOD, Counted, Rehearsal
from tui.verdict.question import Question
from tui.verdict.values import State
from tui.verdict.words import STATE_WORDS
from tui.views.page import TEXT_WIDTH, plain
from tui.views.pages.rehearsal import rehearsal_lines, rehearsal_page
from tui.views.signs import UNICODE

DOCKER = Question(load_catalogue().find(["var-lib-docker"], "1.2.0"), "1.2.0")


def rehearsed(question: object, seconds: float = 120.0) -> Rehearsal:
    told = rehearse(question, SimulatedHost(load_scenario("fresh")), seconds=seconds, emit=lambda _event: None)
    assert told.outcome == "proved", told.message
    return told


@pytest.mark.slow
def test_the_figures_are_those_that_the_offered_rules_would_have() -> None:
    (counted,) = rehearsed(DOCKER).controls
    assert counted.is_flood
    assert [narrower.kind for narrower in counted.narrower] == ["exclusions", "writes"]
    for narrower in counted.narrower:
        told = rehearsed(Asking((finding("/var/lib/docker", wanted=narrower.lines),)))
        assert 0 < narrower.events < counted.events
        # The watch is there a moment longer than it is counted, by our own probe's time.
        assert abs(told.controls[0].events - narrower.events) <= 3
        assert narrower.bytes_per_day < counted.bytes_per_day
        assert narrower.bytes / narrower.events == pytest.approx(counted.bytes / counted.events, rel=0.1)


@pytest.mark.parametrize(("kind", "state"), [("exclusions", "shadowed"), ("writes", "partial")])
def test_check_then_says_what_is_promised(kind: str, state: State) -> None:
    (counted,) = rehearsed(DOCKER, 60.0).controls
    (narrower,) = (one for one in counted.narrower if one.kind == kind)
    assert STATE_WORDS[state] in narrower.text
    facts = load_scenario("fresh").host
    facts = with_docker_rules(loaded(facts, *narrower.lines), "\n".join((*narrower.lines, "")).encode())
    assert DOCKER.findings(facts)[0].state == state


def test_a_flood_is_said_with_both_figures_and_the_lines_to_copy() -> None:
    told = rehearsed(DOCKER)
    text = "\n".join(rehearsal_lines(told))
    assert "With writes and attribute changes alone (-p wa)" in text
    assert "-w /var/lib/docker -p wa -k docker" in text
    assert "-a never,exit -F dir=/var/lib/docker/overlay2" in text
    assert "check would call the control partly audited" in text
    quiet = replace(told, controls=(replace(told.controls[0], events_per_day=FLOOD - 1.0),))
    assert "of them would have been" not in "\n".join(rehearsal_lines(quiet))


def test_on_a_page_the_rest_of_each_line_stands_below_it() -> None:
    told = rehearsed(DOCKER)
    page = [plain(line) for line in rehearsal_page(told, 79, UNICODE, indent=2)]
    at = next(number for number, line in enumerate(page) if line.strip().startswith("With "))
    less, figures = page[at + 1 : at + 3]
    assert (less[:8].strip(), less.strip().endswith("less:")) == ("", True), (
        "a page that is wrapped line by line begins it at its edge"
    )
    assert figures.endswith("a day.")


def test_on_a_wide_screen_its_sentences_stand_in_a_readable_column_and_its_rules_whole() -> None:
    told = rehearsed(DOCKER)
    page = [plain(line) for line in rehearsal_page(told, 159, UNICODE, indent=2)]
    sentences = [line for line in page if not line.lstrip().startswith("-")]
    assert max(map(len, sentences)) <= 2 + TEXT_WIDTH
    rules = [line.strip() for line in page if line.lstrip().startswith("-")]
    assert rules == [rule for each in told.controls for narrower in each.narrower for rule in narrower.lines]


def test_what_has_no_quieter_rule_offers_none() -> None:
    (counted,) = rehearsed(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), 60.0).controls
    assert isinstance(counted, Counted)
    assert counted.narrower == ()


def _log() -> list[bytes]:
    host = SimulatedHost(load_scenario("compliant"))
    mark = host.log_mark()
    host.sleep(10)
    return host.log_since(mark).data.splitlines(keepends=True)


LOG = _log()


@settings(max_examples=25)
@given(st.lists(st.integers(0, len(LOG)), max_size=8))
def test_the_pieces_make_no_difference(cuts: list[int]) -> None:
    facts = load_scenario("compliant").host
    (audited,) = DOCKER.findings(facts)

    def counted(*at: int) -> list[tuple[int, int]]:
        tally = narrower_tally([(audited, "docker")], facts)
        ends = sorted((0, *at, len(LOG)))
        for position, end in enumerate(ends[1:]):
            tally.feed(b"".join(LOG[ends[position] : end]))
        tally.finish()
        return [(one.events, one.bytes) for one in tally.of("docker", 10.0)]

    # The records of one event lie together here; a piece holds some of its lines, the next one the rest.
    far_enough = [cut for cut in cuts if all(abs(cut - other) >= 4 or cut == other for other in cuts)]
    assert counted(*far_enough) == counted()
    assert counted()[0][0] > 0


def test_a_control_that_leaves_folders_out_can_be_rehearsed() -> None:
    """The line that leaves a folder out stands first; our own access must go to what is recorded."""
    told = rehearsed(Question(load_catalogue().find(["var-lib-docker"], "1.7.0"), "1.7.0"))
    assert told.controls[0].events > 0
