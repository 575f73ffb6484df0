"""The switches of a plan: one that would leave this host's plan as it is has no box to tick."""

from __future__ import annotations

import pytest

from tests.tools.show_screen import demo_session
from tui.host.scenario import SCENARIO_NAMES
from tui.views.page import Page, plain
from tui.views.pages.confirm import confirm_question
from tui.views.pages.control import verdict_parts
from tui.views.pages.overview import row_lines
from tui.views.pages.plan import overview_lines, plan_headline, preview_lines
from tui.views.signs import UNICODE
from tui.views.switches import (
    NO_LOAD,
    SWITCHES,
    bar_switches,
    box,
    choice_keys,
    does_nothing,
    doing_keys,
    idle_text,
    offered,
    switch_lines,
    turned,
)


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_switch_has_a_box_where_turning_it_changes_the_plan(name: str) -> None:
    session = demo_session(name)
    plan = session.read()
    for switch in SWITCHES:
        told = turned(switch.name, plan, session.switch(switch.name))
        session.switch(switch.name)
        if plan.blockers:
            assert not does_nothing(switch, plan) or not any(switch.name in blocker.switches for blocker in plan.blockers)
        else:
            assert does_nothing(switch, plan) == ("the plan stays the same" in told), (switch.name, told)
            assert (box(switch, plan) == "[-]") == does_nothing(switch, plan)


def test_where_a_reboot_is_waited_for_no_restart_is_ticked() -> None:
    session = demo_session("immutable")
    assert bar_switches(session.read()) == []


@pytest.mark.parametrize("name", ["compliant", "absent", "immutable"])
def test_where_no_switch_does_anything_none_is_offered(name: str) -> None:
    assert offered(demo_session(name).read()) == ()
    assert offered(demo_session("fresh").read()) == SWITCHES


def test_what_is_only_written_counts_after_the_next_boot_or_load_on_each_step() -> None:
    session = demo_session("lock-waiting")
    session.read()
    plan = session.switch("no_load")
    warned = next(notice.text for notice in plan.warnings if notice.kind == "no-load")
    for said in (plan_headline(plan), confirm_question(plan, "web-01"), warned, NO_LOAD.text, NO_LOAD.on):
        assert "next boot or load" in said
    assert "Either locks the rules" in warned


def test_the_keys_that_are_named_are_those_that_do_something() -> None:
    assert doing_keys(demo_session("shim").read()) == "1"
    assert doing_keys(demo_session("foreign-rules").read()) == "1, 2"
    assert doing_keys(demo_session("compliant").read()) == ""
    shim = demo_session("shim").read()
    assert "Switches 1" in [plain(line).strip() for line in switch_lines(shim, 80, UNICODE)]
    assert idle_text(SWITCHES[3], shim) == "Key 4 changes nothing here: no line stands only in audit.rules."


def test_the_first_rows_of_a_plan_name_the_rule_that_is_put_back() -> None:
    plan = demo_session("foreign-rules").read()
    first = " ".join(" ".join(map(plain, preview_lines(0, plan, 80, UNICODE)[:3])).split())
    assert "1 loaded rule not in rules.d: put back (-w /etc/docker/daemon.json -p wa -k edr-agent)" in first


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_control_says_what_a_plan_would_change_in_one_row(name: str) -> None:
    session = demo_session(name)
    plan = session.read()
    assert session.finding is not None
    page = Page(80, UNICODE, indent=2)
    page.row("Verdict", *verdict_parts(session.finding, UNICODE, plan), label_width=9)
    (row,) = map(plain, page.lines)
    expected = {"fresh": "the plan adds 1 rule", "compliant": "nothing would change", "never": "the plan is blocked"}
    assert row.endswith(expected.get(name, row))
    assert "plan" in row or "nothing would change" in row


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_plan_that_waits_for_a_choice_is_told_as_one_and_names_its_line(name: str) -> None:
    session = demo_session(name, "containerd")
    plan = session.read()
    assert session.finding is not None
    keys = {"lock-waiting": "5 or c", "audit-4": "1"}.get(name, "")
    assert choice_keys(plan) == keys
    row = " ".join(" ".join(map(plain, row_lines(session.finding, plan, 79, UNICODE))).split())
    shown = " ".join(" ".join(map(plain, overview_lines(plan, 80, UNICODE))).split())
    line = "-w /usr/bin/containerd -k docker"
    assert (f"Plan waits for {keys} on Preview: adds {line} " in row) == bool(keys)
    assert not (keys and "blocked" in row)
    assert (f"Then docker.rules gets: {line} " in shown) == bool(keys)
