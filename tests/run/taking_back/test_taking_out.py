"""taking_out: in whatever order runs are made and undone, what is left begins guarded, and in the end the file is as it was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run.stand_in import NAMES
from tui.audit.rules_d.edit import merge_rules
from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.host.facts import DOCKER_RULES
from tui.host.scenario import load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.plan.values import FileChange, FileState
from tui.run.taking_back.taking_out import as_found, taken_out
from tui.session import Session
from tui.verdict.question import Question

LINES = [f"-w /usr/bin/{name} -k docker" for name in ("containerd", "dockerd", "runc", "docker")]
STARTS = [None, b"", b"\n", b"-w /etc/docker -p wa -k theirs\n", b"# theirs\n\n-w /etc/docker -k theirs\n"]


class File:
    """One file of rules.d, its runs and undos, as undo_plan carries them out."""

    def __init__(self, content: bytes | None, lacks: bool) -> None:
        self.lacks, self.state = lacks, None if content is None else FileState(content, 0o640)
        self.runs: dict[str, FileChange] = {}
        self.changes: list[FileChange] = []

    def toggle(self, line: str) -> None:
        """Undo the run of *line*, or make it."""
        before = self.state
        if line in self.runs:
            found = taken_out(self.runs.pop(line), before)
            assert found.kind == "taken"
            self.state = as_found(found.state, reversed(self.changes))
        else:
            merged = merge_rules(before.content if before else None, [line], names=NAMES, previous_lacks_newline=self.lacks)
            self.state = replace(before or FileState(b"", 0o640), content=merged.content)
            self.runs[line] = FileChange(DOCKER_RULES, before, self.state)
        self.changes.append(FileChange(DOCKER_RULES, before, self.state))


@given(st.sampled_from(STARTS), st.booleans(), st.lists(st.sampled_from(LINES), max_size=10))
def test_any_order_of_runs_and_undos_leaves_a_guarded_file_and_in_the_end_the_one_that_was_found(
    start: bytes | None, lacks: bool, toggled: list[str]
) -> None:
    file = File(start, lacks)
    for line in toggled:
        file.toggle(line)
        if file.runs:
            assert file.state is not None
            whole = file.state.content
            as_fresh = merge_rules(start, sorted(file.runs, key=whole.decode().index), names=NAMES, previous_lacks_newline=lacks)
            assert whole == as_fresh.content
    for line in [*file.runs]:
        file.toggle(line)
    assert (file.state and file.state.content) == start


def test_a_file_that_somebody_made_after_ours_was_removed_is_never_removed() -> None:
    ours = FileChange(DOCKER_RULES, None, FileState(b"\n-w /a\n", 0o640))
    removed = FileChange(DOCKER_RULES, ours.after, None)
    theirs = FileState(b"\n", 0o640)
    assert as_found(theirs, [removed, ours]) is theirs
    assert as_found(theirs, [ours]) is None


@pytest.mark.parametrize("older_first", [True, False])
def test_two_runs_undone_in_either_order_leave_no_file(older_first: bool) -> None:
    host = SimulatedHost(load_scenario("fresh"))
    walk = Session(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), host)
    for slug in ("containerd", "daemon-json"):
        walk.question = Question(load_catalogue().find([slug], "1.2.0"), "1.2.0")
        walk.read()
        assert walk.carry_out(lambda _event: None, lambda: False).outcome == "proved"
    newest, oldest = (record for record, _left in walk.past.history())
    for number, record in enumerate([oldest, newest] if older_first else [newest, oldest]):
        report = walk.undo(walk.past.prepare_undo(record), lambda _event: None, lambda: False)
        assert report.exit_code == 0, report.message
        if not number:
            assert (host.machine.files[DOCKER_RULES].content or b"").startswith(b"\n-w ")
    assert DOCKER_RULES not in host.machine.files
    assert (
        "docker.rules removed (nothing else was in it)" in report.message
        if older_first
        else "the run had made it" in report.message
    )
