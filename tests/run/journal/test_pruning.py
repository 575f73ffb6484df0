"""Pruning: old runs leave the journal, and none that an undo, a recovery or another run's story goes by."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import Switches
from tui.run.journal import pruning, run_records
from tui.run.journal.pruning import choose
from tui.run.journal.unfinished import LINES
from tui.session import Session
from tui.verbs import past
from tui.verdict.question import Question

RULES = "/etc/audit/rules.d/docker.rules"


def record(run: str, *, path: str = "", undid: tuple[str, ...] = (), **changes: Any) -> Any:
    """As much of a run as a pruning looks at."""
    swaps = [{"path": path}] if path else []
    values = {"running": False, "unfinished": False, "undid": undid, "events": ({"work": {"swaps": swaps}},), **changes}
    return SimpleNamespace(run=run, **values)


def chosen(*records: Any, keep: int = 1, needed: tuple[str, ...] = ()) -> tuple[list[str], dict[str, str]]:
    """The runs that go and those that stay, of *records*, newest first."""
    found = choose(records, keep, lambda one: one.run in needed)
    return [one.run for one in found.goes], {one.run: why for one, why in found.stays}


def test_all_but_the_newest_go() -> None:
    assert chosen(record("c"), record("b"), record("a"), keep=2) == (["a"], {})
    assert chosen(record("b"), record("a"), keep=2) == ([], {})


def test_what_did_not_finish_or_works_or_wrote_last_stays() -> None:
    goes, stays = chosen(
        record("f"),
        record("e", path=RULES),
        record("d", path=RULES),
        record("c", running=True),
        record("b", unfinished=True),
        record("a", path=RULES),
        needed=("d",),
    )
    assert goes == ["a"]
    assert stays == {
        "b": "it did not finish",
        "c": "it is at work",
        "d": "undo can still take its change back",
        "e": f"it is the last run that wrote {RULES}",
    }


def test_an_undo_stays_as_long_as_what_it_undid() -> None:
    """Without it that run would seem never to have been undone, and could be undone once more."""
    goes, stays = chosen(
        record("d"), record("c", path=RULES), record("b", undid=("a",)), record("a", path="/etc/audit/auditd.conf")
    )
    assert goes == []
    assert stays["b"] == "it undid a, which stays"
    assert chosen(record("d"), record("c", path=RULES), record("b", undid=("a",)), record("a", path=RULES))[0] == ["a", "b"]


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["", RULES, "/x"]), st.integers(1, 9)), max_size=10
    ),
    st.integers(1, 5),
)
def test_no_run_that_is_needed_goes(drawn: list[Any], keep: int) -> None:
    """The newest ones, the last writer of each file, what is needed, and whatever undid one that stays."""
    records = [
        record(str(at), path=path, unfinished=unfinished, undid=(str(at + back),) if undoes else (), needed=needed)
        for at, (unfinished, undoes, needed, path, back) in enumerate(drawn)
    ]
    gone = {one.run for one in choose(records, keep, lambda one: one.needed).goes}
    assert gone <= {one.run for one in records[keep:]}
    assert not any(one.unfinished or one.needed for one in records if one.run in gone)
    for path in (RULES, "/x"):
        writers = [one.run for one in records if one.events[0]["work"]["swaps"] == [{"path": path}]]
        assert not writers or writers[0] not in gone
    stay = {one.run for one in records} - gone
    assert not any(set(one.undid) & stay for one in records if one.run in gone)


# --- the verb --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimulatedHost:
    """A host on which containerd's line came, went and came again, and dockerd's after it."""
    host = SimulatedHost(load_scenario("fresh"), state_folder=tmp_path / "state")
    for slug, back in (("containerd", True), ("containerd", False), ("dockerd", False)):
        walk = Session(Question(load_catalogue().find([slug], "1.8.0"), "1.8.0"), host, switches=Switches())
        walk.read()
        walk.carry_out(lambda _event: None, lambda: False)
        host.machine.pass_time(60)
        if back:
            walk.undo(walk.past.prepare_undo(run_records.runs(host)[0]), lambda _event: None, lambda: False)
            host.machine.pass_time(60)
    monkeypatch.setattr(past, "live_host", lambda: host)
    return host


def runs(host: SimulatedHost) -> list[str]:
    return [one.run for one in run_records.runs(host)]


def status(*argv: str) -> Any:
    try:
        return main(argv)
    except SystemExit as usage:
        return usage.code


def pruned(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main(["history", "--prune", *argv, "--yes", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_verb_takes_what_is_over_and_keeps_what_an_undo_needs(host: SimulatedHost, capsys: pytest.CaptureFixture[str]) -> None:
    dockerd, containerd, undo, first = runs(host)
    folder = host.state_folder / "runs"
    assert pruned(capsys, "1") == {
        "schema": 1,
        "removed": [first, undo],
        "stays": [{"run": containerd, "why": "undo can still take its change back"}],
    }
    assert runs(host) == [dockerd, containerd]
    assert sorted(entry.name for entry in folder.iterdir()) == sorted([dockerd, containerd])
    assert any("pruned the journal of 2 runs" in line for line in host.system_log)
    assert pruned(capsys, "1")["removed"] == []
    walk = Session(Question(load_catalogue().find(["containerd"], "1.8.0"), "1.8.0"), host)
    assert walk.undo(walk.past.prepare_undo_all(), lambda _event: None, lambda: False).exit_code == 0
    assert b"docker" not in (host.machine.files[RULES].content if RULES in host.machine.files else b"")


def test_it_asks_and_takes_no_other_word_than_yes(
    host: SimulatedHost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = runs(host)
    answers = iter(["no\n", "yes\n"])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True, readline=lambda: next(answers)))
    assert main(["history", "--prune", "1"]) == 3
    told = capsys.readouterr().err
    assert "2 runs would leave the journal" in told
    assert before[-1] in told
    assert runs(host) == before
    assert main(["history", "--prune", "1"]) == 0
    assert "2 runs left the journal" in capsys.readouterr().out
    assert runs(host) == before[:2]


@pytest.mark.parametrize(
    "argv",
    [
        ["--prune", "0", "--yes"],
        ["--prune", "-1", "--yes"],
        ["--prune", "some", "--yes"],
        ["--prune", "1"],
        ["--prune", "1", "--yes", "--since", "7d"],
        ["--prune", "1", "--yes", "20260101T000000Z-1"],
        ["--yes"],
    ],
    ids=["none", "negative", "word", "nobody-to-ask", "since", "run", "yes-alone"],
)
def test_what_is_not_meant_so_removes_nothing(host: SimulatedHost, argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    before = runs(host)
    assert status("history", *argv) == 2
    assert runs(host) == before


def test_nothing_goes_while_a_run_is_at_work(host: SimulatedHost) -> None:
    before = runs(host)
    with host.lock():
        assert main(["history", "--prune", "1", "--yes"]) == 3
    assert runs(host) == before


def test_a_crash_in_between_leaves_no_half_run(host: SimulatedHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines go first: the rest of the folder is nobody's run, and no damaged one."""
    *_, first = run_records.runs(host)

    def fail(path: Path) -> None:
        raise OSError("no")

    monkeypatch.setattr(pruning.shutil, "rmtree", fail)
    with pytest.raises(OSError, match="no"):
        pruning.remove(host, [first])
    assert first.run not in runs(host)
    assert run_records.unfinished(host) is None


def test_a_link_in_the_place_of_a_run_is_left_alone(host: SimulatedHost, tmp_path: Path) -> None:
    *_, first = run_records.runs(host)
    first.folder.rename(tmp_path / "elsewhere")
    first.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        pruning.remove(host, [first])
    assert (tmp_path / "elsewhere" / LINES).exists()
