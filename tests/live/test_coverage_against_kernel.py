"""coverage() held against a running kernel: random rule sets are loaded, every kind of access is made by several callers, and the
audit log must hold exactly what the model says.

DOCKER_AUDIT_WIZARD_RULE_SETS (default 150) is the number of rule sets, DOCKER_AUDIT_WIZARD_SEED (default ``house``) draws others.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.live.audited_place import AuditedPlace
from tests.live.callers import Callers, Event, runs_32bit
from tests.live.logged import load, recorded
from tests.live.rule_sets import RuleSets
from tui.audit.coverage.callers import Condition
from tui.audit.coverage.coverage import coverage
from tui.audit.coverage.decision import Decision
from tui.audit.coverage.first_match import Judge
from tui.audit.coverage.regions import Box
from tui.audit.inputs import AuditStatus, Names, PathFacts
from tui.host.reading.kernel import read_rules, read_status

pytestmark = pytest.mark.live

SETS = int(os.environ.get("DOCKER_AUDIT_WIZARD_RULE_SETS", "150"))
PARTS = 5
"""In so many tests, so that each ends in a test's time on a slow machine, too."""
SEED = os.environ.get("DOCKER_AUDIT_WIZARD_SEED", "house")


@pytest.fixture
def place(audit_state: None) -> Iterator[AuditedPlace]:
    made = AuditedPlace()
    try:
        yield made
    finally:
        kernel_rules.delete_all()  # before the files: rules on them slow their removal down
        made.remove()


@pytest.fixture
def callers(place: AuditedPlace) -> Callers:
    return Callers(place.file, runs_32bit())


def holds(condition: Condition, event: Event, owner: Mapping[str, int]) -> bool | None:
    """Whether a property that the model leaves open holds for *event*; None where the test cannot tell either."""
    text = condition.holds
    properties = {**event.properties, **owner}
    if match := re.match(r"(\w+) equal to (\w+)$", text):
        return properties[match[1]] == properties[match[2]]
    if match := re.match(r"(e?gid)(=|<|<=)(\d+) \(further", text):
        own, wanted = properties[match[1]], int(match[3])
        if match[2] == "=":
            return own == wanted or wanted in event.groups
        return own < wanted if match[2] == "<" else own <= wanted
    if match := re.match(r"processes started with (e?gid)=(\d+)$", text):
        return properties[match[1]] == int(match[2]) or int(match[2]) in event.groups
    if text.startswith("if the rule was loaded after") or text.startswith("processes started since"):
        return True
    if text == "dynamically linked programs" or text.startswith("calls that also name"):
        return False  # the file is linked statically, and the calls of the probes name nothing else
    return None


def inside(box: Box, event: Event, judge: Judge, owner: Mapping[str, int]) -> bool | None:
    """Whether *event* is one of *box*; None where that depends on what cannot be told."""
    known = judge.filters.calls(event.access)
    place = next(at for at, call in enumerate(known) if (call.arch, call.number) == (event.arch, event.number))
    if not box.calls >> place & 1:
        return False
    doubtful = False
    for name, ranges in box.ranges.items():
        value: int | None
        if isinstance(name, Condition):
            value = holds(name, event, owner)
            if value is None:
                doubtful = True
                continue
        elif isinstance(name, tuple):
            value = event.properties[name[1]]  # the workers are started by processes with the same ids
        elif name == "exe":
            value = judge.filters.programs.get(event.exe, 0)
        else:
            value = event.properties[str(name)]
        if not any(low <= value <= high for low, high in ranges):
            return False
    return None if doubtful else True


def expected(outcome: Decision, event: Event, judge: Judge, owner: Mapping[str, int]) -> bool | None:
    """Whether the model says that *event* is recorded; every event lies in exactly one piece, or in several doubtful ones."""
    answers = {True: [inside(piece.box, event, judge, owner) for piece in outcome.recorded]}
    answers[False] = [inside(piece.box, event, judge, owner) for piece in outcome.lost]
    certain = [verdict for verdict, found in answers.items() if True in found]
    possible = [verdict for verdict, found in answers.items() if None in found]
    if certain:
        assert len(certain) == 1, f"{event} is counted both as recorded and as lost"
        return None if possible else certain[0]
    assert possible, f"{event} is in no piece"
    return possible[0] if len(possible) == 1 else None


def compare(place: AuditedPlace, callers: Callers) -> list[str]:
    """Make every access under the loaded rules; where the log differs from the model."""
    rules, status = read_rules(), read_status()
    assert isinstance(rules, tuple)
    assert isinstance(status, AuditStatus)
    mounts = place.mounts()
    paths = place.facts(rules, mounts)
    target = paths[place.file]
    assert isinstance(target, PathFacts)
    others = {}
    for path in (f"{place.top}/bin", f"{place.top}/other/link", f"{place.top}/linked/containerd"):
        facts = paths[path]
        assert isinstance(facts, PathFacts)
        if facts.kind == "directory" and any(rule.path in place.other_names for rule in rules):
            continue  # what names a file below a directory has elsewhere cannot be known
        found = coverage(facts, rules, status, paths, Names(), mounts=mounts)
        others[path] = {access: told.level for access, told in found.accesses.items()}
    judge = Judge(target, rules, status, paths, Names(), None, (), mounts)
    outcomes = {access: judge.blinded(access, judge.first_match(access), *judge.losses(access)) for access in "rwxa"}
    owner = {"obj_uid": target.uid or 0, "obj_gid": target.gid or 0}
    events, seen = recorded(callers.make, patience=0.3)  # drawn rules often keep the marker out; who calls looks twice
    problems = []
    for event in events:
        in_log = (event.pid, event.arch, event.number, event.path_argument) in seen
        level = outcomes[event.access].level
        if level != "partial" and in_log != (level == "audited"):
            problems.append(f"{event}: {level}, yet {'' if in_log else 'not '}in the log")
        elif any(
            level != "partial" and in_log != (level == "audited") for level in (each[event.access] for each in others.values())
        ):
            problems.append(f"{event}: {others}, yet {'' if in_log else 'not '}in the log")
        elif (said := expected(outcomes[event.access], event, judge, owner)) not in (None, in_log):
            problems.append(f"{event}: should {'' if said else 'not '}be in the log and is {'' if in_log else 'not'}")
    after = read_status()
    assert isinstance(after, AuditStatus)
    return [] if problems and after.lost != status.lost else problems


@pytest.mark.parametrize("part", range(PARTS))
def test_random_rule_sets(place: AuditedPlace, callers: Callers, tmp_path: Path, part: int) -> None:
    wrong = []
    for number in range(part, SETS, PARTS):
        sets = RuleSets(place, (callers.exe, "/usr/bin/true"), f"{SEED}-{number}")
        lines = sets.draw()
        load(lines, tmp_path)
        problems = compare(place, callers)
        if problems:
            problems = compare(place, callers)  # a record can be late on a busy machine; a wrong verdict stays wrong
        if problems:
            wrong.append("\n  ".join([f"{SEED}-{number}:", *lines, "--", *problems[:6]]))
    assert not wrong, f"{len(wrong)} rule sets are judged wrongly\n" + "\n".join(wrong[:10])
