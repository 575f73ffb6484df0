"""The switches of a plan: one that would leave this host's plan as it is has no box to tick."""

from __future__ import annotations

import pytest

from tests.tools.show_screen import demo_session
from tui.host.scenario import SCENARIO_NAMES
from tui.views.pages.confirm import confirm_question
from tui.views.pages.plan import plan_headline
from tui.views.switches import NO_LOAD, SWITCHES, bar_switches, box, does_nothing, offered, turned


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
