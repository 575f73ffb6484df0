"""lines_left: what is left on disk of what a run wrote, and how history says so."""

from __future__ import annotations

import pytest

from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES, Interest
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.run.journal.run_records import RunRecord
from tui.run.taking_back.lines_left import LinesLeft, lines_left
from tui.run.taking_back.undo_plan import plan_undo
from tui.session import Session
from tui.verdict.question import Question
from tui.views.pages.history import ended_text


def run_of(*slugs: str, scenario: str = "foreign-rules") -> tuple[Session, SimulatedHost]:
    host = SimulatedHost(load_scenario(scenario))
    walk = Session(Question(load_catalogue().find(list(slugs), "1.2.0"), "1.2.0"), host)
    walk.read()
    assert walk.carry_out(lambda _event: None, lambda: False).outcome == "proved"
    return walk, host


def newest(walk: Session) -> tuple[RunRecord, LinesLeft | None]:
    return walk.past.history()[0]


def content(host: SimulatedHost) -> bytes:
    return host.machine.files[DOCKER_RULES].content or b""


def test_what_a_run_wrote_is_there_until_somebody_takes_it_out() -> None:
    walk, host = run_of("containerd", "runc")
    record, left = newest(walk)
    assert left is not None
    assert left.gone == 0
    assert left.written >= 2
    assert ended_text(record, left) == "audited, and proved"
    before = content(SimulatedHost(load_scenario("foreign-rules"))).splitlines()
    added = [line for line in content(host).splitlines() if line not in before and line.startswith(b"-w")]
    kept = [line for line in content(host).splitlines() if line != added[0]]
    host.machine.put_file(DOCKER_RULES, b"\n".join(kept) + b"\n", 0o640, 0, 0)
    record, now = newest(walk)
    assert now == LinesLeft(left.written, left.written - 1)
    assert ended_text(record, now) == f"audited, and proved; 1 of its {left.written} lines are gone since"


def test_a_file_that_is_gone_has_none_left() -> None:
    walk, host = run_of("containerd")
    host.machine.remove(DOCKER_RULES)
    record, left = newest(walk)
    assert left is not None
    assert left.left == 0
    assert ended_text(record, left).endswith("; its lines are gone since")


def test_other_blanks_and_other_lines_make_no_difference() -> None:
    walk, host = run_of("containerd")
    spaced = content(host).replace(b" -k", b"   -k") + b"# more\n-w /etc/hosts -p wa\n"
    host.machine.put_file(DOCKER_RULES, spaced, 0o640, 0, 0)
    _, left = newest(walk)
    assert left is not None
    assert left.gone == 0


def test_of_a_run_that_was_undone_nothing_is_asked() -> None:
    walk, _host = run_of("containerd")
    walk.undo(walk.past.prepare_undo(), lambda _event: None, lambda: False)
    assert [(record.kind, left) for record, left in walk.past.history()] == [("undo", None), ("apply", None)]


@pytest.mark.parametrize("damage", ["journal", "unread"])
def test_what_cannot_be_read_is_not_guessed(damage: str) -> None:
    from tui.audit.inputs import Unknown
    from tui.base.dataclass import replace

    walk, host = run_of("containerd")
    record, _ = newest(walk)
    facts = host.read(Interest())
    if damage == "journal":
        for side in ("before", "after"):
            for copy in (record.folder / side).rglob("*.rules"):
                copy.write_bytes(b"other")
        record, _ = newest(walk)
    else:
        facts = replace(facts, rules_dir=Unknown("not root"), files={})
    assert lines_left(record, facts) is None


def test_an_undo_of_what_was_only_written_says_that_none_of_it_is_loaded() -> None:
    host = SimulatedHost(load_scenario("lock-waiting"))
    walk = Session(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), host)
    walk.read()
    walk.switch("no_load")
    assert walk.carry_out(lambda _event: None, lambda: False).outcome == "pending-reboot"
    (command,) = plan_undo(host, newest(walk)[0]).commands
    assert command.why == "compiles only, since a load would lock the kernel; none of these rules is loaded"
