"""What the pages say of a plan that is blocked and of the way out: whose it is to do, what to copy, and each thing once."""

from __future__ import annotations

import pytest

from tests.tools.show_screen import demo_session
from tui.base.notice import Notice
from tui.plan.values import Plan
from tui.plan.warning_words import Flood
from tui.run.rehearsal.report import Counted, Narrower, Rehearsal
from tui.session import Session
from tui.views.page import plain
from tui.views.pages.booted import booted_lines
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.finding import host_lines
from tui.views.pages.log_storage import log_lines
from tui.views.pages.plan import blocker_lines, overview_lines, plan_headline, preview_lines
from tui.views.pages.rehearsal import narrower_rules, rehearsal_lines
from tui.views.signs import UNICODE
from tui.views.why import way_out_commands


def said(lines: object) -> str:
    return " ".join(" ".join(map(plain, lines)).split())  # type: ignore[arg-type]


def read(scenario: str, *, overview: bool = False) -> tuple[Session, Plan]:
    session = demo_session(scenario, overview=overview)
    return session, session.read()


@pytest.mark.parametrize(
    ("scenario", "past"),
    [("never", ""), ("lock-waiting", ", or with --no-load or --lock"), ("audit-4", ", or with --no-restart")],
)
def test_a_blocked_plan_names_the_switches_that_lead_past_it(scenario: str, past: str) -> None:
    session, plan = read(scenario)
    assert plan_headline(plan) == f"Blocked: nothing will be changed until this is solved{past}."
    assert not [reason for finding in session.findings for reason in finding.reasons if "asks first" in reason.remedy]


@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_each_page_about_what_would_be_done_says_that_the_plan_is_blocked(at: int) -> None:
    session, plan = read("never-task")
    assert "Blocked: nothing of this is done" in said(preview_lines(at, plan, 80, UNICODE, session.facts))


def test_a_brief_blocker_ends_with_its_command() -> None:
    _, plan = read("never-task")
    brief, full = (said(blocker_lines(plan.blockers[0], 80, UNICODE, brief=brief)) for brief in (True, False))
    command = "sed -i '5{/task/s/^/#/}' /etc/audit/rules.d/audit.rules"
    assert brief.endswith(f"{command} Enter tells what comes after that.")
    assert f"{command} Then plan again here" in full
    assert way_out_commands(plan.blockers) == f"{command}\n"


def test_no_command_is_copied_without_the_lines_that_belong_to_it() -> None:
    notice = Notice("conf-value", "It is wrong.", "In /etc/audit/auditd.conf:\n  num_logs = 5\nthen: service auditd restart")
    assert way_out_commands([notice]) == ""
    assert way_out_commands([Notice("conf-value", "It is wrong.", "Mend it.")]) == ""


def test_the_line_for_the_file_that_the_boot_loads_is_told() -> None:
    _, plan = read("boot-elsewhere")
    (blocker,) = plan.blockers
    assert blocker.remedy.startswith("Write into /etc/audit/site.rules, too:\n    -w /usr/bin/containerd ")
    assert "The rules are right, loaded and on disk: nothing is left to write" in said(overview_lines(plan, 80, UNICODE))


def test_one_cause_has_one_way_out_for_every_control() -> None:
    session, _ = read("never-task", overview=True)
    ways = {reason.remedy for finding in session.findings for reason in finding.reasons if "never,task" in reason.text}
    ways |= {finding.reasons[0].remedy for finding in session.findings if finding.fails}
    assert len(ways) == 1


def test_a_remedy_is_told_once_and_what_is_never_loaded_by_its_lines() -> None:
    session, plan = read("broken-neighbour")
    assert session.finding is not None
    assert session.facts is not None
    extras = session.extras()[session.finding.path]
    text = said(host_lines(session.finding, session.facts, 80, UNICODE, plan, extras))
    assert text.count("Put the comment at the end of") == 1
    assert "Never loaded 2 rules and 1 other line on disk, from where the load stops: -w /etc/passwd" in text
    assert "-w /etc/docker -p wa -k docker-config" in text


def test_the_load_before_the_lock_is_among_the_commands() -> None:
    session, _ = read("lock-waiting")
    text = said(confirm_lines(session.switch("lock"), 80, UNICODE))
    assert "compiles rules.d; then each rule is loaded by itself, without the lock, and proved" in text


def test_a_boot_without_auditd_tells_why_and_what_a_run_would_do() -> None:
    session, _ = read("auditd-off")
    text = said(booted_lines(session.boot_anew(), 80, UNICODE))
    assert "The next boot starts no auditd: no target it reaches wants auditd.service." in text
    assert "Plan No file changes. One reload, one start of auditd." in text
    assert session.plan is not None
    assert plan_headline(session.plan) == "No file changes. One reload, one start of auditd."


def test_the_log_page_tells_each_thing_once() -> None:
    session, _ = read("halt")
    assert said(log_lines(session.facts, 80, UNICODE)).count("KEEP_LOGS") == 1


def test_no_rehearsal_is_advised_where_nothing_could_be_counted() -> None:
    session, plan = read("full-partition", overview=True)
    assert not [notice for notice in plan.warnings if "rehears" in notice.remedy]
    flood = next(finding for finding in session.findings if finding.offers)
    assert "rehearse --control" in Flood(flood).advice
    assert not Flood(flood, countable=False).advice


def test_a_narrower_rule_has_a_key_that_copies_its_lines() -> None:
    offers = tuple(
        Narrower("writes", "It records less.", lines, 1, 10, 1.0, 10.0) for lines in (("-w /a -p wa",), ("-w /b -p wa",))
    )
    counted = Counted("etc-docker", "1.2.5", "/a", "counted", 10, 100, 1e9, 1e9, narrower=offers)
    rehearsal = Rehearsal("nothing-to-do", "rehearsed", "", controls=(counted,))
    assert narrower_rules(rehearsal) == [("-w /a -p wa",), ("-w /b -p wa",)]
    text = "\n".join(rehearsal_lines(rehearsal, ("1", "2")))
    assert "key 1 copies what to write" in text
    assert "key 2 copies what to write" in text
    assert "key" not in "\n".join(rehearsal_lines(rehearsal))
