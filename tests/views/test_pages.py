"""Pages of findings, plans and results: which sentence stands where, and once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, plain_host, rule, with_docker_rules
from tests.wizard import samples
from tui.base.notice import Notice
from tui.controls.catalogue import load_catalogue
from tui.controls.control import VERSIONS
from tui.host.scenario import load_scenario
from tui.plan.values import Command, FileChange, FileState, Plan, Switches
from tui.verdict.finding import assess_all
from tui.verdict.values import RealPath, RuleLine
from tui.verdict.words import STATE_WORDS, in_state
from tui.views.page import Span, plain
from tui.views.pages.confirm import confirm_lines, confirm_question
from tui.views.pages.control import numbers_elsewhere
from tui.views.pages.finding import decided_by, host_lines
from tui.views.pages.overview import matches, row_lines, row_parts, rows_text
from tui.views.pages.plan import overview_lines, plan_headline, preview_lines
from tui.views.rendering import render_findings, render_plan, render_report
from tui.views.signs import ASCII, UNICODE
from tui.views.trainer import trainer_lines
from tui.views.words import headline, place_text


def test_a_loaded_rule_and_its_line_on_disk_share_a_row_however_they_are_written() -> None:
    rules = (
        RuleLine("kernel", "-w /usr/bin/containerd -p rwxa -k docker", "records", position=5),
        RuleLine("rules.d", "-w /usr/bin/containerd -k docker", "records", file="/etc/audit/rules.d/docker.rules", line=3),
    )
    lines = render_findings([replace(samples.finding("audited"), rules=rules)], samples.facts(), UNICODE, 80)
    (row,) = [line for line in lines if "-k docker" in line]
    assert row.split()[-2:] == ["#5", "docker.rules:3"]


def test_a_rule_too_long_for_one_line_keeps_its_place() -> None:
    rule = RuleLine(
        "kernel", "-a never,exit -S all -F path=/usr/bin/containerd -F perm=rwxa -k process_audit", "takes all", position=1
    )
    lines = render_findings([replace(samples.finding("shadowed"), rules=(rule,))], samples.facts(), UNICODE, 80)
    assert any(line.split() == ["process_audit", "#1", "–"] for line in lines)


def test_a_never_rule_is_shown_as_auditctl_prints_it_too() -> None:
    never = rule("-a never,exit -S all -F path=/usr/bin/containerd -F perm=rwxa -k quiet")
    line = RuleLine("kernel", "-a never,exit -S all -F path=/usr/bin/containerd -F perm=rwxa -k quiet", "takes all", position=1)
    facts = replace(samples.facts(), kernel_rules=(never,))
    text = "\n".join(render_findings([replace(samples.finding("shadowed"), rules=(line,))], facts, UNICODE, 100))
    assert "auditctl -l prints it as -w /usr/bin/containerd -p rwxa -k quiet" in text


def test_a_warning_that_another_one_tells_in_full_is_said_once_with_what_mends_it() -> None:
    warnings = (
        Notice("not-written", "Nothing is recorded. The disk is full. The run goes on."),
        Notice("disk-full-loses", "The disk is full.", "Empty it."),
    )
    text = "\n".join(plain(line) for line in preview_lines(0, replace(samples.plan(), warnings=warnings), 80, UNICODE))
    assert text.count("The disk is full.") == 1
    text = "\n".join(plain(line) for line in preview_lines(3, replace(samples.plan(), warnings=warnings), 80, UNICODE))
    assert text.count("The disk is full.") == 1
    assert "Empty it." in text


def test_the_trainer_takes_three_rows_and_what_to_look_for_comes_first() -> None:
    def said(*texts: str) -> list[str]:
        return [plain(line) for line in trainer_lines(texts, 80, UNICODE)]

    assert said() == []
    assert said("It went well.", "Look at it.") == ["  Trainer  It went well. Look at it.", ""]
    assert said("It went well. " * 20, "Look at it.") == ["  Trainer  Look at it.", ""]
    assert len(said("Look at it. " * 40)) == 4
    assert said("Look at it. " * 40)[2].endswith("… (? tells the rest)")
    label, text = trainer_lines(("Look at it. " * 40,), 80, UNICODE, rows=1)[0]
    assert (label.role, label.text) == ("demo", "  Trainer  "), "its name looks the same in one row"
    assert text.text.startswith("Look at it. ")
    assert text.text.endswith("… (? tells the rest)")
    assert len(plain((label, text))) == 80


def test_the_headline_of_a_plan_counts() -> None:
    assert plan_headline(samples.plan()) == "One rule is added, no line is removed. One reload, one restart."
    assert plan_headline(samples.plan(switches=Switches(no_restart=True))) == "One rule is added, no line is removed. One reload."
    assert plan_headline(samples.empty_plan()) == "Nothing to do: everything that was asked about is audited."
    assert plan_headline(samples.plan(pending_reboot=True)).endswith(
        "The kernel's rules are locked: it counts after the next reboot."
    )
    assert plan_headline(samples.blocked_plan()).startswith("Blocked")


def test_a_blocked_plan_shows_the_way_out_and_no_change() -> None:
    lines = "\n".join(render_plan(samples.blocked_plan(), UNICODE, 80))
    assert "/etc/audit/rules.d/10-base.rules:4" in lines
    assert "Way out" in lines
    assert "augenrules" not in lines


def test_a_blocked_plan_lists_no_command_as_if_it_ran() -> None:
    blocked = replace(samples.blocked_plan(), commands=samples.plan().commands)
    for at in (1, 2):
        assert "Blocked: nothing of this is done" in "\n".join(plain(line) for line in preview_lines(at, blocked, 80, UNICODE))
        assert "Blocked" not in "\n".join(plain(line) for line in preview_lines(at, samples.plan(), 80, UNICODE))


def test_every_state_has_its_own_headline() -> None:
    facts = samples.facts()
    heads = {render_findings([samples.finding(state)], facts, UNICODE, 80)[2] for state in STATE_WORDS}
    assert len(heads) == len(STATE_WORDS)
    assert "is NOT audited" in render_findings([samples.finding("unaudited")], facts, UNICODE, 80)[2]


def test_the_result_tells_before_from_now() -> None:
    text = "\n".join(render_report(samples.report(), UNICODE, 80, samples.facts(), samples.facts()))
    assert "✓ audited, and proved" in text
    assert "✗ ✗ ✗ ✗" in text
    assert "✓ ✓ ✓ ✓" in text
    assert "2 loaded, same order" in text
    assert "events 812 read (openat)" in text
    assert f"undo {samples.RUN}" in text


def test_the_result_tells_new_rules_from_lost_ones() -> None:
    def others(before: tuple[int, ...], after: tuple[int, ...]) -> str:
        known = [rule(f"-w /etc/{number} -k other") for number in range(4)]
        facts = [replace(samples.facts(), kernel_rules=tuple(known[number] for number in numbers)) for numbers in (before, after)]
        lines = render_report(samples.report(), UNICODE, 120, *facts)
        return next(line for line in lines if "other rules" in line).split("   ")[-1].strip()

    assert others((0, 1), (0, 1)) == "2 loaded, same order"
    assert others((0, 1), (0, 1, 2)) == "3 loaded, 1 new"
    assert others((0, 1), (1, 0)) == "2 loaded, another order"
    assert others((0, 1), (1, 2)) == "2 loaded, 1 GONE"
    assert others((), ()) == "none"


def test_the_result_says_nothing_of_facts_that_it_was_not_given() -> None:
    text = "\n".join(render_report(samples.report(), UNICODE, 80))
    assert "cannot tell" not in text
    assert "auditd  " not in text


def test_the_result_names_the_rule_that_records_even_where_it_is_one_of_the_directory() -> None:
    directory = (
        RuleLine("kernel", "-w /usr/bin -p rwxa -k other", "records every access", position=2),
        RuleLine("rules.d", "-w /usr/bin -p rwxa -k other", "records every access", file="/etc/audit/rules.d/10-x.rules", line=4),
    )
    finding = replace(samples.finding("audited"), rules=directory)
    report = replace(samples.report("nothing-to-do"), before=(finding,), after=(finding,))
    text = "\n".join(render_report(report, UNICODE, 120))
    assert "-w /usr/bin -p rwxa -k other (#2)" in text
    assert "10-x.rules:4" in text


def test_a_long_name_of_a_control_keeps_a_blank_behind_it() -> None:
    """Controls of one's own are called by their names, which may be long."""
    short, long = (replace(samples.finding("unaudited"), control=name) for name in ("1.2.11", "containers-storage"))
    listed = "\n".join(render_findings([short, long], samples.facts(), UNICODE, 80))
    assert "✗ 1.2.11             NOT audited" in listed
    assert "✗ containers-storage NOT audited" in listed
    pairs = tuple(replace(finding, slug=finding.control) for finding in (short, long))
    report = replace(samples.report("proved"), before=pairs, after=pairs)
    assert "containers-storage NOT audited" in "\n".join(render_report(report, UNICODE, 80, samples.facts(), samples.facts()))


