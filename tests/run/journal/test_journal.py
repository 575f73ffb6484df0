"""The journal on disk: nothing is lost on the way through it, and runs are found in their order."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run.journal.desk import DOCKER, WORK, Desk, begin, bring
from tests.run.journal.desk import desk as desk
from tui.audit.inputs import AuditStatus
from tui.audit.rule.value import Field, Rule
from tui.host.port import Actor, CommandResult
from tui.plan.values import FileChange, FileState
from tui.run.journal import journal, run_records
from tui.run.journal.intent import Intent
from tui.run.journal.journal import Journal
from tui.run.journal.run_records import UnknownRun
from tui.run.journal.unfinished import LINES
from tui.run.values import Step

texts = st.text(st.characters(exclude_categories=()), max_size=12).filter(lambda text: "\x00" not in text)
numbers = st.integers(0, 2**32 - 1)
rules = st.builds(
    Rule,
    st.sampled_from(["exit", "task", "exclude"]),
    st.sampled_from(["always", "never"]),
    st.none() | st.frozensets(st.integers(0, 2047), max_size=5),
    st.lists(
        st.builds(Field, st.sampled_from(["path", "auid", "perm"]), st.sampled_from(["=", "!="]), numbers | texts), max_size=3
    ).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
states = st.builds(FileState, st.binary(max_size=40), st.integers(0, 0o7777), numbers, numbers)
works = st.builds(
    Intent,
    kind=st.sampled_from(["apply", "undo"]),
    benchmark=st.just("1.2.0"),
    controls=st.just(("1.2.11",)),
    files=st.builds(FileChange, st.just(DOCKER), st.none() | states, st.none() | states).map(lambda change: (change,)),
    compiled=st.none() | states,
    previous=st.none() | states,
    new_lines=st.lists(st.binary(max_size=10), max_size=2).map(tuple),
    kernel_before=st.lists(rules, max_size=3).map(tuple),
    expected=st.lists(rules, max_size=3).map(tuple),
    put_back=st.lists(rules, max_size=2).map(tuple),
    status=st.builds(AuditStatus, st.integers(0, 2), pid=numbers),
    auditctl=st.just("/sbin/auditctl"),
    load=st.none() | st.just(("/sbin/augenrules", "--load")),
    restart=st.just((("/usr/sbin/service", "auditd", "restart"),)),
    start=st.none() | st.just(("/usr/sbin/service", "auditd", "start")),
    rules_dir=st.dictionaries(texts, texts, max_size=2),
    pending_reboot=st.booleans(),
    undoes=st.none() | st.just("20260101T000000Z-1"),
    undoes_all=st.lists(st.just("20260101T000000Z-1"), max_size=2).map(tuple),
)


@given(intent=works)
def test_a_run_comes_back_from_its_folder_as_it_went_in(intent: Intent, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk") / "state")
    begin(desk, intent).close()
    (record,) = run_records.runs(desk)
    assert record.intent == intent
    assert (record.kind, record.controls, record.benchmark, record.host) == (intent.kind, intent.controls, "1.2.0", "web-01")


def test_only_what_has_not_ended_is_read_to_find_the_unfinished_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for number in range(4):
        desk.time += 1
        with begin(desk) as opened:
            names.append(opened.run)
            if number != 1:
                opened.write("end", outcome="proved", headline="", message="x" * (10_000 if number == 3 else 10), mend=[])
    whole = desk.folder / "runs" / names[2] / LINES
    whole.write_bytes(whole.read_bytes()[:-3])  # a crash cut the last line
    read = []
    real = run_records._read
    monkeypatch.setattr(run_records, "_read", lambda folder: read.append(folder.name) or real(folder))
    assert run_records.unfinished(desk).run == names[2]
    assert set(read) == {names[1], names[2], names[3]}  # the last one's end is too long for its tail to tell
    assert [record.run for record in run_records.runs(desk) if record.unfinished] == [names[2], names[1]]


def test_a_run_is_running_while_its_process_holds_it_unfinished_after_and_finished_at_its_end(desk: Desk) -> None:
    opened = begin(desk)
    (record,) = run_records.runs(desk)
    assert record.running
    assert not record.unfinished
    assert run_records.unfinished(desk) is None
    opened.close()
    assert run_records.unfinished(desk).run == opened.run
    with Journal.reopen(desk, run_records.unfinished(desk)) as again:
        desk.time += 5
        again.write("end", outcome="rolled-back", headline="rolled back", message="as before")
    (record,) = run_records.runs(desk)
    assert (record.finished, record.outcome, record.headline, record.message) == (
        desk.time,
        "rolled-back",
        "rolled back",
        "as before",
    )
    assert run_records.unfinished(desk) is None


def test_runs_come_newest_first_and_have_names_of_their_own_within_one_second(desk: Desk) -> None:
    names = []
    for _ in range(12):
        opened = begin(desk)
        opened.close()
        names.append(opened.run)
    assert len(set(names)) == 12
    assert names[0] == f"20270115T080000Z-{os.getpid()}"
    assert [record.run for record in run_records.runs(desk)] == names[::-1]


def test_steps_are_what_the_last_line_of_each_says(desk: Desk) -> None:
    with begin(desk) as opened:
        opened.step(Step("write", "Write", "running"))
        opened.step(Step("write", "Write", "done", 0.5, "written"))
        opened.step(Step("load", "Load", "running"))
        opened.command(CommandResult(("/sbin/augenrules",), "exited", 1, None, "no\n", 0.1))
    (record,) = run_records.runs(desk)
    assert record.steps == (Step("write", "Write", "done", 0.5, "written"), Step("load", "Load", "running"))
    assert [event["event"] for event in record.events] == ["begin", "step", "step", "step", "command"]


def test_every_folder_and_file_is_for_its_owner_alone(desk: Desk) -> None:
    opened = begin(desk)
    opened.close()
    for path in [desk.folder, *desk.folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_the_backup_is_the_file_as_it_was(desk: Desk) -> None:
    begin(desk).close()
    (record,) = run_records.runs(desk)
    assert Path(record.backup).read_bytes() == b"# theirs\n"
    (change,) = record.files
    assert change.contents == (b"# theirs\n", b"# theirs\n-w /x -k docker\n")
    begin(desk, replace(WORK, files=(FileChange(DOCKER, None, FileState(b"new", 0o640, 0, 0)),))).close()
    assert run_records.runs(desk)[0].backup is None


def test_one_run_is_found_by_its_own_journal_and_those_that_name_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for number in range(5):
        desk.time += 1
        with begin(desk, replace(WORK, kind="undo", undoes=names[1]) if number == 3 else WORK) as opened:
            names.append(opened.run)
            opened.write("end", outcome="proved", headline="", message="")
    read = []
    real = run_records._read
    monkeypatch.setattr(run_records, "_read", lambda folder: read.append(folder.name) or real(folder))
    whole = run_records.runs(desk)
    read.clear()
    assert run_records.find(desk, names[1]) == next(record for record in whole if record.run == names[1])
    assert set(read) == {names[1], names[3]}
    (desk.folder / "runs" / names[4] / LINES).write_bytes(b"damaged\n")
    assert run_records.find(desk, names[1]).undone_by == names[3]  # what the damaged one did is none of this one's


def test_an_unknown_run_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownRun, match="there is no run 20260101T000000Z-1"):
        run_records.find(desk, "20260101T000000Z-1")


def test_undo_runs_mark_the_run_they_undid_once_they_succeeded(desk: Desk) -> None:
    with begin(desk) as first:
        first.write("end", outcome="proved", headline="", message="")
    assert run_records.latest_undoable(desk).run == first.run
    with begin(desk, replace(WORK, kind="undo", undoes=first.run)) as failed:
        failed.write("end", outcome="rolled-back", headline="", message="")
    assert run_records.find(desk, first.run).undone_by is None
    with begin(desk, replace(WORK, kind="undo", undoes=first.run)) as second:
        second.write("end", outcome="proved", headline="", message="")
    assert run_records.find(desk, first.run).undone_by == second.run
    assert run_records.latest_undoable(desk) is None


def test_a_full_disk_is_kept_in_mind_where_it_must_not_stop_the_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with begin(desk) as opened:

        def full(*_: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", full)
        opened.note("restore", path=DOCKER)
        with pytest.raises(OSError, match="No space left"):
            opened.write("step")
        monkeypatch.undo()
    assert opened.trouble.errno == 28


def test_lines_are_ascii_json_even_for_names_that_are_no_text(desk: Desk) -> None:
    with begin(desk) as opened:
        opened.write("wrote", path=b"/etc/\xff\x1b[2J".decode("utf-8", "surrogateescape"))
    for line in (opened.folder / LINES).read_bytes().decode("ascii").splitlines():
        assert json.loads(line)["event"]


# --- what a clock, a stranger or another version may have put there -------------------------------------------------------------


def test_the_order_of_runs_is_that_in_which_they_began_whatever_the_clock_said(desk: Desk) -> None:
    names = []
    for seconds in (0, -86_400, 3_600, -7):
        desk.time += seconds
        with begin(desk) as opened:
            opened.write("end", outcome="proved", headline="", message="")
        names.append(opened.run)
    assert [record.run for record in run_records.runs(desk)] == names[::-1]
    assert [record.number for record in run_records.runs(desk)] == [4, 3, 2, 1]
    assert run_records.latest_undoable(desk).run == names[-1]


def test_runs_from_before_they_were_counted_are_older_than_those_that_are(desk: Desk) -> None:
    bring(desk, "ended")
    desk.time -= 86_400 * 365
    with begin(desk) as opened:
        opened.write("end", outcome="proved", headline="", message="")
    assert [record.run for record in run_records.runs(desk)] == [opened.run, "20270115T080000Z-12375"]


# --- who did it ------------------------------------------------------------------------------------------------------------


def test_a_run_names_who_began_it_and_leaves_two_lines_in_the_systems_log(desk: Desk) -> None:
    with begin(desk) as opened:
        opened.end("proved", "audited, and proved", "")
    (record,) = run_records.runs(desk)
    assert record.actor == desk.who
    assert desk.system_log == [
        f"run {record.run} begun: apply of 1.2.11, by alice (login uid 1000), by sudo from alice, on /dev/pts/3, version 1.0: "
        "docker-audit-wizard apply --yes",
        f"run {record.run} ended: proved (audited, and proved)",
    ]


def test_who_goes_on_with_a_run_is_another_than_who_began_it(desk: Desk) -> None:
    begin(desk).close()
    first, desk.who = desk.who, Actor(None, "", "", "", ("docker-audit-wizard", "undo"), "2.0")
    with Journal.reopen(desk, run_records.unfinished(desk)) as again:
        again.recovery(finish=False)
        assert (again.begun_by, again.actor) == (first, desk.who)
        again.end("rolled-back", "rolled back", "")
    (record,) = run_records.runs(desk)
    assert record.actor == first
    assert [event["actor"]["version"] for event in record.events if "actor" in event] == ["1.0", "2.0"]
    assert [line.split(" by ")[0].split(" (")[0] for line in desk.system_log[1:]] == [
        f"run {record.run} begun again: to be rolled back,",
        f"run {record.run} ended: rolled-back",
    ]
    assert "by no login (as a service or in a container), version 2.0" in desk.system_log[1]


def test_a_run_that_could_not_begin_tells_the_systems_log_nothing(desk: Desk) -> None:
    def fail() -> str:
        raise OSError(28, "No space left on device")

    desk.boot_id = fail
    with pytest.raises(OSError, match="No space"):
        begin(desk)
    assert desk.system_log == []


def test_each_event_that_a_run_writes_is_in_the_description_of_the_format() -> None:
    """The calls that write an event, found in the code, against the table in the module's docstring."""
    package = Path(journal.__file__).parents[1]
    calls = re.compile(r"\.(?:write|note)\(\s*\"([a-z-]+)\"")
    written = {name for path in package.rglob("*.py") for name in calls.findall(path.read_text())}
    table = (journal.__doc__ or "").partition("The events, each with its fields:")[2].partition("Each line")[0]
    described = {
        name for line in table.splitlines() if re.match(r"    [a-z]", line) for name in re.split(r", ", line[4:20].strip())
    }
    assert described == written
