"""The scenarios that ship are whole, consistent hosts, and captures come back from their file as they went in."""

from __future__ import annotations

import io
import os
import re
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tui.audit.inputs import PathFacts, Unknown
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.rules_d.compiled import compile_rules
from tui.documents.problems import DocumentError
from tui.documents.writing import dump
from tui.host import scenario as scenario_module
from tui.host.facts import FileFacts, HostFacts, Interest, LogFacts
from tui.host.scenario import (
    SCENARIO_NAMES,
    Scenario,
    dump_capture,
    load_host_file,
    load_scenario,
    load_scenario_file,
    load_scenarios,
)
from tui.host.simulated.host import SimulatedHost
from tui.views.signs import UNICODE
from tui.views.trainer import ROWS, trainer_lines

STEPS = ("control", "host", "preview", "confirm", "apply", "result")


@pytest.fixture(params=SCENARIO_NAMES)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load_scenario(request.param)


def test_every_scenario_teaches_something_at_every_step(scenario: Scenario) -> None:
    assert scenario.name in SCENARIO_NAMES
    assert scenario.lesson.endswith(".")
    assert len(textwrap.wrap(scenario.lesson, 53)) <= 2, "the list of scenarios at 80 columns shows it in two rows"
    for step in STEPS:
        text = scenario.trainer.at(step)
        assert text.before or text.after, step


def test_the_trainer_takes_three_rows_of_a_step_at_most(scenario: Scenario) -> None:
    before = ""
    for step in STEPS:
        text = scenario.trainer.at(step)
        assert len(trainer_lines((before, text.before), 79, UNICODE, rows=0)) <= ROWS + 1, step
        before = text.after


def test_audit_rules_is_what_augenrules_makes_of_rules_d(scenario: Scenario) -> None:
    facts = scenario.host
    assert not isinstance(facts.rules_dir, Unknown)
    assert isinstance(facts.audit_rules, FileFacts)
    files = [RulesFile(entry.path.rpartition("/")[2], entry.content, entry.kind) for entry in facts.rules_dir]
    assert compile_rules(files, facts.names).text == facts.audit_rules.content


def test_the_loaded_rules_are_those_on_disk_and_none_other_but_an_agents(scenario: Scenario) -> None:
    """What a load would leave is what is loaded, less what only the kernel knows (one scenario has such a rule)."""
    thawed = scenario.host
    assert not isinstance(thawed.audit_status, Unknown)
    host = SimulatedHost(replace(thawed, audit_status=replace(thawed.audit_status, enabled=1)))
    host.run(("/usr/sbin/augenrules", "--load"), timeout=60)
    after = host.read(Interest()).kernel_rules
    before = scenario.host.kernel_rules
    assert not isinstance(after, Unknown)
    assert not isinstance(before, Unknown)
    only_loaded = [rule for rule in before if rule not in after]
    assert [rule for rule in before if rule in after] == list(after)
    assert [rule.keys for rule in only_loaded] == ([("edr-agent",)] if scenario.name == "foreign-rules" else [])


def test_paths_and_mounts_fit_together(scenario: Scenario) -> None:
    assert not isinstance(scenario.host.mounts, Unknown)
    points = {mount.mount_point for mount in scenario.host.mounts}
    for path, facts in scenario.host.paths.items():
        assert isinstance(facts, PathFacts)
        assert facts.path == path
        if facts.kind != "absent":
            assert facts.mount_point in points, path
            assert facts.real_parent is not None, path


def test_a_scenario_file_and_a_capture_of_it_hold_the_same_host(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(dump(scenario))
    (tmp_path / "capture.yaml").write_text(dump_capture(scenario.host))
    assert load_host_file(tmp_path / "scenario.yaml") == load_host_file(tmp_path / "capture.yaml") == scenario.host
    capture = load_scenario(str(tmp_path / "capture.yaml"))
    assert (capture.name, capture.lesson, capture.faults) == ("capture", "", ())


def test_what_a_simulated_host_became_can_be_captured(tmp_path: Path) -> None:
    host = SimulatedHost(load_scenario("fresh"))
    host.run(("/usr/sbin/auditctl", "-w", "/etc/docker", "-p", "wa", "-k", "two words"), timeout=5)
    facts = host.read(Interest(paths=frozenset({"/nowhere/at all"})))
    (tmp_path / "capture.yaml").write_text(dump_capture(facts))
    assert load_host_file(tmp_path / "capture.yaml") == replace(facts, source="file")


def test_an_unknown_SCENARIO_NAMES_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"'frehs'.*fresh, compliant, absent"):
        load_scenario("frehs")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("schema: 3\nhost: {}\n", "identity"),
        ("schema: 1\nname: x\nlesson: y\nhost: 4\n", "expected"),
        ("", "empty"),
        ("- a\n", "expected"),
    ],
)
def test_a_file_that_is_no_host_is_refused_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError, match=problem) as caught:
        load_scenario_file(path)
    assert str(caught.value).startswith(f"{path}:")


