"""What is said before a run of what it does not reach and of what waits behind it: on Confirm, on Host, in the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.opening import open_session
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.run.values import Step
from tui.session import Session
from tui.verdict.question import Question
from tui.views.page import plain
from tui.views.pages.booted import booted_lines
from tui.views.pages.finding import finding_lines
from tui.views.pages.overview import counts_text, urgent_text
from tui.views.pages.report import report_lines
from tui.views.signs import UNICODE
from tui.wizard.steps.apply import ApplyScreen

CONTAINERD = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")


def planned(name: str, **switches: bool) -> Plan:
    return make_plan(CONTAINERD, load_scenario(name).host, Switches(**switches))


@pytest.mark.parametrize(
    ("name", "switches", "said"),
    [
        ("halt", {}, ("auditd shuts this host down (HALT) below 50 MiB of free space on /var.", "The restart puts that in force")),
        (
            "audit-4",
            {"no_restart": True},
            ("The load stops at /etc/audit/rules.d/zz-backup.rules:2", "The next boot brings no auditd"),
        ),
        ("foreign-rules", {}, ("The rule for /usr/bin/containerd that is added was commented out by somebody",)),
        ("full-partition", {}, ("1.2.11 /usr/bin/containerd would not be audited after the run either.",)),
        ("fresh", {}, ()),
    ],
)
def test_confirm_names_what_the_run_leaves_behind(name: str, switches: dict[str, bool], said: tuple[str, ...]) -> None:
    consequences = planned(name, **switches).consequences
    assert len(consequences) == len(said)
    for sentence, begins in zip(consequences, said):
        assert sentence.startswith(begins)


def test_a_limit_is_put_in_force_by_no_restart_that_is_left_out() -> None:
    assert len(planned("halt", no_restart=True).consequences) == 1


def test_a_log_that_takes_nothing_is_told_with_the_verdict_before_any_run() -> None:
    finding = planned("full-partition").findings[0]
    assert finding.state == "unaudited"
    (silent,) = [reason for reason in finding.reasons if reason.kind == "silent"]
    assert silent.text.startswith("No rule helps while nothing reaches the log. /var/log/audit has 37 MiB free")
    assert silent.remedy.startswith("Make room on /var/log/audit")
    assert finding.reasons[0].remedy == "The plan adds the control's line, which records nothing while nothing reaches the log."


def test_the_way_out_of_a_silent_log_is_the_settings_and_no_circle() -> None:
    walk = Session(CONTAINERD, SimulatedHost(load_scenario("full-partition")))
    walk.read()
    report = walk.carry_out(lambda event: None, lambda: False)
    assert report.headline == "done, but NOT audited"
    assert "Make room on /var/log/audit" in report.message
    assert "within 2 s" not in report.message
    (blocker,) = walk.read().blockers
    assert blocker.kind == "would-stay-blind"
    assert "admin_space_left = 5%" in blocker.remedy
    assert "Host step" not in blocker.remedy


def test_a_restart_that_loads_another_file_is_no_way_to_bring_rules_in(tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario("boot-elsewhere"), state_folder=tmp_path)
    host.boot_anew()
    walk = Session(CONTAINERD, host)
    (blocker,) = walk.read().blockers
    assert (blocker.kind, blocker.switches) == ("restart-loads-else", ("no_restart",))
    assert "auditd.service then loads /etc/audit/site.rules as it is" in blocker.text
    assert walk.switch("no_restart").blockers == ()
    report = walk.carry_out(lambda event: None, lambda: False)
    assert report.outcome == "not-persistent", report.message


def test_a_list_of_controls_tells_the_silent_log_once() -> None:
    facts = load_scenario("full-partition").host
    family = Question(load_catalogue().numbered("1.2.0"), "1.2.0")
    listed = " ".join(" ".join(map(plain, finding_lines(family.findings(facts), facts, 80, UNICODE))).split())
    assert listed.count("No rule helps while nothing reaches the log.") == 1
    assert "Make room on /var/log/audit" in listed
    assert listed.index("No rule helps while nothing reaches the log.") < listed.index("1.2.3 ")
    counts = counts_text(family.findings(facts), 10, "", 0, urgent=urgent_text(family.findings(facts), facts))
    assert counts == "10 NOT audited. No rule helps while nothing reaches the log."
    assert len(counts) < 78


@pytest.mark.parametrize(
    ("scenario", "boot", "said"),
    [
        ("auditd-off", False, "The next boot starts no auditd: no target it reaches wants auditd.service."),
        ("auditd-off", True, "auditd does not run now: nothing is recorded."),
        (
            "audit-4",
            False,
            "The next boot brings no auditd: auditd.service, which has Requires=audit-rules.service, needs a load that exits 0.",
        ),
        ("halt", False, "auditd shuts this host down (HALT) below 50 MiB of free space on /var."),
        ("fresh", False, ""),
    ],
)
def test_what_is_most_urgent_about_a_host_stands_beside_the_counts(scenario: str, boot: bool, said: str) -> None:
    host = SimulatedHost(load_scenario(scenario))
    if boot:
        host.boot_anew()
    facts = host.read(CONTAINERD.interest)
    assert urgent_text(CONTAINERD.findings(facts), facts) == said


def test_a_result_that_a_silent_log_leaves_unproved_has_the_settings_and_says_where() -> None:
    walk = Session(CONTAINERD, SimulatedHost(load_scenario("full-partition")))
    walk.read()
    report = walk.carry_out(lambda event: None, lambda: False)
    lines = [plain(line).strip() for line in report_lines(report, 80, UNICODE, walk.facts_before, walk.facts_after)]
    above, head, below = "\n".join(lines).partition("\nThe settings that mend the log\n")
    assert head
    assert "“The settings that mend the log”, below" in above
    assert "admin_space_left = 5%\n" in below
    assert "\nservice auditd restart\n" in below
    assert report.steps[-1].message == "1.2.11 not recorded."


def test_a_comment_behind_a_rule_is_told_as_that_with_its_cure() -> None:
    (blocker,) = planned("broken-neighbour").blockers
    assert blocker.text.endswith("auditctl takes no comment behind a rule.")
    assert blocker.remedy.startswith("Put the comment at the end of /etc/audit/rules.d/30-app.rules:2 on a line of its own")


def test_one_recipe_for_a_never_rule() -> None:
    plan = planned("never")
    remedies = [reason.remedy for reason in plan.findings[0].reasons if reason.remedy]
    assert all(remedy.startswith("Take") and "narrow it" in remedy for remedy in remedies)
    assert "load the rules again" not in " ".join(remedies)


@pytest.mark.parametrize("name", ["boot-elsewhere", "auditd-off"])
def test_after_a_boot_that_brought_no_rules_the_cause_is_the_boot(name: str) -> None:
    host = SimulatedHost(load_scenario(name))
    host.boot_anew()
    reason = make_plan(CONTAINERD, host.read(CONTAINERD.interest), Switches()).findings[0].reasons[0]
    assert reason.kind == "not-loaded"
    assert "No boot loads it, as things are" in reason.text
    assert "unmounted" not in reason.text


def test_a_boot_names_the_rules_that_went_and_the_result_is_called_that_of_the_run() -> None:
    walk = open_session(CONTAINERD, demo="foreign-rules", live=lambda: SimulatedHost(load_scenario("foreign-rules")))
    walk.read()
    booted = walk.boot_anew()
    text = " ".join(" ".join(map(plain, booted_lines(booted, 80, UNICODE))).split())
    assert "1 rule that no file that the boot loads holds: -w /etc/docker/daemon.json -p wa -k edr-agent" in text
    assert walk.booted_since


def test_nothing_is_left_to_be_stopped_once_a_step_has_failed() -> None:
    steps = (Step("load", "Load the rules"), Step("auditd", "See that auditd lives", "failed"))
    assert ApplyScreen(steps=steps).goes_back
    assert not ApplyScreen(steps=steps[:1]).goes_back


def test_marks_that_a_filter_hides_are_told_before_enter_walks_them() -> None:
    assert counts_text((), 0, "sock", 2, 1).endswith("2 marked, 1 of them not shown: Enter walks them.")
    assert counts_text((), 0, "sock", 1, 1).endswith("1 marked, not shown: Enter walks it.")
    assert counts_text((), 0, "", 1).endswith("1 marked: Enter walks it.")
