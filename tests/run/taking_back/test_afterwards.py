"""What an undo says before it of the time after it, against what is so once it is done."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.tools.show_screen import demo_session
from tui.host.facts import RULES_DIR
from tui.host.simulated.host import SimulatedHost
from tui.run.taking_back.afterwards import NOTHING_WORSE, afterwards
from tui.session import Session
from tui.verdict.known import KnownHost

LINE = b"-w /usr/bin/containerd -k docker\n"


def applied(name: str, switches: Sequence[str] = (), *, overview: bool = False) -> Session:
    session = demo_session(name, overview=overview)
    session.read()
    for switch in switches:
        session.switch(switch)
    session.carry_out(lambda _event: None, lambda: False)
    assert session.past.can_undo
    return session


def told_and_true(session: Session) -> tuple[str, str]:
    """What the undo says beforehand, and the same sentence made of the host as it then is."""
    before = session.host.read(session.question.interest)
    prepared = session.past.prepare_undo()
    session.undo(prepared, lambda _event: None, lambda: False)
    after = KnownHost.of(session.host.read(session.question.interest))
    assert isinstance(after, KnownHost)
    return prepared.afterwards, afterwards(session.question, before, after)


@pytest.mark.parametrize("boots", [False, True])
@pytest.mark.parametrize(
    ("name", "switches"),
    [
        ("hardened", ()),
        ("foreign-rules", ("adopt",)),
        ("full-partition", ()),
        ("immutable", ()),
        ("lock-waiting", ("no_load",)),
        ("lock-waiting", ("lock",)),
        ("audit-4", ("no_restart",)),
        ("no-return", ("no_restart",)),
    ],
)
def test_what_is_told_comes_true(name: str, switches: tuple[str, ...], boots: bool) -> None:
    session = applied(name, switches, overview=name == "hardened")
    if boots:
        session.boot_anew()
    told, true = told_and_true(session)
    assert told == true
    assert told != NOTHING_WORSE


def test_of_many_objects_two_are_named_and_the_others_counted() -> None:
    session = applied("fresh", overview=True)
    told = session.past.prepare_undo().afterwards
    number = len(session.findings) - 2
    assert told.startswith("Afterwards: /"), told
    assert told.endswith(f" and {number} more are NOT audited."), told


def test_where_another_file_has_the_line_nothing_gets_worse() -> None:
    session = applied("fresh")
    assert isinstance(session.host, SimulatedHost)
    session.host.machine.put_file(f"{RULES_DIR}/10-site.rules", LINE, 0o640, 0, 0)
    assert told_and_true(session) == (NOTHING_WORSE, NOTHING_WORSE)


def test_an_undo_of_everything_says_it_too() -> None:
    session = applied("fresh")
    prepared = session.past.prepare_undo_all()
    assert prepared.opens
    assert prepared.afterwards == "Afterwards: /usr/bin/containerd is NOT audited."


def test_a_load_into_a_kernel_without_rules_leaves_no_gap() -> None:
    session = demo_session("fresh")
    assert session.read().reload_seconds == 0
    session.switch("no_load")
    session.carry_out(lambda _event: None, lambda: False)
    prepared = session.past.prepare_undo()
    assert prepared.costs == ("No rule is loaded now: the load leaves no gap.",)
    report = session.undo(prepared, lambda _event: None, lambda: False)
    assert "The kernel holds no rule of that run, and no other one." in report.message
