"""Sessions on the scenarios, whose simulated hosts do not wait by the clock."""

from __future__ import annotations

from dataclasses import replace

from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.opening import open_session
from tui.session import Session
from tui.verdict.question import Question

ENDS = {
    "fresh": ("audited, and proved", 0),
    "compliant": ("nothing to do", 0),
    "absent": ("nothing to do", 0),
    "foreign-rules": ("audited, and proved", 0),
    "hardened": ("audited, and proved", 0),
    "shim": ("audited, and proved", 0),
    "never": ("Blocked: nothing will be changed", 0),
    "never-task": ("Blocked: nothing will be changed", 0),
    "lock-waiting": ("Blocked: nothing will be changed", 0),
    "immutable": ("pending reboot", 1),
    "broken-neighbour": ("Blocked: nothing will be changed", 0),
    "full-partition": ("done, but NOT audited", 1),
    "halt": ("audited, and proved", 0),
    "boot-elsewhere": ("Blocked: nothing will be changed", 0),
    "auditd-off": ("Blocked: nothing will be changed", 0),
    "audit-4": ("Blocked: nothing will be changed", 0),
    "no-return": ("rolled back", 4),
}
"""What each walk ends with, and its exit status: a wizard that ran nothing exits 0."""


def session_of(name: str, *numbers: str) -> Session:
    """A session on the scenario whose clock does not wait."""
    catalogue = load_catalogue()
    controls = catalogue.find(list(numbers), "1.2.0") if numbers else catalogue.numbered("1.2.0")
    session = open_session(Question(controls, "1.2.0"), demo=name, live=lambda: SimulatedHost(load_scenario(name)))
    assert session.demo is not None
    session.start(replace(session.demo, make_host=lambda: SimulatedHost(load_scenario(name))))
    return session