def test_a_broken_run_says_how_to_mend_it() -> None:
    text = "\n".join(render_report(samples.report("broken"), UNICODE, 80))
    assert "To mend it by hand" in text
    assert "/usr/sbin/augenrules --load" in text
    assert "The daemon did not come back" in text


def test_a_row_of_the_overview_is_a_picture_of_now_and_after_the_boot() -> None:
    def row(state: str) -> list[str]:
        return ["".join(text for text, _ in cell) for cell in row_parts(samples.finding(state), UNICODE)]

    assert row("partial") == ["1.2.11", "✗✓~✓", "✗✓~✓", "pass", "✗ partly audited"]
    assert row("not-persistent")[1:3] == ["✓✓✓✓", "✗✗✗✗"]
    assert row("notapplicable")[1:4] == ["    ", "    ", ""]


def test_the_row_of_an_object_that_lies_elsewhere_says_both_paths() -> None:
    finding = replace(
        samples.finding("unaudited", "runc", "1.2.12", "/usr/sbin/runc"),
        real_path=RealPath("/usr/bin/runc", samples.level("unaudited")),
    )
    assert place_text(finding) == "/usr/sbin/runc → /usr/bin/runc"
    assert matches(finding, "bin/runc")
    assert "/usr/sbin/runc -> /usr/bin/runc" in rows_text([finding], ASCII)


