"""Sentences on several findings told as one."""

from __future__ import annotations

import pytest

from tui.base.notice import Notice, first_sentence
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.verdict.question import Question
from tui.verdict.together import told_together
from tui.verdict.words import ways_out


def _question(*controls: str) -> Question:
    return Question(load_catalogue().find(controls, "1.2.0"), "1.2.0")


def _planned(scenario: str, *controls: str) -> Plan:
    return make_plan(_question(*controls), load_scenario(scenario).host, Switches())


TWO = ("1.2.3", "1.2.11")
TWO_PATHS = ("/usr/bin/dockerd", "/usr/bin/containerd")


def test_a_boot_that_loads_another_file_has_every_object_once_and_every_line_for_it() -> None:
    plan = _planned("boot-elsewhere", *TWO)
    (reason,) = [warning for warning in plan.warnings if warning.kind == "boot-loads-as-it-is"]
    assert reason.text.count("The next boot does not record") == 1
    for path in TWO_PATHS:
        assert first_sentence(reason.text).count(path) == 1
        assert len([line for line in reason.remedy.split("\n") if line.startswith("    ") and f"{path} " in line]) == 1
    assert reason.remedy.count("systemctl edit") == 1
    (said,) = [sentence for sentence in plan.consequences if "next boot" in sentence]
    assert all(path in said for path in TWO_PATHS)


@pytest.mark.parametrize(("scenario", "kind"), [("never-task", "blind-on-disk"), ("full-partition", "would-stay-blind")])
def test_one_line_in_the_way_of_two_controls_names_both(scenario: str, kind: str) -> None:
    plan = _planned(scenario, *TWO)
    told = [notice for notice in (*plan.blockers, *plan.warnings) if notice.kind == kind]
    assert len(told) == 1
    for path in TWO_PATHS:
        assert first_sentence(told[0].text).count(path) == 1


def test_of_many_the_first_sentence_has_the_number_and_the_last_the_names() -> None:
    question = Question(load_catalogue().numbered("1.2.0"), "1.2.0")
    findings = [each for each in question.findings(load_scenario("boot-elsewhere").host) if each.result == "fail"]
    (told,) = told_together((each, Notice("unaudited", f"Nothing records {each.path}. It is so.")) for each in findings)
    assert told.text.startswith(f"Nothing records {len(findings)} objects. It is so. The {len(findings)} are /")
    assert all(told.text.count(f"{each.path}{end}") == 1 for each in findings[:2] for end in (",",))


def test_what_differs_in_more_than_the_object_stays_apart_and_a_longer_path_is_no_object() -> None:
    findings = _question(*TWO).findings(load_scenario("fresh").host)
    texts = [f"{finding.path}-shim is there, {finding.path} is {position}." for position, finding in enumerate(findings)]
    told = told_together((finding, Notice("unaudited", text)) for finding, text in zip(findings, texts))
    assert [each.text for each in told] == texts


def test_a_way_out_that_is_each_controls_is_told_once() -> None:
    findings = _question(*TWO).findings(load_scenario("boot-elsewhere").host)
    ways = ways_out(findings)
    assert len(set(ways)) == len(ways)


def test_an_object_that_is_elsewhere_than_the_control_names_it_is_told_with_the_others() -> None:
    """runc is at /usr/bin/runc on Debian, and it is that path which a line and a reason name."""
    findings = _question("1.2.3", "1.2.12").findings(load_scenario("boot-elsewhere").host)
    said = [
        (finding, Notice("unaudited", f"The next boot does not record {path}.", f"Write, too:\n  -w {path} -k docker"))
        for finding, path in zip(findings, ("/usr/bin/dockerd", "/usr/bin/runc"))
    ]
    (told,) = told_together(said)
    assert told.text == "The next boot does not record /usr/bin/dockerd and /usr/bin/runc."
    assert told.remedy.split("\n")[1:] == ["  -w /usr/bin/dockerd -k docker", "  -w /usr/bin/runc -k docker"]
    assert told.remedy_in_line == "Write, too: `-w /usr/bin/dockerd -k docker`, `-w /usr/bin/runc -k docker`"
