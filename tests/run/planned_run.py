"""A fresh simulated host, its plan for 1.2.11, and a run of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import stand_in
from tests.run.stand_in import QUESTION
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import Plan, Switches
from tui.run.carry_out import carry_out
from tui.run.values import RunReport

ALL_STEPS = ["check", "write", "load", "kernel", "restart", "auditd", "probe", "verdict"]


@pytest.fixture
def host(tmp_path: Path) -> SimulatedHost:
    return SimulatedHost(stand_in.facts(), state_folder=tmp_path / "state")


def planned(host: SimulatedHost, switches: Switches | None = None) -> Plan:
    return QUESTION.plan(host.read(QUESTION.interest), switches or Switches())


def go(host: SimulatedHost, plan: Plan | None = None, **options: object) -> RunReport:
    options.setdefault("emit", lambda event: None)
    return carry_out(QUESTION, plan or planned(host), host, **options)
