"""Predictions: over every scenario and control the right answer is one of those offered, and what a host really does agrees with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.rule.text import listings
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.session import Session
from tui.training.asking import Asking
from tui.training.lesson import LessonWalk
from tui.training.questions import Prediction, of_host, of_plan, of_result
from tui.training.score import HINTS, Score
from tui.verdict.question import Question
from tui.views.page import plain
from tui.views.pages.predict import predict_lines
from tui.views.signs import UNICODE

FAMILY = Question(load_catalogue().numbered("1.2.0"), "1.2.0")


def walk_of(name: str, *slugs: str) -> Session:
    question = Question(load_catalogue().find(list(slugs), "1.2.0"), "1.2.0") if slugs else FAMILY
    walk = Session(question, SimulatedHost(load_scenario(name)))
    walk.read()
    return walk


def check(predictions: tuple[Prediction, ...]) -> None:
    assert len({prediction.kind for prediction in predictions}) == len(predictions)
    for prediction in predictions:
        assert prediction.text.endswith("?") or "?" in prediction.text
        assert prediction.takes(prediction.right)
        assert prediction.is_right(prediction.right)
        assert prediction.told
        assert all(prediction.hints)
        if prediction.choices:
            numbers = range(1, len(prediction.choices) + 1)
            assert [number for number in numbers if prediction.is_right(str(number))] == [int(prediction.right)]
            assert prediction.choices[int(prediction.right) - 1] == prediction.told
        for odd in ("", "?", "99999x", "-1", "yes"):
            assert not prediction.takes(odd)


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_the_right_answer_is_what_the_host_does(name: str) -> None:
    """The grep is done on the listing, each access is made on the simulated host, the load is carried out, the report is read."""
    walk = walk_of(name)
    assert walk.facts is not None
    assert walk.plan is not None
    for finding in walk.findings:
        predictions = of_host(finding, walk.facts)
        check(predictions)
        asked = {prediction.kind: prediction for prediction in predictions}
        if finding.coverage is None:
            assert set(asked) == {"applies"}
            continue
        listed = any(finding.path in line for line in listings(walk.facts.kernel_rules))
        assert asked["grep"].is_right("1") == listed
        where = finding.places[0].path if finding.places else finding.path
        if finding.state in ("audited", "unaudited", "shadowed") and len(finding.places) < 2:
            for access in finding.coverage:
                if access not in asked["records"].either:
                    recorded = walk.host.probe(where, access).recorded
                    assert (access in asked["records"].right) == recorded, (finding.path, access)


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_plan_and_result_are_asked_about_as_they_are(name: str) -> None:
    walk = walk_of(name, "containerd")
    assert walk.facts is not None
    assert walk.plan is not None
    predictions = of_plan(walk.plan, walk.facts)
    check(predictions)
    asked = {prediction.kind: prediction for prediction in predictions}
    if walk.plan.is_empty and not walk.plan.blockers:
        assert set(asked) == {"needed"}
        return
    assert asked["blocked"].is_right("2") == bool(walk.plan.blockers)
    if walk.plan.is_empty and not walk.plan.blockers:
        assert set(asked) == {"blocked"}, "of a load that does not come nothing is asked"
    else:
        assert asked["cost"].is_right("1") == bool(walk.plan.blockers or not walk.plan.commands or not walk.plan.load_deletes)
        assert "restart" not in asked["cost"].hints[1]
        assert "rules that are loaded now" in asked["cost"].text, "there may be none"
        assert not asked["cost"].reasons
    report = walk.carry_out(lambda _event: None, lambda: False)
    predictions = of_result(report, walk.plan)
    check(predictions)
    asked = {prediction.kind: prediction for prediction in predictions}
    left = walk.host.read(FAMILY.interest).rules_dir != walk.facts.rules_dir
    if not report.run:
        assert not asked, "of what was not run nothing is asked"
        return
    assert asked["written"].is_right("1") == left
    assert asked["written"].told.startswith(DOCKER_RULES) == left
    assert asked["undone"].is_right("1") == left


@pytest.mark.parametrize("name", ["absent", "compliant"])
def test_nothing_is_asked_about_a_change_that_there_is_none_of(name: str) -> None:
    session = walk_of(name, "containerd")
    assert session.plan is not None
    assert session.facts is not None
    (asked,) = of_plan(session.plan, session.facts)
    assert (asked.kind, asked.told) == ("needed", "nothing: no file and no rule")
    assert of_result(session.nothing_to_do(), session.plan) == ()


def test_what_a_load_brings_beside_our_own_is_counted() -> None:
    walk = walk_of("fresh", "containerd")
    host = walk.host
    assert isinstance(host, SimulatedHost)
    host.machine.put_file("/etc/audit/rules.d/50-more.rules", b"-w /etc/hosts -p wa -k a\n-w /etc/group -p wa -k b\n", 0o640, 0, 0)
    plan = walk.read()
    assert walk.facts is not None
    (brought,) = (one for one in of_plan(plan, walk.facts) if one.kind == "brought")
    before = len(walk.facts.kernel_rules)
    walk.carry_out(lambda _event: None, lambda: False)
    after = len(host.read(FAMILY.interest).kernel_rules)
    assert brought.is_right(str(after - before - 1))


def test_after_the_third_hint_nothing_is_called_right_and_no_more_hints_are_offered() -> None:
    asking = Asking((LETTERS,), Score())
    for line in ("h", "h", "h", "?"):
        asking.take(line)
    text = " ".join(plain(row) for row in predict_lines(asking, 80, UNICODE))
    assert "Answer with the letters" in text
    assert "or h for a hint" not in text
    asking.take("wa")
    text = " ".join(" ".join(plain(row) for row in predict_lines(asking, 80, UNICODE)).split())
    assert "Right:" not in text
    assert "The third hint was the answer, so it does not count as right." in text


def test_nothing_at_all_takes_the_answer_that_the_third_hint_gave_and_no_other() -> None:
    asking = Asking((LETTERS,), Score())
    assert asking.take("") == "odd"
    for _ in range(HINTS):
        asking.take("h")
    assert asking.take("") == "right"
    assert asking.answered


def test_who_goes_back_finds_his_hints_and_his_answers() -> None:
    lesson = LessonWalk(predict=True)
    lesson.begin("fresh")
    asking = lesson.asking("host", (LETTERS, GREP))
    for line in ("h", "h", "h", "wa"):
        asking.take(line)
    again = lesson.asking("host", (LETTERS, GREP))
    assert (again.depth, again.answered, lesson.score.asked, lesson.score.right) == (3, True, 1, 0)
    assert lesson.asking("host", (GREP,)).depth == 0, "other questions are asked from the first"
    lesson.begin("fresh")
    assert lesson.asking("host", (LETTERS, GREP)).depth == 0


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_no_hint_before_the_third_is_the_answer_or_its_reason(name: str) -> None:
    walk = walk_of(name, "containerd")
    assert walk.facts is not None
    assert walk.plan is not None
    report = walk.carry_out(lambda _event: None, lambda: False)
    predictions = (*of_host(walk.findings[0], walk.facts), *of_plan(walk.plan, walk.facts), *of_result(report, walk.plan))
    effects = {rule.effect for finding in walk.findings for rule in finding.rules}
    for prediction in predictions:
        where, what, answer = prediction.hints
        assert f"It is {prediction.right}: {prediction.told}" in answer or f"It is {prediction.told}" in answer
        assert prediction.because in answer
        own = () if prediction.kind == "written" else (prediction.because,)  # what a load makes of rules.d is a fact and a reason
        told = prediction.told if " " in prediction.told else f" {prediction.told}."
        for said in filter(None, (told, *own, *effects, "stands in the way", "reaches it", "with the letters")):
            assert said not in f"{where} {what}", (prediction.kind, said)


@pytest.mark.parametrize("name", ["never", "shim", "fresh"])
def test_the_why_of_the_grep_does_not_tell_what_the_kernel_records(name: str) -> None:
    walk = walk_of(name, "containerd")
    assert walk.facts is not None
    grep, *_ = of_host(walk.findings[0], walk.facts)
    assert grep.kind == "grep"
    assert grep.reasons == ()
    assert not any(word in hint for hint in grep.hints for word in ("never", "record"))
    asking = Asking((grep,), Score())
    asking.take("2" if grep.right == "1" else "1")
    assert grep.because in " ".join(" ".join(plain(row) for row in predict_lines(asking, 80, UNICODE)).split())


LETTERS = Prediction("records", "What?", (), "wa", "w, a", ("one", "two", "three"), either="x")
GREP = Prediction("grep", "What?", ("pass", "fail"), "1", "pass", ("one", "two", "three"))


@given(st.sets(st.sampled_from("rwxa")))
def test_letters_are_right_whatever_their_order_and_with_those_that_count_either_way(letters: set[str]) -> None:
    answer = "".join(letters) or "-"
    assert LETTERS.takes(answer)
    assert LETTERS.is_right(answer) == (letters - {"x"} == {"w", "a"})


@given(st.lists(st.sampled_from(("h", "wa", "r", "?", "")), max_size=30))
def test_whatever_is_typed_the_score_adds_up(lines: list[str]) -> None:
    score = Score()
    asking = Asking((LETTERS, LETTERS, LETTERS), score)
    answers = 0
    for line in lines:
        if asking.prediction is None:
            break
        assert 0 <= asking.depth <= HINTS
        text = " ".join(plain(row) for row in predict_lines(asking, 80, UNICODE))
        assert f"Question {asking.number} of 3" in text
        assert all(hint in text for hint in asking.hints)
        if asking.answered:
            asking.go_on()
            continue
        hints, right = asking.depth, score.right
        if asking.take(line) in ("right", "wrong"):
            answers += 1
            assert score.right - right == (asking.reply == "right" and hints < HINTS)
    assert (score.asked, score.right <= score.asked) == (answers, True)


SAID_BY_A_SCANNER, SAID_OF_A_BOOT = {"benchmark-passes", "benchmark-misses"}, {"boot-", "load-stops"}


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_the_why_of_an_answer_is_about_what_was_asked(name: str) -> None:
    walk = walk_of(name)
    assert walk.facts is not None
    for finding in walk.findings:
        why = {each.kind: [reason.kind for reason in each.reasons] for each in of_host(finding, walk.facts)}
        assert SAID_BY_A_SCANNER.isdisjoint((*why.get("records", []), *why.get("after-boot", [])))
        assert not [kind for kind in why.get("records", []) if kind.startswith(tuple(SAID_OF_A_BOOT))]
        of_boot = [kind.startswith(tuple(SAID_OF_A_BOOT)) for kind in why.get("after-boot", [])]
        assert of_boot == sorted(of_boot, reverse=True)


def test_what_is_asked_of_a_run_that_left_nothing_leads_to_that() -> None:
    walk = walk_of("no-return", "containerd")
    report = walk.carry_out(lambda _event: None, lambda: False)
    assert walk.plan is not None
    asked = {prediction.kind: prediction for prediction in of_result(report, walk.plan)}
    assert {kind: each.told.partition(":")[0] for kind, each in asked.items()} == {"written": "nowhere", "undone": "none"}
    assert all("rolled back" in each.hints[1] for each in asked.values())