def test_the_overview_names_the_rule_that_decides_and_what_a_plan_would_do() -> None:
    def said(state: str, plan: Plan) -> str:
        return " ".join(" ".join(plain(line) for line in row_lines(samples.finding(state), plan, 80, UNICODE)).split())

    assert "Rule -a never,exit -F path=/usr/bin/containerd #1 loaded" in said("shadowed", samples.blocked_plan())
    assert "Plan blocked by 10-base.rules:" in said("shadowed", samples.blocked_plan())
    assert "Plan Nothing to do" in said("audited", samples.empty_plan())
    assert "Plan adds -w /usr/bin/containerd -k docker, loads, restarts auditd" in said("unaudited", samples.plan())


def test_confirm_names_every_thing_that_changes() -> None:
    def said(**changes: object) -> str:
        return " ".join(" ".join(plain(line) for line in confirm_lines(samples.plan(**changes), 80, UNICODE)).split())

    text = said()
    assert "docker.rules: 1 rule added" in text
    assert "+ -w /usr/bin/containerd -k docker" in text
    assert "/etc/audit/audit.rules: compiled anew" in text
    assert "augenrules --load: loads all rules anew" in text
    assert "1 rule that is not in rules.d: -w /etc/hosts -p rwxa -k agent" in text
    assert "-b 8192" in said(settings={"backlog_limit": 8192})
    ends = FileChange("/etc/audit/rules.d/docker.rules", FileState(b"-D\n-b 9"), FileState(b"-D\n-b 9\n-w /x -k docker\n"))
    assert "docker.rules: 1 rule added, newline to line 2" in said(files=(ends,))
    lost = said(switches=Switches(drop_kernel_only=True))
    assert lost.startswith("! 1 rule that only the kernel has will be DROPPED; no undo brings it back: -w /etc/hosts")
    dropping = overview_lines(samples.plan(switches=Switches(drop_kernel_only=True)), 80, UNICODE)
    red = ["".join(span.text for span in line) for line in dropping if "bad" in {span.role for span in line}]
    assert red[0].startswith("  ! One rule is added"), "what is lost is red, before it is confirmed"
    assert any("1 loaded rule not in rules.d: ! DROPPED" in line for line in red)
    locks = samples.plan(commands=(Command(("/sbin/augenrules", "--load"), "why", "lock"),))
    assert confirm_question(locks, "web-01") == "Apply this to web-01, and lock its audit rules until the next reboot?"
    assert "no other load works" in " ".join(plain(line) for line in confirm_lines(locks, 80, UNICODE))
    assert all(confirm_question(samples.plan(pending_reboot=waits), "web-01").count("?") == 1 for waits in (True, False))


