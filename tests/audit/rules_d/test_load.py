"""What a load leaves in the kernel, where it stops and what it loses; each case was seen with the real auditctl -R."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import rule_of
from tests.drawn.rule_trees import PLACE, rule_trees
from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import listings
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.rules_d.compiled import as_it_stands, compile_rules
from tui.audit.rules_d.load import Loaded, load

NAMES = Names(users={"root": 0, "nobody": 65534}, awk="mawk", audit_version="3.0.9")
FILE = "/etc/audit/rules.d/a.rules"
SAMPLES = Path(__file__).parents[2] / "fixtures/rulesfiles"
OUTCOMES = json.loads((SAMPLES / "outcomes.json").read_text())


def rule(text: str) -> Rule:
    return rule_of(text, NAMES)


def loaded(*lines: str, before: tuple[Rule, ...] = (), delete_all: bool = True) -> Loaded:
    """Load a.rules with these lines behind a -D; paths below /no have no parent, those named dir are directories."""
    base = RulesFile("00.rules", b"-D\n" if delete_all else b"")
    text = "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
    compiled = compile_rules([base, RulesFile("a.rules", text)], NAMES)
    return load(
        compiled,
        NAMES,
        is_directory=lambda path: path.endswith("dir"),
        parent_exists=lambda path: not path.startswith("/no/"),
        before=before,
        exists=lambda path: not path.startswith("/no"),
    )


def test_a_load_that_goes_through() -> None:
    result = loaded("-w /a -k one", "-w /dir -p wa", "-b 9000", "--backlog_wait_time 60000", "-e 1", before=(rule("-w /old"),))
    assert result.rules == (rule("-w /a -k one"), rule("-a always,exit -F dir=/dir -F perm=wa"))
    assert [str(line.place) for line in result.origin if line] == [f"{FILE}:1", f"{FILE}:2"]
    assert result.settings == {"backlog_limit": 9000, "backlog_wait_time": 60000, "enabled": 1}
    assert (result.stopped, result.errors, result.lost, result.exit_code, result.makes_immutable) == (None, (), (), 0, False)


def test_listing_order_is_by_list_then_prepended_then_appended() -> None:
    lines = [
        "-a always,exclude -F msgtype=CWD",
        "-w /a",
        "-A never,exit -F path=/b",
        "-A never,exit -F path=/c",
        "-a never,task -F auid=4242",
        "-a never,user -F uid=1",
    ]
    order = [5, 4, 3, 2, 1, 0]
    assert loaded(*lines).rules == tuple(rule(lines[number]) for number in order)


def test_an_equal_rule_stops_the_load_and_names_the_first() -> None:
    result = loaded("-w /a -k k", "-w /b", "-a always,exit -F path=/a -F perm=rwxa -F key=k", "# no rule", "", "-w /c")
    assert result.rules == (rule("-w /a -k k"), rule("-w /b"))
    assert result.stopped
    assert (result.stopped.kind, result.stopped.file, result.stopped.file_line, result.stopped.number) == (
        "rule-exists",
        FILE,
        3,
        7,
    )
    assert f"{FILE}:1 has loaded it already" in result.stopped.reason
    assert [line.text for line in result.lost] == ["-w /c"]
    assert result.exit_code == 1


def test_a_prepended_twin_is_no_duplicate() -> None:
    assert loaded("-w /a -k k", "-A always,exit -F path=/a -F perm=rwxa -F key=k").rules == (rule("-w /a -k k"),) * 2


def test_without_delete_all_what_is_loaded_already_stops_the_load() -> None:
    held = (rule("-w /a"), rule("-w /x"))
    result = loaded("-w /a", "-w /b", before=held, delete_all=False)
    assert result.rules == held
    assert result.origin == (None, None)
    assert result.stopped
    assert "The kernel holds it already" in result.stopped.reason
    assert loaded("-w /b", before=held, delete_all=False).rules == (*held, rule("-w /b"))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-w /no/a", "no-parent"),
        ("-a always,exit -F dir=/no-dir -F perm=r", "no-parent"),
        ("-a always,exit -F exe=/no/x", "no-parent"),
        ("-w", "unreadable"),
        ("nonsense", "unreadable"),
        ("\t-w /a", "unreadable"),
        ("-w /a -k x # why", "unreadable"),
        ("-w /a -p wa\r", "unreadable"),
        ("\r", "unreadable"),
        ("-W /a", "no-such-rule"),
        ("-D -w /a", "unreadable"),
        ("-r many", "unreadable"),
        ("--backlog_wait_time 99999999", "refused-setting"),
    ],
)
def test_what_stops_a_load(line: str, kind: str) -> None:
    result = loaded("-w /first", line, "-w /last")
    assert result.stopped
    assert (result.stopped.kind, result.stopped.text, result.stopped.file_line) == (kind, line, 2)
    assert result.stopped.reason.startswith(f"{FILE}:2, “")
    assert result.rules == (rule("-w /first"),)
    assert [lost.text for lost in result.lost] == ["-w /last"]
    for flow, code in (("-i", 0), ("-c", 1)):
        goes_on = loaded(flow, "-w /first", line, "-w /last")
        assert goes_on.rules == (rule("-w /first"), rule("-w /last"))
        assert [error.kind for error in goes_on.errors] == [kind]
        assert (goes_on.stopped, goes_on.exit_code) == (None, code)


def test_a_carriage_return_is_blamed() -> None:
    result = loaded("-w /a -p wa\r")
    assert result.stopped
    assert "It ends in a carriage return." in result.stopped.reason
    keyed = loaded("-w /a -k docker\r")
    assert keyed.stopped is None
    assert keyed.rules[0].keys == ("docker\r",)


def test_delete_all_with_something_behind_it_deletes_and_then_stops() -> None:
    result = loaded("-w /a", "-D\r", "-w /b")
    assert result.rules == ()
    assert result.stopped
    assert (result.stopped.kind, result.stopped.file_line) == ("unreadable", 2)
    assert [(str(gone.line.place), str(gone.by.place)) for gone in result.deleted] == [(f"{FILE}:1", f"{FILE}:2")]


def test_ignoring_with_a_carriage_return_still_ignores() -> None:
    result = loaded("-i\r", "bad", "-w /b")
    assert result.rules == (rule("-w /b"),)
    assert [error.text for error in result.errors] == ["-i\r", "bad"]
    assert result.exit_code == 0


def test_a_second_c_forgets_that_there_were_errors() -> None:
    assert loaded("-c", "bad").exit_code == 1
    assert loaded("-c", "bad", "-c").exit_code == 0
    assert loaded("-c", "bad", "-i").exit_code == 1


def test_delete_by_key_takes_every_key_that_contains_it() -> None:
    result = loaded("-w /a -k docker", "-w /b -k lock -k b", "-w /c", "-D -k ock")
    assert result.rules == (rule("-w /c"),)
    assert len(result.deleted) == 2


def test_a_delete_takes_the_first_of_two_twins() -> None:
    result = loaded("-w /a", "-w /b", "-A always,exit -F path=/a -F perm=rwxa", "-W /a")
    assert result.rules == (rule("-w /a"), rule("-w /b"))


def test_immutable_in_the_middle_loses_the_rest() -> None:
    compiled = compile_rules([RulesFile("a.rules", b"-D\n-w /a\n  -e 2\n-w /b\n")], NAMES)
    result = load(compiled, NAMES, lambda path: False, lambda path: True)
    assert result.rules == (rule("-w /a"),)
    assert result.makes_immutable
    assert result.stopped
    assert result.stopped.kind == "immutable"


def test_settings_of_a_line_that_fails_are_made_all_the_same() -> None:
    result = loaded("-f 0 -b many")
    assert result.settings == {"failure": 0}
    assert result.stopped
    assert (result.stopped.kind, result.stopped.file_line) == ("unreadable", 1)


def test_a_setting_is_read_as_c_reads_numbers() -> None:
    assert loaded("-r 0x10").settings == {"rate_limit": 16}
    assert loaded("-r 4294967297").settings == {"rate_limit": 1}


def test_a_line_of_more_than_6143_bytes_is_read_in_pieces() -> None:
    result = loaded("-i", "-w /a", "-w " + "/x" * 3200, "-w /no/where")
    assert [error.number for error in result.errors] == [7, 8, 9]
    assert [error.file_line for error in result.errors] == [3, 3, 4]
    exact = loaded("-i", "-w " + "x" * 6140, "bad")
    assert [error.number for error in exact.errors] == [6, 8]


def test_glued_lines_are_explained() -> None:
    compiled = compile_rules([RulesFile("a.rules", b"-D\n-w /a -k one"), RulesFile("b.rules", b"-w /b -k two\n")], NAMES)
    result = load(compiled, NAMES, lambda path: False, lambda path: True)
    assert result.stopped
    assert "a.rules:2 and /etc/audit/rules.d/b.rules:1 (run together for want of a newline)" in result.stopped.reason
    assert (result.stopped.file, result.stopped.file_line) == ("/etc/audit/rules.d/a.rules", 2)


def test_audit_rules_as_it_stands() -> None:
    result = load(as_it_stands(b"-D\n\n-w /a\nbad"), NAMES, lambda path: False, lambda path: True)
    assert result.rules == (rule("-w /a"),)
    assert result.stopped
    assert (result.stopped.file, result.stopped.file_line) == ("/etc/audit/audit.rules", 4)


def test_reasons_show_no_control_characters() -> None:
    result = loaded("-i", "-w /a\x1b[2J -q", "\udcff\x9b", "-w /no/\u202e")
    assert len(result.errors) == 3
    for error in result.errors:
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e\udc80-\udcff]", error.reason)


@given(rule_trees(), st.booleans())
def test_what_holds_of_any_load(files: list[RulesFile], again: bool) -> None:
    compiled = compile_rules(files, NAMES)
    before = (rule(f"-w {PLACE}/g -k docker"),) if again else ()
    result = load(compiled, NAMES, lambda path: path.rstrip("/").endswith("/d"), lambda path: "/no/" not in path, before)
    assert len(result.rules) == len(result.origin)
    lines = [line for line in result.origin if line]
    assert len(set(lines)) == len(lines)
    assert not {gone.line for gone in result.deleted} & set(lines)
    if result.stopped:
        assert result.exit_code == 1
        place = compiled.lines.index(result.stopped.line)
        assert all(line in compiled.lines[: place + 1] for line in lines)
        assert set(result.lost) <= set(compiled.lines[place + 1 :])
    else:
        assert result.lost == ()
    assert set(result.rules) - set(before) <= {
        parsed.rule
        for line in compiled.lines
        for piece in [line.text]
        if isinstance(parsed := parse_line(piece, NAMES, lambda path: path.rstrip("/").endswith("/d")), AddRule)
    }


@pytest.mark.slow
def test_ten_thousand_rules() -> None:
    lines = [f"-w /srv/file{number} -p wa -k k{number % 7}" for number in range(10_000)]
    result = loaded(*lines)
    assert len(result.rules) == 10_000
    assert result.origin[9_999] is not None
    assert result.origin[9_999].text == lines[-1]
    assert loaded(*lines, "-D ").rules == ()


def test_every_file_has_an_outcome() -> None:
    assert sorted(path.name for path in SAMPLES.glob("*.rules")) == sorted(OUTCOMES)
    assert len(OUTCOMES) == 58


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_sample_file(name: str) -> None:
    """58 files of which it was recorded what auditctl -R 3.0.9 made of them."""
    result = load(
        as_it_stands((SAMPLES / name).read_bytes()), NAMES, lambda path: False, lambda path: not path.startswith("/nodirxx/")
    )
    assert result.exit_code == OUTCOMES[name]["exit"]
    assert listings(result.rules) == OUTCOMES[name]["loaded"]