def test_a_document_of_another_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(dump(replace(load_scenario("fresh"), schema=3)))
    with pytest.raises(DocumentError, match="expected schema 2 or an earlier one, found 3"):
        load_scenario_file(path)


def test_a_trainers_step_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "typo.yaml"
    path.write_text(dump(load_scenario("fresh")).replace("\n  preview:", "\n  previw:"))
    with pytest.raises(DocumentError, match="previw"):
        load_scenario_file(path)


def test_all_scenarios_load_in_their_order() -> None:
    assert tuple(scenario.name for scenario in load_scenarios()) == SCENARIO_NAMES
    assert all(isinstance(scenario.host, HostFacts) for scenario in load_scenarios())


LOG_FILE = """schema: 1
host:
{before}  log:
    folder: /var/log/audit
    real_folder: /var/log/audit
    files:
      - name: audit.log
        size: {size}
        mtime: {mtime}
        events: 3
        bytes_by_day:
          "2026-11-24": 5
          {day}: 7
"""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "nonsense"}, "expected a day written as 2026-11-24"),
        ({"day": '"20261124"'}, "expected a day"),
        ({"day": '"２０２６-11-24"'}, "expected a day"),
        ({"day": '"2026-02-30"'}, "expected a day"),
        ({"size": "-1"}, "expected a number from 0"),
        ({"size": "9" * 30}, "64 bits"),
        ({"mtime": "1e308"}, "expected seconds since 1970"),
        ({"mtime": "-5.0"}, "expected seconds since 1970"),
    ],
)
def test_a_host_file_with_nonsense_is_refused_with_its_place(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    facts = load_scenario("fresh").host
    before = dump_capture(replace(facts, log=Unknown("x"))).partition("host:\n")[2].partition("  log:\n")[0]
    values = {"size": "12", "mtime": "1795510800.0", "day": '"2026-11-25"'} | changes
    text = LOG_FILE.format(before=before, **values)
    path = tmp_path / "host.yaml"
    path.write_text(LOG_FILE.format(before=before, size="12", mtime="1795510800.0", day='"2026-11-25"'))
    assert isinstance(load_host_file(path).log, LogFacts)
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        load_host_file(path)
    (problem,) = caught.value.problems
    line = text.split("\n")[problem.line - 1]
    assert words in problem.text
    assert next(iter(changes.values())) == line[problem.column - 1 :].removesuffix(": 7")


@pytest.mark.parametrize("moment", ["1e308", "-1.0", "253402300800.0"])
def test_a_host_of_no_time_is_refused(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "host.yaml"
    text = dump_capture(load_scenario("fresh").host)
    path.write_text(re.sub("taken_at: .*", f"taken_at: {moment}", text))
    with pytest.raises(DocumentError, match="expected seconds since 1970"):
        load_host_file(path)


@pytest.mark.parametrize("opening", ["[", "{", "- "])
def test_deep_nesting_is_refused(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "host.yaml"
    path.write_text("schema: 1\nhost: " + ("" if opening != "- " else "\n") + opening * 100_000)
    with pytest.raises(DocumentError) as caught:
        load_host_file(path)
    assert caught.value.problems[0].line > 1


def test_a_pipe_is_a_host_file_and_a_silent_one_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    text = dump_capture(load_scenario("fresh").host).encode()
    writer = threading.Thread(target=lambda: (os.write(write, text), os.close(write)))
    writer.start()
    assert load_host_file(f"/dev/fd/{read}").identity == load_scenario("fresh").host.identity
    writer.join()
    os.close(read)
    monkeypatch.setattr(scenario_module, "PATIENCE", 0.01)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="nothing came from it"):
        load_host_file(tmp_path / "pipe")
    for path in ("/dev/zero", tmp_path):
        with pytest.raises(OSError, match=str(path)):
            load_host_file(path)


def test_a_host_comes_by_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = load_scenario("fresh").host
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(dump_capture(facts).encode())))
    assert load_host_file("-").identity == facts.identity
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"nothing: of it\n")))
    with pytest.raises(DocumentError, match="standard input:1"):
        load_host_file("-")
