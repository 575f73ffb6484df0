"""What is said before a run of what it does not reach and of what waits behind it: on Confirm, on Host, in the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.base.notice import parted_remedy
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
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.finding import finding_lines
from tui.views.pages.log_storage import log_text
from tui.views.pages.overview import counts_text, row_lines, urgent_text
from tui.views.pages.plan import PAGE_NAMES, overview_lines, preview_lines
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


def test_confirm_has_in_red_what_stops_the_host_and_by_its_sign_what_else_is_to_be_known() -> None:
    def roles(name: str) -> list[str]:
        lines = confirm_lines(planned(name), 80, UNICODE)
        return [line[1].role for line in lines if len(line) > 1 and line[1].text == UNICODE.warn]

    assert roles("halt") == ["bad", "warn"]
    assert roles("foreign-rules") == ["warn"]
    assert roles("full-partition") == ["warn"]
    assert roles("fresh") == []


@pytest.mark.parametrize(
    ("name", "page", "said"),
    [
        ("never", "Compiled rules", "It stays as it is: rules.d compiles into just what it holds."),
        ("immutable", "Compiled rules", "It stays as it is: nothing compiles rules.d now."),
        ("absent", "Scanners", "docker-bench-security info info"),
        ("absent", "Scanners", "the kernel itself n/a n/a"),
    ],
)
def test_the_pages_of_preview_say_the_same(name: str, page: str, said: str) -> None:
    lines = preview_lines(PAGE_NAMES.index(page), planned(name), 80, UNICODE, load_scenario(name).host)
    assert said in " ".join(" ".join(map(plain, lines)).split())


def test_confirm_tells_what_a_flood_makes_of_the_log_and_how_soon() -> None:
    everything = Question(load_catalogue().numbered("1.2.0"), "1.2.0")
    halting = make_plan(everything, load_scenario("halt").host, Switches()).consequences
    assert "The watch on /var/lib/docker could shut this host down in 3.4 hours." in halting
    bounded = make_plan(everything, load_scenario("fresh").host, Switches()).consequences
    assert bounded == (
        "1.2.4: recording everything in /var/lib/docker floods the log: what it keeps could reach back only 7 minutes.",
    )


def test_the_overview_says_beside_a_control_that_auditd_takes_the_host_down() -> None:
    for name, said in (("halt", True), ("fresh", False)):
        plan = planned(name)
        shown = " ".join(" ".join(plain(line) for line in row_lines(plan.findings[0], plan, 100, UNICODE)).split())
        assert ("Log auditd shuts this host down (HALT) below 50 MiB of free space on /var." in shown) == said


def test_what_ends_a_halt_changes_every_setting_that_would_do_it_next() -> None:
    plan = planned("halt")
    (stop,) = [notice for notice in plan.warnings if notice.kind == "halt-on-admin-space-left"]
    assert "admin_space_left_action = SYSLOG\n    disk_full_action = SYSLOG\n" in stop.remedy
    facts = load_scenario("halt").host
    assert "auditd shuts this host down below 50 MiB" in log_text(facts)
    assert "shuts" not in log_text(load_scenario("fresh").host)


def test_the_bound_of_the_log_is_said_once_on_the_preview() -> None:
    plan = planned("halt")
    shown = " ".join(plain(line).strip() for line in overview_lines(plan, 80, UNICODE))
    assert shown.count("max_log_file_action is KEEP_LOGS") == 1


def test_confirm_says_that_the_running_daemon_may_go_by_other_limits() -> None:
    assert planned("halt").consequences[-1] == ("The restart puts that in force: the running auditd may go by older limits.")


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


def test_what_a_rehearsal_counted_stands_on_the_preview_and_its_page_on_the_log() -> None:
    for name, then in (("halt", "At that rate auditd shuts this host down in "), ("fresh", "At that rate the log reaches back ")):
        facts = load_scenario(name).host
        plan = make_plan(CONTAINERD, facts, Switches(), "", {"containerd": 1000.0})
        for at in (0, 4):
            shown = " ".join(" ".join(plain(line).strip() for line in preview_lines(at, plan, 80, UNICODE, facts)).split())
            assert "The rehearsal counted 82 MiB of log a day for what this plan adds, beside today's 4.1 MiB." in shown
            assert then in shown
        assert "rehearsal counted" not in str(make_plan(CONTAINERD, facts, Switches()).warnings)


def test_a_unit_that_loads_another_file_is_told_with_the_lines_and_the_command() -> None:
    (finding,) = CONTAINERD.findings(load_scenario("boot-elsewhere").host)
    words, command = parted_remedy(finding.reasons[0].remedy)
    assert command == "systemctl edit auditd.service"
    assert (
        "[Service], ExecStartPost= (which clears all that the unit has of it) and ExecStartPost=-/sbin/augenrules --load:" in words
    )


def test_no_bare_load_is_offered_that_drops_what_another_file_has_loaded(tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario("boot-elsewhere"), state_folder=tmp_path)
    host.boot_anew()
    (finding,) = CONTAINERD.findings(host.read(CONTAINERD.interest))
    assert finding.reasons[0].kind == "not-loaded"
    assert finding.reasons[0].remedy == (
        "The plan loads it once you choose about auditd's restart: auditd.service then loads /etc/audit/site.rules as it is."
    )


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
    assert "No boot loads it as things are" in reason.text
    assert "unmounted" not in reason.text


def test_a_boot_names_the_rules_that_went_and_the_result_is_called_that_of_the_run() -> None:
    walk = open_session(CONTAINERD, demo="foreign-rules", live=lambda: SimulatedHost(load_scenario("foreign-rules")))
    walk.read()
    booted = walk.boot_anew()
    text = " ".join(" ".join(map(plain, booted_lines(booted, 80, UNICODE))).split())
    assert "1 rule that the boot has not loaded: -w /etc/docker/daemon.json -p wa -k edr-agent" in text
    assert walk.booted_since


def test_nothing_is_left_to_be_stopped_once_a_step_has_failed() -> None:
    steps = (Step("load", "Load the rules"), Step("auditd", "See that auditd lives", "failed"))
    assert ApplyScreen(steps=steps).goes_back
    assert not ApplyScreen(steps=steps[:1]).goes_back


def test_marks_that_a_filter_hides_are_told_before_enter_walks_them() -> None:
    assert counts_text((), 0, "sock", 2, 1).endswith("2 marked, 1 of them not shown: Enter walks them.")
    assert counts_text((), 0, "sock", 1, 1).endswith("1 marked, not shown: Enter walks it.")
    assert counts_text((), 0, "", 1).endswith("1 marked: Enter walks it.")


def test_the_overview_counts_what_one_load_of_the_next_boot_leaves_out() -> None:
    facts = load_scenario("boot-elsewhere").host
    by = "auditd.service (ExecStartPost) loads /etc/audit/site.rules as it is."
    everything = Question(load_catalogue().numbered("1.2.0"), "1.2.0").findings(facts)
    assert urgent_text(everything, facts) == f"The next boot records none of the 10: {by}"
    assert urgent_text(CONTAINERD.findings(facts), facts) == f"The next boot does not record /usr/bin/containerd: {by}"


def test_a_result_that_the_boot_ends_has_the_line_and_the_command_on_lines_of_their_own() -> None:
    walk = Session(
        Question(load_catalogue().find(["var-lib-docker"], "1.2.0"), "1.2.0"), SimulatedHost(load_scenario("boot-elsewhere"))
    )
    walk.read()
    walk.switch("no_restart")
    report = walk.carry_out(lambda event: None, lambda: False)
    assert report.outcome == "not-persistent"
    lines = [plain(line).strip() for line in report_lines(report, 80, UNICODE, walk.facts_before, walk.facts_after)]
    assert "-w /var/lib/docker -k docker" in lines
    assert "systemctl edit auditd.service" in lines
