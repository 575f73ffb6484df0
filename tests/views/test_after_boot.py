"""What Result, Undo and Host say once a simulated host was booted anew after its run, and what a verdict and its rows say together."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.tools.show_screen import demo_session
from tui.host.scenario import SCENARIO_NAMES
from tui.plan.warning_words import without_rules
from tui.session import Session
from tui.views.page import plain
from tui.views.pages.booted import booted_lines, foretold_text, since_boot_lines
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.finding import host_lines
from tui.views.pages.plan import preview_lines
from tui.views.pages.report import report_lines
from tui.views.pages.undo import undo_lines
from tui.views.signs import UNICODE
from tui.views.switches import again_text


def said(lines: object) -> str:
    return " ".join(" ".join(map(plain, lines)).split())  # type: ignore[arg-type]


def host_text(session: Session) -> str:
    plan = session.read()
    assert session.facts is not None
    assert session.finding is not None
    extras = session.extras()[session.finding.path]
    return said(host_lines(session.finding, session.facts, 100, UNICODE, plan, extras))


def audit_4_without_restart() -> Session:
    session = demo_session("audit-4")
    session.read()
    session.switch("no_restart")
    assert session.carry_out(lambda _event: None, lambda: False).headline == "audited now, not persistent"
    return session


def test_before_an_undo_is_what_was_true_then_and_not_before_the_boot() -> None:
    session = audit_4_without_restart()
    assert not [cost for cost in session.past.prepare_undo().costs if "auditd" in cost]
    session.boot_anew()
    prepared = session.past.prepare_undo()
    page = said(undo_lines(prepared, 100, UNICODE))
    assert "Afterwards no rule is loaded at all: the load deletes" in page
    assert "The load stops at /etc/audit/rules.d/zz-backup.rules:2" in page
    assert "auditd is not running: nothing is recorded now, nor after the undo." in page
    report = session.undo(prepared, lambda _event: None, lambda: False)
    assert "auditd is not running, and was not before the undo: nothing is recorded." in report.message
    result = said(report_lines(report, 100, UNICODE, session.facts_before, session.facts_after))
    assert "auditd not running not running" in result


def test_a_load_says_what_its_time_goes_by_before_a_run_and_before_its_undo() -> None:
    """It is the rules that are deleted: so the undo, which loads fewer, takes longer."""
    session = demo_session("foreign-rules")
    before = session.read()
    session.carry_out(lambda _event: None, lambda: False)
    for page, loaded in (
        (said(preview_lines(0, before, 100, UNICODE)), before.load_deletes),
        (said(undo_lines(session.past.prepare_undo(), 100, UNICODE)), len(before.expected)),
    ):
        assert re.search(
            rf"augenrules --load No rule is loaded for about \d+ ms: the {loaded} loaded now are deleted first\.", page
        ) or (f"ms: the {loaded} loaded now are deleted first." in page and "Then augenrules --load" in page)


def test_the_only_rule_that_a_load_deletes_first_is_named_as_several_are() -> None:
    assert without_rules(0.014, 1) == "No rule is loaded for about 14 ms: the one loaded now is deleted first."
    assert without_rules(0.042, 3) == "No rule is loaded for about 42 ms: the 3 loaded now are deleted first."


@pytest.mark.parametrize(
    ("scenario", "switch", "still"),
    [
        ("full-partition", "", "Still No rule helps while nothing reaches the log. /var/log/audit has 37 MiB free"),
        ("audit-4", "no_restart", "Still The next boot brings no auditd: auditd.service, which has Requires=audit-rules.service"),
    ],
)
def test_what_stays_wrong_stands_on_every_end_once(scenario: str, switch: str, still: str) -> None:
    session = demo_session(scenario)
    session.read()
    if switch:
        session.switch(switch)
    applied = session.carry_out(lambda _event: None, lambda: False)
    fault = still.partition(". ")[2] or still.removeprefix("Still ")
    ends = [said(report_lines(applied, 100, UNICODE, session.facts_before, session.facts_after))]
    undone = session.undo(session.past.prepare_undo(), lambda _event: None, lambda: False)
    assert undone.headline == "undone, and verified"
    ends.append(said(report_lines(undone, 100, UNICODE, session.facts_before, session.facts_after)))
    assert still not in ends[0]  # there the message says it
    assert still in ends[1]
    assert [end.count(fault) for end in ends] == [1, 1]


def test_a_note_in_brackets_ends_its_sentence_once() -> None:
    report = audit_4_without_restart().report
    assert report is not None
    told = [step.message for step in report.steps if "augenrules exited 1" in step.message]
    assert told
    assert not [message for message in told if ".)" in message]


def test_one_access_is_counted_as_one() -> None:
    session = demo_session("audit-4")
    session.read()
    session.boot_anew()
    session.switch("no_restart")
    report = session.carry_out(lambda _event: None, lambda: False)
    assert report.headline == "done, but NOT audited"
    assert "0 of 1 access is in the log." in [step.message for step in report.steps]


def test_a_load_that_stops_is_told_of_after_a_boot_as_on_host() -> None:
    session = demo_session("broken-neighbour")
    session.read()
    booted = session.boot_anew()
    stops = "The load of the rules on disk stops at /etc/audit/rules.d/30-app.rules:2"
    assert stops in said(booted_lines(booted, 100, UNICODE))
    assert stops in said(since_boot_lines(session.findings, 100, UNICODE))


def test_the_undo_of_an_immutable_host_compares_what_is_after_the_boot() -> None:
    session = demo_session("immutable")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    session.boot_anew()
    session.undo(session.past.prepare_undo(), lambda _event: None, lambda: False)
    assert session.facts_before is not None
    assert session.facts_after is not None
    assert session.facts_before.audit_status == session.facts_after.audit_status


def test_an_undo_on_a_locked_host_has_one_outcome_before_a_boot_and_another_after_it() -> None:
    """The run has only written: the kernel has its rule from the boot on alone."""
    session = demo_session("immutable")
    session.read()
    written = session.carry_out(lambda _event: None, lambda: False)
    result = said(report_lines(written, 100, UNICODE, session.facts_before, session.facts_after))
    assert "That takes it off the disk; the locked kernel has none of it." in result
    prepared = session.past.prepare_undo()
    page = said(undo_lines(prepared, 100, UNICODE))
    assert "Nothing is loaded: the kernel's rules are locked, and none of these is among them." in page
    assert "Afterwards: /usr/bin/containerd is NOT audited, nor after a reboot." in page
    report = session.undo(prepared, lambda _event: None, lambda: False)
    assert (report.outcome, report.headline, report.exit_code) == ("proved", "undone, and verified", 0)
    assert "The kernel's rules are locked, and none of them is of that run. NOT audited now: /usr/bin/containerd." in report.message

    session = demo_session("immutable")
    session.read()
    written = session.carry_out(lambda _event: None, lambda: False)
    session.boot_anew()
    since = said(report_lines(written, 100, UNICODE, session.facts_before, session.facts_after, now="after the run"))
    assert "That takes it off the disk; the locked kernel keeps it until a reboot." in since
    prepared = session.past.prepare_undo()
    page = said(undo_lines(prepared, 100, UNICODE))
    assert "Nothing is loaded: the kernel's rules are locked, and it keeps them, these too, until the next reboot." in page
    assert "Afterwards: /usr/bin/containerd is audited until the next reboot at most." in page
    report = session.undo(prepared, lambda _event: None, lambda: False)
    assert (report.outcome, report.headline) == ("pending-reboot", "undone on disk, pending reboot")


def test_the_undo_page_names_the_rule_that_is_put_back() -> None:
    session = demo_session("foreign-rules")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    page = said(undo_lines(session.past.prepare_undo(), 100, UNICODE))
    assert "One loaded rule that the load drops is put back after it: “" in page


@pytest.mark.parametrize(("name", "now"), [("immutable", "✓ /usr/bin/containerd is audited"), ("audit-4", "not recorded")])
def test_after_a_boot_the_result_begins_with_what_is_true_now(name: str, now: str) -> None:
    session = audit_4_without_restart() if name == "audit-4" else demo_session(name)
    if name == "immutable":
        session.read()
        session.carry_out(lambda _event: None, lambda: False)
    session.boot_anew()
    text = said(since_boot_lines(session.findings, 100, UNICODE))
    assert now in text[: text.index("What follows")]


def test_the_next_walk_begins_with_the_switches_of_the_first() -> None:
    session = demo_session("audit-4", overview=True)
    session.look()
    session.select(("containerd",))
    session.read()
    session.switch("no_restart")
    session.look()
    assert session.switches.no_restart, "no walk has ended"
    session.carry_out(lambda _event: None, lambda: False)
    session.look()
    assert not session.switches.no_restart


def test_a_rule_whose_events_are_lost_does_not_record() -> None:
    session = demo_session("never-task")
    plan = session.read()
    assert session.finding is not None
    for finding in (session.finding, *plan.findings):
        effects = [rule.effect for rule in finding.rules if rule.text.startswith("-w ")]
        assert effects
        assert all(effect.startswith("would record every access") and "never,task" in effect for effect in effects)


def test_lines_that_no_load_comes_to_are_not_in_sync() -> None:
    text = host_text(demo_session("broken-neighbour"))
    assert "In sync" not in text
    assert "Never loaded 2 rules and 1 other line on disk" in text
    assert "Never loaded" not in host_text(demo_session("fresh"))


def test_the_next_boot_that_starts_no_auditd_says_so() -> None:
    assert "; that load fails, and auditd does not start" in host_text(demo_session("audit-4"))
    assert "that load fails" not in host_text(demo_session("fresh"))


def test_reading_again_says_whether_the_plan_is_still_blocked() -> None:
    session = demo_session("broken-neighbour")
    blocked = session.read()
    assert again_text(blocked, session.read()) == "The host was read again: still blocked, nothing differs."
    assert again_text(blocked, demo_session("fresh").read()) == "The host was read again: nothing blocks the plan any more."
    assert again_text(blocked, demo_session("never").read()) == "The host was read again: still blocked, by something else."


def test_a_boot_says_that_no_rule_helps_while_the_log_is_dead() -> None:
    session = demo_session("full-partition")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    plan = session.read()
    assert [blocker.text.split(". /var")[0] for blocker in plan.blockers] == [
        "No rule gets 1.2.11 /usr/bin/containerd audited: nothing is left to plan. The rules are right, but nothing reaches the log"
    ]
    session.undo(session.past.prepare_undo(), lambda _event: None, lambda: False)
    booted = session.boot_anew()
    for lines in (booted_lines(booted, 100, UNICODE), since_boot_lines(session.findings, 100, UNICODE)):
        assert "No rule helps while nothing reaches the log." in said(lines)


def test_a_line_that_is_not_loaded_would_record() -> None:
    session = demo_session("immutable")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    assert "would record every access for every caller, once it is loaded" in host_text(session)
    session.boot_anew()
    assert "once it is loaded" not in host_text(session)


def test_what_a_load_brings_in_besides_stands_before_the_word_and_before_the_undo() -> None:
    """Rules on disk that a boot by another file has left out: neither the run nor its undo had announced them."""
    session = demo_session("boot-elsewhere", overview=True)
    session.look()
    session.boot_anew()
    session.look()
    session.select(("dockerd",))
    plan = session.read()
    if plan.blockers:
        session.switch("no_restart")
        assert session.plan is not None
        plan = session.plan
    assert not plan.blockers
    besides = "One rule on disk that is not loaded yet is loaded as well: “-w /usr/bin/containerd"
    assert f"Also loaded {besides}" in said(confirm_lines(plan, 100, UNICODE))
    session.carry_out(lambda _event: None, lambda: False)
    assert besides not in said(undo_lines(session.past.prepare_undo(), 100, UNICODE)), "it is loaded now"
    session.boot_anew()
    page = said(undo_lines(session.past.prepare_undo(), 100, UNICODE))
    assert besides in page
    assert "augenrules --load loads rules.d as it then is; none of these rules is loaded" in page


def test_a_control_that_does_not_apply_says_so_after_a_boot_and_why_nothing_was_foretold() -> None:
    session = demo_session("absent")
    session.read()
    booted = session.boot_anew()
    page = said(booted_lines(booted, 100, UNICODE))
    assert "Foretold nothing: the control did not apply" in page
    assert "Before not applicable Now not applicable" in page
    unknown = replace(booted.before[0], state="unknown")
    assert foretold_text(unknown, booted.after[0]) == "nothing: it could not be told"


def test_the_trainer_sends_to_the_probe_only_until_it_is_made() -> None:
    session = demo_session("compliant")
    session.read()
    session.nothing_to_do()
    assert any("Press p for the probe" in text for text in session.trainer.before("result"))
    session.probe()
    assert session.trainer.before("result") == ()
    assert session.trainer.end()


def test_an_undo_says_what_its_load_drops_and_puts_back_before_its_diff() -> None:
    session = demo_session("foreign-rules")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    page = said(undo_lines(session.past.prepare_undo(), 80, UNICODE))
    assert page.index("One loaded rule that the load drops is put back after it") < page.index("/etc/audit/rules.d/docker.rules")


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_what_a_run_would_do_after_a_boot_stands_in_sight_and_is_what_the_preview_says(name: str) -> None:
    session = demo_session(name)
    session.read()
    rows = [plain(line) for line in booted_lines(session.boot_anew(), 79, UNICODE)]
    told = next(row for row in rows[:18] if row.startswith("  Plan  "))
    assert session.plan is not None
    assert ("blocked" in told) == bool(session.plan.blockers and not session.plan.choices), told
    assert ("on Preview" in told) == bool(session.plan.choices), told
    assert ("othing to do" in told) == (session.plan.is_empty and not session.plan.blockers), told


def test_a_rule_that_a_load_cannot_help_is_not_said_to_come_back_with_one() -> None:
    page = said(booted_lines(audit_4_without_restart().boot_anew(), 80, UNICODE))
    assert "Plan blocked, for the reason below" in page


def test_a_result_says_after_the_boot_that_locked_the_rules_what_an_undo_leaves() -> None:
    session = demo_session("lock-waiting")
    session.read()
    session.switch("no_load")
    session.carry_out(lambda _event: None, lambda: False)
    assert session.report is not None
    facts = (session.facts_before, session.facts_after)
    assert "locked kernel" not in said(report_lines(session.report, 100, UNICODE, *facts))
    session.boot_anew()
    page = said(report_lines(session.report, 100, UNICODE, *facts, now="after the run", facts_now=session.facts))
    assert "That takes it off the disk; the locked kernel keeps it until a reboot." in page
