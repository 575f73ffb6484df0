"""Sessions on the scenarios without a screen: the plan for all, undo, a new start, a proof."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from tests.wizard.scenario_sessions import session_of
from tests.wizard.test_plain import Typed, check_lines
from tui.plain.walk import PlainWalk

pytestmark = pytest.mark.slow


def test_the_whole_family_of_a_fresh_host_in_one_plan() -> None:
    out = io.StringIO()
    session = session_of("fresh")
    assert PlainWalk(session, Typed("f\n\n\n\nyes\n\nq\n", out), out, io.StringIO()).walk() == 0
    assert "audited, and proved" in out.getvalue()
    assert re.search(r"(?<!\d)8 audited", out.getvalue())
    check_lines(out.getvalue())


def test_an_undo_leaves_the_host_as_it_was() -> None:
    out = io.StringIO()
    session = session_of("foreign-rules", "1.2.11")
    before = session.host.read(session.question.interest)
    PlainWalk(session, Typed("\n\n\nyes\nu\nyes\n\n", out), out, io.StringIO()).walk()
    after = session.host.read(session.question.interest)
    assert "undone, and verified" in out.getvalue()
    assert after.rules_dir == before.rules_dir
    assert after.kernel_rules == before.kernel_rules


def test_reset_brings_the_scenario_back() -> None:
    session = session_of("fresh", "1.2.11")
    session.read()
    session.carry_out(lambda event: None, lambda: False)
    assert session.read().findings[0].result == "pass"
    session.reset()
    assert session.facts is None
    assert session.read().findings[0].result == "fail"


def test_a_compliant_host_can_be_proved_without_a_run() -> None:
    session = session_of("compliant", "1.2.11")
    session.read()
    session.nothing_to_do()
    assert session.can_probe
    report = session.probe()
    assert report.headline == "nothing to do, and proved"
    assert [probe.access for probe in report.probes] == list("rwxa")


def test_rules_on_disk_that_are_not_loaded_are_named() -> None:
    session = session_of("broken-neighbour", "1.2.11")
    session.read()
    facts = session.facts
    assert facts is not None
    session.facts = replace(facts, kernel_rules=())
    disk = session.extras()["/usr/bin/containerd"].disk
    assert disk is not None
    assert disk.not_loaded