def test_of_several_controls_those_whose_state_changed_are_listed_and_the_others_summed_up() -> None:
    slugs = ("dockerd", "etc-docker", "containerd")
    before = [
        samples.finding("audited" if slug == "containerd" else "unaudited", slug, f"1.2.{at}") for at, slug in enumerate(slugs)
    ]
    after = [samples.finding("unaudited", slug, f"1.2.{at}") for at, slug in enumerate(slugs)]
    report = replace(samples.report("proved"), headline="undone, and verified", before=tuple(before), after=tuple(after), probes=())
    lines = [line.strip() for line in render_report(report, UNICODE, 80)]
    assert lines[0].split("   ")[0] == "! undone, and verified", "good is what passes, and the control fails again"
    assert lines[0].endswith("1.2.2"), "it is about the one that changed"
    assert sum(line.startswith("✗") for line in lines) == 1
    assert any(line.startswith("As before") and "NOT audited: 1.2.0, 1.2.1" in line for line in lines)


def test_a_host_without_docker_is_told_in_one_line_with_what_was_sought_and_what_to_do() -> None:
    absent = [samples.finding("notapplicable"), samples.finding("notapplicable", "runc", "1.2.12", "/usr/bin/runc")]
    lines = render_findings(absent, samples.facts(), UNICODE, 80)
    text = " ".join(" ".join(lines).split())
    assert "No Docker here: 2 controls do not apply." in text
    assert "Sought /usr/bin/containerd, /usr/bin/runc;" in text
    assert "--demo" in text
    assert "not applicable" not in text


def test_what_keeps_several_controls_from_being_judged_is_told_once() -> None:
    cause = Notice("not-root", "Only root can read this host's audit rules and status.", "Start the program again as root.")
    unknown = [replace(samples.finding("unknown", slug), reasons=(cause,)) for slug in ("containerd", "runc")]
    lines = render_findings(unknown, samples.facts(), UNICODE, 80)
    assert "\n".join(lines).count("Only root can read") == 1
    assert "2 unknown (needs root)" in lines[-1]


@pytest.mark.parametrize(
    ("benchmark", "said"),
    [
        ("1.2.0", "1.12 in ce-1.1.0; 1.1.14 in 1.3.1 to 1.8.0"),
        ("1.8.0", "1.12 in ce-1.1.0; 1.2.11 in 1.2.0; 1.1.14 in 1.3.1 to 1.8.0"),
        ("ce-1.1.0", "1.2.11 in 1.2.0; 1.1.14 in 1.3.1 to 1.8.0"),
    ],
)
def test_the_numbers_of_other_versions_stand_as_ranges(benchmark: str, said: str) -> None:
    numbers = dict.fromkeys(VERSIONS, "1.1.14") | {"ce-1.1.0": "1.12", "1.2.0": "1.2.11"}
    assert numbers_elsewhere(numbers, benchmark) == said


def test_a_part_that_only_rules_on_disk_would_record_is_said_to_be_nothing_yet() -> None:
    facts = with_docker_rules(plain_host(), f"-w {CONTAINERD} -p w\n".encode())
    (finding,) = assess_all(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0", facts)
    assert (finding.state, in_state(finding)) == ("partial", "NOT audited")
    assert headline(finding) == f"{CONTAINERD} is NOT audited: rules on disk would record a part of it"


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("fresh", ""),
        ("shim", ""),
        ("compliant", "by rule #8"),
        ("foreign-rules", "by rule #4"),
        ("hardened", "by 14 general rules"),
        ("never", "overruled by rule #1"),
        ("never-task", "overruled by rule #1"),
    ],
)
def test_the_accesses_are_told_with_the_rules_that_record_or_overrule_them(scenario: str, said: str) -> None:
    (finding,) = assess_all(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0", load_scenario(scenario).host)
    assert decided_by(finding) == said


@pytest.mark.parametrize(("width", "beside"), [(160, True), (100, False)])
def test_a_wide_host_page_has_the_explanation_beside_the_verdict(width: int, beside: bool) -> None:
    finding, facts = samples.finding("unaudited"), samples.facts()
    lines = [
        plain(line) for line in host_lines(finding, facts, width, UNICODE, explained=lambda room: [(Span(f"Why, in {room}"),)])
    ]
    assert [line[80:].strip() for line in lines if "Why, in" in line] == (["Why, in 78"] if beside else [])
